"""Rules about the state of the product: debug port, lifecycle, keys; and that it is no example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iotassess.baseline.answers import Answer
from iotassess.baseline.registry import probes
from iotassess.model.artefact import Artefact
from iotassess.model.claim import Grade, is_declared
from iotassess.model.gate import Finding
from iotassess.model.places import NOWHERE, place_of_claims
from iotassess.policy.policy import DebugShown, Shown
from iotassess.policy.scene import Scene, about_artefact, about_release

TEST_KEYS: Final = ("cose-test-key", "mcuboot-test-key")
"""Problems of which the rule about test keys tells."""

DEBUG_PROBES: Final = {
    "locked": "debug-locked",
    "off-since-boot": "debug-off-since-boot",
    "off": "debug-off-by-default",
}
"""Debug state that a policy asks for → the probe that asks whether it is so."""


def no_test_key(scene: Scene, value: bool) -> Iterator[Finding]:
    """Nothing is signed with a key whose private half is published.

    Looks at: the keys that the signatures of all artefacts verify with.

    Why it matters: a release that a development key signs can be replaced by anybody's.

    Decides: fails on each artefact; in a profile that is marked as an example this repository's own test keys
    are in order. No waiver holds it back: sign with a key of your own.
    """
    for artefact in scene.artefacts():
        if _has_test_key(artefact, scene.assessment.example):
            message = f"{artefact.path}: a key whose private half is published signs it; sign with your own"
            yield about_artefact("no-test-key", artefact, message, scene)


def _has_test_key(artefact: Artefact, example: bool) -> bool:
    if any(p.id in TEST_KEYS for p in artefact.problems):
        return True
    verified = [s for s in artefact.signatures if s.status == "verified"]
    return any(s.test_key == "published" or (s.test_key == "own" and not example) for s in verified)


def not_an_example(scene: Scene, value: bool) -> Iterator[Finding]:
    """The profile is no example.

    Looks at: example in the profile.

    Why it matters: an example may be signed with published test keys, so that its verdicts are worth nothing
    outside a tutorial.

    Decides: fails on an example, unless --allow-example is given. No policy and no waiver changes that.
    """
    if scene.assessment.example and not scene.allow_example:
        message = "the profile is an example, signed with test keys; --allow-example lets it pass"
        yield about_release("not-an-example", message)


def debug_shown_locked(scene: Scene, value: DebugShown) -> Iterator[Finding]:
    """Evidence shows that debug access is closed on every sampled device.

    Looks at: the probe debug-locked, debug-off-since-boot or debug-off-by-default, as the policy asks for the
    state locked, off-since-boot or off.

    Why it matters: a debug build that ships undoes everything else, and a declaration does not notice.

    Decides: fails unless the probe is met at the grade that the policy asks for, 5 in the shipped one: a
    token of each device whose freshness is shown. Silence fails. No waiver holds it back.
    """
    answer = probes()[DEBUG_PROBES[value.state]].run(scene.facts)
    yield from _shown("debug-shown-locked", f"debug access is {value.state}", answer, value.grade)
    yield from _silent("debug-shown-locked", scene, answer, value.grade)


def lifecycle_shown_secured(scene: Scene, value: Shown) -> Iterator[Finding]:
    """Evidence shows the lifecycle state secured on every sampled device.

    Looks at: the probe device-secured.

    Why it matters: before that state keys and boot code can still be replaced.

    Decides: fails unless the probe is met at the grade that the policy asks for, 5 in the shipped one.
    Silence fails; a product whose tokens have no lifecycle needs a policy that says so. No waiver holds it
    back.
    """
    answer = probes()["device-secured"].run(scene.facts)
    yield from _shown("lifecycle-shown-secured", "the lifecycle is secured", answer, value.grade)
    yield from _silent("lifecycle-shown-secured", scene, answer, value.grade)


def _silent(rule: str, scene: Scene, answer: Answer, grade: int) -> Iterator[Finding]:
    """Devices that the profile declares as sampled, and of which no token speaks."""
    if answer.outcome != "met":
        return  # the answer itself tells
    heard = {claim.device for claim in answer.claims if claim.grade >= grade}
    for claim in scene.facts.claims("device.instance-id"):
        if is_declared(claim) and str(claim.value) not in heard:
            place = place_of_claims([claim]) or NOWHERE
            message = f"device {claim.value} is declared, and no token of grade {grade} speaks of it"
            yield about_release(rule, message, claim.value, place=place)


def _what_to_do(grade: int) -> str:
    if grade >= Grade.AUTHENTICATED:
        return "show that the token is fresh: --nonce or --max-age"
    return "hand in a token that is vouched for, of every sampled device"


def _shown(rule: str, what: str, answer: Answer, grade: int) -> Iterator[Finding]:
    if answer.outcome == "met" and answer.grade >= grade and not answer.disputed:
        return
    place = place_of_claims(answer.claims) or NOWHERE
    if answer.outcome != "met":
        how = f"it is not shown: {answer.because}"
    elif answer.disputed:
        how = f"an artefact disputes it ({answer.because})"
    else:
        how = f"it is shown at grade {answer.grade} only ({answer.because}); {_what_to_do(answer.grade)}"
    found = about_release(rule, f"expected evidence of grade {grade} that {what}, but {how}", place=place)
    artefact = next((c.source.artefact for c in answer.claims if c.source.artefact), None)
    yield found._replace(artefact=artefact)
