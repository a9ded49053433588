"""Certificates and chains: what builds, what it shows, and each single thing that is wrong with one."""

from __future__ import annotations

import datetime
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier

from iotassess.codec import keys
from iotassess.evidence import published_keys, x5chain, x509_bundle, x509_paths
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_bytes
from iotassess.evidence.x509_begin import is_certificate
from iotassess.model.claim import PRODUCT, Subject
from tests.evidence import x509_builder as build
from tests.evidence.signing import AS_OF, DAY, NOON
from tests.evidence.x509_builder import (
    AK,
    CLIENT,
    CODE,
    DEVICE,
    EDDY,
    FOREVER,
    MIDDLE,
    OTHER,
    ROOT,
    SERIAL,
    certificate,
    device,
    eku,
    ids,
    middle,
    name,
    pem,
    read,
    root,
    shown,
    spki,
)

CHAIN = [device(), middle(), root()]
MUD = "https://mud.example/a.json"
SHORT = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the fault
RSA_2048 = rsa.generate_private_key(65537, 2048)


def statuses(artefact):
    return [signature.status for signature in artefact.signatures]


# --- what builds --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chain",
    [
        CHAIN,
        CHAIN[:2],
        CHAIN[::-1],
        [CHAIN[1], CHAIN[0]],
        [CHAIN[2], CHAIN[0], CHAIN[1], CHAIN[0]],
        [device(identifiers=False), middle(identifiers=False)],
    ],
    ids=["whole", "without-root", "root-first", "middle-first", "leaf-twice", "no-identifiers"],
)
def test_a_chain_builds_in_any_order(chain):
    artefact = read(chain, root())
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "x509-chain",
        True,
        "authenticated",
    )
    assert ids(artefact) == []
    assert {s.status for s in artefact.signatures} == {"verified"}
    assert {(s.type, s.key, s.anchor_source, s.anchor_purpose) for s in artefact.signatures} == {
        ("X.509", "anchor", "user", "identity")
    }
    assert artefact.signatures[0].thumbprint == spki(MIDDLE)
    assert artefact.claims["certificates"][0]["subject"].startswith("2.5.4.5=SN-0001")
    json.dumps(artefact.claims, allow_nan=False)


def test_a_certificate_in_der_builds_to_its_issuer():
    artefact = read(build.der(device()), middle())
    assert (artefact.authenticity, artefact.media_type) == ("authenticated", "application/pkix-cert")
    assert read(pem(device()), middle()).media_type == "application/pem-certificate-chain"


def test_every_certificate_of_the_chain_may_be_the_anchor():
    for anchor in CHAIN:
        artefact = read(CHAIN, anchor)
        assert (artefact.authenticity, ids(artefact)) == ("authenticated", []), anchor.subject


def test_what_lies_above_the_anchor_is_verified_by_the_file_alone():
    artefact = read(CHAIN, middle())
    assert [s.anchor_source for s in artefact.signatures] == ["user", "user", "artefact"]
    assert [s.key for s in artefact.signatures] == ["anchor", "anchor", None]


def test_a_device_certificate_may_itself_be_the_anchor():
    assert read(device(), device()).authenticity == "authenticated"
    own = certificate(name("Device"), DEVICE, name("Device"), DEVICE)
    assert read(own, own).authenticity == "authenticated"


@pytest.mark.parametrize("key", [ROOT, EDDY, RSA_2048], ids=["ES256", "Ed25519", "RS256"])
def test_a_named_key_vouches_for_what_it_signed(key):
    leaf = certificate(name("Device", serial=SERIAL), DEVICE, name("CA"), key)
    artefact = read(leaf, key)
    assert artefact.authenticity == "authenticated"
    assert (artefact.signatures[0].key, artefact.signatures[0].alg in ("ES256", "Ed25519", "RS256")) == (
        "anchor",
        True,
    )
    assert read(leaf, OTHER).authenticity == "unverified"


def test_a_named_key_vouches_for_nothing_past_its_validity():
    artefact = read(device(until=NOON - DAY), MIDDLE)
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["x509-expired"])


def test_a_named_key_on_another_curve_than_the_hash_is_found():
    leaf = certificate(name("Device"), DEVICE, name("CA"), ROOT, hash_=hashes.SHA384())
    artefact = read(leaf, ROOT)
    assert (artefact.authenticity, artefact.signatures[0].alg) == ("authenticated", "ES384")


def test_more_named_keys_than_can_be_tried_are_not():
    others = [ec.derive_private_key(9000 + index, ec.SECP256R1()) for index in range(64)]
    leaf = certificate(name("Device"), DEVICE, name("CA"), ROOT, identifiers=False)
    assert read(leaf, *others, ROOT).authenticity == "unverified"


def test_anchors_that_the_profile_names_give_intact():
    artefact = read(CHAIN, root(), source="profile")
    assert (artefact.authenticity, artefact.signatures[0].anchor_source) == ("intact", "profile")
    assert ids(artefact) == []


def test_anchors_of_another_purpose_do_not_serve():
    artefact = read(CHAIN, root(), purpose="update")
    assert (artefact.authenticity, ids(artefact)) == ("intact", ["x509-untrusted"])
    assert read(CHAIN, root(), purpose=None).authenticity == "authenticated"


def test_a_decoder_is_content_with_bare_keys():
    class Keys:
        def candidates(self, purpose, alg, kid):
            key = keys.from_cryptography(ROOT.public_key())
            secret = keys.from_symmetric(b"a secret of sixteen")
            yield Candidate("nobody's", key, None, None, None)
            yield Candidate("secret", secret, "user", None, None)
            yield Candidate("mine", key, "user", None, None)

    leaf = certificate(name("Device"), DEVICE, name("CA"), ROOT)
    artefact = read_bytes(pem(leaf), Context("file", Keys(), AS_OF))
    assert (artefact.authenticity, artefact.signatures[0].key) == ("authenticated", "mine")


def test_a_cross_certificate_builds_to_either_root():
    new = certificate(name("New"), OTHER, name("New"), OTHER, ca=True)
    cross = certificate(name("Root"), ROOT, name("New"), OTHER, ca=True)
    chain = [device(), middle(), root(), cross, new]
    for anchor in (root(), new, cross):
        artefact = read(chain, anchor)
        assert artefact.authenticity == "authenticated", anchor.subject
        assert artefact.claims["certificates"][0]["convention"] == "ldevid"
    assert read(chain).authenticity == "intact"


def test_an_anchor_vouches_for_no_certificate_beside_it():
    new = certificate(name("New"), OTHER, name("New"), OTHER, ca=True)
    cross = certificate(name("Root"), ROOT, name("New"), OTHER, ca=True)
    artefact = read([device(), middle(), cross], root())
    assert (artefact.authenticity, statuses(artefact)) == (
        "authenticated",
        ["verified", "verified", "no-key"],
    )
    assert artefact.signatures[2].key is None
    forged = certificate(name("Root"), ROOT, name("New"), DEVICE, ca=True)
    assert read([device(), middle(), forged, new], root()).authenticity == "failed"


def test_the_users_root_is_taken_before_the_profiles():
    new = certificate(name("New"), OTHER, name("New"), OTHER, ca=True)
    cross = certificate(name("Root"), ROOT, name("New"), OTHER, ca=True)
    mine = build.name_anchor("mine", new, "user", "identity")
    theirs = build.name_anchor("theirs", root(), "profile", "identity")
    candidates = [Candidate(a.name, a.key, a.source, a.purpose, None) for a in (mine, theirs)]
    store = build.TrustStore(candidates, (theirs, mine))
    artefact = read_bytes(pem(device(), middle(), root(), cross), Context("file", store, AS_OF))
    assert (artefact.authenticity, artefact.signatures[0].key) == ("authenticated", "mine")


def test_an_authority_may_replace_its_key():
    old = certificate(name("CA"), ROOT, name("CA"), ROOT, ca=True)
    new = certificate(name("CA"), OTHER, name("CA"), ROOT, ca=True)
    artefact = read([new, old], old)
    assert (artefact.authenticity, artefact.claims["chain_length"]) == ("authenticated", 2)
    assert read(new).signatures[0].status == "no-key"


# --- what does not build ------------------------------------------------------------------------


def test_without_an_anchor_a_chain_proves_nothing():
    whole, part = read(CHAIN), read(CHAIN[:2])
    assert (whole.authenticity, part.authenticity) == ("intact", "unverified")
    assert ids(whole) == ids(part) == ["x509-untrusted"]
    assert statuses(part) == ["verified", "no-key"]
    assert [s.anchor_source for s in part.signatures] == ["artefact", None]


def test_a_self_signed_certificate_alone_is_intact():
    artefact = read(certificate(name("Device"), DEVICE, name("Device"), DEVICE))
    assert (artefact.authenticity, ids(artefact)) == ("intact", ["x509-untrusted"])
    assert (artefact.signatures[0].anchor_source, artefact.signatures[0].thumbprint) == (
        "artefact",
        spki(DEVICE),
    )


def test_another_issuers_anchor_says_nothing():
    other = certificate(name("Else"), OTHER, name("Else"), OTHER, ca=True)
    artefact = read(CHAIN[:2], other)
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["x509-untrusted"])


def test_an_anchor_of_the_issuers_name_and_another_key_fails_it():
    other = certificate(name("Root"), OTHER, name("Root"), OTHER, ca=True, identifiers=False)
    artefact = read(CHAIN[:2], other)
    assert (artefact.authenticity, ids(artefact)) == ("failed", ["cose-bad-signature"])
    assert statuses(artefact) == ["verified", "bad-signature"]
    both = read(CHAIN[:2], other, root())
    assert both.authenticity == "authenticated"


def test_an_anchor_whose_key_identifier_is_not_the_issuers_is_another_one():
    other = certificate(name("Root"), OTHER, name("Root"), OTHER, ca=True)
    assert read(CHAIN[:2], other).authenticity == "unverified"


def test_a_bad_link_inside_the_file_fails_it():
    wrong = certificate(name("Middle"), OTHER, name("Root"), ROOT, ca=True)
    artefact = read([device(), wrong, root()], root())
    assert (artefact.authenticity, "cose-bad-signature" in ids(artefact)) == ("failed", True)
    assert artefact.signatures[0].status == "bad-signature"


def spoiled(one):
    data = bytearray(build.der(one))
    data[-1] ^= 1
    return x509.load_der_x509_certificate(bytes(data))


@pytest.mark.parametrize("index", range(3))
def test_a_spoiled_signature_anywhere_fails_the_file(index):
    chain = [spoiled(one) if at == index else one for at, one in enumerate(CHAIN)]
    artefact = read(chain, root())
    if index == 2:  # the anchor itself vouches for what is below it, whatever became of its copy
        assert artefact.authenticity in ("authenticated", "failed")
        assert read(chain).authenticity == "failed"
    else:
        assert artefact.authenticity == "failed"


def test_a_spoiled_self_signed_certificate_fails():
    artefact = read(spoiled(root()))
    assert (artefact.authenticity, statuses(artefact)) == ("failed", ["bad-signature"])


def test_two_leaves_are_two_chains_and_said_to_be():
    artefact = read([device(), device(number=8), middle()], root())
    assert (artefact.wellformed, artefact.authenticity) == (False, "unverified")
    assert (ids(artefact), artefact.shown) == (["x509-malformed"], ())
    assert "one leaf" in artefact.problems[0].message
    assert len(artefact.claims["certificates"]) == 3


def test_certificates_in_a_circle_are_no_chain():
    a = certificate(name("A"), ROOT, name("B"), OTHER, ca=True)
    b = certificate(name("B"), OTHER, name("A"), ROOT, ca=True)
    artefact = read([a, b])
    assert (artefact.wellformed, ids(artefact)) == (False, ["x509-malformed"])
    assert "circle" in artefact.problems[0].message


def test_an_issuer_that_is_no_authority_builds_nothing():
    no_ca = certificate(name("Middle"), MIDDLE, name("Root"), ROOT)
    artefact = read([device(), no_ca, root()], root())
    assert (artefact.authenticity, "x509-untrusted" in ids(artefact)) == ("unverified", True)
    assert "no certification authority" in artefact.problems[-1].message


def test_path_lengths_hold():
    short = root(path_length=0)
    artefact = read(CHAIN[:2], short)
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["x509-untrusted"])
    assert read([middle()], short).authenticity == "authenticated"  # the last one is no intermediate


def test_an_extension_that_must_be_understood_forbids_the_chain():
    artefact = read([device((build.unknown("1.2.3.4", b"\x05\x00"), True)), middle()], root())
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["x509-untrusted"])
    assert "certificates[0]: 1.2.3.4" in artefact.claims["not_evaluated"]


def test_an_issuer_for_other_uses_forbids_the_chain():
    artefact = read([device(), middle(eku(CODE))], root())
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["x509-key-usage"])
    assert read([device(eku(CODE)), middle(eku(CODE))], root()).authenticity == "authenticated"
    named = read(device(), ec.derive_private_key(1, ec.SECP256R1()), MIDDLE)
    assert named.authenticity == "authenticated"


# --- one fault each -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaf", "expected", "authenticity"),
    [
        (device(until=NOON - DAY), "x509-expired", "unverified"),
        (device(since=NOON + DAY), "x509-not-yet-valid", "unverified"),
        (device(key=SHORT), "x509-weak-key", "unverified"),
        (device(key=ec.generate_private_key(ec.SECP192R1())), "x509-weak-key", "unverified"),
        (build.by_sha1(device(), MIDDLE), "x509-weak-signature", "unverified"),
        (device(usage=("key_encipherment",)), "x509-key-usage", "unverified"),
        (device(eku("1.3.6.1.5.5.7.3.9")), "x509-key-usage", "unverified"),
        (device(eku("2.23.133.8.1")), "x509-key-usage", "unverified"),
        (device(ca=True), "x509-ca-as-leaf", "unverified"),
        (device(ca=True, serial=(), usage=("key_cert_sign", "digital_signature")), None, "authenticated"),
        (device(until=NOON + 89 * DAY), "x509-ends-soon", "authenticated"),
        (device(until=NOON + 91 * DAY), None, "authenticated"),
        (device(until=FOREVER), None, "authenticated"),
        (device(usage=()), None, "authenticated"),
    ],
)
def test_one_fault_gives_one_problem(leaf, expected, authenticity):
    artefact = read([leaf, middle()], root())
    assert ids(artefact) == ([] if expected is None else [expected])
    assert artefact.authenticity == authenticity
    if expected is not None:
        assert artefact.problems[0].at.startswith("certificates[0]")
        assert artefact.problems[0].offset == 0


def test_problems_name_the_certificate_and_where_it_stands():
    late = middle(until=NOON - DAY)
    data = b"subject=Middle\n" + pem(late, device())
    artefact = read(data, root())
    (found,) = artefact.problems
    assert (found.id, found.at, found.offset) == ("x509-expired", "certificates[1].validity", 15)


def test_an_expired_anchor_is_said_where_the_file_is_in_time():
    artefact = read(CHAIN[:2], root(until=NOON - DAY))
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["x509-expired"])
    assert "anchor" in artefact.problems[0].message


def test_an_authority_that_may_not_sign_certificates_is_called_out():
    artefact = read([device(), middle(usage=("digital_signature",))], root())
    assert ids(artefact) == ["x509-key-usage"]
    assert artefact.problems[0].at == "certificates[1].key_usage"


def test_the_own_signature_of_a_named_root_does_not_matter():
    weak = build.by_sha1(root(), ROOT)
    assert (ids(read([*CHAIN[:2], weak], weak)), ids(read(weak))) == (
        [],
        ["x509-weak-signature", "x509-untrusted"],
    )
    assert read(weak).authenticity == "intact"


@pytest.mark.parametrize(
    "extension",
    [
        build.unknown("1.3.6.1.5.5.7.1.25", build.ia5(MUD)),
        eku(AK),
        x509.SubjectAlternativeName([build.hardware_module()]),
    ],
    ids=["mud-url", "attestation-key", "hardware-module"],
)
def test_an_authority_with_the_marks_of_a_device_is_called_out(extension):
    assert "x509-ca-as-leaf" in ids(read([device(extension, serial=(), ca=True), middle()], root()))


def test_a_published_key_anywhere_on_the_path_is_called_out(monkeypatch):
    for key in (DEVICE, MIDDLE, ROOT):
        with monkeypatch.context() as patch:
            patch.setitem(published_keys._PUBLIC, spki(key), "somebody's (in a repository)")
            for chain, anchors in ((CHAIN[:2], [root()]), (CHAIN, []), (CHAIN[:2], [])):
                artefact = read(chain, *anchors)
                assert "cose-test-key" in ids(artefact), (key, len(chain), anchors)
                verified = {s.test_key for s in artefact.signatures if s.status == "verified"}
                assert verified == {"published"}


def test_keys_of_no_use_here_end_in_a_result():
    weak = dsa.generate_private_key(2048)
    artefact = read([device(key=weak), middle()], root())
    assert (artefact.authenticity, artefact.claims["certificates"][0]["public_key"]["alg"]) == (
        "unverified",
        "DSA",
    )
    huge = certificate(name("Self"), weak, name("Self"), weak, ca=True)
    assert read(huge).authenticity == "unverified"
    assert read(device(key=weak), MIDDLE).authenticity == "unverified"


# --- what it shows ------------------------------------------------------------------------------


def test_a_device_with_a_serial_number_shows_who_it_is():
    artefact = read(CHAIN, root())
    assert shown(artefact) == {
        "device.identity-key": spki(DEVICE),
        "device.serial": SERIAL,
        "device.certificate-expires": "2027-11-01",
    }
    assert {s.subject for s in artefact.shown} == {Subject("device", SERIAL, "serial")}
    assert all(statement.covered and not statement.observed for statement in artefact.shown)
    assert (artefact.device, artefact.purpose) == ("", "identity")


def test_an_idevid_without_end_shows_none():
    artefact = read(device(until=FOREVER), middle())
    assert "device.certificate-expires" not in shown(artefact)
    assert artefact.claims["convention"] == "idevid"
    assert artefact.claims["certificates"][0]["validity"]["expires"] is False


def test_a_device_without_serial_number_is_known_by_its_key():
    artefact = read(device(serial=()), middle())
    assert {s.subject for s in artefact.shown} == {Subject("device", spki(DEVICE), "identity-key")}
    assert set(shown(artefact)) == {"device.identity-key", "device.certificate-expires"}
    assert artefact.claims["convention"] == "end-entity"


def test_a_hardware_module_names_the_device():
    modules = x509.SubjectAlternativeName([build.hardware_module(), x509.DNSName("d.example")])
    artefact = read(device(modules, serial=()), middle())
    assert shown(artefact)["device.serial"] == "HW-7"
    assert artefact.claims["certificates"][0]["hardware_modules"] == [
        {"type": "1.3.6.1.4.1", "serial": "HW-7"}
    ]
    assert artefact.claims["convention"] == "idevid"
    assert artefact.shown[1].path == "certificates[0].hardware_modules[0].serial"


@pytest.mark.parametrize(
    "module",
    [
        build.hardware_module(b""),
        build.hardware_module(b"x", oid=b"\x80"),
        x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.4"), b"\x30\x02\x05\x00"),
        x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.4"), b"\x04\x00"),
        x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.5"), b"\x30\x00"),
    ],
)
def test_a_broken_hardware_module_names_nothing(module):
    artefact = read(device(x509.SubjectAlternativeName([module]), serial=()), middle())
    assert "device.serial" not in shown(artefact)


def test_a_serial_number_of_octets_is_shown_in_hex():
    modules = x509.SubjectAlternativeName([build.hardware_module(b"\x00\xff")])
    assert shown(read(device(modules, serial=()), middle()))["device.serial"] == "00ff"


def test_two_serial_numbers_name_no_device():
    artefact = read(device(serial=("A", "B")), middle())
    assert "device.serial" not in shown(artefact)
    assert artefact.claims["certificates"][0]["device_serial"] == ["A", "B"]
    assert shown(read(device(serial=("A", "A")), middle()))["device.serial"] == "A"


def test_a_mud_url_is_shown_of_the_product():
    leaf = device(
        build.unknown("1.3.6.1.5.5.7.1.25", build.ia5(MUD)), build.unknown("1.3.6.1.5.5.7.1.30", b"\x30\x00")
    )
    artefact = read(leaf, middle())
    assert shown(artefact)["network.certified-mud-url"] == MUD
    assert artefact.shown[-1].subject == PRODUCT
    (claims,) = artefact.claims["certificates"]
    assert (claims["mud_url"], claims["mud_signer"]) == (MUD, "3000")
    assert {"mudURL", "mudsigner"} <= {row["name"] for row in claims["extensions"]}


@pytest.mark.parametrize(
    "value", [b"", b"\x16\x00", b"\x16\x01\x07", b"\x0c\x01a", b"\x16\x02a", b"\x16\x01ab", b"\x1f\x01a"]
)
def test_a_mud_url_that_is_none_is_not_shown(value):
    artefact = read(device(build.unknown("1.3.6.1.5.5.7.1.25", value)), middle())
    assert "network.certified-mud-url" not in shown(artefact)
    assert "mud_url" not in artefact.claims["certificates"][0]


@pytest.mark.parametrize(
    ("leaf", "convention", "tells"),
    [
        (device(), "ldevid", True),
        (device(eku(CLIENT)), "ldevid", True),
        (device(eku(AK)), "attestation-key", True),
        (device(eku(CODE)), "signer", False),
        (device(eku(CODE, CLIENT), serial=()), "end-entity", True),
        (middle(), "ca", False),
        (root(), "ca", False),
    ],
)
def test_only_a_device_shows_a_device(leaf, convention, tells):
    artefact = read(leaf, middle(), root())
    assert (artefact.claims["convention"], bool(artefact.shown)) == (convention, tells)
    assert (artefact.authenticity, ids(artefact)) == ("authenticated", [])


def test_extensions_of_the_tcg_are_named_and_not_evaluated():
    artefact = read(device(build.unknown("2.23.133.5.4.1", b"\x30\x00")), middle())
    assert "certificates[0]: tcg-dice-TcbInfo" in artefact.claims["not_evaluated"]
    assert any("revocation" in row for row in artefact.claims["not_evaluated"])


def test_claims_say_what_a_certificate_says():
    artefact = read(device(eku(CLIENT, "1.2.3")), middle())
    (claims,) = artefact.claims["certificates"]
    assert claims["public_key"] == {"alg": "EC", "bits": 256, "curve": "P-256", "spki_sha256": spki(DEVICE)}
    assert (claims["signature_alg"], claims["serial_number"], claims["version"]) == ("ES256", "7", 3)
    assert (claims["ca"], claims["path_length"], claims["key_usage"]) == (False, None, ["digital_signature"])
    assert claims["extended_key_usage"] == ["clientAuth", "1.2.3"]
    assert claims["validity"] == {
        "not_before": "2025-11-01T12:00:00Z",
        "not_after": "2027-11-01T12:00:00Z",
        "expires": True,
    }


@pytest.mark.parametrize(
    ("key", "hash_", "alg", "public"),
    [
        (RSA_2048, hashes.SHA512(), "RS512", {"alg": "RSA", "bits": 2048}),
        (EDDY, None, "Ed25519", {"alg": "Ed25519", "curve": "Ed25519"}),
        (ed448.Ed448PrivateKey.generate(), None, "Ed448", {"alg": "Ed448", "curve": "Ed448"}),
        (
            ec.generate_private_key(ec.SECP521R1()),
            hashes.SHA512(),
            "ES512",
            {"alg": "EC", "bits": 521, "curve": "P-521"},
        ),
        (
            ec.generate_private_key(ec.SECP256R1()),
            hashes.SHA224(),
            "ecdsa-with-SHA224",
            {"alg": "EC", "bits": 256, "curve": "P-256"},
        ),
    ],
)
def test_algorithms_have_their_names(key, hash_, alg, public):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name("S"))
        .issuer_name(name("S"))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - DAY)
        .not_valid_after(NOON + 200 * DAY)
    )
    artefact = read(builder.sign(key, hash_))
    (claims,) = artefact.claims["certificates"]
    assert (artefact.signatures[0].alg, artefact.signatures[0].status) == (alg, "verified")
    assert {key: value for key, value in claims["public_key"].items() if key != "spki_sha256"} == public


def test_a_signature_by_rsa_pss_is_named_and_verified():
    from cryptography.hazmat.primitives.asymmetric import padding

    builder = (
        x509.CertificateBuilder()
        .subject_name(name("S"))
        .issuer_name(name("S"))
        .public_key(RSA_2048.public_key())
        .serial_number(1)
        .not_valid_before(NOON - DAY)
        .not_valid_after(NOON + 200 * DAY)
    )
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    artefact = read(builder.sign(RSA_2048, hashes.SHA256(), rsa_padding=pss))
    assert (artefact.signatures[0].alg, artefact.signatures[0].status) == ("PS256", "verified")


def test_a_key_of_another_type_than_the_signature_verifies_nothing():
    leaf = certificate(name("Device"), DEVICE, name("CA"), EDDY)
    for key in (ROOT, RSA_2048):
        assert x509_bundle.verify_with(leaf, key.public_key()) == "bad"
    plain = certificate(name("Device"), DEVICE, name("CA"), ROOT)
    assert x509_bundle.verify_with(plain, RSA_2048.public_key()) == "bad"
    assert x509_bundle.verify_with(plain, EDDY.public_key()) == "bad"
    assert x509_bundle.verify_with(plain, object()) == "unsupported"


def test_a_key_that_is_too_long_is_not_used(monkeypatch):
    monkeypatch.setattr(x509_bundle, "MAX_RSA_BITS", 1024)
    leaf = certificate(name("Device"), DEVICE, name("CA"), RSA_2048)
    ca = certificate(name("CA"), RSA_2048, name("CA"), RSA_2048, ca=True)
    artefact = read([leaf, ca])
    assert statuses(artefact) == ["unsupported-alg", "unsupported-alg"]
    assert artefact.authenticity == "unverified"


# --- forms --------------------------------------------------------------------------------------


def test_other_blocks_of_a_pem_file_are_named_and_not_read():
    key = RSA_2048.public_key().public_bytes(Encoding.PEM, build.PublicFormat.SubjectPublicKeyInfo)
    artefact = read(key + pem(device()), middle())
    assert artefact.claims["other_blocks"] == ["PUBLIC KEY"]
    assert "PEM block 'PUBLIC KEY'" in artefact.claims["not_evaluated"]
    assert artefact.authenticity == "authenticated"


def test_a_certificate_twice_counts_once():
    artefact = read([*CHAIN, CHAIN[0]], root())
    assert (artefact.claims["repeated"], len(artefact.signatures)) == (1, 3)


@pytest.mark.parametrize(
    "data",
    [
        pem(device()).replace(b"-----END CERTIFICATE-----", b""),
        b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
        build.der(device())[:-1],
        build.der(device()) + b"x",
    ],
    ids=["no-end", "no-base64", "no-certificate", "cut-off", "trailing"],
)
def test_what_begins_like_a_certificate_and_is_none_is_malformed(data):
    artefact = read(data)
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == ("x509-chain", False, ["x509-malformed"])


def test_too_much_is_refused():
    many = [device(number=100 + index) for index in range(11)]
    for data in (
        pem(*many),
        pem(device()) + b"-----BEGIN X-----\n-----END X-----\n" * 65,
        pem(device()) + b"\n" * (1 << 20),
    ):
        assert ids(read(data)) == ["artefact-too-large"]


def request():
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name("R"))
        .sign(ROOT, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def revocations():
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name("R"))
        .last_update(NOON)
        .next_update(NOON + DAY)
        .sign(ROOT, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"0",
        b"\x30\x80\x30\x80\xa0\x03",
        b"\x30\x03\x02\x01\x00",
        b"\x30\x05\x30\x03\x02\x01\x00",
        b"\x30\x07\x30\x05\x06\x03\x2a\x03\x04",
        b"\x1f\x30\x30\x30\x30\x30",
        b"\x30\x03\x30\x80\x01",
        request(),
        revocations(),
        b'{"cert": "\n-----BEGIN CERTIFICATE-----\n"}',
        b"\x00\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
        b"x -----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
        DEVICE.public_key().public_bytes(Encoding.DER, build.PublicFormat.SubjectPublicKeyInfo),
    ],
)
def test_what_is_no_certificate_is_not_taken_for_one(data):
    assert not is_certificate(Peek(data))


def test_a_certificate_of_version_1_is_one():
    own = build.as_version_1(certificate(name("V"), DEVICE, name("V"), DEVICE), DEVICE)
    assert is_certificate(Peek(own))
    assert not is_certificate(Peek(own[:-1]))
    artefact = read(own, DEVICE)
    assert (artefact.authenticity, artefact.claims["certificates"][0]["version"]) == ("authenticated", 1)
    assert not is_certificate(Peek(b"\x30\x0a\x30\x08\x02\x01\x05\x30\x03\x06\x01\x2a"))


def test_a_moment_of_old_has_a_form():
    early = datetime.datetime(1950, 1, 1, tzinfo=datetime.UTC)
    artefact = read(device(since=early), middle())
    assert artefact.claims["certificates"][0]["validity"]["not_before"] == "1950-01-01T00:00:00Z"


# --- what nobody vouches for --------------------------------------------------------------------


def altered(one, old, new):
    """The same certificate with another byte somewhere before its signature."""
    data = bytearray(build.der(one))
    at = data.index(old)
    data[at : at + len(old)] = new
    return x509.load_der_x509_certificate(bytes(data))


def passed_over(artefact):
    return [(found.at, found.severity) for found in artefact.problems if found.id == "x509-untrusted"]


def test_an_altered_certificate_above_the_anchored_path_is_told():
    changed = altered(root(), b"Root", b"Boot")  # the issuer stands before the subject
    assert (changed.issuer, changed.subject) == (name("Boot"), name("Root"))
    artefact = read([device(), middle(), changed], root())
    assert artefact.authenticity == "authenticated"
    assert artefact.claims["chain_length"] == 2
    assert [signature.status for signature in artefact.signatures] == ["verified", "verified", "no-key"]
    assert passed_over(artefact) == [("certificates[2]", "warning")]


def test_a_foreign_cross_certificate_is_told():
    foreign = certificate(name("Middle"), MIDDLE, name("Nobody"), OTHER, ca=True)
    for chain in ([device(), foreign], [device(), middle(), foreign], [device(), foreign, middle()]):
        artefact = read(chain, middle())
        assert artefact.authenticity == "authenticated"
        assert passed_over(artefact) == [(f"certificates[{len(chain) - 1}]", "warning")], len(chain)


def test_what_stands_above_the_anchor_and_holds_together_is_in_order():
    artefact = read([device(), middle(), root()], middle())
    assert (artefact.authenticity, artefact.problems) == ("authenticated", ())
    assert artefact.claims["chain_length"] == 2


def test_a_second_certificate_of_an_issuer_that_an_anchor_signed_is_in_order():
    renewed = middle(serial=8)
    artefact = read([device(), middle(), renewed], root())
    assert (artefact.authenticity, artefact.problems) == ("authenticated", ())


# --- damaged PEM --------------------------------------------------------------------------------

LEAF, ABOVE = pem(device()), pem(middle(), root())


@pytest.mark.parametrize(
    "data",
    [
        ABOVE + b"-----BEGIN CERTI",
        ABOVE + b"-----BEGIN",
        b"x" + LEAF + ABOVE,
        LEAF.replace(b"BEGIN", b"Begin") + ABOVE,
        LEAF.replace(b"-----BEGIN", b"----BEGIN") + ABOVE,
        LEAF.replace(b"-----BEGIN CERTIFICATE-----\n", b"") + ABOVE,
        LEAF.replace(b"CERTIFICATE-----\n", b"CERTIFICATE----\n", 1) + ABOVE,
        ABOVE + LEAF.replace(b"-----BEGIN CERTIFICATE", b"-----BEGIN certificate"),
        b"-----BEGIN X-----\nMAA=\n" + LEAF + b"-----BEGIN X-----\nMAA=\n-----END X-----\n" + ABOVE,
    ],
)
def test_a_damaged_pem_block_does_not_make_its_certificate_vanish(data):
    artefact = read(data, root())
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["x509-malformed"])
    assert 0 <= artefact.problems[0].offset < len(data)


def test_text_between_pem_blocks_is_no_damage():
    artefact = read(b"Begin of a chain\n-----\n" + LEAF + b"--- the end ---\n" + ABOVE + b"END\n", root())
    assert (artefact.authenticity, artefact.problems) == ("authenticated", ())


# --- work ---------------------------------------------------------------------------------------


def mesh():
    """A leaf and nine authorities of one name and key, each of which issued all others."""
    usage = eku(CODE)
    leaf = certificate(name("Leaf"), DEVICE, name("Mesh"), MIDDLE, usage, identifiers=False)
    above = [
        certificate(
            name("Mesh"),
            MIDDLE,
            name("Mesh"),
            MIDDLE,
            x509.SubjectKeyIdentifier(bytes([number]) * 4),
            x509.AuthorityKeyIdentifier(b"zz", None, None),
            ca=True,
            identifiers=False,
            serial=number,
        )
        for number in range(1, 10)
    ]
    return [leaf, *above]


def test_a_mesh_of_authorities_is_held_against_each_named_key_once(monkeypatch):
    tried = []
    verify = x509_paths.verify_with
    monkeypatch.setattr(x509_paths, "verify_with", lambda *pair: tried.append(pair) or verify(*pair))
    keys = [ec.derive_private_key(number, ec.SECP384R1()) for number in range(1000, 1020)]
    artefact = read(mesh(), *keys)
    assert artefact.authenticity != "authenticated"
    assert 0 < len(tried) <= 10 * len(keys)


def test_a_mesh_of_authorities_is_linked_once(monkeypatch):
    tried = []
    issued = x5chain.is_issued_by
    monkeypatch.setattr(x5chain, "is_issued_by", lambda *pair: tried.append(pair) or issued(*pair))
    assert read(mesh(), root()).authenticity != "authenticated"
    assert 0 < len(tried) <= 10 * 10
    assert len(set(tried)) == len(tried)


def test_a_mesh_of_authorities_builds_to_the_key_that_made_it():
    assert read(mesh(), MIDDLE, purpose=None).authenticity == "authenticated"
