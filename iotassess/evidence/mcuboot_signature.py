"""Is this the image that was signed, and by whom?

The hash covers header, payload and protected TLVs; a signature covers that hash, or, "pure", the same bytes.
What is verified here is always the hash computed from the bytes that are read, never the one that the image
gives: a good signature over another image's hash says nothing. Only where the payload is encrypted is there
nothing but the given hash, as that is over the plaintext. Then a signature may verify, and nothing shows
that it belongs to these bytes. Source: MCUboot, design.md and encrypted_images.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from iotassess.codec import effort, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.evidence import mcuboot_names as names
from iotassess.evidence.authenticate import Checked, check_blocks, with_failed_digest
from iotassess.evidence.context import Context
from iotassess.evidence.mcuboot_layout import MALFORMED, Layout, Tlv
from iotassess.evidence.mcuboot_test_keys import published_name
from iotassess.evidence.signature_block import Block
from iotassess.model.artefact import Problem, SignatureResult, SignatureStatus
from iotassess.model.problems import problem

_RENAMED: Final = {"cose-unsigned": "mcuboot-unsigned", "cose-bad-signature": "mcuboot-signature-invalid"}
"""What is wrong with a signature of any format, under this format's ids."""

_ED25519_BYTES: Final = 64
_RSA_BYTES: Final = {names.RSA2048: 256, names.RSA3072: 384}

_ECDSA: Final[dict[str, tuple[str, int]]] = {"sha-256": ("ES256", 32), "sha-384": ("ES384", 48)}
"""Image hash: algorithm, and bytes of one half of a signature. MCUboot fixes the curve with the hash."""

_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
_PREHASHED: Final[dict[str, hashes.HashAlgorithm]] = {"sha-256": hashes.SHA256(), "sha-384": hashes.SHA384()}


class ImageHash(NamedTuple):
    """The image hash.

    Attributes:
        alg: "sha-256", "sha-384" or "sha-512".
        given: what the image says.
        computed: what it is, over the bytes of the file.
        matches: whether they are the same; None where the payload is encrypted, so that nobody can tell.
        tlv: where it was read.
    """

    alg: str
    given: bytes
    computed: bytes
    matches: bool | None
    tlv: Tlv

    @property
    def signed(self) -> bytes:
        """What a signature has to be over."""
        return self.given if self.matches is None else self.computed


class _Signed(NamedTuple):
    """What signatures of an image have to be over.

    Attributes:
        covered: header, payload and protected TLVs.
        hash: their hash, if there is one.
        pure: signatures are over the bytes themselves.
        hidden: the bytes are encrypted, so that what was hashed or signed is not known.
    """

    covered: bytes
    hash: ImageHash | None
    pure: bool
    hidden: bool


class Authentication(NamedTuple):
    """What came of hash and signatures.

    Attributes:
        checked: results, problems, and the authenticity, which takes the hash into account.
        hash: the image hash; None where there is none that can be used.
        holds: what is read of header, payload and protected TLVs is what the signatures are over; None where
            an encrypted payload lets nobody tell.
        wellformed: hash and signatures are as the format has them.
    """

    checked: Checked
    hash: ImageHash | None
    holds: bool | None
    wellformed: bool


def authenticate(data: bytes, layout: Layout, context: Context) -> Authentication:
    """Check hash and signatures.

    Args:
        data: the image.
        layout: where things stand in it.
        context: anchors, and the moment of judgement.
    """
    faults: list[Problem] = []
    covered = data[: layout.header.covered_end]
    pure = _is_pure(layout, faults)
    image_hash = _read_hash(covered, layout, faults, needed=not pure)
    problems = list(faults)
    holds = None if image_hash is None else image_hash.matches
    if image_hash is None:  # a pure signature is over the bytes themselves, so it covers them as they are
        holds = None if layout.header.encrypted or faults else True
    elif holds is False:
        problems.append(_mismatch(image_hash))
    signed = _Signed(covered, image_hash, pure, layout.header.encrypted and not holds)
    blocks = [
        _block(tlv, key_hash, carried, signed, f"signatures[{index}]")
        for index, (tlv, key_hash, carried) in enumerate(_signatures(layout))
    ]
    checked = check_blocks(blocks, context, "update", at="signatures")
    found = _with_test_keys(checked, blocks)
    if holds is False:
        checked = with_failed_digest(checked)
    elif holds is None and checked.authenticity in ("authenticated", "intact"):
        checked = checked._replace(authenticity="unverified", verified=False, key=None)
    hidden = (_hidden(),) if holds is None and layout.header.encrypted else ()
    checked = checked._replace(problems=(*problems, *found, *hidden))
    return Authentication(checked, image_hash, holds, not faults)


# --- the hash -----------------------------------------------------------------------------------


def _read_hash(covered: bytes, layout: Layout, faults: list[Problem], *, needed: bool) -> ImageHash | None:
    """Read the image hash and compute it."""
    entries = layout.of(*names.HASHES)
    if not entries:
        if needed:
            message = "no image hash among the TLVs; MCUboot starts no such image"
            faults.append(problem(MALFORMED, message, at="hash"))
        return None
    for tlv in entries:
        if tlv.protected:
            message = f"{tlv.name} stands among the TLVs that it is made over"
            faults.append(problem(MALFORMED, message, at="hash", offset=tlv.offset))
            return None
    if len(entries) > 1:
        message = f"{len(entries)} image hashes; expected one, so that it is clear which one is signed"
        faults.append(problem(MALFORMED, message, at="hash", offset=entries[1].offset))
        return None
    (tlv,) = entries
    alg, name = names.HASHES[tlv.type]
    computed = hashlib.new(name, covered).digest()
    if len(tlv.value) != len(computed):
        message = f"{tlv.name} has {len(tlv.value)} bytes; expected {len(computed)}"
        faults.append(problem(MALFORMED, message, at="hash", offset=tlv.offset))
        return None
    matches: bool | None = tlv.value == computed
    if not matches and layout.header.encrypted:
        matches = None
    return ImageHash(alg, tlv.value, computed, matches, tlv)


def _mismatch(image_hash: ImageHash) -> Problem:
    return problem(
        "mcuboot-hash-mismatch",
        f"header, payload and protected TLVs have the {image_hash.alg} {image_hash.computed.hex()}; the "
        f"image says {image_hash.given.hex()}: it was changed or damaged after it was made; get it again",
        at="hash",
        offset=image_hash.tlv.offset,
    )


def _hidden() -> Problem:
    message = (
        "the payload is encrypted, so that hash and signature, which are over its plaintext, cannot be held "
        "against it here: a good signature may be that of another image; verify the image before it is "
        "encrypted"
    )
    return problem("mcuboot-encrypted", message, at="flags")


def _is_pure(layout: Layout, faults: list[Problem]) -> bool:
    """Tell whether signatures are over the bytes themselves, not over their hash."""
    entries = layout.of(names.SIG_PURE)
    for tlv in entries:
        if tlv.value != b"\x01":
            message = f"SIG_PURE is {tlv.value[:8].hex() or 'empty'}; expected the one byte 01"
            faults.append(problem(MALFORMED, message, at="tlvs", offset=tlv.offset))
    return bool(entries)


# --- the signatures -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Holds:
    """Verifies one signature with a key.

    Attributes:
        alg: IANA COSE name.
        signature: as ``codec.keys`` takes it.
        message: the bytes that were signed or hashed; None where only their hash is known.
        digest: their hash, which saves hashing megabytes for every key; None where there is none.
        hash_name: its algorithm.
    """

    alg: str
    signature: bytes
    message: bytes | None
    digest: bytes | None
    hash_name: str

    def __call__(self, key: Key) -> bool:
        if not keys.fits(key, self.alg):
            return False
        material = key.material
        if self.digest is not None and isinstance(material, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            return self._verify_hash(material, self.digest)
        # An Ed25519 key; or what stands in for a key to find out which one signed, as it does with COSE.
        return self.message is not None and keys.verify(key, self.alg, self.message, self.signature)

    def _verify_hash(self, public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, digest: bytes) -> bool:
        effort.spend(effort.of_public(public))
        scheme = utils.Prehashed(_PREHASHED[self.hash_name])
        try:
            if isinstance(public, rsa.RSAPublicKey):
                public.verify(self.signature, digest, _PSS, scheme)
            else:
                public.verify(_to_der(self.signature), digest, ec.ECDSA(scheme))
        except (InvalidSignature, ValueError):
            return False
        return True


def _never_holds(_key: Key) -> bool:
    return False


def _to_der(signature: bytes) -> bytes:
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    return utils.encode_dss_signature(r, s)


def _from_der(value: bytes, half: int) -> bytes | None:
    """Give r and s side by side; None where the bytes are no ECDSA signature of that size.

    Older versions of imgtool pad the DER with zeros to a fixed length.
    """
    if len(value) < 2 or value[0] != 0x30 or value[1] >= 0x80:
        return None
    end = 2 + value[1]
    if any(value[end:]):
        return None
    try:
        r, s = utils.decode_dss_signature(value[:end])
        return r.to_bytes(half, "big") + s.to_bytes(half, "big")
    except (ValueError, OverflowError):
        return None


def _signatures(layout: Layout) -> Iterator[tuple[Tlv, bytes | None, Key | None]]:
    """Give each signature with the hash of its key, or the key, which stands before it."""
    key_hash: bytes | None = None
    carried: Key | None = None
    for tlv in layout.tlvs:
        if tlv.type == names.KEYHASH:
            key_hash, carried = tlv.value, None
        elif tlv.type == names.PUBKEY:
            key_hash, carried = None, _public_key(tlv.value)
        elif tlv.type in names.SIGNATURES:
            yield tlv, key_hash, carried


def _public_key(value: bytes) -> Key | None:
    if not value.startswith(b"\x30"):
        return None
    try:
        (found,) = keys.load_pem_or_der(value)
    except (KeyFault, ValueError):
        return None
    return found if isinstance(found, Key) and not found.private else None


def _block(tlv: Tlv, key_hash: bytes | None, carried: Key | None, signed: _Signed, at: str) -> Block:
    """Make what ``authenticate`` checks of one signature TLV."""
    alg, signature = _algorithm(tlv, signed)
    status: SignatureStatus | None = None
    if alg is None or (signed.pure and signed.hidden):
        status = "unsupported-alg"
    elif signature is None or tlv.protected or (signed.hash is None and not signed.pure):
        status = "malformed"
    if status is not None or alg is None or signature is None:
        return Block("MCUboot", alg, key_hash, status, (), carried, _never_holds, at)
    message: bytes | None = None if signed.hidden else signed.covered
    digest, hash_name = None, ""
    if signed.hash is not None and not signed.pure:
        digest, hash_name = signed.hash.signed, signed.hash.alg
        if tlv.type == names.ED25519:  # what this algorithm signs is the hash, as if it were the message
            message, digest = digest, None
    holds = _Holds(alg, signature, message, digest, hash_name)
    hashed = 0 if digest is not None or message is None else len(message)
    return Block("MCUboot", alg, key_hash, None, (), carried, holds, at, hashed)


def _algorithm(tlv: Tlv, signed: _Signed) -> tuple[str | None, bytes | None]:
    """Give algorithm and signature of a TLV: None for one that is not known, or bytes that are none."""
    hash_name = "sha-256" if signed.hash is None else signed.hash.alg
    if tlv.type == names.ED25519:
        return "Ed25519", tlv.value if len(tlv.value) == _ED25519_BYTES else None
    if signed.pure:  # MCUboot has it for Ed25519 alone
        return None, None
    if tlv.type in _RSA_BYTES and hash_name == "sha-256":
        return "PS256", tlv.value if len(tlv.value) == _RSA_BYTES[tlv.type] else None
    if tlv.type == names.ECDSA and hash_name in _ECDSA:
        alg, half = _ECDSA[hash_name]
        return alg, _from_der(tlv.value, half)
    return None, None


# --- problems -----------------------------------------------------------------------------------


def _with_test_keys(checked: Checked, blocks: Sequence[Block]) -> Iterator[Problem]:
    """Give the problems of the signatures under this format's ids, and name published test keys."""
    results = dict(zip((block.at for block in blocks), checked.signatures, strict=True))
    told: set[str | None] = set()
    for found in checked.problems:
        result = results.get(found.at or "")
        if found.id == "cose-test-key" and result is not None and result.test_key == "published":
            told.add(found.at)
            found = problem("mcuboot-test-key", found.message, at=found.at)
        elif found.id in _RENAMED:
            found = problem(_RENAMED[found.id], found.message, at=found.at)
        yield found
    for block in blocks:
        result = results[block.at]
        name = None if block.kid is None else published_name(block.kid)
        if name is not None and block.at not in told and not _is_cleared(result):
            message = (
                f"the image says that it is signed with {name}, with which anybody can sign; expected a key "
                "that is kept secret: sign it anew"
            )
            yield problem("mcuboot-test-key", message, at=block.at)
        if result.status == "unsupported-alg":
            yield problem("cose-alg-unsupported", "a signature that this tool cannot verify", at=block.at)
        elif result.status == "malformed":
            message = "a signature that is none of its type, or has no image hash to be over"
            yield problem("mcuboot-signature-invalid", message, at=block.at)


def _is_cleared(result: SignatureResult) -> bool:
    """Whether another key than the one that the image names has verified it."""
    return result.status == "verified" and result.test_key is None
