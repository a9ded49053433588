"""Attestation results: EAR with its AR4SI vector (draft-ietf-rats-ear, draft-ietf-rats-ar4si)."""

from __future__ import annotations

from typing import Any, Final

from iotassess.evidence.tree import words
from iotassess.evidence.tree.rules import Field, Rule

STATUS: Final = Rule(words=words.enum({0: "none", 2: "affirming", 32: "warning", 96: "contraindicated"}))

_CATEGORIES: Final = {
    0: "instance-identity",
    1: "configuration",
    2: "executables",
    3: "file-system",
    4: "hardware",
    5: "runtime-opaque",
    6: "storage-opaque",
    7: "sourced-data",
}


def tier(value: Any) -> str | None:
    """Say a trustworthiness claim by its tier (AR4SI section 2.3.2)."""
    if type(value) is not int or not -128 <= value <= 127:
        return None
    if -1 <= value <= 1:
        return f"none ({value})"
    if -32 <= value <= 31:
        return f"affirming ({value})"
    return f"{'warning' if -96 <= value <= 95 else 'contraindicated'} ({value})"


_TIER: Final = Rule(words=tier)
VECTOR: Final = Rule(
    "trustworthiness vector", keys={key: Field(name, _TIER) for key, name in _CATEGORIES.items()}
)
VERIFIER: Final = Rule(keys={0: Field("developer"), 1: Field("build")})
