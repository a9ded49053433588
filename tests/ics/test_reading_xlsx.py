"""Workbooks of strangers: held against limits before anything opens them."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from iotassess.errors import UsageError
from iotassess.ics import columns, extra, unpacking
from iotassess.ics.columns import UnreadableTable
from iotassess.ics.reading import read_table
from tests.ics.making import HEADER, as_xlsx, repacked, saved

ROW = ("5.1-1", "M F (a)", "Y", "how")
SHEET = "xl/worksheets/sheet1.xml"


def cells(table):
    return [tuple(row.cells.values()) for row in table.rows]


def test_a_workbook_is_read_whatever_it_is_called():
    table = read_table(as_xlsx(ROW, title="My sheet"))
    assert (table.format, cells(table), table.findings) == ("xlsx", [ROW], ())
    place = table.rows[0].place("detail")
    assert (place.sheet, place.cell, place.line) == ("My sheet", "D2", 2)


def test_rows_above_the_table_are_passed_over():
    table = read_table(as_xlsx(ROW, before=[("A form",), (), ("Vendor", "Maker")]))
    assert table.rows[0].place().cell == "A5"


def test_values_that_are_no_text_are_taken_as_text():
    date = datetime.datetime(2026, 1, 6)
    table = read_table(as_xlsx((date, 5, True, 1.5)))
    assert cells(table) == [("2026-01-06 00:00:00", "5", "True", "1.5")]


def test_the_letter_of_a_column_that_is_ignored_is_told():
    (found,) = read_table(as_xlsx((*ROW, "x"), header=(*HEADER, "Owner"))).findings
    assert (found.id, found.place.cell) == ("column-ignored", "E1")


def test_a_column_that_is_missing_has_the_place_of_the_header():
    (found,) = read_table(as_xlsx(ROW[:3], header=HEADER[:3])).findings
    assert (found.id, found.place.cell) == ("column-missing", "A1")


def test_a_second_sheet_has_headers_of_its_own():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(ROW)
    other = book.create_sheet("Other")
    other.append(("5.9-9", "M", "Y", "no header above"))
    third = book.create_sheet("Third")
    third.append(HEADER)
    third.append(("5.1-2", "M", "N", "why"))
    table = read_table(saved(book))
    assert [(row.sheet, row.cells["reference"]) for row in table.rows] == [
        ("Sheet", "5.1-1"),
        ("Third", "5.1-2"),
    ]


def test_a_hidden_sheet_is_not_read_and_told():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(ROW)
    hidden = book.create_sheet("Hidden")
    hidden.append(HEADER)
    hidden.append(("5.1-2", "M", "Y", "x"))
    hidden.sheet_state = "veryHidden"
    table = read_table(saved(book))
    assert cells(table) == [ROW]
    assert [(f.id, f.got) for f in table.findings] == [("sheet-ignored", "Hidden")]


def test_a_formula_gives_its_stored_value_and_is_not_computed():
    data = as_xlsx(("5.1-1", "M", "=1+1", "d"))
    # An empty element in either of its forms: which one it is depends on the XML library that is installed.
    stored = repacked(data, {SHEET: lambda xml: re.sub(rb"<v\s*/>|<v></v>", b"<v>2</v>", xml)})
    assert cells(read_table(data))[0][2] == ""
    assert cells(read_table(stored))[0][2] == "2"


def test_comments_pictures_and_macros_are_not_looked_at():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ROW)))
    book.active["A2"].comment = Comment("remark", "somebody")
    data = repacked(saved(book), more={"xl/vbaProject.bin": b"macro", "xl/media/image1.png": b"png"})
    assert cells(read_table(data)) == [ROW]


def test_links_to_other_workbooks_are_not_followed():
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    assert cells(read_table(repacked(as_xlsx(ROW), more={"xl/externalLinks/externalLink1.xml": link}))) == [
        ROW
    ]


# --- refused ------------------------------------------------------------------------------------


def refused(data, told):
    with pytest.raises(UnreadableTable, match=told) as raised:
        read_table(data)
    assert raised.value.exit_code == 3
    assert raised.value.hint


DOCTYPES = [
    b'<!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    b'<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">',
    b"<!DOCTYPE worksheet>",
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize(
    "member", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"]
)
def test_a_document_type_is_refused(doctype, member):
    def add(xml):
        head, mark, rest = xml.partition(b"?>") if xml.startswith(b"<?xml") else (b"", b"", xml)
        return head + mark + doctype + rest

    refused(repacked(as_xlsx(ROW), {member: add}), "document type")


def test_a_document_type_in_another_encoding_is_refused():
    def add(xml):
        text = xml.decode().partition("?>")[2] if xml.startswith(b"<?xml") else xml.decode()
        return ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE worksheet>' + text).encode("utf-16")

    refused(repacked(as_xlsx(ROW), {SHEET: add}), "document type")


def test_what_unpacks_to_too_much_is_refused():
    bomb = b"\x00" * (unpacking.MAX_UNPACKED + 1)
    data = repacked(as_xlsx(ROW), more={"xl/media/x.bin": bomb}, compression=zipfile.ZIP_DEFLATED)
    assert len(data) < 100_000
    refused(data, "when unpacked")


def test_a_size_that_is_a_lie_is_not_believed():
    data = repacked(as_xlsx(ROW), more={"xl/worksheets/sheet9.xml": b"<a>" + b" " * 5000 + b"</a>"},
                    compression=zipfile.ZIP_DEFLATED)  # fmt: skip
    size = (5007).to_bytes(4, "little")
    assert size in data
    refused(data.replace(size, (10).to_bytes(4, "little")), "cannot be read")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({f"x{i}.txt": b"" for i in range(unpacking.MAX_ENTRIES)}, "more than 300 members"),
        ({"XL/Workbook.xml": b"<a/>"}, "same name"),
        ({"a.xml": b"<a>" * 65 + b"</a>" * 65}, "deeper than"),
        ({"a.xml": b"<a>" + b"<c/>" * unpacking.MAX_ELEMENTS + b"</a>"}, "60000 XML elements"),
        ({"a.xml": b"<a>" + b"<b/>" * unpacking.MAX_OTHERS + b"</a>"}, "12000 XML elements beside cells"),
        ({"a.xml": b"<a>" + b'<c a="" b="" d=""/>' * 40_001 + b"</a>"}, "120000 XML attributes"),
        ({"a.xml": b"<a>&x;</a>"}, "cannot be read"),
        ({"a.xml": b"<a>"}, "cannot be read"),
        ({"a.xml": b""}, "cannot be read"),
    ],
)
def test_what_no_table_needs_is_refused(more, told):
    refused(repacked(as_xlsx(ROW), more=more), told)


def attribute(length):
    """A member with one attribute, whose name and value together have a length."""
    return {"a.xml": b'<a x="' + b"A" * (length - 1) + b'"/>'}


def test_a_long_tag_is_read_up_to_the_limit_and_refused_beyond():
    assert cells(read_table(repacked(as_xlsx(ROW), more=attribute(unpacking.MAX_TAG)))) == [ROW]
    refused(repacked(as_xlsx(ROW), more=attribute(unpacking.MAX_TAG + 1)), "XML tag of more than 65536")


@pytest.mark.parametrize("form", ["<%s/>", '<a %s=""/>', '<a xmlns:b="%s"/>'])
def test_a_long_name_is_read_up_to_the_limit_and_refused_beyond(form):
    name = "n" * unpacking.MAX_XML_NAME
    assert cells(read_table(repacked(as_xlsx(ROW), more={"a.xml": form % name}))) == [ROW]
    refused(repacked(as_xlsx(ROW), more={"a.xml": form % (name + "n")}), "XML name of more than 256")


def test_more_xml_than_a_table_has_is_refused():
    data = as_xlsx(ROW)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        left = unpacking.MAX_XML - sum(info.file_size for info in packed.infolist())
    fits, over = (b"<a>" + b" " * (size - 7) + b"</a>" for size in (left, left + 1))
    packing = {"compression": zipfile.ZIP_DEFLATED}
    assert cells(read_table(repacked(data, more={"a.xml": fits}, **packing))) == [ROW]
    refused(repacked(data, more={"a.xml": over}, **packing), "4194305 bytes of XML")


@pytest.mark.parametrize(
    "token", [b"<!--%b-->", b"<?x %b?>", b"</sheetData%b><sheetData>"], ids=["comment", "instruction", "end"]
)
def test_a_long_token_that_says_nothing_does_not_come_to_the_library(token):
    filler = b" " * (unpacking.MAX_TAG + 1)
    data = repacked(
        as_xlsx(ROW),
        {SHEET: lambda xml: xml.replace(b"</sheetData>", token % filler + b"</sheetData>", 1)},
    )
    with zipfile.ZipFile(io.BytesIO(unpacking.repack(data))) as packed:
        assert len(packed.read(SHEET)) < 2000
    assert cells(read_table(data)) == [ROW]


def test_what_is_written_again_reads_the_same():
    text = """<a> & "b" 'c' ]]> \u00e4\u4e2d\U0001f512 d\te"""
    assert cells(read_table(as_xlsx((*ROW[:3], text))))[0][3] == text


def test_references_to_characters_stay_what_they_are():
    header = b"<row>" + b"".join(inline(name.encode()) for name in HEADER) + b"</row>"
    row = (
        b"<row>"
        + b"".join(map(inline, (b"5.1-1", b"M F (a)", b"Y", b"a&#13;b&#10;c&lt;d&#9;&quot;e")))
        + b"</row>"
    )
    assert cells(read_table(repacked(as_xlsx(ROW), sheet(header + row))))[0][3] == 'a\rb\nc<d\t"e'


def test_a_member_in_another_encoding_is_read():
    def wide(xml):
        text = xml.decode()
        return ('<?xml version="1.0" encoding="UTF-16"?>' + text[text.index("<worksheet") :]).encode("utf-16")

    assert cells(read_table(repacked(as_xlsx(ROW), {SHEET: wide}))) == [ROW]


def test_two_sheets_in_one_member_are_refused():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ROW)))
    book.create_sheet()
    relations = "xl/_rels/workbook.xml.rels"
    data = repacked(saved(book), {relations: lambda xml: xml.replace(b"sheet2.xml", b"sheet1.xml")})
    refused(data, "two sheets are the same member")


def test_a_long_text_that_many_cells_share_is_refused(monkeypatch):
    long = (*ROW[:3], "x" * 1000)
    monkeypatch.setattr(columns, "MAX_CHARACTERS", sum(map(len, (*HEADER, *long, *long))))
    assert len(read_table(as_xlsx(long, long)).rows) == 2
    refused(as_xlsx(long, long, ("5",)), "characters up to here")


def test_an_unusual_packing_is_refused():
    refused(repacked(as_xlsx(ROW), compression=zipfile.ZIP_BZIP2), "unusual way")


def test_an_encrypted_workbook_is_refused():
    data = bytearray(as_xlsx(ROW))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    refused(bytes(data), "encrypted")


def test_a_zip_that_is_no_workbook_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.txt", "x")
    refused(buffer.getvalue(), "without xl/workbook.xml")


@pytest.mark.parametrize("end", [10, 100, -10, -100])
def test_a_workbook_that_is_cut_is_refused(end):
    refused(as_xlsx(ROW)[:end], "cannot be read|no row with")


def test_members_that_are_not_what_the_library_expects_are_refused():
    refused(repacked(as_xlsx(ROW), sheet(b'<row><c r="!!"><v>1</v></c></row>')), "cannot be read")
    refused(repacked(as_xlsx(ROW), {"xl/workbook.xml": lambda _: b"<a/>"}), "no row with the headers")


def sheet(body):
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return {SHEET: lambda _: b"<worksheet " + space + b"><sheetData>" + body + b"</sheetData></worksheet>"}


def inline(text):
    return b'<c t="inlineStr"><is><t>' + text + b"</t></is></c>"


@pytest.mark.parametrize("number", [columns.MAX_RECORDS + 1, 1048576, 99999999])
def test_something_below_the_last_row_is_refused(number):
    refused(
        repacked(as_xlsx(ROW), sheet(b'<row r="%d">%b</row>' % (number, inline(b"x")))),
        "expected at most 5000",
    )


def test_empty_rows_far_below_are_nothing():
    header = b"<row>" + b"".join(inline(name.encode()) for name in HEADER) + b"</row>"
    row = b"<row>" + b"".join(inline(text.encode()) for text in ROW) + b"</row>"
    far = b'<row r="1048576"/>'
    assert cells(read_table(repacked(as_xlsx(ROW), sheet(header + row + far)))) == [ROW]


def test_rows_without_numbers_are_counted():
    body = b"<row/>" * columns.MAX_RECORDS + b"<row>" + inline(b"x") + b"</row>"
    refused(repacked(as_xlsx(ROW), sheet(body)), "expected at most 5000")


def test_too_many_sheets_are_refused():
    book = openpyxl.Workbook()
    for _ in range(unpacking.MAX_SHEETS):
        book.create_sheet()
    refused(saved(book), "more than 20 sheets")


def test_too_many_cells_in_a_row_are_refused():
    refused(as_xlsx((*ROW, *"x" * columns.MAX_CELLS)), "Sheet row 2: got more than 64 cells")


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    with pytest.raises(UsageError) as raised:
        read_table(as_xlsx(ROW))
    assert "pip install 'iotassess[xlsx]'" in raised.value.hint
