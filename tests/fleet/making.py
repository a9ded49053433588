"""Made-up products and folder trees, for the tests of comparisons."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from iotassess.fleet.comparison import BaselineTitle, RequirementTitle, compare_products
from iotassess.fleet.find_profiles import FoundProfile, FoundProfiles
from iotassess.model.fleet_comparison import WORST_FIRST, Cell, FleetComparison, Product, Standing
from iotassess.model.verdict import Level, Verdict
from tests.examples import PRODUCTS, PROFILES

SHA = "ab" * 32
NAMES = ("R-1", "R-2", "R-3")


def standing(*verdicts: Verdict, level: Level = "L0", baseline: str = "made-up", grade: int = 0) -> Standing:
    """A product's answers to R-1, R-2 …, in this order."""
    cells = {f"R-{n}": Cell(verdict, grade) for n, verdict in enumerate(verdicts, 1)}
    counts = {verdict: verdicts.count(verdict) for verdict in WORST_FIRST}
    return Standing(baseline, level, "", 0.0, 0.5, counts, cells)


def product(path: str, *verdicts: Verdict, level: Level = "L0", **more: object) -> Product:
    """A product before one baseline; without answers it could not be assessed."""
    fields: dict[str, object] = {"vendor": "Maker", "model": path, "sha256": SHA}
    if verdicts:
        fields["standings"] = (standing(*verdicts, level=level),)
    else:
        fields = {"error": "it is no profile"}
    return Product(path, **{**fields, **more})  # type: ignore[arg-type]


def title(names: Sequence[str] = NAMES, sha256: str = SHA, id: str = "made-up") -> BaselineTitle:
    """A baseline."""
    rows = tuple(RequirementTitle(name, f"Title of {name}", "mandatory") for name in names)
    return BaselineTitle(id, "1", "A baseline that was made up", "Made up", sha256, rows)


def compared(products: Sequence[Product], *, sha256: str = SHA, **more: object) -> FleetComparison:
    """Products beside each other."""
    widest = max((len(s.cells) for p in products for s in p.standings), default=1)
    found = FoundProfiles(tuple(FoundProfile(p.path, f"/{p.path}") for p in products), 0, ())
    return compare_products(
        products,
        (title([f"R-{n}" for n in range(1, widest + 1)], sha256),),
        tool_version="0.0.0",
        as_of="2026-11-01",
        found=found,
        **more,  # type: ignore[arg-type]
    )


def tree(folder: Path, count: int, models: Mapping[int, str] | None = None) -> Path:
    """Make a folder tree of products out of the good examples, each of another model.

    Args:
        folder: to make.
        count: how many.
        models: number → the model's name.
    """
    for number in range(count):
        source = PROFILES / PRODUCTS[number % len(PRODUCTS)]
        place = folder / f"line-{number % 3}" / f"product-{number:03}"
        place.mkdir(parents=True)
        for name in ("evidence", "documents", "anchors"):
            if number < 2 * len(PRODUCTS):
                shutil.copytree(source / name, place / name)
        text = (source / ("good.yaml", "flawed.yaml")[number % 5 == 4]).read_text()
        old = next(line for line in text.splitlines() if line.startswith("  model:"))
        new = (models or {}).get(number, f"M{number}")
        (place / "profile.yaml").write_text(text.replace(old, f"  model: {new}", 1))
    return folder
