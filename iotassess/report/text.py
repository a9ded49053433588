"""The report for a terminal: headline, contradictions, what is missing, the table, and the headline again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from iotassess.model.artefact import Artefact
from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, PartResult, RequirementResult
from iotassess.model.claim import Grade
from iotassess.report.escape import safe
from iotassess.report.headline import headline
from iotassess.report.registry import Look

STYLE = {
    "verified": "green",
    "declared": "cyan",
    "partial": "yellow",
    "not-satisfied": "red",
    "contradicted": "bold red",
    "not-applicable": "bright_black",
    "not-assessed": "magenta",
}
"""A verdict's colour; the word always stands beside it, so that colour alone never says anything."""

GRADES = ("declared", "documented", "decoded", "intact", "authenticated", "fresh")
UNANSWERED = ("not-assessed", "partial", "not-satisfied", "contradicted")
NARROW = 60
"""Columns below which a table has no room for titles; rows are lines of text then."""
MOST_BECAUSE = 300
"""Characters of a because in the terminal; the JSON report has all of it."""


def render(assessment: Assessment, look: Look) -> str:
    """Render for a terminal.

    Args:
        assessment: what to show.
        look: width, colour, and whether to show only what is not satisfied.
    """
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=look.width,
        force_terminal=look.colour,
        color_system="standard" if look.colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        no_color=not look.colour,
        legacy_windows=False,
    )
    for block in _blocks(assessment, look):
        console.print(block)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _blocks(assessment: Assessment, look: Look) -> Iterator[RenderableType]:
    product = assessment.product
    name = " ".join(safe(x) for x in (product.vendor, product.model, product.hardware_revision) if x)
    version = f" · firmware {safe(product.firmware_version)}" if product.firmware_version else ""
    # It never wraps: the rest of a long name at the beginning of a line could pass for a headline.
    yield Padding(Text(f"{name}{version}", style="bold", no_wrap=True, overflow="ellipsis"), 0)
    yield Text(f"as of {assessment.as_of.date} · iotassess {assessment.tool_version}", style="bright_black")
    yield Text("a self-assessment against paraphrased requirements", style="bright_black")
    yield ""
    yield from _headlines(assessment)
    errors = [d for d in assessment.discrepancies if d.severity == "error"]
    doubts = [d for d in assessment.discrepancies if d.severity != "error"]
    yield from _discrepancies("Contradictions", errors, "bold red")
    yield from _discrepancies("Doubts: artefacts that nothing vouches for disagree", doubts, "yellow")
    for result in assessment.baselines:
        yield from _missing(assessment, result)
        yield from _proven(assessment, result)
        yield from _table(result, look)
    yield from _artefacts(assessment.artefacts)
    yield from _list("Not done", assessment.not_done)
    yield ""
    yield from _headlines(assessment)


def _headlines(assessment: Assessment) -> Iterator[RenderableType]:
    for result in assessment.baselines:
        yield Text(headline(assessment, result), style="bold")


def _title(text: str, style: str = "bold") -> RenderableType:
    return Padding(Text(text, style=style), (1, 0, 0, 0))


def _discrepancies(title: str, rows: list[Discrepancy], style: str) -> Iterator[RenderableType]:
    if not rows:
        return
    yield _title(f"{title} ({len(rows)})", style)
    for row in rows:
        touched = f" → {safe(', '.join(row.requirements))}" if row.requirements else ""
        yield Padding(Text(f"{safe(row.id)}{touched}", style=style), (0, 0, 0, 2))
        yield Padding(Text(safe(row.message)), (0, 0, 0, 4))


def _missing(assessment: Assessment, result: BaselineResult) -> Iterator[RenderableType]:
    """What keeps requirements from being satisfied, the worst first, with technologies that would help."""
    rows = sorted(
        (r for r in result.requirements if r.verdict in UNANSWERED),
        key=lambda r: -UNANSWERED.index(r.verdict),
    )
    if not rows:
        return
    yield _title(f"Missing in {safe(result.title)}, edition {safe(result.edition)} ({len(rows)})")
    for row in rows:
        head = (f"{safe(row.id)} {row.verdict}", STYLE[row.verdict])
        line = Text.assemble(head, f"  {_named(row)}")
        yield Padding(line, (0, 0, 0, 2))
        if row.verdict != "contradicted":
            yield Padding(Text(safe(_first(row.because), MOST_BECAUSE)), (0, 0, 0, 4))
        means = [safe(assessment.technologies.get(t, t)) for t in row.technologies]
        if means:
            yield Padding(Text(f"means: {', '.join(means)}", style="bright_black"), (0, 0, 0, 4))


def _first(because: Iterable[str]) -> str:
    return next(iter(because), "")


def _proven(assessment: Assessment, result: BaselineResult) -> Iterator[RenderableType]:
    """Every verified line names the artefact, the anchor, its thumbprint, who named it, and the binding."""
    rows = [r for r in result.requirements if r.verdict == "verified"]
    if not rows:
        return
    yield _title(f"Proven ({len(rows)})", "bold green")
    artefacts = {a.path: a for a in _flat(assessment.artefacts)}
    for row in rows:
        head = f"{safe(row.id)} {safe(row.title)} · grade {row.grade} {GRADES[row.grade]}"
        yield Padding(Text(head, style="green"), (0, 0, 0, 2))
        for path in dict.fromkeys(_proving(row.parts)):
            yield Padding(Text(_vouched(artefacts[path])), (0, 0, 0, 4))


def _proving(parts: Iterable[PartResult]) -> Iterator[str]:
    """Artefacts whose authenticated claims an answer used."""
    for part in parts:
        chosen = part.arms[part.chosen] if part.chosen is not None else part
        for claim in chosen.claims:
            if claim.grade >= Grade.AUTHENTICATED and claim.source.artefact:
                yield claim.source.artefact


def _vouched(artefact: Artefact) -> str:
    """Who vouches for an artefact."""
    signature = next((s for s in artefact.signatures if s.status == "verified"), None)
    if signature is None:
        return f"{safe(artefact.path)}: its digest stands in a bound manifest; binding {artefact.binding}"
    mark = f" {safe(signature.thumbprint[:16])}…" if signature.thumbprint else ""
    return (
        f"{safe(artefact.path)}: {safe(signature.alg)} by {safe(signature.key)}{mark}, "
        f"named by the {signature.anchor_source} for {signature.anchor_purpose}; binding {artefact.binding}"
    )


def _flat(artefacts: Iterable[Artefact]) -> Iterator[Artefact]:
    for artefact in artefacts:
        yield artefact
        yield from _flat(artefact.nested)


def _table(result: BaselineResult, look: Look) -> Iterator[RenderableType]:
    rows = [r for r in result.requirements if look.show == "all" or r.verdict in UNANSWERED]
    title = f"{safe(result.title)} ({safe(result.id)} {safe(result.edition)}, {len(rows)} of {result.total})"
    yield _title(title)
    cells = [(safe(r.id), Text(r.verdict, style=STYLE[r.verdict]), _grade(r), _named(r)) for r in rows]
    if look.width < NARROW:
        for id, verdict, grade, name in cells:
            line = Text.assemble(f"{id} ", verdict, f" {grade}".rstrip(), f"  {name}")
            yield Padding(line, (0, 0, 0, 2))
    else:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, expand=False)
        table.add_column("requirement", no_wrap=True)
        table.add_column("verdict", no_wrap=True)
        table.add_column("grade", justify="right", no_wrap=True)
        table.add_column("title", overflow="fold")
        for row in cells:
            table.add_row(*row)
        yield table
    yield Text(_sums(result), style="bright_black")
    if result.because:
        yield Text("held back: " + safe("; ".join(result.because)), style="bright_black")


def _grade(row: RequirementResult) -> str:
    return str(row.grade) if row.verdict in ("verified", "declared") else ""


def _named(row: RequirementResult) -> str:
    return safe(row.title) + (" [gate]" if row.gate else "")


def _sums(result: BaselineResult) -> str:
    both = {v: n + result.recommended.get(v, 0) for v, n in result.mandatory.items()}
    return " · ".join(f"{n} {verdict}" for verdict, n in both.items() if n)


def _artefacts(artefacts: tuple[Artefact, ...]) -> Iterator[RenderableType]:
    if not artefacts:
        return
    yield _title(f"Artefacts ({len(artefacts)})")
    for artefact in _flat(artefacts):
        worst = [p for p in artefact.problems if p.severity != "note"]
        grade = "" if artefact.grade is None else f" · grade {artefact.grade} {GRADES[artefact.grade]}"
        head = (
            f"{safe(artefact.path)} · {safe(artefact.kind or 'not recognised')} · {artefact.authenticity}"
            f" · {artefact.binding or 'not bound'}{grade}"
        )
        lines: list[RenderableType] = [Padding(Text(head), (0, 0, 0, 2))]
        lines += [
            Padding(
                Text(
                    f"{p.severity} {safe(p.id)}: {safe(p.message)}",
                    style="red" if p.severity == "error" else "yellow",
                ),
                (0, 0, 0, 4),
            )
            for p in worst
        ]
        yield Group(*lines)


def _list(title: str, items: tuple[str, ...]) -> Iterator[RenderableType]:
    if not items:
        return
    yield _title(f"{title} ({len(items)})")
    for item in items:
        yield Padding(Text(f"- {safe(item)}"), (0, 0, 0, 2))
