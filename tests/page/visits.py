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


class Visits:
    """Opens pages, and remembers what they did that they must not do."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self._browser = browser
        self._folder = folder
        self._contexts: list[Any] = []
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
        """Open a file in a context of its own."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(WATCH)
        page = context.new_page()
        address = file.as_uri()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request, address))
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
        for context in self._contexts:
            for page in context.pages:
                page.evaluate("0")

    def close(self) -> None:
        """Close what is open, when everything has been told."""
        self.settle()
        for context in self._contexts:
            context.close()
