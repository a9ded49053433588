"""Bytes in, one :class:`Artefact` out, whatever the bytes are.

1. Look at the bytes and find the kind: the first row of the table that takes them for its own.
2. Malformed bytes have a kind too where it can be told.
3. Decode. A decoder that gives up leaves an artefact with that one problem.
4. Add what is the same for all kinds: digest, size, media type, purpose, role.

A tag around an artefact that says nothing about it is looked through, and so is one that hides a token.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.codec.cbor_tokens import LEDGER, MAX_EFFORT, MAX_SCANNED_ITEMS
from iotassess.errors import MalformedArtefact
from iotassess.evidence import registry
from iotassess.evidence.alike import MOULDS
from iotassess.evidence.alike_parts import KIND
from iotassess.evidence.context import MAX_NESTED_ARTEFACTS, MAX_NESTING, Context, Nested
from iotassess.evidence.peek import SELF_DESCRIBED, Peek
from iotassess.evidence.registry import KINDS, Kind
from iotassess.model.artefact import Artefact, Problem
from iotassess.model.problems import problem

_REFERENCE_TAGS: Final = frozenset({500, 501, 502, 1398229316})
"""Tags of CoRIM (the first with signature or without) and CoSWID: no token has one around it."""

_ALSO_ELSEWHERE: Final = frozenset(range(256))
"""Labels that reference values have, too, with another meaning."""

MAX_TAGS_REMEMBERED: Final = 64
"""Tags whose possible kinds are remembered: those of all kinds are a third of that."""

_AROUND: Final = _REFERENCE_TAGS | {SELF_DESCRIBED}

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
    if context.depth:
        return _read(data, context, kinds, kind)
    alike = kinds is KINDS and (kind is None or kind == KIND)
    if alike:
        remembered = MOULDS.recall(data, context)
        if remembered is not None:
            return remembered
    if context.begun:
        context = replace(context, nested=Nested())
    nested = context.nested
    nested.effort = MAX_EFFORT
    token = LEDGER.set(nested)
    try:
        artefact = _read(data, context, kinds, kind)
    finally:
        LEDGER.reset(token)
    if nested.items <= 0 or nested.effort < 0 or nested.refused:
        return _with_refused(artefact, nested)
    if alike and artefact.kind == KIND:
        MOULDS.remember(data, context, artefact)
    return artefact


def _read(data: bytes, context: Context, kinds: Sequence[Kind], kind: str | None) -> Artefact:
    peek = whole = Peek(data)
    row: Kind | None = None
    try:
        if context.depth:
            _enter(context)
        if kind is None and peek.tags and peek.tags[0] in _AROUND:
            peek = _inside(whole)
        row = recognise(peek, kinds) if kind is None else _row(kind, kinds)
        if row is None:
            return _without_claims(data, context, None, _unrecognised(data))
        if context.read is None:
            context = replace(context, read=functools.partial(read, kinds=kinds))
        artefact = _complete(_load(row.decode)(peek, context), peek.data, context, row)
        return artefact if peek is whole else _with_tag(artefact, whole, peek)
    except MalformedArtefact as fault:
        found = problem(fault.problem, fault.message, at=fault.at, offset=fault.offset)
    except RecursionError:
        found = problem("cbor-too-deep", "nested deeper than can be followed; nothing in it is believed")
    except MemoryError:
        found = problem("artefact-too-large", "reading it takes more memory than there is")
    return _without_claims(data, context, row, found)


def _enter(context: Context) -> None:
    """Count an artefact within a file.

    Raises:
        MalformedArtefact: it is too deep inside, or one too many.
    """
    if context.depth > MAX_NESTING:
        raise MalformedArtefact("cbor-too-deep", f"more than {MAX_NESTING} tokens within each other")
    if not context.may_nest():
        message = f"more than {MAX_NESTED_ARTEFACTS} artefacts within one file; this one was not read"
        raise MalformedArtefact("artefact-too-large", message)
    context.nested.left -= 1


def _with_refused(artefact: Artefact, nested: Nested) -> Artefact:
    """Report on a file that it has more inside than is read."""
    if nested.refused:
        what = f"{MAX_NESTED_ARTEFACTS} artefacts within it: {nested.refused} of them were not read"
    elif nested.effort < 0:
        what = "signatures to check than there is time for: not all of it was read"
    else:
        what = f"{MAX_SCANNED_ITEMS} CBOR items in all that is in it: not all of it was read"
    found = problem("artefact-too-large", f"more than {what}; supply the parts as files of their own")
    return replace(artefact, problems=(*artefact.problems, found))


# --- tags around ---------------------------------------------------------------------------------


def _inside(whole: Peek) -> Peek:
    """Give what is behind a tag that the kind is not told by; the whole where it is told by it."""
    inside = whole
    if inside.tags[0] == SELF_DESCRIBED:
        inside = _behind_tag(inside)
        # Only CBOR can follow it: text, images and certificates begin with no array, map or tag.
        if inside.data[:1] == b"" or inside.data[0] >> 5 not in (4, 5, 6):
            return whole
    token = inside
    while token.tags and token.tags[0] in _REFERENCE_TAGS:
        token = _behind_tag(token)
    if token is inside or token.payload is None:
        return inside
    from iotassess.evidence.eat_token import EVIDENCE_LABELS  # nearly no file gets here

    labels = EVIDENCE_LABELS - _ALSO_ELSEWHERE
    return inside if labels.isdisjoint(token.payload) else token


def _behind_tag(peek: Peek) -> Peek:
    low = peek.data[0] & 0x1F
    return Peek(peek.data[1 + (1 << low - 24 if low >= 24 else 0) :])


def _with_tag(artefact: Artefact, whole: Peek, inside: Peek) -> Artefact:
    """Give what was read behind a tag as what the whole is."""
    skipped = len(whole.data) - len(inside.data)
    problems = tuple(
        found if found.offset is None else found._replace(offset=found.offset + skipped)
        for found in artefact.problems
    )
    wrong = [str(tag) for tag in whole.tags if tag in _REFERENCE_TAGS and tag not in inside.tags]
    if wrong:
        message = (
            f"CBOR tag {', '.join(wrong)} is of reference values, and a token follows; expected no such tag"
        )
        problems += (problem("eat-claim-type", message, offset=0),)
    return replace(
        artefact, sha256=hashlib.sha256(whole.data).hexdigest(), size=len(whole.data), problems=problems
    )


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
    outermost = peek.tags[:1]
    for row in _shipped(outermost) if kinds is KINDS else _possible(kinds, outermost):
        if _load(row.sniff)(peek):
            return row
    return None


def _possible(kinds: Sequence[Kind], outermost: tuple[int, ...]) -> tuple[Kind, ...]:
    """Leave out the kinds that are never sniffed, and those that never have that tag outermost."""
    told = (row for row in kinds if row.sniff)
    if not outermost:
        return tuple(told)
    return tuple(row for row in told if row.tags is None or not row.tags.isdisjoint(outermost))


@functools.lru_cache(maxsize=MAX_TAGS_REMEMBERED)
def _shipped(outermost: tuple[int, ...]) -> tuple[Kind, ...]:
    return _possible(KINDS, outermost)


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
