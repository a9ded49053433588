"""Reads envelopes for tests, with the builder's keys as anchors that the user named."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from iotassess.codec import keys
from iotassess.evidence.context import Candidate, Context, Image
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf
from iotassess.model.claim import Digest
from tests.evidence import suit_builder as builder

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)


def anchor(name: str, key: keys.Key, source: Any = "user", purpose: Any = "update") -> Candidate:
    return Candidate(name, key, source, purpose, None)


ANCHORS = (
    anchor("signer", keys.from_cryptography(builder.SIGNER)),
    anchor("ed", keys.from_cryptography(builder.ED_SIGNER)),
    anchor("secret", keys.from_symmetric(builder.SECRET)),
)


def context(*anchors: Candidate, **more: Any) -> Context:
    return Context("update.suit", TrustStore(anchors or ANCHORS), AS_OF, **more)


def read(data: bytes | builder.Plan, *anchors: Candidate, **more: Any) -> Artefact:
    content = data if isinstance(data, bytes) else data.build()
    return read_artefact(content, context(*anchors, **more))


def ids(artefact: Artefact) -> set[str]:
    return {problem.id for problem in artefact.problems}


def shown(artefact: Artefact, property_: str) -> list[Any]:
    return [statement.value for statement in artefact.shown if statement.property == property_]


def image(data: bytes, component: str | None = None, path: str = "app.bin") -> Image:
    digests = tuple(
        Digest(name, hashlib.new(name.replace("-", ""), data).hexdigest())
        for name in ("sha-256", "sha-384", "sha-512")
    )
    return Image(path, component, len(data), digests)
