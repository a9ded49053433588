"""Who vouches for a bundle: nobody but an anchor that the reader named for results."""

import functools
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from iotassess.bundle.manifest import MANIFEST, MEDIA_TYPE, SIGNATURE, SIGNER
from iotassess.codec import cbor
from iotassess.codec.signing import load_signing_key, sign1
from iotassess.errors import UsageError
from iotassess.evidence import published_keys
from iotassess.evidence.anchor_files import AnchorSpec
from tests.bundle.making import (
    KEYS,
    NODE,
    VOUCHED,
    entries,
    example,
    ids,
    key,
    looked_at,
    relisted,
    signed,
    together,
)
from tests.examples import edit

PUBLIC = KEYS / "verifier.pub.pem"


@functools.cache
def files():
    return entries(example())


def state(found):
    return found.authenticity, ids(found), found.rerun


# --- whose key ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchors", "authenticity", "reasons"),
    [
        (VOUCHED, "authenticated", []),
        ((), "intact", ["signature-not-vouched"]),
        ((AnchorSpec(PUBLIC, None),), "intact", ["signature-not-vouched"]),
        ((AnchorSpec(PUBLIC, "update"),), "intact", ["signature-not-vouched"]),
        ((AnchorSpec(PUBLIC, "attestation"), *VOUCHED), "authenticated", []),
        ((AnchorSpec(PUBLIC, None), *VOUCHED), "authenticated", []),
        ((AnchorSpec(KEYS / "rogue.pub.pem", "results"),), "intact", ["signature-not-vouched"]),
        ((AnchorSpec(NODE / "anchors", None),), "authenticated", []),
    ],
    ids=["named", "nobody", "no-purpose", "for-updates", "and-named", "both-ways", "somebody-else", "folder"],
)
def test_only_an_anchor_for_results_authenticates(anchors, authenticity, reasons):
    assert state(looked_at(example(), anchors)) == (authenticity, reasons, "identical")


def test_a_purpose_that_is_missing_is_told():
    (reason,) = looked_at(example(), (AnchorSpec(PUBLIC, None),)).reasons
    assert "the anchor verifier was not named for results" in reason.message


def test_the_reader_is_told_which_key_it_was():
    (reason,) = looked_at(example(), ()).reasons
    assert key().thumbprint in reason.message
    assert looked_at(example()).signatures[0].thumbprint == key().thumbprint


def test_a_reader_may_know_that_nobody_vouches_for_it():
    found = looked_at(example(), (), allow_unsigned=True)
    assert found.accepted
    assert found.authenticity == "intact"
    assert [reason.id for reason in found.waived] == ["signature-not-vouched"]


def test_an_unusable_anchor_is_the_reader_s_mistake(tmp_path):
    with pytest.raises(UsageError):
        looked_at(example(), (AnchorSpec(tmp_path / "nowhere.pem", "results"),))


@pytest.mark.parametrize("name", ["update-ed25519", "reference", "rogue"])
def test_a_bundle_by_another_key_is_not_the_maker_s(name):
    found = looked_at(together(signed(files(), name)))
    assert state(found) == ("intact", ["signature-not-vouched"], "identical")
    assert looked_at(
        together(signed(files(), name)), [AnchorSpec(KEYS / f"{name}.pub.pem", "results")]
    ).accepted


# --- published test keys ------------------------------------------------------------------------


@pytest.fixture
def without_example(tmp_path):
    """The bundle of a profile that is no example, its result as it has to be."""
    from tests.bundle.making import make
    from tests.examples import copy

    folder = copy("sensor-node", tmp_path)
    edit(folder / "good.yaml", ("example: true", "example: false"))
    return make(folder).data


def test_this_repository_s_test_key_serves_for_an_example_alone(without_example):
    found = looked_at(without_example)
    assert state(found) == ("authenticated", ["signature-test-key"], "identical")
    assert not looked_at(without_example, allow_unsigned=True).accepted


def test_a_key_that_somebody_published_never_serves(monkeypatch):
    monkeypatch.setitem(published_keys._PUBLIC, key("rogue").thumbprint, "a key from a book")
    for anchors in ([AnchorSpec(KEYS / "rogue.pub.pem", "results")], ()):
        found = looked_at(together(signed(files(), "rogue")), anchors, allow_unsigned=True)
        assert ids(found) == ["signature-test-key"]
        assert "cose-test-key" in [problem.id for problem in found.problems]


def test_a_key_of_one_s_own_serves_for_any_profile(tmp_path, without_example):
    private = ec.derive_private_key(0x0815, ec.SECP256R1())
    file = tmp_path / "own.pem"
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    own = load_signing_key(file)
    (tmp_path / "own.pub.pem").write_bytes(own.public_pem)
    changed = relisted({**entries(without_example), SIGNER: own.public_pem})
    changed[SIGNATURE] = sign1(own, changed[MANIFEST], content_type=MEDIA_TYPE, detached=True)
    anchors = [AnchorSpec(tmp_path / "own.pub.pem", "results")]
    assert looked_at(together(changed), anchors).accepted
    assert ids(looked_at(together(changed))) == ["signature-not-vouched"]


# --- another message ----------------------------------------------------------------------------


def another(**options):
    """A signature by the maker that is not as bundles have it."""
    payload = options.pop("payload", files()[MANIFEST])
    return sign1(key(), payload, **{"content_type": MEDIA_TYPE, "detached": True, **options})


def rewritten(change):
    """The maker's message with one part changed."""
    message = cbor.loads(files()[SIGNATURE])
    parts = list(message.value)
    number = change(parts) or 18
    return cbor.encode_head(6, number) + cbor.dumps(parts)


def add_header(parts):
    parts[1] = {4: b"somebody else"}


def as_mac(parts):
    parts[0] = cbor.dumps({1: 5, 3: MEDIA_TYPE})


def flip(parts):
    parts[3] = bytes([parts[3][0] ^ 1]) + parts[3][1:]


MESSAGES = {
    "not CBOR": (lambda: b"\xff", "cannot be read"),
    "empty": (lambda: b"", "cannot be read"),
    "a map": (lambda: b"\xa0", "cannot be read"),
    "without its tag": (lambda: files()[SIGNATURE][1:], "untagged COSE_Sign1"),
    "a COSE_Mac0": (lambda: rewritten(lambda parts: 17), "got an COSE_Mac0"),
    "with the manifest in it": (lambda: another(detached=False), "has a content of its own"),
    "over another type": (
        lambda: another(content_type="application/json"),
        "does not say under its signature",
    ),
    "over no type": (lambda: another(content_type=None), "does not say under its signature"),
    "with a header that nobody signed": (
        lambda: rewritten(add_header),
        "headers that the signature does not cover",
    ),
    "by a shared secret": (functools.partial(rewritten, as_mac), "made with a shared secret"),
    "over another manifest": (lambda: another(payload=files()[MANIFEST] + b" "), "does not hold"),
    "with a bit flipped": (functools.partial(rewritten, flip), "does not hold"),
    "cut": (lambda: files()[SIGNATURE][:-1], "cannot be read"),
    "with a byte more": (lambda: files()[SIGNATURE] + b"\0", "cannot be read"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_another_message_is_no_signature(name):
    make, said = MESSAGES[name]
    found = looked_at(together({**files(), SIGNATURE: make()}), allow_unsigned=True)
    assert (found.authenticity, ids(found)) == ("failed", ["signature-failed"])
    assert said in found.reasons[0].message


SIGNERS = {
    "a private key": (KEYS / "verifier.key.pem").read_bytes,
    "a secret": lambda: json.dumps({"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQ"}).encode(),
    "a certificate": (KEYS / "masa.cert.pem").read_bytes,
    "two keys": lambda: files()[SIGNER] * 2,
    "nothing": lambda: b"",
    "something": lambda: b"hello",
}


@pytest.mark.parametrize("name", SIGNERS)
def test_what_is_no_public_key_is_no_signer(name):
    changed = relisted({**files(), SIGNER: SIGNERS[name]()})
    changed[SIGNATURE] = sign1(key(), changed[MANIFEST], content_type=MEDIA_TYPE, detached=True)
    found = looked_at(together(changed), allow_unsigned=True)
    secret = ["secret-in-bundle"] if name in ("a private key", "a secret") else []
    assert ids(found) == [*secret, "signature-failed"]
    assert SIGNER in found.reasons[-1].message


def test_a_signer_s_key_of_another_type_leaves_it_unverified():
    changed = relisted({**files(), SIGNER: (KEYS / "rogue-ed25519.pub.pem").read_bytes()})
    changed[SIGNATURE] = sign1(key(), changed[MANIFEST], content_type=MEDIA_TYPE, detached=True)
    assert looked_at(together(changed), VOUCHED).authenticity == "authenticated"
    found = looked_at(together(changed), ())
    assert (found.authenticity, found.accepted) == ("unverified", False)
