"""The headline: what is proven, what is only claimed, what is contradicted, and by whose word."""

from __future__ import annotations

from iotassess.model.assessment import Assessment, BaselineResult
from iotassess.report.escape import safe

FAMILY = {"enisa": "ENISA", "etsi": "ETSI", "nist": "NIST"}
"""First part of a baseline id → its short name."""

MOST_NAME = 32
"""Characters of a name: also where a terminal breaks a line that it cannot hold, it is past the name."""


def percent(share: float) -> str:
    """Write a share as whole percent, rounded down: 99.6 % is not everything."""
    return f"{int(share * 100 + 1e-9)} %"


def short_name(baseline_id: str) -> str:
    """Short name of a baseline."""
    return FAMILY.get(baseline_id.split("-")[0]) or safe(baseline_id)


def _plain(name: str) -> str:
    """A catalogue's name for itself, so short and plain that it cannot pass for the rest of a headline."""
    return safe(name, MOST_NAME).replace("·", "-")


def headline(assessment: Assessment, result: BaselineResult) -> str:
    """One line for one baseline.

    Args:
        assessment: for the anchors and the example mark.
        result: the baseline.
    """
    named = sum(a.source in ("user", "policy") and a.purpose is not None for a in assessment.anchors)
    count = sum(d.severity == "error" for d in assessment.discrepancies)
    words = [
        _plain(result.short_name or short_name(result.id)),
        f"proven {percent(result.proven)}",
        f"claimed {percent(result.claimed)}",
        f"{count} contradiction{'' if count == 1 else 's'}",
        f"level {result.level}{result.suffix}",
        f"by {named} anchor{'' if named == 1 else 's'} you named",
    ]
    return ("EXAMPLE · " if assessment.example else "") + " · ".join(words)
