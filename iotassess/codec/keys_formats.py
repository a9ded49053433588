"""Keys as they are written down: PEM, DER, JWK (RFC 7517) and COSE_Key (RFC 9052 section 7).

A key file may be hostile too (a key in a token's header or an endorsement is), so whatever is wrong
with it ends as :class:`KeyFault`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from iotassess.codec.keys_model import (
    CURVES,
    Key,
    KeyFault,
    ec_key,
    from_cryptography,
    from_symmetric,
    mldsa,
)
from iotassess.codec.keys_verify import MAX_RSA_BITS

if TYPE_CHECKING:
    # It takes as long to import as all of pydantic, so it is imported where a certificate may have come.
    from cryptography import x509

MAX_KEY_FILE_BYTES: Final = 1 << 20
"""Longest file of keys: a key or chain of certificates is some kilobytes; a folder's worth of them fits a
mebibyte."""

MAX_PEM_BLOCKS: Final = 1000
"""PEM blocks of one file: each costs a parse; more anchors than that are a mistake or an attack."""

MAX_RSA_NUMBER_BYTES: Final = MAX_RSA_BITS // 8
"""Bytes of an RSA modulus or exponent that are looked at: those of the longest key that is verified with."""

_EC_CURVE_IDS: Final = {1: "P-256", 2: "P-384", 3: "P-521", 8: "secp256k1"}
_OKP_CURVE_IDS: Final = {4: "X25519", 5: "X448", 6: "Ed25519", 7: "Ed448"}
_OKP: Final[dict[str, tuple[Any, Any]]] = {
    "Ed25519": (ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey),
    "Ed448": (ed448.Ed448PublicKey, ed448.Ed448PrivateKey),
    "X25519": (x25519.X25519PublicKey, x25519.X25519PrivateKey),
    "X448": (x448.X448PublicKey, x448.X448PrivateKey),
}
_AKP: Final[dict[str, tuple[Any, Any]]] = (
    {}
    if mldsa is None
    else {
        "ML-DSA-44": (mldsa.MLDSA44PublicKey, mldsa.MLDSA44PrivateKey),
        "ML-DSA-65": (mldsa.MLDSA65PublicKey, mldsa.MLDSA65PrivateKey),
        "ML-DSA-87": (mldsa.MLDSA87PublicKey, mldsa.MLDSA87PrivateKey),
    }
)

COSE_ALGORITHMS: Final[dict[int, str]] = {
    -7: "ES256",
    -8: "EdDSA",
    -9: "ESP256",
    -19: "Ed25519",
    -35: "ES384",
    -36: "ES512",
    -37: "PS256",
    -38: "PS384",
    -39: "PS512",
    -46: "HSS-LMS",
    -47: "ES256K",
    -48: "ML-DSA-44",
    -49: "ML-DSA-65",
    -50: "ML-DSA-87",
    -51: "ESP384",
    -52: "ESP512",
    -53: "Ed448",
    -257: "RS256",
    -258: "RS384",
    -259: "RS512",
    4: "HMAC 256/64",
    5: "HMAC 256/256",
    6: "HMAC 384/384",
    7: "HMAC 512/512",
}
"""Signature and MAC algorithms of the IANA "COSE Algorithms" registry that are known by name."""

_JOSE_ALGORITHMS: Final = {
    "HS256": "HMAC 256/256",
    "HS384": "HMAC 384/384",
    "HS512": "HMAC 512/512",
}
"""JOSE names that differ from COSE's; the others (ES256, PS256, EdDSA, ML-DSA-44 …) are the same."""

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*=?=?")

_VERIFYING_OPERATIONS: Final = frozenset({1, 2, 9, 10, "sign", "verify"})
"""key_ops of RFC 9052 table 5 and RFC 7517 section 4.3. Signing is let pass: its public half verifies."""


# --- PEM and DER --------------------------------------------------------------------------------

_BEGIN: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_SKIPPED_LABELS: Final = frozenset({b"EC PARAMETERS"})
_PUBLIC_LABELS: Final = frozenset({b"PUBLIC KEY", b"RSA PUBLIC KEY"})
_CERTIFICATE_LABELS: Final = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE"})
_PRIVATE_LABELS: Final = frozenset({b"PRIVATE KEY", b"EC PRIVATE KEY", b"RSA PRIVATE KEY"})


def _load(loader: Callable[[], Any], what: str) -> Any:
    try:
        return loader()
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as fault:
        raise KeyFault(
            f"{what} cannot be read: {str(fault).splitlines()[0] if str(fault) else 'bad encoding'}",
            hint="check that the file is whole, and not encrypted",
        ) from fault


def _pem_block(label: bytes, block: bytes) -> Key | x509.Certificate:
    if label in _CERTIFICATE_LABELS:
        from cryptography import x509

        certificate: x509.Certificate = _load(
            lambda: x509.load_pem_x509_certificate(block), "the PEM certificate"
        )
        return certificate
    if label in _PUBLIC_LABELS:
        return from_cryptography(_load(lambda: load_pem_public_key(block), "the PEM public key"))
    if label in _PRIVATE_LABELS:
        private = _load(lambda: load_pem_private_key(block, None), "the PEM private key")
        return from_cryptography(private)
    raise KeyFault(
        f"a PEM block {label.decode('ascii', 'replace')!r} was given; expected CERTIFICATE, "
        "PUBLIC KEY or an unencrypted PRIVATE KEY",
        hint="export the public key or certificate as PEM",
    )


def _load_pem(data: bytes) -> list[Key | x509.Certificate]:
    found: list[Key | x509.Certificate] = []
    position = 0
    while begin := _BEGIN.search(data, position):
        end_line = b"-----END " + begin[1] + b"-----"
        end = data.find(end_line, begin.end())
        if end < 0:
            raise KeyFault(
                f"the PEM block at byte {begin.start()} has no END line",
                hint="the file is cut off; export the key again",
            )
        position = end + len(end_line)
        if begin[1] in _SKIPPED_LABELS:
            continue
        if len(found) >= MAX_PEM_BLOCKS:
            raise KeyFault(f"more than {MAX_PEM_BLOCKS} PEM blocks in one file")
        found.append(_pem_block(begin[1], data[begin.start() : position] + b"\n"))
    if not found:
        raise KeyFault("no key or certificate in the PEM file")
    return found


def load_pem_or_der(data: bytes) -> list[Key | x509.Certificate]:
    """Read public keys, private keys (kept as public) and certificates, several in one PEM.

    Args:
        data: the file's bytes: PEM, or one DER certificate, SubjectPublicKeyInfo, PKCS #1 public key
            or unencrypted private key.

    Raises:
        KeyFault: nothing of the kind is in it, or one block of it cannot be read.
    """
    if len(data) > MAX_KEY_FILE_BYTES:
        raise KeyFault(
            f"the key file has {len(data)} bytes; expected at most {MAX_KEY_FILE_BYTES}",
            hint="supply the public key or certificate alone",
        )
    if b"-----BEGIN " in data:
        return _load_pem(data)
    from cryptography import x509

    loaders: Sequence[Callable[[bytes], Any]] = (
        x509.load_der_x509_certificate,
        load_der_public_key,
        lambda der: load_der_private_key(der, None),
    )
    for loader in loaders:
        try:
            loaded = loader(data)
        except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm):
            continue
        return [loaded if isinstance(loaded, x509.Certificate) else from_cryptography(loaded)]
    raise KeyFault(
        "the file is neither a PEM nor a DER key or certificate",
        hint="expected a public key or certificate as PEM or DER, a JWK, or a COSE_Key",
    )


# --- what JWK and COSE_Key share ----------------------------------------------------------------


def _ec_public(curve: str, x: bytes, y: bytes | bool, kid: bytes | None, alg: str | None) -> Key:
    """Make an EC key of coordinates; ``y`` is the sign bit where the point is compressed."""
    size = CURVES[curve][1]
    if len(x) != size or (not isinstance(y, bool) and len(y) != size):
        # RFC 9053 section 7.1.1 and RFC 7518 section 6.2.1.2: leading zeros are kept
        raise KeyFault(f"a coordinate of the {curve} key is not {size} bytes long")
    point = (b"\x03" if y else b"\x02") + x if isinstance(y, bool) else b"\x04" + x + y
    return ec_key(curve, point, kid, alg)


def _ec_private(curve: str, d: bytes) -> Any:
    if not d or len(d) > CURVES[curve][1]:
        raise KeyFault(f"the private {curve} key has {len(d)} bytes")
    scalar = int.from_bytes(d, "big")
    return _load(lambda: ec.derive_private_key(scalar, CURVES[curve][0]), f"the {curve} key")


def _raw_public(
    table: Mapping[str, tuple[Any, Any]], name: str, public: bytes | None, private: bytes | None
) -> Any:
    """Make a key object of raw bytes (OKP, AKP), of the private half where the public is missing."""
    if name not in table:
        raise KeyFault(
            f"the key is for {name!r}; expected one of {', '.join(table) or 'none supported here'}"
        )
    public_type, private_type = table[name]
    if public is not None:
        return _load(lambda: public_type.from_public_bytes(public), f"the {name} key")
    if private is None:
        raise KeyFault(f"the {name} key has no public half")
    maker = getattr(private_type, "from_seed_bytes", None) or private_type.from_private_bytes
    return _load(lambda: maker(private), f"the {name} key").public_key()


def _rsa_public(n: bytes, e: bytes) -> Any:
    if len(n) > MAX_RSA_NUMBER_BYTES or len(e) > MAX_RSA_NUMBER_BYTES:
        raise KeyFault(f"the RSA key has {8 * len(n)} bits; expected at most {MAX_RSA_BITS}")
    numbers = rsa.RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big"))
    return _load(numbers.public_key, "the RSA key")


def _may_verify(operations: object) -> bool:
    if operations is None:
        return True
    if isinstance(operations, (str, bytes)) or not isinstance(operations, Iterable):
        raise KeyFault("the key operations are not a list")
    return any(
        type(operation) in (int, str) and operation in _VERIFYING_OPERATIONS for operation in operations
    )


def _with(key: Key, *, private: bool, may_verify: bool) -> Key:
    return Key(key.kind, key.curve, key.material, key.kid, key.thumbprint, key.alg, private, may_verify)


# --- COSE_Key -----------------------------------------------------------------------------------


def _cose_bytes(obj: Mapping[Any, Any], label: int, what: str) -> bytes | None:
    value = obj.get(label)
    if value is not None and not isinstance(value, bytes):
        raise KeyFault(f"{what} ({label}) of the COSE_Key is not a byte string")
    return value


def _needed(value: bytes | None, what: str) -> bytes:
    if value is None:
        raise KeyFault(f"the key has no {what}")
    return value


def _cose_name(obj: Mapping[Any, Any], label: int, names: Mapping[int, str], what: str) -> str:
    value = obj.get(label)
    if type(value) is int:
        return names.get(value, f"unknown ({value})")
    if isinstance(value, str):
        return value
    raise KeyFault(f"{what} ({label}) of the COSE_Key is neither an integer nor a text")


def _cose_ec2(obj: Mapping[Any, Any], kid: bytes | None, alg: str | None) -> Key:
    curve = _cose_name(obj, -1, _EC_CURVE_IDS, "crv")
    if curve not in CURVES:
        raise KeyFault(f"crv of the COSE_Key is {curve}; expected one of {', '.join(CURVES)}")
    x = _cose_bytes(obj, -2, "x")
    if x is None:
        return from_cryptography(_ec_private(curve, _needed(_cose_bytes(obj, -4, "d"), "x")), kid, alg)
    y = obj.get(-3)
    if not isinstance(y, (bytes, bool)):
        raise KeyFault("y (-3) of the COSE_Key is neither a byte string nor a sign bit")
    return _ec_public(curve, x, y, kid, alg)


def from_cose_key(obj: Mapping[Any, Any]) -> Key:
    """Read one COSE_Key (RFC 9052 section 7; parameters of RFC 9053 section 7, RFC 8230, RFC 9964).

    Args:
        obj: the decoded map: kty 1, kid 2, alg 3, key_ops 4, and the key type's own parameters.

    Raises:
        KeyFault: it is no map, lacks a parameter, or is no valid key of its type.
    """
    if not isinstance(obj, Mapping):
        raise KeyFault("the COSE_Key is not a map")
    kid = _cose_bytes(obj, 2, "kid")
    alg = None if obj.get(3) is None else _cose_name(obj, 3, COSE_ALGORITHMS, "alg")
    may_verify = _may_verify(obj.get(4))
    kty = obj.get(1)
    private = obj.get(-4) is not None
    if type(kty) is not int or kty not in (1, 2, 3, 4, 7):
        raise KeyFault(
            f"kty (1) of the COSE_Key is {kty!r:.40}; expected 1 (OKP), 2 (EC2), 3 (RSA), "
            "4 (Symmetric) or 7 (AKP)"
        )
    if kty == 4:
        secret = _needed(_cose_bytes(obj, -1, "k"), "secret (k)")
        return from_symmetric(secret, kid, alg, may_verify=may_verify)
    if kty == 1:
        curve = _cose_name(obj, -1, _OKP_CURVE_IDS, "crv")
        public = _raw_public(_OKP, curve, _cose_bytes(obj, -2, "x"), _cose_bytes(obj, -4, "d"))
        key = from_cryptography(public, kid, alg)
    elif kty == 2:
        key = _cose_ec2(obj, kid, alg)
    elif kty == 3:
        private = obj.get(-3) is not None
        n, e = _cose_bytes(obj, -1, "n"), _cose_bytes(obj, -2, "e")
        key = from_cryptography(_rsa_public(_needed(n, "n"), _needed(e, "e")), kid, alg)
    else:
        private = obj.get(-2) is not None
        pub, priv = _cose_bytes(obj, -1, "pub"), _cose_bytes(obj, -2, "priv")
        key = from_cryptography(_raw_public(_AKP, alg or "no algorithm", pub, priv), kid, alg)
    return _with(key, private=private, may_verify=may_verify)


# --- JWK ----------------------------------------------------------------------------------------


def _jwk_text(obj: Mapping[str, Any], name: str) -> str | None:
    value = obj.get(name)
    if value is not None and not isinstance(value, str):
        raise KeyFault(f"member {name!r} of the JWK is not a text")
    return value


def _jwk_bytes(obj: Mapping[str, Any], name: str) -> bytes | None:
    text = _jwk_text(obj, name)
    if text is None:
        return None
    if not _BASE64URL.fullmatch(text):
        raise KeyFault(f"member {name!r} of the JWK is not base64url")
    text = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as fault:
        raise KeyFault(f"member {name!r} of the JWK is not base64url") from fault


def from_jwk(obj: Mapping[str, Any]) -> Key:
    """Read one JWK (RFC 7517; parameters of RFC 7518 section 6, RFC 8037, RFC 9964).

    Args:
        obj: the decoded JSON object; ``kid`` becomes its UTF-8 bytes.

    Raises:
        KeyFault: it is no object, lacks a member, or is no valid key of its type.
    """
    if not isinstance(obj, Mapping):
        raise KeyFault("the JWK is not a JSON object")
    kid_text, jose_alg, kty = (_jwk_text(obj, name) for name in ("kid", "alg", "kty"))
    kid = None if kid_text is None else kid_text.encode("utf-8", "surrogatepass")
    alg = None if jose_alg is None else _JOSE_ALGORITHMS.get(jose_alg, jose_alg)
    may_verify = _may_verify(obj.get("key_ops")) and obj.get("use", "sig") == "sig"
    private = obj.get("d") is not None
    if kty == "oct":
        secret = _needed(_jwk_bytes(obj, "k"), "secret (k)")
        return from_symmetric(secret, kid, alg, may_verify=may_verify)
    if kty == "EC":
        curve = _jwk_text(obj, "crv")
        if curve not in CURVES:
            raise KeyFault(f"crv of the JWK is {curve!r}; expected one of {', '.join(CURVES)}")
        x, y = _jwk_bytes(obj, "x"), _jwk_bytes(obj, "y")
        key = _ec_public(curve, _needed(x, "x"), _needed(y, "y"), kid, alg)
    elif kty == "OKP":
        curve = _jwk_text(obj, "crv") or "no curve"
        public = _raw_public(_OKP, curve, _jwk_bytes(obj, "x"), None)
        key = from_cryptography(public, kid, alg)
    elif kty == "RSA":
        n, e = _jwk_bytes(obj, "n"), _jwk_bytes(obj, "e")
        key = from_cryptography(_rsa_public(_needed(n, "n"), _needed(e, "e")), kid, alg)
    elif kty == "AKP":
        private = obj.get("priv") is not None
        public = _raw_public(_AKP, alg or "no algorithm", _jwk_bytes(obj, "pub"), None)
        key = from_cryptography(public, kid, alg)
    else:
        raise KeyFault(f"kty of the JWK is {kty!r}; expected EC, OKP, RSA, AKP or oct")
    return _with(key, private=private, may_verify=may_verify)
