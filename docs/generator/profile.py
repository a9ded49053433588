"""Pages about the profile: its format, key by key, and the rules of its inner consistency."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from docs.generator.markdown import anchor, cell, code, link, page, prose, table
from iotassess.model.profile.leaves import leaves
from iotassess.profile import RULES, profile_schema
from iotassess.profile.shape import FORMS

_Rows = Iterator[tuple[str, str, str, str]]


def format_page() -> str:
    """The page of the profile's format."""
    schema = profile_schema()
    claims = _claims()
    required = set(schema["required"])
    blocks = []
    top: list[tuple[str, str, str, str]] = []
    for key, value in schema["properties"].items():
        section = _section(schema, value)
        mark = " (required)" if key in required else ""
        if section is None:
            top.append((f"`{key}`", _values(value) + mark, value.get("description", ""), _claim(claims, key)))
            continue
        path = f"{key}[]" if "items" in value else key
        about = _about(value, section)
        rows = list(_rows(schema, section, path, claims))
        blocks.append(f"## {key}\n\n{about}{mark}\n\n{table(('key', 'value', 'answers', 'property'), rows)}")
    return page(
        "The profile",
        prose("""Every key of a profile. Each is optional unless it says required, and left out it is *not
        declared*, which is not a "no". An unknown key is an error. `[]` stands for a member of a list. The
        last column is the [property](properties.md) that the value is a claim of; for lists of values
        `<property>.any` says besides whether there is any.

        [How to write a profile](../how-to/write-a-profile.md) explains it; `iotassess schema profile` gives
        it to an editor."""),
        "## At the top",
        table(("key", "value", "answers", "property"), top),
        *blocks,
    )


def _about(value: Mapping[str, Any], section: Mapping[str, Any]) -> str:
    """What a section is; of a list, what the list and what each member is."""
    whole, each = value.get("description", ""), cell(section.get("description", ""))
    if "items" in value:
        return f"{whole} A list; each member: {each[:1].lower()}{each[1:]}"
    return each or whole


def _claims() -> dict[str, str]:
    """Profile path with ``[]`` → property id."""
    found: dict[str, str] = {}
    for leaf in leaves():
        path = ".".join(leaf.path).replace(".*", "[]")
        if leaf.property and not leaf.property.endswith(".any"):
            found[path] = leaf.property
    return found


def _claim(claims: Mapping[str, str], path: str) -> str:
    id = claims.get(path)
    return link(id, f"properties.md#{id}") if id else ""


def _section(schema: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The section that a key holds, itself or as members of a list; None for a plain value."""
    options = [value, value.get("items", {}), *value.get("anyOf", ())]
    name = next((o["$ref"].rsplit("/", 1)[1] for o in options if "$ref" in o), None)
    return None if name is None else schema["$defs"][name]


def _rows(
    schema: Mapping[str, Any], section: Mapping[str, Any], path: str, claims: Mapping[str, str]
) -> _Rows:
    """Rows of a section and of the sections in it."""
    required = set(section.get("required", ()))
    for key, value in section["properties"].items():
        here = f"{path}.{key}"
        inner = _section(schema, value)
        mark = ", required" if key in required else ""
        if inner is None:
            yield f"`{here}`", _values(value) + mark, value.get("description", ""), _claim(claims, here)
        else:
            here = f"{here}[]" if "items" in value else here
            yield (
                f"`{here}`",
                ("list" if "items" in value else "section") + mark,
                value.get("description", ""),
                "",
            )
            yield from _rows(schema, inner, here, claims)


def _values(value: Mapping[str, Any]) -> str:
    """Say in words what may stand there."""
    if "items" in value:
        return f"list of: {_values(value['items'])}"
    if "enum" in value or "const" in value:
        return code(*(v for v in value.get("enum", [value.get("const")]) if v is not None))
    if value.get("pattern") in FORMS:
        return FORMS[value["pattern"]]
    types = value.get("type", [])
    kind = next((t for t in ([types] if isinstance(types, str) else types) if t != "null"), "")
    if kind == "string":
        return "date, YYYY-MM-DD" if value.get("format") == "date" else "text"
    if kind == "boolean":
        return "true or false"
    low, high = value.get("minimum"), value.get("maximum")
    bounds = f", {low} to {high}" if high is not None else f", {low} or more" if low is not None else ""
    return f"whole number{bounds}" if kind == "integer" else f"number{bounds}"


FORM = {
    "yaml": "the text is not YAML 1.2 as it is read here: duplicate keys, tags, aliases without end",
    "unknown-key": "a key that the format does not have, or that belongs elsewhere",
    "missing-key": "a key that is required is not there",
    "type": "a value of another type than expected",
    "enumeration": "a text that is none of the allowed ones",
    "form": "a text of the wrong form: an identifier, a digest, hex",
    "range": "a number outside its bounds",
    "evidence-file": "an entry of evidence that names no file, or two",
}
"""Faults of form: id → when. They come from reading, not from a rule."""


def rules_page() -> str:
    """The page of inner consistency."""
    why = {rule.id: cell(inspect.getdoc(rule.find) or "").split(". ")[0] for rule in RULES}
    rows = [(anchor(rule.id), rule.severity, why[rule.id].replace("``", "`")) for rule in RULES]
    return page(
        "Rules for profiles",
        prose("""What `iotassess validate` checks. An error makes the profile invalid (exit 3); a warning
        marks what is unusual, or cannot be compared with evidence. A bad answer is neither. Ids are
        permanent; they are in the JSON of `validate`."""),
        "## Form",
        table(("id", "severity", "when"), [(anchor(id), "error", when) for id, when in FORM.items()]),
        "## Inner consistency",
        table(("id", "severity", "why"), rows),
    )
