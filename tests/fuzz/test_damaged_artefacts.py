"""Artefacts of every format, made whole and then damaged: never believed for what was not signed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import contract
from tests.fuzz.searching import SEARCH
from tests.fuzz.signed import signed_bytes
from tests.fuzz.strategies import damage
from tests.fuzz.strategies.table import ROWS, Row

EVERY = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
ANY = st.one_of([row.made for row in ROWS])


@EVERY
def test_whole_artefacts_are_what_they_were_made_to_be_and_mostly_authenticated(row: Row):
    seen: list[tuple[bool, bool]] = []

    @SEARCH
    @given(row.made)
    def look(made: bytes) -> None:
        artefact = contract.examine(made)
        assert artefact.kind in row.kinds, made.hex()
        seen.append((artefact.claims is not None, artefact.authenticity == "authenticated"))

    look()
    read, authentic = (sum(found) for found in zip(*seen, strict=True))
    assert read >= len(seen) // 2, f"{read} of {len(seen)} were read to their end"
    assert authentic >= (len(seen) // 10 if row.authentic else 0), (
        f"{authentic} of {len(seen)} are authenticated"
    )
    assert authentic or not row.authentic


@EVERY
@SEARCH
@given(data=st.data())
def test_what_damage_leaves_authenticated_is_what_was_signed(row: Row, data: st.DataObject):
    made = data.draw(row.made)
    changed = damage.apply(made, data.draw(st.lists(damage.DAMAGES, min_size=1, max_size=3)))
    original, damaged = contract.believed(made), contract.examine(changed)
    contract.says_nothing_new(damaged, original)
    if damaged.authenticity == "authenticated" and damaged.kind == original.kind:
        assert signed_bytes(changed, damaged.kind) == signed_bytes(made, damaged.kind)


@SEARCH
@given(row=st.sampled_from(ROWS), data=st.data(), place=damage.PLACES, another=damage.PLACES)
def test_of_two_artefacts_in_one_only_one_can_be_believed(
    row: Row, data: st.DataObject, place: float, another: float
):
    one, other = data.draw(row.made), data.draw(ANY)
    found = contract.believed(damage.splice(one, other, place, another))
    contract.says_nothing_new(found, contract.believed(one), contract.believed(other))


@SEARCH
@given(st.one_of(st.binary(max_size=300), ANY), st.lists(damage.DAMAGES, max_size=2))
def test_every_decoder_gives_an_artefact_or_our_error_for_whatever_it_is_handed(made: bytes, damages):
    changed = damage.apply(made, damages)
    for artefact in contract.as_every_kind(changed):
        contract.believed_only_when_signed(artefact)


@SEARCH
@given(st.binary(max_size=400))
def test_bytes_that_nobody_signed_are_never_authenticated(data: bytes):
    assert contract.examine(data).authenticity != "authenticated"


@SEARCH
@given(row=st.sampled_from(ROWS), data=st.data(), place=damage.PLACES, bit=st.integers(0, 7))
def test_one_changed_bit_of_what_is_signed_is_not_authenticated(
    row: Row, data: st.DataObject, place: float, bit: int
):
    made = data.draw(row.made)
    before = contract.believed(made)
    covered = signed_bytes(made, before.kind)
    if before.authenticity != "authenticated" or not covered:
        return
    start = made.find(covered)
    if start < 0:  # it stands there in another form: in base64
        return
    at = start + int(place * len(covered))
    changed = made[:at] + bytes((made[at] ^ (1 << bit),)) + made[at + 1 :]
    assert contract.believed(changed).authenticity != "authenticated"
