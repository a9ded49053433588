"""A product's repository to run CI in: a protected branch, a pull request, and files that try to be run.

The product is profiles/sensor-node: its profile at the top, what decides about it in security/.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from iotassess.cli.main import call
from tests.examples import DAY, PROFILES, ROOT, challenge, edit, options

EXAMPLES = ROOT / "docs" / "how-to" / "ci"
PRODUCT = PROFILES / "sensor-node"
LOCAL = {"as-of": DAY, "allow-example": "true"}
"""What an example needs besides: it is judged on its day, and it is an example."""
TRAPS = ("venv.py", "pip.py", "json.py", "yaml.py", "iotassess.py", "sitecustomize.py")
"""Modules that Python would import from the current folder, were it not told otherwise."""
TRAP = "from pathlib import Path\nPath(__file__).with_name('pwned').touch()\n"
IDENTITY = {
    **{f"GIT_{who}_NAME": "test" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "test@localhost" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass
class Repository:
    """A clone of a product's repository.

    Attributes:
        root: its work tree.
        origin: the bare repository that it was cloned from.
    """

    root: Path
    origin: Path

    def git(self, *arguments: str) -> str:
        """Run git, which has to succeed."""
        return git(self.root, *arguments)

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--message", message)

    def pull_request(self) -> None:
        """Begin a pull request: what is committed next is not on main."""
        self.git("switch", "--quiet", "--create", "change")

    @property
    def profile(self) -> Path:
        """The profile."""
        return self.root / "profile.yaml"

    def release_flawed(self) -> None:
        """Put the flawed twin in the place of the profile."""
        shutil.copy(PRODUCT / "flawed.yaml", self.profile)

    def leave_a_reason_out(self) -> None:
        """Say no more why provision 5.3-6B is not met, so that mandatory provision 5.0-1 is not satisfied."""
        text = self.profile.read_text()
        begin = text.index('  - requirement: "5.3-6B"\n')
        end = text.index("  - requirement:", begin + 1)
        self.profile.write_text(text[:begin] + text[end:])

    def leave_evidence_out(self) -> None:
        """Name the software tag and the voucher no more."""
        edit(
            self.profile,
            ("  - artefact: evidence/app.coswid\n", ""),
            ("  - artefact: evidence/voucher.vcj\n", ""),
        )


def release_first(profile: Path, result: Path) -> None:
    """Write the result of a release that there is no earlier one to.

    Args:
        profile: of the release, which has to pass.
        result: the JSON to write.
    """
    policy = result.with_suffix(".policy.yaml")
    shutil.copy(EXAMPLES / "policy.yaml", policy)
    edit(policy, ("  earlier-result-given: true\n", ""))
    asked = [str(profile), *options("sensor-node"), "--allow-example", "--policy", str(policy)]
    assert call(["gate", *asked, "-f", f"json={result}"]) == 0
    policy.unlink()


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder without anybody's settings."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **IDENTITY}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def lay_out(folder: Path, result: Path) -> None:
    """Write the files of the product's repository.

    Args:
        folder: its work tree.
        result: JSON result of the last release.
    """
    shutil.copy(PRODUCT / "good.yaml", folder / "profile.yaml")
    for name in ("anchors", "documents", "evidence"):
        shutil.copytree(PRODUCT / name, folder / name)
    security = folder / "security"
    security.mkdir()
    shutil.copytree(PRODUCT / "anchors", security / "anchors")
    shutil.copy(EXAMPLES / "policy.yaml", security)
    shutil.copy(result, security / "released.json")
    (security / "waivers.yaml").write_text("schema: iotassess/waivers/v1\nwaivers: []\n")
    (security / "nonces.txt").write_text(challenge("sensor-node") + "\n")
    for name in TRAPS:
        (folder / name).write_text(TRAP)


def make(folder: Path, result: Path) -> Repository:
    """Make the repository, with a main branch at its origin, checked out."""
    origin, root = folder / "origin.git", folder / "product"
    folder.mkdir()
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    git(folder, "clone", "--quiet", str(origin), str(root))
    lay_out(root, result)
    repository = Repository(root, origin)
    repository.git("switch", "--quiet", "--create", "main")
    repository.commit("release 3.2.0")
    repository.git("push", "--quiet", "origin", "main")
    return repository
