"""Counters: what may only go up from one release to the next, each with what must not change without it."""

from __future__ import annotations

from typing import Literal, NamedTuple

CounterKind = Literal[
    "suit-sequence-number",
    "installed-sequence-number",
    "mcuboot-security-counter",
    "component-version",
    "firmware-version",
    "corim-svn",
]
COUNTER_KINDS: dict[CounterKind, str] = {
    "suit-sequence-number": "SUIT manifest sequence number; a changed manifest needs a higher one",
    "installed-sequence-number": "sequence number that the profile says is installed",
    "mcuboot-security-counter": "security counter of a component's image",
    "component-version": "version of a component; changed bytes need a higher one",
    "firmware-version": "version of the product's firmware; a changed component needs a higher one",
    "corim-svn": "security version number that reference values give",
}
"""Kind → what it counts."""


class Counter(NamedTuple):
    """One counter of one release.

    Attributes:
        kind: what it counts.
        of: what it is the counter of: a manifest, a component, an environment.
        value: a number, or the text of a version.
        content: what must not change while the value stays (digests), sorted; empty where nothing is tied
            to it, or where it is not known.
        source: path of the artefact that gives it, or "profile".
        path: claim path or profile path of it.
        line: line of the profile, from 1, or None.
        column: column there, from 1.
    """

    kind: CounterKind
    of: str
    value: int | str
    content: tuple[str, ...] = ()
    source: str = "profile"
    path: str = ""
    line: int | None = None
    column: int = 1
