"""Every argument of the command line that names a file or folder, and how it is called."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples import PROFILES, ROOT

NODE = PROFILES / "sensor-node"
PROFILE = "bare.yaml"
"""Of a product without artefacts, in the working folder: see :func:`work_in`."""

TOKEN = str(NODE / "evidence/psa-token.cbor")
KEY = str(ROOT / "fixtures/keys/verifier.key.pem")
JUDGED = [PROFILE, "-b", "nist-ir-8425", "--as-of", "2026-11-01"]

PLACES: dict[str, Callable[[str], list[str]]] = {
    "assess PROFILE": lambda path: ["assess", path],
    "assess ARTEFACT": lambda path: ["assess", *JUDGED, path],
    "assess -b": lambda path: ["assess", PROFILE, "-b", path],
    "assess -t": lambda path: ["assess", *JUDGED, "-t", f"update={path}"],
    "assess --deny": lambda path: ["assess", *JUDGED, "--deny", path],
    "assess --waivers": lambda path: ["assess", *JUDGED, "--waivers", path],
    "assess --sign-with": lambda path: ["assess", *JUDGED, "-f", "ear", "--sign-with", path],
    "gate PROFILE": lambda path: ["gate", path],
    "gate ARTEFACT": lambda path: ["gate", *JUDGED, path],
    "gate --policy": lambda path: ["gate", *JUDGED, "--policy", path],
    "gate --waivers": lambda path: ["gate", *JUDGED, "--waivers", path],
    "gate --against": lambda path: ["gate", *JUDGED, "--against", path],
    "verify ARTEFACT": lambda path: ["verify", path],
    "verify -t": lambda path: ["verify", TOKEN, "-t", path],
    "verify --image": lambda path: ["verify", TOKEN, "--image", f"00={path}"],
    "verify --deny": lambda path: ["verify", TOKEN, "--deny", path],
    "inspect ARTEFACT": lambda path: ["inspect", path],
    "validate PROFILE": lambda path: ["validate", path],
    "diff OLD": lambda path: ["diff", path, path],
    "explain PROFILE": lambda path: ["explain", "GP-TM-01", path],
    "explain ARTEFACT": lambda path: ["explain", "GP-TM-01", PROFILE, path],
    "waivers check FILE": lambda path: ["waivers", "check", path],
    "ics export PROFILE": lambda path: ["ics", "export", path],
    "ics import TABLE": lambda path: ["ics", "import", path],
    "bundle create PROFILE": lambda path: ["bundle", "create", path, "-o", "none.zip", "--sign-with", KEY],
    "bundle create --sign-with": lambda path: [
        "bundle",
        "create",
        *JUDGED,
        "-o",
        "n.zip",
        "--sign-with",
        path,
    ],
    "bundle verify FILE": lambda path: ["bundle", "verify", path],
    "bundle show FILE": lambda path: ["bundle", "show", path],
}
"""Command and argument → command line with a path in that place."""

OUTPUTS: dict[str, Callable[[str], list[str]]] = {
    "assess -f": lambda path: ["assess", *JUDGED, "-f", f"json={path}"],
    "gate -f": lambda path: ["gate", *JUDGED, "-f", f"junit={path}"],
    "ics export -f": lambda path: ["ics", "export", PROFILE, "-f", f"csv={path}"],
    "bundle create -o": lambda path: ["bundle", "create", *JUDGED, "-o", path, "--sign-with", KEY],
}
"""The same for what is written."""

PATH_WORDS = re.compile(r"FILE|PATH|KEY|ARTEFACT|PROFILE|TABLE|OLD|NEW|DIR|FOLDER")


def work_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder the working one, with the profile in it."""
    monkeypatch.chdir(folder)
    (folder / PROFILE).write_text("example: true\nproduct: {vendor: Example, model: Node 1}\n")


def named(folder: Path, name: str) -> str:
    """A path in a folder, absolute, whatever bytes are in the name."""
    return f"{folder}/{name}"
