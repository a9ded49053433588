"""The example profiles: where they are, how they are assessed, and how a test gets a copy to break."""

from __future__ import annotations

import datetime
import functools
import shutil
from collections.abc import Sequence
from pathlib import Path

from iotassess.assess import assess
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.crosswalk import between
from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.registry import KINDS
from iotassess.evidence.verification import Nonce
from iotassess.intake import Request
from iotassess.model.assessment import AsOf, Assessment
from iotassess.model.crosswalk import Link
from iotassess.policy.gate import Will
from iotassess.profile import load_profile

ROOT = Path(__file__).parents[1]
PROFILES = ROOT / "profiles"
PRODUCTS = ("sensor-node", "smart-plug")
TWINS = tuple((product, twin) for product in PRODUCTS for twin in ("good", "flawed"))

DAY = "2026-11-01"
START = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
AS_OF = AsOf(START, START + datetime.timedelta(days=1, microseconds=-1))


def challenge(product: str) -> str:
    """The challenge that the tokens of a product answer, in hex."""
    return (PROFILES / product / "evidence" / "nonce.hex").read_text().strip()


def options(product: str, folder: Path | None = None) -> list[str]:
    """The options that its README assesses a product with."""
    anchors = (folder or PROFILES / product) / "anchors"
    return ["-t", str(anchors), "--as-of", DAY, "--nonce", challenge(product)]


def copy(product: str, tmp_path: Path) -> Path:
    """A copy of a product's folder."""
    return Path(shutil.copytree(PROFILES / product, tmp_path / product))


def edit(file: Path, *pairs: tuple[str, str]) -> None:
    """Replace pieces of a text file, each of which must be there."""
    text = file.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text)


def request(
    product: str,
    *artefacts: Path | str,
    folder: Path | None = None,
    anchors: Sequence[AnchorSpec] | None = None,
    **more: object,
) -> Request:
    """What the README's command line asks for, with artefacts and other changes."""
    named = [AnchorSpec((folder or PROFILES / product) / "anchors", None)] if anchors is None else anchors
    fields: dict[str, object] = {
        "as_of": AS_OF,
        "artefacts": [Path(path) for path in artefacts],
        "anchors": named,
        "nonces": [Nonce(None, bytes.fromhex(challenge(product)))],
        "kinds": KINDS,
        **more,
    }
    return Request(**fields)  # type: ignore[arg-type]


def judge(
    profile: Path,
    asked: Request,
    will: Will | None = None,
    *,
    picture: bool = False,
    baselines: tuple[str, ...] = DEFAULTS,
) -> Assessment:
    """Assess a profile, ask the gate if a will is given, and make the picture if a report is to be drawn."""
    links = _crosswalk(baselines) if picture else None
    return assess(
        load_profile(profile),
        asked,
        _catalogues(baselines),
        tool_version="0.0.0",
        will=will,
        crosswalk=links,
    )


@functools.cache
def drawn(product: str, twin: str) -> Assessment:
    """Assess a twin with the picture that only drawn reports show."""
    return judge(PROFILES / product / f"{twin}.yaml", request(product), picture=True)


@functools.cache
def _catalogues(baselines: tuple[str, ...]) -> list[Catalogue]:
    return [load_catalogue(name) for name in baselines]


@functools.cache
def _crosswalk(baselines: tuple[str, ...]) -> tuple[Link, ...]:
    return between(_catalogues(baselines))
