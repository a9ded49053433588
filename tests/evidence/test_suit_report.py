"""SUIT reports: each form is read, each fault reported, and the nonce compared with the challenge."""

import hashlib
import json

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_report
from iotassess.evidence.peek import Peek
from iotassess.model.problems import PROBLEMS
from tests.evidence.coswid_builder import context, ids, sign1
from tests.evidence.coswid_builder import read as read_any
from tests.evidence.signing import ALICE, BOB, SECRET

NONCE = bytes(range(16))
DIGEST = hashlib.sha256(b"a manifest").digest()
IMAGE = cbor2.dumps([-16, hashlib.sha256(b"an image").digest()])
RECORD = [[0, 2], 7, 4, 1, {3: IMAGE}]
CLAIMS = {0: [b"\x00", b"app"], 1: b"\x11" * 16, 14: 4096, 3: IMAGE}
CAPABILITIES = {1: [[b"\x00", True], [b"\x01"]], 2: [1, 99], 3: [3], 4: [-16, -29, 9999]}
GOOD = {2: NONCE, 3: [CLAIMS, RECORD], 4: True, 99: ["https://acme.example/m.suit", [-16, DIGEST]]}
FAILED = {5: -1, 6: RECORD, 7: 10}


def report(edits):
    return {key: value for key, value in {**GOOD, **edits}.items() if value is not ...}


def read(value, *privates, **more):
    data = value if isinstance(value, bytes) else cbor2.dumps(value)
    return read_any(data, *privates, **{"purpose": "attestation", "nonce": NONCE, **more})


def messages(artefact):
    return " | ".join(found.message for found in artefact.problems)


# --- forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        cbor2.dumps(GOOD),
        sign1(GOOD),
        sign1(GOOD, headers={3: "application/suit-report+cose"}),
        sign1(GOOD, headers={3: 270}),
        sign1(GOOD, tag=False),
        sign1(GOOD, SECRET),
    ],
)
def test_every_form_is_recognised_and_read_alike(data):
    artefact = read(data)
    assert artefact.kind == "suit-report"
    assert artefact.wellformed
    assert artefact.claims == {
        "reference": {
            "uri": "https://acme.example/m.suit",
            "digest": {"alg": "sha-256", "value": DIGEST.hex()},
        },
        "nonce": NONCE.hex(),
        "records": [
            {
                "component_id": ["00", "617070"],
                "properties": {
                    "vendor-identifier": "11" * 16,
                    "image-size": 4096,
                    "image-digest": {"alg": "sha-256", "value": hashlib.sha256(b"an image").hexdigest()},
                },
            },
            {
                "manifest_id": [0, 2],
                "section": {"value": 7, "name": "validate"},
                "offset": 4,
                "component_index": 1,
                "properties": {
                    "image-digest": {"alg": "sha-256", "value": hashlib.sha256(b"an image").hexdigest()}
                },
            },
        ],
        "result": True,
    }
    (shown,) = artefact.shown
    assert (shown.property, shown.value, shown.path) == ("update.applied", True, "result")
    assert artefact.device == ""


def test_a_bare_report_is_unsigned_and_covers_nothing():
    artefact = read(GOOD, ALICE)
    assert (artefact.authenticity, artefact.fresh) == ("unsigned", None)
    assert [found.id for found in artefact.problems] == ["cose-unsigned"]
    assert not artefact.shown[0].covered


def test_a_signed_report_is_authenticated_by_an_attestation_anchor_alone():
    artefact = read(sign1(GOOD), ALICE)
    assert (artefact.authenticity, artefact.purpose, artefact.fresh) == (
        "authenticated",
        "attestation",
        "nonce",
    )
    assert artefact.problems == ()
    assert artefact.shown[0].covered
    assert read(sign1(GOOD), ALICE, purpose="update").authenticity == "unverified"
    assert read(sign1(GOOD), BOB).authenticity == "failed"


def test_the_same_key_authenticates_a_mac():
    artefact = read(sign1(GOOD, SECRET), SECRET)
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == ["cose-symmetric-key"]


def test_what_is_signed_is_what_is_read():
    message = cbor2.loads(sign1({**GOOD, 4: FAILED})).value
    data = cbor2.dumps(cbor2.CBORTag(18, [message[0], {}, cbor2.dumps(GOOD), message[3]]))
    artefact = read(data, ALICE)
    assert (artefact.authenticity, artefact.fresh) == ("failed", None)


def test_an_encrypted_report_is_not_evaluated():
    inner = cbor2.CBORTag(16, [b"", {}, b"ciphertext"])
    artefact = read(sign1(inner, headers={3: 270}), ALICE)
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "suit-report",
        True,
        "authenticated",
    )
    assert artefact.claims["not_evaluated"]
    assert artefact.shown == ()


@pytest.mark.parametrize("payload", [b"\xa1\x00", cbor2.dumps(7), cbor2.dumps([1])])
def test_a_message_that_says_it_is_one_but_holds_none_is_reported(payload):
    artefact = read(sign1(payload, headers={3: 270}), ALICE)
    assert (artefact.kind, artefact.wellformed, artefact.claims) == ("suit-report", False, None)
    assert ids(artefact)[0] in ("suit-report-malformed", "cbor-malformed")
    assert artefact.shown == ()


@pytest.mark.parametrize(
    "value",
    [
        {},
        {4: True},
        {3: ["audience"], 4: 1_700_000_000},
        {3: [], 4: {5: [1], 6: [2]}},  # a CoMID's linked tags and triples
        {2: b"", 3: b""},
        [1, 2],
    ],
)
def test_other_structures_are_left_alone(value):
    assert not suit_report.is_suit_report(Peek(cbor2.dumps(value)))
    assert not suit_report.is_suit_report(Peek(sign1(value)))


def test_what_is_no_cbor_is_no_report():
    assert not suit_report.is_suit_report(Peek(b"\xa1"))
    with pytest.raises(MalformedArtefact):
        suit_report.decode(Peek(b"\xa1"), context())


# --- faults -------------------------------------------------------------------------------------

WRONG = [
    ({99: ...}, None),
    ({3: ...}, None),
    ({4: ...}, None),
    ({99: []}, "reference"),
    ({99: 7}, "reference"),
    ({99: ["u", [-16, DIGEST], 1]}, "reference"),
    ({99: [7, [-16, DIGEST]]}, "reference.uri"),
    ({99: ["u", [-16]]}, "reference.digest"),
    ({99: ["u", ["x", DIGEST]]}, "reference.digest"),
    ({2: "nonce"}, "nonce"),
    ({3: {}}, "records"),
    ({3: [7]}, "records[0]"),
    ({3: [[[], 7, 0, 0]]}, "records[0]"),
    ({3: [[[-1], 7, 0, 0, {}]]}, "records[0]"),
    ({3: [[7, 7, 0, 0, {}]]}, "records[0]"),
    ({3: [[[], "7", 0, 0, {}]]}, "records[0]"),
    ({3: [[[], 7, -1, 0, {}]]}, "records[0]"),
    ({3: [[[], 7, 0, True, {}]]}, "records[0]"),
    ({3: [[[], 7, 0, 0, []]]}, "records[0]"),
    ({3: [{14: 1}]}, "records[0].component_id"),
    ({3: [{0: ["x"]}]}, "records[0].component_id"),
    ({3: [{0: [b"x"], 3: b"\xff"}]}, "records[0].image-digest"),
    ({3: [{0: [b"x"], 3: 7}]}, "records[0].image-digest"),
    ({4: False}, "result"),
    ({4: {5: 1}}, "result"),
    ({4: {**FAILED, 5: "x"}}, "result.code"),
    ({4: {**FAILED, 7: True}}, "result.reason"),
    ({4: {**FAILED, 6: 7}}, "result.record"),
    ({8: 7}, "capability_report"),
    ({8: {}}, "capability_report"),
    ({8: {**CAPABILITIES, 2: []}}, "capability_report.commands"),
    ({8: {**CAPABILITIES, 2: ["x"]}}, "capability_report.commands"),
    ({8: {**CAPABILITIES, 1: []}}, "capability_report.components"),
    ({8: {**CAPABILITIES, 1: 7}}, "capability_report.components"),
    ({8: {**CAPABILITIES, 1: [["x"]]}}, "capability_report.components[0]"),
]


@pytest.mark.parametrize(("edits", "at"), WRONG)
def test_a_member_that_is_not_as_prescribed_is_reported_at_its_place(edits, at):
    artefact = read(sign1(report(edits), headers={3: 270}), ALICE)
    assert "suit-report-malformed" in ids(artefact)
    assert at in [found.at for found in artefact.problems]
    assert not artefact.wellformed
    assert artefact.shown == ()
    json.dumps(artefact.claims, allow_nan=False)


def test_a_problem_tells_the_offset():
    data = sign1(report({99: ["u", [-16]]}), headers={3: 270})
    found = next(one for one in read(data, ALICE).problems if one.at == "reference.digest")
    assert data[found.offset : found.offset + 2] == b"\x81\x2f"


@pytest.mark.parametrize("number", [-16, -43, -44])
def test_a_digest_whose_length_does_not_fit_is_reported(number):
    artefact = read(report({99: ["", [number, b"\x01" * 20]]}))
    assert ids(artefact) == ["suit-digest-length"]
    assert artefact.problems[-1].at == "reference.digest"
    image = cbor2.dumps([number, b"\x01" * 20])
    assert ids(read(report({3: [{0: [b"x"], 3: image}]}))) == ["suit-digest-length"]


def test_a_digest_of_an_unknown_algorithm_is_reported():
    artefact = read(report({99: ["", [-999, DIGEST]]}))
    assert ids(artefact) == ["suit-digest-alg-not-mti"]
    assert artefact.claims["reference"]["digest"]["alg"] == "unknown (-999)"


def test_a_reference_may_lack_its_uri():
    artefact = read(report({99: [[-16, DIGEST]]}))
    assert ids(artefact) == []
    assert artefact.claims["reference"]["uri"] is None


@pytest.mark.parametrize(
    ("reason", "name"), [(10, "condition-failed"), (12, "invoke-pending"), (77, "unknown")]
)
def test_a_failure_is_reported_with_its_reason(reason, name):
    artefact = read(report({4: {**FAILED, 7: reason}}))
    assert ids(artefact) == ["suit-report-failure"]
    assert name in messages(artefact)
    assert artefact.claims["result"]["reason"] == {"value": reason, "name": name}
    assert artefact.claims["result"]["record"]["section"]["name"] == "validate"
    assert [one.value for one in artefact.shown] == [False]


def test_a_failure_whose_reason_is_none_shows_nothing():
    artefact = read(report({4: {**FAILED, 7: 0}}))
    assert ids(artefact) == ["suit-report-failure"]
    assert artefact.shown == ()


def test_capabilities_are_read_by_name():
    more = {5: [2, 3], 6: [7], 7: [4], 8: [1], 9: [6], 10: [1], 77: [1], "x": 1}
    artefact = read(report({8: {**CAPABILITIES, **more}}))
    assert ids(artefact) == []
    found = artefact.claims["capability_report"]
    assert found["components"] == [
        {"component_id": ["00"], "prefix": True},
        {"component_id": ["01"], "prefix": False},
    ]
    assert [one["name"] for one in found["commands"]] == ["vendor-identifier", "unknown"]
    assert [one["name"] for one in found["crypto_algorithms"]] == [
        "SHA-256",
        "ECDH-ES + A128KW",
        "unknown (9999)",
    ]
    assert [one["name"] for one in found["envelope"]] == ["authentication-wrapper", "manifest"]
    assert found["text_component"][0]["name"] == "component-version"
    assert found["other"] == {"77": [1], "x": 1}


def test_what_is_not_known_is_kept():
    longer = [*RECORD[:1], 99, *RECORD[2:4], {14: 1, "own": b"\xff"}, "extension"]
    artefact = read(report({3: [longer], 50: 1, "y": [2]}))
    assert ids(artefact) == []
    (record,) = artefact.claims["records"]
    assert record["section"] == {"value": 99, "name": "unknown"}
    assert record["properties"] == {"image-size": 1, "own": "ff"}
    assert record["other"] == ["extension"]
    assert artefact.claims["other"] == {"50": 1, "y": [2]}


# --- the challenge ------------------------------------------------------------------------------


def test_another_nonce_than_the_challenge_is_an_error():
    artefact = read(sign1(GOOD), ALICE, nonce=b"\x07" * 16)
    assert ids(artefact) == ["eat-nonce-mismatch"]
    assert artefact.fresh is None


def test_no_nonce_where_a_challenge_was_given_is_an_error():
    artefact = read(sign1(report({2: ...})), ALICE)
    assert [(found.id, found.severity) for found in artefact.problems] == [("eat-nonce-missing", "error")]
    assert artefact.fresh is None


def test_without_challenge_nothing_is_fresh():
    artefact = read(sign1(GOOD), ALICE, nonce=None)
    assert ids(artefact) == ["eat-freshness-not-shown"]
    assert artefact.fresh is None
    artefact = read(sign1(report({2: ...})), ALICE, nonce=None)
    assert [(found.id, found.severity) for found in artefact.problems] == [
        ("eat-nonce-missing", "warning"),
        ("eat-freshness-not-shown", "warning"),
    ]


def test_a_report_inside_something_else_may_have_a_nonce_of_its_own():
    inner = read(sign1(GOOD), ALICE, nonce=b"\x07" * 16, depth=1)
    assert (inner.problems, inner.fresh) == ((), None)
    assert read(sign1(GOOD), ALICE, depth=1).fresh == "nonce"


def test_the_nonce_of_a_report_that_nobody_signed_for_makes_nothing_fresh():
    assert read(sign1(GOOD), BOB).fresh is None
    assert read(sign1(GOOD)).fresh is None


# --- hostile bytes ------------------------------------------------------------------------------

SIGNED = sign1(GOOD)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=40) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.integers(0, 30) | st.text(max_size=3), inner, max_size=5)
        | st.builds(cbor2.CBORTag, st.sampled_from([16, 18, 37]), inner)
    ),
    max_leaves=14,
)


def decode(data):
    assert suit_report.is_suit_report(Peek(data)) in (True, False)
    try:
        artefact = suit_report.decode(Peek(data), context(ALICE, purpose="attestation"))
    except MalformedArtefact as fault:
        refused = fault.problem
    else:
        json.dumps(artefact.claims, allow_nan=False)
        assert all(len(found.message) < 1000 for found in artefact.problems)
        return artefact
    assert refused in PROBLEMS
    return None


def test_no_truncation_and_no_flipped_bit_is_authenticated_with_other_claims():
    good = read(SIGNED, ALICE)
    for place in range(len(SIGNED)):
        assert decode(SIGNED[:place]) is None
        changed = bytearray(SIGNED)
        changed[place] ^= 1 << place % 8
        artefact = read(bytes(changed), ALICE)
        if artefact.authenticity == "authenticated":  # the empty unprotected header may change
            assert artefact.claims == good.claims


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    artefact = decode(data)
    assert artefact is None or artefact.authenticity != "authenticated"


@given(st.dictionaries(st.sampled_from([2, 3, 4, 8, 99]), VALUES, max_size=5))
def test_any_map_is_read(members):
    artefact = decode(cbor2.dumps({**GOOD, **members}))
    assert artefact is None or artefact.authenticity == "unsigned"
