"""The site of docs/ is built strictly, shows each page as a code host does, and loads nothing from elsewhere.

That pages are current and reachable, and that their links resolve on a code host, is tested in
``tests/unit/test_docs.py``.
"""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

pytest.importorskip("material", reason="the extra `docs` is not installed: pip install -e '.[docs]'")

from docs import site_hooks
from docs.generator import links

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))
LOADING = {
    ("script", "src"), ("link", "href"), ("img", "src"), ("img", "srcset"), ("source", "src"),
    ("source", "srcset"), ("iframe", "src"), ("embed", "src"), ("object", "data"), ("video", "src"),
    ("video", "poster"), ("audio", "src"), ("track", "src"), ("input", "src"), ("image", "href"),
    ("use", "href"), ("form", "action"),
}  # fmt: skip
"""What a browser fetches without being asked, or sends to."""

SEEN = {"ul", "ol", "li", "table", "tr", "th", "td", "pre", "code", "em", "strong", "blockquote",
        "h1", "h2", "h3", "h4"}  # fmt: skip
"""What has to be alike on a code host and in the site. Paragraphs are not: a list's items get them or not."""


def build(config, folder):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stderr
    return folder


class Page(HTMLParser):
    """What a page loads and links to, its ids, and what its article shows."""

    def __init__(self, html):
        super().__init__()
        self.loads, self.links, self.ids, self.classes, self.shown = [], [], set(), set(), []
        self._text, self._skipped, self._in_article = "", 0, "<article" not in html
        self.feed(html)
        self._flush()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.loads += [value for name, value in attributes if (tag, name) in LOADING]
        self.links += [found["href"]] if tag == "a" and "href" in found else []
        self.ids |= {found[name] for name in ("id", "name") if found.get(name)}
        classes = set((found.get("class") or "").split())
        self.classes |= classes
        self._skipped += 1 if "headerlink" in classes else 0
        self._in_article |= tag == "article"
        self._element(tag)

    def handle_endtag(self, tag):
        self._element(f"/{tag}")
        self._skipped -= 1 if tag == "a" and self._skipped else 0
        self._in_article &= tag != "article"

    def handle_data(self, data):
        self._text += data if self._in_article and not self._skipped else ""

    def _element(self, tag):
        if self._in_article and tag.removeprefix("/") in SEEN:
            self._flush()
            self.shown.append(f"<{tag}>")

    def _flush(self):
        self.shown += self._text.split()
        self._text = ""


@pytest.fixture(scope="module")
def pages(site):
    return {
        file.relative_to(site).as_posix(): Page(file.read_text("utf-8"))
        for file in sorted(site.rglob("*.html"))
    }


def is_elsewhere(address):
    parts = urlsplit(address)
    return bool(parts.netloc or (parts.scheme and parts.scheme != "data"))


# --- the site -----------------------------------------------------------------------------------


def test_each_page_of_docs_is_in_the_site_and_nothing_else_is_a_page(pages):
    assert sorted(pages) == sorted(f"{page.removesuffix('.md')}.html" for page in PAGES)
    assert len(pages) > 50


def test_what_makes_pages_is_not_published(site):
    assert [file.name for file in site.rglob("*.py")] == []


def test_no_page_loads_anything_from_another_host(pages):
    assert sum(len(page.loads) for page in pages.values()) > len(pages)
    assert {
        (path, load) for path, page in pages.items() for load in page.loads if is_elsewhere(load)
    } == set()


def test_no_style_loads_anything_from_another_host(site):
    styles = list(site.rglob("*.css"))
    assert styles
    for style in styles:
        loads = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", style.read_text("utf-8"))
        assert [load for load in loads if is_elsewhere(load[0] or load[1])] == [], style.name


def test_no_page_has_what_the_theme_fetches_a_library_for(pages):
    # Its script loads Mermaid from a CDN for diagrams, and asks GitHub about a repository that is named.
    assert {path for path, page in pages.items() if page.classes & {"mermaid", "md-source"}} == set()


def test_whatever_a_page_links_to_or_loads_is_in_the_site(pages, site):
    files = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    missing = set()
    for path, page in pages.items():
        for address in [*page.links, *page.loads]:
            if is_elsewhere(address) or address.startswith("data:"):
                continue
            target, anchor = links.resolve(path, unquote(address))
            if target not in files or (anchor and target in pages and anchor not in pages[target].ids):
                missing.add((path, address))
    assert missing == set()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_what_a_code_host_shows(path, site):
    html = (site / path).with_suffix(".html").read_text("utf-8")
    # A link that leaves docs/ became text with the path behind it; that it does is tested below.
    html = re.sub(r"<span>(.*?) \(<code>[^<]+</code>\)</span>", r"\1", html)
    host = MarkdownIt("gfm-like").render((DOCS / path).read_text("utf-8"))
    assert Page(html).shown == Page(host).shown


# --- what fails the build -----------------------------------------------------------------------

FAULTS = {
    "a broken link": ("[gone](gone.md)", "'gone.md'"),
    "a broken anchor": ("[here](tutorial/first.md#nowhere)", "'#nowhere'"),
    "a link to a file outside that is not there": ("[out](../no-such-file.md)", "'../no-such-file.md'"),
    "an absolute link": ("[root](/tutorial/first.html)", "'/tutorial/first.html'"),
    "a picture that is not there": ("![report](pictures/no-such.png)", "'pictures/no-such.png'"),
}


def scratch(folder, *, stray=False, faults=()):
    """Build a small docs/ by the project's own settings."""
    docs = folder / "docs"
    (docs / "tutorial").mkdir(parents=True)
    lines = ["# Start", "[first](tutorial/first.md#one-step) [read me](../README.md#the-verdicts)", *faults]
    (docs / "index.md").write_text("\n\n".join(lines) + "\n")
    (docs / "tutorial/first.md").write_text("# First\n\n## One step\n")
    if stray:
        (docs / "stray").mkdir()
        (docs / "stray/page.md").write_text("# Stray\n")
    config = folder / "mkdocs.yml"
    config.write_text(f"INHERIT: {ROOT / 'mkdocs.yml'}\nhooks: ['{ROOT / 'docs/site_hooks.py'}']\n")
    return build(config, folder / "site")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faulty")
    return scratch(folder, stray=True, faults=[text for text, _ in FAULTS.values()])


def test_a_sound_folder_is_built_and_a_link_that_leaves_it_is_text(tmp_path):
    done = scratch(tmp_path)
    assert (done.returncode, re.findall("^WARNING.*", done.stderr, re.MULTILINE)) == (0, [])
    assert "<span>read me (<code>README.md</code>)</span>" in (tmp_path / "site/index.html").read_text(
        "utf-8"
    )


def test_a_folder_with_faults_is_not_built_and_each_is_a_warning(faulty):
    assert faulty.returncode != 0
    assert f"Aborted with {len(FAULTS) + 1} warnings in strict mode" in faulty.stdout + faulty.stderr


@pytest.mark.parametrize("fault", [named for _, named in FAULTS.values()], ids=list(FAULTS))
def test_a_fault_is_told_with_page_and_target(fault, faulty):
    told = re.findall(r"^WARNING .*'index\.md'.*", faulty.stderr, re.MULTILINE)
    assert len([line for line in told if fault in line]) == 1


def test_a_page_in_no_section_is_told(faulty):
    told = faulty.stderr.split('not included in the "nav" configuration', 1)
    assert len(told) == 2
    assert "stray/page.md" in told[1]


# --- the hooks ----------------------------------------------------------------------------------


def test_every_folder_with_pages_is_a_section():
    assert {page.split("/")[0] for page in PAGES if "/" in page} == set(site_hooks.SECTIONS)


def test_the_navigation_follows_the_last_links_of_the_index_and_puts_the_rest_behind():
    pages = {
        "index.md": "# Start\n\n[b](how-to/b.md)\n\n[a](how-to/a.md), [b](how-to/b.md) [z](tutorial/z.md)\n",
        "how-to/b.md": "# How to bake\n",
        "how-to/0.md": "# Zero `code`\n",
        "how-to/a.md": "<!-- made -->\n\n# How to ask\n\n# Not this\n",
        "tutorial/z.md": "# A zebra\n",
    }
    assert list(site_hooks.navigation(pages)) == [
        {"Tutorial": [{"A zebra": "tutorial/z.md"}]},
        {"How to": [{"Ask": "how-to/a.md"}, {"Bake": "how-to/b.md"}, {"Zero code": "how-to/0.md"}]},
    ]
