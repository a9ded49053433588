"""A row opens to reasons: each is told once, and none is left out that says more than what is beside it."""

from dataclasses import replace

import pytest

from iotassess.model.assessment import Assessment, PartResult
from iotassess.model.claim import Claim, Source, Subject
from iotassess.report.html.anchors import Anchors
from iotassess.report.html.rows import MOST_CLAIMS, sections
from tests.examples import drawn

DECLARED = Claim(Subject("product"), "hardware.rot", "rom", 0, Source(None, "hardware.root_of_trust", 117))
SHOWN = Claim(Subject("product"), "boot.secure", True, 4, Source("eat.cbor", "oemboot"))
SAYS = {one: f"{one.property} is {text} by {one.source}" for one, text in ((DECLARED, "rom"), (SHOWN, "yes"))}


def told(because, *claims, outcome="met", discrepancies=()):
    """The reason as the page tells it, of a row with one part and some discrepancies."""
    found = drawn("sensor-node", "flawed")
    part = PartResult("secure-boot-on", outcome, "evidence", 0, because, claims)
    row = replace(
        found.baselines[0].requirements[0],
        parts=(part,),
        discrepancies=tuple(one.fingerprint for one in discrepancies),
    )
    ((section,),) = [sections(one_row(found, row), Anchors())]
    return section.groups[0].rows[0].parts[0].because


def one_row(found: Assessment, row) -> Assessment:
    return replace(found, baselines=(replace(found.baselines[0], requirements=(row,)),))


def test_a_reason_that_only_repeats_the_claims_below_it_is_left_out():
    assert told(SAYS[DECLARED], DECLARED) == ""
    assert told(f"{SAYS[DECLARED]}; {SAYS[SHOWN]}", SHOWN, DECLARED) == ""


@pytest.mark.parametrize(
    "because",
    [
        f"{SAYS[SHOWN]}, at grade 3 where 4 is asked",
        f"{SAYS[SHOWN]}; one of three devices says nothing",
        "secure boot is yes by other.cbor oemboot",
        "secure boot is no by eat.cbor oemboot",
    ],
)
def test_a_reason_that_says_more_or_something_else_stays(because):
    assert told(because, SHOWN, DECLARED) == because


@pytest.mark.parametrize("outcome", ["weaker", "unmet", "contradicted", "indeterminate", "not-applicable"])
def test_what_is_not_met_keeps_its_reason_even_if_a_claim_says_the_same(outcome):
    assert told(SAYS[SHOWN], SHOWN, DECLARED, outcome=outcome) == SAYS[SHOWN]


def test_a_reason_without_claims_stays():
    assert told(SAYS[SHOWN]) == SAYS[SHOWN]


def test_a_reason_stays_whose_claim_is_not_among_those_that_are_shown():
    others = [SHOWN._replace(source=Source(f"{number}.cbor", "oemboot")) for number in range(MOST_CLAIMS)]
    last = SAYS[DECLARED]
    assert told(last, DECLARED, *others[:-1]) == ""
    assert told(last, DECLARED, *others) == last


def test_a_reason_that_a_discrepancy_of_the_row_tells_is_left_out_and_another_one_stays():
    one = drawn("sensor-node", "flawed").discrepancies[0]
    because = f"{one.id}: {one.message}"
    assert told(because, SHOWN, outcome="contradicted", discrepancies=[one]) == ""
    assert told(because, SHOWN, outcome="contradicted") == because
