"""The report for a terminal: headline, contradictions, what is missing, the table, and the headline again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, RequirementResult, proving
from iotassess.model.claim import grade_name
from iotassess.report import appraisal_text, gate_text
from iotassess.report.escape import inert, safe
from iotassess.report.headline import headline
from iotassess.report.layout import Paragraph, Row, Span, columns, fitted, paragraph, table
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

UNANSWERED = ("not-assessed", "partial", "not-satisfied", "contradicted")
ONE_LINE = 90
"""Columns from which a headline stays one line, since nearly all of it can be seen."""
MOST_WORDS = 36
"""Characters of a document's own word for a verdict."""
MOST_OFFSETS = 4
"""Places in artefacts that a discrepancy points at in the terminal; the JSON report has all of them."""
MOST_BECAUSE = 300
"""Characters of a because in the terminal; the JSON report has all of it."""


def render(assessment: Assessment, look: Look) -> str:
    """Render for a terminal.

    Args:
        assessment: what to show.
        look: width, colour, and whether to show only what is not satisfied.
    """
    lines = [line for block in _blocks(assessment, look) for line in _lines(block, look)]
    return "\n".join(inert(line.rstrip()) for line in lines) + "\n"


def _lines(block: Paragraph | list[Row], look: Look) -> Iterator[str]:
    if isinstance(block, list):
        return table(block, look.width, look.colour)
    return block.lines(look.width, look.colour)


def _blocks(assessment: Assessment, look: Look) -> Iterator[Paragraph | list[Row]]:
    gate = assessment.gate
    if gate is not None:
        yield from gate_text.blocks(assessment, gate, look.profile or assessment.profile_path)
        yield Paragraph()
        if not assessment.baselines:
            yield from _list("Not done", assessment.not_done)
            return
    product = assessment.product
    name = " ".join(safe(x) for x in (product.vendor, product.model, product.hardware_revision) if x)
    version = f" · firmware {safe(product.firmware_version)}" if product.firmware_version else ""
    # It never wraps: the rest of a long name at the beginning of a line could pass for a headline.
    yield paragraph(fitted(f"product: {name}{version}", look.width), "bold", wraps=False)
    yield paragraph(f"as of {assessment.as_of.date} · iotassess {assessment.tool_version}", "bright_black")
    yield paragraph("a self-assessment against paraphrased requirements", "bright_black")
    yield Paragraph()
    yield from _headlines(assessment, look)
    if gate is not None and look.show == "gate":
        yield from _list("Not done", assessment.not_done)
        yield Paragraph()
        yield paragraph(gate_text.answer(assessment, gate), gate_text.style(gate), hang=2)
        return
    yield from _waivers(assessment)
    errors = [d for d in assessment.discrepancies if d.severity == "error"]
    doubts = [d for d in assessment.discrepancies if d.severity != "error"]
    yield from _discrepancies("Contradictions", errors, "bold red")
    yield from _discrepancies("Doubts: artefacts that nothing vouches for disagree", doubts, "yellow")
    for result in assessment.baselines:
        yield from _baseline(assessment, result, look)
    yield from _artefacts(assessment.artefacts)
    yield from _appraisals(assessment, look)
    yield from _list("Not done", assessment.not_done)
    yield Paragraph()
    yield from _headlines(assessment, look)
    if gate is not None:
        yield paragraph(gate_text.answer(assessment, gate), gate_text.style(gate), hang=2)


def _waivers(assessment: Assessment) -> Iterator[Paragraph]:
    """The waivers of a run without a gate: with one, its answer has them."""
    if assessment.gate is not None or not assessment.waivers:
        return
    yield from _title(f"Waivers ({len(assessment.waivers)}); they change no verdict")
    for waiver, state in assessment.waivers:
        told = (
            f"{safe(waiver.target)}: {state}; {waiver.reason} until {waiver.expires}, approved by "
            f"{safe(waiver.approver)}: {safe(waiver.justification, MOST_BECAUSE)}"
        )
        yield paragraph(told, indent=2, hang=2)


def _headlines(assessment: Assessment, look: Look) -> Iterator[Paragraph]:
    """One line a baseline. What wraps stands further in, where nothing looks like a headline."""
    for result in assessment.baselines:
        yield paragraph(headline(assessment, result), "bold", hang=2, wraps=look.width < ONE_LINE)


def _appraisals(assessment: Assessment, look: Look) -> Iterator[Paragraph]:
    """What we make of the tokens ourselves, whatever the baselines ask."""
    if not assessment.appraisals:
        return
    yield from _title("Appraisal of the evidence (AR4SI)")
    for line in appraisal_text.lines(assessment.appraisals, look.width - 2):
        yield paragraph(line.strip(), indent=2 + len(line) - len(line.lstrip()), wraps=False)


def _title(text: str, style: str = "bold") -> Iterator[Paragraph]:
    yield Paragraph()
    yield paragraph(text, style)


def _discrepancies(title: str, rows: list[Discrepancy], style: str) -> Iterator[Paragraph]:
    if not rows:
        return
    yield from _title(f"{title} ({len(rows)})", style)
    for row in rows:
        ids = ", ".join(dict.fromkeys(row.requirements))  # baselines may share a row
        touched = f" → {safe(ids)}" if ids else ""
        waived = f" [waived until {row.waiver.expires}]" if row.waiver else ""
        yield paragraph(f"{safe(row.id)}{touched}{waived}", style, indent=2, hang=2)
        yield paragraph(safe(row.message), indent=4)
        for claim, offset in [(c, o) for c, o in row.located() if o is not None][:MOST_OFFSETS]:
            yield paragraph(
                f"{safe(str(claim.source))} at offset {offset} (0x{offset:x})", "bright_black", indent=4
            )


def _baseline(assessment: Assessment, result: BaselineResult, look: Look) -> Iterator[Paragraph | list[Row]]:
    """All about one baseline, under a heading that says which."""
    heading = f"── {safe(result.title)}, edition {safe(result.edition)} ({safe(result.id)}) "
    yield Paragraph()
    yield paragraph(heading + "─" * (look.width - columns(heading)), "bold", hang=3)
    yield from _missing(assessment, result)
    yield from _proven(assessment, result)
    yield from _table(result, look)
    yield from (_list_of(pieces) for pieces in _sums(result))
    if result.notice:
        yield paragraph(safe(result.notice), "bright_black", indent=2)
    if result.because:
        *ids, last = (safe(id) for id in result.because)
        yield _list_of(["held back:", *(f"{id};" for id in ids), last])


def _list_of(pieces: Iterable[str]) -> Paragraph:
    """Pieces none of which is torn apart where that can be helped."""
    return Paragraph(tuple(Span(piece, "bright_black") for piece in pieces), indent=2, hang=2, whole=True)


def _missing(assessment: Assessment, result: BaselineResult) -> Iterator[Paragraph]:
    """What keeps requirements from being satisfied, the worst first, with technologies that would help."""
    rows = sorted(
        (r for r in result.requirements if r.verdict in UNANSWERED),
        key=lambda r: -UNANSWERED.index(r.verdict),
    )
    if not rows:
        return
    yield from _title(f"Missing ({len(rows)})")
    for row in rows:
        head = Span(f"{safe(row.id)} {_worded(result, row.verdict)}", STYLE[row.verdict])
        yield Paragraph((head, Span(""), Span(_named(row))), indent=2, hang=2)
        if row.verdict != "contradicted":
            yield paragraph(safe(_first(row.because), MOST_BECAUSE), indent=4)
        for word, ids in (("in use", row.in_use), ("means", row.technologies)):
            names = [safe(assessment.technologies.get(t, t)) for t in ids]
            if names:
                yield paragraph(f"{word}: {', '.join(names)}", "bright_black", indent=4)


def _first(because: Iterable[str]) -> str:
    return next(iter(because), "")


def _proven(assessment: Assessment, result: BaselineResult) -> Iterator[Paragraph]:
    """Every verified line names the artefact, the anchor, its thumbprint, who named it, and the binding."""
    rows = [r for r in result.requirements if r.verdict == "verified"]
    if not rows:
        return
    yield from _title(f"Proven ({len(rows)})", "bold green")
    artefacts = {a.path: a for a in walk(assessment.artefacts)}
    for row in rows:
        head = f"{safe(row.id)} {safe(row.title)} · grade {row.grade} {grade_name(row.grade)}"
        yield paragraph(head, "green", indent=2, hang=2)
        for path in dict.fromkeys(proving(row.parts)):
            yield paragraph(_vouched(artefacts[path]), indent=4)


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


def _table(result: BaselineResult, look: Look) -> Iterator[Paragraph | list[Row]]:
    rows = [r for r in result.requirements if look.show == "all" or r.verdict in UNANSWERED]
    yield from _title(f"Requirements ({len(rows)} of {result.total})")
    yield [
        Row(safe(r.id), Span(_worded(result, r.verdict), STYLE[r.verdict]), _grade(r), _named(r))
        for r in rows
    ]


def _grade(row: RequirementResult) -> str:
    return str(row.grade) if row.verdict in ("verified", "declared") else ""


def _named(row: RequirementResult) -> str:
    waived = f" [waived until {row.waiver.expires}]" if row.waiver else ""
    return safe(row.title) + (" [gate]" if row.gate else "") + waived


def _worded(result: BaselineResult, verdict: str) -> str:
    """A verdict, in the document's own words where it has them."""
    word = result.words.get(verdict)
    return f"{safe(word, MOST_WORDS)} ({verdict})" if word else verdict


def _sums(result: BaselineResult) -> Iterator[list[str]]:
    """Verdicts counted: mandatory and recommended apart, and what an organisation does apart from both."""
    groups = {"mandatory": result.mandatory, "recommended": result.recommended, "process": result.process}
    counted = {name: counts for name, counts in groups.items() if any(counts.values())}
    alone = list(counted) == ["recommended"]  # the document makes no such distinction
    for name, counts in counted.items():
        *others, last = (f"{n} {verdict}" for verdict, n in counts.items() if n)
        yield [*([] if alone else [f"{name}:"]), *(f"{told} ·" for told in others), last]


def _artefacts(artefacts: tuple[Artefact, ...]) -> Iterator[Paragraph]:
    if not artefacts:
        return
    yield from _title(f"Artefacts ({len(artefacts)})")
    for artefact in walk(artefacts):
        grade = "" if artefact.grade is None else f" · grade {artefact.grade} {grade_name(artefact.grade)}"
        head = (
            f"{safe(artefact.path)} · {safe(artefact.kind or 'not recognised')} · {artefact.authenticity}"
            f" · {artefact.binding or 'not bound'}{grade}"
        )
        yield paragraph(head, indent=2, hang=2)
        for problem in artefact.problems:
            if problem.severity != "note":
                style = "red" if problem.severity == "error" else "yellow"
                told = f"{problem.severity} {safe(problem.id)}: {safe(problem.message)}"
                yield paragraph(told, style, indent=4)


def _list(title: str, items: tuple[str, ...]) -> Iterator[Paragraph]:
    if not items:
        return
    yield from _title(f"{title} ({len(items)})")
    for item in items:
        yield paragraph(f"- {safe(item)}", indent=2, hang=2)
