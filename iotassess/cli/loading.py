"""Profiles and catalogues, read for all commands that judge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import ALL, DEFAULTS, SHIPPED, load_catalogue
from iotassess.cli.output import note
from iotassess.errors import UsageError
from iotassess.profile import LoadedProfile, load_profile
from iotassess.profile.faults import render
from iotassess.report.escape import safe


def load(profile: Path) -> LoadedProfile:
    """Load a profile; its warnings go to standard error."""
    loaded = load_profile(profile)
    for fault in loaded.faults:
        for line in render(fault, str(profile)).split("\n"):
            note(safe(line))
    return loaded


def load_catalogues(baselines: Sequence[str]) -> list[Catalogue]:
    """Load catalogues, each once.

    Args:
        baselines: ids or files; none stands for the defaults.

    Raises:
        UsageError: there is no such baseline, or two have one id.
    """
    wanted = [id for name in baselines or DEFAULTS for id in (SHIPPED if name == ALL else (name,))]
    catalogues: dict[str, Catalogue] = {}
    for catalogue in map(load_catalogue, dict.fromkeys(wanted)):
        first = catalogues.setdefault(catalogue.id, catalogue)
        if first != catalogue:
            raise UsageError(
                f"-b: two catalogues have the id {catalogue.id}", hint="give each an id of its own"
            )
    return list(catalogues.values())
