"""Reads our codes from their pictures with ZXing, and verifies them with python-cwt. See tests/interop.rs for both ends of the pipe."""

import base64
import io
import json
import sys

import base45
import cwt
import zxingcpp
from PIL import Image

CLAIMS = {1: "iss", 3: "aud", 4: "exp", 6: "iat", 7: "jti", -65537: "ours"}
OURS = {1: "vaccination_status", 2: "as_of", 3: "policy", 4: "purpose", 5: "reference", 6: "consent", 7: "sub", 11: "evidence"}


def keys_of(jwks):
    """The keys by the names that our codes give them: the first four bytes of the thumbprint."""
    for jwk in jwks["keys"]:
        members = {name: jwk[name] for name in ("kty", "crv", "x", "y", "alg") if name in jwk}
        key = cwt.COSEKey.from_jwk({**members, "key_ops": ["verify"]}).to_dict()
        thumbprint = base64.urlsafe_b64decode(jwk["kid"] + "=")
        yield cwt.COSEKey.new({**key, 2: thumbprint[:4]})


def text_of(picture):
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(picture))))
    return codes[0].text


def plain(value):
    """Bytes in hexadecimal, since JSON has none."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if getattr(value, "tag", None) == 23:
        return value.value.hex()
    return value


def verified(code, keys):
    claims = cwt.decode(base45.b45decode(code.removeprefix("KV1:")), keys)
    named = {CLAIMS[label]: plain(value) for label, value in claims.items()}
    ours = {OURS[label]: plain(value) for label, value in claims[-65537].items() if label in OURS}
    return {**{name: value for name, value in named.items() if name != "ours"}, **ours}


def refuses(code, keys):
    try:
        verified(code, keys)
    except cwt.VerifyError:
        return True
    return False


task = json.load(sys.stdin)
keys = list(keys_of(task["jwks"]))
json.dump(
    [
        {
            "text": text_of(code["picture"]),
            "claims": verified(text_of(code["picture"]), keys),
            "refuses_forged": refuses(code["forged"], keys),
        }
        for code in task["codes"]
    ],
    sys.stdout,
)
