// What a presentation discloses of the bearer (SD-JWT, RFC 9901), as the Rust crate kycvs-token reads it.

import { decodeBase64Url, encodeBase64Url } from "./base64url.mjs";
import { JsonFault, parseValue } from "./json.mjs";
import { isPlain, refuse } from "./jws.mjs";

/**
 * The bearer that `disclosures`, which is what follows the first `~` of a presentation, disclose of the claims in `object`:
 * `{name, birth_year}`, or undefined for a bearer who is unknown.
 */
export async function openBearer(object, disclosures) {
  const digests = readDigests(object);
  if (disclosures === "") return undefined;
  if (!disclosures.endsWith("~")) refuse("malformed-disclosure");
  const disclosed = new Map();
  for (const disclosure of disclosures.slice(0, -1).split("~")) {
    if (!digests.delete(await digestOf(disclosure))) refuse("foreign-disclosure");
    const [claim, value] = read(disclosure) ?? refuse("malformed-disclosure");
    const isTaken = object.has(claim) || disclosed.has(claim) || claim === "_sd" || claim === "...";
    const isWrong = (claim === "name" && !isName(value)) || (claim === "birthdate" && !isYear(value));
    if (isTaken || isWrong) refuse("malformed-disclosure");
    disclosed.set(claim, value);
  }
  if (!disclosed.has("name")) return undefined; // a year of birth alone names nobody
  const year = disclosed.get("birthdate");
  return { name: disclosed.get("name"), ...(year !== undefined && { birth_year: Number(year) }) };
}

/** The digests of the token, each once. Without `_sd_alg` they are SHA-256. */
function readDigests(object) {
  if (object.has("_sd_alg")) {
    const algorithm = object.get("_sd_alg");
    if (typeof algorithm !== "string") refuse("mistyped-claim");
    if (algorithm !== "sha-256") refuse("malformed-claim");
  }
  const listed = object.has("_sd") ? object.get("_sd") : [];
  if (!Array.isArray(listed)) refuse("mistyped-claim");
  const digests = new Set();
  for (const digest of listed) {
    if (typeof digest !== "string") refuse("mistyped-claim");
    if (digests.has(digest)) refuse("malformed-claim");
    digests.add(digest);
  }
  return digests;
}

/** The claim and the value of a disclosure, which is salt, claim and value; undefined for anything else. */
function read(disclosure) {
  const bytes = decodeBase64Url(disclosure);
  if (bytes === undefined) return undefined;
  try {
    const parts = parseValue(bytes);
    const isDisclosure = Array.isArray(parts) && parts.length === 3 && parts.slice(0, 2).every(isText);
    return isDisclosure ? parts.slice(1) : undefined;
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

async function digestOf(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return encodeBase64Url(new Uint8Array(digest));
}

function isText(value) {
  return typeof value === "string";
}

function isName(value) {
  return isText(value) && isPlain(value);
}

function isYear(value) {
  return isText(value) && /^[0-9]{4}$/.test(value) && Number(value) >= 1900 && Number(value) <= 2100;
}
