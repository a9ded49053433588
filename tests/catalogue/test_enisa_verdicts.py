"""What the ENISA catalogue makes of claims: silence, single flaws, the weakest part, what is absent."""

import datetime
from functools import cache

import pytest

from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.score import score
from iotassess.crosscheck.join import join
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.assessment import RequirementResult
from iotassess.model.claim import Claim, Digest
from tests.baseline.probe_cases import VOCABULARY, listed, said

DAY = datetime.date(2026, 11, 1)
GOOD, OTHER = Digest("sha-256", "aa" * 32), Digest("sha-256", "bb" * 32)
NO_PASSWORDS = said("auth.passwords.used", False)


@cache
def rows():
    return {r.id: r for r in load_catalogue("enisa-gp-tm").requirements}


def judge(number: int, *claims: Claim) -> RequirementResult:
    facts = Facts(ClaimTable(claims, VOCABULARY), DAY)
    return Evaluator(facts, (), probes()).requirement(rows()[f"GP-TM-{number:02}"])


def verdict(number: int, *claims: Claim) -> str:
    return judge(number, *claims).verdict


def attested(grade: int) -> list[Claim]:
    """A device in its secured state whose evidence measures the one released component."""
    return [
        said("component.digest", GOOD, about="component app"),
        said("component.digest", GOOD, grade, about="component app", artefact="update.suit"),
        said("component.measurement", GOOD, grade, about="component app", device="01"),
        said("attestation.supported", True, grade, device="01"),
        said("attestation.measures-software", True, grade, device="01"),
        said("lifecycle", "secured", grade, device="01"),
    ]


SECURE_BOOT = [
    said("boot.secure-boot", True),
    said("boot.enforced", True),
    *listed("boot-stage", ("rom", {"verified-by": "hardware", "immutable": True})),
    said("debug.state", "disabled-permanently"),
]

UPDATE = {
    "update.ota": True,
    "update.server-secured": True,
    "update.server-authenticated": True,
    "update.contains-secrets": False,
    "update.authenticated": True,
    "update.integrity-checked": True,
    "update.encrypted": True,
    "update.chain-verified-before-install": True,
}
SETS = [
    *[said("update.covers", value) for value in ("firmware", "configuration", "applications")],
    said("update.transport", "https"),
    said("update.signature-algorithm", "ES256"),
]


def test_silence_is_not_assessed_anywhere() -> None:
    assert {verdict(number) for number in range(1, 58)} == {"not-assessed"}


def test_silence_reaches_no_level() -> None:
    catalogue = load_catalogue("enisa-gp-tm")
    facts = Facts(ClaimTable((), VOCABULARY), DAY)
    evaluator = Evaluator(facts, (), probes())
    result = score(catalogue, [evaluator.requirement(r) for r in catalogue.requirements], facts)
    assert (result.level, result.proven, result.claimed) == ("L0", 0, 0)


@pytest.mark.parametrize("grade", [4, 5])
def test_authentic_attestation_of_the_release_verifies_boot_trust(grade: int) -> None:
    result = judge(3, *attested(grade))
    assert (result.verdict, result.grade) == ("verified", grade)
    assert result.parts[0].chosen == 0


@pytest.mark.parametrize(("grade", "found"), [(2, "not-assessed"), (3, "declared")])
def test_attestation_that_nobody_named_an_anchor_for_verifies_nothing(grade: int, found: str) -> None:
    assert verdict(3, *attested(grade)) == found


def test_secure_boot_that_is_only_declared_is_declared() -> None:
    result = judge(3, *SECURE_BOOT)
    assert (result.verdict, result.grade, result.parts[0].chosen) == ("declared", 0, 3)


def test_a_stronger_way_does_not_hide_a_debugger() -> None:
    assert verdict(3, *attested(4), said("debug.state", "enabled", 4)) == "not-satisfied"
    assert verdict(3, *SECURE_BOOT, said("lifecycle", "assembly-and-test", 4)) == "not-satisfied"


def test_a_measurement_of_other_software_contradicts_whatever_way_is_taken() -> None:
    other = said("component.measurement", OTHER, 4, about="component app", device="02", artefact="b.cbor")
    table = ClaimTable([*attested(4), *SECURE_BOOT, other], VOCABULARY)
    evaluator = Evaluator(Facts(table, DAY), join(table), probes())
    assert evaluator.requirement(rows()["GP-TM-03"]).verdict == "contradicted"


def test_evidence_that_another_device_could_have_signed_verifies_nothing() -> None:
    def token(name: str) -> list[Claim]:
        own = {"device": name, "artefact": f"{name}.cbor"}
        key = said("device.attestation-key", "aa" * 32, 4, about=f"device {name}", **own)
        return [key, *(c._replace(device=name, source=key.source) for c in attested(4)[1:])]

    released = attested(4)[0]
    assert verdict(3, released, *token("01")) == "verified"
    assert verdict(3, released, *token("01"), *token("02")) == "partial"


def test_measurements_without_reference_are_as_good_as_the_word_that_there_is_one() -> None:
    claims = [c for c in attested(4) if c.property != "component.digest"]
    assert verdict(3, *claims) == "partial"
    assert verdict(3, *claims, said("attestation.reference-values-published", True)) == "declared"


def test_a_device_that_is_not_closed_has_no_immutable_root_of_trust() -> None:
    rot = [
        said("hardware.root-of-trust.type", "rom"),
        said("hardware.root-of-trust.immutable", True),
        said("hardware.root-of-trust.verifies-next-stage", True),
        said("hardware.root-of-trust.key-location", "otp"),
    ]
    assert verdict(1, *rot) == "partial"
    assert verdict(1, *rot, said("lifecycle", "secured", 4)) == "declared"
    assert verdict(1, *rot, *SECURE_BOOT) == "declared"
    assert verdict(1, *rot, *SECURE_BOOT, said("lifecycle", "assembly-and-test", 4)) == "not-satisfied"


def test_the_update_bundle_holds_when_all_of_it_does() -> None:
    whole = [*SETS, *(said(property, value) for property, value in UPDATE.items())]
    assert verdict(18, *whole) == "declared"


@pytest.mark.parametrize("property", UPDATE)
def test_the_update_bundle_is_as_weak_as_its_weakest_part(property: str) -> None:
    rest = [*SETS, *(said(p, v) for p, v in UPDATE.items() if p != property)]
    assert verdict(18, *rest) == "partial"
    assert verdict(18, *rest, said(property, not UPDATE[property])) == "not-satisfied"


def test_authentic_manifests_do_not_prove_that_there_is_no_other_way_in() -> None:
    shown = [
        said("update.authenticated", True, 4),
        said("update.integrity-checked", True, 4),
        said("update.target-checked", True, 4),
        said("update.signature-algorithm", "ES256"),
        said("update.signature-algorithm", "ES256", 4),
        said("update.sequence-number", 6),
        said("update.sequence-number", 7, 4),
    ]
    assert verdict(5, *shown) == "partial"
    assert verdict(5, *shown, said("software.sideloading", "impossible")) == "declared"
    assert verdict(5, *shown, said("software.sideloading", "unrestricted")) == "not-satisfied"


def test_debug_access_that_is_off_for_now_needs_a_credential_to_open() -> None:
    ports = listed("interface", ("jtag", {"type": "debug", "protection": "authenticated"}))
    since_boot = said("debug.state", "disabled-since-boot", 4)
    assert verdict(33, *ports, since_boot) == "partial"
    assert verdict(33, *ports, since_boot, said("debug.unlock", "per-device-credential")) == "declared"
    assert verdict(33, *ports, said("debug.state", "disabled-permanently", 4)) == "declared"
    assert verdict(33, *ports, said("debug.state", "enabled", 4)) == "not-satisfied"


def test_one_sampled_device_leaves_the_word_of_the_maker() -> None:
    declared = [
        said("network.compromise-contained", True),
        said("identity.per-device", True),
        *listed("key", ("attestation", {"held-by": "device", "unique": True})),
        *listed("endpoint", ("cloud", {"credentials": "certificate"})),
    ]
    one = said("device.attestation-key", "aa" * 32, 4, about="device 01")
    same = said("device.attestation-key", "aa" * 32, 4, about="device 02")
    differs = said("device.attestation-key", "bb" * 32, 4, about="device 02")
    assert judge(48, *declared, one).parts[2].grade == 0
    assert judge(48, *declared, one, differs).parts[2].grade == 4
    assert verdict(48, *declared, one, same) == "not-satisfied"


@pytest.mark.parametrize("number", [9, 22])
def test_passwords_that_are_not_used_ask_for_nothing(number: int) -> None:
    assert verdict(number, NO_PASSWORDS) == "not-applicable"


def test_a_shared_default_password_is_not_excused_by_using_none() -> None:
    assert verdict(9, NO_PASSWORDS, said("auth.passwords.default-scheme", "universal")) == "not-satisfied"


@pytest.mark.parametrize("number", [10, 11, 14])
def test_personal_data_that_is_not_declared_is_not_absent(number: int) -> None:
    assert verdict(number) == "not-assessed"
    assert verdict(number, *listed("personal-data")) == "not-applicable"


def test_minimisation_is_asked_of_telemetry_too() -> None:
    assert verdict(12, *listed("personal-data")) == "not-assessed"
    assert verdict(12, *listed("personal-data"), said("telemetry.collected", False)) == "not-applicable"
    assert verdict(12, *listed("personal-data"), said("telemetry.minimal", False)) == "not-satisfied"


def test_a_page_makes_web_security_applicable() -> None:
    radio = ("radio", {"type": "radio"})
    page = ("page", {"type": "web", "encrypted": False})
    assert verdict(52, *listed("interface", radio)) == "not-applicable"
    assert verdict(52, *listed("interface", radio, page)) == "not-satisfied"
    assert verdict(52, *listed("interface", radio, ("odd", {"port": 80}))) != "not-applicable"


def test_having_no_open_port_is_the_good_state_and_not_a_missing_one() -> None:
    assert verdict(50, *listed("interface")) == "declared"
    assert verdict(50) == "not-assessed"


def test_an_old_report_of_a_penetration_test_is_worth_a_word() -> None:
    audit = said("process.security-audit", True, 1)
    audited = said("process.security-audit.document-date", "2026-06-01", 1)
    test = said("process.penetration-test", True, 1)
    for date, grade in (("2026-06-01", 1), ("2026-01-01", 0)):
        dated = said("process.penetration-test.document-date", date, 1)
        result = judge(57, audit, audited, test, dated)
        assert (result.verdict, result.grade) == ("declared", grade)
