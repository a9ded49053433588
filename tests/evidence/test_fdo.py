"""Ownership vouchers: who vouches for one, what it shows, and each single thing that breaks it."""

from __future__ import annotations

import json

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import fdo, fdo_layout, published_keys
from iotassess.evidence.context import Context
from iotassess.evidence.fdo import decode
from iotassess.evidence.fdo_layout import looks_like_voucher
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_bytes
from iotassess.model.claim import PRODUCT, Subject
from iotassess.model.problems import PROBLEMS
from tests.evidence import fdo_builder as build
from tests.evidence import x509_builder
from tests.evidence.fdo_builder import LARGE, MAKER, OWNER, SHOP, Voucher
from tests.evidence.signing import AS_OF, DAY, NOON

RSA = rsa.generate_private_key(65537, 2048)


def read(voucher, *anchors, **more):
    data = voucher if isinstance(voucher, bytes) else voucher.build()
    return read_bytes(data, Context("file", x509_builder.store(*anchors, **more), AS_OF))


def ids(artefact):
    return [found.id for found in artefact.problems]


def statuses(artefact):
    return [signature.status for signature in artefact.signatures]


# --- who vouches for it -------------------------------------------------------------------------


def test_the_manufacturers_key_authenticates_a_voucher():
    artefact = read(Voucher(), MAKER)
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "fdo-voucher",
        True,
        "authenticated",
    )
    assert (ids(artefact), statuses(artefact)) == ([], ["verified", "verified"])
    assert {(s.type, s.alg, s.key, s.anchor_source, s.anchor_purpose) for s in artefact.signatures} == {
        ("COSE_Sign1", "ES256", "anchor", "user", "identity")
    }
    assert [s.thumbprint for s in artefact.signatures] == [x509_builder.spki(MAKER), x509_builder.spki(SHOP)]
    assert artefact.media_type == "application/x-fdo-voucher"
    json.dumps(artefact.claims, allow_nan=False)


@pytest.mark.parametrize(
    "voucher",
    [
        Voucher(encoding=3),
        Voucher(alg=-43),
        Voucher(version=100, header_version=100),
        Voucher(chain=None),
        Voucher(chain=build.CHAIN[0], chain_hash=build.digest(build.CHAIN[0])),
        Voucher(edits={(0, "extra"): cbor2.dumps({1: b"x"}), (1, "extra"): {}}),
        Voucher(maker=LARGE, owners=(LARGE,)),
    ],
)
def test_every_form_of_a_voucher_is_read(voucher):
    artefact = read(voucher, voucher.maker)
    assert (artefact.authenticity, ids(artefact)) == ("authenticated", [])


def test_a_voucher_in_armour_is_the_same():
    artefact = read(build.armour(Voucher().build()), MAKER)
    assert (artefact.authenticity, artefact.claims["armoured"]) == ("authenticated", True)


def test_the_chain_of_the_manufacturers_key_may_build_to_an_anchor():
    maker = x509_builder.certificate(
        x509_builder.name("Maker"), MAKER, x509_builder.name("Root"), x509_builder.ROOT
    )
    key = build.public_key(MAKER, 2, [x509_builder.der(maker)])
    voucher = Voucher(maker_key=key)
    artefact = read(voucher, x509_builder.root())
    assert (artefact.authenticity, ids(artefact)) == ("authenticated", [])
    assert read(voucher).authenticity == "intact"
    assert artefact.claims["header"]["public_key"]["certificates"][0]["subject"] == "CN=Maker"


def test_the_certificate_of_a_device_makes_nobody_a_manufacturer():
    device = x509_builder.device(key=MAKER)
    key = build.public_key(MAKER, 2, [x509_builder.der(device), x509_builder.der(x509_builder.middle())])
    assert read(Voucher(maker_key=key), x509_builder.root()).authenticity == "intact"


def test_without_the_manufacturers_key_a_voucher_is_intact_at_most():
    artefact = read(Voucher())
    assert (artefact.authenticity, ids(artefact)) == ("intact", ["cose-self-asserted-key"])
    assert {s.anchor_source for s in artefact.signatures} == {"artefact"}
    assert read(Voucher(), OWNER).authenticity == "intact"
    assert read(Voucher(), MAKER, purpose="update").authenticity == "intact"
    assert read(Voucher(), MAKER, source="profile").authenticity == "intact"


def test_a_devices_certificate_does_not_vouch_for_a_voucher():
    forged = Voucher(maker=OWNER, owners=(SHOP,))
    assert read(forged, x509_builder.root()).authenticity == "intact"


def test_without_an_entry_nobody_can_believe_anything():
    artefact = read(Voucher(owners=()), MAKER)
    assert (artefact.authenticity, ids(artefact), artefact.signatures) == ("unsigned", ["cose-unsigned"], ())
    assert artefact.shown
    assert not any(statement.covered for statement in artefact.shown)


def test_a_key_that_cannot_be_used_leaves_it_unverified():
    artefact = read(Voucher(maker_key=[10, 0, b"crypto"], chain=None), MAKER)
    assert (artefact.authenticity, statuses(artefact)) == ("unverified", ["unsupported-alg", "verified"])
    assert ids(artefact) == ["fdo-entry-invalid"]
    assert [s.anchor_source for s in artefact.signatures] == [None, None]


def test_an_entry_without_algorithm_is_never_verified():
    for index in range(2):
        voucher = Voucher(edits={(index, "headers"): {"protected": {}}})
        artefact = read(voucher, MAKER)
        assert artefact.authenticity == "unverified"
        assert {"cose-alg-missing", "fdo-entry-invalid"} <= set(ids(artefact))


def test_remarks_on_an_entry_are_made_once():
    voucher = Voucher(edits={(index, "headers"): {"unprotected": {4: b"k"}} for index in range(2)})
    assert read(voucher, MAKER).signatures[0].kid == b"k".hex()


def test_a_published_owner_is_called_out(monkeypatch):
    for key in (MAKER, SHOP, OWNER):
        with monkeypatch.context() as patch:
            patch.setitem(published_keys._PUBLIC, x509_builder.spki(key), "somebody's (in a repository)")
            artefact = read(Voucher(), MAKER) if key is not MAKER else read(Voucher())
            assert "cose-test-key" in ids(artefact)
            assert {s.test_key for s in artefact.signatures} == {"published"}


# --- what breaks it -----------------------------------------------------------------------------


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize(
    "edit",
    [
        {"previous": build.digest(b"another")},
        {"previous": [-44, b"x" * 64]},
        {"info": build.digest(b"another")},
        {"signer": OWNER},
    ],
    ids=["previous", "unknown-hash", "header-info", "signer"],
)
def test_an_entry_that_does_not_follow_fails_the_voucher(index, edit):
    if "signer" in edit and index == 1:
        edit = {"signer": MAKER}
    artefact = read(Voucher(edits={(index, key): value for key, value in edit.items()}), MAKER)
    assert (artefact.authenticity, ids(artefact)[0]) == ("failed", "fdo-entry-invalid")
    assert artefact.problems[0].at.startswith(f"entries[{index}]")


def test_a_header_that_the_first_entry_does_not_cover_shows_nothing_covered():
    artefact = read(Voucher(edits={(0, "previous"): build.digest(b"x")}), MAKER)
    assert not any(statement.covered for statement in artefact.shown)


def test_an_exchanged_device_fails_the_voucher():
    artefact = read(Voucher(chain_hash=build.digest(b"another")), MAKER)
    assert (artefact.authenticity, ids(artefact)) == ("failed", ["fdo-chain-mismatch"])
    covered = {statement.property: statement.covered for statement in artefact.shown}
    assert covered["identity.enrolment.protocols"]
    assert not covered["device.identity-key"]


@pytest.mark.parametrize("more", [{"chain": None, "chain_hash": build.digest(b"")}, {"chain_hash": None}])
def test_a_chain_without_its_digest_or_the_other_way_round_does_not_match(more):
    artefact = read(Voucher(**more), MAKER)
    assert (artefact.authenticity, "fdo-chain-mismatch" in ids(artefact)) == ("failed", True)
    assert artefact.claims["device_certificate_chain_matches"] is False


def test_an_entry_taken_from_another_voucher_does_not_pass():
    other = Voucher(guid=bytes(16)).parts()
    parts = Voucher().parts()
    parts[4] = other[4]
    assert read(cbor2.dumps(parts), MAKER).authenticity == "failed"
    parts[4] = Voucher().parts()[4][1:]
    assert read(cbor2.dumps(parts), MAKER).authenticity == "failed"


@pytest.mark.parametrize("part", [1, 2])
def test_what_the_first_entry_covers_cannot_be_changed(part):
    parts = Voucher().parts()
    parts[part] = Voucher(info="other").header() if part == 1 else [5, b"\x06" * 32]
    assert read(cbor2.dumps(parts), MAKER).authenticity == "failed"


def test_the_device_is_checked_for_itself():
    late = x509_builder.der(x509_builder.device(until=NOON - DAY))
    artefact = read(Voucher(chain=(late,)), MAKER)
    assert ids(artefact) == ["x509-expired"]
    assert artefact.problems[0].at == "device_certificate_chain[0].validity"


# --- what it shows ------------------------------------------------------------------------------


def test_it_shows_that_devices_are_enrolled_one_by_one():
    artefact = read(Voucher(), MAKER)
    assert [(s.subject, s.property, s.value) for s in artefact.shown] == [
        (PRODUCT, "identity.enrolment.protocols", "fdo"),
        (PRODUCT, "identity.enrolment.per-device", True),
        (PRODUCT, "trust-anchor.transfer", "fdo"),
        (
            Subject("device", "SN-0001", "serial"),
            "device.identity-key",
            x509_builder.spki(x509_builder.DEVICE),
        ),
        (Subject("device", "SN-0001", "serial"), "device.certificate-expires", "2027-11-01"),
    ]
    assert all(statement.covered for statement in artefact.shown)
    assert read(Voucher(chain=None), MAKER).shown[-1].property == "trust-anchor.transfer"


def test_a_device_without_serial_number_or_end_is_known_by_its_key():
    device = x509_builder.device(serial=(), until=x509_builder.FOREVER)
    artefact = read(Voucher(chain=(x509_builder.der(device),)), MAKER)
    key = x509_builder.spki(x509_builder.DEVICE)
    assert artefact.shown[-1][:3] == (Subject("device", key, "identity-key"), "device.identity-key", key)


def test_claims_say_what_a_voucher_says():
    claims = read(Voucher(), MAKER).claims
    assert claims["header"]["guid"] == build.GUID.hex()
    assert claims["header"]["device_info"] == build.INFO
    assert claims["header"]["public_key"]["type"] == {"value": 10, "name": "SECP256R1"}
    assert claims["header"]["public_key"]["encoding"] == {"value": 1, "name": "X509"}
    assert claims["header"]["rendezvous_info"] == [
        {
            "dns": "rv.example",
            "ip_address": "192.0.2.1",
            "dev_port": 443,
            "protocol": {"value": 2, "name": "https"},
            "wifi_pw": {"withheld": "a password", "size": 6},
            "bypass": True,
        }
    ]
    assert claims["hmac"]["alg"] == {"value": 5, "name": "HMAC 256/256"}
    assert [row["previous_hash"]["alg"]["name"] for row in claims["entries"]] == ["SHA-256", "SHA-256"]
    assert any("only the device" in row for row in claims["not_evaluated"])


def test_rendezvous_instructions_of_no_known_form_are_kept():
    odd = [7, [[99, b"\xff"], [5, 5], 8, [12, cbor2.dumps(99)], [2, cbor2.dumps(b"x")], [10, 5], [-1]]]
    claims = read(Voucher(rendezvous=odd), MAKER).claims
    first, second = claims["header"]["rendezvous_info"]
    assert first == 7
    assert second == {
        "99": "ff",
        "dns": 5,
        "other": 8,
        "protocol": 99,
        "ip_address": "78",
        "wifi_pw": {"withheld": "a password", "size": None},
        "-1": True,
    }


# --- malformed ----------------------------------------------------------------------------------


def broken(index, value):
    parts = Voucher().parts()
    parts[index] = value
    return cbor2.dumps(parts)


TWO_KEYS = build.spki(MAKER)


@pytest.mark.parametrize(
    "data",
    [
        cbor2.dumps(Voucher().parts()[:4]),
        broken(0, 200),
        broken(0, "101"),
        broken(0, 100),
        broken(1, "header"),
        broken(1, b"\xff"),
        broken(1, cbor2.dumps([101])),
        broken(2, [5]),
        broken(2, [5, "x"]),
        broken(3, []),
        broken(3, [5]),
        broken(3, [b"no certificate"]),
        broken(4, {}),
        broken(4, [5]),
        broken(4, [build.sign1(MAKER, b"\x80", tag=98)]),
        broken(4, [cbor2.CBORTag(18, [b"", {}, None, b""])]),
        broken(1, cbor2.dumps(["101", build.GUID, [], "", [], None])),
        Voucher(guid=b"short").build(),
        Voucher(guid="text", owners=()).build(),
        Voucher(info=5, owners=()).build(),
        Voucher(rendezvous={}).build(),
        Voucher(header_version="x").build(),
        Voucher(maker_key=[10, 1]).build(),
        Voucher(maker_key=[10, 1, b"junk"]).build(),
        Voucher(maker_key=[10, 1, "text"]).build(),
        Voucher(maker_key=[10, 2, []]).build(),
        Voucher(maker_key=[10, 2, None]).build(),
        Voucher(maker_key=[10, 3, {}]).build(),
        Voucher(maker_key=[10, 3, b"x"]).build(),
        Voucher(maker_key=[10, 3, {1: 4, -1: b"s" * 32}]).build(),
        Voucher(maker_key=[11, 1, build.spki(MAKER)]).build(),
        Voucher(maker_key=[5, 1, build.spki(MAKER)]).build(),
        Voucher(edits={(0, "payload"): b"\x80"}).build(),
        Voucher(edits={(0, "payload"): b"\xff"}).build(),
        Voucher(edits={(0, "extra"): 5}).build(),
        Voucher(edits={(0, "extra"): b"\xff"}).build(),
        Voucher(edits={(1, "entry"): cbor2.CBORTag(18, [b"", {}, None, b""])}).build(),
    ],
)
def test_what_the_cddl_forbids_is_malformed(data):
    context = Context("file", x509_builder.store(MAKER), AS_OF)
    artefact = read_bytes(data, context, kind="fdo-voucher")
    assert (artefact.kind, artefact.wellformed) == ("fdo-voucher", False)
    assert ids(artefact) in (["fdo-malformed"], ["cbor-malformed"])


@pytest.mark.parametrize("kind", [0, 2, 90, 99, -1])
@pytest.mark.parametrize("encoding", [0, 1])
def test_a_key_type_that_nobody_assigned_is_malformed(kind, encoding):
    artefact = read(Voucher(maker_key=[kind, encoding, build.spki(MAKER)]), MAKER)
    assert (ids(artefact), artefact.authenticity) == (["fdo-malformed"], "unverified")
    assert artefact.problems[0].at == "header.public_key"


@pytest.mark.parametrize("hmac", [[5, b""], [5, bytes(31)], [6, bytes(32)], [-16, bytes(32)], [99, b"x"]])
def test_an_hmac_that_is_none_is_malformed(hmac):
    artefact = read(broken(2, hmac), MAKER)
    assert (ids(artefact), artefact.problems[0].at) == (["fdo-malformed"], "hmac")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_digest_of_another_length_than_its_type_has_is_malformed(size):
    artefact = read(Voucher(chain_hash=[-16, bytes(size)]), MAKER)
    assert ids(artefact) == ["fdo-malformed"]


def test_too_much_is_refused(monkeypatch):
    many = Voucher().parts()
    many[4] = many[4] * 40
    assert ids(read(cbor2.dumps(many))) == ["artefact-too-large"]
    assert ids(read(broken(3, [build.CHAIN[0]] * 11))) == ["artefact-too-large"]
    monkeypatch.setattr(fdo_layout, "MAX_VOUCHER_BYTES", 100)
    assert ids(read(Voucher())) == ["artefact-too-large"]


@pytest.mark.parametrize("edit", [(b"-----END", b"-----XXX"), (b"\n", b"\n!")])
def test_broken_armour_is_malformed(edit):
    artefact = read(build.armour(Voucher().build()).replace(*edit, 2))
    assert (artefact.kind, ids(artefact)) == ("fdo-voucher", ["fdo-malformed"])


def test_rsa_manufacturers_are_read():
    voucher = Voucher(maker_key=[1, 1, build.spki(RSA)], owners=())
    assert read(voucher).claims["header"]["public_key"]["type"]["name"] == "RSA2048RESTR"
    assert read(Voucher(maker_key=[5, 1, build.spki(RSA)], owners=())).wellformed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x85",
        cbor2.dumps([b"x", {}, b"", b"", []]),
        cbor2.dumps([1, 2, 3, 4, 5]),
        b"-----BEGIN CERTIFICATE-----",
    ],
)
def test_what_is_no_voucher_is_not_taken_for_one(data):
    assert not looks_like_voucher(Peek(data))


def test_every_beginning_and_every_changed_bit_ends_in_a_result():
    data = Voucher().build()
    context = Context("file", x509_builder.store(MAKER), AS_OF)
    for size in range(0, len(data), 3):
        assert read_bytes(data[:size], context).authenticity != "authenticated"
    for index in range(len(data)):
        changed = bytearray(data)
        changed[index] ^= 1 << index % 8
        artefact = read_bytes(bytes(changed), context)
        assert artefact.authenticity != "authenticated", index
        json.dumps(artefact.claims, allow_nan=False)


@given(
    st.binary(max_size=120),
    st.sampled_from([b"", b"\x85\x18\x65\x58", b"-----BEGIN OWNERSHIP VOUCHER-----\n"]),
)
def test_any_bytes_end_in_a_result(data, start):
    peek = Peek(start + data)
    looks_like_voucher(peek)
    try:
        artefact = decode(peek, Context("file", x509_builder.store(MAKER), AS_OF))
    except MalformedArtefact as fault:
        if fault.problem not in PROBLEMS:
            raise
        return
    assert artefact.authenticity != "authenticated"


SCALARS = st.none() | st.integers(-50, 200) | st.binary(max_size=40) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.integers(-5, 5), inner, max_size=3),
    max_leaves=8,
)


@given(st.integers(0, 4), VALUES)
def test_any_part_of_a_voucher_ends_in_a_result(index, value):
    artefact = read(broken(index, value), MAKER)
    assert artefact.kind in ("fdo-voucher", None)
    assert artefact.authenticity != "authenticated" or value is None or index == 3


def test_the_decoder_knows_its_chain():
    assert fdo.CHAIN in read(Voucher(), MAKER).shown[-1].path
    assert ec.SECP256R1.name == MAKER.curve.name
