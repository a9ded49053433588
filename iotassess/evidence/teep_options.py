"""The options of a TEEP message one by one: which form each has, and how it is written in ``claims``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cose
from iotassess.evidence.eat_reading import clip, describe, enumerated, free_key, to_json
from iotassess.evidence.teep_names import COSE_MESSAGES, FRESHNESS, PARAMETERS, Numbering

MAX_LISTED: Final = 256
"""Entries of a list that are looked at: components of a device, suites, manifests. Real ones have a dozen; a
message that lists more is malformed here, so that reading one takes bounded time."""

_LAST_UINT32: Final = 0xFFFFFFFF

_MIN_TOKEN, _MAX_TOKEN = 8, 64
"""Bytes of a token (draft-ietf-teep-protocol, its CDDL)."""

_MAX_CHALLENGE: Final = 512
"""Bytes of a challenge (likewise)."""

_MAX_MESSAGE, _MAX_LANGUAGE = 128, 35
"""Characters of a message for people, and of the tag of its language (likewise)."""

_LAST_ERROR: Final = 23


class Form(NamedTuple):
    """What an option has to be.

    Attributes:
        fits: whether a value is of the right type, which tells the numbering.
        holds: whether it is of the right size, too.
        expected: in words.
        write: value → what stands in ``claims``.
    """

    fits: Callable[[Any], bool]
    holds: Callable[[Any], bool]
    expected: str
    write: Callable[[Any, Numbering], Any]


def _plain(value: Any, _numbering: Numbering) -> Any:
    return to_json(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _always(_value: Any) -> bool:
    return True


def _bytes(low: int, high: int | None) -> Form:
    expected = f"{low} to {high} bytes" if high else "a byte string"
    return Form(
        lambda value: type(value) is bytes,
        lambda value: high is None or low <= len(value) <= high,
        expected,
        _plain,
    )


def _text(high: int | None) -> Form:
    return Form(
        lambda value: type(value) is str,
        lambda value: high is None or 1 <= len(value.encode("utf-8", "replace")) <= high,
        f"a text of 1 to {high} bytes" if high else "a text",
        _plain,
    )


def is_uint(value: Any) -> bool:
    """Tell whether a value is an unsigned integer, and no truth value."""
    return type(value) is int and value >= 0


def _list(member: Callable[[Any], bool], what: str, write: Callable[[Any, Numbering], Any] = _plain) -> Form:
    return Form(
        lambda value: _is_list(value) and all(map(member, value[:MAX_LISTED])),
        lambda value: 1 <= len(value) <= MAX_LISTED,
        f"an array of 1 to {MAX_LISTED} {what}",
        lambda value, numbering: [write(one, numbering) for one in value[:MAX_LISTED]],
    )


# --- components ---------------------------------------------------------------------------------


def _is_component(value: Any) -> bool:
    return _is_list(value) and all(type(segment) is bytes for segment in value)


def _is_system_claim(value: Any) -> bool:
    """A system property claim has its component under 0; older drafts have it under 16."""
    return isinstance(value, Mapping) and (_is_component(value.get(0)) or _is_component(value.get(16)))


def _write_system_claim(value: Mapping[Any, Any], _numbering: Numbering) -> dict[str, Any]:
    key = 0 if 0 in value else 16
    found: dict[str, Any] = {"component_id": to_json(value[key])}
    for label, inner in value.items():
        if label != key:
            name = PARAMETERS.get(label) if type(label) is int else None
            found[name or free_key(label, found)] = to_json(inner)
    return found


def _is_requested(value: Any) -> bool:
    return isinstance(value, Mapping) and any(_is_component(value.get(label)) for label in (15, 16))


def _write_requested(value: Mapping[Any, Any], numbering: Numbering) -> dict[str, Any]:
    # The component tells the numbering of this entry, whatever the rest of the message has.
    shift = 0 if _is_component(value.get(numbering.component_id)) else 1
    if numbering.component_id == 16:
        shift = -shift
    names = {
        numbering.component_id + shift: "component_id",
        numbering.sequence_number + shift: "tc_manifest_sequence_number",
        numbering.have_binary + shift: "have_binary",
    }
    found: dict[str, Any] = {}
    for label, inner in value.items():
        name = names.get(label) if type(label) is int else None
        found[name or free_key(label, found)] = to_json(inner)
    return found


# --- algorithms ---------------------------------------------------------------------------------


def _is_suite(value: Any) -> bool:
    """A suite is an array of operations ``[COSE tag, algorithm]``; old drafts had one of them alone."""
    return _is_operation(value) or (_is_list(value) and len(value) > 0 and all(map(_is_operation, value)))


def _is_operation(value: Any) -> bool:
    return _is_list(value) and len(value) == 2 and type(value[0]) is int and type(value[1]) is int


def _write_suite(value: Any, _numbering: Numbering) -> list[dict[str, Any]]:
    operations = [value] if _is_operation(value) else value
    return [
        {"cose": enumerated(tag, COSE_MESSAGES.get(tag, "unknown")), "alg": cose.algorithm_name(alg)}
        for tag, alg in operations[:MAX_LISTED]
    ]


def _is_profile(value: Any) -> bool:
    """A SUIT COSE profile: digest, signature, key exchange and encryption algorithm."""
    return _is_list(value) and 2 <= len(value) <= 4 and all(type(alg) is int for alg in value)


def _write_profile(value: Any, _numbering: Numbering) -> list[Any]:
    return [enumerated(alg, cose.algorithm_name(alg)) for alg in value]


def _write_freshness(value: int, _numbering: Numbering) -> dict[str, Any]:
    return enumerated(value, FRESHNESS.get(value, "unknown"))


def _write_error(value: int, numbering: Numbering) -> dict[str, Any]:
    return enumerated(value, numbering.errors.get(value, "unknown"))


def _is_enclosed(value: Any) -> bool:
    """A manifest or report in a byte string; older drafts have it as it is."""
    return isinstance(value, bytes | Mapping | cbor.Tag)


def _write_enclosed(value: Any, _numbering: Numbering) -> Any:
    """What is inside is an artefact of its own; here stands how large it is."""
    return {"size": len(value)} if isinstance(value, bytes) else to_json(value)


SUITES: Final = _list(_is_suite, "cipher suites", _write_suite)
PROFILES: Final = _list(_is_profile, "SUIT COSE profiles", _write_profile)
ERROR_CODE: Final = Form(is_uint, lambda value: value <= _LAST_ERROR, "0 to 23", _write_error)

FORMS: Final[Mapping[str, Form]] = {
    "token": _bytes(_MIN_TOKEN, _MAX_TOKEN),
    "challenge": _bytes(_MIN_TOKEN, _MAX_CHALLENGE),
    "versions": _list(lambda value: is_uint(value) and value <= _LAST_UINT32, "32-bit numbers"),
    "ext-list": _list(lambda value: is_uint(value) and value <= _LAST_UINT32, "32-bit numbers"),
    "selected-version": Form(is_uint, lambda value: value <= _LAST_UINT32, "a 32-bit number", _plain),
    "selected-cipher-suite": Form(_is_suite, _always, "a cipher suite", _write_suite),
    "supported-teep-cipher-suites": SUITES,
    "supported-suit-cose-profiles": PROFILES,
    "supported-freshness-mechanisms": _list(is_uint, "freshness mechanisms", _write_freshness),
    "attestation-payload": _bytes(0, None),
    "attestation-payload-format": _text(None),
    "tc-list": _list(_is_system_claim, "components", _write_system_claim),
    "requested-tc-list": _list(_is_requested, "components with their component-id", _write_requested),
    "unneeded-manifest-list": _list(_is_component, "component identifiers"),
    "manifest-list": _list(_is_enclosed, "manifests in byte strings", _write_enclosed),
    "suit-reports": _list(_is_enclosed, "reports in byte strings", _write_enclosed),
    "msg": _text(_MAX_MESSAGE),
    "err-msg": _text(_MAX_MESSAGE),
    "err-lang": _text(_MAX_LANGUAGE),
    "err-code": ERROR_CODE,
}
"""Name of an option → its form."""


def key_of(name: str) -> str:
    """Write an option's name as ``claims`` have it."""
    return name.replace("-", "_")


def explain(name: str, value: Any, form: Form) -> str:
    """Say what is wrong with an option, for a problem."""
    size = f" ({len(value)})" if isinstance(value, str | bytes) else ""
    return f"{clip(name)} is {describe(value)}{size}; expected {form.expected}"
