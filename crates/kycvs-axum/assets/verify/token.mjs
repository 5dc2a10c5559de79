// Verifies a status token against the issuer's public keys, asking nobody: the rules, their order and the reasons are those
// of `TokenVerifier::verify_shown_to_me` in the Rust crate kycvs-token. It runs wherever there is WebCrypto.

import { decodeBase64Url } from "./base64url.mjs";
import { JsonFault, parseObject } from "./json.mjs";
import { isSigned, readKeys } from "./keys.mjs";

const MAX_TOKEN_BYTES = 8 * 1024;
const SIGNATURE_BYTES = 64;
const MAX_TEXT_BYTES = 256;
const MAX_LIFETIME = 7 * 24 * 3600; // seconds
const CLOCK_SKEW = 60; // seconds
const EMBEDDED_KEYS = ["jwk", "jku", "x5u", "x5c"];
// The first and last second that the Rust verifier can tell.
const FIRST_INSTANT = -8334601228800n;
const LAST_INSTANT = 8210266876799n;
// Controls, line breaks, and what is drawn as nothing or turns the direction of writing, but for the joiners of Indian scripts.
const HIDDEN =
  /[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

class Refusal extends Error {}

function refuse(reason) {
  throw new Refusal(reason);
}

/**
 * Verifies a token that a person shows, whoever it was issued to: `claims.aud` says to whom.
 *
 * `jwks` is the text of the JWK set of `issuer`, `now` in seconds since 1970. Gives `{valid: true, claims}` with the claims as they stand
 * in the token, or `{valid: false, reason}` with the first reason found. Throws a KeySetError for a key set that cannot be
 * trusted, and what WebCrypto throws where the browser does not have the algorithm; neither says anything of the token.
 */
export async function verifyShown(token, jwks, { issuer, now }) {
  const keys = await readKeys(jwks);
  try {
    const payload = await authenticate(token, keys);
    return { valid: true, claims: checked(readClaims(payload), issuer, now) };
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, reason: error.message };
    throw error;
  }
}

/** The bytes of the payload, still not read, if a published key signed them. */
async function authenticate(token, keys) {
  const utf8 = new TextEncoder();
  if (utf8.encode(token).length > MAX_TOKEN_BYTES) refuse("too_long");
  const parts = token.split(".");
  if (parts.length !== 3) refuse("not_three_parts");
  const key = keyOfHeader(decoded(parts[0]), keys);
  const [payload, signature] = [decoded(parts[1]), decoded(parts[2])];
  const signed = utf8.encode(`${parts[0]}.${parts[1]}`);
  if (signature.length !== SIGNATURE_BYTES || !(await isSigned(signed, signature, key))) refuse("bad_signature");
  return payload;
}

function decoded(part) {
  return decodeBase64Url(part) ?? refuse("non_canonical_base64");
}

/** The published key that the header names. A key that comes along in the header is never looked at. */
function keyOfHeader(bytes, keys) {
  const header = read(bytes, [], { malformed: "header_not_json", duplicate: "duplicate_header" });
  const text = (name) => (typeof header.get(name) === "string" ? header.get(name) : refuse("missing_header"));
  if (header.has("crit")) refuse("critical");
  if (EMBEDDED_KEYS.some((name) => header.has(name))) refuse("embedded_key");
  if (text("typ") !== "kycvs+jwt") refuse("wrong_type");
  const algorithm = text("alg");
  if (/^none$/i.test(algorithm)) refuse("algorithm_none");
  const key = keys.get(text("kid")) ?? refuse("unknown_key");
  return key.algorithm.name === algorithm ? key : refuse("algorithm_mismatch");
}

function read(bytes, integers, reasons) {
  try {
    return parseObject(bytes, integers);
  } catch (error) {
    throw error instanceof JsonFault ? new Refusal(reasons[error.kind]) : error;
  }
}

/** The claims, each of its type. Those that are not ours are ignored, so that an older page reads a newer token. */
function readClaims(payload) {
  const object = read(payload, ["iat", "exp", "nbf", "vaccination_status"], {
    malformed: "claims_not_json",
    duplicate: "duplicate_claim",
    "not-an-integer": "mistyped_claim",
  });
  const consent = required(object, "consent");
  if (!(consent instanceof Map)) refuse("mistyped_claim");
  return {
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
    iss: text(object, "iss"),
    ...(object.has("nbf") && { nbf: instant(object, "nbf") }),
  };
}

/** The claims, if they keep every rule at that time, in seconds since 1970. */
function checked(claims, issuer, now) {
  const { iss, aud, sub, jti, iat, exp, nbf = iat, as_of, policy, purpose, reference = "-", consent } = claims;
  if (![aud, sub, jti, policy, purpose, reference, consent.id, consent.hash].every(isPlain)) refuse("malformed_claim");
  if (!/^[^/]+\/[^/]+$/.test(policy) || as_of.startsWith("0000")) refuse("malformed_claim");
  if (exp <= iat) refuse("lifetime_not_positive");
  if (exp - iat > MAX_LIFETIME) refuse("lifetime_too_long");
  if (iss !== issuer) refuse("wrong_issuer");
  if (Math.max(iat, nbf) - now > CLOCK_SKEW) refuse("not_yet_valid");
  if (now - exp >= CLOCK_SKEW) refuse("expired");
  return claims;
}

function required(object, name) {
  return object.has(name) ? object.get(name) : refuse("missing_claim");
}

function text(object, name) {
  const value = required(object, name);
  return typeof value === "string" ? value : refuse("mistyped_claim");
}

function instant(object, name) {
  const seconds = required(object, name);
  return seconds < FIRST_INSTANT || seconds > LAST_INSTANT ? refuse("malformed_claim") : Number(seconds);
}

function status(object) {
  const code = required(object, "vaccination_status");
  return code < 0n || code > 2n ? refuse("status_out_of_range") : Number(code);
}

/** `2021-12-01`, and no other way to write that date. */
function date(text) {
  const day = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : NaN);
  const isDay = !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text);
  return isDay ? text : refuse("malformed_claim");
}

function isPlain(text) {
  const bytes = new TextEncoder().encode(text).length;
  return bytes >= 1 && bytes <= MAX_TEXT_BYTES && !HIDDEN.test(text);
}
