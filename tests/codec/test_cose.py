"""The COSE wall: what is verified, what never is, and why."""

from __future__ import annotations

import hmac
from contextlib import suppress
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from hypothesis import given
from hypothesis import strategies as st
from pycose.messages import Mac0Message, MacMessage, Sign1Message, SignMessage
from pycose.messages.signer import CoseSignature

from iotassess.codec import cbor, cose, cose_headers, keys
from iotassess.errors import MalformedArtefact
from iotassess.model.problems import PROBLEMS

P256 = ec.derive_private_key(0xC05E, ec.SECP256R1())
ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRET = b"a shared secret of sixty-four bytes, as RFC 9783's own example..."[:64]
PUBLIC = keys.from_cryptography(P256)
OTHER = keys.from_cryptography(ec.derive_private_key(0xBAD, ec.SECP256R1()))
SHARED = keys.from_symmetric(SECRET)
PAYLOAD = b"what is said"
ES256 = cbor2.dumps({1: -7})
HS256 = cbor2.dumps({1: 5})


def es256(data: bytes) -> bytes:
    r, s = utils.decode_dss_signature(P256.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def hs256(data: bytes) -> bytes:
    return hmac.digest(SECRET, data, "sha256")


SIGNERS = {"COSE_Sign1": ("Signature1", es256), "COSE_Mac0": ("MAC0", hs256)}
TAG_OF = {name: number for number, name in cose.TAGS.items()}


def make(
    kind: str = "COSE_Sign1",
    protected: bytes | None = None,
    unprotected: dict[Any, Any] | None = None,
    *,
    payload: bytes = PAYLOAD,
    detached: bool = False,
    aad: bytes = b"",
    tag: bool = True,
) -> bytes:
    """A COSE_Sign1 or COSE_Mac0 that verifies with the test keys, whatever is said in its headers."""
    context, sign = SIGNERS[kind]
    if protected is None:
        protected = ES256 if kind == "COSE_Sign1" else HS256
    covered = b"" if protected == b"\xa0" else protected
    signature = sign(cbor2.dumps([context, covered, aad, payload]))
    parts = [protected, unprotected or {}, None if detached else payload, signature]
    return cbor2.dumps(cbor2.CBORTag(TAG_OF[kind], parts) if tag else parts)


def make_sign(
    signers: list[tuple[bytes, dict[Any, Any]]],
    body: bytes = b"",
    body_unprotected: dict[Any, Any] | None = None,
) -> bytes:
    blocks = []
    covered = b"" if body == b"\xa0" else body
    for protected, unprotected in signers:
        data = cbor2.dumps(["Signature", covered, protected, b"", PAYLOAD])
        alg = cbor2.loads(protected).get(1) if protected else -7
        blocks.append([protected, unprotected, ED25519.sign(data) if alg == -19 else es256(data)])
    return cbor2.dumps(cbor2.CBORTag(98, [body, body_unprotected or {}, PAYLOAD, blocks]))


def make_mac(recipients: list[Any], protected: bytes = HS256, unprotected: Any = None) -> bytes:
    tag = hs256(cbor2.dumps(["MAC", protected, b"", PAYLOAD]))
    return cbor2.dumps(cbor2.CBORTag(97, [protected, unprotected or {}, PAYLOAD, tag, recipients]))


DIRECT = [b"", {1: -6, 4: b"our-secret"}, b""]


def read(data: bytes, **options: Any) -> cose.Message:
    return cose.parse(cbor.loads(data), **options)


def only(data: bytes, **options: Any) -> tuple[cose.Message, cose.Signature]:
    message = read(data, **options)
    (signature,) = message.signatures
    return message, signature


def ids(message: cose.Message) -> list[str]:
    return [found.id for found in message.problems]


# --- what verifies ------------------------------------------------------------------------------


def test_a_sign1_verifies_with_its_key_and_with_no_other() -> None:
    message, signature = only(make(unprotected={4: b"kid-1"}))
    assert cose.verify(message, signature, PUBLIC)
    assert not cose.verify(message, signature, OTHER)
    assert not cose.verify(message, signature, SHARED)
    assert (message.type, message.tagged, message.payload) == ("COSE_Sign1", True, PAYLOAD)
    assert (message.protected, message.unprotected) == ({1: -7}, {4: b"kid-1"})
    assert (signature.alg, signature.alg_id, signature.kid) == ("ES256", -7, b"kid-1")
    assert (signature.protected_raw, len(signature.signature)) == (ES256, 64)
    assert (message.problems, signature.fault) == ((), None)


def test_a_mac0_with_a_64_byte_secret_verifies() -> None:
    message, signature = only(make("COSE_Mac0"))
    assert len(SECRET) == 64
    assert cose.verify(message, signature, SHARED)
    assert not cose.verify(message, signature, PUBLIC)
    assert not cose.verify(message, signature, keys.from_symmetric(SECRET[:-1]))


@pytest.mark.parametrize("kind", SIGNERS)
def test_a_detached_payload_must_be_supplied(kind: str) -> None:
    key = PUBLIC if kind == "COSE_Sign1" else SHARED
    message, signature = only(make(kind, detached=True))
    assert message.payload is None
    assert cose.verify(message, signature, key, payload=PAYLOAD)
    assert not cose.verify(message, signature, key, payload=PAYLOAD + b".")
    assert not cose.verify(message, signature, key)


@pytest.mark.parametrize("kind", SIGNERS)
def test_two_different_payloads_never_verify(kind: str) -> None:
    key = PUBLIC if kind == "COSE_Sign1" else SHARED
    message, signature = only(make(kind))
    assert cose.verify(message, signature, key, payload=PAYLOAD)
    assert not cose.verify(message, signature, key, payload=b"something else")
    replaced = message._replace(payload=b"something else")
    assert not cose.verify(replaced, signature, key, payload=PAYLOAD)


@pytest.mark.parametrize("kind", SIGNERS)
def test_external_data_is_covered(kind: str) -> None:
    key = PUBLIC if kind == "COSE_Sign1" else SHARED
    message, signature = only(make(kind, aad=b"context"))
    assert cose.verify(message, signature, key, external_aad=b"context")
    assert not cose.verify(message, signature, key)


def test_an_empty_payload_is_not_a_detached_one() -> None:
    message, signature = only(make(payload=b""))
    assert message.payload == b""
    assert cose.verify(message, signature, PUBLIC)


def test_each_signature_of_a_sign_verifies_on_its_own() -> None:
    ed25519_header = cbor2.dumps({1: -19})
    message = read(make_sign([(ES256, {4: b"a"}), (ed25519_header, {4: b"b"})]))
    first, second = message.signatures
    ed_key = keys.from_cryptography(ED25519)
    assert [cose.verify(message, first, key) for key in (PUBLIC, ed_key)] == [True, False]
    assert [cose.verify(message, second, key) for key in (PUBLIC, ed_key)] == [False, True]
    assert [(block.alg, block.kid) for block in message.signatures] == [("ES256", b"a"), ("Ed25519", b"b")]
    moved = message._replace(signatures=(first, second._replace(signature=first.signature)))
    assert not cose.verify(moved, moved.signatures[1], PUBLIC)


@pytest.mark.parametrize("body", [b"", b"\xa0", cbor2.dumps({3: "text/plain"})])
def test_the_body_header_of_a_sign_is_covered(body: bytes) -> None:
    message, signature = only(make_sign([(ES256, {})], body))
    assert cose.verify(message, signature, PUBLIC)
    changed = cbor.loads(make_sign([(ES256, {})], body))
    other = cose.parse(cbor.Tag(98, [cbor2.dumps({3: 0}), *changed.value[1:]]))
    assert not cose.verify(other, other.signatures[0], PUBLIC)


def test_a_mac_with_one_direct_recipient_verifies() -> None:
    message, signature = only(make_mac([DIRECT]))
    assert cose.verify(message, signature, SHARED)
    assert (signature.kid, ids(message)) == (b"our-secret", [])
    _, signature = only(make_mac([[b"\xa0", {1: -6}, b""]], unprotected={4: b"own"}))
    assert (signature.kid, signature.fault) == (b"own", None)


def test_the_content_type_is_read_from_either_bucket() -> None:
    assert read(make(protected=cbor2.dumps({1: -7, 3: 60}))).content_type == 60
    assert read(make(unprotected={3: "application/cwt"})).content_type == "application/cwt"
    assert read(make()).content_type is None


@pytest.mark.parametrize("wide", [False, True])
def test_the_protected_header_is_never_encoded_again(wide: bool) -> None:
    odd = bytes.fromhex("bf01 3900 06ff" if wide else "a1 18013806")
    message, signature = only(make(protected=odd))
    assert signature.protected_raw == odd
    assert cose.verify(message, signature, PUBLIC)


# --- the same as pycose -------------------------------------------------------------------------


@pytest.mark.parametrize("aad", [b"", b"x" * 300])
@pytest.mark.parametrize("size", [0, 23, 24, 255, 256, 70000])
def test_the_structure_to_be_signed_is_the_one_that_pycose_makes(size: int, aad: bytes) -> None:
    payload = bytes(size)
    header = cbor2.dumps({1: -7, 4: b"k" * 300})
    message, signature = only(make(protected=header, payload=payload))
    sign1 = Sign1Message(phdr_encoded=header, uhdr={}, payload=payload, external_aad=aad)
    assert cose.to_be_signed(message, signature, None, aad) == sign1._create_sig_structure()

    message, signature = only(make("COSE_Mac0", payload=payload))
    mac0 = Mac0Message(phdr_encoded=HS256, uhdr={}, payload=payload, external_aad=aad)
    assert cose.to_be_signed(message, signature, payload, aad) == mac0._mac_structure

    message, signature = only(make_mac([DIRECT]))
    mac = MacMessage(phdr_encoded=HS256, uhdr={}, payload=payload, external_aad=aad)
    assert cose.to_be_signed(message, signature, payload, aad) == mac._mac_structure

    body = cbor2.dumps({3: 60})
    message, signature = only(make_sign([(ES256, {})], body))
    signer = CoseSignature(phdr_encoded=ES256, uhdr={}, external_aad=aad)
    SignMessage(phdr_encoded=body, uhdr={}, payload=payload, signers=[signer])
    assert cose.to_be_signed(message, signature, payload, aad) == signer._create_sig_structure()


def test_a_message_that_pycose_signs_verifies() -> None:
    header = cbor2.dumps({1: -7})
    sign1 = Sign1Message(phdr_encoded=header, uhdr={4: b"k"}, payload=PAYLOAD)
    data = cbor2.dumps(cbor2.CBORTag(18, [header, {4: b"k"}, PAYLOAD, es256(sign1._create_sig_structure())]))
    message, signature = only(data)
    assert cose.verify(message, signature, PUBLIC)


# --- what never verifies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protected", "unprotected", "problems", "alg", "fault"),
    [
        (b"", {}, ["cose-alg-missing"], None, "malformed"),
        (b"\xa0", {4: b"k"}, ["cose-alg-missing"], None, "malformed"),
        (b"", {1: -7}, ["cose-alg-unprotected"], "ES256", "malformed"),
        (b"\xa0", {1: -7}, ["cose-alg-unprotected"], "ES256", "malformed"),
        (ES256, {1: -7}, ["cbor-duplicate-key"], "ES256", "malformed"),
        (ES256, {1: -8}, ["cbor-duplicate-key"], "ES256", "malformed"),
        ({1: -999}, {}, ["cose-alg-unsupported"], "unknown (-999)", "unsupported-alg"),
        ({1: "ES256"}, {}, ["cose-alg-unsupported"], "unknown (ES256)", "unsupported-alg"),
        ({1: -46}, {}, ["cose-alg-unsupported"], "HSS-LMS", "unsupported-alg"),
        ({1: -65535}, {}, ["cose-alg-unsupported"], "RS1", "unsupported-alg"),
        ({1: 1}, {}, ["cose-alg-unsupported"], "A128GCM", "unsupported-alg"),
        ({1: 14}, {}, ["cose-alg-unsupported"], "AES-MAC 128/64", "unsupported-alg"),
        ({1: 5}, {}, ["cose-alg-unsupported"], "HMAC 256/256", "malformed"),
        ({1: True}, {}, ["cbor-malformed"], None, "malformed"),
        ({1: None}, {}, ["cose-alg-missing"], None, "malformed"),
        ({1: b"x"}, {}, ["cbor-malformed"], None, "malformed"),
        ({1: [-7]}, {}, ["cbor-malformed"], None, "malformed"),
        (bytes.fromhex("a1f526"), {}, ["cbor-malformed"], None, "malformed"),
        (bytes.fromhex("a1f93c0026"), {}, ["cbor-malformed"], None, "malformed"),
        (cbor2.dumps({"alg": -7}), {}, ["cose-alg-missing"], None, "malformed"),
        (bytes.fromhex("a201260127"), {}, ["cbor-duplicate-key"], None, "malformed"),
        (bytes.fromhex("a20126f527"), {}, ["cbor-duplicate-key"], None, "malformed"),
        (ES256 + b"\0", {}, ["cbor-trailing-bytes"], None, "malformed"),
        (b"\xa1\x01", {}, ["cbor-malformed"], None, "malformed"),
        (cbor2.dumps([1, -7]), {}, ["cbor-malformed"], None, "malformed"),
        (cbor2.dumps(cbor2.CBORTag(28, {1: -7})), {}, ["cbor-shared-reference"], None, "malformed"),
        ({1: -7, 2: []}, {}, ["cbor-malformed", "cose-crit-unknown"], "ES256", "malformed"),
        ({1: -7, 2: 1}, {}, ["cbor-malformed", "cose-crit-unknown"], "ES256", "malformed"),
        ({1: -7, 2: [99], 99: 0}, {}, ["cose-crit-unknown"], "ES256", "malformed"),
        ({1: -7, 2: ["x"], "x": 0}, {}, ["cose-crit-unknown"], "ES256", "malformed"),
        ({1: -7, 2: [3]}, {}, ["cose-crit-unknown"], "ES256", "malformed"),
        ({1: -7, 2: [3]}, {3: 60}, ["cose-crit-unknown"], "ES256", "malformed"),
        ({1: -7, 2: [True]}, {}, ["cose-crit-unknown"], "ES256", "malformed"),
        (ES256, {2: [4], 4: b"k"}, ["cose-crit-unknown"], "ES256", "malformed"),
        (ES256, {4: "k"}, ["cbor-malformed"], "ES256", "malformed"),
        ({1: -7, 4: 7}, {}, ["cbor-malformed"], "ES256", "malformed"),
        ({1: -7, 4: b"a"}, {4: b"a"}, ["cbor-duplicate-key"], "ES256", "malformed"),
        (ES256, {3: -1}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {3: True}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {33: "x"}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {33: []}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {33: [b"a", 1]}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {33: [b"a"] * 17}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {True: 1}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {1.5: 1}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {b"x": 1}, ["cbor-malformed"], "ES256", "malformed"),
        (ES256, {1: None}, ["cbor-duplicate-key"], "ES256", "malformed"),
    ],
    ids=str,
)
def test_a_doubtful_header_is_reported_and_its_signature_never_verified(
    protected: bytes | dict[Any, Any],
    unprotected: dict[Any, Any],
    problems: list[str],
    alg: str | None,
    fault: str,
) -> None:
    raw = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    message, signature = only(make(protected=raw, unprotected=unprotected))
    assert (ids(message), signature.alg, signature.fault) == (problems, alg, fault)
    assert signature.problems == message.problems
    assert all(found.message and found.severity == PROBLEMS[found.id][0] for found in message.problems)
    for key in (PUBLIC, SHARED):
        assert not cose.verify(message, signature, key)


def test_a_signature_algorithm_in_a_mac_is_refused() -> None:
    message, signature = only(make("COSE_Mac0", protected=ES256))
    assert (ids(message), signature.fault) == (["cose-alg-unsupported"], "malformed")
    assert not cose.verify(message, signature, SHARED)


def test_a_mac_truncated_to_64_bits_verifies_and_is_called_weak() -> None:
    header = cbor2.dumps({1: 4})
    tag = hs256(cbor2.dumps(["MAC0", header, b"", PAYLOAD]))[:8]
    message, signature = only(cbor2.dumps(cbor2.CBORTag(17, [header, {}, PAYLOAD, tag])))
    assert (ids(message), signature.fault) == (["cose-alg-weak"], None)
    assert cose.verify(message, signature, SHARED)


def test_a_critical_header_that_is_understood_does_not_stand_in_the_way() -> None:
    header = cbor2.dumps({1: -7, 2: [1, 3], 3: 60})
    message, signature = only(make(protected=header))
    assert cose.verify(message, signature, PUBLIC)
    own = cbor2.dumps({1: -7, 2: [8], 8: b"meta"})
    assert ids(read(make(protected=own))) == ["cose-crit-unknown"]
    message, signature = only(make(protected=own), understood=frozenset({8}))
    assert ids(message) == []
    assert cose.verify(message, signature, PUBLIC)


def test_a_signature_whose_algorithm_was_taken_away_is_not_verified() -> None:
    message, signature = only(make())
    assert not cose.verify(message, signature._replace(alg=None), PUBLIC)


@pytest.mark.parametrize(
    "recipients",
    [
        [DIRECT, DIRECT],
        [[b"", {1: -3}, b"wrapped key.."]],
        [[b"", {1: -6}, b"x"]],
        [[b"", {1: -6}, None]],
        [[ES256, {1: -6}, b""]],
        [[b"", {}, b""]],
        [[b"", {1: -6, 4: "x"}, b""]],
        [[b"", b"", b""]],
        [[b"", {1: -6}]],
        [[b"", {1: -6}, b"", [DIRECT]]],
        [7],
        [None],
    ],
    ids=str,
)
def test_a_mac_key_that_is_not_the_shared_key_is_unsupported(recipients: list[Any]) -> None:
    message, signature = only(make_mac(recipients))
    assert (ids(message), signature.fault) == (["cose-alg-unsupported"], "unsupported-alg")
    assert not cose.verify(message, signature, SHARED)


def test_a_mac_with_two_faults_keeps_the_graver_one() -> None:
    message, signature = only(make_mac([7], protected=b""))
    assert ids(message) == ["cose-alg-missing", "cose-alg-unsupported"]
    assert signature.fault == "malformed"


def test_a_fault_in_the_body_of_a_sign_is_a_fault_of_every_signature() -> None:
    message = read(make_sign([(ES256, {}), (ES256, {})], cbor2.dumps({2: [99], 99: 1})))
    assert ids(message) == ["cose-crit-unknown"]
    assert [block.fault for block in message.signatures] == ["malformed", "malformed"]
    assert not any(cose.verify(message, block, PUBLIC) for block in message.signatures)


def test_one_bad_signer_does_not_spoil_the_other() -> None:
    message = read(make_sign([(ES256, {}), (b"", {1: -7})]))
    assert ids(message) == ["cose-alg-unprotected"]
    assert [cose.verify(message, block, PUBLIC) for block in message.signatures] == [True, False]


def test_a_sign_without_signatures_is_an_empty_block() -> None:
    message = read(make_sign([]))
    assert (message.signatures, ids(message)) == ((), ["cose-empty-block"])


# --- certificates -------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [b"leaf", [b"leaf"], [b"leaf", b"ca"]])
def test_an_x5chain_is_read_with_where_it_stands(value: Any) -> None:
    chain = (value,) if isinstance(value, bytes) else tuple(value)
    _, signature = only(make(protected=cbor2.dumps({1: -7, 33: value})))
    assert (signature.x5chain, signature.x5chain_protected, signature.fault) == (chain, True, None)
    _, signature = only(make(unprotected={33: value}))
    assert (signature.x5chain, signature.x5chain_protected, signature.fault) == (chain, False, None)


def test_a_long_protected_header_is_read_without_being_kept() -> None:
    header = cbor2.dumps({1: -7, 33: bytes(cose_headers.MAX_CACHED_BYTES)})
    before = cose_headers._read_protected_once.cache_info().currsize
    message, signature = only(make(protected=header))
    assert cose.verify(message, signature, PUBLIC)
    assert cose_headers._read_protected_once.cache_info().currsize == before


def test_what_is_kept_cannot_be_changed_by_a_caller() -> None:
    message, _ = only(make())
    with pytest.raises(TypeError):
        message.protected[1] = -8  # type: ignore[index]


# --- tags and shapes ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SIGNERS)
def test_an_untagged_message_is_told_by_its_algorithm(kind: str) -> None:
    message, signature = only(make(kind, tag=False))
    assert (message.type, message.tagged, ids(message)) == (kind, False, ["cose-untagged"])
    assert cose.verify(message, signature, PUBLIC if kind == "COSE_Sign1" else SHARED)


def test_an_untagged_message_is_read_as_the_caller_expects() -> None:
    message, signature = only(make("COSE_Mac0", tag=False), expect="COSE_Sign1")
    assert message.type == "COSE_Sign1"
    assert signature.fault == "malformed"
    assert not cose.verify(message, signature, SHARED)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (make_sign([(ES256, {})]), "COSE_Sign"),
        (make_mac([DIRECT]), "COSE_Mac"),
        (cbor2.dumps([None, [b"", {1: 5}, b"", b""]]), "COSE_Mac0"),
        (cbor2.dumps([None, [b"", {}, b"", b""]]), "COSE_Sign1"),
    ],
    ids=["sign", "mac", "mac0", "sign1"],  # the bytes hold random signatures, and ids must not
)
def test_the_shape_tells_the_type_of_an_untagged_message(data: bytes, kind: str) -> None:
    decoded = cbor.loads(data)
    message = cose.parse(decoded.value if isinstance(decoded, cbor.Tag) else decoded[1])
    assert message.type == kind
    assert ids(message)[0] == "cose-untagged"


def test_a_tag_is_believed_whatever_the_caller_expects() -> None:
    assert read(make(), expect="COSE_Mac0").type == "COSE_Sign1"


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        b"bytes",
        "text",
        {1: 2},
        [],
        [b"", {}, b""],
        [b"", {}, b"", b"", [], 0],
        cbor.Tag(18, b"x"),
        cbor.Tag(18, [b"", {}, b""]),
        cbor.Tag(18, [b"", {}, b"", b"", []]),
        cbor.Tag(97, [b"", {}, b"", b""]),
        cbor.Tag(16, [b"", {}, b"", b""]),
        cbor.Tag(61, cbor.Tag(18, [b"", {}, b"", b""])),
        cbor.Tag(18, ["", {}, b"", b""]),
        cbor.Tag(18, [{}, {}, b"", b""]),
        cbor.Tag(18, [b"", [], b"", b""]),
        cbor.Tag(18, [b"", {}, "", b""]),
        cbor.Tag(18, [b"", {}, b"", "sig"]),
        cbor.Tag(18, [b"", {}, b"", None]),
        cbor.Tag(98, [b"", {}, b"", b""]),
        cbor.Tag(98, [b"", {}, b"", [b""]]),
        cbor.Tag(98, [b"", {}, b"", [[b"", {}]]]),
        cbor.Tag(98, [b"", {}, b"", [[b"", b"", b""]]]),
        cbor.Tag(98, [b"", {}, b"", [["", {}, b""]]]),
        cbor.Tag(97, [b"", {}, b"", b"", b""]),
        cbor.Tag(97, [b"", {}, b"", b"", []]),
        [0, {}, b"", b""],
        [b"", 0, b"", b""],
    ],
    ids=str,
)
def test_what_is_no_such_message_is_malformed(value: Any) -> None:
    with pytest.raises(MalformedArtefact, match="not a COSE message") as caught:
        cose.parse(value)
    assert caught.value.problem == "cbor-malformed"


def test_hundreds_of_signatures_are_too_many() -> None:
    at_limit = [[ES256, {}, b""]] * cose.MAX_SIGNERS
    assert len(cose.parse(cbor.Tag(98, [b"", {}, b"", at_limit])).signatures) == cose.MAX_SIGNERS
    with pytest.raises(MalformedArtefact) as caught:
        cose.parse(cbor.Tag(98, [b"", {}, b"", [*at_limit, at_limit[0]]]))
    assert caught.value.problem == "artefact-too-large"


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        (-7, "ES256"),
        (-8, "EdDSA"),
        (-9, "ESP256"),
        (-19, "Ed25519"),
        (-37, "PS256"),
        (-46, "HSS-LMS"),
        (-48, "ML-DSA-44"),
        (-49, "ML-DSA-65"),
        (-50, "ML-DSA-87"),
        (-51, "ESP384"),
        (-52, "ESP512"),
        (-53, "Ed448"),
        (4, "HMAC 256/64"),
        (7, "HMAC 512/512"),
        (-16, "SHA-256"),
        (-1234, "unknown (-1234)"),
        ("ES256", "unknown (ES256)"),
        (True, "unknown (True)"),
    ],
)
def test_algorithms_have_their_registered_names(identifier: Any, name: str) -> None:
    assert cose.algorithm_name(identifier) == name


def test_a_long_algorithm_name_is_cut() -> None:
    assert len(cose.algorithm_name("x" * 1000)) < 100


# --- whatever comes -----------------------------------------------------------------------------

HEADER_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-60, 60) | st.binary(max_size=4) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
HEADERS = st.dictionaries(
    st.sampled_from([1, 2, 3, 4, 5, 6, 7, 9, 10, 33, -1, -2, True, 1.5, "alg", "kid", b"x"]),
    HEADER_VALUES,
    max_size=4,
)
KEYS = (PUBLIC, OTHER, SHARED, keys.from_cryptography(ED25519))


def no_key_verifies(message: cose.Message) -> bool:
    return not any(cose.verify(message, signature, key) for signature in message.signatures for key in KEYS)


@given(st.sampled_from([17, 18, 97, 98]), HEADERS, HEADERS, st.binary(max_size=70), HEADER_VALUES)
def test_any_headers_are_read_and_nothing_verifies(
    tag: int, protected: dict[Any, Any], unprotected: dict[Any, Any], signature: bytes, more: Any
) -> None:
    raw = cbor.dumps(protected)
    block: Any = [[raw, unprotected, signature]] if tag == 98 else signature
    parts = [raw, unprotected, PAYLOAD, block] + ([[more]] if tag == 97 else [])
    message = cose.parse(cbor.Tag(tag, parts))
    assert no_key_verifies(message)


@given(HEADERS)
def test_an_unprotected_header_never_makes_a_signature_verify(unprotected: dict[Any, Any]) -> None:
    """Anybody can write it: what it can do is to forbid, never to allow."""
    for protected in (b"", b"\xa0", cbor2.dumps({1: -999}), cbor2.dumps({2: [1]})):
        message, signature = only(make(protected=protected, unprotected=unprotected))
        assert signature.fault is not None
        assert no_key_verifies(message)


@given(st.binary(max_size=90), st.binary(max_size=20))
def test_any_bytes_give_a_message_or_our_error(data: bytes, protected: bytes) -> None:
    with suppress(MalformedArtefact):
        assert no_key_verifies(read(data))
    with suppress(MalformedArtefact):
        assert no_key_verifies(read(b"\xd2\x84" + data))
    message = cose.parse(cbor.Tag(18, [protected, {}, PAYLOAD, data]))
    assert no_key_verifies(message)


@given(st.data())
def test_one_changed_bit_never_verifies(data: st.DataObject) -> None:
    """But for the unprotected header: it is not covered, and here it is empty."""
    good = bytearray(make())
    bit = data.draw(st.integers(0, 8 * len(good) - 1))
    good[bit // 8] ^= 1 << bit % 8
    with suppress(MalformedArtefact):
        assert no_key_verifies(read(bytes(good)))
