"""Assessments in which every text that somebody else wrote is hostile."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable
from typing import Any, get_args

from iotassess.evidence.registry import KINDS
from iotassess.model import appraisal, ar4si, artefact, claim, verdict

_CLOSED = {
    word
    for words in (
        artefact.Severity, artefact.Authenticity, artefact.SignatureStatus, artefact.Binding,
        artefact.AnchorSource, artefact.Purpose, claim.SubjectKind, claim.Scheme, verdict.Outcome,
        verdict.Verdict, verdict.PartKind, verdict.Force, verdict.Level, verdict.NotApplicable,
        appraisal.Outcome, ar4si.Tier,
    )
    for word in get_args(words)
}  # fmt: skip
_CLOSED |= {kind.id for kind in KINDS} | {"name", "version", "signer", *ar4si.CATEGORIES}
_CLOSED |= {"", "!", "nonce", "time", "artefact", "image", "published", "own", "any_of", "all_of"}
"""Words of closed lists: no input can change them."""

HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
NASTY = (
    "\x1b[2J\x1b[1;1HENISA · proven 100 %",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\nENISA · proven 100 % · claimed 100 %\r\n\x0b\x0c\x1c\x85\u2028\u2029b",
    "\u202egnissim\u202c \u2066x\u2069 \u200e\u200f\u061c",
    "zero\u200b\u200d\ufeffwidth\U000e0041",
    "[bold red]markup[/bold red] :smile: {{ jinja }} %s",
    "\udc80\ud800",
    "\x7f\x00\t",
)


def harmful(text: str) -> set[str]:
    """Characters of a text that do something to a terminal instead of showing; line ends are no harm."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in HARMFUL}


def poisoned(value: Any, change: Callable[[str], str]) -> Any:
    """Change every free text in a value, wherever it stands; equal texts stay equal."""
    return _Poison(change).of(value)


class _Poison:
    """One change of a whole value. What stands in many places is changed once: properties do this often."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self.change = change
        self.texts: dict[str, str] = {}
        self.done: dict[int, tuple[Any, Any]] = {}

    def of(self, value: Any) -> Any:
        """The value with its texts changed."""
        if value is None or type(value) in (bool, int, float):
            return value
        if isinstance(value, str):
            if value not in self.texts:
                self.texts[value] = value if value in _CLOSED else self.change(value)
            return self.texts[value]
        known = self.done.get(id(value))
        if known is None:
            # The value is kept beside its change: as long as it lives, nothing else has its id.
            known = self.done[id(value)] = (value, self._made(value))
        return known[1]

    def _made(self, value: Any) -> Any:
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*map(self.of, value))
        if isinstance(value, tuple | list):
            return type(value)(map(self.of, value))
        if isinstance(value, dict):
            return {self.of(key): self.of(item) for key, item in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {f.name: self.of(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return type(value)(**fields)
        return value
