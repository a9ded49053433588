"""Outputs that may not be written, or that must not be: exit code 2, and nothing is written."""

import json
import os
import subprocess
import sys

import pytest

from tests.examples import DAY, PROFILES, ROOT
from tests.faults.forking import job, single

KEY = ROOT / "fixtures" / "keys" / "verifier.key.pem"
ASKED = ["--as-of", DAY, "-b", "nist-ir-8425"]


def contents(folder):
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- may not ------------------------------------------------------------------------------------


def test_a_folder_or_a_file_without_permission_to_write_stays_as_it_is(bare, tmp_path):
    closed, open_ = tmp_path / "closed", tmp_path / "open"
    for each, mode in ((closed, 0o666), (open_, 0o444)):
        each.mkdir()
        (each / "a.json").write_text("old")
        (each / "a.json").chmod(mode)
    closed.chmod(0o555)
    targets = [closed / "a.json", closed / "new.json", open_ / "a.json"]
    runs = [
        job("assess", bare, *ASKED, "-f", f"json={target}", powerless=True, watch=target.parent)
        for target in targets
    ]
    ran = single(*runs)
    closed.chmod(0o755)
    for target, each in zip(targets, ran, strict=True):
        assert (each.code, each.out, each.files) == (2, "", {"a.json": "old"})
        assert f"cannot write {target}: Permission denied\n  name a file in a folder that can be" in each.err


def test_what_is_no_place_for_a_file_is_told(bare, out):
    (out / "folder").mkdir()
    (out / "file").write_text("old")
    targets = ["/proc/report", "/sys/report", out / "no" / "report", out / "folder", out / "file" / "report"]
    wanted = [job("assess", bare, *ASKED, "-f", f"json={target}", watch=out) for target in targets]
    product = PROFILES / "smart-plug" / "good.yaml"
    wanted += [job("ics", "export", bare, "-f", f"csv={out}/no/report", watch=out)]
    wanted += [job("bundle", product, *ASKED, "--sign-with", KEY, "-o", out / "folder", watch=out)]
    for ran in single(*wanted):
        assert (ran.code, ran.out, ran.files) == (2, "", {"file": "old"})
        assert "cannot write " in ran.err


def test_a_name_as_long_as_names_may_be_can_be_written(bare, out):
    name = "ä" * 120 + ".json"
    (ran,) = single(job("assess", bare, *ASKED, "-f", f"json={out / name}", watch=out))
    assert (ran.code, list(ran.files)) == (0, [name])


def test_a_private_report_stays_private(bare, out):
    (out / "a.json").write_text("old")
    (out / "a.json").chmod(0o600)
    (ran,) = single(job("assess", bare, *ASKED, "-f", f"json={out / 'a.json'}", watch=out))
    assert (ran.code, ran.files["a.json"][0]) == (0, "{")
    assert (out / "a.json").stat().st_mode & 0o777 == 0o600


# --- must not -----------------------------------------------------------------------------------


@pytest.fixture
def files(plug):
    """The product's folder with the relying party's files in it."""
    (plug / "waivers.yaml").write_text("schema: iotassess/waivers/v1\nwaivers: []\n")
    (plug / "policy.yaml").write_text("schema: iotassess/policy/v1\n")
    (plug / "deny.yaml").write_text((ROOT / "docs/how-to/denylist.yaml").read_text())
    (plug / "key.pem").write_bytes(KEY.read_bytes())
    (plug / "link.yaml").symlink_to("good.yaml")
    os.link(plug / "good.yaml", plug / "hard.yaml")
    old = plug / "old.json"
    single(job("assess", plug / "good.yaml", *ASKED, "-f", f"json={old}"))
    return plug


INPUTS = [
    "good.yaml",
    "link.yaml",
    "hard.yaml",
    "evidence/../good.yaml",
    "evidence/eat.cbor",
    "evidence/plug-fw.bin",
    "documents/user-guide.md",
    "anchors/update/update-ed25519.pub.pem",
    "evidence/flawed-unsigned.suit",
    "waivers.yaml",
    "deny.yaml",
    "key.pem",
]


def test_no_input_of_a_run_is_written_over(files):
    before = contents(files)
    common = [files / "good.yaml", files / "evidence", "-t", files / "anchors", *ASKED]
    common += [
        "--waivers",
        files / "waivers.yaml",
        "--deny",
        files / "deny.yaml",
        "--sign-with",
        files / "key.pem",
    ]
    gate = ["--policy", files / "policy.yaml", "--against", files / "old.json"]
    other = ["-f", f"csv={files}/other.csv"]
    runs = [("assess", *common, *other, "-f", f"ear={files / name}") for name in INPUTS]
    runs += [
        ("gate", *common, *gate, *other, "-f", f"ear={files / name}") for name in ("policy.yaml", "old.json")
    ]
    runs += [("bundle", *common, *gate, "-o", files / name) for name in (*INPUTS[:5], "policy.yaml")]
    runs += [("ics", "export", files / "good.yaml", "-f", f"csv={files / name}") for name in INPUTS[:5]]
    for arguments, ran in zip(runs, single(*(job(*each) for each in runs)), strict=True):
        assert (ran.code, ran.out) == (2, ""), arguments
        assert "it is read in this run, and would be lost\n  name another file" in ran.err, arguments
    assert contents(files) == before


def test_an_invalid_profile_is_not_written_over_either(bare):
    bare.write_text("nonsense: 1\n")
    (ran,) = single(job("gate", bare, *ASKED, "-f", f"json={bare}", watch=bare.parent))
    assert (ran.code, ran.files) == (2, {"bare.yaml": "nonsense: 1\n"})


def test_a_report_of_an_earlier_run_in_a_folder_of_artefacts_is_replaced_unless_it_is_one_of_them(plug):
    folder = plug / "evidence"
    runs = [
        job("assess", plug / "good.yaml", folder, *ASKED, "-f", f"{id}={folder}/report")
        for id in ("json", "json", "ear", "ear")
    ]
    assert [ran.code for ran in single(*runs)] == [0, 0, 0, 2]


@pytest.mark.parametrize("second", ["./a", "no/../a", "link"])
def test_one_file_under_two_names_is_refused(bare, out, second):
    (out / "no").mkdir()
    (out / "link").symlink_to("a")
    arguments = ["assess", bare, *ASKED, "-f", f"json={out}/a", "-f", f"csv={out}/{second}"]
    (ran,) = single(job(*arguments, watch=out))
    assert (ran.code, ran.files) == (2, {})
    assert "two reports would be written to the same file" in ran.err


# --- streams with a name ------------------------------------------------------------------------


def test_a_report_to_a_stream_by_name_is_added_to_the_file_behind_it(bare, tmp_path):
    log = tmp_path / "log"
    log.write_text("before\n")
    script = (
        '"$0" -m iotassess assess "$1" -b nist-ir-8425 -f badge=/dev/stdout -f json=/dev/fd/3 >>log 3>more'
    )
    done = subprocess.run(["sh", "-c", script, sys.executable, bare], cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 0
    assert log.read_text().startswith("before\n<svg")
    assert json.loads((tmp_path / "more").read_text())["schema"] == "iotassess/assessment/v1"
