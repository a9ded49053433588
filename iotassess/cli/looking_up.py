"""``list`` and ``schema``: what there is, and what a file must look like."""

from __future__ import annotations

from iotassess.cli.listing import LISTS, TEXTS, as_text
from iotassess.cli.main import terminal_width
from iotassess.cli.options import check_format
from iotassess.cli.output import write_stdout
from iotassess.errors import UsageError
from iotassess.report.artefact_json import dumps

SCHEMAS = (
    "profile",
    "policy",
    "waivers",
    "baseline",
    "assessment",
    "artefacts",
    "comparison",
    "bundle",
    "bundle-check",
    "fleet-comparison",
    "fleet-summary",
)


def list_rows(what: str, format: str) -> None:
    """Print one registry.

    Raises:
        UsageError: there is no such list.
    """
    check_format(format)
    if what not in LISTS:
        raise UsageError(f"list: got {what!r}, expected one of {', '.join(LISTS)}")
    rows = list(LISTS[what]())
    write = TEXTS.get(what, as_text)
    write_stdout(dumps(rows) if format == "json" else write(rows, terminal_width()))


def print_schema(what: str) -> None:
    """Print the JSON Schema of a format.

    Raises:
        UsageError: there is no such schema.
    """
    if what not in SCHEMAS:
        raise UsageError(f"schema: got {what!r}, expected one of {', '.join(SCHEMAS)}")
    if what == "profile":
        from iotassess.profile import profile_schema

        write_stdout(dumps(profile_schema()))
    elif what == "baseline":
        from iotassess.baseline.schema import catalogue_schema

        write_stdout(dumps(catalogue_schema()))
    elif what in ("policy", "waivers"):
        from iotassess.policy.shapes import document_schema as relying_party_schema

        write_stdout(dumps(relying_party_schema(what)))
    else:
        from iotassess.report.schemas import document_schema

        write_stdout(dumps(document_schema(what)))
