"""Catalogues and technologies from YAML, with every link checked and every fault at file:line.

A catalogue names probes, parameters and technologies; one that does not exist, a row without parts, a
duplicate id or an unknown key is a CatalogueError, so that no requirement passes by a misspelling.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from iotassess.baseline.catalogue import Absence, Catalogue, Part, Requirement, Technology
from iotassess.baseline.registry import Probe, probes
from iotassess.codec import yaml
from iotassess.errors import CatalogueError, UsageError
from iotassess.model.claim import Grade

SHIPPED: dict[str, str] = {"enisa-gp-tm": "enisa-gp-tm.yaml"}
"""Baseline id → file in ``catalogues/``. The order is that of ``list baselines``."""

DEFAULTS: tuple[str, ...] = ("enisa-gp-tm",)
"""Baselines that are assessed when none is named."""

FORCES = ("mandatory", "recommended", "measure", "element")
BASES = ("published", "our-convention", "never")

_TOP = {"id", "edition", "title", "family", "licence_note", "source", "requirements"}
_ROW = {
    "id",
    "title",
    "summary",
    "category",
    "section",
    "force",
    "seed",
    "gate",
    "attestation",
    "not_applicable",
    "technologies",
    "remediation",
    "parts",
    "crosswalk",
    "note",
}
_PART = {"probe", "any_of", "all_of", "params", "min_grade", "reason"}


class _Reader:
    """Reads one catalogue document; every fault names the file and the line."""

    def __init__(self, name: str, document: yaml.Document, technologies: frozenset[str]) -> None:
        self.name = name
        self.document = document
        self.known: Mapping[str, Probe] = probes()
        self.technologies = technologies

    def fail(self, path: tuple[str | int, ...], text: str) -> NoReturn:
        """Raise with the place."""
        mark = self.document.mark(path)
        raise CatalogueError(
            f"{self.name}:{mark.line}:{mark.column}: {text}",
            hint="see the reference page on catalogues for the keys of a row",
        )

    def keys(self, value: Any, path: tuple[str | int, ...], allowed: set[str]) -> dict[str, Any]:
        """Take a mapping with known keys only."""
        if not isinstance(value, dict):
            self.fail(path, f"got {type(value).__name__}, expected a mapping")
        for key in value:
            if key not in allowed:
                self.fail(
                    (*path, key), f"got unknown key {key!r}, expected one of {', '.join(sorted(allowed))}"
                )
        return value

    def text(
        self, row: Mapping[str, Any], key: str, path: tuple[str | int, ...], *, need: bool = True
    ) -> str:
        """Take a string."""
        value = row.get(key)
        if value is None and not need:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fail((*path, key), f"{key}: got {value!r}, expected text")
        return value.strip()

    def mapping(self, row: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> dict[str, Any]:
        """Take a mapping, which may be left out."""
        value = row.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fail((*path, key), f"{key}: got {value!r}, expected a mapping")
        return value

    def items(self, row: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> list[Any]:
        """Take a list that is not empty."""
        value = row.get(key)
        if not isinstance(value, list) or not value:
            self.fail((*path, key), f"{key}: got {value!r}, expected a list with at least one item")
        return value

    def part(self, value: Any, path: tuple[str | int, ...]) -> Part:
        """Read one part: a probe or a group."""
        row = self.keys(value, path, _PART)
        joins = [key for key in ("probe", "any_of", "all_of") if key in row]
        if len(joins) != 1:
            self.fail(path, f"got {joins or 'nothing'}, expected exactly one of probe, any_of and all_of")
        least = row.get("min_grade", 0)
        if not isinstance(least, int) or isinstance(least, bool) or not 0 <= least <= Grade.FRESH:
            self.fail((*path, "min_grade"), f"min_grade: got {least!r}, expected 0 to 5")
        reason = self.text(row, "reason", path, need=False)
        if joins == ["probe"]:
            name = self.text(row, "probe", path)
            params = self.params(name, row.get("params", {}), path)
            return Part("probe", name, params, least, reason)
        join = joins[0]
        if "params" in row:
            self.fail((*path, "params"), "a group has no parameters")
        arms = self.items(row, join, path)
        read = tuple(self.part(arm, (*path, join, index)) for index, arm in enumerate(arms))
        return Part("any_of" if join == "any_of" else "all_of", "", {}, least, reason, read)

    def params(self, name: str, given: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
        """Check a probe's name and its parameters against what the probe takes."""
        probe = self.known.get(name)
        if probe is None:
            self.fail((*path, "probe"), f"got unknown probe {name!r}")
        if not isinstance(given, dict):
            self.fail((*path, "params"), f"params: got {given!r}, expected a mapping")
        for key, value in given.items():
            if key not in probe.params:
                self.fail((*path, "params", key), f"probe {name} has no parameter {key!r}")
            default = probe.params[key]
            if type(value) is not type(default):
                self.fail(
                    (*path, "params", key),
                    f"{key}: got {value!r}, expected a {type(default).__name__} like {default!r}",
                )
        return given

    def absence(self, value: Any, path: tuple[str | int, ...]) -> Absence:
        """Read when a row is not applicable."""
        row = self.keys(value, path, {"basis", "when", "rationale"})
        basis = row.get("basis")
        if basis not in BASES:
            self.fail((*path, "basis"), f"basis: got {basis!r}, expected one of {', '.join(BASES)}")
        if basis == "never":
            if len(row) > 1:
                self.fail(path, "basis never takes neither when nor rationale")
            return Absence("never")
        when = self.part(row.get("when"), (*path, "when"))
        rationale = self.text(row, "rationale", path, need=basis == "our-convention")
        return Absence(basis, when, rationale)

    def requirement(self, value: Any, path: tuple[str | int, ...]) -> Requirement:
        """Read one row."""
        row = self.keys(value, path, _ROW)
        force = row.get("force")
        if force not in FORCES:
            self.fail((*path, "force"), f"force: got {force!r}, expected one of {', '.join(FORCES)}")
        for key in ("gate", "attestation"):
            if not isinstance(row.get(key, False), bool):
                self.fail((*path, key), f"{key}: got {row[key]!r}, expected true or false")
        technologies = row.get("technologies", [])
        if not isinstance(technologies, list):
            self.fail((*path, "technologies"), "technologies: expected a list")
        for index, name in enumerate(technologies):
            if not isinstance(name, str) or name not in self.technologies:
                self.fail((*path, "technologies", index), f"got unknown technology {name!r}")
        parts = self.items(row, "parts", path)
        seed = self.mapping(row, "seed", path)
        return Requirement(
            id=self.text(row, "id", path),
            title=self.text(row, "title", path),
            summary=self.text(row, "summary", path),
            category=self.text(row, "category", path),
            section=self.text(row, "section", path),
            force=force,
            gate=row.get("gate", False),
            attestation=row.get("attestation", False),
            parts=tuple(self.part(part, (*path, "parts", index)) for index, part in enumerate(parts)),
            absence=self.absence(row.get("not_applicable", {"basis": "never"}), (*path, "not_applicable")),
            technologies=tuple(technologies),
            remediation=self.text(row, "remediation", path),
            classification=str(seed.get("classification", "")),
            crosswalk=self.mapping(row, "crosswalk", path),
            line=self.document.mark(path).line,
        )


def read_catalogue(data: bytes, name: str, technologies: frozenset[str]) -> Catalogue:
    """Read one catalogue from bytes.

    Args:
        data: the YAML file.
        name: its name, for messages.
        technologies: known technology ids.

    Raises:
        CatalogueError: with file:line:column, got and expected.
    """
    try:
        document = yaml.load(data)
    except yaml.YamlFault as fault:
        raise CatalogueError(
            f"{name}:{fault.line}:{fault.column}: {fault.message}", hint=fault.hint
        ) from None
    reader = _Reader(name, document, technologies)
    top = reader.keys(document.value, (), _TOP)
    rows = reader.items(top, "requirements", ())
    requirements = tuple(reader.requirement(row, ("requirements", i)) for i, row in enumerate(rows))
    seen: dict[str, int] = {}
    for index, requirement in enumerate(requirements):
        if requirement.id in seen:
            reader.fail(("requirements", index, "id"), f"{requirement.id} stands twice")
        seen[requirement.id] = index
    return Catalogue(
        id=reader.text(top, "id", ()),
        edition=reader.text(top, "edition", ()),
        title=reader.text(top, "title", ()),
        family=reader.text(top, "family", ()),
        sha256=hashlib.sha256(data).hexdigest(),
        requirements=requirements,
    )


def load_catalogue(id_or_file: str) -> Catalogue:
    """Load a shipped baseline by id (``id`` or ``id@edition``), or a catalogue file by path.

    Raises:
        UsageError: neither is there.
        CatalogueError: the catalogue is faulty.
    """
    technologies = frozenset(load_technologies())
    name, _, edition = id_or_file.partition("@")
    if id_or_file in SHIPPED or (name in SHIPPED and edition):
        file = SHIPPED.get(id_or_file, SHIPPED.get(name, ""))
        data = (resources.files("iotassess.baseline") / "catalogues" / file).read_bytes()
        catalogue = read_catalogue(data, file, technologies)
        if edition and catalogue.edition != edition and id_or_file not in SHIPPED:
            raise UsageError(
                f"got baseline {id_or_file}, but the edition shipped is {catalogue.edition}",
                hint="iotassess list baselines shows the editions",
            )
        return catalogue
    path = Path(id_or_file)
    if path.suffix in (".yaml", ".yml") and _is_file(path):
        return read_catalogue(_read_file(path), path.name, technologies)
    raise UsageError(
        f"got unknown baseline {id_or_file!r}, expected one of {', '.join(SHIPPED)} or a .yaml file",
        hint="iotassess list baselines shows what there is",
    )


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


@cache
def load_technologies() -> Mapping[str, Technology]:
    """Load the technology table, by id in the table's order; once, as it cannot change during a run.

    Raises:
        CatalogueError: a row lacks a key.
    """
    name = "technologies.yaml"
    data = (resources.files("iotassess.baseline") / name).read_bytes()
    document = yaml.load(data)
    found: dict[str, Technology] = {}
    for index, row in enumerate(document.value["technologies"]):
        line = document.mark(("technologies", index)).line
        try:
            technology = Technology(
                id=row["id"],
                name=row["name"],
                kind=row["kind"],
                summary=row["summary"].strip(),
                specification=row["specification"],
                serves=tuple(row["serves"]),
                does_not=row["does_not"].strip(),
                evidence_kinds=tuple(row["evidence"]["kinds"]),
                evidence_how=row["evidence"]["how"].strip(),
                goes_further=tuple(row.get("goes_further", ())),
                note=(row.get("note") or "").strip(),
            )
        except KeyError as missing:
            raise CatalogueError(f"{name}:{line}: technology without {missing}") from None
        if technology.id in found:
            raise CatalogueError(f"{name}:{line}: technology {technology.id} stands twice")
        found[technology.id] = technology
    return MappingProxyType(found)
