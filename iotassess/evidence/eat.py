"""EAT as CBOR Web Token (RFC 9711, RFC 8392): COSE around a claims set, with or without tag 61."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.context import Context
from iotassess.evidence.eat_message import is_map_inside, open_token, report_indefinite
from iotassess.evidence.eat_reading import Claims, Reading
from iotassess.evidence.eat_token import EVIDENCE_LABELS, RFC_9711, conclude, is_result, read_claims_set
from iotassess.evidence.peek import CWT_TAG, Peek
from iotassess.model.artefact import Artefact

MEDIA_TYPE: Final = "application/eat+cwt"

_CWT_LABELS: Final = frozenset(range(1, 8)) | EVIDENCE_LABELS

_CCA_HINTS: Final = frozenset({2401, 2402, *range(44235, 44244)})
"""Labels of which the tokens of Arm CCA have some each."""

_SWID_TAG_ID: Final = 0
"""A CoSWID tag may be signed, too: a map whose labels 1 to 7 mean something else, but which has a 0."""


def is_cwt(peek: Peek) -> bool:
    """Tell whether the bytes are a CWT of any kind that is not told apart before.

    A COSE message around a damaged claims set counts: its kind can be named, though it cannot be read.
    """
    tags = peek.tags
    claims = peek.payload
    if claims is not None:
        if is_result(claims):
            return False
        if tags[:1] == (CWT_TAG,):
            return True
        return _SWID_TAG_ID not in claims and not _CWT_LABELS.isdisjoint(claims)
    return tags[:1] == (CWT_TAG,) or is_map_inside(peek)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read an EAT in a CWT.

    Args:
        peek: the bytes.
        context: keys, moment, challenge.

    Raises:
        MalformedArtefact: the bytes are no COSE message.
    """
    reading, checked, claims = open_token(peek, context)
    form = "eat"
    if claims is not None:
        form = _read(reading, claims)
        if claims.get(265) == RFC_9711:
            report_indefinite(reading, peek)
    return conclude(reading, checked, kind="eat-cwt", media_type=MEDIA_TYPE, form=form, claims=claims)


def _read(reading: Reading, claims: Claims) -> str:
    """Read the claims by the rules that they ask for; gives the format of the evidence."""
    if not _CCA_HINTS.isdisjoint(claims):  # few tokens have these, and the import costs
        from iotassess.evidence import cca_claims

        which = cca_claims.find_set(claims)
        if which is not None:
            return cca_claims.read_alone(reading, claims, which)
    read_claims_set(reading, claims)
    return "eat"
