"""The evidence map: what is drawn, what is left out, and that no disagreement ever is."""

from iotassess.model.claim import Claim, Source, Subject
from iotassess.model.picture import Picture, Relation, Shown
from iotassess.report.html import evidence_map
from iotassess.report.html.anchors import Anchors
from iotassess.report.html.evidence_map import MOST_ARTEFACTS, MOST_FACTS, MOST_LINES, summed
from iotassess.report.html.words import STANDINGS


def relation(number, standing="agrees", artefact="a.cbor", grade=4, **more):
    subject = Subject("component", f"part {number}")
    claim = Claim(subject, "component.version", str(number), grade, Source(artefact, "x"), **more)
    return Relation(subject, "component.version", (), (Shown(claim, standing),))


def laid_out(*relations):
    return evidence_map.evidence_map(Picture(relations, (), (), {}), (), Anchors())


def test_every_comparison_is_a_line_and_a_row():
    found = laid_out(relation(1), relation(2, artefact="b.cbor"))
    assert (len(found.facts), len(found.nodes), len(found.edges), len(found.lines)) == (2, 2, 2, 2)
    assert (found.undrawn, found.untold) == (0, 0)


def test_what_disagrees_is_drawn_and_told_before_all_that_agrees():
    many = [relation(number, artefact=f"{number}.cbor") for number in range(MOST_LINES + 40)]
    found = laid_out(*many, relation("last", "disagrees", "last.cbor", 2))
    assert len(found.facts) == MOST_FACTS
    assert len(found.nodes) <= MOST_ARTEFACTS
    assert any(fact.standing == "disagrees" for fact in found.facts)
    assert [edge.standing for edge in found.edges].count("disagrees") == 1
    assert found.edges[-1].standing == "disagrees", "drawn last, so that nothing hides it"
    assert found.lines[0].standing == "disagrees"
    assert (len(found.lines), found.untold) == (MOST_LINES, 41)
    assert found.undrawn == len(many) + 1 - MOST_FACTS
    assert dict(found.counts) == {"agrees": len(many), "disagrees": 1}


def test_what_nobody_vouches_for_is_told_apart():
    found = laid_out(relation(1, grade=3), relation(2, grade=4), relation(3, grade=5, other=True))
    assert [fact.vouched for fact in found.facts] == [False, True, False]
    assert sorted(edge.vouched for edge in found.edges) == [False, False, True]


def test_a_foreign_artefact_does_not_hide_that_another_agrees_and_never_the_other_way_round():
    assert summed(["foreign", "agrees"]) == "agrees"
    assert summed(["foreign", "foreign"]) == "foreign"
    assert summed(["agrees", "weaker"]) == "weaker"
    assert all(summed([one, "disagrees"]) == "disagrees" for one in STANDINGS)


def test_lines_begin_and_end_at_their_boxes():
    found = laid_out(*(relation(number, artefact=f"{number % 3}.cbor") for number in range(9)))
    facts = {fact.key: round(fact.y) for fact in found.facts}
    nodes = {node.key: node.y for node in found.nodes}
    for edge in found.edges:
        first, last = edge.path[1:].split("C")[0].split(), edge.path.split()[-2:]
        assert abs(int(first[1]) - facts[edge.fact]) <= 1
        assert abs(int(last[1]) - nodes[edge.artefact]) <= 1
    assert all(0 <= y <= found.height for y in (*facts.values(), *nodes.values()))


def test_nothing_to_compare_is_an_empty_map():
    found = laid_out()
    assert (found.facts, found.edges, found.lines, found.counts) == ((), (), (), ())


def test_a_line_is_vouched_for_by_what_it_says_and_not_by_something_else_in_the_file():
    subject = Subject("component", "app")
    source = Source("a.cbor", "x")
    several = (
        Shown(Claim(subject, "component.version", "2", 2, source), "disagrees"),
        Shown(Claim(subject, "component.reference-version", "1", 4, source), "agrees"),
    )
    (edge,) = laid_out(Relation(subject, "component.version", (), several)).edges
    assert (edge.standing, edge.vouched) == ("disagrees", False)
    assert edge.title.endswith("grade 2")
