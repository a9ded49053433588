"""The proof of the design: a kind of artefact that nobody has heard of is cross-checked against everything.

It is one decoder and one row of the table of kinds. It emits two claims; nothing else is told about it.
"""

import sys
import types

import pytest

from iotassess.errors import MalformedArtefact
from iotassess.evidence.registry import KINDS, Kind
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.claim import PRODUCT, Digest, Subject
from tests.examples import copy, edit, judge, request

MODULE = "made_up_factory_record"
MAGIC = b"FACTORY RECORD\n"
RECORD = Kind(
    "factory-record", "Record of a production line", "nowhere", ("text/x-factory",), "reference",
    f"{MODULE}:is_record", f"{MODULE}:decode",
)  # fmt: skip


def is_record(peek):
    return peek.data.startswith(MAGIC)


def decode(peek, context):
    lines = peek.data.removeprefix(MAGIC).decode().split()
    if len(lines) != 3:
        raise MalformedArtefact("artefact-unrecognised", f"got {len(lines)} words, expected three")
    observed, debug, digest = lines[0] == "observed", lines[1], lines[2]
    shown = (
        Shown(PRODUCT, "debug.state", debug, "line[1]", covered=False, observed=observed),
        Shown(
            Subject("component", "00/617070", "suit-component-id"), "component.digest",
            Digest("sha-256", digest), "line[2]", covered=False, observed=observed,
        ),
    )  # fmt: skip
    return Artefact(context.path, None, None, "", 0, True, "unsigned", shown=shown)


@pytest.fixture(autouse=True)
def module(monkeypatch):
    made = types.ModuleType(MODULE)
    made.is_record, made.decode = is_record, decode
    monkeypatch.setitem(sys.modules, MODULE, made)


@pytest.fixture
def node(tmp_path):
    folder = copy("sensor-node", tmp_path)
    edit(folder / "good.yaml", ("evidence:\n", "evidence:\n  - artefact: evidence/record\n"))
    return folder


RECORD_FILE = "evidence/record"
GOOD_DIGEST = "fd68d40f7f685c445cea9c8cb48e313780099831e75690fb302e36af8df69db4"
BAD_DIGEST = "00" * 32


REFERENCES = ("evidence/reference.corim", "evidence/app.coswid")


def run(folder, *words, kinds=(RECORD, *KINDS)):
    (folder / "evidence/record").write_bytes(MAGIC + " ".join(words).encode())
    return judge(folder / "good.yaml", request("sensor-node", folder=folder, kinds=kinds))


def sides(discrepancy):
    """Who says what in a discrepancy: profile paths and artefacts."""
    declared = {discrepancy.declared.source.path} if discrepancy.declared else set()
    return declared | {claim.source.artefact for claim in discrepancy.evidenced}


def verdicts(assessment):
    return {row.id: row.verdict for result in assessment.baselines for row in result.requirements}


def test_without_a_row_in_the_table_it_is_no_artefact(node):
    record = run(node, "observed", "enabled", BAD_DIGEST, kinds=KINDS).artefacts[0]
    assert record.kind is None
    assert [p.id for p in record.problems] == ["artefact-unrecognised"]


def test_where_it_agrees_it_supports_the_answers_and_contradicts_nothing(node):
    found = run(node, "observed", "disabled-permanently", GOOD_DIGEST)
    record = found.artefacts[0]
    assert (record.kind, record.purpose) == ("factory-record", "reference")
    assert found.discrepancies == ()
    used = {
        (claim.source.artefact, claim.property)
        for result in found.baselines
        for row in result.requirements
        for part in row.parts
        for claim in part.claims
    }
    assert ("evidence/record", "debug.state") in used


def test_what_it_shows_is_held_against_the_profile_and_who_agrees_with_that_is_named(node):
    found = run(node, "observed", "enabled", BAD_DIGEST)
    about = {d.id: d for d in found.discrepancies}
    assert set(about) == {"debug-contradiction", "component-digest-mismatch"}
    assert {d.severity for d in found.discrepancies} == {"error"}
    assert sides(about["debug-contradiction"]) == {"debug.state", RECORD_FILE}
    assert "evidence/eat.cbor" in about["debug-contradiction"].message
    assert sides(about["component-digest-mismatch"]) == {"components[2].digest", RECORD_FILE}
    for other in ("evidence/update.suit", "evidence/psa-token.cbor", "evidence/app.bin"):
        assert other in about["component-digest-mismatch"].message


def test_what_it_shows_is_held_against_manifest_token_and_image(node):
    edit(node / "good.yaml", (f"    digest: sha-256:{GOOD_DIGEST}\n", ""))
    found = run(node, "observed", "disabled-permanently", BAD_DIGEST)
    pairs = {(d.id, frozenset(sides(d))) for d in found.discrepancies}
    assert pairs == {
        ("component-digest-mismatch", frozenset({"evidence/update.suit", RECORD_FILE})),
        ("component-digest-mismatch", frozenset({*REFERENCES, RECORD_FILE})),
        ("measurement-mismatch", frozenset({"evidence/psa-token.cbor", RECORD_FILE})),
        ("image-digest-mismatch", frozenset({"evidence/app.bin", RECORD_FILE})),
        ("image-digest-mismatch", frozenset({"evidence/app.signed.bin", RECORD_FILE})),
    }
    assert {d.severity for d in found.discrepancies} == {"error"}


def test_its_contradictions_reach_the_verdicts(node):
    before = verdicts(run(node, "observed", "disabled-permanently", GOOD_DIGEST))
    found = run(node, "observed", "enabled", GOOD_DIGEST)
    (debug,) = found.discrepancies
    assert debug.requirements
    for id in debug.requirements:
        assert (before[id] == "contradicted", verdicts(found)[id]) == (False, "contradicted")


def test_what_nobody_vouches_for_raises_doubts_and_contradicts_nothing(node):
    found = run(node, "stated", "enabled", BAD_DIGEST)
    assert {d.severity for d in found.discrepancies} == {"warning"}
    assert "contradicted" not in verdicts(found).values()
    disputed = {id for d in found.discrepancies for id in d.requirements}
    assert disputed
    assert "verified" not in {verdicts(found)[id] for id in disputed}


def test_a_broken_one_is_a_problem_of_its_own_kind(node):
    record = run(node, "one-word").artefacts[0]
    assert (record.kind, record.wellformed) == ("factory-record", False)
    assert [p.id for p in record.problems] == ["artefact-unrecognised"]
