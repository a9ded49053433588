"""Edges of the walls: CBOR, COSE, JOSE, CMS, JSON, YAML and keys."""

from __future__ import annotations

import base64
import json as plain_json

import cbor2
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.codec import cbor, cms, cms_der, cose, cose_headers, jose, json, yaml
from iotassess.codec.keys_formats import from_cose_key, load_pem_or_der
from iotassess.codec.keys_verify import fits
from tests.evidence import cms_builder
from tests.evidence.signing import ALICE, b64, leaf, pem, root
from tests.limits.edge import Edge, refusal

ES256 = cbor2.dumps({1: -7})
CONTENT = b"content"


# --- CBOR ---------------------------------------------------------------------------------------


def cbor_bytes(size: int) -> str:
    return refusal(lambda: cbor.loads(b"\x5a" + (size - 5).to_bytes(4, "big") + bytes(size - 5)))


def cbor_depth(size: int) -> str:
    return refusal(lambda: cbor.loads(b"\x81" * size + b"\x00"))


def cbor_outside(size: int) -> str:
    return refusal(lambda: cbor.loads(b"\x7a" + (size - 5).to_bytes(4, "big") + b"a" * (size - 5)))


def cbor_composite_keys(size: int) -> str:
    entries = b"".join(b"\x82\x1a" + number.to_bytes(4, "big") + b"\x00\x00" for number in range(size))
    return refusal(lambda: cbor.loads(b"\xb9" + size.to_bytes(2, "big") + entries))


def cbor_key_items(size: int) -> str:
    return refusal(lambda: cbor.loads(cbor2.dumps({(0,) * (size - 1): 0})))


# --- COSE, JOSE ---------------------------------------------------------------------------------


def cose_signers(size: int) -> str:
    return refusal(lambda: cose.parse(cbor.Tag(98, [b"", {}, b"", [[ES256, {}, b""]] * size])))


def cose_chain(size: int) -> str:
    bucket = cose_headers.read_bucket({33: [b"\x30\x00"] * size}, frozenset())
    return " | ".join(one.message for one in bucket.problems)


def jose_chain(size: int) -> str:
    header = base64.urlsafe_b64encode(plain_json.dumps({"alg": "ES256", "x5c": ["MAA="] * size}).encode())
    parsed = jose.parse(header.rstrip(b"=") + b".e30.AAAA")
    return " | ".join(one.message for one in parsed.problems)


def jose_keys(size: int) -> str:
    return refusal(lambda: jose.parse_jwk_set(plain_json.dumps({"keys": [JWK] * size})))


JWK = {"kty": "oct", "k": b64(b"secret of sixteen bytes or more")}


# --- CMS ----------------------------------------------------------------------------------------


def cms_bytes(size: int) -> str:
    inner = size - 5  # tag and length of four bytes
    told = refusal(lambda: cms.parse(b"\x30\x83" + inner.to_bytes(3, "big") + bytes(inner)))
    return told if "at most" in told else ""


def cms_items(size: int) -> str:
    return refusal(lambda: cms_der.require_der(cms_builder.seq(b"\x05\x00" * (size - 1))))


def cms_depth(size: int) -> str:
    deep = b"\x05\x00"
    for _ in range(size):
        deep = cms_builder.seq(deep)
    return refusal(lambda: cms_der.require_der(deep))


def cms_name(size: int) -> str:
    return refusal(lambda: cms_der.require_der(cms_builder.tlv(0x06, b"\x2a" * size)))


def cms_integer(size: int) -> str:
    return refusal(lambda: cms_der.require_der(cms_builder.tlv(0x02, b"\x01" * size)))


def cms_certificates(size: int) -> str:
    signer = cms_builder.signer(ALICE, cms_builder.by_serial(leaf()), CONTENT)
    return refusal(lambda: cms.parse(cms_builder.message(CONTENT, [signer], [leaf()] * size)))


def cms_signers(size: int) -> str:
    signer = cms_builder.signer(ALICE, cms_builder.by_serial(leaf()), CONTENT)
    return refusal(lambda: cms.parse(cms_builder.message(CONTENT, [signer] * size)))


def cms_serial(size: int) -> str:
    number = cms_builder.integer((1 << (8 * size - 1)) - 1)
    sid = cms_builder.seq(root().issuer.public_bytes(), number)
    return refusal(lambda: cms.parse(cms_builder.message(CONTENT, [cms_builder.signer(ALICE, sid, CONTENT)])))


def cms_fitting(size: int) -> str:
    """All have the signer's issuer and serial number; those beyond the limit are not held against it."""
    mine = leaf()
    signer = cms_builder.signer(ALICE, cms_builder.by_serial(mine), CONTENT)
    message = cms.parse(cms_builder.message(CONTENT, [signer], [mine] * size))
    held = len(message.signers[0].certificates)
    return f"{size} fit, {held} are held against it" if held < size else ""


# --- JSON, YAML ---------------------------------------------------------------------------------


def json_bytes(size: int) -> str:
    return refusal(lambda: json.loads(b"1" + b" " * (size - 1)))


def json_depth(size: int) -> str:
    return refusal(lambda: json.loads("[" * size + "]" * size))


def json_items(size: int) -> str:
    return refusal(lambda: json.loads("[" + "1," * (size - 1) + "1]"))


def json_number(size: int) -> str:
    return refusal(lambda: json.loads("1" * size))


def yaml_bytes(size: int) -> str:
    return refusal(lambda: yaml.load(b"#" * size))


def yaml_depth(size: int) -> str:
    return refusal(lambda: yaml.load("[" * size + "]" * size))


def yaml_aliases(size: int) -> str:
    return refusal(lambda: yaml.load("\n".join(["- &x 1", *["- *x"] * size])))


def yaml_number(size: int) -> str:
    return refusal(lambda: yaml.load("a: " + "1" * size))


# --- keys ---------------------------------------------------------------------------------------


def key_file(size: int) -> str:
    return refusal(lambda: load_pem_or_der(pem(ALICE).ljust(size, b"\n")))


def pem_blocks(size: int) -> str:
    return refusal(lambda: load_pem_or_der(pem(ALICE) * size))


def rsa_number(size: int) -> str:
    odd = b"\xff" * size
    return refusal(lambda: from_cose_key({1: 3, -1: odd, -2: b"\x01\x00\x01"}))


def rsa_bits(size: int) -> str:
    """Only the public half is needed, and nobody has to know the factors."""
    key = rsa.RSAPublicNumbers(65537, (1 << size) - 1).public_key()
    (loaded,) = load_pem_or_der(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return "" if fits(loaded, "RS256") else f"a key of {size} bits fits no algorithm"


EDGES: dict[str, Edge] = {
    "iotassess.codec.cbor_decode:MAX_ARTEFACT_BYTES": Edge(cbor_bytes, "{most}"),
    "iotassess.codec.cbor_tokens:MAX_DEPTH": Edge(cbor_depth, "{most}"),
    "iotassess.codec.cbor_tokens:MAX_OUTSIDE_BYTES": Edge(cbor_outside, "{most}"),
    "iotassess.codec.cbor_tokens:MAX_COMPOSITE_KEYS": Edge(cbor_composite_keys, "{most}"),
    "iotassess.codec.cbor_tokens:MAX_KEY_ITEMS": Edge(cbor_key_items, "{most}", step=2),
    "iotassess.codec.cose:MAX_SIGNERS": Edge(cose_signers, "{most}"),
    "iotassess.codec.cose_headers:MAX_CHAIN": Edge(cose_chain, "1 to {most} certificates"),
    "iotassess.codec.jose:MAX_CERTIFICATES": Edge(jose_chain, "1 to {most} certificates"),
    "iotassess.codec.jose:MAX_KEYS": Edge(jose_keys, "1 to {most}"),
    "iotassess.codec.cms_der:MAX_SIZE": Edge(cms_bytes, "at most {most}"),
    "iotassess.codec.cms_der:MAX_ITEMS": Edge(cms_items, "{most} ASN.1 items"),
    "iotassess.codec.cms_der:MAX_DEPTH": Edge(cms_depth, "nested deeper than {most}"),
    "iotassess.codec.cms_der:MAX_NAME": Edge(cms_name, "expected at most {most}"),
    "iotassess.codec.cms_der:MAX_INTEGER": Edge(cms_integer, "expected at most {most}"),
    "iotassess.codec.cms_read:MAX_CERTIFICATES": Edge(cms_certificates, "{got} certificates; at most {most}"),
    "iotassess.codec.cms_read:MAX_SIGNERS": Edge(cms_signers, "{got} signers; at most {most}"),
    "iotassess.codec.cms_read:MAX_SERIAL": Edge(cms_serial, "{got} bytes; expected at most {most}"),
    "iotassess.codec.cms_read:MAX_FITTING": Edge(cms_fitting, "{got} fit, {most} are held"),
    "iotassess.codec.json:MAX_SIZE": Edge(json_bytes, "{most}"),
    "iotassess.codec.json:MAX_DEPTH": Edge(json_depth, "{most}"),
    "iotassess.codec.json:MAX_ITEMS": Edge(json_items, "more than {most} values"),
    "iotassess.codec.json:MAX_NUMBER_LENGTH": Edge(json_number, "{most}"),
    "iotassess.codec.yaml_core:MAX_SIZE": Edge(yaml_bytes, "{most}"),
    "iotassess.codec.yaml:MAX_DEPTH": Edge(yaml_depth, "{most}"),
    "iotassess.codec.yaml:MAX_ALIASES": Edge(yaml_aliases, "{most}"),
    "iotassess.codec.yaml_core:MAX_NUMBER_LENGTH": Edge(yaml_number, "{most}"),
    "iotassess.codec.keys_formats:MAX_KEY_FILE_BYTES": Edge(key_file, "expected at most {most}"),
    "iotassess.codec.keys_formats:MAX_PEM_BLOCKS": Edge(pem_blocks, "more than {most} PEM blocks"),
    "iotassess.codec.keys_formats:MAX_RSA_NUMBER_BYTES": Edge(rsa_number, "expected at most 8192"),
    "iotassess.codec.keys_verify:MAX_RSA_BITS": Edge(rsa_bits, "{got} bits"),
}
"""Limit → its edge."""
