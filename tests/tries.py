"""How much of a costly search is done: a share in a run of everything, all of it where somebody searches."""

from __future__ import annotations

import os

EXAMPLES = int(os.environ.get("IOTASSESS_EXAMPLES", "15"))
"""What a property is tried with that does not say how often."""

_USUAL = 60
_FEWEST = 5

STEP = max(1, _USUAL // EXAMPLES)
"""Of a long row of cases, each how-manieth is tried."""


def tries(usual: int) -> int:
    """A share of the usual number in a run of everything, and a multiple where somebody searches.

    Args:
        usual: how often the property is tried with 60 in ``IOTASSESS_EXAMPLES``.
    """
    return max(min(usual, _FEWEST), usual * EXAMPLES // _USUAL)
