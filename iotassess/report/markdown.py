"""A summary in Markdown, for a step summary of GitHub or a comment on a merge request.

The gate's answer comes first, with its reasons and the waivers, then the headlines, then what contradicts and
what is missing. The terminal and JSON reports tell more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, RequirementResult
from iotassess.model.gate import Finding, Gate
from iotassess.model.waiver import Waiver, WaiverUse
from iotassess.report.gate_text import STATES, answer
from iotassess.report.headline import headline, short_name
from iotassess.report.markdown_text import code, document, folded, prose, table
from iotassess.report.registry import Look

MOST_WHY = 600
"""Characters of a reason in a cell; the JSON report has all of it."""
MOST_NAME = 120
"""Characters of a name, a path or an id."""
UNSATISFIED = ("contradicted", "not-satisfied", "partial", "not-assessed")
"""Verdicts that leave something missing, the worst first."""

NOTICE = "A self-assessment against paraphrased requirements."


def render(assessment: Assessment, look: Look) -> str:
    """Render as Markdown, of a size that GitHub and GitLab take.

    Args:
        assessment: what to show.
        look: for the path of the profile.
    """
    return document(_lines(assessment, look.profile or assessment.profile_path))


def _lines(assessment: Assessment, profile: str) -> Iterator[str]:
    gate = assessment.gate
    if gate is None:
        example = "EXAMPLE · " if assessment.example else ""
        yield from (f"## {example}iotassess: device security", "")
        yield from _about(assessment)
        yield from _waivers(assessment)
    else:
        yield from (f"## {prose(answer(assessment, gate))}", "")
        yield from _about(assessment)
        yield from _gate(assessment, gate, profile)
    yield from _headlines(assessment)
    errors = [d for d in assessment.discrepancies if d.severity == "error"]
    doubts = [d for d in assessment.discrepancies if d.severity != "error"]
    yield from _discrepancies("Contradictions", errors)
    yield from _discrepancies("Doubts: artefacts that nothing vouches for disagree", doubts)
    for result in assessment.baselines:
        yield from _missing(result)
    yield from _list("Not done", map(prose, assessment.not_done))


def _about(assessment: Assessment) -> Iterator[str]:
    """Product, moment and tool. The first word is ours, since a bot could read others as a command."""
    product = assessment.product
    names = [code(x, MOST_NAME) for x in (product.vendor, product.model, product.hardware_revision) if x]
    pieces = [f"Product {' '.join(names)}"] if names else []
    if product.firmware_version:
        pieces.append(f"firmware {code(product.firmware_version, MOST_NAME)}")
    pieces += [f"as of {assessment.as_of.date}", f"iotassess {prose(assessment.tool_version)}"]
    yield from (" · ".join(pieces), "", NOTICE, "")


# --- the gate ----------------------------------------------------------------------------------------------


def _gate(assessment: Assessment, gate: Gate, profile: str) -> Iterator[str]:
    for path in assessment.unusable:
        yield from (f"**No verdict**: nothing in {code(path, MOST_NAME)} is a known artefact.", "")
    if gate.failures:
        yield from _title("Reasons", gate.failures)
        rows = [(code(f.rule), _where(f, profile), _why(f)) for f in gate.failures]
        yield from table(("rule", "where", "why"), rows)
    if gate.waived:
        yield from _title("Waived", gate.waived)
        rows = [
            (code(f.rule), _where(f, profile), f"{_why(f)} - {'; '.join(map(_waiver, f.waivers))}")
            for f in gate.waived
        ]
        yield from table(("rule", "where", "why, and by whom it is waived"), rows)
    idle = [_idle(use) for use in assessment.waivers if use.state != "applied"]
    yield from _list("Waivers that hold nothing back", idle)
    yield from _list("Undecided (mandatory, not assessed)", [code(id, MOST_NAME) for id in gate.undecided])
    off = [code(id) for id, outcome in gate.rules.items() if outcome == "off"]
    yield from _list("Rules that the policy switches off", off)


def _where(found: Finding, profile: str) -> str:
    return code(f"{profile}:{found.place.line}")


def _why(found: Finding) -> str:
    offset = "" if found.offset is None else f" (offset {found.offset})"
    return prose(found.message, MOST_WHY) + offset + ("" if found.lapsed is None else _lapsed(found.lapsed))


def _waiver(waiver: Waiver) -> str:
    return (
        f"{waiver.reason} until {waiver.expires}, approved by {prose(waiver.approver, MOST_NAME)}: "
        f"{prose(waiver.justification, MOST_WHY)}"
    )


def _lapsed(waiver: Waiver) -> str:
    return f" - its waiver ended on {waiver.expires}, {code(f'{waiver.file}:{waiver.line}')}"


def _idle(use: WaiverUse) -> str:
    waiver = use.waiver
    at = code(f"{waiver.file}:{waiver.line}")
    return f"{at}: {code(waiver.target, MOST_NAME)}: {STATES.get(use.state, use.state)}"


def _waivers(assessment: Assessment) -> Iterator[str]:
    """The waivers of a run without a gate: with one, its answer has them."""
    told = [f"{code(w.target, MOST_NAME)}: {state}; {_waiver(w)}" for w, state in assessment.waivers]
    yield from _list("Waivers; they change no verdict", told)


# --- the baselines -----------------------------------------------------------------------------------------


def _headlines(assessment: Assessment) -> Iterator[str]:
    if assessment.baselines:
        yield from ("### Baselines", "")
        for result in assessment.baselines:
            yield f"- {prose(headline(assessment, result))}"
        yield ""


def _discrepancies(title: str, found: Sequence[Discrepancy]) -> Iterator[str]:
    if not found:
        return
    yield from _title(title, found)
    rows = []
    for row in found:
        waived = f" - waived until {row.waiver.expires}" if row.waiver else ""
        touched = ", ".join(code(id, MOST_NAME) for id in dict.fromkeys(row.requirements))
        rows.append((code(row.id, MOST_NAME), prose(row.message, MOST_WHY) + waived, touched))
    yield from table(("id", "what disagrees", "requirements"), rows)


def _missing(result: BaselineResult) -> Iterator[str]:
    """What keeps requirements from being satisfied, the worst first."""
    rows = sorted(
        (r for r in result.requirements if r.verdict in UNSATISFIED),
        key=lambda r: UNSATISFIED.index(r.verdict),
    )
    if rows:
        name = code(result.short_name or short_name(result.id), MOST_NAME)
        yield from (f"### Missing of {name} ({len(rows)} of {result.total})", "")
        cells = ((f"{code(r.id, MOST_NAME)} {prose(r.title)}", _verdict(r), _because(r)) for r in rows)
        yield from folded("Show what is missing", table(("requirement", "verdict", "because"), cells))


def _verdict(row: RequirementResult) -> str:
    return f"{row.verdict}, waived until {row.waiver.expires}" if row.waiver else row.verdict


def _because(row: RequirementResult) -> str:
    return prose(next(iter(row.because), ""), MOST_WHY)


def _title(text: str, rows: Sequence[object]) -> Iterator[str]:
    yield from (f"### {text} ({len(rows)})", "")


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    rows = list(items)
    if rows:
        yield from _title(title, rows)
        yield from (f"- {item}" for item in rows)
        yield ""
