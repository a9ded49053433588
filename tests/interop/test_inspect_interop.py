"""Files of other people's tools: each has a tree, and every byte of it is shown once."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pytest

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.tree import build
from iotassess.evidence.tree.common import MAX_NODES
from iotassess.evidence.trust import TrustStore
from iotassess.model.assessment import AsOf
from iotassess.report.tree_json import as_json
from iotassess.report.tree_text import render
from tests.evidence.tree.looking import covers, stops, walk

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
FOLDERS = (
    "suit",
    "suit-report",
    "eat",
    "cca",
    "corim",
    "coswid",
    "ear",
    "cose",
    "cmw",
    "other",
    "mud",
    "mcuboot",
    "x509",
    "keys",
)


def files(folder: str) -> list[Path]:
    """All files of a folder but its description."""
    root = os.environ.get("IOTASSESS_INTEROP")
    if not root:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return sorted(
        path for path in (Path(root) / folder).rglob("*") if path.is_file() and path.name != "expected.json"
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_a_tree_of_all_its_bytes(folder):
    found = files(folder)
    assert found
    for path in found:
        data = path.read_bytes()
        artefact = read(data, Context(path.name, TrustStore(), AsOf(NOON, NOON)))
        layout = (artefact.claims or {}).get("layout")
        root = build(data, artefact.kind, layout if isinstance(layout, str) else None)
        assert root.length == len(data), path.name
        assert sum(1 for _ in walk(root)) < MAX_NODES
        if root.type in ("cbor", "mcuboot", "der"):
            assert covers(root), path.name
        for width in (60, 80, 100):
            assert all(line.isprintable() for line in render(root, width)), path.name
        json.dumps(as_json(root), allow_nan=False)


def test_what_is_well_formed_is_read_to_its_end():
    for folder in ("suit", "eat", "corim", "cca", "coswid"):
        expected = json.loads((files(folder)[0].parent / "expected.json").read_text())
        for path in files(folder):
            if not expected[path.name].get("wellformed") or path.suffix == ".json":
                continue
            data = path.read_bytes()
            kind = read(data, Context(path.name, TrustStore(), AsOf(NOON, NOON))).kind
            root = build(data, kind)
            ends = [node for node in stops(root) if node.end == len(data)]
            inside = [
                node
                for node in ends
                if any("inside" in (n.value or "") and n.offset < node.offset <= n.end for n in walk(root))
            ]
            assert ends == inside, path.name
