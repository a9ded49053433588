"""From a profile to claims: one claim of grade 0 for each declared leaf.

Which leaf is which property stands in ``model.profile.leaves``. Here that table is compiled once into a
plan that mirrors the model, so that a profile is walked without looking anything up.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from iotassess.codec.yaml import Document, Path
from iotassess.model.claim import PRODUCT, Claim, Digest, Grade, Source, Subject, SubjectKind, Value
from iotassess.model.profile import Profile
from iotassess.model.profile.base import Instances, Section
from iotassess.model.profile.leaves import Leaf, leaves
from iotassess.model.vocabulary import COMPARED
from iotassess.profile.derive import oemid_form, vendor_uuid
from iotassess.profile.faults import path_text
from iotassess.profile.loading import LoadedProfile

VENDOR_ID = "identity.vendor-id"
OEMID = "identity.oemid"

_UUIDS = frozenset((VENDOR_ID, "identity.class-id"))
"""Properties whose values decoders give as 32 hex digits, while a profile has the dashes."""


def _digest(value: str) -> Digest:
    algorithm, _, digits = value.partition(":")
    return Digest(algorithm, digits)


def _bare_uuid(value: str) -> str:
    return value.replace("-", "")


def _oemid(value: str) -> str:
    return oemid_form(value) or value


class _Node(NamedTuple):
    """One key of the model, and what to do with what stands there.

    Attributes:
        name: attribute of the model.
        steps: path from the root, or from the member of the instance list around it.
        text: that path as readers see it, with the separator in front inside a member.
        property: id of the claim that its value makes; None for a section.
        empty: id of the claim that says whether its list has members; None where it is no list.
        convert: makes the value comparable; None where it is already.
        children: keys of a section, or of the members of an instance list.
        kind: kind of subject of an instance list's members; None elsewhere.
        key: leaf that names a member.
    """

    name: str
    steps: tuple[str, ...]
    text: str
    property: str | None
    empty: str | None
    convert: Callable[[Any], Value] | None
    children: tuple[_Node, ...]
    kind: SubjectKind | None
    key: str


def _converter(leaf: Leaf) -> Callable[[Any], Value] | None:
    """What makes a leaf's value comparable with what decoders give."""
    property_ = leaf.property or ""
    if leaf.type == "date":
        return datetime.date.isoformat
    if property_ in COMPARED and COMPARED[property_].type == "digest":
        return _digest
    if property_ == OEMID:
        return _oemid
    return _bare_uuid if property_ in _UUIDS else None


def _compile(
    section: type[Section], rows: Iterable[Leaf], depth: int, steps: tuple[str, ...], inside: bool
) -> tuple[_Node, ...]:
    """Turn the leaves below a section into nodes.

    Args:
        section: the model of the mapping.
        rows: its leaves.
        depth: how many keys of their paths lead to the section.
        steps: path to the section from the root, or from the member of the instance list around it.
        inside: whether it is inside a member of an instance list.
    """
    names = {info.alias or name: name for name, info in section.model_fields.items()}
    grouped: dict[str, list[Leaf]] = {}
    for leaf in rows:
        if leaf.property is not None:
            grouped.setdefault(leaf.path[depth], []).append(leaf)
    nodes = []
    for key, group in grouped.items():
        here = (*steps, key)
        own = [leaf for leaf in group if len(leaf.path) == depth + 1]
        below = [leaf for leaf in group if len(leaf.path) > depth + 1]
        value = next((leaf for leaf in own if not (leaf.property or "").endswith(".any")), None)
        empty = next((leaf.property for leaf in own if leaf is not value), None)
        info = section.model_fields[names[key]]
        instances = next((m for m in info.metadata if isinstance(m, Instances)), None)
        child = _section_of(info.annotation)
        nodes.append(
            _Node(
                names[key],
                here,
                ("." if inside else "") + path_text(here),
                value.property if value else None,
                empty,
                _converter(value) if value else None,
                _compile_below(child, below, depth, here, instances, inside),
                instances.kind if instances else None,
                instances.key if instances else "",
            )
        )
    return tuple(nodes)


def _compile_below(
    child: type[Section] | None,
    below: list[Leaf],
    depth: int,
    here: tuple[str, ...],
    instances: Instances | None,
    inside: bool,
) -> tuple[_Node, ...]:
    if child is None:
        return ()
    if instances is not None:  # paths have "*" for the member, and begin anew behind it
        return _compile(child, below, depth + 2, (), True)
    return _compile(child, below, depth + 1, here, inside)


def _section_of(annotation: Any) -> type[Section] | None:
    """The section that a key holds, or a list of which it holds; None for a plain value."""
    try:
        return _section_in(annotation)
    except TypeError:  # something in its annotations has no hash
        return _section_in.__wrapped__(annotation)


@cache
def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    return next((found for a in arguments if (found := _section_of(a)) is not None), None)


@cache
def _plan() -> tuple[_Node, ...]:
    return _compile(Profile, leaves(), 0, (), False)


class _Walk:
    """One pass over a profile.

    Attributes:
        claims: what was found, in the order of the model.
    """

    def __init__(self, document: Document) -> None:
        self._marks = document.marks
        self._keys = document.keys
        self.claims: list[Claim] = []

    def visit(self, section: Any, nodes: tuple[_Node, ...], subject: Subject, base: Path, text: str) -> None:
        """Claim what a section declares.

        Args:
            section: a section of the profile.
            nodes: its plan.
            subject: what its leaves are about.
            base: path to the member of an instance list that it is in, or ``()``.
            text: the same as text.
        """
        values = section.__dict__
        for node in nodes:
            value = values[node.name]
            if value is None:
                continue
            if node.empty is not None:
                self._list(node, value, subject, base + node.steps, text + node.text)
            elif node.property is not None:
                path = base + node.steps
                converted = value if node.convert is None else node.convert(value)
                line, column = self._marks[path]
                source = Source(None, text + node.text, line, column)
                self.claims.append(Claim(subject, node.property, converted, Grade.DECLARED, source))
            else:
                self.visit(value, node.children, subject, base, text)

    def _list(self, node: _Node, values: list[Any], subject: Subject, path: Path, text: str) -> None:
        """Claim whether a list has members, and what they are."""
        mark = self._keys[path]
        about = PRODUCT if node.kind else subject
        source = Source(None, text, mark.line, mark.column)
        self.claims.append(Claim(about, str(node.empty), bool(values), Grade.DECLARED, source))
        for index, value in enumerate(values):
            here, said = (*path, index), f"{text}[{index}]"
            if node.kind:
                self.visit(value, node.children, Subject(node.kind, getattr(value, node.key)), here, said)
            else:
                mark = self._marks[here]
                source = Source(None, said, mark.line, mark.column)
                self.claims.append(Claim(subject, str(node.property), value, Grade.DECLARED, source))


def claims(loaded: LoadedProfile) -> tuple[Claim, ...]:
    """The claims that a profile makes, all of grade 0.

    A leaf that is absent or null makes none: not declared is not "no". A list makes one claim a member, and
    ``<id>.any``. Values are comparable with those of decoders: digests are :class:`Digest`, UUIDs have no
    dashes, dates are ISO text. Where no vendor identifier is declared but a vendor domain is, the
    identifier is derived from it (SUIT manifest section 8.4.8), and its source is the domain. What a declared
    technology necessarily gives is claimed where the profile does not say it itself; the source is then the
    technology.

    Args:
        loaded: the profile.

    Returns:
        In the order of the model; subjects have the scheme ``profile``.
    """
    walk = _Walk(loaded.document)
    walk.visit(loaded.profile, _plan(), PRODUCT, (), "")
    derived = _derived_vendor(loaded)
    found = [*walk.claims, derived] if derived else walk.claims
    return (*found, *_implied(loaded, {claim.property for claim in found}))


def _implied(loaded: LoadedProfile, said: set[str]) -> Iterator[Claim]:
    """What follows from declared technologies, of which nothing is said in so many words.

    Args:
        loaded: the profile.
        said: properties that it claims itself; a list that is declared says all of its members.
    """
    if not loaded.profile.technologies:
        return
    from iotassess.profile.technology.implied import implications

    lists = {leaf.property for leaf in leaves() if leaf.many}
    claimed: set[tuple[str, Value]] = set()
    for found in implications(loaded.profile):
        id = found.rule.property
        of_list = id in lists
        if id in said or f"{id}.any" in said:
            continue
        mark = loaded.document.mark(found.source)
        source = Source(None, path_text(found.source), mark.line, mark.column)
        rows: list[tuple[str, Value]] = (
            [(f"{id}.any", True), (id, found.value)] if of_list else [(id, found.value)]
        )
        for property_, value in rows:
            once = (property_, value if of_list else True)
            if once not in claimed:
                claimed.add(once)
                yield Claim(PRODUCT, property_, value, Grade.DECLARED, source)


def _derived_vendor(loaded: LoadedProfile) -> Claim | None:
    profile = loaded.profile
    domain = profile.product.vendor_domain
    if domain is None or (profile.identity is not None and profile.identity.vendor_id is not None):
        return None
    path: Path = ("product", "vendor_domain")
    mark = loaded.document.marks[path]
    source = Source(None, path_text(path), mark.line, mark.column)
    return Claim(PRODUCT, VENDOR_ID, vendor_uuid(domain).hex, Grade.DECLARED, source)
