"""Tables that claim more than the profile bears out do not pass, whatever the details say."""

import pytest

from iotassess.ics.checking import check
from iotassess.ics.filling import fill
from iotassess.ics.judged import editions, judge, statement_catalogue
from iotassess.ics.reading import read_table
from iotassess.profile import load_profile
from tests.examples import PROFILES, TWINS, request
from tests.ics.making import as_csv

EDITIONS = ("etsi-en-303-645@3.1.3", "etsi-en-303-645@2.1.1")
BARE = "schema: iotassess/profile/v1\nproduct: {vendor: Maker, model: Model}\n"


def judged(path, product, edition):
    return judge(load_profile(path), request(product), statement_catalogue(edition), tool_version="0")


def errors(made, rows):
    """References of the errors on a table, and their ids."""
    found = check(read_table(as_csv(*rows)), made.catalogue, editions(made.catalogue), made)
    return {row.reference: row.id for row in found if row.severity == "error"}


@pytest.fixture(params=EDITIONS)
def edition(request):
    return request.param


def test_yes_to_everything_is_refused_beside_a_profile_that_says_nothing(tmp_path, edition):
    (tmp_path / "bare.yaml").write_text(BARE)
    made = judged(tmp_path / "bare.yaml", "sensor-node", edition)
    rows = fill(made).rows
    found = errors(made, [(row.reference, row.status, "Y", "see the IXIT") for row in rows])
    assert found == {row.reference: "support-unfounded" for row in rows if row.support != "Y"}
    assert len(found) > 60


@pytest.mark.parametrize(("product", "twin"), TWINS)
def test_every_answer_of_an_example_turned_into_yes_is_refused(product, twin, edition):
    made = judged(PROFILES / product / f"{twin}.yaml", product, edition)
    rows = fill(made).rows
    found = errors(made, [(row.reference, row.status, "Y", "see the IXIT") for row in rows])
    assert found == {row.reference: "support-unfounded" for row in rows if row.support != "Y"}
    assert "N" in {row.support for row in rows if row.reference in found}
