// Verifies tokens and reads key sets as the page does. Reads {folder, issuer, jwks, cases: [[token, now]], sets: [text],
// scans: [text], lists: [[token, now, places]]}, and writes the claims or the reason for each case, for each set the names of
// its keys or null when it is refused, for each scanned text the token in it, and for each list its claims, with how tokens at
// these places stand by it, or the reason.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";

globalThis.crypto ??= webcrypto; // Debian 12 has Node.js 18, where it is not global

const { folder, issuer, jwks, cases = [], sets = [], scans = [], lists = [] } = JSON.parse(readFileSync(0, "utf8"));
const { scanned, verifyShown } = await import(`${folder}/token.mjs`);
const { standing, verifyList } = await import(`${folder}/status-list.mjs`);
const { KeySetError, readKeys } = await import(`${folder}/keys.mjs`);

const published = await readKeys(jwks);
async function verdict([token, now]) {
  const { valid, claims, reason } = await verifyShown(token, published, { issuer, now });
  return valid ? claims : reason;
}
const verdicts = [];
for (let at = 0; at < cases.length; at += 256) {
  verdicts.push(...(await Promise.all(cases.slice(at, at + 256).map(verdict))));
}
const listed = [];
for (const [token, now, places, later] of lists) {
  const { valid, claims, reason } = await verifyList(token, published, { issuer, now });
  const stands = (idx) => standing({ uri: claims.sub, idx }, claims, later);
  const { bits, ...times } = claims ?? {};
  listed.push(valid ? { ...times, positions: bits.length * 8, stands: places.map(stands) } : reason);
}
const keys = [];
for (const text of sets) {
  try {
    keys.push([...(await readKeys(text)).keys()]);
  } catch (error) {
    if (!(error instanceof KeySetError)) throw error;
    keys.push(null);
  }
}
process.stdout.write(JSON.stringify({ verdicts, keys, lists: listed, scans: scans.map(scanned) }));
