// The issuer's public keys as a JWK set (RFC 7517), read as strictly as the Rust crate kycvs-token reads them.

import { decodeBase64Url, encodeBase64Url } from "./base64url.mjs";
import { JsonFault, parseObject } from "./json.mjs";

const MAX_BYTES = 64 * 1024;
const MAX_KEYS = 64;
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

const ALGORITHMS = [
  { name: "ES256", kty: "EC", crv: "P-256", key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
  { name: "EdDSA", kty: "OKP", crv: "Ed25519", key: { name: "Ed25519" }, use: { name: "Ed25519" } },
];

// The field and the last coefficient of P-256.
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** The published keys cannot be trusted as they are. This says nothing about any token. */
export class KeySetError extends Error {}

/**
 * Reads a JWK set from its text: a Map from `kid` to a key. Keys that are not ours are passed over (RFC 7517 section 5), so
 * that none of them puts a gate out of use; a private or symmetric key, of whatever kind, refuses the set.
 */
export async function readKeys(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_BYTES) throw new KeySetError("too long");
  const members = parseSet(bytes).get("keys");
  if (!Array.isArray(members) || members.length > MAX_KEYS) throw new KeySetError("not a JWK set");
  const keys = new Map();
  for (const jwk of members) {
    if (!(jwk instanceof Map)) throw new KeySetError("not a JWK set");
    if (isSecret(jwk)) throw new KeySetError("a private or a symmetric key");
    const key = await readKey(jwk);
    if (key) keys.set(key.id, key);
  }
  if (keys.size === 0) throw new KeySetError("no key that verifies status tokens");
  return keys;
}

/** Whether a key signed the bytes. Throws where the browser does not have the algorithm. */
export async function isSigned(signed, signature, key) {
  key.imported ??= crypto.subtle.importKey("jwk", key.jwk, key.algorithm.key, false, ["verify"]);
  return crypto.subtle.verify(key.algorithm.use, await key.imported, signature, signed);
}

function parseSet(bytes) {
  try {
    return parseObject(bytes);
  } catch (error) {
    throw error instanceof JsonFault ? new KeySetError(error.kind) : error;
  }
}

function isSecret(members) {
  return members.get("kty") === "oct" || PRIVATE_MEMBERS.some((name) => members.has(name));
}

/** One key of a set; undefined when it is not ours. */
async function readKey(members) {
  const [kty, crv] = [members.get("kty"), members.get("crv")];
  const algorithm = ALGORITHMS.find((known) => known.kty === kty && known.crv === crv);
  if (!algorithm || !isForSignatures(members)) return undefined;
  const [x, y] = [members.get("x"), members.get("y")];
  const coordinates = algorithm.name === "ES256" ? { x, y } : { x };
  if (!Object.values(coordinates).every(isCoordinate)) return undefined;
  if (algorithm.name === "ES256" && !isOnCurve(integer(x), integer(y))) return undefined;
  // RFC 7638 section 3: the required members in the order of their names.
  const jwk = { crv, kty, ...coordinates };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(jwk)));
  const id = encodeBase64Url(new Uint8Array(digest));
  const expected = { alg: algorithm.name, kid: id };
  const isWrong = (name) => members.has(name) && members.get(name) !== expected[name];
  return Object.keys(expected).some(isWrong) ? undefined : { id, algorithm, jwk };
}

/** Whether a point is on P-256 (SP 800-186 section 3.2.1.3). Browsers differ in when they look and what they say. */
function isOnCurve(x, y) {
  return x < P && y < P && (x ** 3n - 3n * x + B - y ** 2n) % P === 0n;
}

function integer(coordinate) {
  return BigInt(`0x${Array.from(decodeBase64Url(coordinate), (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
}

function isForSignatures(members) {
  const operations = members.get("key_ops");
  const byOperations = operations === undefined || (Array.isArray(operations) && operations.includes("verify"));
  return byOperations && (!members.has("use") || members.get("use") === "sig");
}

function isCoordinate(text) {
  return typeof text === "string" && decodeBase64Url(text)?.length === 32;
}
