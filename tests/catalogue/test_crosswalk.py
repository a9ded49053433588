"""The crosswalk: complete, sound in every link, and out of reach of whatever judges."""

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from iotassess.baseline.crosswalk import FILE, check, home, load_crosswalk, read_crosswalk, related
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.errors import CatalogueError
from iotassess.model.crosswalk import CONVERSE, PROVENANCES, Item, Provenance, Relationship
from tests.examples import PROFILES, ROOT

ETSI, OLD = "etsi-en-303-645@3.1.3", "etsi-en-303-645@2.1.1"
LINKS = load_crosswalk()


def between(*families):
    """Rows between two groups of baselines, named by their first letters."""
    first, second = families
    return [x for x in LINKS if x.source.baseline.startswith(first) and x.target.baseline.startswith(second)]


def rows(baseline):
    return {row.id for row in load_catalogue(baseline).requirements}


# --- what it holds ------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_research():
    assert len(between("enisa", ETSI)) == 171
    provenances = Counter(link.provenance for link in between("enisa", ETSI))
    assert provenances == {"our-judgement": 97, "IOTOPS-01": 74}
    assert Counter(x.provenance for x in between("enisa", "nist-ir-8259a")) == {
        "NIST-8259A-Table1": 40, "our-judgement": 21, "IOTOPS-01": 1,
    }  # fmt: skip
    assert {link.provenance for link in between(ETSI, "nist")} == {"our-judgement"}
    assert len(between(ETSI, "nist")) == 80


def test_every_provision_of_the_old_edition_leads_to_the_new_one():
    assert {link.source.id for link in between(OLD, ETSI)} == rows(OLD)
    new = rows(ETSI) - {link.target.id for link in between(OLD, ETSI)}
    assert new == {"5.1-2A", "6-6", "6-7", "6-8"}, "new in 3.1.3"


def test_void_ids_lead_to_what_the_catalogue_names_in_their_place():
    for old, successors in load_catalogue(ETSI).void.items():
        targets = {link.target.id for link in between(OLD, ETSI) if link.source.id == old}
        assert targets >= set(successors)


def test_a_provision_is_equal_only_where_status_and_number_allow_it():
    old = {row.id: row for row in load_catalogue(OLD).requirements}
    new = {row.id: row for row in load_catalogue(ETSI).requirements}
    for link in between(OLD, ETSI):
        if link.relationship == "equal-to":
            assert old[link.source.id].status == new[link.target.id].status
            assert link.source.id == link.target.id or "number" in link.rationale


def test_every_outcome_of_8425_is_related_to_8259a_or_to_an_activity_elsewhere():
    technical = {id for id in rows("nist-ir-8425") if not id.endswith(("DOC", "QUERY", "DISS", "EDU"))}
    assert {link.target.id for link in between("nist-ir-8259a", "nist-ir-8425")} == technical
    activities = rows("nist-ir-8425") - technical
    assert {x.target.id for x in between(ETSI, "nist-ir-8425")} == activities


def test_more_than_common_ground_is_claimed_within_a_family_only():
    for link in LINKS:
        if link.relationship != "intersects-with":
            families = {load_catalogue(end.baseline).family for end in (link.source, link.target)}
            assert len(families) == 1, link


def test_what_is_more_than_common_ground_has_its_reason():
    for link in LINKS:
        if link.relationship not in ("intersects-with", "equal-to"):
            assert len(link.rationale.split()) >= 6, link


def test_every_row_has_a_clause_of_its_own_words():
    for link in LINKS:
        assert 2 <= len(link.rationale.split()) <= 30, link
        assert not re.search(r"\bshall\b|\bshould\b|[.;]$", link.rationale), link
    across = [x.rationale for x in LINKS if x.source.baseline != OLD]
    repeated = [text for text, times in Counter(across).items() if times > 2]
    assert repeated == []


def test_a_citation_is_told_where_its_number_is_another_one():
    for link in LINKS:
        if link.cited_as:
            assert link.provenance == "IOTOPS-01"
            assert set(link.cited_as.split(" and ")) <= rows(OLD)
            assert link.cited_as != link.target.id
    iotops = [x for x in between("enisa", ETSI) if x.provenance == "IOTOPS-01"]
    assert all(link.cited_as or link.target.id in rows(OLD) for link in iotops)


def test_the_words_are_those_of_oscal():
    assert get_args(Relationship) == tuple(CONVERSE)
    assert set(PROVENANCES) == set(get_args(Provenance))
    assert {CONVERSE[CONVERSE[word]] == word for word in CONVERSE} == {True}


def test_a_draft_is_cited_by_the_numbers_that_it_knows():
    pairs = {(x.source.id, x.cited_as or x.target.id) for x in LINKS if x.provenance == "IOTOPS-01"}
    assert {("GP-TM-03", "5.7-1"), ("GP-TM-33", "5.6-4"), ("GP-TM-14", "6-3")} <= pairs


# --- reading it from either side ----------------------------------------------------------------


def test_a_row_is_found_from_both_ends_and_turned():
    (link,) = [x for x in related(ETSI, "5.13-1A") if x.target.baseline == OLD]
    assert (link.relationship, str(link.target)) == ("subset-of", f"{OLD}/5.13-1")
    (link,) = [x for x in related(OLD, "5.13-1") if x.target.id == "5.13-1A"]
    assert link.relationship == "superset-of"


def test_a_row_that_another_baseline_takes_over_has_the_same_relatives():
    assert home("enisa-baseline", "GP-TM-03") == Item("enisa-gp-tm", "GP-TM-03")
    assert related("enisa-baseline", "GP-TM-03") == related("enisa-gp-tm", "GP-TM-03") != ()
    assert home("enisa-baseline", "GP-PS-10") == Item("enisa-baseline", "GP-PS-10")
    assert related("enisa-baseline", "no-such-id") == ()


def test_ids_that_two_editions_share_are_not_confused():
    assert home(OLD, "5.1-1") == Item(OLD, "5.1-1")
    assert not any(link.target.baseline.startswith("enisa") for link in related(OLD, "5.1-1"))


# --- faults -------------------------------------------------------------------------------------

GOOD = """\
rows:
  - source: {baseline: enisa-gp-tm, id: GP-TM-01}
    target: {baseline: nist-ir-8259a, id: 8259A-DP-1}
    relationship: intersects-with
    provenance: our-judgement
    rationale: both protect keys
"""


def test_a_row_is_read_as_it_stands():
    (link,) = read_crosswalk(GOOD.encode())
    assert (str(link.source), link.relationship, link.line) == ("enisa-gp-tm/GP-TM-01", "intersects-with", 2)
    assert link.cited_as == ""
    check((link,))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("intersects-with", "overlaps", ":4:19: relationship: got 'overlaps', expected one of equivalent-to"),
        ("our-judgement", "hearsay", ":5:17: provenance: got 'hearsay', expected one of IOTOPS-01"),
        ("both protect keys", '" "', ":6:16: rationale: got ' ', expected text"),
        ("both protect keys", "7", "rationale: got 7, expected text"),
        ("    rationale: both protect keys\n", "", ":2:5: got a row with source, target"),
        ("    relationship:", "    cited_as: ''\n    relationship:", "cited_as: got '', expected text"),
        ("    relationship:", "    because: x\n    relationship:", "got a row with source, target, because"),
        (
            "{baseline: nist-ir-8259a, id: 8259A-DP-1}",
            "8259A-DP-1",
            "got '8259A-DP-1', expected a baseline and an id",
        ),
        ("id: 8259A-DP-1", "id: 5", "expected a baseline and an id, both text"),
        ("id: 8259A-DP-1", "name: x", "expected a baseline and an id, both text"),
        ("nist-ir-8259a", "enisa-gp-tm", "are of one baseline, expected two"),
        ("rows:\n", "rows: [\n", "crosswalk.yaml:"),
        (GOOD, "rows: []", "rows: got [], expected a list"),
        (GOOD, "[]", "rows: got None, expected a list"),
        (GOOD, "rows: [1]", "got a row with 1"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(old, new, told):
    assert old in GOOD
    with pytest.raises(CatalogueError) as caught:
        read_crosswalk(GOOD.replace(old, new).encode())
    assert caught.value.message.startswith(f"{FILE}:")
    assert told in caught.value.message


@pytest.mark.parametrize("turned", [False, True])
def test_a_pair_that_stands_twice_is_refused_also_the_other_way_round(turned):
    again = GOOD.partition("\n")[2]
    if turned:
        again = again.replace("source", "x").replace("target", "source").replace("x:", "target:")
    with pytest.raises(CatalogueError, match=r"crosswalk\.yaml:7:5: .* are paired already in line 2"):
        read_crosswalk((GOOD + again).encode())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("8259A-DP-1", "8259A-DP-9", "crosswalk.yaml:2: got '8259A-DP-9', which is no requirement of nist"),
        ("enisa-gp-tm", "enisa", "crosswalk.yaml:2: got baseline 'enisa', expected one of enisa-gp-tm"),
    ],
)
def test_an_id_that_is_in_no_catalogue_is_refused_with_its_line(old, new, told):
    with pytest.raises(CatalogueError) as caught:
        check(read_crosswalk(GOOD.replace(old, new).encode()))
    assert told in caught.value.message


# --- verdicts never cross it --------------------------------------------------------------------


def imports(path: Path):
    """Modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_only_what_is_for_reading_imports_the_crosswalk():
    users = {
        path.relative_to(ROOT / "iotassess").as_posix()
        for path in (ROOT / "iotassess").rglob("*.py")
        if "iotassess.baseline.crosswalk" in imports(path)
    }
    assert users == {"cli/explain_requirement.py", "cli/writing.py", "cli/listing.py"}


def test_an_assessment_of_all_baselines_never_loads_it():
    script = (
        "import sys, json; from iotassess.cli.main import call;"
        "code = call(sys.argv[1:]);"
        "print(json.dumps([code, 'iotassess.baseline.crosswalk' in sys.modules]), file=sys.stderr)"
    )
    profile = PROFILES / "sensor-node" / "good.yaml"
    chosen = [f"--baseline={id}" for id in SHIPPED]
    done = subprocess.run(
        [sys.executable, "-c", script, "assess", profile, *chosen, "-f", "json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stderr.strip().split("\n")[-1]) == [0, False], done.stderr
