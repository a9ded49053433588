"""Artefacts: as one kind, whatever they are, and as what they are found to be."""

from __future__ import annotations

import zlib

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.registry import KINDS, Kind
from iotassess.evidence.trust import TrustStore
from tests.evidence.token_builder import AS_OF
from tests.fuzz import contract

ROWS = KINDS
_NOBODY = TrustStore()

SHOWN_ONCE_IN = 16
"""Showing takes ten times as long as reading; what is read again and again with one more branch is shown
now and then. The bytes say when, so that each input always does the same."""


def as_kind(kind: Kind, data: bytes) -> None:
    if zlib.crc32(data) % SHOWN_ONCE_IN == 0:
        thoroughly(data, kind)
    else:
        contract.decoded(data, kind, without_keys())


def without_keys() -> Context:
    """What to read with where nothing needs be verified: trying keys in vain takes most of the time."""
    return Context("file", _NOBODY, AS_OF, read=read)


def thoroughly(data: bytes, kind: Kind) -> None:
    contract.decoded(data, kind)
    contract.examine(data, kind.id)
    contract.examine(data)


def sniffed(data: bytes) -> None:
    contract.examine(data)
