"""What the user hands in for one assessment: files, anchors, challenges, the moment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from iotassess.cli.denying import read_denylists
from iotassess.cli.options import parse_as_of, parse_duration
from iotassess.evidence.trust import parse_anchor_spec
from iotassess.evidence.verification import parse_nonce
from iotassess.intake import Request


class Asked(NamedTuple):
    """Options of an assessment as they stand on the command line."""

    artefacts: Sequence[Path]
    anchors: Sequence[str]
    nonces: Sequence[str]
    max_age: str | None
    as_of: str | None
    denylists: Sequence[Path] = ()

    def request(self) -> Request:
        """Parse them.

        Raises:
            UsageError: one of them is none.
        """
        return Request(
            as_of=parse_as_of(self.as_of),
            artefacts=self.artefacts,
            anchors=[parse_anchor_spec(text) for text in self.anchors],
            nonces=[parse_nonce(text) for text in self.nonces],
            max_age=parse_duration(self.max_age),
            denylist=read_denylists(self.denylists),
        )
