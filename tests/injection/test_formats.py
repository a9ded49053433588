"""Every report format, of a product in which every text is hostile: nothing of them acts in any reader."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree

import cbor2
import pytest

from iotassess.cli.main import call
from iotassess.report.registry import FORMATS
from tests.injection.planted import CHANNELS, plant
from tests.injection.texts import NAMES, TEXTS
from tests.report.hostile import harmful
from tests.report.rendered import active, foreign
from tests.report.test_github import read as read_by_runner
from tests.report.test_sarif import LINK

PLAIN = "plain"


class Rendered(NamedTuple):
    """What a call wrote.

    Attributes:
        files: format → bytes.
        out: what the terminal showed.
        err: what it said of faults.
    """

    files: dict[str, bytes]
    out: str
    err: str


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A text's name → all formats of the product in which it is planted; each is made once."""
    made: dict[str, Rendered] = {}

    def of(key, capfd):
        if key not in made:
            root = tmp_path_factory.mktemp("planted")
            text = {**TEXTS, PLAIN: "harmless"}[key]
            name = dict(zip(TEXTS, list(NAMES.values()), strict=False)).get(key, "harmless.bin")
            outputs = [part for row in FORMATS for part in ("-f", f"{row.id}={root / row.id}")]
            arguments = plant(root, text, name)
            capfd.readouterr()
            assert call(["gate", *arguments, *outputs, "-f", "text"]) == 3, "a file is of no known kind"
            files = {row.id: (root / row.id).read_bytes() for row in FORMATS}
            made[key] = Rendered(files, *capfd.readouterr())
        return made[key]

    return of


# --- what is harmless, format by format -----------------------------------------------------------


def in_a_terminal(text, _plain):
    assert harmful(text) == set()
    assert [line for line in text.split("\n") if read_by_runner(line)] == []
    heads = re.findall(r"^(?:EXAMPLE · )?(?:gate: )?(?:ENISA|ETSI|own).*$", text, re.MULTILINE)
    assert not any("100 %" in head for head in heads)


def as_json(text, _plain):
    assert harmful(text) == set()
    json.loads(text)


def as_page(text, plain):
    assert tags(text) == tags(plain)
    assert harmful(text) - {"\t", "\r"} == set()


def as_table(text, _plain):
    assert harmful(text.replace("\r\n", "")) == set()
    records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len({len(record) for record in records}) == 1
    leads = {cell[:1] for record in records for cell in record}
    assert leads.isdisjoint("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def as_xml(text, plain):
    assert "<!DOCTYPE" not in text
    assert "<!ENTITY" not in text
    assert harmful(text) == set()
    mine, own = (ElementTree.fromstring(one) for one in (text, plain))  # noqa: S314 - it was written here
    assert {element.tag for element in mine.iter()} <= {element.tag for element in own.iter()}
    assert not any("\n" in value for element in mine.iter() for value in element.attrib.values())
    assert {name for element in mine.iter() for name in element.attrib} <= {
        name for element in own.iter() for name in element.attrib
    }


def as_markdown(text, plain):
    assert harmful(text) == set()
    assert set(foreign(text)) <= set(foreign(plain))
    assert set(active(text)) <= set(active(plain))


def as_sarif(text, plain):
    as_json(text, plain)
    for log in _walk(json.loads(text)):
        if "text" in log and isinstance(log["text"], str):
            assert not re.search(r"<[A-Za-z/!?]", log["text"])
            assert all(re.search(r"\]\((?:\d+|https://[^)]*)\)$", link) for link in LINK.findall(log["text"]))
        if isinstance(log.get("uri"), str):
            assert re.fullmatch(r"[A-Za-z0-9%._~:/@!$&'()*+,;=-]+", log["uri"])
            assert not log["uri"].lower().startswith(("javascript:", "data:", "file:"))


def as_commands(text, _plain):
    assert harmful(text) == set()
    for line in filter(None, text.split("\n")):
        read = read_by_runner(line)
        assert read is not None
        assert read.command in ("error", "warning", "notice")
        assert set(read.properties) <= {"file", "line", "col", "endLine", "endColumn", "title"}


def as_quality(text, plain):
    as_json(text, plain)
    for row in json.loads(text):
        assert not row["location"]["path"].startswith(("/", ".."))


CHECKS = {
    "text": in_a_terminal,
    "json": as_json,
    "html": as_page,
    "csv": as_table,
    "oscal": as_json,
    "oscal-mapping": as_json,
    "ear": as_json,
    "ear-cbor": None,
    "junit": as_xml,
    "markdown": as_markdown,
    "badge": as_xml,
    "sarif": as_sarif,
    "github": as_commands,
    "gitlab": as_quality,
}
"""Format → how its reader is kept from acting on a text; None: it is checked by itself."""


def test_every_registered_format_has_a_check():
    assert set(CHECKS) == {row.id for row in FORMATS}


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = set()

    def handle_starttag(self, tag, attrs):
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}

    def handle_decl(self, decl):
        self.found.add(f"declaration {decl}")

    def unknown_decl(self, data):
        self.found.add(f"declaration {data}")


def tags(page):
    """Elements of a page with their attributes, each once: how many rows there are depends on the texts."""
    parser = _Tags()
    parser.feed(page)
    parser.close()
    return parser.found


def _walk(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


# --- the tests ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", TEXTS)
@pytest.mark.parametrize("form", [form for form, check in CHECKS.items() if check])
def test_nothing_of_a_hostile_text_acts_in_the_reader_of_a_format(rendered, capfd, key, form):
    text, plain = (rendered(one, capfd).files[form].decode("utf-8") for one in (key, PLAIN))
    CHECKS[form](text, plain)


@pytest.mark.parametrize("key", TEXTS)
def test_a_result_in_cbor_holds_texts_that_show_as_they_are(rendered, capfd, key):
    texts = list(_texts(cbor2.loads(rendered(key, capfd).files["ear-cbor"])))
    assert texts
    assert set().union(*map(harmful, texts)) == set()


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, cbor2.CBORTag):
        yield from _texts(value.value)
    elif isinstance(value, bytes):
        return
    elif hasattr(value, "items"):
        for pair in value.items():
            yield from _texts(list(pair))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


@pytest.mark.parametrize("key", TEXTS)
def test_every_channel_reaches_a_report(rendered, capfd, key):
    everything = b"\n".join(rendered(key, capfd).files.values()).decode("utf-8", "replace")
    assert [channel for channel in CHANNELS if f"~{channel}~" not in everything] == []


@pytest.mark.parametrize("key", TEXTS)
def test_what_the_terminal_shows_is_harmless_on_both_streams(rendered, capfd, key):
    found = rendered(key, capfd)
    in_a_terminal(found.out, "")
    in_a_terminal(found.err, "")
    assert "planted.bin" in found.err


@pytest.mark.parametrize("key", TEXTS)
def test_no_text_changes_what_is_judged(rendered, capfd, key):
    found, plain = (json.loads(rendered(one, capfd).files["json"]) for one in (key, PLAIN))
    for mine, own in zip(found["baselines"], plain["baselines"], strict=True):
        assert (mine["level"], mine["proven"]) == (own["level"], own["proven"])
        assert [row["verdict"] for row in mine["requirements"]] == [
            row["verdict"] for row in own["requirements"]
        ]
