"""How long a large page keeps a browser busy (``python -m tests.page.measure``). Nothing here is asserted.

A task of more than 50 ms is what the Long Tasks API calls long; above 200 ms people notice. Of each action
the longest task of several rounds is printed, and times mean something only on a machine that does nothing
else.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.page.browser import OPTIONS, chromium, without_browser
from tests.page.pages import PAGES, rendered

AIM = 200
"""Milliseconds that no task should take."""
REST = 700
"""Milliseconds of quiet after an action: what it caused has to be over."""
WATCH = """
window.tasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.tasks.push(Math.round(entry.duration));
}).observe({ type: "longtask", buffered: true });
"""

Action = tuple[str, Callable[[Any], object]]


def press(selector: str) -> Callable[[Any], object]:
    """A click, by the page's own event, so that the tool's own work is not measured."""
    return lambda page: page.locator(selector).first.evaluate(
        "(element) => { setTimeout(() => element.click()); }"
    )


def typed(text: str) -> Callable[[Any], object]:
    return lambda page: page.locator("#f-text").press_sequentially(text, delay=90)


def verdict(name: str) -> Callable[[Any], object]:
    return press(f"#filter button[data-value='{name}']")


ACTIONS: tuple[Action, ...] = (
    ("scroll to the requirements", lambda page: page.evaluate("location.hash = 'requirements'")),
    ("type six letters", typed("secure")),
    ("and a second word", typed(" boot")),
    ("reset", press("#f-reset")),
    ("one verdict on", verdict("declared")),
    ("a second verdict on", verdict("partial")),
    ("first verdict off", verdict("declared")),
    ("reset", press("#f-reset")),
    ("only what is contradicted", verdict("contradicted")),
    ("open all of it", press("#f-open")),
    ("all rows again", press("#f-reset")),
    ("open all rows", press("#f-open")),
    ("filter open rows", verdict("declared")),
    ("all of them again", press("#f-reset")),
    ("close all rows", press("#f-close")),
    ("follow a number", press(".counts a")),
    ("follow a link to a hidden row", press(".split a[href^='#requirement']")),
    ("another theme", press("#theme")),
    ("a fact of the map lights up", lambda page: page.locator(".map .fact").first.hover()),
)


def measured(browser: Any, file: Path, width: int) -> list[tuple[str, int]]:
    """Each action with the longest task that it caused, in milliseconds; 0 where none was long."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    start = time.monotonic()
    page.goto(file.as_uri())
    loaded = round((time.monotonic() - start) * 1000)
    found = [("until it is loaded, in all", loaded), ("load: longest task", longest(page))]
    for name, act in ACTIONS:
        act(page)
        found.append((name, longest(page)))
    context.close()
    return found


def longest(page: Any) -> int:
    page.wait_for_timeout(REST)
    return int(
        page.evaluate("() => { const found = Math.max(0, ...tasks); tasks.length = 0; return found; }")
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", nargs="?", default="large", choices=PAGES)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if without_browser():
        raise SystemExit(without_browser())
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        file = Path(folder) / f"{asked.page}.html"
        file.write_bytes(rendered(asked.page).encode())
        print(f"{asked.page}: {file.stat().st_size:,} bytes; load average {os.getloadavg()[0]:.1f}")
        browser = tools.chromium.launch(executable_path=chromium(), args=list(OPTIONS))
        for width in (1280, 390):
            rounds = [measured(browser, file, width) for _ in range(asked.rounds)]
            print(f"\n{f'milliseconds, window of {width}':<36} {'best':>6} {'worst':>6}")
            for results in zip(*rounds, strict=True):
                name, times = results[0][0], [time for _, time in results]
                late = "  above the aim" if min(times) > AIM and "in all" not in name else ""
                print(f"{name:<36} {min(times):>6} {max(times):>6}{late}")
        browser.close()


if __name__ == "__main__":
    main()
