"""The HTML page as text: well formed, the same each time, on its own, and made of the assessment alone.

How it looks and works in a browser is tested in ``tests/page``.
"""

import functools
import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.report.html import page
from iotassess.report.html.anchors import Anchors
from iotassess.report.registry import FORMATS, Look, renderer
from tests.examples import PROFILES, ROOT, TWINS, drawn, options
from tests.page.hostile_texts import TEXTS, infested
from tests.page.pages import bare, short, shown
from tests.report.gated import gated, unusable, waived_plug
from tests.report.hostile import NASTY, harmful
from tests.tries import tries

justhtml = pytest.importorskip("justhtml", reason="justhtml is not installed: pip install -e '.[test]'")

VOID = {"meta", "input", "br", "hr", "img", "link", "source", "wbr", "col", "area", "base", "embed", "track"}
ALONE = {"rect", "path"}
"""Elements of SVG that are written as one tag."""
LOOK = Look(profile="profiles/x.yaml")
anything = st.text(st.characters(exclude_categories=()), max_size=40)


class Nesting(HTMLParser):
    """Whether each element that begins ends, in order, and names no attribute twice."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.faults = []
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"{self.getpos()}: {tag} names an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag in ALONE:
            self.open.pop()
        elif tag not in VOID:
            self.faults.append(f"{self.getpos()}: <{tag}/> is no end")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{self.getpos()}: </{tag}> ends nothing that is open")


def nested(html):
    """The page's tags, which are nested as they are written."""
    parser = Nesting()
    parser.feed(html)
    parser.close()
    assert parser.faults == []
    assert parser.open == []
    return parser.tags


def well_formed(html):
    """The page's tags; a browser repairs nothing in it (WHATWG HTML, 13.2)."""
    found = justhtml.JustHTML(html, collect_errors=True, sanitize=False)
    assert [str(error) for error in found.errors] == []
    return nested(html)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages of every form, as text: one whole, the others with one row of each verdict."""
    gate = replace(
        gated("sensor-node", "flawed", allow=False), picture=drawn("sensor-node", "flawed").picture
    )
    found = (
        drawn("sensor-node", "flawed"),
        *(short(drawn(*twin)) for twin in TWINS),
        short(gate),
        short(waived_plug()),
        short(gated("smart-plug", "flawed")),
        unusable(tmp_path_factory.mktemp("unusable")),
        bare(),
    )
    return [page.render(one, LOOK) for one in found]


# --- form ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken", ["<p>a<ul></ul></p>", "<div>", "<b><i></b></i>", "</p>", "<a href=x href=y></a>"]
)
def test_what_is_not_well_formed_is_seen(broken):
    whole = page.render(bare(), LOOK).replace("</main>", f"{broken}</main>")
    with pytest.raises(AssertionError):
        well_formed(whole)


def test_every_page_is_well_formed_and_one_document(pages):
    for html in pages:
        tags = well_formed(html)
        assert html.lstrip().lower().startswith("<!doctype html>")
        names = [name for name, _ in tags]
        assert [names.count(name) for name in ("html", "head", "body", "main", "h1", "style")] == [1] * 6
        html = html.replace("<script></script>", "")
        assert html.count("<script>") == html.lower().count("<script") == html.count("</script>") == 1
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(ids) == len(set(ids))


def test_every_page_stands_on_its_own(pages):
    loading = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href"}
    for html in pages:
        for name, attributes in nested(html):
            assert name not in {"link", "img", "iframe", "object", "embed", "base", "image", "use"}
            assert not loading & set(attributes)
            assert not any(attribute.startswith("on") or attribute == "style" for attribute in attributes)
            assert attributes.get("href", "#").startswith("#")
        style = html[html.index("<style>") : html.index("</style>")]
        assert not re.search(r"url\(|@import|image-set|src\(", style)
        script = html[html.rindex("<script>") : html.rindex("</script>")]
        assert not re.search(
            r"fetch|XMLHttp|import\b|WebSocket|innerHTML|eval|document\.write|new Function", script
        )


def test_our_own_style_and_script_hold_nothing_that_ends_them_or_needs_escaping():
    for name, end in (("page.css", "</style"), ("page.js", "</script")):
        text = (page.PARTS / name).read_text("utf-8")
        assert end not in text.lower()
        assert "<!--" not in text
        assert "\r" not in text, "a browser would hash another text"


# --- the same each time, from nothing but the assessment --------------------------------------------


def test_two_processes_write_the_same_bytes(tmp_path):
    digests = set()
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, "-m", "iotassess", "assess", str(PROFILES / "sensor-node" / "flawed.yaml"),
             *options("sensor-node"), "-f", f"html={out}"],
            capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, timeout=120,
        )  # fmt: skip
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_rendering_changes_nothing_and_gives_the_same_again(tmp_path):
    for found in (drawn("sensor-node", "flawed"), unusable(tmp_path)):
        before = repr(found)
        assert page.render(found, LOOK) == page.render(found, LOOK)
        assert repr(found) == before


def test_it_is_the_format_html_and_asks_for_the_picture():
    (row,) = (row for row in FORMATS if row.id == "html")
    assert row.drawn
    assert renderer("html") is page.render
    assert row.suffix == ".html"


def test_without_a_picture_there_is_no_boot_chain_no_map_and_no_crosswalk():
    with_all = nested(page.render(drawn("sensor-node", "good"), LOOK))
    without = nested(page.render(replace(drawn("sensor-node", "good"), picture=None), LOOK))
    drawings = {"boot", "map", "crosswalk"}
    assert drawings <= {attributes.get("id") for _, attributes in with_all}
    assert not drawings & {attributes.get("id") for _, attributes in without}
    for name in drawings:
        assert ("a", {"href": f"#{name}"}) in with_all
        assert ("a", {"href": f"#{name}"}) not in without


# --- what it says -------------------------------------------------------------------------------


def test_a_profile_that_cannot_be_used_has_its_faults_and_a_gate_that_fails(tmp_path):
    found = unusable(tmp_path)
    html = page.render(found, LOOK)
    assert "Gate: FAILED" in html
    assert "Nothing was assessed." in html
    for remark in found.remarks:
        assert f"{remark.place.line}:{remark.place.column}" in html
    assert 'id="filter"' not in html


def test_an_assessment_without_a_gate_has_no_word_of_one():
    html = page.render(drawn("smart-plug", "good"), LOOK)
    assert "Gate:" not in html
    assert 'href="#gate"' not in html


def test_a_gate_that_passes_says_so_and_shows_every_rule_with_its_outcome():
    found = waived_plug()
    html = page.render(found, LOOK)
    assert found.gate.passed
    assert "Gate: passed" in html
    assert "FAILED" not in html
    for rule, outcome in found.gate.rules.items():
        assert re.search(rf">{re.escape(rule)}</th>.*?<td>{outcome}</td>", html)
    assert html.count('class="held"') == sum(bool(one.waivers) for one in found.gate.findings)


def test_an_expired_waiver_is_shown_as_expired():
    html = page.render(waived_plug(expires="2026-10-20"), LOOK)
    assert html.count("<td>expired</td>") == len(waived_plug(expires="2026-10-20").waivers)
    assert "Gate: FAILED" in html


def test_a_profile_that_is_no_example_is_not_called_one():
    found = drawn("sensor-node", "good")
    assert ">EXAMPLE<" in page.render(found, LOOK)
    assert ">EXAMPLE<" not in page.render(replace(found, example=False), LOOK)


# --- whatever the texts are ---------------------------------------------------------------------


@functools.cache
def tags_of_a_harmless_page():
    return nested(page.render(infested(shown("tiny-sensor-node-flawed"), "harmless"), LOOK))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_text_changes_no_tag(text):
    found = shown("tiny-sensor-node-flawed")
    tags = well_formed(page.render(infested(found, text), LOOK))
    assert [(name, sorted(attributes)) for name, attributes in tags] == [
        (name, sorted(attributes)) for name, attributes in tags_of_a_harmless_page()
    ]


@settings(max_examples=tries(6))
@example("".join(NASTY))
@given(anything)
def test_whatever_the_texts_are_the_page_can_be_written_and_shows_no_harmful_character(text):
    html = page.render(infested(shown("tiny-sensor-node-flawed"), text), Look(profile=text))
    assert harmful(html) == set()
    html.encode()
    nested(html)


@given(st.lists(st.tuples(st.sampled_from(["a", "a-b"]), anything), max_size=12))
def test_each_thing_has_an_id_of_its_own_that_needs_no_escaping(things):
    anchors = Anchors()
    ids = {thing: anchors.of(*thing) for thing in things}
    assert len(set(ids.values())) == len(ids)
    for (kind, thing), id in ids.items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", id)
        assert anchors.known(kind, thing) == id
    assert anchors.known("a", "never asked for") == ""
