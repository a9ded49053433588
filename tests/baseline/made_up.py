"""Made-up catalogues that use everything a catalogue may hold, and the probes that they name."""

import re

import pytest

from iotassess.baseline.answers import Answer
from iotassess.baseline.reader import read_catalogue
from iotassess.baseline.registry import Probe
from iotassess.errors import CatalogueError

TECHNOLOGIES = frozenset({"suit", "rats-eat"})


def made_up(id, **params):
    return Probe(
        id, f"{id}?", ("debug.state",), "evidence", "", params, lambda facts: Answer("met", "", (), 0)
    )


PROBES = {
    p.id: p
    for p in (
        made_up("debug-off"),
        made_up("update-signed", days=30, strict=True, scheme="any", kinds=["suit"]),
    )
}

GOOD = """\
id: made-up
edition: "1"
title: A made-up baseline
family: house
licence_note: ours
source: here
requirements:
  - id: R-1
    title: Debug is off
    summary: Nobody debugs it.
    category: hardware
    section: "1.1"
    force: mandatory
    seed: {classification: technology}
    gate: true
    attestation: true
    technologies: [suit, rats-eat]
    remediation: Turn it off.
    parts:
      - probe: debug-off
        reason: an open port gives everything away
        min_grade: 3
      - any_of:
          - all_of:
              - probe: debug-off
              - probe: update-signed
                params: {days: 7, strict: false, scheme: one, kinds: [psa]}
          - probe: update-signed
    not_applicable:
      basis: our-convention
      when:
        probe: debug-off
      rationale: it has no port
  - id: R-2
    title: Updates are signed
    summary: All of them.
    category: update
    section: "1.2"
    force: recommended
    remediation: Sign them.
    parts:
      - probe: update-signed
"""

RICH = """\
id: rich@2
edition: "2"
title: A made-up baseline with all that a document may have
family: house
short_name: Rich
notice: read with care
words: {verified: shown, declared: told}
features:
  C1: {text: it can be updated, absent: {probe: debug-off}}
  F(a): {text: it has users, absent: {any_of: [{probe: debug-off}, {probe: update-signed}]}}
void:
  R-0: [R-1, R-2]
requirements:
  - id: R-1
    title: Debug is off
    summary: Nobody debugs it.
    category: hardware
    section: "1.1"
    force: mandatory
    status: M C F (1, a)
    gate: true
    gate_reason: who debugs it owns it
    attestation: true
    attestation_reason: it is the state of one device
    not_applicable: {basis: published, without: [C1, F(a)]}
    remediation: Turn it off.
    parts:
      - probe: debug-off
  - id: R-2
    title: People are trained
    summary: All of them.
    category: people
    section: "1.2"
    force: recommended
    process: true
    not_applicable: {basis: published, without: [F(a)]}
    remediation: Train them.
    parts:
      - probe: update-signed
  - id: R-3
    title: It is beautiful
    summary: Everybody says so.
    category: people
    section: "1.3"
    force: recommended
    remediation: Paint it.
    not_checkable: nobody can tell
  - id: R-4
    title: Reasons are given
    summary: For all that is not met.
    category: people
    section: "1.4"
    force: mandatory
    remediation: Give them.
    parts:
      - justified: [recommended, measure]
        reason: a reason shows that somebody thought
"""


def read(text):
    return read_catalogue(text.encode(), "made-up.yaml", TECHNOLOGIES)


def refused(text):
    """The place and the reason of a refusal."""
    with pytest.raises(CatalogueError) as caught:
        read(text)
    assert caught.value.hint, "a refusal says what to do next"
    found = re.fullmatch(r"made-up\.yaml:(\d+):(\d+): (.*)", caught.value.message, re.DOTALL)
    assert found, caught.value.message
    return int(found[1]), found[3]


def line_of(text, needle, count=1):
    """Line of the count-th line that holds a text."""
    return [n for n, line in enumerate(text.split("\n"), 1) if needle in line][count - 1]
