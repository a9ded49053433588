"""Pages about what is asked: probes, baselines with their requirements, catalogues, technologies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docs.generator.markdown import cell, code, items, link, page, prose, table
from iotassess.baseline import loader
from iotassess.baseline.catalogue import Catalogue, Part, Requirement, Technology
from iotassess.baseline.registry import Probe, probes
from iotassess.evidence.registry import KINDS

HEADINGS = ("Looks at", "Why it matters", "Decides", "References")


def _catalogues() -> list[Catalogue]:
    return [loader.load_catalogue(id) for id in loader.SHIPPED]


def probe_page() -> str:
    """The page of probes, each with the requirements that ask it."""
    users: dict[str, list[str]] = {}
    for catalogue in _catalogues():
        for row in catalogue.requirements:
            absence = row.absence.when.probes() if row.absence.when else ()
            for id in dict.fromkeys([id for part in row.parts for id in part.probes()] + list(absence)):
                users.setdefault(id, []).append(link(row.id, f"{catalogue.id}.md#{row.id.lower()}"))
    return page(
        "Probes",
        prose("""A probe is one question over [claims](../explanation/claims.md), as code without bytes,
        clock or network. Of kind *evidence* are those that a supported artefact kind can show; of kind
        *document* those that only a document can, or nobody but the maker. Silence is always
        `indeterminate`. Ids are permanent."""),
        *(_probe(row, users.get(row.id, [])) for row in probes().values()),
    )


def _probe(row: Probe, users: list[str]) -> str:
    reads = ", ".join(link(id, f"properties.md#{id}") for id in row.reads)
    lines = [f"## {row.id}", row.question, f"Kind: {row.kind}. Reads: {reads}."]
    if row.params:
        lines.append(
            "Parameters: " + ", ".join(f"`{k}` (default `{v}`)" for k, v in row.params.items()) + "."
        )
    lines.append(_probe_text(row.text))
    lines.append(f"Asked by: {', '.join(users) if users else 'no shipped baseline'}.")
    return "\n\n".join(line for line in lines if line)


def _probe_text(text: str) -> str:
    """Set the headings of a probe's documentation off, and make one paragraph of each block."""
    blocks = []
    for block in text.split("\n\n"):
        flat = " ".join(block.split())
        head = next((h for h in HEADINGS if flat.startswith(f"{h}:")), None)
        blocks.append(prose(f"**{head}:**{flat[len(head) + 1 :]}" if head else flat))
    return "\n\n".join(blocks)


def baselines() -> str:
    """The page that lists the baselines."""
    rows = []
    for catalogue in _catalogues():
        gates = sum(r.gate for r in catalogue.requirements)
        rows.append(
            (
                link(catalogue.id, f"{catalogue.id}.md"),
                catalogue.edition,
                catalogue.title,
                len(catalogue.requirements),
                gates,
                "yes" if catalogue.id in loader.DEFAULTS else "",
            )
        )
    return page(
        "Baselines",
        prose("""What a profile and its artefacts are held against. Each is complete: requirements that no
        tool can check are there and marked. Titles and summaries are this project's own words; the
        published document decides."""),
        table(("id", "edition", "title", "requirements", "gate", "assessed unless another is named"), rows),
        "`-b ID`, `-b ID@EDITION` or `-b FILE` chooses. [Catalogues](catalogues.md) says how to write one.",
    )


def requirement_pages() -> Iterator[tuple[str, str]]:
    """One page for each shipped baseline: its id and text."""
    technologies = loader.load_technologies()
    for catalogue in _catalogues():
        overview = table(
            ("requirement", "title", "force", "gate", "attestation", "evidence can show all of it"),
            [
                (
                    link(r.id, f"#{r.id.lower()}"),
                    r.title,
                    r.force,
                    r.gate,
                    r.attestation,
                    all(_is_evidence(p) for p in r.parts),
                )
                for r in catalogue.requirements
            ],
        )
        blocks: list[str] = []
        category = ""
        for row in catalogue.requirements:
            if row.category != category:
                category = row.category
                blocks.append(f"## {category}")
            blocks.append(_requirement(row, technologies))
        yield (
            catalogue.id,
            page(
                catalogue.title,
                prose(f"""Baseline `{catalogue.id}`, edition {catalogue.edition}. Titles and summaries are
                this project's own words. *Gate* rows decide level L2, and play the part of mandatory ones
                where the baseline has none; *attestation* rows decide L4
                ([levels](../explanation/verdicts.md#levels))."""),
                overview,
                *blocks,
            ),
        )


def _is_evidence(part: Part) -> bool:
    if part.join == "probe":
        return probes()[part.probe].kind == "evidence"
    test = any if part.join == "any_of" else all
    return test(_is_evidence(arm) for arm in part.arms)


def _requirement(row: Requirement, technologies: Mapping[str, Technology]) -> str:
    marks = [f"section {row.section}", f"force: {row.force}"]
    marks += ["gate"] if row.gate else []
    marks += ["attestation"] if row.attestation else []
    marks += [row.classification] if row.classification else []
    lines = [
        f"### {row.id}",
        f"**{cell(row.title)}**",
        prose(row.summary),
        f"{' · '.join(marks)}.",
        "Parts, all of which must hold:",
        items(line for part in row.parts for line in _part(part, 0)),
    ]
    if row.absence.when is not None:
        lines.append(prose(f"Not applicable ({row.absence.basis}) when this is met. {row.absence.rationale}"))
        lines.append(items(_part(row.absence.when, 0)))
    lines.append(prose(f"To meet it: {row.remediation}"))
    if row.technologies:
        means = ", ".join(f"[{technologies[id].name}](technologies.md#{id})" for id in row.technologies)
        lines.append(prose(f"Technologies: {means}."))
    return "\n\n".join(lines)


def _part(part: Part, depth: int) -> Iterator[tuple[int, str]]:
    """Items of one part, its arms below it."""
    extra = f", at grade {part.min_grade} or more" if part.min_grade else ""
    reason = f" ({part.reason})" if part.reason else ""
    if part.join == "probe":
        row = probes()[part.probe]
        params = f" with {code(*(f'{k}: {v}' for k, v in part.params.items()))}" if part.params else ""
        yield (
            depth,
            f"{link(row.id, f'probes.md#{row.id}')}: {row.question} *{row.kind}*{params}{extra}{reason}",
        )
        return
    words = "one of these, the strongest first" if part.join == "any_of" else "all of these"
    yield depth, f"{words}{extra}{reason}:"
    for arm in part.arms:
        yield from _part(arm, depth + 1)


_TOP = {
    "id": "id of the baseline, permanent",
    "edition": "edition of the source document, quoted",
    "title": "title in your own words",
    "family": "baselines of one family are editions or parts of one document",
    "source": "the source document: where it is, and what was checked",
    "licence_note": "what of the source may be repeated",
    "requirements": "every numbered item of the document, in its order",
}
_ROW = {
    "id": "as published",
    "title": "short, in your own words",
    "summary": "what it asks, in your own words",
    "category": "heading that it stands under",
    "section": "section of the source",
    "force": f"one of {', '.join(loader.FORCES)}",
    "gate": "`true` for a row that decides level L2",
    "attestation": "`true` for a row that decides level L4",
    "not_applicable": f"`basis` (one of {', '.join(loader.BASES)}), `when` (a part), `rationale`",
    "parts": "at least one part",
    "technologies": "ids of technologies.yaml",
    "remediation": "what to do where it is not met",
    "crosswalk": "related items of other documents; verdicts never carry over",
    "seed": "`classification` of the requirement in the mapping that it was taken from",
    "note": "for those who maintain the file",
}
_PART = {
    "probe": "id of a probe",
    "any_of": "parts of which one has to hold, the strongest first",
    "all_of": "parts that all have to hold",
    "params": "parameters of the probe, of the type of their defaults",
    "min_grade": "0 to 5: a lower grade counts as weaker. It can only raise what is asked",
    "reason": "why this part belongs to the requirement",
}


def catalogues() -> str:
    """The page about the format of a baseline file."""
    blocks = []
    for title, words, keys in (
        ("Top", _TOP, loader._TOP),
        ("Requirement", _ROW, loader._ROW),
        ("Part", _PART, loader._PART),
    ):
        if set(words) != set(keys):
            raise ValueError(f"catalogues: {title} has keys {set(words) ^ set(keys)} on one side only")
        blocks.append(f"## {title}\n\n{table(('key', 'what'), [(f'`{k}`', v) for k, v in words.items()])}")
    return page(
        "Catalogues: the format of a baseline",
        prose("""A baseline is one YAML file. It is data: `any_of` and `all_of` only, no expressions, no
        code ([why](../adr/0002-catalogues-are-data.md)). An unknown key, probe, parameter or technology, a
        duplicate id or an empty list is an error with file, line and column, and iotassess exits with 2."""),
        "    iotassess assess profile.yaml -b my-baseline.yaml",
        *blocks,
        "A part has exactly one of `probe`, `any_of` and `all_of`.",
    )


def technologies() -> str:
    """The page of technologies."""
    rows = loader.load_technologies().values()
    overview = table(
        ("id", "name", "kind", "specification", "state"),
        [
            (link(t.id, f"#{t.id}"), t.name, t.kind, t.specification["current"], t.specification["state"])
            for t in rows
        ],
    )
    ids = {r.id: c.id for c in _catalogues() for r in c.requirements}
    return page(
        "Technologies",
        prose("""Means to meet requirements. For each requirement that is not met, the report names those that
        would help."""),
        overview,
        *(_technology(t, ids) for t in rows),
    )


def _technology(row: Technology, ids: Mapping[str, str]) -> str:
    known = {kind.id for kind in KINDS}
    served = []
    for serves in row.serves:
        id = serves["requirement"]
        name = link(id, f"{ids[id]}.md#{id.lower()}") if id in ids else f"`{id}`"
        basis = "" if serves["source"] == "seed" else " (our judgement)"
        served.append((0, f"{name}{basis}: {serves['how']}"))
    kinds = [
        link(k, f"artefact-kinds.md#{k}") if k in known else f"`{k}` (not read yet)"
        for k in row.evidence_kinds
    ]
    lines = [
        f"## {row.id}",
        prose(f"**{row.name}**, {row.kind}. {row.summary}"),
        f"Specification: {row.specification['current']} ({row.specification['state']}).",
        "Serves:",
        items(served),
        prose(f"What it does not do: {row.does_not}"),
        prose(f"Evidence: {', '.join(kinds) if kinds else 'no artefact kind'}. {row.evidence_how}"),
    ]
    if row.goes_further:
        lines.append("To go further:")
        further = [
            (0, f"{link(x['technology'], '#' + x['technology'])}: {x['how']}") for x in row.goes_further
        ]
        lines.append(items(further))
    if row.note:
        lines.append(prose(f"Note: {row.note}"))
    return "\n\n".join(lines)
