"""``iotassess validate``: profiles held against their schema and against themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from iotassess.cli.options import check_format
from iotassess.cli.output import write_stdout
from iotassess.errors import ProfileError
from iotassess.profile import Fault, InvalidProfile, load_profile
from iotassess.report.artefact_json import dumps
from iotassess.report.escape import inert, safe

SCHEMA = "iotassess/validation/v1"


def validate(paths: Sequence[Path], *, format: str) -> bool:
    """Check profiles and print what was found.

    Args:
        paths: the files.
        format: text or json.

    Returns:
        Whether all are valid; warnings do not make one invalid.

    Raises:
        UsageError: a file is missing, or the format is unknown.
    """
    check_format(format)
    checked: list[tuple[str, bool, Sequence[Fault]]] = []
    for path in paths:
        try:
            checked.append((str(path), True, load_profile(path).faults))
        except InvalidProfile as invalid:
            checked.append((str(path), False, invalid.faults))
        except ProfileError as unreadable:
            told = unreadable.message.removeprefix(f"{path}: ")
            checked.append((str(path), False, [Fault("error", told, "", 1, 1, unreadable.hint, "file")]))
    if format == "json":
        write_stdout(dumps({"schema": SCHEMA, "profiles": [_tree(*row) for row in checked]}))
    else:
        write_stdout("".join(_text(*row) for row in checked))
    return all(valid for _, valid, _ in checked)


def _tree(path: str, valid: bool, faults: Sequence[Fault]) -> dict[str, Any]:
    return {"path": path, "valid": valid, "faults": [fault._asdict() for fault in faults]}


def _text(path: str, valid: bool, faults: Sequence[Fault]) -> str:
    lines = []
    for fault in faults:
        lines.append(f"{path}:{fault.line}:{fault.column}: {fault.severity}: {fault.message}")
        if fault.hint:
            lines.append(f"  {fault.hint}")
    lines.append(f"{path}: {'valid' if valid else 'not valid'}, {len(faults)} finding(s)")
    return "".join(f"{inert(safe(line))}\n" for line in lines)
