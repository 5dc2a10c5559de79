// A client of npm's openid-client. See tests/openid_connect.rs for both ends of the pipe.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import * as oidc from "openid-client";

globalThis.crypto ??= webcrypto; // Debian 12 has Node.js 18, where it is not global

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const say = (answer) => console.log(JSON.stringify(answer));

const task = JSON.parse(await next());
const authenticate = task.post ? oidc.ClientSecretPost(task.client_secret) : oidc.ClientSecretBasic(task.client_secret);
const config = await oidc.discovery(new URL(task.issuer), task.client_id, undefined, authenticate, {
  execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
});

const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
say(
  oidc.buildAuthorizationUrl(config, {
    redirect_uri: task.redirect_uri,
    scope: task.scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  }),
);

const returned = new URL(await next());
const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
try {
  const tokens = await oidc.authorizationCodeGrant(config, returned, checks);
  const claims = tokens.claims();
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  const again = await oidc.authorizationCodeGrant(config, returned, checks).catch((error) => error.error);
  say({ claims, userinfo, again });
} catch (error) {
  say({ error: error.error ?? String(error) });
}
process.exit(0);
