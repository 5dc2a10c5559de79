// Verifies tokens and reads key sets as the page does. Reads {folder, issuer, jwks, cases: [[token, now]], sets: [text]},
// and writes the claims or the reason for each case, and for each set the names of its keys, or null when it is refused.
import { readFileSync } from "node:fs";

const { folder, issuer, jwks, cases, sets } = JSON.parse(readFileSync(0, "utf8"));
const { verifyShown } = await import(`${folder}/token.mjs`);
const { KeySetError, readKeys } = await import(`${folder}/keys.mjs`);

const verdicts = [];
for (const [token, now] of cases) {
  const { valid, claims, reason } = await verifyShown(token, jwks, { issuer, now });
  verdicts.push(valid ? claims : reason);
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
process.stdout.write(JSON.stringify({ verdicts, keys }));
