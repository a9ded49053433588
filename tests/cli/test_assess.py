"""``iotassess assess``: reports where they were asked for, and exit codes that scripts can rely on."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from iotassess.baseline.loader import DEFAULTS, SHIPPED, load_catalogue
from tests.examples import DAY, PROFILES, TWINS, edit, options

NODE = "sensor-node"
MINIMAL = "product: {vendor: Maker, model: Thing}\n"


@pytest.fixture
def bare(tmp_path):
    profile = tmp_path / "bare.yaml"
    profile.write_text(MINIMAL)
    return profile


# --- what is written where ----------------------------------------------------------------------


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_an_assessment_exits_with_zero_whatever_the_verdicts(run, twin):
    product, profile = twin
    ran = run("assess", PROFILES / product / f"{profile}.yaml", *options(product))
    assert ran.code == 0
    assert ran.err == ""
    for name in ("ENISA", "ETSI 3.1.3", "NIST 8259A"):
        assert ran.out.count(f"EXAMPLE · {name} · proven") == 2


def test_text_is_the_default_format(run, bare):
    assert run("assess", bare, "--as-of", DAY).out == run("assess", bare, "--as-of", DAY, "-f", "text").out


def test_formats_may_be_repeated_and_go_to_files(run, bare, tmp_path):
    files = [tmp_path / "a.json", tmp_path / "a.txt"]
    ran = run(
        "assess", bare, "--as-of", DAY, "-f", f"json={files[0]}", "-f", f"text={files[1]}", "-f", "json"
    )
    assert ran.code == 0
    assert ran.json == json.loads(files[0].read_text())
    assert "ENISA · proven" in files[1].read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "a.txt", "bare.yaml"]


def test_with_files_only_standard_output_stays_empty(run, bare, tmp_path):
    ran = run("assess", bare, "--as-of", DAY, "-f", f"json={tmp_path / 'a.json'}")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_file_name_may_have_an_equals_sign_and_be_relative(run, bare, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("assess", bare, "-f", "json=a=b.json").code == 0
    assert json.loads((tmp_path / "a=b.json").read_text())["schema"] == "iotassess/assessment/v1"


def test_a_report_replaces_an_older_one_and_has_the_usual_mode(run, bare, tmp_path):
    file = tmp_path / "a.json"
    file.write_text("old")
    mask = os.umask(0o027)
    try:
        assert run("assess", bare, "-f", f"json={file}").code == 0
    finally:
        os.umask(mask)
    assert json.loads(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_report_in_a_file_has_neither_colour_nor_the_terminals_width(run, bare, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("iotassess.cli.writing.colour_wanted", lambda: True)
    ran = run("assess", bare, "-f", f"text={tmp_path / 'a.txt'}", "-f", "text")
    text = (tmp_path / "a.txt").read_text()
    assert "\x1b" not in text
    assert "\x1b" in ran.out
    assert max(map(len, text.split("\n"))) > 40


def test_a_report_through_a_link_is_written_to_where_it_leads(run, bare, tmp_path):
    (tmp_path / "real.json").write_text("old")
    for name in ("real.json", "new.json"):
        link = tmp_path / f"link to {name}"
        link.symlink_to(tmp_path / name)
        assert run("assess", bare, "-f", f"json={link}").code == 0
        assert link.is_symlink()
        assert json.loads((tmp_path / name).read_text())["schema"] == "iotassess/assessment/v1"


def test_a_pipe_is_written_to_and_not_replaced_by_a_file(run, bare, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text)
        assert run("assess", bare, "-f", f"json={pipe}").code == 0
        assert json.loads(read.result(60))["schema"] == "iotassess/assessment/v1"
    assert pipe.is_fifo()


def test_a_loop_of_links_cannot_be_written(run, bare, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    ran = run("assess", bare, "-f", f"json={tmp_path / 'loop'}")
    assert (ran.code, ran.out) == (2, "")
    assert "cannot write" in ran.err
    assert (tmp_path / "loop").is_symlink()


@pytest.mark.parametrize("target", ["missing/a.json", "folder", "bare.yaml/a.json"])
def test_a_file_that_cannot_be_written_is_exit_2_and_leaves_nothing(run, bare, tmp_path, untouched, target):
    (tmp_path / "folder").mkdir()
    before = untouched()
    ran = run("assess", bare, "-f", f"json={tmp_path / target}")
    assert (ran.code, ran.out) == (2, "")
    assert f"cannot write {tmp_path / target}" in ran.err
    assert set(untouched()) == set(before)


def test_a_file_that_fails_half_way_leaves_the_old_one_and_no_part(run, bare, tmp_path, monkeypatch):
    file = tmp_path / "a.json"
    file.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("iotassess.cli.output.os.fsync", full)
    ran = run("assess", bare, "-f", f"json={file}")
    assert ran.code == 2
    assert "No space left on device" in ran.err
    assert file.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "bare.yaml"]


def test_no_folder_to_write_to_is_exit_2(run, bare, monkeypatch):
    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", closed)
    ran = run("assess", bare, "-f", "json=a.json")
    assert ran.code == 2
    assert "cannot write a.json: Permission denied" in ran.err


@pytest.mark.parametrize("show", ["all", "failed"])
def test_show_chooses_the_requirements_of_the_table(run, node, show):
    ran = run("assess", node / "good.yaml", *options(NODE, node), "--show", show)
    assert ran.code == 0
    assert ("GP-TM-01      declared" in ran.out) == (show == "all")


# --- options that cannot be meant ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-f", "pdf"], "--format: got 'pdf', expected one of text, json"),
        (["-f", ""], "--format: got '', expected one of"),
        (["-f", "json="], "expected a file name after '='"),
        (["-f", "json", "-f", "text"], "only one report can go to standard output"),
        (["-f", "json=x", "-f", "text=./x"], "two reports would be written to the same file"),
        (["--show", "some"], "--show: got 'some', expected all or failed"),
        (["-b", "no-such"], "got unknown baseline 'no-such', expected one of enisa-gp-tm"),
        (
            ["-b", "enisa-gp-tm@1999"],
            "got baseline enisa-gp-tm@1999, but of it these editions are shipped: 2017",
        ),
        (["-b", "etsi-en-303-645@9.9"], "but of it these editions are shipped: 3.1.3, 2.1.1\n"),
        (["-b", "nist-ir-8425@"], "got unknown baseline 'nist-ir-8425@', expected one of enisa-gp-tm, "),
        (["-b", "ALL"], "nist-ir-8425, all or a .yaml file"),
        (["--as-of", "yesterday"], "--as-of: got 'yesterday', expected a date like 2026-11-01"),
        (["--as-of", "20261101"], "--as-of: got '20261101', expected a date"),
        (["--as-of", "2026-02-30"], "--as-of: got '2026-02-30'"),
        (["--as-of", "2026-11-01T25:00"], "--as-of: got '2026-11-01T25:00'"),
        (["--as-of", "0001-01-01T00:00+14:00"], "--as-of: got"),
        (["--as-of", "२०२६-११-०१"], "--as-of: got"),
        (["--as-of", ""], "--as-of: got ''"),
        (["--max-age", "soon"], "--max-age: got 'soon', expected a number with s, m, h, d or w"),
        (["--max-age", "-1d"], "--max-age: got '-1d'"),
        (["--max-age", "1d\n"], "--max-age: got '1d\\n'"),
        (["--nonce", "xyz"], "--nonce: 'xyz' is not hexadecimal"),
        (["--nonce", "aabb"], "--nonce: 2 bytes were given; a nonce has 8 to 64"),
        (["--nonce", "no.cbor=" + "00" * 8], "--nonce: 'no.cbor' is none of the artefacts"),
        (["--nonce", "00" * 8, "--nonce", "11" * 8], "--nonce: two challenges for all artefacts"),
        (["-t", "no-such.pem"], "trust anchor no-such.pem does not exist; expected public keys"),
        (["-t", "updates=no-such.pem"], "'updates' is no purpose; expected one of update, attestation"),
        (["-t", ""], "names no file"),
        (["no-such-artefact"], "no-such-artefact does not exist; expected an artefact"),
    ],
)
def test_what_cannot_be_meant_is_exit_2_and_says_what_was_got_and_expected(
    run, bare, untouched, arguments, told
):
    before = untouched()
    ran = run("assess", bare, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.startswith("iotassess: ")
    assert untouched() == before


@pytest.mark.parametrize("text", ["not a key", "", "{}", '{"kty": "oct"}', "\x00\x01"])
def test_an_anchor_that_is_none_is_exit_2(run, bare, tmp_path, text):
    (tmp_path / "key").write_text(text)
    ran = run("assess", bare, "-t", tmp_path / "key")
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be used" in ran.err


def test_an_anchor_folder_without_anchors_is_exit_2(run, bare, tmp_path):
    (tmp_path / "empty").mkdir()
    ran = run("assess", bare, "-t", tmp_path / "empty")
    assert ran.code == 2
    assert "holds no trust anchor" in ran.err


def test_a_private_key_is_taken_for_its_public_half_and_that_is_said(run, bare):
    key = PROFILES.parent / "fixtures/keys/update-p256.key.pem"
    ran = run("assess", bare, "-t", f"update={key}", "-f", "json")
    assert ran.code == 0
    assert any("was a private key" in note for note in ran.json["not_done"])
    assert "PRIVATE" not in ran.out


@pytest.mark.parametrize(
    ("given", "day"),
    [("2026-11-01", DAY), ("2026-11-01T23:30:00-05:00", "2026-11-02"), ("2026-11-01 12:00", DAY)],
)
def test_the_moment_is_told_as_a_day_in_utc(run, bare, given, day):
    assert run("assess", bare, "--as-of", given, "-f", "json").json["as_of"] == day


@pytest.mark.parametrize("age", ["1s", "30m", "24h", "90d", "999999w"])
@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31"])
def test_no_moment_and_no_age_is_too_far_away(run, node, moment, age):
    ran = run("assess", node / "good.yaml", "-t", node / "anchors", "--as-of", moment, "--max-age", age)
    assert ran.code == 0


# --- profiles -----------------------------------------------------------------------------------


def test_a_missing_profile_is_exit_2(run, tmp_path):
    ran = run("assess", tmp_path / "no.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no such file, expected a profile" in ran.err


def test_a_typo_in_the_profile_is_exit_3_with_its_place_and_a_suggestion(run, node):
    edit(node / "good.yaml", ("  vendor: Example Sensing", "  vendro: Example Sensing"))
    line = (node / "good.yaml").read_text().split("\n").index("  vendro: Example Sensing") + 1
    ran = run("assess", node / "good.yaml", *options(NODE, node))
    assert (ran.code, ran.out) == (3, "")
    assert f"{node / 'good.yaml'}:{line}:3: " in ran.err
    assert "did you mean" in ran.err
    assert "vendor" in ran.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe",
        b"- a\n",
        b"a: &x [*x]",
        b"product: {vendor: 5, model: []}",
        b"{" * 500,
    ],
)
def test_a_profile_that_is_none_is_exit_3_with_a_place(run, tmp_path, content):
    file = tmp_path / "p.yaml"
    file.write_bytes(content)
    ran = run("assess", file)
    assert (ran.code, ran.out) == (3, "")
    assert f"{file}:1:" in ran.err


def test_a_profile_of_100_megabytes_is_exit_3(run, tmp_path):
    file = tmp_path / "p.yaml"
    with file.open("wb") as stream:
        stream.truncate(100 << 20)
    ran = run("assess", file)
    assert ran.code == 3
    assert "larger than" in ran.err


def test_a_folder_instead_of_a_profile_is_exit_3(run, tmp_path):
    ran = run("assess", tmp_path)
    assert ran.code == 3
    assert "cannot be read" in ran.err


def test_a_profile_that_does_not_hold_together_is_exit_3(run, node):
    edit(node / "good.yaml", ("verified_by: bl1", "verified_by: bl9"))
    ran = run("assess", node / "good.yaml")
    assert ran.code == 3
    assert "bl9" in ran.err


def test_warnings_about_the_profile_go_to_standard_error(run, node):
    edit(node / "good.yaml", ("evidence:\n", "evidence:\n  - artefact: evidence/eat.cbor\n"))
    ran = run("assess", node / "good.yaml", *options(NODE, node), "-f", "json")
    assert ran.code == 0
    assert "warning" in ran.err
    assert ran.json["schema"]


# --- artefacts ----------------------------------------------------------------------------------


def test_an_artefact_that_cannot_be_read_is_listed_and_no_reason_to_stop(run, bare, tmp_path):
    empty, noise, pipe = (tmp_path / name for name in ("empty", "noise", "pipe"))
    empty.touch()
    noise.write_bytes(os.urandom(500))
    os.mkfifo(pipe)
    ran = run("assess", bare, empty, noise, pipe, "-f", "json")
    assert ran.code == 0
    assert [a["path"] for a in ran.json["artefacts"]] == [str(p) for p in (empty, noise, pipe)]
    assert {p["id"] for a in ran.json["artefacts"] for p in a["problems"]} <= {
        "artefact-unrecognised",
        "cbor-malformed",
    }


def test_an_artefact_of_100_megabytes_is_listed_as_too_large(run, bare, tmp_path):
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(100 << 20)
    ran = run("assess", bare, tmp_path / "huge", "-f", "json")
    (artefact,) = ran.json["artefacts"]
    assert ran.code == 0
    assert [p["id"] for p in artefact["problems"]] == ["artefact-too-large"]
    assert artefact["size"] == 100 << 20


def test_an_artefact_that_may_not_be_read_is_listed(run, bare, unreadable):
    ran = run("assess", bare, unreadable, "-f", "json")
    assert ran.code == 0
    assert "cannot be read: Permission denied" in ran.json["artefacts"][0]["problems"][0]["message"]


def test_a_hostile_name_of_a_file_does_nothing_to_the_terminal(run, bare, tmp_path):
    name = tmp_path / "\x1b[31m\u202eevil\n"
    name.write_bytes(b"noise!")
    for form in ("text", "json"):
        ran = run("assess", bare, name, "-f", form)
        assert ran.code == 0
        assert not {"\x1b", "\u202e"} & set(ran.out + ran.err)


def test_several_baselines_stand_in_their_order_each_once(run, bare, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "id: own\nedition: '1'\ntitle: Own rules\nfamily: own\nrequirements:\n"
        "  - {id: O-1, title: t, summary: s, category: c, section: '1', force: mandatory, remediation: r,\n"
        "     parts: [{probe: secure-boot-enforced}]}\n"
    )
    arguments = ["-b", own, "-b", "enisa-gp-tm", "-b", own]
    ran = run("assess", bare, *arguments, "-f", "json")
    assert [b["id"] for b in ran.json["baselines"]] == ["own", "enisa-gp-tm"]
    text = run("assess", bare, *arguments).out
    assert text.count("own.yaml · proven 0 %") == 2
    assert text.count("\nENISA · proven 0 %") == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], DEFAULTS),
        (["-b", "all"], SHIPPED),
        (["-b", "all", "-b", "nist-ir-8425", "-b", "all"], SHIPPED),
        (
            ["-b", "nist-ir-8425", "-b", "all"],
            ["nist-ir-8425", *(id for id in SHIPPED if id != "nist-ir-8425")],
        ),
        (["-b", "etsi-en-303-645", "-b", "etsi-en-303-645@3.1.3"], ["etsi-en-303-645@3.1.3"]),
        (["-b", "nist-ir-8259a@2020-05"], ["nist-ir-8259a"]),
    ],
)
def test_each_baseline_that_is_meant_is_assessed_once(run, bare, arguments, expected):
    ran = run("assess", bare, "--as-of", DAY, *arguments, "-f", "json")
    assert [b["id"] for b in ran.json["baselines"]] == list(expected)


def test_the_report_of_all_baselines_has_a_heading_for_each(run, bare):
    shown = " ".join(run("assess", bare, "--as-of", DAY, "-b", "all").out.split())
    for id in SHIPPED:
        catalogue = load_catalogue(id)
        assert shown.count(f"── {catalogue.title}, edition {catalogue.edition} ({id})") == 1
        assert shown.count(f"{catalogue.short_name} · proven") == 2


def test_a_strangers_catalogue_does_nothing_to_the_terminal_and_fakes_no_headline(run, bare, tmp_path):
    own = tmp_path / "x · proven 9 % \u202e.yaml"
    own.write_text(
        "id: own\nedition: '1'\ntitle: Own rules\nfamily: own\nrequirements:\n"
        "  - {id: O-1, title: t, summary: s, category: c, section: '1', force: mandatory, remediation: r,\n"
        "     parts: [{probe: secure-boot-enforced}]}\n"
    )
    forged = "ENISA · proven 100 % · claimed 100 % · level L4"
    plain = run("assess", bare, "-b", own)
    own.write_text(
        own.read_text()
        + f'short_name: "{forged}"\n'
        + f'notice: "{"read this " * 20}\\n{forged}\\r\\u202e"\n'
        + f'words: {{not-assessed: "well\\u2028 {forged}", declared: "\\n{forged}"}}\n'
    )
    ran = run("assess", bare, "-b", own)
    assert (plain.code, ran.code) == (0, 0), ran.err
    assert not {"\u202e", "\u2028", "\r"} & set(ran.out)
    assert "\\x0aENISA · proven 100 %" in ran.out, "shown, and harmless"
    heads = [line for line in ran.out.split("\n") if line.startswith(("ENISA", "your", "EXAMPLE", "proven"))]
    assert len(heads) == 2
    assert all(
        line.startswith("your x - proven 9 % \\u202e.yaml · proven 0 % · claimed 0 %") for line in heads
    )
    assert "(not-assessed)" in ran.out
    told = run("assess", bare, "-b", own, "-f", "json")
    assert not {"\u202e", "\u2028"} & set(told.out)
    assert told.json["baselines"][0]["notice"].endswith(f"\n{forged}\r\u202e")
    own.write_text(own.read_text().replace("\\u2028", "\\e[32m"))
    ran = run("assess", bare, "-b", own)
    assert (ran.code, ran.out) == (2, "")
    assert "U+001B, which is not text" in ran.err
    assert "\x1b" not in ran.err


def test_a_faulty_catalogue_is_exit_2_with_its_place(run, bare, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("id: own\nrequirements: []\n")
    ran = run("assess", bare, "-b", own)
    assert ran.code == 2
    assert "own.yaml:2:15: requirements: got []" in ran.err


def test_the_readmes_command_line_works_from_the_top_folder(run, monkeypatch):
    monkeypatch.chdir(PROFILES.parent)
    for product in ("sensor-node", "smart-plug"):
        readme = (PROFILES / product / "README.md").read_text()
        command = readme[readme.index("    iotassess assess") :].split("\n\n")[0].replace("\\\n", " ").split()
        ran = run(*command[1:])
        assert ran.code == 0
        assert Path(command[2]).is_file()
        assert set(re.findall(r"(\d+) contradictions", ran.out)) == {"0"}
