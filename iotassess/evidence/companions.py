"""Detached signatures: files of a call that sign another file of it.

Which file a signature is for, the decoder of that file finds out; here they are only told from the others by
the first bytes, and put aside once they are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from iotassess.evidence.collect import Found
from iotassess.evidence.context import Companion
from iotassess.model.artefact import Artefact, walk

MAX_COMPANIONS: Final = 256
"""Signature files that are held against each file that may have one; a call has one or two."""

_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
"""The object identifier of CMS SignedData in DER (RFC 5652 section 5.1)."""

_ARMOUR: Final = (b"-----BEGIN CMS-----", b"-----BEGIN PKCS7-----")
_HEAD: Final = 32
"""Bytes that the identifier stands in: behind the head of the sequence around it."""


def companions(found: Iterable[Found]) -> tuple[Companion, ...]:
    """Give the files that may be detached signatures, in the order of the call."""
    return tuple(
        Companion(one.path, one.data) for one in found if one.data is not None and _may_sign(one.data)
    )[:MAX_COMPANIONS]


def _may_sign(data: bytes) -> bool:
    if data[:1] == b"\x30":
        return _SIGNED_DATA in data[:_HEAD]
    return data.lstrip()[:32].startswith(_ARMOUR)


def without_used(artefacts: Sequence[Artefact]) -> list[Artefact]:
    """Leave out detached signatures that another artefact says it was verified with."""
    used = {(a.claims or {}).get("signature_file") for a in walk(artefacts)}
    return [a for a in artefacts if a.kind != "cms-signature" or a.path not in used]
