"""The claims of RFC 9711 about software: versions, manifests, measurements, results, certificates."""

from __future__ import annotations

from typing import Any, Final

from iotassess.evidence.eat_claims import need
from iotassess.evidence.eat_reading import Claims, Reader, Reading, describe, enumerated, to_json

_SCHEMES: Final = {
    1: "multipartnumeric",
    2: "multipartnumeric+suffix",
    3: "alphanumeric",
    4: "decimal",
    16384: "semver",
}
"""Version schemes (RFC 9393 section 4.1)."""

_RESULTS: Final = {1: "success", 2: "fail", 3: "not-run", 4: "absent"}
"""Measurement results (RFC 9711 section 4.2.17)."""


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
        name = _SCHEMES.get(scheme, "unknown") if type(scheme) is int else scheme
        reading.claims[key]["scheme"] = enumerated(scheme, name)
    return parts[0]


def read_hwversion(reading: Reading, value: Any, claims: Claims) -> None:
    """Read hwversion, a version of hwmodel (RFC 9711 section 4.2.5)."""
    version = _read_version(reading, value, "hwversion", 260)
    if version is None:
        return
    if not reading.prefix:
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
    if not reading.prefix:
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
            reading.measures = True

    return read


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
        for part, (identifier, result) in enumerate(results):
            name = _RESULTS.get(result, "unknown")
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
    reading.measures = True


def _is_result_group(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2 or type(value[0]) is not str:
        return False
    results = value[1]
    return isinstance(results, list | tuple) and all(
        isinstance(one, list | tuple)
        and len(one) == 2
        and type(one[0]) in (str, bytes)
        and type(one[1]) is int
        and one[1] in _RESULTS
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
