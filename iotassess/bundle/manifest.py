"""The manifest: what was asked, by which catalogues it was judged, and every other file by size and digest.

It is what the signature covers, so there is one way to write it: one that is not byte for byte what
:func:`write` makes of its content is refused.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from pydantic import TypeAdapter, ValidationError

from iotassess.baseline.loader import shipped_id
from iotassess.bundle.archive import UnreadableBundle
from iotassess.bundle.call import Call, CalledAnchor, GateCall, Nonce
from iotassess.bundle.names import parents, why_not
from iotassess.codec import json
from iotassess.errors import MalformedArtefact
from iotassess.model.assessment import AsOf
from iotassess.model.visible import cut
from iotassess.report.shapes_bundle import BundleDocument, CallShape, FileRole, FileShape, GateCallShape

SCHEMA: Final = "iotassess/bundle/v1"
MANIFEST, SIGNATURE, RESULT, SIGNER = "manifest.json", "manifest.cose", "result.json", "signer.pem"
"""Files that every bundle has at its top; one without the second is not signed."""

MEDIA_TYPE: Final = "application/vnd.iotassess.bundle+json"
"""Content type in the signature's protected header, so that no signature over anything else serves."""

MAX_BYTES: Final = 16 << 20
"""Longest manifest that is read: ten thousand files of a hundred characters have some three megabytes."""

MOST_QUOTED: Final = 200
"""Characters of a name in a message."""

_DAY: Final = datetime.timedelta(days=1, microseconds=-1)
_SINGLE: Final[Mapping[str, str]] = {"result": RESULT, "signer": SIGNER}


class File(NamedTuple):
    """One row of the manifest.

    Attributes:
        path: in the bundle.
        role: what it is there for.
        name: what the result calls it.
        size: bytes.
        sha256: hex.
    """

    path: str
    role: FileRole
    name: str
    size: int
    sha256: str


class UsedCatalogue(NamedTuple):
    """One catalogue that was judged by.

    Attributes:
        id: of the baseline.
        edition: of the document.
        sha256: of the catalogue, hex.
        path: in the bundle; None of one that is shipped with iotassess.
    """

    id: str
    edition: str
    sha256: str
    path: str | None


class Manifest(NamedTuple):
    """What a bundle says of itself."""

    tool_version: str
    call: Call
    catalogues: tuple[UsedCatalogue, ...]
    files: tuple[File, ...]


def file(path: str, role: FileRole, name: str, data: bytes) -> File:
    """Make the row of a file."""
    return File(path, role, name, len(data), digest(data))


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def write(manifest: Manifest) -> bytes:
    """Write a manifest."""
    return _bytes(tree(manifest))


def tree(manifest: Manifest) -> dict[str, Any]:
    """Turn a manifest into its JSON object."""
    rows = sorted(manifest.files, key=lambda row: row.path.encode())
    return {
        "schema": SCHEMA,
        "tool": {"name": "iotassess", "version": manifest.tool_version},
        "call": _call_json(manifest.call),
        "catalogues": [row._asdict() for row in manifest.catalogues],
        "files": [row._asdict() for row in rows],
    }


def _bytes(value: Any) -> bytes:
    return f"{json.dumps(value, indent=2)}\n".encode()


def read(data: bytes) -> Manifest:
    """Read a manifest, strictly.

    Args:
        data: the file.

    Raises:
        UnreadableBundle: it is not what :func:`write` writes, or does not agree with itself.
    """
    try:
        value = json.loads(data, max_size=MAX_BYTES)
    except MalformedArtefact as fault:
        raise _refused(fault.message) from None
    try:
        document = cast(BundleDocument, _adapter().validate_python(value))
    except ValidationError as error:
        raise _refused(_told(error)) from None
    if _bytes(value) != data:
        raise _refused("it is not written as a manifest is: order, spaces or escapes differ")
    found = Manifest(
        document["tool"]["version"],
        _call(document["call"]),
        tuple(
            UsedCatalogue(row["id"], row["edition"], row["sha256"], row["path"])
            for row in document["catalogues"]
        ),
        tuple(_file(row) for row in document["files"]),
    )
    if (wrong := next(_contradictions(found), None)) is not None:
        raise _refused(wrong)
    if _bytes(tree(found)) != data:
        raise _refused("its keys or files do not stand in their order")
    return found


def _refused(why: str) -> UnreadableBundle:
    return UnreadableBundle(
        f"{MANIFEST} cannot be read ({SCHEMA}): {why}",
        hint="a bundle of another major version needs the iotassess that made it",
    )


@functools.cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(BundleDocument)


def _told(error: ValidationError) -> str:
    """The first of pydantic's errors, in our words."""
    row = error.errors(include_url=False)[0]
    where = cut(".".join(map(str, row["loc"])) or "the whole", 120)
    if row["type"] == "too_long":
        return f"{where}: {row['msg'].lower()}"
    if row["type"] == "missing":
        return f"it has no {where}"
    if row["type"] == "extra_forbidden":
        return f"it has the unknown key {where}"
    return f"{where}: got {cut(repr(row['input']), 60)}; {row['msg'].lower()}"


# --- the call -----------------------------------------------------------------------------------


def _call_json(call: Call) -> dict[str, Any]:
    gate = call.gate
    return {
        "profile": call.profile,
        "artefacts": list(call.artefacts),
        "anchors": [anchor._asdict() for anchor in call.anchors],
        "nonces": [{"artefact": one.artefact, "value": one.value.hex()} for one in call.nonces],
        "max_age": None if call.max_age is None else int(call.max_age.total_seconds()),
        "as_of": {"start": call.as_of.start.isoformat(), "end": call.as_of.end.isoformat()},
        "baselines": list(call.baselines),
        "denylists": list(call.denylists),
        "waivers": call.waivers,
        "gate": None if gate is None else gate._asdict() | {"baselines": list(gate.baselines)},
    }


def _call(shape: CallShape) -> Call:
    age, gate = shape["max_age"], shape["gate"]
    return Call(
        profile=shape["profile"],
        artefacts=tuple(shape["artefacts"]),
        anchors=tuple(CalledAnchor(row["path"], row["purpose"], row["source"]) for row in shape["anchors"]),
        nonces=tuple(Nonce(row["artefact"], bytes.fromhex(row["value"])) for row in shape["nonces"]),
        max_age=None if age is None else datetime.timedelta(seconds=age),
        as_of=_moment(shape["as_of"]["start"], shape["as_of"]["end"]),
        baselines=tuple(shape["baselines"]),
        denylists=tuple(shape["denylists"]),
        waivers=shape["waivers"],
        gate=None if gate is None else _gate(gate),
    )


def _gate(shape: GateCallShape) -> GateCall:
    return GateCall(
        shape["policy"],
        tuple(shape["baselines"]),
        shape["against"],
        shape["strict"],
        shape["allow_example"],
    )


def _moment(start: str, end: str) -> AsOf:
    """One instant, or a whole day: between moments far apart nothing would be too late or too early."""
    try:
        found = AsOf(datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end))
    except ValueError:
        raise _refused("call.as_of: a moment that no calendar has") from None
    day = found.start.time() == datetime.time() and found.end - found.start == _DAY
    if found.start != found.end and not day:
        raise _refused("call.as_of: expected one instant, or the first and the last of a day")
    return found


# --- agreement with itself ----------------------------------------------------------------------


def _file(row: FileShape) -> File:
    return File(row["path"], row["role"], row["name"], row["size"], row["sha256"])


def _contradictions(manifest: Manifest) -> Iterator[str]:
    paths = [row.path for row in manifest.files]
    yield from _unusable(paths)
    roles = {row.path: row.role for row in manifest.files}
    if len(roles) != len(paths):
        yield f"it lists {_twice(paths)} twice"
    for own in (MANIFEST, SIGNATURE):
        if own in roles:
            yield f"it lists {own}, which it cannot know"
    for role, path in {**_SINGLE, "profile": manifest.call.profile}.items():
        named = [row.path for row in manifest.files if row.role == role]
        if named != [path]:
            yield f"it lists {cut(repr(named), MOST_QUOTED)} as {role}, expected {_quoted(path)} alone"
    for row in manifest.files:
        if not _may_be_called(row, posixpath.dirname(manifest.call.profile)):
            yield f"it calls {_quoted(row.path)} by the name {_quoted(row.name)}"
        if row.role == "unread" and row.size:
            yield f"{_quoted(row.path)} was not read, and has {row.size} bytes"
    for path, role in _needed(manifest):
        if roles.get(path) != role:
            yield f"the call names {_quoted(path)}, which it does not list as {role}"
    yield from _wrong_names(manifest.call, paths)


def _unusable(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if (wrong := why_not(path)) is not None:
            yield f"it lists {_quoted(path)}: {wrong}"


def _wrong_names(call: Call, paths: Sequence[str]) -> Iterator[str]:
    """What the call names that is not there, or names twice."""
    known = {*paths, *(folder for path in paths for folder in parents(path))}
    for path in call.artefacts:
        if path not in known:
            yield f"an artefact of the call is {_quoted(path)}, of which it lists nothing"
    for what, called in (
        ("the artefact", call.artefacts),
        ("the trust anchor", [anchor.path for anchor in call.anchors]),
    ):
        if len(set(called)) != len(called):
            yield f"the call names {what} {_twice(called)} twice"


def _twice(names: Sequence[str]) -> str:
    """The first of the names that stand there more than once, for a message."""
    return _quoted(next(name for name, count in Counter(names).items() if count > 1))


def _quoted(name: str) -> str:
    return cut(repr(name), MOST_QUOTED)


def _needed(manifest: Manifest) -> Iterator[tuple[str, FileRole]]:
    """The files that the call names one by one, each with what it has to be."""
    call = manifest.call
    named: list[tuple[str | None, FileRole]] = [(anchor.path, "trust-anchor") for anchor in call.anchors]
    named += [(path, "denylist") for path in call.denylists]
    named += [(row.path, "catalogue") for row in manifest.catalogues]
    named += [(name, "catalogue") for name in call.baselines if shipped_id(name) is None]
    named.append((call.waivers, "waivers"))
    if call.gate is not None:
        named += [(call.gate.policy, "policy"), (call.gate.against, "earlier-result")]
        named += [(name, "catalogue") for name in call.gate.baselines if shipped_id(name) is None]
    yield from ((path, role) for path, role in named if path is not None)


def _may_be_called(row: File, folder: str) -> bool:
    """Whether the name of a file is one by which the result can call it.

    Args:
        row: the file.
        folder: of the profile.
    """
    own = posixpath.basename(row.path)
    if row.name in (row.path, own, own.rpartition(".")[0]):
        return True
    return posixpath.normpath(f"{folder}/{row.name}") == row.path
