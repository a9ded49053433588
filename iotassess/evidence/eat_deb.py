"""Detached EAT bundle (RFC 9711 section 5): a token, and beside it claims sets of which it has the digests.

The bundle is as authentic as its main token, whose signature, claims and statements it takes over. A claims
set whose digest holds is covered by that signature; one whose digest does not makes the bundle "failed".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, json
from iotassess.errors import MalformedArtefact
from iotassess.evidence.context import Context
from iotassess.evidence.eat_json import decode_base64url, to_labels
from iotassess.evidence.eat_reading import MAX_LOCATED_BYTES, Reading, describe
from iotassess.evidence.eat_submods import (
    MAX_SUBMODULES,
    DetachedDigest,
    classify_nested,
    classify_selector,
    is_token,
    is_token_kind,
    name_paths,
    read_token,
)
from iotassess.evidence.eat_times import is_bound_to_nonce, is_in_time, judge_freshness
from iotassess.evidence.eat_token import read_claims_set
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, Authenticity, Problem, Shown

BUNDLE_TAG: Final = 602
"""RFC 9711 section 10.3.2."""


class _Bundle(NamedTuple):
    """The two parts.

    Attributes:
        token: bytes of the main token.
        detached: name → bytes of a claims set; None where they cannot be decoded.
        from_json: the bundle is JSON.
        native: the main token stands in the bundle as its own bytes.
    """

    token: bytes
    detached: dict[str, bytes | None]
    from_json: bool
    native: bool


def is_bundle(peek: Peek) -> bool:
    """Tell whether the bytes are a bundle, in CBOR with or without its tag, or in JSON."""
    if peek.tags:
        return peek.tags[0] == BUNDLE_TAG
    try:
        if peek.is_text:
            if peek.data.lstrip()[:1] != b"[":
                return False
        elif not peek.is_cbor or not isinstance(peek.cbor, list):
            return False
        _open(peek)
    except MalformedArtefact:
        return False
    return True


def _open(peek: Peek) -> _Bundle:
    """Open a bundle.

    Raises:
        MalformedArtefact: it is none.
    """
    from_json = not peek.tags and peek.is_text
    value: Any
    if from_json:
        value = json.loads(peek.data)
    else:
        value = peek.cbor
        if isinstance(value, cbor.Tag) and value.number == BUNDLE_TAG:
            value = value.value
    if not isinstance(value, list | tuple) or len(value) != 2 or not isinstance(value[1], Mapping):
        raise _malformed(f"{describe(value)}; expected an array of a token and a map")
    form, token = classify_selector(value[0]) if from_json else classify_nested(value[0])
    if form != "token":
        raise _malformed(f"its main token: {token if form == 'malformed' else 'a digest'}")
    if len(value[1]) > MAX_SUBMODULES:
        raise _malformed(f"{len(value[1])} detached claims sets; at most {MAX_SUBMODULES} are read")
    detached: dict[str, bytes | None] = {}
    for name, content in value[1].items():
        if type(name) is not str:
            raise _malformed(f"the name of a claims set is {describe(name)}; expected a text")
        if from_json:
            detached[name] = decode_base64url(content)[0]
        else:
            detached[name] = content if type(content) is bytes else None
    return _Bundle(token, detached, from_json, type(value[0]) is bytes)


def _malformed(message: str) -> MalformedArtefact:
    return MalformedArtefact("eat-submod-malformed", f"not a detached EAT bundle: {message}")


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a bundle: its main token first, then each claims set that the token has a digest of.

    Args:
        peek: the bytes.
        context: as for the main token.

    Raises:
        MalformedArtefact: the bytes are no bundle.
    """
    bundle = _open(peek)
    main = read_token(context, bundle.token, "")
    if isinstance(main, str):
        raise _malformed(f"its main token: {main}")
    reading = Reading(
        context,
        peek.data,
        covered=main.authenticity != "unsigned",
        trail=None if bundle.from_json else (),
        from_json=bundle.from_json,
    )
    reading.claims = dict(main.claims or {})
    paths = name_paths(reading, [*reading.claims.get("submods", {}), *_unexpected(reading.claims, bundle)])
    reading.paths |= {inner.path.removeprefix(f"{main.path}#") for inner in main.nested}
    readable = is_token(main) and main.kind != "eat-deb"
    if not readable:
        message = f"the main token is of kind {main.kind}; expected a CWT or JWT that can be read"
        reading.report("eat-submod-malformed", message, None)
    holds = _read_detached(reading, bundle, paths)
    _take_over_times(reading, main)
    if is_bound_to_nonce(reading) is False:
        reading.show("attestation.nonce-bound", False, "nonce")
    trusted = holds and main.authenticity in ("authenticated", "intact") and is_in_time(main.problems)
    fresh = judge_freshness(reading, trusted)
    # What is no token at all has nothing that could be signed for the bundle.
    authenticity: Authenticity = main.authenticity if is_token_kind(main) else "unsigned"
    if not holds and authenticity != "unsigned":
        authenticity = "failed"
    return Artefact(
        path=context.path,
        kind="eat-deb",
        media_type="application/eat-bun+json" if bundle.from_json else "application/eat-bun+cbor",
        sha256=hashlib.sha256(peek.data).hexdigest(),
        size=len(peek.data),
        wellformed=readable,
        authenticity=authenticity,
        signatures=main.signatures,
        problems=(*_main_problems(peek, bundle, main, paths), *reading.problems),
        claims=None if main.claims is None else reading.claims,
        shown=(*_main_statements(bundle, main), *reading.shown),
        nested=(*main.nested, *reading.nested),
        device=main.device,
        fresh=fresh,
        purpose="attestation",
        role=context.role,
    )


def _take_over_times(reading: Reading, main: Artefact) -> None:
    """Take over what says when the main token was made: the challenge was for the bundle."""
    claims = main.claims or {}
    nonce = claims.get("nonce", [])
    reading.nonces = tuple(bytes.fromhex(one) for one in ([nonce] if isinstance(nonce, str) else nonce))
    if type(claims.get("iat")) is int:
        reading.times["iat"] = claims["iat"]


# --- detached claims sets -----------------------------------------------------------------------


def _unexpected(claims: Mapping[str, Any], bundle: _Bundle) -> list[str]:
    """Give the names of detached claims sets that are no submodules of the main token."""
    submods = claims.get("submods", {})
    return [name for name in bundle.detached if name not in submods]


def _read_detached(reading: Reading, bundle: _Bundle, paths: Mapping[str, str]) -> bool:
    """Compare and read the detached claims sets; those that hold take the place of their digests.

    Args:
        reading: of the bundle.
        bundle: its parts.
        paths: name of a submodule or detached claims set → path.

    Returns:
        Whether every one of them has the digest that the main token gives.
    """
    submods = dict(reading.claims.get("submods", {}))
    digests = {name: found for name, entry in submods.items() if (found := _digest(entry)) is not None}
    if not digests:
        message = "the main token has no digest of a detached claims set; expected at least one"
        reading.report("eat-submod-malformed", message, "submods")
    holds = True
    for name, data in bundle.detached.items():
        path = paths[name]
        digest = digests.get(name)
        if data is not None and digest is not None and digest.holds(data):
            submods[name] = _read_set(reading, path, name, data)
            continue
        holds = False
        if data is None:
            why = "cannot be decoded"
        elif digest is None:
            why = "is one that the main token has no digest of"
        else:
            why = f"does not have the digest that the main token gives ({digest.alg})"
        message = f"the detached claims set {describe(name)} {why}; it was not read"
        reading.report("eat-detached-digest-mismatch", message, path, 1, name)
    if submods:
        reading.claims["submods"] = submods
    return holds


def _digest(entry: Any) -> DetachedDigest | None:
    """Give the digest that stands in the main token for a detached claims set."""
    found = entry.get("detached_digest") if isinstance(entry, Mapping) else None
    return None if found is None else DetachedDigest(found["alg"], bytes.fromhex(found["value"]))


def _read_set(reading: Reading, path: str, name: str, data: bytes) -> dict[str, Any]:
    """Read one detached claims set."""
    within = reading.inside(path, None if reading.from_json else (1, name, cbor.INTO))
    try:
        claims: Any = json.loads(data, problem="eat-claim-type") if reading.from_json else cbor.loads(data)
    except MalformedArtefact as fault:
        reading.report(fault.problem, f"the detached claims set: {fault.message}", path, 1, name)
        return {}
    if not isinstance(claims, Mapping):
        message = f"the detached claims set is {describe(claims)}; expected a map"
        reading.report("eat-claim-type", message, path, 1, name)
        return {}
    read_claims_set(within, to_labels(within, claims) if reading.from_json else claims)
    return within.claims


# --- what the main token gives ------------------------------------------------------------------


def _main_problems(
    peek: Peek, bundle: _Bundle, main: Artefact, paths: Mapping[str, str]
) -> tuple[Problem, ...]:
    """Give the main token's problems with offsets in the bundle, and without digests that are settled."""
    supplied = {paths[name] for name in bundle.detached}
    base = None
    if bundle.native and len(peek.data) <= MAX_LOCATED_BYTES:
        base = cbor.locate(peek.data, (0, cbor.INTO))
    return tuple(
        found._replace(offset=None if base is None or found.offset is None else base + found.offset)
        for found in main.problems
        if not (found.id == "eat-submod-unverified" and found.at in supplied)
    )


def _main_statements(bundle: _Bundle, main: Artefact) -> tuple[Shown, ...]:
    """Give the main token's statements as the bundle's, with where they stand in it."""
    if not bundle.native:
        return tuple(found._replace(trail=()) for found in main.shown)
    return tuple(
        found._replace(trail=(0, cbor.INTO, *found.trail)) if found.trail else found for found in main.shown
    )
