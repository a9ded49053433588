"""A workbook that a stranger packed, packed anew with nothing in it that costs more than a table does.

1. Look at the zip's directory: entries, their kind, and the sizes that they say they have.
2. Unpack the members that are XML, never more than they said, and walk through each: no document type, so
   no entities; no more elements, and no longer names and attributes than a table can have; nothing below
   the last row that is read.
3. Write what was walked through: elements, attributes and text. Comments, processing instructions and spaces
   within tags are gone, so the parser behind meets no token that was not measured.
4. Pack that into a new zip, so that the library sees nothing else: no macros, no pictures, no binary parts.

Parsers are fed pieces and begin a token anew with each, so the time for a token goes with the square of its
length. Here a member is fed whole, in the library's hands it is not: hence the limit on tags.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from iotassess.ics.columns import MAX_RECORDS, UnreadableTable
from iotassess.model.cells import plain

MAX_ENTRIES: Final = 300
"""Members of the zip: a workbook with ten sheets has about thirty."""

MAX_UNPACKED: Final = 32 << 20
"""Bytes of all members unpacked, pictures among them; a table with styles has less than one MiB."""

MAX_XML: Final = 4 << 20
"""Bytes of the members that are XML, unpacked: 5000 rows of short texts in four columns have two MiB."""

MAX_TAG: Final = 1 << 16
"""Characters of names and values in one tag; the longest of a workbook are a few hundred."""

MAX_XML_NAME: Final = 256
"""Characters of an element's or attribute's name, and of a namespace, which parsers repeat with each name."""

MAX_ELEMENTS: Final = 60_000
"""XML elements of all members: 5000 rows of four cells and their values have 45,000."""

MAX_ATTRIBUTES: Final = 120_000
"""XML attributes of all members: a cell has two or three, its value none."""

MAX_OTHERS: Final = 12_000
"""XML elements that are no rows, cells or values, such as styles. They cost the library far more each."""

MAX_SHEETS: Final = 20
"""Sheets of a workbook: of each, rows without number can be asked for up to the last."""

MAX_XML_DEPTH: Final = 64
"""Elements within elements; workbooks need about ten."""

_CELLS: Final = frozenset({"row", "c", "v", "f", "t"})
"""Elements that the library reads without making an object of each."""

_MEMBER: Final = b"PK\x01\x02"
"""What an entry of a zip's directory begins with."""

_HINT: Final = "save the table anew as .xlsx or as CSV (UTF-8)"


def refuse(what: str, hint: str = _HINT) -> UnreadableTable:
    """What to raise on a workbook."""
    return UnreadableTable(f"got a workbook {what}", hint=hint)


def repack(data: bytes) -> bytes:
    """Pack the XML members of a workbook anew, each checked and written again.

    Args:
        data: the file.

    Raises:
        UnreadableTable: it is no workbook, or over a limit.
    """
    if data.count(_MEMBER) > MAX_ENTRIES:  # before the directory is read, which may be all of the file
        raise refuse(f"with more than {MAX_ENTRIES} members")
    buffer = io.BytesIO()
    walk = _Walk()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
            for info in _entries(old):
                with old.open(info) as member:
                    content = member.read(info.file_size + 1)
                new.writestr(zipfile.ZipInfo(info.filename), walk.through(content))
    except UnreadableTable:
        raise
    except Exception as fault:
        # A damaged zip; XML that is none.
        raise refuse(f"that cannot be read ({plain(type(fault).__name__)})") from None
    return buffer.getvalue()


def _entries(book: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Members that are XML, when the whole is within limits by its directory."""
    infos = book.infolist()
    total = sum(info.file_size for info in infos)
    if total > MAX_UNPACKED:
        raise refuse(f"of {total} bytes when unpacked, expected at most {MAX_UNPACKED}")
    names = [info.filename.casefold() for info in infos]
    if len(names) != len(set(names)):
        raise refuse("in which two members have the same name")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise refuse("packed in an unusual way, expected the deflate method")
    if any(info.flag_bits & 0x1 for info in infos):
        raise refuse("that is encrypted", "save it without a password")
    if "xl/workbook.xml" not in names:
        raise refuse("without xl/workbook.xml, so that it is none")
    xml = [info for info in infos if info.filename.casefold().endswith((".xml", ".rels"))]
    size = sum(info.file_size for info in xml)
    if size > MAX_XML:
        raise refuse(
            f"with {size} bytes of XML when unpacked, expected at most {MAX_XML}",
            "delete what does not belong to the table, or save it as CSV (UTF-8)",
        )
    return xml


class _Walk:
    """Walks through XML members, counts, refuses what no table needs, and writes the rest."""

    def __init__(self) -> None:
        self._elements = 0
        self._attributes = 0
        self._others = 0
        self._sheets = 0
        self._depth = 0
        self._row = 0
        self._written: list[str] = []

    def through(self, content: bytes) -> bytes:
        """Walk through one member.

        Returns:
            The same elements, attributes and text in UTF-8.

        Raises:
            UnreadableTable: it is over a limit.
            expat.ExpatError: it is not well-formed, or names an entity.
        """
        self._depth = self._row = 0
        self._written = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)
        return "".join(self._written).encode()

    def _document_type(self, *_: object) -> None:
        """Refuse it: entities are declared in one."""
        raise refuse("with a document type, which no workbook has")

    def _start(self, name: str, given: Mapping[str, str]) -> None:
        """Count, look where a value stands, and write the tag."""
        tag = name.rpartition(":")[2]
        self._depth += 1
        self._elements += 1
        self._attributes += len(given)
        self._others += tag not in _CELLS
        self._sheets += tag == "sheet"
        self._measure(name, given)
        if tag == "row":
            number = given.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
        elif tag in ("v", "t") and self._row > MAX_RECORDS:
            raise refuse(
                f"with something in row {self._row}, expected at most {MAX_RECORDS} rows",
                "delete what does not belong to the table",
            )
        self._written.append(f"<{name}{''.join(f' {key}={quoteattr(given[key])}' for key in given)}>")

    def _measure(self, name: str, given: Mapping[str, str]) -> None:
        """Hold one tag against the limits."""
        counts = (
            (self._elements, MAX_ELEMENTS, "XML elements"),
            (self._attributes, MAX_ATTRIBUTES, "XML attributes"),
            (self._others, MAX_OTHERS, "XML elements beside cells"),
            (self._sheets, MAX_SHEETS, "sheets"),
        )
        for count, limit, what in counts:
            if count > limit:
                raise refuse(
                    f"with more than {limit} {what}",
                    "delete what does not belong to the table, or save it as CSV (UTF-8)",
                )
        if self._depth > MAX_XML_DEPTH:
            raise refuse(f"with XML nested deeper than {MAX_XML_DEPTH}")
        if len(name) > MAX_XML_NAME or any(
            len(key) > MAX_XML_NAME or (key.startswith("xmlns") and len(value) > MAX_XML_NAME)
            for key, value in given.items()
        ):
            raise refuse(f"with an XML name of more than {MAX_XML_NAME} characters")
        if sum(len(key) + len(value) for key, value in given.items()) > MAX_TAG:
            raise refuse(f"with an XML tag of more than {MAX_TAG} characters")

    def _end(self, name: str) -> None:
        """Come out of an element."""
        self._depth -= 1
        self._written.append(f"</{name}>")

    def _text(self, content: str) -> None:
        """Write text. A carriage return comes here from a reference alone, and must be one again."""
        if content.isspace():
            content = " "  # parsers take each end of line by itself
        text = content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self._written.append(text.replace("\r", "&#13;"))
