// A status token as a CWT (RFC 8392) in COSE_Sign1, Base45 behind `KV1:`, read as the Rust crate kycvs-token reads it: its claims
// become those of the JWT, so that both spellings meet the same rules.

import { decodeBase45 } from "./base45.mjs";
import { decodeBase64Url, encodeBase64Url } from "./base64url.mjs";
import { encoded, parseCbor, Tagged } from "./cbor.mjs";
import { refuse } from "./jws.mjs";
import { isSigned } from "./keys.mjs";

export const PREFIX = "KV1:";

const [ALG, CRIT, KID, TYP, DISCLOSED] = [1n, 2n, 4n, 16n, 17n];
const EMBEDDED_KEYS = [32n, 33n, 35n]; // x5bag, x5chain, x5u
const ALGORITHMS = { ES256: -7n, EdDSA: -8n };
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;

const [ISS, AUD, EXP, NBF, IAT, CTI] = [1n, 3n, 4n, 5n, 6n, 7n];
const OURS = -65537n;
const [STATUS, AS_OF, POLICY, PURPOSE, REFERENCE, CONSENT, SUBJECT, DISCLOSURES, LIST, SANDBOX, EVIDENCE] = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n];
const [BASE16, URI] = [23n, 32n];
const [FIRST_DAY, LAST_DAY] = [-719162n, 2932896n]; // 0001-01-01 and 9999-12-31

/** The claims as a Map as a JWT has them, and the disclosures as they follow a JWT, if a published key signed what follows `KV1:`. */
export async function openCwt(code, keys) {
  const bytes = decodeBase45(code) ?? refuse("not-cose");
  const [protectedHeader, unprotected, payload, signature] = partsOf(parseCbor(bytes)) ?? refuse("not-cose");
  // Nothing but disclosures may stand where nobody signs, so that a token has one spelling.
  if (unprotected.size > 1 || (unprotected.size === 1 && !unprotected.has(DISCLOSED))) refuse("not-cose");
  const candidates = keysOf(protectedHeader, keys);
  const signed = Uint8Array.from([0x84, ...["Signature1", protectedHeader, new Uint8Array(), payload].flatMap(encoded)]);
  if (signature.length !== SIGNATURE_BYTES) refuse("bad-signature");
  const checks = await Promise.all(candidates.map((key) => isSigned(signed, signature, key)));
  if (!checks.includes(true)) refuse("bad-signature");
  const disclosures = unprotected.has(DISCLOSED) ? disclosuresOf(unprotected.get(DISCLOSED)) : "";
  return { object: await claimsOf(payload, disclosures), disclosures };
}

/** The four parts of a COSE_Sign1 message; undefined for anything else. */
function partsOf(message) {
  const parts = message instanceof Tagged && message.tag === 18n ? message.item : undefined;
  if (!Array.isArray(parts) || parts.length !== 4) return undefined;
  const isMessage = parts.every((part, at) => (at === 1 ? part instanceof Map : part instanceof Uint8Array));
  return isMessage ? parts : undefined;
}

/** The published keys that a header may mean. */
function keysOf(bytes, keys) {
  const header = parseCbor(bytes);
  if (!(header instanceof Map)) refuse("not-cose");
  if (header.has(CRIT)) refuse("critical");
  if (EMBEDDED_KEYS.some((label) => header.has(label))) refuse("embedded-key");
  const type = header.get(TYP);
  if (typeof type !== "string") refuse("missing-header");
  if (type !== "kycvs+cwt") refuse("wrong-type");
  const [algorithm, id] = [header.get(ALG), header.get(KID)];
  if (typeof algorithm !== "bigint" || !(id instanceof Uint8Array)) refuse("missing-header");
  const named = [...keys.values()].filter((key) => isSame(decodeBase64Url(key.id).slice(0, KEY_ID_BYTES), id));
  if (named.length === 0) refuse("unknown-key");
  const fitting = named.filter((key) => ALGORITHMS[key.algorithm.name] === algorithm);
  return fitting.length === 0 ? refuse("algorithm-mismatch") : fitting;
}

function disclosuresOf(shown) {
  if (!Array.isArray(shown) || shown.length === 0) refuse("malformed-disclosure");
  if (!shown.every((json) => typeof json === "string")) refuse("malformed-disclosure");
  return shown.map((json) => `${encodeBase64Url(new TextEncoder().encode(json))}~`).join("");
}

/** The claims by their names in a JWT. One of the wrong type becomes null, which no claim of a JWT may be. */
async function claimsOf(payload, disclosures) {
  const claims = parseCbor(payload);
  if (!(claims instanceof Map)) refuse("claims-not-cbor");
  const ours = claims.has(OURS) ? claims.get(OURS) : new Map();
  if (!(ours instanceof Map)) refuse("claims-not-cbor");
  const object = new Map();
  const put = (name, map, label, read) => map.has(label) && object.set(name, read(map.get(label)));
  put("iss", claims, ISS, plain);
  put("aud", claims, AUD, plain);
  put("exp", claims, EXP, plain);
  put("nbf", claims, NBF, plain);
  put("iat", claims, IAT, plain);
  put("jti", claims, CTI, named);
  put("sub", ours, SUBJECT, named);
  put("vaccination_status", ours, STATUS, plain);
  put("as_of", ours, AS_OF, day);
  put("policy", ours, POLICY, plain);
  put("purpose", ours, PURPOSE, plain);
  put("reference", ours, REFERENCE, plain);
  put("evidence", ours, EVIDENCE, evidence);
  put("consent", ours, CONSENT, consent);
  put("status", ours, LIST, (list) => status(list, claims.get(ISS)));
  put("sandbox", ours, SANDBOX, () => null);
  const digests = await digestsOf(ours, disclosures);
  if (digests) object.set("_sd", digests);
  return object;
}

/** The digests of the disclosures, if the token's one digest is of exactly these. */
async function digestsOf(ours, disclosures) {
  const signed = ours.has(DISCLOSURES) ? ours.get(DISCLOSURES) : new Uint8Array();
  if (!(signed instanceof Uint8Array)) refuse("mistyped-claim");
  if (disclosures === "") return undefined;
  if (!isSame((await sha256(disclosures)).slice(0, 16), signed)) refuse("foreign-disclosure");
  const each = disclosures.slice(0, -1).split("~");
  return Promise.all(each.map(async (disclosure) => encodeBase64Url(await sha256(disclosure))));
}

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** An identifier as text: bytes are base64url, with a tag hexadecimal. A text that could be bytes is not taken. */
function named(item) {
  if (hasBytes(item, 16) || hasBytes(item, 32)) return encodeBase64Url(item);
  if (item instanceof Tagged && item.tag === BASE16 && hasBytes(item.item, 32)) return hexadecimal(item.item);
  return typeof item === "string" && !couldBeBytes(item) ? item : null;
}

function hasBytes(item, length) {
  return item instanceof Uint8Array && item.length === length;
}

function couldBeBytes(text) {
  return /^[0-9a-f]{64}$/.test(text) || [16, 32].includes(decodeBase64Url(text)?.length);
}

function hexadecimal(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A place in a list: its index, and the list's name below the issuer's `/s/`, or its whole URI with a tag. */
function status(list, iss) {
  if (!Array.isArray(list) || list.length !== 2 || typeof list[0] !== "bigint") return null;
  const [idx, name] = list;
  const lists = `${typeof iss === "string" ? iss : ""}/s/`;
  let uri;
  if (typeof name === "string" && name !== "") uri = lists + name;
  const whole = name instanceof Tagged && name.tag === URI ? name.item : undefined;
  if (typeof whole === "string" && (!whole.startsWith(lists) || whole === lists)) uri = whole;
  return uri === undefined ? null : new Map([["status_list", new Map([["idx", idx], ["uri", uri]])]]);
}

function consent(item) {
  const isPair = Array.isArray(item) && item.length === 2;
  return isPair ? new Map([["id", named(item[0])], ["hash", named(item[1])]]) : null;
}

/** What the status rests on, as a number; another one becomes a word that no JWT may have. */
function evidence(code) {
  if (typeof code !== "bigint") return null;
  return { 1: "registry", 2: "presented" }[code] ?? "";
}

/** A date, as days since 1970; beyond the calendar of the claim it is a text that is no date. */
function day(days) {
  if (typeof days !== "bigint") return null;
  return days < FIRST_DAY || days > LAST_DAY ? "" : new Date(Number(days) * 86_400_000).toISOString().slice(0, 10);
}

function plain(item) {
  return typeof item === "string" || typeof item === "bigint" ? item : null;
}

function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
