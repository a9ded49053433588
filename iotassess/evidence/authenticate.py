"""Who signed this? The door for decoders: all signature blocks of one artefact, and what they give together.

One bad signature is enough for "failed"; else the best verified one counts: by a key that the user or the
policy named "authenticated", by one that only the profile names or that the artefact carries "intact". A
signature that nothing fits says nothing either way, and neither does one by a published test key that nobody
named: "unverified". What happens for one block is in :mod:`iotassess.evidence.signature_block`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from iotassess.codec import cose, jose
from iotassess.codec.keys import Key, is_supported
from iotassess.errors import MalformedArtefact
from iotassess.evidence.context import Context
from iotassess.evidence.signature_block import (
    MAX_HASHED_BYTES,
    Block,
    Budget,
    Outcome,
    check_block,
    result_of,
)
from iotassess.model.artefact import Authenticity, Problem, Purpose, SignatureResult
from iotassess.model.artefact import SignatureStatus as Status
from iotassess.model.problems import problem

if TYPE_CHECKING:  # its parser takes long to import, and most runs have no CMS
    from iotassess.codec.cms import SignedData

MAX_BLOCKS: Final = 32
"""Signature blocks of one artefact that are verified; real ones have one to three. Each may carry a chain."""


class Checked(NamedTuple):
    """What came of checking the signatures of one artefact.

    Attributes:
        signatures: one result a block.
        problems: those of the messages' own (``Message.problems``, ``Jws.problems``) and what was found
            here; a decoder adds none of them again.
        authenticity: before digests below the signature were looked at.
        verified: at least one signature verified, by a key of any source (test keys too), and none is bad.
        key: the key that verified, of the best source; None where none did.
    """

    signatures: tuple[SignatureResult, ...]
    problems: tuple[Problem, ...]
    authenticity: Authenticity
    verified: bool
    key: Key | None


def check_cose(
    message: cose.Message,
    context: Context,
    purpose: Purpose | None,
    *,
    payload: bytes | None = None,
    at: str = "signature",
) -> Checked:
    """Check all signatures or MACs of one COSE message.

    Args:
        message: the message.
        context: anchors, and the moment that certificates have to be valid at.
        purpose: anchors of this purpose (or of none) are tried.
        payload: the content where it is detached.
        at: claim path for problems; with several signatures ``at[0]``, ``at[1]`` ….
    """
    signatures = message.signatures
    if len(signatures) == 1:
        return _check(
            (_cose_block(message, signatures[0], payload, at),), message.problems, context, purpose, at
        )
    blocks = [
        _cose_block(message, signature, payload, f"{at}[{index}]")
        for index, signature in enumerate(signatures)
    ]
    return _check(blocks, message.problems, context, purpose, at)


def check_cose_blocks(
    messages: Sequence[cose.Message | MalformedArtefact],
    context: Context,
    purpose: Purpose | None,
    *,
    payload: bytes | None = None,
    at: str = "signature",
) -> Checked:
    """Check several COSE messages over one payload (the blocks of a SUIT authentication wrapper).

    Args:
        messages: the messages, in order; in place of one that could not be parsed, what was raised. That
            becomes a result of status "malformed", so that it still counts as a signature.
        context: as for :func:`check_cose`.
        purpose: as for :func:`check_cose`.
        payload: the content where it is detached.
        at: claim path for problems; with several messages ``at[0]``, ``at[1]`` ….
    """
    blocks: list[Block] = []
    known: list[Problem] = []
    for index, message in enumerate(messages):
        place = at if len(messages) == 1 else f"{at}[{index}]"
        if isinstance(message, MalformedArtefact):
            known.append(problem(message.problem, message.message, at=place, offset=message.offset))
            blocks.append(_malformed_block(place))
            continue
        known += (found if found.at else found._replace(at=place) for found in message.problems)
        blocks += (_cose_block(message, signature, payload, place) for signature in message.signatures)
    return _check(blocks, tuple(known), context, purpose, at)


def check_jws(jws: jose.Jws, context: Context, purpose: Purpose | None, at: str = "signature") -> Checked:
    """Check the signature of one JSON Web Signature. ``alg: none`` is unsigned, and an error.

    That an artefact may be without signature says nothing for one that pretends to have one (RFC 8725
    section 3.2), so the error stands in the way of ``--allow-unsigned``, too.

    Args:
        jws: the token.
        context: as for :func:`check_cose`.
        purpose: as for :func:`check_cose`.
        at: claim path for problems.
    """
    if jws.is_unsigned:
        message = 'the algorithm is "none": there is no signature; expected one, or no signed form at all'
        unsigned = problem("cose-unsigned", message, at=at, severity="error")
        known = tuple(found if found.at else found._replace(at=at) for found in jws.problems)
        return Checked((), (*known, unsigned), "unsigned", False, None)
    status: Status | None = None
    known = jws.problems
    if jws.alg is None or not jws.understood:
        status = "malformed"
    elif not is_supported(jws.alg):
        status = "unsupported-alg"
        known += (problem("cose-alg-unsupported", f"{jws.alg} cannot be verified by this tool"),)
    holds = partial(jose.verify, jws)
    block = Block(
        "JWS", jws.alg, jws.kid, status, jws.x5c, jws.embedded_jwk, holds, at, len(jws.signing_input)
    )
    return _check((block,), known, context, purpose, at)


def check_cms(
    signed: SignedData, content: bytes, context: Context, purpose: Purpose | None, at: str = "signature"
) -> Checked:
    """Check all signers of one CMS message.

    Args:
        signed: the message.
        content: what it signs: its own content, or that of the file beside it.
        context: as for :func:`check_cose`.
        purpose: as for :func:`check_cose`.
        at: claim path for problems; with several signers ``at[0]``, ``at[1]`` ….
    """
    from iotassess.codec import cms

    known: list[Problem] = []
    blocks: list[Block] = []
    for index, signer in enumerate(signed.signers):
        place = at if len(signed.signers) == 1 else f"{at}[{index}]"
        status: Status | None = None
        if not signer.usable:
            status = "unsupported-alg"
            known.append(problem("cose-alg-unsupported", f"{signer.alg}: {signer.why}", at=place))
        elif not cms.matches(signed, signer, content):
            status = "bad-signature"
            message = "the signature is over another content: the signed digest is not that of the content"
            known.append(problem("cose-bad-signature", message, at=place))
        chain = cms.chain_of(signed, signer, content)
        holds = partial(cms.verify, signed, signer, content)
        size = len(content)
        blocks.append(Block("CMS", signer.alg, signer.key_id, status, chain, None, holds, place, size))
    return _check(blocks, tuple(known), context, purpose, at)


def check_blocks(
    blocks: Sequence[Block], context: Context, purpose: Purpose | None, *, at: str = "signature"
) -> Checked:
    """Check signatures of a format that is neither COSE nor JOSE.

    Args:
        blocks: the signatures, each with what verifies it; none makes the artefact unsigned.
        context: as for :func:`check_cose`.
        purpose: as for :func:`check_cose`.
        at: claim path for problems that are about all of them.
    """
    return _check(blocks, (), context, purpose, at)


def with_failed_digest(checked: Checked) -> Checked:
    """Give the same after a digest under the signature was found wrong: nothing is covered any more."""
    authenticity: Authenticity = "unsigned" if checked.authenticity == "unsigned" else "failed"
    return checked._replace(authenticity=authenticity, verified=False, key=None)


def _cose_block(message: cose.Message, signature: cose.Signature, payload: bytes | None, at: str) -> Block:
    return Block(
        signature.type,
        signature.alg,
        signature.kid,
        signature.fault,
        signature.x5chain,
        None,
        partial(cose.verify, message, signature, payload=payload),
        at,
        len(message.payload or b"") if payload is None else len(payload),
    )


def _malformed_block(at: str) -> Block:
    return Block("COSE", None, None, "malformed", (), None, _never_holds, at)


def _never_holds(_key: Key) -> bool:
    return False


def _check(
    blocks: Sequence[Block],
    known: tuple[Problem, ...],
    context: Context,
    purpose: Purpose | None,
    at: str,
) -> Checked:
    problems = known
    if known:
        problems = tuple(found if found.at else found._replace(at=at) for found in known)
    if not blocks:
        unsigned = problem("cose-unsigned", "there is no signature to verify", at=at)
        return Checked((), (*problems, unsigned), "unsigned", False, None)
    budget = Budget()
    outcomes = [check_block(block, context, purpose, budget) for block in blocks[:MAX_BLOCKS]]
    for outcome in outcomes:
        problems += outcome.problems
    outcomes += [Outcome(result_of(block, "no-key"), unseen=True) for block in blocks[MAX_BLOCKS:]]
    unseen = sum(outcome.unseen for outcome in outcomes)
    if unseen:
        problems += (problem("artefact-too-large", _why_unseen(len(blocks), unseen), at=at),)
    checked = _conclude(outcomes, problems)
    if unseen and checked.verified:  # one of those that nobody looked at may be bad
        return checked._replace(authenticity="unverified", verified=False, key=None)
    return checked


def _why_unseen(blocks: int, unseen: int) -> str:
    if unseen == max(0, blocks - MAX_BLOCKS):
        return f"{blocks} signatures; only the first {MAX_BLOCKS} are verified"
    return (
        f"{unseen} of {blocks} signatures were not verified with every key, as that takes more than "
        f"{MAX_HASHED_BYTES} bytes to be hashed; name the signer's key alone with -t"
    )


def _conclude(outcomes: Sequence[Outcome], problems: tuple[Problem, ...]) -> Checked:
    """Put the outcomes of all blocks together."""
    signatures = tuple([outcome.result for outcome in outcomes])
    best: Outcome | None = None
    for outcome in outcomes:
        status = outcome.result.status
        if status == "bad-signature":
            return Checked(signatures, problems, "failed", False, None)
        if status == "verified" and (best is None or outcome.rank() < best.rank()):
            best = outcome
    if best is None:
        return Checked(signatures, problems, "unverified", False, None)
    authenticity: Authenticity = "intact"
    if best.authentic:
        authenticity = "authenticated"
    elif best.result.anchor_source is None:  # a published test key that nobody named
        authenticity = "unverified"
    return Checked(signatures, problems, authenticity, True, best.key)
