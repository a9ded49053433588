"""ear"""

from __future__ import annotations

from iotassess.errors import MalformedArtefact
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact


def is_ear(peek: Peek) -> bool:
    return False


def decode(peek: Peek, context: Context) -> Artefact:
    raise MalformedArtefact("artefact-unrecognised", "not read yet")
