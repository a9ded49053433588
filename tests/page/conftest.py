"""Pages in a browser: one browser for all tests of a process, whose windows serve one test after another.

Whatever a page must not do is written down while a test uses it: errors, refusals of its policy, and requests
for anything but the file itself. Each test fails at its end if there is any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.page.browser import OPTIONS, chromium, without_browser
from tests.page.visits import RESTORE, Visits, Windows

WINDOW = {"width": 1280, "height": 900}
"""How large a page is shown at first."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium. No test of this suite has an event loop of its own, which this one would disturb."""
    if without_browser():
        pytest.skip(without_browser())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        started = tools.chromium.launch(executable_path=chromium(), args=list(OPTIONS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """Where pages of this process are written."""
    return Path(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def _windows(browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def visit(_windows, folder) -> Iterator[Visits]:
    """Opens pages; afterwards none of them may have done what it must not."""
    visits = Visits(_windows, folder)
    yield visits
    visits.close()
    assert visits.troubles == []


@pytest.fixture(scope="session")
def _kept(_windows, folder) -> Iterator[Visits]:
    visits = Visits(_windows, folder)
    yield visits
    visits.close()


@pytest.fixture
def read(_kept) -> Iterator[Callable[[str], Any]]:
    """Gives pages that stay open, as opening takes longest: for tests that leave them as they are."""
    yield _kept.kept
    _kept.settle()
    assert _kept.forgiven() == []


@pytest.fixture
def use(_kept) -> Iterator[Callable[[str], Any]]:
    """Gives the same pages to tests that press and type, and brings each back to how it was at first."""
    used: list[Any] = []

    def page(name: str) -> Any:
        used.append(_kept.kept(name))
        return used[-1]

    yield page
    for one in used:
        one.set_viewport_size(WINDOW)
        one.evaluate(RESTORE)
    _kept.settle()
    assert _kept.forgiven() == []
