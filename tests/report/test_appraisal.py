"""Our own appraisals in JSON and for a terminal."""

from __future__ import annotations

import json

from iotassess.crosscheck.appraisal import appraise
from iotassess.report import appraisal_json, appraisal_text
from tests.crosscheck.appraisal_scene import (
    APP,
    DEVICE,
    corim,
    endorsed,
    implementation,
    measured,
    reference,
    token,
)

GOOD = corim(implementation(), endorsed(), reference(), reference("ARoT", APP, index=1))
UNSIGNED = corim(*GOOD.shown, authenticity="unsigned", signatures=())


def test_an_appraisal_as_json_says_all_of_it():
    (row,) = appraisal_json.rows(appraise([token(measured(), grade=4), corim(*GOOD.shown, grade=4)]))
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert (row["token"], row["device"], row["authenticity"]) == ("psa-token.bin", DEVICE, "authenticated")
    assert row["status"] == {"value": 2, "name": "affirming"}
    assert row["trustworthiness_vector"]["executables"] == 3
    assert {entry["category"]: entry["value"] for entry in row["entries"]} == row["trustworthiness_vector"]
    entry = next(one for one in row["entries"] if one["category"] == "executables")
    assert (entry["tier"], entry["at"]) == ("affirming", "sw_components")
    assert entry["reason"]
    (component,) = row["components"]
    assert (component["outcome"], component["differs"]) == ("match", [])
    assert component["reference"]["path"] == "tags[0].triples.reference[0].measurements[0]"
    assert [one["name"] for one in row["unreported"]] == ["ARoT"]
    assert row["references"] == [
        {"path": "ref.corim", "kind": "corim", "authenticity": "authenticated", "grade": 4, "doubt": None}
    ]


def test_what_is_not_there_is_null():
    (row,) = appraisal_json.rows(appraise([token(measured(), device="")]))
    assert (row["device"], row["references"], row["unreported"]) == (None, [], [])
    assert row["components"][0]["reference"] is None


def test_the_terminal_shows_status_reasons_and_components():
    found = "\n".join(appraisal_text.lines(appraise([token(), GOOD])))
    assert found.startswith("appraisal of psa-token.bin: affirming · token authenticated")
    assert "✓ executables 3 affirming: all 2 measured components match" in found
    assert "✓ [0] BL: match" in found
    assert "no claim: configuration" not in found.splitlines()[0]
    assert "file-system" in found


def test_the_terminal_says_why_nothing_is_affirmed():
    found = " ".join(" ".join(appraisal_text.lines(appraise([token(), UNSIGNED]))).split())
    assert "affirms nothing, as it is unsigned" in found
    assert "by no reference values" in "\n".join(appraisal_text.lines(appraise([token()])))
    graded = appraise([token(grade=2), corim(*GOOD.shown, grade=4)])
    assert "authenticated, grade 4)" in " ".join(appraisal_text.lines(graded))


def test_the_terminal_shows_what_differs_and_what_nothing_met():
    shown = [
        implementation(),
        *(one for index in range(12) for one in reference(f"M{index}", APP, index=index)),
    ]
    odd = token(measured(signer_id=...), measured(type=..., digest_alg=...))
    found = " ".join(
        " ".join(appraisal_text.lines(appraise([odd, corim(*shown, *reference(index=20))]))).split()
    )
    assert "differs in signer (the token gives none)" in found
    assert "✗ [1] component: none" in found
    assert "and 2 more references that no component met" in found


def test_hostile_text_is_harmless_and_no_line_is_too_long():
    bad = "\x1b[31m" + "x" * 300 + "\u202e"
    odd = token(measured(bad), path=f"{bad}.bin", device="", claims={"dbgstat": {"value": 0, "name": bad}})
    lines = appraisal_text.lines(
        appraise([odd, corim(implementation(), reference(bad), path=f"{bad}.corim")])
    )
    assert all(len(line) <= appraisal_text.WIDTH for line in lines)
    text = "\n".join(lines)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\n" not in "".join(lines)


def test_what_agrees_with_a_reference_that_affirms_nothing_gets_no_tick():
    found = "\n".join(appraisal_text.lines(appraise([token(), UNSIGNED])))
    assert "· [0] BL: match (affirms nothing)" in found
    assert "✓" not in found
