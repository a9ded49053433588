"""Edges of an appraisal: what of a token is compared, and with how many reference values."""

from __future__ import annotations

import hashlib

from iotassess.crosscheck.appraisal_measurements import compare
from iotassess.evidence.cmw_types import CONTENT_FORMATS
from iotassess.model.appraisal import Measured, ReferenceEntry
from iotassess.model.claim import Digest
from tests.evidence.test_cmw import CWT, TOKEN
from tests.evidence.test_cmw import read as read_cmw
from tests.limits.edge import Edge, problems


def _digest(number: int) -> Digest:
    return Digest("sha-256", hashlib.sha256(b"%d" % number).hexdigest())


def _measured(number: int, implementation: str = "aa") -> Measured:
    return Measured(number, f"sw_components[{number}]", "app", "1", None, _digest(number), implementation)


def _entry(number: int) -> ReferenceEntry:
    return ReferenceEntry("ref.corim", "", "app", None, (), (_digest(number),), f"[{number}]", (), (), False)


def _left(results: list[str]) -> str:
    count = sum(outcome != "match" for outcome in results)
    return f"{count} of {len(results)} without a reference" if count else ""


def components(size: int) -> str:
    """Each would match; those beyond the limit have no reference, and never lift the result."""
    found, _ = compare([_measured(0) for _ in range(size)], [_entry(0)], "")
    return _left([one.outcome for one in found])


def entries(size: int) -> str:
    found, _ = compare([_measured(size - 1)], map(_entry, range(size)), "")
    return _left([one.outcome for one in found])


def environments(size: int) -> str:
    found, _ = compare([_measured(0, f"{at:02x}") for at in range(size)], [_entry(0)], "")
    return _left([one.outcome for one in found])


def indicator(size: int) -> str:
    return problems(read_cmw([CWT, TOKEN, size]), "cmw-malformed")


def content_format(size: int) -> str:
    assert size not in CONTENT_FORMATS
    return problems(
        read_cmw({"__cmwc_t": "tag:example.org,2026:x", "a": [CWT, TOKEN], "b": [size, TOKEN]}),
        "cmw-malformed",
    )


_ROOM = "iotassess.crosscheck.appraisal_measurements"

EDGES: dict[str, Edge] = {
    f"{_ROOM}:MAX_COMPONENTS": Edge(components, "1 of {got} without a reference"),
    f"{_ROOM}:MAX_ENTRIES": Edge(entries, "1 of 1 without a reference"),
    f"{_ROOM}:MAX_ENVIRONMENTS": Edge(environments, "1 of {got} without a reference"),
    "iotassess.evidence.cmw_types:MAX_INDICATOR": Edge(indicator, "1 to {most}"),
    "iotassess.evidence.cmw_types:MAX_FORMAT": Edge(content_format, "{got}"),
}
"""Limit → its edge."""
