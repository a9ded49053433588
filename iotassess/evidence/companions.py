"""Detached signatures: files of a call that sign another file of it.

Which file a signature is for, the decoder of that file finds out; here they are only told from the others by
the first bytes, and put aside once they are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from iotassess.codec.cms_begin import is_cms
from iotassess.evidence.collect import Found
from iotassess.evidence.context import Companion
from iotassess.model.artefact import Artefact, walk

MAX_COMPANIONS: Final = 256
"""Signature files that are held against each file that may have one; a call has one or two."""


def companions(found: Iterable[Found]) -> tuple[Companion, ...]:
    """Give the files that may be detached signatures, in the order of the call."""
    return tuple(Companion(one.path, one.data) for one in found if one.data is not None and is_cms(one.data))[
        :MAX_COMPANIONS
    ]


def without_used(artefacts: Sequence[Artefact]) -> list[Artefact]:
    """Leave out detached signatures that another artefact says it was verified with."""
    used = {(a.claims or {}).get("signature_file") for a in walk(artefacts)}
    return [a for a in artefacts if a.kind != "cms-signature" or a.path not in used]
