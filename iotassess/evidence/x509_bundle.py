"""The certificates of one file: found, put in order, and linked with one another.

In PEM they may stand in any order and between other text. A certificate is linked to every other whose
subject is its issuer by name; whether that one's key made its signature is found out apart. The leaf is the
one that issued none of the others.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import SignatureAlgorithmOID

from iotassess.codec import effort
from iotassess.codec.keys import KeyFault
from iotassess.codec.keys_model import mldsa
from iotassess.codec.keys_verify import MAX_RSA_BITS
from iotassess.errors import MalformedArtefact
from iotassess.evidence.certificates import load
from iotassess.evidence.x5chain import MAX_CHAIN
from iotassess.evidence.x509_begin import BEGIN, LABELS, MAX_BUNDLE_BYTES, has_pem_certificate, read_der

MAX_CERTIFICATES: Final = MAX_CHAIN
"""Certificates of one file: one chain. A store of roots is no chain."""

MAX_BLOCKS: Final = 64
"""PEM blocks of one file, whatever is in them."""

MAX_PATHS: Final = 8
"""Paths from the leaf that are followed; cross-certificates make two or three."""

_REMAINS: Final = re.compile(rb"----(?:BEGIN|END)\b", re.IGNORECASE)
"""Line of a PEM block, whatever was done to the rest of it."""

Link = Literal["holds", "bad", "unsupported"]
"""What came of verifying a certificate's signature with one key."""


class Member(NamedTuple):
    """One certificate of the file.

    Attributes:
        position: which of the file's it is, from 0.
        der: its bytes.
        certificate: the same, read.
        offset: where it, or the PEM block around it, begins in the file.
        self_signed: it names itself as issuer, and its own key made its signature.
    """

    position: int
    der: bytes
    certificate: x509.Certificate
    offset: int
    self_signed: bool

    @property
    def spki_sha256(self) -> str:
        """SHA-256 over its SubjectPublicKeyInfo, hex."""
        return spki_sha256(self.certificate)


class Bundle(NamedTuple):
    """All certificates of one file.

    Attributes:
        form: "pem" or "der".
        members: in the file's order, each once.
        other_blocks: labels of PEM blocks that are no certificates, which were not read.
        repeated: how many certificates stood there once more.
    """

    form: str
    members: tuple[Member, ...]
    other_blocks: tuple[str, ...] = ()
    repeated: int = 0


def spki_sha256(certificate: x509.Certificate) -> str:
    """SHA-256 over the SubjectPublicKeyInfo of a certificate's key, hex."""
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


# --- finding ------------------------------------------------------------------------------------


def read_bundle(data: bytes) -> Bundle:
    """Read the certificates of a file.

    Args:
        data: PEM, or one certificate in DER.

    Raises:
        MalformedArtefact: ``x509-malformed``, or ``artefact-too-large``.
    """
    if len(data) > MAX_BUNDLE_BYTES:
        raise MalformedArtefact(
            "artefact-too-large",
            f"{len(data)} bytes; at most {MAX_BUNDLE_BYTES} bytes of certificates are read",
        )
    pem = has_pem_certificate(data)
    blocks, others = _pem_blocks(data) if pem else ([(data, 0)], [])
    members: list[Member] = []
    seen: set[bytes] = set()
    for der, offset in blocks:
        if der not in seen:
            seen.add(der)
            members.append(_member(len(members), der, offset, len(blocks)))
    return Bundle("pem" if pem else "der", tuple(members), tuple(others), len(blocks) - len(members))


def _pem_blocks(data: bytes) -> tuple[list[tuple[bytes, int]], list[str]]:
    """Give certificates in DER with their offsets, and the labels of other blocks."""
    found: list[tuple[bytes, int]] = []
    others: list[str] = []
    position = 0
    while begin := BEGIN.search(data, position):
        _require_no_remains(data, position, begin.start())
        if len(found) + len(others) >= MAX_BLOCKS:
            raise MalformedArtefact("artefact-too-large", f"more than {MAX_BLOCKS} PEM blocks in one file")
        last = b"-----END " + begin[1] + b"-----"
        end = data.find(last, begin.end())
        if end < 0:
            raise _wrong("a PEM block has no END line: the file is cut off", begin.start())
        position = end + len(last)
        _require_no_remains(data, begin.end(), end)
        if begin[1] not in LABELS:
            others.append(begin[1].decode("ascii"))
            continue
        try:
            der = base64.b64decode(b"".join(data[begin.end() : end].split()), validate=True)
        except (binascii.Error, ValueError) as fault:
            raise _wrong("a PEM block is not base64 (RFC 7468)", begin.start()) from fault
        if len(found) >= MAX_CERTIFICATES:
            message = f"more than {MAX_CERTIFICATES} certificates in one file; expected one chain"
            raise MalformedArtefact("artefact-too-large", message, offset=begin.start())
        found.append((der, begin.start()))
    _require_no_remains(data, position, len(data))
    return found, others


def _require_no_remains(data: bytes, start: int, end: int) -> None:
    """Check that no line of a damaged PEM block is left, as its certificate would be passed over."""
    remains = _REMAINS.search(data, start, end)
    if remains is not None:
        line = remains[0].decode("ascii")
        message = f"a PEM block is damaged: {line!r} stands by itself, so that a certificate may be missing"
        raise _wrong(message, remains.start())


def _member(position: int, der: bytes, offset: int, count: int) -> Member:
    which = "the certificate" if count == 1 else f"certificate {position + 1} of the file"
    try:
        certificate = load(der)
        member = Member(position, der, certificate, offset, False)
        own = names_itself(certificate) and verify_with(certificate, certificate.public_key()) == "holds"
        _ = member.spki_sha256, certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    except KeyFault as fault:
        raise _wrong(f"{which}: {fault.message}", offset) from fault
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise _wrong(f"{which} cannot be read ({type(fault).__name__})", offset) from fault
    return member._replace(self_signed=own)


def _wrong(message: str, offset: int) -> MalformedArtefact:
    return MalformedArtefact("x509-malformed", f"{message}; expected X.509 (RFC 5280)", offset=offset)


# --- linking ------------------------------------------------------------------------------------


def key_identifiers(certificate: x509.Certificate) -> tuple[bytes | None, bytes | None]:
    """Give the identifiers of the subject's and of the issuer's key, where it has them."""
    own = issuers = None
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectKeyIdentifier):
            own = extension.value.digest
        elif isinstance(extension.value, x509.AuthorityKeyIdentifier):
            issuers = extension.value.key_identifier
    return own, issuers


def names_itself(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate says that it is its own issuer: same names, and no other key named."""
    if certificate.subject.public_bytes() != certificate.issuer.public_bytes():
        return False
    own, issuers = key_identifiers(certificate)
    return own is None or issuers is None or own == issuers


def issuers_by_name(members: Sequence[Member]) -> list[list[int]]:
    """Give for each certificate the others of the file that have its issuer's name; a root has none."""
    subjects = [member.certificate.subject.public_bytes() for member in members]
    found: list[list[int]] = []
    for index, member in enumerate(members):
        wanted = None if member.self_signed else member.certificate.issuer.public_bytes()
        found.append([at for at, name in enumerate(subjects) if at != index and name == wanted])
    return found


def leaves(issuers: Sequence[Sequence[int]]) -> list[int]:
    """Give the certificates that issued none of the others, by name."""
    issuing = {at for those in issuers for at in those}
    return [index for index in range(len(issuers)) if index not in issuing]


def paths(leaf: int, links: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Give the paths from the leaf upwards, without a certificate twice, as far as each goes.

    Args:
        leaf: index of the leaf.
        links: for each certificate, the ones whose key made its signature.
    """
    found: list[tuple[int, ...]] = []
    open_: list[tuple[int, ...]] = [(leaf,)]
    while open_ and len(found) < MAX_PATHS:
        path = open_.pop()
        onward = [at for at in links[path[-1]] if at not in path]
        if onward:
            open_ += [(*path, at) for at in reversed(onward)]
            del open_[MAX_PATHS * MAX_CERTIFICATES :]
        else:
            found.append(path)
    return found


# --- verifying ----------------------------------------------------------------------------------

_HASHED: Final = {  # hash: (ECDSA, RSA PKCS #1 v1.5, RSA PSS) in the IANA COSE registry
    "sha1": ("ecdsa-with-SHA1", "RS1", "RSASSA-PSS with SHA-1"),
    "sha256": ("ES256", "RS256", "PS256"),
    "sha384": ("ES384", "RS384", "PS384"),
    "sha512": ("ES512", "RS512", "PS512"),
}
_VERSION: Final = 0xA0
"""DER tag of a certificate's version, which version 1 leaves out."""
_ECDSA_ARC: Final = "1.2.840.10045.4."
_PKCS1_ARC: Final = "1.2.840.113549.1.1."
_HASHLESS: Final = {
    SignatureAlgorithmOID.ED25519.dotted_string: "Ed25519",
    SignatureAlgorithmOID.ED448.dotted_string: "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}


def _scheme(certificate: x509.Certificate) -> tuple[Any, hashes.HashAlgorithm | None]:
    """Give how a certificate is signed, as ``cryptography`` takes it, and its hash; None where not known.

    For hashes that it does not sign with any more it knows no parameters; they are made here, as whether a
    signature holds is another question than whether it is strong enough.
    """
    try:
        used = certificate.signature_hash_algorithm
        scheme: Any = certificate.signature_algorithm_parameters
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return None, None
    if scheme is None and used is not None:
        oid = certificate.signature_algorithm_oid.dotted_string
        if oid.startswith(_ECDSA_ARC):
            scheme = ec.ECDSA(used)
        elif oid.startswith(_PKCS1_ARC):
            scheme = padding.PKCS1v15()
    return scheme, used


def signature_alg(certificate: x509.Certificate) -> str:
    """Name the algorithm of a certificate's signature: as the IANA COSE registry does, or as X.509 does."""
    oid = certificate.signature_algorithm_oid
    if oid.dotted_string in _HASHLESS:
        return _HASHLESS[oid.dotted_string]
    scheme, used = _scheme(certificate)
    plain = oid._name if oid._name != "Unknown OID" else oid.dotted_string
    names = _HASHED.get(used.name) if used is not None else None
    if names is None:
        return plain
    if isinstance(scheme, ec.ECDSA):
        return names[0]
    if isinstance(scheme, padding.PSS):
        return names[2]
    return names[1] if isinstance(scheme, padding.PKCS1v15) else plain


def _names_one_algorithm(certificate: x509.Certificate) -> bool:
    """Tell whether the algorithm beside the signature, which nothing covers, is the one that was signed.

    RFC 5280 section 4.1.1.2. ``cryptography`` checks it only together with the names.
    """
    tbs = certificate.tbs_certificate_bytes
    whole, signed = read_der(certificate.public_bytes(Encoding.DER)), read_der(tbs)
    if whole is None or signed is None:
        return False
    outer, item = read_der(whole[1], len(tbs)), read_der(signed[1])
    if item is not None and item[0] == _VERSION:
        item = read_der(signed[1], item[2])
    inner = None if item is None else read_der(signed[1], item[2])  # the item before it is the serial number
    return inner is not None and outer is not None and inner[:2] == outer[:2]


def verify_with(certificate: x509.Certificate, public: Any) -> Link:
    """Verify the signature of a certificate with a key, whatever the names say.

    Args:
        certificate: the certificate.
        public: a public key of ``cryptography``.
    """
    if not _names_one_algorithm(certificate):
        return "bad"
    effort.spend(effort.of_public(public))
    signature, data = certificate.signature, certificate.tbs_certificate_bytes
    scheme, digest = _scheme(certificate)
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            if not isinstance(scheme, ec.ECDSA):
                return "bad"
            public.verify(signature, data, scheme)
        elif isinstance(public, rsa.RSAPublicKey):
            if public.key_size > MAX_RSA_BITS:
                return "unsupported"
            if digest is None or not isinstance(scheme, padding.PSS | padding.PKCS1v15):
                return "bad"
            public.verify(signature, data, scheme, digest)
        else:
            name = _plain_name(public)
            if name is None or name != _HASHLESS.get(certificate.signature_algorithm_oid.dotted_string):
                return "unsupported" if name is None else "bad"
            public.verify(signature, data)
    except InvalidSignature:
        return "bad"
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return "unsupported"
    return "holds"


def _plain_name(public: Any) -> str | None:
    """Name the algorithm of a key that signs without a separate hash; None for any other key."""
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "Ed25519"
    if isinstance(public, ed448.Ed448PublicKey):
        return "Ed448"
    for size in (44, 65, 87) if mldsa is not None else ():
        if isinstance(public, getattr(mldsa, f"MLDSA{size}PublicKey")):
            return f"ML-DSA-{size}"
    return None
