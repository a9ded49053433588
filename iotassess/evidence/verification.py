"""``verify`` and ``inspect`` as pure functions: artefacts in, read artefacts and an exit code out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from iotassess.errors import UsageError
from iotassess.evidence.collect import Collected, Found, kind_of, read_image
from iotassess.evidence.companions import companions, without_used
from iotassess.evidence.context import Context, Image, Keys
from iotassess.evidence.reading import read, without_bytes
from iotassess.evidence.registry import KINDS, Kind
from iotassess.model.artefact import Artefact, Problem, Role, walk
from iotassess.model.assessment import AsOf
from iotassess.model.problems import problem

MIN_NONCE_BYTES: Final = 8
MAX_NONCE_BYTES: Final = 64
"""Shortest and longest nonce (RFC 9711 section 4.1)."""

_NONCE_PROBLEMS: Final = frozenset({"eat-nonce-missing", "eat-nonce-mismatch"})
"""What a decoder reports that compared a challenge."""

_COMPONENT: Final = re.compile(r"(?:[0-9a-fA-F]{2})*(?:/(?:[0-9a-fA-F]{2})*)*")


class Nonce(NamedTuple):
    """One challenge.

    Attributes:
        artefact: path, as given, of the artefact that it is for; None for all.
        value: its bytes.
    """

    artefact: str | None
    value: bytes


class Verification(NamedTuple):
    """What came of reading all artefacts of a call.

    Attributes:
        artefacts: in the order of the files.
        not_done: files of folders that were not read or not recognised, with the reason.
        unusable: what makes the call end with exit code 3: files named themselves that cannot be read or
            recognised, and folders in which nothing was recognised.
    """

    artefacts: tuple[Artefact, ...]
    not_done: tuple[str, ...]
    unusable: tuple[str, ...]


# --- options ------------------------------------------------------------------------------------


def parse_nonce(text: str) -> Nonce:
    """Read the value of ``--nonce``: ``[ARTEFACT=]HEX``.

    Raises:
        UsageError: it is no hex, or not 8 to 64 bytes.
    """
    artefact, _, digits = text.rpartition("=")
    try:
        value = bytes.fromhex(digits)
    except ValueError:
        raise UsageError(
            f"--nonce: {digits[:80]!r} is not hexadecimal; expected [ARTEFACT=]HEX",
            hint="give the challenge as it was sent, two digits a byte",
        ) from None
    if not MIN_NONCE_BYTES <= len(value) <= MAX_NONCE_BYTES:
        raise UsageError(
            f"--nonce: {len(value)} bytes were given; a nonce has {MIN_NONCE_BYTES} to {MAX_NONCE_BYTES} "
            "(RFC 9711 section 4.1)",
            hint="give all of the challenge, two digits a byte",
        )
    return Nonce(artefact or None, value)


def parse_image(text: str) -> Image:
    """Read the value of ``--image``: ``[COMPONENT=]FILE``; and digest the file.

    Args:
        text: COMPONENT is a SUIT component identifier in hex, its segments joined by "/".

    Raises:
        UsageError: there is no such file, or it cannot be read.
    """
    before, equals, after = text.partition("=")
    component: str | None = None
    file = text
    if equals and _COMPONENT.fullmatch(before):
        component, file = before.lower(), after
    elif equals and kind_of(Path(text)) == "missing":
        raise UsageError(
            f"--image {text!r}: {before!r} is no component identifier; expected [COMPONENT=]FILE",
            hint='give it in hex with "/" between its segments, as `iotassess inspect` prints it',
        )
    image = read_image(Path(file), file, component)
    if isinstance(image, Problem):
        raise UsageError(f"--image {text!r}: {image.message}", hint="check the path after --image")
    return image


def nonce_for(path: str, nonces: Sequence[Nonce]) -> bytes | None:
    """Give the challenge for an artefact: its own, else the one for all."""
    for nonce in nonces:
        if nonce.artefact == path:
            return nonce.value
    return next((nonce.value for nonce in nonces if nonce.artefact is None), None)


def judge_challenge(artefact: Artefact, nonces: Sequence[Nonce]) -> Artefact:
    """Report a challenge that nothing in an artefact was compared with: it shows nothing about its age.

    One for all artefacts is for attestation alone; one for this artefact is for it whatever it is. What is
    malformed is no evidence anyway.

    Args:
        artefact: as read.
        nonces: all challenges of the call.
    """
    given = nonce_for(artefact.path, nonces)
    if given is None or artefact.fresh == "nonce" or artefact.kind is None or not artefact.wellformed:
        return artefact
    named = any(nonce.artefact == artefact.path for nonce in nonces)
    if not named and artefact.purpose != "attestation":
        return artefact
    if _is_judged(artefact) or any(_has_nonce(one, given.hex()) for one in walk([artefact])):
        return artefact
    message = (
        f"nothing in it was compared with the challenge {given.hex()}: nobody can tell when it was made; "
        "expected evidence with a nonce that can be read"
    )
    found = problem("eat-nonce-missing", message, severity="error")
    return replace(artefact, problems=(*artefact.problems, found))


def _is_judged(artefact: Artefact) -> bool:
    return any(one.severity == "error" and one.id in _NONCE_PROBLEMS for one in artefact.problems)


def _has_nonce(artefact: Artefact, given: str) -> bool:
    nonce = (artefact.claims or {}).get("nonce")
    return given in nonce if isinstance(nonce, list) else given == nonce


def check_nonces(nonces: Sequence[Nonce], paths: Iterable[str]) -> None:
    """Check that every challenge has an artefact to be compared with, and no artefact has two.

    Args:
        nonces: all that were given.
        paths: artefacts of the call.

    Raises:
        UsageError: one is for an artefact that is not there, or two are for the same.
    """
    known = set(paths)
    seen: set[str | None] = set()
    for nonce in nonces:
        if nonce.artefact is not None and nonce.artefact not in known:
            raise UsageError(
                f"--nonce: {nonce.artefact!r} is none of the artefacts",
                hint=f"name one of: {', '.join(sorted(known)[:5]) or 'none was given'}",
            )
        if nonce.artefact in seen:
            whom = nonce.artefact or "all artefacts"
            raise UsageError(f"--nonce: two challenges for {whom}", hint="write --nonce ARTEFACT=HEX")
        seen.add(nonce.artefact)


# --- reading ------------------------------------------------------------------------------------


def read_found(
    found: Found, context: Context, kinds: Sequence[Kind] = KINDS, *, kind: str | None = None
) -> Artefact:
    """Read one collected file, or give the artefact that stands for it if it was not read."""
    if found.data is not None:
        return read(found.data, context, kinds, kind=kind)
    assert found.problem is not None  # noqa: S101 - a file without bytes has a reason
    return without_bytes(context, found.problem, sha256=found.sha256, size=found.size)


def verify(
    collected: Collected,
    keys: Keys,
    as_of: AsOf,
    *,
    nonces: Sequence[Nonce] = (),
    max_age: datetime.timedelta | None = None,
    images: Sequence[Image] = (),
    kinds: Sequence[Kind] = KINDS,
    role: Role | None = None,
) -> Verification:
    """Read all artefacts of a call; a file of a folder that is no artefact goes to ``not_done``.

    Args:
        collected: the files.
        keys: trust anchors.
        as_of: the moment to judge at.
        nonces: challenges.
        max_age: how long ago a signed time may be to count as fresh.
        images: payload files.
        kinds: the table of kinds.
        role: what the profile names the files for.

    Raises:
        UsageError: the challenges do not fit the artefacts.
    """
    check_nonces(nonces, (found.path for found in collected.found))
    artefacts: list[Artefact] = []
    not_done = [one.said for one in collected.not_done]
    unusable: list[str] = []
    barren = dict.fromkeys(collected.folders)
    beside = companions(collected.found)
    read_nested = partial(read, kinds=kinds)
    for found in collected.found:
        nonce = nonce_for(found.path, nonces)
        context = Context(
            found.path, keys, as_of, nonce, max_age, tuple(images), beside, role, read=read_nested
        )
        artefact = read_found(found, context, kinds)
        if nonce is not None:
            artefact = judge_challenge(artefact, nonces)
        if artefact.kind is None and found.folder is not None:
            not_done.append(f"{found.path}: not assessed, {artefact.problems[0].message}")
            continue
        artefacts.append(artefact)
        if artefact.kind is None:
            unusable.append(found.path)
        elif found.folder is not None:
            barren.pop(found.folder, None)
    return Verification(tuple(without_used(artefacts)), tuple(not_done), (*unusable, *barren))


# --- judging ------------------------------------------------------------------------------------


def has_error(artefact: Artefact) -> bool:
    """Tell whether the artefact, or a token nested in it, has a problem of severity error."""
    return any(found.severity == "error" for found in artefact.problems) or any(
        has_error(inner) for inner in artefact.nested
    )


def is_acceptable(artefact: Artefact, allow_unsigned: bool = False, kinds: Sequence[Kind] = KINDS) -> bool:
    """Tell whether ``verify`` is content with an artefact: well-formed, authenticated, without an error.

    Args:
        artefact: as read.
        allow_unsigned: the user knows that it is unsigned; that counts for kinds whose specification
            has an unsigned form, and for nothing else.
        kinds: the table of kinds.
    """
    if not artefact.wellformed or has_error(artefact):
        return False
    if artefact.authenticity == "authenticated":
        return True
    return (
        allow_unsigned
        and artefact.authenticity == "unsigned"
        and any(row.id == artefact.kind and row.unsigned_form for row in kinds)
    )


def exit_code(verification: Verification, allow_unsigned: bool = False, kinds: Sequence[Kind] = KINDS) -> int:
    """Give the exit code of ``verify``: 3 before 1 before 0."""
    if verification.unusable:
        return 3
    content = all(is_acceptable(artefact, allow_unsigned, kinds) for artefact in verification.artefacts)
    return 0 if content and verification.artefacts else 1
