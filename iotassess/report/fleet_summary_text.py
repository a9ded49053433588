"""A fleet's summary for a terminal: the answer, what calls for action, then the fleet from all sides.

Every text that came out of a token, a file name or a profile is made harmless, and stands behind an indent,
where nothing looks like the first line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iotassess.model.fleet import Listed, SharedKey, StaleDevice, Summary, Worsened
from iotassess.report import fleet_summary_tables as tables
from iotassess.report.escape import inert, safe
from iotassess.report.fleet_summary_tables import MOST_TEXT, Screen
from iotassess.report.fleet_summary_words import (
    NOTICE,
    SOUND,
    SPACE,
    UNKNOWN_MODEL,
    actions,
    calm,
    counted,
    discrepancy,
    duration,
    fault,
    headline,
    moment,
    number,
    place,
    problem,
)
from iotassess.report.grid import Head
from iotassess.report.layout import Span

MOST_DEVICES: Final = 10
"""Devices or keys of a list."""
MOST_ERRORS: Final = 10
MOST_NOTES: Final = 12
"""Notes of each kind: the JSON has all of them."""
MOST_NAME: Final = 64
"""Characters of a name in a list of several."""


def render(summary: Summary, *, width: int, colour: bool, folder: str = "") -> str:
    """Render for a terminal.

    Args:
        summary: what to show.
        width: columns of the terminal.
        colour: whether ANSI colours may be used.
        folder: the current folder, absolute: paths are told from there; "" where it is not known.
    """
    lines = _lines(summary, Screen(width, colour, folder))
    return "".join(f"{inert(line.replace(SPACE, ' ').rstrip())}\n" for line in lines)


def _lines(summary: Summary, screen: Screen) -> Iterator[str]:
    yield from _head(summary, screen)
    yield from _actions(summary, screen)
    yield from _shared(summary.shared_keys, screen)
    yield from _worsened(summary.worsened, screen)
    yield from tables.models(summary, screen)
    yield from tables.firmware(summary, screen)
    yield from tables.tokens(summary, screen)
    yield from tables.verdicts(summary, screen)
    title = "Tokens that disagree with profiles"
    yield from tables.ids(title, summary.discrepancies, discrepancy, screen)
    yield from tables.ids("Problems of tokens", summary.problems, problem, screen)
    yield from tables.ids("Faults of records", summary.faults, fault, screen, "record")
    yield from tables.drift(summary, screen)
    yield from _stale(summary, screen)
    yield from _errors(summary, screen)
    yield from _notes("Not done", summary.not_done, screen)
    yield from _notes("Counted together", summary.cut, screen)
    yield from _by(summary, screen)


def _head(summary: Summary, screen: Screen) -> Iterator[str]:
    style = "bold red" if any(action.bad for action in actions(summary)) else "bold"
    *pieces, last = headline(summary)
    yield from screen.pieces(*(Span(f"{piece} ·", style) for piece in pieces), Span(last, style), indent=0)
    devices = counted(summary.devices, "device")
    about = f"as of {summary.as_of.date} · {devices} · iotassess {summary.tool_version} · {NOTICE}"
    yield from screen.text(about, "bright_black", 0)
    yield from screen.text(f"sound: {SOUND}", "bright_black", 0)


def _actions(summary: Summary, screen: Screen) -> Iterator[str]:
    found = actions(summary)
    yield from screen.title("What calls for action")
    if not found:
        yield from screen.text(calm(summary))
    for action in found:
        mark, style = ("✗", "red") if action.bad else ("!", "yellow")
        yield from screen.text(f"{mark} {safe(action.said)}", style)
        yield from screen.text(safe(action.means), "bright_black", 4)


# --- devices ------------------------------------------------------------------------------------


def _shared(listed: Listed, screen: Screen) -> Iterator[str]:
    keys = [row for row in listed.rows[:MOST_DEVICES] if isinstance(row, SharedKey)]
    if not keys:
        return
    yield from screen.title(f"Keys that several devices share ({number(listed.total)})", "bold red")
    for key in keys:
        yield from screen.text(f"{safe(key.thumbprint)}: {counted(key.devices, 'device')}", "red")
        for name in key.named:
            yield from screen.text(safe(name, MOST_TEXT), indent=4)
        if key.devices > len(key.named):
            yield from screen.text(f"and {number(key.devices - len(key.named))} more", "bright_black", 4)
    yield from screen.more(listed.total - len(keys))


def _worsened(listed: Listed, screen: Screen) -> Iterator[str]:
    rows = [row for row in listed.rows[:MOST_DEVICES] if isinstance(row, Worsened)]
    if not rows:
        return
    yield from screen.title(f"Devices that were sound and are no longer ({number(listed.total)})", "bold red")
    for row in rows:
        model = safe(row.model, MOST_NAME) or UNKNOWN_MODEL
        yield from screen.pieces(Span(safe(row.device, MOST_TEXT), "red"), Span(f"({model})"))
        because = ", ".join(safe(one, MOST_NAME) for one in row.because)
        yield from screen.text(f"sound at {moment(row.was)}, not at {moment(row.now)}: {because}", indent=4)
    yield from screen.more(listed.total - len(rows))


def _stale(summary: Summary, screen: Screen) -> Iterator[str]:
    listed, after = summary.stale, summary.stale_after
    rows = [row for row in listed.rows[:MOST_DEVICES] if isinstance(row, StaleDevice)]
    if not rows or after is None:
        return
    title = f"Devices not heard of for {duration(after)} ({number(listed.total)}), longest first"
    yield from screen.title(title)
    heads = (Head("device"), Head("model"), Head("latest authenticated token", True))
    shown = [
        tables.cells(
            safe(row.device),
            safe(row.model) or UNKNOWN_MODEL,
            "never" if row.last is None else moment(row.last),
        )
        for row in rows
    ]
    yield from screen.grid(heads, shown)
    yield from screen.more(listed.total - len(rows))


# --- the run ------------------------------------------------------------------------------------


def _errors(summary: Summary, screen: Screen) -> Iterator[str]:
    rows = summary.errors
    if not rows:
        return
    yield from screen.title(f"Records without a token, by what they said ({number(len(rows))})")
    for row in rows[:MOST_ERRORS]:
        yield from screen.text(f"{counted(row.tokens, 'record')}: {safe(row.id, MOST_TEXT)}")
        first = safe(place(row.example, screen.folder), MOST_TEXT)
        yield from screen.text(f"first in {first}", "bright_black", 4)
    yield from screen.more(len(rows) - MOST_ERRORS)


def _notes(title: str, notes: tuple[str, ...], screen: Screen) -> Iterator[str]:
    if not notes:
        return
    yield from screen.title(f"{title} ({number(len(notes))})")
    for note in notes[:MOST_NOTES]:
        yield from screen.text(f"- {safe(note, MOST_TEXT)}")
    if len(notes) > MOST_NOTES:
        yield from screen.text(f"and {number(len(notes) - MOST_NOTES)} more: in the JSON", "bright_black")


def _by(summary: Summary, screen: Screen) -> Iterator[str]:
    yield from screen.title("Judged by")
    for model in summary.models[: tables.MOST_ROWS]:
        release = f" {safe(model.release, MOST_NAME)}" if model.release else ""
        example = " (EXAMPLE)" if model.example else ""
        path = safe(place(model.path, screen.folder), MOST_TEXT)
        yield from screen.text(f"profile {path}: {safe(model.name, MOST_TEXT)}{release}{example}")
        yield from screen.text(f"sha256 {safe(model.sha256)}", "bright_black", 4)
    if len(summary.models) > tables.MOST_ROWS:
        yield from screen.text(f"and {number(len(summary.models) - tables.MOST_ROWS)} more: in the JSON")
    if not summary.models:
        yield from screen.text("no profile")
    anchors = "; ".join(safe(one, MOST_TEXT) for one in summary.anchors)
    yield from screen.text(f"trust anchors that you named: {anchors or 'none, so nothing is authenticated'}")
