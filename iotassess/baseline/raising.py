"""From one grade to the next: what would make a part that is met more than a maker's word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from iotassess.baseline.steps import Situation, Step, listed, option
from iotassess.crosscheck.grading import in_time
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import PartResult
from iotassess.model.claim import Claim, Grade

MAKERS_WORD = "there is only the maker's word"
"""Why a part cannot rise: it is no practice that a document shows, and no artefact kind shows it."""

BINDING_ADVICE = (
    "it is not bound to this product: it has to state, under its signature, an identity that the profile "
    "declares, and its version or a digest of the release"
)


def raised(part: PartResult, situation: Situation) -> Step:
    """Tell what lifts the grade of a part that is met, or that is weaker only for its grade."""
    if part.arms:
        return _group(part, situation, raised)
    if part.probe == "justified":
        return Step(part.probe, "stay", MAKERS_WORD)
    if part.kind == "document":
        return _document(part, situation)
    return _prove(part, situation)


def refreshed(part: PartResult, situation: Situation) -> Step:
    """Tell what makes authenticated evidence fresh: only what is about one device can be."""
    if part.arms:
        return _group(part, situation, refreshed)
    reads = situation.showable(situation.reads(part.probe))
    of_devices = [id for id in reads if "attestation" in situation.anchors(situation.kinds([id]))]
    if not of_devices:
        return Step(part.probe, "stay", "no token of a device shows it, so that it has no moment")
    kinds = tuple(k for k in situation.kinds(of_devices) if situation.anchors([k]) == ("attestation",))
    text = (
        "ask each device for a new token with a challenge of yours, and give the challenge: --nonce HEX; "
        "or allow for the age of a signed time: --max-age 24h"
    )
    if any("measurement" in id for id in of_devices):
        text += (
            "; a measurement needs an authenticated reference value, too: the signed manifest of the release"
        )
    return Step(part.probe, "refresh", text, kinds=kinds, anchors=("attestation",))


def group_step(part: PartResult, arms: Sequence[PartResult], step: Callable[[PartResult], Step]) -> Step:
    """Join the steps of a group's arms: with ``any_of`` one that is possible is enough."""
    one = part.probe == "any_of"
    steps = tuple(step(arm) for arm in arms)
    possible = tuple(s for s in steps if s.action != "stay")
    if not possible or (not one and len(possible) < len(steps)):
        return Step(part.probe, "stay", "", steps=tuple(s for s in steps if s.action == "stay"))
    if len(possible) == 1:
        return possible[0]
    text = "one of these is enough, the strongest first" if one else "all of these"
    return Step(part.probe, possible[0].action, text, steps=possible)


def _group(part: PartResult, situation: Situation, step: Callable[[PartResult, Situation], Step]) -> Step:
    """The arm that answered, where evidence can show it; else the arms that evidence can show."""
    goal = Grade.FRESH if step is refreshed else Grade.AUTHENTICATED
    if part.probe == "all_of":
        arms = [a for a in part.arms if a.outcome != "not-applicable" and a.grade < goal]
        return group_step(part, arms, lambda arm: step(arm, situation))
    chosen = part.arms[part.chosen] if part.chosen is not None else None
    if chosen is not None and (chosen.kind == "evidence" or part.kind == "document"):
        return step(chosen, situation)
    arms = [a for a in part.arms if a.kind == "evidence"]
    return group_step(part, arms, lambda arm: _shown(arm, situation))


def _shown(part: PartResult, situation: Situation) -> Step:
    """Tell how artefacts would show a part that has another answer, or none, so far."""
    if part.arms:
        return group_step(part, part.arms, lambda arm: _shown(arm, situation))
    return _prove(part, situation)


def _document(part: PartResult, situation: Situation) -> Step:
    """A practice can be documented; of anything else there is only the maker's word."""
    dated = [f"{id}.document-date" for id in situation.reads(part.probe)]
    places = tuple(place.removesuffix(".date") for place in situation.places(dated))
    if not places:
        return Step(part.probe, "stay", MAKERS_WORD)
    if part.grade >= Grade.DOCUMENTED:
        return Step(part.probe, "stay", "documented, and a document is worth no more")
    if "its document is older than" in part.because:
        text = f"name a newer document in {listed(places)}: {part.because}"
    else:
        text = f"name the dated document that shows it in {listed(places)} (path, digest, date)"
    return Step(part.probe, "document", text, places)


def _prove(part: PartResult, situation: Situation) -> Step:
    """An artefact that shows it, authenticated by an anchor that the user names."""
    reads = situation.showable(situation.reads(part.probe))
    best: dict[str, int] = {}
    for claim in part.claims:
        best[claim.property] = max(best.get(claim.property, 0), int(claim.grade))
    stated = [id for id in reads if id in best]
    weak = [id for id in stated or reads if best.get(id, 0) < Grade.AUTHENTICATED]
    if not reads:
        return Step(part.probe, "stay", "no artefact kind that can be read shows it")
    if not weak and not any(claim.device for claim in part.claims):
        return Step(part.probe, "stay", "part of it can only be declared")
    if not weak:
        text = "evidence of every device that speaks is needed: one that is silent about it holds it down"
        kinds = situation.kinds(reads)
        return Step(part.probe, "supply", text, kinds=kinds, anchors=situation.anchors(kinds))
    found = _artefacts(part.claims, weak, situation)
    kinds = situation.kinds(weak)
    anchors = situation.anchors(kinds)
    if not found:
        text = f"supply what shows it, signed for an anchor of your own: {_sources(weak, situation)}"
        return Step(part.probe, "supply", text, kinds=kinds, anchors=anchors)
    whys: dict[str, list[str]] = {}
    for artefact in found:
        whys.setdefault(why_not_authenticated(artefact), []).append(artefact.path)
    text = "; ".join(f"{listed(sorted(paths))}: {why}" for why, paths in whys.items())
    known = {a.purpose: None for a in found if a.purpose is not None}
    intact = all(artefact.grade == Grade.INTACT for artefact in found)
    return Step(
        part.probe, "authenticate" if intact else "repair", text, kinds=kinds, anchors=tuple(known) or anchors
    )


def _sources(properties: Sequence[str], situation: Situation) -> str:
    """Which artefact kinds show which properties, with the option that names their anchors."""
    by: dict[tuple[str, ...], list[str]] = {}
    for id in properties:
        by.setdefault(situation.kinds([id]), []).append(id)
    found = []
    for kinds, ids in by.items():
        anchors = situation.anchors(kinds)
        found.append(
            f"{listed(ids)} by {' or '.join(kinds)} "
            f"({option(anchors) if anchors else 'its digest in a signed manifest'})"
        )
    return "; ".join(found)


def _artefacts(
    claims: Iterable[Claim], properties: Sequence[str], situation: Situation
) -> tuple[Artefact, ...]:
    """Artefacts that state one of the properties below grade 4."""
    found = {
        claim.source.artefact: situation.artefact(claim.source.artefact)
        for claim in claims
        if claim.property in properties and Grade.DOCUMENTED < claim.grade < Grade.AUTHENTICATED
    }
    return tuple(artefact for artefact in found.values() if artefact is not None)


def why_not_authenticated(artefact: Artefact) -> str:
    """Say why an artefact has less than grade 4, in the order in which grades are given, and what helps.

    Args:
        artefact: bound and graded.
    """
    purposes = [artefact.purpose] if artefact.purpose else []
    if artefact.grade == Grade.INTACT:
        return (
            "its signature verifies, but nobody independent named the anchor for this purpose; name it "
            f"yourself: {option(purposes)}"
        )
    if not artefact.wellformed:
        return "it is malformed; iotassess verify names the fault"
    if artefact.binding == "other":
        return "it is about another product or version; supply the one of this release"
    if artefact.binding != "bound":
        return BINDING_ADVICE
    if not in_time(artefact):
        return "it is not valid at this moment; supply a current one"
    if artefact.authenticity == "unsigned":
        return (
            f"it is not signed; sign it, and name the anchor: {option(purposes)}"
            if purposes
            else ("nothing signed gives its digest; supply the signed manifest of the release")
        )
    if artefact.authenticity == "failed":
        return "its signature, or a digest under it, is wrong; supply one that verifies"
    if artefact.authenticity == "unverified":
        return f"no key for its signature was supplied; name it: {option(purposes)}"
    if any(signature.test_key for signature in artefact.signatures):
        return "a published test key signed it; sign it with a key that nobody else has"
    return "this statement is not under its signature; it has to stand in the signed part"
