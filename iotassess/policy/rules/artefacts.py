"""Rules about the artefacts themselves: all of them are there, are vouched for, are about this product."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from iotassess.model.artefact import Artefact, Overlooked
from iotassess.model.claim import Grade, grade_name
from iotassess.model.gate import Finding
from iotassess.model.places import place_of_line
from iotassess.policy.scene import Scene, about_artefact, about_release

UNREADABLE: Final = ("artefact-missing", "artefact-unrecognised", "artefact-too-large")
"""Problems of which the rule about reading tells."""


UNSIGNED_IMAGE: Final = "firmware-image"
DOUBTS: Final = {
    "failed": "its signature, or a digest under it, is wrong; hand in what was signed",
    "unverified": "it is signed, but no named key fits; name its signer's key with -t PURPOSE=PATH",
    "intact": "only a key that it or the profile names verifies it; name that key with -t PURPOSE=PATH",
    "unsigned": "nothing signs it; sign it, or let the policy list its kind under unsigned",
}
"""Authenticity → why nobody vouches for it, and what to do."""


def readable(scene: Scene, value: bool) -> Iterator[Finding]:
    """Everything that is handed in, or that the profile names, is there and can be read.

    Looks at: every artefact, image and token in them.

    Why it matters: what cannot be read shows nothing, so that spoiling a byte or leaving a file out would
    make a contradiction vanish.

    Decides: fails on an artefact that is missing, cannot be read, is of no known kind, too large or
    malformed. No waiver holds it back: hand it in as it should be, or take its entry out of the profile.
    """
    for artefact in scene.artefacts():
        if artefact.path in scene.assessment.unusable:
            continue  # the rule about what the command line names tells it
        errors = [p for p in artefact.problems if p.severity == "error"]
        unread = [p for p in errors if p.id in UNREADABLE]
        for problem in unread[:1]:
            message = f"{artefact.path}: {problem.message}"
            yield about_artefact("artefacts-readable", artefact, message, scene)._replace(about=problem.id)
        told = unread or (errors and scene.policy.rules.no_error)
        if not artefact.wellformed and not told:
            kind = f"a {artefact.kind}" if artefact.kind else "anything that is known"
            message = f"{artefact.path}: it is malformed as {kind}"
            yield about_artefact("artefacts-readable", artefact, message, scene)


def authenticated(scene: Scene, value: tuple[str, ...]) -> Iterator[Finding]:
    """Every artefact is vouched for by an anchor that the user or the policy named for its purpose.

    Looks at: authenticity and grade of every artefact, image and token in them.

    Why it matters: what nobody vouches for can have been written by anybody, the maker of a bad release among
    them.

    Decides: fails below grade 4: a signature that is wrong, that no named key fits, that only a key of the
    artefact's or the profile's verifies, or none. An image that a vouched-for manifest gives the digest of
    needs no signature. Kinds that the policy lists under unsigned may have none. No waiver holds it back.
    """
    for artefact in scene.artefacts():
        if artefact.kind is None or not artefact.wellformed or artefact.binding == "other":
            continue
        if _may_be_unsigned(artefact, value) or (artefact.grade or 0) >= Grade.AUTHENTICATED:
            continue
        if artefact.binding != "bound" and artefact.authenticity == "authenticated":
            continue  # its binding is what is wrong, and the rule about that tells it
        yield about_artefact(
            "artefacts-authenticated", artefact, f"{artefact.path}: {_doubt(artefact)}", scene
        )


def _may_be_unsigned(artefact: Artefact, kinds: tuple[str, ...]) -> bool:
    return artefact.authenticity == "unsigned" and artefact.kind in kinds


def _doubt(artefact: Artefact) -> str:
    """Why nobody vouches for an artefact, and what to do."""
    if artefact.kind == UNSIGNED_IMAGE:
        return "no vouched-for manifest of this release gives its digest; hand in the image that one names"
    text = DOUBTS.get(artefact.authenticity)
    if text is not None:
        return text
    grade = artefact.grade or Grade.DECODED
    errors = ", ".join(dict.fromkeys(p.id for p in artefact.problems if p.severity == "error"))
    why = f"see {errors}" if errors else "name that key for its purpose: -t PURPOSE=PATH"
    return f"its signature verifies, but it is worth grade {grade} ({grade_name(grade)}) only; {why}"


def bound(scene: Scene, value: bool) -> Iterator[Finding]:
    """Every artefact is about this product and this version.

    Looks at: the binding of every artefact, image and token in them.

    Why it matters: a perfect token of another product proves nothing of this one, and neither does one that
    does not say of which it is. So that changing an identifier in the profile does not help, either.

    Decides: fails unless the artefact is bound. No waiver holds it back: hand in this release's artefact, or
    correct the identifiers that the profile declares.
    """
    unsigned = scene.policy.rules.artefacts_authenticated or ()
    for artefact in scene.artefacts():
        if artefact.kind is None or artefact.binding == "bound":
            continue
        if artefact.binding != "other" and _may_be_unsigned(artefact, unsigned):
            continue
        if artefact.kind == UNSIGNED_IMAGE:
            why = "no manifest of this release gives its digest; hand in the image that one names"
        elif artefact.binding == "other":
            why = "it is about another product or version; hand in the one of this release"
        else:
            why = "it does not say, in its signed part, that it is about this product and version"
        yield about_artefact("artefacts-bound", artefact, f"{artefact.path}: {why}", scene)


def named_files_usable(scene: Scene, value: bool) -> Iterator[Finding]:
    """What the command line names can be used.

    Looks at: files and folders that are named after the profile.

    Why it matters: a run that was given a file in vain gives no verdict on it; it ends with exit code 3.

    Decides: fails on each file of no known kind, and on each folder that holds nothing of a known kind. No
    policy and no waiver changes that.
    """
    for path in scene.assessment.unusable:
        message = f"{path}: nothing in it is a known artefact; name an artefact, or a folder that holds some"
        yield about_release("named-files-usable", message, path)._replace(artefact=path)


def nothing_overlooked(scene: Scene, value: tuple[str, ...]) -> Iterator[Finding]:
    """Every file that is handed in counts for something.

    Looks at: files of evidence folders that are no artefacts, documents and trust anchors that the profile
    names and that are missing, were changed, or are dated in the future.

    Why it matters: a file that is silently passed over may be the one that was spoiled.

    Decides: fails on each, except files of evidence folders whose name or path the policy lists under ignore.
    No waiver holds it back.
    """
    for one in scene.assessment.overlooked:
        if one.what == "file" and one.line is None and _ignored(one, value):
            continue
        place = place_of_line(one.line, one.column)
        hint = "; take it out of the folder, or list it under ignore" if one.what == "file" else ""
        found = about_release("nothing-overlooked", f"{one.said}{hint}", one.what, one.path, place=place)
        yield found._replace(artefact=one.path)


def _ignored(one: Overlooked, patterns: tuple[str, ...]) -> bool:
    """Whether the last steps of a path fit a pattern: how the folder was named does not matter."""
    steps = one.path.split("/")
    for pattern in patterns:
        wanted = pattern.split("/")
        last = steps[-len(wanted) :]
        if len(last) == len(wanted) and all(map(fnmatchcase, last, wanted)):
            return True
    return False


def required(scene: Scene, value: tuple[tuple[str, ...], ...]) -> Iterator[Finding]:
    """An artefact of every required kind is there, vouched for and about this product.

    Looks at: the kinds of all artefacts of grade 4 and more.

    Why it matters: leaving out the one artefact that contradicts the profile must not help.

    Decides: of each group of kinds that the policy lists, one has to be there; an artefact that is not worth
    grade 4 does not count. No waiver holds it back.
    """
    worth = {
        a.kind for a in scene.artefacts() if a.binding == "bound" and (a.grade or 0) >= Grade.AUTHENTICATED
    }
    for group in value:
        if worth.isdisjoint(group):
            kinds = " or ".join(group)
            message = f"no {kinds} that is vouched for and about this release was handed in"
            yield about_release("required-artefacts", message, *group)
