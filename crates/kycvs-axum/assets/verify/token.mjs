// Verifies a status token against the issuer's public keys, asking nobody: the rules, their order and the reasons are those
// of `TokenVerifier::verify_shown_to_me` in the Rust crate kycvs-token. It runs wherever there is WebCrypto.

import { decodeBase64Url } from "./base64url.mjs";
import { openBearer } from "./bearer.mjs";
import { JsonFault, parseObject } from "./json.mjs";
import { isSigned } from "./keys.mjs";

const MAX_TOKEN_BYTES = 8 * 1024;
const SIGNATURE_BYTES = 64;
const MAX_TEXT_BYTES = 256;
const MAX_LIFETIME = 7 * 24 * 3600; // seconds
const CLOCK_SKEW = 60; // seconds
const MAX_INDEX = 2n ** 32n - 1n;
const INTEGERS = {
  own: ["iat", "exp", "nbf", "vaccination_status"],
  within: ["status", { own: [], within: ["status_list", { own: ["idx"] }] }],
};
const EMBEDDED_KEYS = ["jwk", "jku", "x5u", "x5c"];
// The first and last second that the Rust verifier can tell.
const FIRST_INSTANT = -8334601228800n;
const LAST_INSTANT = 8210266876799n;
// Controls, line breaks, and what is drawn as nothing or turns the direction of writing, but for the joiners of Indian scripts.
const HIDDEN =
  /[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/**
 * The token in what a scanner or a clipboard gives, which may be a link with the token behind `#`, broken into lines: what
 * follows the last `#`, without ASCII white space. `StatusToken::scanned` in Rust does the same.
 */
export function scanned(text) {
  return text.slice(text.lastIndexOf("#") + 1).replace(/[ \t\n\f\r]/g, "");
}

class Refusal extends Error {}

function refuse(reason) {
  throw new Refusal(reason);
}

/**
 * Verifies a token that a person shows, whoever it was issued to: `claims.aud` says to whom. Disclosures may follow it
 * (SD-JWT, RFC 9901); `claims.bearer` is `{name, birth_year}` as far as they say it, and absent for a bearer who is unknown.
 *
 * `keys` are those of `issuer`, as `readKeys` gives them, and `now` is in seconds since 1970. Gives `{valid: true, claims}` with the claims as they stand
 * in the token, or `{valid: false, reason}` with the first reason found. Throws what WebCrypto throws where the browser does not have
 * the algorithm, which says nothing of the token.
 */
export async function verifyShown(token, keys, { issuer, now, isSandbox = false }) {
  try {
    if (new TextEncoder().encode(token).length > MAX_TOKEN_BYTES) refuse("too-long");
    const [jws] = token.split("~", 1);
    const payload = await authenticate(jws, keys);
    const claims = await readClaims(payload, token.slice(jws.length + 1));
    return { valid: true, claims: checked(claims, { issuer, isSandbox, now }) };
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, reason: error.message };
    throw error;
  }
}

/** The bytes of the payload, still not read, if a published key signed them. */
async function authenticate(token, keys) {
  const utf8 = new TextEncoder();
  const parts = token.split(".");
  if (parts.length !== 3) refuse("not-three-parts");
  const key = keyOfHeader(decoded(parts[0]), keys);
  const [payload, signature] = [decoded(parts[1]), decoded(parts[2])];
  const signed = utf8.encode(`${parts[0]}.${parts[1]}`);
  if (signature.length !== SIGNATURE_BYTES || !(await isSigned(signed, signature, key))) refuse("bad-signature");
  return payload;
}

function decoded(part) {
  return decodeBase64Url(part) ?? refuse("non-canonical-base64");
}

/** The published key that the header names. A key that comes along in the header is never looked at. */
function keyOfHeader(bytes, keys) {
  const header = read(bytes, undefined, { malformed: "header-not-json", duplicate: "duplicate-header" });
  const text = (name) => (typeof header.get(name) === "string" ? header.get(name) : refuse("missing-header"));
  if (header.has("crit")) refuse("critical");
  if (EMBEDDED_KEYS.some((name) => header.has(name))) refuse("embedded-key");
  if (text("typ") !== "kycvs+jwt") refuse("wrong-type");
  const algorithm = text("alg");
  if (/^none$/i.test(algorithm)) refuse("algorithm-none");
  const key = keys.get(text("kid")) ?? refuse("unknown-key");
  return key.algorithm.name === algorithm ? key : refuse("algorithm-mismatch");
}

function read(bytes, integers, reasons) {
  try {
    return parseObject(bytes, integers);
  } catch (error) {
    throw error instanceof JsonFault ? new Refusal(reasons[error.member] ?? reasons[error.kind]) : error;
  }
}

/** The claims, each of its type. Those that are not ours are ignored, so that an older page reads a newer token. */
async function readClaims(payload, disclosures) {
  const object = read(payload, INTEGERS, {
    malformed: "claims-not-json",
    duplicate: "duplicate-claim",
    "not-an-integer": "mistyped-claim",
    idx: "malformed-claim",
  });
  const bearer = await openBearer(object, disclosures, isPlain, refuse);
  const consent = required(object, "consent");
  if (!(consent instanceof Map)) refuse("mistyped-claim");
  const claims = {
    aud: text(object, "aud"),
    sub: text(object, "sub"),
    jti: text(object, "jti"),
    iat: instant(object, "iat"),
    exp: instant(object, "exp"),
    vaccination_status: status(object),
    as_of: date(text(object, "as_of")),
    policy: text(object, "policy"),
    purpose: text(object, "purpose"),
    ...(object.has("reference") && { reference: text(object, "reference") }),
    consent: { id: text(consent, "id"), hash: text(consent, "hash") },
    ...(bearer && { bearer }),
  };
  const list = statusList(object);
  const [iss, nbf] = [text(object, "iss"), object.has("nbf") ? instant(object, "nbf") : undefined];
  return { ...claims, iss, is_sandbox: object.has("sandbox"), ...(list && { status_list: list }), ...(nbf !== undefined && { nbf }) };
}

/** The position in a status list, `{uri, idx}`; undefined where `status` has another mechanism only. */
function statusList(object) {
  const status = object.has("status") ? object.get("status") : new Map();
  if (!(status instanceof Map)) refuse("malformed-claim");
  if (!status.has("status_list")) return undefined;
  const list = status.get("status_list");
  if (!(list instanceof Map) || typeof list.get("uri") !== "string" || !list.has("idx")) refuse("malformed-claim");
  const [uri, idx] = [list.get("uri"), list.get("idx")];
  return idx < 0n || idx > MAX_INDEX ? refuse("malformed-claim") : { uri, idx: Number(idx) };
}

/** The claims, if they keep every rule at that time, in seconds since 1970. */
function checked({ is_sandbox, ...claims }, { issuer, isSandbox, now }) {
  const { iss, aud, sub, jti, iat, exp, nbf = iat, as_of, policy, purpose, reference = "-", consent } = claims;
  const uri = claims.status_list?.uri ?? "-";
  const texts = [aud, sub, jti, policy, purpose, reference, consent.id, consent.hash, uri];
  if (!texts.every(isPlain)) refuse("malformed-claim");
  if (!/^[^/]+\/[^/]+$/.test(policy) || as_of.startsWith("0000")) refuse("malformed-claim");
  if (exp <= iat) refuse("lifetime-not-positive");
  if (exp - iat > MAX_LIFETIME) refuse("lifetime-too-long");
  // A sandbox is another issuer, whatever it calls itself.
  if (iss !== issuer || is_sandbox !== isSandbox) refuse("wrong-issuer");
  if (Math.max(iat, nbf) - now > CLOCK_SKEW) refuse("not-yet-valid");
  if (now - exp >= CLOCK_SKEW) refuse("expired");
  return claims;
}

function required(object, name) {
  return object.has(name) ? object.get(name) : refuse("missing-claim");
}

function text(object, name) {
  const value = required(object, name);
  return typeof value === "string" ? value : refuse("mistyped-claim");
}

function instant(object, name) {
  const seconds = required(object, name);
  return seconds < FIRST_INSTANT || seconds > LAST_INSTANT ? refuse("malformed-claim") : Number(seconds);
}

function status(object) {
  const code = required(object, "vaccination_status");
  return code < 0n || code > 2n ? refuse("status-out-of-range") : Number(code);
}

/** `2021-12-01`, and no other way to write that date. */
function date(text) {
  const day = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : NaN);
  const isDay = !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text);
  return isDay ? text : refuse("malformed-claim");
}

function isPlain(text) {
  const bytes = new TextEncoder().encode(text).length;
  return bytes >= 1 && bytes <= MAX_TEXT_BYTES && !HIDDEN.test(text);
}
