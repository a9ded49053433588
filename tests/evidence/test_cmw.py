"""Conceptual message wrappers: each form is read, each message judged on its own, nothing lent or taken."""

import json
from base64 import urlsafe_b64encode

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import cmw
from iotassess.evidence.cmw_types import FIRST_TAG, format_of, kinds_of
from iotassess.evidence.peek import Peek
from iotassess.evidence.verification import Verification, exit_code
from iotassess.model.problems import PROBLEMS
from tests.evidence import token_builder as build
from tests.evidence.coswid_builder import GOOD as COSWID
from tests.evidence.coswid_builder import context, ids, sign1
from tests.evidence.coswid_builder import read as read_any
from tests.evidence.signing import ALICE, BOB, jwt

NONCE = build.NONCE
TOKEN = build.sign1(build.psa(), build.DEVICE)
EAT = build.sign1(build.eat({10: build.NONCE}), build.DEVICE)
STRANGE = build.sign1(build.psa(), build.STRANGER)
UCCS = cbor2.dumps(cbor2.CBORTag(601, {256: b"\x01" * 17, 10: NONCE}))
CWT = "application/eat+cwt"
PROFILED = f"{CWT}; eat_profile=x"
CBOR_TYPE = {3: "application/cmw+cbor"}


def b64(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def tag_of(number):
    """RFC 9277 appendix B."""
    return FIRST_TAG + number // 255 * 256 + number % 255


def read(data, *privates, **more):
    data = data if isinstance(data, bytes) else cbor2.dumps(data)
    return read_any(data, *privates, **{"purpose": "attestation", "nonce": NONCE, **more})


def as_json(value, **more):
    return read(json.dumps(value).encode(), **more)


def messages(artefact):
    return " | ".join(found.message for found in artefact.problems)


def code(artefact, allow_unsigned=False):
    return exit_code(Verification((artefact,), (), ()), allow_unsigned)


# --- records and tags ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "form", "encoding", "kind"),
    [
        ([CWT, TOKEN], "record", "cbor", CWT),
        ([CWT, TOKEN, 4], "record", "cbor", CWT),
        ([263, TOKEN], "record", "cbor", 263),
        ([10003, TOKEN], "record", "cbor", 10003),
        (cbor2.CBORTag(tag_of(263), TOKEN), "tag", "cbor", 263),
        (cbor2.CBORTag(tag_of(10003), TOKEN), "tag", "cbor", 10003),
        (json.dumps([CWT, b64(TOKEN)]).encode(), "record", "json", CWT),
        (json.dumps([PROFILED, b64(TOKEN), 4]).encode(), "record", "json", PROFILED),
    ],
)  # fmt: skip
def test_every_form_of_one_message_is_read_alike(data, form, encoding, kind):
    artefact = read(data, build.DEVICE)
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("cmw", True, "unsigned")
    assert [found.id for found in artefact.problems] == ["cose-unsigned"]
    claims = artefact.claims
    assert (claims["form"], claims["encoding"], claims["type"]) == (form, encoding, kind)
    assert (claims["size"], claims["kind"]) == (len(TOKEN), "psa-token")
    (inner,) = artefact.nested
    assert (inner.path, inner.kind, inner.authenticity) == ("artefact#value", "psa-token", "authenticated")
    assert inner.fresh == "nonce"
    assert artefact.shown == ()


def test_the_indicator_is_read_by_the_names_of_its_bits():
    assert read([CWT, TOKEN, 0b11111]).claims["indicator"] == {
        "value": 31,
        "names": ["reference-values", "endorsements", "evidence", "attestation-results", "appraisal-policy"],
    }
    assert read([CWT, TOKEN, 1 << 9]).claims["indicator"]["names"] == ["unknown (bit 9)"]


@pytest.mark.parametrize("indicator", [0, -1, 1 << 32, "4", True, None, 1.0])
def test_an_indicator_out_of_its_range_is_reported(indicator):
    artefact = read([CWT, TOKEN, indicator], build.DEVICE)
    assert ids(artefact) == ["cmw-malformed"]
    assert artefact.problems[-1].at == "indicator"
    assert not artefact.wellformed


@pytest.mark.parametrize("number", [0, 254, 255, 256, 263, 30001, 65024])
def test_tags_are_made_of_content_formats_in_rows_of_255(number):
    assert format_of(tag_of(number)) == number
    artefact = read(cbor2.CBORTag(tag_of(number), TOKEN))
    assert artefact.claims["type"] == number


def test_a_tag_of_no_content_format_is_reported():
    artefact = read(cbor2.CBORTag(FIRST_TAG + 255, TOKEN))
    assert ids(artefact) == ["cmw-malformed"]
    assert (artefact.claims["type"], artefact.nested) == (None, ())


def test_a_tag_has_to_be_around_bytes():
    artefact = read(cbor2.CBORTag(tag_of(263), "text"))
    assert (artefact.kind, ids(artefact)) == ("cmw", ["cmw-malformed"])
    assert artefact.nested == ()


def test_what_is_not_read_here_is_listed():
    artefact = read(["application/vnd.acme", b"\x01"])
    assert (artefact.wellformed, ids(artefact)) == (True, [])
    assert artefact.claims["not_evaluated"] == ["the message: 'application/vnd.acme', which is not read here"]
    artefact = read(cbor2.CBORTag(tag_of(9999), b"\x01"))
    assert "content format 9999" in artefact.claims["not_evaluated"][0]
    assert artefact.nested == ()


def test_a_content_format_is_named():
    assert read([258, cbor2.dumps(COSWID)]).claims["media_type"] == "application/swid+cbor"


def test_a_message_of_another_kind_than_it_says_is_reported():
    artefact = read([CWT, cbor2.dumps(COSWID)])
    assert ids(artefact) == ["cmw-malformed"]
    assert "of kind coswid" in messages(artefact)
    assert ids(read([258, cbor2.dumps(COSWID)])) == []


def test_a_message_that_nobody_can_read_says_so_itself():
    artefact = read([CWT, b"\x01\x02"])
    assert ids(artefact) == []
    assert [found.id for found in artefact.nested[0].problems] == ["artefact-unrecognised"]
    assert code(artefact, allow_unsigned=True) == 1


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ([CWT, "text"], "value"),
        ([CWT, "text", 4], "value"),
    ],
)
def test_a_value_that_is_no_bytes_is_reported(value, at):
    artefact = read(value)
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == ("cmw", False, ["cmw-malformed"])
    assert artefact.problems[-1].at == at


@pytest.mark.parametrize("text", ["AQ==", "!!", "", "A", b64(b"\xff" * 30).replace("_", "/"), " AQ", "AQ\n"])
def test_json_has_base64url_without_padding(text):
    artefact = as_json([CWT, text])
    assert artefact.kind == "cmw"
    assert ("cmw-malformed" in ids(artefact)) == (text != "")


def test_json_has_no_content_formats():
    artefact = as_json({"__cmwc_t": "tag:acme.example,2026:x", "a": [263, b64(TOKEN)]})
    assert ids(artefact) == ["cmw-malformed"]
    assert "members.a: no type" in artefact.claims["not_evaluated"][0]


def test_a_cwt_of_any_name_is_a_token():
    assert "psa-token" in kinds_of("application/eat+cwt; eat_profile=1.2")
    assert kinds_of("Application/EAT+CWT") == kinds_of(CWT)
    assert kinds_of("application/octet-stream") == ()
    assert kinds_of("application/eat-ucs+json") == ("eat-ucs",)


# --- collections --------------------------------------------------------------------------------


def test_a_collection_is_read_member_by_member():
    inner = {"__cmwc_t": "1.2.3", 7: cbor2.CBORTag(tag_of(267), UCCS)}
    value = {"__cmwc_t": cbor2.CBORTag(32, "tag:acme.example,2026:x"), "host": [CWT, TOKEN, 4], -1: inner}
    artefact = read(value, build.DEVICE)
    assert (artefact.wellformed, ids(artefact)) == (True, [])
    claims = artefact.claims
    assert (claims["form"], claims["collection_type"]) == ("collection", "tag:acme.example,2026:x")
    assert list(claims["members"]) == ["host", "-1"]
    assert claims["members"]["-1"]["collection_type"] == "1.2.3"
    assert [one.path for one in artefact.nested] == [
        "artefact#members.host",
        "artefact#members.-1.members.7",
    ]
    assert [one.kind for one in artefact.nested] == ["psa-token", "eat-ucs"]


def test_a_json_collection_is_read():
    artefact = as_json({"a": [CWT, b64(TOKEN)], "b": {"c": ["application/eat-ucs+cbor", b64(UCCS)]}})
    assert [one.path for one in artefact.nested] == ["artefact#members.a", "artefact#members.b.members.c"]


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ({"__cmwc_t": "x"}, "members"),
        ({"__cmwc_t": "x", "a": 7}, "members.a"),
        ({"__cmwc_t": "x", "a": {}}, "members.a"),
        ({"__cmwc_t": "x", "a": {"__cmwc_t": 7, "b": [CWT, TOKEN]}}, "members.a.collection_type"),
        ({"__cmwc_t": "x", "a": [CWT]}, "members.a"),
        ({"__cmwc_t": "x", "a": [CWT, TOKEN, 4, 4]}, "members.a"),
        ({"__cmwc_t": "x", "a": ["no media type", TOKEN]}, "members.a.type"),
        ({"__cmwc_t": "x", "a": [65536, TOKEN]}, "members.a.type"),
        ({"__cmwc_t": "x", "a": ["#cmw-j2c-tunnel", TOKEN]}, "members.a.type"),
        ({"__cmwc_t": "x", b"a": [CWT, TOKEN], "b": [CWT, TOKEN]}, "members"),
    ],
)
def test_a_fault_in_a_collection_is_reported_at_its_place(value, at):
    artefact = read(value, build.DEVICE)
    assert (artefact.kind, artefact.wellformed) == ("cmw", False)
    assert ids(artefact)[0] == "cmw-malformed"
    assert at in [found.at for found in artefact.problems]


def test_a_problem_tells_the_offset():
    value = {"__cmwc_t": "x", "a": [CWT, TOKEN, 0]}
    for data in (cbor2.dumps(value), sign1(value, headers=CBOR_TYPE)):
        found = next(one for one in read(data, build.DEVICE).problems if one.at == "members.a.indicator")
        assert data[found.offset] == 0
        assert data[found.offset - 4 : found.offset] == TOKEN[-4:]


def test_labels_that_look_alike_have_paths_of_their_own():
    long = "l" * 80
    value = {"a": {"b": [CWT, TOKEN]}, "a.members.b": [CWT, TOKEN], "x#y": [CWT, TOKEN], "7": [CWT, TOKEN]}
    value |= {7: [CWT, TOKEN], long + "1": [CWT, TOKEN], long + "2": [CWT, TOKEN]}
    artefact = read(value, build.DEVICE)
    paths = [one.path for one in artefact.nested]
    assert len(paths) == len(set(paths)) == 7
    assert all(path.count("#") == 1 for path in paths)
    assert set(artefact.claims["members"]) == {
        "a",
        "a.members.b",
        "x#y",
        "7",
        "7 (4)",
        long + "1",
        long + "2",
    }


def test_thousands_of_labels_that_are_clipped_alike_have_paths_of_their_own():
    value = {"l" * 80 + str(number): [CWT, b""] for number in range(3000)}
    artefact = read(value)
    assert len({one.path for one in artefact.nested}) == 256


def test_collections_are_read_to_a_limit():
    value = [CWT, TOKEN]
    for _ in range(12):
        value = {"__cmwc_t": "x", "a": value}
    artefact = read(value)
    assert ids(artefact) == ["cmw-malformed"]
    assert artefact.nested == ()


def test_messages_are_read_to_a_limit():
    artefact = read({number: [267, UCCS] for number in range(300)})
    assert len(artefact.nested) == 256
    assert ids(artefact) == ["artefact-too-large"]
    assert artefact.claims["not_evaluated"] == ["more than 256 messages; the rest is not read"]
    assert code(artefact, allow_unsigned=True) == 1
    whole = read({number: [267, UCCS] for number in range(256)})
    assert (ids(whole), code(whole, allow_unsigned=True)) == ([], 0)


def test_wrappers_in_wrappers_are_read_to_a_limit():
    data = cbor2.dumps([CWT, TOKEN])
    for _ in range(12):
        data = cbor2.dumps([273, data])
    artefact, depth = read(data), 0
    assert code(artefact, allow_unsigned=True) == 1
    while artefact.nested:
        (artefact,) = artefact.nested
        depth += 1
    assert depth == 8
    assert artefact.claims["not_evaluated"]
    assert ids(artefact) == ["cbor-too-deep"]


# --- signed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [CBOR_TYPE, {3: 273}])
@pytest.mark.parametrize("value", [[CWT, EAT], cbor2.CBORTag(tag_of(263), EAT), {"a": [CWT, EAT]}])
def test_a_signed_wrapper_is_authenticated_and_lends_nothing(headers, value):
    artefact = read(sign1(value, headers=headers), ALICE)
    assert (artefact.kind, artefact.authenticity) == ("cmw", "authenticated")
    assert artefact.media_type == "application/cmw+cose"
    assert artefact.nested[0].authenticity == "failed"  # ALICE is an anchor, and did not sign the token
    both = read(sign1(value, headers=headers), ALICE, build.DEVICE)
    assert both.nested[0].authenticity == "authenticated"
    assert both.problems == ()
    assert code(both) == 0
    assert read(sign1(value, headers=headers), BOB).authenticity == "failed"


def test_a_good_message_lends_nothing_to_its_wrapper():
    artefact = read(sign1([CWT, EAT], BOB, headers=CBOR_TYPE), ALICE, build.DEVICE)
    assert artefact.authenticity == "failed"
    assert artefact.nested[0].authenticity == "authenticated"


def test_the_content_type_has_to_be_signed():
    artefact = read(sign1([CWT, EAT]), ALICE, build.DEVICE)
    assert (artefact.kind, ids(artefact), artefact.wellformed) == ("cmw", ["cmw-malformed"], False)
    assert "content type" in messages(artefact)


@pytest.mark.parametrize("payload", [b"\xff", cbor2.dumps("text"), cbor2.dumps(7)])
def test_a_message_that_says_it_is_one_but_holds_none_is_reported(payload):
    artefact = read(sign1(payload, headers=CBOR_TYPE), ALICE)
    assert (artefact.kind, artefact.wellformed, artefact.claims) == ("cmw", False, None)
    assert ids(artefact)[0] in ("cmw-malformed", "cbor-malformed")


def signed_json(value, header=None, private=ALICE):
    header = {"alg": "ES256", "cty": "application/cmw+json"} if header is None else header
    return jwt(private, header, json.dumps(value).encode())


RECORD = [CWT, b64(TOKEN)]


@pytest.mark.parametrize("cty", ["application/cmw+json", "cmw+json"])
def test_a_jws_is_read_in_both_serialisations(cty):
    compact = signed_json(RECORD, {"alg": "ES256", "cty": cty})
    flat = dict(zip(("protected", "payload", "signature"), compact.split("."), strict=True))
    for data in (compact.encode(), json.dumps(flat).encode()):
        artefact = read(data, ALICE, build.DEVICE)
        assert (artefact.kind, artefact.authenticity, ids(artefact)) == ("cmw", "authenticated", [])
        assert artefact.media_type == "application/cmw+jws"
        assert artefact.nested[0].authenticity == "authenticated"
        assert read(data, BOB).authenticity == "failed"


def test_an_unprotected_header_of_a_jws_is_pointed_out():
    compact = signed_json(RECORD)
    flat = dict(zip(("protected", "payload", "signature"), compact.split("."), strict=True))
    artefact = read(json.dumps({**flat, "header": {"kid": "x"}}).encode(), ALICE, build.DEVICE)
    assert ids(artefact) == ["cmw-malformed"]


def test_a_jws_without_content_type_is_one_by_its_type_and_reported():
    artefact = read(signed_json(RECORD, {"alg": "ES256", "typ": "cmw+jws"}).encode(), ALICE, build.DEVICE)
    assert (artefact.kind, ids(artefact)) == ("cmw", ["cmw-malformed"])
    assert artefact.authenticity == "authenticated"
    assert code(artefact) == 1


def test_a_jws_without_signature_is_unsigned():
    data = signed_json(RECORD, {"alg": "none", "cty": "application/cmw+json"}, None).encode()
    artefact = read(data, ALICE)
    assert artefact.authenticity == "unsigned"
    (found,) = [one for one in artefact.problems if one.id == "cose-unsigned"]
    assert found.severity == "error"
    assert code(artefact, allow_unsigned=True) == 1


def test_a_jws_that_says_it_is_one_but_holds_none_is_reported():
    header = {"alg": "ES256", "cty": "application/cmw+json"}
    for payload in (b"{", b'"text"'):
        artefact = read(jwt(ALICE, header, payload).encode(), ALICE)
        assert (artefact.kind, artefact.wellformed, ids(artefact)) == ("cmw", False, ["cmw-malformed"])


# --- certificate extension ----------------------------------------------------------------------


def der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width, "big") + content


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (der(0x04, cbor2.dumps([CWT, TOKEN])), "cbor"),
        (der(0x04, cbor2.dumps(["application/vnd.acme", b""])), "cbor"),
        (der(0x0C, json.dumps(RECORD).encode()), "json"),
    ],
)
def test_the_value_of_a_certificate_extension_is_read(data, encoding):
    artefact = read(data, build.DEVICE)
    assert (artefact.kind, artefact.authenticity) == ("cmw", "unsigned")
    assert artefact.claims["encoding"] == encoding
    assert all(found.offset is None for found in artefact.problems)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x04",
        b"\x04\x00",
        der(0x04, b""),
        der(0x04, b"\xff"),
        der(0x0C, b"hello"),
        der(0x05, b"\x82"),
        b"\x04\x80\x82\x00\x00",
        b"\x04\x85\x00\x00\x00\x00\x01\x00",
        der(0x04, cbor2.dumps([CWT, TOKEN])) + b"\x00",
        der(0x04, cbor2.dumps([CWT, TOKEN]))[:-1],
    ],
)
def test_what_is_no_extension_is_left_alone(data):
    assert not cmw.is_cmw(Peek(data))


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        [1, 2],
        [1, b"x"],  # an array of a number and bytes may be anything
        [263, "x"],
        ["JWT", "a.b.c"],
        [CWT, TOKEN, 1, 2],
        {"a": [1, b"x"]},
        {"a": [CWT, TOKEN], "b": 7},
        cbor2.CBORTag(FIRST_TAG - 1, b""),
        7,
        "text",
    ],
)
def test_other_structures_are_left_alone(value):
    assert not cmw.is_cmw(Peek(cbor2.dumps(value)))
    assert not cmw.is_cmw(Peek(sign1(value)))


@pytest.mark.parametrize("text", ["a.b", "a.b.c", "{}", "[1]", "{", '{"protected": 1}', "plain text"])
def test_other_texts_are_left_alone(text):
    assert not cmw.is_cmw(Peek(text.encode()))


def test_a_collection_deeper_than_anybody_looks_is_left_alone():
    value = [CWT, TOKEN]
    for _ in range(12):
        value = {"a": value}
    assert not cmw.is_cmw(Peek(cbor2.dumps(value)))


# --- what passes --------------------------------------------------------------------------------


def test_an_unsigned_wrapper_passes_only_with_messages_that_do():
    good = read([CWT, TOKEN], build.DEVICE)
    assert (code(good), code(good, allow_unsigned=True)) == (1, 0)
    no_key = read([CWT, TOKEN])
    assert [(found.id, found.severity) for found in no_key.problems[1:]] == [
        ("eat-submod-unverified", "error")
    ]
    assert code(no_key, allow_unsigned=True) == 1
    bad = read([CWT, STRANGE], build.DEVICE)
    assert bad.problems[-1].severity == "error"
    assert code(bad, allow_unsigned=True) == 1


def test_a_message_without_signature_is_excused_only_where_its_kind_allows_it():
    assert code(read([267, UCCS]), allow_unsigned=True) == 0
    header = {"alg": "none", "typ": "JWT"}
    unsigned = jwt(None, header, json.dumps({"eat_nonce": b64(NONCE), "dbgstat": "disabled"}).encode())
    artefact = read([264, unsigned.encode()])
    assert artefact.nested[0].authenticity == "unsigned"
    assert code(artefact, allow_unsigned=True) == 1


def test_in_a_signed_wrapper_a_message_without_key_is_a_warning():
    bad = read(sign1([CWT, EAT], headers=CBOR_TYPE), ALICE)
    assert [(found.id, found.severity) for found in bad.problems] == [("eat-submod-unverified", "error")]
    tag = sign1(COSWID, BOB)
    store = read(sign1([258, tag], headers=CBOR_TYPE), ALICE)
    assert [(found.id, found.severity) for found in store.problems] == [("eat-submod-unverified", "warning")]


def test_a_signed_wrapper_around_a_psa_token_is_one():
    data = sign1([CWT, TOKEN], headers=CBOR_TYPE)
    assert cmw.is_cmw(Peek(data))
    artefact = read(data, ALICE, build.DEVICE)
    assert (artefact.kind, artefact.authenticity) == ("cmw", "authenticated")
    assert artefact.nested[0].kind == "psa-token"


def test_the_challenge_is_for_the_evidence_inside():
    stale = read([CWT, TOKEN], build.DEVICE, nonce=b"\x07" * 32)
    assert [found.id for found in stale.problems[1:]] == ["eat-nonce-mismatch"]
    assert stale.problems[-1].at == "value"
    assert code(stale, allow_unsigned=True) == 1
    nested = read([273, cbor2.dumps([CWT, TOKEN])], build.DEVICE, nonce=b"\x07" * 32)
    assert ids(nested) == ["eat-nonce-mismatch"]
    assert ids(read([273, cbor2.dumps([CWT, TOKEN])], build.DEVICE)) == []


def test_each_evidence_of_a_collection_has_to_answer_the_challenge():
    stale = build.sign1(build.psa({10: b"\x09" * 32}), build.DEVICE)
    artefact = read({"a": [CWT, TOKEN], "b": [CWT, stale], "c": [258, cbor2.dumps(COSWID)]}, build.DEVICE)
    assert [(found.id, found.at) for found in artefact.problems[1:]] == [("eat-nonce-mismatch", "members.b")]


def test_one_of_several_nonces_answers_it():
    uccs = cbor2.dumps(cbor2.CBORTag(601, {256: b"\x01" * 17, 10: [b"\x09" * 32, NONCE]}))
    assert ids(read([267, uccs])) == []
    none = cbor2.dumps(cbor2.CBORTag(601, {256: b"\x01" * 17}))
    assert ids(read([267, none])) == ["eat-nonce-mismatch"]


def test_without_a_reader_messages_are_listed():
    artefact = cmw.decode(Peek(cbor2.dumps([CWT, TOKEN])), context())
    assert artefact.nested == ()
    assert artefact.claims["not_evaluated"]


# --- hostile bytes ------------------------------------------------------------------------------

SIGNED = sign1([258, cbor2.dumps(COSWID)], headers=CBOR_TYPE)
VALUES = st.recursive(
    st.none() | st.integers() | st.binary(max_size=30) | st.sampled_from([CWT, "__cmwc_t", UCCS, b64(UCCS)]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers() | st.text(max_size=3) | st.just("__cmwc_t"), inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.integers(FIRST_TAG, FIRST_TAG + 600) | st.just(18), inner)
    ),
    max_leaves=12,
)
JSON_VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from([CWT, b64(UCCS), "AQ=="]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def decode(data):
    assert cmw.is_cmw(Peek(data)) in (True, False)
    try:
        artefact = cmw.decode(Peek(data), context(ALICE, purpose="attestation"))
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


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    artefact = decode(data)
    assert artefact is None or artefact.authenticity == "unsigned"


@given(VALUES)
def test_any_item_is_read_or_refused(value):
    data = cbor2.dumps(value)
    assert decode(data) is None or read(data).authenticity != "authenticated"
    artefact = decode(sign1(data, headers=CBOR_TYPE))
    assert artefact is not None
    assert artefact.authenticity == "authenticated"


@given(JSON_VALUES)
def test_any_json_is_read_or_refused(value):
    data = json.dumps(value).encode()
    artefact = decode(data)
    assert artefact is None or artefact.authenticity != "authenticated"
