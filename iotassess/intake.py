"""Intake: every file of a run found and read, before anything is judged.

The files come from two hands. The user names artefacts and anchors on the command line; the profile, which
is the judged party, names artefacts, images, documents and anchors of its own. What the profile names has a
role, and stays inside the profile's folder.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from iotassess.crosscheck.denylist import NOTHING, Denylist
from iotassess.crosscheck.documents import SuppliedDocument
from iotassess.errors import UsageError
from iotassess.evidence.collect import (
    MAX_ARTEFACT_BYTES,
    Collected,
    Found,
    collect,
    collect_named,
    digest_file,
    locate_named,
    read_image,
)
from iotassess.evidence.companions import companions, without_used
from iotassess.evidence.context import Context, Image
from iotassess.evidence.firmware import describe
from iotassess.evidence.reading import read, without_bytes
from iotassess.evidence.registry import KINDS, Kind
from iotassess.evidence.trust import AnchorSpec, TrustStore
from iotassess.evidence.verification import Nonce, check_nonces, judge_challenge, nonce_for, read_found
from iotassess.model.artefact import Artefact, Overlooked, Problem, Role, walk
from iotassess.model.assessment import AsOf
from iotassess.profile import EvidenceEntry, LoadedProfile, documents, evidence_entries


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for.

    Attributes:
        artefacts: files and folders named on the command line.
        anchors: trust anchors that the user named.
        nonces: challenges.
        max_age: how long ago a signed time may be to count as fresh.
        as_of: the moment to judge at.
        kinds: the table of artefact kinds.
        denylist: keys and firmware that the user knows to be bad.
        root: folder that ``artefacts`` are relative to. Results name them as given all the same, so that they
            do not tell where a run took place.
        handed: artefacts that were read already, by anchors that the user named for them.
        device_keys: device (hex) → thumbprints of its attestation keys, as the user has them registered.
        sample_tokens: take the attestation tokens and results in that the profile names. Where one device of
            a fleet is judged, they are of other devices and say nothing about it.
    """

    as_of: AsOf
    artefacts: Sequence[Path] = ()
    anchors: Sequence[AnchorSpec] = ()
    nonces: Sequence[Nonce] = ()
    max_age: datetime.timedelta | None = None
    kinds: Sequence[Kind] = field(default=KINDS)
    denylist: Denylist = NOTHING
    root: Path = Path()
    handed: Sequence[Artefact] = ()
    device_keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sample_tokens: bool = True

    def with_anchors(self, anchors: Iterable[AnchorSpec]) -> Request:
        """The same with more trust anchors."""
        return replace(self, anchors=(*self.anchors, *anchors))


@dataclass(frozen=True, slots=True)
class Intake:
    """What was read.

    Attributes:
        artefacts: the user's first, then the profile's artefacts, then its images.
        documents: that the profile names, with what was found out about the files.
        store: all trust anchors.
        not_done: what was not read or not compared, and why.
        overlooked: files among those that were not read, though the user or the profile handed them in.
        unusable: what the user named and nothing could be made of: files, and folders that hold nothing.
        data: SHA-256 (hex) of an artefact's file → its bytes, to find where a claim stands.
    """

    artefacts: tuple[Artefact, ...]
    documents: tuple[SuppliedDocument, ...]
    store: TrustStore
    not_done: tuple[str, ...]
    overlooked: tuple[Overlooked, ...] = ()
    unusable: tuple[str, ...] = ()
    data: Mapping[str, bytes] = field(default_factory=dict)


def take_in(loaded: LoadedProfile, request: Request) -> Intake:
    """Read everything that a run names.

    1. Load the anchors: the user's, then the profile's, which are worth less.
    2. Find the artefacts; a file that both name is read once, in the role that the profile gives it.
    3. Digest the images that the profile names.
    4. Read the artefacts, with their challenges and the images beside them.
    5. Digest the documents.

    Raises:
        UsageError: a file named on the command line is missing, an anchor or a challenge is unusable.
    """
    folder = loaded.path.parent
    entries = evidence_entries(loaded)
    overlooked: list[Overlooked] = []
    store = TrustStore.load(
        [*request.anchors, *_profile_anchors(folder, entries, overlooked)],
        require_purpose=True,
        example=loaded.profile.example,
    )
    given = collect(request.artefacts, request.root)
    named = {entry.path: entry for entry in reversed(entries) if entry.use != "trust-anchor"}
    roles: dict[str, EvidenceEntry] = {}
    for path, entry in named.items():
        roles.setdefault(_real(folder / path), entry)
    overlooked += given.not_done
    notes: list[str] = []
    files = _files(given, request.root, folder, entries, roles, notes, overlooked)
    check_nonces(request.nonces, (found.path for found, _ in files))
    images_named = {path for path, entry in roles.items() if entry.use == "image"}
    images, shown = _images(loaded, folder, [e for e in entries if e.use == "image"], store, request.as_of)
    artefacts: list[Artefact] = list(request.handed)
    unusable = dict.fromkeys(given.folders)
    beside = companions(found for found, _ in files)
    for found, role in files:
        nonce = nonce_for(found.path, request.nonces)
        context = Context(found.path, store, request.as_of, nonce, request.max_age, images, beside, role)
        artefact = replace(read_found(found, context, request.kinds), role=role)
        if not request.sample_tokens and role is not None and _speaks_of_a_device(artefact):
            notes.append(f"{found.path}: {SAMPLE}")
            continue
        if nonce is not None:
            artefact = judge_challenge(artefact, request.nonces)
        if artefact.kind is None and _real(request.root / found.path) in images_named:
            continue  # it is the image that the profile says it is, and read as such
        if artefact.kind is None and found.folder is not None:
            said = f"{found.path}: not assessed, {artefact.problems[0].message}"
            overlooked.append(Overlooked(found.path, said))
            continue
        artefacts.append(artefact)
        if artefact.kind is None and found in given.found:
            unusable[found.path] = None
        elif artefact.kind is not None:
            unusable.pop(found.folder or "", None)
    supplied = tuple(_document(folder, loaded))
    passed_over = (one.said for one in overlooked)
    not_done = (*store.notes, *passed_over, *notes, *_untested(artefacts, request))
    data = {found.sha256: found.data for found, _ in files if found.data is not None}
    return Intake(
        _unique([*without_used(artefacts), *shown]),
        supplied,
        store,
        tuple(dict.fromkeys(not_done)),
        tuple(dict.fromkeys(overlooked)),
        tuple(unusable),
        data,
    )


def _speaks_of_a_device(artefact: Artefact) -> bool:
    """Whether an artefact is, or holds, evidence or a result about single devices."""
    return any(one.purpose in ("attestation", "results") for one in walk([artefact]))


def _real(path: Path) -> str:
    """Resolve a path for telling whether two names mean one file."""
    try:
        return str(path.resolve())
    except (OSError, ValueError, RuntimeError):
        return str(path)


def _profile_anchors(
    folder: Path, entries: Sequence[EvidenceEntry], overlooked: list[Overlooked]
) -> list[AnchorSpec]:
    """Anchors that the profile names; one that cannot be read is noted and gives nothing."""
    found: list[AnchorSpec] = []
    for entry in entries:
        if entry.use != "trust-anchor":
            continue
        path = locate_named(folder, entry.path)
        if isinstance(path, Problem):
            overlooked.append(_unread_anchor(entry, path.message))
            continue
        spec = AnchorSpec(path, entry.purpose, "profile")
        try:
            TrustStore.load([spec])
        except UsageError as fault:
            told = fault.message.replace(str(path), entry.path)  # a result has no absolute path
            overlooked.append(_unread_anchor(entry, told))
        else:
            found.append(spec)
    return found


def _unread_anchor(entry: EvidenceEntry, why: str) -> Overlooked:
    said = f"trust anchor of the profile, line {entry.line}: {why}"
    return Overlooked(entry.path, said, "trust-anchor", entry.line, entry.column)


def _files(
    given: Collected,
    root: Path,
    folder: Path,
    entries: Sequence[EvidenceEntry],
    roles: Mapping[str, EvidenceEntry],
    notes: list[str],
    overlooked: list[Overlooked],
) -> list[tuple[Found, Role | None]]:
    """Put the user's and the profile's artefacts together, each file once."""
    files: list[tuple[Found, Role | None]] = []
    seen: set[str] = set()
    for found in given.found:
        real = _real(root / found.path)
        if real in seen:
            notes.append(f"{found.path}: named twice, read once")
            continue
        entry = roles.get(real)
        seen.add(real)
        # What the user names is always read for what it is, whatever the profile says that it is.
        files.append((found, entry.role if entry and entry.use == "artefact" else None))
    for entry in entries:
        if entry.use != "artefact":
            continue
        if _real(folder / entry.path) in seen:
            if roles[_real(folder / entry.path)] != entry:
                said = f"{entry.path}: the profile names it twice; line {entry.line} was not read"
                overlooked.append(Overlooked(entry.path, said, "file", entry.line, entry.column))
            continue
        seen.add(_real(folder / entry.path))
        files.append((collect_named(folder, entry.path), entry.role))
    return files


def _images(
    loaded: LoadedProfile,
    folder: Path,
    entries: Sequence[EvidenceEntry],
    store: TrustStore,
    as_of: AsOf,
) -> tuple[tuple[Image, ...], list[Artefact]]:
    """Digest the images that the profile names: for manifests to compare, and as artefacts."""
    locators = {c.name: c.suit_component_id for c in loaded.profile.components or ()}
    images: list[Image] = []
    shown: list[Artefact] = []
    for entry in entries:
        context = Context(entry.path, TrustStore(), _NEVER, role=entry.role)
        path = locate_named(folder, entry.path)
        if isinstance(path, Problem):
            shown.append(without_bytes(context, path, kind="firmware-image"))
            continue
        image = read_image(path, entry.path)
        if isinstance(image, Problem):
            shown.append(without_bytes(context, image, kind="firmware-image"))
            continue
        shown.append(_shown_image(image, path, replace(context, keys=store, as_of=as_of)))
        component = locators.get(entry.component or "")
        if component is not None:
            images.append(image._replace(component=component))
    return tuple(images), shown


def _shown_image(image: Image, path: Path, context: Context) -> Artefact:
    """An image as an artefact; one with a signature of its own is read as that, whatever it is called."""
    if image.format == "mcuboot" and image.size <= MAX_ARTEFACT_BYTES:
        return replace(read(path.read_bytes(), context, kind="mcuboot-image"), role=context.role)
    return describe(image, context)


SAMPLE = "not taken in, it is about a device that is a sample"
"""Why a token that the profile names is left out where one device of a fleet is judged."""

_NEVER = AsOf(datetime.datetime.min, datetime.datetime.min)
"""An image has no moment: nothing in it is judged by time."""


def _document(folder: Path, loaded: LoadedProfile) -> list[SuppliedDocument]:
    """Digest the documents that the profile names."""
    found = []
    for row in documents(loaded):
        path = locate_named(folder, row.path)
        computed = None if isinstance(path, Problem) else digest_file(path, row.digest.alg)
        found.append(
            SuppliedDocument(
                row.property,
                row.done,
                row.path,
                row.digest,
                computed,
                row.date,
                row.source_line,
                row.subject,
                row.source_column,
            )
        )
    return found


def _untested(artefacts: Sequence[Artefact], request: Request) -> list[str]:
    """Say what could not be tested because nobody gave what it takes."""
    notes = []
    tokens = [a for a in artefacts if a.purpose == "attestation"]
    if artefacts and not request.anchors:
        notes.append("no trust anchor was named (-t): no artefact can be authenticated")
    notes += [
        f"{artefact.path}: not evaluated: {section}"
        for artefact in artefacts
        for section in (artefact.claims or {}).get("not_evaluated", ())
    ]
    if tokens and not request.nonces:
        notes.append("no challenge was given (--nonce): the tokens' nonces were not compared")
    return notes


def _unique(artefacts: Sequence[Artefact]) -> tuple[Artefact, ...]:
    """Make the names of artefacts and of the tokens in them unique, so that every claim has one source."""
    taken: dict[str, int] = {}

    def named(artefact: Artefact, path: str) -> Artefact:
        taken[path] = taken.get(path, 0) + 1
        own = path if taken[path] == 1 else f"{path} ({taken[path]})"
        while own != path and own in taken:
            taken[path] += 1
            own = f"{path} ({taken[path]})"
        taken[own] = max(taken.get(own, 0), 1)
        inside = tuple(named(x, own + x.path.removeprefix(artefact.path)) for x in artefact.nested)
        return replace(artefact, path=own, nested=inside)

    return tuple(named(artefact, artefact.path) for artefact in artefacts)
