"""Rules about agreement: of the artefacts with the profile, and with the rules of their own formats."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.model.gate import Finding
from iotassess.policy.rules.artefacts import UNREADABLE
from iotassess.policy.rules.state import TEST_KEYS
from iotassess.policy.scene import (
    Scene,
    about_discrepancy,
    about_requirement,
    fingerprint,
    name_of,
)


def no_contradiction(scene: Scene, value: bool) -> Iterator[Finding]:
    """Nothing that can be believed contradicts the profile, or another artefact that can be believed.

    Looks at: every discrepancy of severity error, and every requirement that is contradicted.

    Why it matters: what the product shows is not what its maker says; whatever else is in order, one of the
    two is wrong.

    Decides: fails on each. Only a waiver for that very discrepancy holds it back: its fingerprint includes
    both values, so that it lapses when either changes. A waiver for a requirement does not.
    """
    errors = {d.fingerprint for d in scene.assessment.discrepancies if d.severity == "error"}
    for found in scene.assessment.discrepancies:
        if found.severity == "error":
            yield about_discrepancy("no-contradiction", found, scene)
    for baseline, row in scene.rows():
        if row.verdict == "contradicted" and errors.isdisjoint(row.discrepancies):
            message = f"{name_of(baseline, row)} is contradicted: {'; '.join(row.because)}"
            yield about_requirement("no-contradiction", baseline, row, message, scene)


def no_disagreement(scene: Scene, value: bool) -> Iterator[Finding]:
    """Nothing disagrees with the profile, whoever signed it.

    Looks at: every discrepancy that is no contradiction, since what says so is not vouched for.

    Why it matters: an artefact that loses its signature would otherwise take its contradiction along, so that
    dropping an anchor or spoiling a byte would help.

    Decides: fails on each; a waiver for that discrepancy holds it back.
    """
    for found in scene.assessment.discrepancies:
        if found.severity != "error":
            yield about_discrepancy("no-disagreement", found, scene)


def no_error(scene: Scene, value: bool) -> Iterator[Finding]:
    """No artefact breaks the rules of its own format.

    Looks at: every problem of severity error, of every artefact and of every token in it.

    Why it matters: an artefact that devices or verifiers refuse, or read in different ways, is no evidence of
    anything, and often the first sign of a broken build.

    Decides: fails on each problem that no other rule tells of already. No waiver holds it back: mend the
    artefact.
    """
    rules = scene.policy.rules
    told = {*(UNREADABLE if rules.artefacts_readable else ()), *(TEST_KEYS if rules.no_test_key else ())}
    for artefact in scene.artefacts():
        for problem in artefact.problems:
            if problem.severity != "error" or problem.id in told:
                continue
            at = f" {problem.at}" if problem.at else ""
            yield Finding(
                "no-error",
                problem.id,
                f"{artefact.path}{at}: {problem.id}: {problem.message}",
                scene.place_of(artefact.path),
                fingerprint("no-error", problem.id, artefact.path, problem.at),
                artefact=artefact.path,
                claim=problem.at,
                offset=problem.offset,
            )
