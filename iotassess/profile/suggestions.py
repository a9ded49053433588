"""What the author may have meant: near names, and near spellings of identifiers."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable

MAX_NAME = 64
"""Longest word that is compared with the known ones: the comparison takes quadratic time, and nothing
in the profile has a longer name."""


MAX_KNOWN = 64
"""Most words that are compared or listed: the model's largest mappings and enumerations have about forty
keys or values. Names that a profile declares may be thousands."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that ``word`` is most likely a slip of, or None."""
    if len(word) > MAX_NAME:
        return None
    plain = {_plain(name): name for name in itertools.islice(known, MAX_KNOWN)}
    near = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=0.6)
    return plain[near[0]] if near else None


def _plain(word: str) -> str:
    """Take case and the choice of separator out of a word."""
    return re.sub(r"[-_. ]+", "_", word.strip().lower())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Say which known word is nearest, or list them all."""
    names = list(itertools.islice(known, MAX_KNOWN))
    if (near := closest(word, names)) is not None:
        return f"did you mean {near}?"
    return f"known here: {', '.join(names)}" if names else ""


def respelled(text: str, pattern: str) -> str | None:
    """Find a spelling of ``text`` that has the form ``pattern``, if only its dress is wrong.

    Upper case, spaces around, dashes or colons in hex, a URL for a domain, ``sha256:`` for ``sha-256:``,
    a UUID without dashes, a name with spaces.
    """
    if len(text) > 2 * MAX_NAME:
        return None
    low = text.strip().lower()
    digits = re.sub(r"[-:\s{}]|^0x|^urn:uuid", "", low)
    bare = digits if re.fullmatch("[0-9a-f]*", digits) else ""
    candidates = (
        text.strip(),
        low,
        bare,
        f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}",
        re.sub(r"^sha[-_ ]?(256|384|512)[:= ]+", r"sha-\1:", low),
        re.sub(r"^[a-z]+://|[/:?].*$", "", low),
        re.sub(r"[^a-z0-9._-]+", "-", low).strip("-"),
    )
    return next((found for found in candidates if re.fullmatch(pattern, found)), None)
