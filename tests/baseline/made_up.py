"""A made-up catalogue that uses everything a catalogue may hold, and the probes that it names."""

from iotassess.baseline.answers import Answer
from iotassess.baseline.registry import Probe


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
    crosswalk: {etsi: [{id: "5.1-1"}]}
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
