"""Verifies our tokens with PyJWT and joserfc, and makes tokens with them. See tests/interop.rs for both ends of the pipe."""

import json
import sys

import joserfc.errors
import joserfc.jwk
import joserfc.jwt
import jwt


def pyjwt_verify(task, algorithm, token):
    keys = jwt.PyJWKSet.from_dict(task["jwks"])
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        issuer=task["issuer"],
        audience=task["audience"],
        options={"require": ["iss", "aud", "iat", "exp"]},
    )


def pyjwt_issue(task, algorithm):
    return jwt.encode(task["claims"], task["private_keys"][algorithm], algorithm, headers=task["headers"][algorithm])


def joserfc_verify(task, algorithm, token):
    keys = joserfc.jwk.KeySet.import_key_set(task["jwks"])
    decoded = joserfc.jwt.decode(token, keys, algorithms=[algorithm])
    rules = joserfc.jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": task["issuer"]},
        aud={"essential": True, "value": task["audience"]},
        exp={"essential": True},
    )
    rules.validate(decoded.claims)
    return decoded.claims


def joserfc_issue(task, algorithm):
    kind = {"ES256": joserfc.jwk.ECKey, "EdDSA": joserfc.jwk.OKPKey}[algorithm]
    key = kind.import_key(task["private_keys"][algorithm])
    return joserfc.jwt.encode(task["headers"][algorithm], task["claims"], key, algorithms=[algorithm])


LIBRARIES = {
    "PyJWT": (pyjwt_verify, pyjwt_issue, jwt.InvalidSignatureError),
    "joserfc": (joserfc_verify, joserfc_issue, joserfc.errors.BadSignatureError),
}


def refuses(verify, error, task, algorithm):
    try:
        verify(task, algorithm, task["forged"][algorithm])
    except error:
        return True
    return False


task = json.load(sys.stdin)
results = [
    {
        "package": library,
        "algorithm": algorithm,
        "claims": verify(task, algorithm, token),
        "refuses_forged": refuses(verify, error, task, algorithm),
        "issued": issue(task, algorithm),
    }
    for library, (verify, issue, error) in LIBRARIES.items()
    for algorithm, token in task["tokens"].items()
]
json.dump(results, sys.stdout)
