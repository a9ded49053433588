"""What ties the two tokens of Arm CCA together: the realm's key, and its hash in the platform token.

The realm token is verified with the key among its own claims, which by itself proves nothing. The nonce of
the platform token is a hash of that key: so whoever signed the platform token vouches for the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cose
from iotassess.codec.keys import Key, KeyFault, ec_key, fits, from_cose_key
from iotassess.errors import MalformedArtefact
from iotassess.evidence import published_keys
from iotassess.evidence.authenticate import Checked, check_cose
from iotassess.evidence.cca_claims import NONCE, RAK, RAK_HASH, RAW_POINT_LENGTH
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.eat_reading import Claims, describe
from iotassess.model.artefact import Purpose

KEY_NAME: Final = "realm attestation key (claim 44237 of the realm token)"

_HASHES: Final = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
"""Names that claim 44240 has → name in ``hashlib``."""


class Binder(NamedTuple):
    """Whether the platform token vouches for the realm's key.

    Attributes:
        holds: its nonce is the hash of the key.
        alg: hash name as the realm token gives it, or None.
        expected: hash of the key in hex, or None where it could not be computed.
        why: why it does not hold, or "".
    """

    holds: bool
    alg: str | None
    expected: str | None
    why: str


def check_binder(platform: Claims, realm: Claims) -> Binder:
    """Hold the platform's nonce against the hash of the realm's key.

    Args:
        platform: claims of the platform token.
        realm: claims of the realm token.
    """
    key, alg, nonce = realm.get(RAK), realm.get(RAK_HASH), platform.get(NONCE)
    name = alg if type(alg) is str else None
    if type(key) is not bytes:
        return Binder(False, name, None, f"the realm token has no key (label {RAK})")
    function = _HASHES.get(name.lower()) if name is not None else None
    if function is None:
        known = ", ".join(_HASHES)
        return Binder(False, name, None, f"its hash (label {RAK_HASH}) is {describe(alg)}; expected {known}")
    expected = hashlib.new(function, key)
    if type(nonce) is not bytes or not nonce:
        return Binder(False, name, expected.hexdigest(), "the platform token has no nonce")
    if nonce != expected.digest():
        why = f"the platform's nonce is {nonce.hex()[:128]}; expected {expected.hexdigest()}"
        return Binder(False, name, expected.hexdigest(), why)
    return Binder(True, name, expected.hexdigest(), "")


def realm_key(value: Any) -> Key:
    """Read the realm's key: a raw point of P-384, or a COSE_Key in a byte string.

    Args:
        value: claim 44237.

    Raises:
        KeyFault: it is no public key.
    """
    if type(value) is not bytes:
        raise KeyFault(f"the realm's key is {describe(value)}; expected a byte string")
    if len(value) == RAW_POINT_LENGTH and value[0] == 4:
        return ec_key("P-384", value)
    try:
        decoded = cbor.loads(value)
    except MalformedArtefact as fault:
        raise KeyFault(f"the realm's key is neither a point nor a COSE_Key: {fault.message}") from fault
    key = from_cose_key(decoded)
    if key.kind == "symmetric":
        raise KeyFault("the realm's key is a shared secret, which everybody can read in the token")
    if key.kind == "RSA":
        raise KeyFault(f"the realm's key is {key.curve}; expected an elliptic curve, of P-384 usually")
    return key


@dataclass(frozen=True, slots=True)
class _OneKey:
    """The only key that may verify a realm token."""

    key: Key

    def candidates(self, purpose: Purpose | None, alg: str, kid: bytes | None) -> Iterable[Candidate]:
        if fits(self.key, alg):
            yield Candidate(KEY_NAME, self.key, "artefact", None, published_keys.test_key(self.key))


def check_realm(message: cose.Message, value: Any, context: Context) -> Checked:
    """Check the realm token's signature with the key in its claims, and with no other.

    Args:
        message: the realm token.
        value: claim 44237.
        context: of the collection.

    Raises:
        KeyFault: the claim is no public key.
    """
    keys = _OneKey(realm_key(value))
    # A certificate chain in its header would be one more key that nobody vouches for.
    plain = tuple(signature._replace(x5chain=()) for signature in message.signatures)
    alone = message._replace(signatures=plain)
    return check_cose(alone, replace(context, keys=keys), "attestation", at="signature")
