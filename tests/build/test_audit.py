"""What is known to be vulnerable fails, what is not known is said, and silence is no clean bill."""

import json
import sys

import pytest

from requirements import audit

LOCK = """\
a==1.0 \\
    --hash=sha256:00
    # via iotassess (pyproject.toml)
b==2.0 \\
    --hash=sha256:11
    # via a
"""
CLEAN = {"name": "a", "version": "1.0", "vulns": []}
FAULTY = {
    "name": "b",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}],
}
SKIPPED = {"name": "b", "skip_reason": "not found"}


@pytest.fixture
def says(tmp_path, monkeypatch):
    """A program in the place of pip-audit: what it says of the one first version, and of the whole lock."""
    lock = tmp_path / "dev.txt"
    lock.write_text(LOCK)
    program = tmp_path / "pip-audit"
    monkeypatch.setenv(audit.PIP_AUDIT, str(program))

    def runs(first, whole, *, code=0):
        program.write_text(
            f"#!{sys.executable}\nimport sys\n"
            f"asked = ' '.join(sys.argv[1:])\n"
            f"with open({str(tmp_path / 'calls')!r}, 'a') as calls:\n    print(asked, file=calls)\n"
            f"print({first!r} if 'one.txt' in asked else {whole!r})\nsys.exit({code})\n"
        )
        program.chmod(0o755)
        return audit.audit([lock])

    runs.calls = tmp_path / "calls"
    return runs


def rows(*found):
    return json.dumps({"dependencies": found, "fixes": []})


def test_a_clean_lock_passes_with_the_number_of_versions(says):
    assert says(rows(CLEAN), rows(CLEAN, {**FAULTY, "vulns": []})) == (
        0,
        "pip-audit: 2 versions audited, 0 known vulnerabilities",
    )
    for call in says.calls.read_text().splitlines():
        assert "--require-hashes" in call
        assert "--disable-pip" in call


def test_a_vulnerability_fails_and_says_where_it_is_mended(says):
    code, told = says(rows(CLEAN), rows(CLEAN, FAULTY), code=1)
    assert code == 1
    assert told.splitlines() == [
        "pip-audit: b 2.0: PYSEC-1, mended 2.1",
        "pip-audit: 2 versions audited, 1 known vulnerabilities",
    ]


def test_a_vulnerability_of_the_first_version_is_no_silence(says):
    faulty = rows({**FAULTY, "name": "a"})
    assert says(faulty, faulty, code=1)[0] == 1


@pytest.mark.parametrize("answer", ["", "Traceback", rows({"name": "a", "skip_reason": "not found"}), rows()])
def test_where_nobody_answers_it_says_so_once_and_asks_no_further(says, answer):
    code, told = says(answer, rows(CLEAN, FAULTY), code=1)
    assert code == 0
    assert told.count("\n") == 0
    assert "NOT AUDITED" in told
    assert len(says.calls.read_text().splitlines()) == 1


def test_a_missing_program_is_nobody(says, monkeypatch, tmp_path):
    monkeypatch.setenv(audit.PIP_AUDIT, str(tmp_path / "none"))
    (tmp_path / "dev.txt").write_text(LOCK)
    assert "NOT AUDITED" in audit.audit([tmp_path / "dev.txt"])[1]


def test_one_that_never_answers_is_not_waited_for(tmp_path, monkeypatch):
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setenv(audit.PIP_AUDIT, str(slow))
    assert audit.ask(tmp_path / "dev.txt", 0.2) is None


@pytest.mark.parametrize(("whole", "name"), [(rows(CLEAN, SKIPPED), "b"), ("cut off", "dev.txt")])
def test_what_was_not_audited_is_named(says, whole, name):
    code, told = says(rows(CLEAN), whole)
    assert code == 0
    assert told.splitlines()[-1] == f"pip-audit: NOT AUDITED: {name}"
