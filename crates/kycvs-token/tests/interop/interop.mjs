// Verifies our tokens with npm's jose, and makes tokens with it. See tests/interop.rs for both ends of the pipe.

import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { SignJWT, createLocalJWKSet, errors, importPKCS8, jwtVerify } from "jose";

globalThis.crypto ??= webcrypto; // Debian 12 has Node.js 18, where it is not global
const task = JSON.parse(readFileSync(0, "utf8"));
const keys = createLocalJWKSet(task.jwks);

async function verify(algorithm, token) {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: [algorithm],
    issuer: task.issuer,
    audience: task.audience,
    typ: "kycvs+jwt",
    requiredClaims: ["iat", "exp"],
  });
  return payload;
}

async function refuses(algorithm, token) {
  try {
    await verify(algorithm, token);
    return false;
  } catch (error) {
    return error instanceof errors.JWSSignatureVerificationFailed;
  }
}

async function issue(algorithm) {
  const key = await importPKCS8(task.private_keys[algorithm], algorithm);
  return new SignJWT(task.claims).setProtectedHeader(task.headers[algorithm]).sign(key);
}

const results = [];
for (const [algorithm, token] of Object.entries(task.tokens)) {
  results.push({
    package: "jose",
    algorithm,
    claims: await verify(algorithm, token),
    refuses_forged: await refuses(algorithm, task.forged_tokens[algorithm]),
    issued: await issue(algorithm),
  });
}
process.stdout.write(JSON.stringify(results));
