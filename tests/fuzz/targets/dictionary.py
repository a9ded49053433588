"""Pieces that a fuzzer does not find by itself: tags, labels, object identifiers, names."""

from __future__ import annotations

from tests.evidence import cms_builder as cms
from tests.fuzz.heavy.pieces import head

TAGS = (
    17,
    18,
    61,
    97,
    98,
    107,
    399,
    500,
    501,
    505,
    506,
    507,
    550,
    552,
    553,
    554,
    560,
    563,
    601,
    602,
    907,
    55799,
)
LABELS = (
    1,
    2,
    3,
    4,
    6,
    8,
    10,
    33,
    34,
    256,
    258,
    262,
    263,
    265,
    266,
    273,
    274,
    2394,
    2395,
    2399,
    44234,
    44241,
)
NEGATIVE = (-7, -8, -9, -16, -19, -35, -37, -257, -75000, -75008, -76000)
TEXTS = (
    '"ietf-mud:mud"',
    '"ietf-access-control-list:acls"',
    '"eat_nonce"',
    '"submods"',
    '"eat_profile"',
    '"alg"',
    '"none"',
    '"ES256"',
    '"x5c"',
    '"jwk"',
    '"crit"',
    "eyJhbGciOiJFUzI1NiJ9.",
    "-----BEGIN CERTIFICATE-----",
    "&a",
    "*a",
    "<<:",
    "!!python/object:",
    "? ",
    "- ",
    "|2-",
    "%YAML 1.2",
    "iotassess/denylist/v1",
    "any_of:",
    "all_of:",
    "1.0",
    "1e9999",
)
OIDS = (
    cms.SIGNED_DATA,
    cms.DATA,
    cms.MESSAGE_DIGEST,
    cms.RSA_PSS,
    cms.ED25519,
    "2.5.29.15",
    "2.5.29.19",
    "2.5.29.37",
)


def short(major: int, argument: int) -> bytes:
    """The shortest head of a CBOR item."""
    whole = head(major, argument)
    for size, info in ((1, 24), (2, 25), (4, 26)):
        if argument < 24:
            return bytes((major << 5 | argument,))
        if argument < 1 << 8 * size:
            return bytes((major << 5 | info,)) + argument.to_bytes(size, "big")
    return whole


def tokens() -> list[bytes]:
    return [
        *(short(6, tag) for tag in TAGS),
        *(short(0, label) for label in LABELS),
        *(short(1, -1 - label) for label in NEGATIVE),
        *(text.encode() for text in TEXTS),
        *(cms.oid(name) for name in OIDS),
        b"\x9f",
        b"\xbf",
        b"\x5f",
        b"\xff",
        b"\xf6",
        b"\xf5",
        b"\x30\x80",
        b"\x30\x82\xff\xff",
        b"\x3d\xb8\xf3\x96",
        b"\x07\x69",
        b"\x08\x69",
        b"\x7fELF",
        b"PK\x03\x04",
        b"PK\x05\x06",
    ]


def text() -> str:
    """The dictionary as libFuzzer reads it."""
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in token) + '"\n' for token in tokens())
