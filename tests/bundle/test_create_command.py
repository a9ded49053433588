"""``bundle create``: what it takes, what it tells, and its exit codes."""

import json
import shutil

import pytest

from iotassess.bundle.manifest import MANIFEST, RESULT
from tests.bundle.making import KEYS, QUICK, entries, example
from tests.examples import PROFILES, ROOT, copy, options

SIGN = ["--sign-with", KEYS / "verifier.key.pem"]
VOUCH = ["-t", f"results={KEYS / 'verifier.pub.pem'}"]
NODE = PROFILES / "sensor-node"
BY = ["-b", *QUICK]


def test_a_first_word_that_is_no_command_is_a_profile(run, tmp_path):
    files = [tmp_path / name for name in ("a", "b", "c")]
    common = [*options("sensor-node"), *BY, *SIGN]
    assert run("bundle", NODE / "good.yaml", *common, "-o", files[0])[0] == 0
    assert run("bundle", "create", NODE / "good.yaml", *common, "-o", files[1])[0] == 0
    assert run("bundle", "-o", files[2], *common, NODE / "good.yaml")[0] == 0
    assert files[0].read_bytes() == files[1].read_bytes() == files[2].read_bytes() == example()


def test_what_was_packed_is_told(run, tmp_path):
    file = tmp_path / "x.bundle"
    code, out, err = run("bundle", NODE / "good.yaml", *options("sensor-node"), *BY, *SIGN, "-o", file)
    assert (code, err) == (0, "")
    rows = len(json.loads(entries(file.read_bytes())[MANIFEST])["files"])
    assert out.startswith(f"{file}: {rows} files, {len(example())} bytes\n")
    assert "1eabc2e5ec1aa76d74caf4feab71d7ad0d962ee6e0473956ba9d98a024c52302" in out


def test_a_profile_that_is_called_like_a_command_can_be_packed(run, tmp_path, monkeypatch):
    folder = copy("sensor-node", tmp_path)
    shutil.copy(folder / "good.yaml", folder / "verify")
    monkeypatch.chdir(folder)
    common = [*options("sensor-node"), *BY, *SIGN]
    for words in (("bundle", "create", "verify"), ("bundle", "./verify")):
        assert run(*words, *common, "-o", tmp_path / "x.bundle")[0] == 0
    assert "profile/verify" in entries((tmp_path / "x.bundle").read_bytes())
    code, _, err = run("bundle", "verify")
    assert code == 2
    assert "FILE" in err


@pytest.mark.parametrize("words", [("bundle", "--help"), ("bundle", "-h")])
def test_help_of_the_group_names_its_commands(run, words):
    code, out, _ = run(*words)
    assert code == 0
    assert all(f"  {name} " in out for name in ("create", "verify", "show"))


@pytest.mark.parametrize(
    "words", [("good.yaml", "--help"), ("create", "--help"), ("verify", "-h"), ("show", "-h")]
)
def test_help_of_a_command_is_its_own(run, words):
    code, out, _ = run("bundle", *words)
    assert code == 0
    name = "create" if words[0] == "good.yaml" else words[0]
    assert f"Usage: iotassess bundle {name} " in out


@pytest.mark.parametrize("option", ["--gate", "--allow-example", "--strict"])
def test_an_option_of_the_gate_asks_the_gate(run, tmp_path, option):
    file = tmp_path / "x.bundle"
    code, out, _ = run("bundle", NODE / "good.yaml", *options("sensor-node"), *BY, *SIGN, "-o", file, option)
    assert code == 0, "it packs what the gate says, whatever that is"
    gate = json.loads(entries(file.read_bytes())[RESULT])["gate"]
    assert gate["strict"] is (option == "--strict")
    assert gate["passed"] is (option == "--allow-example")
    assert f"gate {'passed' if gate['passed'] else 'FAILED'}" in out


def test_a_policy_names_baselines_and_anchors(run, tmp_path):
    release = ROOT / "fixtures" / "releases"
    file = tmp_path / "x.bundle"
    nonce = (release / "1-good" / "evidence" / "nonce.hex").read_text().strip()
    gate = [
        "--policy",
        release / "first-policy.yaml",
        "--allow-example",
        "--as-of",
        "2026-03-03",
        "--nonce",
        nonce,
    ]
    assert run("bundle", release / "1-good" / "profile.yaml", *gate, *SIGN, "-o", file)[0] == 0
    plain = run("gate", release / "1-good" / "profile.yaml", *gate, "-f", "json")[1]
    assert entries(file.read_bytes())[RESULT].decode() == plain
    manifest = json.loads(entries(file.read_bytes())[MANIFEST])
    assert manifest["call"]["gate"]["baselines"] == ["enisa-gp-tm", "etsi-en-303-645@3.1.3", "nist-ir-8259a"]
    assert {anchor["source"] for anchor in manifest["call"]["anchors"]} == {"policy"}
    code, out, _ = run("bundle", "verify", file, *VOUCH)
    assert code == 0
    assert "gate: passed · by the maker's policy, policy/first-policy.yaml" in out
    assert "update-p256 (maker's policy)" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((NODE / "good.yaml", *SIGN), 2, "--output"),
        ((NODE / "good.yaml", "-o", "x"), 2, "--sign-with"),
        ((NODE / "good.yaml", "-o", "x", "--sign-with", KEYS / "verifier.pub.pem"), 2, "signing key"),
        ((NODE / "good.yaml", "-o", "x", "--sign-with", "no.pem"), 2, "does not exist"),
        (("no.yaml", "-o", "x", *SIGN), 2, "there is no such file"),
        ((NODE / "README.md", "-o", "x", *SIGN), 3, "README.md"),
        ((NODE / "README.md", "-o", "x", "--sign-with", "no.pem"), 2, "signing key"),
        ((NODE / "README.md", "no.cbor", "-o", "x", *SIGN), 2, "no.cbor does not exist"),
        ((NODE / "good.yaml", "-o", "/nowhere/x", *SIGN, *BY), 2, "cannot write"),
        ((NODE / "good.yaml", "-o", "x", *SIGN, "-b", "nonsense"), 2, "unknown baseline"),
        ((NODE / "good.yaml", "-o", "x", *SIGN, "--waivers", "no.yaml"), 2, "no.yaml"),
        ((NODE / "good.yaml", "-o", "x", *SIGN, "--policy", "no.yaml"), 2, "no.yaml"),
        ((NODE / "good.yaml", "-o", "x", *SIGN, "--against", "no.json"), 2, "no.json"),
        ((NODE / "good.yaml", "-o", "x", *SIGN, "--deny", "no.yaml"), 2, "no.yaml"),
        ((NODE / "good.yaml", "-o", "x", *SIGN, "-t", "no.pem"), 2, "no.pem"),
        ((NODE / "good.yaml", "-o", "x", *SIGN, "--nonce", "zz"), 2, "hexadecimal"),
        ((NODE / "good.yaml", "no.cbor", "-o", "x", *SIGN), 2, "no.cbor does not exist"),
        (
            (NODE / "good.yaml", "-o", "x", *SIGN, "-t", f"attestation={KEYS / 'attestation-hmac.jwk.json'}"),
            2,
            "is a shared secret, and a bundle carries none",
        ),
    ],
)
def test_what_is_wrong_with_the_call_is_told_and_nothing_is_written(
    run, tmp_path, monkeypatch, arguments, code, said
):
    monkeypatch.chdir(tmp_path)
    found = run("bundle", *arguments)
    assert found[0] == code
    assert said in found[2]
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_nobody_would_accept_is_refused_when_it_is_to_sign(run, tmp_path):
    folder = copy("sensor-node", tmp_path)
    text = (folder / "good.yaml").read_text().replace("example: true", "example: false")
    (folder / "good.yaml").write_text(text)
    file = tmp_path / "x"
    code, _, err = run("bundle", folder / "good.yaml", *options("sensor-node"), *BY, *SIGN, "-o", file)
    assert code == 2
    assert "is a published test key (iotassess's TEST ONLY key verifier)" in err
    assert not file.exists()


def test_a_private_key_as_anchor_is_told_and_not_packed(run, tmp_path):
    file = tmp_path / "x"
    anchor = f"update={KEYS / 'update-p256.key.pem'}"
    code, _, err = run(
        "bundle", NODE / "good.yaml", "-t", anchor, "--as-of", "2026-11-01", *BY, *SIGN, "-o", file
    )
    assert code == 0
    assert "only its public half is used" in err
    assert b"PRIVATE" not in file.read_bytes()
