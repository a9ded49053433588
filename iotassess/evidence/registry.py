"""The one table of artefact kinds. Adding a kind is one new module and one row here.

Modules are named as strings and imported when an artefact of the kind is met, so that a run pays only for
what it reads. ``assess()`` and ``read()`` take the table as an argument, so that a test can add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from iotassess.model.artefact import Purpose


class Kind(NamedTuple):
    """One artefact kind.

    Attributes:
        id: permanent id (CONTRACT).
        title: what it is, for lists.
        specification: where it is defined.
        media_types: IANA media types, the usual one first.
        purpose: anchors of this purpose authenticate it; None where nothing can.
        sniff: "module:function" of ``(Peek) -> bool``, or "" for a kind that is never sniffed.
        decode: "module:function" of ``(Peek, Context) -> Artefact``; raises only MalformedArtefact.
        unsigned_form: its specification has an unsigned form, which ``--allow-unsigned`` accepts.
    """

    id: str
    title: str
    specification: str
    media_types: tuple[str, ...]
    purpose: Purpose | None
    sniff: str
    decode: str
    unsigned_form: bool = False


KINDS: tuple[Kind, ...] = (
    Kind(
        "suit-envelope",
        "SUIT manifest envelope",
        "draft-ietf-suit-manifest-37",
        ("application/suit-envelope+cose",),
        "update",
        "iotassess.evidence.suit:is_suit_envelope",
        "iotassess.evidence.suit:decode",
    ),
    Kind(
        "psa-token",
        "PSA attestation token",
        "RFC 9783",
        ('application/eat+cwt; eat_profile="tag:psacertified.org,2023:psa#tfm"',),
        "attestation",
        "iotassess.evidence.psa:is_psa_token",
        "iotassess.evidence.psa:decode",
    ),
    Kind(
        "eat-deb",
        "EAT detached bundle",
        "RFC 9711 section 5",
        ("application/eat-bun+cbor", "application/eat-bun+json"),
        "attestation",
        "iotassess.evidence.eat_deb:is_bundle",
        "iotassess.evidence.eat_deb:decode",
    ),
    Kind(
        "eat-ucs",
        "EAT in an unprotected claims set",
        "RFC 9781",
        ("application/eat-ucs+cbor", "application/eat-ucs+json"),
        "attestation",
        "iotassess.evidence.eat_ucs:is_unprotected_claims_set",
        "iotassess.evidence.eat_ucs:decode",
        unsigned_form=True,
    ),
    Kind(
        "eat-jwt",
        "EAT as JSON Web Token",
        "RFC 9711, RFC 7519",
        ("application/eat+jwt",),
        "attestation",
        "iotassess.evidence.eat_jwt:is_jwt",
        "iotassess.evidence.eat_jwt:decode",
    ),
    Kind(
        "eat-cwt",
        "EAT as CBOR Web Token",
        "RFC 9711, RFC 8392",
        ("application/eat+cwt",),
        "attestation",
        "iotassess.evidence.eat:is_cwt",
        "iotassess.evidence.eat:decode",
    ),
    Kind(
        "firmware-image",
        "Firmware image",
        "bytes as they are",
        ("application/octet-stream",),
        None,
        "",
        "iotassess.evidence.firmware:decode",
    ),
)
"""In the order in which they are sniffed: the more specific before the more general."""


def load(target: str) -> Callable[..., Any]:
    """Import ``"module:function"``.

    Args:
        target: as in a row of :data:`KINDS`.
    """
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
