"""A fleet's summary as one page: the answer, what calls for action, and the fleet from all sides.

It is made as the page of an assessment is: by the same engine, which escapes everything, in the same style.
It needs no script, and its policy admits none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from iotassess.model.fleet import COMPONENT_MATCHES, SharedKey, StaleDevice, Summary, VerdictRow, Worsened
from iotassess.report import fleet_summary_figures as drawing
from iotassess.report import fleet_summary_words as words
from iotassess.report.fleet_summary_figures import Box, bar, figures
from iotassess.report.fleet_summary_time import parts_of, periods_in
from iotassess.report.fleet_summary_words import number, place, share
from iotassess.report.html.page import _digest, _environment, _part
from iotassess.report.html.words import VERDICTS

MOST_ROWS: Final = 300
"""Rows of a table; the JSON has all of them."""


MOST_VERSIONS: Final = 40
"""Firmware versions of a model."""


class Card(NamedTuple):
    """A share at a glance.

    Attributes:
        name: of what.
        said: the share.
        of: the numbers behind it.
        length: of its bar.
        means: in words.
    """

    name: str
    said: str
    of: str
    length: int
    means: str


class Part(NamedTuple):
    """One of the things that all tokens are divided into: its name, number, share and meaning."""

    name: str
    tokens: int
    share: str
    means: str


class Requirement(NamedTuple):
    """An attestation requirement, the verdicts that tokens got, the worst first, and a bar of them."""

    id: str
    title: str
    counts: tuple[tuple[str, int], ...]
    boxes: tuple[Box, ...]


def render(summary: Summary, *, folder: str = "") -> str:
    """Render as one HTML page.

    Args:
        summary: what to show.
        folder: the current folder, absolute: paths are told from there; "" where it is not known.
    """
    style = _part("page.css") + _part("fleet_summary.css")
    return (
        _environment()
        .get_template("fleet_summary.html")
        .render(
            summary=summary,
            style=Markup(style),  # noqa: S704 - our own file
            policy=_policy(style),
            said=words,
            number=number,
            share=share,
            counted=words.counted,
            place=lambda text: place(text, folder),
            actions=words.actions(summary),
            cards=_cards(summary),
            authenticity=_authenticity(summary),
            components=_components(summary),
            baselines=_baselines(summary.verdicts),
            firmware=words.firmware(summary, MOST_ROWS, MOST_VERSIONS),
            figures=figures(summary),
            drawing=drawing,
            parts_of=parts_of,
            each=periods_in(summary.drift, summary.period, drawing.MOST_STRETCHES),
            shared=[row for row in summary.shared_keys.rows if isinstance(row, SharedKey)],
            worsened=[row for row in summary.worsened.rows if isinstance(row, Worsened)],
            stale=[row for row in summary.stale.rows if isinstance(row, StaleDevice)],
            verdict_words=VERDICTS,
            most=MOST_ROWS,
        )
    )


def _policy(style: str) -> str:
    """What the browser may do: this style, and nothing else from anywhere."""
    return f"default-src 'none'; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"


def _cards(summary: Summary) -> tuple[Card, ...]:
    authenticated = summary.authenticity.get("authenticated", 0)
    matched = sum(summary.component_match.get(name, 0) for name in ("match", "digest-only"))
    return (
        _card("Sound", summary.sound, summary.records, "record", words.SOUND),
        _card("Authenticated", authenticated, summary.records, "record", words.AUTHENTICITY["authenticated"]),
        _card("Matched", matched, authenticated, "authenticated token", words.MATCHED),
    )


def _card(name: str, part: int, whole: int, noun: str, means: str) -> Card:
    length = part * drawing.BAR // whole if whole else 0
    return Card(name, share(part, whole), f"{number(part)} of {words.counted(whole, noun)}", length, means)


def _authenticity(summary: Summary) -> tuple[Part, ...]:
    counts = {**summary.authenticity, "no token": words.unreadable(summary)}
    meaning = {**words.AUTHENTICITY, "no token": "the record holds none that can be read"}
    return tuple(_parts(counts, meaning, (*words.AUTHENTICITY, "no token"), summary.records))


def _components(summary: Summary) -> tuple[Part, ...]:
    counts = summary.component_match
    order = (*COMPONENT_MATCHES, *sorted(counts.keys() - set(COMPONENT_MATCHES)))
    return tuple(_parts(counts, words.COMPONENTS, order, sum(counts.values())))


def _parts(
    counts: Mapping[str, int], meaning: Mapping[str, str], order: Iterable[str], whole: int
) -> Iterable[Part]:
    for name in order:
        count = counts.get(name, 0)
        if count:
            yield Part(name, count, share(count, whole), meaning.get(name, ""))


def _baselines(rows: Iterable[VerdictRow]) -> list[tuple[str, list[Requirement]]]:
    return [
        (baseline, [_requirement(row) for row in group])
        for baseline, group in groupby(rows, key=lambda row: row.column.baseline)
    ]


def _requirement(row: VerdictRow) -> Requirement:
    known: tuple[Any, ...] = tuple(VERDICTS)
    order = [*known, *(name for name in row.counts if name not in VERDICTS)]
    counts = tuple((name, row.counts[name]) for name in order if row.counts.get(name))
    return Requirement(row.column.requirement, row.column.title, counts, bar(row.counts, order))
