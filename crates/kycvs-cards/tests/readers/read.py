"""Reads a SMART Health Card and an EU DCC from their pictures, with libraries that are not ours. See tests/cards.rs for both ends."""

import base64
import io
import json
import sys
import zlib

import base45
import cwt
import joserfc.jwk
import joserfc.jws
import zxingcpp
from PIL import Image


def text_of(picture):
    return zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(picture))))[0].text


def health_card(task):
    digits = text_of(task["health_card"]).removeprefix("shc:/")
    token = "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits), 2))
    registry = joserfc.jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    verified = joserfc.jws.deserialize_compact(token, joserfc.jwk.KeySet.import_key_set(task["jwks"]), registry=registry)
    assert verified.headers()["zip"] == "DEF"
    return json.loads(zlib.decompress(verified.payload, wbits=-15))


def dcc(task):
    [jwk] = task["jwks"]["keys"]
    members = {name: jwk[name] for name in ("kty", "crv", "x", "y", "alg")}
    key = cwt.COSEKey.from_jwk({**members, "key_ops": ["verify"]}).to_dict()
    key = cwt.COSEKey.new({**key, 2: base64.urlsafe_b64decode(task["key_id"] + "=")})
    message = zlib.decompress(base45.b45decode(text_of(task["dcc"]).removeprefix("HC1:")))
    return cwt.decode(message, key)[-260][1]


task = json.load(sys.stdin)
json.dump({"health_card": health_card(task), "dcc": dcc(task)}, sys.stdout)
