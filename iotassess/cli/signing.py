"""The user's private key, and what must not be signed with it."""

from __future__ import annotations

from pathlib import Path

from iotassess.codec.signing import SigningKey, load_signing_key
from iotassess.errors import UsageError
from iotassess.evidence.published_keys import test_key, title


def signing_key(path: Path, *, example: bool) -> SigningKey:
    """Read the key that a result is to be signed with.

    Anybody can sign with a published test key; this project's own TEST ONLY keys may sign what is marked as
    an example, which says so of itself.

    Args:
        path: of the private key.
        example: what is to be signed is marked as an example.

    Raises:
        UsageError: it is no private key that signs, or one that is published.
    """
    key = load_signing_key(path)
    published = test_key(key.public)
    if published is None or (published == "own" and example):
        return key
    raise UsageError(
        f"--sign-with: {path} is a published test key ({title(key.public)}); anybody could sign with it",
        hint="sign with a key that is yours alone",
    )
