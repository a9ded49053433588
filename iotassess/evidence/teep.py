"""TEEP messages, between a trusted application manager and a device (draft-ietf-teep-protocol).

A message is an array of type, options and what else its type has, in a COSE_Sign1 or COSE_Sign. One without
signature is read, too, and is unsigned. The manifests that an update brings along, and evidence and reports
that a device sends back, are artefacts of their own, with signatures and keys of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import Checked, check_cose
from iotassess.evidence.context import MAX_NESTING, Context
from iotassess.evidence.eat_reading import Reading, describe, enumerated
from iotassess.evidence.peek import Peek
from iotassess.evidence.teep_names import CURRENT, DATA_ITEMS, ERROR, OLDER, OPTIONS, QUERY_REQUEST, Numbering
from iotassess.evidence.teep_options import (
    ERROR_CODE,
    FORMS,
    PROFILES,
    SUITES,
    Form,
    explain,
    is_uint,
    key_of,
)
from iotassess.model.artefact import Artefact
from iotassess.model.problems import problem

MEDIA_TYPE: Final = "application/teep+cbor"

MAX_NESTED: Final = 32
"""Manifests, reports and tokens in one message that are read: each may have signatures to verify."""

MAX_ELEMENTS: Final = 8
"""Elements of a message; the longest has five, and extensions may add some."""

_ARRAYS: Final = frozenset({*(bytes([0x80 + size]) for size in range(2, MAX_ELEMENTS + 1)), b"\x9f"})
_TYPES: Final = frozenset(bytes([number]) for number in range(1, 7))
"""First and second byte of a message."""

_SIGN_TAGS: Final = frozenset({18, 98})
_INTO_PAYLOAD: Final[tuple[Any, ...]] = (2, cbor.INTO)

_NESTED_KINDS: Final = {"manifest-list": "suit-envelope", "suit-reports": "suit-report"}


# --- recognising --------------------------------------------------------------------------------


def is_teep_message(peek: Peek) -> bool:
    """Tell whether the bytes are a TEEP message, signed or not."""
    if not peek.is_cbor or peek.payload is not None:
        return False
    value = peek.cbor
    if isinstance(value, cbor.Tag):
        return value.number in _SIGN_TAGS and _is_signed(value.value)
    return _is_signed(value) or (_is_framed(value) and _is_unmistakable(value))


def _is_signed(value: Any) -> bool:
    """Tell whether a COSE message has a TEEP message inside, or says so by its content type."""
    if not isinstance(value, list | tuple) or len(value) != 4 or not isinstance(value[2], bytes):
        return False
    payload, protected = value[2], value[0]
    if isinstance(protected, bytes) and MEDIA_TYPE.encode() in protected:
        return True
    # What begins otherwise need not be decoded to know.
    if payload[:1] not in _ARRAYS or payload[1:2] not in _TYPES:
        return False
    try:
        return _is_framed(cbor.loads(payload))
    except MalformedArtefact:
        return False


def _is_framed(value: Any) -> bool:
    """Tell whether a value has the frame of a message: type, map of options by number, and more."""
    return (
        isinstance(value, list | tuple)
        and 2 <= len(value) <= MAX_ELEMENTS
        and type(value[0]) is int
        and 1 <= value[0] <= 6
        and isinstance(value[1], Mapping)
        and all(map(is_uint, value[1]))
    )


def _is_unmistakable(value: Sequence[Any]) -> bool:
    """Tell whether an array without signature is a message for sure: all that is in it fits its type."""
    numbering, name = _numbering(value)
    faults = _faults(value, numbering)
    return faults == 0 and any(numbering.options.get(label) in OPTIONS[name] for label in value[1])


# --- numbering ----------------------------------------------------------------------------------


def _numbering(message: Sequence[Any]) -> tuple[Numbering, str]:
    """Find the numbering by which a message makes sense, and the name of its type: each of 1 to 6 has one."""
    best = min((CURRENT, OLDER), key=lambda numbering: _faults(message, numbering))
    return best, best.types[message[0]]


def _faults(message: Sequence[Any], numbering: Numbering) -> int:
    """Count what does not fit by one numbering. Options that a type does not have count as well."""
    name = numbering.types.get(message[0])
    if name is None:
        return MAX_ELEMENTS + len(message[1])
    wrong = 0
    for label, value in message[1].items():
        option = numbering.options.get(label)
        if option is not None and (option not in OPTIONS[name] or not FORMS[option].fits(value)):
            wrong += 1
    rest = message[2:]
    if name == QUERY_REQUEST:
        return wrong + (not rest or not is_uint(rest[-1]))
    if name == ERROR:
        return wrong + (len(rest) != 1 or not is_uint(rest[0]))
    return wrong + (len(rest) > 0)


# --- reading ------------------------------------------------------------------------------------


class _Opened(NamedTuple):
    """A message with what came of its signature.

    Attributes:
        message: the array.
        checked: the signature.
        data: the bytes that the array was decoded from.
        trail: where they stand in the file.
    """

    message: Sequence[Any]
    checked: Checked
    data: bytes
    trail: tuple[Any, ...]


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a TEEP message.

    Args:
        peek: the bytes.
        context: keys, moment.

    Raises:
        MalformedArtefact: the bytes hold no array of type and options.
    """
    opened = _open(peek, context)
    covered = opened.checked.authenticity != "unsigned"
    reading = Reading(context, peek.data, covered=covered, trail=opened.trail)
    numbering, name = _numbering(opened.message)
    kind = enumerated(opened.message[0], name)
    reading.claims |= {"type": kind, "numbering": numbering.name}
    _Reader(reading, opened, numbering, name).read()
    reading.show("trust-anchor.transfer", "teep", "type", 0)
    wellformed = not any(found.id == "teep-malformed" for found in reading.problems)
    return Artefact(
        path=context.path,
        kind="teep-message",
        media_type=MEDIA_TYPE,
        sha256=hashlib.sha256(peek.data).hexdigest(),
        size=len(peek.data),
        wellformed=wellformed,
        authenticity=opened.checked.authenticity,
        signatures=opened.checked.signatures,
        problems=(*opened.checked.problems, *reading.problems),
        claims=reading.claims,
        shown=tuple(reading.shown) if wellformed else (),
        nested=tuple(reading.nested),
        purpose="update",
        role=context.role,
    )


def _open(peek: Peek, context: Context) -> _Opened:
    value = peek.cbor
    if _is_framed(value):
        unsigned = problem("cose-unsigned", "a message without signature: anybody can have written it")
        return _Opened(value, Checked((), (unsigned,), "unsigned", False, None), peek.data, ())
    message = cose.parse(value)
    checked = check_cose(message, context, "update")
    if message.payload is None:
        raise MalformedArtefact("teep-malformed", "the message is detached; expected it in the COSE message")
    found = cbor.loads(message.payload)
    if not _is_framed(found):
        wrong = f"the payload is {describe(found)}; expected an array of a type (1 to 6) and a map of options"
        raise MalformedArtefact("teep-malformed", wrong, at="payload")
    return _Opened(found, checked, message.payload, _INTO_PAYLOAD)


class _Reader:
    """Reads one message."""

    def __init__(self, reading: Reading, opened: _Opened, numbering: Numbering, name: str) -> None:
        self.reading = reading
        self.message = opened.message
        self.data = opened.data
        self.numbering = numbering
        self.name = name
        self.left = MAX_NESTED
        self.full = False

    def read(self) -> None:
        """Read options and further elements."""
        for label, value in self.message[1].items():
            option = self.numbering.options.get(label)
            if option is None or option not in OPTIONS[self.name]:
                self.reading.keep_other(label, value)
                continue
            self._option(option, value, 1, label)
        rest = self.message[2:]
        if self.name == QUERY_REQUEST:
            self._query_request(rest)
        elif self.name == ERROR:
            self._error(rest)
        elif rest:
            self._further(rest, 2)

    def _option(self, option: str, value: Any, *steps: Any) -> None:
        self._value(option, value, FORMS[option], *steps)
        if option == "attestation-payload" and type(value) is bytes:
            self._nested(option, value, None, *steps)
        elif option in _NESTED_KINDS and isinstance(value, list | tuple):
            for index, one in enumerate(value[:MAX_NESTED]):
                self._nested(f"{option}[{index}]", one, _NESTED_KINDS[option], *steps, index)
            if len(value) > MAX_NESTED:
                self._too_many(key_of(option), *steps)

    def _value(self, name: str, value: Any, form: Form, *steps: Any) -> None:
        key = key_of(name)
        if not form.fits(value):
            self.reading.report("teep-malformed", explain(name, value, form), key, *steps)
            self.reading.keep_other(name, value)
            return
        if not form.holds(value):
            self.reading.report("teep-malformed", explain(name, value, form), key, *steps)
        self.reading.claims[key] = form.write(value, self.numbering)

    # --- further elements ---

    def _query_request(self, rest: Sequence[Any]) -> None:
        """Read cipher suites, SUIT profiles and what is asked for; older drafts have fewer of them."""
        if not rest or not is_uint(rest[-1]):
            message = "the last element says which data is asked for; expected an unsigned integer"
            self.reading.report("teep-malformed", message, "data_item_requested", len(self.message) - 1)
            self._further(rest, 2)
            return
        forms = (("supported-teep-cipher-suites", SUITES), ("supported-suit-cose-profiles", PROFILES))
        for at, (value, (name, form)) in enumerate(zip(rest[:-1], forms, strict=False), 2):
            self._value(name, value, form, at)
        self._further(rest[2:-1], 4)
        bits = rest[-1]
        names = [name for bit, name in DATA_ITEMS.items() if bits >> bit & 1]
        self.reading.claims["data_item_requested"] = {"value": bits, "names": names}

    def _error(self, rest: Sequence[Any]) -> None:
        if not rest:
            self.reading.report("teep-malformed", "an error message without error code", "err_code", 0)
            return
        self._value("err-code", rest[0], ERROR_CODE, 2)
        self._further(rest[1:], 3)

    def _further(self, rest: Sequence[Any], start: int) -> None:
        for at, value in enumerate(rest, start):
            self.reading.report(
                "teep-malformed",
                f"element {at} is {describe(value)}; expected no such element",
                f"[{at}]",
                at,
            )
            self.reading.keep_other(f"[{at}]", value)

    # --- nested artefacts ---

    def _nested(self, path: str, value: Any, expected: str | None, *steps: Any) -> None:
        """Read what a message brings along as an artefact of its own."""
        data = value if isinstance(value, bytes) else self._raw(steps)
        context = self.reading.context
        key = key_of(path)
        if not data or context.read is None:
            return
        if context.depth >= MAX_NESTING:
            message = f"{key} is more than {MAX_NESTING} levels inside; it was not read"
            self.reading.report("cbor-too-deep", message, key, *steps)
            return
        if not self.left:
            self._too_many(key, *steps)
            return
        if not context.may_nest():
            return
        self.left -= 1
        inner = replace(context, path=f"{context.path}#{key}", role=None, depth=context.depth + 1)
        found = context.read(data, inner)
        self.reading.nested.append(found)
        if expected is not None and found.kind != expected:
            message = f"{key} is of kind {found.kind}; expected a {expected}"
            self.reading.report("teep-malformed", message, key, *steps)

    def _too_many(self, key: str, *steps: Any) -> None:
        """Report, once, that there are more artefacts inside than are read: one of the rest may be bad."""
        if not self.full:
            self.full = True
            message = f"more than {MAX_NESTED} artefacts inside; the rest is not read"
            self.reading.report("artefact-too-large", message, key, *steps)

    def _raw(self, steps: tuple[Any, ...]) -> bytes:
        """Give the bytes of an item that does not stand in a byte string."""
        start = cbor.locate(self.data, steps)
        return b"" if start is None else self.data[start : cbor.scan(self.data, start).end]
