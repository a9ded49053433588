"""One key where there should be several, and keys whose private half everybody has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from iotassess.model.assessment import Assessment
from tests.crypto import making
from tests.crypto.making import P256, anchor, cose, read
from tests.evidence import suit_builder
from tests.examples import PROFILES, ROOT, judge, request

NODE = PROFILES / "sensor-node"
DEVICE = load_pem_private_key((ROOT / "fixtures/keys/attestation-device-1.key.pem").read_bytes(), None)
RFC_8032 = ed25519.Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
)
"""The first test key of RFC 8032 section 7.1."""


def token_of(instance: bytes) -> bytes:
    """The example's token with another instance, signed with the very same key."""
    message = cbor2.loads((NODE / "evidence" / "psa-token.cbor").read_bytes())
    while message.tag != 18:
        message = message.value
    protected, unprotected, payload, _ = message.value
    claims = {**cbor2.loads(payload), 256: instance}
    changed = cbor2.dumps(claims)
    signature = making.sign(DEVICE, "ES256", cbor2.dumps(["Signature1", protected, b"", changed]))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, dict(unprotected), changed, signature]))


def assessed(*more: Path) -> Assessment:
    return judge(NODE / "good.yaml", request("sensor-node", *more), baselines=("enisa-gp-tm",))


def test_a_key_in_two_devices_is_found_and_proves_less(tmp_path):
    same = cbor2.loads(cbor2.loads((NODE / "evidence" / "psa-token.cbor").read_bytes()).value[2])[256]
    own, foreign = tmp_path / "own.cbor", tmp_path / "foreign.cbor"
    own.write_bytes(token_of(same))
    foreign.write_bytes(token_of(b"\x01" + b"\xee" * 32))
    alone, again, shared = assessed(), assessed(own), assessed(foreign)
    assert [one.authenticity for one in again.artefacts if one.path.endswith("own.cbor")] == ["authenticated"]
    found = {one.id for one in shared.discrepancies}
    assert "shared-key-across-devices" in found
    assert "shared-key-across-devices" not in {one.id for one in (*alone.discrepancies, *again.discrepancies)}
    assert again.baselines[0].proven == alone.baselines[0].proven
    assert shared.baselines[0].proven < alone.baselines[0].proven


def test_one_key_for_manifests_and_for_tokens_serves_each_by_its_name_only():
    """That a key has two uses is the user's word, given twice; it never follows from the key."""
    plan = suit_builder.good()
    plan.blocks = lambda payload: [suit_builder.cose_block(payload, key=P256)]
    update, attestation = anchor(P256, "u", purpose="update"), anchor(P256, "a")
    assert read(plan.build(), attestation).authenticity == "unverified"
    assert read(cose(P256), update).authenticity == "unverified"
    both: list[Any] = [read(data, update, attestation) for data in (plan.build(), cose(P256))]
    assert [one.authenticity for one in both] == ["authenticated"] * 2
    assert [one.signatures[0].key for one in both] == ["u", "a"]


def test_a_signed_manifest_digest_is_no_token_and_a_token_no_manifest():
    """One key, one COSE_Sign1, two formats: what was signed for one must not be read as the other."""
    plan = suit_builder.good()
    manifest, _ = plan.encoded_manifest()
    signed = suit_builder.dumps(suit_builder.digest(suit_builder.dumps(manifest)))
    as_token = cose(P256, payload=signed)
    found = read(as_token, anchor(P256))
    assert found.kind not in ("eat-cwt", "psa-token")
    assert not any(one.covered for one in found.shown)
    plan.blocks = lambda _payload: [cbor2.loads(cose(P256))]
    envelope = read(plan.build(), anchor(P256, purpose="update"))
    assert envelope.authenticity == "failed"
    plan.blocks = lambda payload: [suit_builder.cose_block(payload, key=P256)]
    assert read(plan.build(), anchor(P256, purpose="update")).authenticity == "authenticated"


def test_one_key_under_two_identifiers_is_one_key():
    anchors = (anchor(P256, "one", kid=b"1"), anchor(P256, "two", kid=b"2"))
    for kid in (b"1", b"2", b"3"):
        found = read(cose(P256, unprotected={4: kid}), *anchors)
        assert (found.authenticity, found.signatures[0].thumbprint) == (
            "authenticated",
            anchors[0].key.thumbprint,
        )


@pytest.mark.parametrize("named", [False, True], ids=["nobody named it", "the user named it"])
def test_a_key_that_is_printed_in_a_specification_is_an_error(tmp_path, named):
    from iotassess.evidence.trust import AnchorSpec, TrustStore
    from tests.evidence.signing import pem

    file = tmp_path / "key.pem"
    file.write_bytes(pem(RFC_8032))
    store = TrustStore.load([AnchorSpec(file, "attestation", "user")] if named else [])
    found = read(cose(RFC_8032, "EdDSA"), store=store)
    reported = {one.id: one.severity for one in found.problems}
    if named:
        assert found.authenticity == "authenticated"
        assert reported == {"cose-test-key": "error"}
        assert found.signatures[0].test_key == "published"
    else:  # an Ed25519 signature does not give its key away
        assert (found.authenticity, set(reported)) == ("unverified", {"cose-no-key"})
    assert read(cose(making.ED25519, "EdDSA"), making.ED25519).authenticity == "authenticated"
