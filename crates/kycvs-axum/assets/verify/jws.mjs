// What every JWS of ours has in common (RFC 7515): its form, its key, and the types of its claims. The rules and their order are
// those of the Rust crate kycvs-token.

import { decodeBase64Url } from "./base64url.mjs";
import { JsonFault, parseObject } from "./json.mjs";
import { isSigned } from "./keys.mjs";

export const MAX_LIFETIME = 7 * 24 * 3600; // seconds
const SIGNATURE_BYTES = 64;
const MAX_TEXT_BYTES = 256;
const CLOCK_SKEW = 60; // seconds
const EMBEDDED_KEYS = ["jwk", "jku", "x5u", "x5c"];
// The first and last second that the Rust verifier can tell.
const FIRST_INSTANT = -8334601228800n;
const LAST_INSTANT = 8210266876799n;
// Controls, line breaks, and what is drawn as nothing or turns the direction of writing, but for the joiners of Indian scripts.
const HIDDEN =
  /[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

class Refusal extends Error {}

export function refuse(reason) {
  throw new Refusal(reason);
}

/** `{valid: true, claims}` of what `check` gives, or `{valid: false, reason}` where it refuses. */
export async function verdict(check) {
  try {
    return { valid: true, claims: await check() };
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, reason: error.message };
    throw error;
  }
}

/** The bytes of the payload, still not read, if a published key signed them for that `typ`. */
export async function authenticate(token, keys, type) {
  const utf8 = new TextEncoder();
  const parts = token.split(".");
  if (parts.length !== 3) refuse("not-three-parts");
  const key = keyOfHeader(decoded(parts[0]), keys, type);
  const [payload, signature] = [decoded(parts[1]), decoded(parts[2])];
  const signed = utf8.encode(`${parts[0]}.${parts[1]}`);
  if (signature.length !== SIGNATURE_BYTES || !(await isSigned(signed, signature, key))) refuse("bad-signature");
  return payload;
}

function decoded(part) {
  return decodeBase64Url(part) ?? refuse("non-canonical-base64");
}

/** The published key that the header names. A key that comes along in the header is never looked at. */
function keyOfHeader(bytes, keys, type) {
  const header = parsed(bytes, undefined, { malformed: "header-not-json", duplicate: "duplicate-header" });
  const text = (name) => (typeof header.get(name) === "string" ? header.get(name) : refuse("missing-header"));
  if (header.has("crit")) refuse("critical");
  if (EMBEDDED_KEYS.some((name) => header.has(name))) refuse("embedded-key");
  if (text("typ") !== type) refuse("wrong-type");
  const algorithm = text("alg");
  if (/^none$/i.test(algorithm)) refuse("algorithm-none");
  const key = keys.get(text("kid")) ?? refuse("unknown-key");
  return key.algorithm.name === algorithm ? key : refuse("algorithm-mismatch");
}

/** The claims of a payload, as `parseObject` reads them. `reasons` are those of integers that are none. */
export function read(payload, integers, reasons) {
  return parsed(payload, integers, {
    malformed: "claims-not-json",
    duplicate: "duplicate-claim",
    "not-an-integer": "mistyped-claim",
    ...reasons,
  });
}

function parsed(bytes, integers, reasons) {
  try {
    return parseObject(bytes, integers);
  } catch (error) {
    throw error instanceof JsonFault ? new Refusal(reasons[error.member] ?? reasons[error.kind]) : error;
  }
}

export function checkTimes(begins, expires, now) {
  if (begins - now > CLOCK_SKEW) refuse("not-yet-valid");
  if (now - expires >= CLOCK_SKEW) refuse("expired");
}

export function required(object, name) {
  return object.has(name) ? object.get(name) : refuse("missing-claim");
}

export function text(object, name) {
  const value = required(object, name);
  return typeof value === "string" ? value : refuse("mistyped-claim");
}

export function instant(object, name) {
  const seconds = required(object, name);
  if (typeof seconds !== "bigint") refuse("mistyped-claim");
  return seconds < FIRST_INSTANT || seconds > LAST_INSTANT ? refuse("malformed-claim") : Number(seconds);
}

export function isPlain(text) {
  const bytes = new TextEncoder().encode(text).length;
  return bytes >= 1 && bytes <= MAX_TEXT_BYTES && !HIDDEN.test(text);
}
