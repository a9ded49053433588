"""``fleet assess`` on the command line: formats, exit codes, what goes to which stream."""

from __future__ import annotations

import json

import pytest

from iotassess.cli.main import call
from tests.examples import DAY, PROFILES, copy, edit

BESIDE = ["--anchors-beside", "anchors", "--nonce-beside", "evidence/nonce.hex", "--as-of", DAY]


def run(capfd, *arguments: object) -> tuple[int, str, str]:
    code = call(["fleet", "assess", *map(str, arguments), "-b", "nist-ir-8259a", "--workers", "0"])
    told = capfd.readouterr()
    return code, told.out, told.err


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    file = tmp_path_factory.mktemp("old") / "old.json"
    arguments = [str(PROFILES), *BESIDE, "-b", "nist-ir-8259a", "--workers", "0", "-f", f"json={file}"]
    assert call(["fleet", "assess", *arguments]) == 0
    return file


def test_the_report_alone_goes_to_standard_output(capfd) -> None:
    code, out, err = run(capfd, PROFILES, *BESIDE)

    assert code == 0
    assert out.startswith("EXAMPLE · 4 products · 2 with contradictions\n")
    assert err == ""


def test_every_format_is_written_in_one_run(capfd, tmp_path) -> None:
    pytest.importorskip("pyarrow", reason="the extra fleet is not installed")
    import pyarrow.parquet as pq

    names = ("text", "json", "html", "csv", "parquet")
    formats = [part for name in names for part in ("-f", f"{name}={tmp_path / name}")]

    assert run(capfd, PROFILES, *BESIDE, *formats) == (0, "", "")
    value = json.loads((tmp_path / "json").read_text())
    rows = sum(len(b["requirements"]) for p in value["products"] for b in p["baselines"])
    table = pq.read_table(tmp_path / "parquet")
    assert table.num_rows == rows == len((tmp_path / "csv").read_text().splitlines()) - 1
    assert set(table.column("path").to_pylist()) == {p["path"] for p in value["products"]}
    assert all(str(PROFILES) not in (tmp_path / name).read_text() for name in names[:-1])


def test_nothing_worse_exits_with_zero(capfd, old) -> None:
    code, out, _ = run(capfd, PROFILES, *BESIDE, "--against", old, "--exit-code")
    assert code == 0
    assert "not worse · 4 products" in out
    assert "nothing changed" in out


@pytest.mark.parametrize(("options", "expected"), [(["--exit-code"], 1), ([], 0)])
def test_something_worse_exits_with_one_where_that_is_asked_for(
    capfd, old, tmp_path, options, expected
) -> None:
    for name in ("sensor-node", "smart-plug"):
        copy(name, tmp_path)
    edit(tmp_path / "sensor-node/good.yaml", ("schema: iotassess/profile/v1", "schema: iotassess/profile/v2"))

    code, out, _ = run(capfd, tmp_path, *BESIDE, "--against", old, *options)

    assert code == expected
    assert "WORSE" in out.split("\n")[0]
    assert "sensor-node/good.yaml" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing"], "missing: No such file"),
        ([PROFILES, "-t", "update=missing.pem"], "missing.pem"),
        ([PROFILES, "--anchors-beside", "../anchors"], "--anchors-beside: got '../anchors'"),
        ([PROFILES, "--anchors-beside", "/etc"], "--anchors-beside: got '/etc'"),
        ([PROFILES, "--nonce-beside", ""], "--nonce-beside: got ''"),
        ([PROFILES, "-f", "xml"], "--format: got 'xml'"),
        ([PROFILES, "-f", "parquet"], "parquet needs a file"),
        ([PROFILES, "--against", "missing.json"], "the earlier comparison cannot be read"),
        ([PROFILES, "--max-age", "soon"], "--max-age"),
        ([PROFILES, "-b", "no-such-baseline"], "no-such-baseline"),
        ([PROFILES, "--scheduler", "tcp://127.0.0.1:1"], "expected one of them"),
    ],
)
def test_bad_usage_exits_with_two_and_says_what(capfd, arguments, said) -> None:
    code, out, err = run(capfd, *arguments)
    assert (code, out) == (2, "")
    assert said in err
