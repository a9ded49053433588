"""``iotassess verify`` and ``inspect``: artefacts by themselves, and what scripts rely on about them."""

import os

import pytest

from tests.examples import DAY, ROOT, challenge

FIXTURES = ROOT / "fixtures"
GOOD = FIXTURES / "good/sensor-node"
KEYS = FIXTURES / "keys"
DEVICE_KEY = ["-t", KEYS / "attestation-device-1.pub.pem"]
ARTEFACT_KEYS = {
    "path", "kind", "media_type", "sha256", "size", "wellformed", "authenticity", "binding", "grade",
    "signatures", "problems", "claims", "nested", "device", "component",
}  # fmt: skip


def problems(artefact):
    return {p["id"] for p in artefact["problems"]}


@pytest.fixture
def verify(run):
    def verified(*arguments):
        return run("verify", *arguments, "--as-of", DAY, "-f", "json")

    return verified


@pytest.fixture
def nobodys_key(monkeypatch):
    """Takes the TEST ONLY keys for keys that nobody has published."""
    monkeypatch.setattr("iotassess.evidence.published_keys.test_key", lambda key: None)


# --- verify -------------------------------------------------------------------------------------


def test_an_artefact_signed_by_a_published_test_key_is_authentic_and_not_acceptable(verify):
    ran = verify(GOOD / "psa-token.cbor", *DEVICE_KEY, "--nonce", challenge("sensor-node"))
    (artefact,) = ran.json["artefacts"]
    assert ran.code == 1
    assert artefact["authenticity"] == "authenticated"
    assert problems(artefact) == {"cose-test-key"}
    (signature,) = artefact["signatures"]
    assert (signature["status"], signature["key"]) == ("verified", "attestation-device-1")
    assert (signature["anchor_source"], len(signature["thumbprint"])) == ("user", 64)
    assert (artefact["binding"], artefact["grade"]) == (None, None)


def test_a_good_artefact_is_exit_0(verify, nobodys_key):
    ran = verify(GOOD / "psa-token.cbor", *DEVICE_KEY, "--nonce", challenge("sensor-node"))
    assert (ran.code, problems(ran.json["artefacts"][0])) == (0, set())


def test_a_wrong_key_is_exit_1_and_the_json_comes_all_the_same(verify):
    ran = verify(GOOD / "psa-token.cbor", "-t", KEYS / "rogue.pub.pem")
    assert ran.code == 1
    assert ran.json["artefacts"][0]["authenticity"] == "failed"
    assert "cose-bad-signature" in problems(ran.json["artefacts"][0])


def test_a_key_for_another_purpose_is_no_key(verify, nobodys_key):
    ran = verify(GOOD / "psa-token.cbor", "-t", f"update={KEYS / 'attestation-device-1.pub.pem'}")
    assert ran.code == 1
    assert ran.json["artefacts"][0]["authenticity"] == "unverified"


def test_the_worst_artefact_decides(verify, nobodys_key):
    nonce = ["--nonce", challenge("sensor-node")]
    both = [GOOD / "psa-token.cbor", FIXTURES / "negative/psa/signature-bit-flipped.cbor"]
    assert verify(*both, *DEVICE_KEY, *nonce).code == 1
    assert verify(*both, FIXTURES / "negative/cbor/unrecognised.bin", *DEVICE_KEY, *nonce).code == 3


def test_an_image_is_compared_and_a_swapped_one_is_an_error(verify):
    key = ["-t", KEYS / "update-ed25519.pub.pem"]
    plug = FIXTURES / "good/smart-plug"
    good = verify(plug / "update.suit", *key, "--image", plug / "plug-fw.bin")
    bad = verify(plug / "update.suit", *key, "--image", GOOD / "app.bin")
    named = verify(plug / "update.suit", *key, "--image", f"00/6677={GOOD / 'app.bin'}")
    assert "suit-payload-digest-mismatch" not in problems(good.json["artefacts"][0])
    assert "suit-payload-digest-mismatch" in problems(bad.json["artefacts"][0])
    assert "suit-payload-digest-mismatch" in problems(named.json["artefacts"][0])


def test_two_envelopes_of_one_manifest_show_the_older_one_as_rollback(verify):
    old = ROOT / "profiles/sensor-node/evidence/flawed-rollback.suit"
    ran = verify(GOOD / "update.suit", old)
    first, second = ran.json["artefacts"]
    assert "suit-sequence-rollback" not in problems(first)
    assert "suit-sequence-rollback" in problems(second)


def test_allow_unsigned_accepts_only_what_has_an_unsigned_form(verify, nobodys_key):
    nonce = ["--nonce", challenge("sensor-node")]
    claims_set = FIXTURES / "negative/eat/unprotected-claims-set.cbor"
    assert verify(claims_set, *nonce).code == 1
    assert verify(claims_set, *nonce, "--allow-unsigned").code == 0
    for name in ("negative/suit/unsigned.suit", "negative/eat/algorithm-none.jwt"):
        assert verify(FIXTURES / name, *nonce, "--allow-unsigned").code == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--image", "no-such"], "--image"),
        (["--image", "xyz=no-such"], "'xyz' is no component identifier"),
        (["--nonce", "zz"], "is not hexadecimal"),
        (["--max-age", "x"], "--max-age"),
        (["-f", "yaml"], "--format: got 'yaml', expected text or json"),
        (["-t", "nowhere"], "trust anchor nowhere does not exist"),
        (["nowhere"], "nowhere does not exist"),
        (["--nonce", "other=" + "00" * 8], "'other' is none of the artefacts"),
    ],
)
def test_what_cannot_be_meant_is_exit_2(run, arguments, told):
    ran = run("verify", GOOD / "update.suit", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_no_artefact_at_all_is_exit_2(run):
    assert run("verify").code == 2
    assert run("inspect").code == 2


def test_notes_about_anchors_go_to_standard_error(run):
    ran = run("verify", GOOD / "update.suit", "-t", KEYS / "update-p256.key.pem", "-f", "json")
    assert "was a private key" in ran.err
    assert ran.json


# --- what is no artefact ------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["verify", "inspect"])
@pytest.mark.parametrize("content", [b"", b"\x13\x37" * 50, b"just text\n", b"\xff" * 9, b"\x00"])
def test_bytes_that_are_no_artefact_are_exit_3_with_json(run, tmp_path, untouched, command, content):
    (tmp_path / "noise").write_bytes(content)
    before = untouched()
    ran = run(command, tmp_path / "noise", "-f", "json")
    assert ran.code == 3
    (artefact,) = ran.json["artefacts"]
    assert (artefact["kind"], artefact["wellformed"]) == (None, False)
    assert "artefact-unrecognised" in problems(artefact)
    assert untouched() == before


@pytest.mark.parametrize("command", ["verify", "inspect"])
def test_100_megabytes_are_exit_3(run, tmp_path, command):
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(100 << 20)
    ran = run(command, tmp_path / "huge", "-f", "json")
    assert ran.code == 3
    assert problems(ran.json["artefacts"][0]) == {"artefact-too-large"}


@pytest.mark.parametrize("command", ["verify", "inspect"])
def test_a_pipe_is_exit_3_and_blocks_nothing(run, tmp_path, command):
    os.mkfifo(tmp_path / "pipe")
    ran = run(command, tmp_path / "pipe", "-f", "json")
    assert ran.code == 3
    assert "no plain file" in ran.json["artefacts"][0]["problems"][0]["message"]


@pytest.mark.parametrize("command", ["verify", "inspect"])
def test_a_folder_without_artefacts_is_exit_3_and_says_what_lay_there(run, tmp_path, command):
    (tmp_path / "folder/deep").mkdir(parents=True)
    (tmp_path / "folder/deep/readme.md").write_text("words")
    ran = run(command, tmp_path / "folder", "-f", "json")
    assert ran.code == 3
    assert ran.json["artefacts"] == []
    assert f"{tmp_path}/folder/deep/readme.md: not assessed" in ran.err


def test_what_may_not_be_read_is_exit_3(run, unreadable):
    ran = run("verify", unreadable, "-f", "json")
    assert ran.code == 3
    assert "cannot be read: Permission denied" in ran.json["artefacts"][0]["problems"][0]["message"]


def test_a_malformed_artefact_of_a_known_kind_is_exit_1_and_not_3(verify):
    ran = verify(FIXTURES / "negative/cbor/truncated.suit")
    (artefact,) = ran.json["artefacts"]
    assert (ran.code, artefact["kind"], artefact["wellformed"]) == (1, "suit-envelope", False)


# --- inspect ------------------------------------------------------------------------------------


def test_the_keys_of_an_inspected_artefact_are_the_contracts(run):
    ran = run("inspect", GOOD / "update.suit", GOOD / "psa-token.cbor", "-f", "json")
    assert ran.code == 0
    assert set(ran.json) == {"schema", "tool", "as_of", "artefacts"}
    assert ran.json["schema"] == "iotassess/artefacts/v1"
    suit, psa = ran.json["artefacts"]
    assert set(suit) == set(psa) == ARTEFACT_KEYS | {"tree"}
    assert {
        "layout", "manifest_version", "sequence_number", "reference_uri", "components", "vendor_ids",
        "class_ids", "payloads", "sections", "severed", "dependencies", "digest_matches",
    } <= set(suit["claims"])  # fmt: skip
    assert suit["claims"]["layout"] == "current"
    assert suit["claims"]["sequence_number"] == 7
    assert suit["claims"]["components"][0] == ["00", "626c32"]
    assert {"component", "digest", "size", "uri", "encrypted"} <= set(suit["claims"]["payloads"][0])
    assert suit["claims"]["payloads"][0]["digest"]["alg"] == "sha-256"
    assert {"profile", "nonce", "lifecycle", "implementation_id", "instance_id", "sw_components"} <= set(
        psa["claims"]
    )
    assert set(psa["claims"]["lifecycle"]) == {"value", "name"}
    assert {"type", "version", "digest", "digest_alg", "signer_id"} <= set(psa["claims"]["sw_components"][0])
    assert {s["status"] for s in suit["signatures"]} <= {"verified", "no-key"}


def test_the_text_shows_every_claim_and_where_it_stands(run):
    text = run("inspect", GOOD / "eat.cbor").out
    assert "eat-cwt · unverified" in text
    assert "  dbgstat = disabled-permanently (3)\n" in text
    assert "  oemid.value = " in text


def test_long_values_are_cut_in_the_text_and_whole_in_the_json(run, tmp_path, monkeypatch):
    monkeypatch.setattr("iotassess.report.artefact_text.MOST_VALUE", 20)
    text = run("inspect", GOOD / "psa-token.cbor").out
    assert "…" in text
    assert max(len(line.partition(" = ")[2]) for line in text.split("\n")) == 20
    nonce = run("inspect", GOOD / "psa-token.cbor", "-f", "json").json["artefacts"][0]["claims"]["nonce"]
    assert nonce == challenge("sensor-node")


def test_nested_tokens_are_shown_below_theirs(run):
    ran = run("inspect", FIXTURES / "good/variants/eat-nested.cbor", "-f", "json")
    (inner,) = ran.json["artefacts"][0]["nested"]
    assert set(inner) == ARTEFACT_KEYS
    assert "#" in inner["path"]
    text = run("inspect", FIXTURES / "good/variants/eat-nested.cbor").out
    assert f"\n  {inner['path']}: {inner['kind']}" in text


def test_verify_leaves_the_claims_to_inspect_in_the_text(run):
    assert "sequence_number" not in run("verify", GOOD / "update.suit").out
    assert "  sequence_number = 7\n" in run("inspect", GOOD / "update.suit").out


def test_every_fixture_can_be_inspected_in_both_formats(run):
    for form in ("text", "json"):
        ran = run("inspect", FIXTURES / "good", FIXTURES / "negative", "-f", form)
        assert ran.code == 0
        assert ran.out
