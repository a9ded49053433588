"""Intake: each file is read once, in the role that the profile gives it, and nothing is passed over."""

import datetime
import os

import pytest

from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.verification import Nonce
from iotassess.intake import Intake, Request, take_in
from iotassess.model.artefact import PURPOSES, Role
from iotassess.profile import InvalidProfile, load_profile
from tests.examples import AS_OF, ROOT, START, challenge, copy, edit, request

NODE = "sensor-node"
MINIMAL = "product: {vendor: Maker, model: Thing}\n"


def take(folder, *artefacts, profile="good.yaml", **more) -> Intake:
    return take_in(load_profile(folder / profile), request(NODE, *artefacts, folder=folder, **more))


def line_of(file, text):
    return next(n for n, line in enumerate(file.read_text().split("\n"), 1) if text in line)


def named(intake):
    return [artefact.path for artefact in intake.artefacts]


def one(intake, path):
    (found,) = [artefact for artefact in intake.artefacts if artefact.path == path]
    return found


@pytest.fixture
def node(tmp_path):
    return copy(NODE, tmp_path)


@pytest.fixture
def bare(tmp_path):
    """A profile that names nothing, beside the evidence of the sensor node."""
    folder = copy(NODE, tmp_path)
    (folder / "bare.yaml").write_text(MINIMAL)
    return folder


# --- who names a file, and what for -------------------------------------------------------------


def test_what_the_profile_names_is_read_in_its_order_and_images_come_last(node):
    intake = take(node)
    assert named(intake) == [
        "evidence/update.suit", "evidence/psa-token.cbor", "evidence/eat.cbor",
        "evidence/reference.corim", "evidence/app.coswid", "evidence/sn33.json", "evidence/app.signed.bin",
        "evidence/result.jwt", "evidence/update-report.cbor", "evidence/voucher.vcj", "evidence/device.pem",
        "evidence/bl2.bin", "evidence/tfm-s.bin", "evidence/app.bin",
    ]  # fmt: skip
    profile = node / "good.yaml"
    roles = [artefact.role for artefact in intake.artefacts]
    assert roles[0] == Role("artefact", None, line_of(profile, "artefact: evidence/update.suit"), 15)
    assert roles[-1] == Role("image", "app", line_of(profile, "image: evidence/app.bin"), 12)
    assert intake.not_done == (
        "evidence/device.pem: not evaluated: revocation: no CRL and no OCSP response is looked at",
    )


def test_a_file_that_only_the_user_names_has_no_role(bare):
    (artefact,) = take(bare, bare / "evidence/update.suit", profile="bare.yaml").artefacts
    assert artefact.role is None
    assert artefact.authenticity == "authenticated"
    assert artefact.path == str(bare / "evidence/update.suit"), "the name is as the user gave it"


def test_a_file_that_both_name_is_read_once_in_the_profiles_role(node):
    given = node / "evidence" / ".." / "evidence" / "eat.cbor"
    intake = take(node, given)
    assert named(intake)[0] == str(given), "the user's come first"
    assert "evidence/eat.cbor" not in named(intake)
    assert one(intake, str(given)).role.line == line_of(node / "good.yaml", "artefact: evidence/eat.cbor")


def test_a_file_that_both_name_through_a_link_is_read_once(node):
    link = node / "token"
    link.symlink_to(node / "evidence" / "eat.cbor")
    assert len(take(node, link).artefacts) == len(take(node).artefacts)


def test_a_file_that_the_user_names_twice_is_read_once_and_that_is_said(bare):
    token = bare / "evidence/eat.cbor"
    intake = take(bare, token, token, profile="bare.yaml")
    assert named(intake) == [str(token)]
    assert f"{token}: named twice, read once" in intake.not_done


def test_a_file_that_the_profile_names_twice_is_read_once(node):
    entry = "  - artefact: evidence/eat.cbor\n"
    edit(node / "good.yaml", ("evidence:\n  - artefact", f"evidence:\n{entry}  - artefact"))
    paths = named(take(node))
    assert paths.count("evidence/eat.cbor") == 1
    assert paths[0] == "evidence/eat.cbor"


def test_an_image_that_the_user_names_too_stays_the_image_that_the_profile_says_it_is(node):
    intake = take(node, node / "evidence/app.bin")
    assert named(intake) == named(take(node))
    assert one(intake, "evidence/app.bin").kind == "firmware-image"


def test_two_files_of_one_name_get_two_names(node, monkeypatch):
    work = node / "work"
    (work / "evidence").mkdir(parents=True)
    (work / "evidence/eat.cbor").write_bytes((node / "evidence/psa-token.cbor").read_bytes())
    monkeypatch.chdir(work)
    intake = take(node, "evidence/eat.cbor")
    assert one(intake, "evidence/eat.cbor").kind == "psa-token"
    assert one(intake, "evidence/eat.cbor (2)").kind == "eat-cwt"


def test_a_made_unique_name_does_not_meet_a_file_of_that_name(node, monkeypatch):
    work = node / "work"
    (work / "evidence").mkdir(parents=True)
    for name, source in (("eat.cbor", "psa-token.cbor"), ("eat.cbor (2)", "update.suit")):
        (work / "evidence" / name).write_bytes((node / "evidence" / source).read_bytes())
    monkeypatch.chdir(work)
    intake = take(node, "evidence/eat.cbor", "evidence/eat.cbor (2)")
    assert one(intake, "evidence/eat.cbor (2)").kind == "suit-envelope"
    assert one(intake, "evidence/eat.cbor (3)").kind == "eat-cwt"


def test_a_file_named_like_a_nested_token_does_not_take_its_name(bare, monkeypatch):
    monkeypatch.chdir(bare)
    token = (ROOT / "fixtures/good/variants/eat-nested.cbor").read_bytes()
    (bare / "token").write_bytes(token)
    first = take(bare, "token", profile="bare.yaml").artefacts[0].nested[0].path
    (bare / first).write_bytes((bare / "evidence/eat.cbor").read_bytes())
    intake = take(bare, first, "token", profile="bare.yaml")
    outer = intake.artefacts[1]
    assert (outer.path, outer.nested[0].path) == ("token", f"{first} (2)")


def of_app(use):
    return "    component: app\n" if use == "image" else ""


# --- missing, outside, unreadable ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["update.suit", "app.bin"])
def test_a_file_that_the_profile_names_and_that_is_missing_is_a_problem(node, name):
    (node / "evidence" / name).unlink()
    artefact = one(take(node), f"evidence/{name}")
    assert [p.id for p in artefact.problems] == ["artefact-missing"]
    assert artefact.problems[0].severity == "error"
    assert not artefact.wellformed
    assert artefact.shown == ()
    assert artefact.role is not None, "it says which line names it"


@pytest.mark.parametrize("use", ["artefact", "image"])
def test_a_link_that_leaves_the_profiles_folder_is_not_followed(node, use):
    outside = node.parent / "outside.bin"
    outside.write_bytes((node / "evidence/update.suit").read_bytes())
    (node / "out").symlink_to(outside)
    edit(node / "good.yaml", ("evidence:\n", f"evidence:\n  - {use}: out\n{of_app(use)}"))
    artefact = one(take(node), "out")
    assert [p.id for p in artefact.problems] == ["artefact-missing"]
    assert "leaves the folder of the profile" in artefact.problems[0].message
    assert (artefact.sha256, artefact.size, artefact.shown) == ("", 0, ())


@pytest.mark.parametrize("name", ["../outside.bin", "/etc/hostname", "evidence/../../outside.bin"])
@pytest.mark.parametrize("use", ["artefact", "image", "trust_anchor"])
def test_a_path_that_leaves_the_profiles_folder_makes_the_profile_invalid(node, use, name):
    edit(node / "good.yaml", ("evidence:\n", f"evidence:\n  - {use}: {name}\n{of_app(use)}"))
    with pytest.raises(InvalidProfile, match="expected a file below the profile's folder"):
        take(node)


def test_what_the_profile_names_must_be_a_plain_file(node):
    os.mkfifo(node / "evidence/pipe")
    edit(
        node / "good.yaml",
        ("evidence:\n", "evidence:\n  - artefact: evidence/pipe\n  - artefact: evidence\n"),
    )
    intake = take(node)
    for name in ("evidence/pipe", "evidence"):
        assert [p.id for p in one(intake, name).problems] == ["artefact-missing"]


def test_a_loop_of_links_is_a_problem(node):
    (node / "loop").symlink_to(node / "loop")
    edit(node / "good.yaml", ("evidence:\n", "evidence:\n  - artefact: loop\n"))
    assert [p.id for p in one(take(node), "loop").problems] == ["artefact-missing"]


def test_a_missing_file_on_the_command_line_stops_the_run(bare):
    with pytest.raises(UsageError, match="nowhere does not exist"):
        take(bare, "nowhere", profile="bare.yaml")


def test_what_is_no_artefact_is_listed_with_a_problem(bare):
    file = bare / "noise"
    file.write_bytes(b"\x13\x37" * 40)
    (artefact,) = take(bare, file, profile="bare.yaml").artefacts
    assert artefact.kind is None
    assert [p.id for p in artefact.problems] == ["artefact-unrecognised"]


# --- folders ------------------------------------------------------------------------------------


def test_of_a_folder_what_is_recognised_is_read_and_the_rest_listed(bare):
    folder = bare / "evidence"
    (folder / ".hidden").write_bytes(b"x")
    intake = take(bare, folder, profile="bare.yaml")
    assert named(intake) == [f"{folder}/{x}" for x in ("app.coswid", "app.signed.bin", "device.pem",
                             "eat.cbor", "flawed-debug-enabled.eat.cbor", "flawed-other-product.psa.cbor",
                             "flawed-rollback.suit", "psa-token.cbor", "reference.corim", "result.jwt",
                             "sn33.json", "update-report.cbor", "update.suit", "voucher.vcj")]  # fmt: skip
    listed = [note.partition(": ")[0] for note in intake.not_done]
    for name in ("app.bin", "bl2.bin", "tfm-s.bin", "nonce.hex", ".hidden"):
        assert f"{folder}/{name}" in listed


def test_in_a_folder_the_profiles_roles_hold_too(node):
    intake = take(node, node / "evidence")
    assert one(intake, f"{node}/evidence/update.suit").role is not None
    assert one(intake, f"{node}/evidence/flawed-rollback.suit").role is None
    assert one(intake, "evidence/app.bin").kind == "firmware-image"
    assert not any("evidence/app.bin" in note for note in intake.not_done), "it is read as image"


# --- anchors of the profile ---------------------------------------------------------------------


def test_an_anchor_that_the_profile_names_is_its_own_word(node):
    intake = take(node, anchors=[])
    assert {use.source for use in intake.store.uses()} == {"profile"}
    assert {use.purpose for use in intake.store.uses()} == set(PURPOSES)
    assert {a.authenticity for a in intake.artefacts if a.purpose} == {"intact"}


def test_the_users_anchor_goes_before_the_same_one_of_the_profile(node):
    intake = take(node)
    assert {a.authenticity for a in intake.artefacts if a.purpose} == {"authenticated"}


OTHER_UPDATE_KEY = ("  - trust_anchor: anchors/update/boot-application.pub.pem\n    purpose: update\n", "")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (lambda file: file.unlink(), "does not exist"),
        (lambda file: file.write_text("no key"), "cannot be used"),
        (lambda file: file.write_bytes(b""), "the file is empty"),
    ],
)
def test_a_broken_anchor_of_the_profile_is_noted_with_its_line_and_gives_nothing(node, broken, reason):
    edit(node / "good.yaml", OTHER_UPDATE_KEY)
    broken(node / "anchors/update/update-p256.pub.pem")
    intake = take(node, anchors=[AnchorSpec(node / "anchors/attestation", "attestation")])
    line = line_of(node / "good.yaml", "trust_anchor: anchors/update")
    (note,) = [note for note in intake.not_done if "trust anchor of the profile" in note]
    assert f"line {line}" in note
    assert reason in note
    assert str(node) not in note, "a report has no absolute path"
    assert "update" not in {use.purpose for use in intake.store.uses()}
    assert one(intake, "evidence/update.suit").authenticity == "unverified"


def test_an_anchor_behind_a_link_that_leaves_the_folder_is_not_read(node):
    edit(node / "good.yaml", OTHER_UPDATE_KEY)
    file = node / "anchors/update/update-p256.pub.pem"
    file.rename(node.parent / "key.pem")
    file.symlink_to(node.parent / "key.pem")
    intake = take(node, anchors=[])
    assert any("leaves the folder of the profile" in note for note in intake.not_done)
    assert one(intake, "evidence/update.suit").authenticity == "unverified"


def test_an_anchor_of_the_user_that_cannot_be_used_stops_the_run(node):
    (node / "junk.pem").write_text("junk")
    with pytest.raises(UsageError, match="junk"):
        take(node, anchors=[AnchorSpec(node / "junk.pem", "update")])


def test_an_anchor_without_a_purpose_is_worth_less_and_that_is_said(node):
    intake = take(node, anchors=[AnchorSpec(node / "anchors/update/update-p256.pub.pem", None)])
    assert any("without a purpose (update-p256)" in note for note in intake.not_done)


# --- images -------------------------------------------------------------------------------------


def test_an_image_of_a_component_is_compared_with_that_components_payload(node):
    (node / "evidence/app.bin").write_bytes(b"another image")
    intake = take(node)
    manifest = one(intake, "evidence/update.suit")
    assert "suit-payload-digest-mismatch" in [p.id for p in manifest.problems]


def test_an_image_of_a_component_without_a_locator_is_compared_with_no_payload(node):
    (node / "evidence/app.bin").write_bytes(b"another image")
    edit(node / "good.yaml", ('    suit_component_id: "00/617070"\n', ""))
    intake = take(node)
    assert one(intake, "evidence/update.suit").problems == ()
    image = one(intake, "evidence/app.bin")
    assert {str(s.subject) for s in image.shown} == {"component app"}
    assert all(s.observed for s in image.shown)


def test_an_image_that_two_components_share_has_two_names(node):
    edit(node / "good.yaml", ("  - image: evidence/app.bin\n", "  - image: evidence/bl2.bin\n"))
    intake = take(node)
    assert one(intake, "evidence/bl2.bin").role.component == "bl2"
    assert one(intake, "evidence/bl2.bin (2)").role.component == "app"


# --- challenges ---------------------------------------------------------------------------------


def test_without_a_challenge_that_is_said_and_no_token_is_fresh(node):
    intake = take(node, nonces=[])
    assert any("no challenge was given (--nonce)" in note for note in intake.not_done)
    assert {a.fresh for a in intake.artefacts} == {None}


def test_a_challenge_that_the_profile_records_does_not_make_a_token_fresh(node):
    assert "nonce:" in (node / "good.yaml").read_text()
    assert one(take(node, nonces=[]), "evidence/eat.cbor").fresh is None


def test_a_challenge_for_one_artefact_is_for_that_one_alone(node):
    nonces = [Nonce("evidence/eat.cbor", bytes.fromhex(challenge(NODE)))]
    intake = take(node, nonces=nonces)
    assert one(intake, "evidence/eat.cbor").fresh == "nonce"
    assert one(intake, "evidence/psa-token.cbor").fresh is None


def test_an_artefacts_own_challenge_goes_before_the_one_for_all(node):
    nonces = [Nonce(None, bytes.fromhex(challenge(NODE))), Nonce("evidence/eat.cbor", bytes(32))]
    intake = take(node, nonces=nonces)
    assert "eat-nonce-mismatch" in [p.id for p in one(intake, "evidence/eat.cbor").problems]
    assert one(intake, "evidence/psa-token.cbor").fresh == "nonce"


@pytest.mark.parametrize("name", ["evidence/no.cbor", "evidence/app.bin", ""])
def test_a_challenge_for_what_is_no_artefact_is_refused(node, name):
    with pytest.raises(UsageError, match="is none of the artefacts"):
        take(node, nonces=[Nonce(name, bytes(32))])


@pytest.mark.parametrize(("hours", "fresh"), [(72, "time"), (1, None)])
def test_a_signed_time_within_the_age_makes_a_token_fresh_without_a_challenge(node, hours, fresh):
    intake = take(node, nonces=[], max_age=datetime.timedelta(hours=hours))
    assert one(intake, "evidence/eat.cbor").claims["iat"] == int(START.timestamp()) - 12 * 3600
    assert one(intake, "evidence/eat.cbor").fresh == fresh


# --- documents and notes ------------------------------------------------------------------------


def test_documents_are_digested_as_they_are(node):
    intake = take(node)
    assert len(intake.documents) >= 6
    assert all(document.computed == document.declared for document in intake.documents)


@pytest.mark.parametrize("change", ["changed", "missing"])
def test_a_document_that_changed_or_is_missing_does_not_have_its_digest(node, change):
    file = node / "documents/threat-model.md"
    file.write_text("something else") if change == "changed" else file.unlink()
    (document,) = [d for d in take(node).documents if d.path == "documents/threat-model.md"]
    assert document.computed != document.declared
    assert (document.computed is None) == (change == "missing")


def test_a_document_behind_a_link_that_leaves_the_folder_is_not_read(node):
    file = node / "documents/threat-model.md"
    file.rename(node.parent / "threat-model.md")
    file.symlink_to(node.parent / "threat-model.md")
    (document,) = [d for d in take(node).documents if d.path == "documents/threat-model.md"]
    assert document.computed is None


def test_without_any_anchor_that_is_said(node):
    assert any("no trust anchor was named (-t)" in note for note in take(node, anchors=[]).not_done)


def test_where_there_is_nothing_to_test_nothing_is_said(tmp_path):
    (tmp_path / "bare.yaml").write_text(MINIMAL)
    intake = take_in(load_profile(tmp_path / "bare.yaml"), Request(AS_OF))
    assert intake.artefacts == ()
    assert intake.not_done == ()


def test_nothing_is_said_twice(node):
    intake = take(node, node / "evidence", node / "evidence")
    assert len(set(intake.not_done)) == len(intake.not_done)
