"""Explanations: indented by what belongs to what, wrapped, and the same tree as JSON."""

import pytest

from iotassess.report.tree import Node, as_json, lines, render

TREE = Node("root", (Node("first", (Node("inner"),)), Node("second")))


def test_children_stand_below_their_parent_two_spaces_in():
    assert render(TREE, 80) == "root\n  first\n    inner\n  second\n"


def test_json_has_the_same_tree():
    assert as_json(TREE) == {
        "text": "root",
        "children": [
            {"text": "first", "children": [{"text": "inner", "children": []}]},
            {"text": "second", "children": []},
        ],
    }


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_long_text_is_wrapped_behind_a_hanging_indent(width):
    text = "word " * 60
    shown = list(lines(Node("x", (Node(text),)), width))[1:]
    assert max(map(len, shown)) <= width
    assert shown[0].startswith("  word")
    assert all(line.startswith("    word") for line in shown[1:])
    assert " ".join(" ".join(shown).split()) == text.strip()


def test_a_word_longer_than_a_line_is_broken_and_nothing_is_lost():
    shown = list(lines(Node("a" * 100), 40))
    assert "".join(line.strip() for line in shown) == "a" * 100
    assert max(map(len, shown)) <= 40


def test_lines_of_a_text_stay_lines_and_empty_ones_stay_empty():
    assert list(lines(Node("one\n\ntwo"), 80, 4)) == ["    one", "", "    two"]


def test_deep_trees_keep_room_for_their_text():
    node = Node("leaf text of some length that has to go somewhere")
    for _ in range(40):
        node = Node("n", (node,))
    assert all(len(line.strip()) <= 30 for line in lines(node, 40))
