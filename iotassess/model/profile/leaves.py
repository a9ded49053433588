"""From the profile model to properties: which leaf is which property, and of what subject.

A leaf's property id is its path in kebab-case (``update.automatic_default`` → ``update.automatic-default``).
Leaves of an instance list take the subject kind as prefix (``components[].version`` →
``component.version``). A practice's ``done`` is the practice itself (``process.threat-model``), and its
document's date ``<id>.document-date``. A list of values gives one claim a member, and ``<id>.any`` says
whether the list is empty; an instance list gives ``<kind>.any`` in the same way. Leaves marked ``Is`` name
their property themselves, ``Informative`` ones have none.
"""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from iotassess.model.claim import SubjectKind
from iotassess.model.profile.base import Document, Informative, Instances, Is, Practice, Section
from iotassess.model.profile.document import Profile
from iotassess.model.vocabulary import COMPARED, Property, ValueType


class Leaf(NamedTuple):
    """One leaf of the profile model.

    Attributes:
        path: keys from the root; ``"*"`` stands for the index in an instance list.
        property: property id, or None for an informative leaf.
        subject: subject kind.
        type: type of its values.
        many: it is a list of values.
        question: what the maker answers.
        why: why no claim is made of it, for an informative leaf.
        names: it names an instance among the members of its list.
    """

    path: tuple[str, ...]
    property: str | None
    subject: SubjectKind
    type: ValueType
    many: bool
    question: str
    why: str = ""
    names: bool = False


def kebab(name: str) -> str:
    """Turn a key of the profile into a part of a property id."""
    return name.replace("_", "-")


def _strip(annotation: Any) -> Any:
    """Take ``None`` out of a union and unwrap ``Annotated``; the model has a few types again and again."""
    try:
        return _stripped(annotation)
    except TypeError:  # something in its annotations has no hash
        return _stripped.__wrapped__(annotation)


@cache
def _stripped(annotation: Any) -> Any:
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            rest = [a for a in get_args(annotation) if a is not type(None)]
            if len(rest) != 1:
                return annotation
            annotation = rest[0]
        else:
            return annotation


def _value_type(annotation: Any) -> ValueType:
    """Name the type of a leaf's value."""
    if get_origin(annotation) is Literal:
        return "enum"
    simple: dict[Any, ValueType] = {bool: "bool", int: "uint", float: "number", datetime.date: "date"}
    return simple.get(annotation, "text")


def _marker(info: FieldInfo, kind: type) -> Any:
    """Find a marker among a field's annotations."""
    return next((m for m in info.metadata if isinstance(m, kind)), None)


def _walk(
    model: type[Section], path: tuple[str, ...], prefix: str, subject: SubjectKind, skip: str | None
) -> Iterator[Leaf]:
    """Yield the leaves below a section. ``skip`` is the leaf that names an instance."""
    for name, info in model.model_fields.items():
        key = info.alias or name
        here = (*path, key)
        question = info.description or ""
        core = _strip(info.annotation)
        item = _strip(get_args(core)[0]) if get_origin(core) is list else None
        instances = _marker(info, Instances)
        informative = _marker(info, Informative)
        own = _marker(info, Is)
        base = own.property if own else f"{prefix}.{kebab(key)}" if prefix else kebab(key)
        if key == skip:
            # That an instance is declared at all is a statement, even where nothing else is said of it.
            yield Leaf(here, f"{prefix}.{kebab(key)}", subject, "text", False, question, names=True)
        elif core is Document:
            dated = f"{prefix}.document-date"
            yield Leaf((*here, "date"), dated, subject, "date", False, "Date of its document.")
        elif informative:
            yield Leaf(here, None, subject, "text", item is not None, question, informative.why)
        elif instances and item is not None:
            kind = instances.kind
            yield Leaf(here, f"{kind}.any", "product", "bool", False, f"{question} Is there any?")
            yield from _walk(item, (*here, "*"), kind, kind, instances.key)
        elif isinstance(core, type) and issubclass(core, Section):
            yield from _walk(core, here, base, subject, None)
        elif item is not None:
            yield Leaf(here, f"{base}.any", subject, "bool", False, f"{question} Is there any?")
            yield Leaf(here, base, subject, _value_type(item), True, question)
        elif key == "done" and issubclass(model, Practice):
            yield Leaf(here, prefix, subject, "bool", False, question)
        else:
            yield Leaf(here, base, subject, _value_type(core), False, question)


@cache
def leaves() -> tuple[Leaf, ...]:
    """All leaves of the profile model, in document order."""
    return tuple(_walk(Profile, (), "", "product", None))


@cache
def declared_properties() -> dict[str, Property]:
    """Properties that only a profile or a document can state, by id."""
    rows: dict[str, Property] = {}
    for leaf in leaves():
        if leaf.property and leaf.property not in COMPARED:
            rows[leaf.property] = Property(
                leaf.property,
                leaf.subject,
                leaf.type,
                leaf.question,
                cardinality="set" if leaf.many else "one",
            )
    return rows


def all_properties() -> dict[str, Property]:
    """The whole closed vocabulary, by id: compared properties first."""
    return {**COMPARED, **declared_properties()}
