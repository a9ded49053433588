"""What hundreds of devices say alike is compared once, with the same result."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iotassess.crosscheck.join import _alternatives, _compare, _disagreeing
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import Claim, Digest, Source, Subject
from iotassess.model.vocabulary import COMPARED


def _pair_by_pair(table, groups):
    """What disagrees, by holding every statement against every later one."""
    for index, first in enumerate(groups):
        for second in groups[index + 1 :]:
            apart = first[0].source.artefact != second[0].source.artefact
            if apart and _compare(table, first, second) == "disagrees":
                yield first, second


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ("component.digest", "component.version", "component.size", "component.measurement")
            ),
            st.sampled_from(("1.0", "1.1", True, 1, 2, Digest("sha-256", "aa"), Digest("sha-512", "aa"))),
            st.sampled_from(("a", "b", "c", "d", None)),
        ),
        max_size=14,
    )
)
def test_what_many_say_is_compared_as_if_each_were_held_against_each(said):
    claims = [
        Claim(Subject("component", "app"), property, value, 4, Source(artefact, f"{n}"))
        for n, (property, value, artefact) in enumerate(said)
    ]
    table = ClaimTable(claims, COMPARED)
    groups = _alternatives(table, claims)
    assert list(_disagreeing(table, groups)) == list(_pair_by_pair(table, groups))


def test_a_thousand_that_say_the_same_are_compared_once(monkeypatch):
    compared = []

    def counted(table, first, second):
        compared.append(first)
        return _compare(table, first, second)

    monkeypatch.setattr("iotassess.crosscheck.join._compare", counted)
    claims = [
        Claim(Subject("component", "app"), "component.version", "1.0" if n else "0.9", 4, Source(f"{n}", ""))
        for n in range(1000)
    ]
    table = ClaimTable(claims, COMPARED)
    assert len(list(_disagreeing(table, _alternatives(table, claims)))) == 999
    assert len(compared) == 3
