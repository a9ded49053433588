"""No weakening of its input lets a release through the gate: evidence, anchors, identifiers, declarations."""

from __future__ import annotations

import pytest

from iotassess.cli.main import call
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.policy.snapshot import snapshot
from tests.examples import options, request

EVIDENCE = (
    "update.suit",
    "psa-token.cbor",
    "eat.cbor",
    "reference.corim",
    "app.coswid",
    "sn33.json",
    "sn33.p7s",
    "app.signed.bin",
    "result.jwt",
    "update-report.cbor",
    "voucher.vcj",
    "device.pem",
    "bl2.bin",
    "tfm-s.bin",
    "app.bin",
)
"""Files of evidence that the good profile names."""

MAY_BE_PADDED = {
    "device.pem": "PEM allows text outside of its blocks (RFC 7468 section 2)",
    "app.signed.bin": "an image is padded to the size of its slot, and nothing signs the padding",
}

MANY_MAY_BE_LEFT_OUT = set(EVIDENCE) - {"eat.cbor", "sn33.p7s", "update.suit", "psa-token.cbor"}
"""What the shipped policy does not ask for: without an earlier result a product may never have had it."""


def a_flipped_byte(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


SPOILT = {
    "a flipped byte": a_flipped_byte,
    "half of it": lambda data: data[: len(data) // 2],
    "nothing": lambda data: b"",
    "something behind it": lambda data: data + b"\x00",
}


# --- a release with a debug port left open: nothing hides it ------------------------------------


@pytest.fixture
def debug_build(release):
    """The good release, but its device reports that debugging is enabled."""
    return release.exchange("eat.cbor", "flawed-debug-enabled.eat.cbor")


def test_the_debug_build_fails_for_its_debug_port(debug_build):
    assert {"no-contradiction", "no-error", "debug-shown-locked"} <= debug_build.fired()


def left_out(release):
    release.leave_out("eat.cbor")


def left_out_with_all_tokens(release):
    for name in ("eat.cbor", "psa-token.cbor", "result.jwt", "update-report.cbor"):
        release.leave_out(name)


def deleted(release):
    (release.evidence / "eat.cbor").unlink()


def named_as_an_image(release):
    release.leave_out("eat.cbor")
    release.edit(("evidence:\n", "evidence:\n  - image: evidence/eat.cbor\n    component: app\n"))


def declared_enabled(release):
    release.edit(("state: disabled-permanently", "state: enabled"))


def not_declared(release):
    release.edit(("  state: disabled-permanently\n", ""))


def of_another_product(release):
    release.edit(('hwmodel: "534e2d3333"', 'hwmodel: "534e2d3334"'), ('oemid: "32473"', 'oemid: "32474"'))


def of_no_product(release):
    release.edit(('  hwmodel: "534e2d3333"', "  # "), ('  oemid: "32473"', "  # "))


def no_example_any_more(release):
    release.edit(("example: true", "example: false"))


def spoilt(release):
    file = release.evidence / "eat.cbor"
    file.write_bytes(a_flipped_byte(file.read_bytes()))


def without_signature(release):
    data = (release.evidence / "eat.cbor").read_bytes()
    (release.evidence / "eat.cbor").write_bytes(data[:-64] + bytes(64))


def anchored_by_the_profile_alone(release):
    for file in (release.folder / "anchors" / "attestation").iterdir():
        file.rename(release.evidence / file.name)
    release.edit(
        ("anchors/attestation/attestation-device-1.pub.pem", "evidence/attestation-device-1.pub.pem")
    )


def without_its_anchor(release):
    (release.folder / "anchors" / "attestation" / "attestation-device-1.pub.pem").unlink()


def with_its_anchor_for_another_purpose(release):
    folder = release.folder / "anchors"
    for file in (folder / "attestation").iterdir():
        file.rename(folder / "update" / file.name)


def with_another_devices_token(release):
    release.exchange("eat.cbor", "flawed-other-product.psa.cbor")


ATTEMPTS = (
    left_out,
    left_out_with_all_tokens,
    deleted,
    named_as_an_image,
    declared_enabled,
    not_declared,
    of_another_product,
    of_no_product,
    no_example_any_more,
    spoilt,
    without_signature,
    anchored_by_the_profile_alone,
    without_its_anchor,
    with_its_anchor_for_another_purpose,
    with_another_devices_token,
)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.__name__)
def test_weakening_the_input_does_not_let_a_debug_build_pass(debug_build, attempt, capfd):
    attempt(debug_build)
    code = call(
        ["gate", str(debug_build.profile), "--allow-example", *options("sensor-node", debug_build.folder)]
    )
    assert code == 1, capfd.readouterr().out


def test_neither_does_another_option(debug_build, capfd):
    base = ["gate", str(debug_build.profile), "--allow-example"]
    anchors = ["-t", str(debug_build.folder / "anchors")]
    for more in (
        [*anchors, "--as-of", "2026-11-01"],  # no challenge
        [*anchors, "--as-of", "2020-01-01"],  # before anything was made
        [*anchors, "--as-of", "2099-01-01"],  # after everything has ended
        ["--as-of", "2026-11-01"],  # no anchors
        [*options("sensor-node", debug_build.folder), "-b", "nist-ir-8425"],
        [*options("sensor-node", debug_build.folder), "--show", "failed"],
    ):
        assert call([*base, *more]) == 1, more
    capfd.readouterr()


# --- each file of a good release, spoilt or left out -----------------------------------------------


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("name", EVIDENCE)
def test_a_spoilt_artefact_fails_the_release(release, name, how):
    if how == "something behind it" and name in MAY_BE_PADDED:
        pytest.skip(MAY_BE_PADDED[name])
    file = release.evidence / name
    file.write_bytes(SPOILT[how](file.read_bytes()))
    assert release.fired(), f"{name} with {how} passes"


@pytest.mark.parametrize("name", EVIDENCE)
def test_a_missing_artefact_fails_the_release(release, name):
    (release.evidence / name).unlink()
    assert "artefacts-readable" in release.fired() or name == "sn33.p7s"
    assert release.fired()


@pytest.mark.parametrize("name", EVIDENCE)
def test_leaving_evidence_out_never_helps_beside_an_earlier_result(release, good, name):
    before = snapshot(good)
    assert not release.fired(against=before)
    release.leave_out(name)
    without = release.fired()
    assert without or name in MANY_MAY_BE_LEFT_OUT, name
    assert release.fired(against=before)


@pytest.mark.parametrize("folder", ["update", "attestation", "reference", "identity", "network", "results"])
def test_dropping_an_anchor_fails_the_release(release, folder):
    for file in (release.folder / "anchors" / folder).iterdir():
        file.unlink()
    (release.folder / "anchors" / folder).rmdir()
    assert "artefacts-authenticated" in release.fired()


def test_anchors_without_a_purpose_are_not_enough(release):
    anchors = [
        AnchorSpec(file, None) for file in sorted((release.folder / "anchors").rglob("*")) if file.is_file()
    ]
    asked = request("sensor-node", folder=release.folder, anchors=anchors)
    assert "artefacts-authenticated" in release.fired(asked=asked)


@pytest.mark.parametrize(
    "old",
    [
        '  class_id: "e3a2b2f4-e611-5a7c-97d6-07966db937ba"',
        "  implementation_id: 1067f4e3e449b93b02fb2d0c32b4daa94d05e9bdd80f7e7bcaf2196d91759ce9",
        '  oemid: "32473"',
        '  hwmodel: "534e2d3333"',
        '  firmware_version: "3.2.0"',
    ],
)
def test_taking_an_identifier_out_of_the_profile_never_helps(release, good, old):
    release.edit((old, "  # taken out"))
    assert release.fired() or old.strip().startswith(("hwmodel", "oemid"))
    assert release.fired(against=snapshot(good))


def test_a_file_of_an_evidence_folder_that_is_no_artefact_fails_the_release(release, tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "psa-token.cbor").write_bytes((release.evidence / "psa-token.cbor").read_bytes())
    assert not release.fired(folder)
    (folder / "broken.cbor").write_bytes(b"\xff\xff\xff")
    assert release.fired(folder) == {"nothing-overlooked"}


def test_a_document_that_was_changed_or_is_missing_fails_the_release(release):
    (release.folder / "documents" / "threat-model.md").write_text("nothing to see here")
    assert "nothing-overlooked" in release.fired()


def test_an_anchor_of_the_profile_that_is_missing_fails_the_release(release):
    release.edit(("anchors/identity/masa.pub.pem", "anchors/identity/none.pub.pem"))
    assert "nothing-overlooked" in release.fired()
