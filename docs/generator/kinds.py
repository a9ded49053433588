"""The page of artefact kinds: what each is, what it shows, what that answers, and what binds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from docs.generator.markdown import code, link, page, prose, table
from docs.generator.requirements import catalogues, place
from iotassess.baseline.coverage import uses
from iotassess.baseline.registry import probes
from iotassess.baseline.technologies import load_technologies
from iotassess.crosscheck.binding import TIMELESS
from iotassess.evidence.registry import KINDS, Kind
from iotassess.model.problems import PROBLEMS
from iotassess.model.vocabulary import BINDING_SETS, COMPARED

NOTHING = "nothing: "
"""What is bound by nothing has grade 2 at most, so that no requirement is lifted by it."""

BOUND_OTHERWISE: Mapping[str, str] = {
    "suit-report": "the manifest that it is about, by its digest, where that is handed in and bound",
    "ear": "the evidence that it holds (its raw evidence), where that is bound",
    "mcuboot-image": "a digest of it is the declared one of a component, or a bound manifest gives it",
    "firmware-image": "a bound manifest gives its digest",
    "cmw": f"{NOTHING}what is wrapped in it is bound by itself",
    "cms-signature": f"{NOTHING}it belongs to the file that it signs",
    "teep-message": "as the first bound manifest in it; the tokens and reports in it are bound by themselves",
    "cose-message": f"{NOTHING}its content is not interpreted",
}
"""Kinds that no set of identities binds."""

NEVER_SIGNED = frozenset({"eat-ucs", "comid"})
"""Kinds that have no signed form of their own: a signed one is another kind."""

_TOKENS = ("cbor", "cose", "eat", "x509", "key", "firmware", "artefact")

PROBLEMS_OF: Mapping[str, Sequence[str]] = {
    "suit-envelope": ("cbor", "cose", "x509", "suit", "key", "firmware", "artefact"),
    "suit-report": ("cbor", "cose", "x509", "suit", "eat", "key", "artefact"),
    "cca-token": (*_TOKENS, "psa", "cca", "cmw"),
    "psa-token": (*_TOKENS, "psa"),
    "eat-deb": _TOKENS,
    "corim": ("cbor", "cose", "x509", "corim", "coswid", "key", "firmware", "artefact"),
    "comid": ("cbor", "cose", "corim", "firmware", "artefact"),
    "coswid": ("cbor", "cose", "x509", "coswid", "key", "firmware", "artefact"),
    "ear": ("cbor", "cose", "x509", "ear", "eat", "key", "artefact"),
    "teep-message": ("cbor", "cose", "x509", "teep", "key", "artefact"),
    "fdo-voucher": ("cbor", "cose", "x509", "fdo", "key", "artefact"),
    "brski-voucher": ("cbor", "cms", "cose", "x509", "voucher", "key", "artefact"),
    "cmw": ("cbor", "cose", "x509", "cmw", "eat", "key", "artefact"),
    "mud-signed": ("cms", "cose", "x509", "mud", "key", "artefact"),
    "mud": ("cms", "cose", "x509", "mud", "key", "artefact"),
    "cms-signature": ("cms", "cose", "x509", "artefact"),
    "x509-chain": ("x509", "cose", "key", "artefact"),
    "mcuboot-image": ("mcuboot", "cose", "key", "firmware", "artefact"),
    "eat-ucs": _TOKENS,
    "eat-jwt": _TOKENS,
    "eat-cwt": _TOKENS,
    "cose-message": ("cbor", "cose", "x509", "key", "artefact"),
    "firmware-image": ("firmware", "artefact"),
}
"""First words of the ids of problems that a kind can have."""


def artefact_kinds() -> str:
    """The page of artefact kinds."""
    known = {kind.id for kind in KINDS}
    prefixes = {prefix for row in PROBLEMS_OF.values() for prefix in row}
    if set(PROBLEMS_OF) != known or prefixes != {id.split("-")[0] for id in PROBLEMS}:
        raise ValueError("docs/generator/kinds.py: PROBLEMS_OF and the registries name different things")
    return page(
        "Artefact kinds",
        prose("""What can be read. A kind is recognised by its bytes, in this order; the name of the file says
        nothing. Anchors of the purpose in the third column authenticate it. How to get each, and what it
        cannot prove, is told by [how to hand in evidence](../how-to/hand-in-evidence.md)."""),
        _overview(),
        prose("""A property is shown where the artefact has it. What no signature covers has at most
        [grade 2](../explanation/verdicts.md#grades). *Requirements* are those with a part that asks one of
        the probes; whether they become `verified` depends on their other parts. What nothing binds, and
        what is never signed, has grade 2 at most and answers none. *Problems* are named by the
        first word of their ids."""),
        *(_section(kind) for kind in KINDS),
        *_waiting(known),
    )


def _waiting(known: set[str]) -> tuple[str, ...]:
    """Kinds that a technology would be shown by, and that are not read yet."""
    rows = {k: t.name for t in load_technologies().values() for k in t.evidence_kinds if k not in known}
    if not rows:
        return ()
    return (
        "## Not read yet",
        prose("""These kinds would show more of the [technologies](technologies.md). A file of such a kind is
        not recognised, and is reported as that."""),
        table(
            ("kind", "one of the technologies that it would show"), [(f"`{k}`", t) for k, t in rows.items()]
        ),
    )


def _overview() -> str:
    rows = [
        (
            link(kind.id, f"#{kind.id}"),
            kind.title,
            code(kind.purpose) if kind.purpose else "none",
            "yes" if kind.sniff else "no: it must be named as an image",
            kind.unsigned_form,
            len(shown_by(kind.id)) or "",
            len(_requirements(kind.id)) or "",
        )
        for kind in KINDS
    ]
    head = ("kind", "what", "purpose", "recognised", "has an unsigned form", "properties", "requirements")
    return table(head, rows)


def _section(kind: Kind) -> str:
    purpose = f"`{kind.purpose}`" if kind.purpose else "none: nothing authenticates it"
    same = _same(kind.id)
    if not _requirements(kind.id):
        lifted = "none: never signed, so grade 2 at most" if kind.id in NEVER_SIGNED else "-"
    else:
        lifted = same or _requirement_links(kind.id)
    lines = [
        f"## {kind.id}",
        f"{kind.title}. Specification: {kind.specification}. Media types: {code(*kind.media_types)}.",
        table(
            ("", ""),
            [
                ("anchors", purpose),
                ("bound by", _bound_by(kind)),
                ("shows", _links(shown_by(kind.id), "properties.md")),
                ("read by probes", same or _links(_probes(kind.id), "probes.md")),
                ("requirements", lifted),
                ("problems", _links(PROBLEMS_OF[kind.id], "problems.md")),
            ],
        ),
    ]
    return "\n\n".join(lines)


def shown_by(kind: str) -> tuple[str, ...]:
    """Properties that an artefact kind can show."""
    return tuple(row.id for row in COMPARED.values() if kind in row.shown_by)


@lru_cache
def _probes(kind: str) -> tuple[str, ...]:
    """Probes that artefacts can answer, and that read what the kind shows."""
    shown = set(shown_by(kind))
    return tuple(row.id for row in probes().values() if row.kind == "evidence" and shown & set(row.reads))


@lru_cache
def _asked() -> dict[str, tuple[tuple[str, str], ...]]:
    return {id: use.asked for id, use in uses(catalogues(), probes()).items()}


def _requirements(kind: str) -> tuple[tuple[str, str], ...]:
    """(baseline, requirement) of each that asks one of these probes; processes are shown by documents."""
    if kind in NEVER_SIGNED or BOUND_OTHERWISE.get(kind, "").startswith(NOTHING):
        return ()
    found = {where for id in _probes(kind) for where in _asked()[id]}
    order = [(c.id, row.id) for c in catalogues() for row in c.requirements if not row.process]
    return tuple(where for where in dict.fromkeys(order) if where in found)


def _same(kind: str) -> str:
    """Lead to the first kind that the same probes read, where they are many."""
    mine = _probes(kind)
    first = next(k.id for k in KINDS if _probes(k.id) == mine)
    return "" if first == kind or len(mine) < 6 else f"the same as {link(first, f'#{first}')}"


def _requirement_links(kind: str) -> str:
    return ", ".join(link(id, place(baseline, id)) for baseline, id in _requirements(kind)) or "-"


def _links(ids: Sequence[str], file: str) -> str:
    return ", ".join(link(id, f"{file}#{id}") for id in ids) or "-"


def _bound_by(kind: Kind) -> str:
    """The sets of identities that bind it, and whether it has to be about the release, too."""
    shown = set(shown_by(kind.id))
    sets = [sorted(one) for one in BINDING_SETS if one <= shown]
    if bool(sets) is (kind.id in BOUND_OTHERWISE):
        raise ValueError(f"docs/generator/kinds.py: say in BOUND_OTHERWISE what binds {kind.id}, or do not")
    if not sets:
        return BOUND_OTHERWISE[kind.id]
    told = ", or ".join(" and ".join(link(id, f"properties.md#{id}") for id in one) for one in sets)
    release = "of whatever release" if kind.purpose in TIMELESS else "with a version or digest of the release"
    return f"{told}; {release}"
