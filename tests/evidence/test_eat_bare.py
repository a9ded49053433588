"""Bare claims sets of older drafts: taken for tokens only where nothing else has such labels and values."""

from __future__ import annotations

import cbor2
import pytest

from iotassess.evidence import eat_ucs
from iotassess.evidence.peek import Peek
from tests.evidence import token_builder as build
from tests.evidence.token_builder import ids, read


@pytest.mark.parametrize(
    "claims",
    [
        {-76008: "hi"},
        {-76003: None},
        {-76034: "1.4.5", 1: b"x"},
        {14: 3},
        {15: True},
        {15: None, 16: 0},
        {15: "true"},
        {18: "https://profile.example/"},
        {18: b"\x06\x09\x2b"},
        {19: 77, 10: b"\x00" * 8},
        {10: [b"\x00" * 8, b"\x01" * 8], 13: b"abc", 12: "acme"},
        {20: {}},
        {20: {"radio": {10: b"\x00"}}, 4: 9999, 1: "me", 7: b"id"},
        {20: {b"\x01": {}}},
        {17: {1: 3.5, 2: -7.5}, 11: b"\x01" * 9, 6: 1.5},
    ],
)
def test_a_bare_claims_set_of_a_draft_is_read_and_reported(claims):
    artefact = read(cbor2.dumps(claims))
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("eat-ucs", True, "unsigned")
    assert "eat-draft-labels" in ids(artefact)
    assert artefact.shown == () or {one.property for one in artefact.shown} <= {
        "attestation.supported",
        "attestation.format",
        "attestation.measures-software",
        "attestation.nonce-bound",
    }


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {4: 9999},
        {1: "me", 10: b"\x00" * 8},
        {22: True},
        {15: "en-GB"},
        {15: 7},
        {14: 9},
        {16: {24: "folder"}},
        {17: {24: "file", 20: 5}},
        {17: {1: "x", 2: 2}},
        {18: {27: "process"}},
        {19: b"resource"},
        {20: 4096},
        {20: {1: 2}},
        {15: True, 24: "file"},
        {15: True, 1: 2},
        {15: True, "name": "x"},
        {11: "entity", 10: [7]},
        {12: [1]},
        {13: [1], 15: True},
    ],
)
def test_what_other_structures_have_too_is_not_taken_for_a_token(claims):
    assert not eat_ucs.is_unprotected_claims_set(Peek(cbor2.dumps(claims)))


def test_a_bundle_around_what_is_no_token_is_unsigned():
    other = cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"hello", b""]))
    artefact = read(build.bundle(other, {}))
    assert (artefact.kind, artefact.authenticity) == ("eat-deb", "unsigned")


@pytest.mark.parametrize("payload", [cbor2.dumps([1, build.TFM]), cbor2.dumps(build.TFM)])
def test_a_message_that_only_mentions_a_psa_profile_is_no_psa_token(payload):
    data = cbor2.dumps(cbor2.CBORTag(18, [b"", {}, payload, b""]))
    assert read(data).kind != "psa-token"


def test_a_damaged_psa_token_keeps_its_kind():
    payload = cbor2.dumps(build.psa())[:-3]
    data = cbor2.dumps(cbor2.CBORTag(18, [b"", {}, payload, b""]))
    assert read(data).kind == "psa-token"
