"""Detached bundles: what holds is covered by the main token, and one wrong digest spoils the whole."""

from __future__ import annotations

import json

import cbor2
import pytest

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import eat_deb
from iotassess.evidence.eat_submods import MAX_SUBMODULES
from iotassess.evidence.peek import Peek
from tests.evidence import token_builder as build
from tests.evidence.token_builder import context, ids, only, read, shown

MAIN = {10: build.NONCE, 256: b"\x01" + b"\xd2" * 16, 258: 32473, 259: b"model-7"}
DETACHED = cbor2.dumps({263: 1, 273: [[258, b"evidence"]], 266: {"deep": {270: "x"}}})


def main(submods=None, key=build.DEVICE, **more):
    submods = {"TEE": build.digest_of(DETACHED)} if submods is None else submods
    return build.sign1({**MAIN, 266: submods}, key, tags=(61, 18), **more)


GOOD = build.bundle(main(), {"TEE": DETACHED})


@pytest.mark.parametrize("tagged", [True, False])
def test_a_good_bundle_is_as_authentic_as_its_main_token(tagged):
    artefact = read(build.bundle(main(), {"TEE": DETACHED}, tagged=tagged))
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("eat-deb", True, "authenticated")
    assert artefact.signatures[0].key == "device"
    assert (artefact.fresh, artefact.device) == ("nonce", "01" + "d2" * 16)
    assert artefact.nested == ()
    assert ids(artefact) == {"eat-debug-reenableable"}
    assert artefact.claims["submods"]["TEE"]["dbgstat"]["value"] == 1
    assert artefact.claims["submods"]["TEE"]["submods"] == {"deep": {"swname": "x"}}
    assert artefact.claims["hwmodel"] == b"model-7".hex()


def test_a_detached_claims_set_that_holds_is_covered_and_can_be_located():
    detached = cbor2.dumps({263: 0})
    data = build.bundle(main({"TEE": build.digest_of(detached)}), {"TEE": detached})
    artefact = read(data)
    (state,) = [s for s in artefact.shown if s.property == "debug.state"]
    assert (state.value, state.path, state.covered) == ("enabled", "submods.TEE.dbgstat", True)
    assert data[cbor.locate(data, state.trail)] == 0
    (hwmodel,) = [s for s in artefact.shown if s.property == "identity.hwmodel"]
    assert data[cbor.locate(data, hwmodel.trail) :].startswith(b"\x47model-7")
    assert shown(artefact, "attestation.measures-software") == [], "a part is not the whole"


def test_problems_of_the_main_token_have_offsets_in_the_bundle():
    token = build.sign1({**MAIN, 263: 9, 266: {"TEE": build.digest_of(DETACHED)}})
    data = build.bundle(token, {"TEE": DETACHED})
    assert data[only(read(data), "eat-dbgstat-invalid").offset] == 9


@pytest.mark.parametrize(
    "detached",
    [
        {"TEE": cbor2.dumps({263: 2})},
        {"other": DETACHED},
        {"TEE": DETACHED, "more": cbor2.dumps({263: 2})},
        {"TEE": "text"},
        {"TEE": {263: 2}},
    ],
    ids=["changed", "renamed", "added", "text", "map"],
)
def test_a_claims_set_whose_digest_does_not_hold_spoils_the_bundle(detached):
    artefact = read(build.bundle(main(), detached))
    assert artefact.authenticity == "failed"
    assert "eat-detached-digest-mismatch" in ids(artefact)
    assert artefact.fresh is None
    assert [s.value for s in artefact.shown if s.property == "debug.state"] in ([], ["disabled"])


def test_a_wrong_claims_set_is_not_read():
    artefact = read(build.bundle(main(), {"TEE": cbor2.dumps({263: 0})}))
    assert shown(artefact, "debug.state") == []
    assert set(artefact.claims["submods"]["TEE"]) == {"detached_digest"}


def test_an_algorithm_that_is_not_known_does_not_hold():
    submods = {"TEE": [-15, build.digest_of(DETACHED)[1][:8]]}
    artefact = read(build.bundle(main(submods), {"TEE": DETACHED}))
    assert artefact.authenticity == "failed"


@pytest.mark.parametrize("alg", [-43, -44])
def test_longer_hashes_hold(alg):
    submods = {"TEE": build.digest_of(DETACHED, alg)}
    assert read(build.bundle(main(submods), {"TEE": DETACHED})).authenticity == "authenticated"


def test_a_bad_main_signature_makes_the_bundle_failed():
    artefact = read(build.bundle(main(key=build.STRANGER), {"TEE": DETACHED}))
    assert (artefact.authenticity, artefact.fresh) == ("failed", None)


def test_an_unsigned_main_token_covers_nothing():
    token = build.uccs({**MAIN, 266: {"TEE": build.digest_of(DETACHED)}})
    artefact = read(build.bundle(token, {"TEE": DETACHED}))
    assert artefact.authenticity == "unsigned"
    assert not any(s.covered for s in artefact.shown)
    wrong = read(build.bundle(token, {"TEE": b"\xa0"}))
    assert (wrong.authenticity, "eat-detached-digest-mismatch" in ids(wrong)) == ("unsigned", True)


def test_a_missing_claims_set_is_said_to_be_open():
    both = {"TEE": build.digest_of(DETACHED), "OS": build.digest_of(b"")}
    artefact = read(build.bundle(main(both), {"TEE": DETACHED}))
    assert artefact.authenticity == "authenticated"
    assert only(artefact, "eat-submod-unverified").at == "submods.OS"


def test_a_main_token_without_digest_is_malformed():
    artefact = read(build.bundle(main({}), {}))
    assert "eat-submod-malformed" in ids(artefact)


def test_the_challenge_is_held_against_the_main_token():
    assert "eat-nonce-mismatch" in ids(read(GOOD, nonce=b"another challenge"))
    plain = build.sign1({266: {"TEE": build.digest_of(DETACHED)}})
    artefact = read(build.bundle(plain, {"TEE": DETACHED}))
    assert only(artefact, "eat-nonce-missing").severity == "error"
    assert "eat-freshness-not-shown" in ids(read(GOOD, nonce=None))


def test_a_recent_main_token_is_fresh():
    import datetime

    token = build.sign1({**MAIN, 6: build.NOW - 5, 266: {"TEE": build.digest_of(DETACHED)}})
    data = build.bundle(token, {"TEE": DETACHED})
    assert read(data, nonce=None, max_age=datetime.timedelta(minutes=1)).fresh == "time"


@pytest.mark.parametrize("content", [b"\xa1\x01", b"\x01", b""])
def test_a_detached_claims_set_that_cannot_be_read_is_reported(content):
    submods = {"TEE": build.digest_of(content)}
    artefact = read(build.bundle(main(submods), {"TEE": content}))
    assert artefact.authenticity == "authenticated", "it is what the main token says it is"
    assert ids(artefact) & {"cbor-malformed", "eat-claim-type"}
    assert artefact.claims["submods"]["TEE"] == {}


def test_a_bundle_as_main_token_is_refused():
    artefact = read(build.bundle(GOOD, {"TEE": DETACHED}))
    assert not artefact.wellformed
    assert "eat-submod-malformed" in ids(artefact)


def test_a_broken_main_token_is_reported():
    artefact = read(build.bundle(b"\xd2\x84", {"TEE": DETACHED}))
    assert (artefact.kind, artefact.wellformed, artefact.claims) == ("eat-deb", False, None)
    assert artefact.authenticity == "unsigned"


def test_a_bundle_inside_a_token_is_an_artefact_of_its_own():
    artefact = read(build.sign1({10: build.NONCE, 266: {"x": GOOD}}))
    (inner,) = artefact.nested
    assert (inner.kind, inner.authenticity, inner.path) == ("eat-deb", "authenticated", "token#submods.x")


def json_bundle(claims, token=None, name="TEE"):
    text = json.dumps(claims).encode()
    digest = build.b64(build.digest_of(text)[1])
    submods = {"TEE": ["DIGEST", ["SHA-256", digest]]}
    token = token or build.jwt({"eat_nonce": build.b64(build.NONCE), "submods": submods})
    return json.dumps([["JWT", token.decode()], {name: build.b64(text)}]).encode()


def test_a_json_bundle_is_read():
    artefact = read(json_bundle({"dbgstat": "enabled"}))
    assert (artefact.kind, artefact.authenticity) == ("eat-deb", "authenticated")
    assert artefact.media_type == "application/eat-bun+json"
    assert artefact.claims["submods"]["TEE"]["dbgstat"]["value"] == 0
    assert ids(artefact) == {"eat-debug-enabled"}
    assert all(s.trail == () for s in artefact.shown)


@pytest.mark.parametrize("claims", [[1], "text"])
def test_a_json_claims_set_that_is_no_object_is_reported(claims):
    assert "eat-claim-type" in ids(read(json_bundle(claims)))


def test_a_json_claims_set_that_is_no_base64_spoils_the_bundle():
    data = json.loads(json_bundle({}))
    data[1]["TEE"] = "*"
    assert read(json.dumps(data).encode()).authenticity == "failed"


def test_a_json_token_in_a_cbor_bundle_is_read():
    text = json.dumps(["JWT", build.jwt({
        "eat_nonce": build.b64(build.NONCE),
        "submods": {"TEE": ["DIGEST", ["SHA-256", build.b64(build.digest_of(DETACHED)[1])]]},
    }).decode()])  # fmt: skip
    artefact = read(build.bundle(text, {"TEE": DETACHED}))
    assert artefact.authenticity == "authenticated"
    assert artefact.claims["submods"]["TEE"]["dbgstat"]["name"] == "disabled"


@pytest.mark.parametrize(
    "data",
    [
        build.bundle(b"\x01", {"x": b""}, tagged=False),
        build.bundle("no json", {}, tagged=False),
        build.bundle('["DIGEST", ["SHA-256", "AA"]]', {}, tagged=False),
        cbor2.dumps([GOOD, {1: b""}]),
        cbor2.dumps([GOOD, []]),
        cbor2.dumps([GOOD]),
        cbor2.dumps([GOOD, {str(number): b"" for number in range(MAX_SUBMODULES + 1)}]),
        cbor2.dumps({}),
        b'[["DIGEST", ["SHA-256", "AA"]], {}]',
        b"[1, 2]",
        b"[",
        b"{}",
        b"",
    ],
)
def test_what_is_no_bundle_is_not_taken_for_one(data):
    assert not eat_deb.is_bundle(Peek(data))
    with pytest.raises(MalformedArtefact):
        eat_deb.decode(Peek(data), context())


def test_without_a_reader_a_bundle_cannot_be_decoded():
    with pytest.raises(MalformedArtefact, match="not read"):
        eat_deb.decode(Peek(GOOD), context())
