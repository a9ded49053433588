"""FDO ownership vouchers (FIDO Device Onboard 1.1 section 3.4), and BRSKI vouchers in CBOR."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.rules import ANY, Field, Rule

_HASHES: Final = {-16: "SHA-256", -43: "SHA-384", 5: "HMAC-SHA-256", 6: "HMAC-SHA-384"}
_KEY_TYPES: Final = {1: "RSA2048RESTR", 5: "RSAPKCS", 6: "RSAPSS", 10: "SECP256R1", 11: "SECP384R1"}
_KEY_FORMS: Final = {0: "Crypto", 1: "X509", 2: "X5CHAIN", 3: "COSEKEY"}
_INSTRUCTIONS: Final = {
    0: "RVDevOnly",
    1: "RVOwnerOnly",
    2: "RVIPAddress",
    3: "RVDevPort",
    4: "RVOwnerPort",
    5: "RVDns",
    6: "RVSvCertHash",
    7: "RVClCertHash",
    8: "RVUserInput",
    9: "RVWifiSsid",
    10: "RVWifiPw",
    11: "RVMedium",
    12: "RVProtocol",
    13: "RVDelaysec",
    14: "RVBypass",
    15: "RVExtRV",
}
HASH: Final = Rule(
    "Hash",
    items=(
        Field("type", Rule(words=words.enum(_HASHES))),
        Field("value", Rule(form="plain", notes=("digest",))),
    ),
)
PUBLIC_KEY: Final = Rule(
    "PublicKey",
    items=(
        Field("type", Rule(words=words.enum(_KEY_TYPES))),
        Field("encoding", Rule(words=words.enum(_KEY_FORMS))),
        Field(
            "body",
            Rule(
                form="der",
                keys=cose.KEY.keys,
                by=cose.KEY.by,
                rest=Field("certificate {n}", Rule(form="der")),
                notes=("key",),
            ),
        ),
    ),
)
_RENDEZVOUS: Final = Rule(
    "RendezvousInfo",
    rest=Field(
        "directive {n}",
        Rule(
            rest=Field(
                "instruction {n}",
                Rule(
                    items=(
                        Field("variable", Rule(words=words.enum(_INSTRUCTIONS))),
                        Field("value", Rule(inside=ANY)),
                    )
                ),
            )
        ),
    ),
)
_HEADER: Final = Rule(
    "OVHeader",
    items=(
        Field("protocol version"),
        Field("guid", Rule(form="plain", words=words.identifier)),
        Field("rendezvous info", _RENDEZVOUS),
        Field("device info"),
        Field("manufacturer public key", PUBLIC_KEY),
        Field("device certificate chain hash", HASH),
    ),
)
_ENTRY: Final = Rule(
    "OVEntryPayload",
    items=(
        Field("hash of the previous entry", HASH),
        Field("hash of the header info", HASH),
        Field("extra"),
        Field("public key of the next owner", PUBLIC_KEY),
    ),
)
_ENTRY_TAGS: Final = cose.messages(cose.signed(_ENTRY))
VOUCHER: Final = Rule(
    "OwnershipVoucher",
    items=(
        Field("protocol version"),
        Field("header", Rule(inside=_HEADER)),
        Field("header HMAC", HASH),
        Field(
            "device certificate chain",
            Rule(rest=Field("certificate {n}", Rule(form="der", notes=("certificate",)))),
        ),
        Field("entries", Rule(rest=Field("entry {n}", Rule(tags=_ENTRY_TAGS)))),
    ),
)
BRSKI: Final = Rule(tags=cose.messages(cose.signed(ANY)), items=cose.sign1(cose.signed(ANY)).items)
