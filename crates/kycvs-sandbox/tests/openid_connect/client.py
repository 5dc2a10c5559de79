"""A client of Authlib. See tests/openid_connect.rs for both ends of the pipe."""

import json
import os
import sys
from urllib.parse import parse_qs, urlsplit

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the sandbox listens on this machine

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet


def say(answer):
    print(json.dumps(answer), flush=True)


task = json.loads(sys.stdin.readline())
provider = requests.get(task["issuer"] + "/.well-known/openid-configuration", timeout=10).json()
assert provider["issuer"] == task["issuer"]

session = OAuth2Session(
    task["client_id"],
    task["client_secret"],
    scope=task["scope"],
    redirect_uri=task["redirect_uri"],
    code_challenge_method="S256",
    token_endpoint_auth_method="client_secret_post" if task["post"] else "client_secret_basic",
)
verifier, nonce = generate_token(48), generate_token(20)
url, state = session.create_authorization_url(provider["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
say(url)

returned = sys.stdin.readline().strip()


def exchange():
    return session.fetch_token(
        provider["token_endpoint"], authorization_response=returned, state=state, code_verifier=verifier
    )


try:
    denied = parse_qs(urlsplit(returned).query).get("error")
    if denied:  # the session leaves this to the site's own framework
        raise OAuthError(denied[0])
    token = exchange()
    keys = KeySet.import_key_set(requests.get(provider["jwks_uri"], timeout=10).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=provider["id_token_signing_alg_values_supported"])
    options = {"iss": {"essential": True, "value": task["issuer"]}}
    params = {"nonce": nonce, "client_id": task["client_id"]}
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    claims.validate()
    userinfo = session.get(provider["userinfo_endpoint"]).json()
    try:
        again = exchange()
    except OAuthError as error:
        again = error.error
    say({"claims": dict(claims), "userinfo": userinfo, "again": again})
except OAuthError as error:
    say({"error": error.error})
