"""One catalogue file, read and checked: every link in it, and every fault at file:line:column.

A catalogue names probes, parameters and technologies; one that does not exist, a row without parts, a
duplicate id or an unknown key is a CatalogueError, so that no requirement passes by a misspelling.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, cast

from iotassess.baseline.catalogue import Absence, Catalogue, Feature, Part, Requirement
from iotassess.baseline.registry import Probe, probes
from iotassess.codec import yaml
from iotassess.errors import CatalogueError, UsageError
from iotassess.model.claim import Grade
from iotassess.model.verdict import VERDICTS, Force

FORCES = ("mandatory", "recommended", "measure", "element")
MAX_PARTS = 4096
"""Parts of one catalogue, arms included: the largest shipped one has a few hundred, and each is asked."""

MAX_NUMBER = 100_000
"""Largest number that a parameter takes: days and hours of some hundred years."""

BASES = ("published", "our-convention", "never")

_TOP = {
    "id",
    "edition",
    "title",
    "family",
    "short_name",
    "licence_note",
    "source",
    "notice",
    "words",
    "features",
    "void",
    "include",
    "requirements",
}
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
    "gate_reason",
    "attestation_reason",
    "parts",
    "status",
    "process",
    "not_checkable",
    "note",
}
_JOINS = ("probe", "any_of", "all_of", "justified")
_PART = {*_JOINS, "params", "min_grade", "reason"}


class _Reader:
    """Reads one catalogue document; every fault names the file and the line."""

    def __init__(self, name: str, document: yaml.Document, technologies: frozenset[str]) -> None:
        self.name = name
        self.document = document
        self.known: Mapping[str, Probe] = probes()
        self.technologies = technologies
        self.features: dict[str, Feature] = {}
        self.parts = 0
        self.unions: dict[tuple[str, ...], Part] = {}

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

    def reason(self, row: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> str:
        """Take the reason for a mark, which goes with the mark only."""
        text = self.text(row, f"{key}_reason", path, need=False)
        if text and not row.get(key):
            self.fail((*path, f"{key}_reason"), f"{key}_reason goes with {key}: true")
        return text

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

    def count(self, parts: int, path: tuple[str | int, ...]) -> None:
        """Keep a catalogue within what can be asked in a moment."""
        self.parts += parts
        if self.parts > MAX_PARTS:
            self.fail(path, f"more than {MAX_PARTS} parts; split the catalogue")

    def part(self, value: Any, path: tuple[str | int, ...]) -> Part:
        """Read one part: a probe, a group, or whether reasons are given."""
        self.count(1, path)
        row = self.keys(value, path, _PART)
        joins = [key for key in _JOINS if key in row]
        if len(joins) != 1:
            self.fail(path, f"got {joins or 'nothing'}, expected exactly one of {', '.join(_JOINS)}")
        least = row.get("min_grade", 0)
        if not isinstance(least, int) or isinstance(least, bool) or not 0 <= least <= Grade.FRESH:
            self.fail((*path, "min_grade"), f"min_grade: got {least!r}, expected 0 to 5")
        reason = self.text(row, "reason", path, need=False)
        if joins == ["probe"]:
            name = self.text(row, "probe", path)
            params = self.params(name, row.get("params", {}), path)
            return Part("probe", name, params, least, reason)
        join = joins[0]
        if join == "justified":
            return self.justified(row, path, reason)
        if "params" in row:
            self.fail((*path, "params"), "a group has no parameters")
        arms = self.items(row, join, path)
        read = tuple(self.part(arm, (*path, join, index)) for index, arm in enumerate(arms))
        if any(arm.join == "justified" for arm in read):
            self.fail((*path, join), "justified is a part of its own, and no arm")
        return Part("any_of" if join == "any_of" else "all_of", "", {}, least, reason, read)

    def justified(self, row: Mapping[str, Any], path: tuple[str | int, ...], reason: str) -> Part:
        """Read a part that asks for reasons: ``justified: [forces]``."""
        for key in ("params", "min_grade"):
            if key in row:
                self.fail((*path, key), f"justified takes no {key}")
        forces = self.items(row, "justified", path)
        for index, force in enumerate(forces):
            if force not in FORCES:
                self.fail((*path, "justified", index), f"got {force!r}, expected one of {', '.join(FORCES)}")
        return Part("justified", reason=reason, forces=tuple(cast("list[Force]", forces)))

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
            if isinstance(value, int) and not 0 <= value <= MAX_NUMBER:
                self.fail((*path, "params", key), f"{key}: got {value!r}, expected 0 to {MAX_NUMBER}")
            if type(value) is not type(default):
                self.fail(
                    (*path, "params", key),
                    f"{key}: got {value!r}, expected a {type(default).__name__} like {default!r}",
                )
        return given

    def absence(self, value: Any, path: tuple[str | int, ...]) -> Absence:
        """Read when a row is not applicable."""
        row = self.keys(value, path, {"basis", "when", "rationale", "without"})
        basis = row.get("basis")
        if basis not in BASES:
            self.fail((*path, "basis"), f"basis: got {basis!r}, expected one of {', '.join(BASES)}")
        if basis == "never":
            if len(row) > 1:
                self.fail(path, "basis never takes neither when, without nor rationale")
            return Absence("never")
        if "without" in row:
            return self.published(row, path)
        when = self.presence(row, "when", path)
        rationale = self.text(row, "rationale", path, need=basis == "our-convention")
        return Absence(basis, when, rationale)

    def presence(self, row: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> Part:
        """Take the part that asks whether a feature is absent: of facts, not of reasons."""
        part = self.part(row.get(key), (*path, key))
        if part.join == "justified":
            self.fail((*path, key), f"{key}: a reason does not make a feature absent")
        return part

    def published(self, row: Mapping[str, Any], path: tuple[str | int, ...]) -> Absence:
        """Read what a row hangs on: ``without: [features]``, any of whose absence suffices."""
        if row["basis"] != "published" or "when" in row:
            self.fail((*path, "without"), "without goes with basis published, and instead of when")
        if "rationale" in row:
            self.fail((*path, "rationale"), "without takes no rationale: the texts of the features are it")
        ids = self.items(row, "without", path)
        for index, id in enumerate(ids):
            if not isinstance(id, str) or id not in self.features:
                known = ", ".join(self.features) or "none, as the catalogue declares no features"
                self.fail((*path, "without", index), f"got unknown feature {id!r}, expected one of {known}")
        self.count(len(ids), path)
        found = [self.features[id] for id in ids]
        when = self.unions.setdefault(
            tuple(ids),
            found[0].absent if len(found) == 1 else Part("any_of", arms=tuple(f.absent for f in found)),
        )
        text = "; ".join(f"{f.id}: {f.text}" for f in found)
        return Absence("published", when, f"it hangs on {text}", tuple(ids))

    def read_features(self, top: Mapping[str, Any]) -> None:
        """Read the published conditions and features, which rows refer to."""
        for id in self.mapping(top, "features", ()):
            path = ("features", id)
            row = self.keys(top["features"][id], path, {"text", "absent"})
            self.features[id] = Feature(id, self.text(row, "text", path), self.presence(row, "absent", path))

    def void(self, top: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
        """Read which ids of an earlier edition are void, and what took their place."""
        found: dict[str, tuple[str, ...]] = {}
        for old in self.mapping(top, "void", ()):
            new = self.items(top["void"], old, ("void",))
            for index, id in enumerate(new):
                if not isinstance(id, str) or id not in ids:
                    self.fail(("void", old, index), f"got {id!r}, which is no requirement here")
            if old in ids:
                self.fail(("void", old), f"{old} is void and a requirement at once")
            found[old] = tuple(new)
        return found

    def words(self, top: Mapping[str, Any]) -> dict[str, str]:
        """Read the document's own words for verdicts."""
        found = self.mapping(top, "words", ())
        for verdict in found:
            if verdict not in VERDICTS:
                self.fail(("words", verdict), f"got {verdict!r}, expected one of {', '.join(VERDICTS)}")
            word = self.text(found, verdict, ("words",))
            other = next((v for v in VERDICTS if v != verdict and v in word.casefold()), None)
            if other is not None:
                self.fail(("words", verdict), f"got {word!r}, in which another verdict stands: {other}")
        return found

    def requirement(self, value: Any, path: tuple[str | int, ...]) -> Requirement:
        """Read one row."""
        row = self.keys(value, path, _ROW)
        force = row.get("force")
        if force not in FORCES:
            self.fail((*path, "force"), f"force: got {force!r}, expected one of {', '.join(FORCES)}")
        for key in ("gate", "attestation", "process"):
            if not isinstance(row.get(key, False), bool):
                self.fail((*path, key), f"{key}: got {row[key]!r}, expected true or false")
        technologies = row.get("technologies", [])
        if not isinstance(technologies, list):
            self.fail((*path, "technologies"), "technologies: expected a list")
        for index, name in enumerate(technologies):
            if not isinstance(name, str) or name not in self.technologies:
                self.fail((*path, "technologies", index), f"got unknown technology {name!r}")
        not_checkable = self.text(row, "not_checkable", path, need=False)
        if not_checkable and "parts" in row:
            self.fail((*path, "not_checkable"), "a row that is not checkable has no parts")
        parts = [] if not_checkable else self.items(row, "parts", path)
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
            gate_reason=self.reason(row, "gate", path),
            attestation_reason=self.reason(row, "attestation", path),
            status=self.text(row, "status", path, need=False),
            process=row.get("process", False),
            not_checkable=not_checkable,
            line=self.document.mark(path).line,
        )


def read_catalogue(
    data: bytes,
    name: str,
    technologies: frozenset[str],
    include: Callable[[str], Catalogue] | None = None,
) -> Catalogue:
    """Read one catalogue from bytes.

    Args:
        data: the YAML file.
        name: its name, for messages.
        technologies: known technology ids.
        include: loads a shipped catalogue whose rows this one takes over, in front of its own.

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
    included = _included(reader, top, include)
    reader.read_features(top)
    rows = reader.items(top, "requirements", ())
    requirements = tuple(reader.requirement(row, ("requirements", i)) for i, row in enumerate(rows))
    _check_reasons(reader, requirements, included)
    seen = {row.id: -1 for catalogue in included for row in catalogue.requirements}
    for index, requirement in enumerate(requirements):
        if requirement.id in seen:
            reader.fail(("requirements", index, "id"), f"{requirement.id} stands twice")
        seen[requirement.id] = index
    return Catalogue(
        id=reader.text(top, "id", ()),
        edition=reader.text(top, "edition", ()),
        title=reader.text(top, "title", ()),
        family=reader.text(top, "family", ()),
        sha256=hashlib.sha256(data + b"".join(c.sha256.encode() for c in included)).hexdigest(),
        requirements=(*(row for c in included for row in c.requirements), *requirements),
        features={**{k: v for c in included for k, v in c.features.items()}, **reader.features},
        short_name=reader.text(top, "short_name", (), need=False),
        void=reader.void(top, seen),
        words=reader.words(top),
        notice=reader.text(top, "notice", (), need=False),
    )


def _check_reasons(reader: _Reader, own: Sequence[Requirement], included: Sequence[Catalogue]) -> None:
    """Refuse to ask for the reasons of requirements of which there are none: nothing would be met by that."""
    rows = [*(row for catalogue in included for row in catalogue.requirements), *own]
    there = {row.force for row in rows if not any(part.forces for part in row.parts)}
    for index, row in enumerate(own):
        if any(part.forces and not there & {*part.forces} for part in row.parts):
            reader.fail(
                ("requirements", index, "parts"),
                f"{row.id}: justified: no other requirement is of these forces",
            )


def _included(
    reader: _Reader, top: Mapping[str, Any], include: Callable[[str], Catalogue] | None
) -> list[Catalogue]:
    """Catalogues whose rows this one takes over."""
    if "include" not in top:
        return []
    names = reader.items(top, "include", ())
    if include is None:
        reader.fail(("include",), "only a shipped catalogue can include others")
    found: list[Catalogue] = []
    seen: set[str] = set()
    for index, name in enumerate(names):
        try:
            catalogue = include(str(name))
        except UsageError as fault:
            reader.fail(("include", index), fault.message)
        for row in catalogue.requirements:
            if row.id in seen:
                reader.fail(("include", index), f"{row.id} stands twice in what is included")
            seen.add(row.id)
        found.append(catalogue)
    return found
