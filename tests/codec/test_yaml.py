"""The YAML wall: what it reads, where it says that things stand, and what it refuses."""

import math

import pytest
import yaml as pyyaml

from iotassess.codec.yaml import (
    MAX_ALIASES,
    MAX_DEPTH,
    MAX_NODES,
    MAX_NUMBER_LENGTH,
    MAX_SIZE,
    Document,
    Mark,
    YamlFault,
    load,
)


@pytest.fixture(params=["c", "python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs on both of PyYAML's parsers: they must not be told apart."""
    if request.param == "c" and not pyyaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(pyyaml, "__with_libyaml__", request.param == "c")
    return request.param


def fault(data: bytes | str) -> YamlFault:
    with pytest.raises(YamlFault) as caught:
        load(data)
    assert caught.value.message
    assert caught.value.hint
    return caught.value


def place(data: bytes | str) -> tuple[int, int]:
    caught = fault(data)
    return caught.line, caught.column


# --- scalars ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("no", "yes", "on", "off", "y", "n", "No", "YES", "nO", "tRUE", "nULL"),
        *("2026-11-23", "2026-11-23T10:00:00Z", "12:30:45", "1_000", "0b101", "0o8", "0xfg"),
        *("1.2.3", "1e", "+0x1F", "-0o7", ".", "+", "-.", "1e5e", ".inF", "+.nan", "=", "1,5"),
    ],
)
def test_a_plain_text_of_yaml_1_1_is_a_string_in_1_2(text: str) -> None:
    document = load(f"a: {text}")
    assert document.value == {"a": text}
    assert ("a",) not in document.raw


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, True) for text in ("true", "True", "TRUE")),
        *((text, False) for text in ("false", "False", "FALSE")),
        *((text, None) for text in ("", "~", "null", "Null", "NULL")),
        *(("0", 0), ("17", 17), ("017", 17), ("-3", -3), ("+3", 3), ("0o17", 15), ("0x1F", 31)),
        *(("1.10", 1.1), ("1.", 1.0), (".5", 0.5), ("-1e3", -1000.0), ("1.5E-1", 0.15)),
        *((".inf", math.inf), ("+.Inf", math.inf), ("-.INF", -math.inf)),
    ],
)
def test_the_core_schema_gives_value_and_source_text(text: str, value: object) -> None:
    document = load(f"a: {text}")
    assert document.value["a"] == value
    assert type(document.value["a"]) is type(value)
    assert document.raw[("a",)] == text


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan_is_read_as_the_core_schema_says(text: str) -> None:
    assert math.isnan(load(text).value)


@pytest.mark.parametrize("text", ["'1.10'", '"1.10"', "|-\n 1.10", ">-\n 1.10"])
def test_a_quoted_version_keeps_its_last_zero(text: str) -> None:
    document = load(f"a: {text}")
    assert document.value == {"a": "1.10"}
    assert document.raw == {}


def test_a_number_at_the_length_limit_is_read_and_one_more_digit_is_not() -> None:
    assert load("1" * MAX_NUMBER_LENGTH).value == int("1" * MAX_NUMBER_LENGTH)
    caught = fault("a: " + "1" * (MAX_NUMBER_LENGTH + 1))
    assert (caught.line, caught.column) == (1, 4)
    assert "quotes" in caught.hint


def test_a_number_too_large_for_a_float_does_not_become_infinity() -> None:
    caught = fault("digest: 12e999")
    assert (caught.line, caught.column) == (1, 9)
    assert caught.hint.endswith('"12e999"')


# --- places -------------------------------------------------------------------------------------

PROFILE = """\
# a comment
product:
  name: node
  versions: [1.10, '2.0']
boot:
  - stage: rom
    next:
  - stage: app
"""


def test_every_value_and_key_has_its_place() -> None:
    document = load(PROFILE)
    assert document.marks == {
        (): Mark(2, 1),
        ("product",): Mark(3, 3),
        ("product", "name"): Mark(3, 9),
        ("product", "versions"): Mark(4, 13),
        ("product", "versions", 0): Mark(4, 14),
        ("product", "versions", 1): Mark(4, 20),
        ("boot",): Mark(6, 3),
        ("boot", 0): Mark(6, 5),
        ("boot", 0, "stage"): Mark(6, 12),
        ("boot", 0, "next"): Mark(7, 5),  # nothing stands there, so where its key stands
        ("boot", 1): Mark(8, 5),
        ("boot", 1, "stage"): Mark(8, 12),
    }
    assert document.keys == {
        ("product",): Mark(2, 1),
        ("product", "name"): Mark(3, 3),
        ("product", "versions"): Mark(4, 3),
        ("boot",): Mark(5, 1),
        ("boot", 0, "stage"): Mark(6, 5),
        ("boot", 0, "next"): Mark(7, 5),
        ("boot", 1, "stage"): Mark(8, 5),
    }
    assert document.raw == {("product", "versions", 0): "1.10", ("boot", 0, "next"): ""}


def test_a_path_that_is_not_there_is_placed_at_its_nearest_ancestor() -> None:
    document = load(PROFILE)
    assert document.mark(("boot", 1, "verified-by", 0)) == Mark(8, 5)
    assert document.mark(("boot", 7)) == Mark(6, 3)
    assert document.mark(("update",)) == Mark(2, 1)
    assert document.mark(()) == Mark(2, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_and_columns_count_characters_whatever_ends_the_line(end: str) -> None:
    document = load(f"é😀: x{end}b: [ü, z]{end}".encode())
    assert document.mark(("é😀",)) == Mark(1, 5)
    assert document.mark(("b", 1)) == Mark(2, 8)


def test_a_byte_order_mark_shifts_no_column() -> None:
    for data in ("\ufeffa: b", b"\xef\xbb\xbfa: b"):
        document = load(data)
        assert document.value == {"a": "b"}
        assert document.keys[("a",)] == Mark(1, 1)


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "  ", "---\n", "---\n...\n"])
def test_text_without_content_is_null(text: str) -> None:
    document = load(text)
    assert document.value is None
    assert document.mark(("product",)).line in (1, 2)


@pytest.mark.parametrize("text", ["? a", "? a\n", "? a # c", "? a\n# c\n"])
def test_no_place_lies_behind_the_end_of_the_text(text: str) -> None:
    document = load(text)
    assert document.value == {"a": None}
    assert document.mark(("a",)) == Mark(1, 3)


# --- aliases ------------------------------------------------------------------------------------


def test_an_alias_gives_a_value_of_its_own_with_places_of_the_original() -> None:
    document = load("a: &x {k: [1.10]}\nb: *x\nc: *x\n")
    assert document.value == {name: {"k": [1.1]} for name in "abc"}
    assert document.value["a"] is not document.value["b"]
    assert document.value["b"]["k"] is not document.value["c"]["k"]
    assert document.mark(("b",)) == Mark(2, 4)
    assert document.mark(("b", "k", 0)) == Mark(1, 12)
    assert document.raw[("c", "k", 0)] == "1.10"


def test_anchors_inside_an_anchored_value_are_no_duplicates_of_themselves() -> None:
    document = load("a: &x [&y 1, *y]\nb: [*x, *x, *y]\n")
    assert document.value == {"a": [1, 1], "b": [[1, 1], [1, 1], 1]}


def test_an_anchor_on_a_key_names_the_key() -> None:
    assert load("&k name: *k\n").value == {"name": "name"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("&a [*a]", (1, 5)),
        ("a: &x\n  b: *x\n", (2, 6)),
        ("&a [&b [*a]]", (1, 9)),
    ],
)
def test_a_value_that_contains_itself_is_refused(text: str, where: tuple[int, int]) -> None:
    caught = fault(text)
    assert (caught.line, caught.column) == where
    assert "inside the value that it names" in caught.message


def test_an_alias_without_anchor_is_refused_even_if_one_follows() -> None:
    caught = fault("a: *x\nb: &x 1")
    assert (caught.line, caught.column) == (1, 4)
    assert "no anchor before it" in caught.message


def test_an_anchor_name_given_twice_is_refused() -> None:
    caught = fault("a: &x 1\nb: &x 2\n")
    assert (caught.line, caught.column) == (2, 4)
    assert "first in line 1" in caught.message


def test_aliases_beyond_the_limit_are_refused() -> None:
    items = "\n".join(["- &x 1", *["- *x"] * MAX_ALIASES])
    assert len(load(items).value) == MAX_ALIASES + 1
    caught = fault(items + "\n- *x")
    assert caught.line == MAX_ALIASES + 2
    assert str(MAX_ALIASES) in caught.message


def test_few_lines_that_unfold_to_billions_of_values_are_stopped() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    assert "aliases" in fault("\n".join(lines)).message


def test_values_are_counted_with_aliases_written_out() -> None:
    big = f"a: &a [{'x,' * 1000}]\n"
    aliases = MAX_NODES // 1000
    assert fault(big + f"b: [{'*a,' * aliases}]").message.startswith("the document has more than")
    assert len(load(big + f"b: [{'*a,' * (aliases - 2)}]").value["b"]) == aliases - 2


def test_characters_are_counted_with_aliases_written_out() -> None:
    text = "x" * (MAX_SIZE // 4)
    assert len(load(f"a: &a '{text}'\nb: [*a, *a]").value["b"]) == 2
    assert "aliases written out" in fault(f"a: &a '{text}'\nb: [*a, *a, *a]").message


def test_aliases_cannot_nest_deeper_than_written_text() -> None:
    half = MAX_DEPTH // 2 + 1
    text = f"- &a {'[' * half}{']' * half}\n- {'[' * half}*a{']' * half}\n"
    assert "nested more than" in fault(text).message


# --- limits -------------------------------------------------------------------------------------


def test_text_at_the_size_limit_is_read_and_one_byte_more_is_not() -> None:
    assert load(b"#" * MAX_SIZE).value is None
    caught = fault(b"#" * (MAX_SIZE + 1))
    assert "bytes" in caught.message
    assert "characters" in fault("#" * (MAX_SIZE + 1)).message


def test_nesting_at_the_limit_is_read_and_one_more_is_not() -> None:
    load("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    caught = fault("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert (caught.line, caught.column) == (1, MAX_DEPTH + 1)


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? "])
def test_a_hundred_thousand_open_collections_are_a_fault_and_no_crash(opening: str) -> None:
    fault(opening * 100_000)


def test_more_values_than_the_limit_are_refused() -> None:
    assert len(load("[" + "1," * (MAX_NODES - 1) + "]").value) == MAX_NODES - 1
    fault("[" + "1," * MAX_NODES + "]")


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1)),
        ("{a: 1, 'a': 2}", (1, 8)),
        ('x:\n  é: 1\n  "\\xe9": 2\n', (3, 3)),
    ],
)
def test_a_key_that_stands_twice_is_refused(text: str, where: tuple[int, int]) -> None:
    caught = fault(text)
    assert (caught.line, caught.column) == where
    assert "twice" in caught.message


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert load("- a: 1\n- a: 2\n").value == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("text", ["<<: *x", "{<<: {a: 1}}", "<<: [1]"])
def test_a_merge_key_is_refused(text: str) -> None:
    assert "merge key" in fault("- &x {b: 1}\n- " + text).message


def test_a_quoted_merge_key_and_a_value_of_that_form_are_strings() -> None:
    assert load("'<<': <<").value == {"<<": "<<"}


@pytest.mark.parametrize("key", ["1", "1.5", "true", "null", "~", "0x1F", ".nan"])
def test_a_key_that_is_no_string_is_refused_with_the_quotes_it_needs(key: str) -> None:
    caught = fault(f"a:\n  {key}: x")
    assert (caught.line, caught.column) == (2, 3)
    assert caught.hint == f'quote it: "{key}"'


@pytest.mark.parametrize(
    "text", ["? [a]\n: b", "? {a: b}\n: c", "? \n: b", "- &x a\n- *x : b", "? 2026-11-23\n: [? 1]"]
)
def test_a_key_that_is_no_text_is_refused(text: str) -> None:
    assert "expected a string" in fault(text).message


@pytest.mark.parametrize("key", ["no", "yes", "on", "off", "2026-11-23", "1.2.3"])
def test_a_key_that_only_yaml_1_1_takes_for_something_else_is_a_string(key: str) -> None:
    assert load(f"{key}: 1").value == {key: 1}


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/name:os.system",
        "!foo",
        "!!str",
        "!!binary",
        "!",
        "!<tag:yaml.org,2002:str>",
    ],
)
@pytest.mark.parametrize("form", ["a: {} x", "{} k: x", "a: {} [x]", "a: {} {{x: y}}"])
def test_a_tag_is_refused_wherever_it_stands(tag: str, form: str) -> None:
    caught = fault(form.format(tag))
    assert "tag" in caught.message
    assert caught.line == 1


@pytest.mark.parametrize("text", ["a\n---\nb\n", "---\na\n...\n---\nb\n", "a: 1\n---\n"])
def test_a_second_document_is_refused(text: str) -> None:
    assert "second document" in fault(text).message


def test_directives_are_refused_unless_they_say_what_is_read_anyway() -> None:
    assert load("%YAML 1.2\n---\na: no\n").value == {"a": "no"}
    assert "1.1" in fault("%YAML 1.1\n---\na: no\n").message
    assert "%TAG" in fault("%TAG !e! tag:example.com,2000:\n---\na: b\n").message
    assert load("%FUTURE x\n---\na: no\n").value == {"a": "no"}  # YAML 1.2.2 section 6.8
    fault("%YAML 1." + "9" * 5000 + "\n---\na\n")


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ufeff", "\ufffe", "\ud800"],
)
def test_a_control_character_in_the_text_is_refused(character: str) -> None:
    caught = fault(f"a: 1\nb: x{character}y\n")
    assert (caught.line, caught.column) == (2, 5)
    assert f"U+{ord(character):04X}" in caught.message


@pytest.mark.parametrize("escape", ["\\0", "\\e", "\\a", "\\x7f", "\\x9b", "\\N", "\\b"])
@pytest.mark.parametrize("form", ['a: "{}"', '"{}": a', '["x{}"]'])
def test_a_control_character_by_escape_is_refused(escape: str, form: str) -> None:
    assert "not text" in fault(form.format(escape)).message


def test_escapes_that_make_text_are_read() -> None:
    assert load(r'"\t\n\u00e9\U0001F600\\"').value == "\t\né😀\\"


@pytest.mark.parametrize("escape", ["\\ud800", "\\uDFFF", "\\U00110000", "\\UFFFFFFFF", "\\q", "\\x4"])
def test_an_escape_that_makes_no_character_is_refused(escape: str) -> None:
    assert fault(f'a: "{escape}"').line == 1


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"a: \xff", (1, 4)),
        ("é: b\nä: ".encode() + b"\xc3", (2, 4)),
        (b"\xef\xbb\xbf\xff", (1, 1)),
        ("a: b".encode("utf-16"), (1, 1)),
        ("a: b".encode("latin-1") + b"\xe9", (1, 5)),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused(data: bytes, where: tuple[int, int]) -> None:
    caught = fault(data)
    assert (caught.line, caught.column) == where
    assert "UTF-8" in caught.message


# --- broken YAML --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("a: b: c", 1, '": "'),
        ("k: v\n j: w", 2, "indentation"),
        ("a: @b", 1, "quotes"),
        ("a: `b`", 1, "quotes"),
        ("a:\tb", 1, "spaces"),
        ("a:\n\tb: 1", 2, "spaces"),
        ("a: [1, 2\nb: 3\n", 2, "bracket"),
        ("a: 'x\n", 2, "quote"),
        ('a: "x\n---\n', 2, "quote"),
        ('a: "\\q"', 1, "backslash"),
        ("a: |x\n b", 1, "|"),
        (" - a\nb: c\n", 2, "indentation"),
        ("a: 1\n  b\n- c\n", 3, "indentation"),
        ("a: 1\nb\n", 3, "': '"),
        ("a: - b", 1, "line of its own"),
        ("% a\n---\na", 1, "quotes"),
        ("a: &\n", 1, "letters"),
        ("a: !<x\n", 1, "tag"),
    ],
)
def test_broken_yaml_is_a_fault_that_says_where_and_what_to_do(text: str, line: int, hint: str) -> None:
    caught = fault(text)
    assert caught.line == line
    assert hint in caught.hint


@pytest.mark.parametrize("text", ["[a?]", "{b?: 1}", "- [[http://example.com/x?y]]"])
def test_a_text_that_only_one_parser_reads_is_refused_by_both(text: str) -> None:
    assert "quotes" in fault(text).hint
    assert load(text.replace("[", "").replace("]", "").strip("{}")).value


def test_long_names_of_an_attacker_are_cut_in_messages() -> None:
    assert len(fault(f"a: *{'x' * 5000}").message) < 200
    assert len(fault(f"a: !{'x' * 5000} b").message) < 200
    assert len(fault(f"? &{'x' * 5000} a\n: &{'x' * 5000} b").message) < 200


def test_a_complaint_that_is_not_foreseen_still_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        def __init__(self, text: str) -> None:
            pass

        def get_event(self) -> None:
            raise pyyaml.YAMLError("?")

    monkeypatch.setattr("iotassess.codec.yaml._parser", Silent)
    caught = fault("a")
    assert (caught.line, caught.column) == (1, 1)
    assert caught.message == "not YAML"


def test_json_is_read_as_yaml() -> None:
    document = load('{"a": {"b":[1, null, true, "no", {}]},"c":"\\u00e9"}')
    assert document.value == {"a": {"b": [1, None, True, "no", {}]}, "c": "é"}
    assert isinstance(document, Document)
