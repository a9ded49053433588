"""The page about a fleet as text: its numbers are the summary's, no text of a token becomes part of it."""

import base64
import dataclasses
import datetime
import functools
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.report import fleet_summary_html
from iotassess.report.fleet_summary_figures import BAR, BOTTOM, LEFT, LETTERS, RIGHT, TOP, bar, figures
from iotassess.report.fleet_summary_words import actions, share
from tests.page.hostile_texts import TEXTS
from tests.report.fleet_scene import empty, full, hostile, made, million, rich
from tests.report.hostile import NASTY, harmful
from tests.tries import tries

justhtml = pytest.importorskip("justhtml", reason="justhtml is not installed: pip install -e '.[test]'")

VOID = {"meta", "br", "link", "img", "input"}
SEEDS = st.integers(0, 2**31)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=30)


class Page(HTMLParser):
    """A page that is read: its elements with their attributes, its tables, its texts; and what is wrong."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.tables, self.faults, self.ids = [], {}, [], []
        self.open, self.texts = [], []
        self._region = ""
        self.feed(html)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        self.elements.append((tag, *names))
        if len(names) != len(set(names)):
            self.faults.append(f"{tag}: an attribute twice")
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if attributes.get("role") == "region":
            self._region = attributes["aria-label"]
            self.tables[self._region] = []
        if tag == "tr":
            self.tables[self._region].append([])
        if tag in ("th", "td"):
            self.tables[self._region][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> ends nothing")

    def handle_data(self, data):
        self.texts.append(data)
        if {"td", "th"} & set(self.open):
            self.tables[self._region][-1][-1] += data.strip()


def rendered(summary, **more):
    return fleet_summary_html.render(summary, **more)


@functools.cache
def page(make):
    return Page(rendered(make()))


def plain(cell):
    return cell.replace("\u00a0", "")


@pytest.mark.parametrize("make", [rich, million, full, empty])
def test_every_element_ends_and_no_id_is_there_twice(make):
    found = justhtml.JustHTML(rendered(make()), collect_errors=True, sanitize=False)
    assert [str(error) for error in found.errors] == []  # a browser repairs nothing (WHATWG HTML, 13.2)
    assert page(make).faults == []
    assert len(page(make).ids) == len(set(page(make).ids))


@pytest.mark.parametrize("make", [rich, million, full, empty])
def test_every_link_leads_to_something_on_the_page(make):
    links = re.findall(r'href="([^"]*)"', rendered(make()))
    assert set(links) <= {f"#{id}" for id in page(make).ids}
    assert {f"#{action.id}" for action in actions(make())} <= set(links)


def test_its_policy_admits_its_style_and_nothing_else():
    html = rendered(full())
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    told = policy.replace("&#39;", "'")
    assert told == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not [e for e in page(full).elements if e[0] in ("script", "img", "link", "iframe", "form")]
    assert not [
        names for _, *names in page(full).elements if any(n.startswith("on") or n == "style" for n in names)
    ]


@given(st.integers(1, 10**6), SEEDS)
@settings(max_examples=tries(40), deadline=None)
def test_the_numbers_of_its_tables_are_the_summarys(records, seed):
    one = made(records, seed=seed)
    html = rendered(one)
    tables = Page(html).tables
    assert set(re.findall(r'href="#([^"]*)"', html)) <= set(Page(html).ids)
    _, *models = tables.get("Models in numbers", [[]])
    assert [[int(plain(row[n])) for n in (1, 2, 4, 6)] for row in models] == [
        [row.tokens, row.authenticated, row.matched, row.sound] for row in one.by_model
    ]
    rows = [row for row in tables.get("Firmware in numbers", [[]])[1:] if len(row) > 1]
    assert sorted((plain(row[1]), plain(row[2]), row[3], row[4]) for row in rows) == sorted(
        (str(r.devices), str(r.tokens), share(r.matched, r.tokens), share(r.sound, r.tokens))
        for r in one.by_firmware
    )
    cards = " ".join("".join(Page(html).texts).replace("\u00a0", "").split())
    authenticated = one.authenticity.get("authenticated", 0)
    for count in (one.sound, authenticated):
        assert f"{share(count, records)} {count} of {records} record".replace("\u00a0", "") in cards
    _, *parts = tables["Authenticity of all records"]
    assert sum(int(plain(row[1])) for row in parts) == one.records
    assert {row[0]: int(plain(row[1])) for row in parts if row[0] != "no token"} == dict(one.authenticity)
    for name, counts in (("Problems of tokens", one.problems), ("Faults of records", one.faults)):
        told = [(row[0], int(plain(row[1])), row[3]) for row in tables.get(name, [[]])[1:]]
        assert told == [tuple(count) for count in counts]


@given(SEEDS)
@settings(max_examples=tries(40), deadline=None)
def test_the_table_of_the_course_of_time_has_every_token(seed):
    one = made(9_000, seed=seed)
    _, *rows = Page(rendered(one)).tables.get("Drift in numbers", [[]])
    for n, name in ((1, "tokens"), (2, "authenticated"), (4, "matched"), (6, "sound")):
        assert sum(int(plain(row[n])) for row in rows) == sum(getattr(p, name) for p in one.drift)
    assert sum(int(plain(cell)) for row in rows for cell in row[8:]) == sum(
        count for p in one.drift for count in p.firmware.values()
    )


def test_every_verdict_of_every_requirement_stands_there():
    text = " ".join("".join(page(rich).texts).split())
    for row in rich().verdicts:
        own = text.partition(f"{row.column.requirement} {row.column.title}")[2][:200]
        for name, count in row.counts.items():
            assert f" {count} {name}" in own


def test_an_empty_fleet_is_not_told_to_be_well():
    text = " ".join(page(empty).texts)
    assert "nothing can be said about the fleet" in text
    assert "%" not in "".join(text for text in page(empty).texts if "{" not in text)


def test_a_list_that_is_cut_says_how_many_are_left_out():
    text = "".join(page(million).texts).replace("\u00a0", "")
    one = million()
    for listed in (one.worsened, one.stale):
        assert f"and {listed.total - len(listed.rows)} more: in the Parquet files" in text


def test_no_path_tells_where_on_the_machine_it_was_made():
    assert not [text for text in page(rich).texts if re.match(r"\s*/\w", text)]


@pytest.mark.parametrize("make", [rich, million, empty])
def test_nothing_is_called_what_only_others_may_call_it(make):
    assert not re.search("complian|certified", rendered(make()), re.IGNORECASE)


def test_it_is_the_same_each_time():
    assert rendered(made(900, seed=3)) == rendered(made(900, seed=3))


# --- hostile ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*TEXTS.values(), *NASTY])
def test_a_text_of_a_token_becomes_no_part_of_the_page(text):
    html = rendered(hostile(text))
    found = Page(html)
    assert found.faults == []
    assert found.elements == _harmless().elements
    assert harmful(html) == set()


@functools.cache
def _harmless():
    return Page(rendered(hostile("harmless")))


@given(ANYTHING)
@settings(max_examples=tries(40), deadline=None)
def test_no_text_whatever_becomes_part_of_the_page(text):
    html = rendered(hostile(f"x{text}"))
    assert Page(html).elements == _harmless().elements
    assert harmful(html) == set()


def test_models_that_differ_by_case_only_stay_apart():
    row = full().by_firmware[-1]
    rows = tuple(row._replace(model=name) for name in ("sn", "SN", "sN"))
    table = Page(rendered(dataclasses.replace(full(), by_model=(), by_firmware=rows))).tables[
        "Firmware in numbers"
    ]
    assert [line[0] for line in table if len(line) == 1] == ["sn", "SN", "sN"]


# --- drawings -----------------------------------------------------------------------------------


@given(SEEDS)
@settings(max_examples=tries(80), deadline=None)
def test_what_is_drawn_stays_in_its_frame_and_is_as_large_as_what_it_shows(seed):
    one = made(9_000, seed=seed)
    drawn = figures(one)
    if drawn is None:
        assert one.drift == ()
        return
    high = BOTTOM - TOP
    columns = {}
    for box in drawn.firmware:
        assert LEFT - 0.1 <= box.x <= box.x + box.width <= RIGHT + 0.1
        columns.setdefault(box.x, []).append(box)
    told = [s for s in drawn.stretches if sum(s.firmware.values())]
    assert len(columns) == len(told)
    for boxes, stretch in zip(columns.values(), told, strict=True):
        assert sum(box.height for box in boxes) == pytest.approx(high, abs=0.1)
        edges = [BOTTOM, *(box.y for box in boxes)]  # each stands on the one before it
        assert [box.y + box.height for box in boxes] == pytest.approx(edges[:-1], abs=0.05)
        for box in boxes:
            if box.key in LETTERS:
                name = drawn.names[LETTERS.index(box.key)]
                part = stretch.firmware[name] / sum(stretch.firmware.values())
                assert box.height == pytest.approx(part * high, abs=0.02)
    sound = next(curve for curve in drawn.curves if curve.key == "sound")
    heights = [(BOTTOM - y) / high for _, y in sound.dots]
    heard = [s for s in drawn.stretches if s.tokens]
    assert heights == pytest.approx([s.sound / s.tokens for s in heard], abs=0.001)


def test_a_line_is_broken_where_nothing_was_received():
    first, second, *_ = full().drift
    later = second._replace(start=first.start + datetime.timedelta(days=2))
    third = second._replace(start=first.start + datetime.timedelta(days=3))
    drawn = figures(dataclasses.replace(full(), drift=(first, later, third), period="day"))
    assert len(drawn.stretches) == 4
    assert [len(path.split()) for path in drawn.curves[0].paths] == [2]
    assert len(drawn.curves[0].dots) == 3


@given(st.lists(st.integers(0, 10**6), max_size=7))
def test_a_bar_is_divided_as_its_numbers_are(numbers):
    keys = [str(n) for n in range(len(numbers))]
    boxes = bar(dict(zip(keys, numbers, strict=True)), keys)
    assert [box.key for box in boxes] == [key for key, n in zip(keys, numbers, strict=True) if n]
    for box in boxes:
        assert box.width == pytest.approx(numbers[int(box.key)] * BAR / sum(numbers), abs=0.02)


def test_the_pictures_are_told_in_words_too():
    html = rendered(rich())
    drawn = figures(rich())
    assert html.count('role="img"') == 2
    assert drawn.curves_say.startswith("Authenticated: ")
    last = [s for s in drawn.stretches if s.tokens][-1]
    assert f"{share(last.sound, last.tokens)} at last" in drawn.curves_say
    for name in drawn.names:
        assert name in drawn.firmware_says
