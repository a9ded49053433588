"""The few forms of Markdown that generated pages use."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

GENERATED = "<!-- Written by docs/generate.py from the running registries: change those, not this. -->"
WIDTH = 110
"""Columns of prose, as in the written pages."""


def page(title: str, *blocks: str) -> str:
    """Put a page together: mark, title, blocks with an empty line between them, a final newline."""
    return "\n\n".join([GENERATED, f"# {title}", *(b.strip("\n") for b in blocks if b.strip())]) + "\n"


def prose(text: str) -> str:
    """Write paragraphs: indentation is taken off, lines are filled anew.

    Args:
        text: as in a triple-quoted string, paragraphs separated by empty lines.
    """
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        textwrap.fill(" ".join(p.split()), WIDTH, break_long_words=False, break_on_hyphens=False)
        for p in paragraphs
    )


def cell(value: object) -> str:
    """Keep a value inside its table cell, on one line."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return " ".join(str(value).split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table.

    Args:
        head: column titles.
        rows: values; each is made to fit its cell.
    """
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell(v) for v in row) + " |" for row in rows]
    return "\n".join(re.sub(r"\|  (?=\|)", "| ", line) for line in lines)


def code(*values: object) -> str:
    """Write values as code, separated by commas."""
    return ", ".join(f"`{value}`" for value in values)


def link(text: str, target: str) -> str:
    """Write a link with code as its text."""
    return f"[`{text}`]({target})"


def anchor(id: str) -> str:
    """Write an id as code with an anchor of the same name, for rows of tables."""
    return f'<a id="{id}"></a>`{id}`'


def items(lines: Iterable[tuple[int, str]]) -> str:
    """Write a nested list.

    Args:
        lines: (depth, text) of each item.
    """
    return "\n".join(f"{'  ' * depth}- {cell(text)}" for depth, text in lines)


def slugs(text: str) -> Iterator[str]:
    """Anchors of a page: those of its headings as GitHub makes them, and explicit ones.

    Args:
        text: the Markdown.
    """
    seen: dict[str, int] = {}
    for line in without_code(text).splitlines():
        yield from re.findall(r'<a id="([^"]+)">', line)
        heading = re.match(r"#{1,6} +(.*)", line)
        if heading:
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).strip().lower()
            slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            count = seen.get(slug, 0)
            seen[slug] = count + 1
            yield f"{slug}-{count}" if count else slug


def without_code(text: str) -> str:
    """Take fenced and indented code out of a page, lines kept."""
    found: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
            found.append("")
        elif mark:
            fence = mark[1]
            found.append("")
        else:
            found.append("" if line.startswith("    ") and not line.lstrip().startswith("- ") else line)
    return "\n".join(found)
