"""The CSV: one row a requirement, read by others as it was meant, and nothing in it is computed."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.model.cells import unguarded
from iotassess.model.verdict import VERDICTS
from iotassess.report import table_csv
from iotassess.report.registry import Look
from tests.examples import PROFILES, ROOT, TWINS
from tests.report.gated import APPROVER, UNMET, gated, poison, shortened, unusable, waived_plug
from tests.report.hostile import NASTY, harmful
from tests.tries import tries

each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)
HEADER = (
    "vendor", "model", "hardware", "firmware", "as_of", "example", "baseline", "edition", "level", "suffix",
    "requirement", "title", "category", "force", "status", "gate_row", "attestation_row", "process",
    "verdict", "grade", "document_word", "because", "artefacts", "profile_lines", "discrepancies", "in_use",
    "would_help", "remediation", "waiver_reason", "waiver_approver", "waiver_expires", "notice",
)  # fmt: skip
"""Names that scripts rely on: none is renamed, none moves."""


def render(found):
    return table_csv.render(found, Look())


def read(found):
    """Rows as another reader of CSV gives them, without the marks against formulas."""
    table = csv.DictReader(io.StringIO(render(found), newline=""), strict=True)
    return [{name: unguarded(cell) for name, cell in row.items()} for row in table]


def by_name(found):
    return {f"{row['baseline']}/{row['requirement']}": row for row in read(found)}


def requirements(found):
    return [(baseline, row) for baseline in found.baselines for row in baseline.requirements]


# --- the form ------------------------------------------------------------------------------------


@each_twin
def test_there_is_a_header_and_one_row_a_requirement(assessed_by_all, product, twin):
    found = assessed_by_all(product, twin)
    records = list(csv.reader(io.StringIO(render(found), newline=""), strict=True))
    assert records[0][: len(HEADER)] == list(HEADER)
    assert {len(record) for record in records} == {len(records[0])}
    assert [(row["baseline"], row["requirement"]) for row in read(found)] == [
        (baseline.id, row.id) for baseline, row in requirements(found)
    ]


def test_every_line_ends_as_rfc_4180_has_it_and_none_is_in_a_cell(assessed):
    text = render(assessed("sensor-node", "flawed"))
    assert text.endswith("\r\n")
    assert set(text.replace("\r\n", "")) & {"\r", "\n"} == set()
    assert text.count("\r\n") == len(requirements(assessed("sensor-node", "flawed"))) + 1


def test_a_profile_that_cannot_be_used_leaves_the_header(tmp_path):
    assert render(unusable(tmp_path)).split("\r\n")[1:] == [""]


SCRIPT = """
import sys
from iotassess.report import table_csv
from iotassess.report.registry import Look
from tests.report.gated import gated
sys.stdout.buffer.write(table_csv.render(gated("sensor-node", "flawed"), Look()).encode())
"""


def test_another_process_writes_the_same_bytes():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] == render(gated("sensor-node", "flawed")).encode()


# --- what it says --------------------------------------------------------------------------------


@each_twin
def test_a_row_says_what_the_assessment_says(product, twin):
    found = gated(product, twin)
    for cells, (baseline, row) in zip(read(found), requirements(found), strict=True):
        assert cells["verdict"] == row.verdict
        assert (cells["level"], cells["suffix"]) == (baseline.level, baseline.suffix)
        assert (cells["edition"], cells["title"]) == (baseline.edition, row.title)
        assert (cells["category"], cells["force"], cells["status"]) == (row.category, row.force, row.status)
        assert cells["gate_row"] == str(row.gate).lower()
        assert cells["attestation_row"] == str(row.attestation).lower()
        assert cells["process"] == str(row.process).lower()
        assert cells["grade"] == (str(row.grade) if row.verdict in ("verified", "declared") else "")
        assert cells["document_word"] == baseline.words.get(row.verdict, "")
        assert cells["because"] == "; ".join(dict.fromkeys(row.because))


def test_a_row_says_by_itself_what_it_is_of(assessed):
    (cells,) = {
        tuple(row[name] for name in (*HEADER[:6], "notice")) for row in read(assessed("smart-plug", "good"))
    }
    assert cells == (
        "Example Home", "SP-1", "A4", "1.8.2", "2026-11-01", "true",
        "self-assessment against paraphrased requirements",
    )  # fmt: skip


def test_a_row_points_into_the_profile_and_at_the_artefacts(assessed):
    row = by_name(assessed("sensor-node", "flawed"))["enisa-gp-tm/GP-TM-01"]
    lines = (PROFILES / "sensor-node" / "flawed.yaml").read_text().split("\n")
    told = [lines[int(number) - 1] for number in row["profile_lines"].split("; ")]
    assert any("disabled-permanently" in line for line in told)
    assert "evidence/flawed-debug-enabled.eat.cbor" in row["artefacts"].split("; ")
    (found,) = row["discrepancies"].split("; ")
    mark = {d.id: d.fingerprint for d in assessed("sensor-node", "flawed").discrepancies}[
        "debug-contradiction"
    ]
    assert found == f"debug-contradiction {mark}"


@given(st.lists(st.sampled_from(VERDICTS), min_size=1, max_size=20))
def test_only_what_is_owed_has_something_to_do(verdicts):
    plain = shortened(gated("sensor-node", "good"))
    first, *others = plain.baselines
    rows = tuple(
        replace(
            first.requirements[0],
            id=str(n),
            verdict=verdict,
            remediation="do it",
            technologies=("x",),
            in_use=(),
        )
        for n, verdict in enumerate(verdicts)
    )
    found = replace(plain, baselines=(replace(first, requirements=rows), *others))
    for verdict, cells in zip(verdicts, read(found), strict=False):
        owed = verdict not in ("verified", "declared", "not-applicable")
        assert (cells["remediation"], cells["would_help"]) == (("do it", "x") if owed else ("", ""))


def test_technologies_have_their_names_and_those_in_use_would_not_help(assessed):
    found = assessed("sensor-node", "flawed")
    for cells, (_, row) in zip(read(found), requirements(found), strict=True):
        used = [found.technologies[id] for id in row.in_use]
        assert cells["in_use"] == "; ".join(used)
        assert not set(used) & set(cells["would_help"].split("; "))


def test_a_waiver_stands_with_its_reason_its_approver_and_its_end():
    rows = by_name(waived_plug())
    for name in UNMET:
        waived = tuple(
            rows[name][column] for column in ("waiver_reason", "waiver_approver", "waiver_expires")
        )
        assert waived == ("third-party", APPROVER, "2027-01-31")
        assert rows[name]["verdict"] == "not-satisfied"
    others = [row for name, row in rows.items() if name not in UNMET]
    assert {row["waiver_expires"] for row in others} == {""}


# --- hostile texts -------------------------------------------------------------------------------


@settings(max_examples=tries(20))
@example('=HYPERLINK("http://x","y")')
@example("\uff1dcmd|' /C calc'!A0")
@example("\t=1")
@example('"')
@example(" ".join(NASTY))
@given(st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()), max_size=20)))
def test_no_cell_is_a_formula_and_no_row_is_torn_whatever_the_texts_are(text):
    found = poison(shortened(waived_plug()), text)
    shown = render(found)
    assert harmful(shown.replace("\r\n", "")) == set()
    records = list(csv.reader(io.StringIO(shown, newline=""), strict=True))
    assert {len(record) for record in records} == {len(records[0])}
    assert len(records) == len(requirements(found)) + 1
    leads = {cell[:1] for record in records for cell in record}
    assert leads.isdisjoint("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
