"""The Markdown summary: the gate's answer first, and nothing that somebody else wrote does anything in it."""

from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from iotassess.report import markdown
from iotassess.report.escape import safe
from iotassess.report.headline import headline
from iotassess.report.markdown_text import CUT, LIMIT, code, document, folded, prose, table
from iotassess.report.registry import Look
from tests.examples import TWINS
from tests.report.gated import (
    APPROVER,
    JUSTIFICATION,
    UNMET,
    gated,
    poison,
    shortened,
    unusable,
    waived_plug,
    waiver,
)
from tests.report.hostile import NASTY, harmful
from tests.report.rendered import active, blocks, cells, foreign, inlines, shown, texts
from tests.tries import tries

LOOK = Look()
each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)

PIECES = (
    "@octocat", "a@b.example", "#12", "org/repo#3", "!4", "&5", "~bug", '%"v1"', "$x^2$", "$`x`$",
    "http://evil.example/x", "https://evil.example", "ftp://e.example", "//e.example", "www.evil.example",
    "WWW.evil.example", "evil.example", "evil.com", "mailto:a@b.example", "xmpp:a@b.example",
    "<http://evil.example>", "<a@b.example>", "[x](http://evil.example)", "![x](y.png)",
    "[x]: http://e.example", "[x][y]", "[^1]", "- [ ] ", "<b>", "</td>", "<!--", "-->",
    "<img src=x onerror=alert(1)>", "<details>", "</details>", "&amp;", "&#64;", "&lt;script&gt;",
    "`", "``", "```", "~~~", "~~s~~", "**b**", "__b__", "*i*", "_i_", "|", "\\|", "\\", "\\\\",
    "# h", "#", "=====", "-----", "***", "> q", "1. ", "2) ", "- ", "+ ", "* ", ":tada:", ":+1:",
    "{+ a +}", "[- a -]", "{{ x }}", "/approve", "::include{file=x}", "[[_TOC_]]", "    ", "\t", "x", "9",
    ".", "\n", "\r\n\r\n# h\n", "\u200b", "\ue000", "\ue001", "&#8203;", "GH-1", "é.рф", "+.com",
    "> [!NOTE]", "</summary>", "<br>", "<span>", "$", "%%", "…", ":100", ".a", "1.a",
)  # fmt: skip
hostile_texts = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join),
    st.text(st.sampled_from("\\`*_{}[]<>#!|~&^$@:./-+=()\"' \t\na1w"), max_size=20),
    st.text(st.characters(exclude_categories=()), max_size=30),
)


def with_examples(test):
    for nasty in (*NASTY, *PIECES):
        test = example(nasty)(test)
    return test


def with_some_examples(test):
    for nasty in (*NASTY, *PIECES[::7]):
        test = example(nasty)(test)
    return test


# --- one text ------------------------------------------------------------------------------------


def placed(text):
    """Every place that a text is put in."""
    head = ("| a | b |", "| --- | --- |")
    return [
        f"- {text}",
        f"word {text}",
        f"## word {text}",
        f"`x`: {text} - {text}",
        "\n".join((*head, f"| {text} | `x` {text} |", "| y | z |")),
    ]


@with_examples
@settings(max_examples=tries(200))
@given(hostile_texts)
def test_a_text_does_nothing_wherever_it_stands(hostile):
    assume(hostile.strip())  # an empty item of a list has no paragraph
    for write in (prose, code):
        for found, plain in zip(placed(write(hostile)), placed("plain"), strict=True):
            assert blocks(found) == blocks(plain)
            assert foreign(found) == []
            assert active(found) == []


@with_examples
@settings(max_examples=tries(200))
@given(hostile_texts)
def test_a_text_reads_as_it_is(hostile):
    for write in (prose, code):
        assert shown(f"word {write(hostile)} end") == f"word {safe(hostile).strip()} end"


@with_examples
@given(hostile_texts)
def test_a_text_stays_in_its_cell(hostile):
    for write in (prose, code):
        lines = table(("a", "b"), [(f"word {write(hostile)} end", "other")])
        assert cells("\n".join(lines)) == ["a", "b", f"word {safe(hostile).strip()} end", "other"]


@with_examples
@given(hostile_texts)
@pytest.mark.parametrize("limit", [1, 7, 40])
def test_a_limit_counts_what_is_shown(limit, hostile):
    assert shown(f"word {prose(hostile, limit)} end") == f"word {safe(hostile, limit).strip()} end"


@pytest.mark.parametrize(
    "hostile", ["@octocat", "#12", "http://evil.com", "www.evil.com", ":tada:", "**b**", "<b>"]
)
def test_the_checks_of_this_file_find_what_they_are_for(hostile):
    assert foreign(f"- {hostile}") or active(f"- {hostile}")
    assert blocks("- # h") != blocks("- plain")


def test_names_are_code_unless_that_would_not_hold():
    assert code("evidence/app.bin") == "`evidence/app.bin`"
    assert code("etsi-en-303-645@3.1.3/5.1-1") == "`etsi-en-303-645@3.1.3/5.1-1`"
    for text in ("a`b", "a|b", "@octocat", "x @octocat", ""):
        assert not code(text).startswith("`")


# --- a document that is too long -----------------------------------------------------------------


def test_what_fits_is_not_cut():
    lines = ["a" * 99] * 10
    assert document(lines, 1000) == "".join(f"{line}\n" for line in lines)
    assert document(lines, 999).endswith(f"\n{CUT}\n")


def test_a_fold_that_is_cut_is_closed():
    found = document(folded("Show", ["word"] * 100), 300)
    assert found.endswith(f"word\n\n</details>\n\n{CUT}\n")


@given(
    st.lists(st.sampled_from(["word", "é" * 30, "| a | b |", ""]), max_size=60),
    st.lists(st.sampled_from(["| c | d |", "é"]), max_size=60),
    st.integers(200, 1500),
)
def test_what_is_cut_is_no_longer_than_the_limit_and_folds_up_again(before, inside, limit):
    lines = [*before, *folded("Show", inside), "after"]
    found = document(lines, limit)
    assert len(found.encode()) <= limit
    assert found.count("<details>") == found.count("</details>")
    whole = "".join(f"{line}\n" for line in lines)
    if found != whole:
        assert len(whole.encode()) > limit
        assert found.endswith(f"\n{CUT}\n")


def test_a_summary_of_very_many_reasons_keeps_to_the_limit_and_answers_first():
    found = gated("sensor-node", "flawed")
    many = tuple(f._replace(message="why " * 100) for f in found.gate.findings) * 400
    text = markdown.render(replace(found, gate=replace(found.gate, findings=many)), LOOK)
    assert LIMIT - 1000 < len(text.encode()) <= LIMIT < 1 << 20
    assert text.startswith(f"## EXAMPLE · gate: FAILED · {len(many)} reasons")
    assert text.endswith(f"\n{CUT}\n")


# --- the summary ---------------------------------------------------------------------------------


def sections(text):
    """Heading → what stands below it, as it is shown."""
    found = {}
    for part in text.split("\n#")[0:]:
        head, _, body = part.lstrip("#").partition("\n")
        found[head.strip().partition(" (")[0]] = " ".join(texts(body)).replace("\u200b", "") + " ".join(
            t.content for t in inlines(body) if t.type == "code_inline"
        )
    return found


@each_twin
def test_the_gates_answer_comes_first_and_every_reason_with_rule_line_and_why(product, twin):
    found = gated(product, twin)
    text = markdown.render(found, Look(profile=f"profiles/{twin}.yaml"))
    answer = "passed" if found.gate.passed else f"FAILED · {len(found.gate.failures)} reason"
    assert text.startswith(f"## EXAMPLE · gate: {answer}")
    assert ("Reasons" in sections(text)) == (not found.gate.passed)
    for one in found.gate.failures:
        reasons = sections(text)["Reasons"]
        assert one.rule in reasons
        assert f"profiles/{twin}.yaml:{one.place.line}" in reasons
        assert safe(one.message, markdown.MOST_WHY) in reasons


def test_the_policy_and_the_earlier_result_are_named():
    found = gated("sensor-node", "good")
    gate = replace(found.gate, policy="release.yaml", policy_sha256="ab" * 32, against="old.json")
    first = markdown.render(replace(found, gate=gate), LOOK).split("\n")[0]
    assert "policy release\\.yaml abababababab · against old\\.json" in first


@each_twin
def test_the_parts_stand_in_order(product, twin):
    text = markdown.render(gated(product, twin), LOOK)
    marks = (
        "## EXAMPLE",
        "### Reasons",
        "### Rules that",
        "### Baselines",
        "### Contradictions",
        "### Missing",
    )
    places = [text.index(mark) for mark in (*marks, "<details>", "### Not done") if mark in text]
    assert places == sorted(places)
    assert len(places) >= 3


@each_twin
def test_every_baseline_has_its_headline_and_what_is_missing_of_it(assessed, product, twin):
    found = assessed(product, twin)
    text = markdown.render(found, LOOK)
    below = sections(text)
    for result in found.baselines:
        assert headline(found, result) in below["Baselines"]
        missing = below[f"Missing of `{result.short_name}`"]
        for row in result.requirements:
            if row.verdict in markdown.UNSATISFIED:
                assert f"{row.title}" in missing
                assert safe(row.because[0], markdown.MOST_WHY) in missing
    assert text.count("<details>") == text.count("</details>") == len(found.baselines)


@each_twin
def test_contradictions_and_what_was_not_done_are_there_with_and_without_a_gate(assessed, product, twin):
    for found in (assessed(product, twin), gated(product, twin)):
        below = sections(markdown.render(found, LOOK))
        for row in found.discrepancies:
            title = (
                "Contradictions"
                if row.severity == "error"
                else "Doubts: artefacts that nothing vouches for disagree"
            )
            assert safe(row.message, markdown.MOST_WHY) in below[title]
        for said in found.not_done:
            assert said in below["Not done"]


def test_what_is_missing_starts_with_the_worst(assessed):
    text = markdown.render(assessed("sensor-node", "flawed"), LOOK)
    part = text[text.index("### Missing of `ENISA`") : text.index("</details>")]
    verdicts = [line.split(" | ")[1] for line in part.split("\n") if line.startswith("| `")]
    ranks = [markdown.UNSATISFIED.index(verdict) for verdict in verdicts]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1


def test_an_example_is_called_one_everywhere_and_others_are_not():
    for twin in ("good", "flawed"):
        found = gated("sensor-node", twin)
        lines = markdown.render(found, LOOK).split("\n")
        assert lines[0].startswith("## EXAMPLE")
        assert sum("EXAMPLE" in line for line in lines) == 1 + len(found.baselines)
        assert "EXAMPLE" not in markdown.render(replace(found, example=False), LOOK)


def test_it_is_a_self_assessment_and_promises_no_more(assessed):
    for product, twin in TWINS:
        for found in (assessed(product, twin), gated(product, twin)):
            text = markdown.render(found, LOOK)
            assert "A self-assessment against paraphrased requirements." in text
            assert "compliant" not in text.lower()
            assert "certified" not in text.lower()
            assert text == markdown.render(found, LOOK)


def test_waived_reasons_name_waiver_approver_and_last_day():
    below = sections(markdown.render(waived_plug(), LOOK))
    assert "Reasons" not in below
    for name in UNMET:
        assert f"{name} is not satisfied" in below["Waived"]
    for word in (APPROVER, JUSTIFICATION, "third-party", "2027-01-31"):
        assert word in below["Waived"]
    assert "waived until 2027-01-31" in below["Missing of `ENISA`"]
    assert "lifecycle-shown-secured" in below["Rules that the policy switches off"]


def test_waivers_that_expired_and_that_are_unused_are_told():
    expired = sections(markdown.render(waived_plug(expires="2026-10-31"), LOOK))
    assert expired["Reasons"].count("- its waiver ended on 2026-10-31, ") == len(UNMET)
    assert "waivers.yaml:3" in expired["Reasons"]
    assert "what it held back counts again" in expired["Waivers that hold nothing back"]
    assert "Waived" not in expired
    unused = sections(markdown.render(gated("sensor-node", "good", waiver("enisa-gp-tm/GP-TM-01")), LOOK))
    assert "nothing needed it" in unused["Waivers that hold nothing back"]


def test_without_a_gate_waivers_are_shown_too():
    below = sections(markdown.render(replace(waived_plug(), gate=None), LOOK))
    assert below["Waivers; they change no verdict"].count(APPROVER) == len(UNMET)


def test_undecided_requirements_and_what_gives_no_verdict_are_told():
    found = gated("sensor-node", "good")
    found = replace(found, gate=replace(found.gate, undecided=("etsi/5.1-1",)), unusable=("evidence/empty",))
    text = markdown.render(found, LOOK)
    assert "etsi/5.1-1" in sections(text)["Undecided"]
    assert "**No verdict**: nothing in `evidence/empty` is a known artefact." in text


def test_an_unusable_profile_has_its_faults_as_reasons(tmp_path):
    found = unusable(tmp_path)
    below = sections(markdown.render(found, LOOK))
    for one in found.gate.failures:
        assert f"broken.yaml:{one.place.line}" in below["Reasons"]
        assert safe(one.message, markdown.MOST_WHY) in below["Reasons"]
    assert "Baselines" not in below
    assert "nothing was assessed" in below["Not done"]


def test_an_empty_assessment_is_told_as_it_is(assessed):
    found = replace(
        assessed("sensor-node", "good"), baselines=(), artefacts=(), discrepancies=(), not_done=(), waivers=()
    )
    assert set(sections(markdown.render(found, LOOK))) == {"EXAMPLE · iotassess: device security"}


# --- hostile text --------------------------------------------------------------------------------


@with_some_examples
@settings(max_examples=tries(25))
@given(hostile_texts)
@pytest.mark.parametrize("with_gate", [True, False])
def test_no_text_of_others_does_anything_in_a_summary(with_gate, hostile):
    plain = shortened(waived_plug(expires="2026-10-31"))
    plain = replace(plain, discrepancies=gated("smart-plug", "flawed").discrepancies)
    plain = replace(plain, not_done=("a file was not read",), gate=plain.gate if with_gate else None)
    found = poison(plain, hostile)
    text = markdown.render(found, LOOK)
    assert blocks(text) == blocks(markdown.render(plain, LOOK))
    assert foreign(text) == []
    assert active(text) == []
    assert harmful(text) == set()


@with_some_examples
@given(hostile_texts)
def test_no_line_begins_with_text_of_others(hostile):
    plain = gated("smart-plug", "flawed")
    found = poison(shortened(plain), f"/approve {hostile}")
    ours = (
        "#",
        "|",
        "- ",
        "Product ",
        "<details>",
        "</details>",
        "<summary>Show what is missing<",
        "A self-",
    )
    for line in markdown.render(found, LOOK).split("\n"):
        assert line == "" or line.startswith(ours)
