"""The pages that are opened: each is rendered once in a process, and written where it is first asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from iotassess.model.assessment import Assessment
from iotassess.model.picture import Picture
from iotassess.report.html import page
from iotassess.report.registry import Look
from tests.examples import TWINS, drawn
from tests.page.large import enlarged
from tests.report.gated import gated, shortened, waived_plug

TWIN_PAGES = tuple("-".join(twin) for twin in TWINS)


def _gate() -> Assessment:
    """A release that fails at the gate, with its picture."""
    return replace(
        gated("sensor-node", "flawed", allow=False), picture=drawn("sensor-node", "flawed").picture
    )


def _short(product: str, twin: str) -> Assessment:
    return short(drawn(product, twin))


def _tiny(product: str, twin: str) -> Assessment:
    """The smallest page of an example, of each with another baseline."""
    return tiny(drawn(product, twin), TWINS.index((product, twin)))


def tiny(whole: Assessment, number: int) -> Assessment:
    """The short page with the baseline of that number only, and one artefact of each form."""
    found = short(whole)
    one = found.baselines[number % len(found.baselines)]
    forms = {(a.kind, a.authenticity, a.binding, bool(a.nested)): a for a in found.artefacts}
    return replace(
        found, baselines=(one,), artefacts=tuple(forms.values()), anchors=found.anchors[:MOST_ANCHORS]
    )


def bare() -> Assessment:
    """Everything that may be empty is."""
    found = drawn("smart-plug", "good")
    return replace(
        found,
        artefacts=(), anchors=(), discrepancies=(), baselines=(), not_done=(), appraisals=(), technologies={},
        identity={}, counters=(), picture=Picture((), (), (), {}),
    )  # fmt: skip


def short(found: Assessment) -> Assessment:
    """The same with one row of each verdict that a baseline has, and some of the comparisons."""
    cut = shortened(found)
    picture = found.picture
    if picture is None:
        return cut
    return replace(
        cut,
        picture=picture._replace(
            relations=picture.relations[:: len(picture.relations) // MOST_RELATIONS + 1],
            crosswalk=picture.crosswalk[:MOST_LINKS],
        ),
    )


MOST_RELATIONS = 12
MOST_LINKS = 8
MOST_ANCHORS = 6
"""What is left in a short page: as many as show each form once."""

PAGES: dict[str, Callable[[], Assessment]] = {
    **{"-".join(twin): functools.partial(drawn, *twin) for twin in TWINS},
    **{f"short-{'-'.join(twin)}": functools.partial(_short, *twin) for twin in TWINS},
    **{f"tiny-{'-'.join(twin)}": functools.partial(_tiny, *twin) for twin in TWINS},
    "bare": bare,
    "gate": _gate,
    "short-gate": lambda: short(_gate()),
    "tiny-gate": lambda: tiny(_gate(), 0),
    "waivers": waived_plug,
    "short-waivers": lambda: short(waived_plug()),
    "tiny-waivers": lambda: tiny(waived_plug(), 1),
    "large": lambda: enlarged(drawn("sensor-node", "flawed")),
}
"""Name → what the page shows."""


@functools.cache
def shown(name: str) -> Assessment:
    """What a page shows."""
    return PAGES[name]()


@functools.cache
def rendered(name: str) -> str:
    """A page as text."""
    return page.render(shown(name), Look(profile=f"profiles/{name}.yaml"))


@functools.cache
def written(name: str, folder: Path) -> Path:
    """A page as a file."""
    file = folder / f"{name}.html"
    file.write_bytes(rendered(name).encode())
    return file
