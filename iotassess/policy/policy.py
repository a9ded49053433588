"""A policy: which rules the gate asks, with what. Its defaults are the shipped policy, ``default.yaml``.

The values are plain and frozen, so that a run by the shipped policy reads no file; a test holds the two
against each other. A rule that a policy does not name is asked as here, so that leaving a line out never
weakens it: ``false`` switches a rule off, and the report says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, NamedTuple

from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.model.artefact import Purpose
from iotassess.model.counter import COUNTER_KINDS, CounterKind
from iotassess.model.verdict import Level, Verdict

SCHEMA: Final = "iotassess/policy/v1"
DEFAULT: Final = "default"
"""Name of the shipped policy in reports."""

Off = Literal[False]
DebugState = Literal["locked", "off-since-boot", "off"]
UPDATES: Final = ("suit-envelope", "mcuboot-image")
TOKENS: Final = ("psa-token", "cca-token", "eat-cwt", "eat-jwt", "eat-deb")


class Shown(NamedTuple):
    """From which grade on evidence counts."""

    grade: int


EVIDENCED: Final = Shown(5)


class DebugShown(NamedTuple):
    """From which grade on evidence of which debug state counts."""

    grade: int = 5
    state: DebugState = "locked"


LOCKED: Final = DebugShown()


class Wanted(NamedTuple):
    """What is wanted of a requirement: one of some verdicts, at a grade."""

    verdicts: tuple[Verdict, ...]
    grade: int = 0


class Pinned(NamedTuple):
    """Which catalogue a baseline has to be: its edition, the digest of its file, or both."""

    edition: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What each rule is asked with: False where it is off. The names are the rules' ids, with "_" for "-"."""

    no_contradiction: bool = True
    no_disagreement: bool = True
    no_error: bool = True
    artefacts_readable: bool = True
    artefacts_authenticated: Off | tuple[str, ...] = ()
    artefacts_bound: bool = True
    nothing_overlooked: Off | tuple[str, ...] = (".*",)
    required_artefacts: Off | tuple[tuple[str, ...], ...] = (UPDATES, TOKENS)
    no_test_key: bool = True
    debug_shown_locked: Off | DebugShown = LOCKED
    lifecycle_shown_secured: Off | Shown = EVIDENCED
    mandatory_satisfied: bool = True
    minimum_level: Off | Mapping[str, Level] = False
    minimum_verdict: Off | Mapping[str, Wanted] = False
    product_pinned: Off | Mapping[str, str] = False
    anchors_pinned: Off | Mapping[Purpose, tuple[str, ...]] = False
    catalogues_pinned: Off | Mapping[str, Pinned] = False
    signature_threshold: Off | Mapping[str, int] = False
    certificates_outlast: Off | datetime.timedelta = datetime.timedelta(0)
    support_lasts: Off | datetime.timedelta = datetime.timedelta(0)
    evidence_recent: Off | Mapping[Purpose, datetime.timedelta] = False
    earlier_result_given: bool = False
    earlier_result_passed: bool = True
    same_product: bool = True
    requirements_not_worse: bool = True
    artefacts_not_gone: bool = True
    counters_not_back: Off | tuple[CounterKind, ...] = tuple(COUNTER_KINDS)

    def of(self, rule: str) -> Any:
        """What a rule is asked with.

        Args:
            rule: its id; another one is a bug (``AttributeError``).
        """
        return getattr(self, rule.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy.

    Attributes:
        name: of its file, or "default".
        sha256: of its file.
        baselines: assessed where the command line names none, and then they have to be among those assessed.
        anchors: trust anchors that it names; they are worth what the user's are.
        rules: what is asked.
    """

    name: str = DEFAULT
    sha256: str = ""
    baselines: tuple[str, ...] = ()
    anchors: tuple[AnchorSpec, ...] = ()
    rules: Rules = field(default_factory=Rules)


RULE_IDS: Final = tuple(row.name.replace("_", "-") for row in fields(Rules))
"""Ids of the rules that a policy can set, in the order in which they are asked."""
