"""A second opinion on signatures, by code that shares nothing with what the package verifies with.

The package verifies with ``cryptography``, and puts structures to be signed together by itself. Here the
pure-Python ``ecdsa`` verifies ECDSA and EdDSA, the ``openssl`` command RSA, certificates and CMS, the
standard library HMAC; messages are taken apart by the few lines that the specifications need, and by joserfc.
Nothing of ``iotassess`` is imported, and no rule of its own is applied: this says whether a signature holds
by the letter of the specification of its format.
"""

from __future__ import annotations

import base64
import calendar
import datetime
import hashlib
import hmac
import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cbor2
import ecdsa
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ecdsa.util import sigdecode_string

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="the openssl command is not installed")

_ECDSA = {
    -7: hashlib.sha256, -9: hashlib.sha256, -35: hashlib.sha384, -51: hashlib.sha384, -36: hashlib.sha512,
    -52: hashlib.sha512, -47: hashlib.sha256,
}  # fmt: skip
_EDDSA = (-8, -19, -53)
_CURVES = {-9: "NIST256p", -51: "NIST384p", -52: "NIST521p", -47: "SECP256k1", -19: "Ed25519", -53: "Ed448"}
"""Algorithms that name their curve (RFC 9864, RFC 8812); ES256 and its like do not in COSE (RFC 9053)."""
_RSA = {
    -37: ("sha256", True), -38: ("sha384", True), -39: ("sha512", True),
    -257: ("sha256", False), -258: ("sha384", False), -259: ("sha512", False),
}  # fmt: skip
_HMAC = {4: ("sha256", 8), 5: ("sha256", 32), 6: ("sha384", 48), 7: ("sha512", 64)}
_JOSE = {
    "ES256": -7, "ES384": -35, "ES512": -36, "ES256K": -47, "EdDSA": -8, "Ed25519": -19, "Ed448": -53,
    "PS256": -37, "PS384": -38, "PS512": -39, "RS256": -257, "RS384": -258, "RS512": -259,
    "HS256": 5, "HS384": 6, "HS512": 7,
}  # fmt: skip
_CONTEXTS = {18: "Signature1", 17: "MAC0"}


def spki(key: Any) -> bytes:
    """The public half of a key of ``cryptography`` in DER, which is all that is taken of it."""
    public = key.public_key() if hasattr(key, "private_bytes") else key
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def holds(number: int, key: Any, data: bytes, signature: bytes) -> bool:
    """Tell whether a signature or MAC holds.

    Args:
        number: COSE algorithm.
        key: a secret, or a private or public key of ``cryptography``.
        data: what was signed.
        signature: as COSE and JOSE carry it.
    """
    if number in _HMAC:
        name, size = _HMAC[number]
        return isinstance(key, bytes) and hmac.compare_digest(hmac.digest(key, data, name)[:size], signature)
    if isinstance(key, bytes):
        return False
    if number in _RSA:
        return _rsa_holds(*_RSA[number], key, data, signature)
    if number not in _ECDSA and number not in _EDDSA:
        return False
    try:
        verifying = ecdsa.VerifyingKey.from_der(spki(key))
        if _CURVES.get(number, verifying.curve.name) != verifying.curve.name:
            return False
        if isinstance(verifying.curve.curve, ecdsa.ellipticcurve.CurveEdTw) != (number in _EDDSA):
            return False
        if number in _EDDSA:
            return verifying.verify(signature, data)
        # An ECDSA digest longer than the curve's order is cut (FIPS 186-5 section 6.4.1).
        return verifying.verify(
            signature, data, _ECDSA[number], sigdecode=sigdecode_string, allow_truncate=True
        )
    except (
        ecdsa.BadSignatureError, ecdsa.der.UnexpectedDER, ecdsa.errors.MalformedPointError, ValueError,
        AssertionError, ecdsa.curves.UnknownCurveError,
    ):  # fmt: skip
        return False


def _rsa_holds(name: str, pss: bool, key: Any, data: bytes, signature: bytes) -> bool:
    if not hasattr(key, "key_size") or hasattr(key, "curve"):
        return False
    if len(signature) != (key.key_size + 7) // 8:  # the command reads no more than so many bytes
        return False
    options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] if pss else []
    with _folder() as folder:
        (folder / "key").write_bytes(spki(key))
        (folder / "signature").write_bytes(signature)
        command = ("dgst", f"-{name}", "-keyform", "DER", "-verify", folder / "key", *options)
        return _openssl(*command, "-signature", folder / "signature", given=data).returncode == 0


def _folder() -> Any:
    import contextlib
    import tempfile

    @contextlib.contextmanager
    def opened() -> Any:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)

    return opened()


def _openssl(*arguments: Any, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    assert OPENSSL is not None
    return subprocess.run([OPENSSL, *map(str, arguments)], input=given, capture_output=True, timeout=60)


# --- messages -----------------------------------------------------------------------------------


def cose_holds(data: bytes, keys: Iterable[Any]) -> bool:
    """Tell whether the one signature of a COSE_Sign1 or COSE_Mac0 holds with one of the keys."""
    try:
        value = cbor2.loads(data)
        while isinstance(value, cbor2.CBORTag) and value.tag not in _CONTEXTS:
            value = value.value
        tag, parts = (value.tag, value.value) if isinstance(value, cbor2.CBORTag) else (18, value)
        protected, _, payload, signature = parts
        number = cbor2.loads(protected)[1]
        signed = cbor2.dumps([_CONTEXTS[tag], protected, b"", payload])
    except (ValueError, LookupError, TypeError, cbor2.CBORError):
        return False
    if type(number) is not int or type(signature) is not bytes or (number in _HMAC) != (tag == 17):
        return False
    return any(holds(number, key, signed, signature) for key in keys)


def jws_holds(token: bytes, keys: Sequence[Any]) -> bool:
    """Tell whether a JSON Web Signature holds: taken apart here, and by joserfc; both have to say so."""
    start, _, last = token.strip().rpartition(b".")
    try:
        header = json.loads(_opened(start.split(b".")[0]))
        number, signature = _JOSE[header["alg"]], _opened(last)
    except (ValueError, LookupError, TypeError):
        return False
    return any(holds(number, key, start, signature) and _joserfc_takes(token, key, header) for key in keys)


def _opened(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def _joserfc_takes(token: bytes, key: Any, header: dict[str, Any]) -> bool:
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

    if isinstance(key, bytes):
        key = OctKey.import_key(key)
    else:
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        kind = ECKey if hasattr(key, "curve") else RSAKey if hasattr(key, "key_size") else OKPKey
        key = kind.import_key(pem)
    try:
        registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        jws.deserialize_compact(token.strip(), key, registry=registry)
    except (JoseError, ValueError):
        return False
    return True


# --- certificates and CMS -----------------------------------------------------------------------


def chain_holds(
    chain: Sequence[bytes], trusted: Sequence[bytes], moment: datetime.datetime, *, partial: bool = True
) -> bool:
    """Tell whether ``openssl verify`` builds a path from the first certificate (DER) to a trusted one."""
    with _folder() as folder:
        files = []
        for name, certificates in (("leaf", chain[:1]), ("others", chain[1:]), ("trusted", trusted)):
            (folder / name).write_bytes(b"".join(map(as_pem, certificates)))
            if certificates:
                files.append(name)
        seconds = str(calendar.timegm(moment.utctimetuple()))
        arguments: list[Any] = ["verify", "-attime", seconds, "-trusted", folder / "trusted"]
        if partial:
            arguments.append("-partial_chain")
        if "others" in files:
            arguments += ["-untrusted", folder / "others"]
        return _openssl(*arguments, folder / "leaf").returncode == 0


def as_pem(der: bytes) -> bytes:
    body = base64.encodebytes(der)
    return b"-----BEGIN CERTIFICATE-----\n" + body + b"-----END CERTIFICATE-----\n"


def cms_holds(
    message: bytes, trusted: Sequence[bytes], moment: datetime.datetime, content: bytes | None = None
) -> bool:
    """Tell whether ``openssl cms -verify`` takes a CMS message in DER."""
    with _folder() as folder:
        (folder / "trusted").write_bytes(b"".join(map(as_pem, trusted)))
        (folder / "message").write_bytes(message)
        seconds = str(calendar.timegm(moment.utctimetuple()))
        arguments: list[Any] = ["cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "message"]
        arguments += ["-CAfile", folder / "trusted", "-partial_chain", "-purpose", "any", "-attime", seconds]
        arguments += ["-out", folder / "out"]
        if content is not None:
            (folder / "content").write_bytes(content)
            arguments += ["-content", folder / "content"]
        return _openssl(*arguments).returncode == 0
