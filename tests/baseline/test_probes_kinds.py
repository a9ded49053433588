"""Probes that reference values, signed images, certificates, vouchers and results answer."""

import pytest

from iotassess.model.claim import Digest
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

APPRAISAL = "attestation.appraisal"
SIGNED = "component.image-signed"
TRANSFER = "trust-anchor.transfer"
CERTIFIED = "device.identity-key"
APP, BOOT = "component app", "component boot"
GOOD, OTHER = Digest("sha-256", "aa" * 32), Digest("sha-256", "bb" * 32)
DECLARED = [said("component.digest", GOOD, about=APP)]
IMAGE = [
    said("component.image-digest", value, 4, about=APP, observed=True, artefact="app.bin")
    for value in (OTHER, GOOD)
]
REFERENCES = [
    said("component.reference", value, 4, about=APP, artefact="app.corim") for value in (OTHER, GOOD)
]
MEASURED = said("component.measurement", GOOD, 5, about=APP, device="01", artefact="token.cbor")
TWO = listed("component", ("app", {"name": "app"}), ("boot", {"name": "boot"}))


def anchor(*protocols, name="maker"):
    about = f"trust-anchor {name}"
    rows = [said("trust-anchor.protocols", protocol, about=about) for protocol in protocols]
    return [said("trust-anchor.any", True), said("trust-anchor.name", name, about=about), *rows]


PUBLISHED = "attestation.reference-values-published"
CASES = [
    Case("reference-values-published", "silence", [], "indeterminate"),
    Case("reference-values-published", "declared", [said(PUBLISHED, True)], "met"),
    Case("reference-values-published", "declared not", [said(PUBLISHED, False)], "unmet"),
    Case(
        "reference-values-published",
        "in hand, which proves nothing about a device",
        [said(PUBLISHED, True, 4)],
        "met",
        1,
    ),
    Case("update-applied", "silence", [], "indeterminate"),
    Case("update-applied", "a report", [said("update.applied", True, 4)], "met", 4),
    Case("update-applied", "a report of a failure", [said("update.applied", False, 4)], "unmet"),
    Case("update-applied", "from nobody known", [said("update.applied", True, 2)], "indeterminate"),
    Case("components-identified", "the digest of what an image holds", [*DECLARED, *IMAGE], "met", 4),
    Case("components-identified", "neither digest of an image", [*DECLARED, IMAGE[0]], "unmet"),
    Case("components-identified", "one of several reference values", [*DECLARED, *REFERENCES], "met", 4),
    Case("components-identified", "none of the reference values", [*DECLARED, REFERENCES[0]], "unmet"),
    Case("measurements-match-release", "a reference value", [MEASURED, REFERENCES[1]], "met", 5),
    Case(
        "measurements-match-release",
        "one of several releases, of which none is known",
        [MEASURED, *REFERENCES],
        "indeterminate",
    ),
    Case(
        "measurements-match-release",
        "one of several releases, the declared one",
        [*DECLARED, MEASURED, *REFERENCES],
        "met",
        5,
    ),
    Case("evidence-appraised", "silence", [], "indeterminate"),
    Case("evidence-appraised", "a good word", [said(APPRAISAL, "affirming", 4)], "met", 4),
    Case("evidence-appraised", "a warning", [said(APPRAISAL, "warning", 4)], "weaker"),
    Case("evidence-appraised", "no word", [said(APPRAISAL, "none", 4)], "weaker"),
    Case("evidence-appraised", "a bad word", [said(APPRAISAL, "contraindicated", 4)], "unmet"),
    Case("evidence-appraised", "from nobody known", [said(APPRAISAL, "affirming", 2)], "indeterminate"),
    Case(
        "evidence-appraised",
        "one of two devices is not affirmed",
        [
            said(APPRAISAL, "affirming", 4, device="01", artefact="a.jwt"),
            said(APPRAISAL, "warning", 4, device="02", artefact="b.jwt"),
        ],
        "weaker",
    ),
    Case("images-signed", "silence", [], "indeterminate"),
    Case("images-signed", "no component", listed("component"), "indeterminate"),
    Case("images-signed", "no image", TWO, "indeterminate"),
    Case(
        "images-signed",
        "all",
        [*TWO, said(SIGNED, True, 4, about=APP), said(SIGNED, True, 4, about=BOOT)],
        "met",
        4,
    ),
    Case(
        "images-signed",
        "the least proven",
        [*TWO, said(SIGNED, True, 4, about=APP), said(SIGNED, True, 3, about=BOOT)],
        "met",
        3,
    ),
    Case("images-signed", "one of two", [*TWO, said(SIGNED, True, 4, about=APP)], "weaker"),
    Case(
        "images-signed",
        "one has none",
        [*TWO, said(SIGNED, True, 4, about=APP), said(SIGNED, False, 2, about=BOOT, observed=True)],
        "unmet",
    ),
    Case(
        "trust-anchors-managed",
        "a voucher shows it",
        [*anchor("brski"), said(TRANSFER, "brski", 4)],
        "met",
        4,
    ),
    Case(
        "trust-anchors-managed",
        "a voucher of another protocol",
        [*anchor("brski"), said(TRANSFER, "fdo", 4)],
        "met",
    ),
    Case(
        "trust-anchors-managed",
        "one that nobody vouches for",
        [*anchor("brski"), said(TRANSFER, "brski", 2)],
        "met",
    ),
    Case(
        "trust-anchors-managed",
        "the other anchor is not seen",
        [*anchor("brski"), *anchor("est", name="ca"), said(TRANSFER, "brski", 4)],
        "met",
    ),
    Case(
        "trust-anchors-managed",
        "by hand all the same",
        [*anchor("manual"), said(TRANSFER, "brski", 4)],
        "weaker",
    ),
    Case(
        "device-identifier-attested",
        "by a certificate",
        [said(CERTIFIED, "aa" * 32, 4, about="device 01", device="01")],
        "met",
        4,
    ),
    Case(
        "device-identifier-attested",
        "two certificates for one key",
        [said(CERTIFIED, "aa" * 32, 4, about=f"device {n}", device=n, artefact=n) for n in ("01", "02")],
        "unmet",
    ),
    Case(
        "device-identifier-attested",
        "a certificate of one of two",
        [
            said("device.instance-id", "02", about="device 02"),
            said(CERTIFIED, "aa" * 32, 4, about="device 01", device="01"),
        ],
        "weaker",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


def test_a_device_that_is_known_by_its_certificate_alone_owes_no_word_about_its_debug_port() -> None:
    claims = [
        said("debug.state", "disabled-permanently", 5, device="01", artefact="token.cbor"),
        said(CERTIFIED, "aa" * 32, 4, about="device 02", device="02", artefact="device.pem"),
    ]
    assert ask("debug-locked", *claims).grade == 5


def test_a_device_whose_token_is_silent_still_does() -> None:
    claims = [
        said("debug.state", "disabled-permanently", 5, device="01", artefact="token.cbor"),
        said("attestation.supported", True, 5, device="02", artefact="other.cbor"),
    ]
    assert ask("debug-locked", *claims).grade == 0
