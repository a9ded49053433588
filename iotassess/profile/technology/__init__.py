"""What a profile may say of each technology. A row for every row of the technology table, tests prove it.

Nothing here is read before a profile declares a technology, so that a run without any does not pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from iotassess.profile.technology.model import Rules


@cache
def technology_rules() -> Mapping[str, Rules]:
    """The rules by technology id, by subject."""
    from iotassess.profile.technology import attestation, channels, network, onboarding, platform, updates

    rooms = (platform, attestation, updates, onboarding, channels, network)
    rows = [row for room in rooms for row in room.RULES]
    found = {row.id: row for row in rows}
    if len(found) < len(rows):
        raise AssertionError("a technology has two rows of rules")
    return MappingProxyType(found)
