"""``verify`` and ``inspect``: artefacts read by themselves, without a profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iotassess import __version__
from iotassess.cli.options import check_format, parse_as_of, parse_duration
from iotassess.cli.output import note, write_stdout
from iotassess.crosscheck.denylist import with_denied
from iotassess.crosscheck.denylist_file import load_denylists
from iotassess.crosscheck.rollback import with_rollbacks
from iotassess.evidence.collect import collect
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.evidence.verification import Verification, exit_code, parse_image, parse_nonce
from iotassess.evidence.verification import verify as read_all
from iotassess.model.assessment import AsOf
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
    denylist = load_denylists(denylists)
    read = read._replace(artefacts=with_denied(with_rollbacks(read.artefacts), denylist))
    _print(read, moment, format, claims=False)
    return exit_code(read, allow_unsigned)


def inspect(artefacts: Sequence[Path], *, format: str) -> int:
    """Show what is in artefacts: exit code 3 if one cannot be read or recognised, else 0."""
    check_format(format)
    moment = parse_as_of(None)
    read = read_all(collect(artefacts), TrustStore(), moment)
    _print(read, moment, format, claims=True)
    return 3 if read.unusable else 0


def _print(read: Verification, moment: AsOf, format: str, *, claims: bool) -> None:
    for text in read.not_done:
        note(safe(text))
    if format == "json":
        document = artefact_json.document(read.artefacts, tool_version=__version__, as_of=moment)
        write_stdout(artefact_json.dumps(document))
    else:
        write_stdout(artefact_text.render(read.artefacts, claims=claims))
