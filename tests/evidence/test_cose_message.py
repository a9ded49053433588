"""COSE messages of no other kind: whose they are, and nothing about what they say."""

from __future__ import annotations

import hashlib
import hmac
import json

import cbor2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence.certificates import name_anchor
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.cose_message import any_purpose, decode, is_cose_message
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import PURPOSES
from tests.evidence.signing import ALICE, AS_OF, BOB, SECRET, alg_of, leaf, middle, named, public, root, sign

TEXT = b"some text that is no claims set"


def one(
    private=ALICE,
    *,
    payload=TEXT,
    protected=None,
    unprotected=None,
    tag=None,
    spoil=False,
    detached=False,
    aad=b"",
):
    """A COSE_Sign1, or a COSE_Mac0 where the key is a secret."""
    mac = isinstance(private, bytes)
    raw = cbor2.dumps({1: alg_of(private), **(protected or {})})
    data = cbor2.dumps(["MAC0" if mac else "Signature1", raw, aad, payload])
    signature = bytearray(sign(private, data, alg_of(private)))
    signature[-1] ^= spoil
    parts = [raw, unprotected or {}, None if detached else payload, bytes(signature)]
    number = (17 if mac else 18) if tag is None else tag
    return cbor2.dumps(cbor2.CBORTag(number, parts) if number else parts)


def several(*privates, tag=98):
    signers = []
    for private in privates:
        raw = cbor2.dumps({1: alg_of(private)})
        data = cbor2.dumps(["Signature", b"", raw, b"", TEXT])
        signers.append([raw, {}, sign(private, data, alg_of(private))])
    parts = [b"", {}, TEXT, signers]
    return cbor2.dumps(cbor2.CBORTag(tag, parts) if tag else parts)


def mac_for_one(tag=97):
    raw = cbor2.dumps({1: 5})
    data = cbor2.dumps(["MAC", raw, b"", TEXT])
    parts = [raw, {}, TEXT, hmac.digest(SECRET, data, "sha256"), [[b"", {1: -6, 4: b"k"}, b""]]]
    return cbor2.dumps(cbor2.CBORTag(tag, parts) if tag else parts)


def reading(data, *anchors):
    return read(data, Context("file", TrustStore(anchors), AS_OF))


def ids(artefact):
    return [found.id for found in artefact.problems]


@pytest.mark.parametrize("purpose", [*PURPOSES, None])
def test_anchors_of_every_purpose_serve(purpose):
    artefact = reading(one(), named(BOB, "other", purpose=purpose), named(ALICE, purpose=purpose))
    assert (artefact.kind, artefact.wellformed) == ("cose-message", True)
    assert (artefact.authenticity, artefact.signatures[0].key, ids(artefact)) == (
        "authenticated",
        "anchor",
        [],
    )
    assert (artefact.shown, artefact.purpose) == ((), None)


@pytest.mark.parametrize(
    ("data", "kind", "private", "problems"),
    [
        (one(), "COSE_Sign1", ALICE, []),
        (one(tag=0), "COSE_Sign1", ALICE, ["cose-untagged"]),
        (one(SECRET), "COSE_Mac0", SECRET, ["cose-symmetric-key"]),
        (one(SECRET, tag=0), "COSE_Mac0", SECRET, ["cose-untagged", "cose-symmetric-key"]),
        (several(ALICE), "COSE_Sign", ALICE, []),
        (several(ALICE, tag=0), "COSE_Sign", ALICE, ["cose-untagged"]),
        (mac_for_one(), "COSE_Mac", SECRET, ["cose-symmetric-key"]),
        (mac_for_one(0), "COSE_Mac", SECRET, ["cose-untagged", "cose-symmetric-key"]),
    ],
)
def test_every_type_is_read_and_verified(data, kind, private, problems):
    artefact = reading(data, named(private))
    assert (artefact.claims["type"], artefact.authenticity, ids(artefact)) == (
        kind,
        "authenticated",
        problems,
    )
    assert artefact.media_type == f'application/cose; cose-type="{kind.lower().replace("_", "-")}"'
    json.dumps(artefact.claims, allow_nan=False)


def test_the_content_is_measured_and_not_interpreted():
    claims = reading(one(protected={3: 42, "mine": [1]}, unprotected={4: b"kid", 99: b"x"})).claims
    assert claims["payload"] == {
        "size": len(TEXT),
        "sha256": hashlib.sha256(TEXT).hexdigest(),
        "starts_with": TEXT[:32].hex(),
    }
    assert claims["content"] == "not interpreted"
    assert claims["protected"] == {
        "alg": {"value": -7, "name": "ES256"},
        "content_type": 42,
        "other": {"mine": [1]},
    }
    assert claims["unprotected"] == {"kid": b"kid".hex(), "other": {"99": "78"}}
    assert any("additional data" in row for row in claims["not_evaluated"])


def test_the_headers_of_several_signers_are_shown():
    claims = reading(several(ALICE, BOB)).claims
    assert [row["protected"]["alg"]["name"] for row in claims["signers"]] == ["ES256", "ES256"]


def test_content_that_is_elsewhere_is_not_verified():
    artefact = reading(one(detached=True), named(ALICE))
    assert (artefact.authenticity, artefact.claims["payload"]) == ("failed", None)


@pytest.mark.parametrize(
    ("data", "authenticity"),
    [
        (one(spoil=True), "failed"),
        (one(BOB), "failed"),
        (one(aad=b"external"), "failed"),
        (one(protected={1: -999}), "unverified"),
        (one(protected={2: [77], 77: 1}), "unverified"),
        (several(ALICE, BOB), "failed"),
    ],
)
def test_what_is_not_signed_by_a_named_key_is_not_authenticated(data, authenticity):
    assert reading(data, named(ALICE)).authenticity == authenticity


def test_without_anchors_nothing_is_verified():
    assert reading(one()).authenticity == "unverified"


def test_a_chain_builds_to_a_certificate_of_any_purpose():
    chain = [link.public_bytes(Encoding.DER) for link in (leaf(), middle())]
    anchor = name_anchor("root", root(), "user", "network")
    artefact = read(one(unprotected={33: chain}), Context("file", TrustStore([], [anchor]), AS_OF))
    assert (artefact.authenticity, artefact.signatures[0].key) == ("authenticated", "root")
    assert artefact.signatures[0].anchor_purpose == "network"


def test_anchors_are_asked_as_a_store_is():
    store = TrustStore([named(ALICE, "a", purpose="update", kid=b"k"), named(BOB, "b", purpose="network")])
    either = any_purpose(store)
    assert [c.name for c in either.candidates(None, "ES256", None)] == ["a", "b"]
    assert either.find(None, "ES256", public(BOB).thumbprint).name == "b"
    assert either.find(None, "ES256", "00") is None
    assert [c.name for c in either.misfits(None, "EdDSA", b"k")] == ["a"]
    assert list(either.misfits(None, "ES256", b"k")) == []
    assert either.certificate("a") is None
    assert either.test_key(public(ALICE)) is None


def test_bare_keys_serve_too():
    class Keys:
        def candidates(self, purpose, alg, kid):
            yield Candidate("mine", public(ALICE), "user", purpose, None)

    artefact = read(one(), Context("file", Keys(), AS_OF))
    assert (artefact.authenticity, artefact.signatures[0].key) == ("authenticated", "mine")


# --- recognising --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x84",
        cbor2.dumps([1, 2, 3, 4]),
        cbor2.dumps([b"", {}, b"", b""]),
        cbor2.dumps([b"\xa1\x01\x26", [], b"", b""]),
        cbor2.dumps([b"\xa1\x01\x26", {}, "text", b""]),
        cbor2.dumps([b"\xff", {}, b"", b""]),
        cbor2.dumps([b"\xa1\x01\x26", {}, b"", 5]),
        cbor2.dumps([b"", {}, b"", []]),
        cbor2.dumps([b"", {}, b"", [[b"", {}, b""]]]),
        cbor2.dumps([b"", {}, b"", [[b"\xa1\x01\x26", {}]]]),
        cbor2.dumps([b"\xa1\x01\x26", {}, b"", b"", 5]),
        cbor2.dumps(cbor2.CBORTag(16, [b"", {}, b""])),
        cbor2.dumps(cbor2.CBORTag(18, 5)),
        b"\xd2\x01",
        b"\xd2\x84\x01",
        b"\xd2",
    ],
)
def test_what_is_no_such_message_is_not_taken_for_one(data):
    assert not is_cose_message(Peek(data))


@pytest.mark.parametrize("data", [one()[:-1], several(ALICE)[:20], mac_for_one()[:9], b"\xd2\x84"])
def test_a_damaged_message_is_still_named(data):
    artefact = reading(data, named(ALICE))
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == ("cose-message", False, ["cbor-malformed"])


def test_a_header_that_stands_twice_makes_it_malformed():
    artefact = reading(one(unprotected={1: -7}), named(ALICE))
    assert (artefact.wellformed, artefact.authenticity) == (False, "unverified")


def test_every_beginning_and_every_changed_bit_ends_in_a_result():
    data = one()
    context = Context("file", TrustStore([named(ALICE)]), AS_OF)
    for size in range(len(data)):
        assert read(data[:size], context).authenticity != "authenticated"
    for index in range(len(data)):
        changed = bytearray(data)
        changed[index] ^= 1 << index % 8
        if index and changed[1:] != data[1:]:
            assert read(bytes(changed), context).authenticity != "authenticated", index


@given(st.binary(max_size=80))
def test_any_bytes_end_in_a_result(data):
    for start in (b"", b"\xd2\x84", b"\xd8\x61\x85"):
        peek = Peek(start + data)
        is_cose_message(peek)
        try:
            artefact = decode(peek, Context("file", TrustStore([named(ALICE)]), AS_OF))
        except MalformedArtefact:
            continue
        assert artefact.authenticity != "authenticated"
