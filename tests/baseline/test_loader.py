"""The catalogue loader: whatever is misspelt stops it, with the place, so that nothing passes by a slip."""

import pytest

from iotassess.baseline import reader
from iotassess.baseline.catalogue import Absence, Part
from iotassess.baseline.reader import read_catalogue
from iotassess.errors import CatalogueError
from tests.baseline.made_up import GOOD, PROBES, TECHNOLOGIES, line_of, read, refused

# Pieces of the good catalogue that tests replace.
FIRST_PROBE = "      - probe: debug-off\n        reason"
REASON = "        reason: an open port gives everything away"
PARAMS = "params: {days: 7, strict: false, scheme: one, kinds: [psa]}"
MEANS = "technologies: [suit, rats-eat]"
BASIS = "basis: our-convention"
ABSENCE = "    not_applicable:\n      basis: our-convention"
WHEN = "      when:\n        probe: debug-off\n"


@pytest.fixture(autouse=True)
def known_probes(monkeypatch):
    monkeypatch.setattr(reader, "probes", lambda: PROBES)


def edited(old, new, count=1):
    assert old in GOOD
    return GOOD.replace(old, new, count)


SET = {"days": 7, "strict": False, "scheme": "one", "kinds": ["psa"]}


def test_a_good_catalogue_is_read_as_it_is_written():
    catalogue = read(GOOD)
    assert (catalogue.id, catalogue.edition, catalogue.title, catalogue.family) == (
        "made-up", "1", "A made-up baseline", "house",
    )  # fmt: skip
    assert len(catalogue.sha256) == 64
    first, _second = catalogue.requirements
    assert first.parts == (
        Part("probe", "debug-off", {}, 3, "an open port gives everything away"),
        Part("any_of", arms=(
            Part("all_of", arms=(
                Part("probe", "debug-off"),
                Part("probe", "update-signed", SET),
            )),
            Part("probe", "update-signed"),
        )),
    )  # fmt: skip
    assert [*first.parts[1].probes()] == ["debug-off", "update-signed", "update-signed"]
    assert first.absence == Absence("our-convention", Part("probe", "debug-off"), "it has no port")
    assert (first.force, first.gate, first.attestation) == ("mandatory", True, True)
    assert (first.technologies, first.classification) == (("suit", "rats-eat"), "technology")
    assert first.line == 8


def test_what_a_row_leaves_out_is_the_cautious_value():
    row = read(GOOD).requirements[1]
    assert (row.gate, row.attestation, row.technologies, row.classification) == (False, False, (), "")
    assert row.absence == Absence("never")
    assert row.parts[0].min_grade == 0


def test_the_digest_is_the_files_own():
    assert read(GOOD).sha256 != read(GOOD + "# a remark\n").sha256


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        # keys
        ("family: house", "family: house\nfamilly: x", "familly: x", "unknown key 'familly'"),
        ("    gate: true", "    gates: true", "gates: true", "unknown key 'gates'"),
        ("        min_grade: 3", "        mingrade: 3", "mingrade: 3", "unknown key 'mingrade'"),
        ("      rationale: it has", "      because: it has", "because: it has", "unknown key 'because'"),
        # texts
        ('edition: "1"', "edition: 1", "edition: 1", "edition: got 1, expected text"),
        ("title: A made-up baseline", "title: ''", "title: ''", "title: got '', expected text"),
        ("    summary: Nobody debugs it.", "    summary: ' '", "summary: ' '", "summary: got ' '"),
        ("    remediation: Turn it off.", "    remediation: [x]", "remediation: [x]", "expected text"),
        (REASON, "        reason: 5", "reason: 5", "expected text"),
        # closed words
        ("force: mandatory", "force: shall", "force: shall", "expected one of mandatory, recommended"),
        ("force: mandatory", "force: [mandatory]", "force: [mandatory]", "expected one of mandatory"),
        (BASIS, "basis: ours", "basis: ours", "expected one of published"),
        (BASIS, "basis: {}", "basis: {}", "expected one of published"),
        ("    gate: true", "    gate: yes", "gate: yes", "gate: got 'yes', expected true or false"),
        ("    attestation: true", "    attestation: 1", "attestation: 1", "expected true or false"),
        # probes and their parameters
        (FIRST_PROBE, "      - probe: debug-of\n        reason", "probe: debug-of", "unknown probe"),
        (FIRST_PROBE, "      - probe: [x]\n        reason", "probe: [x]", "expected text"),
        ("params: {days: 7", "params: {dais: 7", "dais: 7", "probe update-signed has no parameter 'dais'"),
        ("days: 7", "days: '7'", "days: '7'", "days: got '7', expected a int like 30"),
        ("days: 7", "days: true", "days: true", "days: got True, expected a int"),
        ("strict: false", "strict: 0", "strict: 0", "strict: got 0, expected a bool like True"),
        ("scheme: one", "scheme: 1.5", "scheme: 1.5", "expected a str like 'any'"),
        ("kinds: [psa]", "kinds: psa", "kinds: psa", "expected a list like ['suit']"),
        (PARAMS, "params: [days]", "params: [days]", "expected a mapping"),
        (PARAMS, "params:", "params:", "expected a mapping"),
        ("min_grade: 3", "min_grade: 6", "min_grade: 6", "min_grade: got 6, expected 0 to 5"),
        ("min_grade: 3", "min_grade: -1", "min_grade: -1", "expected 0 to 5"),
        ("min_grade: 3", "min_grade: true", "min_grade: true", "expected 0 to 5"),
        ("min_grade: 3", "min_grade: 2.5", "min_grade: 2.5", "expected 0 to 5"),
        # groups
        (FIRST_PROBE, "      - any_of: []\n        reason", "any_of: []", "list with at least one item"),
        (FIRST_PROBE, "      - reason", "- reason", "got nothing, expected exactly one of probe, any_of"),
        ("min_grade: 3", "all_of: [{probe: debug-off}]", "- probe: debug-off", "exactly one of"),
        ("- any_of:", "- params: {}\n        any_of:", "params: {}", "a group has no parameters"),
        # technologies
        (MEANS, "technologies: [suit, rats]", "technologies:", "unknown technology 'rats'"),
        (MEANS, "technologies: suit", "technologies: suit", "expected a list"),
        (MEANS, "technologies: [[suit]]", "technologies:", "unknown technology ['suit']"),
        (MEANS, "technologies: [{a: b}]", "technologies:", "unknown technology {'a': 'b'}"),
        # shapes that are written another way
        ("seed: {classification: technology}", "seed: technology", "seed: technology", "expected a mapping"),
        ("    seed: {", "    crosswalk: {}\n    seed: {", "crosswalk: {}", "unknown key 'crosswalk'"),
        # when a row is not applicable
        ("rationale: it has no port", "#", "basis: our-convention", "rationale: got None, expected text"),
        (WHEN, "", "basis: our-convention", "got NoneType, expected a mapping"),
        (BASIS, "basis: never", "basis: never", "neither when, without nor rationale"),
        (ABSENCE, "    not_applicable: 5\n    note:\n      basis: x", ": 5", "expected a mapping"),
        # ids
        ("  - id: R-2", "  - id: R-1", None, "R-1 stands twice"),
        ("  - id: R-2", "  - id: 2", "- id: 2", "id: got 2, expected text"),
    ],
)  # fmt: skip
def test_a_slip_is_refused_at_its_line(old, new, at, reason):
    text = edited(old, new)
    line, told = refused(text)
    assert reason in told
    wanted = line_of(text, at) if at else line_of(text, "- id: R-1", 2)
    assert line == wanted, (line, told)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "got NoneType, expected a mapping"),
        ("- a\n- b\n", "got list, expected a mapping"),
        ("just words\n", "got str, expected a mapping"),
        ("id: x\n", "requirements: got None, expected a list with at least one item"),
        ("id: x\nrequirements: []\n", "expected a list with at least one item"),
        ("id: x\nrequirements: {R-1: {}}\n", "expected a list with at least one item"),
        ("id: x\nrequirements: [R-1]\n", "got str, expected a mapping"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(text, reason):
    assert reason in refused(text)[1]


@pytest.mark.parametrize(
    "key", ["id", "title", "summary", "category", "section", "remediation", "force", "parts"]
)
def test_a_row_without_a_needed_key_is_refused_at_the_row(key):
    lines = GOOD.split("\n")
    start = line_of(GOOD, "- id: R-2") - 1
    kept = [line for n, line in enumerate(lines) if n < start or not line.lstrip(" -").startswith(f"{key}:")]
    if key == "id":
        kept.insert(start, "  - note: a row without an id")
    if key == "parts":
        kept = [line for line in kept if line != "      - probe: update-signed"]
    line, told = refused("\n".join(kept))
    assert told.startswith(f"{key}: got None")
    assert line == start + 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id: [\n", 2),
        ("id: a\nid: b\n", 2),
        ("id: !!python/object:os.system x\n", 1),
        ("id: &a x\n<<: *a\n", 2),
        ("id: a\n\x07: b\n", 2),
    ],
)
def test_a_fault_in_the_yaml_is_told_with_its_place(text, line):
    assert refused(text)[0] == line


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(CatalogueError, match=r"made-up\.yaml:1:1"):
        read_catalogue(b"\xff\xfe\x00", "made-up.yaml", TECHNOLOGIES)


@pytest.mark.parametrize(
    ("basis", "rationale"), [("published", ""), ("published", "      rationale: the standard says so\n")]
)
def test_only_our_own_convention_needs_a_rationale(basis, rationale):
    text = edited("      basis: our-convention", f"      basis: {basis}")
    text = text.replace("      rationale: it has no port\n", rationale)
    absence = read(text).requirements[0].absence
    assert (absence.basis, bool(absence.rationale)) == (basis, bool(rationale))
    assert absence.when == Part("probe", "debug-off")


def test_a_convention_asks_facts_and_not_reasons():
    text = edited(WHEN, "      when:\n        justified: [measure]\n")
    line, told = refused(text)
    assert "a reason does not make a feature absent" in told
    assert line in (line_of(text, "when:"), line_of(text, "when:") + 1)
