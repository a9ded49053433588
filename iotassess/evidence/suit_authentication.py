"""Who signed the manifest, and whether it is the manifest that was signed (MS section 8.3).

The signature covers a digest, and the digest covers the manifest: a good signature over the digest of
something else says nothing about what is in the envelope. Both are checked, and that the two are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cose
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names
from iotassess.evidence.authenticate import Checked, check_cose_blocks, with_failed_digest
from iotassess.evidence.context import Context
from iotassess.evidence.suit_digest import SuitDigest, read_digest
from iotassess.evidence.suit_envelope import Envelope
from iotassess.evidence.suit_faults import UNREADABLE, Reading, Trail
from iotassess.evidence.suit_layout import Layout
from iotassess.evidence.suit_parameters import check_digest

MAX_BLOCKS: Final = 32
"""Authentication blocks that are read. Each may be tried with every anchor; real envelopes have one."""

AT: Final = "authentication-wrapper"
"""Claim path of the wrapper."""

_TRAIL: Final[Trail] = (names.WRAPPER, cbor.INTO)


class Wrapper(NamedTuple):
    """An authentication wrapper, opened.

    Attributes:
        digest: what it says is the manifest's digest, or None where it says nothing that can be read.
        signed: the bytes that every block has to be over: the encoded digest.
        blocks: the blocks; in place of one that cannot be read, why.
        old_shape: blocks come first, or carry the digest in themselves, as in drafts up to -11.
        strays: a block carries another digest than the rest.
    """

    digest: SuitDigest | None
    signed: bytes | None
    blocks: tuple[cose.Message | MalformedArtefact, ...]
    old_shape: bool = False
    strays: bool = False

    @property
    def old_digest(self) -> bool:
        """Whether the digest, which is signed, has an algorithm number of drafts up to -13."""
        return self.digest is not None and self.digest.number > 0

    @property
    def messages(self) -> tuple[cose.Message, ...]:
        """The blocks that can be read."""
        return tuple(block for block in self.blocks if isinstance(block, cose.Message))


class Authentication(NamedTuple):
    """What came of it.

    Attributes:
        checked: the signatures' side; its authenticity takes the digest into account.
        digest_matches: the digest is that of the manifest; None where that cannot be told.
        digest: the digest, or None.
    """

    checked: Checked
    digest_matches: bool | None
    digest: SuitDigest | None


def _is_cose(value: Any) -> bool:
    return (isinstance(value, cbor.Tag) and value.number in cose.TAGS) or (
        isinstance(value, list) and len(value) in (4, 5) and isinstance(value[0], bytes)
    )


def open_wrapper(envelope: Envelope, reading: Reading) -> Wrapper:
    """Open the authentication wrapper in any of its shapes.

    Since -09 it is ``[bstr digest, * bstr COSE]``, the digest detached from the blocks since -12. From -05
    to -08 it was ``[* bstr COSE]``, up to -04 ``[* COSE]``, both with the digest as payload of each block.
    """
    value = envelope.members.get(names.WRAPPER)
    if isinstance(value, bytes):
        value = reading.loads(value, AT, (names.WRAPPER,))
    if value is None:  # absent, or null: -03 allowed that
        return Wrapper(None, None, ())
    if not isinstance(value, list | tuple):
        got = "bytes that cannot be read" if value is UNREADABLE else type(value).__name__
        reading.broken = True
        fault = MalformedArtefact(names.MALFORMED, f"{got} as authentication wrapper; expected an array")
        return Wrapper(None, None, (fault,))
    parts = list(value)
    digest, signed, old = _first(parts, reading)
    blocks = _blocks(parts, 0 if old else 1, reading)
    payloads = [block.payload for block in blocks if isinstance(block, cose.Message)]
    attached = [payload for payload in payloads if payload is not None]
    if signed is None and attached:
        signed = attached[0]
        digest = _read(signed, reading)
    strays = any(payload != signed for payload in attached)
    return Wrapper(digest, signed, blocks, old_shape=old or bool(attached), strays=strays)


def _first(parts: Sequence[Any], reading: Reading) -> tuple[SuitDigest | None, bytes | None, bool]:
    """Read the first element: a wrapped digest, or (False at the end: today's shape) already a block."""
    if not parts:
        return None, None, False
    if not isinstance(parts[0], bytes):
        return None, None, True
    try:
        inner = cbor.loads(parts[0])
    except MalformedArtefact:
        inner = None
    if _is_cose(inner):
        return None, None, True
    return _read(parts[0], reading), parts[0], False


def _read(data: bytes, reading: Reading) -> SuitDigest | None:
    try:
        digest = read_digest(cbor.loads(data))
    except MalformedArtefact as fault:
        reading.malformed(fault, f"{AT}[0]", (*_TRAIL, 0))
        return None
    check_digest(reading, digest, f"{AT}[0]", (*_TRAIL, 0))
    return digest


def _blocks(
    parts: Sequence[Any], first: int, reading: Reading
) -> tuple[cose.Message | MalformedArtefact, ...]:
    """Read the blocks from place ``first`` on."""
    count = len(parts) - first
    if count > MAX_BLOCKS:
        message = f"{count} authentication blocks; at most {MAX_BLOCKS} are read"
        raise MalformedArtefact("artefact-too-large", message, at=AT)
    found: list[cose.Message | MalformedArtefact] = []
    for place, part in enumerate(parts[first:], start=first):
        try:
            found.append(_block(part, place, reading))
        except MalformedArtefact as fault:
            reading.broken = reading.broken or part != b""
            offset = cbor.locate(reading.data, (*_TRAIL, place))
            message = f"block {place} of the wrapper: {fault.message}"
            found.append(MalformedArtefact(fault.problem, message, offset=offset))
    return tuple(found)


def _block(part: Any, place: int, reading: Reading) -> cose.Message:
    if part == b"":
        raise MalformedArtefact(
            "cose-empty-block", "empty; expected a COSE_Sign1, COSE_Sign, COSE_Mac0 or COSE_Mac"
        )
    if not isinstance(part, bytes):
        return cose.parse(part)
    found = cbor.read(part)
    if found.indefinite:
        reading.note_indefinite(f"{AT}[{place}]", (*_TRAIL, place))
    return cose.parse(found.value)


def authenticate(
    envelope: Envelope, wrapper: Wrapper, layout: Layout | None, context: Context, reading: Reading
) -> Authentication:
    """Check the digest, and the signatures over it.

    1. Every block is verified over the encoded digest: no block is over another one. A block of the old
       shape carries the digest in itself; it has to be, byte for byte, the one that step 2 compares.
    2. The digest is that of the manifest's byte string, header included.
    3. Without both nothing is authenticated.

    Of several blocks one that is bad, empty or no COSE message makes the envelope one that failed: somebody
    changed it. One that names no algorithm, names it where nobody protects it, or names one that nothing here
    verifies, says nothing either way; a good one beside it counts, and the problem (an error) stays.

    Args:
        envelope: opened envelope.
        wrapper: its wrapper.
        layout: of its manifest; None where that could not be read.
        context: anchors and moment.
        reading: where problems go.
    """
    checked = check_cose_blocks(wrapper.blocks, context, "update", payload=wrapper.signed, at=AT)
    if len(wrapper.messages) < len(wrapper.blocks):
        checked = checked._replace(authenticity="failed", verified=False, key=None)
    matches = _compare(envelope, wrapper, layout, reading)
    if (wrapper.old_shape or wrapper.old_digest) and layout is not None and not layout.legacy:
        reading.add(
            "suit-legacy-layout",
            "the wrapper has a shape or a digest number of drafts up to -13, which the manifest has not",
            AT,
            _TRAIL,
        )
    if wrapper.strays:
        reading.add(
            "suit-manifest-digest-mismatch",
            "an authentication block carries another digest than the one that is compared with the manifest",
            AT,
            _TRAIL,
        )
    if matches is False or wrapper.strays:
        checked = with_failed_digest(checked)
    elif matches is None or layout is None:
        checked = with_unknown_digest(checked)
    return Authentication(checked, matches, wrapper.digest)


def with_unknown_digest(checked: Checked) -> Checked:
    """Take back a good result: a digest under the signature cannot be compared with what it is for.

    Args:
        checked: result of the signatures.
    """
    if checked.authenticity not in ("authenticated", "intact"):
        return checked
    return checked._replace(authenticity="unverified", verified=False, key=None)


def _compare(envelope: Envelope, wrapper: Wrapper, layout: Layout | None, reading: Reading) -> bool | None:
    """Compare the digest with the manifest; True, False, or None where there is nothing to compare with."""
    digest = wrapper.digest
    if digest is None:
        if wrapper.messages:
            reading.add(
                "suit-manifest-digest-mismatch",
                "the signature covers no digest of the manifest that could be read",
                AT,
                _TRAIL,
            )
            return False
        return None
    if digest.number > 0 and layout is not None and not layout.legacy:
        return None  # the private numbers went out of use with -13: a current processor knows none of them
    matches = digest.matches(envelope.manifest_item)
    if matches is False:
        reading.add(
            "suit-manifest-digest-mismatch",
            f"the wrapper's {digest.alg} digest {digest.value.hex()} is not that of the manifest: what was "
            "signed is not what is in this envelope",
            f"{AT}[0]",
            (*_TRAIL, 0),
        )
    return matches
