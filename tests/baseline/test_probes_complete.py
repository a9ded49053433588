"""Every probe is tried: met, not met, and silent; and every probe says what it is."""

import pkgutil
import re

import pytest

import iotassess.baseline.probes
from iotassess.baseline.registry import PROBE_MODULES, Probe, probes
from tests.baseline import (
    test_probes_data,
    test_probes_evidence,
    test_probes_keys,
    test_probes_leaves,
    test_probes_network,
    test_probes_platform,
    test_probes_users,
)
from tests.baseline.probe_cases import VOCABULARY, Case, ask, title

MODULES = (
    test_probes_data,
    test_probes_evidence,
    test_probes_keys,
    test_probes_network,
    test_probes_platform,
    test_probes_users,
)
CASES: list[Case] = [case for module in MODULES for case in module.CASES]
LEAVES = set(test_probes_leaves.PROPERTY_OF)

each_probe = pytest.mark.parametrize("row", probes().values(), ids=lambda row: row.id)


def tried(row: Probe, *outcomes: str) -> bool:
    return any(case.probe == row.id and case.outcome in outcomes for case in CASES)


@each_probe
def test_every_probe_is_tried_each_way(row: Probe) -> None:
    if row.id in LEAVES:
        return
    assert tried(row, "met")
    assert tried(row, "unmet", "weaker")
    assert any(case.probe == row.id and not case.claims and case.outcome == "indeterminate" for case in CASES)


def test_no_case_asks_a_probe_that_is_not_there() -> None:
    assert {case.probe for case in CASES} | LEAVES == set(probes())


@each_probe
def test_silence_is_indeterminate_and_rests_on_nothing(row: Probe) -> None:
    answer = ask(row.id)
    assert (answer.outcome, answer.grade, answer.claims, answer.disputed) == ("indeterminate", 0, (), False)


@each_probe
def test_an_id_is_a_fact_in_kebab_case(row: Probe) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row.id)
    assert not re.match(r"(check|verify|is|has|test)-", row.id)


@each_probe
def test_the_question_is_one(row: Probe) -> None:
    assert row.question[0].isupper()
    assert row.question.count("?") == 1
    assert row.question.endswith("?")


@each_probe
def test_the_documentation_has_its_four_paragraphs(row: Probe) -> None:
    places = [row.text.find(f"{word}: ") for word in ("Looks at", "Why it matters", "Decides", "References")]
    assert -1 not in places
    assert places == sorted(places)
    assert all(property in VOCABULARY for property in row.reads)


@each_probe
def test_the_documentation_names_what_is_looked_at(row: Probe) -> None:
    looks = " ".join(row.text.split("Why it matters: ")[0].split("Looks at: ")[1].split())
    if "list of" in looks or "list is" in looks or "run-time protections" in looks:
        return  # told in words: whether a list is empty, and a family of leaves
    assert any(property in looks for property in row.reads)


def test_no_module_of_probes_is_left_out() -> None:
    written = {name for _, name, _ in pkgutil.iter_modules(iotassess.baseline.probes.__path__)}
    named = {module.rsplit(".", 1)[1] for module in PROBE_MODULES}
    assert {name for name in written if not name.startswith("_")} == named


@pytest.mark.parametrize("case", [c for c in CASES if c.outcome == "not-applicable"], ids=title)
def test_what_does_not_arise_rests_on_a_declaration(case: Case) -> None:
    assert ask(case.probe, *case.claims, **case.params).claims
