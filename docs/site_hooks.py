"""What the site needs beside ``mkdocs.yml``: page order, links that leave docs/, Markdown as on code hosts.

MkDocs calls the functions named ``on_…`` (MkDocs 1.6, developer guide, "Plugins"). The pages stay as they
are; nothing is written back.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import ListIndentProcessor
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.treeprocessors import Treeprocessor
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.generator import links, markdown  # noqa: E402 - found by the line above

INDEX = "index.md"

SECTIONS = {
    "tutorial": "Tutorial",
    "how-to": "How to",
    "reference": "Reference",
    "explanation": "Explanation",
    "adr": "Decisions",
}
"""Folder of docs/ → its title, in the order of reading. A page anywhere else has no place in the navigation,
and the strict build says so."""

LIST_INDENT = 2
"""Columns that put an item inside another, as in our pages; Python-Markdown asks for four."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let Markdown be read as on code hosts, and make no page that needs to know the site's address."""
    config.mdx_configs["toc"]["slugify"] = lambda heading, _: next(markdown.slugs(f"# {heading}"))
    config.markdown_extensions += [NestedLists(), OUTSIDE]
    config.theme.static_templates.discard("404.html")  # it would load what it needs from a host's root
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make the navigation from the pages that are there; their first headings are the titles."""
    pages = {file.src_uri: file.content_string for file in files.documentation_pages()}
    config.nav = [{"Start": INDEX}, *navigation(pages)]
    return files


def on_page_markdown(text: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Remember on which page the next links stand."""
    OUTSIDE.page = f"docs/{page.file.src_uri}"
    return text


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    r"""Show ``\|`` in a cell as a bar, in code too, where Python-Markdown leaves the backslash."""
    return re.sub(r"<td.*?</td>", lambda cell: cell[0].replace("\\|", "|"), html, flags=re.DOTALL)


def navigation(pages: Mapping[str, str]) -> Iterator[dict[str, list[dict[str, str]]]]:
    """Order pages by section, and in it as the lists of the index do; the rest by name behind these.

    Args:
        pages: path from docs/ → text.

    Yields:
        A section's title → its pages, each as title → path.
    """
    # Before its lists the index names some pages for each reader, so the last link to a page counts.
    listed = [links.resolve(INDEX, target)[0] for target in links.targets(pages[INDEX])]
    place = {path: at for at, path in enumerate(listed)}
    for folder, section in SECTIONS.items():
        inside = [path for path in pages if path.startswith(f"{folder}/")]
        inside.sort(key=lambda path: (place.get(path, len(listed)), path))
        if inside:
            yield {section: [{title(pages[path]): path} for path in inside]}


def title(text: str) -> str:
    """The first heading of a page, without the words that its section says for it."""
    heading = re.search(r"^# (?:How to )?(.+)", text, re.MULTILINE)
    plain = heading[1].replace("`", "") if heading else ""
    return plain[:1].upper() + plain[1:]


class NestedLists(Extension):
    """Lists in lists by as little indentation as code hosts ask for."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Make the processors of lists anew; they look at the indentation when they are made."""
        usual = md.tab_length
        md.tab_length = LIST_INDENT
        md.parser.blockprocessors.register(ListIndentProcessor(md.parser), "indent", 90)
        SaneListExtension().extendMarkdown(md)
        md.tab_length = usual


class LinksOutside(Extension, Treeprocessor):
    """Makes text of a link to a file of the repository outside docs/, as the site has no address for it.

    The file's path is added. A link to what does not exist stays, and the strict build refuses it.
    """

    page = ""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Come before MkDocs looks at links, which it does at priority 0."""
        md.treeprocessors.register(self, "links-outside", 1)

    def run(self, root: Element) -> None:
        """Change the links of a page."""
        for link in root.iter("a"):
            path, _ = links.resolve(self.page, link.get("href", ""))
            if not path.startswith(("docs/", "..")) and (ROOT / path).exists():
                link.tag = "span"
                del link.attrib["href"]
                if "".join(link.itertext()) != path:
                    _add_path(link, path)


def _add_path(link: Element, path: str) -> None:
    """Write ``(path)`` behind what is in an element."""
    last = link[-1] if len(link) else None
    if last is None:
        link.text = f"{link.text or ''} ("
    else:
        last.tail = f"{last.tail or ''} ("
    code = SubElement(link, "code")
    code.text, code.tail = path, ")"


OUTSIDE = LinksOutside()
