"""What one CoRIM or CoMID gives while it is read: the place that every part of the reading writes to.

A part of the reading gets a :class:`Reading`, returns what it understood (JSON-ready), and puts what it
found wrong into ``problems`` and what can be compared with other sources into ``shown``. It never raises.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.evidence.context import Context
from iotassess.evidence.eat_reading import MAX_LOCATED_BYTES, MAX_SAME_PROBLEMS, clip
from iotassess.model.artefact import Artefact, Problem, Shown
from iotassess.model.claim import PRODUCT, Subject, Value
from iotassess.model.problems import problem

MAX_CONTENT_BYTES: Final = 1 << 19
"""Bytes of tags that are read in one CoRIM. A real one has a few kilobytes for each model."""

MAX_ENTRIES: Final = 4096
"""Triples, measurements and keys that are read in one CoRIM; real ones have dozens."""

MAX_DIGESTS: Final = 16
"""Digests of one measurement: one for each algorithm of the registry, of which there are twelve."""

Trail = tuple[Any, ...]


class Place(NamedTuple):
    """Where something stands in the artefact.

    Attributes:
        path: claim path.
        trail: steps for ``codec.cbor.locate``.
    """

    path: str
    trail: Trail

    def at(self, name: str, *steps: Any) -> Place:
        """Give the place of a member.

        Args:
            name: of the member in the claims; "[0]" for an element.
            steps: from here to it.
        """
        dot = "" if not self.path or name.startswith("[") else "."
        return Place(f"{self.path}{dot}{name}", self.trail + steps)


class Reading:
    """One CoRIM or CoMID being read.

    Attributes:
        context: as given to the decoder.
        data: the artefact's bytes, for offsets.
        covered: a signature covers what is read.
        wellformed: nothing was found that the CDDL does not allow.
        problems: what is wrong.
        faults: how many problems of id ``corim-malformed`` there were, those not listed too.
        shown: statements for the claim table.
        nested: artefacts inside.
        not_evaluated: what was recognised and left alone.
        legacy: forms of older drafts that were met.
        environments: encoded environment → scope.
    """

    def __init__(self, context: Context, data: bytes, *, covered: bool) -> None:
        self.context = context
        self.data = data
        self.covered = covered
        self.wellformed = True
        self.problems: list[Problem] = []
        self.faults = 0
        self.shown: list[Shown] = []
        self.nested: list[Artefact] = []
        self.not_evaluated: dict[str, int] = {}
        self.legacy: dict[str, None] = {}
        self.environments: dict[bytes, str] = {}
        self._counts: dict[str, int] = {}
        self._stated: set[tuple[str, str, Value]] = set()
        self._entries = 0
        self._bytes = 0

    # --- what is wrong ------------------------------------------------------------------------------

    def report(self, id: str, message: str, place: Place) -> None:
        """Add one problem, unless many of its kind are there already.

        Args:
            id: problem id.
            message: got, expected, what to do next.
            place: of the value.
        """
        same = self._counts.get(id, 0)
        if same > MAX_SAME_PROBLEMS:
            return
        self._counts[id] = same + 1
        if same == MAX_SAME_PROBLEMS:
            message = f"more problems of this kind than the {MAX_SAME_PROBLEMS} listed"
            self.problems.append(problem(id, message))
            return
        offset = None
        if len(self.data) <= MAX_LOCATED_BYTES and place.trail:
            offset = cbor.locate(self.data, place.trail)
        self.problems.append(problem(id, message, at=place.path or None, offset=offset))

    def breach(self, message: str, place: Place) -> None:
        """Report what breaks a rule, though it can be read."""
        self.faults += 1
        self.report("corim-malformed", f"{place.path or 'the content'}: {message}", place)

    def fault(self, message: str, place: Place) -> None:
        """Report what the CDDL does not allow: the artefact is not well-formed."""
        self.wellformed = False
        self.breach(message, place)

    def skip(self, what: str, count: int = 1) -> None:
        """Note a section that is not evaluated.

        Args:
            what: the section, in the plural.
            count: how many of it.
        """
        self.not_evaluated[what] = self.not_evaluated.get(what, 0) + count

    def may_read(self, place: Place, *, entries: int = 0, size: int = 0) -> bool:
        """Tell whether so much more is read, and report it once where it is not.

        Args:
            place: of what would be read.
            entries: triples, measurements or keys.
            size: bytes of a tag.
        """
        self._entries += entries
        self._bytes += size
        if self._entries <= MAX_ENTRIES and self._bytes <= MAX_CONTENT_BYTES:
            return True
        if "artefact-too-large" not in self._counts:
            self._counts["artefact-too-large"] = MAX_SAME_PROBLEMS + 1
            self.wellformed = False
            message = (
                f"more than {MAX_ENTRIES} triples, measurements and keys or {MAX_CONTENT_BYTES} bytes; "
                "what follows was not read: split the manifest"
            )
            self.problems.append(problem("artefact-too-large", message, at=place.path or None))
        return False

    def conclude(self) -> None:
        """Report once what older drafts it is written by."""
        if self.legacy:
            forms = ", ".join(self.legacy)
            message = f"written by an older draft: {forms}; expected the forms of draft-ietf-rats-corim-11"
            self.report("corim-legacy-tag", message, Place("", ()))

    # --- what is shown ------------------------------------------------------------------------------

    def show(self, property: str, value: Value, place: Place, scope: str, subject: Subject = PRODUCT) -> None:
        """Add one statement; one about the product is made once in its scope."""
        if subject is PRODUCT:
            stated = (scope, property, value)
            if stated in self._stated:
                return
            self._stated.add(stated)
        self.shown.append(
            Shown(subject, property, value, place.path, self.covered, False, place.trail, scope)
        )

    def claims_of_skipped(self) -> list[str]:
        """Give the sections that were not evaluated, as reports list them."""
        return [f"{clip(what)} ({count})" for what, count in self.not_evaluated.items()]
