"""Every probe is tried: met, not met, and silent; and every probe says what it is, and what it looks at."""

import pkgutil
import re
import typing
from importlib import import_module
from types import ModuleType

import pytest

import iotassess.baseline.probes
import tests.baseline
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import PROBE_MODULES, Probe, leaf, probes
from iotassess.crosscheck.table import ClaimTable
from iotassess.errors import CatalogueError
from iotassess.model.claim import Claim, Value
from iotassess.model.profile import Profile
from iotassess.model.profile.leaves import _strip, leaves
from tests.baseline.probe_cases import DAY, VOCABULARY, Case, ask, check, listed, said, title

THIS = __name__.rsplit(".", 1)[1]
LEAVES_ONLY = "test_probes_leaves"
"""Tries every allowed value of probes that one declared answer decides; its cases are made of tables."""


def _modules() -> list[ModuleType]:
    """The modules of this room that try probes, found by their names."""
    names = [name for _, name, _ in pkgutil.iter_modules(tests.baseline.__path__)]
    found = [name for name in names if name.startswith("test_probes_") and name != THIS]
    return [import_module(f"tests.baseline.{name}") for name in found]


MODULES = _modules()
CLEAR_DNS = listed("endpoint", ("dns", {"protocol": "dns", "security": "none"}))
OWN = [Case("transport-security-current", "DNS in clear", CLEAR_DNS, "weaker")]
"""What the modules leave out, of what a probe reads."""

CASES: list[Case] = [*OWN, *(case for module in MODULES for case in getattr(module, "CASES", ()))]
PROPERTY_OF: dict[str, str] = {
    probe: property for module in MODULES for probe, property in getattr(module, "PROPERTY_OF", {}).items()
}
"""Probes that one declared answer decides → that answer."""

each_probe = pytest.mark.parametrize("row", probes().values(), ids=lambda row: row.id)
each_leaf_probe = pytest.mark.parametrize("probe", PROPERTY_OF)


def test_every_module_that_tries_probes_is_joined() -> None:
    assert {module.__name__.rsplit(".", 1)[1] for module in MODULES} >= {LEAVES_ONLY, "test_probes_practices"}
    without = [module.__name__ for module in MODULES if not getattr(module, "CASES", ())]
    assert without == [f"tests.baseline.{LEAVES_ONLY}"]


@pytest.mark.parametrize("case", OWN, ids=title)
def test_answer(case: Case) -> None:
    check(case)


def test_no_probe_is_listed_as_a_leaf_twice() -> None:
    listed = [probe for module in MODULES for probe in getattr(module, "PROPERTY_OF", {})]
    assert len(listed) == len(set(listed))


# --- tried -------------------------------------------------------------------------------------------------


def tried(row: Probe, *outcomes: str) -> bool:
    return any(case.probe == row.id and case.outcome in outcomes for case in CASES)


@each_probe
def test_every_probe_is_tried_each_way(row: Probe) -> None:
    if row.id in PROPERTY_OF:
        return  # below
    assert tried(row, "met")
    assert tried(row, "unmet", "weaker")
    assert any(case.probe == row.id and not case.claims and case.outcome == "indeterminate" for case in CASES)


def _values(property: str) -> tuple[Value, ...]:
    """Values of a leaf that decide a probe: those that the profile allows, or a text and a blank one."""
    row = VOCABULARY[property]
    if row.type == "bool":
        return (True, False)
    if row.type == "date":
        return ("2027-01-01", " ")
    if row.type != "enum":
        return ("somebody", " ")
    kind: object = Profile
    for key in next(found.path for found in leaves() if found.property == property):
        kind = _strip(kind.model_fields[key].annotation)  # type: ignore[attr-defined]
    return typing.get_args(kind)


@each_leaf_probe
def test_a_declared_answer_decides_for_and_against(probe: str) -> None:
    property = PROPERTY_OF[probe]
    outcomes = {ask(probe, said(property, value)).outcome for value in _values(property)}
    assert "met" in outcomes
    assert outcomes & {"unmet", "weaker"}
    assert outcomes <= {"met", "weaker", "unmet"}


def test_no_case_asks_a_probe_that_is_not_there() -> None:
    assert {case.probe for case in CASES} | set(PROPERTY_OF) == set(probes())


@each_probe
def test_silence_is_indeterminate_and_rests_on_nothing(row: Probe) -> None:
    answer = ask(row.id)
    assert (answer.outcome, answer.grade, answer.claims, answer.disputed) == ("indeterminate", 0, (), False)


@pytest.mark.parametrize("case", [c for c in CASES if c.outcome == "not-applicable"], ids=title)
def test_what_does_not_arise_rests_on_a_declaration(case: Case) -> None:
    assert ask(case.probe, *case.claims, **case.params).claims


# --- looked at ---------------------------------------------------------------------------------------------


def _asked(probe: str, claims: list[Claim], **params: object) -> set[str]:
    facts = Facts(ClaimTable(claims, VOCABULARY), DAY)
    probes()[probe].run(facts, **params)
    return facts.asked


@each_probe
def test_what_a_probe_says_that_it_reads_it_reads(row: Probe) -> None:
    cases = [case for case in CASES if case.probe == row.id]
    read = {p for case in cases for p in _asked(row.id, case.claims, **case.params)} | _asked(row.id, [])
    if row.id in PROPERTY_OF:
        property = PROPERTY_OF[row.id]
        read |= {p for value in _values(property) for p in _asked(row.id, [said(property, value)])}
    assert read == set(row.reads)


# --- documented --------------------------------------------------------------------------------------------


@each_probe
def test_an_id_is_a_fact_in_kebab_case(row: Probe) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row.id)
    assert not re.match(r"(check|verify|is|has|test)-", row.id)


@each_probe
def test_the_question_is_one(row: Probe) -> None:
    assert row.question[0].isupper()
    assert row.question.count("?") == 1
    assert row.question.endswith("?")


def test_no_question_is_asked_by_two_probes() -> None:
    questions = [row.question for row in probes().values()]
    assert len(questions) == len(set(questions))


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


def test_an_id_that_is_taken_is_refused() -> None:
    taken = next(iter(probes().values()))
    with pytest.raises(CatalogueError, match=f"probe {taken.id} is registered twice"):
        leaf(taken.id, "debug.state", (), question="?", why="", references="")
    assert probes()[taken.id] is taken


def test_no_module_of_probes_is_left_out() -> None:
    written = {name for _, name, _ in pkgutil.iter_modules(iotassess.baseline.probes.__path__)}
    named = {module.rsplit(".", 1)[1] for module in PROBE_MODULES}
    assert {name for name in written if not name.startswith("_")} == named
