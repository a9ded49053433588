"""The report for a terminal: what matters comes first, and nothing in it looks better than it is."""

import re
from dataclasses import replace

import pytest

from iotassess.model.artefact import Problem
from iotassess.model.verdict import VERDICTS
from iotassess.report.headline import headline, percent, short_name
from iotassess.report.registry import Look
from iotassess.report.text import render
from tests.report.changes import with_artefacts, with_part

WIDE = Look(width=120)


def flowed(text):
    """The report as running text, without what wrapping added."""
    return re.sub(r"\s+", " ", text)


def lines(text):
    return text.split("\n")


def sections(found, look=WIDE):
    """Each baseline with what the report says under its heading."""
    text = render(found, look)
    _, *parts = re.split(r"^── ", text[: text.rindex("\nArtefacts (")], flags=re.MULTILINE)
    return list(zip(found.baselines, parts, strict=True))


def worded(result, verdict):
    """A verdict as the report shows it."""
    return f"{result.words[verdict]} ({verdict})" if verdict in result.words else verdict


def verdicts_of(result):
    """A pattern for every verdict as the report shows it, which gives the verdict."""
    return "|".join(re.escape(worded(result, verdict)) for verdict in VERDICTS)


def changed(found, at, **changes):
    """An assessment with a baseline changed."""
    results = list(found.baselines)
    results[at] = replace(results[at], **changes)
    return replace(found, baselines=tuple(results))


# --- order and words ----------------------------------------------------------------------------


def test_the_headline_comes_first_and_last(every_twin):
    expected = [headline(every_twin, result) for result in every_twin.baselines]
    assert len(set(expected)) == len(expected) > 1
    shown = [line for line in lines(render(every_twin, WIDE)) if line]
    assert shown[3 : 3 + len(expected)] == expected
    assert shown[-len(expected) :] == expected
    assert not set(expected) & set(shown[:3])


def test_the_head_names_the_product_the_day_the_tool_and_what_it_is_not(assessed):
    text = render(assessed("sensor-node", "good"), WIDE)
    assert lines(text)[:3] == [
        "product: Example Sensing SN-33 B2 · firmware 3.2.0",
        "as of 2026-11-01 · iotassess 0.0.0",
        "a self-assessment against paraphrased requirements",
    ]


def test_contradictions_come_before_what_is_missing_and_that_before_the_table(assessed):
    text = render(assessed("sensor-node", "flawed"), WIDE)
    marks = ("Contradictions (", "Doubts: ", "Missing (", " requirement ", "Artefacts (")
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_each_baseline_has_one_heading_and_everything_about_it_in_order_below(assessed):
    good = assessed("sensor-node", "good")
    for result, section in sections(changed(good, 0, notice="Read this.")):
        marks = [
            "Missing (",
            "Requirements (",
            " requirement ",
            "\n ───",
            " declared ·",
            "Read this.",
            "held back",
        ]
        if any(row.verdict == "verified" for row in result.requirements):
            marks.insert(1, "Proven (")
        if result.id != good.baselines[0].id:
            marks[marks.index("Read this.")] = result.notice[:20]
        places = [section.index(mark) for mark in marks]
        assert places == sorted(places), result.id
    shown = flowed(render(good, WIDE))
    for result in good.baselines:
        assert shown.count(f"── {result.title}, edition {result.edition} ({result.id})") == 1
        assert shown.count(result.title) == 1


def test_a_heading_stands_after_an_empty_line_and_goes_on_further_in(every_twin):
    for width in (40, 60, 100):
        shown = lines(render(every_twin, Look(width=width)))
        places = [n for n, line in enumerate(shown) if line.startswith("──")]
        assert len(places) == len(every_twin.baselines)
        for place in places:
            assert shown[place - 1] == ""
            rest = shown[place + 1 : shown.index("", place)]
            assert all(line.startswith("   ") for line in rest)
            assert rest or len(shown[place]) == width


def test_every_discrepancy_is_shown_with_what_it_touches(every_twin):
    text = flowed(render(every_twin, WIDE))
    for row in every_twin.discrepancies:
        ids = ", ".join(row.requirements)
        assert f"{row.id} → {ids}" in text if ids else row.id in text
        assert flowed(row.message) in text


def test_the_worst_of_what_is_missing_comes_first(assessed):
    order = ["contradicted", "not-satisfied", "partial", "not-assessed"]
    every = set()
    for result, section in sections(assessed("smart-plug", "flawed")):
        missing = section[section.index("Missing (") : section.index("Requirements (")]
        missing = missing.split("\nProven (")[0]
        shown = re.findall(rf"^  (\S+) ({verdicts_of(result)})  ", missing, re.MULTILINE)
        verdicts = {worded(result, row.verdict): row.verdict for row in result.requirements}
        found = [verdicts[verdict] for _, verdict in shown]
        assert f"Missing ({len(found)})" in missing
        assert {id for id, _ in shown} == {r.id for r in result.requirements if r.verdict in order}
        assert [order.index(verdict) for verdict in found] == sorted(order.index(v) for v in found)
        every |= set(found)
    assert {"contradicted", "not-satisfied", "partial"} <= every


def test_what_is_missing_comes_with_its_reason_and_the_technologies_that_would_help(assessed):
    found = assessed("smart-plug", "flawed")
    used = 0
    for result, section in sections(found):
        text = flowed(section)
        for row in result.requirements:
            if row.verdict in ("not-satisfied", "partial", "not-assessed"):
                assert f"{row.id} {worded(result, row.verdict)} {row.title}" in text
                assert flowed(row.because[0][:120]) in text
                means = ", ".join(found.technologies[t] for t in row.technologies)
                assert not means or f"means: {means}" in text
                in_use = ", ".join(found.technologies[t] for t in row.in_use)
                assert not in_use or f"in use: {in_use}" in text
                used += bool(in_use)
    assert used


def test_every_verified_line_names_artefact_anchor_thumbprint_who_named_it_and_binding(assessed):
    found = assessed("sensor-node", "good")
    thumbprint = next(a.thumbprint for a in found.anchors if a.name == "attestation-device-1")
    some = False
    for result, section in sections(found):
        verified = [row for row in result.requirements if row.verdict == "verified"]
        text = flowed(section)
        assert ("Proven (" in text) == bool(verified)
        if not verified:
            continue
        proven = text[text.index("Proven (") : text.index("Requirements (")]
        assert f"Proven ({len(verified)})" in proven
        for row in verified:
            assert f"{row.id} {row.title} · grade {row.grade}" in proven
        some |= (
            f"evidence/psa-token.cbor: ES256 by attestation-device-1 {thumbprint[:16]}…, named by the user "
            "for attestation; binding bound"
        ) in proven
    assert some


def test_an_image_is_vouched_for_by_the_manifest_that_gives_its_digest(assessed):
    found = assessed("sensor-node", "good")
    row = found.baselines[0].requirements[2]
    image = next(a for a in found.artefacts if a.kind == "firmware-image")
    claim = row.parts[0].claims[0]
    claim = claim._replace(source=claim.source._replace(artefact=image.path), grade=4)
    changed = with_part(found, row.id, claims=(claim,), arms=(), chosen=None)
    expected = f"{image.path}: its digest stands in a bound manifest; binding bound"
    assert expected in flowed(render(changed, WIDE))


def test_the_table_has_a_line_for_every_requirement(every_twin):
    for result, section in sections(every_twin):
        table = section[section.index(" requirement ") :]
        for row in result.requirements:
            (line,) = re.findall(rf"^ {re.escape(row.id)} +(.*)$", table, re.MULTILINE)
            verdict = worded(result, row.verdict)
            assert line.startswith(verdict)
            grade = re.fullmatch(rf"{re.escape(verdict)} +(\d?)  .*", line)[1]
            assert grade == (str(row.grade) if row.verdict in ("verified", "declared") else "")


@pytest.mark.parametrize("width", [100, 120])
def test_columns_stand_below_their_headings_whatever_the_ids(assessed, width):
    found = assessed("sensor-node", "good")
    first, *rest = found.baselines[0].requirements
    for id in ("8425-IAC-1", "X", "a-strangers-" + "very-" * 8 + "long-id", "長" * 30):
        rows = (replace(first, id=id, title="Its title " * 8), *rest)
        _, section = sections(changed(found, 0, requirements=rows), Look(width=width))[0]
        heading, rule, line, *_ = lines(section[section.index(" requirement ") :])
        wide = sum(char == "長" for char in line)
        assert heading.index("verdict") == line.index(first.verdict) + wide
        assert heading.index("title") == line.index("Its title") + wide
        assert len(line) + wide <= width
        assert len(rule) <= width
        assert ("…" in line) == (len(id) > 24)
        assert id[:11] in line


def test_show_failed_leaves_out_what_is_in_order(assessed):
    found = assessed("sensor-node", "flawed")
    bad = ("not-assessed", "partial", "not-satisfied", "contradicted")
    for result, section in sections(found, Look(width=120, show="failed")):
        ids = "|".join(re.escape(row.id) for row in result.requirements)
        shown = re.findall(rf"^ ({ids}) ", section[section.index(" requirement ") :], re.MULTILINE)
        assert shown == [r.id for r in result.requirements if r.verdict in bad]
        assert f"Requirements ({len(shown)} of {result.total})" in section


SUMS = rf"(?:\d+ (?:{'|'.join(VERDICTS)})(?: · )?)+"


def sums(section):
    """The lines of sums under a table: group → how many."""
    found = re.findall(rf"^  (?:(mandatory|recommended|process): )?({SUMS})$", section, re.MULTILINE)
    return {group: sum(int(n) for n in re.findall(r"\d+", line)) for group, line in found}


def test_the_sums_count_every_requirement_once(every_twin):
    assert [result.total for result in every_twin.baselines] == [57, 78, 23]
    for result, section in sections(every_twin, Look(width=200)):
        assert sum(sums(section).values()) == result.total == len(result.requirements)


def test_what_an_organisation_does_is_counted_apart_from_both(assessed_by_all):
    found = assessed_by_all("sensor-node", "good")
    apart = 0
    for result, section in sections(found):
        rows = result.requirements
        asked = sum(row.process for row in rows)
        apart += asked
        assert sums(section).get("process", 0) == asked == sum(result.process.values())
        mandatory = sum(row.force == "mandatory" and not row.process for row in rows)
        assert sums(section).get("mandatory", 0) == mandatory
    assert apart
    only = {"verified": 0, "declared": 3, "partial": 1}
    one = changed(found, 0, mandatory={}, recommended={}, process=only)
    assert "\n  process: 3 declared · 1 partial\n" in sections(one)[0][1]


@pytest.mark.parametrize("width", [40, 60, 100, 120])
def test_what_held_the_level_back_is_named(assessed, width):
    found = assessed("sensor-node", "flawed")
    for result, section in sections(found, Look(width=width)):
        assert result.because
        assert f"held back: {'; '.join(result.because)}" in flowed(section)


def test_neither_an_id_is_torn_from_its_level_nor_a_number_from_its_verdict(assessed):
    because = tuple(f"L1: GP-TM-{n:02}" for n in range(40))
    mandatory = dict.fromkeys(VERDICTS, 17)
    found = changed(assessed("sensor-node", "flawed"), 0, because=because, mandatory=mandatory)
    for width in range(40, 120, 3):
        _, section = sections(found, Look(width))[0]
        assert "held back:" in section
        assert not re.search(r"L1:\n|: 17\n|· 17\n", section)


def test_the_documents_own_words_stand_beside_every_verdict_and_its_notice_below(every_twin):
    found = [(result, section) for result, section in sections(every_twin) if result.words]
    assert found
    for result, section in found:
        text = flowed(section)
        for row in result.requirements:
            assert f"{row.id} {result.words[row.verdict]} ({row.verdict})" in text
    for result, section in sections(every_twin):
        assert flowed(result.notice) in flowed(section)
    assert any(result.notice for result in every_twin.baselines)


def test_every_artefact_is_listed_with_its_errors_and_warnings(every_twin):
    text = flowed(render(every_twin, WIDE))
    for artefact in every_twin.artefacts:
        assert f"{artefact.path} · {artefact.kind} · {artefact.authenticity} · {artefact.binding}" in text
        for problem in artefact.problems:
            assert f"{problem.severity} {problem.id}: {flowed(problem.message)}" in text


def test_notes_about_artefacts_are_left_to_the_json(assessed):
    found = assessed("smart-plug", "good")
    noted = with_artefacts(found, problems=(Problem("suit-alg-not-mti", "note", "only a note"),))
    assert "only a note" not in render(noted, WIDE)


def test_nested_tokens_and_unread_files_are_listed(assessed):
    found = assessed("sensor-node", "good")
    inner = with_artefacts(found, path="token#submods.inner").artefacts[0]
    changed = with_artefacts(found, nested=(inner,), kind=None, binding=None, grade=None)
    text = flowed(render(changed, WIDE))
    assert "token#submods.inner" in text
    assert "evidence/update.suit · not recognised · authenticated · not bound token#" in text


def test_what_was_not_done_is_said(assessed):
    found = assessed("sensor-node", "good")
    changed = replace(found, not_done=("one thing", "another thing"))
    assert "Not done (2) - one thing - another thing" in flowed(render(changed, WIDE))
    assert "Not done" not in render(replace(found, not_done=()), WIDE)


def test_nothing_is_called_compliant_or_certified(every_twin):
    assert not re.search(
        r"\b(compliant|certified|conformant|secure device)\b", render(every_twin, WIDE), re.IGNORECASE
    )


def test_without_artefacts_or_baselines_there_is_a_report_too(assessed):
    found = assessed("sensor-node", "good")
    text = render(replace(found, artefacts=(), baselines=(), discrepancies=()), WIDE)
    assert text.startswith("product: Example Sensing SN-33 B2")


def test_a_baseline_in_order_has_nothing_missing_and_nothing_that_held_it_back(assessed):
    found = assessed("sensor-node", "good")
    results = tuple(
        replace(
            result,
            because=(),
            requirements=tuple(r for r in result.requirements if r.verdict in ("verified", "declared")),
        )
        for result in found.baselines
    )
    text = render(replace(found, baselines=results), WIDE)
    assert text.count("Requirements (") == len(results)
    assert "Missing (" not in text
    assert "held back" not in text


def test_an_id_that_baselines_share_is_named_once(assessed):
    found = assessed("sensor-node", "flawed")
    row = found.discrepancies[0]._replace(requirements=("A-1", "B-2", "A-1"))
    assert f"{row.id} → A-1, B-2\n" in render(replace(found, discrepancies=(row,)), WIDE)


# --- the headline -------------------------------------------------------------------------------


def test_an_example_says_so_in_the_headline_and_others_do_not(assessed):
    found = assessed("sensor-node", "good")
    assert headline(found, found.baselines[0]).startswith("EXAMPLE · ENISA · proven ")
    plain = replace(found, example=False)
    assert headline(plain, found.baselines[0]).startswith("ENISA · proven ")


def test_the_headline_counts_contradictions_and_not_doubts(assessed):
    found = assessed("sensor-node", "flawed")
    errors = [d for d in found.discrepancies if d.severity == "error"]
    assert len(errors) < len(found.discrepancies)
    assert f" · {len(errors)} contradictions · " in headline(found, found.baselines[0])
    one = replace(found, discrepancies=tuple(errors[:1]))
    assert " · 1 contradiction · " in headline(one, found.baselines[0])


def test_the_headline_counts_only_anchors_that_the_user_named_for_a_purpose(assessed):
    found = assessed("sensor-node", "good")
    assert headline(found, found.baselines[0]).endswith("by 9 anchors you named")
    user = found.anchors[0]
    anchors = (user, user._replace(purpose=None), user._replace(source="profile"))
    fewer = replace(found, anchors=anchors)
    assert headline(fewer, found.baselines[0]).endswith("by 1 anchor you named")


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0 %"), (1, "100 %"), (0.999, "99 %"), (0.29, "29 %"), (1 / 3, "33 %"), (0.009, "0 %")],
)
def test_a_share_is_never_rounded_up(share, shown):
    assert percent(share) == shown


def test_short_names_of_baselines():
    assert short_name("etsi-en-303-645@3.1.3") == "ETSI"
    assert short_name("house-rules") == "house-rules"
    assert "\x1b" not in short_name("\x1b[31mred")


# --- width and colour ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 56, 59, 60, 77, 80, 89, 90, 100, 120])
def test_no_line_but_a_headline_is_wider_than_the_terminal(every_twin, width):
    heads = {headline(every_twin, result) for result in every_twin.baselines} if width >= 90 else set()
    shown = [line for line in lines(render(every_twin, Look(width=width))) if line not in heads]
    assert max(map(len, shown)) <= width


@pytest.mark.parametrize("width", [90, 100])
def test_a_headline_stays_one_line_where_nearly_all_of_it_can_be_seen(assessed, width):
    found = changed(assessed("sensor-node", "good"), 0, short_name="a name of one's own, and long")
    shown = lines(render(found, Look(width=width)))
    for result in found.baselines:
        assert shown.count(headline(found, result)) == 2
    assert len(headline(found, found.baselines[0])) > width


@pytest.mark.parametrize("width", [40, 56, 77, 89])
def test_a_headline_that_wraps_goes_on_further_in(every_twin, width):
    text = render(every_twin, Look(width=width))
    block = lines(text[text.index("\n\n") + 2 :].split("\n\n")[0])
    assert sum(not line.startswith("  ") for line in block) == len(every_twin.baselines)
    assert flowed(" ".join(block)) == " ".join(headline(every_twin, r) for r in every_twin.baselines)


@pytest.mark.parametrize("width", [40, 100])
def test_wide_characters_count_as_the_two_columns_that_they_take(assessed, width):
    found = changed(assessed("sensor-node", "good"), 0, notice="広" * 150, title="広い " * 40)
    for line in lines(render(found, Look(width=width))):
        assert len(line) + line.count("広") + line.count("い") <= width or " · by " in line


@pytest.mark.parametrize("width", [40, 120])
def test_a_narrow_report_says_everything_that_a_wide_one_says(every_twin, width):
    text = flowed(render(every_twin, Look(width=width)))
    for result in every_twin.baselines:
        for row in result.requirements:
            assert f"{row.id} {worded(result, row.verdict)}" in text
            assert re.sub(r"\s", "", row.title) in re.sub(r"\s", "", text)


def test_lines_have_no_space_at_their_end(every_twin):
    assert not re.search(r"[ \t]$", render(every_twin, WIDE), re.MULTILINE)


def test_without_colour_there_is_no_escape(every_twin):
    assert "\x1b" not in render(every_twin, Look(width=100))


def test_colour_adds_escapes_and_changes_no_word(every_twin):
    coloured = render(every_twin, Look(width=100, colour=True))
    assert "\x1b[" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert flowed(plain) == flowed(render(every_twin, Look(width=100)))
