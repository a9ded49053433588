"""The browser that pages are opened in, and axe-core, where they are there; else what to install."""

from __future__ import annotations

import importlib.util
import os
import shutil
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--no-sandbox",  # the only page that is opened is our own, and root has no sandbox
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
AXE = Path(__file__).parents[2] / ".venv/axe/node_modules/axe-core/axe.min.js"


@cache
def chromium() -> str:
    """Path of the browser, or "": what ``IOTASSESS_CHROMIUM`` names, else one of the usual names.

    A file that is named and is not there is an error, so that nobody believes to have tested with it.
    """
    named = os.environ.get("IOTASSESS_CHROMIUM")
    if named:
        return _there(Path(named), "IOTASSESS_CHROMIUM")
    return next(filter(None, map(shutil.which, NAMES)), "")


@cache
def axe() -> str:
    """Path of axe-core's script, or "": what ``IOTASSESS_AXE`` names, else where CI puts it."""
    named = os.environ.get("IOTASSESS_AXE")
    if named:
        return _there(Path(named), "IOTASSESS_AXE")
    return str(AXE) if AXE.is_file() else ""


def without_browser() -> str:
    """Why no page can be opened, and what to install; "" where one can."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed: pip install -e '.[test]'"
    if not chromium():
        return "no Chromium is installed: apt-get install chromium, or name one in IOTASSESS_CHROMIUM"
    return ""


def without_axe() -> str:
    """Why accessibility cannot be tested, and what to install; "" where it can."""
    if axe():
        return ""
    return (
        "axe-core is not installed: npm install --prefix .venv/axe --no-save --ignore-scripts axe-core@4, "
        "or name axe.min.js in IOTASSESS_AXE"
    )


def _there(path: Path, variable: str) -> str:
    if not path.is_file():
        raise FileNotFoundError(f"{variable} names {path}, which is no file")
    return str(path)
