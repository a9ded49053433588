"""The same faults through the commands: exit codes, and what the report says of who signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cbor2
import pytest

from iotassess.cli.main import call
from tests.crypto import making
from tests.crypto.making import EVIL, P256, P384, SECRET, cose, jws
from tests.crypto.test_algorithm_confusion import forms
from tests.crypto.test_unsound_keys import ed25519_file, ed25519_point
from tests.evidence import suit_builder
from tests.evidence.signing import ALICE, leaf, middle, pem, root
from tests.evidence.token_builder import NONCE, b64
from tests.evidence.x509_builder import der
from tests.evidence.x509_builder import pem as certificates

AS_OF = ("--as-of", "2026-11-01T12:00:00Z")


def oct_jwk(secret: bytes) -> bytes:
    return json.dumps({"kty": "oct", "k": b64(secret)}).encode()


def verify(
    capfd: Any, folder: Path, data: bytes, anchors: dict[str, bytes], nonce: bytes | None = NONCE
) -> tuple[int, Any]:
    """Run ``iotassess verify`` on one artefact with anchors by purpose; its exit code and its artefact."""
    artefact = folder / "artefact"
    artefact.write_bytes(data)
    arguments = ["verify", str(artefact), *AS_OF, "-f", "json"]
    if nonce is not None:
        arguments += ["--nonce", nonce.hex()]
    for purpose, content in anchors.items():
        file = folder / f"{purpose}.key"
        file.write_bytes(content)
        arguments += ["-t", f"{purpose}={file}"]
    capfd.readouterr()
    code = call(arguments)
    return code, json.loads(capfd.readouterr().out)["artefacts"][0]


KEY = {"attestation": pem(P256)}
CHAIN = {33: [der(leaf()), der(middle())]}
CASES: dict[str, tuple[bytes, dict[str, bytes], str]] = {
    "sound": (cose(P256), KEY, "authenticated"),
    "sound, as JWT": (jws(P256), KEY, "authenticated"),
    "sound, by a chain": (
        cose(ALICE, unprotected=CHAIN), {"attestation": certificates(root())}, "authenticated",
    ),
    "a chain to nobody": (cose(ALICE, unprotected=CHAIN), {}, "intact"),
    "another key": (cose(EVIL), KEY, "failed"),
    "another curve": (cose(P384, "ES384"), KEY, "unverified"),
    "a zero signature": (cose(P256, signature=bytes(64)), KEY, "failed"),
    "keyed with the public key": (cose(forms(P256)["PEM"], "HS256"), KEY, "unverified"),
    "a token keyed with the public key": (jws(forms(P256)["PEM"], "HS256"), KEY, "unverified"),
    "none": (jws(P256, alg="none", signature=b""), KEY, "unsigned"),
    "two algorithms": (cose(P256, protected=bytes.fromhex("a201260127")), KEY, "unverified"),
    "a critical header": (cose(P256, protected={1: -7, 2: [99], 99: 1}), KEY, "unverified"),
    "the key of another purpose": (cose(P256), {"update": pem(P256)}, "unverified"),
    "the purpose of another key": (cose(P256), {"attestation": pem(EVIL), "update": pem(P256)}, "failed"),
    "the algorithm unprotected": (cose(P256, protected={}, unprotected={1: -7}), KEY, "unverified"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verify_says_who_signed_and_ends_with_the_code_for_it(capfd, tmp_path, name):
    data, anchors, authenticity = CASES[name]
    code, found = verify(capfd, tmp_path, data, anchors)
    assert (code, found["authenticity"]) == (0 if authenticity == "authenticated" else 1, authenticity)
    named = {signature["key"] for signature in found["signatures"]} - {None}
    assert named == ({"attestation"} if authenticity == "authenticated" else set())


def test_a_shared_secret_is_named_as_such_and_never_shown(capfd, tmp_path):
    code, found = verify(capfd, tmp_path, cose(SECRET, "HS256"), {"attestation": oct_jwk(SECRET)})
    assert (code, found["authenticity"]) == (0, "authenticated")
    assert [one["id"] for one in found["problems"]] == ["cose-symmetric-key"]
    assert found["signatures"][0]["thumbprint"] is None
    assert SECRET.hex() not in json.dumps(found)


@pytest.mark.parametrize(
    "content",
    [ed25519_file(ed25519_point(1)), cbor2.dumps({1: 2, -1: 1, -2: b"x", -3: b"y"}), oct_jwk(b"short"), b""],
    ids=["small order", "no point", "a short secret", "nothing"],
)
def test_an_anchor_that_is_none_ends_the_command(capfd, tmp_path, content):
    file, artefact = tmp_path / "anchor.key", tmp_path / "artefact"
    file.write_bytes(content)
    artefact.write_bytes(cose(P256))
    assert call(["verify", str(artefact), "-t", f"attestation={file}", *AS_OF]) == 2
    assert "anchor.key" in capfd.readouterr().err


def test_a_manifest_whose_digest_is_wrong_ends_with_1(capfd, tmp_path):
    anchors = {"update": pem(suit_builder.SIGNER)}
    code, found = verify(capfd, tmp_path, suit_builder.good().build(), anchors, None)
    assert (code, found["authenticity"]) == (0, "authenticated")
    plan = suit_builder.good()
    plan.digest = lambda data: suit_builder.digest(data + b"\0")
    code, found = verify(capfd, tmp_path, plan.build(), anchors, None)
    assert (code, found["authenticity"]) == (1, "failed")
    assert "suit-manifest-digest-mismatch" in {one["id"] for one in found["problems"]}
    assert [one["status"] for one in found["signatures"]] == ["verified"]


def test_allow_unsigned_never_covers_a_token_that_says_none(capfd, tmp_path):
    artefact = tmp_path / "token.jwt"
    artefact.write_bytes(jws(P256, alg="none", signature=b""))
    assert call(["verify", str(artefact), "--allow-unsigned", "--nonce", NONCE.hex(), *AS_OF]) == 1
    capfd.readouterr()


def test_a_forged_token_takes_from_a_product_and_adds_nothing(tmp_path):
    """A token of a stranger beside the real one: the verdicts stand on the real one, and it is listed."""
    from tests.examples import PROFILES, judge, request

    profile = PROFILES / "sensor-node" / "good.yaml"
    token = cbor2.loads((PROFILES / "sensor-node" / "evidence" / "psa-token.cbor").read_bytes())
    while token.tag != 18:
        token = token.value
    forged = tmp_path / "forged.cbor"
    forged.write_bytes(cose(EVIL, payload=token.value[2]))
    alone = judge(profile, request("sensor-node"), baselines=("enisa-gp-tm",))
    beside = judge(profile, request("sensor-node", forged), baselines=("enisa-gp-tm",))
    listed = [one for one in beside.artefacts if one.path.endswith("forged.cbor")]
    assert [(one.authenticity, one.grade) for one in listed] == [("failed", 2)]
    assert beside.baselines[0].proven <= alone.baselines[0].proven
    instead = judge(profile, request("sensor-node", forged, anchors=[]), baselines=("enisa-gp-tm",))
    assert instead.baselines[0].proven == 0
    assert making.read(cose(P256), P256).authenticity == "authenticated"
