"""How time and memory grow with what there is to do (``make curves``), for docs/reference/performance.md.

    python tests/curves.py [--most-tokens N]

Each point is measured in a process of its own, so that its memory is its own. Seconds are of processor time,
and mean nothing on another machine; how they grow does. Nothing here is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "docs" / "reference" / "figures.json"
PICTURE = ROOT / "docs" / "pictures" / "curves.svg"
EXAMPLE = ROOT / "profiles" / "sensor-node"
SMALL = ROOT / "profiles" / "smart-plug"
DAY = "2026-11-01"
DEVICES = 10_000

SIZES: dict[str, list[int]] = {
    "tokens": [100, 1_000, 10_000, 100_000, 1_000_000],
    "tokens-two": [10_000, 100_000, 1_000_000],
    "requirements": [83, 166, 332, 664, 1_328, 2_656],
    "artefacts": [1, 4, 16, 64, 256],
    "components": [1, 4, 16, 32, 64],
}
"""What grows → how large it is made."""


def main() -> None:
    """Measure every point, each in a process of its own, and write the figures."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--most-tokens", type=int, default=100_000, help="a million take minutes")
    options.add_argument("--only", choices=sorted(SIZES), help="measure one curve, keep the others")
    options.add_argument("--point", nargs=3, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.point:
        name, size, folder = asked.point
        print(json.dumps(_point(name, int(size), Path(folder))))
        return
    figures = json.loads(FIGURES.read_text()) if FIGURES.is_file() else {"curves": {}}
    for name in [asked.only] if asked.only else SIZES:
        old = {point["size"]: point for point in figures["curves"].get(name, [])}
        points = []
        for size in SIZES[name]:
            if name.startswith("tokens") and size > asked.most_tokens:
                points += [old[size]] if size in old else []
                continue
            points.append(_measured(name, size))
            print(name, points[-1], flush=True)
        figures["curves"][name] = points
    figures["bare_us"] = round(_bare() * 1e6, 1)
    figures["cores"] = len(os.sched_getaffinity(0))
    figures["python"] = sys.version.split()[0]
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    sys.path.insert(0, str(ROOT))
    from docs.generator.curves_picture import picture

    PICTURE.write_text(picture(figures))


def _measured(name: str, size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        if name.startswith("tokens"):
            make_fleet(Path(scratch), size)
        command = [sys.executable, __file__, "--point", name, str(size), scratch]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def _point(name: str, size: int, folder: Path) -> dict[str, Any]:
    sys.path.insert(0, str(ROOT))
    point = {"size": size, **_CURVES[name](size, folder)}
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    point["peak_mb"] = round(own / 1024)
    if children:
        point["worker_peak_mb"] = round(children / 1024)
    return point


def _bare() -> float:
    """Seconds of one bare ECDSA verification by ``cryptography``."""
    sys.path.insert(0, str(ROOT))
    from tests import bench

    (seconds,) = bench.best(bench.bare_verification(), rounds=10)
    return seconds


# --- tokens -------------------------------------------------------------------------------------


def make_fleet(folder: Path, tokens: int) -> None:
    """Make a fleet's tokens and keys in a folder."""
    sizes = [str(tokens), str(min(tokens, DEVICES))]
    making = [sys.executable, "-m", "tests.fleet.token_fleet", str(folder), *sizes]
    subprocess.run(making, check=True, cwd=ROOT)


def tokens(workers: int) -> Callable[[int, Path], dict[str, Any]]:
    """Make what verifies a fleet that is in a folder, on some processes, and gives its times."""

    def measure(size: int, folder: Path) -> dict[str, Any]:
        from iotassess.baseline.loader import DEFAULTS
        from iotassess.cli.options import parse_as_of
        from iotassess.evidence.trust import parse_anchor_spec
        from iotassess.fleet.engine import engine
        from iotassess.fleet.run import Asked, Progress, run

        asked = Asked(
            inputs=[folder / "tokens.parquet"],
            profiles=[EXAMPLE / "good.yaml"],
            out=folder / "out",
            as_of=parse_as_of(DAY),
            anchors=[parse_anchor_spec(str(EXAMPLE / "anchors"))],
            keys=folder / "keys.parquet",
            baselines=DEFAULTS,
            max_age=datetime.timedelta(days=7),
            stale_after=datetime.timedelta(days=30),
        )
        steps: dict[str, float] = {}

        def tell(far: Progress) -> None:
            steps.setdefault(far.step, time.perf_counter())

        with engine(workers=workers) as runs:
            outcome = run(asked, runs, tell)
            end = time.perf_counter()
        if outcome.summary.sound != size:
            raise SystemExit(f"{outcome.summary.sound} of {size} tokens are sound")
        verifying = steps["looking for shared keys"] - steps["verifying"]
        return {"seconds": round(verifying, 3), "whole": round(end - steps["verifying"], 3)}

    return measure


# --- one assessment -----------------------------------------------------------------------------


def _best(work: Callable[[], object], least: float = 1.0) -> float:
    """Seconds of processor time of one call, the best of some."""
    times: list[float] = []
    while len(times) < 3 or (sum(times) < least and len(times) < 50):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _assessment(profile: Path, **more: Any) -> Callable[[], object]:
    from iotassess.assess import assess
    from iotassess.baseline.loader import load_catalogue
    from iotassess.cli.options import parse_as_of
    from iotassess.evidence.trust import parse_anchor_spec
    from iotassess.intake import Request
    from iotassess.profile import load_profile

    catalogues = more.pop("catalogues", None) or [load_catalogue("enisa-gp-tm")]
    loaded = load_profile(profile)
    anchors = [parse_anchor_spec(str(profile.parent / "anchors"))]
    request = Request(as_of=parse_as_of(DAY), anchors=anchors, **more)
    return lambda: assess(loaded, request, catalogues, tool_version="curves")


def _requirements(size: int, _folder: Path) -> dict[str, Any]:
    """A catalogue of as many requirements as wanted: the rows of a shipped one again and again."""
    from iotassess.baseline.loader import load_catalogue

    shipped = load_catalogue("enisa-baseline")
    rows = shipped.requirements
    many = tuple(
        replace(rows[number % len(rows)], id=f"{rows[number % len(rows)].id}.{number // len(rows)}")
        for number in range(size)
    )
    catalogue = replace(shipped, requirements=many)
    return {"seconds": _best(_assessment(SMALL / "good.yaml", catalogues=[catalogue]))}


def _artefacts(size: int, folder: Path) -> dict[str, Any]:
    """Tokens of as many devices as wanted beside the evidence of a profile."""
    from tests.fleet.token_fleet import device, nonce_of, token

    for number in range(size):
        (folder / f"{number:06d}.cbor").write_bytes(token(device(number), nonce_of(number)))
    return {"seconds": _best(_assessment(EXAMPLE / "good.yaml", artefacts=[folder]))}


def _components(size: int, _folder: Path) -> dict[str, Any]:
    """A manifest of as many components as wanted: read, authenticated, walked."""
    from iotassess.cli.options import parse_as_of
    from iotassess.evidence.context import Context
    from iotassess.evidence.reading import read
    from iotassess.evidence.trust import TrustStore

    data = _manifest(size)
    context = Context("update.suit", TrustStore(), parse_as_of(DAY), read=read)
    artefact = read(data, context)
    if artefact.kind != "suit-envelope" or not artefact.wellformed:
        raise SystemExit(f"no manifest: {artefact.problems}")
    return {"seconds": _best(lambda: read(data, context)), "bytes": len(data)}


def _manifest(components: int) -> bytes:
    """An envelope of one image a component, each with its parameters, conditions and a fetch."""
    import cbor2

    from tests.evidence import suit_builder as suit

    names = [[b"\x00", f"component-{number}".encode()] for number in range(components)]
    shared: list[Any] = [12, True, 20, {1: suit.VENDOR, 2: suit.CLASS}, 1, 15, 2, 15]
    install: list[Any] = []
    for number in range(components):
        image = suit.digest(f"image {number}".encode())
        shared += [12, number, 20, {3: suit.dumps(image), 14: 4096}]
        install += [12, number, 20, {21: f"{suit.URI}?{number}"}, 21, 2, 3, 15]
    manifest = suit.dumps(
        {
            1: 1,
            2: 7,
            3: suit.dumps({2: names, 4: suit.sequence(*shared)}),
            7: suit.sequence(12, True, 3, 15),
            20: suit.sequence(*install),
        }
    )
    digest = suit.dumps(suit.digest(suit.dumps(manifest)))
    wrapper = suit.dumps([digest, suit.cose_block(digest)])
    return cbor2.dumps(cbor2.CBORTag(107, {2: wrapper, 3: manifest}))


_CURVES: dict[str, Callable[[int, Path], dict[str, Any]]] = {
    "tokens": tokens(0),
    "tokens-two": tokens(2),
    "requirements": _requirements,
    "artefacts": _artefacts,
    "components": _components,
}


if __name__ == "__main__":
    main()
