"""Collecting what is wrong with a manifest while reading goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

Trail = tuple[Any, ...]
"""Path for ``cbor.locate`` from the start of the envelope."""

MAX_REPORTS: Final = 16
"""Problems of one id that are listed. A reader needs to see that there are many, not each of them."""

MAX_LOCATED: Final = 48
"""Problems whose byte offset is looked for: each look goes through the envelope from its start."""

MAX_STEPS: Final = 200_000
"""Commands times components and alternatives in one manifest. The largest real ones take some hundreds."""

UNREADABLE: Final = object()
"""What :meth:`Reading.loads` gives for bytes that are not one strict CBOR item."""


class Reading:
    """One envelope being read: its bytes, what was found wrong, and how much work is left to spend.

    Attributes:
        data: the envelope.
        problems: in the order found, without repetition.
        broken: something is not what the format prescribes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.problems: list[Problem] = []
        self.broken = False
        self._steps = MAX_STEPS
        self._counts: Counter[str] = Counter()
        self._seen: set[tuple[str, str | None]] = set()
        self._indefinite = False

    def add(self, id: str, message: str, at: str | None = None, trail: Trail = ()) -> None:
        """Report a problem, once for each id and place.

        Args:
            id: of the closed list.
            message: got, expected, where, what to do next.
            at: claim path.
            trail: where it stands, for the byte offset.
        """
        if (id, at) in self._seen:
            return
        self._counts[id] += 1
        if self._counts[id] > MAX_REPORTS:
            return
        self._seen.add((id, at))
        near = trail and len(self.problems) < MAX_LOCATED
        offset = cbor.locate(self.data, trail) if near else None
        self.problems.append(problem(id, message, at=at, offset=offset))

    def malformed(self, fault: MalformedArtefact, at: str, trail: Trail = ()) -> None:
        """Report that something at ``at`` cannot be read, and go on."""
        self.broken = True
        self.add(fault.problem, f"{at}: {fault}", at, trail)

    def loads(self, data: bytes, at: str, trail: Trail = ()) -> Any:
        """Decode the content of a byte string; report it and give :data:`UNREADABLE` where that fails.

        Args:
            data: content of the byte string.
            at: claim path of it.
            trail: path to it.
        """
        try:
            found = cbor.read(data)
        except MalformedArtefact as fault:
            self.malformed(fault, at, trail)
            return UNREADABLE
        if found.indefinite:
            self.note_indefinite(at, trail)
        return found.value

    def note_indefinite(self, at: str, trail: Trail = ()) -> None:
        """Report an indefinite length: a manifest is encoded deterministically (MS section 8.1)."""
        if not self._indefinite:
            self._indefinite = True
            self.add(
                "cbor-indefinite-length",
                f"{at} has items of indefinite length; a manifest is encoded with definite ones",
                at,
                trail,
            )

    def spend(self, steps: int = 1) -> None:
        """Account for work.

        Raises:
            MalformedArtefact: ``artefact-too-large`` when there was too much of it.
        """
        self._steps -= steps
        if self._steps < 0:
            raise MalformedArtefact(
                "artefact-too-large",
                f"the manifest takes more than {MAX_STEPS} steps to walk through (commands times components)",
            )

    def has_any(self, ids: Iterable[str]) -> bool:
        """Whether a problem with one of the ids was found.

        Args:
            ids: of the closed list.
        """
        return any(self._counts[id] for id in ids)

    def finish(self) -> tuple[Problem, ...]:
        """Give the problems, with a word on those that were left off."""
        for id, count in self._counts.items():
            if count > MAX_REPORTS:
                left = count - MAX_REPORTS
                self.problems.append(problem(id, f"and {left} more of this kind, which are not listed"))
        return tuple(self.problems)
