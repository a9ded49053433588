"""Where the claims of a discrepancy stand: in a file, in what is nested in it, and nowhere."""

from __future__ import annotations

import dataclasses
import hashlib

import cbor2
import pytest

from iotassess.codec.cbor import INTO
from iotassess.evidence.locating import locator, with_offsets
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Source

INNER = cbor2.dumps(cbor2.CBORTag(601, {263: 3}))
OUTER = cbor2.dumps({266: {"part": INNER, "other": b"\x01" * len(INNER)}, 263: 1})
STATE = "debug.state"


def artefact(path, data, trail, value="enabled", nested=(), kind="eat-ucs", property_=STATE):
    digest = hashlib.sha256(data).hexdigest()
    shown = Shown(PRODUCT, property_, value, "dbgstat", trail=trail)
    return Artefact(path, kind, None, digest, len(data), True, "unsigned", shown=(shown,), nested=nested)


def offsets(artefacts, *claims, data=OUTER):
    row = Discrepancy("debug-contradiction", "f", "warning", "m", 2, PRODUCT, (STATE,), None, claims)
    (found,) = with_offsets([row], locator(artefacts, lambda file: data))
    assert len(found.offsets) == len(claims)
    assert [offset for _, offset in found.located()] == list(found.offsets)
    return found.offsets


def claim(path="file", value="enabled", at="dbgstat"):
    return Claim(PRODUCT, STATE, value, 2, Source(path, at))


def test_a_claim_of_a_file_is_found_by_its_trail():
    (at,) = offsets([artefact("file", OUTER, (263,))], claim())
    assert OUTER[at - 3 : at + 1] == b"\x19\x01\x07\x01"


def test_a_claim_of_a_nested_artefact_is_found_in_the_file_around_it():
    nested = artefact("file#submods.part", INNER, (263,))
    (at,) = offsets([artefact("file", OUTER, (), nested=(nested,))], claim("file#submods.part"))
    assert OUTER[at - 3 : at + 1] == b"\x19\x01\x07\x03"


def test_a_trail_may_step_into_a_byte_string():
    (at,) = offsets([artefact("file", OUTER, (266, "part", INTO, 263))], claim())
    assert OUTER[at] == 3


@pytest.mark.parametrize(
    "found",
    [
        artefact("other", OUTER, (263,)),
        artefact("file", OUTER, ()),
        artefact("file", OUTER, (99,)),
        artefact("file", OUTER, (object(),)),
        artefact("file", OUTER, (263,), value="disabled"),
        artefact("file", OUTER, (263,), property_="lifecycle"),
    ],
)
def test_a_claim_that_nothing_points_at_has_no_offset(found):
    assert offsets([found], claim()) == (None,)


def test_a_nested_artefact_that_is_not_in_the_file_as_it_is_has_no_offset():
    nested = artefact("file#x", INNER[:-1] + b"\x04", (263,))
    assert offsets([artefact("file", OUTER, (), nested=(nested,))], claim("file#x")) == (None,)


def test_a_file_whose_bytes_are_gone_or_malformed_has_no_offset():
    assert offsets([artefact("file", OUTER, (263,))], claim(), data=None) == (None,)
    assert offsets([artefact("file", OUTER, (263,))], claim(), data=OUTER[:3]) == (None,)


def test_claims_without_an_artefact_have_no_offset_and_each_claim_has_its_own():
    found = artefact("file", OUTER, (263,))
    assert offsets([found], claim(None), claim(), claim(at="elsewhere")) == (None, len(OUTER) - 1, None)


def test_a_discrepancy_that_was_not_looked_at_has_no_offsets():
    row = Discrepancy(
        "debug-contradiction", "f", "warning", "m", 2, PRODUCT, (STATE,), None, (claim(), claim())
    )
    assert [offset for _, offset in row.located()] == [None, None]


class Compared(str):
    """A value that counts how often it is held against another."""

    times = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Compared.times += 1
        return str.__eq__(self, other)


def test_many_claims_of_one_artefact_are_not_each_held_against_every_statement(monkeypatch):
    count = 300
    data = cbor2.dumps([f"v{number}" for number in range(count)])
    shown = tuple(
        Shown(PRODUCT, STATE, Compared(f"v{number}"), "dbgstat", trail=(number,)) for number in range(count)
    )
    file = Artefact(
        "file", "eat-ucs", None, hashlib.sha256(data).hexdigest(), len(data), True, "unsigned", shown=shown
    )
    monkeypatch.setattr(Compared, "times", 0)
    found = offsets([file], *(claim(value=one.value) for one in shown), data=data)
    assert len(set(found)) == count
    assert None not in found
    assert Compared.times <= 3 * count


def test_of_two_statements_that_say_the_same_the_first_with_a_trail_is_found():
    said = [Shown(PRODUCT, STATE, "enabled", "dbgstat", trail=trail) for trail in ((), (263,), (266,))]
    found = dataclasses.replace(artefact("file", OUTER, (99,)), shown=tuple(said))
    assert offsets([found], claim()) == (len(OUTER) - 1,)
