"""The counters of a release: from the profile, and from artefacts of grade ≥ 4 that are about this product.

What nothing vouches for is no counter. Where several artefacts give one, the lowest counts, since a device
may be given any of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact, walk
from iotassess.model.claim import PRODUCT, Claim, Grade, is_declared
from iotassess.model.counter import Counter, CounterKind

DIGESTS = (("component.digest", "component.measurement"), ("component.image-digest",))
"""What says which bytes a component has in this release: the first that says anything. The digest of an
image's file stands last, since signing it once more changes the file and not what runs."""


LOCATED_BY = ("component.suit-component-id", "component.measurement-type", "component.swid-tag-id")
"""What the profile says that artefacts call a component by, and that is one component's alone."""


def counters(table: ClaimTable, artefacts: Iterable[Artefact]) -> tuple[Counter, ...]:
    """Collect the counters, one a kind and thing that is counted, in a stable order.

    Args:
        table: all claims, resolved and graded.
        artefacts: bound and graded.
    """
    flat = [a for a in walk(artefacts) if _vouched(a)]
    found = [
        *_sequence_numbers(flat),
        *_installed_number(table),
        *_security_counters(table),
        *_component_versions(table),
        *_firmware_version(table),
        *_security_versions(flat),
    ]
    groups: dict[tuple[str, str], list[Counter]] = defaultdict(list)
    for counter in found:
        groups[counter.kind, counter.of].append(counter)
    return tuple(_lowest(group) for _, group in sorted(groups.items()))


def _vouched(artefact: Artefact) -> bool:
    return artefact.binding == "bound" and (artefact.grade or 0) >= Grade.AUTHENTICATED


def _lowest(group: list[Counter]) -> Counter:
    """The lowest number; of versions, which need not have an order, the first: the declared one."""
    numbers = [c for c in group if isinstance(c.value, int)]
    return min(numbers, key=lambda c: int(c.value)) if numbers else group[0]


def _sequence_numbers(artefacts: Iterable[Artefact]) -> Iterator[Counter]:
    """SUIT manifest section 8.4.2: one a manifest, which its component id names, else the class it is for."""
    for artefact in artefacts:
        claims = artefact.claims or {}
        number = claims.get("sequence_number")
        if artefact.kind != "suit-envelope" or type(number) is not int:
            continue
        own = claims.get("manifest_component_id")
        of = (
            f"the manifest {_text(own)}"
            if own
            else "the manifest for class " + _text(sorted(claims.get("class_ids") or ()))
        )
        digest = claims.get("digest") or {}
        content = (f"{digest.get('alg')}:{digest.get('value')}",)
        yield Counter("suit-sequence-number", of, number, content, artefact.path, "sequence_number")


def _installed_number(table: ClaimTable) -> Iterator[Counter]:
    """What the profile says is installed is what a rollback is held against, so it may not go down itself."""
    for claim in table.about(PRODUCT, "update.sequence-number"):
        if is_declared(claim) and type(claim.value) is int:
            yield _of_claim("installed-sequence-number", claim, claim.value, ())


def _security_counters(table: ClaimTable) -> Iterator[Counter]:
    """What is declared counts apart: it does not stand in for an image that gives none any more."""
    for claim in table.of("component.security-counter"):
        if _counts(claim) and type(claim.value) is int:
            counter = _of_claim("mcuboot-security-counter", claim, claim.value, ())
            yield counter._replace(of=f"{counter.of}, declared") if is_declared(claim) else counter


def _component_versions(table: ClaimTable) -> Iterator[Counter]:
    """What the profile declares stands before what artefacts show: they are held against it elsewhere."""
    claims = [c for c in table.of("component.version") if _counts(c)]
    for claim in sorted(claims, key=lambda c: not is_declared(c)):
        counter = _of_claim("component-version", claim, str(claim.value), _content(table, claim))
        yield counter
        for name in _locators(table, claim):  # else a component could be called otherwise and start anew
            yield counter._replace(of=name)


def _locators(table: ClaimTable, claim: Claim) -> Iterator[str]:
    """What artefacts call a component by."""
    for id in LOCATED_BY:
        for located in table.about(claim.subject, id):
            if is_declared(located):
                yield f"{id.removeprefix('component.')} {located.value}"


def _firmware_version(table: ClaimTable) -> Iterator[Counter]:
    bytes_of_all = {str(c.value) for c in table.of("component.digest") if _counts(c)}
    for claim in table.about(PRODUCT, "product.firmware-version"):
        if is_declared(claim):
            yield _of_claim("firmware-version", claim, str(claim.value), tuple(sorted(bytes_of_all)))


def _content(table: ClaimTable, claim: Claim) -> tuple[str, ...]:
    for ids in DIGESTS:
        digests = {str(c.value) for id in ids for c in table.about(claim.subject, id) if _counts(c)}
        if digests:
            return tuple(sorted(digests))
    return ()


def _counts(claim: Claim) -> bool:
    return not claim.other and (is_declared(claim) or claim.grade >= Grade.AUTHENTICATED)


def _of_claim(kind: CounterKind, claim: Claim, value: int | str, content: tuple[str, ...]) -> Counter:
    source = claim.source
    where = (source.artefact or "profile", source.path, source.line, source.column or 1)
    return Counter(kind, str(claim.subject), value, content, *where)


def _security_versions(artefacts: Iterable[Artefact]) -> Iterator[Counter]:
    """CoRIM section 5.1.4.1.4.3: the lowest security version number of each measured element."""
    for artefact in artefacts:
        if artefact.kind not in ("corim", "comid"):
            continue
        claims = artefact.claims or {}
        for tag in _mappings(claims.get("tags") or [claims]):
            triples = tag.get("triples")
            rows = triples.get("reference") if isinstance(triples, Mapping) else None
            for row in _mappings(rows):
                for measurement in _mappings(row.get("measurements")):
                    number = _number(measurement.get("svn"))
                    if number is not None:
                        element = [measurement.get("mkey"), measurement.get("name")]
                        of = _text([row.get("environment"), *element])
                        path = "triples.reference"
                        yield Counter("corim-svn", of, number, (), artefact.path, path)


def _mappings(rows: Any) -> Iterator[Mapping[str, Any]]:
    """Those entries of a list of claims that are mappings: what is malformed is told of elsewhere."""
    if isinstance(rows, list):
        yield from (row for row in rows if isinstance(row, Mapping))


def _number(value: Any) -> int | None:
    """A security version number, exact or minimal (CoRIM's tags 552 and 553)."""
    if isinstance(value, Mapping):
        value = value.get("value")
    return value if type(value) is int else None


def _text(value: Any) -> str:
    """Write what tells one counter from another, short and the same every time."""
    if isinstance(value, Mapping):
        return " ".join(_text(inner) for _, inner in sorted(value.items()) if inner is not None)
    if isinstance(value, list | tuple):
        return "/".join(_text(inner) for inner in value if inner is not None)
    return str(value)
