"""How two values of one family are held against each other: each property's own comparison."""

from __future__ import annotations

from typing import Literal

from iotassess.model.claim import Digest, Value
from iotassess.model.vocabulary import Property

Agreement = Literal["agrees", "weaker", "disagrees", "incomparable"]


def agreement(row: Property, first: Value, second: Value) -> Agreement:
    """Compare a declared (or earlier) value with an evidenced one.

    Args:
        row: the property; of a family, the evidenced one.
        first: the declared value.
        second: the evidenced value.

    Returns:
        ``incomparable`` where the two say nothing about each other: digests under different algorithms,
        values of different types, or a property that is not compared. ``weaker`` where the evidence is
        true of the declaration but shows less.
    """
    if row.compare == "digest":
        if not isinstance(first, Digest) or not isinstance(second, Digest) or first.alg != second.alg:
            return "incomparable"
        return "agrees" if first.value == second.value else "disagrees"
    if isinstance(first, bool) != isinstance(second, bool):
        return "incomparable"
    if row.compare in ("equal", "member"):
        return "agrees" if first == second else "disagrees"
    if row.compare == "at-least":
        if not isinstance(first, int) or not isinstance(second, int):
            return "incomparable"
        return "agrees" if second >= first else "disagrees"
    if row.compare == "refines":
        return _refines(row.order, first, second)
    return "incomparable"


def _refines(order: tuple[str, ...], declared: Value, shown: Value) -> Agreement:
    """Compare by an order from weakest to strongest.

    The weakest value is the bad state itself (debug enabled): it disagrees with every declaration of a
    better one, and the other way round. Between better states, showing less than was declared is weaker,
    because it is true of the stronger state, too.
    """
    if declared not in order or shown not in order:
        return "incomparable"
    wanted, got = order.index(str(declared)), order.index(str(shown))
    if (wanted == 0) != (got == 0):
        return "disagrees"
    return "agrees" if got >= wanted else "weaker"
