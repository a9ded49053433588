"""A comparison in every format: the worst first, nothing left out, no percentages of different catalogues."""

import functools
import json
import re
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from iotassess.model.comparison import WORSE, CounterChange, ProductChange, RequirementChange
from iotassess.policy.comparing import compare
from iotassess.policy.snapshot import snapshot
from iotassess.report import comparison_json, comparison_markdown, comparison_text
from iotassess.report.comparison_words import CHANGES, arrow
from iotassess.report.layout import columns
from iotassess.report.markdown_text import CUT, LIMIT
from iotassess.report.registry import Look
from iotassess.report.shapes_comparison import ComparisonDocument
from tests.examples import PROFILES, judge, request
from tests.report.gated import poison
from tests.report.hostile import NASTY, harmful
from tests.report.rendered import active, blocks, foreign, texts
from tests.tries import tries

LOOK = Look(width=100)
SCHEMA = jsonschema.Draft202012Validator(TypeAdapter(ComparisonDocument).json_schema())


@functools.cache
def result(twin, product="sensor-node"):
    return judge(PROFILES / product / f"{twin}.yaml", request(product))


@functools.cache
def compared(old, new, product="sensor-node"):
    return compare(snapshot(result(old, product)), snapshot(result(new, product)))


def without_baseline(found, at=0):
    return replace(found, baselines=found.baselines[:at] + found.baselines[at + 1 :])


@functools.cache
def every_kind():
    """A comparison with something of every kind in it."""
    old, new = snapshot(result("good")), snapshot(result("flawed"))
    found = compare(old, new)
    rows = list(found.requirements)
    rows[0] = replace_row(rows[0], change="gone", after=None)
    rows[1] = replace_row(rows[1], change="new", before=None)
    rows[2] = replace_row(rows[2], change="better", causes=("it is shown now",))
    first, second, *others = found.baselines
    return replace(
        found,
        product=(ProductChange("model", "SN-33", "SN-34"),),
        release=(ProductChange("firmware_version", "3.2.0", None),),
        requirements=tuple(rows),
        baselines=(
            first,
            second._replace(comparable=False, shares=(), after="9.9.9"),
            *others,
            first._replace(id="left-out", after=None, comparable=False, shares=()),
        ),
        counters=(
            *found.counters,
            CounterChange("corim-svn", "app", "new", None, "7", "", "evidence/reference.corim"),
        ),
    )


def replace_row(row: RequirementChange, **changes):
    return row._replace(**changes)


def text(found, look=LOOK):
    return comparison_text.render(found, look)


def flowed(shown):
    return re.sub(r"\s+", " ", shown)


def parts(shown):
    """Title → what stands below it, as running text."""
    found = {}
    for part in shown.split("\n\n"):
        title, _, body = part.partition("\n")
        found[title.partition(" (")[0]] = flowed(body)
    return found


# --- for a terminal ------------------------------------------------------------------------------


def test_the_first_line_says_whether_anything_is_worse_and_counts():
    for pair in (("good", "flawed"), ("flawed", "good"), ("good", "good")):
        found = compared(*pair)
        number = [f"{sum(r.change == change for r in found.requirements)} {change}" for change in CHANGES]
        answer = "WORSE" if found.worse else "not worse"
        assert text(found).split("\n")[0] == f"{answer} · requirements: {' · '.join(number)}"
    assert compared("good", "flawed").worse
    assert not compared("good", "good").worse


def test_what_else_is_worse_stands_below():
    line = text(every_kind()).split("\n")[1]
    assert line == "also worse: it is another product, 1 baseline, 2 artefacts, 1 counter"
    assert not text(compared("good", "good")).split("\n")[1].startswith("also")


def test_the_moments_and_what_was_compared_are_named():
    found = replace(compared("good", "good"), old_as_of="2026-01-31", new_as_of="2026-11-01")
    assert "as of 2026-01-31 → 2026-11-01\n" in text(found)
    assert "Two self-assessments against paraphrased requirements.\n" in text(found)


@pytest.mark.parametrize(("passed", "told"), [(None, False), (True, False), (False, True)])
def test_an_earlier_result_that_the_gate_stopped_is_told(passed, told):
    found = replace(compared("good", "good"), old_passed=passed)
    for render in (comparison_text.render, comparison_markdown.render):
        assert ("The gate stopped the earlier result" in render(found, LOOK)) == told
    assert document(found)["old"]["gate_passed"] is passed


def test_the_parts_stand_in_order_each_with_its_number():
    shown = text(every_kind())
    titles = [line for line in shown.split("\n") if line and not line.startswith(" ")][4:]
    names = [title.partition(" (")[0] for title in titles]
    assert names == [
        "Another product",
        "Release",
        "Baselines",
        "Worse",
        "Gone",
        "New",
        "Better",
        "Artefacts",
        "Counters",
        "New contradictions",
    ]
    assert all(re.fullmatch(r".* \(\d+\)", title) for title in titles)


def test_nothing_is_shown_of_what_stayed():
    shown = text(compared("good", "good"))
    assert shown.count("\n\n") == 1
    assert "Baselines (3)" in shown


def test_every_change_is_shown_with_before_after_and_causes():
    found = every_kind()
    shown = parts(text(found))
    for row in found.requirements:
        if row.change == "same":
            continue
        section = shown[row.change.capitalize()]
        assert f"{row.name} {row.title}" in section
        assert (
            (f"{row.before} → {row.after}" in section)
            or None in (row.before, row.after)
            or row.before == row.after
        )
        for cause in row.causes:
            assert f"- {cause[: comparison_text.MOST_CAUSE - 1]}" in section
        told = f"{row.title} (profile:{row.line})" in section
        assert told == (row.line is not None and row.change in WORSE)
    for row in found.artefacts:
        assert f"{row.path} ({row.kind}): " in shown["Artefacts"]
    for row in found.counters:
        assert f"{row.kind} of {row.of}: {row.change}: " in shown["Counters"]
        assert row.why in shown["Counters"]
    for contradiction in found.contradictions:
        assert flowed(contradiction)[: comparison_text.MOST_CAUSE - 1] in shown["New contradictions"]


def test_a_requirement_whose_verdict_stayed_says_that_a_part_is_worse():
    shown = parts(text(compared("good", "flawed")))["Worse"]
    row = next(
        r for r in compared("good", "flawed").requirements if r.change == "worse" and r.before == r.after
    )
    assert f"{row.title} (profile:{row.line}) still {row.after}, but a part of it is worse" in shown


def test_what_is_gone_and_what_is_new_says_so():
    shown = parts(text(every_kind()))
    assert "→ gone" in shown["Gone"]
    assert "not there →" in shown["New"]
    assert "firmware_version: 3.2.0 → none" in shown["Release"]
    assert "corim-svn of app: new: not there → 7 (evidence/reference.corim)" in shown["Counters"]


def test_shares_and_levels_are_shown_before_and_after_where_the_catalogue_is_the_same():
    shown = parts(text(compared("good", "flawed")))["Baselines"]
    assert "enisa-gp-tm: proven 1 % → 0 % · claimed 84 % → 70 % · level L1 → L0" in shown
    same = parts(text(compared("good", "good")))["Baselines"]
    assert "enisa-gp-tm: proven 1 % · claimed 84 % · level L1 " in same


@pytest.mark.parametrize("edition", ["1.0", None])
@pytest.mark.parametrize("render", [comparison_text.render, comparison_markdown.render])
def test_where_the_catalogue_differs_no_percentage_and_no_level_is_shown(edition, render):
    new = result("flawed")
    changed = [replace(b, catalogue_sha256="ab" * 32, edition=edition or b.edition) for b in new.baselines]
    found = compare(snapshot(result("good")), snapshot(replace(new, baselines=tuple(changed))))
    shown = render(found, LOOK)
    assert "%" not in shown
    assert not re.search(r"\bL[0-4]\b", shown)
    assert flowed(shown).count("the catalogue differs, so that shares and levels are not compared") == 3
    old = result("good").baselines[0].edition
    assert (f"edition {old} → 1.0;" if edition else f"edition {old} in both;") in flowed(shown)


@pytest.mark.parametrize(("old", "new", "word"), [(True, False, "gone"), (False, True, "new")])
@pytest.mark.parametrize("render", [comparison_text.render, comparison_markdown.render])
def test_a_whole_baseline_that_is_gone_or_new_is_told_in_one_line(old, new, word, render):
    whole, part = snapshot(result("good")), snapshot(without_baseline(result("good")))
    found = compare(whole if old else part, whole if new else part)
    shown = render(found, LOOK)
    count = len(result("good").baselines[0].requirements)
    assert re.search(rf"{word}, with (its )?{count} requirements", flowed(shown))
    assert "GP-TM-" not in shown
    assert found.worse == (word == "gone")
    assert shown.lstrip("# ").startswith("WORSE" if word == "gone" else "not worse")


def test_a_counter_that_stayed_says_so():
    row = CounterChange("component-version", "app", "worse", "1.2.0", "1.2.0", "it has changed", "profile", 9)
    shown = parts(text(replace(every_kind(), counters=(row,))))["Counters"]
    assert shown.strip() == "component-version of app: worse: stayed 1.2.0: it has changed (profile)"


def test_an_artefact_that_stayed_as_good_says_that_it_is_another_file():
    shown = parts(text(compared("good", "flawed")))["Artefacts"]
    assert (
        "evidence/flawed-rollback.suit (suit-envelope): another file, worth the same: authenticated" in shown
    )


def test_an_artefact_that_was_worth_nothing_may_go_and_is_told():
    old = snapshot(result("flawed"))
    kept = tuple(a for a in old.artefacts if a.kind != "psa-token")
    shown = parts(text(compare(old, replace(old, artefacts=kept))))["Artefacts"]
    assert "evidence/flawed-other-product.psa.cbor (psa-token): left out; nothing vouched for it:" in shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [("a", "b", "a → b"), ("a", "a", "a"), (None, "b", "none → b"), ("a", None, "a → none")],
)
def test_an_arrow_stands_between_what_differs(before, after, shown):
    assert arrow(before, after) == shown


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_keep_to_the_width_and_what_is_not_ours_never_begins_one(width):
    lines = text(every_kind(), Look(width=width)).split("\n")
    assert max(map(columns, lines)) <= width
    heads = (" ", "WORSE", "also worse: ", "as of ", "Two self-", "The gate stopped ")
    titles = re.compile(
        r"(Another product|Release|Baselines|Worse|Gone|New|Better|Artefacts|Counters|New contradictions) \("
    )
    assert all(line == "" or line.startswith(heads) or titles.match(line) for line in lines)


def test_colours_are_there_only_where_they_are_wanted():
    assert "\x1b[1;31mWORSE" in text(every_kind(), Look(colour=True))
    assert "\x1b[1;32mnot worse" in text(compared("good", "good"), Look(colour=True))
    assert "\x1b" not in text(every_kind())
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text(every_kind(), Look(width=100, colour=True)))
    assert plain == text(every_kind())


# --- JSON ----------------------------------------------------------------------------------------


def document(found):
    return json.loads(comparison_json.render(found, LOOK))


@pytest.mark.parametrize("pair", [("good", "flawed"), ("flawed", "good"), ("good", "good")])
def test_the_json_is_valid_and_has_every_row(pair):
    found = compared(*pair)
    shown = document(found)
    SCHEMA.validate(shown)
    assert shown["schema"] == "iotassess/comparison/v1"
    assert shown["worse"] == found.worse
    assert sum(shown["counts"].values()) == len(shown["requirements"]) == len(found.requirements)
    assert (shown["old"]["as_of"], shown["new"]["as_of"]) == (found.old_as_of, found.new_as_of)
    for key in ("artefacts", "counters", "product", "release"):
        assert shown[key] == [row._asdict() for row in getattr(found, key)]
    for row, expected in zip(shown["requirements"], found.requirements, strict=True):
        owed = expected.owed and {"verdict": expected.owed.verdict, "grade": expected.owed.grade}
        assert {**row, "causes": tuple(row["causes"])} == {**expected._asdict(), "owed": owed}
    assert shown["contradictions"] == list(found.contradictions)


def test_the_schema_refuses_what_is_no_comparison():
    shown = document(every_kind())
    SCHEMA.validate(shown)
    for key in ("worse", "requirements", "old", "counts"):
        with pytest.raises(jsonschema.ValidationError):
            SCHEMA.validate({name: value for name, value in shown.items() if name != key})
    shown["requirements"][0]["change"] = "other"
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate(shown)


def test_shares_are_null_where_the_catalogue_differs():
    rows = {row["id"]: row for row in document(every_kind())["baselines"]}
    first, second = result("good").baselines[:2]
    assert rows[first.id]["proven"]["before"] == pytest.approx(first.proven, abs=1e-6)
    assert rows[first.id]["level"] == {"before": "L1", "after": "L0"}
    assert rows[second.id]["proven"] is rows[second.id]["claimed"] is None
    assert rows[second.id]["edition"] == {"before": "3.1.3", "after": "9.9.9"}
    assert not rows[second.id]["comparable"]


def test_the_same_results_give_the_same_documents():
    again = compare(snapshot(result("good")), snapshot(result("flawed")))
    for renderer in (comparison_text, comparison_json, comparison_markdown):
        assert renderer.render(again, LOOK) == renderer.render(compared("good", "flawed"), LOOK)


# --- Markdown ------------------------------------------------------------------------------------


def test_the_markdown_says_what_the_terminal_says():
    found = every_kind()
    shown = comparison_markdown.render(found, LOOK)
    heads = [line.lstrip("# ") for line in shown.split("\n") if line.startswith("#")]
    lines = text(found).split("\n")
    assert heads == [line for line in lines if line in heads]
    assert heads[0] == lines[0]
    assert len(heads) == 11
    plain = "".join(texts(shown)).replace("\u200b", "")
    for row in found.requirements:
        if row.change != "same":
            assert f"`{row.name}` " in shown
            assert f" {row.title}" in plain
            assert all(cause[: comparison_markdown.MOST_WHY - 1] in plain for cause in row.causes)
    for row in found.counters:
        assert row.why in plain
    for contradiction in found.contradictions:
        assert contradiction[: comparison_markdown.MOST_WHY - 1] in plain
    assert foreign(shown) == []


def test_what_nobody_has_to_act_on_is_folded():
    shown = comparison_markdown.render(every_kind(), LOOK)
    folds = re.findall(r"### (\w+) \(\d+\)\n\n<details>", shown)
    assert folds == ["New", "Better"]
    assert shown.count("</details>") == 2


def test_a_comparison_that_is_too_long_is_cut_and_says_so():
    found = every_kind()
    row = next(r for r in found.requirements if r.change == "worse")
    many = tuple(row._replace(causes=("why " * 100,) * 5) for _ in range(1000))
    shown = comparison_markdown.render(replace(found, requirements=many), LOOK)
    assert len(shown.encode()) <= LIMIT
    assert shown.endswith(f"\n{CUT}\n")


# --- hostile text --------------------------------------------------------------------------------

PIECES = (
    "@octocat", "#12", "http://evil.com", "www.evil.com", "[x](y)", "![x](y)", "<b>", "<!--", "`", "|", "\\",
    "**b**", "\n\n# h\n", "$x$", ":tada:", "~~s~~", "- ", "1. ", "100 %", "@octocat#121. ", " " * 70,
)  # fmt: skip
FORGED = " " * 99 + " not worse · requirements: 0 worse · 0 gone"


def with_examples(test):
    for nasty in (*NASTY, *PIECES, FORGED):
        test = example(nasty)(test)
    return test


@functools.cache
def short():
    """A row of each kind is enough to see what a text does."""
    found = every_kind()
    rows = {row.change: row for row in found.requirements}
    return replace(found, requirements=tuple(rows.values()))


hostile_texts = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=30),
)


def heads(shown):
    """What begins a line, without the moments, which are texts here."""
    lines = [line for line in shown.split("\n") if not line.startswith(" ")]
    return ["as of" if line.startswith("as of") else line for line in lines]


@with_examples
@given(hostile_texts)
@pytest.mark.parametrize("width", [60, 100])
def test_no_text_of_others_begins_a_line_or_steers_a_terminal(width, hostile):
    look = Look(width=width)
    shown = text(poison(short(), hostile), look)
    assert harmful(shown) == set()
    assert heads(shown) == heads(text(short(), look))


@with_examples
@given(hostile_texts)
def test_the_json_of_hostile_text_is_valid_and_means_the_same(hostile):
    found = poison(short(), hostile)
    shown = comparison_json.render(found, LOOK)
    assert harmful(shown) == set()
    SCHEMA.validate(json.loads(shown))
    row = json.loads(shown)["requirements"][0]
    assert row["title"] == json.loads(json.dumps(f"{hostile}{short().requirements[0].title}{hostile}"))


@with_examples
@settings(max_examples=tries(25))
@given(hostile_texts)
def test_no_text_of_others_does_anything_in_the_markdown(hostile):
    shown = comparison_markdown.render(poison(short(), hostile), LOOK)
    assert blocks(shown) == blocks(comparison_markdown.render(short(), LOOK))
    assert foreign(shown) == []
    assert active(shown) == []
    assert harmful(shown) == set()
