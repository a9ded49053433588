"""The claims of RFC 9711 about software: versions, manifests, measurements, results, certificates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence.eat_claims import need
from iotassess.evidence.eat_json import decode_base64url
from iotassess.evidence.eat_reading import Claims, Reader, Reading, describe, enumerated, to_json
from iotassess.evidence.eat_submods import read_token
from iotassess.evidence.version_schemes import VERSION_SCHEMES

MEASUREMENT_RESULTS: Final = {1: "success", 2: "fail", 3: "not-run", 4: "absent"}
"""Measurement results (RFC 9711 section 4.2.17)."""

_MEASURED: Final = (1, 2)
"""Results of a measurement that took place."""

_COSWID_FORMAT: Final = 258
"""CoAP content format of a CoSWID (RFC 9393 section 6.4), in which evidence is looked for."""

_SUIT_REPORT_FORMAT: Final = 270
"""CoAP content format of a SUIT report (draft-ietf-suit-report), which is read as an artefact of its own."""

_COSWID_TAG: Final = 1398229316
"""CBOR tag of a CoSWID (RFC 9393 section 8)."""

_COSWID_EVIDENCE: Final = 3
"""What was found on a device, as against what was delivered (RFC 9393 section 2.9.4)."""


# --- versions -----------------------------------------------------------------------------------


def _read_version(reading: Reading, value: Any, key: str, label: int) -> str | None:
    """Read ``[version, ?scheme]``; gives the version, or None where there is none."""
    parts = value if isinstance(value, list | tuple) else (value,)
    if not 1 <= len(parts) <= 2 or type(parts[0]) is not str or type(parts[-1]) not in (str, int):
        reading.refuse(key, label, value, "an array of a text and perhaps a scheme")
        return None
    if parts is not value:
        reading.report("eat-claim-type", f"{key} is a text; expected an array of it", key, label)
    reading.claims[key] = {"version": parts[0]}
    if len(parts) == 2:
        scheme = parts[1]
        name = VERSION_SCHEMES.get(scheme, "unknown") if type(scheme) is int else scheme
        reading.claims[key]["scheme"] = enumerated(scheme, name)
    return parts[0]


def read_hwversion(reading: Reading, value: Any, claims: Claims) -> None:
    """Read hwversion, a version of hwmodel (RFC 9711 section 4.2.5)."""
    version = _read_version(reading, value, "hwversion", 260)
    if version is None:
        return
    reading.show("product.hardware-revision", version, "hwversion", 260)
    need(reading, claims, "hwversion", 260, "hwmodel", 259)


def read_swname(reading: Reading, value: Any, claims: Claims) -> None:
    """Read swname (RFC 9711 section 4.2.6)."""
    if type(value) is str:
        reading.claims["swname"] = value
    else:
        reading.refuse("swname", 270, value, "a text")


def read_swversion(reading: Reading, value: Any, claims: Claims) -> None:
    """Read swversion, a version of swname (RFC 9711 section 4.2.7)."""
    version = _read_version(reading, value, "swversion", 271)
    if version is None:
        return
    reading.show("product.firmware-version", version, "swversion", 271)
    need(reading, claims, "swversion", 271, "swname", 270)


# --- what was measured --------------------------------------------------------------------------


def read_content(key: str, label: int, *, measures: bool) -> Reader:
    """Make the reader of manifests or measurements: ``[+ [content format, body]]`` (sections 4.2.15, 4.2.16).

    Args:
        key: name of the claim.
        label: its label.
        measures: it says what software was measured.
    """

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        if not isinstance(value, list | tuple) or not value or not all(map(_is_content, value)):
            reading.refuse(key, label, value, "an array of pairs of content format and body")
            return
        reading.claims[key] = [
            {"content_format": form, "size": len(body)}
            if isinstance(body, bytes | str)
            else {"content_format": form, "body": to_json(body)}
            for form, body in value
        ]
        if measures:
            for index, (form, body) in enumerate(value):
                _judge_measurement(reading, key, label, index, form, body)

    return read


def _judge_measurement(reading: Reading, key: str, label: int, index: int, form: int, body: Any) -> None:
    """Find out whether an entry of measurements has one; a format that is not known leaves it open."""
    if isinstance(body, bytes | str) and not body:
        message = f"{key}[{index}] is empty; expected a measurement"
        reading.report("eat-claim-type", message, f"{key}[{index}]", label, index)
        return
    if form == _SUIT_REPORT_FORMAT:
        _read_report(reading, key, label, index, body)
    found = _has_evidence(body) if form == _COSWID_FORMAT else None
    if found is None:
        reading.opaque = True
    elif found:
        reading.measures = reading.measures or key


def _read_report(reading: Reading, key: str, label: int, index: int, body: Any) -> None:
    """Read a SUIT report: the token lends it no authenticity, as nobody says that the signer looked at it."""
    at = f"{key}[{index}]"
    data = decode_base64url(body)[0] if isinstance(body, str) else body
    if not isinstance(data, bytes):
        return
    artefact = read_token(reading.context, data, f"#{reading.prefix}{at}")
    if isinstance(artefact, str):
        reading.report("eat-submod-unverified", f"{at}: {artefact}", at, label, index)
        return
    reading.nested.append(artefact)
    if artefact.kind != "suit-report":
        message = f"{at} is of kind {artefact.kind}; expected a SUIT report by its content format"
        reading.report("eat-claim-type", message, at, label, index)


def _has_evidence(body: Any) -> bool | None:
    """Tell whether a CoSWID has evidence of what is on the device; None where it cannot be seen into."""
    data = decode_base64url(body)[0] if isinstance(body, str) else body
    if data is None:
        return False
    if not isinstance(data, bytes):
        return None
    try:
        tag = cbor.loads(data)
    except MalformedArtefact:
        return False
    if isinstance(tag, cbor.Tag):
        if tag.number != _COSWID_TAG:
            return None
        tag = tag.value
    evidence = tag.get(_COSWID_EVIDENCE) if isinstance(tag, Mapping) else None
    return isinstance(evidence, Mapping) and len(evidence) > 0


def _is_content(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and type(value[0]) is int and value[0] >= 0


def read_measres(reading: Reading, value: Any, claims: Claims) -> None:
    """Read measres: ``[+ [system, [+ [identifier, result]]]]`` (RFC 9711 section 4.2.17)."""
    if not isinstance(value, list | tuple) or not value or not all(map(_is_result_group, value)):
        reading.refuse("measres", 274, value, "an array of measurement systems with their results")
        return
    groups: list[dict[str, Any]] = []
    for index, (system, results) in enumerate(value):
        found: list[dict[str, Any]] = []
        if not results:
            message = f"measres[{index}] has no result; expected at least one"
            reading.report("eat-claim-type", message, f"measres[{index}]", 274, index)
        for part, (identifier, result) in enumerate(results):
            if result in _MEASURED:
                reading.measures = reading.measures or "measres"
            name = MEASUREMENT_RESULTS.get(result, "unknown")
            found.append({"id": to_json(identifier), "result": enumerated(result, name)})
            if result == 2:
                reading.report(
                    "eat-measurement-failed",
                    f"{describe(identifier)} failed its check by {describe(system)}",
                    f"measres[{index}].results[{part}]",
                    274,
                    index,
                    1,
                    part,
                )
        groups.append({"system": system, "results": found})
    reading.claims["measres"] = groups


def _is_result_group(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2 or type(value[0]) is not str:
        return False
    results = value[1]
    return isinstance(results, list | tuple) and all(
        isinstance(one, list | tuple)
        and len(one) == 2
        and type(one[0]) in (str, bytes)
        and type(one[1]) is int
        and one[1] in MEASUREMENT_RESULTS
        for one in results
    )


def read_dloas(reading: Reading, value: Any, claims: Claims) -> None:
    """Read dloas: certificates of security tests, by where to look them up (RFC 9711 section 4.2.14)."""
    if isinstance(value, list | tuple) and all(
        isinstance(one, list | tuple) and 2 <= len(one) <= 3 and all(type(text) is str for text in one)
        for one in value
    ):
        names = ("registrar", "platform", "application")
        reading.claims["dloas"] = [dict(zip(names, one, strict=False)) for one in value]
    else:
        reading.refuse("dloas", 269, value, "an array of registrar, platform and perhaps application")


READERS: Final[dict[Any, Reader]] = {
    260: read_hwversion,
    269: read_dloas,
    270: read_swname,
    271: read_swversion,
    272: read_content("manifests", 272, measures=False),
    273: read_content("measurements", 273, measures=True),
    274: read_measres,
}
"""Label → reader."""
