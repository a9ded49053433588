"""The archive: a ZIP in one canonical form. The same files give the same bytes, and there is no other form.

Nothing is compressed: what a compressor makes of a file differs from one of its versions to the next, and a
reader that unpacks nothing cannot be made to unpack too much. Every field has one value: the date is
1980-01-01, the mode 0644, names are UTF-8 and in order, there is no comment and no extra field. So the reader
need not judge what a lenient one would make of an archive; it compares each header, byte for byte, with the
one that it would write, and says what differs (PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16).
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Mapping
from typing import Final, NoReturn

from iotassess.bundle.names import collision, parents, why_not
from iotassess.errors import IotassessError
from iotassess.model.visible import cut
from iotassess.report.shapes_bundle import MAX_FILES

MAX_ENTRIES: Final = MAX_FILES + 2
"""Files of one archive: those that a manifest may list, the manifest, and its signature."""

MAX_FOLDERS: Final = 2_000
"""Folders of one bundle, those within others counted, too: each has to be made when it is unpacked."""

MAX_FILE_BYTES: Final = 256 << 20
"""Bytes of one file: the largest firmware image that is read."""

MAX_TOTAL_BYTES: Final = 512 << 20
"""Bytes of the whole archive, which is held in memory."""

MOST_QUOTED: Final = 100
"""Characters of a name in a message."""

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"

_VERSION: Final = 20
"""Version 2.0 of the format: entries in folders."""

_MADE_BY: Final = 3 << 8 | _VERSION
"""By a Unix program, so that the upper half of the attributes is a mode."""

_UTF8: Final = 1 << 11
_ENCRYPTED: Final = 1 << 0
_SIZES_BEHIND: Final = 1 << 3
_STORED: Final = 0
_DATE: Final = 1 << 5 | 1
"""1980-01-01, the first day that the format has."""

_MODE: Final = stat.S_IFREG | 0o644

_TYPES: Final = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}

_FIELDS: Final = (
    "mark",
    "version that made it",
    "version needed",
    "flags",
    "method",
    "time",
    "date",
    "checksum",
    "packed size",
    "size",
    "length of its name",
    "extra field",
    "comment",
    "disk",
    "internal attributes",
    "attributes",
    "offset",
)
"""Fields of an entry of the directory, in their order."""


class UnreadableBundle(IotassessError):  # noqa: N818 - what is wrong is the file, not the program
    """A file is no bundle, or none that can be read without guessing."""

    exit_code = 3


def write(files: Mapping[str, bytes]) -> bytes:
    """Write an archive.

    Args:
        files: name → bytes.

    Raises:
        UnreadableBundle: a name, or how much it is, would make the reader refuse it.
    """
    names = sorted(files, key=str.encode)
    if len(names) > MAX_ENTRIES:
        raise UnreadableBundle(f"{len(names)} files; a bundle has at most {MAX_ENTRIES}")
    _refuse_names(names)
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in names:
        data = files[name]
        if len(data) > MAX_FILE_BYTES:
            raise UnreadableBundle(f"{name} has {len(data)} bytes, a file here at most {MAX_FILE_BYTES}")
        checksum = zlib.crc32(data)
        head = _local(name.encode(), checksum, len(data))
        directory.append(_central(name.encode(), checksum, len(data), offset))
        pieces += head, data
        offset += len(head) + len(data)
    size = sum(map(len, directory))
    total = offset + size + _END.size
    if total > MAX_TOTAL_BYTES:
        raise UnreadableBundle(f"{total} bytes in all; a bundle has at most {MAX_TOTAL_BYTES}")
    return b"".join([*pieces, *directory, _end(len(names), size, offset)])


def read(data: bytes) -> dict[str, bytes]:
    """Read an archive that :func:`write` wrote, or one that is the same byte for byte.

    1. Find the end, and the number of entries.
    2. Walk through the entries from the first byte on; each header is the one that its file has to have.
    3. Compare the directory, entry by entry, and that nothing stands between or behind.
    4. Hold the names against each other.

    Args:
        data: the file.

    Returns:
        Name → bytes, in the order of the names.

    Raises:
        UnreadableBundle: it is anything else; with the reason.
    """
    if len(data) > MAX_TOTAL_BYTES:
        raise UnreadableBundle(f"the file has {len(data)} bytes; a bundle has at most {MAX_TOTAL_BYTES}")
    count = _count(data)
    files: dict[str, bytes] = {}
    directory: list[bytes] = []
    at = 0
    for _ in range(count):
        name, content, entry, at = _entry(data, at)
        if name in files:
            raise UnreadableBundle(f"the entry {_quoted(name)} stands twice")
        files[name] = content
        directory.append(entry)
    end = _directory(data, at, list(files), directory)
    if data[end:] != _end(count, end - at, at):
        raise UnreadableBundle(_why_end(data, end))
    names = list(files)
    _refuse_names(names)
    if names != sorted(names, key=str.encode):
        raise UnreadableBundle("its entries do not stand in the order of their names")
    return files


# --- headers ------------------------------------------------------------------------------------


def _local(name: bytes, checksum: int, size: int) -> bytes:
    fields = (_VERSION, _UTF8, _STORED, 0, _DATE, checksum, size, size, len(name), 0)
    return _LOCAL.pack(_LOCAL_MARK, *fields) + name


def _central(name: bytes, checksum: int, size: int, offset: int) -> bytes:
    fields = (_MADE_BY, _VERSION, _UTF8, _STORED, 0, _DATE, checksum, size, size, len(name), 0)
    return _CENTRAL.pack(_CENTRAL_MARK, *fields, 0, 0, 0, _MODE << 16, offset) + name


def _end(count: int, size: int, offset: int) -> bytes:
    return _END.pack(_END_MARK, 0, 0, count, count, size, offset, 0)


# --- reading ------------------------------------------------------------------------------------


def _count(data: bytes) -> int:
    """Number of entries, as the end of the archive says."""
    if data[:4] not in (_LOCAL_MARK, _END_MARK):
        raise UnreadableBundle("the file does not begin as a ZIP archive does")
    if len(data) < _END.size or data[-_END.size :][:4] != _END_MARK:
        found = data.rfind(_END_MARK)
        if found < 0:
            raise UnreadableBundle("the archive was cut off: it has no end")
        behind = len(data) - found - _END.size
        raise UnreadableBundle(
            f"{behind} byte(s) stand behind the end of the archive" if behind > 0 else "its end was cut off"
        )
    count: int = _END.unpack(data[-_END.size :])[4]
    if count > MAX_ENTRIES:
        raise UnreadableBundle(f"{count} entries; a bundle has at most {MAX_ENTRIES}")
    return count


def _entry(data: bytes, at: int) -> tuple[str, bytes, bytes, int]:
    """Read the entry at an offset: its name, its bytes, its place in the directory, and where it ends."""
    if data[at : at + 4] != _LOCAL_MARK or len(data) < at + _LOCAL.size:
        raise UnreadableBundle(f"no entry begins at byte {at}, where one has to")
    fields = _LOCAL.unpack_from(data, at)
    flags, method, checksum, packed, size, length = fields[2], fields[3], *fields[6:10]
    start = at + _LOCAL.size + length
    raw = data[at + _LOCAL.size : start]
    shown = _quoted(raw.decode("utf-8", "replace"))
    if flags & _ENCRYPTED:
        raise UnreadableBundle(f"the entry {shown} is encrypted")
    if method != _STORED:
        raise UnreadableBundle(f"the entry {shown} is compressed (method {method}); in a bundle nothing is")
    if flags & _SIZES_BEHIND:
        raise UnreadableBundle(f"the entry {shown} has its size behind it, so nobody can tell where it ends")
    if packed != size or size > MAX_FILE_BYTES or start + size > len(data):
        raise UnreadableBundle(
            f"the entry {shown} says that it has {packed} of {size} bytes, which are not there"
        )
    content = data[start : start + size]
    if zlib.crc32(content) != checksum:
        raise UnreadableBundle(f"the entry {shown} is damaged: its checksum does not hold")
    if data[at:start] != _local(raw, checksum, size):
        raise UnreadableBundle(f"the header of the entry {shown} is not written as a bundle writes it")
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableBundle(f"the name {shown} is not UTF-8") from None
    return name, content, _central(raw, checksum, size, at), start + size


def _directory(data: bytes, at: int, names: list[str], expected: list[bytes]) -> int:
    """Hold the directory against the entries, and give where it ends."""
    for name, entry in zip(names, expected, strict=True):
        found = data[at : at + len(entry)]
        if found != entry:
            _explain(name, found, entry)
        at += len(entry)
    return at


def _explain(name: str, found: bytes, expected: bytes) -> NoReturn:
    """Say in what an entry of the directory differs from the one that belongs there."""
    if found[:4] != _CENTRAL_MARK or len(found) < _CENTRAL.size:
        raise UnreadableBundle(f"the directory does not have {_quoted(name)} in its place")
    got, wanted = _CENTRAL.unpack_from(found), _CENTRAL.unpack_from(expected)
    kind = stat.S_IFMT(got[15] >> 16)
    if kind in _TYPES:
        raise UnreadableBundle(f"the entry {_quoted(name)} is {_TYPES[kind]}, not a file")
    for label, one, other in zip(_FIELDS, got, wanted, strict=True):
        if one != other:
            raise UnreadableBundle(
                f"the directory and the entry {_quoted(name)} disagree: {label} is {one}, expected {other}"
            )
    raise UnreadableBundle(f"the directory has another name where {_quoted(name)} belongs")


def _why_end(data: bytes, at: int) -> str:
    if data[at : at + 4] == _CENTRAL_MARK:
        return "the directory names more entries than there are"
    if _END.unpack(data[-_END.size :])[7]:
        return "the archive has a comment"
    return f"something stands between the directory and the end, from byte {at} on"


def _quoted(name: str) -> str:
    """A name for a message, which is somebody else's text."""
    return ascii(cut(name, MOST_QUOTED))


def _refuse_names(names: list[str]) -> None:
    for name in names:
        wrong = why_not(name)
        if wrong is not None:
            raise UnreadableBundle(f"the name {_quoted(name)} cannot be used: {wrong}")
    folders = {folder for name in names for folder in parents(name)}
    if len(folders) > MAX_FOLDERS:
        raise UnreadableBundle(f"{len(folders)} folders; a bundle has at most {MAX_FOLDERS}")
    met = collision(names)
    if met is not None:
        raise UnreadableBundle(
            f"the names {_quoted(met[0])} and {_quoted(met[1])} would be one on some disks"
        )
