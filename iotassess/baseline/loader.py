"""Which catalogues there are, and how one is found: a shipped one by id, another by its file."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from iotassess.baseline import compiled
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.reader import read_catalogue
from iotassess.baseline.technologies import load_technologies
from iotassess.codec import yaml
from iotassess.errors import CatalogueError, UsageError

SHIPPED: dict[str, str] = {
    "enisa-gp-tm": "enisa-gp-tm.yaml",
    "enisa-baseline": "enisa-baseline.yaml",
    "etsi-en-303-645@3.1.3": "etsi-en-303-645-3.1.3.yaml",
    "etsi-en-303-645@2.1.1": "etsi-en-303-645-2.1.1.yaml",
    "nist-ir-8259a": "nist-ir-8259a.yaml",
    "nist-ir-8425": "nist-ir-8425.yaml",
}
"""Baseline id → file in ``catalogues/``; of editions, the newest first. The order is that of the lists."""

DEFAULTS: tuple[str, ...] = ("enisa-gp-tm", "etsi-en-303-645@3.1.3", "nist-ir-8259a")
"""Baselines that are assessed when none is named: the first of each family."""

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*(@[a-z0-9.-]+)?")

ALL = "all"
"""Names every shipped baseline."""


def shipped_id(name: str) -> str | None:
    """The id of a shipped baseline: with its edition, or without for the newest; None when there is none."""
    if name in SHIPPED:
        return name
    return next((id for id in SHIPPED if id.startswith(f"{name}@")), None)


def load_catalogue(id_or_file: str) -> Catalogue:
    """Load a shipped baseline by id (``id`` or ``id@edition``), or a catalogue file by path.

    Raises:
        UsageError: neither is there.
        CatalogueError: the catalogue is faulty.
    """
    id = shipped_id(id_or_file)
    if id is not None:
        return _shipped(id)
    name, _, edition = id_or_file.partition("@")
    if edition and name in SHIPPED:
        catalogue = _shipped(name)
        if catalogue.edition == edition:
            return catalogue
    if edition and shipped_id(name):
        editions = ", ".join(_shipped(id).edition for id in SHIPPED if id.partition("@")[0] == name)
        raise UsageError(
            f"got baseline {id_or_file}, but of it these editions are shipped: {editions}",
            hint="iotassess list baselines shows the editions",
        )
    path = Path(id_or_file)
    if path.suffix in (".yaml", ".yml") and _is_file(path):
        return _strangers(path)
    raise UsageError(
        f"got unknown baseline {id_or_file!r}, expected one of {', '.join(SHIPPED)}, {ALL} or a .yaml file",
        hint="iotassess list baselines shows what there is",
    )


def _strangers(path: Path) -> Catalogue:
    """Read a catalogue that is not shipped. Reports call it by its file, whatever name it gives itself.

    Raises:
        CatalogueError: it is faulty, or has the id of a shipped one.
    """
    catalogue = read_catalogue(_read_file(path), path.name, frozenset(load_technologies()))
    if not _ID.fullmatch(catalogue.id):
        raise CatalogueError(
            f"{path.name}: id: got {catalogue.id!r}, expected lower-case letters, digits, '.' and '-'",
            hint="an edition may follow behind '@'",
        )
    if shipped_id(catalogue.id.partition("@")[0]) is not None:
        raise CatalogueError(
            f"{path.name}: id: got {catalogue.id}, which is that of a shipped baseline",
            hint="give the catalogue an id of its own, so that nobody takes its verdicts for the other's",
        )
    return replace(catalogue, short_name=f"your {path.name}")


@cache
def _shipped(id: str) -> Catalogue:
    """Load a shipped catalogue, once: it cannot change during a run."""
    file = SHIPPED[id]
    text = compiled.find(file)
    found = None if text is None else compiled.unpack(text, _source(file), load_catalogue)
    return found or read_shipped(id)[0]


def read_shipped(id: str) -> tuple[Catalogue, dict[str, Catalogue]]:
    """Read a shipped catalogue from its YAML, checked.

    Args:
        id: a key of :data:`SHIPPED`.

    Returns:
        The catalogue, and those that it includes, by id.
    """
    included: dict[str, Catalogue] = {}

    def include(name: str) -> Catalogue:
        included[name] = load_catalogue(name)
        return included[name]

    file = SHIPPED[id]
    catalogue = read_catalogue(_source(file), file, frozenset(load_technologies()), include)
    return catalogue, included


def _source(file: str) -> bytes:
    """The YAML of a shipped catalogue."""
    return (resources.files("iotassess.baseline") / "catalogues" / file).read_bytes()


def _is_file(path: Path) -> bool:
    """Whether a plain file is there; a name that no file can have has none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _read_file(path: Path) -> bytes:
    """Read a catalogue file, and of one that is too large only what shows that it is.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(yaml.MAX_SIZE + 1)
    except OSError as fault:
        raise UsageError(
            f"the catalogue {path} cannot be read: {fault.strerror}", hint="check its permissions"
        ) from None
