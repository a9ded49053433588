"""The page of performance: what ``make curves`` measured last, and how to measure it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.generator.markdown import page, prose, table

FIGURES = Path(__file__).resolve().parents[1] / "reference" / "figures.json"

TITLES = {
    "tokens": "Tokens of a fleet, one process",
    "tokens-two": "Tokens of a fleet, two processes",
    "requirements": "Requirements of a baseline",
    "artefacts": "Artefacts beside a profile",
    "components": "Components of a manifest",
}

WHAT = {
    "tokens": """`fleet verify` of PSA tokens (ES256) of 10,000 devices with a key each, answered challenges,
        three baselines; from Parquet to Parquet. Time of verifying alone, and of the whole run with its
        summary.""",
    "tokens-two": "The same on two processes; their memory is that of the largest.",
    "requirements": "An assessment in process, against a baseline made of the rows of a shipped one.",
    "artefacts": """An assessment in process, with tokens of so many devices beside the profile's own
        evidence.""",
    "components": """Reading a signed SUIT manifest of so many components, each with an image to fetch and
        check.""",
}


def performance_page() -> str:
    """Make the page."""
    figures = json.loads(FIGURES.read_text("utf-8"))
    bare = figures["bare_us"]
    return page(
        "Performance",
        prose(
            f"""How time and memory grow with what there is to do. Measured on one machine with
            {figures["cores"]} cores and Python {figures["python"]}, on which one bare ECDSA verification by
            `cryptography` takes {bare:g} µs; on another machine the seconds are others, and the way in
            which they grow is not. `make curves` measures anew, `make bench` prints what is aimed at, as
            ratios."""
        ),
        "![Seconds against the number of things; each curve is a straight line or flatter]"
        "(../pictures/curves.svg)",
        *(block for name in TITLES if figures["curves"].get(name) for block in _curve(name, figures, bare)),
    )


def _curve(name: str, figures: dict[str, Any], bare: float) -> Iterator[str]:
    points = figures["curves"][name]
    yield f"## {TITLES[name]}"
    yield prose(WHAT[name])
    if name.startswith("tokens"):
        yield table(
            ("tokens", "verifying", "whole run", "tokens a second", "of the bare rate, a core", "memory, MB"),
            ((*_fleet_row(point, bare, 2 if name == "tokens-two" else 1),) for point in points),
        )
    else:
        head = (name, "time of one, ms", "µs for each", "memory, MB")
        yield table(head, (_row(point) for point in points))


def _fleet_row(point: dict[str, Any], bare: float, processes: int) -> Iterator[object]:
    rate = point["size"] / point["seconds"]
    yield f"{point['size']:,}"
    yield f"{point['seconds']:.1f} s"
    yield f"{point['whole']:.1f} s"
    yield f"{rate:,.0f}"
    yield f"{rate * bare / 1e6 / processes:.2f}"
    workers = f", workers {point['worker_peak_mb']}" if "worker_peak_mb" in point else ""
    yield f"{point['peak_mb']}{workers}"


def _row(point: dict[str, Any]) -> tuple[object, ...]:
    seconds = point["seconds"]
    each = seconds / point["size"] * 1e6
    return (f"{point['size']:,}", f"{seconds * 1e3:.1f}", f"{each:,.0f}", point["peak_mb"])
