// Verifies a status token, a JWT or the same as a CWT, against the issuer's public keys, asking nobody: the rules, their order and the reasons are those
// of `TokenVerifier::verify_shown_to_me` in the Rust crate kycvs-token. It runs wherever there is WebCrypto.

import { openBearer } from "./bearer.mjs";
import { openCwt, PREFIX } from "./cwt.mjs";
import { authenticate, checkTimes, instant, isPlain, MAX_LIFETIME, read, refuse, required, text, verdict } from "./jws.mjs";

const MAX_TOKEN_BYTES = 8 * 1024;
const MAX_INDEX = 2n ** 32n - 1n;
const INTEGERS = {
  own: ["iat", "exp", "nbf", "vaccination_status"],
  within: ["status", { own: [], within: ["status_list", { own: ["idx"] }] }],
};

/**
 * The token in what a scanner or a clipboard gives, which may be a link with the token behind `#`, broken into lines: what
 * follows the last `#`, without ASCII white space. Within a CWT a space is a character as any other; none ends one. `StatusToken::scanned` in Rust does the same.
 */
export function scanned(text) {
  const token = text.slice(text.lastIndexOf("#") + 1).replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "");
  return token.replace(token.startsWith(PREFIX) ? /[\t\n\f\r]/g : /[ \t\n\f\r]/g, "");
}

/**
 * Verifies a token that a person shows, whoever it was issued to: `claims.aud` says to whom. Disclosures may follow it
 * (SD-JWT, RFC 9901); `claims.bearer` is `{name, birth_year}` as far as they say it, and absent for a bearer who is unknown.
 *
 * `keys` are those of `issuer`, as `readKeys` gives them, and `now` is in seconds since 1970. Gives `{valid: true, claims}` with the claims as they stand
 * in the token, or `{valid: false, reason}` with the first reason found. Throws what WebCrypto throws where the browser does not have
 * the algorithm, which says nothing of the token.
 */
export function verifyShown(token, keys, { issuer, now, isSandbox = false }) {
  return verdict(async () => {
    if (new TextEncoder().encode(token).length > MAX_TOKEN_BYTES) refuse("too-long");
    const isCwt = token.startsWith(PREFIX);
    const { object, disclosures } = await (isCwt ? openCwt(token.slice(PREFIX.length), keys) : openJwt(token, keys));
    const claims = await readClaims(object, disclosures);
    return checked(claims, { issuer, isSandbox, now });
  });
}

async function openJwt(token, keys) {
  const [jws] = token.split("~", 1);
  const payload = await authenticate(jws, keys, "kycvs+jwt");
  return { object: read(payload, INTEGERS, { idx: "malformed-claim" }), disclosures: token.slice(jws.length + 1) };
}

/** The claims, each of its type. Those that are not ours are ignored, so that an older page reads a newer token. */
async function readClaims(object, disclosures) {
  const bearer = await openBearer(object, disclosures);
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
    evidence: evidence(text(object, "evidence")),
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
  checkTimes(Math.max(iat, nbf), exp, now);
  return claims;
}

function status(object) {
  const code = required(object, "vaccination_status");
  if (typeof code !== "bigint") refuse("mistyped-claim");
  return code < 0n || code > 2n ? refuse("status-out-of-range") : Number(code);
}

/** What the status rests on. */
function evidence(kind) {
  return kind === "registry" || kind === "presented" ? kind : refuse("malformed-claim");
}

/** `2021-12-01`, and no other way to write that date. */
function date(text) {
  const day = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : NaN);
  const isDay = !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text);
  return isDay ? text : refuse("malformed-claim");
}
