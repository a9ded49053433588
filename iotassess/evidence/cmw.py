"""Conceptual message wrappers (CMW, draft-ietf-rats-msg-wrap-23): in CBOR or JSON, bare or signed.

The procedure, in the order of the code:

1. Take off what is around the wrapper: COSE, JWS, or the DER of a certificate extension; check signatures.
2. Read the wrapper: a record, a tag, or a collection of them.
3. Read each message in it as an artefact of its own, with its own signature and keys. The wrapper neither
   lends its authenticity to them nor takes it from there, and shows nothing itself.
4. Hold the challenge against each evidence in it: it was not for the wrapper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, jose, json
from iotassess.errors import MalformedArtefact
from iotassess.evidence import cmw_types as types
from iotassess.evidence.authenticate import Checked, check_cose, check_jws
from iotassess.evidence.cmw_messages import MALFORMED, Wrapper, looks_like_cmw
from iotassess.evidence.context import Context
from iotassess.evidence.cose_content import look_inside, open_content
from iotassess.evidence.eat_reading import Reading, describe
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, walk
from iotassess.model.problems import problem

CBOR: Final = "application/cmw+cbor"
JSON: Final = "application/cmw+json"
COSE: Final = "application/cmw+cose"
JWS: Final = "application/cmw+jws"

_CBOR_TYPES: Final = (CBOR, 273)
_JSON_TYPES: Final = (JSON, "cmw+json")
"""A JWS may leave "application/" out of its content type (RFC 7515 section 4.1.10)."""

_CONTENT_TYPE: Final = 3
"""COSE header (RFC 9052 section 3.1)."""

_DER_TAGS: Final = {0x04: "cbor", 0x0C: "json"}
"""OCTET STRING and UTF8String: the two forms of the certificate extension (section 4.4)."""

_JWS_MEMBERS: Final = ("protected", "payload", "signature")
"""Of a JWS in flattened JSON serialisation (RFC 7515 section 7.2.2)."""


class Opened(NamedTuple):
    """A wrapper with what is around it taken off.

    Attributes:
        media_type: of the whole.
        checked: what came of its signature.
        value: decoded item.
        from_json: it is JSON.
        trail: where it stands, for offsets; None where that cannot be told.
        faults: what is wrong with what is around it.
        fault: why it could not be decoded; None where it could.
    """

    media_type: str
    checked: Checked
    value: Any
    from_json: bool
    trail: tuple[Any, ...] | None
    faults: tuple[str, ...] = ()
    fault: MalformedArtefact | None = None


# --- telling ------------------------------------------------------------------------------------


def is_cmw(peek: Peek) -> bool:
    """Tell whether the bytes are a conceptual message wrapper in one of its forms."""
    if peek.tags and types.is_tag(peek.tags[0]):
        return True
    if peek.is_text:
        return _is_json_wrapper(peek)
    extension = _inside_der(peek.data)
    if extension is not None:
        return is_cmw(extension)
    if not peek.is_cbor:
        return False
    inside = look_inside(peek)
    if inside is None:
        return looks_like_cmw(peek.cbor)
    content_type, value = inside
    return content_type in _CBOR_TYPES or (content_type is None and looks_like_cmw(value))


def _is_json_wrapper(peek: Peek) -> bool:
    value = peek.json
    if value is not None:
        return looks_like_cmw(value) or _is_signed(_flattened(value))
    return peek.data.count(b".") == 2 and _is_signed(peek.data)


def _is_signed(compact: bytes | None) -> bool:
    """Tell whether a JWS says that a wrapper is inside."""
    if compact is None:
        return False
    try:
        jws = jose.parse(compact)
    except MalformedArtefact:
        return False
    return jws.header.get("cty") in _JSON_TYPES or jws.header.get("typ") in (JWS, "cmw+jws")


def _flattened(value: Any) -> bytes | None:
    """Turn a JWS in flattened JSON serialisation into its compact form; None for anything else."""
    if not isinstance(value, Mapping) or not all(type(value.get(name)) is str for name in _JWS_MEMBERS):
        return None
    return ".".join(value[name] for name in _JWS_MEMBERS).encode()


def _inside_der(data: bytes) -> Peek | None:
    """Give the content of a DER string that takes up all of the bytes; None where they are none."""
    if len(data) < 3 or data[0] not in _DER_TAGS:
        return None
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        if not 2 < start <= 6:
            return None
        length = int.from_bytes(data[2:start])
    return Peek(data[start:]) if start + length == len(data) and length else None


# --- opening ------------------------------------------------------------------------------------


def _open(peek: Peek, context: Context) -> Opened:
    """Take off what is around the wrapper.

    Raises:
        MalformedArtefact: it is neither CBOR nor JSON, or what is around it is broken.
    """
    extension = None if peek.is_text else _inside_der(peek.data)
    if extension is not None:
        opened = _open(extension, context)
        return opened._replace(trail=None)
    if peek.is_text:
        return _open_json(peek, context)
    content = open_content(peek)
    message = content.message
    if message is None:
        return Opened(CBOR, _unsigned(), content.value, False, ())
    faults = []
    got = message.protected.get(_CONTENT_TYPE)
    if got not in _CBOR_TYPES:
        faults.append(f"the protected content type is {describe(got)}; expected {CBOR}")
    checked = check_cose(message, context, "attestation")
    return Opened(COSE, checked, content.value, False, content.trail, tuple(faults), content.fault)


def _open_json(peek: Peek, context: Context) -> Opened:
    if peek.data.lstrip(b" \t\r\n")[:1] not in (b"{", b"["):
        return _open_jws(peek.data, context)
    value = json.loads(peek.data, problem=MALFORMED)
    compact = _flattened(value)
    if compact is None:
        return Opened(JSON, _unsigned(), value, True, None)
    opened = _open_jws(compact, context)
    if "header" in value:
        opened = opened._replace(faults=(*opened.faults, "an unprotected header, which is not looked at"))
    return opened


def _open_jws(compact: bytes, context: Context) -> Opened:
    jws = jose.parse(compact, problem=MALFORMED)
    checked = check_jws(jws, context, "attestation")
    faults = []
    if jws.header.get("cty") not in _JSON_TYPES:
        faults.append(f"the content type (cty) is {describe(jws.header.get('cty'))}; expected {JSON}")
    try:
        value = json.loads(jws.payload, problem=MALFORMED)
    except MalformedArtefact as fault:
        return Opened(JWS, checked, None, True, None, tuple(faults), fault)
    return Opened(JWS, checked, value, True, None, tuple(faults))


def _unsigned() -> Checked:
    found = problem(
        "cose-unsigned", "a wrapper without signature: anybody can have put these messages together"
    )
    return Checked((), (found,), "unsigned", False, None)


# --- reading ------------------------------------------------------------------------------------


def decode(peek: Peek, context: Context) -> Artefact:
    """Read one wrapper, and the messages in it.

    Args:
        peek: its bytes.
        context: anchors, moment, challenge; ``read`` reads the messages.

    Raises:
        MalformedArtefact: it is neither CBOR nor JSON, or what is around it is broken.
    """
    opened = _open(peek, context)
    covered = opened.checked.authenticity != "unsigned"
    reading = Reading(context, peek.data, covered=covered, trail=opened.trail, from_json=opened.from_json)
    wrapper = Wrapper(reading)
    claims: dict[str, Any] | None = None
    for message in opened.faults:
        wrapper.wrong(message, "content_type")
    if opened.fault is not None:
        reading.report(opened.fault.problem, f"the signed wrapper: {opened.fault.message}", "payload")
    elif not isinstance(opened.value, Mapping | list | tuple | cbor.Tag):
        reading.report(MALFORMED, f"the wrapper is {describe(opened.value)}; expected a record", "cmw")
    else:
        claims = {"encoding": "json" if opened.from_json else "cbor", **wrapper.read(opened.value)}
        if wrapper.unread:
            claims["not_evaluated"] = wrapper.unread
        _judge_nonce(reading)
    return Artefact(
        path=context.path,
        kind="cmw",
        media_type=opened.media_type,
        sha256=hashlib.sha256(peek.data).hexdigest(),
        size=len(peek.data),
        wellformed=claims is not None and not wrapper.broken,
        authenticity=opened.checked.authenticity,
        signatures=opened.checked.signatures,
        problems=(*opened.checked.problems, *reading.problems),
        claims=claims,
        nested=tuple(reading.nested),
        purpose="attestation",
        role=context.role,
    )


def _judge_nonce(reading: Reading) -> None:
    """Report each evidence that does not answer the challenge, which was for it and not for the wrapper.

    A message reads as one nested in a token, which may have a nonce of its own. Here nothing is around it.
    """
    given = reading.context.nonce
    if given is None or reading.context.depth:
        return
    for artefact in _evidence(reading.nested):
        if artefact.fresh == "nonce" or given.hex() in _nonces(artefact):
            continue
        at = artefact.path.removeprefix(f"{reading.context.path}#")
        reading.report(
            "eat-nonce-mismatch",
            f"the evidence at {at} does not have the challenge {given.hex()}: it answers another request",
            at,
        )


def _evidence(nested: Iterable[Artefact]) -> Iterable[Artefact]:
    """Give the evidence in a wrapper, and in wrappers inside; not what is nested in a token."""
    for artefact in nested:
        if artefact.kind == "cmw":
            yield from _evidence(artefact.nested)
        elif artefact.purpose == "attestation":
            yield artefact


def _nonces(artefact: Artefact) -> list[str]:
    """Give the nonces that an evidence has, those of its parts included."""
    found: list[str] = []
    for one in walk([artefact]):
        value = (one.claims or {}).get("nonce")
        found += value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return found
