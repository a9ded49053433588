"""The YAML wall under random text: one exception type, and the same answer from both parsers."""

from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.codec.yaml import Document, YamlFault, load
from tests.tries import tries

needs_libyaml = pytest.mark.skipif(not pyyaml.__with_libyaml__, reason="PyYAML was built without libyaml")

# Pieces that make the scanner change its state; whole words come too rarely from single characters.
PIECES = st.sampled_from(
    [
        *("a", "b", "1", "1.10", "no", "~", ":", ": ", ",", ", ", "[", "]", "{", "}", "- ", "-"),
        *("\n", "\n ", "\n  ", "'", '"', "#", " # c", "&x ", "*x", "!", "!!str ", "|", "|-\n  "),
        *(">\n ", "---\n", "...\n", "?", "? ", "<<: ", "%", " ", "@", "\\", "\\n", "é", "😀"),
        *("\r\n", "\r", "key: ", "x: y\n", "- z\n", "=", "`", "\t", "\\ud800", "\x1b"),
    ]
)
TEXTS = st.lists(PIECES, max_size=16).map("".join)


def answer(text: str | bytes) -> Document | YamlFault:
    try:
        return load(text)
    except YamlFault as fault:
        return fault


def check(found: Document | YamlFault) -> None:
    if isinstance(found, YamlFault):
        assert found.line >= 1
        assert found.column >= 1
        assert found.hint


@given(st.binary(max_size=200))
def test_random_bytes_give_a_document_or_a_fault(data: bytes) -> None:
    check(answer(data))


@given(TEXTS)
def test_random_text_gives_a_document_with_all_its_places_or_a_fault(text: str) -> None:
    document = answer(text)
    check(document)
    if isinstance(document, Document):
        lines = len(text.splitlines()) + 1
        assert set(document.keys) <= set(document.marks)
        assert set(document.raw) <= set(document.marks)
        assert all(1 <= mark.line <= lines for mark in document.marks.values())


@needs_libyaml
@given(TEXTS)
@settings(max_examples=tries(500))
def test_both_parsers_give_the_same_document_or_both_a_fault(text: str) -> None:
    by_c = answer(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyyaml, "__with_libyaml__", False)
        by_python = answer(text)
    if isinstance(by_c, Document):
        assert repr(by_c) == repr(by_python)  # repr: NaN is not equal to itself
    else:
        assert isinstance(by_python, YamlFault)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**64), max_value=2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aZ01.-+~:#'\"\\[]{},&*!|>%@` \n\té\u2028\ufeff😀", max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcéno", max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    found = {path}
    if isinstance(value, dict):
        found |= {inner for key, item in value.items() for inner in paths(item, (*path, key))}
    if isinstance(value, list):
        found |= {inner for at, item in enumerate(value) for inner in paths(item, (*path, at))}
    return found


@given(VALUES, st.booleans())
def test_what_another_writer_wrote_is_read_back_with_a_place_for_each_part(value: Any, flow: bool) -> None:
    # Every string quoted: an unquoted one may be a number in 1.2 that it is not in 1.1.
    text = pyyaml.dump(value, default_flow_style=flow, default_style='"', Dumper=Quoted)
    document = load(text)
    assert document.value == value
    assert set(document.marks) == paths(value)


class Quoted(pyyaml.SafeDumper):
    """Quotes strings and writes no tags, so that other scalars stay plain."""

    def represent_scalar(self, tag: str, value: str, style: str | None = None) -> Any:
        string = tag == "tag:yaml.org,2002:str"
        return super().represent_scalar(tag, value, '"' if string else "")

    def ignore_aliases(self, data: Any) -> bool:
        return True
