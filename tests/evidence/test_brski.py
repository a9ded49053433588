"""BRSKI vouchers in CMS, JWS and COSE: what they say, and what is wrong with them."""

from __future__ import annotations

import base64
import datetime
import json

import cbor2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.evidence import brski
from iotassess.evidence.brski_forms import MAX_SIGNATURES
from iotassess.evidence.certificates import name_anchor
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_any
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf
from iotassess.model.claim import PRODUCT, Subject
from tests.evidence import cms_builder as build
from tests.evidence import x509_builder
from tests.evidence.signing import (
    ALICE,
    AS_OF,
    BOB,
    SECRET,
    alg_of,
    b64,
    context,
    jwk,
    leaf,
    middle,
    named,
    root,
    sign,
)
from tests.tries import tries

SERIAL = "JADA123456789"
NONCE = bytes(range(16))
PINNED = root().public_bytes(Encoding.DER)
CHAIN = (leaf(), middle())
MASA = named(ALICE, "masa", purpose="identity")


def leaves(drop=(), **changes):
    found = {
        "created-on": "2026-10-31T12:00:00Z",
        "assertion": "logged",
        "serial-number": SERIAL,
        "nonce": base64.b64encode(NONCE).decode(),
        "pinned-domain-cert": base64.b64encode(PINNED).decode(),
        "domain-cert-revocation-checks": True,
    }
    found |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in found.items() if name not in drop}


def voucher(*args, name="ietf-voucher:voucher", top=None, **changes):
    return json.dumps({name: leaves(*args, **changes)} | (top or {})).encode()


def in_cms(content, key=ALICE, **choices):
    return build.signed(content, key, CHAIN, content_type=build.VOUCHER_JSON, **choices)


def jws_row(content, key=ALICE, header=None, spoil=False):
    protected = b64(json.dumps({"alg": "ES256"} | (header or {})).encode())
    made = sign(key, f"{protected}.{b64(content)}".encode(), alg_of(key))
    if spoil:
        made = made[:-1] + bytes([made[-1] ^ 1])
    return {"protected": protected, "signature": b64(made)}


def in_jws(content, *rows):
    return json.dumps({"payload": b64(content), "signatures": list(rows or [jws_row(content)])}).encode()


def constrained(**changes):
    inner = {1: 2, 2: "2026-10-31T12:00:00Z", 3: False, 7: NONCE, 8: PINNED, 11: SERIAL}
    inner |= {int(key[1:]): value for key, value in changes.items()}
    return {2451: {key: value for key, value in inner.items() if value is not None}}


def in_cose(document, key=ALICE, tag=True, protected=None):
    raw = cbor2.dumps(protected or {1: -7})
    payload = document if isinstance(document, bytes) else cbor2.dumps(document)
    parts = [raw, {}, payload, sign(key, cbor2.dumps(["Signature1", raw, b"", payload]))]
    return cbor2.dumps(cbor2.CBORTag(18, parts) if tag else parts)


def read(data, *anchors, as_of=AS_OF):
    return read_any(data, context(*(anchors or (MASA,)), as_of=as_of))


def ids(artefact):
    return {found.id for found in artefact.problems}


FORMS = {
    "cms": (lambda: in_cms(voucher()), "application/voucher-cms+json"),
    "jws-json": (lambda: in_jws(voucher()), "application/voucher-jws+json"),
    "jws-compact": (
        lambda: (
            "{protected}.%s.{signature}".replace("%s", b64(voucher())).format(**jws_row(voucher())).encode()
        ),
        "application/voucher-jws+json",
    ),
    "cose": (lambda: in_cose(constrained()), "application/voucher+cose"),
}


# --- good ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_a_good_voucher_of_each_form_has_no_problem_and_shows_the_same(form):
    make, media_type = FORMS[form]
    artefact = read(make())
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "brski-voucher",
        True,
        "authenticated",
    )
    assert artefact.problems == ()
    assert (artefact.media_type, artefact.claims["form"], artefact.purpose) == (media_type, form, "identity")
    assert {(s.subject, s.property, s.value, s.covered) for s in artefact.shown} == {
        (Subject("device", SERIAL, "serial"), "device.serial", SERIAL, True),
        (PRODUCT, "identity.enrolment.protocols", "brski", True),
        (PRODUCT, "identity.enrolment.per-device", True, True),
        (PRODUCT, "trust-anchor.transfer", "brski", True),
    }
    claims = artefact.claims
    assert claims["type"] == "voucher"
    assert claims["serial_number"] == SERIAL
    assert claims["nonce"] == NONCE.hex()
    assert claims["created_on"] == "2026-10-31T12:00:00Z"
    assert claims["assertion"]["name"] == ("proximity" if form == "cose" else "logged")
    assert claims["pinned_domain_cert"]["size"] == len(PINNED)
    assert claims["pinned_domain_cert"]["subject"] == "CN=Root"
    assert claims["domain_cert_revocation_checks"] is (form != "cose")
    json.dumps(claims, allow_nan=False)


def test_a_voucher_without_tag_or_with_whole_numbers_or_with_names_is_read():
    whole = {
        cbor2.CBORTag(47, 2451): {cbor2.CBORTag(47, 2462): SERIAL, cbor2.CBORTag(47, 2459): PINNED, 7: NONCE}
    }
    names = {"ietf-voucher:voucher": {"serial-number": SERIAL, "pinned-domain-cert": PINNED, "nonce": NONCE}}
    for document in (whole, names):
        artefact = read(in_cose(document))
        assert (artefact.authenticity, ids(artefact)) == ("authenticated", set())
        assert artefact.claims["serial_number"] == SERIAL
    artefact = read(in_cose(constrained(), tag=False))
    assert (artefact.kind, ids(artefact)) == ("brski-voucher", {"cose-untagged"})


def test_all_leaves_are_claims_and_what_is_unknown_is_kept():
    more = {
        "idevid_issuer": base64.b64encode(b"issuer").decode(),
        "expires_on": "2027-01-01T00:00:00Z",
        "last_renewal_date": "2030-01-01T00:00:00Z",
        "est_domain": "https://est.example",
        "pinned_domain_pubk_sha256": base64.urlsafe_b64encode(b"\xfb" * 32).decode().rstrip("="),
    }
    artefact = read(in_cms(voucher(hello=[1], extensions=["a"], top={"x": 1}, **more)))
    assert artefact.problems == ()
    assert artefact.claims["idevid_issuer"] == b"issuer".hex()
    assert artefact.claims["pinned_domain_pubk_sha256"] == "fb" * 32
    assert artefact.claims["est_domain"] == "https://est.example"
    assert artefact.claims["other"] == {"hello": [1], "extensions": ["a"], "x": 1}
    numbered = in_cose({2451: constrained()[2451] | {99: 1, 15: [1], "a": b"b", cbor2.CBORTag(1, 1): 2}})
    assert read(numbered).claims["other"].keys() >= {"99", "extensions", "a"}


def test_a_key_may_be_pinned_in_place_of_a_certificate():
    artefact = read(in_cose(constrained(_8=None, _9=b"spki")))
    assert artefact.problems == ()
    assert "trust-anchor.transfer" not in {s.property for s in artefact.shown}


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drop", "changes", "expected"),
    [
        (("serial-number",), {}, {"voucher-malformed"}),
        (("pinned-domain-cert",), {}, {"voucher-malformed"}),
        ((), {"serial_number": ""}, {"voucher-malformed"}),
        ((), {"pinned_domain_cert": "AAAA"}, {"voucher-malformed"}),
        ((), {"serial_number": 5}, {"voucher-malformed"}),
        ((), {"assertion": "believed"}, {"voucher-malformed"}),
        ((), {"assertion": 4}, {"voucher-malformed"}),
        ((), {"assertion": True}, {"voucher-malformed"}),
        ((), {"created_on": "yesterday"}, {"voucher-malformed"}),
        ((), {"created_on": "2026-02-30T00:00:00Z"}, {"voucher-malformed"}),
        ((), {"expires_on": 1}, {"voucher-malformed"}),
        ((), {"nonce": "AAAA"}, {"voucher-malformed", "voucher-without-nonce"}),
        ((), {"nonce": base64.b64encode(bytes(33)).decode()}, {"voucher-malformed", "voucher-without-nonce"}),
        ((), {"nonce": "?"}, {"voucher-malformed", "voucher-without-nonce"}),
        ((), {"idevid_issuer": 1}, {"voucher-malformed"}),
        ((), {"idevid_issuer": ""}, {"voucher-malformed"}),
        ((), {"domain_cert_revocation_checks": "no"}, {"voucher-malformed"}),
        (("nonce",), {}, {"voucher-without-nonce"}),
        (("nonce",), {"expires_on": "2026-12-01T00:00:00Z"}, {"voucher-without-nonce"}),
        ((), {"expires_on": "2026-11-01T11:59:59Z"}, {"voucher-expired"}),
        ((), {"created_on": "2026-11-01T12:00:01Z"}, {"voucher-not-yet-valid"}),
        (("created-on", "assertion"), {}, set()),
        ((), {"expires_on": "2026-11-01T14:00:00+02:00"}, set()),
        ((), {"created_on": "2026-11-01T12:00:00.9Z"}, set()),
    ],
)
def test_each_fault_is_reported_alone(drop, changes, expected):
    artefact = read(in_cms(voucher(drop, **changes)))
    assert ids(artefact) == expected
    assert artefact.wellformed is ("voucher-malformed" not in expected)
    assert artefact.authenticity == "authenticated"
    assert bool(artefact.shown) is artefact.wellformed


def test_a_day_is_judged_from_start_to_end():
    start = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
    day = AsOf(start, start + datetime.timedelta(days=1, microseconds=-1))
    data = in_cms(voucher(created_on="2026-11-01T20:00:00Z", expires_on="2026-11-01T02:00:00Z"))
    assert ids(read(data, as_of=day)) == set()


def test_a_voucher_that_is_none_inside_is_malformed():
    for content in (
        b'{"ietf-voucher:voucher": 1}',
        b'{"ietf-voucher:voucher": {}, "a": 1',
        b'{"ietf-voucher:voucher":{}}',
    ):
        artefact = read(in_cms(content))
        assert (artefact.kind, artefact.wellformed) == ("brski-voucher", False)
        assert ids(artefact) >= {"voucher-malformed"}
        assert artefact.shown == ()


def test_a_leaf_by_its_name_and_by_its_number_is_malformed():
    artefact = read(in_cose({2451: constrained()[2451] | {"serial-number": "another"}}))
    assert ids(artefact) == {"voucher-malformed"}
    assert artefact.shown == ()


@pytest.mark.parametrize(
    "second",
    [
        {"ietf-voucher:voucher": {"serial-number": "another"}},
        {"ietf-voucher-request:voucher": {"serial-number": "another"}},
        {2501: {13: "another"}},
    ],
)
def test_two_vouchers_in_one_signed_object_are_malformed_and_show_nothing(second):
    for document in ({**constrained(), **second}, {**second, **constrained()}):
        artefact = read(in_cose(document))
        assert (artefact.wellformed, artefact.authenticity) == (False, "authenticated")
        assert "voucher-malformed" in ids(artefact)
        assert "voucher" in {found.at for found in artefact.problems}
        assert artefact.shown == ()


def test_a_voucher_and_a_request_in_one_json_object_are_malformed():
    both = json.dumps({"ietf-voucher:voucher": leaves(), "ietf-voucher-request:voucher": leaves()}).encode()
    for data in (in_cms(both), in_jws(both)):
        artefact = read(data)
        assert (artefact.wellformed, ids(artefact)) == (False, {"voucher-malformed"})
        assert artefact.shown == ()
        assert "ietf-voucher-request:voucher" in artefact.claims["other"]


def test_a_serial_number_longer_than_any_names_no_device():
    artefact = read(in_cms(voucher(serial_number="1" * 300)))
    assert "device.serial" not in {s.property for s in artefact.shown}


# --- requests -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        in_cms(voucher(name="ietf-voucher-request:voucher", drop=("pinned-domain-cert", "nonce"))),
        in_cms(voucher(name="ietf-voucher-request:voucher", created_on="2030-01-01T00:00:00Z")),
        in_cose({2501: {1: 2, 2: "2026-10-31T12:00:00Z", 7: NONCE, 13: SERIAL, 10: b"cert"}}),
        in_jws(voucher(name="ietf-voucher-request:voucher")),
    ],
)
def test_a_request_is_said_to_be_one_and_shows_nothing(data):
    artefact = read(data)
    assert (artefact.kind, artefact.authenticity, artefact.wellformed) == (
        "brski-voucher",
        "authenticated",
        True,
    )
    assert artefact.claims["type"] == "voucher-request"
    assert artefact.claims["serial_number"] == SERIAL
    assert artefact.claims["not_evaluated"]
    assert artefact.shown == ()
    assert artefact.problems == ()


# --- signatures ---------------------------------------------------------------------------------


def test_a_voucher_of_somebody_elses_key_is_not_authenticated():
    assert read(in_cms(voucher(), BOB)).authenticity == "failed"
    assert read(in_jws(voucher(), jws_row(voucher(), BOB))).authenticity == "failed"
    assert read(in_cose(constrained(), BOB)).authenticity == "failed"
    other = named(ALICE, "other", purpose="update")
    assert read(in_jws(voucher()), other).authenticity == "unverified"
    assert read(in_cms(voucher()), other).authenticity == "intact"


DEVICES_CA = x509_builder.certificate(
    x509_builder.name("Devices CA"),
    x509_builder.ROOT,
    x509_builder.name("Devices CA"),
    x509_builder.ROOT,
    ca=True,
)
IDEVID = x509_builder.certificate(
    x509_builder.name("Device", serial=SERIAL),
    ALICE,
    DEVICES_CA.subject,
    x509_builder.ROOT,
    until=x509_builder.FOREVER,
)
OFFICE = x509_builder.certificate(
    x509_builder.name("MASA"), ALICE, DEVICES_CA.subject, x509_builder.ROOT, serial=8
)
BY_CERTIFICATE = {
    "cms": lambda chain: build.signed(voucher(), ALICE, chain, content_type=build.VOUCHER_JSON),
    "jws": lambda chain: in_jws(voucher(), jws_row(voucher(), header={"x5c": x5c(chain)})),
    "cose": lambda chain: in_cose(constrained(), protected={1: -7, 33: [to_der(link) for link in chain]}),
}


def to_der(link):
    return link.public_bytes(Encoding.DER)


def x5c(chain):
    return [base64.b64encode(to_der(link)).decode() for link in chain]


def read_by_certificate(data):
    anchors = [name_anchor("maker", DEVICES_CA, "user", "identity")]
    return read_any(data, context(store=TrustStore([], certificates=anchors)))


@pytest.mark.parametrize("form", BY_CERTIFICATE)
def test_a_voucher_that_a_device_signed_is_at_most_intact(form):
    """The authority of devices is named for identities, too; yet no device gives away devices."""
    artefact = read_by_certificate(BY_CERTIFICATE[form]([IDEVID, DEVICES_CA]))
    assert artefact.authenticity == "intact"
    (found,) = artefact.problems
    assert (found.id, found.severity, found.at) == ("x509-key-usage", "error", "signature")
    assert "MASA" in found.message


@pytest.mark.parametrize("form", BY_CERTIFICATE)
def test_a_voucher_that_the_makers_authority_signed_stays_authenticated(form):
    artefact = read_by_certificate(BY_CERTIFICATE[form]([OFFICE, DEVICES_CA]))
    assert (artefact.authenticity, artefact.problems) == ("authenticated", ())


def test_a_devices_certificate_behind_another_like_it_is_found_as_well():
    office = x509_builder.certificate(x509_builder.name("MASA"), BOB, DEVICES_CA.subject, x509_builder.ROOT)
    assert office.serial_number == IDEVID.serial_number
    info = build.signer(ALICE, build.by_serial(IDEVID), voucher(), content_type=build.VOUCHER_JSON)
    carried = [office, IDEVID, DEVICES_CA]
    artefact = read_by_certificate(build.message(voucher(), [info], carried, content_type=build.VOUCHER_JSON))
    assert artefact.authenticity == "intact"
    assert ids(artefact) == {"x509-key-usage"}


def test_a_changed_voucher_fails():
    changed = in_cms(voucher()).replace(SERIAL.encode(), SERIAL[::-1].encode())
    assert ids(read(changed)) == {"cose-bad-signature"}
    assert not any(s.covered for s in read(changed).shown)
    row = jws_row(voucher())
    moved = in_jws(voucher(serial_number="another"), row)
    assert read(moved).authenticity == "failed"


def test_a_voucher_that_nobody_signed_is_unsigned():
    artefact = read(voucher())
    assert (artefact.kind, artefact.authenticity, ids(artefact)) == (
        "brski-voucher",
        "unsigned",
        {"cose-unsigned"},
    )
    assert not any(s.covered for s in artefact.shown)
    none = in_jws(voucher(), {"protected": b64(b'{"alg":"none"}'), "signature": ""})
    assert (read(none).authenticity, ids(read(none))) == ("unsigned", {"cose-unsigned"})
    assert read(none).problems[0].severity == "error"
    both = read(in_jws(voucher(), jws_row(voucher()), {"protected": b64(b'{"alg":"none"}'), "signature": ""}))
    assert [(p.id, p.severity, p.at) for p in both.problems] == [("cose-unsigned", "error", "signature[1]")]
    assert read(build.message(voucher(), [], CHAIN)).authenticity == "unsigned"


def test_every_signature_of_a_jws_is_checked():
    content = voucher()
    carried = jws_row(content, BOB, {"jwk": jwk(BOB)})
    artefact = read(in_jws(content, jws_row(content), carried))
    assert [s.status for s in artefact.signatures] == ["verified", "verified"]
    assert artefact.authenticity == "authenticated"
    assert {p.at for p in artefact.problems} == {"signature[1]"}
    for bad in (jws_row(content, spoil=True), jws_row(content, BOB)):
        artefact = read(in_jws(content, jws_row(content), bad))
        assert artefact.authenticity == "failed"
    alone = read(in_jws(content, carried), named(SECRET, "secret", purpose="identity"))
    assert alone.authenticity == "intact"


def test_a_flattened_jws_is_read():
    flat = {"payload": b64(voucher()), **jws_row(voucher())}
    assert read(json.dumps(flat).encode()).authenticity == "authenticated"


def test_white_space_around_a_jws_is_no_part_of_it():
    assert read(b"\n" + in_jws(voucher()) + b"\n").authenticity == "authenticated"


@pytest.mark.parametrize(
    "signatures",
    [
        [],
        {},
        [1],
        [{}],
        [{"protected": "e30", "signature": 1}],
        [{"protected": "e30.e30", "signature": "AAAA"}],
        [{"protected": "####", "signature": "AAAA"}],
        [jws_row(voucher())] * (MAX_SIGNATURES + 1),
    ],
)
def test_a_jws_of_another_form_is_malformed(signatures):
    data = json.dumps({"payload": b64(voucher()), "signatures": signatures}).encode()
    artefact = read(data)
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == (
        "brski-voucher",
        False,
        {"voucher-malformed"},
    )


def test_a_detached_voucher_is_malformed():
    parts = [cbor2.dumps({1: -7}), {}, None, bytes(64)]
    detached = read_any(cbor2.dumps(cbor2.CBORTag(18, parts)), context(MASA), kind="brski-voucher")
    assert ids(detached) == {"voucher-malformed"}
    alone = read_any(in_cms(voucher(), detached=True), context(MASA), kind="brski-voucher")
    assert ids(alone) == {"cms-content-missing"}


@pytest.mark.parametrize("data", [b"{", b"[]", b"{}", b"a.b.c", b"\x80", in_cose({1: 2}), in_cms(b"[1]")])
def test_what_is_no_voucher_is_refused_where_somebody_says_that_it_is_one(data):
    artefact = read_any(data, context(MASA), kind="brski-voucher")
    assert not artefact.wellformed
    assert artefact.shown == ()


# --- sniffing and hostile -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"payload": 1, "signatures": []}',
        b'{"payload": "e30", "signatures": []}',
        b'{"payload": "####", "signatures": []}',
        b'{"payload": "e30"}',
        b"e30.e30.AAAA",
        b"a.b.c",
        in_cms(b'{"ietf-mud:mud": {}}'),
        in_cms(b"ietf-voucher:voucher"),
        in_cose({1: 2}),
        cbor2.dumps([1, 2, 3, 4]),
        cbor2.dumps({2451: {}}),
    ],
)
def test_what_is_no_voucher_is_not_taken_for_one(data):
    assert not brski.is_voucher(Peek(data))


def test_damaged_ones_are_taken_for_vouchers_where_they_say_so():
    assert read(in_cms(voucher())[:-1]).kind == "brski-voucher"
    assert read(in_cms(voucher()[:-1])).kind == "brski-voucher"


SMALL = in_cms(voucher(drop=("pinned-domain-cert",), pinned_domain_pubk="AAAA"))


@pytest.mark.parametrize("data", [SMALL, in_jws(voucher()), in_cose(constrained(_8=None, _9=b"x"))])
def test_truncated_and_flipped_bytes_never_leave_other_statements_authenticated(data):
    good = read(data)
    assert good.authenticity == "authenticated"
    for size in range(len(data)):
        assert read(data[:size]).authenticity != "authenticated"
    for index in range(len(data)):
        damaged = bytearray(data)
        damaged[index] ^= 1 << index % 8
        artefact = read(bytes(damaged))
        if artefact.authenticity == "authenticated":
            assert artefact.shown == good.shown


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2600) | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.integers(0, 20) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=tries(150), deadline=None)
@given(st.sampled_from([2451, 2501, "ietf-voucher:voucher"]), VALUES)
def test_any_value_in_the_place_of_a_voucher_is_read(key, value):
    artefact = read(in_cose({key: value}))
    assert isinstance(artefact, Artefact)
    json.dumps(artefact.claims, allow_nan=False)


@settings(max_examples=tries(100), deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_an_artefact(noise):
    for data in (noise, in_cose(noise), in_cms(noise), b'{"ietf-voucher:voucher":' + noise):
        assert not read(data).shown
