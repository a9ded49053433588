"""``gate``, ``diff`` and ``waivers check`` through the real process: exit codes, and what goes where."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from iotassess.policy.registry import RULES
from iotassess.report.schemas import document_schema
from tests.examples import PROFILES, copy, edit, options

NODE = PROFILES / "sensor-node"
GOOD = [str(NODE / "good.yaml"), *options("sensor-node")]
ALLOWED = [*GOOD, "--allow-example"]
POLICY = "schema: iotassess/policy/v1\n"
WAIVERS = "schema: iotassess/waivers/v1\nwaivers:\n"
WAIVER = (
    "  - {requirement: %s, reason: risk-accepted, justification: known, "
    "approver: product-security@sensing.example, approved: 2026-10-01, expires: 2026-12-31}\n"
)


@pytest.fixture
def file(tmp_path):
    def writes(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return writes


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """The result of the good release."""
    path = tmp_path_factory.mktemp("old") / "old.json"
    command = [sys.executable, "-m", "iotassess", "gate", *ALLOWED, "-f", f"json={path}"]
    assert subprocess.run(command).returncode == 0
    return path


# --- one code for each class of failure -----------------------------------------------------------


def test_0_the_release_passes(process):
    ran = process("gate", *ALLOWED)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("EXAMPLE · gate: passed · policy default ")


def test_1_the_release_fails_and_says_why_and_where(process):
    ran = process("gate", str(NODE / "flawed.yaml"), *options("sensor-node"), "--allow-example")
    assert ran.code == 1
    assert "gate: FAILED" in ran.out.split("\n")[0]
    assert "flawed.yaml:144:10:no-contradiction" in "".join(ran.out.split())
    assert ran.err == ""


def test_1_an_example_without_permission(process):
    ran = process("gate", *GOOD)
    assert ran.code == 1
    assert "not-an-example" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--policy", "none.yaml"],
        ["--waivers", "none.yaml"],
        ["--against", "none.json"],
        ["none.suit"],
        ["-t", "none.pem"],
        ["-b", "no-such-baseline"],
        ["--nonce", "xyz"],
        ["--max-age", "soon"],
        ["--as-of", "soon"],
        ["-f", "pdf"],
        ["--show", "nothing"],
        ["--deny", "none.yaml"],
        ["--no-such-option"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_2_a_bad_option_or_a_missing_file(run, arguments):
    ran = run("gate", *ALLOWED, *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err


BAD_POLICIES = [
    "",
    "rules: {no-eror: true}",
    "rules: {minimum-verdict: {enisa-gp-tm/X: verified}}",
    "a: [",
    "rules: 1",
]
BAD_WAIVERS = ["  - {}\n", WAIVER % "enisa-gp-tm/GP-TM-99", WAIVER % "GP-TM-04", "  - x\n", "  {\n"]
BAD_RESULTS = ["", "{}", "[]", '{"schema": "iotassess/assessment/v1"}', "\x00"]


@pytest.mark.parametrize("text", BAD_POLICIES)
def test_2_a_malformed_policy(run, file, text):
    head = POLICY if text else "schema: iotassess/waivers/v1\n"
    ran = run("gate", *ALLOWED, "--policy", file("policy.yaml", head + text))
    assert (ran.code, ran.out) == (2, "")
    assert "policy.yaml:" in ran.err


@pytest.mark.parametrize("text", BAD_WAIVERS)
def test_2_a_malformed_waiver(run, file, text):
    path = file("waivers.yaml", WAIVERS + text)
    for command in (["gate", *ALLOWED, "--waivers", path], ["assess", *GOOD, "--waivers", path]):
        ran = run(*command)
        assert (ran.code, ran.out) == (2, "")
        assert "waivers.yaml:" in ran.err
    assert run("waivers", "check", path).code == 2


@pytest.mark.parametrize("text", BAD_RESULTS)
def test_2_a_malformed_earlier_result(run, file, old, text):
    path = file("old.json", text)
    assert run("gate", *ALLOWED, "--against", path).code == 2
    assert run("diff", path, old).code == 2
    assert run("diff", old, path).code == 2


def test_2_for_each_of_the_three_in_a_process_of_its_own(process, file):
    bad = (("--policy", "p.yaml", "rules"), ("--waivers", "w.yaml", "x"), ("--against", "o.json", "{"))
    for option, name, text in bad:
        path = file(name, text)
        ran = process("gate", *ALLOWED, option, path)
        assert (ran.code, ran.out) == (2, ""), option
        assert ran.err.startswith("iotassess: ")


def test_3_an_invalid_profile_still_gives_its_reports(run, tmp_path):
    folder = copy("sensor-node", tmp_path)
    edit(folder / "good.yaml", ("state: disabled-permanently", "stat: disabled-permanently"))
    report = tmp_path / "report.json"
    ran = run("gate", folder / "good.yaml", *options("sensor-node"), "-f", f"json={report}", "-f", "text")
    assert ran.code == 3
    assert "did you mean state?" in ran.err
    assert "profile-valid" in ran.out
    document = json.loads(report.read_text())
    jsonschema.Draft202012Validator(document_schema("assessment")).validate(document)
    assert document["gate"]["passed"] is False
    assert document["gate"]["findings"][0]["line"] > 100


def test_3_a_profile_that_cannot_be_read(run, tmp_path):
    ran = run("gate", tmp_path, "-f", "json")
    assert ran.code == 3
    assert ran.json["gate"]["passed"] is False


def test_2_comes_before_3(run, tmp_path):
    (tmp_path / "bad.yaml").write_text("product: 1\n")
    assert run("gate", tmp_path / "bad.yaml").code == 3
    assert run("gate", tmp_path / "bad.yaml", "-t", "none.pem").code == 2
    assert run("gate", tmp_path / "bad.yaml", "none.suit").code == 2
    assert run("gate", tmp_path / "bad.yaml", "--policy", "none.yaml").code == 2


def test_3_an_artefact_that_is_named_and_is_of_no_known_kind(run, file):
    path = file("garbage.bin", "\x01\x02garbage")
    ran = run("gate", *ALLOWED, path, "-f", "json")
    assert ran.code == 3
    assert "garbage.bin" in ran.err
    assert ran.json["gate"]["passed"] is False, "JSON is printed, too"


def test_3_a_folder_that_holds_nothing_that_is_recognised(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run("gate", *ALLOWED, tmp_path / "empty").code == 3
    (tmp_path / "empty" / "readme.txt").write_text("nothing")
    assert run("gate", *ALLOWED, tmp_path / "empty").code == 3


def test_3_comes_before_1(run, file):
    assert run("gate", *GOOD, file("garbage.bin", "x")).code == 3


def test_4_strict_where_a_waiver_is_unused(run, file):
    path = file("waivers.yaml", WAIVERS + WAIVER % "enisa-gp-tm/GP-TM-05")
    assert run("gate", *ALLOWED, "--waivers", path).code == 0
    ran = run("gate", *ALLOWED, "--waivers", path, "--strict")
    assert ran.code == 4
    assert "unused" in ran.out


def test_4_strict_where_a_mandatory_requirement_is_not_assessed(run, tmp_path):
    folder = copy("sensor-node", tmp_path)
    catalogue = tmp_path / "own.yaml"
    catalogue.write_text(OWN)
    command = [folder / "good.yaml", *options("sensor-node", folder), "--allow-example", "-b", catalogue]
    ran = run("gate", *command, "-f", "json")
    assert (ran.code, ran.json["gate"]["undecided"]) == (0, ["own/R-1"])
    assert run("gate", *command, "--strict").code == 4


OWN = """
id: own
edition: "1"
title: one requirement that nothing answers
family: own
short_name: own
source: nowhere
requirements:
  - id: R-1
    title: formal verification
    summary: the kernel is verified formally
    category: kernel
    section: "1"
    force: mandatory
    not_applicable: {basis: never}
    parts:
      - probe: device-keys-distinct
    technologies: []
    remediation: verify it
"""


def test_1_comes_before_4(run, file):
    path = file("waivers.yaml", WAIVERS + WAIVER % "enisa-gp-tm/GP-TM-05")
    assert run("gate", *GOOD, "--waivers", path, "--strict").code == 1


CRASH = (
    "import sys, iotassess.policy.gate as gate\n"
    "def boom(*_): raise ZeroDivisionError('boom')\n"
    "gate.through_gate = boom\n"
    "from iotassess.cli.main import run\n"
    "run(sys.argv[1:])\n"
)


def test_70_a_bug_and_never_1():
    ran = subprocess.run([sys.executable, "-c", CRASH, "gate", *ALLOWED], capture_output=True, text=True)
    assert ran.returncode == 70
    assert "please report it" in ran.stderr
    assert "Traceback" not in ran.stderr


# --- what goes where --------------------------------------------------------------------------------


def test_reports_are_written_when_all_is_well_and_when_it_is_not(run, tmp_path):
    for profile, code in (("good", 0), ("flawed", 1)):
        report = tmp_path / f"{profile}.json"
        ran = run("gate", NODE / f"{profile}.yaml", *options("sensor-node"), "--allow-example",
                  "-f", f"json={report}", "-f", "text")  # fmt: skip
        assert ran.code == code
        document = json.loads(report.read_text())
        jsonschema.Draft202012Validator(document_schema("assessment")).validate(document)
        assert document["gate"]["passed"] == (code == 0)
        assert bool(document["gate"]["reasons"]) == (code == 1)
        assert list(document["gate"]["rules"]) == [rule.id for rule in RULES]


def test_the_report_is_the_same_at_every_run_and_has_no_absolute_path(process, tmp_path, old):
    folder = copy("sensor-node", tmp_path)
    arguments = ["gate", "sensor-node/flawed.yaml", "-t", "sensor-node/anchors", *options("sensor-node")[2:],
                 "--against", old, "-f", "json"]  # fmt: skip
    first, second = (process(*arguments, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert folder.exists()
    assert first.out == second.out
    assert str(tmp_path) not in first.out


def test_the_gate_needs_no_network(tmp_path):
    """Sockets cannot even be made."""
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise AssertionError('a socket was made')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from iotassess.cli.main import run\n"
        "run(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", code, "gate", *ALLOWED, "-f", f"json={tmp_path / 'r.json'}"]
    assert subprocess.run(command, env={**os.environ, "http_proxy": ""}).returncode == 0


def test_the_text_shows_the_answer_alone_unless_more_is_asked_for(run):
    short = run("gate", *ALLOWED).out
    long = run("gate", *ALLOWED, "--show", "all").out
    assert "Requirements (" not in short
    assert "Requirements (" in long
    assert short.rstrip().split("\n")[-1] == long.rstrip().split("\n")[-1] == short.split("\n")[0]


def test_explain_knows_every_rule(run):
    for rule in RULES:
        ran = run("explain", rule.id)
        assert ran.code == 0
        assert "Decides" in ran.out or "Decides" in " ".join(ran.out.split())
    listed = run("list", "rules", "-f", "json").json
    assert [row["id"] for row in listed] == [rule.id for rule in RULES]


def test_the_schemas_of_both_files_are_printed(run):
    for what in ("policy", "waivers"):
        schema = run("schema", what).json
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"urn:iotassess:{what}:v1"


def test_an_older_result_names_the_cause(run, old):
    ran = run("gate", NODE / "flawed.yaml", *options("sensor-node"), "--allow-example", "--against", old,
              "-f", "json")  # fmt: skip
    reasons = ran.json["gate"]["reasons"]
    (counter,) = [text for text in reasons if text.startswith("counters-not-back: suit-sequence-number")]
    assert "was 7, and is 3" in counter
    (worse,) = [t for t in reasons if "enisa-gp-tm/GP-TM-33 was declared" in t]
    assert "debug-contradiction" in worse


# --- waivers check, diff ------------------------------------------------------------------------------


def test_waivers_are_checked_at_a_moment(run, file):
    path = file("waivers.yaml", WAIVERS + WAIVER % "enisa-gp-tm/GP-TM-04")
    for day, state in (("2026-09-01", "not-yet"), ("2026-12-31", "holds"), ("2027-01-01", "expired")):
        text = run("waivers", "check", path, "--as-of", day)
        assert (text.code, f"waivers.yaml:3: {state}: enisa-gp-tm/GP-TM-04" in text.out) == (0, True)
        (row,) = run("waivers", "check", path, "--as-of", day, "-f", "json").json["waivers"]
        assert row["state"] == state


def test_diff_says_what_is_worse_and_exits_with_1_when_asked(run, tmp_path, old):
    new = tmp_path / "new.json"
    run("assess", NODE / "flawed.yaml", *options("sensor-node"), "-f", f"json={new}")
    assert run("diff", old, new).code == 0
    assert run("diff", old, new, "--exit-code").code == 1
    assert run("diff", old, old, "--exit-code").code == 0
    found = run("diff", old, new, "-f", "json").json
    assert found["worse"] is True
    assert run("diff", old, new, "-f", "markdown").code == 0
    assert run("diff", old, new, "-f", "pdf").code == 2


# --- every report says what the exit code says ----------------------------------------------------


ALL_FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "badge")


def test_what_is_named_in_vain_is_in_every_report(run, tmp_path):
    (tmp_path / "empty").mkdir()
    outputs = [word for name in ALL_FORMATS for word in ("-f", f"{name}={tmp_path / name}")]
    assert run("gate", *ALLOWED, tmp_path / "empty", *outputs).code == 3
    shown = {name: (tmp_path / name).read_text() for name in ALL_FORMATS}
    assert not any("gate: passed" in text or "gate passed" in text for text in shown.values())
    assert json.loads(shown["json"])["gate"]["passed"] is False
    levels = [row["level"] for row in json.loads(shown["sarif"])["runs"][0]["results"]]
    assert "error" in levels
    assert "::error" in shown["github"]
    assert json.loads(shown["gitlab"])


def test_what_is_not_decided_strictly_is_not_said_to_have_passed(run, file, tmp_path):
    path = file("waivers.yaml", WAIVERS + WAIVER % "enisa-gp-tm/GP-TM-05")
    outputs = [word for name in ALL_FORMATS for word in ("-f", f"{name}={tmp_path / name}")]
    assert run("gate", *ALLOWED, "--waivers", path, "--strict", *outputs).code == 4
    for name in ("text", "github", "markdown"):
        assert "gate: UNDECIDED" in (tmp_path / name).read_text(), name
    assert "gate undecided" in (tmp_path / "badge").read_text()
    gate = json.loads((tmp_path / "json").read_text())["gate"]
    assert (gate["passed"], gate["strict"], gate["open"]) == (True, True, True)


@pytest.mark.parametrize("name", ["::add-mask::gate", "::stop-commands::x", "##[error]x", "gate: passed"])
def test_a_name_in_the_profile_does_not_speak_to_the_runner(run, tmp_path, name):
    folder = copy("sensor-node", tmp_path)
    edit(folder / "good.yaml", ("vendor: Example Sensing", f'vendor: "{name}"'))
    ran = run("gate", folder / "good.yaml", *options("sensor-node", folder), "--show", "all")
    for line in ran.out.split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    assert sum(line.startswith("gate: passed") for line in ran.out.split("\n")) == 0


def test_a_device_that_no_token_speaks_of_fails(run, tmp_path):
    folder = copy("sensor-node", tmp_path)
    edit(folder / "good.yaml", ("devices:\n", f'devices:\n  - instance_id: "01{"ab" * 32}"\n'))
    ran = run("gate", folder / "good.yaml", *options("sensor-node", folder), "--allow-example", "-f", "json")
    rules = {f["rule"] for f in ran.json["gate"]["findings"]}
    assert {"debug-shown-locked", "lifecycle-shown-secured"} <= rules
    assert any("abab" in reason for reason in ran.json["gate"]["reasons"])


@pytest.mark.parametrize("name", [".", "../evidence", ".ev"])
def test_how_a_folder_is_named_does_not_hide_what_is_in_it(run, tmp_path, monkeypatch, name):
    folder = copy("sensor-node", tmp_path)
    target = folder / ".ev" if name == ".ev" else folder / "evidence"
    target.mkdir(exist_ok=True)
    (target / "psa.cbor").write_bytes((NODE / "evidence" / "psa-token.cbor").read_bytes())
    (target / "junk.bin").write_bytes(b"\xff\x00junk")
    monkeypatch.chdir(folder / "evidence" if name != ".ev" else folder)
    arguments = [*options("sensor-node", folder), "--allow-example", "-f", "json"]
    found = run("gate", folder / "good.yaml", name, *arguments).json["gate"]["findings"]
    assert any(f["rule"] == "nothing-overlooked" and "junk.bin" in f["message"] for f in found)
