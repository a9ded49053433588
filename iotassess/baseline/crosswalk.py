"""The crosswalk: which requirements of different baselines have to do with each other, and in what way.

It is for reading, in ``iotassess list crosswalk`` and ``iotassess explain``. Nothing that judges imports it:
common ground is not equivalence, so a verdict never crosses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, NoReturn, cast, get_args

from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.codec import yaml
from iotassess.errors import CatalogueError
from iotassess.model.crosswalk import CONVERSE, Item, Link, Provenance, Relationship

FILE = "crosswalk.yaml"

_ROW = {"source", "target", "relationship", "provenance", "cited_as", "rationale"}
_NEEDED = _ROW - {"cited_as"}


def read_crosswalk(data: bytes, name: str = FILE) -> tuple[Link, ...]:
    """Read a crosswalk from bytes. Whether its ids exist, :func:`check` tells.

    Args:
        data: the YAML file.
        name: its name, for messages.

    Raises:
        CatalogueError: with file:line:column: an unknown key or word, a text that is missing, a pair twice.
    """
    try:
        document = yaml.load(data)
    except yaml.YamlFault as fault:
        raise CatalogueError(
            f"{name}:{fault.line}:{fault.column}: {fault.message}", hint=fault.hint
        ) from None
    rows = document.value.get("rows") if isinstance(document.value, dict) else None
    if not isinstance(rows, list) or not rows:
        _fail(name, document, (), f"rows: got {rows!r}, expected a list with at least one item")
    found: dict[frozenset[Item], Link] = {}
    for index, row in enumerate(rows):
        link = _link(name, document, row, ("rows", index))
        pair = frozenset((link.source, link.target))
        if pair in found:
            first = found[pair].line
            _fail(
                name,
                document,
                ("rows", index),
                f"{link.source} and {link.target} are paired already in line {first}",
            )
        found[pair] = link
    return tuple(found.values())


def _fail(name: str, document: yaml.Document, path: tuple[str | int, ...], text: str) -> NoReturn:
    """Raise with the place."""
    mark = document.mark(path)
    raise CatalogueError(
        f"{name}:{mark.line}:{mark.column}: {text}",
        hint=f"a row has {', '.join(sorted(_NEEDED))} and may have cited_as",
    )


def _link(name: str, document: yaml.Document, row: Any, path: tuple[str | int, ...]) -> Link:
    """Read one row."""
    if not isinstance(row, dict) or not set(row) <= _ROW or not set(row) >= _NEEDED:
        got = ", ".join(map(str, row)) if isinstance(row, dict) else repr(row)
        _fail(name, document, path, f"got a row with {got}")
    for key, words in (("relationship", get_args(Relationship)), ("provenance", get_args(Provenance))):
        if row[key] not in words:
            _fail(
                name,
                document,
                (*path, key),
                f"{key}: got {row[key]!r}, expected one of {', '.join(words)}",
            )
    for key in ("rationale", "cited_as"):
        value = row.get(key, "as the target")
        if not isinstance(value, str) or not value.strip():
            _fail(name, document, (*path, key), f"{key}: got {value!r}, expected text")
    source, target = (_item(name, document, row[key], (*path, key)) for key in ("source", "target"))
    if source.baseline == target.baseline:
        _fail(name, document, path, f"{source} and {target} are of one baseline, expected two")
    return Link(
        source,
        target,
        cast("Relationship", row["relationship"]),
        cast("Provenance", row["provenance"]),
        row["rationale"].strip(),
        row.get("cited_as", ""),
        document.mark(path).line,
    )


def _item(name: str, document: yaml.Document, value: Any, path: tuple[str | int, ...]) -> Item:
    """Read one end of a row."""
    wanted = {"baseline", "id"}
    if (
        not isinstance(value, dict)
        or set(value) != wanted
        or not all(isinstance(text, str) and text for text in value.values())
    ):
        _fail(name, document, path, f"got {value!r}, expected a baseline and an id, both text")
    return Item(value["baseline"], value["id"])


def check(links: tuple[Link, ...], name: str = FILE) -> None:
    """Check that both ends of every row stand in the shipped catalogues.

    Args:
        links: rows of a crosswalk.
        name: its file, for messages.

    Raises:
        CatalogueError: with file:line: a baseline that is not shipped, or an id that it does not hold.
    """
    known = {id: {row.id for row in load_catalogue(id).requirements} for id in SHIPPED}
    for link in links:
        for end in (link.source, link.target):
            if end.baseline not in known:
                raise CatalogueError(
                    f"{name}:{link.line}: got baseline {end.baseline!r}, expected one of {', '.join(known)}"
                )
            if end.id not in known[end.baseline]:
                raise CatalogueError(
                    f"{name}:{link.line}: got {end.id!r}, which is no requirement of {end.baseline}",
                    hint=f"iotassess list requirements shows those of {end.baseline}",
                )


@cache
def load_crosswalk() -> tuple[Link, ...]:
    """Load the shipped crosswalk, checked against the shipped catalogues; only list and explain ask for it.

    Raises:
        CatalogueError: it is faulty.
    """
    links = read_crosswalk((resources.files("iotassess.baseline") / FILE).read_bytes())
    check(links)
    return links


def home(baseline: str, id: str) -> Item:
    """The first baseline whose row this is: where one catalogue includes another, the one that is included.

    Args:
        baseline: id of a shipped baseline.
        id: of a requirement in it.
    """
    own = next((row for row in load_catalogue(baseline).requirements if row.id == id), None)
    for name in SHIPPED:
        if own is not None and any(row is own for row in load_catalogue(name).requirements):
            return Item(name, id)
    return Item(baseline, id)


def related(baseline: str, id: str) -> tuple[Link, ...]:
    """Rows of the crosswalk in which a requirement stands, each turned so that it is the source.

    Args:
        baseline: id of a shipped baseline.
        id: of a requirement in it.
    """
    item = home(baseline, id)
    found = []
    for link in load_crosswalk():
        if link.source == item:
            found.append(link)
        elif link.target == item:
            found.append(
                link._replace(
                    source=link.target, target=link.source, relationship=CONVERSE[link.relationship]
                )
            )
    return tuple(found)


def between(catalogues: Iterable[Catalogue]) -> tuple[Link, ...]:
    """Rows of the crosswalk both ends of which stand in some baselines.

    Args:
        catalogues: of an assessment; those that are not shipped have no rows.
    """
    shipped = [catalogue for catalogue in catalogues if catalogue.id in SHIPPED]
    held = {home(catalogue.id, row.id) for catalogue in shipped for row in catalogue.requirements}
    return tuple(link for link in load_crosswalk() if link.source in held and link.target in held)
