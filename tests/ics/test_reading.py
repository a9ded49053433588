"""Tables of strangers: recognised whatever they are called, read whole, and never more than they may."""

import contextlib
import csv
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import UsageError
from iotassess.ics import columns, reading
from iotassess.ics.columns import UnreadableTable, columns_of, reference_of
from iotassess.ics.reading import read_file, read_table
from tests.ics.making import HEADER, as_csv, as_markdown

ROW = ("5.1-1", "M F (a)", "Y", "how")


def cells(table):
    return [tuple(row.cells.values()) for row in table.rows]


def ids(table):
    return [found.id for found in table.findings]


# --- CSV ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_csv_is_read_with_either_delimiter_and_any_line_end(delimiter, end):
    table = read_table(as_csv(ROW, delimiter=delimiter, end=end))
    assert (table.format, cells(table), table.findings) == ("csv", [ROW], ())
    assert table.rows[0].line == 2
    assert table.rows[0].place().cell == ""


def test_a_byte_order_mark_is_no_part_of_the_header():
    assert cells(read_table(b"\xef\xbb\xbf" + as_csv(ROW))) == [ROW]


def test_lines_above_the_header_need_not_be_csv():
    data = b'sep=;\r\nA "quoted" title; of a form; "open\r\n' + as_csv(ROW, delimiter=";")
    table = read_table(data)
    assert cells(table) == [ROW]
    assert table.rows[0].line == 4


def test_a_row_is_at_the_line_where_it_begins():
    table = read_table(as_csv(("5.1-1", "M", "Y", "two\nlines"), ROW))
    assert [row.line for row in table.rows] == [2, 4]


def test_columns_come_in_any_order_and_case():
    table = read_table(
        as_csv(("how", "Y", "5.1-1", "M F (a)"), header=("DETAILS", "support", " Ref. ", "STATUS"))
    )
    assert table.rows[0].cells == {"reference": "5.1-1", "status": "M F (a)", "support": "Y", "detail": "how"}


@pytest.mark.parametrize(
    "header",
    [
        ("Provision", "Status", "Support (Y/N/N/A)", "Rationale"),
        ("**Reference**", "Status:", "Y/N/N/A", "Comment"),
        ("Clause", "Requirement status", "Supported", "Details"),
    ],
)
def test_usual_variants_of_headers_are_known(header):
    assert columns_of(header) == {"reference": 0, "status": 1, "support": 2, "detail": 3}


@pytest.mark.parametrize(
    "header", [("Reference", "Status"), ("Status", "Support", "Detail"), (), ("x" * 999,)]
)
def test_what_is_no_header_is_not_taken_for_one(header):
    assert columns_of(header) == {}


def test_of_two_columns_that_fit_the_usual_one_is_taken():
    table = read_table(as_csv(("5.1", *ROW), header=("Clause", *HEADER)))
    assert cells(table) == [ROW]
    assert ids(table) == ["column-ignored"]


def test_other_columns_are_told_and_titles_are_not():
    table = read_table(as_csv((*ROW, "t", "x\u202e"), header=(*HEADER, "Title", "Owner\u202e")))
    (found,) = table.findings
    assert (found.id, found.place.line, found.got) == ("column-ignored", 1, "Owner\\u202e")


def test_a_missing_column_is_told():
    table = read_table(as_csv(("5.1-1", "M", "Y"), header=HEADER[:3]))
    assert [(f.id, f.severity, f.expected) for f in table.findings] == [("column-missing", "error", "Detail")]
    assert "detail" not in table.rows[0].cells


def test_headings_blank_rows_and_keys_are_passed_over():
    table = read_table(
        as_csv(
            ("5.1 No passwords", "", "", ""),
            ("", "", "", ""),
            (),
            ROW,
            ("5.2 One", "5.2 One", "5.2 One", "5.2 One"),
            ("C14", "", "no", "x"),
            ("F (aa)", "x", "yes", "x"),
            ("5.2-1",),
            ("Condition or feature", "", "Holds", "Detail"),
            ("5.9-9", "M", "Y", "not of the table"),
        )
    )
    assert [row.cells["reference"] for row in table.rows] == ["5.1-1", "5.2-1"]


def test_a_row_that_refers_to_nothing_is_kept():
    assert cells(read_table(as_csv(("x", "M", "Y", "d")))) == [("x", "M", "Y", "d")]


def test_an_apostrophe_against_formulas_is_taken_away():
    assert cells(read_table(as_csv(("5.1-1", "M", "Y", "'=1+1")))) == [("5.1-1", "M", "Y", "=1+1")]


@pytest.mark.parametrize("text", ['5.1-1,M,Y,"open', '5.1-1,M,Y,"a"b', f"5.1-1,M,Y,{'x' * 40000}"])
def test_csv_that_is_none_is_refused_with_its_line(text):
    limit = csv.field_size_limit()
    with pytest.raises(UnreadableTable, match="line 2: ") as raised:
        read_table(as_csv() + text.encode())
    assert raised.value.exit_code == 3
    assert csv.field_size_limit() == limit


# --- Markdown -----------------------------------------------------------------------------------


def test_markdown_is_read():
    table = read_table(b"# Title\n\n" + as_markdown(ROW))
    assert (table.format, cells(table), table.rows[0].line) == ("markdown", [ROW], 5)


def test_tables_of_markdown_without_outer_pipes_and_with_alignment_are_read():
    text = "Reference | Status | Support | Detail\n:--- | :-: | --- | ---:\n5.1-1 | M | Y | how\n"
    assert cells(read_table(text.encode())) == [("5.1-1", "M", "Y", "how")]


def test_several_tables_are_read_and_others_passed_over():
    other = b"\n| Name | Value |\n|---|---|\n| 5.9-9 | M |\n\ntext\n\n"
    table = read_table(as_markdown(ROW) + other + as_markdown(("5.1-2", "M", "N", "why")))
    assert [row.cells["reference"] for row in table.rows] == ["5.1-1", "5.1-2"]


def test_markup_in_cells_is_resolved():
    row = ("**5.1-1**", "`M F (a)`", "***Y***", "a \\| b &lt;c&gt; \\*d\\*<br>e \\\\")
    assert cells(read_table(as_markdown(row))) == [("5.1-1", "M F (a)", "Y", "a | b <c> *d* e \\")]


def test_emphasis_that_is_escaped_is_text():
    assert cells(read_table(as_markdown(("5.1-1", "M", "Y", "*a\\*"))))[0][3] == "*a*"


def test_an_empty_cell_stays_a_cell():
    assert cells(read_table(as_markdown(("5.1-1", "M", "", "")))) == [("5.1-1", "M", "", "")]


@pytest.mark.parametrize(
    ("before", "after"),
    [("<!--\n", "-->\n"), ("```\n", "```\n"), ("~~~~ text\n", "~~~~\n"), ("````\n```\n", "````\n")],
)
def test_a_table_that_nobody_sees_is_not_read(before, after):
    hidden = before.encode() + as_markdown(("5.1-1", "M", "Y", "hidden")) + after.encode()
    assert cells(read_table(hidden + b"\n" + as_markdown(ROW))) == [ROW]
    with pytest.raises(UnreadableTable, match="no row with the headers"):
        read_table(hidden)


def test_a_comment_on_one_line_hides_nothing_else():
    assert cells(read_table(b"<!-- a -->\n" + as_markdown(ROW))) == [ROW]


def test_the_header_that_comes_first_decides():
    hidden = as_markdown(("5.1-1", "M", "Y", "x")).decode()
    assert read_table(as_csv(("5.1-2", "M", "N", hidden))).format == "csv"
    assert read_table(as_markdown(ROW) + b"\n" + as_csv(ROW)).format == "markdown"


# --- bytes --------------------------------------------------------------------------------------


def test_bytes_that_are_not_utf8_are_told_and_shown_as_escapes():
    table = read_table(as_csv(ROW) + b"5.1-2,M,Y,caf\xe9\r\n")
    (found,) = table.findings
    assert (found.id, found.place.line, found.got) == ("text-not-utf8", 3, "0xe9")
    assert table.rows[1].cells["detail"] == "caf\\xe9"


def test_a_nul_stays_in_its_cell():
    assert cells(read_table(as_csv(("5.1-1", "M\x00", "Y", "d")))) == [("5.1-1", "M\x00", "Y", "d")]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no row with the headers"),
        (b"\x00" * 100, "no row with the headers"),
        (b"hello, world\n", "no row with the headers"),
        ("Reference,Status".encode("utf-16"), "UTF-16"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "old format"),
        (b"a" * (reading.MAX_TEXT_BYTES + 1), "expected at most"),
        (as_csv(*[ROW] * columns.MAX_RECORDS), "more than 5000 rows"),
        (as_markdown(*[ROW] * columns.MAX_RECORDS), "more than 5000 rows"),
        (as_csv((*ROW, *"x" * columns.MAX_CELLS)), "more than 64 cells"),
        (as_markdown(("5.1-1", "M", "Y", "x" * 40000)), "more than 32767 characters"),
    ],
)
def test_what_is_no_table_is_refused(data, told):
    with pytest.raises(UnreadableTable, match=told):
        read_table(data)


@pytest.mark.parametrize(
    "line", ["(" * 100000, "\\" * 100000 + "|", "*" * 100000 + "|*", "|" * 100000, "- " * 50000, "&" * 100000]
)
def test_a_line_that_is_hard_to_match_is_read_at_once(line):
    with pytest.raises(UnreadableTable):
        read_table(f"| a | b |\n|---|---|\n{line}|\n".encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    for around in (data, as_csv(ROW) + data, as_markdown(ROW) + data, b"PK\x03\x04" + data):
        with contextlib.suppress(UnreadableTable):
            assert read_table(around).format in ("csv", "markdown", "xlsx")


@pytest.mark.parametrize(
    "cell",
    ["5.1-2A", " 5.1-2a ", "Provision 5.1-2A", "provision 5.1\u20112A", "5.1 \u2013 2 A", "5.1\u22122a"],
)
def test_a_reference_is_known_however_it_is_written(cell):
    assert reference_of(cell) == "5.1-2A"


# --- files --------------------------------------------------------------------------------------


def test_a_file_that_is_missing_is_a_matter_of_usage(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_file(tmp_path / "none.csv")


def test_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(UnreadableTable, match="cannot be read"):
        read_file(tmp_path)


def test_a_path_that_is_none_cannot_be_read(tmp_path):
    with pytest.raises(UnreadableTable, match="not a path"):
        read_file(tmp_path / "a\0b")


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path):
    file = tmp_path / "large"
    with file.open("wb") as stream:
        os.truncate(stream.fileno(), 1 << 40)
    with pytest.raises(UnreadableTable, match="larger than"):
        read_file(file)


def test_a_file_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    assert read_file(tmp_path / "a") == b"x"


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_spreadsheets(index, letter):
    assert reading._letter(index) == letter


def test_findings_on_headers_that_repeat_are_counted_beyond_the_first():
    header = (*HEADER[:3], "Owner", "Remark")
    found = read_table(as_csv(*([header] * 99), (*ROW[:3], "", ""), header=header)).findings
    assert [f.id for f in found].count("column-missing") == columns.MAX_REMARKS + 1
    assert [f.id for f in found].count("column-ignored") == columns.MAX_REMARKS + 1
    assert [f.message.partition(" of ")[0] for f in found[-2:]] == ["and 180 more", "and 80 more"]
    assert [f.place.line for f in found[-2:]] == [11, 21]


def test_a_few_columns_that_are_ignored_are_all_told():
    names = [f"c{number}" for number in range(columns.MAX_REMARKS)]
    found = read_table(as_csv((*ROW, *names), header=(*HEADER, *names))).findings
    assert [f.got for f in found] == names
