"""``iotassess ics``: the statement out and in, through the program as users call it."""

import json
import os
import pty
import subprocess
import sys
import zipfile

import pytest

from tests.examples import PROFILES, options

NODE, PLUG = PROFILES / "sensor-node", PROFILES / "smart-plug"
NODE_OPTIONS, PLUG_OPTIONS = options("sensor-node"), options("smart-plug")

FORM = """\
id: own-form@1
edition: "1"
title: A form of our own
family: own
source: nowhere
features:
  F(a): {text: passwords are used, absent: {probe: passwords-absent}}
requirements:
  - id: "5.1-1"
    title: No common passwords
    summary: Asks what it says.
    category: 5.1 Passwords
    section: "5.1"
    force: mandatory
    status: M F (a)
    not_applicable: {basis: published, without: ["F(a)"]}
    technologies: []
    remediation: Nothing.
    parts: [{probe: default-passwords-unique}]
  - id: "5.6-4"
    title: No debug access
    summary: Asks what it says.
    category: 5.1 Passwords
    section: "5.6"
    force: recommended
    status: R
    not_applicable: {basis: never}
    technologies: []
    remediation: Nothing.
    parts: [{probe: debug-off-by-default}]
"""

PROFILE = """\
schema: iotassess/profile/v1
product: {vendor: Maker, model: Model}
auth: {passwords: {used: %s}}
"""
HEADER = "Reference,Status,Support,Detail\n"


@pytest.fixture
def form(tmp_path, monkeypatch):
    """A folder to be in: a baseline of two rows, a profile with passwords, and one without."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "form.yaml").write_text(FORM)
    (tmp_path / "with.yaml").write_text(PROFILE % "true")
    (tmp_path / "without.yaml").write_text(PROFILE % "false")
    return tmp_path


@pytest.fixture
def here(run, tmp_path, monkeypatch):
    """Runs a command line in this process, in the test's folder."""
    monkeypatch.chdir(tmp_path)
    return run


def lines(ran):
    return [line for line in ran.out.splitlines() if line.endswith("]")]


# --- export -------------------------------------------------------------------------------------


def test_export_writes_csv_to_standard_output(here):
    ran = here("ics", "export", NODE / "good.yaml", *NODE_OPTIONS)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Reference,Status,Support,Detail,Title\r\n")
    assert ran.out.count("\r\n5.") + ran.out.count("\r\n6-") == 78


def test_export_takes_an_edition_and_several_formats(here, tmp_path):
    ran = here(
        "ics", "export", PLUG / "flawed.yaml", *PLUG_OPTIONS, "-b", "etsi-en-303-645@2.1.1",
        "-f", "csv=a.csv", "-f", "xlsx=a.xlsx", "-f", "markdown",
    )  # fmt: skip
    assert ran.code == 0
    assert ran.out.startswith("# ETSI EN 303 645")
    assert "edition 2.1.1" in ran.out
    assert zipfile.is_zipfile(tmp_path / "a.xlsx")
    assert b"4-1,M," in (tmp_path / "a.csv").read_bytes()


def test_the_same_export_has_the_same_bytes(process, tmp_path):
    for name in ("a", "b"):
        formats = [f"{format}={name}.{format}" for format in ("csv", "markdown", "xlsx")]
        asked = [part for format in formats for part in ("-f", format)]
        assert (
            process("ics", "export", NODE / "good.yaml", *NODE_OPTIONS, *asked, TZ=f"UTC{len(name)}").code
            == 0
        )
    for format in ("csv", "markdown", "xlsx"):
        assert (tmp_path / f"a.{format}").read_bytes() == (tmp_path / f"b.{format}").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-b", "enisa-gp-tm"], "no pro forma"),
        (["-b", "nonsense"], "unknown baseline"),
        (["-b", "etsi-en-303-645@1.0"], "these editions"),
        (["-f", "pdf"], "expected one of csv, markdown, xlsx"),
        (["-f", "csv="], "file name"),
        (["-f", "csv", "-f", "markdown"], "only one report"),
        (["-f", "xlsx=/nowhere/a.xlsx"], "cannot write"),
        (["--as-of", "yesterday"], "--as-of"),
        (["-t", "/nowhere"], "/nowhere"),
        (["--nonce", "zz"], "nonce"),
    ],
)
def test_a_wrong_option_is_exit_2(run, arguments, told):
    ran = run("ics", "export", NODE / "good.yaml", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_profile_that_is_missing_is_exit_2_and_an_invalid_one_exit_3(here, tmp_path):
    assert here("ics", "export", "none.yaml").code == 2
    (tmp_path / "bad.yaml").write_text("schema: iotassess/profile/v1\n")
    assert here("ics", "export", "bad.yaml").code == 3


def test_a_workbook_goes_to_a_pipe_and_not_to_a_terminal(process, tmp_path):
    program = [sys.executable, "-m", "iotassess", "ics", "export", str(NODE / "good.yaml"), "-f", "xlsx"]
    piped = subprocess.run(program, capture_output=True, timeout=120)
    assert piped.returncode == 0
    assert piped.stdout.startswith(b"PK\x03\x04")
    ours, theirs = pty.openpty()
    try:
        shown = subprocess.run(program, stdout=theirs, stderr=subprocess.PIPE, timeout=120)
    finally:
        os.close(ours)
        os.close(theirs)
    assert shown.returncode == 2
    assert b"-f xlsx=FILE" in shown.stderr


def test_a_reader_that_goes_away_is_no_error():
    program = f"{sys.executable} -m iotassess ics export {NODE}/good.yaml | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", program], capture_output=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"R", b"")


def test_a_full_device_is_exit_2():
    program = [sys.executable, "-m", "iotassess", "ics", "export", str(NODE / "good.yaml")]
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 2
    assert b"cannot write to standard output" in done.stderr


def test_a_closed_standard_output_is_no_error():
    program = f"{sys.executable} -m iotassess ics export {NODE}/good.yaml >&-"
    done = subprocess.run(["bash", "-c", program], capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_device_is_written_to_and_not_replaced(run):
    assert run("ics", "export", NODE / "good.yaml", "-f", "csv=/dev/null").code == 0


def test_warnings_of_the_profile_are_told(run, form):
    two = "product_components: [{name: a, kind: device}, {name: b, kind: device}]\n"
    (form / "warned.yaml").write_text(PROFILE % "true" + two)
    ran = run("ics", "export", "warned.yaml", "-b", "form.yaml")
    assert ran.code == 0
    assert ran.err.startswith("warned.yaml:4:")
    assert "Reference" not in ran.err


class Broken:
    """A standard output whose bytes go nowhere."""

    def __init__(self, fault):
        self.fault = fault
        self.buffer = self

    def write(self, _):
        raise self.fault

    def isatty(self):
        return True

    def fileno(self):
        raise OSError


@pytest.mark.parametrize(
    ("fault", "code"), [(BrokenPipeError(32, "Broken pipe"), 0), (OSError(28, "No space left on device"), 2)]
)
def test_only_a_reader_that_went_away_is_forgiven(run, monkeypatch, form, fault, code):
    monkeypatch.setattr("sys.stdout", Broken(fault))
    assert run("ics", "export", "without.yaml", "-b", "form.yaml").code == code


def test_a_workbook_is_refused_before_anything_is_judged(run, monkeypatch):
    monkeypatch.setattr("sys.stdout", Broken(OSError()))
    ran = run("ics", "export", "none.yaml", "-f", "xlsx")
    assert ran.code == 2
    assert "-f xlsx=FILE" in ran.err


# --- import -------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "markdown", "xlsx"])
def test_an_export_is_imported_with_exit_0(here, format, tmp_path):
    asked = [NODE / "good.yaml", *NODE_OPTIONS]
    assert here("ics", "export", *asked, "-f", f"{format}=ics").code == 0
    ran = here("ics", "import", "ics", *asked)
    assert (ran.code, ran.err) == (0, "")
    told = (
        f"ics: {format}, 78 rows, etsi-en-303-645@3.1.3, checked against {NODE / 'good.yaml'}: 0 error(s), "
    )
    assert ran.out.splitlines()[-1].startswith(told)


def test_an_error_is_exit_1_and_told_with_its_line(here, form):
    (form / "a.csv").write_text(HEADER + "5.1-1,M F(a),Y,d\n5.6-4,M,N,why\n")
    ran = here("ics", "import", "a.csv", "-b", "form.yaml")
    assert ran.code == 1
    assert ran.out == (
        "a.csv:3: error: 5.6-4: got status 'M', expected 'R' as in Table B.1 [status-differs]\n"
        "  copy it from the table; a wrong status changes whether N/A is allowed\n"
        "a.csv: csv, 2 rows, own-form@1, checked alone: 1 error(s), 0 warning(s), 0 note(s)\n"
    )


def test_warnings_alone_are_exit_0(run, form):
    (form / "a.csv").write_text(HEADER + "5.1-1,M F(a),,\n5.6-4,R,N,why\n")
    ran = run("ics", "import", "a.csv", "-b", "form.yaml")
    assert ran.code == 0
    assert len(lines(ran)) == 1


def test_a_lying_not_applicable_is_found_with_the_profile_alone(here, form):
    (form / "a.csv").write_text(HEADER + "5.1-1,M F (a),N/A,no passwords\n5.6-4,R,N,why\n")
    assert here("ics", "import", "a.csv", "-b", "form.yaml").code == 0
    assert here("ics", "import", "a.csv", "without.yaml", "-b", "form.yaml").code == 0
    ran = here("ics", "import", "a.csv", "with.yaml", "-b", "form.yaml", "-f", "json")
    assert ran.code == 1
    (found,) = ran.json["findings"]
    assert (found["id"], found["severity"], found["line"]) == ("not-applicable-contradiction", "error", 2)
    assert "with.yaml" in ran.json["profile"]["path"]


def test_answers_are_held_against_the_assessment(run, form):
    (form / "a.csv").write_text(HEADER + "5.1-1,M F (a),Y,unique\n5.6-4,R,Y,off\n")
    ran = run("ics", "import", "a.csv", "without.yaml", "-b", "form.yaml")
    assert ran.code == 1
    assert [line.rpartition(" ")[2] for line in lines(ran)] == ["[support-unfounded]"] * 2


def test_json_says_what_was_read_and_found(run, form):
    (form / "a.csv").write_text(HEADER + "5.1-1,M F (a),Y,\n5.6-4,R,N,why\n")
    ran = run("ics", "import", "a.csv", "-b", "form.yaml", "-f", "json")
    assert ran.code == 1
    tree = ran.json
    assert tree["schema"] == "iotassess/ics-check/v1"
    assert {key: tree["file"][key] for key in ("path", "format", "rows")} == {
        "path": "a.csv", "format": "csv", "rows": 2,
    }  # fmt: skip
    assert len(tree["file"]["sha256"]) == 64
    assert (tree["baseline"]["id"], tree["baseline"]["recognised"]) == ("own-form@1", False)
    assert (tree["profile"], tree["as_of"], tree["example"]) == (None, None, None)
    assert tree["counts"] == {"error": 1, "warning": 0, "note": 0}
    assert tree["findings"] == [
        {
            "id": "detail-missing", "severity": "error", "reference": "5.1-1", "at": "a.csv:2", "line": 2,
            "sheet": None, "cell": None, "got": None, "expected": None,
            "message": "5.1-1: got Y with no detail, expected how it is met",
            "hint": "describe the implementation, or refer to the document that does",
        }
    ]  # fmt: skip


def test_the_edition_is_recognised_and_said(run, form):
    asked = [NODE / "good.yaml", *NODE_OPTIONS]
    assert run("ics", "export", *asked, "-b", "etsi-en-303-645@2.1.1", "-f", "csv=a.csv").code == 0
    ran = run("ics", "import", "a.csv", "-f", "json")
    assert ran.code == 0
    assert ran.json["baseline"]["id"] == "etsi-en-303-645@2.1.1"
    assert ran.json["baseline"]["recognised"]
    wrong = run("ics", "import", "a.csv", "-b", "etsi-en-303-645", "-f", "json")
    assert wrong.code == 1
    found = {row["id"] for row in wrong.json["findings"]}
    assert {"reference-void", "row-missing", "status-differs"} <= found


def test_a_place_in_a_workbook_is_sheet_and_cell(run, form):
    assert run("ics", "export", "without.yaml", "-b", "form.yaml", "-f", "xlsx=a.xlsx").code == 0
    ran = run("ics", "import", "a.xlsx", "-b", "form.yaml", "-f", "json")
    assert ran.code == 0
    (found,) = ran.json["findings"]
    assert (found["id"], found["at"], found["sheet"], found["cell"], found["line"]) == (
        "row-empty", "a.xlsx: Table B.1!C4", "Table B.1", "C4", 4,
    )  # fmt: skip
    assert "a.xlsx: Table B.1!C4: warning: " in run("ics", "import", "a.xlsx", "-b", "form.yaml").out


def test_a_missing_row_is_told_of_the_whole_file(run, form):
    (form / "a.csv").write_text(HEADER + "5.1-1,M F (a),N,why\n")
    ran = run("ics", "import", "a.csv", "-b", "form.yaml")
    assert ran.code == 1
    assert ran.out.startswith("a.csv: error: got no row for 5.6-4")


def test_a_hidden_sheet_is_told_by_its_name(run, form):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (
        ("Reference", "Status", "Support", "Detail"),
        ("5.1-1", "M F (a)", "N", "w"),
        ("5.6-4", "R", "N", "w"),
    ):
        book.active.append(row)
    book.create_sheet("Secret").sheet_state = "hidden"
    book.save(form / "a.xlsx")
    ran = run("ics", "import", "a.xlsx", "-b", "form.yaml")
    assert ran.code == 0
    assert ran.out.startswith("a.xlsx: Secret: note: got a hidden sheet")


def test_hostile_cells_do_nothing_on_the_terminal(run, form):
    (form / "a.csv").write_bytes(
        HEADER.encode() + "5.1-1,\x1b[2J\x00,\u202eY,d\nx\x07\u200b,M,Y,d\n5.6-4,R,Y,caf".encode() + b"\xe9\n"
    )
    ran = run("ics", "import", "a.csv", "-b", "form.yaml")
    assert ran.code == 1
    assert not [char for char in ran.out if not char.isprintable() and char != "\n"]
    assert "\\x1b[2J\\x00" in ran.out
    told = run("ics", "import", "a.csv", "-b", "form.yaml", "-f", "json")
    assert not [char for char in told.out if not char.isprintable() and char != "\n"]
    assert json.loads(told.out)["counts"]["warning"] == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["none.csv"], 2),
        (["good.csv", "none.yaml"], 2),
        (["good.csv", "-b", "enisa-gp-tm"], 2),
        (["good.csv", "-f", "csv"], 2),
        (["good.csv", "without.yaml", "none.suit", "-b", "form.yaml"], 2),
        ([], 2),
        (["."], 3),
        (["form.yaml"], 3),
        (["empty"], 3),
        (["good.csv", "bad.yaml", "-b", "form.yaml"], 3),
        (["good.csv", "-b", "form.yaml"], 0),
    ],
)
def test_exit_codes(here, form, arguments, code):
    (form / "good.csv").write_text(HEADER + "5.1-1,M F (a),N,why\n5.6-4,R,N,why\n")
    (form / "empty").write_bytes(b"")
    (form / "bad.yaml").write_text("schema: iotassess/profile/v1\n")
    ran = here("ics", "import", *arguments)
    assert ran.code == code
    assert bool(ran.err) == (code != 0)


def test_what_cannot_be_read_is_told_with_its_file(run, form):
    assert run("ics", "import", "form.yaml").err.startswith(
        "iotassess: form.yaml: got no row with the headers"
    )


def test_options_of_an_assessment_without_a_profile_are_told_to_be_unused(run, form):
    (form / "good.csv").write_text(HEADER + "5.1-1,M F (a),N,why\n5.6-4,R,N,why\n")
    ran = run("ics", "import", "good.csv", "-b", "form.yaml", "--as-of", "2026-11-01")
    assert ran.code == 0
    assert "without a PROFILE" in ran.err
    assert run("ics", "import", "good.csv", "-b", "form.yaml").err == ""


def test_help_names_both_commands(process):
    ran = process("ics", "--help")
    assert ran.code == 0
    assert "export" in ran.out
    assert "import" in ran.out


def test_without_the_extra_workbooks_are_exit_2(run, monkeypatch, form):
    monkeypatch.setattr("iotassess.ics.extra.find_spec", lambda _: None)
    ran = run("ics", "export", form / "without.yaml", "-b", form / "form.yaml", "-f", f"xlsx={form}/a.xlsx")
    assert ran.code == 2
    assert "pip install 'iotassess[xlsx]'" in ran.err
    assert not (form / "a.xlsx").exists()
