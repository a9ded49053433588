"""What drawn reports show: who agrees with whom, where it stands, and the boot chain."""

import pytest

from iotassess.assess import assess
from iotassess.baseline.crosswalk import between
from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.crosscheck.picture import draw
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import PRODUCT, Claim, Digest, Source, Subject
from iotassess.model.profile.leaves import all_properties
from iotassess.profile import load_profile
from tests.examples import PROFILES, TWINS, request

APP = Subject("component", "app")
ONE, OTHER = Digest("sha-256", "aa" * 32), Digest("sha-256", "bb" * 32)


def declared(property, value, subject=PRODUCT, line=3):
    return Claim(subject, property, value, 0, Source(None, property, line))


def shown(property, value, artefact="a.cbor", subject=PRODUCT, grade=4, **more):
    return Claim(subject, property, value, grade, Source(artefact, property), **more)


def picture(*claims, discrepancies=(), components=None):
    table = ClaimTable(claims, all_properties())
    return draw(table, discrepancies, components or {}, (), (), lambda claim: None)


def standings(*claims, **more):
    (row,) = picture(*claims, **more).relations
    return [one.standing for one in row.shown]


def test_what_only_the_profile_says_is_no_relation():
    assert picture(declared("component.digest", ONE, APP)).relations == ()


def test_an_artefact_agrees_with_the_declaration():
    said = declared("component.digest", ONE, APP)
    (row,) = picture(said, shown("component.measurement", ONE, subject=APP)).relations
    assert (row.subject, row.family, row.declared) == (APP, "component.digest", (said,))
    assert [one.standing for one in row.shown] == ["agrees"]


def test_a_true_but_lesser_state_is_weaker():
    assert standings(
        declared("debug.state", "disabled-permanently"), shown("debug.state", "disabled-since-boot")
    ) == ["weaker"]


def test_what_is_of_another_product_agrees_with_nothing():
    claims = (declared("component.digest", ONE, APP), shown("component.digest", ONE, subject=APP, other=True))
    assert standings(*claims) == ["foreign"]


def test_what_differs_without_a_discrepancy_is_not_said_to_agree():
    claims = (declared("component.digest", ONE, APP), shown("component.digest", OTHER, subject=APP))
    assert standings(*claims) == ["not-compared"]


def test_one_of_several_alternatives_is_told_apart():
    claims = [declared("component.digest", ONE, APP)]
    claims += [shown("component.image-digest", value, subject=APP) for value in (OTHER, ONE)]
    assert standings(*claims) == ["alternative", "agrees"]


def test_an_alternative_of_another_artefact_excuses_nothing():
    claims = [declared("component.digest", ONE, APP), shown("component.image-digest", ONE, subject=APP)]
    claims.append(shown("component.image-digest", OTHER, "b.bin", subject=APP))
    assert standings(*claims) == ["agrees", "not-compared"]


def test_without_a_declaration_artefacts_are_held_against_each_other():
    first = shown("component.version", "1.0.0", "a.cbor", subject=APP)
    assert standings(first, shown("component.version", "1.0.0", "b.cbor", subject=APP)) == ["agrees"] * 2
    assert standings(first) == ["not-compared"]
    again = shown("component.reference-version", "1.0.0", "a.cbor", subject=APP)
    assert standings(first, again) == ["not-compared"] * 2, "an artefact does not confirm itself"


def test_a_stage_has_all_that_is_declared_of_it():
    stage = Subject("boot-stage", "bl2")
    made = picture(
        declared("boot-stage.name", "bl2", stage),
        declared("boot-stage.verified-by", "bl1", stage),
        components={"bl2": "loader"},
    )
    (one,) = made.boot_chain
    assert (one.name, one.component, one.says("verified-by"), one.says("algorithm")) == (
        "bl2",
        "loader",
        "bl1",
        "",
    )


@pytest.fixture(scope="module", params=TWINS, ids="-".join)
def twin(request: pytest.FixtureRequest):
    return request.param


@pytest.fixture(scope="module")
def drawn(twin):
    product, name = twin
    catalogues = [load_catalogue(id) for id in DEFAULTS]
    loaded = load_profile(PROFILES / product / f"{name}.yaml")
    asked = request(product)
    plain = assess(loaded, asked, catalogues, tool_version="0.0.0")
    return plain, assess(loaded, asked, catalogues, tool_version="0.0.0", crosswalk=between(catalogues))


def test_a_picture_changes_no_verdict(drawn):
    plain, with_picture = drawn
    assert plain.picture is None
    assert with_picture.picture is not None
    assert plain.baselines == with_picture.baselines
    assert plain.discrepancies == with_picture.discrepancies


def test_what_stands_in_a_discrepancy_disagrees_and_nothing_else_does(drawn):
    _, made = drawn
    disputed = {claim for found in made.discrepancies for claim in found.evidenced}
    for row in made.picture.relations:
        for one in row.shown:
            assert (one.standing == "disagrees") == (one.claim in disputed)


def test_offsets_are_those_of_the_discrepancies(drawn):
    _, made = drawn
    pairs = [
        (claim, offset)
        for found in made.discrepancies
        for claim, offset in found.located()
        if offset is not None
    ]
    kept = made.picture.offsets
    assert all(kept[claim] == offset for claim, offset in pairs if claim in kept)
    assert any(claim in kept for claim, _ in pairs) == bool(pairs)
    assert kept


def test_every_requirement_has_what_lifts_it_or_why_nothing_does(drawn):
    _, made = drawn
    wanted = {(result.id, row.id) for result in made.baselines for row in result.requirements}
    assert set(made.picture.rises) == wanted
    assert all(rise.steps or rise.note for rise in made.picture.rises.values())


def test_the_crosswalk_stays_between_the_baselines_of_the_assessment(drawn):
    _, made = drawn
    ids = {(result.id, row.id) for result in made.baselines for row in result.requirements}
    rows = made.picture.crosswalk
    assert rows
    assert all((end.baseline, end.id) in ids for row in rows for end in (row.source, row.target))


def test_rows_of_an_included_catalogue_are_those_of_its_own():
    whole = between([load_catalogue("enisa-baseline"), load_catalogue("nist-ir-8259a")])
    part = between([load_catalogue("enisa-gp-tm"), load_catalogue("nist-ir-8259a")])
    assert set(part) < set(whole) or set(part) == set(whole)
    assert part
    assert between([load_catalogue("enisa-gp-tm")]) == ()
