"""Certificates, vouchers, reports and appraisals of devices."""

import pytest

from iotassess.crosscheck.pipeline import crosscheck
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT, Subject
from tests.crosscheck.scene import PROPERTIES, artefact, declare, manifest, profile, token

DEVICE = Subject("device", "01" + "aa" * 32)
KEY = "ee" * 32
SECOND = "ff" * 32


def certificate(serial="SN-1", key=KEY, expires="2040-01-01", **fields):
    subject = Subject("device", serial, "serial") if serial else Subject("device", key, "identity-key")
    shown = [
        Shown(subject, "device.identity-key", key, "certificates[0].public_key"),
        Shown(subject, "device.certificate-expires", expires, "certificates[0].not_after"),
    ]
    if serial:
        shown.append(Shown(subject, "device.serial", serial, "certificates[0].subject"))
    return artefact("x509-chain", "identity", shown, **fields)


def sampled(**answers):
    named = {"serial": "SN-1", "identity_key": KEY} | answers
    return [
        declare("device.any", True),
        declare("device.instance-id", DEVICE.name, DEVICE),
        *(declare(f"device.{key.replace('_', '-')}", v, DEVICE) for key, v in named.items() if v),
    ]


def run(*artefacts, declared=()):
    return crosscheck([*profile(), *declared], [], artefacts, PROPERTIES, example=False)


def ids(found):
    return [(d.id, d.severity) for d in found.discrepancies]


@pytest.mark.parametrize("answers", [{}, {"serial": None}, {"identity_key": None}])
def test_a_certificate_is_bound_by_the_declared_serial_or_key(answers):
    found = run(certificate(), declared=sampled(**answers))
    assert (found.artefacts[0].binding, found.artefacts[0].grade) == ("bound", 4)
    assert ids(found) == []


def test_a_certificate_without_serial_is_bound_by_its_key():
    found = run(certificate(serial=""), declared=sampled(serial=None))
    assert (found.artefacts[0].binding, found.artefacts[0].grade) == ("bound", 4)


def test_a_certificate_for_the_attestation_key_is_bound_by_that():
    keys = sampled(serial=None, identity_key=None, attestation_key=KEY)
    assert run(certificate(serial=""), declared=keys).artefacts[0].binding == "bound"


def test_a_certificate_of_a_device_that_is_no_sample_is_of_no_known_product():
    found = run(certificate(serial="SN-2", key=SECOND), declared=sampled())
    assert (found.artefacts[0].binding, found.artefacts[0].grade) == ("unknown", 2)
    assert ids(found) == []


def test_a_certificate_for_another_key_than_the_declared_one_contradicts_it():
    found = run(certificate(key=SECOND), declared=sampled())
    assert ids(found) == [("instance-key-mismatch", "error")]


def test_two_devices_with_certificates_for_one_key_are_told():
    two = [certificate(path="a.pem"), certificate(serial="SN-2", path="b.pem")]
    second = Subject("device", "01" + "bb" * 32)
    more = [declare("device.serial", "SN-2", second), declare("device.instance-id", second.name, second)]
    assert ids(run(*two, declared=[*sampled(), *more])) == [("shared-key-across-devices", "error")]


def test_two_certificates_of_one_device_share_no_key():
    assert ids(run(certificate(path="a.pem"), certificate(path="b.pem"), declared=sampled())) == []


@pytest.mark.parametrize(("expires", "told"), [("2029-12-31", True), ("2030-01-01", False)])
def test_a_certificate_that_ends_before_support_is_told(expires, told):
    until = declare("support.until", "2030-01-01")
    found = run(certificate(expires=expires), declared=[*sampled(), until])
    assert ids(found) == ([("certificate-ends-before-support", "error")] if told else [])


def test_a_serial_number_that_two_sampled_devices_have_binds_to_neither():
    second = Subject("device", "01" + "bb" * 32)
    twice = [*sampled(identity_key=None), declare("device.serial", "SN-1", second)]
    assert run(certificate(), declared=twice).artefacts[0].binding == "unknown"


# --- what is about another artefact -------------------------------------------------------------


def result(appraisal="affirming", sha256="00" * 32, **fields):
    shown = [Shown(PRODUCT, "attestation.appraisal", appraisal, "submods")]
    claims = {"raw_evidence": {"sha256": sha256, "size": 10}} if sha256 else {}
    return artefact("ear", "results", shown, claims=claims, **fields)


def test_a_result_is_about_what_the_evidence_in_it_is_about():
    found = run(result(), token())
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "ear"] == [("bound", 4)]


@pytest.mark.parametrize("sha256", ["11" * 32, ""])
def test_a_result_without_the_evidence_in_hand_is_about_nobody_knows_what(sha256):
    found = run(result(sha256=sha256), token())
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "ear"] == [("unknown", 2)]


def test_a_result_about_another_products_evidence_is_about_that():
    found = run(result(), token(implementation="44" * 32))
    assert [a.binding for a in found.artefacts if a.kind == "ear"] == ["other"]


@pytest.mark.parametrize(
    ("appraisal", "told"), [("contraindicated", True), ("warning", False), ("affirming", False)]
)
def test_another_verifiers_bad_word_is_told(appraisal, told):
    found = run(result(appraisal), token())
    assert ids(found) == ([("attestation-contradiction", "error")] if told else [])


def report(manifest_path="suit-envelope.bin", **fields):
    shown = [Shown(PRODUCT, "update.applied", True, "result")]
    claims = {"manifest": manifest_path} if manifest_path else {}
    return artefact("suit-report", "attestation", shown, claims=claims, **fields)


def test_a_report_is_about_what_the_manifest_is_about_that_it_names():
    found = run(report(), manifest())
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "suit-report"] == [("bound", 4)]


@pytest.mark.parametrize("name", ["", "none.suit"])
def test_a_report_on_a_manifest_that_is_not_in_hand_is_decoded_only(name):
    found = run(report(name), manifest())
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "suit-report"] == [("unknown", 2)]


@pytest.mark.parametrize(
    "fields",
    [
        {"authenticity": "failed"},
        {"authenticity": "unsigned", "signatures": ()},
        {"wellformed": False},
        {"device": "01" + "bb" * 32},
    ],
    ids=["refuted", "unsigned", "malformed", "of another device"],
)
def test_a_result_is_about_no_evidence_that_it_cannot_be_about(fields):
    found = run(result(device=DEVICE.name), token(**{"device": DEVICE.name, **fields}))
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "ear"] == [("unknown", 2)]


def test_a_result_is_about_tokens_only_whatever_else_it_holds():
    found = run(result(), manifest())
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "ear"] == [("unknown", 2)]


def test_a_report_by_another_key_than_any_declared_one_is_worth_nothing():
    keys = sampled(attestation_key="77" * 32)
    found = run(report(), manifest(), declared=keys)
    assert [(a.binding, a.grade) for a in found.artefacts if a.kind == "suit-report"] == [("bound", 2)]


def test_a_certificate_for_the_same_key_under_another_serial_number_is_told():
    found = run(certificate(path="a.pem"), certificate(serial="SN-9", path="b.pem"), declared=sampled())
    assert [(a.path, a.binding) for a in found.artefacts] == [("a.pem", "bound"), ("b.pem", "unknown")]
    assert [d.id for d in found.discrepancies] == ["shared-key-across-devices"]


def test_a_message_is_about_what_the_manifest_in_it_is_about():
    shown = [Shown(PRODUCT, "trust-anchor.transfer", "teep", "type")]
    for inner, expected in (
        (manifest(path="a#0"), ("bound", 4)),
        (manifest(path="a#0", vendor="99" * 16), ("unknown", 2)),
    ):
        found = run(artefact("teep-message", "update", shown, nested=(inner,)))
        assert [(a.binding, a.grade) for a in found.artefacts] == [expected]
