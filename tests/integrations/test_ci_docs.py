"""The how-to pages for CI: what they show is run here, over releases that try to get past it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from iotassess.cli.main import call
from tests.examples import ROOT, options
from tests.integrations import gitlab_runner
from tests.integrations.github_runner import Ran, Runner, read
from tests.integrations.scratch import EXAMPLES, LOCAL, Repository, git, release_first
from tests.integrations.test_gitlab_template import REPORTS, TEMPLATE

HOW_TO = ROOT / "docs" / "how-to"
PAGES = (
    "gate-a-release.md",
    "gate-in-github.md",
    "gate-in-gitlab.md",
    "validate-before-commit.md",
    "show-a-badge.md",
)
WORKFLOWS = sorted(EXAMPLES.glob("github-*.yml"))
_SHOWN = re.compile(r"<!-- file: (\S+) -->\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")
OURS = "OWNER/iotassess@COMMIT"

# --- the pages ---------------------------------------------------------------------------------------------


def shown() -> dict[str, list[str]]:
    """Files that pages show → the texts that they show of each."""
    found: dict[str, list[str]] = {}
    for page in PAGES:
        for path, text in _SHOWN.findall((HOW_TO / page).read_text("utf-8")):
            found.setdefault(path, []).append(text)
    return found


def test_pages_show_files_as_they_are() -> None:
    for path, texts in shown().items():
        for text in texts:
            assert text == (ROOT / path).read_text("utf-8"), path


def test_every_file_is_shown_and_everything_that_is_shown_is_a_file() -> None:
    assert set(shown()) == {file.relative_to(ROOT).as_posix() for file in EXAMPLES.iterdir()}
    blocks = sum((HOW_TO / page).read_text("utf-8").count("```yaml\n") for page in PAGES)
    assert blocks == sum(map(len, shown().values()))


@pytest.mark.parametrize(
    ("page", "inputs"),
    [
        ("gate-in-github.md", lambda: read(ROOT / "action.yml")["inputs"]),
        ("gate-in-github.md", lambda: read(ROOT / "action.yml")["outputs"]),
        ("gate-in-gitlab.md", lambda: gitlab_runner.header(TEMPLATE)),
    ],
    ids=["inputs", "outputs", "gitlab"],
)
def test_pages_name_every_input(page: str, inputs: Callable[[], dict[str, Any]]) -> None:
    rows = [line.split("|")[1] for line in (HOW_TO / page).read_text("utf-8").splitlines() if line[:1] == "|"]
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert set(inputs()) <= named


# --- the workflows -----------------------------------------------------------------------------------------


def steps(workflow: Path) -> list[dict[str, Any]]:
    """All steps of a workflow."""
    return [step for job in read(workflow)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_actions_are_pinned_and_given_inputs_that_they_have(workflow: Path) -> None:
    ours = [step for step in steps(workflow) if step.get("uses") == OURS]
    assert len(ours) == 1
    assert set(ours[0]["with"]) <= set(read(ROOT / "action.yml")["inputs"])
    for step in steps(workflow):
        assert step.get("uses", OURS) == OURS or _PINNED.fullmatch(step["uses"].split(" ")[0])


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_shells_are_strict_and_hold_no_expression(workflow: Path) -> None:
    for step in steps(workflow):
        if "run" in step:
            assert "${{" not in step["run"]
            assert step["shell"] == "bash", "which lets a pipe fail"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_jobs_may_do_no_more_than_they_say(workflow: Path) -> None:
    text = read(workflow)
    assert text["permissions"] == {}
    assert "pull_request_target" not in text["on"]
    for name, job in text["jobs"].items():
        gates = any(step.get("uses") == OURS for step in job["steps"])
        assert job["permissions"].get("contents") == (
            "write" if name == "publish" and "badge" in workflow.stem else "read"
        )
        assert not gates or "secrets." not in str(job), "a job that gates needs no secret"
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@") and gates:
                assert step["with"]["persist-credentials"] is False


def checked_out(product: Repository) -> None:
    """What actions/checkout leaves of a pull request: a commit on no branch, and the origin's branches."""
    product.git("push", "--quiet", "origin", "HEAD")
    product.git("switch", "--quiet", "--detach")
    product.git("branch", "--quiet", "--delete", "--force", "main")


def local(runner: Runner) -> Callable[[dict[str, str]], Ran]:
    """Calls the action, installed already, as an example has to be."""
    return lambda inputs: runner.call({**inputs, **LOCAL}, "gate")


def gated(runner: Runner, workflow: str) -> dict[str, Ran]:
    """Run the job that gates."""
    return runner.job(read(EXAMPLES / workflow)["jobs"]["gate"], {}, local(runner))


def passes_by_its_own_word(product: Repository) -> bool:
    """Whether the release passes by what it has in security/ itself."""
    asked = [str(product.profile), *options("sensor-node", product.root / "security"), "--allow-example"]
    security = product.root / "security"
    for option, file in (
        ("policy", "policy.yaml"),
        ("waivers", "waivers.yaml"),
        ("against", "released.json"),
    ):
        asked += [f"--{option}", str(security / file)]
    return call(["gate", *asked, "-f", f"text={product.root / 'own.txt'}"]) == 0


def weaken_the_policy(product: Repository) -> None:
    product.release_flawed()
    policy = product.root / "security" / "policy.yaml"
    asked = set(
        re.findall(r"^  ([a-z-]+):", (ROOT / "iotassess/policy/default.yaml").read_text(), re.MULTILINE)
    )
    rules = "".join(f"  {rule}: false\n" for rule in sorted(asked - {"schema"}))
    policy.write_text(f"schema: iotassess/policy/v1\nrules:\n{rules}")
    # Not asked for by name, but git would take a tag for a branch of the same short name.
    product.commit("a policy of one's own")
    product.git("tag", "origin/main")


def waive_what_it_breaks(product: Repository) -> None:
    product.leave_a_reason_out()
    shutil.copy(EXAMPLES / "waivers.yaml", product.root / "security")


def replace_the_earlier_result(product: Repository) -> None:
    product.leave_evidence_out()
    release_first(product.profile, product.root / "security" / "released.json")


ATTACKS: dict[Callable[[Repository], None], str] = {
    weaken_the_policy: "no-contradiction",
    waive_what_it_breaks: "mandatory-satisfied",
    replace_the_earlier_result: "artefacts-not-gone",
}


def test_a_good_pull_request_passes(runner: Runner, product: Repository) -> None:
    product.pull_request()
    checked_out(product)
    done = gated(runner, "github-pull-request.yml")
    assert done["gate"].code == 0, done["gate"].log
    assert done["gate"].outputs["sarif-file"] == "iotassess.sarif"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_pull_request_does_not_choose_by_what_it_is_judged(
    runner: Runner, product: Repository, attack: Callable[[Repository], None]
) -> None:
    product.pull_request()
    attack(product)
    assert passes_by_its_own_word(product), "else the attack is none"
    product.commit("what it wants")
    checked_out(product)
    done = gated(runner, "github-pull-request.yml")
    assert done["gate"].code == 1, done["gate"].log
    assert ATTACKS[attack] in done["gate"].log


def test_a_main_branch_without_a_policy_is_no_pass(runner: Runner, product: Repository) -> None:
    product.git("rm", "-r", "--quiet", "security")
    product.commit("gone")
    product.git("push", "--quiet", "origin", "main")
    checked_out(product)
    done = gated(runner, "github-pull-request.yml")
    assert "gate" not in done
    assert all(ran.code for ran in done.values())


def test_the_example_waiver_holds_back_what_it_names(runner: Runner, product: Repository) -> None:
    product.leave_a_reason_out()
    assert not passes_by_its_own_word(product)
    shutil.copy(EXAMPLES / "waivers.yaml", product.root / "security")
    assert passes_by_its_own_word(product)


def test_a_release_is_gated_strictly_before_it_is_published(runner: Runner, product: Repository) -> None:
    jobs = read(EXAMPLES / "github-release.yml")["jobs"]
    assert jobs["publish"]["needs"] == "gate"
    assert jobs["publish"]["environment"] == "release"
    shutil.copy(EXAMPLES / "waivers.yaml", product.root / "security")  # which this release does not need
    done = gated(runner, "github-release.yml")
    assert done["gate"].code == 4, done["gate"].log
    assert (product.root / "released.json").is_file()
    script = product.root / "release" / "publish.sh"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\nprintf "%s" "$SIGNING_KEY" > published\n')
    script.chmod(0o755)
    runner.job(jobs["publish"], {"secrets.SIGNING_KEY": "a key; touch pwned"}, local(runner))
    assert (product.root / "published").read_text() == "a key; touch pwned"


def test_the_badge_is_pushed_to_a_branch_that_holds_nothing_else(runner: Runner, product: Repository) -> None:
    jobs = read(EXAMPLES / "github-badge.yml")["jobs"]
    assert (
        next(step for step in jobs["gate"]["steps"] if step.get("id") == "gate")["continue-on-error"] is True
    )
    done = gated(runner, "github-badge.yml")
    assert done["gate"].code == 0, done["gate"].log
    badge = (product.root / "iotassess.svg").read_text()
    assert "gate passed" in badge
    (runner.temp / "badge").mkdir()  # as download-artifact leaves it
    shutil.copy(product.root / "iotassess.svg", runner.temp / "badge")
    for _ in range(2):  # the second replaces the first
        assert runner.job(jobs["publish"], {}, local(runner))["Push the badge"].code == 0
    assert git(product.origin, "ls-tree", "-r", "--name-only", "badges").split() == ["iotassess.svg"]
    assert git(product.origin, "show", "badges:iotassess.svg") == badge
    assert git(product.origin, "rev-list", "--count", "badges").strip() == "1"


# --- GitLab ------------------------------------------------------------------------------------------------


def test_a_good_merge_request_passes_in_a_plain_shell(product: Repository, environ: dict[str, str]) -> None:
    product.pull_request()
    checked_out(product)
    ran = merge_request(product, environ, "sh")
    assert ran.code == 0, ran.log
    assert "gate: passed" in ran.log
    assert all((product.root / name).stat().st_size for name in REPORTS)


def test_a_merge_request_does_not_choose_by_what_it_is_judged(
    product: Repository, environ: dict[str, str]
) -> None:
    product.pull_request()
    replace_the_earlier_result(product)
    (product.root / ".protected").symlink_to("security")
    product.commit("what it wants")
    assert passes_by_its_own_word(product), "else the attack is none"
    checked_out(product)
    ran = merge_request(product, environ)
    assert ran.code == 1, ran.log
    assert "artefacts-not-gone" in ran.log
    assert (product.root / "security" / "policy.yaml").is_file(), (
        "a link is removed, and not what it leads to"
    )


def merge_request(product: Repository, environ: dict[str, str], interpreter: str = "bash") -> Ran:
    """Run the job of the example, in which the image has iotassess."""
    pipeline = yaml.safe_load((EXAMPLES / "gitlab.yml").read_text())
    (include,) = pipeline["include"]
    assert include["component"] == "$CI_SERVER_FQDN/GROUP/iotassess/gate@COMMIT"
    inputs = {**include["inputs"], "package": "", "as-of": LOCAL["as-of"], "allow-example": True}
    ((name, job),) = gitlab_runner.interpolated(TEMPLATE, inputs).items()
    job = gitlab_runner.merged(job, pipeline[name])
    return gitlab_runner.run(job, product.root, {**environ, "CI_DEFAULT_BRANCH": "main"}, interpreter)


# --- pre-commit --------------------------------------------------------------------------------------------


def test_the_example_of_pre_commit_names_the_hook() -> None:
    (repo,) = yaml.safe_load((EXAMPLES / "pre-commit-config.yaml").read_text())["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert repo["hooks"] == [{"id": hooks[0]["id"]}]
    assert repo["rev"] == "COMMIT"
