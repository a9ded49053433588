"""SUIT manifest envelopes (draft-ietf-suit-manifest-37, and the layouts of all drafts since -03).

The procedure, in the order of the code; every step reports what it finds and goes on:

1. Open the envelope: tag 107 or an untagged map, the manifest in a byte string. This alone may fail.
2. Open the authentication wrapper: the digest, and the blocks that sign it.
3. Read the manifest by the tables of its draft: common metadata, sections, severed members, text.
4. Check the signatures over the digest, and the digest over the manifest.
5. Walk through the sequences as a processor would, and put the payloads together.
6. Hold integrated payloads against their digests; then whatever the signature covers is known.
7. Hold the images that were supplied against the payloads.
8. Check the rules of MS sections 6 to 8, TD, UM, FE and MTI.
9. Read integrated dependencies, which authenticate themselves and nothing else.
10. Say what the envelope shows.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.evidence.authenticate import with_failed_digest
from iotassess.evidence.context import MAX_NESTING, Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.suit_authentication import (
    Authentication,
    authenticate,
    open_wrapper,
    with_unknown_digest,
)
from iotassess.evidence.suit_claims import make_claims
from iotassess.evidence.suit_envelope import open_envelope
from iotassess.evidence.suit_faults import Reading
from iotassess.evidence.suit_integrated import check_integrated, dependency_item
from iotassess.evidence.suit_manifest import Manifest, read_manifest
from iotassess.evidence.suit_names import ABORTING
from iotassess.evidence.suit_payloads import check_images, list_payloads
from iotassess.evidence.suit_rules import check_rules
from iotassess.evidence.suit_shown import Findings, show, show_unreadable
from iotassess.evidence.suit_walk import Walk
from iotassess.model.artefact import Artefact, Shown

MAX_NESTED: Final = 8
"""Integrated dependencies that are read. A manifest for two trust domains has one or two."""


def decode(peek: Peek, context: Context) -> Artefact:
    """Read one SUIT envelope.

    Args:
        peek: its bytes.
        context: anchors, moment, payload files.

    Raises:
        MalformedArtefact: the bytes are no envelope at all, or too much work.
    """
    reading = Reading(peek.data)
    envelope = open_envelope(peek)
    if cbor.has_indefinite(peek.data):
        reading.note_indefinite("envelope")
    wrapper = open_wrapper(envelope, reading)
    manifest = read_manifest(envelope, wrapper.old_digest, reading)
    layout = None if manifest is None else manifest.layout
    authentication = authenticate(envelope, wrapper, layout, context, reading)
    if manifest is None:
        claims = make_claims(envelope, None, (), authentication)
        return _artefact(context, reading, authentication, claims, show_unreadable(authentication))
    walked = Walk(manifest, reading).run()
    payloads = list_payloads(manifest, walked)
    holds = check_integrated(manifest, walked, payloads, reading)
    if holds is False or not all(member.intact for member in manifest.members):
        authentication = authentication._replace(checked=with_failed_digest(authentication.checked))
    elif holds is None:
        authentication = authentication._replace(checked=with_unknown_digest(authentication.checked))
    check_images(payloads, context.images, reading)
    check_rules(manifest, walked, payloads, wrapper.messages, reading)
    if reading.broken:  # nothing follows from what is not there, where something could not be read
        walked = walked._replace(complete=False, clouded=True, whole=False)
    elif reading.has_any(ABORTING):
        walked = walked._replace(complete=False)
    nested, unread = _read_nested(manifest, context)
    claims = make_claims(envelope, manifest, payloads, authentication, unread)
    shown = show(Findings(manifest, walked, payloads, authentication, holds))
    return _artefact(context, reading, authentication, claims, shown, nested)


def _artefact(
    context: Context,
    reading: Reading,
    authentication: Authentication,
    claims: dict[str, Any],
    shown: tuple[Shown, ...],
    nested: tuple[Artefact, ...] = (),
) -> Artefact:
    checked = authentication.checked
    return Artefact(
        path=context.path,
        kind="suit-envelope",
        media_type="application/suit-envelope+cose",
        sha256=hashlib.sha256(reading.data).hexdigest(),
        size=len(reading.data),
        wellformed=not reading.broken,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=checked.problems + reading.finish(),
        claims=claims,
        shown=shown,
        nested=nested,
        purpose="update",
        role=context.role,
    )


def _read_nested(manifest: Manifest, context: Context) -> tuple[tuple[Artefact, ...], tuple[str, ...]]:
    """Read integrated dependencies. The images that were supplied are for the outer manifest's payloads.

    Returns:
        The dependencies, and the claim paths of those that were left aside since there are too many.
    """
    found: list[Artefact] = []
    unread: list[str] = []
    for entry in manifest.integrated:
        if dependency_item(entry.content) is None:
            continue
        if context.read is None or context.depth >= MAX_NESTING or len(found) >= MAX_NESTED:
            unread.append(f"integrated.{entry.label}")
            continue
        inner = replace(
            context,
            path=f"{context.path}#{entry.fragment}",
            images=(),
            role=None,
            nonce=None,
            depth=context.depth + 1,
        )
        found.append(context.read(entry.content, inner))
    return tuple(found), tuple(unread)
