"""Where files stand, for formats that point into them: paths from the current folder.

Those formats want paths from the root of the repository, which is the current folder of the run. What lies
outside of it is called by its name alone, so that no report tells where on the machine it was made.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import Assessment
from iotassess.model.gate import Place
from iotassess.model.places import NOWHERE, place_of_role, sound
from iotassess.report.registry import Look

NAMELESS = "profile"
"""What a path is called that has no name, such as "..": formats refuse an empty one."""

_COUNTED = re.compile(r"(?P<file>.+) \(\d+\)", re.DOTALL)
"""A name that was made unique: the file was read in two roles."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one artefact, or one token inside of one, stands.

    Attributes:
        file: path of its file from the current folder, "/" between its steps; never absolute, never above it.
        inside: where in that file it is, or "" where it is the file itself.
        place: line of the profile that names it.
    """

    file: str
    inside: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Locations:
    """Where the files of one assessment stand.

    Attributes:
        profile: path of the profile from the current folder.
        folder: the current folder, absolute, or "" where it is not known.
        home: folder of the profile, as the profile was given.
        standings: path of an artefact in the assessment → where it stands.
    """

    profile: str
    folder: str
    home: str
    standings: dict[str, Standing]

    def of(self, path: str) -> Standing:
        """Where an artefact stands; what is no artefact of the run is a document that the profile names."""
        return self.standings.get(path) or Standing(from_folder(posixpath.join(self.home, path), self.folder))


def locate(assessment: Assessment, look: Look) -> Locations:
    """Find where the files of an assessment stand.

    Args:
        assessment: what is reported.
        look: which profile was given, and in which folder.
    """
    given = look.profile or assessment.profile_path
    home = posixpath.dirname(given)
    found: dict[str, Standing] = {}
    for one in assessment.overlooked:
        named = one.line is not None
        path = posixpath.join(home, one.path) if named else one.path
        place = sound(Place(one.line, one.column)) if one.line else NOWHERE
        found[one.path] = Standing(from_folder(path, look.folder), place=place)
    files = {artefact.path for artefact in assessment.artefacts}
    for artefact in assessment.artefacts:
        found.update(_standings(artefact, files, home, look.folder))
    return Locations(from_folder(given, look.folder), look.folder, home, found)


def _standings(artefact: Artefact, files: set[str], home: str, folder: str) -> Iterator[tuple[str, Standing]]:
    """An artefact and the tokens in it, which are all in one file."""
    counted = _COUNTED.fullmatch(artefact.path)
    path = counted["file"] if counted and counted["file"] in files else artefact.path
    place = NOWHERE
    if artefact.role is not None:
        place = place_of_role(artefact.role)
        path = path if _is_from_here(path, home, folder) else posixpath.join(home, path)
    file = from_folder(path, folder)
    for one in walk([artefact]):
        inside = one.path.removeprefix(artefact.path).lstrip("#")
        yield one.path, Standing(file, inside, place)


def _is_from_here(path: str, home: str, folder: str) -> bool:
    """Whether a file that the profile names, too, goes by the name that the user gave.

    That name leads from the current folder into the profile's; the profile's own name begins there.
    """
    if not home:
        return False
    start = from_folder(posixpath.join(home, "x"), folder).removesuffix("x")
    return bool(start) and from_folder(path, folder).startswith(start)


def from_folder(path: str, folder: str) -> str:
    """Write a path as it leads from a folder: neither absolute nor above it.

    Args:
        path: absolute, or from the folder.
        folder: absolute, or "" where it is not known.

    Returns:
        The path, or its last step where it leads out of the folder.
    """
    whole = posixpath.normpath(posixpath.join(folder, path))
    start = f"{posixpath.normpath(folder).rstrip('/')}/" if folder else ""
    inner = whole.removeprefix(start)
    if whole.startswith(start) and inner.split("/")[0] not in ("", ".", ".."):
        return inner
    name = whole.rpartition("/")[2]
    return name if name not in ("", ".", "..") else NAMELESS


def uri(path: str) -> str:
    """Write a path as a relative URI reference (RFC 3986 section 4.2).

    Every character that is not unreserved is encoded, the colon too, or a first step with one would be a
    scheme. Bytes of a name that are no UTF-8 stay what they are.
    """
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    return quote(raw, safe="/")
