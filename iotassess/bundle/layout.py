"""Where everything of a call lies in its bundle: every file read once, and the call in the bundle's paths.

    profile/     the profile and what it names, as they lie to each other
    artefacts/   what the command line names besides
    anchors/     trust anchors of the user, by purpose; policy/anchors/ those of the policy
    policy/  waivers/  against/  denylists/  catalogues/     the relying party's files

Two things must stay as they were, since verdicts rest on them: what the profile calls a file, and that one
which both the profile and the command line name is one file. So what lies in the profile's folder stays at
its place there, and a folder that holds the profile's keeps it inside.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from iotassess.baseline.loader import shipped_id
from iotassess.bundle.archive import MAX_FILE_BYTES, MAX_TOTAL_BYTES
from iotassess.bundle.call import Call, CalledAnchor, GateCall, Nonce
from iotassess.bundle.names import Namer, collision, why_not
from iotassess.bundle.public import anchor_file, refuse_secret
from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import AnchorSpec, read_anchors
from iotassess.evidence.collect import Collected, Found, collect, kind_of, locate_named
from iotassess.intake import Request
from iotassess.model.artefact import Problem
from iotassess.profile import LoadedProfile, documents, evidence_entries
from iotassess.report.shapes_bundle import FileRole

UNNAMED = "given"
"""What a folder is called in a bundle that the command line names without a name, such as "..": its own name
is nobody's business."""


class GateFiles(NamedTuple):
    """What the gate is asked, in the user's paths; see :class:`iotassess.bundle.call.GateCall`."""

    policy: Path | None
    baselines: tuple[str, ...]
    against: Path | None
    strict: bool
    allow_example: bool


class Given(NamedTuple):
    """A call as the user gives it, in the user's paths.

    Attributes:
        request: artefacts, anchors (the policy's behind the user's), challenges, the moment.
        baselines: ids of shipped ones, paths of others; never none.
        denylists: files.
        waivers: file, or None.
        gate: what the gate is asked, or None where it is not.
    """

    request: Request
    baselines: tuple[str, ...]
    denylists: tuple[Path, ...] = ()
    waivers: Path | None = None
    gate: GateFiles | None = None


class Laid(NamedTuple):
    """One file of a bundle: what it is there for, what the result calls it, and its bytes."""

    role: FileRole
    name: str
    data: bytes


class Layout(NamedTuple):
    """All files of a call, by their paths in the bundle; the call in these paths; and what is to be told."""

    files: Mapping[str, Laid]
    call: Call
    notes: tuple[str, ...]


def lay_out(loaded: LoadedProfile, given: Given) -> Layout:
    """Read every file of a call, and find its place.

    1. Find out which folders stay together, and what they are called.
    2. Read the profile, what the command line names, and what the profile names.
    3. Read the anchors, and write the public half of each anew.
    4. Read the relying party's files.

    Args:
        loaded: the profile.
        given: the call.

    Raises:
        UsageError: a file is missing or cannot be read, is a second name of another, holds a secret, has a
            name that means something else elsewhere, or is more than a bundle takes.
    """
    shelf = _Shelf()
    places = _Places(loaded.path, given.request.artefacts)
    profile = f"{places.profile}/{loaded.path.name}"
    shelf.put(profile, Laid("profile", loaded.path.name, _unchanged(loaded)), real=loaded.path)
    called = _artefacts(shelf, places, given.request.artefacts)
    _named_by_profile(shelf, places, loaded)
    notes: list[str] = []
    anchors = _anchors(shelf, given.request.anchors, notes)
    call = Call(
        profile=profile,
        artefacts=tuple(dict.fromkeys(places.of(path) for path in given.request.artefacts)),
        anchors=anchors,
        nonces=tuple(_nonces(given.request.nonces, called, places, loaded)),
        max_age=given.request.max_age,
        as_of=given.request.as_of,
        baselines=tuple(shelf.catalogue(name) for name in given.baselines),
        denylists=tuple(shelf.own("denylist", "denylists", path) for path in given.denylists),
        waivers=None if given.waivers is None else shelf.own("waivers", "waivers", given.waivers),
        gate=None if given.gate is None else _gate(shelf, given.gate),
    )
    met = collision(shelf.files)
    if met is not None:
        told = f"{met[0]!r} and {met[1]!r} would be one file on some disks"
        raise UsageError(f"{told}, so they cannot be packed", hint="give one of them another name")
    return Layout(shelf.files, call, tuple(notes))


def _gate(shelf: _Shelf, gate: GateFiles) -> GateCall:
    return GateCall(
        None if gate.policy is None else shelf.own("policy", "policy", gate.policy),
        tuple(shelf.catalogue(name) for name in gate.baselines),
        None if gate.against is None else shelf.own("earlier-result", "against", gate.against),
        gate.strict,
        gate.allow_example,
    )


# --- folders that stay together -----------------------------------------------------------------


class _Places:
    """Finds the place of a file or folder that the command line names.

    Attributes:
        folder: the profile's, resolved.
        profile: where it lies in the bundle.
    """

    def __init__(self, profile: Path, artefacts: Sequence[Path]) -> None:
        self.folder = profile.parent.resolve()
        reals = [path.resolve() for path in artefacts]
        outside = [real for real in reals if not real.is_relative_to(self.folder)]
        inside_one = any(self.folder.is_relative_to(real) for real in outside)
        self._tops: dict[Path, str] = {} if inside_one else {self.folder: "profile"}
        name = Namer()
        for path, real in zip(artefacts, reals, strict=True):
            held = any(real.is_relative_to(other) for other in {self.folder, *outside} - {real})
            if not held and real not in self._tops:
                self._tops[real] = name("artefacts", path.name if path.name not in ("", "..") else UNNAMED)
        self.profile = self.of(self.folder)

    def of(self, path: Path) -> str:
        """Give the place of something below one of the folders, or of one of the files."""
        real = path.resolve()
        top = next(top for top in self._tops if real.is_relative_to(top))
        return posixpath.normpath(f"{self._tops[top]}/{real.relative_to(top).as_posix()}")


# --- the files ----------------------------------------------------------------------------------


@dataclass
class _Shelf:
    """The files of a bundle as they come together.

    Attributes:
        files: path in the bundle → what lies there.
        names: for what has no place of its own.
    """

    files: dict[str, Laid] = field(default_factory=dict)
    names: Namer = field(default_factory=Namer)
    _places: dict[str, str] = field(default_factory=dict)
    _own: dict[str, str] = field(default_factory=dict)
    _size: int = 0

    def put(self, place: str, laid: Laid, *, real: Path | None = None) -> None:
        """Put a file at its place; one that is there already stays what it was put there for first.

        Args:
            place: path in the bundle.
            laid: the file.
            real: where it lies on the user's disk, where it matters that no other name leads there.

        Raises:
            UsageError: it cannot be packed.
        """
        if real is not None:
            first = self._places.setdefault(os.path.realpath(real), place)
            if first != place:
                raise UsageError(
                    f"{place} and {first} are one file, by a link; in a bundle each file has one name",
                    hint="name it once, or put a copy in the place of the link",
                )
        if place in self.files:
            return
        wrong = why_not(place)
        if wrong is not None:
            raise UsageError(f"{place!r} cannot be packed: {wrong}", hint="give the file another name")
        refuse_secret(laid.data, place, look_inside=laid.role != "image")
        self._size += len(laid.data)
        if self._size > MAX_TOTAL_BYTES:
            raise UsageError(f"more than {MAX_TOTAL_BYTES} bytes in all: more than a bundle takes")
        self.files[place] = laid

    def own(self, role: FileRole, folder: str, path: Path) -> str:
        """Put one of the relying party's files in a folder under its name, and give its place."""
        key = f"{folder} {os.path.realpath(path)}"
        if key not in self._own:
            place = self.names(folder, path.name)
            self.put(place, Laid(role, path.name, _read(path)))
            self._own[key] = place
        return self._own[key]

    def catalogue(self, name: str) -> str:
        """Give the id of a shipped baseline, or the place of a catalogue file."""
        return shipped_id(name) or self.own("catalogue", "catalogues", Path(name))


def _read(path: Path) -> bytes:
    """Read a plain file.

    Raises:
        UsageError: it is none, cannot be read, or is too large.
    """
    try:
        if kind_of(path) != "file":
            raise UsageError(f"{path} is no plain file that can be packed", hint="check the path")
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as fault:
        raise UsageError(
            f"{path} cannot be packed: {getattr(fault, 'strerror', None) or fault}",
            hint="check its permissions",
        ) from None
    if len(data) > MAX_FILE_BYTES:
        raise UsageError(f"{path} has more than {MAX_FILE_BYTES} bytes: more than a bundle takes of one file")
    return data


def _unchanged(loaded: LoadedProfile) -> bytes:
    """The profile's bytes, which must be those that it was loaded from."""
    data = _read(loaded.path)
    if hashlib.sha256(data).hexdigest() != loaded.sha256:
        raise UsageError(f"{loaded.path} was changed while it was read", hint="pack it again")
    return data


def _artefacts(shelf: _Shelf, places: _Places, artefacts: Sequence[Path]) -> dict[str, str]:
    """Put what the command line names, and give its name as given → its place."""
    collected = collect(artefacts)
    for one in collected.not_done:
        if not Path(one.path).name.startswith("."):
            raise UsageError(
                f"{one.said}; a bundle could not show that",
                hint="take it out of the folder, or name the files one by one",
            )
    called: dict[str, str] = {}
    for found in collected.found:
        place = called[found.path] = _place(places, found.path, found.folder)
        shelf.put(place, Laid("artefact", place, _data(found)), real=Path(found.path))
    for one in collected.not_done:  # hidden: that it is there is all that the result says of it
        place = _place(places, one.path, _folder_of(one.path, collected))
        shelf.put(place, Laid("unread", place, b""))
    for folder in collected.folders:
        here = places.of(Path(folder))
        if not any(place.startswith(f"{here}/") for place in shelf.files):
            raise UsageError(f"the folder {folder} is empty", hint="leave it out")
    return called


def _place(places: _Places, path: str, folder: str | None) -> str:
    """Place of a file by its own name below the folder that was named, links in it or not."""
    if folder is None:
        return places.of(Path(path))
    return posixpath.normpath(f"{places.of(Path(folder))}/{path[len(folder.rstrip('/')) + 1 :]}")


def _folder_of(path: str, collected: Collected) -> str:
    """The folder that was named and that a file lies in."""
    inside = (folder for folder in collected.folders if path.startswith(f"{folder.rstrip('/')}/"))
    return max(inside, key=len)


def _data(found: Found) -> bytes:
    """The bytes of a file that was found: also of one that is too large to be read as an artefact."""
    if found.data is not None:
        return found.data
    if not found.sha256:
        why = found.problem.message if found.problem is not None else "it cannot be read"
        raise UsageError(f"{found.path} cannot be packed: {why}", hint="leave it out")
    return _read(Path(found.path))


def _named_by_profile(shelf: _Shelf, places: _Places, loaded: LoadedProfile) -> None:
    """Put what the profile names. What is missing, or a link that leads out, is missing in the bundle."""
    named: list[tuple[str, FileRole]] = [(e.path, e.use) for e in evidence_entries(loaded)]
    named += [(row.path, "document") for row in documents(loaded)]
    for path, role in named:
        located = locate_named(loaded.path.parent, path)
        if isinstance(located, Problem):
            continue
        place = posixpath.normpath(f"{places.profile}/{path}")
        if place not in shelf.files:
            shelf.put(place, Laid(role, path, _read(located)), real=located)


def _anchors(shelf: _Shelf, specs: Iterable[AnchorSpec], notes: list[str]) -> tuple[CalledAnchor, ...]:
    """Put the anchors of the user and of the policy, each key in a file of its own."""
    called = []
    for spec in specs:
        for anchor in read_anchors(spec, notes):
            top = "policy/anchors" if spec.source == "policy" else "anchors"
            folder = f"{top}/{anchor.purpose}" if anchor.purpose is not None else top
            name, data = anchor_file(anchor)
            place = shelf.names(folder, name)
            shelf.put(place, Laid("trust-anchor", anchor.name, data))
            called.append(
                CalledAnchor(place, anchor.purpose, "policy" if spec.source == "policy" else "user")
            )
    return tuple(called)


def _nonces(
    nonces: Iterable[Nonce], called: Mapping[str, str], places: _Places, loaded: LoadedProfile
) -> Iterable[Nonce]:
    """Call the artefacts of challenges as the new result will call them.

    A path that the command line and the profile both have may mean two files; then it meant both.
    """
    own = {entry.path for entry in evidence_entries(loaded) if entry.use == "artefact"}
    taken = set(called.values())
    for nonce in nonces:
        name = nonce.artefact
        if name is None or name not in called:
            yield nonce
            continue
        yield nonce._replace(artefact=called[name])
        if name in own and posixpath.normpath(f"{places.profile}/{name}") not in taken:
            yield nonce
