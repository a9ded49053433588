"""The artefact that comes of a CoRIM or a CoMID once all of it is read."""

from __future__ import annotations

import hashlib
from typing import Any

from iotassess.evidence.authenticate import Checked
from iotassess.evidence.comid_reading import Reading
from iotassess.model.artefact import Artefact
from iotassess.model.problems import problem
from iotassess.model.vocabulary import COMPARED


def unsigned(what: str) -> Checked:
    """What checking something without signature comes to.

    Args:
        what: it is, with its article.
    """
    found = problem("cose-unsigned", f"{what} without signature: anybody can have written it")
    return Checked((), (found,), "unsigned", False, None)


def conclude(
    reading: Reading, checked: Checked, claims: dict[str, Any], media_type: str, kind: str
) -> Artefact:
    """Make the artefact.

    Args:
        reading: all of it, read.
        checked: what came of its signature.
        claims: JSON-ready.
        media_type: IANA media type.
        kind: artefact kind.
    """
    reading.conclude()
    skipped = reading.claims_of_skipped()
    if skipped:
        claims["not_evaluated"] = skipped
    context, data = reading.context, reading.data
    return Artefact(
        path=context.path,
        kind=kind,
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        wellformed=reading.wellformed,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=(*checked.problems, *reading.problems),
        claims=claims,
        shown=tuple([s for s in reading.shown if kind in COMPARED[s.property].shown_by]),
        nested=tuple(reading.nested),
        purpose="reference",
        role=context.role,
    )
