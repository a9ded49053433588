"""What the catalogues cover: the counts follow the rows and the kinds of probes."""

from iotassess.baseline.catalogue import Absence, Catalogue, Part, Requirement
from iotassess.baseline.coverage import (
    can_be_shown_in_part,
    can_be_verified,
    cover,
    distinct,
    kind_of_part,
    sharing,
    uses,
)
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.registry import probes
from tests.baseline.test_evaluate import FACTS, ask, probe

KNOWN = {
    **{p.id: p for p in (probe("e", "met", 4), probe("f", "met", 4))},
    **{p.id: p for p in (probe("d", "met", 1, "document"), probe("g", "met", 1, "document"))},
}


def row(id="R-1", *parts, absent=None, **more):
    absence = Absence("our-convention", absent, "why") if absent else Absence("never")
    fields = {"force": "measure", "gate": False, "attestation": False, **more}
    return Requirement(
        id, "t", "s", "c", "1", fields.pop("force"), fields.pop("gate"), fields.pop("attestation"),
        parts, absence, (), "do it", **fields,
    )  # fmt: skip


def group(join, *ids):
    return Part(join, arms=tuple(ask(id) for id in ids))


def catalogue(id, *rows):
    return Catalogue(id, "1", "t", "f", "00", rows)


def test_a_group_has_the_kind_that_evaluation_gives_it():
    evaluator = Evaluator(FACTS, (), KNOWN)
    for join in ("any_of", "all_of"):
        for ids in (("e", "f"), ("e", "d"), ("d", "g"), ("d", "e")):
            part = group(join, *ids)
            assert kind_of_part(part, KNOWN) == evaluator.part(part).kind, (join, ids)
    nested = Part("all_of", arms=(group("any_of", "d", "e"), ask("f")))
    assert kind_of_part(nested, KNOWN) == evaluator.part(nested).kind == "evidence"
    assert kind_of_part(Part("justified", forces=("recommended",)), KNOWN) == "document"


def test_what_a_document_has_to_show_is_never_counted_as_shown_wholly():
    assert can_be_verified(row("R", ask("e"), group("any_of", "d", "e")), KNOWN)
    assert not can_be_verified(row("R", ask("e"), ask("d")), KNOWN)
    assert not can_be_verified(row("R", ask("e"), group("all_of", "d", "e")), KNOWN)
    assert not can_be_verified(row("R", not_checkable="nobody can"), KNOWN)
    assert not can_be_verified(row("R", ask("e"), process=True), KNOWN)


def test_one_question_that_an_artefact_answers_is_a_part():
    assert can_be_shown_in_part(row("R", ask("d"), group("all_of", "d", "e")), KNOWN)
    assert not can_be_shown_in_part(row("R", ask("d")), KNOWN)
    assert not can_be_shown_in_part(row("R", ask("e"), process=True), KNOWN)
    assert not can_be_shown_in_part(row("R", not_checkable="nobody can"), KNOWN)


def test_rows_are_counted_by_their_marks():
    counted = cover(
        catalogue(
            "a",
            row("1", ask("e"), force="mandatory", gate=True, attestation=True),
            row("2", ask("e"), ask("d"), force="mandatory"),
            row("3", ask("d"), force="recommended", gate=True),
        ),
        KNOWN,
    )
    assert counted == ("a", 3, 2, 2, 1, 2, 1)


def test_a_row_that_a_baseline_takes_over_counts_once():
    shared = row("1", ask("e"))
    first, second = catalogue("a", shared), catalogue("b", shared, row("2", ask("e"), ask("d")))
    assert [(id, r.id) for id, r in distinct([first, second])] == [("a", "1"), ("b", "2")]
    found = uses([first, second], KNOWN)
    assert found["e"].asked == (("a", "1"), ("b", "2"))
    assert found["d"].asked == (("b", "2"),)
    assert found["g"] == ((), ())
    assert sharing([first, second], KNOWN) == (2, 2, 2, 1)


def test_a_probe_that_a_row_asks_twice_serves_it_once_and_absence_is_told_apart():
    found = uses([catalogue("a", row("1", ask("e"), group("any_of", "e", "d"), absent=ask("g")))], KNOWN)
    assert found["e"].asked == (("a", "1"),)
    assert found["g"] == ((), (("a", "1"),))


def test_every_probe_of_the_product_has_an_entry_and_counts_agree():
    catalogues = [load_catalogue(name) for name in SHIPPED]
    found = uses(catalogues, probes())
    assert set(found) == set(probes())
    counted = sharing(catalogues, probes())
    assert counted.probes == sum(bool(use.asked) for use in found.values())
    assert counted.requirements <= sum(1 for _ in distinct(catalogues))
    assert counted.baselines <= len(SHIPPED)
    assert 0 < counted.shared <= counted.probes


def test_each_baseline_is_counted_within_its_bounds():
    for name in SHIPPED:
        counted = cover(load_catalogue(name), probes())
        assert counted.id == name
        assert counted.wholly <= counted.in_part <= counted.rows
        assert max(counted.gates, counted.attestation, counted.mandatory) <= counted.rows


def test_a_requirement_that_verified_is_one_that_can_be():
    for parts in (
        (ask("e"),),
        (ask("e"), ask("d")),
        (group("any_of", "e", "d"),),
        (group("all_of", "e", "d"),),
    ):
        result = Evaluator(FACTS, (), KNOWN).requirement(row("R", *parts))
        assert result.verdict != "verified" or can_be_verified(row("R", *parts), KNOWN)
