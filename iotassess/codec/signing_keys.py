"""The user's own signing key: one private key, out of a file that the user named.

PEM or DER (PKCS #8, SEC 1), a private JWK (RFC 7517) or a private COSE_Key (RFC 9052 section 7). The public
half is read by :mod:`iotassess.codec.keys`, as any anchor's is; the private half must belong to it. Whatever
is wrong with the file is the user's mistake, and ends as :class:`UsageError`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)

from iotassess.codec import cbor, json, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.codec.keys_model import CURVES
from iotassess.errors import MalformedArtefact, UsageError

MAX_SIGNING_KEY_BYTES: Final = 1 << 16
"""Longest file of a private key: it has some hundred bytes, and some thousand with its certificates beside
it."""

_ALGORITHMS: Final = {
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "Ed25519": "EdDSA",
    "Ed448": "EdDSA",
}
"""Curve → IANA COSE algorithm. RSA is left out: its signatures in COSE (PSS) are never the same twice."""

_OKP: Final[dict[str, Any]] = {"Ed25519": ed25519.Ed25519PrivateKey, "Ed448": ed448.Ed448PrivateKey}

_SIGNING_OPERATIONS: Final = frozenset({1, "sign"})
"""key_ops of RFC 9052 table 5 and RFC 7517 section 4.3."""

_EXPECTED: Final = (
    "expected an unencrypted private key on P-256, P-384 or P-521, or for Ed25519, "
    "in PEM or DER, as a JWK or as a COSE_Key"
)
_MAKE_ONE: Final = (
    "make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem"
)
_DECRYPT: Final = (
    "let openssl decrypt it for this run, with no copy on the disk: --sign-with <(openssl pkey -in FILE)"
)
_TAKE_IT_OUT: Final = "take the one key out of the set"
_NAME_PRIVATE: Final = "name the file with the private half; readers get the public one"

_PEM_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----.*?-----END \1-----", re.DOTALL)


class SigningKey(NamedTuple):
    """A private key, ready to sign. Neither its ``repr`` nor its ``str`` shows the private half.

    Attributes:
        private: key object of ``cryptography``: EC on a NIST curve, Ed25519 or Ed448.
        alg: IANA COSE name: "ES256", "ES384", "ES512" or "EdDSA".
        kid: the key identifier that the file gives (JWK ``kid``, COSE_Key label 2), so that who holds the
            public half under that name finds it; else the 32 bytes of ``thumbprint``, which is what reports
            of this tool print for a key. It is not the thumbprint of RFC 9679.
        thumbprint: lower-case hex SHA-256 over the DER SubjectPublicKeyInfo.
        public_pem: the public half, SubjectPublicKeyInfo in PEM: what readers verify with.
    """

    private: object
    alg: str
    kid: bytes
    thumbprint: str
    public_pem: bytes

    def __repr__(self) -> str:
        return f"SigningKey(alg={self.alg!r}, kid={self.kid.hex()!r}, thumbprint={self.thumbprint!r})"

    @property
    def public(self) -> Key:
        """The public half as any room holds a key: to verify with, or to ask whether it is published."""
        private: Any = self.private
        return keys.from_cryptography(private.public_key(), self.kid)


class _Refused(Exception):  # noqa: N818 - it never leaves this file
    """Why the content of a file is no signing key, and what to do next."""

    def __init__(self, message: str, hint: str = _EXPECTED) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def load_signing_key(path: Path) -> SigningKey:
    """Read the one private key in a file.

    Args:
        path: as the user gave it.

    Raises:
        UsageError: there is no such file, it is too large, or what it holds is not one unencrypted private
            key of a kind that signs here: a public key, a certificate, an RSA key, a shared secret.
    """
    data = _read(path)
    try:
        return _parse(data)
    except _Refused as fault:
        raise UsageError(f"signing key {path}: {fault.message}", hint=fault.hint) from fault.__cause__
    except KeyFault as fault:
        raise UsageError(
            f"signing key {path} cannot be used: {fault.message}", hint=fault.hint or _EXPECTED
        ) from fault


def _read(path: Path) -> bytes:
    try:
        if not path.exists():
            raise UsageError(f"signing key {path} does not exist; {_EXPECTED}", hint=_MAKE_ONE)
        if path.is_dir():
            raise UsageError(f"signing key {path} is a folder; {_EXPECTED}", hint="name the file itself")
        # A pipe is read, too: so the plain key of an encrypted file need not lie on the disk.
        with path.open("rb") as file:
            data = file.read(MAX_SIGNING_KEY_BYTES + 1)
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        why = getattr(fault, "strerror", None) or str(fault)
        raise UsageError(f"signing key {path} cannot be read: {why}", hint="check its permissions") from fault
    if len(data) > MAX_SIGNING_KEY_BYTES:
        raise UsageError(
            f"signing key {path} has more than {MAX_SIGNING_KEY_BYTES} bytes; {_EXPECTED}",
            hint="was another file meant?",
        )
    return data


def _parse(data: bytes) -> SigningKey:
    stripped = data.strip()
    if not stripped:
        raise _Refused("the file is empty")
    if stripped[:1] == b"{":
        return _from_jwk(stripped)
    if b"-----BEGIN " in data:
        return _from_pem(data)
    if data[0] >> 5 in (4, 5):  # a CBOR array or map; DER begins with 0x30
        return _from_cose_key(data)
    return _from_der(data)


# --- PEM and DER --------------------------------------------------------------------------------


def _from_pem(data: bytes) -> SigningKey:
    """Take the private key of a PEM file; certificates and parameters beside it are no second key."""
    blocks = [(match[1], match[0]) for match in _PEM_BLOCK.finditer(data)]
    private = [(label, block) for label, block in blocks if label.endswith(b"PRIVATE KEY")]
    if not private:
        names = ", ".join(sorted({label.decode() for label, _ in blocks})) or "no whole PEM block"
        raise _Refused(f"a private key was expected, and the file holds {names}", _NAME_PRIVATE)
    if len(private) > 1:
        raise _Refused(f"the file holds {len(private)} private keys; expected one", "give it one file a key")
    label, block = private[0]
    if label == b"OPENSSH PRIVATE KEY":
        raise _Refused(
            "the key is in OpenSSH's own format; expected PKCS #8 or SEC 1",
            "convert a copy with: ssh-keygen -p -m PKCS8 -f COPY",
        )
    if label == b"ENCRYPTED PRIVATE KEY" or b"4,ENCRYPTED" in block:
        raise _encrypted()
    try:
        return _make(load_pem_private_key(block + b"\n", None))
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as fault:
        raise _Refused(f"the PEM private key cannot be read: {_first_line(fault)}") from fault


def _from_der(data: bytes) -> SigningKey:
    try:
        return _make(load_der_private_key(data, None))
    except TypeError as fault:  # how cryptography says that it wants a password
        raise _encrypted() from fault
    except (ValueError, OverflowError, UnsupportedAlgorithm) as fault:
        raise _Refused(
            "no private key is in it, in any form that is read here; is it a public key or a certificate?",
            _NAME_PRIVATE,
        ) from fault


def _encrypted() -> _Refused:
    return _Refused("the private key is encrypted, and no passphrase is asked for here", _DECRYPT)


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0] if str(fault) else "bad encoding"


# --- JWK and COSE_Key ---------------------------------------------------------------------------


def _from_jwk(data: bytes) -> SigningKey:
    try:
        value = json.loads(data)
    except MalformedArtefact as fault:
        raise _Refused(f"the JWK cannot be read: {fault.message}") from fault
    if "keys" in value and "kty" not in value:
        raise _Refused("a JWK set was given; expected a single private JWK", _TAKE_IT_OUT)
    public = keys.from_jwk(value)
    d = value.get("d")
    private = None
    if isinstance(d, str):
        try:
            private = base64.b64decode(d + "=" * (-len(d) % 4), altchars=b"-_", validate=True)
        except ValueError as fault:
            raise _Refused("member 'd' of the JWK is not base64url") from fault
    return _from_halves(public, private, value.get("key_ops"), "JWK")


def _from_cose_key(data: bytes) -> SigningKey:
    try:
        value = cbor.loads(data)
    except MalformedArtefact as fault:
        raise _Refused(f"the COSE_Key cannot be read: {fault.message}") from fault
    if not isinstance(value, Mapping):
        raise _Refused("a CBOR array was given; expected a single private COSE_Key", _TAKE_IT_OUT)
    public = keys.from_cose_key(value)
    d = value.get(-4)
    return _from_halves(public, d if isinstance(d, bytes) else None, value.get(4), "COSE_Key")


def _from_halves(public: Key, d: bytes | None, operations: object, form: str) -> SigningKey:
    """Make a signing key of a private number that must belong to the public half beside it."""
    if public.kind == "symmetric":
        raise _Refused(f"the {form} is a shared secret: whoever could check the signature could forge it")
    _refuse_other_curves(public.curve)
    if d is None:
        raise _Refused(f"the {form} is a public key", _NAME_PRIVATE)
    if not _may_sign(operations):
        raise _Refused(f"key_ops of the {form} do not allow to sign")
    if not public.may_verify:
        raise _Refused(f"the {form} is not for signatures, by its use")
    try:
        key = _make(_private(public.curve, d), public.kid)
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as fault:
        raise _Refused(
            f"d of the {form} is no private key of {public.curve}: {_first_line(fault)}"
        ) from fault
    if key.thumbprint != public.thumbprint:
        raise _Refused(f"the private half of the {form} does not belong to its public half")
    if not keys.fits(public, key.alg):
        raise _Refused(f"the {form} is restricted to {public.alg}; expected {key.alg}, or no alg")
    return key


def _may_sign(operations: object) -> bool:
    if operations is None:
        return True
    return isinstance(operations, Iterable) and any(
        type(one) in (int, str) and one in _SIGNING_OPERATIONS for one in operations
    )


def _private(curve: str, d: bytes) -> Any:
    if curve in _OKP:
        return _OKP[curve].from_private_bytes(d)
    group, size, _ = CURVES[curve]
    if len(d) > size:
        raise ValueError(f"it has {len(d)} bytes; expected {size}")
    return ec.derive_private_key(int.from_bytes(d, "big"), group)


# --- the key ------------------------------------------------------------------------------------


def _refuse_other_curves(curve: str) -> None:
    if curve not in _ALGORITHMS:
        raise _Refused(f"a key for {curve} was given; {_EXPECTED}", _MAKE_ONE)


def _make(private: Any, kid: bytes | None = None) -> SigningKey:
    public = keys.from_cryptography(private)
    _refuse_other_curves(public.curve)
    thumbprint = public.thumbprint or ""
    return SigningKey(
        private=private,
        alg=_ALGORITHMS[public.curve],
        kid=kid or bytes.fromhex(thumbprint),
        thumbprint=thumbprint,
        public_pem=private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )
