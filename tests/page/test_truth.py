"""The page says what the assessment says: each verdict, contradiction, artefact, comparison, and no other."""

from collections import Counter

import pytest

from iotassess.model.artefact import walk
from iotassess.report.html.words import STANDINGS
from tests.page.looking import every_row
from tests.page.pages import TWIN_PAGES, shown

ROWS = """() => Array.from(document.querySelectorAll(".r"), (row) => {
  const text = (what) => row.querySelector(what).textContent;
  return [[Number(row.dataset.b), text(".id")], row.dataset.v, text("summary .chip"), text(".title"),
          row.dataset.g, row.dataset.f, text(".body")];
})"""


@pytest.mark.parametrize("name", [*TWIN_PAGES, "gate", "waivers"])
def test_every_requirement_has_one_row_with_its_verdict_title_grade_and_reasons(read, name):
    found = every_row(shown(name))
    there = read(name).evaluate(ROWS)
    assert [tuple(place) for place, *_ in there] == list(found), "in the order of the documents"
    for place, verdict, chip, title, grade, force, body in there:
        row = found[tuple(place)]
        assert (verdict, title, grade) == (row.verdict, row.title, str(row.grade))
        assert chip.split(" ", 1)[1] == row.verdict
        assert force.split() == [
            row.force,
            *(["gate"] if row.gate else []),
            *(["process"] if row.process else []),
        ]
        assert row.summary in body
        assert body.count("met at grade") <= sum(1 for _ in parts(row))
        for part in row.parts:
            assert part.question in body
            if not part.arms:
                assert part.probe in body
        if row.waiver is not None:
            assert row.waiver.approver in body


def parts(row):
    stack = list(row.parts)
    while stack:
        part = stack.pop()
        yield part
        stack.extend(part.arms)


@pytest.mark.parametrize("name", TWIN_PAGES)
def test_every_discrepancy_has_one_card_with_both_sides(read, name):
    page, found = read(name), shown(name)
    for severity, kind in (("error", "bad"), ("warning", "doubt")):
        cards = page.locator(f".split.{kind}").all()
        wanted = [one for one in found.discrepancies if one.severity == severity]
        assert len(cards) == len(wanted)
        for card, one in zip(cards, wanted, strict=True):
            text = card.text_content()
            assert one.fingerprint in text
            assert one.message in text
            for claim, offset in one.located():
                assert claim.source.artefact in text
                if offset is not None:
                    assert f"at byte {offset} (0x{offset:x})" in text
            if one.declared is not None:
                assert f"line {one.declared.source.line}" in text


@pytest.mark.parametrize("name", TWIN_PAGES)
def test_every_artefact_has_one_entry_with_its_digest_signatures_and_problems(read, name):
    page, found = read(name), shown(name)
    entries = page.locator("#artefacts .s").all()
    for entry, artefact in zip(entries, walk(found.artefacts), strict=True):
        text = entry.text_content()
        for said in (
            artefact.path,
            artefact.sha256,
            artefact.authenticity,
            artefact.kind or "not recognised",
        ):
            assert said in text
        for signature in artefact.signatures:
            assert signature.status in text
            assert (signature.thumbprint or "") in text
        for problem in artefact.problems:
            assert problem.id in text
            assert problem.message in text


@pytest.mark.parametrize("name", TWIN_PAGES)
def test_the_map_counts_every_comparison_and_its_table_has_each(read, name):
    page, found = read(name), shown(name)
    numbers = Counter(one.standing for relation in found.picture.relations for one in relation.shown)
    told = page.locator("#map .counts .chip").all_inner_texts()
    assert [text.split(" ", 1)[1] for text in told] == [
        f"{numbers[standing]} {standing.replace('-', ' ')}" for standing in STANDINGS if numbers[standing]
    ]
    rows = page.locator("#map tbody tr").evaluate_all(
        "all => all.map((row) => row.lastElementChild.textContent)"
    )
    assert Counter(row.split(" ", 1)[1] for row in rows) == Counter(
        {standing.replace("-", " "): number for standing, number in numbers.items()}
    )


@pytest.mark.parametrize("name", TWIN_PAGES)
def test_the_map_draws_a_line_of_the_worst_standing_for_each_fact_and_artefact(read, name):
    page, found = read(name), shown(name)
    worst = {}
    for number, relation in enumerate(found.picture.relations):
        for one in relation.shown:
            pair = (number, one.claim.source.artefact)
            order = list(STANDINGS)
            worst[pair] = min(one.standing, worst.get(pair, "agrees"), key=order.index)
    drawn = page.locator(".edges path").evaluate_all("all => all.map((e) => e.classList[0])")
    assert Counter(drawn) == Counter(f"e-{standing}" for standing in worst.values())


@pytest.mark.parametrize("name", TWIN_PAGES)
def test_the_boot_chain_has_every_stage_behind_the_one_that_verifies_it(read, name):
    page, found = read(name), shown(name)
    steps = page.locator("#boot .step").evaluate_all(
        "all => all.map((step) => Array.from(step.querySelectorAll('h3'), (e) => e.textContent))"
    )
    step_of = {stage: number for number, names in enumerate(steps) for stage in names}
    assert list(step_of) == [stage.name for stage in found.picture.boot_chain]
    for stage in found.picture.boot_chain:
        verifier = stage.says("verified-by")
        if verifier in step_of:
            assert step_of[stage.name] == step_of[verifier] + 1
        card = page.locator("#boot .stage", has=page.get_by_role("heading", name=stage.name, exact=True))
        assert f"verified by {verifier}" in card.inner_text()


@pytest.mark.parametrize("name", TWIN_PAGES)
def test_what_was_not_done_and_what_the_result_rests_on_is_told(read, name):
    page, found = read(name), shown(name)
    not_done = page.locator("#not-done").inner_text()
    for text in found.not_done:
        assert text in not_done
    provenance = page.locator("#provenance").text_content()
    for text in (found.profile_sha256, *(result.catalogue_sha256 for result in found.baselines)):
        assert text in provenance
    for anchor in found.anchors:
        assert anchor.name in provenance
        assert (anchor.thumbprint or "a secret") in provenance


def test_the_crosswalk_has_every_row_with_the_verdicts_of_both_ends(read):
    page, found = read("sensor-node-flawed"), shown("sensor-node-flawed")
    verdicts = {(b.id, row.id): row.verdict for b in found.baselines for row in b.requirements}
    told = page.locator("#crosswalk tbody tr").evaluate_all("all => all.map((row) => row.textContent)")
    assert len(told) == len(found.picture.crosswalk)
    for text, link in zip(told, found.picture.crosswalk, strict=True):
        for end in (link.source, link.target):
            assert end.id in text
            assert verdicts[tuple(end)] in text
        assert link.rationale in text
        assert link.provenance in text
