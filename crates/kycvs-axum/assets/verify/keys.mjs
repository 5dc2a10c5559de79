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

/** The published keys cannot be trusted as they are. This says nothing about any token. */
export class KeySetError extends Error {}

/** Reads a JWK set from its text: a Map from `kid` to a key. Keys that are not for us are passed over. */
export async function readKeys(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_BYTES) throw new KeySetError("too long");
  const members = parseSet(bytes).get("keys");
  if (!Array.isArray(members) || members.length > MAX_KEYS) throw new KeySetError("not a JWK set");
  const keys = new Map();
  for (const jwk of members) {
    const key = await readKey(jwk);
    if (key && keys.has(key.id)) throw new KeySetError("a key stands twice");
    if (key) keys.set(key.id, key);
  }
  if (keys.size === 0) throw new KeySetError("no key that verifies status tokens");
  return keys;
}

/** Whether a key signed the bytes. Throws where the browser does not have the algorithm. */
export async function isSigned(signed, signature, { algorithm, jwk }) {
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm.key, false, ["verify"]);
  return crypto.subtle.verify(algorithm.use, key, signature, signed);
}

function parseSet(bytes) {
  try {
    return parseObject(bytes);
  } catch (error) {
    throw error instanceof JsonFault ? new KeySetError(error.kind) : error;
  }
}

async function readKey(members) {
  if (!(members instanceof Map)) throw new KeySetError("not a JWK set");
  if (PRIVATE_MEMBERS.some((name) => members.has(name))) throw new KeySetError("a private key");
  const [kty, crv] = [members.get("kty"), members.get("crv")];
  const algorithm = ALGORITHMS.find((known) => known.kty === kty && known.crv === crv);
  if (!algorithm || !isForSignatures(members)) return undefined;
  const [x, y] = [members.get("x"), members.get("y")];
  const coordinates = algorithm.name === "ES256" ? { x, y } : { x };
  if (!Object.values(coordinates).every(isCoordinate)) throw new KeySetError("not a point");
  // RFC 7638 section 3: the required members in the order of their names.
  const jwk = { crv, kty, ...coordinates };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(jwk)));
  const id = encodeBase64Url(new Uint8Array(digest));
  const expected = { alg: algorithm.name, kid: id };
  const isWrong = (name) => members.has(name) && members.get(name) !== expected[name];
  if (Object.keys(expected).some(isWrong)) throw new KeySetError("a key that is not what it says");
  return { id, algorithm, jwk };
}

function isForSignatures(members) {
  const operations = members.get("key_ops");
  const byOperations = operations === undefined || (Array.isArray(operations) && operations.includes("verify"));
  return byOperations && (!members.has("use") || members.get("use") === "sig");
}

function isCoordinate(text) {
  return typeof text === "string" && decodeBase64Url(text)?.length === 32;
}
