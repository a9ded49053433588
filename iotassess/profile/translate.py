"""From pydantic's errors to faults in our own words, with the place in the text.

What was expected is taken from the model, not from pydantic's wording, so a new version of pydantic
changes nothing that users see.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, get_origin

from pydantic import ValidationError

from iotassess.codec.yaml import Document, Path
from iotassess.profile.faults import MAX_FAULTS, Fault, located, path_text, place, shown
from iotassess.profile.shape import FORMS, allowed, expected_at, homes, is_section, keys_at
from iotassess.profile.suggestions import closest, did_you_mean, respelled


class _Error(NamedTuple):
    """One error of pydantic, reduced to facts.

    Attributes:
        path: where the value stands, or would have stood.
        type: pydantic's identifier of the kind of error.
        got: the value that was refused.
        context: bounds and patterns that the kind of error comes with.
        raw: source text of an unquoted value that is not a text, else an empty string.
    """

    path: Path
    type: str
    got: Any
    context: Mapping[str, Any]
    raw: str


class _Words(NamedTuple):
    """How one error is told.

    Attributes:
        rule: permanent id of the rule that is broken.
        message: got and expected.
        hint: what to write instead.
    """

    rule: str
    message: str
    hint: str


def translate(error: ValidationError, document: Document) -> Iterator[Fault]:
    """Tell each error of the model in our own words, at most :data:`MAX_FAULTS` of them."""
    for row in error.errors(include_url=False)[:MAX_FAULTS]:
        path: Path = row["loc"]
        raw = document.raw.get(path, "")
        found = _Error(path, row["type"], row["input"], row.get("ctx", {}), raw)
        words = _TELL.get(found.type, _wrong)(found)
        at_key = found.type in ("extra_forbidden", "missing")
        # A missing key is told at the key of the mapping that lacks it.
        mark = place(document, path[:-1] if found.type == "missing" else path, at_key=at_key)
        message = located(path, words.message)
        yield Fault("error", message, path_text(path), mark.line, mark.column, words.hint, words.rule)


def unknown_key(key: str, around: Path) -> tuple[str, str]:
    """Message and hint for a key that the mapping at ``around`` does not have."""
    known = keys_at(around)
    where = f"in {path_text(around)}" if around else "at the top"
    elsewhere = homes().get(key.replace("-", "_"), ())
    near = closest(key, known)
    if near is not None:
        hint = f"did you mean {near}?"
    elif elsewhere:
        hint = f"it belongs to {' or '.join(elsewhere[:3])}"
    else:
        hint = did_you_mean(key, known)
    return f"unknown key {shown(key)} {where}", hint


def _unknown(error: _Error) -> _Words:
    message, hint = unknown_key(str(error.path[-1]), error.path[:-1])
    return _Words("unknown-key", message, hint)


def _missing(error: _Error) -> _Words:
    around = path_text(error.path[:-1]) or "the profile"
    return _Words("missing-key", f"{around} has no {error.path[-1]}", f"add the key {error.path[-1]}")


def _wrong(error: _Error) -> _Words:
    """A value of the wrong type, or none of an enumeration's."""
    kind = expected_at(error.path)
    message = f"got {_described(error.got)}, expected {_expected(kind)}"
    hint = _remedy(kind, error)
    return _Words("enumeration" if allowed(kind) and isinstance(error.got, str) else "type", message, hint)


def _form(error: _Error) -> _Words:
    pattern = str(error.context["pattern"])
    instead = respelled(error.got, pattern)
    return _Words(
        "form",
        f"got {shown(error.got)}, expected {FORMS[pattern]}",
        f'did you mean "{instead}"?'
        if instead
        else "correct the value, or remove the key if it is not known",
    )


def _length(error: _Error) -> _Words:
    most = error.context.get("max_length")
    if most is None:
        return _Words("form", "got an empty text", "write the text, or remove the key if it is not known")
    return _Words(
        "form",
        f"got {len(error.got)} characters, expected at most {most}",
        "shorten it; long texts belong in a document of their own",
    )


def _bound(error: _Error) -> _Words:
    least, most = error.context.get("ge"), error.context.get("le")
    bound = f"at least {least}" if least is not None else f"at most {most}"
    return _Words("range", f"got {shown(error.got)}, expected {bound}", "correct the number")


def _file(error: _Error) -> _Words:
    files = [key for key in ("artefact", "image", "trust_anchor") if error.got.get(key) is not None]
    return _Words(
        "evidence-file",
        f"got {' and '.join(files) or 'none of them'}, expected one of artefact, image and trust_anchor",
        "give each file an entry of its own" if files else "name the file by one of these keys",
    )


_TELL: Mapping[str, Callable[[_Error], _Words]] = MappingProxyType(
    {
        "extra_forbidden": _unknown,
        "missing": _missing,
        "string_pattern_mismatch": _form,
        "string_too_short": _length,
        "string_too_long": _length,
        "greater_than_equal": _bound,
        "less_than_equal": _bound,
        "value_error": _file,
    }
)
"""pydantic's kind of error → the function that tells it; all others are values of the wrong type."""


def _described(value: Any) -> str:
    """Name the type of a parsed value, with the value where that is short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    kind = {bool: "boolean", int: "number", float: "number", str: "text"}[type(value)]
    return f"the {kind} {str(value).lower() if isinstance(value, bool) else shown(value)}"


def _expected(kind: Any) -> str:
    """Say in words what the model expects."""
    if values := allowed(kind):
        return f"one of {', '.join(values)}" if len(values) > 1 else values[0]
    if is_section(kind) or get_origin(kind) is dict:
        return "a mapping"
    if get_origin(kind) is list:
        return "a list"
    return {bool: "true or false", int: "a whole number", datetime.date: "a date as YYYY-MM-DD"}.get(
        kind, "text"
    )


_YES_OR_NO = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def _remedy(kind: Any, error: _Error) -> str:
    """Say what to write instead of a value of the wrong type."""
    got, raw = error.got, error.raw
    text = got.strip().lower() if isinstance(got, str) and len(got) < MAX_FAULTS else ""
    if got is None:
        return "write the value, or remove the line"
    if values := allowed(kind):
        if isinstance(got, str):
            near = closest(got, values)
            return f"did you mean {near}?" if near else "choose one of these, or remove the key"
        return "choose one of these, or remove the key"
    if kind is bool:
        instead = _YES_OR_NO.get(text) or (text if text in ("true", "false") else "")
        quotes = " without quotes" if text in ("true", "false") else ""
        return (
            f"write {instead}{quotes}" if instead else "write true or false, or remove the key if not known"
        )
    if kind is int:
        return f"write {text} without quotes" if text.isdecimal() else "write a whole number without quotes"
    if kind is datetime.date:
        return "write year, month and day, such as 2027-03-31"
    return _remedy_of_structure(kind, error) or (f'quote it: "{raw}"' if raw else "write one text")


def _remedy_of_structure(kind: Any, error: _Error) -> str:
    """Say how to write a mapping or a list; an empty string for plain text."""
    if is_section(kind):
        return f"write its keys below it, indented: {', '.join(keys_at(error.path))}"
    if get_origin(kind) is dict:
        return "write its keys below it, indented"
    if get_origin(kind) is list:
        return "begin each member with '- ' on a line of its own"
    return ""
