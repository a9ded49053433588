"""Bytes of unknown kind: recognised, named though malformed, and never a crash."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import reading
from iotassess.evidence.context import MAX_NESTING, Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read, recognise, without_bytes
from iotassess.evidence.registry import KINDS, Kind, load
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact, Role
from iotassess.model.problems import problem
from tests.evidence.signing import AS_OF

CONTEXT = Context("given", TrustStore(), AS_OF)
HERE = "tests.evidence.test_reading"


# A made-up kind, whose decoder does what the second byte says.
def is_made_up(peek):
    return peek.data[:1] == b"\xd7" or (peek.is_cbor and peek.cbor == "made up")


def decode_made_up(peek, context):
    action = peek.data[1:2]
    if action == b"m":
        raise MalformedArtefact("eat-claim-type", "not so", at="there", offset=3)
    if action == b"r":
        raise RecursionError
    if action == b"x":
        raise MemoryError
    if action == b"b":
        raise ZeroDivisionError
    nested = ()
    if action == b"n":
        inner = replace(context, path=context.path + "#inner", depth=context.depth + 1)
        nested = (context.read(peek.data, inner),)
    same = problem("eat-nonce-missing", "no nonce")
    return Artefact(
        context.path,
        None,
        None,
        "",
        0,
        True,
        "unsigned",
        problems=(same, same)[: len(action) + 1],
        nested=nested,
    )


MADE_UP = Kind(
    "made-up",
    "Made up",
    "nowhere",
    ("application/made-up",),
    "results",
    f"{HERE}:is_made_up",
    f"{HERE}:decode_made_up",
)
WITH_MADE_UP = (MADE_UP, *KINDS)


def made_up(action=b""):
    return read(b"\xd7" + action, CONTEXT, WITH_MADE_UP)


def only(artefact):
    (found,) = artefact.problems
    return found


def test_what_is_the_same_for_all_kinds_is_filled_in():
    role = Role("artefact", None, 7)
    artefact = read(b"\xd7!", replace(CONTEXT, role=role), WITH_MADE_UP)
    assert (artefact.kind, artefact.media_type, artefact.purpose) == (
        "made-up",
        "application/made-up",
        "results",
    )
    assert (artefact.sha256, artefact.size) == (hashlib.sha256(b"\xd7!").hexdigest(), 2)
    assert (artefact.role, artefact.path) == (role, "given")
    assert [found.id for found in artefact.problems] == ["eat-nonce-missing"]
    assert len(made_up().problems) == 1


def test_a_decoder_that_gives_up_leaves_its_problem():
    artefact = made_up(b"m")
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("made-up", False, "unverified")
    assert only(artefact) == ("eat-claim-type", "error", "not so", "there", 3)
    assert (artefact.purpose, artefact.media_type) == ("results", "application/made-up")


@pytest.mark.parametrize(("action", "id"), [(b"r", "cbor-too-deep"), (b"x", "artefact-too-large")])
def test_exhaustion_is_a_problem_and_no_crash(action, id):
    artefact = made_up(action)
    assert (only(artefact).id, artefact.wellformed) == (id, False)


def test_a_bug_in_a_decoder_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        made_up(b"b")


def test_nested_tokens_are_read_with_the_same_kinds_until_it_is_too_deep():
    artefact = made_up(b"n")
    depth = 0
    while artefact.nested:
        (artefact,) = artefact.nested
        depth += 1
    assert depth == MAX_NESTING + 1
    assert artefact.path == "given" + "#inner" * depth
    assert only(artefact).id == "cbor-too-deep"


def test_a_reader_that_was_given_is_used():
    calls = []
    context = replace(CONTEXT, read=lambda data, inner: calls.append(inner.path) or made_up())
    read(b"\xd7n", context, WITH_MADE_UP)
    assert calls == ["given#inner"]


def test_a_kind_that_somebody_named_is_not_sniffed():
    artefact = read(b"\x00\x01", CONTEXT, kind="firmware-image")
    assert (artefact.kind, artefact.wellformed, artefact.size) == ("firmware-image", True, 2)
    assert only(read(b"\x00", CONTEXT, kind="nothing")).id == "artefact-unrecognised"


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"hello", b"{}", b"\x7fELF", bytes(1000), b"\xa0", b"\xff" * 9]
)
def test_bytes_of_no_kind_are_unrecognised(data):
    artefact = read(data, CONTEXT)
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (None, False, "unsigned")
    assert only(artefact).id == "artefact-unrecognised"
    assert artefact.size == len(data)


def test_an_empty_file_is_said_to_be_empty():
    assert "empty" in only(read(b"", CONTEXT)).message


# --- malformed, but of a kind -------------------------------------------------------------------

PROFILE = "tag:psacertified.org,2023:psa#tfm"
PSA = cbor2.dumps(
    cbor2.CBORTag(18, [b"\xa1\x01\x26", {}, cbor2.dumps({265: PROFILE, 2396: bytes(32)}), b"s" * 64])
)
ENVELOPE = cbor2.dumps(cbor2.CBORTag(107, {2: b"\x80", 3: b"\xa0"}))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ENVELOPE[:-1], "suit-envelope"),
        (ENVELOPE + b"\x00", "suit-envelope"),
        (b"\xd8\x3d\xd2\x84\x43", "eat-cwt"),
        (b"\xd9\x02\x59\xa1", "eat-ucs"),
        (b"\xd9\x02\x5a\x82", "eat-deb"),
        (PSA[:-1], "psa-token"),
        (PSA + b"\x00", "psa-token"),
        (b"\xd9\xff\xff\x84", None),
        (b"\xd8", None),
    ],
)
def test_malformed_bytes_are_named_by_their_beginning(data, kind):
    artefact = read(data, CONTEXT)
    assert artefact.kind == kind
    assert not artefact.wellformed
    if kind is not None:
        assert artefact.authenticity == "unverified"
        assert any(found.id.startswith("cbor-") for found in artefact.problems)


def test_trailing_bytes_do_not_hide_a_kind_that_is_told_by_its_content():
    found = recognise(reading.Peek(cbor2.dumps("made up") + b"\x00"), WITH_MADE_UP)
    assert found == MADE_UP


def test_a_kind_that_is_not_in_the_table_is_not_named():
    assert recognise(reading.Peek(ENVELOPE[:-1]), (MADE_UP,)) is None


def test_a_file_that_was_not_read_is_an_artefact_all_the_same():
    found = problem("artefact-too-large", "large")
    artefact = without_bytes(CONTEXT, found, sha256="ab", size=9, kind="firmware-image")
    assert (artefact.sha256, artefact.size, artefact.kind) == ("ab", 9, "firmware-image")
    assert (artefact.wellformed, only(artefact)) == (False, found)


# --- hostile bytes ------------------------------------------------------------------------------


@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data):
    assert read(data, CONTEXT).size == len(data)


@given(
    st.sampled_from([PSA, ENVELOPE, cbor2.dumps(cbor2.CBORTag(601, {10: b"n" * 8}))]),
    st.integers(0, 1000),
    st.integers(0, 255),
    st.booleans(),
)
def test_changed_artefacts_never_raise_and_are_never_authenticated(data, place, value, cut):
    changed = bytearray(data)
    changed[place % len(changed)] = value
    artefact = read(bytes(changed[: place % len(changed)] if cut else changed), CONTEXT)
    assert artefact.authenticity != "authenticated"


def test_other_peoples_files_never_raise_and_nothing_is_authenticated_without_anchors():
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    count = 0
    for path in sorted(Path(folder).glob("*/*")):
        artefact = read(path.read_bytes(), CONTEXT)
        assert artefact.authenticity not in ("authenticated", "intact") or artefact.signatures, path
        assert artefact.authenticity != "authenticated", path
        count += 1
    assert count > 500


FIXTURES = Path(__file__).parents[2] / "fixtures"
LARGE = 16 << 10
OUTERMOST = {tag for row in KINDS for tag in row.tags or ()} | {0, 16, 61, 96, 399, 999, 55799, 1 << 40}


@pytest.mark.parametrize("row", [row for row in KINDS if row.tags is not None], ids=lambda row: row.id)
def test_a_kind_with_certain_tags_is_never_told_from_bytes_with_another_one(row):
    sniff = load(row.sniff)
    paths = [path for path in sorted(FIXTURES.rglob("*")) if path.is_file() and path.stat().st_size < LARGE]
    files = [path.read_bytes() for path in paths if path.parts[-3] == "good" or row.id[:3] in path.parts[-2]]
    assert any(sniff(Peek(data)) for data in files)
    for data in files:
        inside = Peek(data)
        while inside.tags:
            inside = Peek(inside.data[1 + (1 << low - 24 if (low := inside.data[0] & 31) >= 24 else 0) :])
        for tag in OUTERMOST - row.tags:
            assert not sniff(Peek(cbor.encode_head(6, tag) + inside.data)), tag


@given(st.binary(max_size=64), st.integers(0xC0, 0xDB))
def test_no_bytes_that_begin_with_another_tag_are_taken_for_a_kind_with_certain_ones(data, first):
    peek = Peek(bytes([first]) + data)
    for row in KINDS:
        if row.tags is not None and row.tags.isdisjoint(peek.tags[:1]) and peek.tags:
            assert not load(row.sniff)(peek), row.id
