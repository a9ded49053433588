"""Every fixture read as ``verify`` reads it: what its description says must be found, and nothing else."""

import datetime
import json
from pathlib import Path

import pytest

from iotassess.crosscheck.beside import with_findings_beside
from iotassess.evidence.collect import collect
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.evidence.verification import Nonce, exit_code, parse_image, verify
from iotassess.model.assessment import AsOf
from iotassess.model.problems import PROBLEMS

FIXTURES = Path(__file__).parents[2] / "fixtures"
INDEX = json.loads((FIXTURES / "index.json").read_text())
ROWS = INDEX["artefacts"]
START = datetime.datetime.fromisoformat(INDEX["as_of"]).replace(tzinfo=datetime.UTC)
AS_OF = AsOf(START, START + datetime.timedelta(days=1, microseconds=-1))

each_fixture = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
each_good_one = pytest.mark.parametrize(
    "row", [row for row in ROWS if not row["problems"]], ids=lambda row: row["file"]
)


def read(row, *, keys=None, example=False):
    """Read one fixture with the anchors, the challenge and the images that the index gives for it."""
    store = TrustStore.load(
        [parse_anchor_spec(str(FIXTURES / key)) for key in (row["keys"] if keys is None else keys)],
        example=example,
    )
    found = verify(
        collect([FIXTURES / name for name in (row["file"], *row["beside"])]),
        store,
        AS_OF,
        # Not through the option, which refuses the seven bytes that one fixture answers.
        nonces=[Nonce(None, bytes.fromhex(row["nonce"]))] if row["nonce"] else [],
        images=[parse_image(str(FIXTURES / image)) for image in row["images"]],
    )
    return found._replace(artefacts=with_findings_beside(found.artefacts)[:1])


def problems(artefact):
    """Ids of all problems, those of nested tokens among them."""
    found = {p.id for p in artefact.problems}
    return found.union(*map(problems, artefact.nested))


@each_fixture
def test_a_fixture_reads_as_its_description_says(row):
    (artefact,) = read(row).artefacts
    expected = row["expect"]
    assert artefact.kind == row["kind"]
    assert artefact.wellformed == expected["wellformed"]
    if expected["authenticity"] is not None:
        assert artefact.authenticity == expected["authenticity"]
    else:
        assert row["fault"], "only of a fault the description may leave open what it does to authenticity"
        assert artefact.authenticity != "intact"


@each_fixture
def test_the_faults_that_a_fixture_was_made_with_are_found_and_no_others(row):
    (artefact,) = read(row).artefacts
    found = problems(artefact)
    assert set(row["problems"]) <= {p.id for p in artefact.problems}
    assert found <= {*row["problems"], *row["companions"], *INDEX["always"]}
    assert ("cose-test-key" in {p.id for p in artefact.problems}) <= row["expect"]["test_key"]


@each_fixture
def test_problems_say_what_is_wrong_and_have_the_contracts_severity(row):
    (artefact,) = read(row).artefacts
    for found in artefact.problems:
        assert found.id in PROBLEMS
        assert len(found.message) > 10, found
        assert found.offset is None or 0 <= found.offset <= artefact.size, found


@each_fixture
def test_a_fixture_ends_verify_with_the_exit_code_of_its_description(row):
    assert exit_code(read(row)) == row["expect"]["verify_exit"]


@each_fixture
def test_but_for_its_test_key_a_fixture_would_end_with_the_other_exit_code(row):
    read_as_example = read(row, example=True)
    assert not {"cose-test-key"} & problems(read_as_example.artefacts[0])
    assert exit_code(read_as_example) == row["expect"]["verify_exit_without_test_key"]


@each_fixture
def test_without_an_anchor_nothing_is_authenticated(row):
    alone = read(row, keys=[])
    (artefact,) = alone.artefacts
    assert artefact.authenticity != "authenticated"
    if artefact.authenticity == "intact":
        assert {"cose-self-asserted-key", "x509-untrusted"} & problems(artefact)
    assert exit_code(alone) != 0


@each_good_one
def test_a_good_one_fails_under_a_key_of_an_attacker(row):
    curve = "-ed25519" if "ed25519" in row["keys"][0] else ""
    misread = read(row, keys=[f"keys/rogue{curve}.pub.pem"], example=True)
    # Nobody's key fits the name of a certificate's issuer: nothing is told to be wrong with it.
    allowed = ("unverified", "intact") if row["kind"] == "x509-chain" else ("failed", "intact")
    assert misread.artefacts[0].authenticity in allowed
    assert exit_code(misread) == 1


@pytest.mark.parametrize("fault", [False, True])
def test_there_are_good_ones_and_at_least_thirty_faults(fault):
    rows = [row for row in ROWS if bool(row["problems"]) == fault]
    assert len(rows) >= (30 if fault else 5)
