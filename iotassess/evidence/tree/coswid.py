"""CoSWID tags (RFC 9393, labels of section 8.1 and of its index values)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from iotassess.evidence import coswid_names as names
from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.rules import PLAIN, Field, Rule
from iotassess.evidence.version_schemes import VERSION_SCHEMES

_NAMES: Final = {
    0: "tag-id",
    1: "software-name",
    2: "entity",
    3: "evidence",
    4: "link",
    5: "software-meta",
    6: "payload",
    7: "hash",
    8: "corpus",
    9: "patch",
    10: "media",
    11: "supplemental",
    12: "tag-version",
    13: "software-version",
    14: "version-scheme",
    15: "lang",
    16: "directory",
    17: "file",
    18: "process",
    19: "resource",
    20: "size",
    21: "file-version",
    22: "key",
    23: "location",
    24: "fs-name",
    25: "root",
    26: "path-elements",
    27: "process-name",
    28: "pid",
    29: "type",
    31: "entity-name",
    32: "reg-id",
    33: "role",
    34: "thumbprint",
    35: "date",
    36: "device-id",
    37: "artifact",
    38: "href",
    39: "ownership",
    40: "rel",
    41: "media-type",
    42: "use",
    43: "activation-status",
    44: "channel-type",
    45: "colloquial-version",
    46: "description",
    47: "edition",
    48: "entitlement-data-required",
    49: "entitlement-key",
    50: "generator",
    51: "persistent-id",
    52: "product",
    53: "product-family",
    54: "revision",
    55: "summary",
    56: "unspsc-code",
    57: "unspsc-version",
}

HASH: Final = Rule(
    "hash-entry",
    items=(
        Field("algorithm", Rule(words=words.ni_hash)),
        Field("value", Rule(form="plain", notes=("digest",))),
    ),
)


def _many(names: Mapping[int, str]) -> Rule:
    """One value of an enumeration, or several."""
    one = Rule(words=words.enum(names))
    return Rule(words=one.words, rest=Field("", one))


_GROUP: Final = Rule(rest=Field("[{n}]", "coswid:TAG"), title="")
_RULES: Final[dict[int, Rule | str]] = {
    0: Rule(form="plain", words=words.identifier),
    7: HASH,
    34: HASH,
    14: Rule(words=words.enum(VERSION_SCHEMES)),
    33: _many(names.ROLES),
    35: Rule(words=words.time),
    36: PLAIN,
    39: Rule(words=words.enum(names.OWNERSHIPS)),
    40: Rule(words=words.enum(names.RELATIONS)),
    42: Rule(words=words.enum(names.USES)),
    **dict.fromkeys((2, 3, 4, 5, 6, 16, 17, 18, 19, 26), "coswid:GROUP"),
}
_KEYS: Final[dict[int | str, Field]] = {
    key: Field(name, _RULES.get(key, Rule())) for key, name in _NAMES.items()
}
GROUP: Final = Rule(keys=_KEYS, rest=Field("[{n}]", "coswid:GROUP"))
"""Every map of a tag has its labels from one table, and may stand alone or in an array."""

_TAG: Final = Rule("concise-swid-tag", keys=_KEYS)
_PAYLOAD: Final = cose.signed("coswid:TAG")
TAG: Final = Rule(
    "concise-swid-tag",
    keys=_KEYS,
    tags=cose.messages(_PAYLOAD),
    inside=_TAG,
    rest=Field("[{n}]", "coswid:TAG"),
)
