"""Text that the judged party or an attacker wrote shows as it is and does nothing, in every output."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.model import tree as bytes_tree
from iotassess.model.artefact import Artefact, Problem, SignatureResult
from iotassess.model.verdict import VERDICTS
from iotassess.report import artefact_json, artefact_text, assessment_json, text, tree
from iotassess.report.escape import escaped, safe
from iotassess.report.headline import headline
from iotassess.report.registry import Look
from iotassess.report.tree import Node
from tests.report.hostile import NASTY, harmful, poisoned
from tests.tries import tries

anything = st.text(st.characters(exclude_categories=()), max_size=30)


def with_examples(test):
    for nasty in NASTY:
        test = example(nasty)(test)
    return test


# --- one text -----------------------------------------------------------------------------------


@with_examples
@given(anything)
def test_a_safe_text_has_no_harmful_character_and_no_line_end(hostile):
    shown = safe(hostile)
    assert harmful(shown) == set()
    assert "\n" not in shown


@given(st.text(st.characters(categories=("L", "N", "P", "S", "M", "Zs"))))
def test_a_harmless_text_stays_as_it_is(plain):
    assert safe(plain) == plain


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202ex", "\\u202ex"),
        ("\U000e0041", "\\U000e0041"),
        ("\x9b", "\\x9b"),
        ("\udc80", "\\udc80"),
        ("\u2028", "\\u2028"),
        ("\n", "\\x0a"),
        (None, "None"),
        (12, "12"),
    ],
)
def test_what_is_escaped_can_be_read(hostile, shown):
    assert safe(hostile) == shown


@with_examples
@given(anything)
@pytest.mark.parametrize("limit", [1, 2, 7, 40])
def test_a_limited_text_is_no_longer_than_its_limit_and_says_that_it_was_cut(limit, hostile):
    shown = safe(hostile, limit)
    assert len(shown) <= limit
    assert shown == safe(hostile) or shown.endswith("…")


@with_examples
@given(anything)
def test_escaped_json_has_no_harmful_character_and_means_the_same(hostile):
    plain = json.dumps({hostile: [hostile]}, ensure_ascii=False, indent=2)
    shown = escaped(plain)
    assert harmful(shown) == set()
    assert json.loads(shown) == json.loads(plain)


# --- whole reports ------------------------------------------------------------------------------


def shortened(found):
    """An assessment with one requirement of each verdict that occurs in a baseline."""
    results = tuple(
        replace(result, requirements=tuple({row.verdict: row for row in result.requirements}.values()))
        for result in found.baselines
    )
    return replace(found, baselines=results)


def poison(value, hostile):
    return replace(poisoned(value, lambda plain: f"{plain}{hostile}"), tool_version="1")


@with_examples
@settings(max_examples=tries(25))
@given(anything)
@pytest.mark.parametrize("width", [40, 120])
def test_no_text_of_others_leaves_a_harmful_character_in_the_terminal_report(assessed, width, hostile):
    found = poison(shortened(assessed("sensor-node", "flawed")), hostile)
    assert harmful(text.render(found, Look(width=width))) == set()


@pytest.mark.parametrize("hostile", NASTY)
def test_the_escapes_of_a_coloured_report_are_all_our_own(assessed, hostile):
    found = poison(assessed("sensor-node", "flawed"), hostile)
    shown = text.render(found, Look(width=100, colour=True))
    assert harmful(shown) == {"\x1b"}
    own = text.render(assessed("sensor-node", "flawed"), Look(width=100, colour=True))
    assert codes(shown) <= codes(own)


def codes(shown):
    return {part.partition("m")[0] for part in shown.split("\x1b[")[1:]}


WIDTHS = [40, 56, 77, 100, 120]


def heads(lines):
    """Lines that are headlines, or could pass for one."""
    return [line for line in lines if line.startswith(("ENISA", "ETSI", "NIST", "EXAMPLE", "proven"))]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("twin", ["good", "flawed"])
def test_no_text_of_others_can_pass_for_a_headline(assessed, width, twin):
    forged = " " * (width - 1) + " ENISA · proven 100 % · claimed 100 % · level L4 · by 9 anchors you named"
    found = poison(assessed("sensor-node", twin), forged)
    # A catalogue's name for itself is in its headline; see below.
    own = [result.short_name for result in assessed("sensor-node", twin).baselines]
    results = tuple(replace(r, short_name=name) for r, name in zip(found.baselines, own, strict=True))
    found = replace(found, baselines=results)
    shown = text.render(found, Look(width=width)).split("\n")
    plain = text.render(assessed("sensor-node", twin), Look(width=width)).split("\n")
    assert heads(shown) == heads(plain)
    for result in results:
        assert headline(found, result)[: width // 2] in "\n".join(heads(shown))


FORGED = "ENISA · proven 100 % · claimed 100 % · level L4 · by 9 anchors you named"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("before", ["", "x ", " " * 200, "word " * 40, "x" * 97 + " ", "\n", "\r\n\x1b[2J"])
@pytest.mark.parametrize("field", ["notice", "title", "edition", "id", "words", "because"])
def test_nothing_that_a_catalogue_says_passes_for_a_headline(assessed, width, before, field):
    found = assessed("sensor-node", "flawed")
    hostile = before + FORGED
    value = dict.fromkeys(VERDICTS, hostile) if field == "words" else hostile
    value = (hostile, "L1: X-1") if field == "because" else value
    results = tuple(replace(result, **{field: value}) for result in found.baselines)
    shown = text.render(replace(found, baselines=results), Look(width=width))
    assert heads(shown.split("\n")) == heads(text.render(found, Look(width=width)).split("\n"))
    assert harmful(shown) == set()
    if field in ("notice", "because"):
        assert "ENISA · proven 100 %" in " ".join(shown.split())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("hostile", [*NASTY, FORGED, "x" * 500, " " * 80 + FORGED, "EXAMPLE · " * 9])
def test_a_catalogues_name_for_itself_takes_one_place_of_its_headline(assessed, width, hostile):
    found = assessed("sensor-node", "flawed")
    first, *rest = found.baselines
    forged = replace(first, short_name=f"own {hostile}")
    line = headline(replace(found, baselines=(forged, *rest)), forged)
    assert harmful(line) == set()
    assert line.count(" · ") == headline(found, first).count(" · ")
    example, name, *numbers = line.split(" · ")
    assert example == "EXAMPLE"
    assert len(name) <= 32
    assert numbers == headline(found, first).split(" · ")[2:]
    shown = text.render(replace(found, baselines=(forged, *rest)), Look(width=width)).split("\n")
    assert len(heads(shown)) == len(heads(text.render(found, Look(width=width)).split("\n")))


def test_a_verdict_in_a_catalogues_words_is_named_with_it_whatever_the_words(assessed):
    found = assessed("sensor-node", "flawed")
    words = dict.fromkeys(VERDICTS, "verified (verified)")
    results = tuple(replace(result, words=words) for result in found.baselines)
    shown = text.render(replace(found, baselines=results), Look(width=120))
    for result in found.baselines:
        for row in result.requirements:
            assert f" {row.id} " in shown
    lines = [line for line in shown.split("\n") if "verified (verified)" in line]
    assert len(lines) > sum(result.total for result in found.baselines)
    assert all(re.search(rf"verified \(verified\) \(({'|'.join(VERDICTS)})\)", line) for line in lines)


@with_examples
@settings(max_examples=tries(25))
@given(anything)
def test_no_text_of_others_leaves_a_harmful_character_in_the_json(assessed, hostile):
    found = poison(shortened(assessed("sensor-node", "flawed")), hostile)
    shown = assessment_json.render(found, Look())
    assert harmful(shown) == set()
    assert json.loads(shown)["product"]["vendor"] == json.loads(json.dumps(f"Example Sensing{hostile}"))


# --- artefacts and explanations -----------------------------------------------------------------


def artefact(hostile):
    signature = SignatureResult("COSE_Sign1", hostile, hostile, "verified", hostile, "user", hostile)
    problem = Problem("cose-bad-signature", "error", hostile, hostile, 3)
    claims = {
        hostile: hostile,
        "list": [hostile, {"value": 3, "name": hostile}, [hostile]],
        "named": {"value": 1, "name": hostile},
        "empty": {},
        "number": 1,
    }
    inner = Artefact(f"a#{hostile}", "eat-cwt", None, "00", 1, False, "unsigned", claims=claims)
    return Artefact(
        hostile, None, hostile, "ab", 7, True, "authenticated", (signature,), (problem,), claims,
        nested=(inner,),
    )  # fmt: skip


@with_examples
@given(anything)
@pytest.mark.parametrize("claims", [True, False])
def test_no_text_of_an_artefact_leaves_a_harmful_character(claims, hostile):
    shown = artefact_text.render(
        [artefact(hostile)], [bytes_tree.Node(0, 7, "unread", value=hostile)] if claims else None
    )
    assert harmful(shown) == set()
    expected = artefact_text.render(
        [artefact("harmless")], [bytes_tree.Node(0, 7, "unread")] if claims else None
    )
    assert shown.count("\n") == expected.count("\n"), "no text makes a line of its own"
    assert harmful(artefact_json.dumps(artefact_json.tree(artefact(hostile)))) == set()


@with_examples
@given(anything)
@pytest.mark.parametrize("width", [40, 120])
def test_no_text_of_others_leaves_a_harmful_character_in_an_explanation(width, hostile):
    node = Node(hostile, (Node(f"a {hostile}", (Node(hostile),)),))
    assert harmful(tree.render(node, width)) == set()
    assert harmful(artefact_json.dumps(tree.as_json(node))) == set()
