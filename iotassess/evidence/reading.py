"""Bytes in, one :class:`Artefact` out, whatever the bytes are.

1. Look at the bytes and find the kind: the first row of the table that takes them for its own.
2. Malformed bytes have a kind too where it can be told.
3. Decode. A decoder that gives up leaves an artefact with that one problem.
4. Add what is the same for all kinds: digest, size, media type, purpose, role.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import registry
from iotassess.evidence.context import MAX_NESTING, Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.registry import KINDS, Kind
from iotassess.model.artefact import Artefact, Problem
from iotassess.model.problems import problem

_load: Callable[[str], Callable[..., Any]] = functools.cache(registry.load)


def read(
    data: bytes, context: Context, kinds: Sequence[Kind] = KINDS, *, kind: str | None = None
) -> Artefact:
    """Read one artefact. Never raises on account of the bytes.

    Args:
        data: all of its bytes.
        context: name, anchors, moment, challenge; ``read`` in it is set to this function.
        kinds: the table of kinds.
        kind: what it is, where somebody said so (an id of the table); None to find out.
    """
    peek = Peek(data)
    row: Kind | None = None
    try:
        _require_depth(context)
        row = recognise(peek, kinds) if kind is None else _row(kind, kinds)
        if row is None:
            return _without_claims(data, context, None, _unrecognised(data))
        if context.read is None:
            context = replace(context, read=functools.partial(read, kinds=kinds))
        return _complete(_load(row.decode)(peek, context), data, context, row)
    except MalformedArtefact as fault:
        found = problem(fault.problem, fault.message, at=fault.at, offset=fault.offset)
    except RecursionError:
        found = problem("cbor-too-deep", "nested deeper than can be followed; nothing in it is believed")
    except MemoryError:
        found = problem("artefact-too-large", "reading it takes more memory than there is")
    return _without_claims(data, context, row, found)


def _require_depth(context: Context) -> None:
    if context.depth > MAX_NESTING:
        raise MalformedArtefact("cbor-too-deep", f"more than {MAX_NESTING} tokens within each other")


def without_bytes(
    context: Context, found: Problem, *, sha256: str = "", size: int = 0, kind: str | None = None
) -> Artefact:
    """Give the artefact that stands for a file that was not read.

    Args:
        context: its name and role.
        found: why not.
        sha256: of the file in hex, where it could be computed at least.
        size: bytes.
        kind: what it would have been, where that is known.
    """
    return Artefact(
        context.path, kind, None, sha256, size, False, "unsigned", problems=(found,), role=context.role
    )


# --- which kind ---------------------------------------------------------------------------------


def recognise(peek: Peek, kinds: Sequence[Kind] = KINDS) -> Kind | None:
    """Find the kind of an artefact, of a malformed one too where that can be told; or None.

    Sniffers take malformed bytes for their own where their beginning says so. What is told by its content
    can still be told where a whole CBOR item has something behind it.
    """
    found = _sniff(peek, kinds)
    if found is not None or not peek.data or peek.is_cbor:
        return found
    try:
        end = cbor.scan(peek.data).end
    except MalformedArtefact:
        return None
    return _sniff(Peek(peek.data[:end]), kinds) if end < len(peek.data) else None


def _sniff(peek: Peek, kinds: Sequence[Kind]) -> Kind | None:
    for row in kinds:
        if row.sniff and _load(row.sniff)(peek):
            return row
    return None


def _row(kind: str, kinds: Sequence[Kind]) -> Kind | None:
    return next((row for row in kinds if row.id == kind), None)


def _unrecognised(data: bytes) -> Problem:
    if not data:
        return problem("artefact-unrecognised", "the file is empty; was it written at all?")
    return problem(
        "artefact-unrecognised",
        f"{len(data)} bytes that begin with {data[:8].hex()} are none of the kinds that `iotassess list "
        "artefact-kinds` names; a firmware image is named with --image",
    )


# --- the same for all kinds ---------------------------------------------------------------------


def _complete(artefact: Artefact, data: bytes, context: Context, row: Kind) -> Artefact:
    """Fill in what the decoder left out, and take off problems that are there twice."""
    problems = artefact.problems
    if len(problems) > 1:
        problems = tuple(dict.fromkeys(problems))
    # A token has it all, and there may be millions: making a second artefact costs as much as decoding one.
    if (
        len(problems) == len(artefact.problems)
        and artefact.kind
        and artefact.media_type
        and artefact.sha256
        and artefact.size == len(data)
        and artefact.purpose == row.purpose
        and artefact.role is context.role
    ):
        return artefact
    return replace(
        artefact,
        kind=artefact.kind or row.id,
        media_type=artefact.media_type or row.media_types[0],
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        problems=problems,
        purpose=artefact.purpose or row.purpose,
        role=context.role,
    )


def _without_claims(data: bytes, context: Context, row: Kind | None, found: Problem) -> Artefact:
    return Artefact(
        context.path,
        None if row is None else row.id,
        None if row is None else row.media_types[0],
        hashlib.sha256(data).hexdigest(),
        len(data),
        False,
        "unsigned" if row is None else "unverified",
        problems=(found,),
        purpose=None if row is None else row.purpose,
        role=context.role,
    )
