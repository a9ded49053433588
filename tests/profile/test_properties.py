"""Whatever the bytes: a profile, or a ProfileError. Never another exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.errors import ProfileError
from iotassess.profile import (
    Fault,
    InvalidProfile,
    claims,
    documents,
    evidence_entries,
    load_profile_bytes,
    render,
)
from iotassess.profile.shape import homes
from tests.tries import tries

KEYS = st.sampled_from(sorted(homes()) + ["name", "instance_id", "zzz", "schema_id"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["none", "true", "tls", "1.3", "2026-01-01", "ab", "hardware", "a", "6ba7b810"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)


def _use(data: bytes) -> None:
    """Load and use; whatever is raised beside InvalidProfile fails the test."""
    try:
        loaded = load_profile_bytes(data, "profile.yaml")
    except InvalidProfile as error:
        _look_at(error.faults)
    else:
        _look_at(loaded.faults)
        claims(loaded)
        documents(loaded)
        evidence_entries(loaded)


def _look_at(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        assert fault.line >= 1
        assert fault.column >= 1
        assert "pydantic" not in render(fault, "p")


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes(data: bytes) -> None:
    _use(data)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_arbitrary_text(text: str) -> None:
    _use(text.encode("utf-8", "surrogatepass"))


@given(st.dictionaries(KEYS, TREES, max_size=8))
@settings(max_examples=tries(100), deadline=None)
def test_arbitrary_trees_of_known_keys(tree: dict[str, Any]) -> None:
    tree["product"] = {"vendor": "Example", "model": "Node 1"}
    _use(json.dumps(tree).encode())
    _use(yaml.safe_dump(tree, allow_unicode=True).encode())


@given(data=st.data())
@settings(max_examples=tries(150), deadline=None)
def test_a_full_profile_with_one_edit(data: st.DataObject, full_text: str) -> None:
    lines = full_text.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    edit = data.draw(st.sampled_from(["drop", "double", "indent", "value", "cut"]))
    if edit == "drop":
        del lines[at]
    elif edit == "double":
        lines.insert(at, lines[at])
    elif edit == "indent":
        lines[at] = " " + lines[at]
    elif edit == "value":
        lines[at] = lines[at].split(":")[0] + ": " + json.dumps(data.draw(SCALARS))
    else:
        lines = lines[: at + 1]
    _use("\n".join(lines).encode())


def test_random_bytes_are_a_profile_error() -> None:
    with pytest.raises(ProfileError):
        load_profile_bytes(bytes(range(256)), "profile.yaml")
