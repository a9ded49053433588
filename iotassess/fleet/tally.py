"""Numbers about rows that can be added up: a worker makes them for its part, and the parts' are put together.

What comes from tokens may be made up by whoever made them, so every list of texts is bounded; what does not
fit is counted under one name.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from iotassess.fleet.rows import Row

MAX_VERSIONS: Final = 1_000
"""Different firmware versions of all models that are counted apart."""

MAX_VERSIONS_A_DAY: Final = 40
"""Of one day. A fleet under update has two or three."""

MAX_MESSAGES: Final = 100
"""Different errors of records that are counted apart."""

MAX_EXAMPLES: Final = 1_000
"""Different ids that are counted apart; there are fewer than two hundred."""

OTHERS: Final = "(others)"
"""What does not fit is counted under this name."""

MATCHES: Final = frozenset({"match", "digest-only"})
"""Component matches by which a token runs what reference values say."""


class Tally:
    """Numbers about some rows.

    Attributes:
        records: all of them.
        sound: see ``model.fleet.Summary``.
        authenticity: → tokens.
        component_match: → authenticated tokens.
        models: model → tokens, authenticated, matched, sound.
        versions: (model, firmware) → authenticated tokens, matched, sound, first and last time (ISO or "").
        ids: "problems", "faults", "discrepancies" or "errors" → id → number, place of the first.
        verdicts: of each column: verdict → tokens.
        days: ISO date → tokens, authenticated, matched, sound.
        day_versions: ISO date → firmware → authenticated tokens.
        untimed: records without a time.
    """

    def __init__(self, columns: int) -> None:
        self.records = 0
        self.sound = 0
        self.untimed = 0
        self.authenticity: Counter[str] = Counter()
        self.component_match: Counter[str] = Counter()
        self.models: dict[str, list[int]] = {}
        self.versions: dict[tuple[str, str], list[Any]] = {}
        self.ids: dict[str, dict[str, list[Any]]] = {
            name: {} for name in ("problems", "faults", "discrepancies", "errors")
        }
        self.verdicts: list[Counter[str]] = [Counter() for _ in range(columns)]
        self.days: dict[str, list[int]] = {}
        self.day_versions: dict[str, Counter[str]] = defaultdict(Counter)

    @classmethod
    def of(cls, rows: Iterable[Row], columns: int) -> Tally:
        """Count rows.

        Args:
            rows: some.
            columns: verdicts that each has.
        """
        tally = cls(columns)
        for row in rows:
            tally._add(row)
        return tally

    def _add(self, row: Row) -> None:
        self.records += 1
        self.sound += row.sound
        for name, ids in (
            ("problems", row.problems),
            ("faults", row.faults),
            ("discrepancies", row.discrepancies),
            ("errors", (row.error,) if row.error else ()),
        ):
            for id in ids:
                self._found(name, id, 1, row.record)
        authentic = row.authenticity == "authenticated"
        matched = authentic and row.component_match in MATCHES
        if row.authenticity is not None:
            self.authenticity[row.authenticity] += 1
            _add(self.models.setdefault(row.model or "", [0] * 4), (1, authentic, matched, row.sound))
            for counter, verdict in zip(self.verdicts, row.verdicts, strict=True):
                counter[verdict or ""] += 1
        if authentic:
            self.component_match[row.component_match or "not-appraised"] += 1
            time = "" if row.time is None else row.time.isoformat()
            self._version(
                (row.model or "", row.firmware or ""), [1, int(matched), int(row.sound), time, time]
            )
        if row.time is None:
            self.untimed += 1
        elif row.authenticity is not None:
            day = row.time.date().isoformat()
            _add(self.days.setdefault(day, [0] * 4), (1, authentic, matched, row.sound))
            if authentic:
                self._day_version(day, row.firmware or "", 1)

    def merge(self, other: Tally) -> None:
        """Add the numbers of other rows, which come after these."""
        self.records += other.records
        self.sound += other.sound
        self.untimed += other.untimed
        self.authenticity += other.authenticity
        self.component_match += other.component_match
        for model, numbers in other.models.items():
            _add(self.models.setdefault(model, [0] * 4), numbers)
        for key, found in other.versions.items():
            self._version(key, found)
        for name, ids in other.ids.items():
            for id, (number, place) in ids.items():
                self._found(name, id, number, place)
        for counter, more in zip(self.verdicts, other.verdicts, strict=True):
            counter.update(more)
        for day, numbers in other.days.items():
            _add(self.days.setdefault(day, [0] * 4), numbers)
        for day, versions in other.day_versions.items():
            for version, number in versions.items():
                self._day_version(day, version, number)

    def _found(self, name: str, id: str, number: int, place: str) -> None:
        ids = self.ids[name]
        if id not in ids and len(ids) >= (MAX_MESSAGES if name == "errors" else MAX_EXAMPLES):
            id = OTHERS
        found = ids.setdefault(id, [0, place])
        found[0] += number

    def _version(self, key: tuple[str, str], more: Sequence[Any]) -> None:
        if key not in self.versions and len(self.versions) >= MAX_VERSIONS:
            key = (key[0], OTHERS)
        found = self.versions.setdefault(key, [0, 0, 0, "", ""])
        _add(found, more[:3])
        found[3] = min(filter(None, (found[3], more[3])), default="")
        found[4] = max(found[4], more[4])

    def _day_version(self, day: str, version: str, number: int) -> None:
        versions = self.day_versions[day]
        if version not in versions and len(versions) >= MAX_VERSIONS_A_DAY:
            version = OTHERS
        versions[version] += number

    def dumps(self) -> str:
        """Write them as JSON."""
        return json.dumps(
            {
                "records": self.records,
                "sound": self.sound,
                "untimed": self.untimed,
                "authenticity": self.authenticity,
                "component_match": self.component_match,
                "models": self.models,
                "versions": [[*key, *found] for key, found in self.versions.items()],
                "ids": self.ids,
                "verdicts": self.verdicts,
                "days": self.days,
                "day_versions": self.day_versions,
            },
            separators=(",", ":"),
        )

    @classmethod
    def loads(cls, text: str) -> Tally:
        """Read what ``dumps`` wrote.

        Raises:
            ValueError: it is something else.
        """
        try:
            tree = json.loads(text)
            tally = cls(len(tree["verdicts"]))
            tally.records, tally.sound, tally.untimed = tree["records"], tree["sound"], tree["untimed"]
            tally.authenticity = Counter(tree["authenticity"])
            tally.component_match = Counter(tree["component_match"])
            tally.models = tree["models"]
            tally.versions = {(model, version): found for model, version, *found in tree["versions"]}
            tally.ids = tree["ids"]
            tally.verdicts = [Counter(counts) for counts in tree["verdicts"]]
            tally.days = tree["days"]
            tally.day_versions = defaultdict(
                Counter, {day: Counter(versions) for day, versions in tree["day_versions"].items()}
            )
        except (KeyError, TypeError, AttributeError) as fault:
            raise ValueError("no numbers of a part") from fault
        return tally

    def moments(self) -> tuple[datetime.date, datetime.date] | None:
        """Give the first and the last day, or None where no record has a time."""
        if not self.days:
            return None
        return datetime.date.fromisoformat(min(self.days)), datetime.date.fromisoformat(max(self.days))


def _add(numbers: list[int], more: Iterable[int]) -> None:
    for index, number in enumerate(more):
        numbers[index] += int(number)
