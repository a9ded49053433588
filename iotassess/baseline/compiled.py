"""Catalogues in a form that loads without parsing YAML: the same rows, checked when they were written.

Reading YAML with the place of each value takes longer than the rest of a small assessment. So each shipped
catalogue also lies in ``compiled/`` as JSON, with the digest of the YAML that it was made from. It is used
only while that digest is the one of the YAML that is shipped: a catalogue that was edited is read itself.

``python -m iotassess.baseline.compiled`` (``make catalogues``) writes the files anew; a test proves that they
say what the YAML says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from iotassess.baseline.catalogue import Absence, Catalogue, Feature, Part, Requirement

FOLDER = "compiled"

_ROW = (
    "id",
    "title",
    "summary",
    "category",
    "section",
    "force",
    "gate",
    "attestation",
    "remediation",
    "classification",
    "gate_reason",
    "attestation_reason",
    "status",
    "process",
    "not_checkable",
    "line",
)
"""Fields of a requirement that are values by themselves."""

_TOP = ("id", "edition", "title", "family", "short_name", "notice")


def pack(catalogue: Catalogue, source: bytes, included: Mapping[str, Catalogue]) -> str:
    """Write a catalogue's own rows as JSON text.

    Args:
        catalogue: as it was read, with the rows of those that it includes.
        source: the YAML that it was read from.
        included: those that it includes, by id; their rows stay in their own files.
    """
    theirs = {row.id for other in included.values() for row in other.requirements}
    features = {id for other in included.values() for id in other.features}
    value = {
        "source": hashlib.sha256(source).hexdigest(),
        "include": list(included),
        "top": [getattr(catalogue, name) for name in _TOP],
        "words": dict(catalogue.words),
        "void": {old: list(new) for old, new in catalogue.void.items()},
        "features": [
            [f.id, f.text, _pack_part(f.absent)] for f in catalogue.features.values() if f.id not in features
        ],
        "rows": [_pack_row(row) for row in catalogue.requirements if row.id not in theirs],
    }
    return json.dumps(value, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def unpack(data: str, source: bytes, include: Callable[[str], Catalogue]) -> Catalogue | None:
    """Read a compiled catalogue.

    Args:
        data: what :func:`pack` wrote.
        source: the YAML that is shipped.
        include: loads a catalogue that it includes.

    Returns:
        The catalogue, or None when it was made from another YAML.
    """
    value = json.loads(data)
    if value["source"] != hashlib.sha256(source).hexdigest():
        return None
    included = [include(id) for id in value["include"]]
    digest = hashlib.sha256(source + b"".join(c.sha256.encode() for c in included)).hexdigest()
    own = {id: Feature(id, text, _part(absent)) for id, text, absent in value["features"]}
    return Catalogue(
        **dict(zip(_TOP, value["top"], strict=True)),
        sha256=digest,
        requirements=(*(row for c in included for row in c.requirements), *map(_row, value["rows"])),
        features={**{k: v for c in included for k, v in c.features.items()}, **own},
        void={old: tuple(new) for old, new in value["void"].items()},
        words=value["words"],
    )


def _pack_part(part: Part) -> list[Any]:
    return [
        part.join,
        part.probe,
        dict(part.params),
        part.min_grade,
        part.reason,
        [_pack_part(arm) for arm in part.arms],
        list(part.forces),
    ]


def _part(value: list[Any]) -> Part:
    join, probe, params, least, reason, arms, forces = value
    return Part(join, probe, params, least, reason, tuple(map(_part, arms)), tuple(forces))


def _pack_row(row: Requirement) -> list[Any]:
    absence = row.absence
    when = None if absence.when is None else _pack_part(absence.when)
    return [
        [getattr(row, name) for name in _ROW],
        [_pack_part(part) for part in row.parts],
        [absence.basis, when, absence.rationale, list(absence.features)],
        list(row.technologies),
    ]


def _row(value: list[Any]) -> Requirement:
    plain, parts, (basis, when, rationale, features), technologies = value
    return Requirement(
        **dict(zip(_ROW, plain, strict=True)),
        parts=tuple(map(_part, parts)),
        absence=Absence(basis, None if when is None else _part(when), rationale, tuple(features)),
        technologies=tuple(technologies),
    )


def pack_rows(rows: list[Any], source: bytes) -> str:
    """Write the rows of the technology table as JSON text.

    Args:
        rows: as YAML gives them.
        source: the YAML.
    """
    value = {"source": hashlib.sha256(source).hexdigest(), "rows": rows}
    return json.dumps(value, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def unpack_rows(file: str, source: bytes) -> list[Any] | None:
    """Read the compiled rows of the technology table.

    Args:
        file: name of its YAML.
        source: the YAML that is shipped.

    Returns:
        The rows, or None when there are none, or when they were made from another YAML.
    """
    text = find(file)
    value = None if text is None else json.loads(text)
    if value is None or value["source"] != hashlib.sha256(source).hexdigest():
        return None
    rows: list[Any] = value["rows"]
    return rows


def compiled_name(file: str) -> str:
    """Name of the compiled form of a catalogue's file."""
    return file.removesuffix(".yaml") + ".json"


def find(file: str) -> str | None:
    """The compiled form of a shipped catalogue, if there is one."""
    path = resources.files("iotassess.baseline") / FOLDER / compiled_name(file)
    return path.read_text("utf-8") if path.is_file() else None


def write() -> list[Path]:
    """Compile the technology table and every shipped catalogue from their YAML.

    Returns:
        The files that were written.
    """
    from iotassess.baseline import loader, technologies
    from iotassess.codec import yaml

    folder = Path(__file__).parent
    source = (folder / technologies.FILE).read_bytes()
    technologies.read_technologies(source)  # checked before its rows are taken as they are
    written = [folder / FOLDER / compiled_name(technologies.FILE)]
    written[0].parent.mkdir(exist_ok=True)
    written[0].write_text(pack_rows(yaml.load(source).value["technologies"], source), "utf-8")
    for id, file in loader.SHIPPED.items():
        path = folder / FOLDER / compiled_name(file)
        source = (folder / "catalogues" / file).read_bytes()
        catalogue, included = loader.read_shipped(id)
        path.write_text(pack(catalogue, source, included), "utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    write()
