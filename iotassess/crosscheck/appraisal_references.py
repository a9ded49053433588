"""Reference values of a call as entries to compare with: one a measurement, out of single statements.

A decoder states digest, version and signer of a measurement one by one. Statements of one scope whose paths
lead into the same measurement belong together; what is stated of a component apart from any digest (the
version of a software tag) belongs to all its digests in that scope.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from iotassess.crosscheck.grading import in_time
from iotassess.model.appraisal import ReferenceEntry, ReferenceSource
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.claim import Digest, Grade, Subject

KINDS: Final = frozenset({"corim", "comid", "coswid", "suit-envelope"})
"""Artefact kinds whose statements are reference values."""

DIGESTS: Final = frozenset({"component.reference", "component.digest"})
VERSIONS: Final = frozenset({"component.reference-version", "component.version"})
SIGNERS: Final = frozenset({"component.reference-signer"})
IMPLEMENTATION: Final = "identity.implementation-id"
DESCRIPTIONS: Final = frozenset({"product.vendor", "product.model"})


_MEASUREMENT = re.compile(r"^(.*\.measurements\[\d+\])\.(?:digests|version|cryptokeys|name|mkey)\b")
"""Path into a measurement of a CoMID; registers in it are measurements of their own."""

_TRIPLE = re.compile(r"^(.*)\.measurements\[\d+\]")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class References(NamedTuple):
    """The reference values of a call.

    Attributes:
        entries: all of them.
        sources: path → the artefact that they are from.
    """

    entries: tuple[ReferenceEntry, ...]
    sources: dict[str, ReferenceSource]

    def is_trusted(self, entry: ReferenceEntry) -> bool:
        """Tell whether an entry may make something affirmed.

        Vendor and model are in no token, so that only a profile tells whether they are the token's.
        """
        source = self.sources[entry.artefact]
        told = not entry.described or bool(entry.implementations) or source.grade is not None
        return told and not source.doubt


def doubt(artefact: Artefact) -> str:
    """Say why an artefact makes nothing affirmed, or "" where it does.

    In an assessment its grade says so. Else it has to be authenticated, within its time, and not by a key
    whose private half is published. A token that answers another challenge is one that was kept.
    """
    if not artefact.wellformed:
        return "it is malformed"
    if any(found.id == "key-denied" for found in artefact.problems):
        return "it is signed with a key that is denied"
    if not in_time(artefact):
        return "it is out of its time"
    if any(found.id == "eat-nonce-mismatch" for found in artefact.problems):
        return "it answers another challenge than the one that was sent"
    if artefact.authenticity != "authenticated":
        return f"it is {artefact.authenticity}"
    if artefact.grade is not None:
        return "" if artefact.grade >= Grade.AUTHENTICATED else f"its grade is {artefact.grade}"
    if any(one.test_key is not None for one in artefact.signatures if one.status == "verified"):
        return "it is signed with a key whose private half is published"
    return ""


def gather(artefacts: Iterable[Artefact]) -> References:
    """Put the reference values of all artefacts together.

    Args:
        artefacts: of the call, nested ones too (``model.artefact.walk``).
    """
    entries: list[ReferenceEntry] = []
    sources: dict[str, ReferenceSource] = {}
    for artefact in artefacts:
        if artefact.kind not in KINDS:
            continue
        found = tuple(_entries(artefact))
        if found or _implementations(artefact.shown):
            sources[artefact.path] = ReferenceSource(
                artefact.path, artefact.kind, artefact.authenticity, artefact.grade, doubt(artefact)
            )
        entries += found
    return References(tuple(entries), sources)


def _entries(artefact: Artefact) -> Iterator[ReferenceEntry]:
    """Give the entries of one artefact, in the order of their first digest.

    What no signature covers is left out where the artefact has one: it would borrow its authenticity.
    """
    statements = [
        s
        for s in artefact.shown
        if (s.covered or artefact.authenticity == "unsigned") and artefact.is_about_this(s)
    ]
    groups: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    apart: dict[tuple[str, Subject], list[Shown]] = defaultdict(list)
    about: dict[str, list[Shown]] = defaultdict(list)
    for statement in statements:
        if statement.property in DIGESTS | VERSIONS | SIGNERS:
            groups[statement.scope, _measurement(statement.path)].append(statement)
        else:
            about[statement.scope].append(statement)
    with_digests = {key: group for key, group in groups.items() if any(s.property in DIGESTS for s in group)}
    for key, group in groups.items():
        if key not in with_digests:
            for statement in group:
                apart[statement.scope, statement.subject].append(statement)
    for (scope, path), group in with_digests.items():
        subject = next(s.subject for s in group if s.property in DIGESTS)
        yield _entry(artefact, scope, path, subject, [*group, *apart[scope, subject]], about[scope])


def _measurement(path: str) -> str:
    """Give the path of the measurement that a path leads into."""
    found = _MEASUREMENT.match(path)
    if found:
        return found[1]
    return path.rpartition(".")[0] or path


def _entry(
    artefact: Artefact, scope: str, path: str, subject: Subject, group: list[Shown], about: list[Shown]
) -> ReferenceEntry:
    versions = [str(s.value) for s in group if s.property in VERSIONS]
    implementations = _implementations(about)
    environment = _environment(artefact.claims, path)
    known_class = environment.get("class")
    class_id = known_class.get("class_id") if isinstance(known_class, Mapping) else None
    instance = environment.get("instance")
    return ReferenceEntry(
        artefact=artefact.path,
        scope=scope,
        name=subject.name if subject.scheme == "measurement-type" and subject.name else None,
        version=versions[0] if versions else None,
        signers=tuple(str(s.value) for s in group if s.property in SIGNERS),
        digests=tuple(s.value for s in group if s.property in DIGESTS and isinstance(s.value, Digest)),
        path=path,
        implementations=implementations,
        instances=frozenset() if instance is None else frozenset({_value(instance)}),
        described=any(s.property in DESCRIPTIONS for s in about),
        foreign="group" in environment or (class_id is not None and not implementations),
    )


def _environment(claims: Any, path: str) -> Mapping[str, Any]:
    """Give the environment of the triple that a measurement stands in, as the artefact's claims have it.

    What it says beyond the statements (an instance, a group, a class identifier of another kind) narrows
    down whose reference it is.
    """
    triple = _TRIPLE.match(path)
    if triple is None:
        return {}
    value = claims
    for name, index in _STEP.findall(triple[1]):
        if name:
            value = value.get(name) if isinstance(value, Mapping) else None
        else:
            known = isinstance(value, list) and int(index) < len(value)
            value = value[int(index)] if known else None
    found = value.get("environment") if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _value(identifier: Any) -> str:
    return str(identifier.get("value")) if isinstance(identifier, Mapping) else str(identifier)


def _implementations(shown: Iterable[Shown]) -> frozenset[str]:
    return frozenset(str(s.value) for s in shown if s.property == IMPLEMENTATION)
