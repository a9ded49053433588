"""When a token was made and for how long it holds: exp, nbf, iat and the nonce.

RFC 8392 section 3.1 (exp, nbf, iat), RFC 9711 sections 4.1 (nonce) and 4.3.1 (iat), RFC 9334 section 10
(freshness). The moment is the one that the caller judges at; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from iotassess.evidence.eat_reading import TIME_CLAIMS, Claims, Reader, Reading, describe
from iotassess.model.artefact import Problem

SKEW_SECONDS: Final = 60
"""How far a device's clock may be off. RFC 8392 section 3.1.4 speaks of "no more than a few minutes";
one minute is what devices that synchronise at all keep."""

LAST_TIME: Final = 253402300799
"""9999-12-31T23:59:59Z. A later moment is no moment that anybody means."""

MIN_NONCE, MAX_NONCE = 8, 64
"""Bytes of an EAT nonce (RFC 9711 section 4.1)."""

_OUT_OF_TIME: Final = frozenset({"eat-expired", "eat-not-yet-valid"})

Fresh = Literal["nonce", "time"] | None


def read_time(key: str, label: int) -> Reader:
    """Make the reader of one NumericDate (RFC 8392 section 2): untagged seconds since 1970."""

    def read(reading: Reading, value: Any, claims: Claims) -> None:
        is_float = type(value) is float
        if not is_float and type(value) is not int:
            reading.refuse(key, label, value, "seconds since 1970, as an untagged number")
            return
        # The order of the comparisons makes NaN fall out, too.
        if not 0 <= value <= LAST_TIME:
            reading.refuse(key, label, value, "a moment between the years 1970 and 9999")
            return
        reading.claims[key] = value
        reading.times[key] = value
        if is_float and key == "iat":
            reading.report(
                "eat-iat-float",
                f"iat is the floating-point number {describe(value)}; expected an integer "
                "(RFC 9711 section 4.3.1)",
                key,
                label,
            )

    return read


def read_nonce(reading: Reading, value: Any, claims: Claims) -> None:
    """Read eat_nonce: one byte string, or an array of at least two (RFC 9711 section 4.1)."""
    many = isinstance(value, list | tuple)
    nonces = tuple(value) if many else (value,)
    if not nonces or not all(type(nonce) is bytes for nonce in nonces):
        reading.refuse("nonce", 10, value, "a byte string, or an array of them")
        return
    reading.nonces = nonces
    texts = [nonce.hex() for nonce in nonces]
    reading.claims["nonce"] = texts if len(texts) > 1 else texts[0]
    if many and len(nonces) == 1:
        reading.report(
            "eat-claim-type", "nonce is an array of one; expected a byte string, or an array of 2 and more",
            "nonce", 10,
        )  # fmt: skip
    for nonce in nonces:
        if not MIN_NONCE <= len(nonce) <= MAX_NONCE:
            reading.report(
                "eat-nonce-length",
                f"a nonce of {len(nonce)} bytes; expected {MIN_NONCE} to {MAX_NONCE}",
                "nonce",
                10,
            )


def judge_times(reading: Reading) -> None:
    """Hold exp, nbf and iat against the moment: a bare date stands for its whole day."""
    times, as_of = reading.times, reading.context.as_of
    exp = times.get("exp")
    if exp is not None and as_of.start.timestamp() >= exp + SKEW_SECONDS:
        reading.report(
            "eat-expired",
            f"exp is {describe(exp)}, and the token is judged at {as_of.start:%Y-%m-%dT%H:%M:%SZ}; "
            "get a newer token, or judge at the time that it was received (--as-of)",
            "exp",
            4,
        )
    latest = as_of.end.timestamp() + SKEW_SECONDS
    for key, label, what in (("nbf", 5, "not valid before then"), ("iat", 6, "issued in the future")):
        moment = times.get(key)
        if moment is not None and moment > latest:
            reading.report(
                "eat-not-yet-valid",
                f"{key} is {describe(moment)}: {what}, as the token is judged at "
                f"{as_of.end:%Y-%m-%dT%H:%M:%SZ}; check the device's clock",
                key,
                label,
            )


def is_in_time(problems: Sequence[Problem]) -> bool:
    """Tell whether a token is within its own validity, as far as it says what that is.

    Args:
        problems: of the token. What it says about its validity and nobody can read is against it.
    """
    return not problems or not any(
        found.id in _OUT_OF_TIME or (found.severity == "error" and found.at in TIME_CLAIMS)
        for found in problems
    )


def is_bound_to_nonce(reading: Reading) -> bool | None:
    """Tell whether the token has the challenge in it.

    Returns:
        False where it has another one; None where it has none, or where it is nested in the token
        that the challenge was for.
    """
    if not reading.nonces:
        return None
    given = reading.context.nonce
    if given is None or given in reading.nonces:
        return True
    return None if reading.context.depth else False


def judge_freshness(reading: Reading, trusted: bool) -> Fresh:
    """Say how the moment at which the token was made is known, and report where it is not.

    Args:
        reading: the token's own claims set.
        trusted: a signature over it verified, and it is in time.

    Returns:
        "nonce", "time", or None. Never for a token whose signature did not verify: anybody can
        write a nonce into it.
    """
    context, nonces = reading.context, reading.nonces
    given = context.nonce
    nested = context.depth > 0
    if given is not None:
        if given in nonces:
            return "nonce" if trusted else None
        # The challenge was for the outermost token: one inside may have its own, or none.
        if not nested:
            _report_other_nonce(reading, given)
            return None
    elif not nonces and not nested:
        reading.report("eat-nonce-missing", "no nonce, so the token can be replayed")
    if trusted and _is_recent(reading):
        return "time"
    if not nested:
        reading.report(
            "eat-freshness-not-shown",
            "nothing shows when the token was made; give the challenge with --nonce, or --max-age "
            "where it has a signed iat",
        )
    return None


def _report_other_nonce(reading: Reading, given: bytes) -> None:
    if not reading.nonces:
        reading.report(
            "eat-nonce-missing",
            f"no nonce; expected the challenge {given.hex()}, so the token may be a replay",
            severity="error",
        )
        return
    reading.report(
        "eat-nonce-mismatch",
        f"the nonce is {_shown(reading.nonces[0])}; expected the challenge {given.hex()}: "
        "the token answers another request",
        "nonce",
        10,
    )


def _shown(nonce: bytes) -> str:
    """Give a nonce in hex; one that is too long is a sender's text of any length, and is cut."""
    return nonce.hex() if len(nonce) <= MAX_NONCE else f"{nonce[:MAX_NONCE].hex()}…"


def _is_recent(reading: Reading) -> bool:
    """Tell whether iat is an integer that lies within the greatest age, and not in the future."""
    max_age, iat = reading.context.max_age, reading.times.get("iat")
    if max_age is None or iat is None or isinstance(iat, float):
        return False
    age = reading.context.as_of.end.timestamp() - iat
    return -SKEW_SECONDS <= age <= max_age.total_seconds()
