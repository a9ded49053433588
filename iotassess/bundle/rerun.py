"""The assessment made anew from the files of a bundle alone, and held against the result in it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from iotassess import __version__
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import load_catalogue, shipped_id
from iotassess.bundle.call import Made, make
from iotassess.bundle.difference import differences
from iotassess.bundle.manifest import RESULT, SIGNER, Manifest
from iotassess.bundle.names import parents
from iotassess.bundle.staging import unpacked
from iotassess.codec import json
from iotassess.errors import IotassessError, MalformedArtefact
from iotassess.model.bundle import Difference, Reason, Rerun
from iotassess.model.visible import cut
from iotassess.policy.old_result import MAX_BYTES as MAX_RESULT_BYTES
from iotassess.profile import LoadedProfile, documents, evidence_entries

MOST_VALUE = 80
"""Characters of a value in a message."""


class Again(NamedTuple):
    """What came of making the assessment anew.

    Attributes:
        made: the assessment, or None where it cannot be made.
        state: whether it is the one in the bundle.
        reasons: what stands in the way of accepting the bundle, what made the difference first.
        differences: places where the results differ.
        left_out: how many more there are.
    """

    made: Made | None
    state: Rerun
    reasons: tuple[Reason, ...]
    differences: tuple[Difference, ...] = ()
    left_out: int = 0


def rerun(manifest: Manifest, files: Mapping[str, bytes]) -> Again:
    """Make the assessment anew, and compare.

    Args:
        manifest: of the bundle.
        files: of the bundle, all as the manifest lists them.
    """
    made, failed = _make(manifest, files)
    reasons = [*_other_tool(manifest), *_other_catalogues(manifest, made)]
    if made is None:
        told = f"the assessment cannot be made from the bundle: {failed}"
        return Again(None, "not-done", (*reasons, Reason("rerun-failed", "", told)))
    reasons += _unused(manifest, made.profile)
    if made.result == files[RESULT]:
        return Again(made, "identical", tuple(reasons))
    told, found, left_out = _compare(files[RESULT], made.result)
    return Again(made, "different", (*reasons, Reason("result-differs", RESULT, told)), found, left_out)


def _make(manifest: Manifest, files: Mapping[str, bytes]) -> tuple[Made | None, str]:
    """Assess the files in a folder of their own, which no message names."""
    judged = {path: data for path, data in files.items() if path not in (RESULT, SIGNER)}
    with unpacked(judged) as root:
        try:
            return make(root, manifest.call), ""
        except IotassessError as fault:
            return None, fault.message.replace(f"{root}/", "")


# --- what may differ ----------------------------------------------------------------------------


def _other_tool(manifest: Manifest) -> Iterator[Reason]:
    if manifest.tool_version != __version__:
        yield Reason(
            "tool-version",
            "",
            f"made by iotassess {manifest.tool_version}, and this is {__version__}: verdicts may differ, and "
            "only the version that made it makes the same result",
        )


def _other_catalogues(manifest: Manifest, made: Made | None) -> Iterator[Reason]:
    used = _shipped(manifest) if made is None else [one for _, one in made.catalogues]
    here = {one.id: one for one in used}
    for row in manifest.catalogues:
        own = here.pop(row.id, None)
        if own is None:
            if made is not None or row.path is None:
                told = f"{row.id} {row.edition} is not among the catalogues that this iotassess judges by"
                yield Reason("catalogue-differs", row.path or "", told)
        elif (own.edition, own.sha256) != (row.edition, row.sha256):
            yield Reason(
                "catalogue-differs",
                row.path or "",
                f"{row.id}: made with edition {row.edition}, digest {row.sha256}; here it is {own.edition}, "
                f"{own.sha256}",
            )
    for id in here:
        yield Reason("catalogue-differs", "", f"the manifest does not tell of the catalogue {id}")


def _shipped(manifest: Manifest) -> list[Catalogue]:
    return [load_catalogue(row.id) for row in manifest.catalogues if shipped_id(row.id) == row.id]


def _unused(manifest: Manifest, profile: LoadedProfile) -> Iterator[Reason]:
    """Name the files that neither the call nor the profile asks for."""
    call = manifest.call
    folder = posixpath.dirname(call.profile)
    named = [entry.path for entry in evidence_entries(profile)]
    named += [row.path for row in documents(profile)]
    used = {posixpath.normpath(f"{folder}/{path}") for path in named}
    used |= {call.profile, RESULT, SIGNER, *call.denylists, *(anchor.path for anchor in call.anchors)}
    used |= {*call.baselines, call.waivers or ""}
    if call.gate is not None:
        used |= {call.gate.policy or "", call.gate.against or "", *call.gate.baselines}
    used |= set(call.artefacts)
    folders = set(call.artefacts)
    for row in manifest.files:
        if row.path not in used and folders.isdisjoint(parents(row.path)):
            yield Reason("file-unused", row.path, "neither the call nor the profile names it; take it out")


# --- the difference -----------------------------------------------------------------------------


def _compare(was: bytes, now: bytes) -> tuple[str, tuple[Difference, ...], int]:
    """Say how the two results differ, with the places."""
    try:
        old: Any = json.loads(was, max_size=MAX_RESULT_BYTES)
    except MalformedArtefact as fault:
        return f"it cannot be read: {fault.message}", (), 0
    found, left_out = differences(old, json.loads(now, max_size=MAX_RESULT_BYTES))
    if not found:
        pairs = enumerate(zip(was, now, strict=False))
        place = next((i for i, (a, b) in pairs if a != b), min(len(was), len(now)))
        return f"it says the same and is not written the same, from byte {place} on", (), 0
    first = found[0]
    told = (
        f"{len(found) + left_out} difference(s) from the assessment made anew, the first at {first.pointer}"
    )
    return f"{told}: was {shown(first.was)}, is {shown(first.now)}", found, left_out


def shown(value: Any) -> str:
    """Write a JSON value for a message."""
    return cut(json.dumps(value), MOST_VALUE)
