"""Outcomes, verdicts and levels: the words of judgement and their order (docs: explanation/verdicts)."""

from __future__ import annotations

from typing import Literal

Outcome = Literal["met", "weaker", "unmet", "contradicted", "indeterminate", "not-applicable"]
"""Answer of a part: one probe, or arms joined by ``any_of`` or ``all_of``."""

Verdict = Literal[
    "verified", "declared", "partial", "not-satisfied", "contradicted", "not-applicable", "not-assessed"
]
VERDICTS: tuple[Verdict, ...] = (
    "verified",
    "declared",
    "partial",
    "not-satisfied",
    "contradicted",
    "not-applicable",
    "not-assessed",
)

MET: tuple[Verdict, ...] = ("verified", "declared")
"""Verdicts of requirements all of whose parts are met, on whatever grade."""

PartKind = Literal["evidence", "document"]
"""Whether a supported artefact kind can show the part, or only a document (or nobody but the maker)."""

Force = Literal["mandatory", "recommended", "measure", "element"]
Level = Literal["L0", "L1", "L2", "L3", "L4"]
NotApplicable = Literal["published", "our-convention", "never"]
"""Who says that a requirement may be not applicable: the baseline itself, we, or nobody."""
