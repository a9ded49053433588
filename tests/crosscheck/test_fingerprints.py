"""Fingerprints: one for each disagreement, since a waiver names it; no value can imitate another's."""

from hypothesis import given
from hypothesis import strategies as st

from iotassess.crosscheck.join import make_discrepancy
from iotassess.model.claim import PRODUCT, Claim, Source, Subject


def claim(value, property="component.version", grade=4, subject=PRODUCT):
    return Claim(subject, property, value, grade, Source("a", "b") if grade else Source(None, "p", 3))


def fingerprint(declared, values, *, id="version-mismatch", subject=PRODUCT):
    said = None if declared is None else claim(declared, grade=0)
    return make_discrepancy(
        id, subject, "", declared=said, evidenced=[claim(v) for v in values], properties=(), error=True
    ).fingerprint


def test_the_order_of_the_evidence_does_not_matter():
    assert fingerprint("1", ["2", "3"]) == fingerprint("1", ["3", "2"])


def test_each_side_and_the_subject_count():
    base = fingerprint("1", ["2"])
    others = [
        fingerprint("2", ["2"]),
        fingerprint("1", ["3"]),
        fingerprint("1", ["2", "3"]),
        fingerprint(None, ["2"]),
        fingerprint("1", ["2"], id="measurement-mismatch"),
        fingerprint("1", ["2"], subject=Subject("component", "app")),
    ]
    assert len({base, *others}) == 7


def test_a_value_with_line_ends_does_not_imitate_two():
    assert fingerprint("1", ["2\ncomponent.version=3"]) != fingerprint("1", ["2", "3"])
    assert fingerprint("1\ncomponent.version=2", ["3"]) != fingerprint("1", ["2", "3"])


def test_a_declared_none_does_not_imitate_an_absent_declaration():
    assert fingerprint("None", ["2"]) != fingerprint(None, ["2"])


texts = st.text(alphabet="12\n=,[]\"'N", max_size=6) | st.just("None")
sides = st.tuples(st.none() | texts, st.lists(texts, min_size=1, max_size=3))


@given(sides, sides)
def test_two_disagreements_have_one_fingerprint_only_if_they_are_the_same(one, other):
    same = one[0] == other[0] and sorted(one[1]) == sorted(other[1])
    assert (fingerprint(*one) == fingerprint(*other)) == same
