"""Rules that hold a release against an earlier one: an improvement elsewhere never pays for a regression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iotassess.model.assessment import RequirementResult
from iotassess.model.comparison import WORSE, Comparison, RequirementChange
from iotassess.model.counter import CounterKind
from iotassess.model.gate import Finding
from iotassess.model.places import place_of_line
from iotassess.policy.scene import Scene, about_artefact, about_release, about_requirement, name_of

MOST_CAUSES: Final = 2
"""Causes in the one line of a finding; ``diff`` tells more of them."""


EXHAUSTED: Final = "suit-sequence-number-exhausted"


def earlier_result_given(scene: Scene, value: bool) -> Iterator[Finding]:
    """An earlier result is given.

    Looks at: --against.

    Why it matters: without one a release can lose what an earlier one had.

    Decides: fails without one. The first release of a product has none; its policy says so by false.
    """
    if scene.comparison is None:
        message = "no earlier result is given, and the policy asks for one: --against OLD.json"
        yield about_release("earlier-result-given", message)


def earlier_result_passed(scene: Scene, value: bool) -> Iterator[Finding]:
    """The earlier result is not one that the gate stopped, and is earlier.

    Looks at: gate and as_of in the earlier result.

    Why it matters: a pipeline that keeps every result would hold a bad release against itself the second
    time, and let it pass.

    Decides: fails on an earlier result whose gate failed, and on one of a later day. One that assess wrote
    was never asked, and passes.
    """
    comparison = _comparison(scene)
    if comparison.old_passed is False:
        message = "the gate stopped the earlier result; give the one of the last release that passed"
        yield about_release("earlier-result-passed", message)
    if comparison.old_as_of > comparison.new_as_of:
        message = (
            f"the earlier result is of {comparison.old_as_of}, which is later than {comparison.new_as_of}"
        )
        yield about_release("earlier-result-passed", message, "later")


def _comparison(scene: Scene) -> Comparison:
    if scene.comparison is None:  # pragma: no cover - these rules are asked only with one
        raise AssertionError("asked without an earlier result")
    return scene.comparison


def same_product(scene: Scene, value: bool) -> Iterator[Finding]:
    """The earlier result is of this product.

    Looks at: vendor, model and the identifiers that the earlier result's profile declared.

    Why it matters: held against another product, or after its identifiers were changed, nothing tells whether
    the release is worse.

    Decides: fails on each that differs or is gone. Identifiers may be added.
    """
    for change in _comparison(scene).product:
        message = f"{change.name} was {change.before}, and is {change.after or 'not declared'}"
        yield about_release("same-product", message, change.name, place=scene.place_of_identity(change.name))


def requirements_not_worse(scene: Scene, value: bool) -> Iterator[Finding]:
    """No requirement is worse than it was.

    Looks at: every requirement of the earlier result: its verdict, its grade, and its parts where the
    catalogue is the same.

    Why it matters: what was shown once and is not shown any more is the first sign of a regression.

    Decides: fails on each that is worse. One that is gone, or that does not apply any more, is worse; so is
    one that applies now and is not satisfied. A waiver for the requirement holds it back, unless it is
    contradicted.
    """
    comparison = _comparison(scene)
    gone = [row.id for row in comparison.baselines if row.after is None]
    for id in gone:
        message = f"{id} was assessed, and is not any more: -b {id}"
        yield about_release("requirements-not-worse", message, id)
    rows = {name_of(baseline, row): (baseline, row) for baseline, row in scene.rows()}
    for change in comparison.requirements:
        if change.change not in WORSE or change.baseline in gone:
            continue
        if change.name in rows:
            message = _regression(change, rows[change.name][1], scene)
            found = about_requirement("requirements-not-worse", *rows[change.name], message, scene)
        else:
            message = f"{change.name} was {change.before}, and is gone"
            found = about_release("requirements-not-worse", message, change.name)
            found = found._replace(about=change.name, requirement=change.name)
        yield found._replace(before=change.owed)


def _regression(change: RequirementChange, row: RequirementResult, scene: Scene) -> str:
    """What became of a requirement, and why; contradictions are told in full by the rule about them."""
    now = change.after or "gone"
    if now == change.before:
        now = f"still {now}, but a part of it is worse"
    why = list(change.causes[:MOST_CAUSES])
    if row.verdict == "contradicted":
        known = {d.fingerprint: d for d in scene.assessment.discrepancies if d.severity == "error"}
        why = [f"{known[mark].id} {mark}" for mark in row.discrepancies if mark in known]
    return f"{change.name} was {change.before}, and is {now}" + (f": {'; '.join(why)}" if why else "")


def artefacts_not_gone(scene: Scene, value: bool) -> Iterator[Finding]:
    """No artefact is gone, or worth less than it was.

    Looks at: the artefacts of the earlier result, by kind: each needs a successor that is worth as much.

    Why it matters: leaving evidence out must not help.

    Decides: fails on each without one. What was worth grade 2 in the earlier result may go. No waiver holds
    it back.
    """
    unsigned = scene.policy.rules.artefacts_authenticated or ()
    for change in _comparison(scene).artefacts:
        taken = change.after is None and change.kind in unsigned
        if change.change in WORSE or taken:
            now = change.after or "gone"
            message = f"{change.path} ({change.kind}) was {change.before}, and is {now}"
            place = scene.place_of(change.path)
            found = about_release("artefacts-not-gone", message, change.kind, change.path, place=place)
            yield found._replace(artefact=change.path if change.after else None)


def counters_not_back(scene: Scene, value: tuple[CounterKind, ...]) -> Iterator[Finding]:
    """No counter goes back or is forgotten.

    Looks at: SUIT sequence numbers, MCUboot security counters, versions of the components and of the
    firmware, security version numbers of reference values; those that the policy lists.

    Why it matters: devices refuse a manifest with an old number, or are taken back by it; and bytes that
    change under the same number make two releases that cannot be told apart.

    Decides: fails on each that is lower than it was, that nothing gives any more, that stayed although what
    it counts has changed, or whose order cannot be told. No waiver holds it back: release with a higher
    one.
    """
    for artefact in scene.artefacts():
        if any(p.id == EXHAUSTED for p in artefact.problems) and "suit-sequence-number" in value:
            message = f"{artefact.path}: its sequence number leaves no room for a later release"
            yield about_artefact("counters-not-back", artefact, message, scene)
    for change in _comparison(scene).counters:
        if change.kind in value and change.change in WORSE:
            now = f"and is {change.after}" if change.after != change.before else "and stayed"
            was = (
                f"{change.kind} of {change.of} was {change.before}, {now if change.after else 'and is gone'}"
            )
            message = f"{was}: {change.why} ({change.source})"
            place = (
                place_of_line(change.line, change.column) if change.line else scene.place_of(change.source)
            )
            found = about_release("counters-not-back", message, change.kind, change.of, place=place)
            yield found._replace(artefact=None if change.source == "profile" else change.source)
