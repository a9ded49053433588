"""The tree of every fixture: each byte shown once, offsets that hold, and where a cut file stops."""

from __future__ import annotations

from pathlib import Path

import cbor2
import pytest

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.tree import build
from iotassess.evidence.trust import TrustStore
from iotassess.model.assessment import AsOf
from iotassess.model.tree import DECODED, Node
from tests.evidence.test_fixture_walk import AS_OF
from tests.evidence.tree.looking import covers, stops, walk

FIXTURES = Path(__file__).parents[3] / "fixtures"
FILES = sorted(
    path
    for folder in ("good", "negative")
    for path in (FIXTURES / folder).rglob("*")
    if path.is_file() and path.suffix not in (".diag", ".yaml", ".json")
)
NOON: AsOf = AS_OF


def looked_at(data: bytes, name: str) -> Node:
    artefact = read(data, Context(name, TrustStore(), NOON))
    layout = (artefact.claims or {}).get("layout")
    return build(data, artefact.kind, layout if isinstance(layout, str) else None)


def test_there_are_fixtures():
    assert len(FILES) > 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_every_byte_of_a_fixture_is_shown_once_and_nothing_reaches_beyond(path):
    data = path.read_bytes()
    root = looked_at(data, path.name)
    assert root.length == len(data)
    if root.type == "cbor":
        assert covers(root)
    for node in direct(root):
        assert 0 <= node.offset <= node.end <= len(data)
        assert data[node.offset : node.end].hex().startswith(node.hex.rstrip("…")) or node.type in (
            "header",
            "payload",
        )


def direct(node: Node):
    """Nodes whose offsets are those of the file."""
    yield node
    for child in node.children if node.type != DECODED else ():
        yield from direct(child)


@pytest.mark.parametrize(
    "path", [p for p in FILES if "good" in p.parts and p.suffix in (".cbor", ".suit")], ids=lambda p: p.name
)
def test_what_a_node_shows_is_what_stands_at_its_offset(path):
    data = path.read_bytes()
    count = 0
    for node in walk(looked_at(data, path.name)):
        if node.type not in ("uint", "nint", "bytes", "text", "array", "map") or node.children:
            continue
        value = cbor2.loads(data[node.offset : node.end])
        count += 1
        if isinstance(value, int):
            assert str(value) in node.value
        elif isinstance(value, bytes) and node.value.startswith("h'"):
            assert value.hex().startswith(node.value[2:].split("'")[0].rstrip("…"))
        elif isinstance(value, str):
            assert node.value == f'"{value}"'
    assert count > 5


@pytest.mark.parametrize(
    "name", ["sensor-node/update.suit", "sensor-node/eat.cbor", "smart-plug/psa-token.cbor"]
)
def test_a_fixture_cut_anywhere_is_shown_up_to_there_and_the_stop_is_at_the_end_of_what_was_read(name):
    path = FIXTURES / "good" / name
    if not path.exists():
        path = next(p for p in FILES if p.name == Path(name).name)
    whole = path.read_bytes()
    boundaries = {n.offset for n in walk(looked_at(whole, name))} | {
        n.offset + n.head for n in walk(looked_at(whole, name))
    }
    boundaries |= {node.end for node in walk(looked_at(whole, name))}
    for length in range(1, len(whole), 5):
        data = whole[:length]
        root = looked_at(data, name)
        assert covers(root)
        if root.type != "cbor":
            continue
        ends = [stop for stop in stops(root) if stop.end == length]
        assert ends, length
        assert all(stop.offset in boundaries for stop in ends)
