"""``verify`` and ``inspect``: artefacts read by themselves, without a profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iotassess import __version__
from iotassess.cli.denying import read_denylists
from iotassess.cli.main import colour_wanted, terminal_width
from iotassess.cli.options import check_format, parse_as_of, parse_duration
from iotassess.cli.output import note, write_stdout
from iotassess.crosscheck.appraisal import appraise
from iotassess.crosscheck.beside import with_findings_beside
from iotassess.evidence.collect import Found, collect
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.evidence.verification import Verification, exit_code, parse_image, parse_nonce
from iotassess.evidence.verification import verify as read_all
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf
from iotassess.model.tree import Node
from iotassess.report import artefact_json, artefact_text
from iotassess.report.escape import safe


def verify(
    artefacts: Sequence[Path],
    *,
    anchors: Sequence[str],
    nonces: Sequence[str],
    max_age: str | None,
    images: Sequence[str],
    allow_unsigned: bool,
    format: str,
    as_of: str | None,
    denylists: Sequence[Path] = (),
) -> int:
    """Authenticate artefacts, print the result, and give the exit code; parameters as on the command line."""
    check_format(format)
    moment = parse_as_of(as_of)
    store = TrustStore.load([parse_anchor_spec(text) for text in anchors])
    for text in store.notes:
        note(safe(text))
    read = read_all(
        collect(artefacts),
        store,
        moment,
        nonces=[parse_nonce(text) for text in nonces],
        max_age=parse_duration(max_age),
        images=[parse_image(text) for text in images],
    )
    read = read._replace(artefacts=with_findings_beside(read.artefacts, denylist=read_denylists(denylists)))
    _print(read, moment, format)
    return exit_code(read, allow_unsigned)


def inspect(artefacts: Sequence[Path], *, format: str) -> int:
    """Show what is in artefacts: exit code 3 if one cannot be read or recognised, else 0."""
    check_format(format)
    moment = parse_as_of(None)
    collected = collect(artefacts)
    read = read_all(collected, TrustStore(), moment)
    found = {file.path: file for file in collected.found}
    _print(read, moment, format, trees=[_tree(artefact, found[artefact.path]) for artefact in read.artefacts])
    return 3 if read.unusable else 0


def _tree(artefact: Artefact, found: Found) -> Node:
    """Make the tree of one artefact's bytes."""
    from iotassess.evidence.tree import build, unread  # verify does not pay for it

    if found.data is None:
        return unread(found.size, found.problem.message if found.problem else "unknown")
    return build(found.data, artefact.kind, (artefact.claims or {}).get("layout"))


def _print(read: Verification, moment: AsOf, format: str, *, trees: Sequence[Node] | None = None) -> None:
    appraisals = appraise(read.artefacts) if trees is None else ()
    for text in read.not_done:
        note(safe(text))
    if format == "json":
        document = artefact_json.document(
            read.artefacts, trees, tool_version=__version__, as_of=moment, appraisals=appraisals
        )
        write_stdout(artefact_json.dumps(document))
    else:
        text = artefact_text.render(
            read.artefacts, trees, appraisals=appraisals, width=terminal_width(), colour=colour_wanted()
        )
        write_stdout(text)
