"""CoSWIDs (RFC 9393): each form is read, each fault reported, and no more shown than the tag says."""

import hashlib
import json

import cbor2
import pytest

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import coswid
from iotassess.evidence.peek import Peek
from iotassess.model.claim import Digest, Subject
from tests.evidence.coswid_builder import (
    CREATOR,
    DIGEST,
    FILE,
    GOOD,
    TAG,
    context,
    encoded,
    ids,
    read,
    shown,
    sign1,
)
from tests.evidence.signing import ALICE, BOB, SECRET, sign

SHA_256 = Digest("sha-256", DIGEST.hex())


def messages(artefact):
    return " | ".join(found.message for found in artefact.problems)


# --- forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        encoded(),
        cbor2.dumps(cbor2.CBORTag(TAG, GOOD)),
        sign1(GOOD, headers={3: "application/swid+cbor"}),
        sign1(GOOD, headers={3: 258}),
        sign1(GOOD),
        sign1(cbor2.CBORTag(TAG, GOOD)),
        cbor2.dumps(cbor2.CBORTag(TAG, cbor2.loads(sign1(GOOD)))),
        sign1(GOOD, SECRET),
    ],
)
def test_every_form_is_recognised_and_read_alike(data):
    artefact = read(data)
    assert artefact.kind == "coswid"
    assert artefact.wellformed
    assert "coswid-malformed" not in ids(artefact)
    assert artefact.claims["tag_id"] == "acme.example/app"
    assert shown(artefact) == {"component.reference-version": "1.2.3", "component.reference": SHA_256}


def test_a_bare_tag_is_unsigned_and_covers_nothing():
    artefact = read(encoded(), ALICE)
    assert artefact.authenticity == "unsigned"
    assert [found.id for found in artefact.problems] == ["cose-unsigned"]
    assert not any(one.covered for one in artefact.shown)


def test_a_signed_tag_is_authenticated_by_a_reference_anchor_alone():
    data = sign1(GOOD)
    artefact = read(data, ALICE)
    assert (artefact.authenticity, artefact.purpose) == ("authenticated", "reference")
    assert all(one.covered for one in artefact.shown)
    assert read(data, ALICE, purpose="update").authenticity == "unverified"
    assert read(data, BOB).authenticity == "failed"


def test_a_cose_sign_of_several_is_read():
    raw = cbor2.dumps({1: -7})
    payload = cbor2.dumps(GOOD)
    signers = [
        [raw, {}, sign(key, cbor2.dumps(["Signature", b"", raw, b"", payload]))] for key in (ALICE, BOB)
    ]
    data = cbor2.dumps(cbor2.CBORTag(98, [b"", {}, payload, signers]))
    artefact = read(data, ALICE, BOB)
    assert (artefact.authenticity, len(artefact.signatures)) == ("authenticated", 2)


def test_a_changed_payload_is_never_authenticated():
    message = cbor2.loads(sign1(GOOD)).value
    other = cbor2.dumps({**GOOD, 13: "6.6.6"})
    data = cbor2.dumps(cbor2.CBORTag(18, [message[0], {}, other, message[3]]))
    artefact = read(data, ALICE)
    assert artefact.authenticity == "failed"


def test_a_message_that_says_it_is_one_but_holds_none_is_reported():
    headers = {3: "application/swid+cbor"}
    number = read(sign1(7, headers=headers), ALICE)
    assert (number.kind, number.wellformed, number.claims) == ("coswid", False, None)
    assert ids(number) == ["coswid-malformed"]
    broken = read(sign1(b"\xa1\x00", headers=headers), ALICE)
    assert (broken.kind, broken.wellformed) == ("coswid", False)
    assert ids(broken) == ["cbor-malformed"]


def test_a_detached_payload_cannot_be_read():
    message = cbor2.loads(sign1(GOOD, headers={3: 258})).value
    data = cbor2.dumps(cbor2.CBORTag(18, [message[0], {}, None, message[3]]))
    artefact = read(data, ALICE)
    assert (artefact.kind, artefact.wellformed) == ("coswid", False)
    assert "detached" in messages(artefact)


def test_a_damaged_file_under_its_tag_is_named():
    data = cbor2.dumps(cbor2.CBORTag(TAG, GOOD))
    artefact = read(data[:-3])
    assert (artefact.kind, artefact.wellformed) == ("coswid", False)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {0: "a", 1: "b"},
        {0: b"\x01" * 16, 1: "vendor", 2: "model", 3: 1, 4: 2},  # the class of a CoMID
        {1: [b"tag"], 0: "corim", 12: 0, 13: "1", 14: 1},
        {1: "issuer", 2: "subject", 4: 1, 6: 1},
        {0: 1, 1: "b", 2: CREATOR, 12: 0, 13: "1"},
        [1, 2, 3],
        "text",
    ],
)
def test_other_structures_are_left_alone(value):
    assert not coswid.is_coswid(Peek(cbor2.dumps(value)))
    assert not coswid.is_coswid(Peek(sign1(value)))


def test_what_is_no_cbor_is_no_tag():
    assert not coswid.is_coswid(Peek(b"\xff"))
    assert not coswid.is_coswid(Peek(b""))
    # Tagged as a COSE message, and none.
    assert not coswid.is_coswid(Peek(cbor2.dumps(cbor2.CBORTag(18, [1, 2]))))
    with pytest.raises(MalformedArtefact):
        coswid.decode(Peek(cbor2.dumps(cbor2.CBORTag(TAG, cbor2.CBORTag(18, [1])))), context())


# --- mandatory members --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "name"),
    [(0, "tag-id"), (12, "tag-version"), (1, "software-name"), (2, "entities"), (13, "software-version")],
)
def test_a_missing_mandatory_member_is_reported(key, name):
    artefact = read(cbor2.dumps(cbor2.CBORTag(TAG, {k: v for k, v in GOOD.items() if k != key})))
    assert ids(artefact) == ["coswid-malformed"]
    assert name in messages(artefact)


def test_without_tag_id_nothing_is_shown():
    artefact = read(encoded({0: ...}))
    assert artefact.kind == "coswid"
    assert artefact.shown == ()


def test_an_entity_has_to_have_made_the_tag():
    assert ids(read(encoded({2: {31: "Acme", 33: 2}}))) == ["coswid-malformed"]
    assert ids(read(encoded({2: [{31: "A", 33: 2}, {31: "B", 33: 1}]}))) == []
    assert ids(read(encoded({2: {31: "Acme", 33: "tag-creator"}}))) == []


@pytest.mark.parametrize("flag", [9, 11])
def test_a_patch_or_supplemental_tag_needs_no_version_and_shows_nothing(flag):
    assert ids(read(encoded({flag: True, 13: ...}))) == []
    assert read(encoded({flag: True})).shown == ()
    assert read(encoded({flag: False})).shown != ()


def test_a_corpus_tag_needs_a_version_even_for_a_patch():
    assert ids(read(encoded({8: True, 9: True, 13: ...}))) == ["coswid-malformed"]


def test_patch_and_supplemental_exclude_each_other():
    artefact = read(encoded({9: True, 11: True}))
    assert ids(artefact) == ["coswid-malformed"]
    assert artefact.problems[-1].at == "patch"


def test_payload_and_evidence_exclude_each_other():
    artefact = read(encoded({3: {17: FILE}}))
    assert ids(artefact) == ["coswid-malformed"]
    assert not artefact.wellformed
    assert artefact.shown == ()


# --- types --------------------------------------------------------------------------------------

WRONG = [
    ({0: b"short"}, "tag_id"),
    ({0: ""}, "tag_id"),
    ({1: 7}, "software_name"),
    ({12: "1"}, "tag_version"),
    ({12: True}, "tag_version"),
    ({13: 1.0}, "software_version"),
    ({14: 1.5}, "version_scheme"),
    ({8: 1}, "corpus"),
    ({10: 1}, "media"),
    ({15: 1}, "lang"),
    ({2: []}, "entities"),
    ({2: 7}, "entities[0]"),
    ({2: [CREATOR, {31: 7, 33: 1}]}, "entities[1].name"),
    ({2: [CREATOR, {31: "x", 33: [1, None]}]}, "entities[1].roles[1]"),
    ({2: [CREATOR, {31: "x", 33: 1, 34: [1, "x"]}]}, "entities[1].thumbprint"),
    ({4: {38: 1, 40: 1}}, "links[0].href"),
    ({5: {48: "yes"}}, "software_meta[0].entitlement_data_required"),
    ({5: {50: 1}}, "software_meta[0].generator"),
    ({6: "x"}, "payload"),
    ({6: [FILE, 1]}, "payload[1]"),
    ({6: {17: {**FILE, 20: -1}}}, "payload.files[0].size"),
    ({6: {17: {**FILE, 7: [1]}}}, "payload.files[0].hash"),
    ({6: {17: {**FILE, 7: [[1, DIGEST], 7]}}}, "payload.files[0].hash"),
    ({6: {18: {27: "p", 28: "1"}}}, "payload.processes[0].pid"),
    ({6: {19: {29: 1}}}, "payload.resources[0].type"),
    ({6: ..., 3: {35: "now"}}, "evidence.date"),
    ({6: ..., 3: {35: True}}, "evidence.date"),
]


@pytest.mark.parametrize(("edits", "at"), WRONG)
def test_a_member_of_the_wrong_type_is_reported_at_its_place(edits, at):
    data = cbor2.dumps(cbor2.CBORTag(TAG, {k: v for k, v in {**GOOD, **edits}.items() if v is not ...}))
    artefact = read(data)
    assert "coswid-malformed" in ids(artefact)
    assert at in [found.at for found in artefact.problems]
    assert not artefact.wellformed
    json.dumps(artefact.claims, allow_nan=False)


def test_a_value_of_the_wrong_type_is_kept_among_the_others():
    assert read(encoded({10: 1})).claims["other"] == {"10": 1}


def test_a_problem_tells_the_offset():
    data = encoded({14: 1.5})
    found = read(data).problems[-1]
    assert data[found.offset] == 0xFB
    signed = sign1({**GOOD, 14: 1.5})
    found = read(signed, ALICE).problems[-1]
    assert signed[found.offset] == 0xFB


@pytest.mark.parametrize(
    ("value", "missing"),
    [
        ({2: [CREATOR, {33: 1}]}, "name"),
        ({2: [CREATOR, {31: "x"}]}, "roles"),
        ({4: {38: "x"}}, "rel"),
        ({4: {40: 1}}, "href"),
        ({6: {17: {20: 1}}}, "fs-name"),
        ({6: {16: {23: "x"}}}, "fs-name"),
        ({6: {18: {28: 1}}}, "process-name"),
        ({6: {19: {}}}, "type"),
    ],
)
def test_a_missing_member_of_an_entry_is_reported(value, missing):
    artefact = read(encoded(value))
    assert ids(artefact) == ["coswid-malformed"]
    assert f"no {missing} (index" in messages(artefact)


# --- what is read -------------------------------------------------------------------------------


def test_all_members_are_read_by_name():
    link = {
        37: "x",
        38: cbor2.CBORTag(32, "swid:other"),
        10: "m",
        39: 3,
        40: 8,
        41: "text/x",
        42: 2,
        15: "en",
    }
    whole = {
        **GOOD,
        0: bytes(range(16)),
        8: True,
        9: False,
        10: "media",
        11: False,
        15: "en",
        14: "own",
        2: [CREATOR, {31: "B", 33: [6, 99, "x_role"], 34: [7, b"\x01" * 48]}],
        4: [link, {38: "y", 40: -1}],
        5: [{43: "a", 48: True}, {54: "r", 45: b"\xab\xcd", "own": 1}],
        6: {
            16: {22: True, 23: "/opt", 24: "bin", 25: "/", 26: {17: [{24: "a", 21: "1", 7: [99, b"z"]}]}},
            17: {24: "b", 20: 3, 7: [[1, DIGEST], [7, b"\x02" * 48]]},
            18: {27: "p", 28: -4},
            19: {29: "t", 77: None},
        },
        "vendor-own": [1],
        500: b"\xff",
    }
    artefact = read(cbor2.dumps(whole))
    assert ids(artefact) == []
    claims = artefact.claims
    assert claims["tag_id"] == bytes(range(16)).hex()
    assert (claims["corpus"], claims["patch"], claims["supplemental"]) == (True, False, False)
    assert claims["version_scheme"] == {"value": "own", "name": "own"}
    assert claims["entities"][1]["roles"] == [
        {"value": 6, "name": "maintainer"},
        {"value": 99, "name": "unknown"},
        {"value": "x_role", "name": "x_role"},
    ]
    assert claims["entities"][1]["thumbprint"] == {"alg": "sha-384", "value": "01" * 48}
    assert claims["links"][0] == {
        "artifact": "x",
        "href": "swid:other",
        "media": "m",
        "ownership": {"value": 3, "name": "shared"},
        "rel": {"value": 8, "name": "requires"},
        "media_type": "text/x",
        "use": {"value": 2, "name": "required"},
        "lang": "en",
    }
    assert claims["links"][1]["rel"] == {"value": -1, "name": "unknown"}
    assert claims["software_meta"][1] == {"revision": "r", "colloquial_version": "abcd", "other": {"own": 1}}
    directory = claims["payload"]["directories"][0]
    assert (directory["key"], directory["location"], directory["root"]) == (True, "/opt", "/")
    assert directory["path_elements"]["files"][0]["hash"] == {"alg": "unknown (99)", "value": "7a"}
    assert [one["alg"] for one in claims["payload"]["files"][0]["hash"]] == ["sha-256", "sha-384"]
    assert claims["payload"]["processes"] == [{"process_name": "p", "pid": -4}]
    assert claims["payload"]["resources"] == [{"type": "t", "other": {"77": None}}]
    assert claims["other"] == {"vendor-own": [1], "500": "ff"}


def test_evidence_is_read_and_is_no_reference():
    artefact = read(encoded({6: ..., 3: {17: FILE, 35: cbor2.CBORTag(1, 1_700_000_000), 36: "device-7"}}))
    assert ids(artefact) == []
    assert artefact.claims["evidence"]["date"] == 1_700_000_000
    assert artefact.claims["evidence"]["device_id"] == "device-7"
    assert artefact.shown == ()


def test_several_payloads_are_read_as_uswid_writes_them():
    artefact = read(encoded({6: [{17: FILE}, {17: {24: "b"}}]}))
    assert ids(artefact) == []
    assert len(artefact.claims["payload"]) == 2
    assert "component.reference" not in shown(artefact)  # two files: neither is the whole


@pytest.mark.parametrize(("levels", "faults"), [(16, 0), (18, 1), (19, 1)])
def test_directories_are_read_to_a_limit(levels, faults):
    inner = {17: FILE}
    for _ in range(levels):
        inner = {16: {24: "d", 26: inner}}
    artefact = read(encoded({6: inner}))
    assert len(ids(artefact)) == faults
    assert artefact.wellformed is (faults == 0)


# --- what is shown ------------------------------------------------------------------------------


def test_the_one_file_of_the_payload_is_the_reference():
    data = sign1({**GOOD, 6: {16: {24: "d", 26: {17: FILE}}}})
    artefact = read(data, ALICE)
    version, reference = artefact.shown
    assert reference.subject == Subject("component", "acme.example/app", "swid-tag-id")
    assert reference.path == "payload.directories[0].path_elements.files[0].hash"
    assert data[cbor.locate(data, reference.trail) :][:2] == b"\x82\x01"
    assert (version.property, version.path) == ("component.reference-version", "software_version")
    assert data[cbor.locate(data, version.trail) :][1:6] == b"1.2.3"


def test_a_uuid_names_the_component_in_hex():
    artefact = read(encoded({0: bytes(range(16))}))
    assert {one.subject.name for one in artefact.shown} == {bytes(range(16)).hex()}


@pytest.mark.parametrize(
    "payload",
    [
        {17: [FILE, FILE]},
        {17: [FILE, {24: "readme"}]},
        {17: FILE, 16: {24: "d", 26: {17: FILE}}},
        {17: {24: "app.bin"}},
        {18: {27: "p"}},
        {17: {**FILE, 7: [6, DIGEST[:4]]}},  # truncated: others have it, too
        {17: {**FILE, 7: [10, DIGEST]}},  # SHA-3, which no device measures with here
        {17: {**FILE, 7: [99, DIGEST]}},
        {17: {**FILE, 7: [[1, DIGEST], [1, b"\x00" * 32]]}},  # which of the two?
        {17: {**FILE, 7: []}},
        {17: [FILE, 7]},  # what could not be read may be another file
    ],
)
def test_without_one_file_and_one_whole_hash_there_is_no_reference(payload):
    assert "component.reference" not in shown(read(encoded({6: payload})))


@pytest.mark.parametrize(("number", "length"), [(1, 31), (1, 33), (7, 32), (8, 48), (6, 32), (9, 32)])
def test_a_hash_whose_length_does_not_fit_is_reported_and_never_a_reference(number, length):
    artefact = read(encoded({6: {17: {**FILE, 7: [number, b"\x07" * length]}}}))
    assert ids(artefact) == ["coswid-malformed"]
    assert "component.reference" not in shown(artefact)
    assert not artefact.wellformed


def test_hashes_under_several_algorithms_are_all_shown():
    longer = hashlib.sha512(b"the application").digest()
    artefact = read(encoded({6: {17: {**FILE, 7: [[1, DIGEST], [8, longer]]}}}))
    values = [one.value for one in artefact.shown if one.property == "component.reference"]
    assert values == [SHA_256, Digest("sha-512", longer.hex())]
    assert [one.path for one in artefact.shown[1:]] == [
        "payload.files[0].hash[0]",
        "payload.files[0].hash[1]",
    ]


def test_many_problems_of_one_kind_are_capped():
    artefact = read(encoded({2: [CREATOR, *([7] * 500)]}))
    assert len(artefact.problems) < 30
