"""The page of limits: every named bound of the source, with its value and its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from docs.generator.markdown import page, prose, table

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "iotassess"

_NAME = re.compile(r"_?(MAX|MOST)_[A-Z0-9_]+|LIMIT")
_BYTES = re.compile(r"^(?!Times|Characters|Digits).*\b([Bb]ytes?|octets)\b")
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_END = re.compile(r"(?<=[^.])[:;.] ")

ROOMS: dict[str, str] = {
    "cli": "The command line",
    "fleet": "Fleets",
    "bundle": "Bundles",
    "ics": "Filled conformance statements",
    "policy": "Policies, waivers, earlier results",
    "baseline": "Baselines",
    "crosscheck": "Cross-checks",
    "profile": "The profile",
    "evidence": "Artefacts and trust anchors",
    "codec": "CBOR, COSE, JOSE, CMS, JSON, YAML and keys",
    "model": "Words and values",
    "report": "Reports",
}
"""Room → heading, from the top of the house to its ground."""


class Limit(NamedTuple):
    """One named limit.

    Attributes:
        module: dotted name.
        name: of the constant; one module has each once.
        value: as it is when the module is imported.
        reason: the text below it, on one line: what it bounds, and why there.
    """

    module: str
    name: str
    value: int
    reason: str

    @property
    def id(self) -> str:
        """``module:NAME``."""
        return f"{self.module}:{self.name}"


def limits() -> list[Limit]:
    """Find every limit of the package, by module and place.

    Raises:
        ValueError: one has no text below it.
    """
    found: list[Limit] = []
    for file in sorted((ROOT / PACKAGE).rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name, reason in _stated(ast.parse(file.read_text("utf-8"))):
            value = getattr(import_module(module), name)
            if not isinstance(value, int):
                continue  # a word that only begins like a limit
            if reason is None:
                raise ValueError(f"{file.relative_to(ROOT)}: {name} has no reason: write it below, as a text")
            found.append(Limit(module, name, value, reason))
    return found


def _stated(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """Names of limits of a module, each with the text below it; assignments in a row share one."""
    for index, here in enumerate(tree.body):
        for name in _names(here):
            if _NAME.fullmatch(name):
                below = (one for one in tree.body[index + 1 :] if not any(True for _ in _names(one)))
                yield name, _text(next(below, None))


def _names(statement: ast.stmt) -> Iterator[str]:
    """What an assignment binds; of several at once, each."""
    targets: Sequence[ast.expr] = ()
    if isinstance(statement, ast.AnnAssign):
        targets = (statement.target,)
    elif isinstance(statement, ast.Assign):
        targets = statement.targets
    for target in targets:
        for one in target.elts if isinstance(target, ast.Tuple) else (target,):
            if isinstance(one, ast.Name):
                yield one.id


def _text(statement: ast.stmt | None) -> str | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else None
    return " ".join(text.replace("``", "`").split()) if isinstance(text, str) else None


def limits_page() -> str:
    """The page of limits."""
    everything = limits()
    strangers = {_room(limit) for limit in everything} - set(ROOMS)
    if strangers:
        raise ValueError(f"docs/generator/limits.py: ROOMS has no heading for {', '.join(sorted(strangers))}")
    return page(
        "Limits",
        prose("""Whatever comes from a file is an attacker's, so everything that is read, counted or shown has
        an end, and each end has a name in the source. What is beyond a limit of reading is refused, or left
        out with a problem, a note or a line that says so; nothing is held to be true because it was not
        read. What is beyond a limit of showing is cut, and ends in "…" or in a count."""),
        prose("""None can be set: a limit that the judged party may lift is none. Names that begin with `MAX_`
        bound what is read or worked on, those with `MOST_` what is shown."""),
        *(_section(room, title, everything) for room, title in ROOMS.items()),
    )


def _section(room: str, title: str, everything: Sequence[Limit]) -> str:
    rows = [
        (f"`{limit.name}`", written(limit), *_parts(limit.reason), f"`{_place(limit)}`")
        for limit in everything
        if _room(limit) == room
    ]
    return f"## {title}\n\n" + table(("limit", "value", "of what", "why there", "file"), rows) if rows else ""


def _room(limit: Limit) -> str:
    return limit.module.split(".")[1]


def _place(limit: Limit) -> str:
    return "/".join(limit.module.split(".")[1:]) + ".py"


def _parts(reason: str) -> tuple[str, str]:
    """What a limit bounds, which the reason says first, and the rest of it."""
    end = _END.search(reason)
    if end is None:
        return reason.removesuffix("."), "-"
    rest = reason[end.end() :]
    return reason[: end.start()], rest[0].upper() + rest[1:]


def written(limit: Limit) -> str:
    """Write a value as people say it: ``16 MiB``, ``50,000``."""
    value = limit.value
    if _BYTES.search(limit.name.replace("_", " ").lower()) or _BYTES.search(_parts(limit.reason)[0]):
        for size, unit in _UNITS:
            if value >= size and value % size == 0:
                return f"{value // size:,} {unit}"
    return f"{value:,}"
