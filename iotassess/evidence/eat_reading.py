"""What one claims set gives while it is read: the place that every reader of a claim writes to.

A reader of a claim gets a :class:`Reading`, puts what it understood into ``claims`` (JSON-ready), what it
found wrong into ``problems``, and what can be compared with other sources into ``shown``. It never raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.evidence.context import Context
from iotassess.model.artefact import Artefact, Problem, Severity, Shown
from iotassess.model.claim import PRODUCT, Subject, Value
from iotassess.model.problems import problem
from iotassess.model.vocabulary import DEBUG_STATES, LIFECYCLES

MAX_SAME_PROBLEMS: Final = 20
"""Problems of one id that are listed. A hostile token can have ten thousand; nobody reads the 21st."""

MAX_LOCATED_BYTES: Final = 64 << 10
"""Longest artefact in which problems are given an offset: finding one walks the bytes from the start."""

MAX_SHOWN_BYTES: Final = 1024
"""Longest byte string of an unknown claim that is printed whole; keys, digests and nonces are far shorter."""

_SHOWN_TEXT: Final = 60
"""Characters of an attacker's text in a message: enough to find it by."""

new_tuple: Final = tuple.__new__
"""Makes a NamedTuple in half the time of its own constructor: a token makes some twenty, and a fleet has
millions of tokens. It does not check the number of fields; mypy and the tests do."""

TIME_CLAIMS: Final = frozenset({"exp", "nbf", "iat"})
"""Claims without which nobody can tell when the token holds: a problem of theirs is never left out."""

SECURED: Final = LIFECYCLES[3]

_AGAINST: Final[frozenset[tuple[str, Value]]] = frozenset(
    {
        ("debug.state", DEBUG_STATES[0]),
        ("boot.secure-boot", False),
        *(("lifecycle", state) for state in LIFECYCLES if state != SECURED),
    }
)
"""What a part may say about the whole product: that it is bad. That a part is good says nothing about it."""

Claims = Mapping[Any, Any]
Reader = Callable[["Reading", Any, Claims], None]
"""Reads one claim: ``(reading, value, all claims of the set)``."""


class Reading:
    """One claims set being read.

    Attributes:
        context: as given to the decoder.
        data: the artefact's bytes, for offsets.
        covered: a signature, or a digest under one, covers the bytes.
        trail: where the claims map stands in ``data`` (for ``cbor.locate``); None where it has no place.
        prefix: path of the claims set inside the artefact; empty, or ending in a dot.
        from_json: the claims had JSON names rather than CBOR labels.
        level: how many claims sets of the same token it is nested in.
        draft: an enclosing claims set has labels of an older draft.
        settled: a profile that is known says that labels mean what RFC 9711 says.
        claims: what was read, JSON-ready.
        problems: what is wrong; shared with the claims sets inside.
        counts: how many problems of each id there are; shared likewise.
        shown: statements for the claim table; shared likewise.
        nested: tokens inside; shared likewise.
        paths: paths that submodules have already; shared likewise.
        nonces: nonces that the claims set has.
        times: "exp", "nbf", "iat" in seconds since 1970, where they are usable.
        device: identity of the device in hex, or "".
        measures: claim that has measurements of software, or "".
        opaque: something inside could not be seen into, or speaks for itself.
    """

    __slots__ = (
        "claims",
        "context",
        "counts",
        "covered",
        "data",
        "device",
        "draft",
        "from_json",
        "level",
        "measures",
        "nested",
        "nonces",
        "opaque",
        "paths",
        "prefix",
        "problems",
        "settled",
        "shown",
        "times",
        "trail",
    )

    def __init__(
        self,
        context: Context,
        data: bytes,
        *,
        covered: bool,
        trail: tuple[Any, ...] | None = None,
        prefix: str = "",
        from_json: bool = False,
    ) -> None:
        self.context = context
        self.data = data
        self.covered = covered
        self.trail = trail
        self.prefix = prefix
        self.from_json = from_json
        self.level = 0
        self.draft = False
        self.settled = False
        self.claims: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.counts: dict[str, int] = {}
        self.shown: list[Shown] = []
        self.nested: list[Artefact] = []
        self.paths: set[str] = set()
        self.nonces: tuple[bytes, ...] = ()
        self.times: dict[str, int | float] = {}
        self.device = ""
        self.measures = ""
        self.opaque = False

    def inside(self, path: str, trail: tuple[Any, ...] | None) -> Reading:
        """Give the reading of a claims set inside this one; problems and statements are shared.

        Args:
            path: path inside this claims set.
            trail: steps from this claims map to the inner one, or None where they are not known.
        """
        whole = None if self.trail is None or trail is None else self.trail + trail
        inner = Reading(
            self.context,
            self.data,
            covered=self.covered,
            trail=whole,
            prefix=f"{self.prefix}{path}.",
            from_json=self.from_json,
        )
        inner.level = self.level + 1
        inner.draft = self.draft
        inner.settled = self.settled
        inner.problems = self.problems
        inner.counts = self.counts
        inner.shown = self.shown
        inner.nested = self.nested
        inner.paths = self.paths
        return inner

    def report(
        self,
        id: str,
        message: str,
        path: str | None = None,
        *steps: Any,
        severity: Severity | None = None,
    ) -> None:
        """Add one problem.

        Args:
            id: problem id.
            message: got, expected, where, what to do next.
            path: claim path inside this claims set, or None for the token as a whole.
            steps: steps from the claims map to the value, for its offset.
            severity: where circumstances change it.
        """
        if self.prefix or path not in TIME_CLAIMS:
            same = self.counts.get(id, 0)
            if same > MAX_SAME_PROBLEMS:
                return
            self.counts[id] = same + 1
            if same == MAX_SAME_PROBLEMS:
                message = f"more problems of this kind than the {MAX_SAME_PROBLEMS} listed"
                path = None
        at = None if path is None else self.prefix + path
        self.problems.append(problem(id, message, at=at, offset=self.offset_of(*steps), severity=severity))

    def offset_of(self, *steps: Any) -> int | None:
        """Give the offset of a value in the artefact; None where it has none, or finding it costs too much.

        Args:
            steps: steps from the claims map to the value.
        """
        if not steps or self.trail is None or len(self.data) > MAX_LOCATED_BYTES:
            return None
        return cbor.locate(self.data, self.trail + steps)

    def refuse(self, key: str, label: Any, value: Any, expected: str) -> None:
        """Report a claim of the wrong type or length that cannot be shown under its own name."""
        self.report("eat-claim-type", f"{key} is {describe(value)}; expected {expected}", key, label)
        self.keep_other(label, value)

    def keep_other(self, label: Any, value: Any) -> None:
        """Keep a claim that is not understood, for people to look at."""
        other = self.claims.setdefault("other", {})
        other[free_key(label, other)] = to_json(value)

    def show(self, property: str, value: Value, path: str, *steps: Any, subject: Subject = PRODUCT) -> None:
        """Add one statement; of a submodule about the product only one that speaks against it.

        Args:
            property: id in the vocabulary.
            value: of the property's type.
            path: claim path inside this claims set.
            steps: steps from the claims map to the value.
            subject: what it is about.
        """
        if self.prefix and subject is PRODUCT and not speaks_against(property, value):
            return
        trail = self.trail + steps if steps and self.trail is not None else ()
        self.shown.append(
            new_tuple(Shown, (subject, property, value, self.prefix + path, self.covered, False, trail, ""))
        )


def speaks_against(property: str, value: Value) -> bool:
    """Tell whether a statement of a part holds for the whole product: only a bad one does."""
    return (property, value) in _AGAINST


def describe(value: Any) -> str:
    """Say in a few words what somebody else's value is."""
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return f"{value!s:.{_SHOWN_TEXT}}"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        return ascii(clip(value))
    if isinstance(value, cbor.Tag):
        return f"an item under CBOR tag {value.number}"
    if isinstance(value, Mapping):
        return f"a map of {len(value)}"
    if isinstance(value, list | tuple):
        return f"an array of {len(value)}"
    return "no value that a claim can have"


def clip(text: str) -> str:
    """Shorten an attacker's text for a message or a path."""
    return text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "…"


def free_key(label: Any, taken: Mapping[str, Any]) -> str:
    """Give the text that a label has in JSON: never one that another label already has."""
    if isinstance(label, str):
        name = label
    elif isinstance(label, bytes):
        name = f"h'{label[:MAX_SHOWN_BYTES].hex()}'"
    elif isinstance(label, cbor.OddKey):
        name = describe(label.value)
    else:
        name = str(label) if type(label) is int else describe(label)
    while name in taken:
        name = f"{name} ({len(taken)})"
    return name


def to_json(value: Any) -> Any:
    """Turn any decoded value into one that JSON can express: bytes become hex, tags a pair.

    It calls itself for what is inside, as deep as the CBOR or JSON wall lets through.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        if len(value) > MAX_SHOWN_BYTES:
            return {"size": len(value), "starts_with": value[:32].hex()}
        return value.hex()
    if isinstance(value, Mapping):
        members: dict[str, Any] = {}
        for key, inner in value.items():
            members[free_key(key, members)] = to_json(inner)
        return members
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    if isinstance(value, cbor.Tag):
        return {"tag": value.number, "value": to_json(value.value)}
    return str(value)


def enumerated(value: int, name: str) -> dict[str, Any]:
    """An enumeration as the JSON of ``verify`` has it: the specification's name with the number."""
    return {"value": value, "name": name}
