"""Edges of bundles: what a manifest may list, what an archive may hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from iotassess.bundle import archive, manifest
from iotassess.bundle.manifest import MANIFEST
from tests.bundle.making import files, written
from tests.bundle.test_limits import ROW
from tests.limits.edge import Edge, refusal


def _manifest(change: Callable[[Any], object]) -> str:
    """What is said of a number that is too large; other faults of the manifest do not count."""
    value = json.loads(files()[MANIFEST])
    change(value)
    told = refusal(lambda: manifest.read(written(value)))
    return told if "at most" in told or "less than or equal" in told else ""


def called(name: str, row: Any) -> Callable[[int], str]:
    """The edge of one list of the call."""
    return lambda size: _manifest(lambda value: value["call"].update({name: [row] * size}))


def listed(size: int) -> str:
    return _manifest(lambda value: value.update(files=[ROW] * size))


def catalogues(size: int) -> str:
    return called("baselines", "nist-ir-8425")(size)


def age(size: int) -> str:
    return _manifest(lambda value: value["call"].update(max_age=size))


def length(size: int) -> str:
    told = refusal(lambda: manifest.read(files()[MANIFEST].rstrip(b"\n").ljust(size)))
    return told if "at most" in told else ""


def entries(size: int) -> str:
    return refusal(lambda: archive.read(archive.write({f"f{at}": b"" for at in range(size)})))


def folders(size: int) -> str:
    return refusal(lambda: archive.read(archive.write({f"d{at}/f": b"" for at in range(size)})))


def file_bytes(size: int) -> str:
    return refusal(lambda: archive.read(archive.write({"f": bytes(size)})))


def total_bytes(size: int) -> str:
    around = len(archive.write({"f": b""}))
    return refusal(lambda: archive.read(archive.write({"f": bytes(size - around)})))


_ANCHOR = {"path": "x", "purpose": None, "source": "user"}
_SHAPES = "iotassess.report.shapes_bundle"

EDGES: dict[str, Edge] = {
    f"{_SHAPES}:MAX_FILES": Edge(listed, "at most {most} items"),
    f"{_SHAPES}:MAX_ANCHORS": Edge(called("anchors", _ANCHOR), "at most {most} items"),
    f"{_SHAPES}:MAX_CHALLENGES": Edge(
        called("nonces", {"artefact": None, "value": "00" * 8}), "at most {most} items"
    ),
    f"{_SHAPES}:MAX_CATALOGUES": Edge(catalogues, "at most {most} items"),
    f"{_SHAPES}:MAX_DENYLISTS": Edge(called("denylists", "x"), "at most {most} items"),
    f"{_SHAPES}:MAX_SECONDS": Edge(age, "less than or equal to {most}"),
    "iotassess.bundle.manifest:MAX_BYTES": Edge(length, "at most {most}"),
    "iotassess.bundle.archive:MAX_ENTRIES": Edge(entries, "at most {most}"),
    "iotassess.bundle.archive:MAX_FOLDERS": Edge(folders, "at most {most}"),
    "iotassess.bundle.archive:MAX_FILE_BYTES": Edge(file_bytes, "{most}", smaller=1 << 20),
    "iotassess.bundle.archive:MAX_TOTAL_BYTES": Edge(total_bytes, "{most}", smaller=1 << 20),
}
"""Limit → its edge."""
