"""CoMID on its own (draft-ietf-rats-corim-11): the reference values of one module, without signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence.comid_artefact import conclude, unsigned
from iotassess.evidence.comid_reading import Place, Reading
from iotassess.evidence.comid_tag import IDENTITY, TRIPLES, read_comid
from iotassess.evidence.context import Context
from iotassess.evidence.eat_reading import describe
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact

COMID_TAG: Final = 506


def is_comid(peek: Peek) -> bool:
    """Tell whether the bytes are a CoMID: by tag 506, or a bare map with tag identity and triples."""
    if peek.tags[:1] == (COMID_TAG,):
        return True
    if peek.tags or not peek.is_cbor:
        return False
    value = peek.cbor
    if not isinstance(value, Mapping):
        return False
    identity, triples = value.get(IDENTITY), value.get(TRIPLES)
    return isinstance(identity, Mapping) and 0 in identity and isinstance(triples, Mapping)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a CoMID.

    Args:
        peek: the bytes.
        context: the moment.

    Raises:
        MalformedArtefact: the bytes are no CBOR, or no map.
    """
    value: Any = peek.cbor
    reading = Reading(context, peek.data, covered=False)
    place = Place("", ())
    if isinstance(value, cbor.Tag) and value.number == COMID_TAG:
        value = value.value
        if type(value) is bytes:
            value, place = cbor.loads(value), Place("", (cbor.INTO,))
    if not isinstance(value, Mapping):
        raise MalformedArtefact("corim-malformed", f"{describe(value)}; expected a CoMID as a map")
    claims = read_comid(reading, value, place)
    return conclude(reading, unsigned("a CoMID"), claims, "application/comid+cbor", "comid")
