"""The CBOR wall: one item, strictly, nothing executed, and only our own errors."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iotassess.codec import cbor, cbor_decode, cbor_tokens
from iotassess.errors import MalformedArtefact


def refusal(data: bytes) -> tuple[str, int | None]:
    with pytest.raises(MalformedArtefact) as caught:
        cbor.loads(data)
    return caught.value.problem, caught.value.offset


def h(text: str) -> bytes:
    return bytes.fromhex(text)


def array_of(count: int, item: bytes) -> bytes:
    return b"\x9a" + count.to_bytes(4, "big") + item * count


# --- what is read -------------------------------------------------------------------------------


def test_plain_values_come_back_as_plain_values() -> None:
    value = {1: [b"x", "y", -7, 1.5, True, False, None], "a": {2: []}, b"k": cbor2.undefined}
    read = cbor.loads(cbor2.dumps(value))
    assert read == value
    assert read[b"k"] is cbor.UNDEFINED
    assert type(read[1]) is list


def test_a_simple_value_keeps_its_number() -> None:
    read = cbor.loads(h("82f0f8ff"))
    assert [type(item) for item in read] == [cbor.Simple, cbor.Simple]
    assert [item.value for item in read] == [16, 255]


def test_containers_inside_tags_and_keys_are_sequences_and_mappings() -> None:
    tag = cbor.loads(cbor2.dumps(cbor2.CBORTag(18, [b"", {4: [1]}])))
    assert (tag.number, isinstance(tag, Sequence)) == (18, False)
    assert isinstance(tag.value, Sequence)
    assert isinstance(tag.value[1], Mapping)
    (key,) = cbor.loads(h("a1820182020300"))
    assert key == (1, (2, 3))


def test_equal_tags_are_equal_and_hash_alike() -> None:
    first, second = cbor.loads(h("c101")), cbor.loads(h("d80101"))
    assert first == second == cbor.Tag(1, 1)
    assert len({first, second, cbor.Tag(1, 2)}) == 2


BUILT_IN_AND_KNOWN = [
    *range(1101),
    *(43000, 55799, 55800, 65535, 65536, 1398229316, 1668546817, 2**32, 2**64 - 1),
]
CONTENTS = [
    b"\x00",
    b"\x41\x01",
    b"\x61(",
    b"\x64((a)",
    b"\x82\x01\x02",
    b"\x82\x20\x19\x03\xe8",
    b"\xa1\x41\x01\x00",
    b"\xc0\x60",
]


@pytest.mark.parametrize("content", CONTENTS, ids=bytes.hex)
def test_no_tag_is_interpreted(content: bytes) -> None:
    for number in BUILT_IN_AND_KNOWN:
        data = cbor.encode_head(6, number) + content
        if number in (28, 29):
            assert refusal(data) == ("cbor-shared-reference", 0)
            continue
        tag = cbor.loads(data)
        assert type(tag) is cbor.Tag, number
        assert tag.number == number
        assert type(tag.value) in (int, bytes, str, tuple, list, dict, cbor2.frozendict, cbor.Tag)
        assert cbor.dumps(tag) == data


def test_every_tag_that_cbor2_acts_on_is_overridden() -> None:
    """A newer cbor2 may act on more tags: those that it does not give back as they were."""
    acted_on = set()
    for number in BUILT_IN_AND_KNOWN:
        for content in CONTENTS[:-1]:
            try:
                left_alone = isinstance(cbor2.loads(cbor.encode_head(6, number) + content), cbor2.CBORTag)
            except cbor2.CBORDecodeError:
                left_alone = False
            if not left_alone:
                acted_on.add(number)
    assert {0, 1, 2, 3, 4, 5, 28, 29, 30, 35, 36, 37, 100, 260, 261, 1004, 55799} <= acted_on
    assert acted_on <= set(cbor_decode._TAG_DECODERS)


def test_a_shared_reference_deep_inside_is_refused_however_the_tag_is_written() -> None:
    assert refusal(h("82 00 a1 01 d9001c 80")) == ("cbor-shared-reference", 4)
    assert refusal(h("a1 d81d00 01")) == ("cbor-shared-reference", 1)


@pytest.mark.parametrize(
    ("data", "key"),
    [("a1f501", True), ("a1f401", False), ("a1f93c0001", 1.0), ("a1f001", cbor2.CBORSimpleValue(16))],
)
def test_a_key_that_python_takes_for_an_integer_is_kept_apart(data: str, key: Any) -> None:
    read = cbor.loads(h(data))
    assert read == {cbor.OddKey(key): 1}
    assert all(label not in read for label in (0, 1, 16))
    assert cbor.dumps(read) == h(data)
    under_tag = cbor.loads(h("d2" + data)).value
    assert dict(under_tag) == {cbor.OddKey(key): 1}
    in_key = next(iter(cbor.loads(h("a1" + data + "00"))))
    assert hash(in_key)
    assert dict(in_key) == {cbor.OddKey(key): 1}


def test_indefinite_lengths_are_read_and_remarked_on() -> None:
    data = h("bf 01 9f 5f 41 61 41 62 ff 7f 61 63 60 ff ff 02 80 ff")
    assert cbor.read(data) == ({1: [b"ab", "c"], 2: []}, True)
    assert cbor.loads(data) == {1: [b"ab", "c"], 2: []}
    assert cbor.has_indefinite(data)


def test_a_break_byte_inside_a_string_is_no_indefinite_length() -> None:
    data = cbor2.dumps({1: b"\x5f\x9f\xbf\xff", "ÿ": [255]})
    assert not cbor.has_indefinite(data)
    assert not cbor.read(data).indefinite
    assert not cbor.has_indefinite(b"\x01")


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "problem", "offset"),
    [
        ("", "cbor-malformed", 0),
        ("0102", "cbor-trailing-bytes", 1),
        ("8000", "cbor-trailing-bytes", 1),
        ("a0ff", "cbor-trailing-bytes", 1),
        ("4101f6", "cbor-trailing-bytes", 2),
        ("9fff00", "cbor-trailing-bytes", 2),
        ("18", "cbor-malformed", 0),
        ("1901", "cbor-malformed", 0),
        ("1c", "cbor-malformed", 0),
        ("5e", "cbor-malformed", 0),
        ("1f", "cbor-malformed", 0),
        ("3f", "cbor-malformed", 0),
        ("df00", "cbor-malformed", 0),
        ("ff", "cbor-malformed", 0),
        ("81ff", "cbor-malformed", 1),
        ("9fc1ff", "cbor-malformed", 2),
        ("bf01ff", "cbor-malformed", 2),
        ("9f01", "cbor-malformed", 2),
        ("8201", "cbor-malformed", 0),
        ("a101", "cbor-malformed", 0),
        ("4201", "cbor-malformed", 0),
        ("6261", "cbor-malformed", 0),
        ("c1", "cbor-malformed", 1),
        ("f810", "cbor-malformed", 0),
        ("f817", "cbor-malformed", 0),
        ("61ff", "cbor-malformed", 1),
        ("63eda080", "cbor-malformed", 1),
        ("8161c3", "cbor-malformed", 2),
        ("7f61c361a9ff", "cbor-malformed", 2),
        ("7f4161ff", "cbor-malformed", 1),
        ("5f5f4161ffff", "cbor-malformed", 1),
        ("5f4161", "cbor-malformed", 3),
        ("5bffffffffffffffff", "cbor-malformed", 0),
        ("9bffffffffffffffff", "cbor-malformed", 0),
        ("bbffffffffffffffff", "cbor-malformed", 0),
        ("9a7fffffff00", "cbor-malformed", 0),
        ("a201000100", "cbor-duplicate-key", 3),
        ("a20100f93c0000", "cbor-duplicate-key", 3),
        ("a20100f500", "cbor-duplicate-key", 3),
        ("a2f400f93c0000", "", None),
        ("a21000f000", "cbor-duplicate-key", 3),
        ("a2010018010b", "cbor-duplicate-key", 3),
        ("a1f97e0000", "cbor-duplicate-key", 1),
        ("a2f97e0000f97e0001", "cbor-duplicate-key", 1),
        ("a181fb7ff800000000000000", "cbor-duplicate-key", 1),
        ("a1d2f97e0000", "cbor-duplicate-key", 1),
        ("a1a1f97e000000", "cbor-duplicate-key", 2),
        ("a1a100f97e0000", "cbor-duplicate-key", 1),
        ("8200bf0101f6f601ff", "", None),
        ("8200bf0101f6f60102ff", "cbor-duplicate-key", 7),
        ("d2a10181a2616100616101", "cbor-duplicate-key", 8),
        ("a1a20100010000", "cbor-duplicate-key", 4),
        ("a2810100810102", "cbor-duplicate-key", 4),
        ("a2c10100c10102", "cbor-duplicate-key", 4),
        ("a2a1010200a1010201", "cbor-duplicate-key", 5),
    ],
)
def test_bytes_that_readers_would_disagree_on_are_refused(
    data: str, problem: str, offset: int | None
) -> None:
    if data.startswith("8200bf0101f6f601ff"):
        problem, offset = "cbor-malformed", 8
    if problem:
        assert refusal(h(data)) == (problem, offset)
    else:
        assert len(cbor.loads(h(data))) == 2


@pytest.mark.parametrize("opening", ["81", "c1", "a100", "9f", "bf00"])
def test_sixty_four_levels_are_read_and_one_more_is_refused(opening: str) -> None:
    closing = b"\xff" if opening in ("9f", "bf00") else b""
    at_limit = h(opening) * cbor.MAX_DEPTH + b"\0" + closing * cbor.MAX_DEPTH
    assert cbor.loads(at_limit) is not None
    assert cbor.scan(at_limit).depth == cbor.MAX_DEPTH
    assert refusal(h(opening) + at_limit + closing) == (
        "cbor-too-deep",
        len(h(opening)) * cbor.MAX_DEPTH,
    )


def test_a_caller_may_ask_for_less_depth() -> None:
    assert cbor.loads(h("81818100"), max_depth=3) == [[[0]]]
    with pytest.raises(MalformedArtefact) as caught:
        cbor.loads(h("81818100"), max_depth=2)
    assert (caught.value.problem, caught.value.offset) == ("cbor-too-deep", 2)


@pytest.mark.parametrize("innermost", ["80", "a0", "9fff", "bfff", "40", "5fff", "c000", "a10000"])
def test_scanning_and_decoding_agree_on_what_is_too_deep(innermost: str) -> None:
    for levels in range(cbor.MAX_DEPTH - 2, cbor.MAX_DEPTH + 2):
        data = b"\x81" * levels + h(innermost)
        try:
            cbor.scan(data)
        except MalformedArtefact:
            assert refusal(data)[0] == "cbor-too-deep"
        else:
            assert cbor.loads(data) is not None


def test_the_mark_of_the_fast_path_cannot_be_smuggled_in() -> None:
    for trailing in (b"\x50", b"\x5f", b"\xc1", b"\x82", b"\x58\x11", b"\x51", b"\xf6"):
        assert refusal(b"\x01" + trailing)[0] == "cbor-trailing-bytes"
    for cut in (b"\x81", b"\x82\x01", b"\xa1\x01", b"\xc1", b"\x51", b"\x58\x20"):
        assert refusal(cut)[0] == "cbor-malformed"


def test_an_error_that_no_rule_explains_is_still_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(cbor_decode, "_decode_definite", fail)
    monkeypatch.setattr(cbor_decode, "_decode", fail)
    assert refusal(b"\x80") == ("cbor-malformed", None)
    assert refusal(b"\x9f\xff") == ("cbor-malformed", None)


def test_threads_do_not_disturb_each_other() -> None:
    good, bad = cbor2.dumps({1: [2, 3]}), h("a201000100")
    wrong: list[object] = []

    def work() -> None:
        for _ in range(300):
            if cbor.loads(good) != {1: [2, 3]}:
                wrong.append("value")
            with suppress(MalformedArtefact):
                wrong.append(cbor.loads(bad))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []


# --- size ---------------------------------------------------------------------------------------

N = cbor.MAX_ARTEFACT_BYTES
LARGE = {
    "pairs": (lambda: array_of(N // 2 - 3, b"\x81\x00"), "artefact-too-large"),
    "zeros-in-array": (lambda: array_of(N - 5, b"\x00"), "artefact-too-large"),
    "zeros": (lambda: b"\x00" * N, "cbor-trailing-bytes"),
    "open-array": (lambda: b"\x9f" + b"\x00" * (N - 2) + b"\xff", "artefact-too-large"),
    "empty-strings": (lambda: b"\x9f" + b"\x40" * (N - 2) + b"\xff", "artefact-too-large"),
    "chunks": (lambda: b"\x5f" + b"\x41a" * (N // 2 - 1) + b"\xff", "artefact-too-large"),
    "text": (lambda: b"\x7a" + (N - 5).to_bytes(4, "big") + b"a" * (N - 5), "artefact-too-large"),
    "deep-arrays": (lambda: b"\x81" * N, "cbor-too-deep"),
    "deep-open-maps": (lambda: b"\xbf" * N, "cbor-too-deep"),
    "deep-tags": (lambda: b"\xc1" * N, "cbor-too-deep"),
    "breaks": (lambda: b"\xff" * N, "cbor-malformed"),
    "huge-string": (lambda: b"\x5b" + b"\x7f" * (N - 1), "cbor-malformed"),
    "huge-array": (lambda: b"\x9b" + b"\x7f" * (N - 1), "cbor-malformed"),
    "million-entry-map": (
        lambda: (
            b"\xba"
            + (10**6).to_bytes(4, "big")
            + b"".join(b"\x1a" + i.to_bytes(4, "big") + b"\0" for i in range(10**6))
        ),
        "artefact-too-large",
    ),
    "one-byte-too-long": (lambda: b"\x00" * (N + 1), "artefact-too-large"),
}


@pytest.mark.parametrize("name", LARGE)
def test_sixteen_hostile_megabytes_are_answered_before_they_are_decoded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, problem = LARGE[name]

    def decode(*_args: Any) -> None:
        raise AssertionError("decoded without a look at its size")

    monkeypatch.setattr(cbor_decode, "_decode", decode)
    assert refusal(make())[0] == problem


def test_the_limits_are_reached_but_not_by_what_is_allowed() -> None:
    payload = b"\x5a" + (N - 5).to_bytes(4, "big") + bytes(N - 5)
    assert len(cbor.loads(payload)) == N - 5
    assert len(cbor.loads(array_of(cbor.MAX_ITEMS - 1, b"\x19\x01\x00"))) == cbor.MAX_ITEMS - 1
    assert refusal(array_of(cbor.MAX_ITEMS, b"\x19\x01\x00"))[0] == "artefact-too-large"
    text = b"\x61a" * 2
    assert cbor.loads(array_of(cbor_tokens.MAX_ITEMS // 2 - 1, text[:2]))
    long_text = cbor2.dumps("a" * (cbor.MAX_OUTSIDE_BYTES - 5))
    assert len(cbor.loads(long_text)) == cbor.MAX_OUTSIDE_BYTES - 5
    assert refusal(cbor2.dumps(["a" * (cbor.MAX_OUTSIDE_BYTES - 6), 1, 1]))[0] == ("artefact-too-large")


PADDING = b"\x5a\x00\x02\x00\x00" + bytes(1 << 17)


@pytest.mark.parametrize("start", [b"\x82\x00", b"\x82" + PADDING], ids=["short", "long"])
@pytest.mark.parametrize("opening", [b"\x82", b"\xc1\x82", b"\xa1"])
def test_many_keys_that_can_be_made_to_collide_are_refused(start: bytes, opening: bytes) -> None:
    count = cbor_tokens.MAX_COMPOSITE_KEYS
    entries = [opening + b"\x1a" + i.to_bytes(4, "big") + b"\x00\x00" for i in range(count + 1)]

    def data(number: int) -> bytes:
        return start + b"\xb9" + number.to_bytes(2, "big") + b"".join(entries[:number])

    assert len(cbor.loads(data(count))[1]) == count
    assert refusal(data(count + 1))[0] == "artefact-too-large"
    assert len(cbor.loads(b"\x82" + data(count) + data(count))) == 2


def key_of(kind: str, items: int) -> Any:
    """A map key of an even number of items, counting itself."""
    if kind == "array":
        return (0,) * (items - 1)
    if kind == "map":
        return (cbor2.frozendict(dict.fromkeys(range((items - 2) // 2), 0)),)
    if kind == "tags":
        return (cbor2.CBORTag(1, 0),) * ((items - 2) // 2) + (0,)
    key = key_of("array", items - 20)
    for _ in range(10):
        key = cbor2.frozendict({key: 0})
    return key


@pytest.mark.parametrize("start", [b"\x82\x00", b"\x82" + PADDING], ids=["short", "long"])
@pytest.mark.parametrize("kind", ["array", "map", "tags", "nested"])
def test_a_key_that_costs_much_to_compare_is_refused(start: bytes, kind: str) -> None:
    limit = cbor_tokens.MAX_KEY_ITEMS
    allowed = cbor2.dumps({key_of(kind, limit): 0, key_of(kind, limit - 2): (0,) * limit})
    assert len(cbor.loads(start + allowed)[1]) == 2
    refused = cbor2.dumps({1: 0, key_of(kind, limit + 2): 0})
    assert refusal(start + refused)[0] == "artefact-too-large"


def test_a_long_item_is_held_to_the_same_rules() -> None:
    start = len(PADDING) + 1
    assert refusal(b"\x82" + PADDING + h("a201000100")) == ("cbor-duplicate-key", start + 3)
    assert refusal(b"\x82" + PADDING + h("d81c00")) == ("cbor-shared-reference", start)
    assert refusal(b"\x81" + PADDING + b"\x00") == ("cbor-trailing-bytes", start)
    assert refusal(b"\x82" + PADDING + h("61ff")) == ("cbor-malformed", start + 1)
    assert cbor.read(b"\x9f" + PADDING + b"\xff").indefinite


# --- encoding -----------------------------------------------------------------------------------


@pytest.mark.parametrize("argument", [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1])
def test_a_head_is_as_short_as_it_can_be(argument: int) -> None:
    assert cbor.encode_head(0, argument) == cbor2.dumps(argument)


def test_map_keys_are_sorted_by_their_bytes_and_not_by_their_length() -> None:
    value = {"a": 1, -1: 2, 100: 3, b"": 4, 10: 5}
    assert cbor.dumps(value) == h("a5 0a05 186403 2002 4004 616101")


def test_floats_take_their_shortest_form() -> None:
    values = [1.5, 100000.0, 1.1, float("inf"), float("nan")]
    assert [cbor.dumps(value).hex() for value in values] == [
        "f93e00",
        "fa47c35000",
        "fb3ff199999999999a",
        "f97c00",
        "f97e00",
    ]


def test_what_was_never_read_is_not_encoded() -> None:
    for value in ({1}, object(), 2**64 + 0j):
        with pytest.raises(TypeError, match="is not CBOR that was read here"):
            cbor.dumps(value)


# --- whatever comes -----------------------------------------------------------------------------

SCALARS = (
    st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=40)
    | st.text(max_size=10)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False)
    | st.just(cbor.UNDEFINED)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.integers(-9, 300) | st.text(max_size=3) | st.binary(max_size=3), inner)
        | st.builds(cbor.Tag, st.integers(0, 2**64 - 1).filter(lambda number: number not in (28, 29)), inner)
    ),
    max_leaves=25,
)


@given(VALUES)
def test_what_is_encoded_reads_back_to_the_same_bytes(value: Any) -> None:
    data = cbor.dumps(value)
    assert cbor.dumps(cbor.loads(data)) == data
    found = cbor.scan(data)
    assert (found.end, found.indefinite, found.nonpreferred) == (len(data), False, False)
    assert refusal(data + b"\0") == ("cbor-trailing-bytes", len(data))


@given(VALUES, st.data())
def test_a_damaged_item_gives_a_value_or_our_error(value: Any, data: st.DataObject) -> None:
    encoded = bytearray(cbor.dumps(value))
    position = data.draw(st.integers(0, len(encoded) - 1))
    encoded[position] = data.draw(st.integers(0, 255))
    with suppress(MalformedArtefact):
        cbor.dumps(cbor.loads(bytes(encoded)))


def decoded_by_cbor2(data: bytes) -> bool:
    options = {"allow_duplicate_keys": False, "max_depth": cbor.MAX_DEPTH}
    try:
        cbor2.loads(data, semantic_decoders=cbor_decode._TAG_DECODERS, **options)
    except cbor2.CBORDecodeError:
        return False
    return True


@given(st.binary(max_size=64))
@example(h("f7"))
@example(h("9f9fffff"))
def test_any_bytes_give_a_value_or_our_error(data: bytes) -> None:
    read = refused = None
    try:
        read = cbor.read(data)
    except MalformedArtefact as fault:
        refused = fault
    if read is None:
        assert refused is not None
        assert refused.problem != "cbor-malformed" or refused.offset is not None
        assert refused.problem != "cbor-malformed" or not decoded_by_cbor2(data)
        return
    assert cbor.loads(data) == read.value or "nan" in repr(read.value)
    found = cbor.scan(data)
    assert found.end == len(data)
    assert found.indefinite == read.indefinite == cbor.has_indefinite(data)
