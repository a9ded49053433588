"""What shows only beside the other artefacts of a call, and so to no decoder: one function for all of it."""

from __future__ import annotations

from collections.abc import Sequence

from iotassess.crosscheck.denylist import NOTHING, Denylist, with_denied
from iotassess.crosscheck.rollback import with_rollbacks
from iotassess.crosscheck.suit_reports import with_report_matches
from iotassess.model.artefact import Artefact


def with_findings_beside(
    artefacts: Sequence[Artefact], *, installed: int | None = None, denylist: Denylist = NOTHING
) -> tuple[Artefact, ...]:
    """Add what comes of holding the artefacts of a call against each other, and against what is known.

    1. A manifest older than another one, or than the installed one, is a rollback.
    2. A report is held against the manifest that it is about.
    3. Keys and firmware of the denylist are told, and the keys lose their trust.

    Args:
        artefacts: as read, in the order of the call.
        installed: sequence number of the installed release, when the profile declares one.
        denylist: keys and firmware that the user knows to be bad.
    """
    return with_denied(with_report_matches(with_rollbacks(artefacts, installed)), denylist)
