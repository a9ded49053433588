"""Submodules of a token: claims sets, nested tokens, detached digests (RFC 9711 section 4.2.18).

A claims set inside a token is covered by the token's signature. A nested token has a signature and keys of
its own, and is read as an artefact of its own: it neither lends its authenticity to the token around it nor
takes it from there. A digest stands for a claims set that travels beside the token, in a detached bundle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final, Literal, NamedTuple

from iotassess.codec import json
from iotassess.errors import MalformedArtefact
from iotassess.evidence.context import MAX_NESTING, Context
from iotassess.evidence.eat_json import decode_base64url, to_labels
from iotassess.evidence.eat_reading import Claims, Reading, clip, describe
from iotassess.model.artefact import Artefact, Severity

MAX_SUBMODULES: Final = 256
"""Submodules of one claims set that are read. Each may be a token with a signature to verify; the largest
real device has some twenty."""

MAX_LEVELS: Final = 8
"""Claims sets within claims sets of one token. RFC 9711 sets no limit; real ones have two or three levels."""

_JSON_TOKENS: Final = {"JWT": "a JSON Web Token", "CBOR": "base64url of a CBOR token", "BUNDLE": "a bundle"}

# COSE Algorithms registry → name and how to compute it. Truncated hashes are left out: too short to rely on.
_SHA = {-16: ("SHA-256", "sha256"), -43: ("SHA-384", "sha384"), -44: ("SHA-512", "sha512")}
_SHAKE = {-18: ("SHAKE128", "shake_128", 32), -45: ("SHAKE256", "shake_256", 64)}

ReadSet = Callable[[Reading, Claims], None]
"""Reads one claims set, by label: given here, as claims sets and submodules contain each other."""

Entry = tuple[str, Any]
"""Form of a submodule and what it holds: see :func:`_classify`."""


class DetachedDigest(NamedTuple):
    """The digest that stands in a token for a detached claims set.

    Attributes:
        alg: hash name of the COSE registry, or the identifier as text where it is not known.
        value: the digest.
    """

    alg: str
    value: bytes

    def holds(self, data: bytes) -> bool:
        """Tell whether it is the digest of ``data``; False for an algorithm that is not known."""
        for name, function in _SHA.values():
            if name == self.alg:
                return hashlib.new(function, data).digest() == self.value
        for name, function, size in _SHAKE.values():
            if name == self.alg:
                found: bytes = hashlib.new(function, data, usedforsecurity=True).digest(size)  # type: ignore[call-arg]
                return found == self.value
        return False


def read_submods(reading: Reading, value: Any, read_set: ReadSet) -> None:
    """Read the submods claim.

    Args:
        reading: of the claims set that has it.
        value: the claim.
        read_set: reads a claims set.
    """
    if not isinstance(value, Mapping):
        reading.report(
            "eat-submod-malformed", f"submods is {describe(value)}; expected a map", "submods", 266
        )
        reading.keep_other(266, value)
        return
    found = reading.claims["submods"] = {}
    paths = name_paths(reading, (name for name in islice(value, MAX_SUBMODULES) if type(name) is str))
    for index, (name, content) in enumerate(value.items()):
        if index == MAX_SUBMODULES:
            message = f"{len(value)} submodules; only the first {MAX_SUBMODULES} are read"
            reading.report("eat-submod-malformed", message, "submods", 266)
            reading.opaque = True
            break
        if type(name) is not str:
            message = f"the name of a submodule is {describe(name)}; expected a text"
            reading.report("eat-submod-malformed", message, "submods", 266)
            continue
        found[name] = _read_submodule(reading, paths[name], name, content, read_set)


def name_paths(reading: Reading, names: Iterable[str]) -> dict[str, str]:
    """Give each submodule of one claims set a path that no other of the token has.

    Names are clipped, and may look like a path themselves. A "#" only ever stands before the path
    inside a nested token.

    Args:
        reading: of the claims set; the paths are taken there.
        names: of the submodules, in their order.

    Returns:
        Name → path inside the claims set.
    """
    found: dict[str, str] = {}
    last: dict[str, int] = {}
    for name in names:
        plain = path = f"submods.{clip(name).replace('#', '_')}"
        while reading.prefix + path in reading.paths:
            last[plain] = last.get(plain, 1) + 1
            path = f"{plain} ({last[plain]})"
        reading.paths.add(reading.prefix + path)
        found[name] = path
    return found


def _read_submodule(
    reading: Reading, path: str, name: str, content: Any, read_set: ReadSet
) -> dict[str, Any]:
    form, inner = _classify_json(content) if reading.from_json else _classify(content)
    if form == "claims" and reading.level >= MAX_LEVELS:
        form, inner = "malformed", f"more than {MAX_LEVELS} claims sets within each other; it was not read"
    if form == "claims":
        within = reading.inside(path, None if reading.from_json else (266, name))
        read_set(within, to_labels(within, inner) if reading.from_json else inner)
        # What a part measures is no measurement of the whole, but perhaps all that there is to measure.
        reading.opaque |= within.opaque or within.measures != ""
        return within.claims
    if form == "digest":
        reading.opaque = True
        digest: DetachedDigest = inner
        reading.report(
            "eat-submod-unverified",
            f"{path} is the digest of a detached claims set that is not here; supply the bundle",
            path,
            266,
            name,
        )
        return {"detached_digest": {"alg": digest.alg, "value": digest.value.hex()}}
    if form == "token":
        reading.opaque = True
        return _read_nested(reading, path, name, inner)
    reading.report("eat-submod-malformed", f"{path}: {inner}", path, 266, name)
    return {}


def _read_nested(reading: Reading, path: str, name: str, data: bytes) -> dict[str, Any]:
    """Read a nested token as an artefact of its own."""
    artefact = read_token(reading.context, data, f"#{reading.prefix}{path}")
    if isinstance(artefact, str):
        deep = reading.context.depth >= MAX_NESTING
        id = "cbor-too-deep" if deep else "eat-submod-unverified"
        reading.report(id, f"{path}: {artefact}", path, 266, name)
        return {}
    reading.nested.append(artefact)
    if not is_token(artefact):
        reading.report(
            "eat-submod-malformed",
            f"{path} is no attestation token that can be read (kind {artefact.kind}); expected one",
            path,
            266,
            name,
        )
        return {}
    if artefact.authenticity != "authenticated":
        bad = artefact.authenticity == "failed"
        severity: Severity = "error" if bad else "warning"
        why = "its signature does not verify" if bad else f"it is {artefact.authenticity}"
        message = f"the nested token {path}: {why}; name the key that signs it as trust anchor"
        reading.report("eat-submod-unverified", message, path, 266, name, severity=severity)
    return artefact.claims or {}


def is_token(artefact: Artefact) -> bool:
    """Tell whether what was read is an attestation token with readable claims."""
    return artefact.wellformed and artefact.claims is not None and is_token_kind(artefact)


def is_token_kind(artefact: Artefact) -> bool:
    """Tell whether what was read is an attestation token, readable or not."""
    return (artefact.kind or "").startswith(("eat-", "psa-", "cca-"))


def read_token(context: Context, data: bytes, suffix: str) -> Artefact | str:
    """Read a token that stands inside another.

    Args:
        context: of the outer token.
        data: the inner token.
        suffix: appended to the path of the outer one.

    Returns:
        The artefact, or why it was not read.
    """
    if context.depth >= MAX_NESTING:
        return f"nested more than {MAX_NESTING} tokens deep; it was not read"
    if context.read is None or not context.may_nest():
        return "the nested token was not read"
    inner = replace(context, path=context.path + suffix, images=(), role=None, depth=context.depth + 1)
    return context.read(data, inner)


# --- forms --------------------------------------------------------------------------------------

Form = Literal["claims", "token", "digest", "malformed"]


def _classify(content: Any) -> tuple[Form, Any]:
    """Tell the form of a submodule of a CBOR token by its CBOR type.

    Returns:
        "claims" with the map, "token" with the bytes, "digest" with a :class:`DetachedDigest`, or
        "malformed" with the reason.
    """
    if isinstance(content, Mapping):
        return "claims", content
    if isinstance(content, list | tuple):
        return classify_digest(content)
    return classify_nested(content)


def classify_nested(content: Any) -> tuple[Form, Any]:
    """Tell what a nested token of a CBOR token is: bytes that start with a tag, or text with JSON."""
    if type(content) is bytes:
        if content and content[0] >> 5 == 6:
            return "token", content
        return "malformed", f"{describe(content)} that do not start with a CBOR tag; expected a tagged token"
    if type(content) is str:
        try:
            selector = json.loads(content, problem="eat-submod-malformed")
        except MalformedArtefact as fault:
            return "malformed", fault.message
        form, inner = classify_selector(selector)
        if form == "digest":
            return "malformed", "a DIGEST in JSON; in a CBOR token a digest is an array"
        return form, inner
    return "malformed", f"{describe(content)}; expected a map, a token or a digest"


def _classify_json(content: Any) -> tuple[Form, Any]:
    """Tell the form of a submodule of a JSON token."""
    return ("claims", content) if isinstance(content, dict) else classify_selector(content)


def classify_selector(content: Any) -> tuple[Form, Any]:
    """Tell what ``[type, value]`` holds (RFC 9711 section 4.2.18.1.2)."""
    if not isinstance(content, list) or len(content) != 2 or type(content[0]) is not str:
        return "malformed", f"{describe(content)}; expected an object, or an array of type and value"
    kind, value = content
    if kind == "DIGEST":
        return classify_digest(value, from_json=True)
    if kind == "JWT" and type(value) is str:
        return "token", value.encode()
    if kind == "BUNDLE" and isinstance(value, list):
        return "token", json.dumps(value).encode()
    if kind == "CBOR":
        data, _ = decode_base64url(value)
        if data is not None:
            return classify_nested(data)
    expected = _JSON_TOKENS.get(kind)
    if expected is None:
        return "malformed", f"the type {describe(kind)}; expected JWT, CBOR, BUNDLE or DIGEST"
    return "malformed", f"{describe(value)} of type {kind}; expected {expected}"


def classify_digest(content: Any, *, from_json: bool = False) -> tuple[Form, Any]:
    """Read ``[algorithm, digest]`` of a detached claims set (RFC 9711 section 4.2.18.1.3)."""
    if isinstance(content, list | tuple) and len(content) == 2:
        alg, value = content
        if from_json:
            value, _ = decode_base64url(value)
        if type(value) is bytes and type(alg) in (int, str):
            return "digest", DetachedDigest(_hash_name(alg), value)
    return "malformed", f"{describe(content)}; expected an array of hash algorithm and digest"


def _hash_name(alg: int | str) -> str:
    if type(alg) is int:
        known = _SHA.get(alg) or _SHAKE.get(alg)
        return known[0] if known else clip(str(alg))
    return clip(str(alg).upper().replace("_", "-"))
