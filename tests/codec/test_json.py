"""The JSON wall: what strict means, and that nothing else than MalformedArtefact comes out."""

import json as stdlib_json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import json
from iotassess.errors import MalformedArtefact


def malformed(data: bytes | str, **options: Any) -> MalformedArtefact:
    with pytest.raises(MalformedArtefact) as caught:
        json.loads(data, **options)
    return caught.value


def test_every_kind_of_value_is_read() -> None:
    text = '{"a": [1, -2.5, 1e3, true, false, null, "\\u00e9\\ud83d\\ude00 \\u0000"], "b": {}}'
    expected = {"a": [1, -2.5, 1000.0, True, False, None, "é😀 \x00"], "b": {}}
    assert json.loads(text) == expected
    assert json.loads(text.encode()) == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        *((b"", "Expecting value"), (b" ", "Expecting value"), (b"[1,]", "Expecting value")),
        *((b"1 2", "Extra data"), (b"{}\x00", "Extra data"), (b"{'a': 1}", "double quotes")),
        *((b'"\n"', "control character"), (b"01", "Extra data"), (b"+1", "Expecting value")),
        *((b"\xef\xbb\xbf{}", "BOM"), (b'"\xff"', "UTF-8"), ("{}".encode("utf-16"), "UTF-8")),
        *((b"[NaN]", "NaN"), (b"[Infinity]", "Infinity"), (b"-Infinity", "-Infinity")),
        *((b"1e999", "too large"), (b"-1e999", "too large"), (b"// x\n1", "Expecting value")),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, words: str) -> None:
    caught = malformed(data)
    assert words in caught.message
    assert caught.problem == "artefact-unrecognised"


def test_the_caller_names_the_problem() -> None:
    assert malformed(b"{", problem="mud-malformed").problem == "mud-malformed"


def test_the_offset_counts_bytes_and_the_message_lines_and_columns() -> None:
    caught = malformed('{"é":\n "😀" x}')
    assert caught.offset == len('{"é":\n "😀" '.encode())
    assert "line 2, column 6" in caught.message
    assert malformed(b'["\xc3\xa9", "\xc3"]').offset == 8


@pytest.mark.parametrize(
    "text", ['{"a": 1, "b": 2, "a": 1}', '[{"x": {"a": 1, "\\u0061": 2}}]', '{"a": {}, "a": []}']
)
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    assert "the key 'a' stands twice" in malformed(text).message


def test_a_long_duplicate_key_is_cut_and_escaped_in_the_message() -> None:
    key = "\u202e" + "x" * 5000
    message = malformed(stdlib_json.dumps({key: 1})[:-1] + f', "{key}": 2}}').message
    assert len(message) < 200
    assert message.isascii()


@pytest.mark.parametrize(
    "text", ['"\\ud800"', '["\\udc00\\ud800"]', '{"\\uDBFF": 1}', '"\\ud800\\u0061"', '"\ud800"']
)
def test_a_lone_surrogate_is_refused(text: str) -> None:
    assert "surrogate" in malformed(text).message


def test_a_surrogate_pair_and_an_escaped_backslash_before_u_are_text() -> None:
    assert json.loads('["\\uD83D\\uDE00", "\\\\ud800"]') == ["😀", "\\ud800"]


@pytest.mark.parametrize("number", ["1", "-1", "0.1"])
def test_a_number_at_the_length_limit_is_read_and_a_longer_one_is_not(number: str) -> None:
    longest = number + "1" * (json.MAX_NUMBER_LENGTH - len(number))
    assert json.loads(longest) == stdlib_json.loads(longest)
    assert "characters" in malformed(longest + "1").message


def test_nesting_at_the_limit_is_read_and_one_more_is_not() -> None:
    depth = json.MAX_DEPTH
    json.loads("[" * depth + "]" * depth)
    json.loads('{"a":' * depth + "1" + "}" * depth)
    caught = malformed("[" * (depth + 1) + "]" * (depth + 1))
    assert caught.offset == depth
    assert "deep" in caught.message
    malformed('{"a":' * 200_000)


def test_brackets_in_strings_and_side_by_side_are_no_nesting() -> None:
    many = json.MAX_DEPTH * 3
    text = stdlib_json.dumps(["[" * many, '\\"[{' * many, *([[]] * many)])
    assert json.loads(text) == stdlib_json.loads(text)


@pytest.mark.parametrize("tail", ['"', '"\\', '"\\"', '\\"', '"[', '"\\\\"\\'])
def test_an_unclosed_string_behind_many_brackets_is_malformed(tail: str) -> None:
    malformed("[],[" * json.MAX_DEPTH + tail * 1000)


def test_a_text_at_the_size_limit_is_read_and_a_longer_one_is_not() -> None:
    assert json.loads(b"1" + b" " * (json.MAX_SIZE - 1)) == 1
    longer = b"1" + b" " * json.MAX_SIZE
    assert malformed(longer, problem="mud-malformed").problem == "artefact-too-large"
    assert json.loads(longer, max_size=json.MAX_SIZE + 1) == 1


@given(st.binary(max_size=100))
def test_random_bytes_give_a_value_or_malformed_artefact(data: bytes) -> None:
    try:
        value = json.loads(data)
    except MalformedArtefact:
        return
    assert json.loads(json.dumps(value)) == value


PIECES = st.sampled_from(
    [*'[]{}",:\\', "1", "-", ".", "e9", '"a"', '"a":', "true", "null", "NaN", "\\ud800", " ", "é", "\n"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_is_accepted_python_reads_the_same(text: str) -> None:
    try:
        value = json.loads(text)
    except MalformedArtefact:
        return
    assert value == stdlib_json.loads(text)


def test_writing_gives_ascii_in_the_order_of_the_value_unless_sorted() -> None:
    value = {"b": [1, "é"], "a": None}
    assert json.dumps(value) == '{"b":[1,"\\u00e9"],"a":null}'
    assert json.dumps(value, sort=True) == '{"a":null,"b":[1,"\\u00e9"]}'
    assert json.dumps({"a": [1]}, indent=2) == '{\n  "a": [\n    1\n  ]\n}'


def test_writing_a_value_that_json_lacks_is_a_bug() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json.dumps(float("nan"))
