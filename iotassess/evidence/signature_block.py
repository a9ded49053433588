"""One signature block, held against everything that may have made it.

In this order:

1. A block that must not be verified (malformed, no or unprotected algorithm, an unknown critical header, an
   unsupported algorithm) is never verified, whatever the keys.
2. The anchors that fit its algorithm and curve are tried, a matching key identifier first.
3. The key that the artefact carries is tried: of a certificate chain, which may build to a named
   certificate, or in a header.
4. The published test keys come last. They never make a message better than it is without them: where keys
   fit and none verifies it is bad all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from iotassess.codec.keys import Key, KeyFault, fits
from iotassess.evidence import key_recovery, published_keys
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.published_keys import TestKey
from iotassess.model.artefact import INDEPENDENT, AnchorSource, Problem, Purpose, SignatureResult
from iotassess.model.artefact import SignatureStatus as Status
from iotassess.model.problems import problem

if TYPE_CHECKING:  # certificates take long to import, and many runs have none
    from iotassess.evidence import x5chain
    from iotassess.evidence.certificates import CertificateAnchor

MAX_TRIES: Final = 256
"""Anchors that are tried in vain for one artefact, all blocks together, besides the first of each block: some
20 ms of ECDSA. More anchors than that are served by key identifier, which is tried first, and with ECDSA by
recovering the key from the signature."""

MAX_HASHED_BYTES: Final = 64 << 20
"""Signed bytes that are hashed for one artefact: four keys on the longest one, a quarter of a second."""


class Block(NamedTuple):
    """One signature or MAC to check, of whatever format.

    Attributes:
        type: "COSE_Sign1" … "JWS".
        alg: IANA COSE name, or None.
        kid: key identifier, or None.
        status: why it must not be verified, or None where it may.
        chain: certificates that it carries, leaf first.
        carried: key that it carries in a header, or None.
        holds: verifies it with a key.
        at: claim path for problems.
        hashed: bytes that one verification hashes.
    """

    type: str
    alg: str | None
    kid: bytes | None
    status: Status | None
    chain: tuple[bytes, ...]
    carried: Key | None
    holds: Callable[[Key], bool]
    at: str
    hashed: int = 0


class Outcome(NamedTuple):
    """What came of one block.

    Attributes:
        result: as it is reported.
        problems: what was found.
        key: the key that verified it, or None.
        authentic: verified by an anchor that the user or the policy named, valid at the moment of judgement.
        unseen: a limit ended the work before anything could be said of it.
    """

    result: SignatureResult
    problems: tuple[Problem, ...] = ()
    key: Key | None = None
    authentic: bool = False
    unseen: bool = False

    def rank(self) -> tuple[bool, bool, bool]:
        """Order verified ones: authentic first, then of anybody's key, then of a stated purpose."""
        return not self.authentic, self.result.anchor_source is None, self.result.anchor_purpose is None


class Budget:
    """How many anchors may be tried in vain for this artefact, and how many signed bytes be hashed."""

    __slots__ = ("exhausted", "room", "tries")

    def __init__(self) -> None:
        self.tries, self.room = MAX_TRIES, MAX_HASHED_BYTES
        self.exhausted = False

    def metered(self, block: Block) -> Block:
        """Give the block with a verification that is counted, and that fails where there is no room."""

        def holds(key: Key) -> bool:
            if self.room <= 0:
                self.exhausted = True
                return False
            self.room -= block.hashed
            return block.holds(key)

        return block._replace(holds=holds) if block.hashed else block


class _Store(Protocol):
    """What ``trust.TrustStore`` offers besides ``Keys.candidates``."""

    def certificates(self, purpose: Purpose | None) -> Sequence[CertificateAnchor]: ...

    def certificate(self, name: str) -> CertificateAnchor | None: ...

    def find(self, purpose: Purpose | None, alg: str, thumbprint: str) -> Candidate | None: ...

    def misfits(self, purpose: Purpose | None, alg: str, kid: bytes) -> Sequence[Candidate]: ...

    def test_key(self, key: Key) -> TestKey | None: ...


def _store(context: Context) -> _Store | None:
    """Give the store of anchors, or None where a decoder is tested with bare keys."""
    keys = context.keys
    return cast("_Store", keys) if hasattr(keys, "certificate") else None


def result_of(block: Block, status: Status, **more: Any) -> SignatureResult:
    """Make the result of a block; ``more`` are further fields of :class:`SignatureResult`."""
    kid = None if block.kid is None else block.kid.hex()
    return SignatureResult(block.type, block.alg, kid, status, **more)


def check_block(block: Block, context: Context, purpose: Purpose | None, budget: Budget) -> Outcome:
    """Check one signature, in the order that the head of this file gives.

    Args:
        block: the signature.
        context: anchors, and the moment of judgement.
        purpose: anchors of this purpose (or of none) are tried.
        budget: shared by all blocks of an artefact.
    """
    alg = block.alg
    if block.status is not None or alg is None:
        return Outcome(result_of(block, block.status or "malformed"))
    block, budget.exhausted = budget.metered(block), False
    trial = _try_anchors(block, alg, context, purpose, budget)
    carried = _NOTHING_CARRIED
    if block.chain or block.carried is not None:
        carried = _try_carried(block, alg, context, purpose)
    if budget.exhausted:
        return Outcome(result_of(block, "no-key"), unseen=True)
    if carried is _NOTHING_CARRIED:
        if trial.candidate is not None:
            return _by_anchor(block, trial.candidate, carried, context, purpose)
        return _not_verified(block, alg, trial, carried, _misfit(block, alg, context, purpose))
    outcomes: list[Outcome] = []
    if trial.candidate is not None:
        outcomes.append(_by_anchor(block, trial.candidate, carried, context, purpose))
    if carried.key is not None and carried.verified:
        outcomes.append(_by_carried(block, carried.key, carried.built, context))
    if outcomes:
        return min(outcomes, key=Outcome.rank)
    return _not_verified(block, alg, trial, carried, _misfit(block, alg, context, purpose))


# --- trying -------------------------------------------------------------------------------------


class _Trial(NamedTuple):
    """What came of trying the anchors.

    Attributes:
        candidate: the one that verified, or None.
        tried: how many did not.
        spent: the limit ended it before all were tried.
    """

    candidate: Candidate | None
    tried: int
    spent: bool = False


def _try_anchors(block: Block, alg: str, context: Context, purpose: Purpose | None, budget: Budget) -> _Trial:
    tried = 0
    for candidate in context.keys.candidates(purpose, alg, block.kid):
        if candidate.source is None:  # a test key that nobody named comes last
            continue
        if tried and not budget.tries:
            return _look_up(block, alg, context, purpose, tried)
        if block.holds(candidate.key):
            return _Trial(candidate, tried)
        if tried:
            budget.tries -= 1
        tried += 1
    return _Trial(None, tried)


def _look_up(block: Block, alg: str, context: Context, purpose: Purpose | None, tried: int) -> _Trial:
    """Look among more anchors than can be tried for the key that the signature itself gives away."""
    store = _store(context)
    if store is None or not key_recovery.is_recoverable(alg):
        return _Trial(None, tried, spent=True)
    for key in key_recovery.recover(alg, block.holds):
        found = store.find(purpose, alg, key.thumbprint or "")
        if found is not None:
            return _Trial(found, tried)
    return _Trial(None, tried)


class _Carried(NamedTuple):
    """What came of the key that the artefact carries.

    Attributes:
        key: the key, if it fits.
        verified: the signature verifies with it.
        built: what its chain builds to; None for a bare key, or where the signature does not verify.
        problems: why it could not be used.
    """

    key: Key | None
    verified: bool = False
    built: x5chain.Built | None = None
    problems: tuple[Problem, ...] = ()


_NOTHING_CARRIED: Final = _Carried(None)


def _try_carried(block: Block, alg: str, context: Context, purpose: Purpose | None) -> _Carried:
    key = block.carried
    wrong = ""
    if block.chain:
        from iotassess.evidence import x5chain

        try:
            key = x5chain.leaf_key(block.chain)
        except KeyFault as fault:
            wrong = f"the first certificate that the signature carries: {fault.message}"
    if key is None or wrong:
        return _Carried(None, problems=(problem("cose-key-mismatch", wrong, at=block.at),))
    if not fits(key, alg):
        wrong = f"the {key.curve} key that the signature carries does not fit {alg}"
        return _Carried(None, problems=(problem("cose-key-mismatch", wrong, at=block.at),))
    if not block.holds(key):
        return _Carried(key)
    if not block.chain:
        return _Carried(key, verified=True)
    store = _store(context)
    anchors = () if store is None else store.certificates(purpose)
    return _Carried(key, True, x5chain.build(block.chain, anchors, context.as_of, purpose))


def _misfit(block: Block, alg: str, context: Context, purpose: Purpose | None) -> Candidate | None:
    """Give an anchor of the key identifier that the signature names, but of the wrong type for it."""
    store = _store(context)
    if store is None or block.kid is None:
        return None
    return next(iter(store.misfits(purpose, alg, block.kid)), None)


# --- concluding ---------------------------------------------------------------------------------


def _test_key_problem(key: Key, at: str) -> Problem:
    whose = published_keys.title(key) or "a key whose private half is published"
    return problem(
        "cose-test-key",
        f"made with {whose}, with which anybody can sign; expected a key that is kept secret: sign it anew",
        at=at,
    )


def _by_anchor(
    block: Block, candidate: Candidate, carried: _Carried, context: Context, wanted: Purpose | None
) -> Outcome:
    """Conclude for a signature that an anchor verified directly; ``wanted`` is what it was made for."""
    key, at = candidate.key, block.at
    symmetric = key.kind == "symmetric"
    purpose = candidate.purpose
    authentic = candidate.source in INDEPENDENT
    problems = carried.problems
    if carried.key is not None and not carried.verified:
        message = "the signature verifies with an anchor, but not with the key that it carries"
        problems += (problem("cose-key-mismatch", message, at=at),)
    if symmetric:
        message = f"verified with the shared secret {candidate.name!r}: whoever can verify can also forge"
        problems += (problem("cose-symmetric-key", message, at=at),)
    if candidate.test_key is not None:
        problems += (_test_key_problem(key, at),)
    store = _store(context)
    anchor = None if store is None else store.certificate(candidate.name)
    if anchor is not None:
        from iotassess.evidence.certificates import use_problem, validity_problem

        what = f"the certificate {candidate.name!r}"
        late = validity_problem(anchor.certificate, context.as_of, what, at)
        refused = late or use_problem(anchor.certificate, wanted, what, at)
        if refused is not None:
            problems += (refused,)
            authentic, purpose = False, None  # it vouches for nothing, whatever it was named for
    result = SignatureResult(
        block.type,
        block.alg,
        None if block.kid is None else block.kid.hex(),
        "verified",
        candidate.name,
        candidate.source,
        key.thumbprint,
        purpose,
        cast("TestKey | None", candidate.test_key),
        symmetric,
    )
    return Outcome(result, problems, key, authentic)


def _by_carried(block: Block, key: Key, built: x5chain.Built | None, context: Context) -> Outcome:
    """Conclude for a signature that a carried key verified, with or without a chain to an anchor."""
    anchor = None if built is None else built.anchor
    problems: tuple[Problem, ...] = ()
    if anchor is None:
        why = "nobody named that key" if built is None else f"its certificate chain: {built.reason}"
        message = (
            f"verified only by the key that it carries ({why}); name the signer's key or root "
            "certificate as trust anchor"
        )
        problems += (problem("cose-self-asserted-key", message, at=block.at),)
    if built is not None:
        problems += tuple(found._replace(at=block.at) for found in built.problems)
    # Whoever has the key of any authority on the path can make a chain that builds.
    path = (key,) if built is None or anchor is None else built.path
    store = _store(context)
    classify = published_keys.test_key if store is None or anchor is None else store.test_key
    test_key: TestKey | None = None
    for link in path:
        test_key = classify(link)
        if test_key is not None:
            problems += (_test_key_problem(link, block.at),)
            break
    source: AnchorSource = "artefact" if anchor is None else anchor.source
    result = result_of(
        block,
        "verified",
        key=None if anchor is None else anchor.name,
        anchor_source=source,
        thumbprint=key.thumbprint,
        anchor_purpose=None if anchor is None else anchor.purpose,
        test_key=test_key,
    )
    return Outcome(result, problems, key, source in INDEPENDENT)


def _not_verified(
    block: Block, alg: str, trial: _Trial, carried: _Carried, misfit: Candidate | None
) -> Outcome:
    """Conclude for a signature that neither an anchor nor a carried key verified."""
    at = block.at
    problems = carried.problems
    if misfit is not None:
        message = f"the key {misfit.name!r}, which the signature names, is not one for {alg}"
        problems += (problem("cose-key-mismatch", message, at=at),)
    published = published_keys.recognise(alg, block.holds)
    if published is not None:
        problems += (_test_key_problem(published, at),)
    if (trial.tried and not trial.spent) or carried.key is not None:
        problems += (problem("cose-bad-signature", _bad(alg, trial, carried), at=at),)
        test_key = None if published is None else published_keys.test_key(published)
        return Outcome(result_of(block, "bad-signature", test_key=test_key), problems)
    if published is not None:
        result = result_of(
            block,
            "verified",
            key=published_keys.title(published),
            thumbprint=published.thumbprint,
            test_key=published_keys.test_key(published),
        )
        return Outcome(result, problems, published)
    message = f"no trust anchor fits this {alg} signature; name the signer's key with -t"
    if trial.spent:
        message = (
            f"{trial.tried} anchors were tried in vain and more were not, to bound the time; name the "
            "signer's key alone, or one with the key identifier that the signature gives"
        )
    return Outcome(result_of(block, "no-key"), (*problems, problem("cose-no-key", message, at=at)))


def _bad(alg: str, trial: _Trial, carried: _Carried) -> str:
    tried = []
    if trial.tried:
        tried.append(
            "the one anchor that fits" if trial.tried == 1 else f"any of {trial.tried} anchors that fit"
        )
    if carried.key is not None:
        tried.append("the key that it carries")
    return (
        f"the {alg} signature does not verify with {' or '.join(tried)}: either the artefact was changed, "
        "or the signer's key is another one; get the artefact again, or name the signer's key with -t"
    )
