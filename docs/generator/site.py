"""The whole of docs/: what is to be written, and whether what is there is that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docs.generator import (
    catalogue_format,
    commands,
    crosswalk,
    evidence,
    excerpts,
    gate,
    judgement,
    kinds,
    limits,
    links,
    performance,
    profile,
    requirements,
    technologies,
)

REFERENCE = "docs/reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "artefact-kinds.md": kinds.artefact_kinds,
    "appraisal.md": evidence.appraisal,
    "problems.md": evidence.problems,
    "discrepancies.md": evidence.discrepancies,
    "properties.md": evidence.properties,
    "probes.md": judgement.probe_page,
    "baselines.md": judgement.baselines,
    "catalogues.md": catalogue_format.page_of_format,
    "technologies.md": technologies.page_of_all,
    "crosswalk.md": crosswalk.crosswalk_page,
    "profile.md": profile.format_page,
    "profile-rules.md": profile.rules_page,
    "rules.md": gate.rules,
    "policy.md": gate.policy,
    "commands.md": commands.commands_page,
    "exit-codes.md": commands.exit_codes,
    "limits.md": limits.limits_page,
    "performance.md": performance.performance_page,
    "formats.md": commands.formats,
}
"""Reference page → what makes it. The baselines' own pages come besides."""


def reference() -> dict[str, str]:
    """Every reference page: path from the root → text."""
    made = {f"{REFERENCE}/{name}": make() for name, make in PAGES.items()}
    for name, text in requirements.requirement_pages():
        made[f"{REFERENCE}/{name}"] = text
    return made


def written_pages(root: Path) -> dict[str, str]:
    """Pages that people write: at the top, READMEs of folders, and docs/ without the reference."""
    patterns = ("*.md", "*/README.md", "profiles/*/README.md", "docs/**/*.md")
    files = {file for pattern in patterns for file in root.glob(pattern)}
    paths = sorted(f.relative_to(root).as_posix() for f in files)
    return {path: (root / path).read_text("utf-8") for path in paths if not path.startswith(f"{REFERENCE}/")}


def desired(root: Path) -> dict[str, str]:
    """Every page as it ought to be: reference pages made anew, excerpts of written ones filled in."""
    pages = {path: excerpts.refreshed(path, text, root) for path, text in written_pages(root).items()}
    return {**pages, **reference()}


def write(root: Path) -> int:
    """Write what differs, remove reference pages that are not made any more.

    Args:
        root: the repository.

    Returns:
        How many files were changed or removed.

    Raises:
        ValueError: an excerpt is not in the output; nothing is written then.
    """
    changed = 0
    pages = desired(root)
    for path, text in pages.items():
        file = root / path
        if not file.is_file() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            changed += 1
    for path in stale(root, pages):
        (root / path).unlink()
        changed += 1
    return changed


def stale(root: Path, pages: Mapping[str, str]) -> list[str]:
    """Reference pages that nothing makes."""
    there = sorted((root / REFERENCE).glob("*.md"))
    return [f.relative_to(root).as_posix() for f in there if f.relative_to(root).as_posix() not in pages]


def check(root: Path) -> list[str]:
    """Say what is not as it ought to be: drift, broken links, orphans.

    Args:
        root: the repository.
    """
    try:
        pages = desired(root)
    except ValueError as fault:
        return [str(fault)]
    return [*_drift(root, pages), *links.faults(pages, root)]


def _drift(root: Path, pages: Mapping[str, str]) -> Iterator[str]:
    for path, text in pages.items():
        file = root / path
        if not file.is_file():
            yield f"{path}: not there; run `make docs`"
        elif (there := file.read_text("utf-8")) != text:
            yield f"{path}:{_first_difference(there, text)}: not what the code says now; run `make docs`"
    for path in stale(root, pages):
        yield f"{path}: nothing makes it; run `make docs`"


def _first_difference(there: str, wanted: str) -> int:
    """The first line, from 1, in which two texts differ."""
    pairs = zip(there.split("\n"), wanted.split("\n"), strict=False)
    same = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
    return 1 + (min(there.count("\n"), wanted.count("\n")) if same is None else same)
