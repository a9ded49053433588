"""A good signature over a digest is worth what the digest is: SUIT manifests and CMS messages."""

from __future__ import annotations

import hashlib
from typing import Any

import cbor2
import pytest

from tests.crypto import second
from tests.evidence import cms_builder as cms
from tests.evidence import mud_builder as mud
from tests.evidence import signing
from tests.evidence import suit_builder as suit
from tests.evidence.signing import ALICE, BOB, NOON
from tests.evidence.suit_reading import read

# --- SUIT ---------------------------------------------------------------------------------------


def suit_holds(envelope: bytes) -> bool:
    """A second reading: every block holds over the digest, and the digest is the manifest's."""
    members = cbor2.loads(envelope).value
    signed, *blocks = cbor2.loads(members[2])
    number, given = cbor2.loads(signed)
    names = {-16: "sha256", -43: "sha384", -44: "sha512"}
    if number not in names or not blocks:
        return False
    if hashlib.new(names[number], cbor2.dumps(members[3])).digest() != given:
        return False
    for block in blocks:
        protected, _, payload, signature = cbor2.loads(block).value
        number = cbor2.loads(protected).get(1)
        if type(number) is not int or payload not in (None, signed):
            return False
        structure = cbor2.dumps(["Signature1", protected, b"", signed])
        if not second.holds(number, suit.SIGNER, structure, signature):
            return False
    return True


def digest_edit(edit: Any) -> Any:
    """An envelope whose digest was edited before it was signed, so that the signature is good."""

    def change(plan: suit.Plan) -> None:
        plan.digest = lambda data: edit(suit.digest(data))

    return change


def blocks(*makers: Any) -> Any:
    def change(plan: suit.Plan) -> None:
        plan.blocks = lambda payload: [make(payload) for make in makers]

    return change


def spoiled(payload: bytes) -> Any:
    block = suit.cose_block(payload)
    protected, unprotected, content, signature = block.value
    return cbor2.CBORTag(18, [protected, unprotected, content, bytes((signature[0] ^ 1,)) + signature[1:]])


def by_stranger(payload: bytes) -> Any:
    return suit.cose_block(payload, key=suit.STRANGER)


def over(data: bytes) -> Any:
    return lambda _payload: suit.cose_block(data)


def high_s(payload: bytes) -> Any:
    from tests.crypto.test_token_identity import resigned

    return resigned(cbor2.dumps(suit.cose_block(payload)))


LENGTH = ("suit-digest-length", "suit-manifest-digest-mismatch")
FLIPPED: Any = lambda pair: [pair[0], bytes((pair[1][0] ^ 1,)) + pair[1][1:]]  # noqa: E731
OTHER_IMAGE = hashlib.sha256(b"another manifest").digest()

ENVELOPES: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "one bit of the digest": (digest_edit(FLIPPED), "failed", ("suit-manifest-digest-mismatch",)),
    "the digest of another manifest": (
        digest_edit(lambda pair: [pair[0], OTHER_IMAGE]), "failed", ("suit-manifest-digest-mismatch",),
    ),
    "SHA-256 under the name of SHA-384": (
        digest_edit(lambda pair: [-43, pair[1]]), "failed", LENGTH,
    ),
    "SHA-256 under the name of SHAKE128": (
        digest_edit(lambda pair: [-18, pair[1]]), "failed", ("suit-manifest-digest-mismatch",),
    ),
    "half a digest": (digest_edit(lambda pair: [pair[0], pair[1][:16]]), "failed", LENGTH),
    "one byte of it": (digest_edit(lambda pair: [pair[0], pair[1][:1]]), "failed", LENGTH),
    "no byte of a digest": (digest_edit(lambda pair: [pair[0], b""]), "failed", LENGTH),
    "a digest with a byte behind it": (
        digest_edit(lambda pair: [pair[0], pair[1] + b"\0"]), "failed", LENGTH,
    ),
    "a good block and a spoiled one": (
        blocks(suit.cose_block, spoiled), "failed", ("cose-bad-signature",),
    ),
    "a spoiled block and a good one": (
        blocks(spoiled, suit.cose_block), "failed", ("cose-bad-signature",),
    ),
    "a good block and a stranger's": (
        blocks(suit.cose_block, by_stranger), "failed", ("cose-bad-signature",),
    ),
    "a block over no bytes": (blocks(over(b"")), "failed", ("cose-bad-signature",)),
}  # fmt: skip


def envelope(change: Any = None) -> bytes:
    plan = suit.good()
    if change is not None:
        change(plan)
    return plan.build()


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_manifest_is_authentic_only_where_signature_and_digest_hold(name):
    change, authenticity, expected = ENVELOPES[name]
    assert read(envelope()).authenticity == "authenticated"
    found = read(envelope(change))
    assert found.authenticity == authenticity
    assert {one.id for one in found.problems if one.severity == "error"} == set(expected)
    assert not any(one.covered and not one.observed for one in found.shown)


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_second_reading_agrees_on_manifests(name):
    assert suit_holds(envelope())
    assert not suit_holds(envelope(ENVELOPES[name][0]))


@pytest.mark.parametrize("number", [-43, -44])
def test_longer_digests_hold_too(number):
    def change(plan: suit.Plan) -> None:
        plan.digest = lambda data: suit.digest(data, number)

    assert read(envelope(change)).authenticity == "authenticated"
    assert suit_holds(envelope(change))


def test_two_good_blocks_are_authentic_together():
    data = envelope(blocks(suit.cose_block, high_s))
    found = read(data)
    assert (found.authenticity, [one.status for one in found.signatures]) == (
        "authenticated",
        ["verified"] * 2,
    )
    assert suit_holds(data)


# --- CMS ----------------------------------------------------------------------------------------

FILE = mud.data()
CHAIN = mud.CHAIN
ROOT = [CHAIN[2].public_bytes(signing.Encoding.DER)]


def judged(message: bytes) -> Any:
    return mud.read(FILE, mud.anchor(), beside=[("mud.p7s", message)])


def attributes(*kept: str, content: bytes = FILE, kind: str = cms.DATA, times: int = 1) -> list[bytes]:
    made = {
        "type": cms.attribute(cms.CONTENT_TYPE, cms.oid(kind)),
        "digest": cms.attribute(cms.MESSAGE_DIGEST, cms.octets(cms.digest(cms.SHA_256, content))),
        "time": cms.attribute(cms.SIGNING_TIME, cms.tlv(0x17, b"261031120000Z")),
    }
    return [made[name] for name in kept for _ in range(times)]


def message(**choices: Any) -> bytes:
    return mud.signature(FILE, **choices)


def two_digests() -> bytes:
    values = [cms.octets(cms.digest(cms.SHA_256, data)) for data in (FILE, b"another file")]
    doubled = [cms.attribute(cms.MESSAGE_DIGEST, *values), *attributes("type")]
    return message(attributes=doubled)


def with_two_signers(other: Any) -> bytes:
    signers = [cms.signer(key, cms.by_serial(CHAIN[0]), FILE) for key in (ALICE, other)]
    return cms.message(None, signers, CHAIN)


def der_change(change: Any) -> bytes:
    signed = cms.sign(ALICE, cms.set_of(*cms.attributes_of(FILE)))
    return message(signature=change(signed))


ES384, RS256 = cms.algorithm(cms.ECDSA_SHA_384), cms.algorithm(cms.RSA_SHA_256)
NO_TYPE = "openssl does not compare the content type with the one that was signed (RFC 5652 section 11.1)"
NO_NAME = "openssl goes by the digest's name and the type of the key, and not by the name of the algorithm"
MESSAGES: dict[str, tuple[Any, str]] = {
    "another file's digest": (lambda: message(attributes=attributes("type", "digest", content=b"x")), ""),
    "no digest among the attributes": (lambda: message(attributes=attributes("type", "time")), ""),
    "no content type among the attributes": (lambda: message(attributes=attributes("digest", "time")), ""),
    "another content type among the attributes": (
        lambda: message(attributes=attributes("type", "digest", kind=cms.SIGNED_DATA)), NO_TYPE,
    ),
    "an attribute twice": (lambda: message(attributes=attributes("type", "digest", times=2)), ""),
    "two digests in one attribute": (two_digests, ""),
    "the name of another digest": (
        lambda: message(digest_algorithm=cms.SHA_384, attributes=attributes("type", "digest")), "",
    ),
    "an algorithm of another hash": (lambda: message(signature_algorithm=ES384), NO_NAME),
    "an algorithm of another family": (lambda: message(signature_algorithm=RS256), NO_NAME),
    "a signature over the file itself": (lambda: message(signature=cms.sign(ALICE, FILE)), ""),
    "another key": (lambda: mud.signature(FILE, BOB), ""),
    "a second signer with another key": (lambda: with_two_signers(BOB), ""),
    "r and s side by side": (lambda: der_change(raw), ""),
    "a byte behind the signature": (lambda: der_change(lambda made: made + b"\0"), ""),
    "no signature": (lambda: der_change(lambda _made: b""), ""),
}  # fmt: skip


def raw(signature: bytes) -> bytes:
    from tests.crypto.certificate_edits import side_by_side

    return side_by_side(signature)


MALFORMED = ("failed", ["malformed"], ["cms-malformed", "mud-signature-invalid"])
UNSUPPORTED = ("unverified", ["unsupported-alg"], ["cose-alg-unsupported"])
BAD = ("failed", ["bad-signature"], ["cose-bad-signature", "mud-signature-invalid"])
OUTCOMES: dict[str, tuple[str, list[str], list[str]]] = {
    "no digest among the attributes": MALFORMED,
    "no content type among the attributes": MALFORMED,
    "an attribute twice": MALFORMED,
    "two digests in one attribute": MALFORMED,
    "the name of another digest": UNSUPPORTED,
    "an algorithm of another hash": UNSUPPORTED,
    "an algorithm of another family": ("unverified", ["no-key"], ["cose-key-mismatch", "cose-no-key"]),
    "a second signer with another key": (BAD[0], ["verified", "bad-signature"], BAD[2]),
}
"""What comes of the messages; of the others a bad signature."""


@pytest.mark.parametrize("name", MESSAGES)
def test_a_file_is_authentic_only_where_attributes_and_signature_hold(name):
    good = judged(message())
    assert (good.authenticity, [one.status for one in good.signatures]) == ("authenticated", ["verified"])
    found = judged(MESSAGES[name][0]())
    authenticity, statuses, reported = OUTCOMES.get(name, BAD)
    assert (found.authenticity, [one.status for one in found.signatures]) == (authenticity, statuses)
    assert sorted(one.id for one in found.problems) == reported


@second.needs_openssl
@pytest.mark.parametrize("name", MESSAGES)
def test_openssl_agrees_on_messages(name):
    assert second.cms_holds(message(), ROOT, NOON, FILE)
    make, differs = MESSAGES[name]
    assert second.cms_holds(make(), ROOT, NOON, FILE) == bool(differs)


def test_of_two_certificates_with_one_issuer_and_serial_number_the_signers_is_found():
    clash = signing.certificate("Leaf", BOB, "Middle", signing.MIDDLE_KEY)
    assert clash.serial_number == CHAIN[0].serial_number
    for chain in ((clash, *CHAIN), (CHAIN[0], clash, *CHAIN[1:])):
        data = cms.message(None, [cms.signer(ALICE, cms.by_serial(CHAIN[0]), FILE)], chain)
        assert judged(data).authenticity == "authenticated"
        forged = cms.message(None, [cms.signer(BOB, cms.by_serial(CHAIN[0]), FILE)], chain)
        found = mud.read(FILE, mud.anchor(), beside=[("mud.p7s", forged)])
        assert found.authenticity == "intact"  # the clash's key signed, whom nobody named
        assert [one.key for one in found.signatures] == [None]
