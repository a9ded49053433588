"""The JSON Schema is valid, completes in editors, and agrees with the loader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest

from iotassess.model.profile.leaves import leaves
from iotassess.profile import InvalidProfile, load_profile_bytes, profile_schema
from iotassess.profile.schema import DIALECT

Edits = Callable[[Any], Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]]
SCHEMA = profile_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
HEX32 = "ab" * 32


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == DIALECT
    assert SCHEMA["$id"]
    assert SCHEMA["title"]
    assert SCHEMA["required"] == ["product"]


def test_it_is_new_and_the_same_at_each_call() -> None:
    again = profile_schema()
    assert again == SCHEMA
    assert again is not SCHEMA
    assert json.dumps(again) == json.dumps(SCHEMA)


def _mappings() -> list[dict[str, Any]]:
    return [SCHEMA, *SCHEMA["$defs"].values()]


def test_every_mapping_is_closed_and_every_key_described() -> None:
    for mapping in _mappings():
        assert mapping["additionalProperties"] is False
        assert mapping["description"]
        for key, value in mapping["properties"].items():
            assert value["description"], key
            assert "title" not in value
            assert value.get("default", False) is not None


def test_null_stands_among_the_types_and_values() -> None:
    debug = SCHEMA["$defs"]["Debug"]["properties"]
    assert debug["state"]["enum"][0] == "enabled"
    assert debug["state"]["enum"][-1] is None
    assert "anyOf" not in debug["state"]
    assert SCHEMA["$defs"]["Update"]["properties"]["ota"]["type"] == ["boolean", "null"]
    assert SCHEMA["properties"]["schema"]["enum"] == ["iotassess/profile/v1", None]
    assert "schema_id" not in SCHEMA["properties"]
    assert SCHEMA["properties"]["boot"]["anyOf"] == [{"$ref": "#/$defs/Boot"}, {"type": "null"}]


def test_every_leaf_of_the_model_is_in_it() -> None:
    for leaf in leaves():
        here: Any = SCHEMA
        for step in leaf.path:
            here = here["items"] if step == "*" else here["properties"][step]
            options = [here, *here.get("anyOf", ())]
            reference = next((o["$ref"] for o in options if "$ref" in o), None)
            if reference:
                here = SCHEMA["$defs"][reference.rpartition("/")[2]]
        assert here


def _loads(value: object) -> bool:
    try:
        load_profile_bytes(json.dumps(value).encode(), "p")
    except InvalidProfile as error:
        # Inner consistency is more than a schema can say.
        return all(
            fault.rule
            not in {"unknown-key", "missing-key", "type", "enumeration", "form", "range", "evidence-file"}
            for fault in error.faults
        )
    return True


PRODUCT = {"vendor": "Example", "model": "Node 1"}
GOOD: list[dict[str, Any]] = [
    {},
    {"schema": "iotassess/profile/v1", "example": True},
    {"schema": None, "boot": None, "keys": [], "personal_data": []},
    {"support": {"until": "2030-12-31", "contact": "mail"}},
    {"identity": {"hwmodel": "ab", "oemid": "32473"}},
    {"components": [{"name": "a", "size": 0, "digest": "sha-256:" + HEX32, "suit_component_id": "00//ab"}]},
    {"evidence": [{"artefact": "a", "image": None}, {"trust_anchor": "b", "purpose": "update"}]},
    {"protocols": [{"name": "a", "port": 65535, "protocol": "coap", "cipher_suites": None}]},
    {"process": {"roles": {"done": None}}},
]
BAD: list[dict[str, Any]] = [
    {"product": None},
    {"product": {"vendor": "Example"}},
    {"product": {"vendor": " ", "model": "Node 1"}},
    {"product": {"vendor": "Example", "model": "x" * 2001}},
    {"schema": "iotassess/profile/v2"},
    {"schema_id": "iotassess/profile/v1"},
    {"example": None},
    {"example": "true"},
    {"unknown": 1},
    {"update": {"otta": True}},
    {"update": {"ota": 1}},
    {"update": {"transport": ["htps"]}},
    {"update": {"transport": "https"}},
    {"update": {"installed_sequence_number": -1}},
    {"update": []},
    {"keys": [{"unique": True}]},
    {"keys": [{"name": "a b"}]},
    {"keys": [None]},
    {"debug": {"state": "open"}},
    {"identity": {"hwmodel": "AB"}},
    {"identity": {"hwmodel": 1}},
    {"identity": {"vendor_id": "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"}},
    {"components": [{"name": "a", "digest": "sha-256:ab"}]},
    {"components": [{"name": "a", "size": 1.5}]},
    {"support": {"until": "31.12.2030"}},
    {"support": {"until": 0}},
    {"support": {"until": "2030-12-31T00:00:00"}},
    {"protocols": [{"name": "a", "port": 65536}]},
    {"evidence": [{}]},
    {"evidence": [{"artefact": "a", "image": "b"}]},
    {"evidence": [{"artefact": None}]},
    {"process": {"roles": {"document": {"path": "a", "date": "2026-01-01"}}}},
]


@pytest.mark.parametrize("more", GOOD, ids=str)
def test_loader_and_schema_take_the_same(more: dict[str, Any]) -> None:
    profile = {"product": PRODUCT, **more}
    assert VALIDATOR.is_valid(profile), list(VALIDATOR.iter_errors(profile))
    assert _loads(profile)


@pytest.mark.parametrize("more", BAD, ids=lambda value: str(value)[:60])
def test_loader_and_schema_refuse_the_same(more: dict[str, Any]) -> None:
    profile = {"product": PRODUCT, **more}
    assert not VALIDATOR.is_valid(profile)
    assert not _loads(profile)


def test_both_take_a_profile_that_declares_everything(everything: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(everything), list(VALIDATOR.iter_errors(everything))
    assert _loads(everything)


@pytest.mark.parametrize("wrong", ["\u00a0§", True, 3, [[]], {"zzz": 1}, None], ids=repr)
def test_both_agree_on_one_wrong_value_anywhere(wrong: Any, edits: Edits) -> None:
    for path, profile in edits(wrong):
        assert VALIDATOR.is_valid(profile) == _loads(profile), path
