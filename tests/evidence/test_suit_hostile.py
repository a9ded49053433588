"""Whatever the bytes: an artefact or MalformedArtefact, and nothing that was changed is authenticated."""

from __future__ import annotations

import json

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit, suit_envelope
from iotassess.evidence.peek import Peek
from iotassess.model.problems import PROBLEMS
from iotassess.model.vocabulary import COMPARED
from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import context, image

CONTEXT = context(images=(image(build.IMAGE),))


def severed():
    plan = build.good()
    plan.severed = {20, 23}
    return plan


def integrated():
    plan = build.good()
    plan.sections[20][3][21] = "#app"
    plan.members["#app"] = build.IMAGE
    return plan


ENVELOPES = {
    "good": build.good().build(),
    "two slots": build.two_slots().build(),
    "severed": severed().build(),
    "integrated": integrated().build(),
    "dependency": build.with_dependency(build.dependency().build()).build(),
    "draft 17": build.draft_17().build(),
    "draft 16": build.draft_16().build(),
    "draft 04": build.draft_04().build(),
}


def decode(data):
    """Read directly: the wrapper around decoders must have nothing left to catch."""
    peek = Peek(data)
    suit_envelope.is_suit_envelope(peek)
    artefact = None
    fault = None
    try:
        artefact = suit.decode(peek, CONTEXT)
    except MalformedArtefact as raised:
        fault = raised
    if artefact is None:
        assert fault is not None
        assert fault.problem in PROBLEMS
        return None
    json.dumps(artefact.claims)
    for statement in artefact.shown:
        assert statement.property in COMPARED
        hash(statement.value)
    for problem in artefact.problems:
        assert problem.offset is None or 0 <= problem.offset <= len(data)
    return artefact


@given(st.binary(max_size=400))
def test_arbitrary_bytes(data):
    artefact = decode(data)
    assert artefact is None or artefact.authenticity != "authenticated"


@pytest.mark.parametrize("name", ENVELOPES)
@given(data=st.data())
def test_changed_bits_are_never_authenticated(name, data):
    """Unless what was changed is not covered: then what comes out is what went in, but for problems."""
    original = ENVELOPES[name]
    changed = bytearray(original)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    artefact = decode(bytes(changed))
    if artefact is None or artefact.authenticity != "authenticated":
        return
    before = decode(original)
    assert before is not None
    assert artefact.claims["sequence_number"] == before.claims["sequence_number"]
    assert artefact.claims["digest_matches"] is True
    assert {s[:3] for s in artefact.shown if s.covered} <= {s[:3] for s in before.shown}


@pytest.mark.parametrize("name", ["good", "severed", "integrated", "draft 04"])
def test_every_single_byte_changed(name):
    original = ENVELOPES[name]
    before = decode(original)
    assert before is not None
    for place in range(len(original)):
        change = (0x01, 0x20, 0xFF)[place % 3]  # all of them at every place take too long; see the test above
        changed = original[:place] + bytes([original[place] ^ change]) + original[place + 1 :]
        artefact = decode(changed)
        if artefact is not None and artefact.authenticity == "authenticated":
            assert {s[:3] for s in artefact.shown if s.covered} <= {s[:3] for s in before.shown}, place


@pytest.mark.parametrize("name", ENVELOPES)
def test_every_prefix(name):
    original = ENVELOPES[name]
    for length in range(len(original)):
        assert decode(original[:length]) is None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-300, 300)
    | st.binary(max_size=20)
    | st.text(max_size=5)
    | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.integers(-5, 35) | st.text(max_size=3), inner, max_size=5)
        | st.builds(cbor2.dumps, inner)
        | st.builds(cbor2.CBORTag, st.sampled_from([16, 17, 18, 48, 96, 107, 112]), inner)
    ),
    max_leaves=20,
)
COMMANDS = st.lists(st.tuples(st.integers(-3, 36), VALUES), max_size=8).map(
    lambda pairs: [item for pair in pairs for item in pair]
)
PARAMETERS = st.dictionaries(st.integers(1, 31), VALUES, max_size=6)
SENSIBLE = st.lists(
    st.one_of(
        st.tuples(st.just(12), st.integers(0, 3) | st.booleans() | st.lists(st.integers(0, 3), max_size=3)),
        st.tuples(st.sampled_from([19, 20]), PARAMETERS),
        st.tuples(st.sampled_from([1, 2, 3, 5, 6, 7, 8, 11, 14, 18, 21, 22, 23, 31]), st.integers(0, 15)),
        st.tuples(st.just(15), st.lists(COMMANDS.map(cbor2.dumps) | st.none(), max_size=3)),
        st.tuples(st.just(32), COMMANDS.map(cbor2.dumps)),
        st.tuples(st.just(34), st.dictionaries(st.integers(0, 3), PARAMETERS, max_size=2)),
        st.tuples(
            st.just(35),
            st.dictionaries(st.integers(0, 3), st.lists(st.integers(1, 30), max_size=3), max_size=2),
        ),
    ),
    max_size=10,
).map(lambda pairs: [item for pair in pairs for item in pair])


@given(
    manifest=st.dictionaries(st.integers(1, 25), VALUES, max_size=6),
    common=st.dictionaries(st.integers(1, 5), VALUES, max_size=3),
    sections=st.dictionaries(
        st.sampled_from([7, 8, 9, 10, 15, 16, 17, 18, 20, 24]), COMMANDS | SENSIBLE, max_size=4
    ),
    shared=st.none() | SENSIBLE,
    members=st.dictionaries(st.integers(1, 30) | st.text(max_size=3), VALUES, max_size=4),
)
def test_signed_nonsense_is_read_to_its_end(manifest, common, sections, shared, members):
    """An attacker may have a key too: the signature holds, and nothing inside makes sense."""
    plan = build.good()
    plan.manifest |= manifest
    plan.common |= common
    plan.sections |= sections
    plan.members = {key: value for key, value in members.items() if key not in (2, 3)}
    plan.shared = shared
    artefact = decode(plan.build())
    assert artefact is None or [s.status for s in artefact.signatures] == ["verified"]


@given(VALUES)
def test_any_wrapper(value):
    plan = build.good()
    plan.wrapper = cbor2.dumps(value)
    artefact = decode(plan.build())
    assert artefact is None or artefact.authenticity != "authenticated"


@given(st.lists(VALUES, max_size=4))
def test_any_blocks(blocks):
    plan = build.good()
    plan.blocks = lambda payload: blocks
    artefact = decode(plan.build())
    assert artefact is None or artefact.authenticity != "authenticated"
