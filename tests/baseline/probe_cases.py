"""What the tests of the probes share: claims in one line, a way to ask, and the shape of a case."""

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import probes
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import PRODUCT, Claim, Source, Subject
from iotassess.model.profile.leaves import all_properties

DAY = datetime.date(2026, 11, 1)
VOCABULARY = all_properties()


class Case(NamedTuple):
    """One question, what is known, and the right answer.

    Attributes:
        probe: probe id.
        name: what the case is about.
        claims: all claims.
        outcome: the right outcome.
        grade: the right grade.
        params: parameters of the probe.
    """

    probe: str
    name: str
    claims: list[Claim]
    outcome: str
    grade: int = 0
    params: Mapping[str, Any] = {}


def said(property, value, grade=0, *, about="", device="", artefact="evidence.bin", **flags) -> Claim:
    """Make a claim: declared by default, about the product unless ``about`` is "kind name"."""
    assert property in VOCABULARY, property
    kind, _, name = about.partition(" ")
    shown = grade > 0 or flags.get("observed", False)
    source = Source(artefact if shown else None, property, None if shown else 7)
    subject = Subject(kind, name) if about else PRODUCT
    return Claim(subject, property, value, grade, source, device=device, **flags)


def listed(kind, *instances) -> list[Claim]:
    """Declare a list of instances: (name, {leaf: value}); no instance declares the list empty."""
    claims = [said(f"{kind}.any", bool(instances))]
    for name, leaves in instances:
        claims += [said(f"{kind}.{leaf}", value, about=f"{kind} {name}") for leaf, value in leaves.items()]
    return claims


def ask(probe: str, *claims: Claim, **params: Any) -> Answer:
    """Ask a probe, and see that it looked at nothing that it does not own up to."""
    facts = Facts(ClaimTable(claims, VOCABULARY), DAY)
    row = probes()[probe]
    answer = row.run(facts, **params)
    assert facts.asked <= set(row.reads), f"{probe} reads more than it says"
    assert answer.because
    assert not answer.because.endswith(".")
    return answer


def check(case: Case) -> None:
    """Hold the answer to a case against the right one."""
    answer = ask(case.probe, *case.claims, **case.params)
    assert (answer.outcome, answer.grade) == (case.outcome, case.grade), answer.because
    assert not any(claim.other for claim in answer.claims)


def title(case: Case) -> str:
    """Name a case for a report."""
    return f"{case.probe}: {case.name}"
