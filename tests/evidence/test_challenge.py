"""A challenge that was given is compared with something, or its artefact is not accepted."""

from __future__ import annotations

import hashlib
import json

import cbor2
import pytest

from iotassess.evidence.collect import Collected, Found
from iotassess.evidence.verification import Nonce, exit_code, verify
from tests.evidence import token_builder as build

NONCE = build.NONCE
OTHER = bytes(32)
TOKEN = build.sign1(build.psa())
UPDATE_MESSAGE = build.sign1([3, {19: bytes(16), 11: "why"}])
EVIDENCE = {10: OTHER, 256: b"\x01" * 17, 263: 0, 4: 1}
REPORT_TYPE = {1: -7, 3: "application/suit-report+cose"}


class Anchors:
    """Keys for every purpose."""

    def candidates(self, purpose, alg, kid):
        return build.ANCHORS if alg == "ES256" else ()


def run(data, *nonces, allow_unsigned=False):
    found = Found("artefact", data, None, hashlib.sha256(data).hexdigest(), len(data))
    done = verify(Collected([found], [], []), Anchors(), build.AS_OF, nonces=nonces)
    (artefact,) = done.artefacts
    missing = [p.severity for p in artefact.problems if p.id == "eat-nonce-missing"]
    return artefact, missing, exit_code(done, allow_unsigned)


ALL, NAMED = Nonce(None, NONCE), Nonce("artefact", NONCE)


@pytest.mark.parametrize("nonce", [ALL, NAMED])
def test_a_token_that_answers_is_accepted(nonce):
    artefact, missing, code = run(TOKEN, nonce)
    assert (artefact.fresh, missing, code) == ("nonce", [], 0)


@pytest.mark.parametrize("nonce", [ALL, NAMED])
def test_a_token_that_answers_another_request_is_reported_once(nonce):
    artefact, missing, code = run(build.sign1(build.psa({10: OTHER})), nonce)
    assert (missing, code) == ([], 1)
    assert "eat-nonce-mismatch" in build.ids(artefact)


def test_a_token_of_an_unknown_key_that_has_the_nonce_is_not_said_to_lack_it():
    artefact, missing, code = run(build.sign1(build.psa(), build.STRANGER), ALL)
    assert (artefact.fresh, missing, code) == (None, [], 1)


@pytest.mark.parametrize("nonce", [ALL, NAMED])
@pytest.mark.parametrize("body", [cbor2.CBORTag(16, [b"", {}, b"xx"]), cbor2.CBORTag(16, 5)])
def test_an_encrypted_report_answers_no_challenge(nonce, body):
    data = build.sign1(body, headers=REPORT_TYPE)
    artefact, missing, code = run(data, nonce)
    assert (artefact.kind, artefact.authenticity) == ("suit-report", "authenticated")
    assert (missing, code) == (["error"], 1)
    assert run(data)[1:] == ([], 0)


@pytest.mark.parametrize("nonce", [ALL, NAMED])
@pytest.mark.parametrize(
    "payload",
    [
        [EVIDENCE],
        [[EVIDENCE]],
        [1, cbor2.CBORTag(601, EVIDENCE)],
        cbor2.CBORTag(55799, cbor2.CBORTag(55799, EVIDENCE)),
        cbor2.CBORTag(601, EVIDENCE),
        {0: "x", **EVIDENCE},
    ],
)
def test_a_claims_set_in_a_form_that_is_no_token_answers_no_challenge(nonce, payload):
    artefact, missing, code = run(build.sign1(payload), nonce)
    assert (artefact.kind, artefact.authenticity) == ("cose-message", "authenticated")
    assert (missing, code) == (["error"], 1)


@pytest.mark.parametrize("payload", [b"\x81", b"text", {0: "a", 1: 2}, [1, [2]], [[[[[EVIDENCE]]]]]])
def test_a_message_about_something_else_is_not_asked_for_the_challenge_of_all(payload):
    assert run(build.sign1(payload), ALL)[1] == []
    assert run(build.sign1(payload), NAMED)[1:] == (["error"], 1)


def test_a_challenge_for_an_artefact_of_another_purpose_is_an_error_only_if_it_was_named():
    assert run(UPDATE_MESSAGE, ALL)[1:] == ([], 0)
    artefact, missing, code = run(UPDATE_MESSAGE, NAMED)
    assert (artefact.kind, artefact.authenticity) == ("teep-message", "authenticated")
    assert (missing, code) == (["error"], 1)


def test_a_message_whose_evidence_answers_a_named_challenge_is_accepted():
    data = build.sign1([2, {19: bytes(16), 6: TOKEN}])
    assert run(data, NAMED)[1:] == ([], 0)


@pytest.mark.parametrize("nonce", [ALL, NAMED])
@pytest.mark.parametrize(
    "data",
    [
        cbor2.dumps(["application/x-unknown", TOKEN]),
        cbor2.dumps({"a": ["application/x-unknown", TOKEN], "__cmwc_t": "tag:a"}),
        json.dumps(["application/x-unknown", build.b64(TOKEN)]).encode(),
        build.sign1(["application/x-unknown", TOKEN], headers={1: -7, 3: "application/cmw+cbor"}),
    ],
)
def test_evidence_under_a_media_type_that_is_not_known_answers_no_challenge(nonce, data):
    artefact, missing, code = run(data, nonce, allow_unsigned=True)
    assert artefact.kind == "cmw"
    assert (missing, code) == (["error"], 1)


def test_a_wrapper_whose_evidence_answers_is_accepted():
    artefact, missing, code = run(cbor2.dumps(["application/eat+cwt", TOKEN]), ALL, allow_unsigned=True)
    assert (artefact.kind, missing, code) == ("cmw", [], 0)


def test_what_is_malformed_is_not_said_to_lack_a_nonce_as_well():
    artefact, missing, code = run(TOKEN[:-3], ALL)
    assert (artefact.wellformed, missing, code) == (False, [], 1)


def test_an_attestation_result_without_signature_is_never_allowed():
    claims = {
        "eat_profile": "tag:ietf.org,2026:rats/ear#03", "iat": build.NOW,
        "ear_verifier_id": {"build": "1", "developer": "acme"}, "submods": {"a": {"ear_status": "affirming"}},
    }  # fmt: skip
    artefact, _, code = run(build.jwt(claims, alg="none"), allow_unsigned=True)
    assert (artefact.kind, artefact.wellformed, code) == ("ear", True, 1)
    assert build.only(artefact, "cose-unsigned").severity == "error"
