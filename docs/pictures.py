"""Writes docs/pictures/: the page of the flawed example as a reader sees it, taken in Chromium.

Other versions of Chromium draw letters a little differently, so that the pictures are made by hand
(``make pictures``) when the page changes, and nothing compares them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
NODE = Path("profiles") / "sensor-node"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WIDE: Any = {"width": 1280, "height": 860}
TALL: Any = {"width": 1280, "height": 1160}
PHONE: Any = {"width": 390, "height": 844}
SETTLED = 500
"""Milliseconds after which a page stands still."""
ROW = "#requirement-etsi-en-303-645-3\\.1\\.3-5\\.3-10"


def page_of(folder: Path) -> Path:
    """Assess the flawed sensor node and give the page.

    Args:
        folder: to write into.
    """
    page = folder / "report.html"
    nonce = (ROOT / NODE / "evidence" / "nonce.hex").read_text().strip()
    command = [sys.executable, "-m", "iotassess", "assess", NODE / "flawed.yaml", "-t", NODE / "anchors"]
    command += ["--nonce", nonce, "--as-of", "2026-11-01", "-f", f"html={page}"]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own command
    return page


def take(page: Page) -> None:
    """Take all pictures of an open page.

    Args:
        page: in a wide window, in light.
    """

    def shot(name: str) -> None:
        page.wait_for_timeout(SETTLED)  # rows are laid out when they come into view
        page.screenshot(path=PICTURES / f"{name}.png")

    shot("first-screen")
    page.emulate_media(color_scheme="dark")
    shot("first-screen-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(TALL)
    page.evaluate("location.hash = '#boot'")
    shot("boot-chain")
    page.evaluate("location.hash = '#map'")
    shot("evidence-map")
    page.evaluate(f"location.hash = {ROW.replace(chr(92), '')!r}")
    shot("requirement")
    page.set_viewport_size(PHONE)
    page.evaluate("location.hash = ''; scrollTo(0, 0)")
    shot("phone")


def main() -> int:
    """Write the pictures."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("no Chromium found; on Debian: apt-get install chromium", file=sys.stderr)
        return 2
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        chromium = tool.chromium.launch(executable_path=browser, args=list(QUIET))
        page = chromium.new_page(viewport=WIDE, reduced_motion="reduce")
        page.goto(page_of(Path(folder)).as_uri())
        take(page)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
