"""Submodules: claims sets are covered by the token, nested tokens stand for themselves."""

from __future__ import annotations

import json

import cbor2
import pytest

from iotassess.codec import cbor
from iotassess.evidence.context import MAX_NESTING
from iotassess.evidence.eat_submods import MAX_LEVELS, MAX_SUBMODULES, DetachedDigest
from iotassess.model.claim import Subject
from tests.evidence import token_builder as build
from tests.evidence.token_builder import anchor, context, ids, only, read, shown

OUTER = {10: build.NONCE, 256: b"\x01" + b"\xd2" * 16}
INNER = {10: b"own nonce", 256: b"\x01" + b"\xe1" * 16, 263: 2}


def with_submod(content, **more):
    return read(build.sign1({**OUTER, 266: {"x": content}}), **more)


def test_a_claims_set_is_read_and_covered_by_the_token():
    artefact = with_submod({263: 0, 258: 7, 259: b"part", 262: True, 270: "TEE", 271: ["1.0"]})
    assert artefact.claims["submods"]["x"]["dbgstat"] == {"value": 0, "name": "enabled"}
    assert only(artefact, "eat-debug-enabled").at == "submods.x.dbgstat"
    (state,) = [s for s in artefact.shown if s.property == "debug.state"]
    assert (state.value, state.path, state.covered) == ("enabled", "submods.x.dbgstat", True)
    # Who made a part is not who made the product, and a part's version is not the release's.
    for property_ in ("identity.oemid", "identity.hwmodel", "product.firmware-version", "boot.secure-boot"):
        assert shown(artefact, property_) == []


def test_what_a_claims_set_shows_can_be_located():
    data = build.sign1({**OUTER, 266: {"x": {266: {"y": {263: 0}}}}})
    (state,) = [s for s in read(data).shown if s.property == "debug.state"]
    assert state.path == "submods.x.submods.y.dbgstat"
    assert data[cbor.locate(data, state.trail)] == 0


def test_measurements_in_a_claims_set_are_not_those_of_the_product():
    artefact = with_submod({274: [["boot check", [["loader", 1]]]]})
    assert shown(artefact, "attestation.measures-software") == [], "but perhaps all that there is to measure"


def test_a_nested_token_is_an_artefact_of_its_own():
    artefact = with_submod(build.sign1(INNER, build.ELEMENT, tags=(61, 18)))
    (inner,) = artefact.nested
    assert (inner.path, inner.kind, inner.authenticity) == ("token#submods.x", "eat-cwt", "authenticated")
    assert inner.signatures[0].key == "element"
    assert inner.device == "01" + "e1" * 16
    assert artefact.claims["submods"]["x"] == inner.claims
    assert ids(artefact) == ids(inner) == set()
    assert shown(artefact, "debug.state") == [], "it speaks for itself"
    assert shown(artefact, "attestation.measures-software") == [], "the nested token may know"
    assert shown(inner, "attestation.measures-software") == []


def test_a_nested_psa_token_is_read_by_its_own_rules():
    artefact = with_submod(build.sign1(build.psa({2395: 0x4000})))
    (inner,) = artefact.nested
    assert inner.kind == "psa-token"
    assert ids(inner) == {"psa-lifecycle-debug"}
    assert ids(artefact) == set()
    assert (artefact.fresh, inner.fresh) == ("nonce", "nonce"), "the challenge was in both"


def test_an_unverified_nested_token_is_reported_and_takes_nothing_from_the_outer():
    artefact = with_submod(build.sign1(INNER, build.ELEMENT), none=True)
    assert artefact.nested[0].authenticity == "unverified"
    artefact = read(
        build.sign1({**OUTER, 266: {"x": build.sign1(INNER, build.ELEMENT)}}),
        anchor("other", build.DEVICE),
    )
    assert artefact.authenticity == "authenticated"
    (inner,) = artefact.nested
    assert inner.authenticity == "failed", "a key that fits was there, and did not make it"
    assert only(artefact, "eat-submod-unverified").severity == "error"


def test_a_nested_token_without_key_is_a_warning():
    artefact = read(
        build.sign1({**OUTER, 266: {"x": build.mac0(INNER)}}),
        anchor("device", build.DEVICE),
    )
    assert artefact.nested[0].authenticity == "unverified"
    assert only(artefact, "eat-submod-unverified").severity == "warning"


def test_an_unprotected_nested_claims_set_is_unsigned_inside_a_signed_token():
    artefact = with_submod(build.uccs(INNER))
    (inner,) = artefact.nested
    assert (inner.kind, inner.authenticity) == ("eat-ucs", "unsigned")
    assert not any(s.covered for s in inner.shown)
    assert only(artefact, "eat-submod-unverified").severity == "warning"


def test_a_bad_inner_signature_does_not_touch_the_outer_one_and_the_reverse():
    inner = build.sign1(INNER, build.STRANGER)
    assert with_submod(inner).authenticity == "authenticated"
    outer = read(build.sign1({**OUTER, 266: {"x": build.sign1(INNER)}}, build.STRANGER))
    assert (outer.authenticity, outer.nested[0].authenticity) == ("failed", "authenticated")


@pytest.mark.parametrize(
    "content",
    [
        cbor2.dumps(cbor2.CBORTag(107, {2: b"", 3: b""})),
        cbor2.dumps(cbor2.CBORTag(61, 7)),
        b"\xd2\x84",
    ],
    ids=["suit", "no-token", "broken"],
)
def test_bytes_that_are_no_token_are_malformed(content):
    artefact = with_submod(content)
    assert "eat-submod-malformed" in ids(artefact)
    assert artefact.authenticity == "authenticated"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x01",
        1.5,
        None,
        "no json",
        '{"a": 1}',
        '["JWT"]',
        '["JWT", 1]',
        '["CBOR", "*"]',
        '["CBOR", "AQ"]',
        '["BUNDLE", "x"]',
        '["DIGEST", ["SHA-256", "AA"]]',
        '["UJCS", {}]',
        "[1, 2]",
        [],
        [-16],
        [-16, "text"],
        [1.5, b""],
    ],
)
def test_a_submodule_in_none_of_its_forms_is_malformed(content):
    artefact = with_submod(content)
    assert only(artefact, "eat-submod-malformed").at == "submods.x"
    assert artefact.claims["submods"] == {"x": {}}
    assert artefact.nested == ()


def test_json_tokens_inside_a_cbor_token_are_read():
    jwt = build.jwt({"eat_nonce": build.b64(b"own nonce")}, build.ELEMENT)
    artefact = with_submod(json.dumps(["JWT", jwt.decode()]))
    assert (artefact.nested[0].kind, artefact.nested[0].authenticity) == ("eat-jwt", "authenticated")
    artefact = with_submod(json.dumps(["CBOR", build.b64(build.sign1(INNER))]))
    assert (artefact.nested[0].kind, artefact.nested[0].authenticity) == ("eat-cwt", "authenticated")
    assert ids(artefact) == set()


def test_a_detached_digest_is_kept_and_said_to_be_open():
    digest = build.digest_of(b"claims", -43)
    artefact = with_submod(digest)
    assert artefact.claims["submods"]["x"] == {
        "detached_digest": {"alg": "SHA-384", "value": digest[1].hex()}
    }
    assert only(artefact, "eat-submod-unverified").severity == "warning"


def test_nesting_ends_at_a_limit():
    token = build.sign1(INNER)
    for _ in range(MAX_NESTING + 2):
        token = build.sign1({10: b"own nonce", 266: {"x": token}})
    artefact = read(token)
    depth = 0
    while artefact.nested:
        (artefact,) = artefact.nested
        depth += 1
    assert depth == MAX_NESTING
    found = only(artefact, "cbor-too-deep")
    assert (found.severity, found.at) == ("error", "submods.x")


@pytest.mark.parametrize(
    ("levels", "expected"), [(MAX_LEVELS, set()), (MAX_LEVELS + 1, {"eat-submod-malformed"})]
)
def test_claims_sets_within_claims_sets_end_at_a_limit(levels, expected):
    claims = {263: 0}
    for _ in range(levels):
        claims = {266: {"x": claims}}
    artefact = read(build.sign1({**OUTER, **claims}))
    assert ids(artefact) == (expected or {"eat-debug-enabled"})
    assert shown(artefact, "debug.state") == ([] if expected else ["enabled"])


def test_the_deepest_that_both_limits_allow_is_read_without_running_out_of_stack():
    token = build.sign1(INNER)
    for _ in range(MAX_NESTING):
        claims = {10: b"own nonce", 266: {"x": token}}
        for _ in range(MAX_LEVELS - 1):
            claims = {266: {"x": claims}}
        token = build.sign1(claims)
    artefact = read(token)
    while artefact.nested:
        assert artefact.wellformed, artefact.problems
        (artefact,) = artefact.nested
    assert ids(artefact) == set()


def test_without_a_reader_a_nested_token_is_said_to_be_unread():
    from iotassess.evidence import eat
    from iotassess.evidence.peek import Peek

    data = build.sign1({**OUTER, 266: {"x": build.sign1(INNER)}})
    artefact = eat.decode(Peek(data), context())
    assert "not read" in only(artefact, "eat-submod-unverified").message
    assert artefact.nested == ()


def test_more_submodules_than_a_device_has_are_not_all_read():
    many = {str(number): {263: 2} for number in range(MAX_SUBMODULES + 1)}
    artefact = read(build.sign1({**OUTER, 266: many}))
    assert len(artefact.claims["submods"]) == MAX_SUBMODULES
    assert ids(artefact) == {"eat-submod-malformed"}


def test_a_component_of_a_submodule_does_not_count_as_one_of_the_product():
    # Only a PSA token has software components that count; elsewhere they are shown to people.
    artefact = with_submod({2399: [build.COMPONENT]})
    assert artefact.claims["submods"]["x"]["sw_components"][0]["type"] == "BL"
    assert not [s for s in artefact.shown if s.subject == Subject("component", "BL", "measurement-type")]


@pytest.mark.parametrize(
    ("alg", "holds"),
    [("SHA-256", True), ("SHA-384", False), ("SHAKE128", False), ("MD5", False), ("-99", False)],
)
def test_a_detached_digest_holds_under_its_own_algorithm_only(alg, holds):
    assert DetachedDigest(alg, build.digest_of(b"claims")[1]).holds(b"claims") is holds


def test_extendable_hashes_are_compared_at_their_registered_length():
    import hashlib

    assert DetachedDigest("SHAKE128", hashlib.shake_128(b"claims").digest(32)).holds(b"claims")
    assert DetachedDigest("SHAKE256", hashlib.shake_256(b"claims").digest(64)).holds(b"claims")
    assert not DetachedDigest("SHAKE256", hashlib.shake_256(b"claims").digest(8)).holds(b"claims")
