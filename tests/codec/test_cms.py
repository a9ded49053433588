"""CMS out of hostile bytes: what is signed is what is read, and nothing else ever verifies."""

from __future__ import annotations

import base64
import datetime

import pytest
from asn1crypto import x509 as x509_asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.codec import cms, cms_der, cms_read, keys
from iotassess.errors import MalformedArtefact
from tests.evidence import cms_builder as build
from tests.evidence.signing import ALICE, BOB, CAROL, EDDY, certificate, leaf, middle, root
from tests.tries import tries

CONTENT = b'{"what": "is said"}'
OTHER = CONTENT + b" "


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


def public(key):
    return keys.from_cryptography(key.public_key())


def own(key, **more):
    """A self-signed certificate; the key of its issuer does not matter here."""
    return certificate("Leaf", key, "Issuer", ALICE, **more)


def only(data):
    message = cms.parse(data)
    (signer,) = message.signers
    return message, signer


def holds(data, key, content=CONTENT):
    message, signer = only(data)
    return cms.verify(message, signer, content, public(key))


# --- good ---------------------------------------------------------------------------------------


def test_a_message_is_read_whole():
    chain = [leaf(), middle(), root()]
    message, signer = only(build.signed(CONTENT, ALICE, chain))
    assert (message.content_type, message.content) == (cms_read.DATA, CONTENT)
    assert (signer.alg, signer.digest_alg, signer.usable) == ("ES256", "sha-256", True)
    assert signer.serial == chain[0].serial_number
    assert signer.issuer == chain[0].issuer.public_bytes()
    assert signer.key_id is None
    assert signer.signing_time == datetime.datetime(2026, 10, 31, 12, tzinfo=datetime.UTC)
    assert signer.content_type == cms_read.DATA
    assert signer.message_digest == build.digest(build.SHA_256, CONTENT)
    assert signer.attributes == build.set_of(*build.attributes_of(CONTENT))
    assert cms.chain_of(message, signer, CONTENT) == tuple(link.public_bytes(Encoding.DER) for link in chain)
    assert holds(build.signed(CONTENT, ALICE, chain), ALICE)


def test_a_detached_signature_has_no_content_and_verifies_with_it():
    data = build.signed(CONTENT, ALICE, [leaf()], detached=True)
    message, signer = only(data)
    assert message.content is None
    assert cms.matches(message, signer, CONTENT)
    assert not cms.matches(message, signer, OTHER)
    assert holds(data, ALICE)
    assert not holds(data, ALICE, OTHER)
    assert not holds(data, BOB)


@pytest.mark.parametrize("name", ["CMS", "PKCS7", "PKCS #7 SIGNED DATA"])
def test_armour_is_taken_off(name):
    data = build.signed(CONTENT, ALICE, [leaf()])
    text = base64.encodebytes(data).decode()
    armoured = f"\n-----BEGIN {name}-----\n{text}-----END {name}-----\r\n".encode()
    assert cms.is_cms(armoured)
    assert cms.parse(armoured) == cms.parse(data)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param((CAROL, build.ECDSA_SHA_384, build.SHA_384, "ES384"), id="ES384"),
        pytest.param((EDDY, build.ED25519, build.SHA_512, "Ed25519"), id="Ed25519"),
        pytest.param(
            (ed448.Ed448PrivateKey.from_private_bytes(b"8" * 57), build.ED448, build.SHAKE_256, "Ed448"),
            id="Ed448",
        ),
    ],
)
def test_other_algorithms_verify_as_well(case):
    key, signature_algorithm, hash_, name = case
    data = build.signed(
        CONTENT,
        key,
        [own(key)],
        signature_algorithm=build.algorithm(signature_algorithm),
        digest_algorithm=hash_,
    )
    assert only(data)[1].alg == name
    assert holds(data, key)
    assert not holds(data, ALICE)


def test_eddsa_without_attributes_signs_the_content_itself():
    data = build.signed(
        CONTENT, EDDY, [own(EDDY)], plain=True, signature_algorithm=build.algorithm(build.ED25519)
    )
    assert holds(data, EDDY)
    assert not holds(build.signed(OTHER, EDDY, [own(EDDY)], plain=True, detached=True), EDDY)


def test_rsa_verifies_by_either_name_and_with_pss(rsa_key):
    chain = [own(rsa_key)]
    for parameters, signing, name in (
        (build.algorithm(build.RSA, build.tlv(5)), build.sign, "RS256"),
        (build.algorithm(build.RSA_SHA_256, build.tlv(5)), build.sign, "RS256"),
        (build.pss(), build.sign_pss, "PS256"),
    ):
        data = build.signed(CONTENT, rsa_key, chain, signature_algorithm=parameters, signing=signing)
        assert only(data)[1].alg == name
        assert holds(data, rsa_key)


@pytest.mark.parametrize(
    "parameters",
    [
        build.pss(salt=20),
        build.pss(mask=build.SHA_1),
        build.pss(hash_=build.SHA_1),
        build.pss(hash_=build.SHA_512, salt=64),  # the signer's digest is another one
        build.pss(trailer=build.tlv(0xA3, build.integer(2))),
        build.algorithm(build.RSA_PSS),
    ],
)
def test_rsa_pss_of_another_kind_than_cose_has_is_not_verified(rsa_key, parameters):
    data = build.signed(
        CONTENT, rsa_key, [own(rsa_key)], signature_algorithm=parameters, signing=build.sign_pss
    )
    try:
        assert not only(data)[1].usable
    except MalformedArtefact:
        return
    assert not holds(data, rsa_key)


def test_a_signer_named_by_its_key_identifier_is_found():
    key_id = x509.SubjectKeyIdentifier(b"alice's key")
    chain = [middle(), leaf((key_id, False))]
    info = build.signer(ALICE, build.by_key_id(key_id.digest), CONTENT)
    message, signer = only(build.message(CONTENT, [info], chain))
    assert signer.key_id == b"alice's key"
    assert signer.issuer is signer.serial is None
    assert cms.chain_of(message, signer, CONTENT)[0] == chain[1].public_bytes(Encoding.DER)
    assert cms.verify(message, signer, CONTENT, public(ALICE))


def test_a_signer_whose_certificate_is_not_carried_has_no_chain():
    info = build.signer(ALICE, build.by_key_id(b"elsewhere"), CONTENT)
    message, signer = only(build.message(CONTENT, [info], [leaf()]))
    assert cms.chain_of(message, signer, CONTENT) == ()
    message, signer = only(build.message(CONTENT, [build.signer(ALICE, build.by_serial(leaf()), CONTENT)]))
    assert cms.chain_of(message, signer, CONTENT) == ()


def test_another_certificate_with_the_same_issuer_and_serial_number_does_not_hide_the_signers():
    """Certificates of a message are signed by nobody who signed it, and may stand in any order."""
    other = certificate("Leaf", BOB, "Middle", ALICE)
    broken = certificate("Leaf", ec.generate_private_key(ec.SECP224R1()), "Middle", ALICE)
    own_one = leaf()
    assert other.serial_number == broken.serial_number == own_one.serial_number
    der = own_one.public_bytes(Encoding.DER)
    info = build.signer(ALICE, build.by_serial(own_one), CONTENT)
    for carried in ([other, own_one], [own_one, other], [broken, other, own_one], [other] * 7 + [own_one]):
        message, signer = only(build.message(CONTENT, [info], carried))
        assert cms.chain_of(message, signer, CONTENT)[0] == der
        assert len(signer.certificates) == len(carried)
    message, signer = only(build.message(CONTENT, [info], [other, broken]))
    assert cms.chain_of(message, signer, CONTENT)[0] == other.public_bytes(Encoding.DER)
    message, signer = only(build.message(CONTENT, [info], [other] * 8 + [own_one]))
    assert len(signer.certificates) == 8


def test_a_fitting_certificate_whose_key_cannot_be_read_is_passed_over():
    own_one = leaf()
    der = own_one.public_bytes(Encoding.DER)
    point = own_one.public_key().public_numbers().x.to_bytes(32)
    spoilt = der.replace(point, bytes(32))  # no point of the curve
    assert spoilt != der
    info = build.signer(ALICE, build.by_serial(own_one), CONTENT)
    message, signer = only(build.message(CONTENT, [info], [spoilt, own_one]))
    assert cms.chain_of(message, signer, CONTENT)[0] == der


def test_a_signer_of_detached_content_is_told_apart_by_that_content():
    other = certificate("Leaf", BOB, "Middle", ALICE)
    info = build.signer(ALICE, build.by_serial(leaf()), CONTENT, plain=True)
    message, signer = only(build.message(None, [info], [other, leaf()]))
    assert cms.chain_of(message, signer, CONTENT)[0] == leaf().public_bytes(Encoding.DER)
    assert cms.chain_of(message, signer, OTHER)[0] == other.public_bytes(Encoding.DER)


def test_a_summary_gives_the_digests_that_a_detached_signature_is_about():
    digest = ("sha-256", build.digest(build.SHA_256, CONTENT))
    detached = cms.summarise(build.signed(CONTENT, ALICE, [leaf()], detached=True))
    assert detached == cms.Summary(True, None, frozenset({digest}))
    assert cms.digest(*digest[:1], CONTENT) == digest[1]
    assert cms.summarise(build.signed(CONTENT, ALICE, [leaf()])) == cms.Summary(False, None, frozenset())
    plain = build.signed(CONTENT, ALICE, [leaf()], detached=True, plain=True)
    assert cms.summarise(plain) == cms.Summary(True, None, frozenset())
    typed = build.attributes_of(CONTENT, content_type=build.VOUCHER_JSON)
    assert not cms.summarise(build.signed(CONTENT, ALICE, [leaf()], detached=True, attributes=typed)).digests
    broken = cms.summarise(b"0")
    assert broken.detached
    assert broken.fault is not None


def test_a_chain_is_put_in_order_and_ends():
    chain = [root(), leaf(), middle()]
    info = build.signer(ALICE, build.by_serial(chain[1]), CONTENT)
    message, signer = only(build.message(CONTENT, [info], chain))
    names = [x509.load_der_x509_certificate(der).subject for der in cms.chain_of(message, signer, CONTENT)]
    assert names == [chain[1].subject, chain[2].subject, chain[0].subject]


def test_a_circle_of_certificates_ends():
    one = certificate("One", ALICE, "Two", BOB)
    two = certificate("Two", BOB, "One", ALICE)
    message, signer = only(build.signed(CONTENT, ALICE, [one, two]))
    assert len(cms.chain_of(message, signer, CONTENT)) == 2


def test_attributes_are_signed_in_the_order_of_der_whatever_their_order_in_the_message():
    assert holds(build.signed(CONTENT, ALICE, [leaf()], unsorted=True), ALICE)


def test_many_attributes_have_a_length_of_several_bytes():
    more = [build.attribute(f"1.2.3.{n}", build.octets(bytes(40))) for n in range(9)]
    assert holds(
        build.signed(CONTENT, ALICE, [leaf()], attributes=[*build.attributes_of(CONTENT), *more]), ALICE
    )


def test_named_algorithms_have_to_be_those_that_are_used():
    def protected(digest_algorithm):
        value = build.seq(build.algorithm(digest_algorithm), build.tlv(0xA1, build.oid(build.ECDSA_SHA_256)))
        rows = [*build.attributes_of(CONTENT), build.attribute(build.PROTECTION, value)]
        return build.signed(CONTENT, ALICE, [leaf()], attributes=rows)

    assert holds(protected(build.SHA_256), ALICE)
    with pytest.raises(MalformedArtefact, match="RFC 6211"):
        cms.parse(protected(build.SHA_512))


# --- never verified -----------------------------------------------------------------------------


def test_another_content_than_that_in_the_message_is_never_verified():
    """The signature holds for it, but the message says that it is about its own content."""
    good = build.signed(CONTENT, ALICE, [leaf()])
    message, signer = only(good)
    assert cms.verify(message, signer, CONTENT, public(ALICE))
    assert not cms.verify(message._replace(content=OTHER), signer, CONTENT, public(ALICE))


def test_a_digest_of_another_content_is_never_verified():
    data = build.signed(CONTENT, ALICE, [leaf()], attributes=build.attributes_of(OTHER))
    assert not holds(data, ALICE)


def test_another_content_type_than_the_signed_one_is_never_verified():
    rows = build.attributes_of(CONTENT, content_type=build.VOUCHER_JSON)
    assert not holds(build.signed(CONTENT, ALICE, [leaf()], attributes=rows), ALICE)


@pytest.mark.parametrize(
    ("signature_algorithm", "digest_algorithm", "why"),
    [
        (build.ECDSA_SHA_256, build.SHA_1, "SHA-1 is broken"),
        (build.ECDSA_SHA_256, "1.2.840.113549.2.5", "MD5 is broken"),
        ("1.2.840.10045.4.1", build.SHA_256, "ECDSA with SHA-1 is broken"),
        (build.ECDSA_SHA_256, build.SHA_512, "ES256 goes with sha-256"),
        (build.ECDSA_SHA_256, "1.2.3", "not computed here"),
        ("1.2.3.4", build.SHA_256, "not verified here"),
        (build.RSA, build.SHAKE_256, "no name for"),
        (build.ED25519, build.SHA_256, "Ed25519 goes with sha-512"),
    ],
)
def test_algorithms_that_are_weak_or_do_not_go_together_are_never_verified(
    signature_algorithm, digest_algorithm, why
):
    rows = build.attributes_of(CONTENT)
    data = build.signed(
        CONTENT,
        ALICE,
        [leaf()],
        attributes=rows,
        signature_algorithm=build.algorithm(signature_algorithm),
        digest_algorithm=digest_algorithm,
    )
    _, signer = only(data)
    assert not signer.usable
    assert why in signer.why
    assert not holds(data, ALICE)


def test_a_digest_that_is_not_computed_matches_nothing():
    rows = build.attributes_of(CONTENT)
    data = build.signed(CONTENT, ALICE, [leaf()], attributes=rows, digest_algorithm=build.SHA_1)
    message, signer = only(data)
    assert not cms.matches(message, signer, CONTENT)


def test_only_the_one_encoding_of_an_ecdsa_signature_is_taken():
    attributes = build.set_of(*build.attributes_of(CONTENT))
    good = build.sign(ALICE, attributes)
    assert holds(build.signed(CONTENT, ALICE, [leaf()], signature=good), ALICE)
    raw = bytes(64)
    long_form = good[:1] + b"\x81" + good[1:]
    large = build.seq(build.integer(1 << 300), build.integer(1))
    for wrong in (raw, long_form, large, good + b"\0", b""):
        assert not holds(build.signed(CONTENT, ALICE, [leaf()], signature=wrong), ALICE)


def test_without_attributes_the_signature_is_over_the_content():
    data = build.signed(CONTENT, ALICE, [leaf()], plain=True, detached=True)
    message, signer = only(data)
    assert signer.attributes is None
    assert cms.matches(message, signer, OTHER)  # nothing says what it is about before a key is tried
    assert holds(data, ALICE)
    assert not holds(data, ALICE, OTHER)


def test_attributes_cannot_be_passed_off_as_content():
    """The signature over the attributes of one message is one over content that looks like them."""
    attributes = build.set_of(*build.attributes_of(CONTENT))
    signature = build.sign(ALICE, attributes)
    data = build.signed(attributes, ALICE, [leaf()], plain=True, signature=signature)
    message, _ = only(data)
    assert message.content == attributes  # which is no JSON, and so nothing that is read here


def test_the_signature_of_an_altered_attribute_does_not_hold():
    data = build.signed(CONTENT, ALICE, [leaf()])
    changed = data.replace(b"261031120000Z", b"261031120001Z")
    assert changed != data
    assert not holds(changed, ALICE)


def test_a_message_with_something_else_in_the_place_of_its_content_is_not_taken_for_a_detached_one():
    data = build.signed(CONTENT, ALICE, [leaf()])
    head = build.oid(build.DATA) + build.tlv(0xA0, build.octets(CONTENT))
    hidden = data.replace(head, build.oid(build.DATA) + build.tlv(0xA1, build.octets(CONTENT)))
    assert hidden != data
    with pytest.raises(MalformedArtefact, match="something else"):
        cms.parse(hidden)


# --- malformed ----------------------------------------------------------------------------------


def without(name):
    return [row for row in build.attributes_of(CONTENT) if build.oid(name) not in row]


BOTH_DIGESTS = build.attribute(
    build.MESSAGE_DIGEST,
    build.octets(build.digest(build.SHA_256, CONTENT)),
    build.octets(build.digest(build.SHA_256, OTHER)),
)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        (without(build.CONTENT_TYPE), "without content type"),
        (without(build.MESSAGE_DIGEST), "without content type or message digest"),
        ([*build.attributes_of(CONTENT), *without(build.CONTENT_TYPE)], "twice"),
        ([*without(build.MESSAGE_DIGEST), BOTH_DIGESTS], "2 values"),
        ([*without(build.MESSAGE_DIGEST), build.attribute(build.MESSAGE_DIGEST)], "0 values"),
        (
            [*without(build.MESSAGE_DIGEST), build.attribute(build.MESSAGE_DIGEST, build.integer(1))],
            "not CMS",
        ),
        (
            [*without(build.SIGNING_TIME), build.attribute(build.SIGNING_TIME, build.tlv(0x17, b"noon"))],
            "not CMS",
        ),
        (
            [
                *without(build.SIGNING_TIME),
                build.attribute(build.SIGNING_TIME, build.tlv(0x18, b"20261031120000")),
            ],
            "time zone",
        ),
    ],
)
def test_signed_attributes_have_to_be_those_of_the_specification(attributes, why):
    with pytest.raises(MalformedArtefact, match=why) as caught:
        cms.parse(build.signed(CONTENT, ALICE, [leaf()], attributes=attributes))
    assert caught.value.problem == "cms-malformed"


def test_content_of_another_type_needs_signed_attributes():
    with pytest.raises(MalformedArtefact, match=r"section 5\.3"):
        cms.parse(build.signed(CONTENT, ALICE, [leaf()], plain=True, content_type=build.VOUCHER_JSON))


GOOD = build.signed(CONTENT, ALICE, [leaf()])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "neither DER nor one PEM"),
        (b"0", "end within"),
        (b"0\x00", "not CMS"),
        (b"text", "neither DER nor one PEM"),
        (b"-----BEGIN CMS-----\n=A=\n-----END CMS-----", "no base64"),
        (b"-----BEGIN CMS-----\n\n-----END PKCS7-----", "neither DER nor one PEM"),
        (GOOD + b"\0", "1 bytes follow"),
        (b"\x30\x80" + GOOD[4:] + b"\0\0", "indefinite length"),
        (b"\x30\x85\0\0\0\0\x01\0", "goes beyond the end"),
        (b"\x30\x83\0\x01\0", "shortest form"),
        (b"\x30\x81\x01\0", "shortest form"),
        (b"\x30\x03\x1f\x01\0", "tag number above 30"),
        (b"\x30\x04\x24\x02\x04\x00", "a string in pieces"),
        (b"\x30\x02\x10\x00", "marked as primitive"),
        (b"\x30\x02\x04\x05", "of which 0 are there"),
        (b"\x30\x02\x04\x82", "goes beyond the end"),
        (build.seq(build.oid(build.DATA), build.tlv(0xA0, build.octets(b"x"))), "expected SignedData"),
        (build.message(CONTENT, [], [b"\x30\x03\x02\x01\x01"]), "not CMS"),
        (build.message(CONTENT, [build.seq(build.integer(1))]), "not CMS"),
        (build.message(CONTENT, [b""], [leaf()] * 33), "33 certificates"),
        (build.message(CONTENT, [build.signer(ALICE, build.by_serial(leaf()), CONTENT)] * 33), "33 signers"),
    ],
)
def test_what_is_no_cms_is_refused_with_the_reason(data, why):
    with pytest.raises(MalformedArtefact, match=why) as caught:
        cms.parse(data)
    assert caught.value.problem == "cms-malformed"


SERIAL_64 = (1 << 511) - 1
NUMBERED = build.seq(root().issuer.public_bytes(), build.integer(SERIAL_64))


@pytest.mark.parametrize("bits", [512, 8000, 16_000])
def test_a_serial_number_longer_than_any_is_refused_in_the_signer(bits):
    """Python refuses to write a number of more than 4300 digits."""
    sid = build.seq(leaf().issuer.public_bytes(), build.integer(1 << bits))
    with pytest.raises(MalformedArtefact, match="serial number") as caught:
        cms.parse(build.message(CONTENT, [build.signer(ALICE, sid, CONTENT)], [leaf()]))
    assert (caught.value.problem, caught.value.at) == ("cms-malformed", "signers[0]")


def test_a_serial_number_longer_than_any_is_refused_in_a_certificate():
    parts = x509_asn1.Certificate.load(leaf().public_bytes(Encoding.DER))
    parts["tbs_certificate"]["serial_number"] = 1 << 512
    long = parts.dump(force=True)
    with pytest.raises(MalformedArtefact, match="serial number") as caught:
        cms.parse(build.message(CONTENT, [build.signer(ALICE, build.by_serial(leaf()), CONTENT)], [long]))
    assert (caught.value.problem, caught.value.at) == ("cms-malformed", "certificates")


def test_a_serial_number_of_64_octets_is_read():
    message, signer = only(build.message(CONTENT, [build.signer(ALICE, NUMBERED, CONTENT)]))
    assert signer.serial == SERIAL_64
    assert cms.verify(message, signer, CONTENT, public(ALICE))


@pytest.mark.parametrize(
    ("item", "what"),
    [
        (build.tlv(0x06, b"\x2a" + b"\x81" * cms_der.MAX_NAME + b"\x01"), "object identifier"),
        (build.tlv(0x06, b"\x2a" + b"\x81" * 200_000 + b"\x01"), "object identifier"),
        (build.tlv(0x02, b"\x01" * (cms_der.MAX_INTEGER + 1)), "integer"),
    ],
)
def test_object_identifiers_and_integers_longer_than_any_are_refused_before_they_are_parsed(item, what):
    with pytest.raises(MalformedArtefact, match=f"the {what} at byte") as caught:
        cms_der.require_der(build.seq(item))
    assert caught.value.problem == "cms-malformed"
    cms_der.require_der(build.seq(build.tlv(0x06, b"\x2a" * cms_der.MAX_NAME)))
    cms_der.require_der(build.seq(build.tlv(0x02, b"\x01" * cms_der.MAX_INTEGER)))


def test_too_many_bytes_items_or_levels_are_refused():
    with pytest.raises(MalformedArtefact, match="at most") as caught:
        cms.parse(b"0" + bytes(cms_der.MAX_SIZE))
    assert caught.value.problem == "artefact-too-large"
    with pytest.raises(MalformedArtefact, match="too many") as caught:
        cms.parse(b"-----BEGIN CMS-----" + b"A" * (2 * cms_der.MAX_SIZE))
    assert caught.value.problem == "artefact-too-large"
    with pytest.raises(MalformedArtefact, match=r"ASN\.1 items"):
        cms.parse(build.seq(b"\x05\x00" * cms_der.MAX_ITEMS))
    deep = b""
    for _ in range(cms_der.MAX_DEPTH + 2):
        deep = build.seq(deep)
    with pytest.raises(MalformedArtefact, match="nested deeper"):
        cms.parse(deep)
    with pytest.raises(MalformedArtefact, match="no bytes"):
        cms_der.require_der(b"")


def test_certificates_of_other_kinds_are_passed_over():
    other = build.tlv(0xA3, build.oid("1.2.3"), build.octets(b"some other certificate"))
    info = build.signer(ALICE, build.by_serial(leaf()), CONTENT)
    message, signer = only(build.message(CONTENT, [info], [other, leaf()], version=5))
    assert len(message.certificates) == 1
    assert cms.verify(message, signer, CONTENT, public(ALICE))


def test_a_message_that_only_carries_certificates_has_no_signers():
    assert cms.parse(build.message(None, [], [leaf()])).signers == ()


def test_what_begins_like_cms_is_told_from_what_does_not():
    assert cms.is_cms(GOOD)
    assert cms.is_cms(GOOD[:20])
    assert not cms.is_cms(leaf().public_bytes(Encoding.DER))
    assert not cms.is_cms(b"-----BEGIN CERTIFICATE-----")
    assert not cms.is_cms(b"")


# --- hostile ------------------------------------------------------------------------------------


def unharmed(data):
    """Read hostile bytes; say whether anything in them verifies."""
    try:
        message = cms.parse(data)
    except MalformedArtefact:
        return False
    assert all(
        isinstance(der, bytes) for signer in message.signers for der in cms.chain_of(message, signer, CONTENT)
    )
    content = message.content if message.content is not None else CONTENT
    return bool(message.signers) and all(
        cms.verify(message, signer, content, public(ALICE)) for signer in message.signers
    )


def test_a_truncated_message_is_refused_at_every_length():
    assert unharmed(GOOD)
    for size in range(len(GOOD)):
        assert not unharmed(GOOD[:size])


def test_a_flipped_bit_anywhere_leaves_no_other_content_verified():
    for index in range(len(GOOD)):
        damaged = bytearray(GOOD)
        damaged[index] ^= (1, 0x20, 0x80)[index % 3]
        if unharmed(bytes(damaged)):
            assert cms.parse(bytes(damaged)).content == CONTENT


@settings(max_examples=tries(300), deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_result_or_our_own_error(data):
    assert not unharmed(data)
    assert not unharmed(b"\x30" + data)
    cms.is_cms(data)


@settings(max_examples=tries(300), deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_any_bytes_in_place_of_some_give_a_result_or_our_own_error(at, data):
    damaged = GOOD[:at] + data + GOOD[at + len(data) :]
    if unharmed(damaged):
        assert cms.parse(damaged).content == CONTENT


def test_a_key_of_another_curve_does_not_verify():
    key = ec.derive_private_key(7, ec.SECP384R1())
    data = build.signed(CONTENT, key, [own(key)], signing=lambda k, d: build.sign(k, d, hashes.SHA256()))
    assert not holds(data, key)
