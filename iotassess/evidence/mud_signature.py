"""The signature of a MUD file: in a file of its own, or around it (RFC 8520 section 13.2).

A detached signature belongs to the file whose digest it signs. Where none of the call has that digest, one
that is named like the file is taken, which then does not verify: somebody changed the file after that.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from iotassess.codec import cms
from iotassess.codec.cms import SignedData, Summary
from iotassess.evidence.authenticate import Checked, check_cms
from iotassess.evidence.context import Companion, Context
from iotassess.model.artefact import SignatureResult
from iotassess.model.problems import problem

AT: Final = "signature"

MAX_COMPANIONS: Final = 256
"""Most signature files that are looked through for one MUD file, besides those that are named like it; each
is parsed and verified."""

MAX_COMPANION_BYTES: Final = 4 << 20
"""Bytes of those files together: a signature with its chain has some kilobytes."""

_ENDINGS: Final = (".p7s", ".p7", ".p7c", ".cms")


class Signed(NamedTuple):
    """A MUD file's signature, checked.

    Attributes:
        checked: what came of it.
        file: name of the file that it is in, or None where there is none.
        message: the CMS message, or None where it cannot be read.
    """

    checked: Checked
    file: str | None
    message: SignedData | None


def check_detached(data: bytes, context: Context, signature_url: str | None) -> Signed | None:
    """Find the signature file of a MUD file, and check it.

    Args:
        data: the MUD file.
        context: anchors, and the signature files of the call.
        signature_url: what the file gives as ``mud-signature``, or None.

    Returns:
        What came of it; None where no file of the call is its signature.
    """
    alike = [one for one in _named_alike(context, signature_url) if one.summary.detached]
    digests: dict[str, bytes] = {}
    for companion in (*alike, *_others(context, alike)):
        if _signs(companion.summary, data, digests):
            return _check(companion, data, context)
    if not alike:
        return None
    fault = alike[0].summary.fault
    if fault is not None:
        found = problem(fault.problem, fault.message, at=AT, offset=fault.offset)
        result = SignatureResult("CMS", None, None, "malformed")
        return Signed(Checked((result,), (found,), "failed", False, None), alike[0].path, None)
    return _check(alike[0], data, context)


def _others(context: Context, alike: Sequence[Companion]) -> Iterator[Companion]:
    left = MAX_COMPANION_BYTES
    named = set(map(id, alike))
    for companion in [one for one in context.companions if id(one) not in named][:MAX_COMPANIONS]:
        left -= len(companion.data)
        if left < 0:
            return
        yield companion


def _check(companion: Companion, data: bytes, context: Context) -> Signed:
    message = cms.parse(companion.data)
    checked = check_cms(message, data, context, "network", AT)
    return Signed(checked, companion.path, message)


def _signs(summary: Summary, data: bytes, digests: dict[str, bytes]) -> bool:
    """Whether the signed attributes of a detached signature give the digest of the file.

    Args:
        summary: of the signature file.
        data: the file.
        digests: those of the file that were computed already, by name of the hash.
    """
    for name, signed in summary.digests:
        if name not in digests:
            digests[name] = cms.digest(name, data)
        if digests[name] == signed:
            return True
    return False


def _named_alike(context: Context, signature_url: str | None) -> Iterator[Companion]:
    folder, name = posixpath.split(context.path.replace("\\", "/"))
    stem = name.removesuffix(".json")
    names = {base + ending for base in (stem, name) for ending in _ENDINGS}
    last = posixpath.basename(urlsplit(signature_url).path) if signature_url else ""
    for companion in context.companions:
        place, other = posixpath.split(companion.path.replace("\\", "/"))
        if (place == folder and other in names) or (last and other == last):
            yield companion
