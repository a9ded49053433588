"""What is written: every format says the same, does nothing in a spreadsheet or page, and is reproducible."""

import csv
import io
import zipfile

import openpyxl
import pytest

from iotassess.errors import UsageError
from iotassess.ics import extra
from iotassess.ics.filling import EXAMPLE, fill
from iotassess.ics.writing_csv import write_csv
from iotassess.ics.writing_markdown import escape, write_markdown
from iotassess.ics.writing_xlsx import SHEET, write_xlsx
from tests.ics.making import catalogue, judged, part, requirement

ROWS = (requirement(), requirement("5.2-1", "M", (), category="5.2 Another"))
EVIL = '=HYPERLINK("http://x","y")'


def statement(example=False, because=("it is declared",)):
    of = catalogue(*ROWS)
    return fill(
        judged(
            ["declared", "not-satisfied"], of=of, features={"F(a)": part()}, example=example, because=because
        )
    )


def records(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


# --- CSV ----------------------------------------------------------------------------------------


def test_csv_begins_with_the_pro_formas_columns():
    assert write_csv(statement()).startswith(b"Reference,Status,Support,Detail,Title\r\n5.1-1,M F (a),Y,")


def test_csv_rows_are_all_as_wide():
    assert {len(row) for row in records(write_csv(statement(example=True)))} == {5}


def test_csv_has_conditions_and_what_it_is_about_under_the_table():
    rows = records(write_csv(statement()))
    named = {row[0]: row for row in rows}
    assert named["F(a)"][2:] == [
        "no",
        "passwords are not used by profile:7 (grade 0 declared)",
        "what F(a) is",
    ]
    assert named["As of"][3] == "2026-11-01"
    notices = [row[3] for row in rows if row[0] == "Notice"]
    assert "no certificate" in notices[0]
    assert notices[1:] == ["A notice of the document"]
    assert rows.index(named["5.2-1"]) < rows.index(named["F(a)"]) < rows.index(named["As of"])


def test_no_cell_of_csv_begins_a_formula():
    of = catalogue(requirement(title=EVIL, category=EVIL), features=())
    cells = [cell for row in records(write_csv(fill(judged(of=of, because=(EVIL,))))) for cell in row]
    assert f"'{EVIL}" in cells
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]


# --- Markdown -----------------------------------------------------------------------------------


def test_markdown_has_a_table_for_each_clause():
    text = write_markdown(statement()).decode()
    assert (
        "## 5.1 A clause\n\n| Reference | Status | Support | Detail | Title |\n|---|---|---|---|---|\n"
        in text
    )
    assert "\n| 5.2-1 | M | N | Not-satisfied: it is declared. | Title of 5.2-1 |\n" in text
    assert "| Condition or feature | Holds | Detail | What it is |" in text


def test_markup_of_artefacts_stays_text():
    assert escape("a|b <img src=x> [l](u) `c` *e* _f_ ~g~ \\ &amp; $m$ #1") == (
        "a\\|b \\<img src=x\\> \\[l\\](u) \\`c\\` \\*e\\* \\_f\\_ \\~g\\~ \\\\ \\&amp; \\$m\\$ \\#1"
    )
    assert escape("http://x www.y profile:3") == "http\\://x www\\.y profile:3"


def test_a_pipe_in_a_detail_makes_no_cell():
    text = write_markdown(statement(because=("a | b",))).decode()
    assert "a \\| b" in text


def test_a_statement_without_conditions_has_no_list_of_them():
    made = fill(judged(of=catalogue(requirement(features=()), features=())))
    assert "Conditions" not in write_markdown(made).decode()
    assert b"Condition" not in write_csv(made)


# --- xlsx ---------------------------------------------------------------------------------------


def test_a_workbook_has_text_cells_only():
    of = catalogue(requirement(title=EVIL, category=EVIL))
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(fill(judged(of=of, because=(EVIL,))))))
    cells = [cell for row in book[SHEET].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert EVIL in [cell.value for cell in cells]


def test_a_workbook_begins_with_the_header_and_has_clauses_as_headings():
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(statement())))
    rows = list(book[SHEET].iter_rows(values_only=True))
    assert rows[0] == ("Reference", "Status", "Support", "Detail", "Title")
    assert rows[1][0] == "5.1 A clause"
    assert rows[2][:3] == ("5.1-1", "M F (a)", "Y")


def test_a_workbook_is_dated_as_of():
    data = write_xlsx(statement())
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {str(book.properties.created), str(book.properties.modified)} == {"2026-11-01 00:00:00"}
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize("lacking", extra.NEEDED)
def test_without_the_extra_it_says_what_to_install(monkeypatch, lacking):
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == lacking else object())
    with pytest.raises(UsageError, match=lacking) as raised:
        write_xlsx(statement())
    assert "pip install 'iotassess[xlsx]'" in raised.value.hint


# --- all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [write_csv, write_markdown, write_xlsx])
def test_the_same_statement_has_the_same_bytes(write, monkeypatch):
    import datetime

    first = write(statement())

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2040, 1, 1, tzinfo=tz)

    monkeypatch.setattr(datetime, "datetime", Later)
    assert write(statement()) == first


@pytest.mark.parametrize("write", [write_csv, write_markdown])
def test_an_example_is_marked_near_the_top(write):
    text = write(statement(example=True)).decode()
    assert EXAMPLE in text
    assert text.index(EXAMPLE) < text.index("5.1-1")
    assert EXAMPLE not in write(statement()).decode()


def test_an_example_is_marked_in_a_workbook():
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(statement(example=True))))
    assert book[SHEET]["A2"].value == EXAMPLE
