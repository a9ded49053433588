"""``assess`` and ``explain``: options in, an assessment made, reports out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from iotassess import __version__
from iotassess.assess import assess as judge
from iotassess.cli.asking import Asked
from iotassess.cli.loading import load, load_catalogues
from iotassess.cli.main import terminal_width
from iotassess.cli.options import check_format
from iotassess.cli.output import write_stdout
from iotassess.cli.writing import Reports
from iotassess.errors import UsageError
from iotassess.intake import Request
from iotassess.policy.waivers import load_waivers
from iotassess.profile import LoadedProfile
from iotassess.report import tree
from iotassess.report.artefact_json import dumps


class Wanted(NamedTuple):
    """What is wanted of an assessment, as on the command line."""

    baselines: Sequence[str]
    formats: Sequence[str]
    show: str
    sign_with: Path | None = None

    def refuse_overwriting(
        self,
        outputs: Sequence[Path],
        request: Request,
        files: Sequence[Path | None],
        loaded: LoadedProfile | None,
    ) -> None:
        """Refuse to write what is read; see :func:`iotassess.cli.overwriting.refuse_overwriting`."""
        if not outputs:
            return
        from iotassess.cli.overwriting import refuse_overwriting  # most runs write no file

        refuse_overwriting(outputs, request, (*files, self.sign_with, *map(Path, self.baselines)), loaded)


def assess(profile: Path, asked: Asked, wanted: Wanted, *, waivers: Path | None = None) -> None:
    """Assess and write the reports; parameters as on the command line.

    Raises:
        UsageError: an option, or a file that is named, is unusable.
        ProfileError: the profile is invalid.
    """
    reports = Reports.of(wanted.formats, wanted.sign_with)
    if wanted.show not in ("all", "failed"):
        raise UsageError(f"--show: got {wanted.show!r}, expected all or failed")
    request = asked.request()
    laid = load_waivers(waivers) if waivers is not None else ()
    loaded = load(profile)
    wanted.refuse_overwriting(reports.files, request, (profile, waivers, *asked.denylists), loaded)
    catalogues = load_catalogues(wanted.baselines)
    assessment = judge(
        loaded,
        request,
        catalogues,
        tool_version=__version__,
        waivers=laid,
        crosswalk=reports.crosswalk(catalogues),
    )
    reports.write(assessment, profile, "failed" if wanted.show == "failed" else "all")


def explain(id: str, profile: Path | None, asked: Asked, *, format: str) -> None:
    """Explain an id, with its answer when a profile is named; parameters as on the command line."""
    from iotassess.cli.explain import explain as explained  # an assessment does not pay for it
    from iotassess.cli.explain_ids import applicability, baselines_to_assess

    check_format(format)
    if profile is None:
        node = explained(id, None, lambda _: None)
    else:
        request = asked.request()
        loaded = load(profile)
        catalogues = [*load_catalogues(baselines_to_assess(id)), *applicability(id)]
        assessment = judge(loaded, request, catalogues, tool_version=__version__, crosswalk=())
        offsets = assessment.picture.offsets if assessment.picture is not None else {}
        node = explained(id, assessment, offsets.get)
    write_stdout(dumps(tree.as_json(node)) if format == "json" else tree.render(node, terminal_width()))
