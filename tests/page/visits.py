"""A browser's visits to pages, and what the pages did that they must not do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.page import pages

WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
RESTORE = """() => {
  document.getElementById("f-reset")?.click();
  for (const details of document.querySelectorAll("details[open]")) details.open = false;
  document.activeElement.blur();
  history.replaceState(null, "", location.pathname);
  scrollTo(0, 0);
}"""
PATIENCE = 15_000
"""Milliseconds until a wait is given up: a loaded machine is slow, and that is no fault of the page."""


class Windows:
    """Windows of the browser, which serve one test after another: to open one takes longer than a page."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._idle: dict[bool, list[Any]] = {True: [], False: []}

    def take(self, *, width: int, height: int, theme: str, script: bool) -> Any:
        """An empty window of that size, in which nobody has pressed or chosen anything."""
        page = self._idle[script].pop() if self._idle[script] else self._opened(script=script)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="null", color_scheme=theme, forced_colors="null")
        return page

    def give_back(self, page: Any, *, script: bool) -> None:
        """Leave the page, so that the next one of the same address is loaded and not only scrolled to."""
        page.mouse.move(0, 0)
        page.goto("about:blank")
        self._idle[script].append(page)

    def _opened(self, *, script: bool) -> Any:
        context = self._browser.new_context(reduced_motion="reduce", java_script_enabled=script)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(WATCH)
        return context.new_page()


class Visits:
    """Opens pages, and remembers what they did that they must not do."""

    def __init__(self, windows: Windows, folder: Path) -> None:
        self._windows = windows
        self._folder = folder
        self._open: list[tuple[Any, bool, dict[str, Any]]] = []
        self._kept: dict[str, Any] = {}
        self.troubles: list[str] = []

    def __call__(self, name: str, fragment: str = "", **looks: Any) -> Any:
        """Open the page of that name (see ``pages.PAGES``)."""
        return self.file(pages.written(name, self._folder), fragment, **looks)

    def kept(self, name: str) -> Any:
        """The page of that name, opened when it is first asked for."""
        if name not in self._kept:
            self._kept[name] = self(name)
        return self._kept[name]

    def html(self, html: str, **looks: Any) -> Any:
        """Open a page that the test made."""
        file = self._folder / f"own-{len(list(self._folder.iterdir()))}.html"
        file.write_bytes(html.encode())
        return self.file(file, **looks)

    def file(
        self,
        file: Path,
        fragment: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        theme: str = "light",
        script: bool = True,
    ) -> Any:
        """Open a file in a window that no other test has at the time."""
        page = self._windows.take(width=width, height=height, theme=theme, script=script)
        address = file.as_uri()
        listeners: dict[str, Any] = {
            "console": self._heard,
            "pageerror": lambda error: self.troubles.append(f"error: {error}"),
            "request": lambda request: self._asked(request, address),
        }
        for event, listener in listeners.items():
            page.on(event, listener)
        self._open.append((page, script, listeners))
        page.goto(address + fragment)
        return page

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any, address: str) -> None:
        if request.url.partition("#")[0] != address:
            self.troubles.append(f"request: {request.url}")

    def forgiven(self) -> list[str]:
        """What a test expected and has seen: taken from the list."""
        found, self.troubles = self.troubles, []
        return found

    def settle(self) -> None:
        """Let everything be told that was to be told: an answer comes after all events before it."""
        for page, _, _ in self._open:
            page.evaluate("0")

    def close(self) -> None:
        """Leave what is open, when everything has been told."""
        self.settle()
        for page, script, listeners in self._open:
            for event, listener in listeners.items():
                page.remove_listener(event, listener)
            self._windows.give_back(page, script=script)
        self._open.clear()
