"""The members of a SUIT report, read by their types (draft-ietf-suit-report-18 section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as suit
from iotassess.evidence import suit_report_names as names
from iotassess.evidence.eat_reading import Reading, describe, enumerated, free_key, to_json
from iotassess.evidence.suit_digest import SuitDigest, read_digest

_RECORD_MEMBERS: Final = 5
"""manifest-id, section, offset, component index, properties; extensions may follow."""


class Report:
    """One report being read.

    Attributes:
        reading: where problems go.
        claims: what was read, JSON-ready.
        broken: something is not what the CDDL prescribes.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.claims: dict[str, Any] = {}
        self.broken = False

    def refuse(self, path: str, value: Any, expected: str, *steps: Any) -> None:
        """Report a value that is not of its type."""
        self.wrong(f"{path} is {describe(value)}; expected {expected}", path, *steps)

    def wrong(self, message: str, path: str | None, *steps: Any) -> None:
        """Report what makes this no report."""
        self.broken = True
        self.reading.report(names.MALFORMED, message, path, *steps)


def is_array(value: Any) -> TypeGuard[Sequence[Any]]:
    """Tell whether a decoded value is an array."""
    return isinstance(value, Sequence) and not isinstance(value, bytes | str)


def _is_uint(value: Any) -> bool:
    return type(value) is int and value >= 0


def _segments(value: Any) -> list[str] | None:
    """Read a component identifier; None where it is none."""
    if is_array(value) and all(type(segment) is bytes for segment in value):
        return [segment.hex() for segment in value]
    return None


def read_report(report: Report, value: Mapping[Any, Any]) -> None:
    """Read all members of a report.

    Args:
        report: filled in.
        value: the report's map.
    """
    for key, (name, read) in _READERS.items():
        if key in value:
            read(report, value[key])
        elif key in _MANDATORY:
            report.wrong(f"no {name} (key {key}); a report has it", None)
    other = {key: inner for key, inner in value.items() if type(key) is not int or key not in _READERS}
    if other:
        kept: dict[str, Any] = {}
        for key, inner in other.items():
            kept[free_key(key, kept)] = to_json(inner)
        report.claims["other"] = kept


# --- reference and nonce --------------------------------------------------------------------------


def _read_reference(report: Report, value: Any) -> None:
    """Read which manifest the report is about: ``[?uri, digest]``."""
    if not is_array(value) or not 1 <= len(value) <= 2:
        report.refuse("reference", value, "an array of a URI and a digest", names.REFERENCE)
        return
    found: dict[str, Any] = {"uri": None, "digest": None}
    if len(value) == 2:
        if type(value[0]) is str:
            found["uri"] = value[0]
        else:
            report.refuse("reference.uri", value[0], "a text", names.REFERENCE, 0)
    last = len(value) - 1
    found["digest"] = _digest(report, value[last], "reference.digest", names.REFERENCE, last)
    report.claims["reference"] = found


def _digest(report: Report, value: Any, path: str, *steps: Any) -> dict[str, str] | None:
    """Read a SUIT_Digest; None where it is none."""
    try:
        digest = read_digest(value)
    except MalformedArtefact:
        report.refuse(path, value, "a SUIT_Digest: an algorithm number and a byte string", *steps)
        return None
    _check_digest(report, digest, path, *steps)
    return digest.as_claim()


def _check_digest(report: Report, digest: SuitDigest, path: str, *steps: Any) -> None:
    if digest.hash is None:
        message = f"{path} has the algorithm {digest.alg}, which nothing here can compare"
        report.reading.report("suit-digest-alg-not-mti", message, path, *steps)
    elif not digest.fits:
        report.reading.report(
            "suit-digest-length",
            f"{path} has {len(digest.value)} bytes; {digest.alg} makes {digest.hash.length}: "
            "no manifest and no image can have it",
            path,
            *steps,
        )


def _read_nonce(report: Report, value: Any) -> None:
    if type(value) is bytes:
        report.claims["nonce"] = value.hex()
        report.reading.nonces = (value,)
    else:
        report.refuse("nonce", value, "a byte string", names.NONCE)


# --- records --------------------------------------------------------------------------------------


def _read_records(report: Report, value: Any) -> None:
    if not is_array(value):
        report.refuse("records", value, "an array", names.RECORDS)
        return
    report.claims["records"] = [
        _record_or_claims(report, one, f"records[{index}]", names.RECORDS, index)
        for index, one in enumerate(value)
    ]


def _record_or_claims(report: Report, value: Any, path: str, *steps: Any) -> Any:
    """Read a record of a step, or what the device says about a component (system-property-claims)."""
    if not isinstance(value, Mapping):
        return _record(report, value, path, *steps)
    component = _segments(value.get(names.COMPONENT_ID))
    if component is None:
        report.refuse(
            f"{path}.component_id",
            value.get(names.COMPONENT_ID),
            "a component identifier: an array of byte strings",
            *steps,
        )
    rest = {key: inner for key, inner in value.items() if key != names.COMPONENT_ID}
    return {"component_id": component, "properties": _properties(report, rest, path, *steps)}


def _record(report: Report, value: Any, path: str, *steps: Any) -> Any:
    """Read a SUIT_Record."""
    if not is_array(value) or len(value) < _RECORD_MEMBERS:
        report.refuse(path, value, "a record: an array of five", *steps)
        return to_json(value)
    manifest, section, offset, index, properties = value[:_RECORD_MEMBERS]
    sound = is_array(manifest) and all(map(_is_uint, manifest)) and type(section) is int
    if not (sound and _is_uint(offset) and _is_uint(index) and isinstance(properties, Mapping)):
        report.wrong(
            f"{path} does not have the types of a record; expected [[dependency index ...], section, offset, "
            "component index, properties]",
            path,
            *steps,
        )
        return to_json(value)
    found: dict[str, Any] = {
        "manifest_id": list(manifest),
        "section": enumerated(section, names.MANIFEST.get(section, "unknown")),
        "offset": offset,
        "component_index": index,
        "properties": _properties(report, properties, f"{path}.properties", *steps, 4),
    }
    if len(value) > _RECORD_MEMBERS:
        found["other"] = [to_json(one) for one in value[_RECORD_MEMBERS:]]
    return found


def _properties(report: Report, value: Mapping[Any, Any], path: str, *steps: Any) -> dict[str, Any]:
    """Read SUIT parameters by name. A device lists what it has, so whatever it says is kept."""
    found: dict[str, Any] = {}
    for key, inner in value.items():
        name = suit.PARAMETERS.get(key) if type(key) is int else None
        label = name if name is not None and name not in found else free_key(key, found)
        found[label] = (
            _image_digest(report, inner, f"{path}.{label}", *steps, key)
            if name is not None and key == names.IMAGE_DIGEST
            else to_json(inner)
        )
    return found


def _image_digest(report: Report, value: Any, path: str, *steps: Any) -> Any:
    try:
        inner = cbor.loads(value) if type(value) is bytes else None
    except MalformedArtefact:
        inner = None
    return _digest(report, inner, path, *steps) or to_json(value)


# --- result and capabilities ----------------------------------------------------------------------


def _read_result(report: Report, value: Any) -> None:
    """Read the result: true, or a map of code, record and reason."""
    if value is True:
        report.claims["result"] = True
        return
    if not isinstance(value, Mapping):
        report.refuse("result", value, "true, or a map of code, record and reason", names.RESULT)
        return
    found: dict[str, Any] = {}
    for key, name in (
        (names.RESULT_CODE, "code"),
        (names.RESULT_RECORD, "record"),
        (names.RESULT_REASON, "reason"),
    ):
        if key not in value:
            report.wrong(f"no {name} (key {key}) in the result", "result", names.RESULT)
    if names.RESULT_RECORD in value:
        record = value[names.RESULT_RECORD]
        found["record"] = _record(report, record, "result.record", names.RESULT, names.RESULT_RECORD)
    for key, name in ((names.RESULT_CODE, "code"), (names.RESULT_REASON, "reason")):
        number = value.get(key)
        if type(number) is int:
            reason = name == "reason"
            found[name] = enumerated(number, names.REASONS.get(number, "unknown")) if reason else number
        elif key in value:
            report.refuse(f"result.{name}", number, "an integer", names.RESULT, key)
    report.claims["result"] = found


def _read_capabilities(report: Report, value: Any) -> None:
    """Read what the device is able to process."""
    path = "capability_report"
    if not isinstance(value, Mapping):
        report.refuse(path, value, "a map", names.CAPABILITIES)
        return
    found: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for key, inner in value.items():
        row = names.CAPABILITY_LISTS.get(key) if type(key) is int else None
        if row is None:
            other[free_key(key, other)] = to_json(inner)
            continue
        name, numbers = row
        at = f"{path}.{name}"
        if key == names.COMPONENTS:
            found[name] = _component_capabilities(report, inner, at)
        elif is_array(inner) and inner and all(type(one) is int for one in inner):
            found[name] = [enumerated(one, _capability(key, one, numbers)) for one in inner]
        else:
            report.refuse(at, inner, "an array of numbers, at least one", names.CAPABILITIES, key)
    for key in names.MANDATORY_CAPABILITIES:
        if key not in value:
            name = names.CAPABILITY_LISTS[key][0]
            report.wrong(f"no {name} (key {key}) in the capability report", path, names.CAPABILITIES)
    if other:
        found["other"] = other
    report.claims[path] = found


def _capability(key: int, number: int, numbers: Mapping[int, str]) -> str:
    if key == names.ALGORITHMS:
        return suit.ENCRYPTION_ALGORITHMS.get(number) or cose.algorithm_name(number)
    return numbers.get(number, "unknown")


def _component_capabilities(report: Report, value: Any, path: str) -> list[Any] | None:
    """Read ``[+ [* segment, ?true]]``: identifiers of components, true at the end where more may follow."""
    steps = (names.CAPABILITIES, names.COMPONENTS)
    if not is_array(value) or not value:
        report.refuse(path, value, "an array of component identifiers", *steps)
        return None
    found: list[Any] = []
    for index, one in enumerate(value):
        is_prefix = is_array(one) and len(one) > 0 and one[-1] is True
        segments = _segments(one[:-1] if is_prefix else one)
        if segments is None:
            report.refuse(
                f"{path}[{index}]", one, "an array of byte strings, and perhaps true", *steps, index
            )
            found.append(to_json(one))
        else:
            found.append({"component_id": segments, "prefix": is_prefix})
    return found


_READERS: Final = {
    names.REFERENCE: ("reference", _read_reference),
    names.NONCE: ("nonce", _read_nonce),
    names.RECORDS: ("records", _read_records),
    names.RESULT: ("result", _read_result),
    names.CAPABILITIES: ("capability-report", _read_capabilities),
}

_MANDATORY: Final = (names.REFERENCE, names.RECORDS, names.RESULT)
