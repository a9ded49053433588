"""Messages with one cryptographic fault each, beside a good twin: how they are made, read and held to a row.

Where each subject is tested. The last column names tests that stand elsewhere and are not repeated here.

====================================== ============================= =========================================
subject                                here                          elsewhere
====================================== ============================= =========================================
algorithm against curve and key type   test_keys_and_algorithms      codec/test_keys
keys that are none                     test_unsound_keys             codec/test_keys, codec/test_keys_formats
what a key says of its own use         test_keys_and_algorithms      codec/test_keys_formats
ECDSA, EdDSA, HMAC in other forms      test_signature_encodings      codec/test_keys (r and s, DER)
RSA in other forms                     test_rsa_signatures           codec/test_keys (salt of PSS)
one token under several signatures     test_token_identity           crosscheck/test_shared_keys
algorithm confusion, COSE              test_algorithm_confusion      codec/test_cose
algorithm confusion, JOSE              test_jose                     codec/test_jose, evidence/test_eat_jwt
kid collisions, purposes               test_key_identifiers          evidence/test_authenticate
duplicated headers, other encodings    test_headers                  codec/test_cose, codec/test_cbor
critical headers                       test_headers, test_jose       codec/test_cose, codec/test_jose
key reuse, published keys              test_key_reuse                evidence/test_trust_published_keys,
                                                                     crosscheck/test_shared_keys
chains, moments                        test_chains                   evidence/test_x5chain, test_x509_chain
certificates                           test_certificates             evidence/test_x509_hostile
digests under a signature: SUIT, CMS   test_signed_digests           evidence/test_suit_authentication,
                                                                     codec/test_cms
the commands                           test_commands                 cli/test_artefacts, bundle/test_signature
====================================== ============================= =========================================

:mod:`tests.crypto.second` verifies the same bytes with code that shares nothing with the package.
"""

from __future__ import annotations

import functools
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

from iotassess.codec import keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read as read_any
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from tests.evidence.token_builder import AS_OF, NONCE, RFC_9711, b64

P256 = ec.derive_private_key(0x256, ec.SECP256R1())
P384 = ec.derive_private_key(0x384, ec.SECP384R1())
P521 = ec.derive_private_key(0x521, ec.SECP521R1())
K256 = ec.derive_private_key(0x256, ec.SECP256K1())
BRAINPOOL = ec.derive_private_key(0x256, ec.BrainpoolP256R1())
EVIL = ec.derive_private_key(0xE71, ec.SECP256R1())
ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ED448 = ed448.Ed448PrivateKey.from_private_bytes(bytes(range(1, 58)))
SECRET = b"a shared secret of sixty-four bytes that only tests and I know.."


@functools.cache
def rsa_key(bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


# --- signing ------------------------------------------------------------------------------------

_HASH = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}
ALGORITHMS = {
    "ES256": -7, "ES384": -35, "ES512": -36, "ESP256": -9, "ESP384": -51, "ESP512": -52, "ES256K": -47,
    "EdDSA": -8, "Ed25519": -19, "Ed448": -53,
    "PS256": -37, "PS384": -38, "PS512": -39, "RS256": -257, "RS384": -258, "RS512": -259,
    "HS256": 5, "HS384": 6, "HS512": 7, "HSS-LMS": -46,
}  # fmt: skip
"""Names, of JOSE where it has one, and COSE numbers."""


def hash_of(alg: str) -> Any:
    return _HASH.get(int("".join(filter(str.isdigit, alg)) or 256), hashes.SHA256())


def numbers_of(private: ec.EllipticCurvePrivateKey, data: bytes, hash_: Any) -> tuple[int, int]:
    return utils.decode_dss_signature(private.sign(data, ec.ECDSA(hash_, deterministic_signing=True)))


def side_by_side(r: int, s: int, size: int = 32) -> bytes:
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def sign(private: Any, alg: str, data: bytes) -> bytes:
    """Sign as well as this key can under that name, whether they go together or not."""
    hash_ = hash_of(alg)
    if isinstance(private, bytes):
        return hmac.digest(private, data, hash_.name)
    if isinstance(private, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return private.sign(data)
    if isinstance(private, rsa.RSAPrivateKey):
        if alg.startswith("RS"):
            return private.sign(data, padding.PKCS1v15(), hash_)
        return private.sign(data, padding.PSS(padding.MGF1(hash_), hash_.digest_size), hash_)
    return side_by_side(*numbers_of(private, data, hash_), (private.curve.key_size + 7) // 8)


# --- tokens -------------------------------------------------------------------------------------

CLAIMS = {10: NONCE, 256: b"\x01" + b"\xd2" * 16, 265: RFC_9711}
"""A claims set with which nothing is wrong, so that every problem is the signature's."""
PAYLOAD = cbor2.dumps(CLAIMS)
JSON_PAYLOAD = json.dumps(
    {"eat_nonce": b64(NONCE), "ueid": b64(b"\x01" + b"\xd2" * 16), "eat_profile": RFC_9711}
).encode()


def structure(protected: bytes, context: str = "Signature1", payload: bytes = PAYLOAD) -> bytes:
    """The Sig_structure or MAC_structure of RFC 9052."""
    return cbor2.dumps([context, protected, b"", payload])


def cose(
    private: Any,
    alg: str = "ES256",
    *,
    protected: Mapping[Any, Any] | bytes | None = None,
    unprotected: Mapping[Any, Any] | bytes | None = None,
    signature: Any = None,
    tags: Iterable[int] | None = None,
    context: str | None = None,
    payload: bytes = PAYLOAD,
) -> bytes:
    """A token in a COSE_Sign1, or a COSE_Mac0 where the key is a secret.

    Args:
        private: the key that signs.
        alg: name of the algorithm, of the header and of the signature alike.
        protected: the header, or its encoding; ``{1: alg}`` where None.
        unprotected: the other header, or its encoding.
        signature: in place of the right one; a function is given that and returns another.
        tags: CBOR tags, outermost first; the message's own where None.
        context: first text of the structure to be signed.
        payload: the content.
    """
    mac = isinstance(private, bytes)
    if protected is None:
        protected = {1: ALGORITHMS[alg]}
    raw = protected if isinstance(protected, bytes) else cbor2.dumps(dict(protected))
    if context is None:
        context = "MAC0" if mac else "Signature1"
    made: Any = sign(private, alg, structure(raw, context, payload))
    if signature is not None:
        made = signature(made) if callable(signature) else signature
    other = unprotected if isinstance(unprotected, bytes) else cbor2.dumps(dict(unprotected or {}))
    data = b"\x84" + cbor2.dumps(raw) + other + cbor2.dumps(payload) + cbor2.dumps(made)
    for tag in reversed(list((17 if mac else 18,) if tags is None else tags)):
        data = cbor2.dumps(cbor2.CBORTag(tag, 0))[:-1] + data
    return data


def jws(
    private: Any,
    alg: str = "ES256",
    *,
    header: Mapping[str, Any] | str | None = None,
    signature: Any = None,
    payload: bytes = JSON_PAYLOAD,
    **more: Any,
) -> bytes:
    """The same as a JSON Web Token; ``more`` are further members of the header."""
    if header is None:
        header = {"alg": alg, **more}
    text = header if isinstance(header, str) else json.dumps(header)
    start = f"{b64(text.encode())}.{b64(payload)}"
    made = sign(private, alg, start.encode())
    if signature is not None:
        made = signature(made) if callable(signature) else signature
    return f"{start}.{b64(made)}".encode()


# --- anchors and reading ------------------------------------------------------------------------


def anchor(
    private: Any,
    name: str = "anchor",
    *,
    purpose: Any = "attestation",
    source: Any = "user",
    kid: bytes | None = None,
    alg: str | None = None,
) -> Candidate:
    """An anchor of a private key, a secret, or a :class:`keys.Key`."""
    if isinstance(private, keys.Key):
        key = private
    elif isinstance(private, bytes):
        key = keys.from_symmetric(private, kid, alg)
    else:
        key = keys.from_cryptography(private.public_key(), kid, alg)
    return Candidate(name, key, source, purpose, None)


def store_of(*anchors: Any) -> TrustStore:
    return TrustStore([one if isinstance(one, Candidate) else anchor(one) for one in anchors])


def read(data: bytes, *anchors: Any, store: TrustStore | None = None, as_of: Any = AS_OF) -> Artefact:
    """Have an artefact read as ``verify`` does."""
    return read_any(data, Context("artefact", store or store_of(*anchors), as_of, NONCE))


# --- rows ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One faulty message with what must come of it.

    Attributes:
        name: the fault.
        data: the message, or what makes it.
        authenticity: that must come out.
        status: of its one signature; None where there is none to speak of.
        ids: of all problems, in any order.
        anchors: private keys, secrets, or anchors; those that the good twin is authenticated by.
        twin: the message without the fault, or what makes it.
        stricter: why the second implementation takes it although we do not, or "".
    """

    name: str
    data: bytes | Callable[[], bytes]
    authenticity: str
    status: str | None
    ids: Sequence[str] = ()
    anchors: Sequence[Any] = field(default=(P256,))
    twin: bytes | Callable[[], bytes] | None = None
    stricter: str = ""

    def __repr__(self) -> str:
        return self.name


BAD = ("failed", "bad-signature", ("cose-bad-signature",))
NO_KEY = ("unverified", "no-key", ("cose-no-key",))
UNKNOWN = ("unverified", "unsupported-alg", ("cose-alg-unsupported",))
FINE = ("authenticated", "verified")


def malformed(*ids: str) -> tuple[str, str, tuple[str, ...]]:
    return "unverified", "malformed", ids


def bytes_of(data: Any) -> bytes:
    return data() if callable(data) else data


def hold(row: Row) -> None:
    """Hold a message to its row, and its good twin to being authenticated by the same anchors."""
    twin = read(bytes_of(row.twin or cose(P256)), *row.anchors)
    assert twin.authenticity == "authenticated", twin.problems
    assert [one.status for one in twin.signatures] == ["verified"]
    found = read(bytes_of(row.data), *row.anchors)
    assert found.authenticity == row.authenticity, found.problems
    assert [one.status for one in found.signatures] == ([] if row.status is None else [row.status])
    assert sorted(one.id for one in found.problems) == sorted(row.ids)


def by_name(rows: Iterable[Row]) -> dict[str, Any]:
    """What ``pytest.mark.parametrize`` takes for a table."""
    rows = list(rows)
    assert len({row.name for row in rows}) == len(rows), "two rows of one name"
    return {"argvalues": rows, "ids": [row.name for row in rows]}


def materials(anchors: Iterable[Any]) -> list[Any]:
    """The keys of anchors as the second implementation takes them."""
    return [one.key.material if isinstance(one, Candidate) else one for one in anchors]


def agree(row: Row, takes: Callable[[bytes, list[Any]], bool]) -> None:
    """Hold the second implementation to the row: it agrees, or differs where the row says why."""
    keys_ = materials(row.anchors)
    assert takes(bytes_of(row.twin or cose(P256)), keys_), "the second implementation refuses the good twin"
    taken = takes(bytes_of(row.data), keys_)
    if row.stricter:
        assert taken, "no difference any more"
        assert row.status != "verified"
    else:
        assert taken == (row.status == "verified")
