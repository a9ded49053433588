"""Edges of the records of a fleet, and of what one file may cost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from iotassess.codec import effort
from iotassess.codec.cbor_tokens import LEDGER, Ledger
from iotassess.fleet.records import record
from iotassess.fleet.source_folder import _names
from iotassess.fleet.source_lines import cut
from iotassess.fleet.source_lines import records as lines_of
from iotassess.fleet.sources import Partition
from tests.limits.edge import Edge, refusal


def token(size: int) -> str:
    return record("p", {"token": b"t" * size}).error


def name(size: int) -> str:
    return record("p", {"token": b"t", "device": "d" * size}).error


def nonce(size: int) -> str:
    return record("p", {"token": b"t", "nonce": b"n" * size}).error


def line(size: int) -> str:
    """The end of the line does not count; the token is short, so that nothing else can be too long."""
    with tempfile.TemporaryDirectory() as root:
        file = Path(root, "lines.jsonl")
        file.write_bytes(b'{"token_hex": "ab"}'.ljust(size) + b"\n")
        where = (0, file.stat().st_size)
        assert list(cut(file, 1))
        (found,) = lines_of(Partition(0, "lines", str(file), "lines.jsonl", where))
        return found.error


def folders(size: int) -> str:
    with tempfile.TemporaryDirectory() as root:
        deep = Path(root, *["f"] * (size - 1))
        deep.mkdir(parents=True, exist_ok=True)
        (deep / "token.cbor").write_bytes(b"t")
        return refusal(lambda: list(_names(Path(root))))


def spent(size: int) -> str:
    reset = LEDGER.set(Ledger())
    try:
        return refusal(lambda: effort.spend(size))
    finally:
        LEDGER.reset(reset)


EDGES: dict[str, Edge] = {
    "iotassess.fleet.records:MAX_TOKEN_BYTES": Edge(token, "{got} bytes; expected at most {most}"),
    "iotassess.fleet.records:MAX_NAME": Edge(name, "{got} characters; expected at most {most}"),
    "iotassess.fleet.records:MAX_NONCE_BYTES": Edge(nonce, "{got} bytes; expected at most {most}"),
    "iotassess.fleet.source_lines:MAX_LINE_BYTES": Edge(line, "more than {most} bytes"),
    "iotassess.fleet.source_folder:MAX_FOLDER_DEPTH": Edge(folders, "more than {most} folders deep"),
    "iotassess.codec.cbor_tokens:MAX_EFFORT": Edge(spent, "takes too long"),
}
"""Limit → its edge."""
