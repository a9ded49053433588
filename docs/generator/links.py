"""Every relative link resolves, anchors included, and every page of docs/ is reached from its index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from docs.generator.markdown import slugs, without_code

INDEX = "docs/index.md"
_LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?\)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def targets(text: str) -> Iterator[str]:
    """Targets of the links of a page that stay in the repository."""
    prose = re.sub(r"`[^`\n]*`", "code", without_code(text))
    for target in _LINK.findall(prose):
        if not _ELSEWHERE.match(target):
            yield target


def resolve(page: str, target: str) -> tuple[str, str]:
    """Split a link into the file that it means, from the root, and its anchor; ``..`` is outside."""
    file, _, anchor = target.partition("#")
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / file).parts if file else PurePosixPath(page).parts:
        if part == "..":
            if not parts:
                return "..", anchor
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts), anchor


def faults(pages: Mapping[str, str], root: Path) -> Iterator[str]:
    """Say which links lead nowhere, and which pages nobody links to.

    Args:
        pages: path from the root → text, of every page to check.
        root: the repository, for links to other files.
    """
    anchors = {path: set(slugs(text)) for path, text in pages.items()}
    linked: dict[str, set[str]] = {path: set() for path in pages}
    for path, text in pages.items():
        for target in targets(text):
            file, anchor = resolve(path, target)
            linked[path].add(file)
            if file == ".." or (file not in pages and not (root / file).exists()):
                yield f"{path}: link to {target}, which does not exist"
            elif anchor and file in pages and anchor not in anchors[file]:
                yield f"{path}: link to {target}, but {file} has no heading or anchor {anchor!r}"
    reached: set[str] = set()
    waiting = [INDEX]
    while waiting:
        path = waiting.pop()
        if path in pages and path not in reached:
            reached.add(path)
            waiting += linked[path]
    for path in sorted(pages):
        if path.startswith("docs/") and path not in reached:
            yield f"{path}: an orphan: no way of links leads to it from {INDEX}"
