"""Markdown as its readers render it: by a CommonMark parser with tables, HTML and links, as GitHub's has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("gfm-like")
ZERO_WIDTH = "\u200b"

OWN_HTML = {"<details>", "</details>", "<summary>", "</summary>", "<br>", "<span>", "</span>"}
"""Tags that our own documents have: one that a text brings along is not among them, or is not paired."""
PLAIN = {"text", "code_inline", "html_inline"}
"""What may be inside a line of a document: no link, image, emphasis or line break."""

ACTIVE = re.compile(r"@[\w-]|[#!&~%][\w\"]|//|www\.|:[\w+-]+:|[\[{][+-]", re.IGNORECASE | re.ASCII)
"""What GitHub or GitLab act on in the text of a finished page: mentions and addresses, references, links,
emoji, marks of a difference."""


def blocks(markdown: str) -> list[str]:
    """The structure of a document: its blocks in order, without what stands in them."""
    return [f"{token.type} {token.tag} {token.info}" for token in PARSER.parse(markdown)]


def inlines(markdown: str) -> Iterator[Token]:
    """The pieces of all lines of a document."""
    for token in PARSER.parse(markdown):
        yield from token.children or ()


def foreign(markdown: str) -> list[str]:
    """What is neither text nor HTML of ours."""
    found = [f"{t.type} {t.content}" for t in inlines(markdown) if t.type not in PLAIN]
    html = [t.content for t in inlines(markdown) if t.type == "html_inline"]
    html += [tag for t in PARSER.parse(markdown) if t.type == "html_block" for tag in _tags(t.content)]
    return found + [tag for tag in html if tag not in OWN_HTML]


def _tags(html: str) -> list[str]:
    return re.findall(r"<[^>]*>?", html)


class _Texts(HTMLParser):
    """Text nodes of a page, apart from code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.texts.append(data)


def texts(markdown: str) -> list[str]:
    """The texts that a page shows, apart from code."""
    parser = _Texts()
    parser.feed(PARSER.render(markdown))
    parser.close()
    return parser.texts


def active(markdown: str) -> list[str]:
    """What a reader of the finished page would act on: in texts, and mentions in code too."""
    found = [match for text in texts(markdown) for match in ACTIVE.findall(text)]
    code = [t.content for t in inlines(markdown) if t.type == "code_inline"]
    formulas = [text for text in texts(markdown) if re.search(r"\$.+\$", text)]
    return found + formulas + [text for text in code if re.search(r"(?<!\w)@\w", text)]


def shown(markdown: str) -> str:
    """What a line shows, read as a paragraph."""
    return _read(PARSER.render(markdown).removeprefix("<p>").removesuffix("</p>\n"))


def cells(markdown: str) -> list[str]:
    """What the cells of a table show."""
    return [_read(html) for html in re.findall(r"<t[hd]>(.*?)</t[hd]>", PARSER.render(markdown))]


def _read(html: str) -> str:
    parser = _Texts()
    parser.feed(html.replace("<code>", "").replace("</code>", ""))
    parser.close()
    return "".join(parser.texts).replace(ZERO_WIDTH, "")
