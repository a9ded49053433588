"""The profile's JSON Schema, for editors that complete and check while one writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from iotassess.model.profile import Profile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER = "urn:iotassess:profile:v1"


class _Schema(GenerateJsonSchema):
    """pydantic's generator, told to say what the loader does where JSON Schema has words for it."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A text from which spaces are stripped has to have something else in it."""
        made = super().str_schema(schema)
        return {**made, "pattern": r"\S"} if schema.get("strip_whitespace") else made

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        """Validators need not check formats, so the form stands as a pattern, too."""
        return {**super().date_schema(schema), "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def profile_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a profile.

    A profile that the loader takes is valid by it. What it cannot say is left to the loader: inner
    consistency, days that no calendar has, and that 1.0 is not a whole number.

    Returns:
        JSON-ready, newly made at each call, in a stable order.
    """
    made = Profile.model_json_schema(by_alias=True, schema_generator=_Schema)
    plain = {name: _plain(value) for name, value in made.pop("$defs").items()}
    plain["Evidence"] |= _exactly_one(plain["Evidence"]["properties"], ("artefact", "image", "trust_anchor"))
    return {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        "title": "iotassess device profile",
        **_plain(made),
        "$defs": plain,
    }


def _plain(section: Mapping[str, Any]) -> dict[str, Any]:
    """A section's schema without what only pydantic needs: generated titles and null defaults."""
    properties = {
        key: _leaf(value)
        for key, value in sorted(section["properties"].items(), key=lambda item: item[0] != "schema")
    }
    rest = {key: value for key, value in section.items() if key not in ("title", "properties")}
    return {**rest, "properties": properties}


def _leaf(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A key's schema; ``null``, which says "not declared", goes among its types and values."""
    rest = {key: value for key, value in schema.items() if key not in ("title", "anyOf", "default")}
    if "anyOf" not in schema:
        return rest
    kind = next(option for option in schema["anyOf"] if option != {"type": "null"})
    if "const" in kind:
        kind = {**kind, "enum": [kind["const"]]}
        del kind["const"]
    if "enum" in kind:
        return {**rest, "enum": [*kind["enum"], None]}
    if "type" in kind:
        return {**rest, **kind, "type": [kind["type"], "null"]}
    return {**rest, "anyOf": [kind, {"type": "null"}]}


def _exactly_one(properties: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Of these keys exactly one is there and not null."""
    return {"oneOf": [{"required": [key], "properties": {key: {"type": "string"}}} for key in keys]}
