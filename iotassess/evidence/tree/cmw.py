"""Conceptual message wrappers (draft-ietf-rats-msg-wrap-23)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.rules import Field, Rule

_INDICATIONS: Final = {0: "reference values", 1: "endorsements", 2: "evidence", 3: "attestation results"}
_FORMATS: Final = {
    258: "application/swid+cbor",
    263: "application/eat+cwt",
    264: "application/eat+jwt",
    265: "application/eat-bun+cbor",
    266: "application/eat-bun+json",
    267: "application/eat-ucs+cbor",
    268: "application/eat-ucs+json",
}


_FORMAT: Final = Rule(words=words.enum(_FORMATS))
_KEYS: Final[dict[int | str, Field]] = {"__cmwc_t": Field("__cmwc_t")}
_RECORD: Final = (
    Field("type", _FORMAT),
    Field("value"),
    Field("indication", Rule(words=words.bits(_INDICATIONS))),
)
PLAIN: Final = Rule(title="", keys=_KEYS, other=Field("{key}", "cmw:CMW"), items=_RECORD)
_PAYLOAD: Final = cose.signed(PLAIN)
CMW: Final = Rule(
    "", keys=_KEYS, other=PLAIN.other, items=_RECORD, tags={18: Field("COSE_Sign1", cose.sign1(_PAYLOAD))}
)
"""A record, a collection, or either of them signed."""
