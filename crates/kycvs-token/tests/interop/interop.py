"""Verifies our tokens with PyJWT, joserfc and sd-jwt, and makes tokens with them. See tests/interop.rs for both ends of the pipe."""

import json
import sys

import joserfc.errors
import joserfc.jwk
import joserfc.jwt
import jwt
import jwcrypto.jwk
import jwcrypto.jws
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier


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


def sd_jwt_verify(task, algorithm, presentation):
    keys = jwcrypto.jwk.JWKSet.from_json(json.dumps(task["jwks"]))
    return SDJWTVerifier(presentation, lambda issuer, header: keys.get_key(header["kid"])).get_verified_payload()


def sd_jwt_issue(task, algorithm):
    key = jwcrypto.jwk.JWK.from_pem(task["private_keys"][algorithm].encode())
    disclosed = {SDObj(claim): value for claim, value in task["bearer"].items()}
    header = {name: value for name, value in task["headers"][algorithm].items() if name != "alg"}
    issued = SDJWTIssuer(
        task["claims"] | disclosed, key, sign_alg=algorithm, add_decoy_claims=True, extra_header_parameters=header
    )
    return issued.sd_jwt_issuance


LIBRARIES = {
    "PyJWT": (pyjwt_verify, pyjwt_issue, jwt.InvalidSignatureError),
    "joserfc": (joserfc_verify, joserfc_issue, joserfc.errors.BadSignatureError),
    "sd-jwt": (sd_jwt_verify, sd_jwt_issue, jwcrypto.jws.InvalidJWSSignature),
}


def refuses(verify, error, task, algorithm, forged):
    try:
        verify(task, algorithm, forged)
    except error:
        return True
    return False


task = json.load(sys.stdin)
results = []
for library, (verify, issue, error) in LIBRARIES.items():
    kind = "presentations" if library == "sd-jwt" else "tokens"
    for algorithm, token in task[kind].items():
        results.append(
            {
                "package": library,
                "algorithm": algorithm,
                "claims": verify(task, algorithm, token),
                "refuses_forged": refuses(verify, error, task, algorithm, task[f"forged_{kind}"][algorithm]),
                "issued": issue(task, algorithm),
            }
        )
json.dump(results, sys.stdout)
