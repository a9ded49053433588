"""Collections of Arm CCA tokens (draft-ffm-rats-cca-token; tag 399 before)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree.eat import TOKEN
from iotassess.evidence.tree.rules import Field, Rule

_WRAPPED: Final = Rule(inside=TOKEN)
MEMBER: Final = Rule(inside=TOKEN, items=(Field("content format"), Field("token", _WRAPPED)), tags=TOKEN.tags)
COLLECTION: Final = Rule(
    "CCA token",
    keys={
        44234: Field("cca-platform-token", MEMBER),
        44241: Field("cca-realm-delegated-token", MEMBER),
        "__cmwc_t": Field("__cmwc_t"),
    },
    other=Field("{key}", MEMBER),
)
OLD_COLLECTION: Final = COLLECTION
