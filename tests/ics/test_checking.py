"""Every fault of a filled table is found, at its place; what is right is not found fault with."""

import re
from dataclasses import replace

import pytest

from iotassess.baseline.loader import load_catalogue
from iotassess.ics.checking import check, recognise, recognised
from iotassess.ics.reading import read_table
from iotassess.ics.table import FINDINGS
from tests.examples import ROOT
from tests.ics.making import HEADER, as_csv, as_xlsx, catalogue, judged, part, requirement

NEW = "etsi-en-303-645@3.1.3"
OLD = "etsi-en-303-645@2.1.1"

FEATURE = requirement("5.1-1", "M F (a)")
PLAIN = requirement("5.2-1", "M", ())
ADVICE = requirement("5.2-2", "R", (), force="recommended")
REPORT = requirement("5.0-1", "M", ())
OF = catalogue(REPORT, FEATURE, PLAIN, ADVICE, void={"5.1-9": ("5.1-1", "5.2-1")})
GOOD = {
    "5.0-1": ("5.0-1", "M", "Y", "see the file of reasons"),
    "5.1-1": ("5.1-1", "M F (a)", "N/A", "no passwords"),
    "5.2-1": ("5.2-1", "M", "Y", "see the policy"),
    "5.2-2": ("5.2-2", "R", "N", "next year"),
}


def checked(*rows, verdicts=None, features=None, header=HEADER, of=OF, editions=(), make=as_csv, **more):
    """Findings on a table of good rows, of which some are replaced by the given ones."""
    table = read_table(make(*({row[0]: row for row in (*GOOD.values(), *rows)}.values()), header=header))
    made = None if verdicts is None else judged(verdicts, of=of, features=features, **more)
    return check(table, of, [of, *editions], made)


def one(*rows, **more):
    (found,) = checked(*rows, **more)
    return found


def test_a_good_table_has_no_findings():
    assert checked() == ()


def test_severity_comes_with_the_id():
    found = one(("5.2-1", "R", "Y", "d"))
    assert found.severity == FINDINGS[found.id] == "error"


# --- references ---------------------------------------------------------------------------------


def test_an_unknown_reference_is_found():
    found = one(("5.9-9", "M", "Y", "d"))
    assert (found.id, found.reference, found.place.line) == ("reference-unknown", "5.9-9", 6)
    assert "is no provision of edition 3.1.3" in found.message


def test_a_reference_that_a_spreadsheet_took_for_a_date_is_found():
    found = one(("06-Jan", "M", "Y", "d"))
    assert (found.id, found.got, found.reference) == ("reference-unknown", "06-Jan", "")
    assert "date" in found.hint


def test_a_reference_of_another_edition_tells_which():
    other = catalogue(requirement("5.9-9"), edition="2.1.1")
    assert "it exists in edition 2.1.1" in one(("5.9-9", "M", "Y", "d"), editions=[other]).message


def test_a_void_reference_names_what_took_its_place_and_where_it_exists():
    other = catalogue(requirement("5.1-9"), edition="2.1.1")
    found = one(("5.1-9", "M", "Y", "d"), editions=[other])
    assert (found.id, found.expected) == ("reference-void", "5.1-1, 5.2-1")
    assert "void in edition 3.1.3" in found.message
    assert "it exists in edition 2.1.1" in found.message


def test_the_void_references_of_the_standard_are_known():
    rows = [(id, "M", "Y", "d") for id in ("4-1", "5.3-4", "5.3-6", "5.3-15", "5.6-4", "5.13-1", "6-3")]
    new, old = load_catalogue(NEW), load_catalogue(OLD)
    found = [f for f in check(read_table(as_csv(*rows)), new, [new, old], None) if f.id != "row-missing"]
    assert [(f.id, f.reference) for f in found] == [("reference-void", row[0]) for row in rows]
    assert all("exists in edition 2.1.1" in f.message for f in found)
    assert found[1].expected == "5.3-4A, 5.3-4B"


def test_a_repeated_reference_is_found_and_the_first_counts():
    table = read_table(as_csv(*GOOD.values(), ("5.2-1", "wrong", "?", "")))
    (found,) = check(table, OF, [OF], None)
    assert (found.id, found.reference, found.place.line) == ("reference-repeated", "5.2-1", 6)
    assert "line 4" in found.message


def test_a_repeated_reference_in_a_sheet_names_the_sheet():
    table = read_table(as_xlsx(*GOOD.values(), GOOD["5.2-1"]))
    (found,) = check(table, OF, [OF], None)
    assert "Sheet row 4" in found.message
    assert found.place.cell == "A6"


def test_missing_rows_are_found():
    (*_, found) = check(read_table(as_csv(*list(GOOD.values())[:3])), OF, [OF], None)
    assert (found.id, found.reference, found.place.line) == ("row-missing", "5.2-2", 0)


def test_a_provision_that_the_old_table_leaves_out_need_not_have_a_row():
    old = load_catalogue(OLD)
    rows = [(row.id, row.status, "Y", "how") for row in old.requirements if row.id != "4-1"]
    assert check(read_table(as_csv(*rows)), old, [old], None) == ()


# --- status -------------------------------------------------------------------------------------


def test_a_status_that_differs_is_found():
    found = one(("5.1-1", "R F (a)", "Y", "d"))
    assert (found.id, found.got, found.expected) == ("status-differs", "R F (a)", "M F (a)")


@pytest.mark.parametrize("status", ["MF(a)", "M F(a)", " M  F ( a ) ", "M\u00a0F (a)"])
def test_spaces_in_a_status_do_not_count(status):
    assert checked(("5.1-1", status, "Y", "d")) == ()


def test_a_status_that_is_missing_is_found():
    assert one(("5.2-1", "", "Y", "d")).id == "status-differs"


MISTAKEN = {
    "5.3-4B": "R F (g)",
    "5.3-6A": "R F (g)",
    "5.3-6B": "R F (h)",
    "5.3-11": "R F (g)",
    "5.3-12": "R F (g)",
    "5.3-15A": "R C (4)",
    "5.3-15B": "R F (f)",
    "5.6-4B": "M F (q)",
}


def test_eight_statuses_of_a_shape_that_was_published_are_found():
    of = load_catalogue(NEW)
    clauses = ("5.1-", "5.2-", "5.3-", "5.4-", "5.5-", "5.6-", "5.7-")
    assessed = [row for row in of.requirements if row.id.startswith(clauses)]
    assert len(assessed) == 52
    rows = [
        (row.id, MISTAKEN.get(row.id, row.status.replace(" ", "")), "Y", "see the IXIT") for row in assessed
    ]
    table = read_table(as_csv(*rows, delimiter=";"))
    found = [f for f in check(table, of, [of], None) if f.id != "row-missing"]
    assert [(f.id, f.reference, f.got) for f in found] == [
        ("status-differs", row.id, MISTAKEN[row.id]) for row in assessed if row.id in MISTAKEN
    ]
    assert len(found) == 8
    debug = found[-1]
    assert (debug.reference, debug.got, debug.expected) == ("5.6-4B", "M F (q)", "R F (r)")


# --- support and detail -------------------------------------------------------------------------


@pytest.mark.parametrize("support", ["yes", "NA", "N.A.", "partly", "Y/N", "\u202e"])
def test_a_support_that_is_no_answer_is_found(support):
    found = one(("5.2-1", "M", support, ""))
    assert (found.id, found.expected) == ("support-unknown", "Y, N or N/A")
    assert "\u202e" not in found.message + found.got


@pytest.mark.parametrize(("support", "id"), [("y", "5.2-1"), ("n", "5.2-1"), ("n/a", "5.1-1")])
def test_the_case_of_an_answer_does_not_count(support, id):
    assert checked((id, GOOD[id][1], support, "d")) == ()


def test_a_row_left_empty_is_found():
    found = one(("5.2-1", "M", "", ""))
    assert (found.id, found.severity) == ("row-empty", "warning")


NO_WORDS = [
    "", "-", "TBD", "\u2014", "n/a", "N. A.", ".", "...", "?!", "(none)", "\u200b", "\u2800", "\u00ad",
    "\u3164", "\u202e\u2066", "\u00a0\u2003", "\ufe0f\u0301", "\u2713", "_ _", "yes", "Y.", "x",
    "\uff4e/\uff41",
]  # fmt: skip


@pytest.mark.parametrize("detail", NO_WORDS)
def test_a_detail_without_a_word_is_none(detail):
    assert one(("5.2-1", "M", "Y", detail)).id == "detail-missing"
    assert one(("5.2-2", "R", "N", detail)).id == "rationale-missing"
    assert one(("5.1-1", "M F (a)", "N/A", detail)).id == "rationale-missing"


@pytest.mark.parametrize("detail", ["IXIT-7", "\u4e2d\u6587", "s. A-3", "\u00a7 4", "no radio"])
def test_a_short_detail_is_one(detail):
    assert checked(("5.2-1", "M", "Y", detail)) == ()


@pytest.mark.parametrize(("id", "support"), [("5.2-1", "N"), ("5.2-2", "N"), ("5.1-1", "N/A")])
def test_no_and_not_applicable_without_rationale_are_found(id, support):
    found = one((id, GOOD[id][1], support, ""))
    assert found.id == "rationale-missing"
    assert ("breaks 5.0-1" in found.message) == (id == "5.2-2")


def test_the_old_edition_has_its_own_number_for_the_rule():
    old = load_catalogue(OLD)
    rows = [(row.id, row.status, "N", "" if row.id == "5.1-3" else "d") for row in old.requirements]
    advice = next(row for row in old.requirements if row.force == "recommended")
    rows = [(id, status, support, "" if id == advice.id else "d") for id, status, support, _ in rows]
    (found,) = check(read_table(as_csv(*rows)), old, [old], None)
    assert (found.reference, "breaks 4-1" in found.message) == (advice.id, True)


@pytest.mark.parametrize(("id", "status"), [("5.2-1", "M"), ("5.2-2", "R")])
def test_not_applicable_where_the_table_does_not_allow_it_is_found(id, status):
    found = one((id, status, "N/A", "because"))
    assert (found.id, found.got) == ("not-applicable-not-allowed", "N/A")


def test_without_a_column_its_rows_are_not_found_fault_with():
    rows = [row[:2] + row[3:] for row in GOOD.values()]
    header = ("Reference", "Status", "Detail")
    assert [f.id for f in check(read_table(as_csv(*rows, header=header)), OF, [OF], None)] == [
        "column-missing"
    ]
    rows = [(row[0], *row[2:]) for row in GOOD.values()]
    header = ("Reference", "Support", "Detail")
    assert [f.id for f in check(read_table(as_csv(*rows, header=header)), OF, [OF], None)] == [
        "column-missing"
    ]
    rows = [row[:3] for row in GOOD.values()]
    assert [f.id for f in check(read_table(as_csv(*rows, header=HEADER[:3])), OF, [OF], None)] == [
        "column-missing"
    ]


# --- with an assessment -------------------------------------------------------------------------

AGREED = ("declared", "not-applicable", "declared", "not-satisfied")


def test_a_table_that_agrees_with_the_assessment_has_no_findings():
    assert checked(verdicts=AGREED, features={"F(a)": part()}) == ()


@pytest.mark.parametrize("outcome", ["unmet", "contradicted"])
def test_not_applicable_while_the_feature_is_there_is_found(outcome):
    features = {"F(a)": part(outcome, "passwords are used by profile:7")}
    found = one(verdicts=AGREED, features=features)
    assert (found.id, found.severity, found.reference) == ("not-applicable-contradiction", "error", "5.1-1")
    assert "F(a): passwords are used by profile:7" in found.message


@pytest.mark.parametrize("absent", [part("indeterminate", "not declared"), part("met", disputed=True)])
def test_not_applicable_while_nothing_is_known_is_doubted(absent):
    found = one(verdicts=AGREED, features={"F(a)": absent})
    assert (found.id, found.severity) == ("not-applicable-unproven", "warning")


@pytest.mark.parametrize(
    ("outcomes", "ids"),
    [
        (("met", "unmet"), []),
        (("unmet", "met"), []),
        (("unmet", "unmet"), ["not-applicable-contradiction"]),
        (("unmet", "indeterminate"), ["not-applicable-unproven"]),
    ],
)
def test_the_absence_of_any_of_two_features_suffices(outcomes, ids):
    row = requirement("5.1-1", "M C F (14, a)", ("C14", "F(a)"))
    of = catalogue(row, features=("C14", "F(a)"))
    features = dict(zip(("C14", "F(a)"), map(part, outcomes), strict=True))
    table = read_table(as_csv(("5.1-1", "M C F (14, a)", "N/A", "d")))
    found = check(table, of, [of], judged(["not-applicable"], of=of, features=features))
    assert [f.id for f in found] == ids


UNFOUNDED, DISAGREES = ("support-unfounded", "error"), ("support-disagrees", "warning")


@pytest.mark.parametrize(
    ("support", "verdict", "found"),
    [
        ("Y", "not-satisfied", UNFOUNDED),
        ("Y", "contradicted", UNFOUNDED),
        ("Y", "not-applicable", UNFOUNDED),
        ("Y", "partial", UNFOUNDED),
        ("Y", "not-assessed", UNFOUNDED),
        ("Y", "verified", None),
        ("Y", "declared", None),
        ("N", "verified", DISAGREES),
        ("N", "declared", DISAGREES),
        ("N", "partial", None),
        ("N", "not-satisfied", None),
        ("N", "contradicted", None),
        ("N", "not-applicable", None),
        ("N", "not-assessed", None),
    ],
)
def test_answers_that_disagree_with_the_verdict_are_found(support, verdict, found):
    row = ("5.1-1", "M F (a)", support, "IXIT-7")
    rows = checked(
        row, verdicts=("declared", verdict, "declared", "not-satisfied"), because=("by profile:3",)
    )
    assert [(f.id, f.severity, f.expected) for f in rows] == ([(*found, verdict)] if found else [])


@pytest.mark.parametrize("verdict", ["declared", "partial", "not-assessed", "not-applicable"])
def test_not_applicable_rests_on_the_verdict_where_no_feature_is_named(verdict):
    row = requirement()
    of = catalogue(replace(row, absence=replace(row.absence, features=())))
    table = read_table(as_csv(("5.1-1", "M F (a)", "N/A", "no passwords")))
    found = check(table, of, [of], judged([verdict], of=of))
    assert [(f.id, f.severity) for f in found] == ([] if verdict == "not-applicable" else [UNFOUNDED])


def test_yes_to_everything_does_not_pass_beside_a_profile_that_says_nothing():
    of = load_catalogue(NEW)
    table = read_table(as_csv(*((row.id, row.status, "Y", "see documentation") for row in of.requirements)))
    found = check(table, of, [of], judged(["not-assessed"] * len(of.requirements), of=of))
    assert [(f.id, f.severity) for f in found] == [UNFOUNDED] * len(of.requirements)
    assert "declare in the profile" in found[0].hint


def test_hostile_reasons_of_artefacts_are_escaped():
    rows = checked(
        ("5.1-1", "M F (a)", "Y", "d"),
        verdicts=("declared", "contradicted", "declared", "not-satisfied"),
        because=("a\x1b[31m\u202e",),
    )
    assert "a\\x1b[31m\\u202e" in rows[0].message


# --- editions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("id", [NEW, OLD])
def test_the_edition_is_recognised_by_its_references(id):
    editions = [load_catalogue(NEW), load_catalogue(OLD)]
    wanted = load_catalogue(id)
    table = read_table(as_csv(*((row.id, row.status, "Y", "d") for row in wanted.requirements)))
    assert recognise(table, editions) is wanted
    note = recognised(table, wanted)
    assert (note.severity, note.got) == ("note", id)
    assert f"{len(wanted.requirements)} of {len(wanted.requirements)} references" in note.message


def test_references_of_both_editions_are_taken_for_the_newest():
    editions = [load_catalogue(NEW), load_catalogue(OLD)]
    assert recognise(read_table(as_csv(("5.1-1", "M", "Y", "d"))), editions) is editions[0]


def test_findings_come_in_the_order_of_the_file():
    table = read_table(as_csv(("x", "M", "Y", "d"), ("5.2-2", "R", "Q", ""), ("5.1-1", "M", "Y", "")))
    lines = [f.place.line for f in check(table, OF, [OF], None) if f.place.line]
    assert lines == sorted(lines)


# --- the page -----------------------------------------------------------------------------------


def test_every_finding_stands_in_the_how_to_with_its_severity():
    page = (ROOT / "docs" / "how-to" / "fill-in-an-ics.md").read_text()
    rows = [
        line.split(" | ") for line in page.splitlines() if line.startswith("| `") and line.count("|") == 4
    ]
    told = {id: row[1] for row in rows for id in re.findall(r"`([a-z0-9-]+)`", row[0])}
    assert {
        id: severity for id, severity in told.items() if severity in ("error", "warning", "note")
    } == FINDINGS
