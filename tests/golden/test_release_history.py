"""A release history through the gate, each release by a process of its own: what fires, where, what does not.

The releases are in fixtures/releases, whose README says what is wrong with each. A release is held against
the result of the last one that passed, and a bad one differs in one file from the one that mends it.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.examples import ROOT

RELEASES = ROOT / "fixtures" / "releases"
FIRST_POLICY, POLICY, WAIVERS = "first-policy.yaml", "policy.yaml", "waivers.yaml"
GAP = "enisa-gp-tm/GP-TM-04"
"""The one requirement that the last release does not satisfy."""
REASONS_ON_RECORD = "etsi-en-303-645@3.1.3/5.0-1"
"""The provision that wants a reason for every recommendation left open: one that is contradicted counts as
open, so that it may come along with any contradiction."""


class Step(NamedTuple):
    """One release of the history."""

    folder: str
    firmware: str
    day: str
    against: str | None
    passes: bool


HISTORY = (
    Step("1-good", "1.0.0", "2026-03-03", None, True),
    Step("2-good", "1.1.0", "2026-05-05", "1-good", True),
    Step("3-forgotten-number", "1.2.0", "2026-07-07", "2-good", False),
    Step("3-fixed", "1.2.0", "2026-07-07", "2-good", True),
    Step("4-debug-build", "1.3.0", "2026-09-01", "3-fixed", False),
    Step("4-fixed", "1.3.0", "2026-09-01", "3-fixed", True),
    Step("5-swapped-image", "1.4.0", "2026-11-03", "4-fixed", False),
    Step("5-fixed", "1.4.0", "2026-11-03", "4-fixed", True),
    Step("6-waiver", "1.5.0", "2027-01-12", "5-fixed", True),
)
STEPS = {step.folder: step for step in HISTORY}
BAD = {"3-forgotten-number": "3-fixed", "4-debug-build": "4-fixed", "5-swapped-image": "5-fixed"}
"""A release that must not ship → the one that mends it."""


class Answer(NamedTuple):
    """What the gate answered."""

    code: int
    text: str
    raw: bytes

    @property
    def result(self) -> dict[str, Any]:
        """The JSON report."""
        return json.loads(self.raw)

    @property
    def gate(self) -> dict[str, Any]:
        """The gate's part of it."""
        return self.result["gate"]

    def fired(self, outcome: str = "failed") -> set[str]:
        """Rules of that outcome."""
        return {rule for rule, came in self.gate["rules"].items() if came == outcome}

    def found(self) -> set[tuple[str, str, int, int]]:
        """Each finding as (rule, about, line, column)."""
        return {(f["rule"], f["about"], f["line"], f["column"]) for f in self.gate["findings"]}


class Gate:
    """Runs the gate; results that a later release is held against are made when they are needed."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self.answers: dict[str, Answer] = {}

    def of(self, folder: str) -> Answer:
        """The answer to a release on its day, held against the last one that passed."""
        if folder not in self.answers:
            step, file = STEPS[folder], self.results / f"{folder}.json"
            self.answers[folder] = self.ask(folder, against=step.against, file=file)
        return self.answers[folder]

    def earlier(self, folder: str) -> Path:
        """The result that was kept of a release."""
        assert self.of(folder).code == 0
        return self.results / f"{folder}.json"

    def ask(
        self,
        folder: str,
        *,
        against: str | None,
        day: str = "",
        policy: str | None = None,
        file: Path | None = None,
        more: tuple[str, ...] = (),
        cwd: Path = RELEASES,
        **environment: str,
    ) -> Answer:
        """Ask the gate in a process of its own; all paths are relative to the folder that it runs in."""

        def here(path: Path | str) -> str:
            return os.path.relpath(RELEASES / path, cwd)

        at = RELEASES / folder
        kept = None if against is None else self.earlier(against)
        file = file or self.results / "not-kept.json"
        policy = policy if policy is not None else POLICY if against else FIRST_POLICY
        command = [
            *(sys.executable, "-m", "iotassess", "gate", here(at / "profile.yaml")),
            *("--as-of", day or STEPS[folder].day, "--allow-example"),
            *("--nonce", (at / "evidence" / "nonce.hex").read_text().strip()),
            *(("--policy", here(policy)) if policy else ()),
            *("--waivers", here(WAIVERS)),
            *(() if kept is None else ("--against", os.path.relpath(kept, cwd))),
            *("-f", "text", "-f", f"json={os.path.relpath(file, cwd)}"),
            *more,
        ]
        settings = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment}
        ran = subprocess.run(command, capture_output=True, cwd=cwd, env=settings, timeout=120)
        assert ran.stderr == b""
        return Answer(ran.returncode, ran.stdout.decode(), file.read_bytes())


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    return Gate(tmp_path_factory.mktemp("results"))


def place(folder: str, before: str, value: str) -> tuple[int, int]:
    """Line and column of a value in a release's profile, where exactly one line has it."""
    lines = (RELEASES / folder / "profile.yaml").read_text().splitlines()
    found = [(i, line.index(before) + len(before) + 1) for i, line in enumerate(lines, 1)
             if f"{before}{value}" in line]  # fmt: skip
    assert len(found) == 1, found
    return found[0]


def touched(answer: Answer, id: str) -> set[str]:
    """The requirements that the one discrepancy of that id touches, without their baselines."""
    (found,) = [d for d in answer.result["discrepancies"] if d["id"] == id]
    return set(found["requirements"])


def split(answer: Answer, contradiction: str) -> tuple[set[tuple[str, str, int, int]], set[str]]:
    """What was found of the fault itself, and the requirements that are worse for it or not satisfied."""
    about_requirements = [f for f in answer.gate["findings"] if "/" in f["about"]]
    fingerprints = {d["fingerprint"] for d in answer.result["discrepancies"] if d["id"] == contradiction}
    worse = {f["about"] for f in about_requirements} - {REASONS_ON_RECORD}
    for finding in about_requirements:
        assert finding["rule"] in {"requirements-not-worse", "mandatory-satisfied"}
        assert finding["about"] == REASONS_ON_RECORD or set(finding["discrepancies"]) == fingerprints
    return {found for found in answer.found() if "/" not in found[1]}, worse


# --- good releases ---------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [s.folder for s in HISTORY if s.passes and s.folder != "6-waiver"])
def test_a_good_release_passes_and_nothing_is_found(gate, folder):
    answer = gate.of(folder)
    assert (answer.code, answer.gate["passed"], answer.gate["findings"]) == (0, True, [])
    assert answer.gate["undecided"] == []
    assert answer.fired() == answer.fired("waived") == answer.fired("off") == set()


def test_a_good_release_is_held_against_the_one_before_and_by_the_policy_at_hand(gate):
    answer = gate.of("2-good")
    assert (answer.gate["against"], answer.gate["policy"]) == ("1-good.json", POLICY)
    ratchet = ("same-product", "requirements-not-worse", "artefacts-not-gone", "counters-not-back")
    pinned = ("product-pinned", "anchors-pinned", "required-artefacts", "earlier-result-given")
    assert {*ratchet, *pinned} <= answer.fired("passed")
    assert not answer.fired("passed") & {"minimum-level", "evidence-recent"}, "these are not asked"


def test_the_numbers_of_the_second_release_are_higher(gate):
    first, second = (
        {(c["kind"], c["of"]): c["value"] for c in gate.of(folder).result["counters"]}
        for folder in ("1-good", "2-good")
    )
    risen = {kind for kind, of in first if second[kind, of] != first[kind, of]}
    assert risen == {
        "suit-sequence-number", "installed-sequence-number", "component-version", "firmware-version"
    }  # fmt: skip
    assert second["component-version", "component boot"] == first["component-version", "component boot"]


def test_the_same_release_again_passes_against_itself(gate):
    answer = gate.ask("2-good", against="2-good")
    assert (answer.code, answer.gate["findings"]) == (0, [])


def test_leaving_out_the_earlier_result_fails_by_that_alone(gate):
    answer = gate.ask("2-good", against=None, policy=POLICY)
    assert answer.code == 1
    assert answer.found() == {("earlier-result-given", "earlier-result-given", 1, 1)}


def test_an_old_release_does_not_pass_against_a_new_one(gate):
    answer = gate.ask("1-good", against="2-good", day=STEPS["2-good"].day)
    assert answer.code == 1
    assert answer.found() == {
        ("counters-not-back", "counters-not-back", *place("1-good", "artefact: ", "evidence/update.suit")),
        ("counters-not-back", "counters-not-back", *place("1-good", "firmware_version: ", '"1.0.0"')),
        ("counters-not-back", "counters-not-back", *place("1-good", "installed_sequence_number: ", "0")),
        ("counters-not-back", "counters-not-back", *place("1-good", "  version: ", '"1.0.0"')),
    }


def test_the_first_release_passes_by_the_shipped_policy_with_named_anchors(gate):
    answer = gate.ask("1-good", against=None, policy="", more=("-t", "anchors"))
    assert (answer.code, answer.gate["policy"], answer.gate["findings"]) == (0, "default", [])


# --- three that must not ship ----------------------------------------------------------------------


@pytest.mark.parametrize(("bad", "fixed"), BAD.items())
def test_a_bad_release_differs_in_one_file_from_the_one_that_mends_it(bad, fixed):
    names = {
        path.relative_to(RELEASES / folder)
        for folder in (bad, fixed)
        for path in (RELEASES / folder).rglob("*")
        if path.is_file()
    }
    differing = [n for n in names if (RELEASES / bad / n).read_bytes() != (RELEASES / fixed / n).read_bytes()]
    assert len(names) == 7
    assert len(differing) == 1


def test_a_forgotten_sequence_number_is_found_by_the_earlier_result_alone(gate):
    answer = gate.of("3-forgotten-number")
    assert answer.code == 1
    at = place("3-forgotten-number", "artefact: ", "evidence/update.suit")
    assert answer.found() == {("counters-not-back", "counters-not-back", *at)}
    (finding,) = answer.gate["findings"]
    assert finding["message"].startswith("suit-sequence-number of ")
    assert "was 2, and stayed" in finding["message"]
    assert finding["artefact"] == "evidence/update.suit"
    assert not answer.result["discrepancies"]
    assert [p for a in answer.result["artefacts"] for p in a["problems"]] == []


def test_without_the_earlier_result_nobody_sees_the_forgotten_number(gate):
    """Which is why the policy asks for one."""
    answer = gate.ask("3-forgotten-number", against=None, policy=FIRST_POLICY)
    assert (answer.code, answer.gate["findings"]) == (0, [])


def test_a_debug_build_is_found_by_its_token(gate):
    answer = gate.of("4-debug-build")
    own, worse = split(answer, "debug-contradiction")
    declared = place("4-debug-build", "state: ", "disabled-permanently")
    token = place("4-debug-build", "artefact: ", "evidence/eat.cbor")
    assert answer.code == 1
    assert own == {
        ("no-contradiction", "debug-contradiction", *declared),
        ("no-error", "eat-debug-enabled", *token),
        ("debug-shown-locked", "debug-shown-locked", *declared),
    }
    assert {name.partition("/")[2] for name in worse} == touched(answer, "debug-contradiction")
    assert {name.partition("/")[0] for name in worse} == {b["id"] for b in answer.result["baselines"]}


def test_a_swapped_image_is_found_by_its_digest(gate):
    answer = gate.of("5-swapped-image")
    folder = "5-swapped-image"
    right = hashlib.sha256((RELEASES / "5-fixed" / "evidence" / "fw.bin").read_bytes()).hexdigest()
    own, worse = split(answer, "image-digest-mismatch")
    image = place(folder, "image: ", "evidence/fw.bin")
    assert answer.code == 1
    assert own == {
        ("no-contradiction", "image-digest-mismatch", *place(folder, "digest: ", f"sha-256:{right}")),
        ("no-error", "suit-payload-digest-mismatch", *place(folder, "artefact: ", "evidence/update.suit")),
        ("artefacts-authenticated", "artefacts-authenticated", *image),
        ("artefacts-bound", "artefacts-bound", *image),
        ("artefacts-not-gone", "artefacts-not-gone", *image),
    }
    assert {name.partition("/")[2] for name in worse} == touched(answer, "image-digest-mismatch")


@pytest.mark.parametrize("bad", BAD)
def test_every_reason_of_a_bad_release_stands_in_the_text_with_its_place(gate, bad):
    answer = gate.of(bad)
    reasons = len(answer.gate["findings"])
    assert f"gate: FAILED · {reasons} reason" in answer.text.splitlines()[0]
    for rule, _, line, column in answer.found():
        assert f"  {bad}/profile.yaml:{line}:{column}: {rule}\n" in answer.text


# --- a waiver that expires -------------------------------------------------------------------------


def waiver() -> tuple[dict[str, Any], int]:
    """The one waiver, and the line that names what it is for."""
    text = (RELEASES / WAIVERS).read_text()
    ((found,), lines) = yaml.safe_load(text)["waivers"], text.splitlines()
    return found, next(i for i, line in enumerate(lines, 1) if f"requirement: {GAP}" in line)


def last_day() -> datetime.date:
    return datetime.date.fromisoformat(str(waiver()[0]["expires"]))


def gaps() -> set[tuple[str, str, int, int]]:
    """What the gate finds of the last release, waived or not."""
    at = place("6-waiver", "execution_monitoring: ", "false")
    return {("mandatory-satisfied", GAP, *at), ("requirements-not-worse", GAP, *at)}


def test_the_known_gap_passes_by_its_waiver_and_stays_visible(gate):
    answer = gate.of("6-waiver")
    assert (answer.code, answer.gate["passed"], answer.gate["reasons"]) == (0, True, [])
    assert answer.found() == gaps()
    assert answer.fired("waived") == {"mandatory-satisfied", "requirements-not-worse"}
    for finding in answer.gate["findings"]:
        (by,) = finding["waived_by"]
        assert (by["requirement"], by["file"], by["line"]) == (GAP, WAIVERS, waiver()[1])
    assert [use["state"] for use in answer.result["waivers"]] == ["applied"]
    assert f"until {last_day()}" in " ".join(answer.text.split())
    assert waiver()[0]["approver"] in answer.text


def test_the_waiver_changes_no_verdict(gate):
    (row,) = [r for b in gate.of("6-waiver").result["baselines"] for r in b["requirements"]
              if f"{b['id']}/{r['id']}" == GAP]  # fmt: skip
    assert row["verdict"] == "not-satisfied"
    assert row["waiver"]["expires"] == str(last_day())


def test_the_waiver_holds_on_its_last_day(gate):
    answer = gate.ask("6-waiver", against="5-fixed", day=str(last_day()))
    assert (answer.code, answer.gate["passed"]) == (0, True)


def test_the_day_after_the_waiver_ends_the_release_fails_and_says_so(gate):
    answer = gate.ask("6-waiver", against="5-fixed", day=str(last_day() + datetime.timedelta(1)))
    assert answer.code == 1
    assert answer.found() == gaps()
    assert answer.fired() == {"mandatory-satisfied", "requirements-not-worse"}
    for finding in answer.gate["findings"]:
        assert finding["waived_by"] == []
        assert finding["lapsed"]["expires"] == str(last_day())
    assert [use["state"] for use in answer.result["waivers"]] == ["expired"]
    assert f"its waiver ended on {last_day()}, {WAIVERS}:{waiver()[1]}" in " ".join(answer.text.split())


def test_the_result_that_passed_by_a_waiver_does_not_outlive_it(gate):
    answer = gate.ask("6-waiver", against="6-waiver", day=str(last_day() + datetime.timedelta(1)))
    assert answer.code == 1
    assert {found[1] for found in answer.found()} == {GAP}


@pytest.mark.parametrize("folder", [s.folder for s in HISTORY if s.folder != "6-waiver"])
def test_the_waiver_of_the_last_release_does_nothing_for_the_others(gate, folder):
    answer = gate.of(folder)
    assert [use["state"] for use in answer.result["waivers"]] == ["not-yet"]
    assert not [f for f in answer.gate["findings"] if f["waived_by"] or f["lapsed"]]


# --- wherever and however it is run ----------------------------------------------------------------


def test_another_run_elsewhere_in_another_locale_gives_the_same_bytes(gate):
    bad, first = "5-swapped-image", gate.of("5-swapped-image")
    folder = RELEASES / bad / "evidence"
    again = gate.ask(bad, against="4-fixed", cwd=folder, LC_ALL="C", PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    assert (again.code, again.raw) == (1, first.raw)
    assert "\n  ../profile.yaml:" in again.text
    assert again.text.replace("../profile.yaml", f"{bad}/profile.yaml") == first.text
    assert str(ROOT) not in again.text + again.raw.decode()


# --- the page about it -----------------------------------------------------------------------------


def test_the_readme_tells_the_history_as_it_is_run():
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in (RELEASES / "README.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    told = [Step(row[0], row[1], row[2], row[3], row[5].startswith("passes")) for row in rows]
    assert told == [step._replace(against=(step.against or "-").partition("-")[0] or "-") for step in HISTORY]
    assert {path.name for path in RELEASES.iterdir() if path.is_dir()} == {*STEPS, "anchors"}
