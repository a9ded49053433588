"""Reading OSCAL documents in tests: NIST's schemas, properties, UUIDs and what refers to them."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iotassess.model.assessment import Assessment, RequirementResult
from iotassess.report import oscal
from iotassess.report.oscal_text import NS
from iotassess.report.registry import Look
from tests.examples import ROOT, TWINS
from tests.report.gated import gated, unusable, waived_plug

SCHEMAS = os.environ.get("IOTASSESS_SCHEMAS")
LOOK = Look()
MOST_TOLD = 300
"""Characters of what a validator says: it would print the whole document."""
MOST_KEPT = 60
"""Documents that are kept: assessments of the examples are the same objects from test to test."""

OSCAL_NAMES = {"type", "version", "method", "method-id"}
"""Properties of OSCAL's own namespace that we use; it lists each for the place where it stands."""


@functools.cache
def checker(model: str) -> Callable[[Any], None]:
    """A function that raises where a document is not valid by NIST's schema, formats and patterns included.

    The patterns are those of ECMA 262, with ``\\p{…}``, which Python's ``re`` does not know.
    """
    if SCHEMAS is None:
        pytest.skip("IOTASSESS_SCHEMAS names no folder with published schemas")
    rust = pytest.importorskip("jsonschema_rs")
    schema = json.loads((Path(SCHEMAS) / f"oscal_{model}_schema.json").read_text(encoding="utf-8"))
    validator = rust.validator_for(schema, validate_formats=True)

    def check(document: Any) -> None:
        errors = [f"{e.instance_path}: {e.message[:MOST_TOLD]}" for e in validator.iter_errors(document)]
        if errors:
            raise AssertionError("\n".join(errors))

    return check


def objects(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every object of a document, with the names that lead to it."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from objects(member, (*path, name))
    elif isinstance(value, list):
        for member in value:
            yield from objects(member, path)


def strings(value: Any) -> Iterator[str]:
    """Every text of a document."""
    for _, found in objects(value):
        for member in found.values():
            for one in member if isinstance(member, list) else (member,):
                if isinstance(one, str):
                    yield one


def props(found: dict[str, Any], ns: str | None = NS) -> dict[str, str]:
    """Name → value of the properties of one namespace; of several of one name the last."""
    return {row["name"]: row["value"] for row in found.get("props", ()) if row.get("ns") == ns}


def every(found: dict[str, Any], name: str) -> list[str]:
    """All values of one property of ours."""
    return [row["value"] for row in found.get("props", ()) if row["name"] == name and row.get("ns") == NS]


def grouped(found: dict[str, Any], group: str) -> dict[str, str]:
    """Name → value of the properties of one group."""
    return {row["name"]: row["value"] for row in found.get("props", ()) if row.get("group") == group}


def of_kind(rows: list[dict[str, Any]], name: str, kind: str) -> list[dict[str, Any]]:
    """Observations or risks of one kind."""
    return [row for row in rows if props(row).get(name) == kind]


def defined(document: dict[str, Any]) -> list[str]:
    """UUIDs that the document gives to something."""
    return [found["uuid"] for _, found in objects(document) if "uuid" in found]


REFERENCES = {
    "observation-uuid": "observations",
    "risk-uuid": "risks",
    "actor-uuid": "components",
    "component-uuid": "components",
}
"""Member that refers → where what it refers to is defined."""


def dangling(document: dict[str, Any]) -> list[str]:
    """References to what is not there, or is something else."""
    places: dict[str, set[str]] = {}
    for path, found in objects(document):
        if "uuid" in found and path:
            places.setdefault(path[-1], set()).add(found["uuid"])
    objectives = {part["id"] for path, part in objects(document) if path[-1:] == ("parts",) and "id" in part}
    lost = []
    for path, found in objects(document):
        for name, place in REFERENCES.items():
            if name in found and found[name] not in places.get(place, ()):
                lost.append(f"{path} {name}")
        if "subject-uuid" in found:
            place = {"component": "components", "resource": "resources"}[found["type"]]
            if found["subject-uuid"] not in places.get(place, ()):
                lost.append(f"{path} subject-uuid")
        if found.get("href", "").startswith("#") and found["href"][1:] not in places.get("resources", ()):
            lost.append(f"{path} href")
        if "target-id" in found and found["target-id"] not in objectives:
            lost.append(f"{path} target-id")
        if found.get("name") == "method-id" and found["value"] not in objectives:
            lost.append(f"{path} method-id")
    return lost


# --- documents of ours -----------------------------------------------------------------------------


def place(product: str, twin: str) -> Look:
    """A run from the root of the repository."""
    return Look(profile=f"profiles/{product}/{twin}.yaml", folder=str(ROOT))


_written: dict[tuple[int, Look], tuple[Assessment, str]] = {}


def written(found: Assessment, look: Look = LOOK) -> str:
    """The document, made once an assessment."""
    key = (id(found), look)
    if key not in _written or _written[key][0] is not found:
        if len(_written) >= MOST_KEPT:
            _written.clear()
        _written[key] = (found, oscal.render(found, look))
    return _written[key][1]


def read(found: Assessment, look: Look = LOOK) -> dict[str, Any]:
    """The document; every call gives one of its own."""
    document: dict[str, Any] = json.loads(written(found, look))["assessment-results"]
    return document


def result(found: Assessment, look: Look = LOOK) -> dict[str, Any]:
    """The one result of the document."""
    (only,) = read(found, look)["results"]
    return dict(only)


def rows(found: Assessment) -> dict[str, RequirementResult]:
    """``baseline/id`` → requirement."""
    return {f"{b.id}/{row.id}": row for b in found.baselines for row in b.requirements}


def findings(found: Assessment) -> dict[str, dict[str, Any]]:
    """``baseline/id`` → finding."""
    return {f"{props(f)['baseline']}/{props(f)['requirement']}": f for f in result(found)["findings"]}


def risks(found: Assessment, kind: str) -> list[dict[str, Any]]:
    """Risks of one kind."""
    return of_kind(result(found).get("risks", []), "risk-kind", kind)


def observed(found: Assessment, kind: str, look: Look = LOOK) -> list[dict[str, Any]]:
    """Observations of one kind."""
    return of_kind(result(found, look).get("observations", []), "observation-kind", kind)


def nothing(found: Assessment) -> Assessment:
    """The same without anything that was assessed."""
    return replace(found, baselines=(), artefacts=(), discrepancies=(), anchors=())


def all_kinds(folder: Path) -> Iterator[Assessment]:
    """Assessments of every kind: with and without waivers, findings, artefacts and a usable profile."""
    yield from (gated(*twin) for twin in TWINS)
    yield from (waived_plug(), waived_plug(expires="2026-10-15"), unusable(folder))
    yield nothing(gated("sensor-node", "good"))
