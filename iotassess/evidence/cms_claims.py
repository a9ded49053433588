"""What a CMS message says of itself, as claims: who signed, when, with what. Shared by what comes in CMS."""

from __future__ import annotations

from typing import Any

from iotassess.codec.cms import SignedData, Signer


def describe(signed: SignedData) -> dict[str, Any]:
    """Give the claims of a message, JSON-ready.

    Args:
        signed: the message.
    """
    return {
        "content_type": signed.content_type,
        "detached": signed.content is None,
        "certificates": len(signed.certificates),
        "signers": [_describe_signer(signer) for signer in signed.signers],
    }


def _describe_signer(signer: Signer) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "serial": None if signer.serial is None else str(signer.serial),  # 20 octets: too long for a number
        "key_id": None if signer.key_id is None else signer.key_id.hex(),
        "alg": signer.alg,
        "digest_alg": signer.digest_alg,
        "message_digest": None if signer.message_digest is None else signer.message_digest.hex(),
        "signing_time": None if signer.signing_time is None else signer.signing_time.isoformat(),
    }
    return {key: value for key, value in parts.items() if value is not None}
