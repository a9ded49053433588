"""Reading the user's denylist: a small YAML file, every entry of which names a key or a digest.

    schema: iotassess/denylist/v1
    keys:
      - thumbprint: 64 hex digits, SHA-256 over the SubjectPublicKeyInfo
        reason: text (optional)
    digests:
      - digest: sha-256:… (or sha-384, sha-512) of an image
        reason: text (optional)

A file that cannot be understood ends the run: an entry that was misread would let through what it is there to
stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from iotassess.codec import yaml
from iotassess.crosscheck.denylist import Denylist
from iotassess.errors import UsageError
from iotassess.model.claim import Digest

SCHEMA: Final = "iotassess/denylist/v1"

_SIZES: Final = {"sha-256": 64, "sha-384": 96, "sha-512": 128}
"""Hash → its hex digits."""

_HEX = re.compile(r"[0-9a-fA-F]+")
_KEYS: Final = {"schema", "keys", "digests"}


def load_denylists(paths: Sequence[Path]) -> Denylist:
    """Read denylists and put them together.

    Args:
        paths: the files.

    Raises:
        UsageError: one is missing, or is not what the head of this file says.
    """
    keys: dict[str, str] = {}
    digests: dict[Digest, str] = {}
    for path in paths:
        found = _File(path)
        keys |= found.keys()
        digests |= found.digests()
    return Denylist(keys, digests)


class _File:
    """One denylist, parsed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                data = file.read(yaml.MAX_SIZE + 1)
        except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
            reason = getattr(fault, "strerror", None) or "it cannot be read"
            raise UsageError(f"--deny {path}: {reason}", hint="check the path after --deny") from None
        try:
            self._document = yaml.load(data)
        except yaml.YamlFault as fault:
            raise UsageError(
                f"{path}:{fault.line}:{fault.column}: {fault.message}", hint=fault.hint
            ) from None
        value = self._document.value
        if not isinstance(value, dict):
            self._refuse((), "expected a mapping with the keys schema, keys and digests")
        if value.get("schema") != SCHEMA:
            self._refuse(("schema",), f"got schema {value.get('schema')!r}, expected {SCHEMA}")
        for key in value:
            if key not in _KEYS:
                self._refuse((key,), f"unknown key {key!r}, expected {', '.join(sorted(_KEYS))}")
        if not value.get("keys") and not value.get("digests"):
            self._refuse((), "nothing is denied; expected entries under keys or digests")
        self._value = value

    def keys(self) -> dict[str, str]:
        """Thumbprint → why."""
        found: dict[str, str] = {}
        for path, entry in self._entries("keys", "thumbprint"):
            text = entry["thumbprint"].casefold()
            if not _HEX.fullmatch(text) or len(text) != _SIZES["sha-256"]:
                self._refuse(path, f"got thumbprint {text[:80]!r}, expected 64 hex digits of a SHA-256")
            found[text] = str(entry.get("reason") or "")
        return found

    def digests(self) -> dict[Digest, str]:
        """Digest → why."""
        found: dict[Digest, str] = {}
        for path, entry in self._entries("digests", "digest"):
            alg, _, digits = entry["digest"].casefold().partition(":")
            if alg not in _SIZES or not _HEX.fullmatch(digits) or len(digits) != _SIZES[alg]:
                known = " or ".join(_SIZES)
                got = entry["digest"][:80]
                self._refuse(path, f"got digest {got!r}, expected {known}, a colon and the value in hex")
            found[Digest(alg, digits)] = str(entry.get("reason") or "")
        return found

    def _entries(self, list_: str, key: str) -> Iterator[tuple[yaml.Path, dict[str, Any]]]:
        entries = self._value.get(list_)
        if entries is None:
            return
        if not isinstance(entries, list):
            self._refuse((list_,), f"expected a list of entries with {key}")
        for index, entry in enumerate(entries):
            path = (list_, index)
            if not isinstance(entry, dict) or not isinstance(entry.get(key), str):
                self._refuse(path, f"expected a mapping with {key} (a string) and perhaps a reason")
            if unknown := set(entry) - {key, "reason"}:
                self._refuse(path, f"unknown key {sorted(unknown)[0]!r}, expected {key} and reason")
            yield path, entry

    def _refuse(self, path: yaml.Path, message: str) -> NoReturn:
        mark = self._document.mark(path)
        raise UsageError(
            f"{self._path}:{mark.line}:{mark.column}: {message}",
            hint="a denylist is read strictly, so that nothing on it is passed over",
        )
