"""What is exported is imported again, without an error and without a loss."""

import functools

import pytest

from iotassess.ics.checking import check, recognise
from iotassess.ics.filling import fill
from iotassess.ics.judged import editions, judge, statement_catalogue
from iotassess.ics.reading import read_table
from iotassess.ics.writing_csv import write_csv
from iotassess.ics.writing_markdown import write_markdown
from iotassess.ics.writing_xlsx import write_xlsx
from iotassess.profile import load_profile
from tests.examples import PROFILES, TWINS, request
from tests.ics.making import catalogue, judged, requirement

WRITERS = {"csv": write_csv, "markdown": write_markdown, "xlsx": write_xlsx}
EDITIONS = ("etsi-en-303-645@3.1.3", "etsi-en-303-645@2.1.1")


@functools.cache
def assessed(product, twin, edition):
    loaded = load_profile(PROFILES / product / f"{twin}.yaml")
    return judge(loaded, request(product), statement_catalogue(edition), tool_version="0")


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("product", "twin"), TWINS)
def test_an_example_exported_and_imported_has_no_error(product, twin, edition, format):
    made = assessed(product, twin, edition)
    statement = fill(made)
    table = read_table(WRITERS[format](statement))
    assert table.format == format
    assert recognise(table, editions(made.catalogue)) is made.catalogue
    written = [(row.reference, row.status, row.support, row.detail) for row in statement.rows]
    assert [
        tuple(row.cells[c] for c in ("reference", "status", "support", "detail")) for row in table.rows
    ] == written
    found = check(table, made.catalogue, editions(made.catalogue), made)
    assert {f.id for f in found} <= {"row-empty"}


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "'=1+1",
        "''-",
        "-a|b",
        "@x",
        'a "quoted", text; with | and \\| and \\',
        "*a* `b` <c> &amp; &lt; [d](e) ~f~ _g_ # $h$ http://i www.j",
        "\\*",
        "`",
        "**",
        "ends in \\",
    ],
)
def test_no_text_is_lost_on_the_way(format, text):
    of = catalogue(requirement(title=text))
    made = judged(["partial"], of=of)
    statement = fill(made)
    row = statement.rows[0]._replace(detail=text)
    table = read_table(WRITERS[format](statement.__class__(**{**_fields(statement), "rows": (row,)})))
    assert table.rows[0].cells["detail"] == text


def _fields(statement):
    return {name: getattr(statement, name) for name in statement.__slots__}
