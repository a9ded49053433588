"""TEEP messages (draft-ietf-teep-protocol)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.rules import PLAIN, Field, Rule

_TYPES: Final = {1: "query-request", 2: "query-response", 3: "update", 5: "success", 6: "error"}
_FRESHNESS: Final = {0: "nonce", 1: "timestamp"}
_ERRORS: Final = {
    1: "permanent error",
    2: "unsupported extension",
    3: "unsupported freshness mechanisms",
    4: "unsupported message version",
    5: "unsupported cipher suites",
    6: "bad certificate",
    7: "attestation required",
    8: "unsupported SUIT report",
    9: "certificate expired",
    10: "temporary error",
    17: "manifest processing failed",
}
_REQUESTED: Final = {0: "attestation", 1: "trusted components", 2: "extensions", 3: "SUIT reports"}
_COMPONENT: Final = Rule(
    keys={
        16: Field("component-id", Rule(rest=Field("segment {n}", PLAIN))),
        17: Field("tc-manifest-sequence-number"),
        18: Field("have-binary"),
    },
)
_SUITE: Final = Rule(
    rest=Field(
        "operation {n}", Rule(items=(Field("COSE tag"), Field("algorithm", Rule(words=words.cose_algorithm))))
    )
)
_PROFILE: Final = Rule(rest=Field("algorithm {n}", Rule(words=words.cose_algorithm)))
_SUITES: Final = Rule(rest=Field("cipher suite {n}", _SUITE))
_PROFILES: Final = Rule(rest=Field("profile {n}", _PROFILE))
_MANIFEST: Final = Rule(inside="suit:ENVELOPE")
_OPTIONS: Final = Rule(
    "options",
    keys={
        1: Field("supported-teep-cipher-suites", _SUITES),
        2: Field("challenge", PLAIN),
        3: Field("versions", Rule(rest=Field("version"))),
        4: Field("supported-suit-cose-profiles", _PROFILES),
        5: Field("selected-teep-cipher-suite", _SUITE),
        6: Field("selected-version"),
        7: Field("attestation-payload", Rule(inside="eat:TOKEN")),
        8: Field("tc-list", Rule(rest=Field("component {n}", _COMPONENT))),
        9: Field("ext-list", Rule(rest=Field("extension"))),
        10: Field("manifest-list", Rule(rest=Field("manifest {n}", _MANIFEST))),
        11: Field("msg"),
        12: Field("err-msg"),
        13: Field("attestation-payload-format"),
        14: Field("requested-tc-list", Rule(rest=Field("component {n}", _COMPONENT))),
        15: Field(
            "unneeded-manifest-list", Rule(rest=Field("manifest {n}", Rule(rest=Field("segment {n}", PLAIN))))
        ),
        16: Field("component-id", Rule(rest=Field("segment {n}", PLAIN))),
        17: Field("tc-manifest-sequence-number"),
        18: Field("have-binary"),
        19: Field("suit-reports", Rule(rest=Field("report {n}", "suit_report:REPORT"))),
        20: Field("token", PLAIN),
        21: Field(
            "supported-freshness-mechanisms",
            Rule(rest=Field("mechanism", Rule(words=words.enum(_FRESHNESS)))),
        ),
        22: Field("challenge-tam", PLAIN),
        23: Field("err-code", Rule(words=words.enum(_ERRORS))),
    },
)
_MESSAGE: Final = Rule(
    "TEEP message",
    items=(
        Field("type", Rule(words=words.enum(_TYPES))),
        Field("options", _OPTIONS),
        Field("", Rule(rest=_SUITES.rest, words=words.enum(_ERRORS))),
        Field("", _PROFILES),
        Field("data-item-requested", Rule(words=words.bits(_REQUESTED))),
    ),
)
_PAYLOAD: Final = cose.signed(_MESSAGE)
MESSAGE: Final = Rule("TEEP message", items=_MESSAGE.items, tags=cose.messages(_PAYLOAD))
