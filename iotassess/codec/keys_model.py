"""The key itself: what every room holds when it says "key", and how one is made.

Key objects of ``cryptography``, curve points and shared secrets end as one frozen :class:`Key`. Only
public halves and shared secrets are kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from iotassess.errors import IotassessError

try:  # cryptography has ML-DSA since 47; before that such a key is simply not supported
    from cryptography.hazmat.primitives.asymmetric import mldsa as _mldsa
except ImportError:  # pragma: no cover - depends on the installed version
    _mldsa = None  # type: ignore[assignment]

mldsa = _mldsa

Kind = Literal["EC2", "OKP", "RSA", "AKP", "symmetric"]

MIN_SECRET_BYTES: Final = 14
"""112 bits, the floor of NIST SP 800-131A: a shorter secret can be found by trying."""


class KeyFault(IotassessError):  # noqa: N818 - what is wrong is the key, not the program
    """A key cannot be used: not parsable, not of a known type, or not on its curve."""


@dataclass(frozen=True, slots=True)
class Key:
    """One verification key.

    Attributes:
        kind: COSE key type (RFC 9053 section 7; AKP is RFC 9964's), or "symmetric".
        curve: curve, modulus size ("RSA-2048") or parameter set ("ML-DSA-44"); "" for a secret.
        material: the public key object of ``cryptography``, or the secret's bytes. Never printed.
        kid: key identifier, if the key came with one.
        thumbprint: lower-case hex SHA-256 over the DER SubjectPublicKeyInfo; None for a secret, as
            the hash of a secret helps to guess it.
        alg: the only algorithm that the key may be used with (IANA COSE name), or None.
        private: it came as a private key; the private half was dropped.
        may_verify: False where its ``use`` or ``key_ops`` forbids verifying signatures or MACs.
    """

    kind: Kind
    curve: str
    material: Any = field(repr=False, hash=False)
    kid: bytes | None
    thumbprint: str | None
    alg: str | None = None
    private: bool = False
    may_verify: bool = True


# Orders of the curve groups (SEC 2 version 2, section 2): r and s of a signature lie in 1 .. n-1.
CURVES: Final[dict[str, tuple[ec.EllipticCurve, int, int]]] = {
    "P-256": (
        ec.SECP256R1(),
        32,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    "P-384": (
        ec.SECP384R1(),
        48,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    ),
    "P-521": (
        ec.SECP521R1(),
        66,
        0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
    ),
    "secp256k1": (
        ec.SECP256K1(),
        32,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    ),
}
_CURVE_NAMES: Final = {curve.name: name for name, (curve, _, _) in CURVES.items()}

_OKP_PUBLIC: Final[tuple[tuple[type, str], ...]] = (
    (ed25519.Ed25519PublicKey, "Ed25519"),
    (ed448.Ed448PublicKey, "Ed448"),
    (x25519.X25519PublicKey, "X25519"),
    (x448.X448PublicKey, "X448"),
)
_AKP_PUBLIC: Final[dict[str, type]] = (
    {}
    if _mldsa is None
    else {
        "ML-DSA-44": _mldsa.MLDSA44PublicKey,
        "ML-DSA-65": _mldsa.MLDSA65PublicKey,
        "ML-DSA-87": _mldsa.MLDSA87PublicKey,
    }
)


# Prime of the field, and bytes of a point, whose last bit is the sign of x (RFC 8032 sections 5.1 and 5.2).
_EDWARDS: Final[dict[str, tuple[int, int]]] = {
    "Ed25519": (2**255 - 19, 32),
    "Ed448": (2**448 - 2**224 - 1, 57),
}
_ED25519_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7


def _is_weak_point(public: Any, curve: str) -> bool:
    """Tell whether an Edwards point is one of small order, or is not written in its one way.

    With a point of small order as key, signatures that hold for any message can be written down without a
    private key; ``cryptography`` takes such points. Those of order 1, 2 and 4 have y = 1, -1 and 0.
    """
    prime, size = _EDWARDS[curve]
    y = int.from_bytes(public.public_bytes_raw(), "little") & ~(1 << 8 * size - 1)
    if y >= prime or min(y, prime - y) in (0, 1):
        return True
    return curve == "Ed25519" and min(y, prime - y) == min(_ED25519_ORDER_8, prime - _ED25519_ORDER_8)


def _require_sound(public: Any, kind: Kind, curve: str) -> None:
    """Refuse a key with which everybody can sign."""
    if curve in _EDWARDS and _is_weak_point(public, curve):
        raise KeyFault(
            f"the {curve} key is a point of small order or not in its canonical form",
            hint="anybody can sign for such a key; supply the key of the signer",
        )
    if kind == "RSA" and public.public_numbers().n % 2 == 0:
        raise KeyFault(
            f"the modulus of the {curve} key is even, so that anybody can take it apart",
            hint="supply the key of the signer",
        )


def _classify(public: Any) -> tuple[Kind, str]:
    if isinstance(public, ec.EllipticCurvePublicKey):
        return "EC2", _CURVE_NAMES.get(public.curve.name, public.curve.name)
    if isinstance(public, rsa.RSAPublicKey):
        return "RSA", f"RSA-{public.key_size}"
    for cls, name in _OKP_PUBLIC:
        if isinstance(public, cls):
            return "OKP", name
    for name, cls in _AKP_PUBLIC.items():
        if isinstance(public, cls):
            return "AKP", name
    raise KeyFault(
        f"a key of type {type(public).__name__} was given; expected an EC, Ed25519, Ed448, RSA or ML-DSA key",
        hint="supply the public key that signs the artefact",
    )


def from_cryptography(
    public_or_private: Any,
    kid: bytes | None = None,
    alg: str | None = None,
    *,
    may_verify: bool = True,
) -> Key:
    """Make a :class:`Key` of a key object of ``cryptography``; of a private key the public half.

    Raises:
        KeyFault: the object is no key, one of a type that signs nothing we read (DSA, DH), or one with
            which everybody can sign.
    """
    private = hasattr(public_or_private, "private_bytes")
    public = public_or_private.public_key() if private else public_or_private
    kind, curve = _classify(public)
    _require_sound(public, kind, curve)
    try:
        spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm) as fault:  # pragma: no cover - depends on the backend
        raise KeyFault(f"the {curve} key cannot be encoded as SubjectPublicKeyInfo") from fault
    thumbprint = hashlib.sha256(spki).hexdigest()
    return Key(kind, curve, public, kid, thumbprint, alg, private, may_verify)


def from_spki(
    spki: bytes, kind: Kind, curve: str, thumbprint: str, kid: bytes | None = None, alg: str | None = None
) -> Key:
    """Make a :class:`Key` anew of what an earlier one was written down as, without looking into it again.

    Args:
        spki: DER of its SubjectPublicKeyInfo.
        kind: as it was found out.
        curve: likewise.
        thumbprint: SHA-256 of ``spki`` in hex.
        kid: key identifier, or None.
        alg: the one algorithm that it is for, or None.
    """
    return Key(kind, curve, load_der_public_key(spki), kid, thumbprint, alg, False, True)


def from_symmetric(
    secret: bytes, kid: bytes | None = None, alg: str | None = None, *, may_verify: bool = True
) -> Key:
    """Make a :class:`Key` of a shared secret, for HMAC.

    Raises:
        KeyFault: the secret is shorter than :data:`MIN_SECRET_BYTES`.
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise KeyFault(
            f"the symmetric key has {len(secret)} bytes; expected at least {MIN_SECRET_BYTES} (112 bits)",
            hint="a shorter secret can be found by trying, so it authenticates nothing",
        )
    return Key("symmetric", "", bytes(secret), kid, None, alg, False, may_verify)


def ec_key(curve: str, point: bytes, kid: bytes | None = None, alg: str | None = None) -> Key:
    """Make a :class:`Key` of an encoded elliptic-curve point (SEC 1 section 2.3.3, either form).

    Raises:
        KeyFault: the curve is not known, or the bytes are no point on it.
    """
    if curve not in CURVES:
        raise KeyFault(f"curve {curve!r} was given; expected one of {', '.join(CURVES)}")
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVES[curve][0], point)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise KeyFault(f"the {len(point)} bytes given are not a point on {curve}") from fault
    return from_cryptography(public, kid, alg)
