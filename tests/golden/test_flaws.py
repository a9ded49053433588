"""Each flaw of the flawed twins shows by itself, and drags what it touches.

The table is written by hand from the READMEs of the example profiles and from what the requirements of the
default baselines ask.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.examples import PROFILES, copy, edit, judge, request


class Flaw(NamedTuple):
    """One flaw.

    Attributes:
        product: whose flawed twin has it.
        file: the file that it is in; empty where the profile itself declares it.
        problem: that the file has, or None.
        discrepancies: that the file makes.
        severity: of these.
        touched: requirements that are contradicted, or not satisfied, on account of it.
        verdict: which of the two.
        edits: that bring this flaw alone into the good twin.
    """

    product: str
    file: str
    problem: str | None
    discrepancies: frozenset[str]
    severity: str
    touched: frozenset[str]
    verdict: str
    edits: tuple[tuple[str, str], ...]


def flaw(product, file, problem, discrepancies, touched, edits, *, severity="error", verdict="contradicted"):
    return Flaw(
        product, file, problem, frozenset(discrepancies), severity, frozenset(touched), verdict, tuple(edits)
    )  # fmt: skip


EVIDENCE = "evidence/"
OWN_DEVICE = """\
  - instance_id: "0133734b1280cb9434ed04c9b6a8561d9a"
    serial: SP1-004211
    attestation_key: "160de65ec9c75d92dc1f4e2971fc4266459190c514df211ac676100dd5e402f7"
"""
TWO_DEVICES = """\
  - instance_id: "0182299512ba0e19334236dac30680c0bc"
  - instance_id: "0158bd546ed3fb42dbd9df31b25ff8626d"
"""
DEBUG = """\
  state: disabled-permanently
  unlock: impossible
  present: true # a port on the board, closed by a fuse
  physical: true
"""
PORT = """\
  - name: debug-port
    type: debug
    required: false
    enabled_default: false
    can_disable: true
    protection: fused
"""
REASON = """\
  - requirement: "5.3-6B"
    answer: not-met
    reason: >-
      The node has no user interface of its own. Notifications go to the operator's fleet service, where a
      list of recipients is kept and nobody can be left out.
"""
NO_PORT = """\
  - requirement: "5.6-4A"
    answer: not-applicable
    reason: The node has no debug interface.
"""
UNIQUE = "    derivation: random\n    entropy_bits: 80\n"

FLAWS = {
    # An update with sequence number 3 where 7 is installed takes the device back (GP-TM-05, -06).
    "rollback": flaw(
        "sensor-node", "evidence/flawed-rollback.suit", "suit-sequence-rollback",
        ["anti-rollback-contradiction"], ["GP-TM-05", "GP-TM-06"],
        [("artefact: evidence/update.suit", "artefact: evidence/flawed-rollback.suit")],
    ),
    # Debug access is open: physical ports (GP-TM-33), secure defaults (-08), and trust in the boot (-03).
    "debug left enabled": flaw(
        "sensor-node", "evidence/flawed-debug-enabled.eat.cbor", "eat-debug-enabled",
        ["debug-contradiction"], ["GP-TM-03", "GP-TM-08", "GP-TM-33"],
        [("artefact: evidence/eat.cbor", "artefact: evidence/flawed-debug-enabled.eat.cbor")],
    ),
    # What runs is not what was signed (GP-TM-04), so the boot environment is not what it should be (-03).
    "swapped image": flaw(
        "sensor-node", "evidence/flawed-swapped-image-app.bin", None,
        ["image-digest-mismatch"], ["GP-TM-03", "GP-TM-04"],
        [("image: evidence/app.bin", "image: evidence/flawed-swapped-image-app.bin")],
    ),
    # Nothing is wrong with it but that it is about a gateway: it raises doubts and supports nothing.
    "another product's token": flaw(
        "sensor-node", "evidence/flawed-other-product.psa.cbor", None,
        ["evidence-for-other-product", "implementation-id-mismatch"], [],
        [("artefact: evidence/psa-token.cbor", "artefact: evidence/flawed-other-product.psa.cbor")],
        severity="warning",
    ),
    # What is not there need not be locked (ETSI 5.6-4A); but a token says that it is there, and open.
    "debug port denied": flaw(
        "sensor-node", "evidence/flawed-debug-enabled.eat.cbor", "eat-debug-enabled",
        ["not-applicable-contradiction"], ["5.6-4A"],
        [
            (DEBUG, "  present: false\n  physical: false\n"),
            (PORT, ""),
            ("justifications:\n", f"justifications:\n{NO_PORT}"),
            ("artefact: evidence/eat.cbor", "artefact: evidence/flawed-debug-enabled.eat.cbor"),
        ],
    ),
    # Each recommendation that is not met has its reason (ETSI 5.0-1), but one.
    "missing justification": flaw(
        "sensor-node", "", None, [], ["5.0-1"], [(REASON, "")], verdict="not-satisfied",
    ),
    # Anybody can write such an update: signed code (GP-TM-04), installation (-05), secure update (-18).
    "unsigned update": flaw(
        "smart-plug", "evidence/flawed-unsigned.suit", "cose-unsigned",
        ["update-authenticity-contradiction"], ["GP-TM-04", "GP-TM-05", "GP-TM-18"],
        [("artefact: evidence/update.suit", "artefact: evidence/flawed-unsigned.suit")],
    ),
    # One password opens every plug (GP-TM-09), and nobody has to change it (-22).
    "shared default password": flaw(
        "smart-plug", "", None, [], ["GP-TM-09", "GP-TM-22"],
        [
            ("default_scheme: unique\n    derivation: random\n    entropy_bits: 80\n    forced_change: true",
             "default_scheme: universal\n    entropy_bits: 20\n    forced_change: false"),
        ],
        verdict="not-satisfied",
    ),
    # The same of the one mechanism (ETSI 5.1-1), where nothing is said of passwords as a whole.
    "universal default of a mechanism": flaw(
        "smart-plug", "", None, [], ["5.1-1"],
        [
            (f"    default_scheme: unique\n{UNIQUE}    forced_change: true\n", ""),
            (f"    default_value: unique\n{UNIQUE}",
             "    default_value: universal\n    entropy_bits: 20\n"),
        ],
        verdict="not-satisfied",
    ),
    # The update travels in the open (GP-TM-18).
    "plaintext transport": flaw(
        "smart-plug", "evidence/flawed-plaintext-uri.suit", "suit-uri-plaintext",
        ["update-transport-contradiction"], ["GP-TM-18"],
        [("artefact: evidence/update.suit", "artefact: evidence/flawed-plaintext-uri.suit")],
    ),
    # Whoever opens one plug speaks for all: keys (GP-TM-35), credentials (-48, -49), what they attest (-03).
    "shared attestation key": flaw(
        "smart-plug", "evidence/flawed-shared-key-plug-3.eat.cbor", None,
        ["shared-key-across-devices"], ["GP-TM-03", "GP-TM-35", "GP-TM-48", "GP-TM-49"],
        [
            (OWN_DEVICE, TWO_DEVICES),
            ("  - artefact: evidence/eat.cbor\n",
             "  - artefact: evidence/flawed-shared-key-plug-2.eat.cbor\n"
             "  - artefact: evidence/flawed-shared-key-plug-3.eat.cbor\n"),
        ],
    ),
}  # fmt: skip

ORDER = ("contradicted", "not-satisfied", "not-assessed", "partial", "declared", "verified")
"""Verdicts from the worst to the best; not-applicable stands beside them."""

each_flaw = pytest.mark.parametrize("name", FLAWS)


def verdicts(assessment):
    """Verdicts of all baselines: no two of the default ones have an id in common."""
    return {row.id: row.verdict for result in assessment.baselines for row in result.requirements}


def made_by(assessment, file):
    """Discrepancies in which a file takes part."""
    return [d for d in assessment.discrepancies if any(c.source.artefact == file for c in d.evidenced)]


def problems(assessment, file):
    return {p.id for a in assessment.artefacts if a.path == file for p in a.problems}


@pytest.fixture(scope="module")
def twin():
    """Assesses a twin as its README says."""
    known = {}

    def assessed(product, profile):
        if (product, profile) not in known:
            known[product, profile] = judge(PROFILES / product / f"{profile}.yaml", request(product))
        return known[product, profile]

    return assessed


@pytest.fixture
def alone(tmp_path):
    """Assesses a good twin with one flaw brought into it."""

    def assessed(row):
        folder = copy(row.product, tmp_path)
        edit(folder / "good.yaml", *row.edits)
        return judge(folder / "good.yaml", request(row.product, folder=folder))

    return assessed


@each_flaw
def test_a_flaw_shows_in_the_flawed_twin_as_what_it_is(twin, name):
    row = FLAWS[name]
    flawed = twin(row.product, "flawed")
    if row.problem:
        assert row.problem in problems(flawed, row.file)
    shown = {d.id: d for d in made_by(flawed, row.file)}
    assert row.discrepancies <= set(shown)
    assert {shown[id].severity for id in row.discrepancies} <= {row.severity}
    for id in row.touched:
        assert verdicts(flawed)[id] in ("contradicted", row.verdict)


@each_flaw
def test_the_good_twin_shows_nothing_of_it(twin, name):
    row = FLAWS[name]
    good = twin(row.product, "good")
    assert not row.discrepancies & {d.id for d in good.discrepancies}
    assert row.problem not in {p.id for a in good.artefacts for p in a.problems}
    changed = {id for id in row.touched if verdicts(good)[id] == verdicts(twin(row.product, "flawed"))[id]}
    assert changed == set()


@each_flaw
def test_alone_it_makes_its_own_discrepancies_and_no_others(alone, name):
    row = FLAWS[name]
    found = alone(row)
    assert {d.id for d in found.discrepancies} == row.discrepancies
    assert all(made_by(found, row.file) for _ in row.discrepancies)
    assert {d.severity for d in found.discrepancies} <= {row.severity}
    for discrepancy in found.discrepancies:
        assert discrepancy.declared is None or discrepancy.declared.source.line
    if row.discrepancies:
        assert {id for d in found.discrepancies for id in d.requirements} >= row.touched


@each_flaw
def test_alone_it_drags_what_it_touches_and_raises_nothing(alone, twin, name):
    row = FLAWS[name]
    before, after = verdicts(twin(row.product, "good")), verdicts(alone(row))
    assert {after[id] for id in row.touched} <= {row.verdict}
    compared = {id: (old, after[id]) for id, old in before.items() if {old, after[id]} <= set(ORDER)}
    assert {id: pair for id, pair in compared.items() if ORDER.index(pair[1]) > ORDER.index(pair[0])} == {}


@each_flaw
def test_alone_it_never_raises_what_is_proven(alone, twin, name):
    row = FLAWS[name]
    pairs = zip(alone(row).baselines, twin(row.product, "good").baselines, strict=True)
    assert [found.id for found, good in pairs if found.proven > good.proven] == []


def test_the_token_of_another_product_supports_no_answer(twin):
    flawed = twin("sensor-node", "flawed")
    (other,) = [a for a in flawed.artefacts if a.path == FLAWS["another product's token"].file]
    assert (other.authenticity, other.binding, other.grade) == ("authenticated", "other", 2)
    used = {
        claim.source.artefact
        for result in flawed.baselines
        for row in result.requirements
        for part in row.parts
        if part.outcome in ("met", "weaker")
        for claim in part.claims
    }
    assert other.path not in used


def test_what_two_devices_sign_with_one_key_proves_nothing_about_either(alone):
    found = alone(FLAWS["shared attestation key"])
    proving = {
        claim.source.artefact
        for result in found.baselines
        for row in result.requirements
        if row.verdict == "verified"
        for part in row.parts
        for claim in part.claims
    }
    assert not {path for path in proving if path and "shared-key" in path}


@pytest.mark.parametrize("product", ["sensor-node", "smart-plug"])
def test_the_table_has_every_flaw_of_the_readme(product):
    readme = (PROFILES / product / "README.md").read_text()
    section = readme[readme.index("## What is wrong in the flawed twin") + 3 :].partition("\n## ")[0]
    listed = [line.split("|")[1].strip() for line in section.split("\n") if line.startswith("| ")][1:]
    assert set(listed) == {name for name, row in FLAWS.items() if row.product == product}
