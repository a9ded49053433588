"""Chains that come with a signature: what builds, and each single thing that must keep one from building."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import example, given
from hypothesis import strategies as st

from iotassess.codec.keys import KeyFault
from iotassess.evidence import certificates, x5chain
from iotassess.evidence.certificates import name_anchor
from iotassess.evidence.x5chain import build, leaf_key
from iotassess.model.artefact import PURPOSES
from iotassess.model.assessment import AsOf
from tests.evidence.signing import (
    ALICE,
    AS_OF,
    BOB,
    DAY,
    EDDY,
    NOON,
    ROOT_KEY,
    certificate,
    eku,
    key_usage,
    leaf,
    middle,
    public,
    root,
)

CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
SERVER = "1.3.6.1.5.5.7.3.1"
ANY = "2.5.29.37.0"


def der(*chain):
    return [link.public_bytes(Encoding.DER) for link in chain]


def anchor(certificate_, source="user", purpose=None, called="anchor"):
    return name_anchor(called, certificate_, source, purpose)


def built(chain, *anchors, as_of=AS_OF, purpose="update"):
    return build(der(*chain), anchors or (anchor(root()),), as_of, purpose)


# --- what builds --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chain",
    [
        [leaf(), middle()],
        [leaf(), middle(), root()],
        [leaf((key_usage("digital_signature"), True)), middle((key_usage("key_cert_sign"), True))],
        [leaf((eku(CODE_SIGNING), True)), middle()],
        [leaf((eku(SERVER, ANY), False)), middle()],
        [leaf(), middle((eku(CODE_SIGNING), False))],
        [leaf(ca=None), middle(path_length=0)],
        [certificate("Leaf", ALICE, "Root", ROOT_KEY)],
    ],
    ids=["plain", "with-root", "key-usage", "eku", "any-eku", "issuer-eku", "path-length-0", "direct"],
)
def test_a_sound_chain_builds(chain):
    result = built(chain)
    assert result.anchor is not None, result.reason
    assert (result.anchor.name, result.reason, result.problems) == ("anchor", "", ())
    assert result.path[0] == public(ALICE)
    assert result.path[-1] == public(ROOT_KEY)


def test_a_chain_builds_to_a_named_certificate_in_its_middle():
    result = built([leaf(), middle(), root()], anchor(middle()))
    assert result.anchor is not None
    assert result.anchor.certificate == middle()


def test_the_leaf_itself_may_be_named_whoever_issued_it():
    assert built([leaf()], anchor(leaf())).anchor is not None
    self_signed = certificate("Self", ALICE, "Self", ALICE, ca=True)
    assert built([self_signed], anchor(self_signed)).anchor is not None


def test_a_chain_of_ed25519_authorities_builds():
    top = certificate("Root", EDDY, "Root", EDDY, ca=True)
    assert built([certificate("Leaf", ALICE, "Root", EDDY)], anchor(top)).anchor is not None


def test_the_users_anchor_is_taken_before_the_profiles_and_one_with_purpose_before_one_without():
    result = built(
        [leaf(), middle()],
        anchor(root(), "profile", "update", "theirs"),
        anchor(root(), "user", None, "vague"),
        anchor(root(), "user", "update", "mine"),
    )
    assert result.anchor is not None
    assert result.anchor.name == "mine"


def test_a_self_issued_authority_does_not_count_for_the_path_length():
    new_root_key = BOB
    renewed = certificate("Root", new_root_key, "Root", ROOT_KEY, ca=True)
    old = certificate("Root", ROOT_KEY, "Root", ROOT_KEY, ca=True, path_length=0)
    chain = [certificate("Leaf", ALICE, "Root", new_root_key), renewed]
    assert built(chain, anchor(old)).anchor is not None


@pytest.mark.parametrize("purpose", [*PURPOSES, None])
def test_a_leaf_without_extended_key_usage_may_sign_for_every_purpose(purpose):
    assert built([leaf(), middle()], purpose=purpose).anchor is not None


@pytest.mark.parametrize(
    ("oid", "purpose"),
    [
        (CODE_SIGNING, "update"),
        ("2.23.133.8.3", "attestation"),
        ("1.3.6.1.5.5.7.3.36", "reference"),
        ("1.3.6.1.5.5.7.3.2", "identity"),
        ("1.3.6.1.5.5.7.3.4", "network"),
        ("1.3.6.1.5.5.7.3.37", "results"),
        (SERVER, None),
    ],
)
def test_each_purpose_has_its_extended_key_usages(oid, purpose):
    assert built([leaf((eku(oid), True)), middle()], purpose=purpose).anchor is not None


# --- what does not ------------------------------------------------------------------------------

WEAK_EC = ec.derive_private_key(7, ec.SECP192R1())
WEAK_RSA = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is its fault
LONG_PAST = {"since": NOON - 90 * DAY, "until": NOON - DAY}
FUTURE = {"since": NOON + DAY, "until": NOON + 90 * DAY}
UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
CONSTRAINED = x509.NameConstraints([x509.DNSName("example.org")], None)


@pytest.mark.parametrize(
    ("chain", "top", "id", "reason"),
    [
        ([leaf(**LONG_PAST), middle()], root(), "x509-expired", "certificate 1 of the chain expired on"),
        ([leaf(), middle(**LONG_PAST)], root(), "x509-expired", "certificate 2"),
        ([leaf(), middle()], root(**LONG_PAST), "x509-expired", "the anchor 'anchor' expired"),
        ([leaf(**FUTURE), middle()], root(), "x509-not-yet-valid", "not valid before"),
        ([leaf(), middle(ca=False)], root(), "", "no certification authority"),
        ([leaf(), middle(ca=None)], root(), "", "no certification authority"),
        ([leaf(), middle()], root(ca=False), "", "the anchor 'anchor' is no certification authority"),
        ([leaf(), middle()], root(path_length=0), "", "allows 0 certificates"),
        ([leaf(), middle((key_usage("digital_signature"), True))], root(), "x509-key-usage", "signing cert"),
        ([leaf((key_usage("key_agreement"), True)), middle()], root(), "x509-key-usage", "digital sig"),
        ([leaf((eku(SERVER), False)), middle()], root(), "x509-key-usage", "other uses"),
        ([leaf(), middle((eku(SERVER), False))], root(), "x509-key-usage", "certificate 2 of"),
        ([leaf(ca=True), middle()], root(), "x509-ca-as-leaf", "certification authority"),
        ([leaf((UNKNOWN, True)), middle()], root(), "", "the extension 1.2.3.4"),
        ([leaf(), middle((CONSTRAINED, False))], root(), "", "2.5.29.30"),
        ([certificate("Leaf", WEAK_RSA, "Root", ROOT_KEY)], root(), "x509-weak-key", "1024 bits"),
        ([certificate("Leaf", WEAK_EC, "Root", ROOT_KEY)], root(), "x509-weak-key", "192 bits"),
    ],
)  # fmt: skip
def test_one_fault_keeps_a_chain_from_building(chain, top, id, reason):
    result = built(chain, anchor(top))
    assert result.anchor is None
    assert reason in result.reason
    assert [problem.id for problem in result.problems] == ([id] if id else [])


def test_a_chain_signed_with_a_broken_hash_does_not_build(monkeypatch):
    # The hash cannot be made to be SHA-1: current libraries refuse to sign with it.
    monkeypatch.setattr(certificates, "_SOUND_HASHES", frozenset({"sha384"}))
    result = built([leaf(), middle()])
    assert (result.anchor, result.problems[0].id) == (None, "x509-weak-signature")


def test_an_anchor_that_fails_does_not_hide_one_that_does():
    result = built([leaf(), middle()], anchor(root(**LONG_PAST), called="old"), anchor(root(), "policy"))
    assert result.anchor is not None
    assert result.anchor.name == "anchor"


def test_a_chain_of_nobody_named_does_not_build():
    stranger = certificate("Other", BOB, "Other", BOB, ca=True)
    result = built([leaf(), middle(), root()], anchor(stranger))
    assert (result.anchor, result.problems) == (None, ())
    assert "no certificate that was named" in result.reason
    assert result.path[0] == public(ALICE)


def test_an_authority_of_the_right_name_but_another_key_does_not_do():
    impostor = certificate("Root", BOB, "Root", BOB, ca=True)
    assert built([leaf(), middle()], anchor(impostor)).anchor is None
    assert built([leaf(), middle(), impostor], anchor(root())).anchor is not None  # middle is root's
    assert built([leaf(), middle(), impostor], anchor(impostor)).anchor is None


def test_links_that_do_not_hang_together_do_not_build():
    result = built([leaf(), root(), middle()])
    assert result.anchor is None
    assert "certificate 1 is not issued by the next" in result.reason


def test_a_certificate_with_a_spoiled_signature_does_not_build():
    good = leaf().public_bytes(Encoding.DER)
    spoiled = good[:-1] + bytes([good[-1] ^ 1])
    assert build([spoiled, *der(middle())], [anchor(root())], AS_OF, "update").anchor is None


def test_a_chain_that_is_too_long_is_not_looked_at():
    result = built([leaf()] * (x5chain.MAX_CHAIN + 1))
    assert "at most 10" in result.reason


def test_a_certificate_that_is_too_long_is_not_parsed():
    with pytest.raises(KeyFault, match="at most"):
        leaf_key([b"\x30" * (certificates.MAX_CERTIFICATE_BYTES + 1)])


def test_a_huge_rsa_authority_is_not_verified_with(monkeypatch):
    monkeypatch.setattr(x5chain, "MAX_RSA_BITS", 1000)
    top = certificate("Root", WEAK_RSA, "Root", WEAK_RSA, ca=True)
    result = built([certificate("Leaf", ALICE, "Root", WEAK_RSA), top])
    assert "RSA key of 1024 bits" in result.reason


def test_a_key_of_a_type_that_signs_nothing_here_is_a_reason():
    private = dsa.generate_private_key(2048)
    odd = certificate("Leaf", private, "Root", ROOT_KEY)
    with pytest.raises(KeyFault):
        leaf_key(der(odd))
    assert "a certificate of the chain" in built([odd]).reason


def test_a_day_is_inside_a_validity_that_touches_it():
    start, end = NOON.replace(hour=0), NOON.replace(hour=23)
    day = AsOf(start, end)
    assert built([leaf(since=NOON - DAY, until=NOON), middle()], as_of=day).anchor is not None
    assert built([leaf(since=NOON, until=NOON + DAY), middle()], as_of=day).anchor is not None
    assert built([leaf(until=start - DAY / 24), middle()], as_of=day).problems[0].id == "x509-expired"
    assert built([leaf(since=end + DAY / 24), middle()], as_of=day).problems[0].id == "x509-not-yet-valid"


# --- hostile bytes ------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_random_bytes_are_a_reason_and_no_crash(ders):
    assert build(ders, [anchor(root())], AS_OF, None).anchor is None


@given(st.integers(0, 10_000), st.integers(1, 255), st.booleans())
@example(258, 1, False)
def test_a_flipped_byte_in_what_the_issuer_signed_never_builds(position, change, cut):
    good = leaf((key_usage("digital_signature"), True), (eku(CODE_SIGNING), False))
    bad = bytearray(good.public_bytes(Encoding.DER))
    bad[position % len(bad)] ^= change
    data = bytes(bad[: position % len(bad)] if cut else bad)
    result = build([data, *der(middle())], [anchor(root())], AS_OF, "update")
    if result.anchor is not None:  # only what the issuer did not sign: spare bits of the signature's encoding
        changed = x509.load_der_x509_certificate(data)
        assert changed.tbs_certificate_bytes == good.tbs_certificate_bytes


def test_lax_encodings_warn_nobody():
    # A certificate with a negative serial number: read with a warning, which is not for the user.
    good = leaf().public_bytes(Encoding.DER)
    at = good.index(b"\x02\x04") if b"\x02\x04" in good else good.index(b"\x02\x05")
    lax = good[: at + 2] + bytes([good[at + 2] | 0x80]) + good[at + 3 :]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert build([lax], [anchor(root())], AS_OF, None).anchor is None


def test_an_anchor_whose_key_usage_forbids_signing_does_not_verify_directly():
    assert anchor(root()).key.may_verify is True
    authority = certificate("Root", ROOT_KEY, "Root", ROOT_KEY, (key_usage("key_cert_sign"), True), ca=True)
    assert anchor(authority).key.may_verify is False


# --- other people's chains ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "suffix"), [("corim-rs", "pem"), ("corim-store", "pem"), ("veraison-corim", "der")]
)
def test_published_chains_build_to_their_roots(stem, suffix):
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    links = []
    for part in ("leaf", "intermediate", "root"):
        data = (Path(folder) / "x509" / f"{stem}-{part}.{suffix}").read_bytes()
        loader = x509.load_pem_x509_certificate if suffix == "pem" else x509.load_der_x509_certificate
        links.append(loader(data))
    moment = links[0].not_valid_before_utc + DAY
    as_of = AsOf(moment, moment)
    result = built(links[:2], anchor(links[2]), as_of=as_of, purpose="reference")
    assert result.anchor is not None, result.reason
    assert built(links[:1], anchor(links[2]), as_of=as_of).anchor is None
    assert built(links[:2], anchor(root()), as_of=as_of).anchor is None
