"""What real documents need: conditions, void ids, words of their own, rows taken over from others."""

import pytest

from iotassess.baseline import reader
from iotassess.baseline.catalogue import Feature, Part
from iotassess.baseline.reader import read_catalogue
from iotassess.errors import CatalogueError, UsageError
from tests.baseline.made_up import GOOD, PROBES, RICH, TECHNOLOGIES, line_of, read, refused


@pytest.fixture(autouse=True)
def known_probes(monkeypatch):
    monkeypatch.setattr(reader, "probes", lambda: PROBES)


def test_a_rich_catalogue_is_read_as_it_is_written():
    catalogue = read(RICH)
    off, signed = Part("probe", "debug-off"), Part("probe", "update-signed")
    assert (catalogue.id, catalogue.short_name, catalogue.notice) == ("rich@2", "Rich", "read with care")
    assert catalogue.words == {"verified": "shown", "declared": "told"}
    assert catalogue.void == {"R-0": ("R-1", "R-2")}
    assert catalogue.features == {
        "C1": Feature("C1", "it can be updated", off),
        "F(a)": Feature("F(a)", "it has users", Part("any_of", arms=(off, signed))),
    }
    first, people, beauty, reasons = catalogue.requirements
    assert (first.status, first.gate_reason) == ("M C F (1, a)", "who debugs it owns it")
    assert first.attestation_reason == "it is the state of one device"
    assert [r.process for r in catalogue.requirements] == [False, True, False, False]
    assert (beauty.not_checkable, beauty.parts, first.not_checkable) == ("nobody can tell", (), "")
    why = "a reason shows that somebody thought"
    assert reasons.parts == (Part("justified", reason=why, forces=("recommended", "measure")),)
    assert [*reasons.parts[0].probes()] == []
    assert people.absence.when == catalogue.features["F(a)"].absent


def test_a_row_that_hangs_on_several_features_is_gone_with_any_of_them():
    catalogue = read(RICH)
    absence = catalogue.requirements[0].absence
    each = tuple(catalogue.features[id].absent for id in ("C1", "F(a)"))
    assert absence.when == Part("any_of", arms=each)
    assert (absence.basis, absence.features) == ("published", ("C1", "F(a)"))
    assert absence.rationale == "it hangs on C1: it can be updated; F(a): it has users"


def test_a_catalogue_that_says_less_has_less():
    catalogue = read(GOOD)
    assert (catalogue.features, catalogue.void, catalogue.words) == ({}, {}, {})
    assert (catalogue.notice, catalogue.short_name) == ("", "")
    row = catalogue.requirements[1]
    assert (row.status, row.process, row.not_checkable, row.absence.features) == ("", False, "", ())


BOTH = "not_applicable: {basis: published, without: [C1, F(a)]}"
WORDS = "words: {verified: shown, declared: told}"
FEATURE = "C1: {text: it can be updated, absent: {probe: debug-off}}"
REASONS = "- justified: [recommended, measure]"


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        # features and what hangs on them
        ("without: [C1, F(a)]", "without: [C1, F(b)]", BOTH[:20], "'F(b)', expected one of C1, F(a)"),
        ("without: [C1, F(a)]", "without: [C1, [C1]]", BOTH[:20], "unknown feature ['C1']"),
        ("without: [C1, F(a)]", "without: []", BOTH[:20], "a list with at least one item"),
        ("without: [C1, F(a)]", "without: C1", BOTH[:20], "a list with at least one item"),
        (BOTH, BOTH.replace("published", "our-convention"), BOTH[:20], "without goes with basis published"),
        (BOTH, BOTH.replace("published", "never"), BOTH[:20], "neither when, without nor rationale"),
        (BOTH, BOTH.replace("}", ", when: {probe: debug-off}}"), BOTH[:20], "and instead of when"),
        (BOTH, BOTH.replace("}", ", rationale: x}"), BOTH[:20], "without takes no rationale"),
        (FEATURE, "C1: {text: it can be updated}", "C1: {", "got NoneType, expected a mapping"),
        (FEATURE, "C1: {absent: {probe: debug-off}}", "C1: {", "text: got None, expected text"),
        (FEATURE, FEATURE.replace("debug-off", "debug-of"), "C1: {", "unknown probe 'debug-of'"),
        (FEATURE, FEATURE.replace("text", "txt"), "C1: {", "unknown key 'txt'"),
        (FEATURE, "C1: x", "C1: x", "got str, expected a mapping"),
        (
            FEATURE,
            "C1: {text: x, absent: {justified: [measure]}}",
            "C1: {",
            "a reason does not make a feature absent",
        ),
        # ids that are void
        ("R-0: [R-1, R-2]", "R-0: [R-1, R-9]", "R-0:", "got 'R-9', which is no requirement here"),
        ("R-0: [R-1, R-2]", "R-0: [[R-1]]", "R-0:", "got ['R-1'], which is no requirement here"),
        ("R-0: [R-1, R-2]", "R-0: []", "R-0:", "a list with at least one item"),
        ("R-0: [R-1, R-2]", "R-0: R-1", "R-0:", "a list with at least one item"),
        ("R-0: [R-1, R-2]", "R-2: [R-1]", "R-2: [R-1]", "R-2 is void and a requirement at once"),
        ("void:\n  R-0: [R-1, R-2]", "void: [R-0]", "void: [R-0]", "void: got ['R-0'], expected a mapping"),
        # the document's own words
        (WORDS, "words: {proven: shown}", "words:", "got 'proven', expected one of verified, declared"),
        (WORDS, "words: {verified: 1}", "words:", "verified: got 1, expected text"),
        (WORDS, "words: {verified: ' '}", "words:", "expected text"),
        (WORDS, "words: shown", "words:", "words: got 'shown', expected a mapping"),
        ("notice: read with care", "notice: [x]", "notice:", "notice: got ['x'], expected text"),
        ("short_name: Rich", "short_name: ''", "short_name:", "expected text"),
        # reasons
        (REASONS, "- justified: [recommended, shall]", "- justified", "got 'shall', expected one of"),
        (REASONS, "- justified: [[recommended]]", "- justified", "expected one of mandatory"),
        (REASONS, "- justified: []", "- justified", "a list with at least one item"),
        (REASONS, "- justified: recommended", "- justified", "a list with at least one item"),
        (REASONS, f"{REASONS}\n        min_grade: 1", "min_grade: 1", "justified takes no min_grade"),
        (REASONS, f"{REASONS}\n        params: {{}}", "params: {}", "justified takes no params"),
        (REASONS, f"{REASONS}\n        probe: debug-off", REASONS, "exactly one of probe"),
        (
            REASONS,
            "- any_of: [{probe: debug-off}, {justified: [measure]}]",
            "- any_of",
            "justified is a part of its own, and no arm",
        ),
        # marks and their reasons
        ("gate: true", "gate: false", "gate_reason", "gate_reason goes with gate: true"),
        ("attestation: true", "attestation: false", "attestation_reason", "goes with attestation: true"),
        ("gate_reason: who debugs it owns it", "gate_reason: 5", "gate_reason", "gate_reason: got 5"),
        ("status: M C F (1, a)", "status: [M]", "status", "status: got ['M'], expected text"),
        ("process: true", "process: 1", "process: 1", "process: got 1, expected true or false"),
        # rows that nobody can check
        (
            "not_checkable: nobody can tell",
            "not_checkable: nobody can tell\n    parts: [{probe: debug-off}]",
            "not_checkable",
            "a row that is not checkable has no parts",
        ),
        ("    not_checkable: nobody can tell\n", "", "- id: R-3", "parts: got None, expected a list"),
        ("not_checkable: nobody can tell", "not_checkable: true", "not_checkable", "got True, expected text"),
        # including
        ("features:", "include: [rich]\nfeatures:", "include", "only a shipped catalogue can include others"),
        ("features:", "include: rich\nfeatures:", "include", "a list with at least one item"),
    ],
)  # fmt: skip
def test_a_slip_in_a_rich_catalogue_is_refused_at_its_line(old, new, at, reason):
    assert RICH.count(old) >= 1
    text = RICH.replace(old, new, 1)
    line, told = refused(text)
    assert reason in told
    assert line == line_of(text, at), (line, told)


# --- taking over the rows of others ----------------------------------------------------------------

MORE = RICH.replace("features:", "include: [made-up]\nfeatures:", 1).replace("R-", "S-")


def joined(text, *included):
    shipped = {catalogue.id: catalogue for catalogue in included}

    def include(name):
        if name not in shipped:
            raise UsageError(f"got unknown baseline {name!r}")
        return shipped[name]

    return read_catalogue(text.encode(), "made-up.yaml", TECHNOLOGIES, include)


def test_included_rows_stand_in_front_with_their_features():
    base = read(RICH)
    catalogue = joined(GOOD.replace("source: here", "include: [rich@2]").replace("R-", "S-"), base)
    assert [r.id for r in catalogue.requirements] == ["R-1", "R-2", "R-3", "R-4", "S-1", "S-2"]
    assert catalogue.requirements[:4] == base.requirements
    assert catalogue.features == base.features
    assert (catalogue.id, catalogue.void, catalogue.notice) == ("made-up", {}, "")


def test_the_digest_changes_with_what_is_included():
    assert joined(MORE, read(GOOD)).sha256 != joined(MORE, read(GOOD + "# a remark\n")).sha256


def test_void_ids_may_point_to_included_rows():
    catalogue = joined(MORE.replace("S-0: [S-1, S-2]", "S-0: [R-1]"), read(GOOD))
    assert catalogue.void == {"S-0": ("R-1",)}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("id: S-1\n", "id: R-1\n", "R-1 stands twice"),
        ("include: [made-up]", "include: [made-up, made-up]", "R-1 stands twice in what is included"),
        ("include: [made-up]", "include: [other]", "got unknown baseline 'other'"),
        ("include: [made-up]", "include: [[x]]", "got unknown baseline"),
        ("S-0: [S-1, S-2]", "R-1: [S-1]", "R-1 is void and a requirement at once"),
    ],
)
def test_a_slip_in_taking_over_is_refused_with_its_place(old, new, reason):
    text = MORE.replace(old, new, 1)
    assert text != MORE
    with pytest.raises(CatalogueError, match=r"^made-up\.yaml:\d+:\d+: ") as caught:
        joined(text, read(GOOD))
    assert reason in caught.value.message
