"""Texts, times and properties as OSCAL's data types take them.

A property's value is a string of one line without blanks at its ends (StringDatatype). Titles and
descriptions are Markdown (MarkupLineDatatype, MarkupMultilineDatatype), which OSCAL's tools turn into HTML;
``{{ insert: param, … }}`` in them is filled in. Text of others is escaped so that it is none of that.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from iotassess.model.cells import plain
from iotassess.model.claim import Claim
from iotassess.model.visible import visible
from iotassess.report.escape import escaped
from iotassess.report.oscal_ids import NAMESPACE

NS: Final = f"urn:uuid:{NAMESPACE}"
"""Namespace of our properties: a URI that needs no domain (RFC 9562, section 4)."""

NOTICE: Final = "A self-assessment against paraphrased requirements, made with the artefacts listed here."
MOST_TITLE: Final = 250
"""Characters of a title, before it is escaped: what a list shows in a line. The description has the rest."""
NOTHING: Final = "\u2014"
"""What stands for an empty text where OSCAL asks for one: a dash that begins no list."""

_SINGLE: Final = re.compile(r"[`*\[\]{}<>~^|]")
"""What means something in Markdown wherever it stands; ``~`` and ``^`` make OSCAL's sub- and superscripts."""
_WHERE: Final = re.compile(
    r"""
      \\(?=[!-/:-@\[-`{-~]|\Z)                    # a backslash, before what it would escape or at the end
    | (?<![^\W_])_|_(?![^\W_])                    # an underscore that is not inside of a word
    | &(?=\#?\w+;)                                # a character reference
    | /(?=/) | (?<=www)\.                         # an address that readers link
    | (?<=\S)@(?=\S)                              # a mail address that they link
    | ^[#+\-=]                                    # a heading, a rule, an item of a list
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What means something in Markdown at that place."""
_NUMBER: Final = re.compile(r"^(\d{1,9})([.)])")
"""What begins an item of a numbered list (CommonMark 0.31.2, section 5.2)."""
_ENDS: Final = re.compile(r"^\s+|\s+\Z")


def word(text: object) -> str:
    """Write text as a property's value: one line, what does not show as an escape, and a dash for nothing.

    Args:
        text: anything; ``str()`` of it is taken.
    """
    shown = visible(str(text))
    return _ENDS.sub(lambda found: "".join(f"\\x{ord(c):02x}" for c in found.group()), shown) or NOTHING


def line(text: object, limit: int | None = MOST_TITLE) -> str:
    """Write text as a title: one line of Markdown that shows it and does nothing; a dash for nothing.

    Args:
        text: anything; ``str()`` of it is taken.
        limit: most characters that are shown; a longer one ends in "…".
    """
    return _inert(plain(text, limit)) or NOTHING


def prose(*paragraphs: object) -> str:
    """Write texts as a description: paragraphs of Markdown that show them and do nothing.

    Args:
        paragraphs: each of one line; ``str()`` of it is taken. Empty ones are left out.
    """
    lines = [_inert(plain(paragraph)) for paragraph in paragraphs]
    return "\n\n".join(filter(None, lines)) or NOTHING


def items(texts: Iterable[object]) -> str:
    """Write texts as a list of Markdown, one line each."""
    return "\n".join(f"* {line(text, None)}" for text in texts)


def _inert(text: str) -> str:
    escaped = _WHERE.sub(lambda found: f"\\{found.group()}", text)
    # Backslashes of the first round stand before other signs than these, so that none is undone.
    return _NUMBER.sub(r"\1\\\2", _SINGLE.sub(lambda found: f"\\{found.group()}", escaped))


def value(claim: Claim) -> str:
    """The value of a claim as text; yes and no as YAML writes them."""
    return str(claim.value).lower() if isinstance(claim.value, bool) else str(claim.value)


def stamp(moment: datetime.datetime) -> str:
    """Write a moment with its zone, UTC."""
    return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def day_start(day: datetime.date) -> str:
    """The first second of a day, UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def day_end(day: datetime.date) -> str:
    """The last second of a day, UTC."""
    return f"{day.isoformat()}T23:59:59Z"


Object = dict[str, Any]
"""A JSON object."""


def filled(**members: Any) -> Object:
    """Make an object without members that have nothing in them: OSCAL allows no empty lists or values.

    Args:
        members: by OSCAL's names, with ``_`` for ``-``.
    """
    return {
        name.strip("_").replace("_", "-"): member
        for name, member in members.items()
        if member is not None and member not in ("", [], {})
    }


def prop(name: str, of: object, *, group: str = "", kind: str = "", remarks: str = "") -> list[Object]:
    """Make a property of ours, or none where there is no value.

    Args:
        name: ours, a token.
        of: its value; truth becomes "true" or "false".
        group: token that the properties of one thing share.
        kind: token that says more of the name.
        remarks: Markdown, already escaped.
    """
    if of is None or of == "":
        return []
    shown = str(of).lower() if isinstance(of, bool) else word(of)
    return [filled(name=name, ns=NS, value=shown, class_=kind, group=group, remarks=remarks)]


def props(members: Mapping[str, object], group: str = "") -> list[Object]:
    """Make a property of each member that has a value.

    Args:
        members: name → value; of several values each becomes one.
        group: token that they share.
    """
    found = []
    for name, of in members.items():
        for one in of if isinstance(of, list | tuple) else (of,):
            found += prop(name, one, group=group)
    return found


def dumps(of: Any) -> str:
    """Write JSON with an object or list on one line where nothing is nested in it: most of it are properties.

    Args:
        of: the document.
    """
    return escaped(_written(of, "\n")) + "\n"


_LEAF: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def _written(of: Any, end: str) -> str:
    members = of.values() if isinstance(of, dict) else of if isinstance(of, list) else ()
    if not any(isinstance(member, dict | list) for member in members):
        return _LEAF.encode(of)
    inner = f"{end}  "
    if isinstance(of, dict):
        rows = [f"{_LEAF.encode(name)}: {_written(member, inner)}" for name, member in of.items()]
        return f"{{{inner}{f',{inner}'.join(rows)}{end}}}"
    return f"[{inner}{f',{inner}'.join(_written(member, inner) for member in of)}{end}]"


def own(name: str, of: str) -> Object:
    """Make a property of OSCAL's own.

    Args:
        name: one that OSCAL lists.
        of: value that it lists.
    """
    return {"name": name, "value": of}
