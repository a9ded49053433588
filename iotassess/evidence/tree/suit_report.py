"""SUIT reports (draft-ietf-suit-report-18)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence import suit_names as names
from iotassess.evidence import suit_report_names as report_names
from iotassess.evidence.tree import cose, suit, words
from iotassess.evidence.tree.rules import PLAIN, Field, Rule

_CAPABILITIES: Final = {
    1: "components",
    2: "commands",
    3: "parameters",
    4: "crypto algorithms",
    5: "envelope elements",
    6: "manifest elements",
    7: "common elements",
    8: "text elements",
    9: "component text elements",
    10: "dependencies",
}
_PROPERTIES: Final = Rule(
    "SUIT system properties",
    keys={
        **suit.parameters(names.PARAMETERS).keys,
        0: Field("component-id", suit.COMPONENT_ID),
    },
)
_RECORD: Final = Rule(
    "SUIT_Record",
    items=(
        Field("manifest id", Rule(rest=Field("dependency {n}"))),
        Field("manifest section", Rule(words=words.enum({**names.SECTIONS, 3: "common"}))),
        Field("section offset"),
        Field("component index"),
        Field("record properties", _PROPERTIES),
    ),
    keys=_PROPERTIES.keys,
)
_REASON: Final = Rule(words=words.enum(report_names.REASONS))
_RESULT: Final = Rule(
    "SUIT_Report result",
    keys={5: Field("code"), 6: Field("record", _RECORD), 7: Field("reason", _REASON)},
)
_REFERENCE: Final = Rule("SUIT_Reference", items=(Field("uri"), Field("digest", suit.WRAPPED_DIGEST)))
_KEYS: Final[dict[int | str, Field]] = {
    1: Field("reference (draft)", _REFERENCE),
    2: Field("nonce", PLAIN),
    3: Field("records", Rule(rest=Field("record {n}", _RECORD))),
    4: Field("result", _RESULT),
    5: Field("result code"),
    6: Field("result record", _RECORD),
    7: Field("result reason", _REASON),
    8: Field("capability report", Rule(keys={key: Field(name) for key, name in _CAPABILITIES.items()})),
    99: Field("reference", _REFERENCE),
}
_PLAIN: Final = Rule("SUIT_Report", keys=_KEYS)
_PAYLOAD: Final = cose.signed(_PLAIN)
REPORT: Final = Rule(
    "SUIT_Report", keys=_KEYS, tags=cose.messages(_PAYLOAD), items=cose.sign1(_PAYLOAD).items, inside=_PLAIN
)
