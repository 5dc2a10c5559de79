// What a gate needs to verify without a network: the issuer's keys, all status lists, and what people call whom tokens name. It is kept
// in the browser, with when it was fetched. All lists are fetched at once, so that nobody learns which token is looked up.

import { readKeys } from "./keys.mjs";
import { decodeBase64Url } from "./base64url.mjs";
import { MAX_AGE, standing, verifyList } from "./status-list.mjs";

const CACHE = "kycvs-trust";
const FETCHED_AT = "x-fetched-at"; // milliseconds since 1970
/** What is fetched, and how many characters of it are taken. */
const SOURCES = { "/.well-known/jwks.json": 1 << 16, "/s/all": 1 << 28 };
const LEAST_BETWEEN = 5_000; // milliseconds between two fetches
const MAX_LISTS = 1024;

export class Trust {
  #issuer;
  #names;
  #kept = new Map(); // by path: {text, at}
  #keys;
  #lists = new Map(); // by address: the list as text
  #verified = new Map(); // by the same: what `verifyList` said
  #fetching;
  #triedAt = -Infinity;

  /** `names` is where the names are, in the language of the page. */
  constructor(issuer, names) {
    this.#issuer = issuer;
    this.#names = names;
  }

  /** When what is held was fetched, in milliseconds since 1970: the older of keys and lists; undefined before. */
  get fetchedAt() {
    const times = Object.keys(SOURCES).map((path) => this.#kept.get(path)?.at);
    return times.includes(undefined) ? undefined : Math.min(...times);
  }

  /** Whether what is held is too old to say that a token was not withdrawn, as a verifier counts it. */
  isStale(now) {
    return this.fetchedAt !== undefined && now - this.fetchedAt / 1000 > MAX_AGE;
  }

  /** Takes what was kept from earlier visits. */
  async open() {
    const cache = await store();
    for (const path of this.#paths()) {
      const kept = await cache?.match(path);
      const at = Number(kept?.headers.get(FETCHED_AT));
      if (at > 0) await this.#take(path, await kept.text(), at);
    }
  }

  /** Fetches everything anew, at most every few seconds. Where that fails, what is held stays. Gives whether it worked. */
  refresh() {
    if (performance.now() - this.#triedAt < LEAST_BETWEEN) return this.#fetching ?? Promise.resolve(false);
    this.#triedAt = performance.now();
    this.#fetching = this.#fetchAll().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetchAll() {
    const cache = await store();
    const fetched = await Promise.all(
      this.#paths().map(async (path) => {
        try {
          const answer = await fetch(path, { referrerPolicy: "no-referrer", cache: "no-cache" });
          const text = answer.ok ? await answer.text() : "";
          const at = Date.now();
          if (text.length > (SOURCES[path] ?? 1 << 22) || !(answer.ok && (await this.#take(path, text, at)))) return false;
          await cache?.put(path, new Response(text, { headers: { [FETCHED_AT]: String(at) } })).catch(() => undefined);
          return true;
        } catch {
          return false;
        }
      }),
    );
    return fetched.every(Boolean);
  }

  #paths() {
    return [...Object.keys(SOURCES), this.#names];
  }

  /** Takes a text that was fetched, unless it is none of its kind: then what was held before stays. */
  async #take(path, text, at) {
    try {
      if (path === "/.well-known/jwks.json") this.#keys = await readKeys(text);
      else if (path === "/s/all") this.#takeLists(text);
      else this.names = JSON.parse(text);
      this.#kept.set(path, { at });
      return true;
    } catch {
      return false;
    }
  }

  /** Sorts lists by the address that each says to have. That it may say so is verified when it is looked up. */
  #takeLists(text) {
    const lists = new Map();
    for (const list of text.split("\n", MAX_LISTS).filter(Boolean)) {
      const payload = decodeBase64Url(list.split(".")[1] ?? "");
      const { sub } = JSON.parse(new TextDecoder().decode(payload));
      lists.set(sub, list);
    }
    this.#lists = lists;
    this.#verified = new Map();
  }

  /** The keys; undefined where none were ever fetched. */
  get keys() {
    return this.#keys;
  }

  /**
   * How a token stands by the list that it names, `good`, `revoked`, `stale` or `unknown`, and as of when that is known to be good. Of a
   * token that names no list, nothing is known.
   */
  async standing(reference, now) {
    const list = this.#lists.get(reference?.uri);
    if (list === undefined || !globalThis.DecompressionStream) return { stands: "unknown" };
    if (!this.#verified.has(reference.uri)) {
      this.#verified.set(reference.uri, await verifyList(list, this.#keys, { issuer: this.#issuer, now }));
    }
    const { valid, claims } = this.#verified.get(reference.uri);
    const stands = valid ? standing(reference, claims, now) : "unknown";
    return { stands, asOf: stands === "good" ? claims.iat : undefined };
  }
}

/** Where things are kept; undefined where the browser keeps nothing, as without TLS. */
async function store() {
  try {
    return await globalThis.caches?.open(CACHE);
  } catch {
    return undefined;
  }
}
