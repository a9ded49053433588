"""``assess`` and ``explain``: options in, an assessment made, reports out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from iotassess import __version__
from iotassess.assess import assess as judge
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import ALL, DEFAULTS, SHIPPED, load_catalogue
from iotassess.cli.main import colour_wanted, terminal_width
from iotassess.cli.options import Output, check_format, parse_as_of, parse_duration, parse_outputs
from iotassess.cli.output import current_folder, note, write_file, write_stdout
from iotassess.codec.cbor import locate
from iotassess.crosscheck.denylist_file import load_denylists
from iotassess.errors import MalformedArtefact, UsageError
from iotassess.evidence.collect import kind_of
from iotassess.evidence.trust import parse_anchor_spec
from iotassess.evidence.verification import parse_nonce
from iotassess.intake import Request
from iotassess.model.assessment import Assessment
from iotassess.model.claim import Claim
from iotassess.model.waiver import Waiver
from iotassess.policy.waivers import load_waivers
from iotassess.profile import LoadedProfile, load_profile
from iotassess.profile.faults import render
from iotassess.report import tree
from iotassess.report.artefact_json import dumps
from iotassess.report.escape import safe
from iotassess.report.registry import FORMATS, Look, Show, renderer


def request_of(
    artefacts: Sequence[Path],
    anchors: Sequence[str],
    nonces: Sequence[str],
    max_age: str | None,
    as_of: str | None,
    denylists: Sequence[Path] = (),
) -> Request:
    """Read the options of a run; parameters as on the command line."""
    return Request(
        as_of=parse_as_of(as_of),
        artefacts=artefacts,
        anchors=[parse_anchor_spec(text) for text in anchors],
        nonces=[parse_nonce(text) for text in nonces],
        max_age=parse_duration(max_age),
        denylist=load_denylists(denylists),
    )


def _assessment(
    profile: Path,
    request: Request,
    baselines: Sequence[str],
    more: Sequence[Catalogue] = (),
    waivers: Sequence[Waiver] = (),
) -> Assessment:
    """Load what is needed and judge; the profile's warnings go to standard error.

    Args:
        profile: file of the profile.
        request: artefacts, anchors, the moment.
        baselines: ids or files; none stands for the defaults.
        more: catalogues besides, made up to ask something.
        waivers: of the relying party.
    """
    loaded = load(profile)
    catalogues = [*load_catalogues(baselines), *more]
    return judge(loaded, request, catalogues, tool_version=__version__, waivers=waivers)


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


def assess(
    profile: Path,
    artefacts: Sequence[Path],
    *,
    baselines: Sequence[str],
    anchors: Sequence[str],
    nonces: Sequence[str],
    max_age: str | None,
    formats: Sequence[str],
    as_of: str | None,
    show: str,
    denylists: Sequence[Path] = (),
    waivers: Path | None = None,
) -> None:
    """Assess and write the reports; parameters as on the command line."""
    outputs = parse_outputs(list(formats), [row.id for row in FORMATS])
    if show not in ("all", "failed"):
        raise UsageError(f"--show: got {show!r}, expected all or failed")
    request = request_of(artefacts, anchors, nonces, max_age, as_of, denylists)
    laid = load_waivers(waivers) if waivers is not None else ()
    assessment = _assessment(profile, request, baselines, waivers=laid)
    write_reports(assessment, outputs, profile, "failed" if show == "failed" else "all")


def write_reports(assessment: Assessment, outputs: Sequence[Output], profile: Path, show: Show) -> None:
    """Write the reports that were asked for: files even where all is well.

    Args:
        assessment: what to write.
        outputs: formats and files.
        profile: as given, for formats that point into it.
        show: what the text report shows.
    """
    for output in outputs:
        to_terminal = output.file is None
        look = Look(
            width=terminal_width() if to_terminal else 100,
            colour=to_terminal and colour_wanted(),
            show=show,
            profile=str(profile),
            folder=current_folder(),
        )
        text = renderer(output.format)(assessment, look)
        if output.file is None:
            write_stdout(text)
        else:
            write_file(output.file, text)


def explain(
    id: str,
    profile: Path | None,
    artefacts: Sequence[Path],
    *,
    anchors: Sequence[str],
    nonces: Sequence[str],
    max_age: str | None,
    format: str,
    as_of: str | None,
    denylists: Sequence[Path] = (),
) -> None:
    """Explain an id, with its answer when a profile is named; parameters as on the command line."""
    from iotassess.cli.explain import explain as explained  # an assessment does not pay for it
    from iotassess.cli.explain_ids import applicability, baselines_to_assess

    check_format(format)
    assessment = None
    if profile is not None:
        request = request_of(artefacts, anchors, nonces, max_age, as_of, denylists)
        assessment = _assessment(profile, request, baselines_to_assess(id), applicability(id))
    node = explained(id, assessment, _Locator(profile, assessment))
    write_stdout(dumps(tree.as_json(node)) if format == "json" else tree.render(node, terminal_width()))


class _Locator:
    """Finds the byte offset of a claim, for the artefacts of one assessment."""

    def __init__(self, profile: Path | None, assessment: Assessment | None) -> None:
        self._folder = profile.parent if profile is not None else Path()
        self._artefacts = {a.path: a for a in assessment.artefacts} if assessment is not None else {}
        self._bytes = lru_cache(maxsize=64)(self._load)

    def _load(self, path: str, sha256: str) -> bytes:
        """Read an artefact again: the user's path starts here, the profile's in the profile's folder."""
        for candidate in (Path(path), self._folder / path):
            if kind_of(candidate) == "file":
                data = candidate.read_bytes()
                if hashlib.sha256(data).hexdigest() == sha256:  # and not another of the same name
                    return data
        return b""

    def __call__(self, claim: Claim) -> int | None:
        """Give the offset, or None where the decoder did not say where it read the claim."""
        artefact = self._artefacts.get(claim.source.artefact or "")
        if artefact is None:
            return None
        for shown in artefact.shown:
            if shown.property == claim.property and shown.path == claim.source.path and shown.trail:
                try:
                    return locate(self._bytes(artefact.path, artefact.sha256), shown.trail)
                except MalformedArtefact:
                    return None
        return None
