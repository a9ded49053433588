"""CoRIM: signed and unsigned, whose it is, how long it holds, what is in it."""

from __future__ import annotations

import datetime

import cbor2
import pytest
from cbor2 import CBORTag

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import corim
from iotassess.evidence.comid_reading import MAX_CONTENT_BYTES, MAX_ENTRIES
from iotassess.evidence.corim_content import MAX_TAGS
from iotassess.evidence.eat_reading import MAX_SAME_PROBLEMS
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.registry import KINDS, Kind
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf
from iotassess.model.claim import PRODUCT, Digest, Subject
from tests.evidence import corim_builder as build
from tests.evidence.corim_builder import (
    DAY,
    DEVICE,
    DIGEST,
    IMPLEMENTATION,
    INSTANCE,
    META,
    NOW,
    SIGNER,
    TYPE,
    comid,
    context,
    found,
    ids,
    manifest,
    read,
    signed,
    unsigned,
)
from tests.evidence.token_builder import STRANGER, anchor, sign1

BL = Subject("component", "BL", "measurement-type")
NODE = Subject("device", INSTANCE.hex(), "instance-id")


def test_a_good_signed_manifest_has_no_problem():
    artefact = read(signed())
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("corim", True, "authenticated")
    assert artefact.problems == ()
    assert (artefact.purpose, artefact.media_type) == ("reference", "application/rim+cose")
    claims = artefact.claims
    assert claims["layout"] == "signed"
    assert claims["content_type"] == TYPE
    assert claims["signer"] == {"name": "Acme", "uri": "https://acme.example"}
    assert claims["signature_validity"] == claims["validity"]
    assert claims["validity"]["not_after"] == "2026-11-02T12:00:00Z"
    assert claims["id"] == "acme-node-3.4.2"
    assert claims["profile"] == build.PSA
    assert claims["entities"][0]["roles"] == [{"value": 1, "name": "manifest-creator"}]
    assert claims["dependent_rims"] == [
        {
            "href": "https://acme.example/base.corim",
            "thumbprint": {"alg": "sha-256", "value": "0b" * 32},
        }
    ]
    (tag,) = claims["tags"]
    assert (tag["tag"], tag["kind"], tag["tag_id"], tag["tag_version"]) == (506, "comid", "11" * 16, 3)
    assert tag["entities"][0]["roles"][0] == {"value": 0, "name": "tag-creator"}
    assert claims["not_evaluated"] == ["manifests that it depends on (1)"]


def test_a_good_manifest_shows_references_and_the_key_of_the_device():
    artefact = read(signed())
    thumbprint = anchor("device", DEVICE).key.thumbprint
    assert {(s.scope, s.subject, s.property, s.value) for s in artefact.shown} == {
        ("environment[0]", PRODUCT, "identity.implementation-id", IMPLEMENTATION.hex()),
        ("environment[0]", PRODUCT, "attestation.reference-values-published", True),
        ("environment[0]", BL, "component.reference", Digest("sha-256", DIGEST.hex())),
        ("environment[0]", BL, "component.reference-version", "3.4.2"),
        ("environment[0]", BL, "component.reference-signer", SIGNER.hex()),
        ("environment[1]", PRODUCT, "identity.implementation-id", IMPLEMENTATION.hex()),
        ("environment[1]", NODE, "device.endorsed-key", thumbprint),
    }
    assert all(s.covered and not s.observed for s in artefact.shown)


@pytest.mark.parametrize("make", [signed, unsigned])
def test_every_statement_can_be_located(make):
    data = make()
    for statement in read(data).shown:
        at = cbor.locate(data, statement.trail)
        assert at is not None, statement
        if isinstance(statement.value, Digest):
            assert data[at:].startswith(b"\x58\x20\xb1")


def test_an_unsigned_manifest_says_so_and_covers_nothing():
    artefact = read(unsigned())
    assert (artefact.wellformed, artefact.authenticity) == (True, "unsigned")
    assert ids(artefact) == {"cose-unsigned"}
    assert artefact.media_type == TYPE
    assert len(artefact.shown) == 7
    assert not any(s.covered for s in artefact.shown)


# --- the signature ------------------------------------------------------------------------------


def test_without_a_key_a_manifest_is_unverified_and_with_another_one_failed():
    assert read(signed(), none=True).authenticity == "unverified"
    assert read(signed(private=STRANGER)).authenticity == "failed"


@pytest.mark.parametrize("purpose", ["attestation", "update", "identity", "network", "results"])
def test_an_anchor_for_something_else_does_not_authenticate(purpose):
    other = anchor("publisher", build.PUBLISHER, purpose=purpose)
    assert read(signed(), other).authenticity == "unverified"


def test_what_was_changed_after_signing_fails_and_shows_itself_all_the_same():
    data = bytearray(signed())
    data[data.index(DIGEST)] ^= 1
    artefact = read(bytes(data))
    assert artefact.authenticity == "failed"
    assert "cose-bad-signature" in ids(artefact)


def test_a_detached_manifest_is_not_read_and_not_called_forged():
    artefact = read(build.detached())
    assert (artefact.wellformed, artefact.authenticity) == (True, "unverified")
    assert artefact.claims["not_evaluated"] == ["the manifest that is signed: it is not in this file (1)"]
    assert artefact.shown == ()
    missing = [problem for problem in artefact.problems if problem.id == "corim-content-missing"]
    assert [problem.severity for problem in missing] == ["error"], "what cannot be read is not in order"


def test_a_critical_header_that_is_read_here_is_understood():
    assert read(signed(headers={2: [8], 3: TYPE, 8: META})).authenticity == "authenticated"
    assert read(signed(headers={2: [77], 3: TYPE, 8: META, 77: 1})).authenticity == "unverified"


def test_the_signer_can_be_named_by_cwt_claims():
    claims = {1: "https://acme.example", 2: "node", 4: NOW + DAY, 5: NOW - DAY, 7: b"\x01"}
    artefact = read(signed(headers={3: TYPE, 15: claims}))
    assert artefact.problems == ()
    assert artefact.claims["cwt_claims"] == {
        "iss": "https://acme.example",
        "sub": "node",
        "exp": NOW + DAY,
        "nbf": NOW - DAY,
        "other": {"7": "01"},
    }


HEADERS = [
    ({3: TYPE}, "neither signer information", True),
    ({3: "text/plain", 8: META}, "expected application/rim+cbor", True),
    ({3: TYPE, 8: {0: {0: "Acme"}}}, "expected a map in a byte string", False),
    ({3: TYPE, 8: b"\xff"}, "cannot be decoded", False),
    ({3: TYPE, 8: cbor2.dumps({0: {1: "x"}})}, "expected a map in a byte string", False),
    ({3: TYPE, 8: cbor2.dumps({0: {0: "Acme"}, 1: {0: CBORTag(1, 5)}})}, "the end (1)", False),
    ({3: TYPE, 8: cbor2.dumps({0: {0: "Acme"}, 1: {1: 5}})}, "under tag 1", False),
    ({3: TYPE, 15: []}, "expected a map of CWT claims", False),
    ({3: TYPE, 15: {2: "node"}}, "no issuer", True),
    ({3: TYPE, 15: {1: 7}}, "expected a text", True),
    ({3: TYPE, 15: {1: "a", 4: "tomorrow"}}, "expected seconds since 1970", False),
]


@pytest.mark.parametrize(("headers", "message", "wellformed"), HEADERS)
def test_a_header_that_breaks_a_rule_is_reported(headers, message, wellformed):
    artefact = read(signed(headers=headers))
    (problem,) = found(artefact)
    assert message in problem.message
    assert artefact.wellformed is wellformed
    assert artefact.authenticity == "authenticated"


def test_what_stands_in_the_unprotected_header_says_nothing():
    artefact = read(signed(headers={3: TYPE}, unprotected={8: META, 15: {1: "x"}}))
    assert "signer" not in artefact.claims
    assert sum("not protected" in p.message for p in found(artefact)) == 2


def test_a_private_signer_member_is_kept():
    meta = cbor2.dumps({0: {0: "Acme", 1: 5, 9: b"\x01"}})
    assert read(signed(headers={3: TYPE, 8: meta})).claims["signer"] == {
        "name": "Acme",
        "uri": 5,
        "other": {"9": "01"},
    }


# --- hash envelope ------------------------------------------------------------------------------

ENVELOPE = {258: -16, 259: TYPE, 260: "https://acme.example/node.corim", 8: META}


def test_a_hash_envelope_says_that_its_manifest_is_not_here():
    artefact = read(signed(DIGEST, headers=ENVELOPE))
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("corim", True, "authenticated")
    assert artefact.claims["hash_envelope"] == {
        "digest": {"alg": "sha-256", "value": DIGEST.hex()},
        "location": "https://acme.example/node.corim",
    }
    assert "not in this file" in artefact.claims["not_evaluated"][0]
    assert artefact.shown == ()
    assert ids(artefact) == {"corim-content-missing"}, "a good signature over what nobody read is no pass"
    assert artefact.problems[0].severity == "error"


@pytest.mark.parametrize(
    ("payload", "changes", "message"),
    [
        (DIGEST[:31], {}, "31 bytes"),
        (DIGEST, {258: 1}, "expected -16"),
        (DIGEST, {258: "sha"}, "expected -16"),
        (unsigned(), {}, "a sha-256 digest of"),
    ],
)
def test_a_hash_envelope_without_such_a_digest_is_reported(payload, changes, message):
    artefact = read(signed(payload, headers=ENVELOPE | changes))
    assert message in found(artefact)[0].message
    assert artefact.shown == ()


# --- when it holds ------------------------------------------------------------------------------


def at(*moments: int) -> AsOf:
    start, end = (datetime.datetime.fromtimestamp(m, datetime.UTC) for m in moments)
    return AsOf(start, end)


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ((NOW - DAY, NOW - DAY), set()),
        ((NOW - DAY - 1, NOW - DAY - 1), {"corim-not-yet-valid"}),
        ((NOW + DAY, NOW + DAY), set()),
        ((NOW + DAY + 1, NOW + DAY + 1), {"corim-expired"}),
        ((NOW - 2 * DAY, NOW - DAY + 5), set()),  # begins within the day
        ((NOW + DAY - 5, NOW + 2 * DAY), set()),  # ends within the day
    ],
)
@pytest.mark.parametrize("where", ["manifest", "signature"])
def test_a_validity_is_held_against_the_moment(moments, expected, where):
    data = signed(headers={3: TYPE, 8: META}) if where == "signature" else unsigned()
    if where == "signature":
        data = signed(manifest(k4=...))
    artefact = read(data, as_of=at(*moments))
    assert ids(artefact) - {"cose-unsigned"} == expected
    assert artefact.wellformed
    assert len(artefact.shown) == 7


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(NOW + DAY - 1, set()), (NOW + DAY, {"corim-expired"}), (NOW - DAY - 1, {"corim-not-yet-valid"})],
)
def test_an_expiry_of_cwt_claims_is_the_first_moment_after(moment, expected):
    headers = {3: TYPE, 15: {1: "x", 4: NOW + DAY, 5: NOW - DAY}}
    assert ids(read(signed(manifest(k4=...), headers=headers), as_of=at(moment, moment))) == expected


@pytest.mark.parametrize(
    "value",
    [
        7,
        {},
        {0: CBORTag(1, 5)},
        {1: 5},
        {1: CBORTag(1, "now")},
        {1: CBORTag(1, float("nan"))},
        {1: CBORTag(1, -5)},
        {1: CBORTag(1, 1 << 60)},
        {1: CBORTag(0, "2026-11-01T00:00:00Z")},
        {0: 5, 1: CBORTag(1, NOW + DAY)},
    ],
)
def test_a_validity_that_cannot_be_read_makes_the_manifest_malformed(value):
    artefact = read(signed(cbor2.dumps(CBORTag(501, manifest(k4=value)))))
    assert not artefact.wellformed
    assert "corim-malformed" in ids(artefact)


def test_a_validity_may_be_a_fraction_and_have_no_begin():
    artefact = read(signed(manifest(k4={1: CBORTag(1, NOW + 0.5)})))
    assert artefact.problems == ()
    assert "not_before" not in artefact.claims["validity"]


# --- older drafts -------------------------------------------------------------------------------


def legacy_in(artefact: Artefact) -> str:
    (problem,) = found(artefact, "corim-legacy-tag")
    return problem.message


def test_outer_tags_of_older_drafts_are_taken_off_and_reported():
    for tags in ((500, 18), (502, 18), (500, 502, 18)):
        artefact = read(signed(tags=tags))
        assert artefact.authenticity == "authenticated"
        assert ids(artefact) == {"corim-legacy-tag"}
        assert len(artefact.shown) == 7
    data = cbor2.dumps(CBORTag(500, CBORTag(501, manifest())))
    assert ids(read(data)) == {"corim-legacy-tag", "cose-unsigned"}
    data = signed(cbor2.dumps(CBORTag(500, CBORTag(501, manifest()))))
    assert ids(read(data)) == {"corim-legacy-tag"}


def test_a_signed_array_without_tag_is_read_below_an_older_one():
    artefact = read(signed(tags=(502,)))
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == {"corim-legacy-tag", "cose-untagged"}


OLD_CONTENT = [
    (signed(cbor2.dumps(manifest())), "without tag 501"),
    (signed(headers={3: "application/corim-unsigned+cbor", 8: META}), "content type"),
    (signed(manifest(cbor2.dumps(CBORTag(506, cbor2.dumps(comid()))))), "in byte strings"),
    (signed(manifest(CBORTag(506, comid()))), "no byte strings"),
    (signed(manifest(profile=[CBORTag(32, build.PSA)])), "a list of profiles"),
]


@pytest.mark.parametrize(("data", "form"), OLD_CONTENT)
def test_a_form_of_an_older_draft_is_read_and_reported_once(data, form):
    artefact = read(data)
    assert form in legacy_in(artefact)
    assert artefact.wellformed
    assert artefact.authenticity == "authenticated"
    assert len(artefact.shown) == 7


def test_what_is_wrapped_by_older_encoders_can_be_located_too():
    data = signed(manifest(cbor2.dumps(CBORTag(506, cbor2.dumps(comid())))))
    (reference,) = [s for s in read(data).shown if s.property == "component.reference"]
    assert data[cbor.locate(data, reference.trail) :].startswith(b"\x58\x20\xb1")


# --- what is in it ------------------------------------------------------------------------------

CONTENT = [
    ([], "id: "),
    (manifest(k0=...), "expected a text or a UUID"),
    (manifest(k0=5), "expected a text or a UUID"),
    (manifest(k0=b"\x01"), "expected a text or a UUID"),
    (manifest(k0=""), "expected a text or a UUID"),
    (manifest(k1=...), "expected an array of tags"),
    (manifest(k1=[]), "expected an array of tags"),
    (manifest(7), "expected a CoMID"),
    (manifest(b"\xff"), "a tag that cannot be decoded"),
    (manifest(CBORTag(506, b"\xff")), "a comid that cannot be decoded"),
    (manifest(CBORTag(506, b"\x01")), "expected a CoMID as a map"),
    (manifest(CBORTag(508, b"\x01")), "expected a tag list as a map"),
    (manifest(k2=5), "expected an array of locators"),
    (manifest(k2=[5]), "with the manifest's URI"),
    (manifest(k2=[{0: []}]), "with the manifest's URI"),
    (manifest(k2=[{0: [5]}]), "with the manifest's URI"),
    (manifest(profile=5), "expected a URI"),
    (manifest(k5=5), "expected an array of entities"),
    (manifest(k5=[{0: "Acme"}]), "with name (0) and roles"),
]


@pytest.mark.parametrize(("content", "message"), CONTENT)
@pytest.mark.parametrize("protect", [signed, unsigned])
def test_content_that_the_cddl_does_not_allow_is_malformed(content, message, protect):
    if content == []:
        content, message = [], "expected a CoRIM as a map"
    artefact = read(protect(cbor2.dumps(CBORTag(501, content)) if protect is signed else content))
    assert message in found(artefact)[0].message
    assert artefact.kind == "corim"
    assert not artefact.wellformed


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"\xff", "cannot be decoded"),
        (cbor2.dumps(CBORTag(505, b"")), "expected tag 501"),
        (b"\x01", "as a map"),
    ],
)
def test_signed_bytes_that_are_no_manifest_are_malformed(payload, message):
    artefact = read(signed(payload))
    assert message in found(artefact)[0].message
    assert (artefact.kind, artefact.wellformed, artefact.shown) == ("corim", False, ())


def test_identifiers_and_profiles_come_in_several_forms():
    uuid = b"\x22" * 16
    for value in (uuid, CBORTag(37, uuid)):
        assert read(unsigned(manifest(k0=value))).claims["id"] == "22" * 16
    assert read(unsigned(manifest(profile=CBORTag(111, b"\x60\x86")))).claims["profile"] == "6086"
    assert read(unsigned(manifest(profile=None))).claims.get("profile") is None


def test_dependent_manifests_may_have_several_addresses_and_thumbprints():
    uris = [CBORTag(32, "https://a.example"), "https://b.example"]
    prints = [[1, b"\x0c" * 32], [7, b"\x0d" * 48]]
    artefact = read(unsigned(manifest(k2=[{0: uris, 1: prints, 9: 1}, {0: uris[0]}])))
    assert artefact.claims["dependent_rims"] == [
        {
            "href": ["https://a.example", "https://b.example"],
            "thumbprint": [
                {"alg": "sha-256", "value": "0c" * 32},
                {"alg": "sha-384", "value": "0d" * 48},
            ],
            "other": {"9": 1},
        },
        {"href": "https://a.example"},
    ]


def test_what_is_not_known_is_kept_and_named():
    artefact = read(unsigned(manifest(comid(), CBORTag(507, b"cots"), CBORTag(599, 5), k9="more")))
    assert artefact.problems[0].id == "cose-unsigned"
    assert artefact.claims["other"] == {"9": "more"}
    assert artefact.claims["tags"][1] == {"tag": 507, "kind": "cots", "value": b"cots".hex()}
    assert {"tags of kind cots (507) (1)", "tags of kind unknown (599) (1)"} <= set(
        artefact.claims["not_evaluated"]
    )


def test_a_tag_list_is_shown_and_not_evaluated():
    listed = {0: {0: "list", 1: 1}, 1: [{0: b"\x11" * 16}], 2: validity_of_the_past()}
    artefact = read(signed(manifest(comid(), CBORTag(508, cbor2.dumps(listed)))))
    assert artefact.problems == ()
    assert artefact.claims["tags"][1]["tags"] == [{"tag_id": "11" * 16}]
    assert "tag lists (1)" in artefact.claims["not_evaluated"]
    artefact = read(signed(manifest(CBORTag(508, cbor2.dumps(listed | {1: 5})))))
    assert "array of tag identities" in found(artefact)[0].message


def validity_of_the_past() -> dict[int, CBORTag]:
    return build.validity(5, 6)


def test_two_modules_about_one_environment_share_its_scope():
    artefact = read(signed(manifest(comid(), comid(k1={0: "second"}))))
    assert {s.scope for s in artefact.shown} == {"environment[0]", "environment[1]"}
    identities = [s for s in artefact.shown if s.property == "identity.implementation-id"]
    assert len(identities) == 2
    assert len([s for s in artefact.shown if s.property == "component.reference"]) == 2


# --- nested software tags -----------------------------------------------------------------------

SWID = cbor2.dumps({0: "acme-node", 12: 0, 1: "Node", 2: {31: "Acme", 33: 1}})


def nested_as(kind: str, wellformed: bool = True):
    """A table of kinds in which everything below tag 505 is read as ``kind``."""

    def reader(data: bytes, inner) -> Artefact:
        claims = {"tag_id": "acme-node"}
        return Artefact(inner.path, kind, None, "", len(data), wellformed, "unsigned", claims=claims)

    return reader


def test_a_software_tag_is_an_artefact_of_its_own():
    seen = []

    def reader(data, inner):
        seen.append((data, inner.path, inner.depth))
        return nested_as("coswid")(data, inner)

    artefact = read(signed(manifest(comid(), CBORTag(505, SWID))), read=reader)
    assert seen == [(SWID, "manifest#tags[1]", 1)]
    assert [n.kind for n in artefact.nested] == ["coswid"]
    assert artefact.claims["tags"][1] == {"tag": 505, "kind": "coswid", "tag_id": "acme-node"}
    assert artefact.problems == ()
    assert len(artefact.shown) == 7
    artefact = read(signed(manifest(CBORTag(505, cbor2.loads(SWID)))), read=reader)
    assert "no byte strings" in legacy_in(artefact)


def test_something_else_below_the_tag_of_a_software_tag_is_malformed():
    for reader in (nested_as("eat-cwt"), nested_as("coswid", wellformed=False)):
        artefact = read(signed(manifest(CBORTag(505, SWID))), read=reader)
        assert not artefact.wellformed
        assert "no CoSWID that can be read" in found(artefact)[0].message


def test_nesting_ends_somewhere():
    artefact = read(signed(manifest(CBORTag(505, SWID))), depth=8)
    assert "CoSWID tags (1)" in artefact.claims["not_evaluated"]
    artefact = corim.decode(Peek(signed(manifest(CBORTag(505, SWID)))), context())
    assert artefact.nested == ()


# --- limits -------------------------------------------------------------------------------------


def test_more_tags_than_are_read_make_it_malformed():
    artefact = read(unsigned(manifest(*[CBORTag(507, b"")] * (MAX_TAGS + 1))))
    assert f"at most {MAX_TAGS}" in found(artefact)[0].message
    assert len(artefact.claims["tags"]) == MAX_TAGS


@pytest.mark.parametrize("wrap", [lambda tag: tag, cbor2.dumps, lambda tag: CBORTag(505, tag.value)])
def test_tags_that_are_too_large_together_are_not_read(wrap):
    large = CBORTag(506, cbor2.dumps(comid(k9=b"\0" * (MAX_CONTENT_BYTES // 4))))
    artefact = read(signed(manifest(*[wrap(large)] * 5)), read=nested_as("coswid"))
    assert [p.at for p in artefact.problems if p.id == "artefact-too-large"] == ["tags[3]"]
    assert not artefact.wellformed


def test_more_entries_than_are_read_make_it_too_large():
    least = {1: {1: CBORTag(552, 5)}}
    triples = {0: [build.reference(*[least] * 100)] * (MAX_ENTRIES // 100 + 1)}
    artefact = read(signed(manifest(comid(triples))))
    assert "artefact-too-large" in ids(artefact)
    assert not artefact.wellformed


def test_problems_of_one_kind_are_listed_up_to_a_number():
    triples = {0: [build.reference(*[build.measured(k2=[[1, b"\0"]])] * 100)]}
    artefact = read(signed(manifest(comid(triples))))
    assert len(found(artefact)) == MAX_SAME_PROBLEMS + 1
    assert "more problems of this kind" in found(artefact)[-1].message


# --- which kind it is ---------------------------------------------------------------------------


def test_a_damaged_manifest_is_still_one():
    for data in (unsigned()[:-1], signed()[:-1], signed() + b"\0", unsigned() + b"\0"):
        artefact = read(data)
        assert (artefact.kind, artefact.wellformed) == ("corim", False)
        assert artefact.authenticity != "authenticated"


def test_a_signed_manifest_is_told_by_its_content_type_or_by_its_payload():
    for headers in ({3: TYPE}, {3: "application/corim-unsigned+cbor"}, {8: META}):
        assert corim.is_corim(Peek(signed(headers=headers)))
    assert corim.is_corim(Peek(signed(cbor2.dumps(manifest()), headers={3: TYPE})))
    assert corim.is_corim(Peek(signed(tags=())))
    damaged = cbor2.dumps(CBORTag(18, [b"\xff" + TYPE.encode(), {}, b"", b""]))
    assert corim.is_corim(Peek(damaged))


OTHERS = [
    b"",
    b"\xd2",
    cbor2.dumps({1: {0: "x"}, 4: {}}),
    sign1({10: b"\0" * 8}),
    sign1({10: b"\0" * 8}, headers={1: -7, 8: META}),
    sign1(b"\0" * 32, headers={1: -7, 258: -16, 259: "application/cbor"}),
    sign1(b"\0" * 32, headers={1: -7, 7: "application/rim+cbor"}),
    cbor2.dumps(CBORTag(18, [cbor2.dumps([TYPE]), {}, b"", b""])),
    cbor2.dumps(CBORTag(18, 5)),
    cbor2.dumps(CBORTag(18, [5, {}, b"", b""])),
    cbor2.dumps(CBORTag(98, [b"", {}, unsigned(), []])),
    cbor2.dumps(CBORTag(107, {2: b""})),
    cbor2.dumps([1, 2, 3, 4]),
    b"application/rim+cbor",
]


@pytest.mark.parametrize("data", OTHERS)
def test_what_is_another_kind_is_not_taken(data):
    assert not corim.is_corim(Peek(data))


@pytest.mark.parametrize(
    "value", [CBORTag(502, 5), CBORTag(500, CBORTag(17, [b"", {}, b"", b""])), CBORTag(502, [1])]
)
def test_a_tag_around_something_else_is_refused(value):
    with pytest.raises(MalformedArtefact) as caught:
        corim.decode(Peek(cbor2.dumps(value)), context())
    assert caught.value.problem == "corim-malformed"


def test_the_table_of_kinds_reads_it(monkeypatch):
    rows: tuple[Kind, ...] = tuple(row for row in KINDS if row.id in ("corim", "comid"))
    assert read_artefact(signed(), context(), rows).kind == "corim"
