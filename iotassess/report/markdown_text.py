"""Text from profiles and artefacts made harmless in Markdown, and documents that keep to a size.

What reads the result is CommonMark with the extensions of GitHub and GitLab. Some of those look at the text
after Markdown was parsed (mentions, references, emoji, links), so that a backslash does not stop them: an
invisible character stands there between what only together means something. Texts have one line, and never
begin one: what stands before them is ours, so that no line can be a heading or a command to a bot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from iotassess.report.escape import safe

LIMIT = 1_000_000
"""Bytes of a document. GitHub refuses a step summary of more than 1 MiB (Workflow commands, "Job summaries"),
GitLab a comment of more than 1,000,000 characters; a step may have written some of its MiB before."""
CUT = "*This report was cut here, since it is too long to be shown; `-f json` has all of it.*"

BREAK = "&#8203;"
"""ZERO WIDTH SPACE, as a character reference so that the source shows it."""

# Stand-ins while a text is worked on. They are private use characters, which `safe` leaves none of.
_GAP, _BACKSLASH = "\ue000", "\ue001"

_ACTIVE = re.compile(
    r"""
      (?P<gap>
          @                             # a mention notifies; with a name before it, it is a mail address
        | [#!&~%](?=[\w"])              # a reference to an issue, merge request, epic, label or milestone
        | /(?=/)                        # the middle of a URL
        | www(?=\.)                     # a URL without a scheme (GFM, "Autolinks (extension)")
        | :(?=[\w+-]+(?::|\Z))          # an emoji, also with a colon of ours behind it
        | [\[{](?=[+-])                 # GitLab's inline diff
      )
    | (?<!\ue001)\.(?=[^\W\d_])         # a host name, to readers that link those
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What means something beyond single characters."""

_FIRST = re.compile(r"\A(?:(?=[-+=])|\d{1,9}(?=[.)]))")
"""What could begin a list, or underline a heading (CommonMark 0.31.2, sections 4.3 and 5.2)."""
_MENTION = re.compile(r"(?<!\w)@")
_SINGLE = str.maketrans(
    {
        **{char: f"\\{char}" for char in "\\`*_{}[]<>#!|~&^"},
        "$": "<span>$</span>",  # no formula (GitHub, "Writing mathematical expressions")
        _GAP: BREAK,
        _BACKSLASH: "\\",
    }
)
"""Character → how it is written so that it stands for itself."""


def prose(text: object, limit: int | None = None) -> str:
    """Write text so that it reads as it is, in a line of Markdown or a cell of a table, and does nothing.

    Args:
        text: anything; ``str()`` of it is taken.
        limit: most characters that are shown; a longer one ends in "…".
    """
    shown = _FIRST.sub(rf"\g<0>{_BACKSLASH}", safe(text, limit).strip())
    return _ACTIVE.sub(_parted, shown).translate(_SINGLE)


def _parted(found: re.Match[str]) -> str:
    if found["gap"]:
        return found["gap"] + _GAP
    return f"{_BACKSLASH}."


def code(text: object, limit: int | None = None) -> str:
    """Write a name, a path or a value as code, which no reader looks into for links and mentions.

    Args:
        text: anything; ``str()`` of it is taken.
        limit: most characters that are shown; a longer one ends in "…".
    """
    shown = safe(text, limit).strip()
    if not shown or "`" in shown or "|" in shown or _MENTION.search(shown):
        # A mark ends the code and a bar a cell; answers to e-mails are searched for mentions as plain text.
        return prose(shown)
    return f"`{shown}`"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write the lines of a table, with an empty one behind.

    Args:
        headings: as Markdown.
        rows: cells as Markdown, written by :func:`prose` and :func:`code`.
    """
    yield _row(headings)
    yield _row(["---"] * len(headings))
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Fold lines under a summary.

    Args:
        summary: our own words: it stands in HTML, where nothing here is escaped for.
        lines: Markdown.
    """
    yield from ("<details>", f"<summary>{summary}</summary>", "", *lines, "</details>", "")


def document(lines: Iterable[str], limit: int = LIMIT) -> str:
    """Join lines; what is too long is cut at the end of a line, and says so.

    Args:
        lines: Markdown, without line ends.
        limit: most bytes of the result, in UTF-8.
    """
    end = f"\n{CUT}\n"
    room = limit - len(f"</details>\n{end}".encode())
    kept: list[str] = []
    used, is_folded = 0, False
    whole = list(lines)
    fits = sum(map(_size, whole)) <= limit
    for line in whole:
        used += _size(line)
        if not fits and used > room:
            kept += ["", "</details>"] if is_folded else []
            return "".join(f"{line}\n" for line in kept) + end
        kept.append(line)
        is_folded = line == "<details>" or (is_folded and line != "</details>")
    return "".join(f"{line}\n" for line in kept)


def _size(line: str) -> int:
    return len(line.encode()) + 1
