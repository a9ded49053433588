"""Edges of what people write: profiles, policies, filled tables, names in bundles, versions."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl

from iotassess.bundle import names
from iotassess.ics.reading import read_file, read_table
from iotassess.model.flow import Flow
from iotassess.model.versions import order
from iotassess.policy.reading import load_policy
from iotassess.policy.waivers import load_waivers
from iotassess.profile import load_profile_bytes
from iotassess.profile.suggestions import closest
from tests.ics.making import as_csv, as_xlsx, repacked, saved
from tests.ics.test_reading import ROW
from tests.limits.edge import Edge, refusal
from tests.policy.test_waivers import FULL
from tests.profile.test_claims import MINIMAL

# --- profile ------------------------------------------------------------------------------------


def _profile(text: str) -> str:
    return refusal(lambda: load_profile_bytes(text.encode(), "profile.yaml"))


def text(size: int) -> str:
    return _profile(f"product: {{vendor: {'v' * size}, model: Node}}")


def hex_digits(size: int) -> str:
    return _profile(f"{MINIMAL}components: [{{name: app, signer: '{'a' * size}'}}]")


def domain(size: int) -> str:
    labels = f"{'a' * 60}." * 5
    name = f"{labels[: size - 4].rstrip('.').ljust(size - 4, 'a')}.org"
    return _profile(f"product: {{vendor: Example, model: Node, vendor_domain: {name}}}")


def path(size: int) -> str:
    return _profile(f"{MINIMAL}evidence: [{{artefact: {'p' * size}}}]")


def pen(size: int) -> str:
    return _profile(f"{MINIMAL}identity: {{oemid: 'pen:{size}'}}")


def word(size: int) -> str:
    found = closest("h" * size, ["h" * (size - 1)])
    return "" if found else f"a word of {size} characters is compared with none"


def known_words(size: int) -> str:
    found = closest("wanted", [*(f"{number:07}" for number in range(size - 1)), "wanted_"])
    return "" if found else f"of {size} words the last is not compared"


def version(size: int) -> str:
    answer = order("1", "2".ljust(size, "0"))
    return "" if answer == "higher" else f"a version of {size} characters has no order"


def port(size: int) -> str:
    try:
        Flow.parse(f"outbound tcp/{size} dns:updates.example")
    except ValueError as error:
        return str(error)
    return ""


# --- policy -------------------------------------------------------------------------------------


def _written(content: str, load: object, name: str) -> str:
    with tempfile.TemporaryDirectory() as root:
        file = Path(root, name)
        file.write_text(content)
        return refusal(lambda: load(file))  # type: ignore[operator]


def _waiver(**fields: str) -> str:
    rows = [f"{key}: {value}" for key, value in {**FULL, **fields}.items() if value is not None]
    content = "schema: iotassess/waivers/v1\nwaivers:\n  - " + "\n    ".join(rows) + "\n"
    return _written(content, load_waivers, "waivers.yaml")


def name(size: int) -> str:
    return _waiver(approver="a" * size)


def prose(size: int) -> str:
    return _waiver(justification="j" * size)


def policy_faults(size: int) -> str:
    rows = "".join(f"rule-{number}: true, " for number in range(size))
    told = _written(f"schema: iotassess/policy/v1\nrules: {{{rows}}}\n", load_policy, "policy.yaml")
    count = told.count("policy.yaml:")
    return f"{size} faults, {count} are told" if count < size else ""


# --- filled tables ------------------------------------------------------------------------------


def _table(data: bytes) -> str:
    return refusal(lambda: read_table(data))


def records(size: int) -> str:
    """The header is one of them."""
    return _table(as_csv(*[ROW] * (size - 1)))


def cells(size: int) -> str:
    return _table(as_csv((*ROW, *"x" * (size - len(ROW)))))


def cell(size: int) -> str:
    return _table(as_csv((*ROW[:3], "x" * size)))


def table_bytes(size: int) -> str:
    with tempfile.TemporaryDirectory() as root:
        file = Path(root, "table.xlsx")
        file.write_bytes(as_xlsx(ROW).ljust(size, b"\0"))
        told = refusal(lambda: read_file(file))
        return told if "larger than" in told else ""


def text_bytes(size: int) -> str:
    before = b"# remark".ljust(1023) + b"\n"
    data = as_csv(ROW)
    lines, rest = divmod(size - len(data), len(before))
    return _table(before * lines + b" " * (rest - 1) + b"\n" + data)


def header(size: int) -> str:
    """The header with blanks behind it, and the end of its line."""
    head = "Reference,Status,Support,Detail".ljust(size - 1)
    return _table(f"{head}\n{','.join(ROW)}\n".encode())


def members(size: int) -> str:
    there = len(zipfile.ZipFile(io.BytesIO(as_xlsx(ROW))).namelist())
    return _table(repacked(as_xlsx(ROW), more={f"x{at}.txt": b"" for at in range(size - there)}))


def unpacked(size: int) -> str:
    data = as_xlsx(ROW)
    there = sum(info.file_size for info in zipfile.ZipFile(io.BytesIO(data)).infolist())
    more = {"xl/media/x.bin": bytes(size - there)}
    return _table(repacked(data, more=more, compression=zipfile.ZIP_DEFLATED))


def xml_depth(size: int) -> str:
    return _table(repacked(as_xlsx(ROW), more={"a.xml": b"<a>" * size + b"</a>" * size}))


def sheets(size: int) -> str:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ROW)))
    for _ in range(size - 1):
        book.create_sheet()
    return _table(saved(book))


# --- names in bundles ---------------------------------------------------------------------------


def bundle_name(size: int) -> str:
    return names.why_not(("/".join(["a" * 200] * 8))[:size].ljust(size, "a")) or ""


def bundle_segment(size: int) -> str:
    return names.why_not("a/" + "b" * size) or ""


def bundle_parts(size: int) -> str:
    return names.why_not("/".join("a" * size)) or ""


EDGES: dict[str, Edge] = {
    "iotassess.model.profile.base:MAX_TEXT": Edge(text, "at most {most}"),
    "iotassess.model.profile.base:MAX_HEX": Edge(hex_digits, "at most {most}", step=2),
    "iotassess.model.profile.base:MAX_DOMAIN": Edge(domain, "at most {most}"),
    "iotassess.model.profile.base:MAX_PATH": Edge(path, "at most {most}"),
    "iotassess.profile.consistency.identity:_MAX_PEN": Edge(pen, "expected a private enterprise number"),
    "iotassess.profile.suggestions:MAX_NAME": Edge(word, "{got} characters"),
    "iotassess.profile.suggestions:MAX_KNOWN": Edge(known_words, "of {got} words"),
    "iotassess.model.versions:MAX_LENGTH": Edge(version, "{got} characters"),
    "iotassess.model.flow:MAX_PORT": Edge(port, "'{got}' is no range"),
    "iotassess.policy.shapes:MAX_TEXT": Edge(name, "at most {most}"),
    "iotassess.policy.shapes:MAX_PROSE": Edge(prose, "at most {most}"),
    "iotassess.policy.strict:MAX_FAULTS": Edge(policy_faults, "{got} faults, {most} are told"),
    "iotassess.ics.columns:MAX_RECORDS": Edge(records, "more than {most} rows"),
    "iotassess.ics.columns:MAX_CELLS": Edge(cells, "more than {most} cells"),
    "iotassess.ics.columns:MAX_TEXT": Edge(cell, "more than {most} characters"),
    "iotassess.ics.reading:MAX_BYTES": Edge(table_bytes, "larger than {most} bytes"),
    "iotassess.ics.reading:MAX_TEXT_BYTES": Edge(text_bytes, "expected at most {most}"),
    "iotassess.ics.reading_text:MAX_HEADER": Edge(header, "no row with the headers"),
    "iotassess.ics.unpacking:MAX_ENTRIES": Edge(members, "more than {most} members"),
    "iotassess.ics.unpacking:MAX_UNPACKED": Edge(unpacked, "when unpacked"),
    "iotassess.ics.unpacking:MAX_XML_DEPTH": Edge(xml_depth, "deeper than {most}"),
    "iotassess.ics.unpacking:MAX_SHEETS": Edge(sheets, "more than {most} sheets"),
    "iotassess.bundle.names:MAX_NAME_BYTES": Edge(bundle_name, "longer than {most} bytes"),
    "iotassess.bundle.names:MAX_SEGMENT_BYTES": Edge(bundle_segment, "longer than {most} bytes"),
    "iotassess.bundle.names:MAX_PARTS": Edge(bundle_parts, "{got} parts, at most {most}"),
}
"""Limit → its edge."""
