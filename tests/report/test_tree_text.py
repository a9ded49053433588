"""The tree in the terminal: columns, widths, marks, limits, and nothing that steers a terminal."""

from __future__ import annotations

import json
import unicodedata

import cbor2
import pytest
from rich.cells import cell_len

from iotassess.evidence.tree import build, unread
from iotassess.model.tree import LEFT_OUT, STOPPED, Node
from iotassess.report import tree_text
from iotassess.report.tree_json import as_json
from iotassess.report.tree_text import render

EVIL = "\x1b[31mred\x07 \u202eright to left\u2066 \x00\u200b 漢字漢字漢字漢字漢字漢字漢字漢字漢字"


def lines(node: Node, width: int = 100, *, colour: bool = False) -> list[str]:
    return list(render(node, width, colour))


def test_offset_length_bytes_and_words_stand_in_columns():
    shown = lines(build(cbor2.dumps({1: "issuer", 263: 3, 266: {"x": {256: b"\x01" * 100}}}), "eat-cwt"))
    assert shown[:4] == [
        "CBOR, 125 bytes",
        "offset   length  bytes                     item",
        "00000000    125  a3                        map of 3 entries",
        '00000002      7  01: 66 697373756572         iss (1): "issuer"',
    ]
    assert shown[4] == "0000000c      1  190107: 03                  dbgstat (263): disabled-permanently (3)"
    assert shown[7].startswith("00000017    102  190100: 5864 0101010101…        ueid (256): h'0101")
    assert shown[7].endswith("…")


def test_what_a_tag_or_byte_string_wraps_stands_below_it_with_a_mark():
    shown = lines(build(cbor2.dumps([cbor2.CBORTag(4000, cbor2.dumps([1]))]), None))
    assert [line[43:] for line in shown[2:]] == [
        "array of 1 item",
        "  tag 4000",
        "  └ 2 bytes, CBOR inside",
        "  └ array of 1 item",
        "    1",
    ]


@pytest.mark.parametrize("width", [40, 80, 100, 120])
def test_lines_are_as_wide_as_the_terminal_at_most(width):
    data = cbor2.dumps({EVIL: EVIL, 1: EVIL, 2: [[[[[[[[[[EVIL]]]]]]]]]], 4: b"x" * 99})
    for line in lines(build(data, "eat-cwt"), width):
        assert cell_len(line) <= max(width, 60)


def test_nothing_of_an_artefact_steers_the_terminal():
    files = [
        cbor2.dumps({EVIL: EVIL, EVIL.encode(): cbor2.CBORTag(0, EVIL)}),
        json.dumps({EVIL: [EVIL, "\ud800"]}).encode(),
        json.dumps({EVIL: [EVIL]}, ensure_ascii=False).encode(),
        b"\x62\xff\x1b" + EVIL.encode(),
        EVIL.encode() * 9,
    ]
    for data in files:
        text = "\n".join(lines(build(data, None)))
        kinds = {unicodedata.category(char) for char in text.replace("\n", "")}
        assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
        json.dumps(as_json(build(data, None)), ensure_ascii=False).encode()


def test_short_marks_stand_behind_the_words_and_long_ones_below():
    node = Node(
        0,
        9,
        "cbor",
        children=(
            Node(0, 9, "bytes", 1, "digest", "h'" + "ab" * 40, "58", ("digest",)),
            Node(
                0,
                9,
                "bytes",
                1,
                "digest",
                "h'" + "ab" * 40,
                "58",
                ("signed bytes from 0x1 to 0x9", "duplicate key"),
            ),
        ),
    )
    shown = lines(node, 80)
    assert shown[2].endswith("… [digest]")
    assert shown[4].strip() == "[signed bytes from 0x1 to 0x9]"
    assert shown[5].strip() == "[duplicate key]"


def test_why_reading_stopped_is_never_cut():
    why = "stopped here: " + "because of this and that " * 8
    shown = lines(Node(0, 9, "cbor", children=(Node(3, 6, STOPPED, value=why, hex="00"),)), 80)
    assert " ".join(" ".join(line[33:] for line in shown[2:]).split()) == why.strip()


def test_colours_are_there_only_where_they_are_wanted():
    node = Node(
        0,
        9,
        "cbor",
        children=(
            Node(3, 6, STOPPED, value="stopped", hex="00"),
            Node(3, 6, LEFT_OUT, value="left", notes=("mark",)),
        ),
    )
    assert "\x1b[1;31m" in "".join(lines(node, colour=True))
    assert "\x1b" not in "".join(lines(node))


def test_more_lines_than_are_shown_are_counted(monkeypatch):
    monkeypatch.setattr(tree_text, "MAX_LINES", 10)
    shown = lines(build(cbor2.dumps(list(range(100))), None))
    assert len(shown) == 13
    assert shown[-1] == "… 91 more items are not shown here; -f json has them"


def test_a_file_that_was_not_read_has_one_line():
    assert lines(unread(7, "it is too large")) == ["not read: it is too large, 7 bytes"]


def test_json_needs_no_bytes_beside_it_and_a_dump_shows_all_of_them():
    assert "bytes" not in lines(build(b'{"a": 1}', None))[1]
    assert (
        lines(build(b"\x00" * 16, "firmware-image"))[2] == f"00000000     16  {'00' * 16}  ................"
    )


def test_offsets_of_large_files_take_the_room_that_they_need():
    node = Node(0, 1 << 36, "binary", children=(Node(1 << 35, 1, "bytes", value="."),))
    assert lines(node)[2].startswith("0800000000 ")


def test_the_json_has_the_same_nodes_and_keys_with_the_entries_of_maps_alone():
    found = as_json(build(cbor2.dumps({1: [2]}), "eat-cwt"))
    (claims,) = found["children"]
    (entry,) = claims["children"]
    assert set(found) == {"offset", "length", "name", "type", "value", "hex", "notes", "children"}
    assert entry["name"] == "iss (1)"
    assert entry["key"] == {
        "offset": 1,
        "length": 1,
        "name": None,
        "type": "uint",
        "value": "1",
        "hex": "01",
        "notes": [],
        "children": [],
    }
    assert "key" not in entry["children"][0]
