"""Where findings stand: at the line that declares, names or answers, else at the first one."""

from iotassess.model.artefact import Role
from iotassess.model.assessment import Discrepancy, PartResult, RequirementResult
from iotassess.model.claim import PRODUCT, Claim, Source
from iotassess.model.gate import Place
from iotassess.model.places import (
    NOWHERE,
    place_of_claims,
    place_of_discrepancy,
    place_of_requirement,
    place_of_role,
    sound,
)


def said(line, column=4):
    return Claim(PRODUCT, "debug.state", "enabled", 0, Source(None, "debug.state", line, column))


SHOWN = Claim(PRODUCT, "debug.state", "enabled", 5, Source("token", "dbgstat"))


def part(outcome, *claims, arms=()):
    return PartResult("probe", outcome, "evidence", 0, "", tuple(claims), arms=tuple(arms))


def requirement(*parts):
    return RequirementResult("1", "", "", "", "mandatory", False, False, "partial", 0, (), parts, (), "")


def discrepancy(declared, *evidenced):
    return Discrepancy("debug-contradiction", "f", "error", "", 5, PRODUCT, (), declared, evidenced)


def test_a_claim_of_the_profile_stands_at_its_line_and_one_of_an_artefact_nowhere():
    assert place_of_claims([SHOWN, said(7), said(9)]) == Place(7, 4)
    assert place_of_claims([SHOWN, said(None)]) is None
    assert place_of_claims([]) is None


def test_a_requirement_stands_at_the_part_that_is_not_met():
    assert place_of_requirement(requirement(part("met", said(3)), part("unmet", said(8)))) == Place(8, 4)
    assert place_of_requirement(requirement(part("met", said(3)), part("unmet", SHOWN))) == Place(3, 4)
    inside = part("unmet", arms=[part("unmet", SHOWN), part("unmet", said(5))])
    assert place_of_requirement(requirement(inside)) == Place(5, 4)
    assert place_of_requirement(requirement()) == NOWHERE


def test_a_discrepancy_stands_at_its_declaration_or_at_its_artefact():
    named = {"token": Place(40, 2)}
    find = lambda path: named.get(path, NOWHERE)  # noqa: E731 - shorter than a function
    assert place_of_discrepancy(discrepancy(said(7), SHOWN), find) == Place(7, 4)
    assert place_of_discrepancy(discrepancy(None, SHOWN), find) == Place(40, 2)
    assert place_of_discrepancy(discrepancy(None), find) == NOWHERE


def test_a_role_stands_where_the_file_is_named():
    assert place_of_role(Role("artefact", None, 12, 5)) == Place(12, 5)
    assert place_of_role(Role("artefact", None, None)) == place_of_role(None) == NOWHERE


def test_a_place_is_counted_from_one():
    assert sound(Place(0, -3)) == Place(1, 1)
    assert sound(Place(3, 2)) == Place(3, 2)
