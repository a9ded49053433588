"""Probes that artefacts can answer: updates, attestation, and how far each answer is to be believed."""

import pytest

from iotassess.baseline.registry import probes
from iotassess.model.claim import Claim, Digest
from iotassess.model.profile.leaves import all_properties
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

GOOD, OTHER = Digest("sha-256", "aa" * 32), Digest("sha-256", "bb" * 32)
LONG = Digest("sha-512", "cc" * 64)
SIGNED = "update.signature-algorithm"
WAY = "update.transport"
USED = "crypto.algorithms"
NUMBER = "update.sequence-number"
APP, BOOT = "component app", "component boot"
KEY = "device.attestation-key"


def measures(value=True, grade=0, **more):
    return said("attestation.measures-software", value, grade, **more)


def measured(value, about=APP, grade=4, **more):
    return said("component.measurement", value, grade, about=about, **more)


def digest(value, about=APP, grade=0, **more):
    return said("component.digest", value, grade, about=about, **more)


def key(device, value, grade=4, **more):
    return said(KEY, value * 32, grade, about=f"device {device}", **of(device, grade), **more)


def of(device, grade):
    """A device speaks by its own token, unless it is only declared."""
    return {"device": device, "artefact": f"{device}.cbor"} if grade else {}


def supported(device, grade=4):
    return said("attestation.supported", True, grade, **of(device, grade))


CASES = [
    # sequence numbers
    Case("update-sequence-advances", "silence", [], "indeterminate"),
    Case("update-sequence-advances", "the installed number is declared", [said(NUMBER, 6)], "met"),
    Case("update-sequence-advances", "a newer manifest", [said(NUMBER, 6), said(NUMBER, 7, 4)], "met", 4),
    Case("update-sequence-advances", "the same release", [said(NUMBER, 6), said(NUMBER, 6, 4)], "met", 4),
    Case("update-sequence-advances", "an older manifest", [said(NUMBER, 6), said(NUMBER, 5, 4)], "unmet"),
    Case(
        "update-sequence-advances",
        "one of two is older",
        [said(NUMBER, 6), said(NUMBER, 7, 4), said(NUMBER, 3, 4, artefact="b.bin")],
        "unmet",
    ),
    Case(
        "update-sequence-advances", "a number to compare with nothing", [said(NUMBER, 7, 4)], "indeterminate"
    ),
    # sets: complete only by declaration, proven only as far as each member is
    Case("update-transport-secure", "silence", [], "indeterminate"),
    Case("update-transport-secure", "declared", [said(WAY, "https"), said(WAY, "coaps")], "met"),
    Case(
        "update-transport-secure", "declared and seen", [said(WAY, "https"), said(WAY, "https", 4)], "met", 4
    ),
    Case(
        "update-transport-secure",
        "one way declared and not seen",
        [said(WAY, "https"), said(WAY, "coaps"), said(WAY, "https", 4)],
        "met",
        0,
    ),
    Case("update-transport-secure", "seen, and nothing declared", [said(WAY, "https", 4)], "indeterminate"),
    Case("update-transport-secure", "a cable", [said(WAY, "https"), said(WAY, "usb")], "weaker"),
    Case("update-transport-secure", "in clear, declared", [said(WAY, "https"), said(WAY, "http")], "unmet"),
    Case("update-transport-secure", "in clear, seen", [said(WAY, "https"), said(WAY, "coap", 4)], "unmet"),
    Case("update-transport-secure", "in clear, and nothing declared", [said(WAY, "tftp", 4)], "unmet"),
    Case(
        "update-transport-secure", "an unknown scheme", [said(WAY, "https"), said(WAY, "gopher", 4)], "weaker"
    ),
    Case("update-signature-algorithm-strong", "silence", [], "indeterminate"),
    Case("update-signature-algorithm-strong", "declared", [said(SIGNED, "ES256")], "met"),
    Case(
        "update-signature-algorithm-strong",
        "declared and seen",
        [said(SIGNED, "ES256"), said(SIGNED, "ES256", 4)],
        "met",
        4,
    ),
    Case("update-signature-algorithm-strong", "seen only", [said(SIGNED, "ES256", 4)], "indeterminate"),
    Case("update-signature-algorithm-strong", "not best practice", [said(SIGNED, "RS256")], "weaker"),
    Case(
        "update-signature-algorithm-strong",
        "broken",
        [said(SIGNED, "ES256"), said(SIGNED, "RS1", 4)],
        "unmet",
    ),
    Case("update-signature-algorithm-strong", "an unknown name", [said(SIGNED, "ROT13")], "indeterminate"),
    Case("algorithms-strong", "silence", [], "indeterminate"),
    Case("algorithms-strong", "declared", [said(USED, "ES256"), said(USED, "A128GCM")], "met"),
    Case(
        "algorithms-strong",
        "one declared, not seen",
        [said(USED, "ES256"), said(USED, "A128GCM"), said(USED, "ES256", 4)],
        "met",
        0,
    ),
    Case(
        "algorithms-strong",
        "all declared are seen, in updates or in tokens",
        [
            said(USED, "ES256"),
            said(USED, "ESP256"),
            said("update.signature-algorithm", "ESP256", 4),
            said("attestation.algorithm", "ES256", 4),
        ],
        "met",
        4,
    ),
    Case("algorithms-strong", "seen only", [said("attestation.algorithm", "ES256", 4)], "indeterminate"),
    Case(
        "algorithms-strong",
        "a broken one declared elsewhere",
        [said(USED, "ES256"), said(SIGNED, "RS1")],
        "unmet",
    ),
    Case("algorithms-strong", "a short tag", [said(USED, "AES-CCM-16-64-128")], "weaker"),
    # evidence and measurements
    Case("attestation-evidence-available", "silence", [], "indeterminate"),
    Case("attestation-evidence-available", "declared", [said("attestation.supported", True)], "met"),
    Case(
        "attestation-evidence-available", "not, as declared", [said("attestation.supported", False)], "unmet"
    ),
    Case(
        "attestation-evidence-available",
        "two devices, two keys",
        [supported("01"), key("01", "aa"), supported("02"), key("02", "bb")],
        "met",
        4,
    ),
    Case(
        "attestation-evidence-available",
        "evidence that another device could have signed",
        [supported("01"), key("01", "aa"), supported("02"), key("02", "aa")],
        "weaker",
    ),
    Case(
        "attestation-evidence-available",
        "shared keys are no evidence where there is none",
        [said("attestation.supported", False), key("01", "aa"), key("02", "aa")],
        "unmet",
    ),
    Case("software-measured", "silence", [], "indeterminate"),
    Case("software-measured", "declared", [measures(), digest(GOOD)], "met"),
    Case("software-measured", "not, as declared", [measures(False)], "unmet"),
    Case("software-measured", "shown", [measures(True, 4), digest(GOOD), measured(GOOD)], "met", 4),
    Case(
        "software-measured",
        "a released component is left out",
        [measures(True, 4), digest(GOOD), digest(OTHER, BOOT), measured(GOOD)],
        "weaker",
    ),
    Case(
        "software-measured",
        "one device leaves a component out",
        [
            measures(True, 4, device="01"),
            measures(True, 4, device="02", artefact="b.bin"),
            digest(GOOD),
            measured(GOOD, device="01"),
        ],
        "weaker",
    ),
    Case(
        "software-measured",
        "what is measured is nothing declared",
        [
            measures(True, 4),
            Claim(
                measured(GOOD).subject._replace(scheme="measurement-type"),
                "component.measurement",
                GOOD,
                4,
                measured(GOOD).source,
            ),
        ],
        "weaker",
    ),
    Case("measurements-match-release", "silence", [], "indeterminate"),
    Case("measurements-match-release", "released, not measured", [digest(GOOD)], "indeterminate"),
    Case("measurements-match-release", "equal to the maker's word", [digest(GOOD), measured(GOOD)], "met", 0),
    Case("measurements-match-release", "equal", [digest(GOOD, grade=4), measured(GOOD, grade=5)], "met", 5),
    Case(
        "measurements-match-release",
        "equal to less",
        [digest(GOOD, grade=3), measured(GOOD, grade=5)],
        "met",
        3,
    ),
    Case("measurements-match-release", "different", [digest(GOOD), measured(OTHER)], "unmet"),
    Case("measurements-match-release", "no reference", [measured(GOOD)], "indeterminate"),
    Case("measurements-match-release", "another algorithm", [digest(LONG), measured(GOOD)], "indeterminate"),
    Case(
        "measurements-match-release",
        "a reference that nothing vouches for",
        [digest(GOOD, grade=2), measured(GOOD)],
        "indeterminate",
    ),
    Case(
        "measurements-match-release",
        "one of two without a reference",
        [digest(GOOD), measured(GOOD), measured(OTHER, BOOT)],
        "weaker",
    ),
    Case(
        "measurements-match-release",
        "held against the supplied image",
        [
            said("component.image-digest", GOOD, 4, about=APP, observed=True),
            measured(GOOD, grade=5),
        ],
        "met",
        5,
    ),
    # keys of devices
    Case("device-keys-distinct", "silence", [], "indeterminate"),
    Case("device-keys-distinct", "one device proves nothing", [key("01", "aa")], "indeterminate"),
    Case("device-keys-distinct", "two devices, two keys", [key("01", "aa"), key("02", "bb", 3)], "met", 3),
    Case("device-keys-distinct", "two devices, one key", [key("01", "aa"), key("02", "aa")], "unmet"),
    Case("device-keys-distinct", "declared", [key("01", "aa", 0), key("02", "bb", 0)], "met"),
    Case(
        "device-keys-distinct",
        "a device declared and seen is one device",
        [key("01", "aa", 0), key("01", "aa", 4)],
        "indeterminate",
    ),
]

# For each evidence probe: what the profile has to say, and what artefacts show (claims at the grade to try).
ONLY_SUIT = listed("update-mechanism", ("over-the-air", {"technology": "suit", "over-network": True}))
"""A manifest is evidence about the one mechanism that is built on SUIT, so that has to be declared."""

SHOWN = {
    "update-applied": ([], [("update.applied", True)]),
    "mud-file-published": ([], [("network.mud-url", "https://maker.example/mud.json")]),
    "mud-file-signed": ([], [("network.mud-signed", True)]),
    "evidence-appraised": ([], [("attestation.appraisal", "affirming")]),
    "enrolment-per-device": ([], [("identity.enrolment.per-device", True)]),
    "images-signed": ([], [("component.image-signed", True, APP)]),
    "running-software-attested": ([], [("attestation.measures-software", True)]),
    "device-identifier-attested": ([], [("device.attestation-key", "aa" * 32, "device 01")]),
    "debug-interfaces-guarded": ([], [("debug.state", "disabled-permanently")]),
    "update-mechanisms-authenticated": (ONLY_SUIT, [("update.authenticated", True)]),
    "update-mechanisms-integrity-checked": (ONLY_SUIT, [("update.integrity-checked", True)]),
    "update-mechanisms-trusted": (
        [*ONLY_SUIT, said("update.trust-relationship", True)],
        [("update.authenticated", True)],
    ),
    "device-secured": ([], [("lifecycle", "secured")]),
    "debug-off-by-default": ([], [("debug.state", "disabled")]),
    "debug-off-since-boot": ([], [("debug.state", "disabled-since-boot")]),
    "debug-locked": ([], [("debug.state", "disabled-permanently")]),
    "secure-boot-on": ([], [("boot.secure-boot", True)]),
    "image-verified-at-boot": ([], [("boot.image-verified", True)]),
    "components-identified": ([], [("component.digest", GOOD, APP)]),
    "update-manifest-authenticated": ([], [("update.authenticated", True)]),
    "update-payload-integrity": ([], [("update.integrity-checked", True)]),
    "update-target-checked": ([], [("update.target-checked", True)]),
    "update-encrypted": ([], [("update.encrypted", True)]),
    "update-goes-to-other-slot": ([], [("update.ab-slots", True)]),
    "update-sequence-advances": ([said(NUMBER, 6)], [(NUMBER, 7)]),
    "update-transport-secure": ([said(WAY, "https")], [(WAY, "https")]),
    "update-signature-algorithm-strong": ([said(SIGNED, "ES256")], [(SIGNED, "ES256")]),
    "algorithms-strong": ([said(USED, "ES256")], [(USED, "ES256")]),
    "attestation-evidence-available": ([], [("attestation.supported", True)]),
    "attestation-fresh": ([], [("attestation.nonce-bound", True)]),
    "software-measured": (
        [],
        [("attestation.measures-software", True), ("component.measurement", GOOD, APP)],
    ),
    "measurements-match-release": ([digest(GOOD, grade=4)], [("component.measurement", GOOD, APP)]),
    "device-keys-distinct": ([], [(KEY, "aa" * 32, "device 01"), (KEY, "bb" * 32, "device 02")]),
}

BAD = {
    "update-applied": ("update.applied", False),
    "mud-file-published": ("network.mud-url", " "),
    "mud-file-signed": ("network.mud-signed", False),
    "evidence-appraised": ("attestation.appraisal", "contraindicated"),
    "enrolment-per-device": ("identity.enrolment.per-device", False),
    "images-signed": ("component.image-signed", False, APP),
    "running-software-attested": ("attestation.measures-software", False),
    "device-identifier-attested": ("device.attestation-key", "aa" * 32, "device 02"),
    "debug-interfaces-guarded": ("debug.state", "enabled"),
    "update-mechanisms-authenticated": ("update.authenticated", False),
    "update-mechanisms-integrity-checked": ("update.integrity-checked", False),
    "update-mechanisms-trusted": ("update.authenticated", False),
    "device-secured": ("lifecycle", "assembly-and-test"),
    "debug-off-by-default": ("debug.state", "enabled"),
    "debug-off-since-boot": ("debug.state", "enabled"),
    "debug-locked": ("debug.state", "enabled"),
    "secure-boot-on": ("boot.secure-boot", False),
    "image-verified-at-boot": ("boot.secure-boot", False),
    "components-identified": ("component.digest", OTHER, APP),
    "update-manifest-authenticated": ("update.authenticated", False),
    "update-payload-integrity": ("update.integrity-checked", False),
    "update-target-checked": ("update.target-checked", False),
    "update-encrypted": ("update.encrypted", False),
    "update-goes-to-other-slot": ("update.ab-slots", False),
    "update-sequence-advances": (NUMBER, 5),
    "update-transport-secure": (WAY, "http"),
    "update-signature-algorithm-strong": (SIGNED, "RS1"),
    "algorithms-strong": (USED, "MD5"),
    "attestation-evidence-available": ("attestation.supported", False),
    "attestation-fresh": ("attestation.nonce-bound", False),
    "software-measured": ("attestation.measures-software", False),
    "measurements-match-release": ("component.measurement", OTHER, APP),
    "device-keys-distinct": (KEY, "aa" * 32, "device 02"),
}
"""For each, what an artefact shows that speaks against it."""


def shown(probe: str, grade: int, **flags) -> list[Claim]:
    return [
        said(property, value, grade, about=about[0] if about else "", **flags)
        for property, value, *about in SHOWN[probe][1]
    ]


def bad(probe: str, grade: int, **flags) -> Claim:
    property, value, *about = BAD[probe]
    return said(property, value, grade, about=about[0] if about else "", artefact="bad.bin", **flags)


MECHANISMS = {
    *("update.local", "update.mechanisms", "update.mechanisms.any"),
    *("update-mechanism.any", "update-mechanism.technology", "update-mechanism.over-network"),
}

BESIDE: dict[str, set[str]] = {
    "device-identifier-attested": {"device.any"},
    "images-signed": {"component.any", "component.name"},
    "update-mechanisms-authenticated": {"update-mechanism.authenticated", *MECHANISMS},
    "update-mechanisms-integrity-checked": {"update-mechanism.integrity-checked", *MECHANISMS},
    "update-mechanisms-trusted": {
        *("update.trust-relationship", "update-mechanism.trust-relationship"),
        *MECHANISMS,
    },
    "debug-interfaces-guarded": {
        *("interface.any", "interface.type", "interface.transport", "interface.port"),
        *("interface.protection", "interface.authenticated"),
    },
}
"""What evidence probes read that no artefact shows: which instances there are, and what is declared of one.
It can lower an answer and never raises it, as the tests of these probes prove."""

ONLY_AGAINST = {"software.code-signing", "network.restrictive", "attestation.reference-values-published"}
"""What artefacts show only where it is not so (one image without signature, one flow to anybody), or what
proves nothing by itself (that there are reference values)."""

each_evidence_probe = pytest.mark.parametrize("probe", SHOWN)


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


def test_every_evidence_probe_is_tried() -> None:
    evidence = {id for id, row in probes().items() if row.kind == "evidence"}
    assert evidence == set(SHOWN) == set(BAD)


@each_evidence_probe
@pytest.mark.parametrize("grade", [3, 4, 5])
def test_the_answer_has_the_grade_of_the_evidence(probe: str, grade: int) -> None:
    answer = ask(probe, *SHOWN[probe][0], *shown(probe, grade))
    assert (answer.outcome, answer.grade) == ("met", grade)


@each_evidence_probe
def test_evidence_that_nothing_vouches_for_answers_nothing(probe: str) -> None:
    needed = (
        []
        if probe in ("update-sequence-advances", "update-mechanisms-trusted")
        or "strong" in probe
        or "transport" in probe
        else SHOWN[probe][0]
    )
    answer = ask(probe, *needed, *shown(probe, 2))
    assert (answer.outcome, answer.grade) == ("indeterminate", 0)


@each_evidence_probe
def test_evidence_of_another_product_supports_nothing(probe: str) -> None:
    alone = ask(probe, *SHOWN[probe][0])
    answer = ask(probe, *SHOWN[probe][0], *shown(probe, 4, other=True))
    assert (answer.outcome, answer.grade) == (alone.outcome, alone.grade)
    assert not any(claim.other for claim in answer.claims)


@each_evidence_probe
@pytest.mark.parametrize("grade", [3, 4, 5])
def test_evidence_against_it_is_never_outvoted(probe: str, grade: int) -> None:
    answer = ask(probe, *SHOWN[probe][0], *shown(probe, 5), bad(probe, grade))
    assert (answer.outcome, answer.grade) == ("unmet", 0)


@each_evidence_probe
def test_what_was_observed_speaks_against_it_whoever_signed(probe: str) -> None:
    answer = ask(probe, *SHOWN[probe][0], *shown(probe, 4), bad(probe, 2, observed=True))
    assert answer.outcome == "unmet"


@each_evidence_probe
def test_an_unvouched_word_against_it_takes_no_answer_away(probe: str) -> None:
    answer = ask(probe, *SHOWN[probe][0], *shown(probe, 4), bad(probe, 2))
    assert answer.outcome == "met"
    # That two devices share a key is disputed by a cross-check of its own.
    assert answer.disputed == (probe not in ("device-keys-distinct", "device-identifier-attested"))


@each_evidence_probe
def test_evidence_probes_read_only_what_evidence_can_show(probe: str) -> None:
    properties = all_properties()
    silent = {p for p in probes()[probe].reads if not properties[p].shown_by}
    assert silent == BESIDE.get(probe, set())


def test_what_only_a_document_can_show_is_never_called_evidence() -> None:
    properties = all_properties()
    wrong = [
        id
        for id, row in probes().items()
        if row.kind == "document"
        and all(properties[p].shown_by for p in row.reads)
        and not ONLY_AGAINST.intersection(row.reads)
    ]
    assert wrong == []


def test_names_that_nothing_vouches_for_are_shown_and_doubted() -> None:
    for name, doubted in (("RS1", True), ("ES256", False)):
        answer = ask("update-signature-algorithm-strong", said(SIGNED, name, 2))
        assert (answer.outcome, answer.disputed) == ("indeterminate", doubted)
        assert [c.value for c in answer.claims] == [name]
        assert answer.because.startswith("the signature algorithm of updates")


def test_a_shared_key_is_told_by_the_two_that_share_it() -> None:
    answer = ask("device-keys-distinct", key("01", "aa"), key("02", "bb"), key("03", "aa"))
    assert [c.subject.name for c in answer.claims] == ["01", "03"]


def test_a_name_is_as_proven_as_its_weakest_device() -> None:
    answer = ask(
        "update-signature-algorithm-strong",
        said(SIGNED, "ES256"),
        said(SIGNED, "ES256", 5, device="01"),
        said(SIGNED, "ES256", 3, device="02", artefact="b.bin"),
    )
    assert answer.grade == 3
