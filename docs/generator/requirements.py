"""One page for each baseline: its requirements, what they hang on, and what each of them asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docs.generator.markdown import cell, code, items, link, page, prose, table
from iotassess.baseline.catalogue import Catalogue, Feature, Part, Requirement, Technology
from iotassess.baseline.coverage import can_be_shown_in_part, can_be_verified
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.technologies import load_technologies


def catalogues() -> list[Catalogue]:
    """All shipped baselines, in the order of the lists."""
    return [load_catalogue(id) for id in SHIPPED]


def file_of(baseline: str) -> str:
    """File name of a baseline's page."""
    return f"{baseline.replace('@', '-')}.md"


def place(baseline: str, row: str) -> str:
    """Link target of a requirement, from another page of the reference."""
    return f"{file_of(baseline)}#{row.lower()}"


def home(catalogue: Catalogue, row: Requirement) -> str:
    """The baseline on whose page a requirement stands: the first one that has this very row."""
    return next(c.id for c in (*catalogues(), catalogue) if any(r is row for r in c.requirements))


def requirement_pages() -> Iterator[tuple[str, str]]:
    """One page for each shipped baseline: its file name and text."""
    technologies = load_technologies()
    for catalogue in catalogues():
        blocks: list[str] = []
        category = ""
        for row in catalogue.requirements:
            if home(catalogue, row) != catalogue.id:
                continue
            if row.category != category:
                category = row.category
                blocks.append(f"## {category}")
            blocks.append(_requirement(row, technologies))
        yield (
            file_of(catalogue.id),
            page(
                f"{catalogue.title} ({catalogue.edition})",
                prose(f"""Baseline `{catalogue.id}`, edition {catalogue.edition}. Titles and summaries are
                this project's own words. *Gate* rows decide level L2, and play the part of mandatory ones
                where the baseline has none; *attestation* rows decide L4
                ([levels](../explanation/verdicts.md#levels))."""),
                prose(catalogue.notice),
                _words(catalogue),
                _overview(catalogue),
                _void(catalogue),
                _features(catalogue),
                *blocks,
            ),
        )


def _overview(catalogue: Catalogue) -> str:
    """All rows in one table; those of an included baseline lead to its page."""
    published = any(r.status for r in catalogue.requirements)
    head = ["requirement", "title", "status" if published else "force", "gate", "attestation"]
    rows = []
    for row in catalogue.requirements:
        where = home(catalogue, row)
        target = place(where, row.id) if where != catalogue.id else f"#{row.id.lower()}"
        kind = "document only" if row.process else _shown(row)
        force = row.status if published else row.force
        rows.append((link(row.id, target), row.title, force, row.gate, row.attestation, kind))
    return table((*head, "evidence can show"), rows)


def _shown(row: Requirement) -> str:
    """How much of a requirement a supported artefact kind can show."""
    if can_be_verified(row, probes()):
        return "all"
    return "some" if can_be_shown_in_part(row, probes()) else ""


def _words(catalogue: Catalogue) -> str:
    """The document's own words for verdicts."""
    if not catalogue.words:
        return ""
    rows = [(verdict, word) for verdict, word in catalogue.words.items()]
    return "In reports its own words stand beside the verdicts:\n\n" + table(("verdict", "word"), rows)


def _void(catalogue: Catalogue) -> str:
    """Ids of an earlier edition that are void."""
    if not catalogue.void:
        return ""
    rows = [
        (f"`{old}`", ", ".join(link(id, f"#{id.lower()}") for id in new))
        for old, new in catalogue.void.items()
    ]
    return "## Void numbers\n\nNumbers of the earlier edition that are not used again.\n\n" + table(
        ("void", "in its place"), rows
    )


def _features(catalogue: Catalogue) -> str:
    """Published conditions and features, how absence is derived, and what hangs on them."""
    if not catalogue.features:
        return ""
    blocks = [
        "## Conditions and features",
        prose("""A requirement is not applicable only where one of those that it hangs on is absent, and
        absence is derived from facts: the part below has to be met. An answer of not-applicable while an
        artefact or the profile shows the feature is the discrepancy
        [`not-applicable-contradiction`](discrepancies.md#not-applicable-contradiction)."""),
    ]
    for feature in catalogue.features.values():
        hanging = [r for r in catalogue.requirements if feature.id in r.absence.features]
        blocks.append(_feature(feature, hanging))
    return "\n\n".join(blocks)


def _feature(feature: Feature, hanging: list[Requirement]) -> str:
    users = ", ".join(link(r.id, f"#{r.id.lower()}") for r in hanging)
    return "\n\n".join(
        [
            f"### {feature.id}",
            f"{feature.text[0].upper()}{feature.text[1:]}. Absent when this is met:",
            items(_part(feature.absent, 0)),
            f"On it hang: {users}.",
        ]
    )


def _requirement(row: Requirement, technologies: Mapping[str, Technology]) -> str:
    marks = [f"section {row.section}", f"force: {row.force}"]
    marks += ["gate"] if row.gate else []
    marks += ["attestation"] if row.attestation else []
    marks += [row.classification] if row.classification else []
    marks += [f"status {row.status}"] if row.status else []
    lines = [
        f'<a id="{row.id.lower()}"></a>',
        f"### {row.id}",
        f"**{cell(row.title)}**",
        prose(row.summary),
        f"{' · '.join(marks)}.",
    ]
    if row.not_checkable:
        lines.append(prose(f"No tool can check it: {row.not_checkable}"))
    else:
        lines.append("Parts, all of which must hold:")
        lines.append(items(line for part in row.parts for line in _part(part, 0)))
    lines += [prose(f"Gate, because: {row.gate_reason}")] if row.gate_reason else []
    lines += [prose(f"Attestation, because: {row.attestation_reason}")] if row.attestation_reason else []
    if row.absence.features:
        lines.append(
            f"Not applicable (published) without {' or '.join(f'`{f}`' for f in row.absence.features)}."
        )
    elif row.absence.when is not None:
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
    if part.join == "justified":
        forces = " or ".join(part.forces)
        yield depth, f"each {forces} requirement that is not met has its reason in the profile{reason}"
        return
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
