"""The signature of a MUD file: in a file of its own, or around it (RFC 8520 section 13.2).

A detached signature belongs to the file whose digest it signs. Where none of the call has that digest, one
that is named like the file is taken, which then does not verify: somebody changed the file after that.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from iotassess.codec import cms
from iotassess.codec.cms import SignedData
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import Checked, check_cms
from iotassess.evidence.context import Companion, Context
from iotassess.model.artefact import SignatureResult
from iotassess.model.problems import problem

AT: Final = "signature"

MAX_COMPANIONS: Final = 256
"""Most signature files that are looked through for one MUD file, besides those that are named like it: each
is parsed once, and every MUD file of a call looks at all of them."""

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
    alike = [one for one in _named_alike(context, signature_url) if _is_detached(_message(one.data))]
    others = [companion for companion in context.companions if companion not in alike]
    for companion in (*alike, *others[:MAX_COMPANIONS]):
        message = _message(companion.data)
        if isinstance(message, cms.SignedData) and _signs(message, data):
            return _check(companion.path, message, data, context)
    if not alike:
        return None
    message = _message(alike[0].data)
    if isinstance(message, MalformedArtefact):
        found = problem(message.problem, message.message, at=AT, offset=message.offset)
        result = SignatureResult("CMS", None, None, "malformed")
        return Signed(Checked((result,), (found,), "failed", False, None), alike[0].path, None)
    return _check(alike[0].path, message, data, context)


def _check(path: str, message: SignedData, data: bytes, context: Context) -> Signed:
    checked = check_cms(message, data, context, "network", AT)
    return Signed(checked, path, message)


def _is_detached(message: SignedData | MalformedArtefact) -> bool:
    """Whether it is a signature of another file (one that cannot be read may be), no file of its own."""
    return isinstance(message, MalformedArtefact) or message.content is None


def _signs(message: SignedData, data: bytes) -> bool:
    """Whether the signed attributes of a detached signature give the digest of the file."""
    return message.content is None and any(
        signer.attributes is not None and cms.matches(message, signer, data) for signer in message.signers
    )


def _message(data: bytes) -> SignedData | MalformedArtefact:
    try:
        return cms.parse(data)
    except MalformedArtefact as fault:
        return fault


def _named_alike(context: Context, signature_url: str | None) -> Iterator[Companion]:
    folder, name = posixpath.split(context.path.replace("\\", "/"))
    stem = name.removesuffix(".json")
    names = {base + ending for base in (stem, name) for ending in _ENDINGS}
    last = posixpath.basename(urlsplit(signature_url).path) if signature_url else ""
    for companion in context.companions:
        place, other = posixpath.split(companion.path.replace("\\", "/"))
        if (place == folder and other in names) or (last and other == last):
            yield companion
