"""Which grammar the first item of an artefact of each kind has."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree.rules import ANY, Rule, resolve

_ROOTS: Final = {
    "suit-report": "suit_report:REPORT",
    "cca-token": "eat:TOKEN",
    "psa-token": "eat:TOKEN",
    "eat-cwt": "eat:TOKEN",
    "eat-ucs": "eat:TOKEN",
    "eat-deb": "eat:BUNDLE",
    "ear": "eat:TOKEN",
    "corim": "corim:CORIM",
    "comid": "comid:TAG",
    "coswid": "coswid:TAG",
    "teep-message": "teep:MESSAGE",
    "fdo-voucher": "fdo:VOUCHER",
    "brski-voucher": "fdo:BRSKI",
    "cmw": "cmw:CMW",
    "cose-message": "cose:MESSAGE",
}
"""Kind → rule. Other kinds are no CBOR, or say by a tag what they are."""


def root_of(kind: str | None, layout: str | None = None) -> Rule:
    """Give the rule of the first item of an artefact.

    Args:
        kind: artefact kind, or None.
        layout: of a SUIT manifest, as its decoder names it, or None.
    """
    if kind == "suit-envelope":
        from iotassess.evidence.tree.suit import ENVELOPE, ENVELOPES

        return ENVELOPES.get(layout, ENVELOPE)
    where = _ROOTS.get(kind or "")
    return ANY if where is None else resolve(where)
