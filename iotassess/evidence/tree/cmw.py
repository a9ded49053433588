"""Conceptual message wrappers (draft-ietf-rats-msg-wrap-23)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.cmw_types import CONTENT_FORMATS, INDICATORS
from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.rules import Field, Rule

_FORMAT: Final = Rule(words=words.enum(CONTENT_FORMATS))
_KEYS: Final[dict[int | str, Field]] = {"__cmwc_t": Field("__cmwc_t")}
_RECORD: Final = (
    Field("type", _FORMAT),
    Field("value"),
    Field("indication", Rule(words=words.bits(dict(enumerate(INDICATORS))))),
)
PLAIN: Final = Rule(title="", keys=_KEYS, other=Field("{key}", "cmw:CMW"), items=_RECORD)
_PAYLOAD: Final = cose.signed(PLAIN)
CMW: Final = Rule(
    "", keys=_KEYS, other=PLAIN.other, items=_RECORD, tags={18: Field("COSE_Sign1", cose.sign1(_PAYLOAD))}
)
"""A record, a collection, or either of them signed."""
