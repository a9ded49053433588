"""What a bundle is made of: same bytes from same inputs, the same result, and nothing of the machine."""

import base64
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from iotassess import __version__
from iotassess.assess import assess
from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.bundle.layout import GateFiles
from iotassess.bundle.manifest import MANIFEST, RESULT, SIGNATURE, SIGNER
from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.verification import Nonce
from iotassess.policy.gate import Will
from iotassess.policy.old_result import read_result
from iotassess.policy.reading import load_policy
from iotassess.policy.waivers import load_waivers
from iotassess.profile import load_profile
from iotassess.report import artefact_json, assessment_json
from tests.bundle.making import KEYS, QUICK, entries, example, looked_at, make
from tests.examples import PRODUCTS, PROFILES, ROOT, TWINS, challenge, copy, request

RELEASES = ROOT / "fixtures" / "releases"
DENYLIST = ROOT / "docs" / "how-to" / "denylist.yaml"


def challenged(product):
    return [Nonce(None, bytes.fromhex(challenge(product)))]


@pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)
def test_the_result_in_it_is_that_of_the_plain_assessment(product, twin):
    folder = PROFILES / product
    asked = request(product)
    catalogues = [load_catalogue(name) for name in DEFAULTS]
    expected = assess(load_profile(folder / f"{twin}.yaml"), asked, catalogues, tool_version=__version__)
    nonces = challenged(product)
    made = make(folder, profile=f"{twin}.yaml", baselines=DEFAULTS, nonces=nonces)
    assert entries(made.data)[RESULT].decode() == artefact_json.dumps(assessment_json.tree(expected))
    assert looked_at(made.data).accepted


def test_the_same_call_gives_the_same_bytes():
    assert make().data == example()


@pytest.mark.parametrize("product", PRODUCTS)
def test_two_folders_give_the_same_bytes(product, tmp_path):
    folders = [copy(product, tmp_path / name) for name in ("a", "b")]
    for place, folder in enumerate(folders):
        for file in folder.rglob("*"):
            file.touch()
            file.chmod(0o600 if place and file.is_file() else 0o755)
    bundles = [
        make(
            folder,
            folder / "evidence",
            denylists=[Path(shutil.copy(DENYLIST, folder))],
            nonces=challenged(product),
        )
        for folder in folders
    ]
    assert bundles[0].data == bundles[1].data


def test_it_holds_every_file_that_was_read_and_no_other():
    rows = {row["path"]: row["role"] for row in json.loads(entries(example())[MANIFEST])["files"]}
    profile = (PROFILES / "sensor-node" / "good.yaml").read_text()
    here = PROFILES / "sensor-node"
    named = {
        f"profile/{path}"
        for path in (file.relative_to(here).as_posix() for file in here.rglob("*") if file.is_file())
        if f": {path}\n" in profile or f": {path} #" in profile
    }
    assert {path for path in rows if path.startswith("profile/")} == {*named, "profile/good.yaml"}
    anchors = {
        file.stem.removesuffix(".pub").removesuffix(".cert") for file in (here / "anchors").rglob("*.pem")
    }
    assert {Path(path).stem for path in rows if path.startswith("anchors/")} == anchors
    assert set(entries(example())) - set(rows) == {MANIFEST, SIGNATURE}


def test_every_row_tells_size_and_digest_of_its_file():
    files = entries(example())
    for row in json.loads(files[MANIFEST])["files"]:
        data = files[row["path"]]
        assert (row["size"], row["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_it_holds_the_signer_s_public_key():
    assert entries(example())[SIGNER] == (KEYS / "verifier.pub.pem").read_bytes()


# --- nothing that must not leave the house ------------------------------------------------------


def spellings(path):
    """The private half of a key as it could stand in a file."""
    private = load_pem_private_key(path.read_bytes(), None)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    if hasattr(private, "private_numbers"):
        raw = private.private_numbers().private_value.to_bytes(32, "big")
    else:
        raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    body = path.read_text().splitlines()[-3]
    return {raw, der, raw.hex().encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw), body.encode()}


def test_no_private_half_of_any_key_is_in_a_bundle(tmp_path):
    folder = copy("sensor-node", tmp_path)
    private = sorted(KEYS.glob("*.key.pem"))
    data = make(folder, folder, anchors=[AnchorSpec(path, "update") for path in private]).data
    assert b"PRIVATE" not in data
    for path in private:
        for text in spellings(path):
            assert text not in data, path.name
    assert any(text in path.read_bytes() for path in private for text in spellings(path)), (
        "they are searched for"
    )


def test_no_path_of_the_machine_is_in_a_bundle(tmp_path):
    folder = copy("sensor-node", tmp_path)
    (folder / "evidence" / "cut.cbor").write_bytes(b"\x84")
    policy = tmp_path / "own-policy.yaml"
    policy.write_text(
        "schema: iotassess/policy/v1\nbaselines: [nist-ir-8425]\n"
        "trust_anchors: [{path: sensor-node/anchors/update, purpose: update}]\n"
    )
    gate = GateFiles(policy, QUICK, None, strict=True, allow_example=True)
    deny = shutil.copy(DENYLIST, tmp_path)
    data = make(folder, folder / "evidence", gate=gate, denylists=[Path(deny)]).data
    for secret in (str(tmp_path), str(ROOT), tmp_path.name, f"{Path.home()}/", tempfile.gettempdir()):
        assert secret.encode() not in data, secret


# --- the relying party's files ------------------------------------------------------------------


def released(number, tmp_path, against=None, waivers=None):
    """A release of the history, packed with its gate."""
    policy = RELEASES / ("policy.yaml" if against else "first-policy.yaml")
    folder = RELEASES / number
    read = load_policy(policy)
    nonce = bytes.fromhex((folder / "evidence" / "nonce.hex").read_text())
    day = {"1-good": "2026-03-03", "2-good": "2026-05-05"}.get(number, "2027-01-12")
    from iotassess.cli.options import parse_as_of

    asked = {"as_of": parse_as_of(day), "nonces": [Nonce(None, nonce)], "anchors": list(read.anchors)}
    gate = GateFiles(policy, tuple(DEFAULTS), against, strict=False, allow_example=True)
    made = make(folder, profile="profile.yaml", baselines=DEFAULTS, gate=gate, waivers=waivers, **asked)
    will = Will(read, read_result(against) if against else None, True, tuple(DEFAULTS), False)
    expected = assess(
        load_profile(folder / "profile.yaml"),
        request("sensor-node", **asked),
        [load_catalogue(name) for name in DEFAULTS],
        tool_version=__version__,
        waivers=load_waivers(waivers) if waivers else (),
        will=will,
    )
    return made, artefact_json.dumps(assessment_json.tree(expected))


def test_a_gate_with_policy_earlier_result_and_waivers_is_packed_whole(tmp_path):
    first, expected = released("1-good", tmp_path)
    assert first.made.result.decode() == expected
    assert first.made.assessment.gate.passed
    (tmp_path / "1.json").write_bytes(first.made.result)
    second, expected = released("2-good", tmp_path, tmp_path / "1.json", RELEASES / "waivers.yaml")
    assert second.made.result.decode() == expected
    assert second.made.assessment.gate.passed
    files = entries(second.data)
    assert files["policy/policy.yaml"] == (RELEASES / "policy.yaml").read_bytes()
    assert files["against/1.json"] == first.made.result
    assert files["waivers/waivers.yaml"] == (RELEASES / "waivers.yaml").read_bytes()
    anchors = {path for path in files if path.startswith("policy/anchors/")}
    assert anchors == {
        "policy/anchors/update/update-p256.pem",
        "policy/anchors/attestation/attestation-device-2.pem",
    }
    assert looked_at(second.data).accepted


def test_a_gate_that_fails_is_packed_as_it_is(tmp_path):
    gate = GateFiles(None, (), None, strict=False, allow_example=False)
    made = make(gate=gate)
    assert not made.made.assessment.gate.passed
    found = looked_at(made.data)
    assert found.accepted
    assert not found.assessment.gate.passed


CATALOGUE = """\
id: house-rules
edition: "1"
title: House rules
family: house
licence_note: ours
source: here
requirements:
  - id: R-1
    title: Updates are authenticated
    summary: All of them.
    category: update
    section: "1"
    force: mandatory
    seed: {classification: technology}
    gate: true
    attestation: false
    remediation: Sign them.
    parts:
      - probe: update-manifest-authenticated
        reason: nobody else may change the firmware
"""


def test_a_catalogue_of_one_s_own_is_packed_and_a_shipped_one_is_not(tmp_path):
    own = tmp_path / "house.yaml"
    own.write_text(CATALOGUE)
    (tmp_path / "copy").mkdir()
    again = shutil.copy(own, tmp_path / "copy" / "house.yaml")
    made = make(baselines=[str(own), *QUICK, str(again)])
    files = entries(made.data)
    assert files["catalogues/house.yaml"] == own.read_bytes()
    rows = json.loads(files[MANIFEST])["catalogues"]
    assert [(row["id"], row["path"]) for row in rows] == [
        ("house-rules", "catalogues/house.yaml"),
        ("nist-ir-8425", None),
    ]
    assert rows[1]["sha256"] == load_catalogue("nist-ir-8425").sha256
    assert looked_at(made.data).accepted


@pytest.mark.parametrize("kind", ["folder", "missing", "unreadable"])
def test_a_file_of_the_relying_party_that_cannot_be_read_is_told(tmp_path, monkeypatch, kind):
    file = tmp_path / "deny.yaml"
    if kind == "folder":
        file.mkdir()
    if kind == "unreadable":
        file.write_text("x")
        opened = Path.open

        def refuse(path, *arguments, **named):
            if path == file:
                raise PermissionError(13, "Permission denied")
            return opened(path, *arguments, **named)

        monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UsageError, match=r"Permission denied|is no plain file that can be packed"):
        make(denylists=[file])


def test_one_file_named_twice_is_packed_once(tmp_path):
    deny = Path(shutil.copy(DENYLIST, tmp_path))
    files = entries(make(denylists=[deny, deny]).data)
    assert [path for path in files if path.startswith("denylists/")] == ["denylists/denylist.yaml"]


def test_more_files_than_a_bundle_takes_are_refused(monkeypatch):
    from iotassess.bundle import archive, manifest

    with monkeypatch.context() as patch:
        patch.setattr(manifest, "MAX_BYTES", 1000)
        with pytest.raises(UsageError, match="the list of files has"):
            make()
    monkeypatch.setattr(archive, "MAX_ENTRIES", 10)
    with pytest.raises(UsageError, match="a bundle has at most 10"):
        make()


def test_a_denylist_takes_effect_in_the_bundle_too(tmp_path):
    deny = tmp_path / "deny.yaml"
    thumbprint = "65653b3c0a1a1eae87eb450c142725a2555210d8f2ddcd546c5bcea65371ba00"
    deny.write_text(f"schema: iotassess/denylist/v1\nkeys:\n  - thumbprint: {thumbprint}\n")
    made = make(denylists=[deny])
    assert b"key-denied" in made.made.result
    assert entries(made.data)["denylists/deny.yaml"] == deny.read_bytes()
    assert looked_at(made.data).accepted
