"""COSE messages, headers and keys (RFC 9052, RFC 9053, RFC 9360, RFC 9597)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from iotassess.evidence.tree import words
from iotassess.evidence.tree.rules import ANY, PLAIN, Field, Rule

_ALGORITHM: Final = Rule(words=words.cose_algorithm)
_CHAIN: Final = Rule(form="der", rest=Field("certificate {n}", Rule(form="der", notes=("certificate",))))
_THUMBPRINT: Final = Rule(
    title="COSE_CertHash",
    items=(Field("hash algorithm", _ALGORITHM), Field("hash", Rule(form="plain", notes=("digest",)))),
)
_IDENTIFIER: Final = PLAIN
SIGNATURE: Final = Rule(form="plain", notes=("signature",))

# --- keys -----------------------------------------------------------------------------------------

KEY_TYPES: Final = {1: "OKP", 2: "EC2", 3: "RSA", 4: "Symmetric", 5: "HSS-LMS", 6: "WalnutDSA", 7: "AKP"}
CURVES: Final = {
    1: "P-256",
    2: "P-384",
    3: "P-521",
    4: "X25519",
    5: "X448",
    6: "Ed25519",
    7: "Ed448",
    8: "secp256k1",
}
_OPERATIONS: Final = {
    1: "sign",
    2: "verify",
    3: "encrypt",
    4: "decrypt",
    5: "wrap key",
    6: "unwrap key",
    7: "derive key",
    8: "derive bits",
    9: "MAC create",
    10: "MAC verify",
}
_SECRET: Final = Rule(form="plain", notes=("secret key",))
_PUBLIC: Final = Rule(form="plain", notes=("key",))
_CURVE: Final = Rule(words=words.enum(CURVES))
_COMMON: Final[dict[int | str, Field]] = {
    1: Field("kty", Rule(words=words.enum(KEY_TYPES))),
    2: Field("kid", _IDENTIFIER),
    3: Field("alg", _ALGORITHM),
    4: Field("key_ops", Rule(rest=Field("", Rule(words=words.enum(_OPERATIONS))))),
    5: Field("Base IV", PLAIN),
}
_BY_TYPE: Final[dict[int, dict[int | str, Field]]] = {
    1: {-1: Field("crv", _CURVE), -2: Field("x", _PUBLIC), -4: Field("d", _SECRET)},
    2: {
        -1: Field("crv", _CURVE),
        -2: Field("x", _PUBLIC),
        -3: Field("y", _PUBLIC),
        -4: Field("d", _SECRET),
    },
    3: {
        -1: Field("n", _PUBLIC),
        -2: Field("e", _PUBLIC),
        **{
            -n: Field(name, _SECRET)
            for n, name in zip(range(3, 9), ("d", "p", "q", "dP", "dQ", "qInv"), strict=True)
        },
    },
    4: {-1: Field("k", _SECRET)},
    5: {-1: Field("pub", _PUBLIC)},
    7: {-1: Field("pub", _PUBLIC), -2: Field("priv", _SECRET)},
}
KEY: Final = Rule(
    title="COSE_Key",
    keys=_COMMON,
    by=(1, {kty: Rule(title="COSE_Key", keys={**_COMMON, **own}) for kty, own in _BY_TYPE.items()}),
    rest=Field("key {n}", "cose:KEY"),
)
"""A COSE_Key, or a set of them."""

# --- headers --------------------------------------------------------------------------------------

HEADERS: Final[dict[int | str, Field]] = {
    1: Field("alg", _ALGORITHM),
    2: Field("crit", Rule(rest=Field("critical label"))),
    3: Field("content type"),
    4: Field("kid", _IDENTIFIER),
    5: Field("IV", PLAIN),
    6: Field("Partial IV", PLAIN),
    7: Field("counter signature", "cose:SIGNER"),
    9: Field("CounterSignature0", SIGNATURE),
    10: Field("kid context", PLAIN),
    11: Field("Countersignature version 2", "cose:SIGNER"),
    12: Field("Countersignature0 version 2", SIGNATURE),
    13: Field("kcwt", "eat:TOKEN"),
    14: Field("kccs", "eat:CLAIMS"),
    15: Field("CWT Claims", "eat:CLAIMS"),
    16: Field("typ"),
    22: Field("c5t", _THUMBPRINT),
    32: Field("x5bag", _CHAIN),
    33: Field("x5chain", _CHAIN),
    34: Field("x5t", _THUMBPRINT),
    35: Field("x5u"),
    256: Field("CUPHNonce", PLAIN),
    257: Field("CUPHOwnerPubKey", "fdo:PUBLIC_KEY"),
    258: Field("payload hash algorithm", _ALGORITHM),
    259: Field("preimage content type"),
    260: Field("payload location"),
    -1: Field("ephemeral key", KEY),
    -2: Field("static key", KEY),
    -3: Field("static key id", PLAIN),
    -20: Field("salt", PLAIN),
    -21: Field("PartyU identity", PLAIN),
    -22: Field("PartyU nonce", PLAIN),
    -23: Field("PartyU other", PLAIN),
    -24: Field("PartyV identity", PLAIN),
    -25: Field("PartyV nonce", PLAIN),
    -26: Field("PartyV other", PLAIN),
}


def headers(more: Mapping[int | str, Field] | None = None, mark: str = "signed bytes") -> tuple[Field, Field]:
    """Make the first two places of every COSE structure.

    Args:
        more: labels that mean something only in this kind of message.
        mark: what the protected ones are.
    """
    bucket = Rule(keys={**HEADERS, **(more or {})})
    covered = Rule(inside=bucket, notes=(f"{mark} from {{inner}} to {{end}}",))
    return Field("protected header", covered), Field("unprotected header", bucket)


# --- messages -------------------------------------------------------------------------------------


def _detached(value: Any) -> str | None:
    return "null (detached: not in this message)" if value == "null" else None


PAYLOAD: Final = Rule(notes=("signed bytes from {inner} to {end}",), words=_detached)
"""A payload of unknown kind."""

_TAG: Final = Rule(form="plain", notes=("MAC",))


def signed(payload: Rule | str) -> Rule:
    """Make the rule of the payload that a signature covers.

    Args:
        payload: rule of the CBOR in it.
    """
    return replace(PAYLOAD, inside=payload)


def sign1(payload: Rule, more: Mapping[int | str, Field] | None = None) -> Rule:
    """Make the rule of COSE_Sign1.

    Args:
        payload: rule of the byte string.
        more: header labels of this kind of message.
    """
    return Rule(
        "COSE_Sign1", items=(*headers(more), Field("payload", payload), Field("signature", SIGNATURE))
    )


def mac0(payload: Rule) -> Rule:
    """Make the rule of COSE_Mac0; parameters as of :func:`sign1`."""
    return Rule("COSE_Mac0", items=(*headers(), Field("payload", payload), Field("tag", _TAG)))


def sign(payload: Rule, more: Mapping[int | str, Field] | None = None) -> Rule:
    """Make the rule of COSE_Sign; parameters as of :func:`sign1`."""
    signatures = Field("signatures", Rule(rest=Field("signature {n}", SIGNER)))
    return Rule("COSE_Sign", items=(*headers(more), Field("payload", payload), signatures))


def mac(payload: Rule) -> Rule:
    """Make the rule of COSE_Mac; parameters as of :func:`sign1`."""
    return Rule("COSE_Mac", items=(*headers(), Field("payload", payload), Field("tag", _TAG), _RECIPIENTS))


def messages(payload: Rule) -> dict[int, Field]:
    """Give the tags of the messages that authenticate a payload."""
    return {
        17: Field("COSE_Mac0", mac0(payload)),
        18: Field("COSE_Sign1", sign1(payload)),
        97: Field("COSE_Mac", mac(payload)),
        98: Field("COSE_Sign", sign(payload)),
    }


SIGNER: Final = Rule("COSE_Signature", items=(*headers(), Field("signature", SIGNATURE)))
_CIPHERTEXT: Final = Field("ciphertext", Rule(form="plain", words=_detached))
_SEALED: Final = headers(mark="authenticated bytes")
RECIPIENT: Final = Rule(
    "COSE_recipient",
    items=(*_SEALED, _CIPHERTEXT, Field("recipients", Rule(rest=Field("recipient {n}", "cose:RECIPIENT")))),
)
_RECIPIENTS: Final = Field("recipients", Rule(rest=Field("recipient {n}", RECIPIENT)))

SIGN1: Final = sign1(PAYLOAD)
MAC0: Final = mac0(PAYLOAD)
SIGN: Final = sign(PAYLOAD)
MAC: Final = mac(PAYLOAD)
ENCRYPT0: Final = Rule("COSE_Encrypt0", items=(*_SEALED, _CIPHERTEXT))
ENCRYPT: Final = Rule("COSE_Encrypt", items=(*_SEALED, _CIPHERTEXT, _RECIPIENTS))

MESSAGE: Final = Rule(items=(*headers(), Field("payload", PAYLOAD), Field("signature or tag", ANY)))
"""A message without tag."""
