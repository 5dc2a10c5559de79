// Reads a published status list (draft-ietf-oauth-status-list-21), and tells how a token stands by it, as the Rust crate
// kycvs-token does. It takes a browser that inflates (`DecompressionStream`).

import { decodeBase64Url } from "./base64url.mjs";
import { authenticate, checkTimes, instant, isPlain, MAX_LIFETIME, read, refuse, required, text, verdict } from "./jws.mjs";

const MAX_LIST_BYTES = 256 * 1024;
const MAX_BITS_BYTES = 128 * 1024;
export const MAX_AGE = 24 * 3600; // seconds
const LONGEST_TTL = 9223372036854775n; // seconds that the Rust verifier can tell
const INTEGERS = { own: ["iat", "exp", "ttl"], within: ["status_list", { own: ["bits"] }] };

/**
 * Verifies a status list of `issuer` with its `keys`, at `now` in seconds since 1970. Gives `{valid: true, claims}`, with `sub`,
 * `iat`, `exp`, `ttl` if it has one, and the `bits` as bytes, or `{valid: false, reason}`.
 */
export function verifyList(token, keys, { issuer, now }) {
  return verdict(async () => {
    if (new TextEncoder().encode(token).length > MAX_LIST_BYTES) refuse("too-long");
    const object = read(await authenticate(token, keys, "statuslist+jwt"), INTEGERS);
    const claims = { sub: text(object, "sub"), iat: instant(object, "iat"), exp: instant(object, "exp") };
    if (object.has("ttl")) claims.ttl = seconds(object.get("ttl"));
    claims.bits = await bitsOf(required(object, "status_list"));
    if (!isPlain(claims.sub)) refuse("malformed-claim");
    if (!claims.sub.startsWith(`${issuer}/`)) refuse("wrong-issuer");
    if (claims.ttl < 1 || claims.ttl > MAX_LIFETIME) refuse("malformed-claim");
    if (claims.exp <= claims.iat) refuse("lifetime-not-positive");
    if (claims.exp - claims.iat > MAX_LIFETIME) refuse("lifetime-too-long");
    checkTimes(claims.iat, claims.exp, now);
    return claims;
  });
}

/** How a token at `reference` stands by a verified list: `good`, `revoked`, `stale` or `unknown`. */
export function standing({ uri, idx }, { sub, iat, exp, bits }, now) {
  if (uri !== sub || idx >= bits.length * 8) return "unknown";
  // Position 0 is the least significant bit of byte 0. A bit never falls, so an old list is enough for one that rose.
  if ((bits[Math.floor(idx / 8)] >> (idx % 8)) & 1) return "revoked";
  return now - iat > MAX_AGE || now >= exp ? "stale" : "good";
}

function seconds(integer) {
  return integer < -LONGEST_TTL || integer > LONGEST_TTL ? refuse("malformed-claim") : Number(integer);
}

async function bitsOf(list) {
  if (!(list instanceof Map)) refuse("mistyped-claim");
  if (list.get("bits") !== 1n || typeof list.get("lst") !== "string") refuse("malformed-claim");
  const stream = decodeBase64Url(list.get("lst")) ?? refuse("malformed-claim");
  return (await inflate(stream)) ?? refuse("malformed-claim");
}

/** Inflates a zlib stream (RFC 1950) of 1 to 131,072 bytes that nothing follows; undefined for anything else. */
async function inflate(stream) {
  if (stream.length < 6) return undefined; // its header and its sum
  const inflated = new Blob([stream]).stream().pipeThrough(new DecompressionStream("deflate"));
  const [reader, bits] = [inflated.getReader(), new Uint8Array(MAX_BITS_BYTES)];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (length + part.value.length > MAX_BITS_BYTES) {
        await reader.cancel();
        return undefined;
      }
      bits.set(part.value, length);
      length += part.value.length;
    }
  } catch {
    return undefined; // cut short or damaged, which browsers and Node.js say in different words
  }
  // Some browsers read on behind the end: the sum of the bytes must be the last of the stream.
  const end = new DataView(stream.buffer, stream.byteOffset + stream.length - 4).getUint32(0);
  return length > 0 && end === adler32(bits.subarray(0, length)) ? bits.subarray(0, length) : undefined;
}

function adler32(bytes) {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
