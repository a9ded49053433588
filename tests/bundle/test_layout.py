"""Where files lie in a bundle: whatever was named from wherever, verdicts are those of the plain call."""

import json
import os
import shutil

import pytest

from iotassess import __version__
from iotassess.assess import assess
from iotassess.baseline.loader import load_catalogue
from iotassess.bundle.manifest import RESULT
from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.collect import MAX_ARTEFACT_BYTES
from iotassess.evidence.verification import Nonce
from iotassess.profile import load_profile
from iotassess.report import artefact_json, assessment_json
from tests.bundle.making import KEYS, QUICK, entries, looked_at, make
from tests.examples import challenge, copy, edit, request

SUIT = "evidence/update.suit"
TOKEN = "evidence/psa-token.cbor"


@pytest.fixture
def node(tmp_path):
    """A copy of the sensor node, in a folder of its own."""
    return copy("sensor-node", tmp_path)


def plain(folder, *artefacts, profile="good.yaml", **more):
    """The result of ``assess`` where everything lies, as its JSON text."""
    asked = request("sensor-node", *artefacts, folder=folder, **more)
    catalogues = [load_catalogue(name) for name in QUICK]
    found = assess(load_profile(folder / profile), asked, catalogues, tool_version=__version__)
    return artefact_json.dumps(assessment_json.tree(found))


def packed(folder, *artefacts, **more):
    """The files of a bundle, which verifies."""
    data = make(folder, *artefacts, **more).data
    assert looked_at(data).accepted
    return entries(data)


def same_but_for_names(folder, *artefacts, names=(), **more):
    """Pack, and hold the result against the plain one in which files were called otherwise."""
    files = packed(folder, *artefacts, **more)
    expected = plain(folder, *artefacts, **more)
    for old, new in names:
        assert f'"{old}' in expected, old
        expected = expected.replace(str(old), new)
    assert files[RESULT].decode() == expected
    return files


def refused(folder, *artefacts, **more):
    """What is said of what cannot be packed."""
    with pytest.raises(UsageError) as caught:
        make(folder, *artefacts, **more)
    return caught.value.message


# --- the same verdicts --------------------------------------------------------------------------


@pytest.mark.parametrize("twin", ["good.yaml", "flawed.yaml"])
def test_what_the_profile_names_keeps_its_names(node, twin):
    files = same_but_for_names(node, profile=twin)
    assert files[f"profile/{twin}"] == (node / twin).read_bytes()
    assert files[f"profile/{TOKEN}"] == (node / TOKEN).read_bytes()


def test_a_file_that_both_name_stays_one_file(node):
    files = same_but_for_names(node, node / TOKEN, names=[(node, "profile")])
    assert not [path for path in files if path.startswith("artefacts/")]


def test_a_folder_within_the_profile_s_stays_there(node):
    files = same_but_for_names(node, node / "evidence", names=[(node, "profile")])
    assert "profile/evidence/flawed-rollback.suit" in files, (
        "the profile does not name it, the folder holds it"
    )


def test_the_profile_s_own_folder_can_be_named(node):
    files = same_but_for_names(node, node, names=[(node, "profile")])
    assert files["profile/README.md"] == (node / "README.md").read_bytes()


def test_a_folder_around_the_profile_s_keeps_it_inside(node):
    (node.parent / "beside.txt").write_text("hello")
    top = node.parent
    files = same_but_for_names(node, top, names=[(top, f"artefacts/{top.name}")])
    assert f"artefacts/{top.name}/sensor-node/good.yaml" in files
    assert f"artefacts/{top.name}/beside.txt" in files


def test_a_folder_named_by_two_dots_does_not_tell_its_name(node, monkeypatch):
    monkeypatch.chdir(node)
    files = packed(node, "..", profile="good.yaml")
    assert "artefacts/given/sensor-node/good.yaml" in files


def test_paths_from_the_current_folder_give_the_same_bundle(node, monkeypatch):
    absolute = make(node, node / "evidence" / "eat.cbor").data
    monkeypatch.chdir(node)
    assert make(node, "evidence/eat.cbor").data == absolute


def test_two_files_of_one_name_are_kept_apart(node, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, name in zip(folders, ("psa-token.cbor", "flawed-other-product.psa.cbor"), strict=True):
        folder.mkdir()
        shutil.copy(node / "evidence" / name, folder / "token.cbor")
    one, two = (folder / "token.cbor" for folder in folders)
    names = [(one, "artefacts/token.cbor"), (two, "artefacts/2/token.cbor")]
    files = same_but_for_names(node, one, two, names=names)
    assert files["artefacts/token.cbor"] != files["artefacts/2/token.cbor"]


def test_a_folder_elsewhere_keeps_what_is_in_it_together(node, tmp_path):
    folder = tmp_path / "lab" / "run"
    (folder / "deep").mkdir(parents=True)
    for place, name in (("a.json", "sn33.json"), ("deep/b.p7s", "sn33.p7s")):
        shutil.copy(node / "evidence" / name, folder / place)
    files = same_but_for_names(node, folder, names=[(folder, "artefacts/run")])
    assert {"artefacts/run/a.json", "artefacts/run/deep/b.p7s"} <= set(files)


def test_folders_and_files_within_each_other_stay_so(node, tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    shutil.copy(node / TOKEN, folder / "t.cbor")
    same_but_for_names(node, folder, folder / "t.cbor", names=[(folder, "artefacts/lab")])


def test_a_link_to_a_file_is_the_file(node, tmp_path):
    link = tmp_path / "current.cbor"
    link.symlink_to(node / TOKEN)
    same_but_for_names(node, link, names=[(link, f"profile/{TOKEN}")])


def test_a_link_in_a_folder_to_what_is_not_read_is_packed_under_its_name(node, tmp_path):
    folder = tmp_path / "lab"
    (folder / ".data").mkdir(parents=True)
    shutil.copy(node / TOKEN, folder / ".data" / "0001")
    (folder / "token.cbor").symlink_to(".data/0001")
    files = same_but_for_names(node, folder, names=[(folder, "artefacts/lab")])
    assert files["artefacts/lab/token.cbor"] == (node / TOKEN).read_bytes()
    assert files["artefacts/lab/.data"] == b"", "that it is there is told, not what is in it"


def test_what_is_hidden_is_still_said_to_be_overlooked(node):
    (node / "evidence" / ".secret").write_text("password: hunter2")
    files = same_but_for_names(node, node / "evidence", names=[(node, "profile")])
    assert files["profile/evidence/.secret"] == b""
    overlooked = json.loads(files[RESULT])["overlooked"]
    assert "profile/evidence/.secret" in [row["path"] for row in overlooked]


def test_what_is_missing_stays_missing(node):
    (node / TOKEN).unlink()
    files = same_but_for_names(node)
    assert "artefact-missing" in files[RESULT].decode()


def test_what_leaves_the_profile_s_folder_by_a_link_stays_unread(node):
    outside = shutil.move(node / TOKEN, node.parent / "psa-token.cbor")
    (node / TOKEN).symlink_to(outside)
    files = packed(node)
    assert not [path for path in files if path.endswith("psa-token.cbor")]
    expected, found = json.loads(plain(node)), json.loads(files[RESULT])
    told = [(row["id"], row["level"], row["counts"]) for row in expected["baselines"]]
    assert [(row["id"], row["level"], row["counts"]) for row in found["baselines"]] == told
    (row,) = [row for row in found["artefacts"] if row["path"] == TOKEN]
    assert [problem["id"] for problem in row["problems"]] == ["artefact-missing"]


def test_an_artefact_that_is_too_large_to_be_read_is_packed_and_said_to_be(node, tmp_path):
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(MAX_ARTEFACT_BYTES + 1))
    files = same_but_for_names(node, large, names=[(large, "artefacts/large.bin")])
    assert len(files["artefacts/large.bin"]) == MAX_ARTEFACT_BYTES + 1
    assert "artefact-too-large" in files[RESULT].decode()


def test_a_challenge_for_one_artefact_stays_one_for_it(node, tmp_path):
    token = tmp_path / "token.cbor"
    shutil.copy(node / TOKEN, token)
    nonce = [Nonce(str(token), bytes.fromhex(challenge("sensor-node")))]
    same_but_for_names(node, token, nonces=nonce, names=[(token, "artefacts/token.cbor")])


def test_a_challenge_for_what_the_profile_names_stays_one_for_it(node):
    nonce = [Nonce("evidence/eat.cbor", bytes.fromhex(challenge("sensor-node")))]
    same_but_for_names(node, nonces=nonce)


def test_a_challenge_for_a_path_that_is_two_files_is_for_both(node, tmp_path, monkeypatch):
    (tmp_path / "evidence").mkdir()
    shutil.copy(node / "evidence" / "flawed-other-product.psa.cbor", tmp_path / "evidence" / "eat.cbor")
    monkeypatch.chdir(tmp_path)
    nonce = [Nonce("evidence/eat.cbor", bytes.fromhex(challenge("sensor-node")))]
    files = packed(node, "evidence/eat.cbor", nonces=nonce)
    both = {row["path"]: row for row in json.loads(files[RESULT])["artefacts"]}
    expected = {
        row["path"]: row for row in json.loads(plain(node, "evidence/eat.cbor", nonces=nonce))["artefacts"]
    }
    assert [p["id"] for p in both["artefacts/eat.cbor"]["problems"]] == [
        p["id"] for p in expected["evidence/eat.cbor"]["problems"]
    ]
    assert both["evidence/eat.cbor"]["grade"] == expected["evidence/eat.cbor (2)"]["grade"] == 5


def test_an_anchor_out_of_a_set_or_a_private_file_counts_as_it_did(node, tmp_path):
    jwks = [json.loads((KEYS / "update-p256.pub.jwk.json").read_text())]
    (tmp_path / "vendor.jwks").write_text(json.dumps({"keys": [*jwks, *jwks]}))
    named = [
        AnchorSpec(tmp_path / "vendor.jwks", "update"),
        AnchorSpec(KEYS / "attestation-device-1.pub.cose", "attestation"),
        AnchorSpec(KEYS / "reference.pub.pem", None),
    ]
    same_but_for_names(node, anchors=named)


def test_of_a_private_anchor_the_public_half_is_packed_and_that_is_told(node):
    made = make(node, anchors=[AnchorSpec(KEYS / "update-p256.key.pem", "update")])
    assert any("was a private key: only its public half is used" in note for note in made.notes)
    assert entries(made.data)["anchors/update/update-p256.pem"] == (KEYS / "update-p256.pub.pem").read_bytes()


# --- what cannot be packed ----------------------------------------------------------------------


def test_a_file_under_two_names_is_refused(node):
    (node / "evidence" / "again.suit").symlink_to("update.suit")
    said = refused(node, node / "evidence")
    assert "profile/evidence/update.suit and profile/evidence/again.suit are one file" in said


@pytest.mark.parametrize("kind", ["link out", "link to nowhere", "pipe"])
def test_what_a_bundle_cannot_show_is_refused(node, tmp_path, kind):
    odd = node / "evidence" / "odd"
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to(tmp_path / "elsewhere")
        if kind == "link out":
            (tmp_path / "elsewhere").write_text("x")
    assert "a bundle could not show that" in refused(node, node / "evidence")


def test_a_secret_among_the_artefacts_is_refused(node):
    shutil.copy(KEYS / "update-p256.key.pem", node / "evidence" / "signing.pem")
    assert "profile/evidence/signing.pem holds a private key" in refused(node, node / "evidence")
    packed(node)


def test_a_private_key_that_the_profile_names_as_anchor_is_refused(node):
    shutil.copy(KEYS / "update-p256.key.pem", node / "anchors" / "update" / "update-p256.pub.pem")
    assert "holds a private key" in refused(node, anchors=[])


def test_a_shared_secret_as_anchor_is_refused(node):
    said = refused(node, anchors=[AnchorSpec(KEYS / "attestation-hmac.jwk.json", "attestation")])
    assert "'attestation-hmac' is a shared secret, and a bundle carries none" in said


@pytest.mark.parametrize("name", ["a:b.cbor", "a\\b.cbor", "a\nb.cbor", "trailing.cbor "])
def test_a_name_that_means_something_else_elsewhere_is_refused(node, tmp_path, name):
    file = tmp_path / name
    shutil.copy(node / TOKEN, file)
    assert "cannot be packed" in refused(node, file)


def test_names_that_are_one_elsewhere_are_refused(node, tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    for name in ("Token.cbor", "token.cbor"):
        shutil.copy(node / TOKEN, folder / name)
    assert "would be one file on some disks" in refused(node, folder)


def test_an_empty_folder_is_refused(node, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "is empty" in refused(node, tmp_path / "empty")


def test_a_file_that_is_not_there_is_told_as_always(node, tmp_path):
    assert "does not exist" in refused(node, tmp_path / "nowhere.cbor")


def test_more_than_a_bundle_takes_is_refused(node, monkeypatch):
    from iotassess.bundle import layout

    with monkeypatch.context() as patch:
        patch.setattr(layout, "MAX_FILE_BYTES", 4000)
        assert "more than a bundle takes of one file" in refused(node)
    monkeypatch.setattr(layout, "MAX_TOTAL_BYTES", 40_000)
    assert "bytes in all" in refused(node)


def test_a_profile_that_changes_meanwhile_is_refused(node):
    from iotassess.bundle.layout import Given, lay_out

    loaded = load_profile(node / "good.yaml")
    edit(node / "good.yaml", ("SN-33", "SN-34"))
    with pytest.raises(UsageError, match="was changed while it was read"):
        lay_out(loaded, Given(request("sensor-node", folder=node), QUICK))
