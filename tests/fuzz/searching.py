"""How hypothesis searches here: whole artefacts are large, so a failure in a run of everything is not shrunk.

Shrinking an artefact of some kilobytes reads it thousands of times, which takes minutes for each failure.
What failed is printed with its blob (``@reproduce_failure``) and is tried first in the next run; it is shrunk
where ``IOTASSESS_EXAMPLES`` is set.
"""

from __future__ import annotations

import os

from hypothesis import Phase, settings

_TRY = (Phase.explicit, Phase.reuse, Phase.generate)

SEARCH = settings(
    deadline=None,
    print_blob=True,
    phases=(*_TRY, Phase.shrink) if "IOTASSESS_EXAMPLES" in os.environ else _TRY,
)
"""For every property of this folder; without the phase that explains, which tries as often again."""
