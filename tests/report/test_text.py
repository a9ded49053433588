"""The report for a terminal: what matters comes first, and nothing in it looks better than it is."""

import re
from dataclasses import replace

import pytest

from iotassess.model.artefact import Problem
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


# --- order and words ----------------------------------------------------------------------------


def test_the_headline_comes_first_and_last(every_twin):
    expected = headline(every_twin, every_twin.baselines[0])
    shown = [line for line in lines(render(every_twin, WIDE)) if line]
    assert shown[3] == expected
    assert shown[-1] == expected
    assert shown[:3].count(expected) == 0


def test_the_head_names_the_product_the_day_the_tool_and_what_it_is_not(assessed):
    text = render(assessed("sensor-node", "good"), WIDE)
    assert lines(text)[:3] == [
        "Example Sensing SN-33 B2 · firmware 3.2.0",
        "as of 2026-11-01 · iotassess 0.0.0",
        "a self-assessment against paraphrased requirements",
    ]


def test_contradictions_come_before_what_is_missing_and_that_before_the_table(assessed):
    text = render(assessed("sensor-node", "flawed"), WIDE)
    marks = ("Contradictions (", "Doubts: ", "Missing in ", " requirement ", "Artefacts (")
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_every_discrepancy_is_shown_with_what_it_touches(every_twin):
    text = flowed(render(every_twin, WIDE))
    for row in every_twin.discrepancies:
        assert f"{row.id} → {', '.join(row.requirements)}" in text if row.requirements else row.id in text
        assert flowed(row.message) in text


def test_the_worst_of_what_is_missing_comes_first(assessed):
    text = render(assessed("smart-plug", "flawed"), WIDE)
    missing = re.split(r"\n\n", text[text.index("Missing in ") :])[0]
    found = re.findall(r"^  GP-TM-\d\d (\S+)", missing, re.MULTILINE)
    order = ["contradicted", "not-satisfied", "partial", "not-assessed"]
    assert [order.index(verdict) for verdict in found] == sorted(order.index(v) for v in found)
    assert {"contradicted", "not-satisfied", "partial"} <= set(found)


def test_what_is_missing_comes_with_its_reason_and_the_technologies_that_would_help(assessed):
    found = assessed("smart-plug", "flawed")
    text = flowed(render(found, WIDE))
    for row in found.baselines[0].requirements:
        if row.verdict in ("not-satisfied", "partial", "not-assessed"):
            assert f"{row.id} {row.verdict} {row.title}" in text
            assert flowed(row.because[0][:120]) in text
            means = ", ".join(found.technologies[t] for t in row.technologies)
            assert not means or f"means: {means}" in text


def test_every_verified_line_names_artefact_anchor_thumbprint_who_named_it_and_binding(assessed):
    found = assessed("sensor-node", "good")
    verified = [row for row in found.baselines[0].requirements if row.verdict == "verified"]
    assert verified
    text = flowed(render(found, WIDE))
    proven = text[text.index("Proven (") : text.index("(enisa-gp-tm")]
    assert f"Proven ({len(verified)})" in proven
    thumbprint = next(a.thumbprint for a in found.anchors if a.name == "attestation-device-1")
    for row in verified:
        assert f"{row.id} {row.title} · grade {row.grade}" in proven
    assert (
        f"evidence/psa-token.cbor: ES256 by attestation-device-1 {thumbprint[:16]}…, named by the user for "
        "attestation; binding bound"
    ) in proven


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
    text = render(every_twin, WIDE)
    table = text[text.index(" requirement ") :]
    for row in every_twin.baselines[0].requirements:
        (line,) = re.findall(rf"^ {row.id} +(.*)$", table, re.MULTILINE)
        assert line.startswith(row.verdict)
        grade = re.fullmatch(rf"{row.verdict} +(\d?)  .*", line)[1]
        assert grade == (str(row.grade) if row.verdict in ("verified", "declared") else "")


def test_show_failed_leaves_out_what_is_in_order(assessed):
    found = assessed("sensor-node", "flawed")
    text = render(found, Look(width=120, show="failed"))
    table = text[text.index(" requirement ") : text.index("Artefacts (")]
    shown = re.findall(r"^ (GP-TM-\d\d) ", table, re.MULTILINE)
    bad = ("not-assessed", "partial", "not-satisfied", "contradicted")
    assert shown == [r.id for r in found.baselines[0].requirements if r.verdict in bad]
    assert f"{len(shown)} of 57" in text


def test_the_sums_count_every_requirement_once(every_twin):
    text = flowed(render(every_twin, WIDE))
    words = "verified|declared|partial|not-satisfied|contradicted|not-applicable|not-assessed"
    (line,) = re.findall(rf"(?:\d+ (?:{words}) · )+\d+ (?:{words})", text)
    assert sum(int(n) for n in re.findall(r"\d+", line)) == 57


def test_what_held_the_level_back_is_named(assessed):
    found = assessed("sensor-node", "flawed")
    assert found.baselines[0].because
    assert f"held back: {'; '.join(found.baselines[0].because)}" in flowed(render(found, WIDE))


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
    assert "Not done" not in render(found, WIDE)


def test_nothing_is_called_compliant_or_certified(every_twin):
    assert not re.search(
        r"\b(compliant|certified|conformant|secure device)\b", render(every_twin, WIDE), re.IGNORECASE
    )


def test_without_artefacts_or_baselines_there_is_a_report_too(assessed):
    found = assessed("sensor-node", "good")
    text = render(replace(found, artefacts=(), baselines=(), discrepancies=()), WIDE)
    assert text.startswith("Example Sensing SN-33 B2")


def test_a_baseline_in_order_has_nothing_missing_and_nothing_that_held_it_back(assessed):
    found = assessed("sensor-node", "good")
    (result,) = found.baselines
    rows = tuple(row for row in result.requirements if row.verdict in ("verified", "declared"))
    perfect = replace(found, baselines=(replace(result, requirements=rows, because=()),))
    text = render(perfect, WIDE)
    assert "Missing in" not in text
    assert "held back" not in text


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
    assert headline(found, found.baselines[0]).endswith("by 3 anchors you named")
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


@pytest.mark.parametrize("width", [40, 59, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(every_twin, width):
    assert max(len(line) for line in lines(render(every_twin, Look(width=width)))) <= width


@pytest.mark.parametrize("width", [40, 120])
def test_a_narrow_report_says_everything_that_a_wide_one_says(every_twin, width):
    text = flowed(render(every_twin, Look(width=width)))
    for row in every_twin.baselines[0].requirements:
        assert f"{row.id} {row.verdict}" in text
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
