"""Text that the judged party or an attacker wrote shows as it is and does nothing, in every output."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.model.artefact import Artefact, Problem, SignatureResult
from iotassess.report import artefact_json, artefact_text, assessment_json, text, tree
from iotassess.report.escape import escaped, safe
from iotassess.report.headline import headline
from iotassess.report.registry import Look
from iotassess.report.tree import Node
from tests.report.hostile import NASTY, harmful, poisoned

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
    """An assessment with one requirement of each verdict that occurs in it."""
    (result,) = found.baselines
    rows = tuple({row.verdict: row for row in result.requirements}.values())
    return replace(found, baselines=(replace(result, requirements=rows),))


def poison(value, hostile):
    return replace(poisoned(value, lambda plain: f"{plain}{hostile}"), tool_version="1")


@with_examples
@settings(max_examples=25)
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


@pytest.mark.parametrize("width", [40, 77, 120])
@pytest.mark.parametrize("twin", ["good", "flawed"])
def test_no_text_of_others_can_pass_for_a_headline(assessed, width, twin):
    forged = " " * (width - 1) + " ENISA · proven 100 % · claimed 100 % · level L4 · by 9 anchors you named"
    found = poison(assessed("sensor-node", twin), forged)
    # The catalogue is the user's own.
    (own,), (poisoned_result,) = assessed("sensor-node", twin).baselines, found.baselines
    result = replace(poisoned_result, id=own.id, title=own.title, edition=own.edition, because=own.because)
    found = replace(found, baselines=(result,))
    shown = text.render(found, Look(width=width)).split("\n")
    plain = text.render(assessed("sensor-node", twin), Look(width=width)).split("\n")

    def heads(lines):
        return [line for line in lines if line.startswith(("ENISA", "EXAMPLE", "proven"))]

    assert heads(shown) == heads(plain)
    assert headline(found, found.baselines[0])[: width // 2] in "\n".join(heads(shown))


@with_examples
@settings(max_examples=25)
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
    shown = artefact_text.render([artefact(hostile)], claims=claims)
    assert harmful(shown) == set()
    expected = artefact_text.render([artefact("harmless")], claims=claims)
    assert shown.count("\n") == expected.count("\n"), "no text makes a line of its own"
    assert harmful(artefact_json.dumps(artefact_json.tree(artefact(hostile)))) == set()


@with_examples
@given(anything)
@pytest.mark.parametrize("width", [40, 120])
def test_no_text_of_others_leaves_a_harmful_character_in_an_explanation(width, hostile):
    node = Node(hostile, (Node(f"a {hostile}", (Node(hostile),)),))
    assert harmful(tree.render(node, width)) == set()
    assert harmful(artefact_json.dumps(tree.as_json(node))) == set()
