"""What each target is fed first: fixtures, profiles, and other people's files where the folder is there."""

from __future__ import annotations

import functools
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import recognise
from tests.bundle import making
from tests.examples import PROFILES, ROOT
from tests.fuzz.heavy import images

FIXTURES = ROOT / "fixtures"
LONGEST = 64 << 10
"""Bytes of a seed: an image is as good when it is small."""


@functools.cache
def _by_kind() -> dict[str, list[bytes]]:
    """Kind → files, of the fixtures by their index, of others by what they are recognised as."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for row in json.loads((FIXTURES / "index.json").read_text())["artefacts"]:
        data = (FIXTURES / row["file"]).read_bytes()
        found[row["kind"] or "firmware-image"].append(data)
    for path in sorted(PROFILES.glob("*/evidence/*.bin")):
        found["firmware-image"].append(path.read_bytes())
    found["firmware-image"] += [
        images.hex_line(0, bytes(16)) + images.hex_line(0, b"", 1),
        images.elf(3, size=4096),
    ]
    for data in _of_others():
        row = recognise(Peek(data))
        if row is not None:
            found[row.id].append(data)
    return found


def _of_others() -> Iterator[bytes]:
    """Other people's artefacts, where ``IOTASSESS_INTEROP`` names their folder."""
    folder = os.environ.get("IOTASSESS_INTEROP")
    for path in sorted(Path(folder).glob("*/*")) if folder else ():
        if path.is_file() and path.name != "expected.json" and path.stat().st_size <= LONGEST:
            yield path.read_bytes()


def of_kind(kind: str) -> list[bytes]:
    return [data for data in _by_kind().get(kind, ()) if len(data) <= LONGEST]


def of_every_kind() -> Iterator[bytes]:
    for kind in _by_kind():
        yield from of_kind(kind)[:12]


def _files(*paths: Path) -> list[bytes]:
    return [path.read_bytes() for path in paths]


def profiles() -> list[bytes]:
    return _files(*sorted(PROFILES.glob("*/*.yaml")))


def policies() -> list[bytes]:
    return _files(
        FIXTURES / "releases" / "policy.yaml",
        FIXTURES / "releases" / "first-policy.yaml",
        ROOT / "iotassess" / "policy" / "default.yaml",
    )


def waivers() -> list[bytes]:
    return _files(FIXTURES / "releases" / "waivers.yaml")


def catalogues() -> list[bytes]:
    folder = ROOT / "iotassess" / "baseline" / "catalogues"
    return [data.replace(b"id: ", b"id: my-", 1) for data in _files(*sorted(folder.glob("*.yaml")))]


def denylists() -> list[bytes]:
    keys = f"keys:\n  - thumbprint: {'ab' * 32}\n    reason: lost\n"
    digests = f"digests:\n  - digest: sha-256:{'cd' * 32}\n"
    return [f"schema: iotassess/denylist/v1\n{keys}{digests}".encode()]


def results() -> list[bytes]:
    return [making.entries(making.example())[making.RESULT]]


def anchors() -> list[bytes]:
    folder = FIXTURES / "keys"
    return _files(*sorted(path for path in folder.iterdir() if ".pub." in path.name or ".cert." in path.name))


def bundles() -> list[bytes]:
    return [making.example()]


def manifests() -> list[bytes]:
    return [making.entries(making.example())[making.MANIFEST]]


def yaml_texts() -> Iterable[bytes]:
    return [*profiles(), *policies(), *waivers(), *denylists()]
