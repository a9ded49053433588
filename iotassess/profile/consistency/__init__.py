"""Inner consistency: whether a profile's statements can all be true, and can be compared with evidence.

One subject a file; each rule is a function with an id, registered once, in :data:`RULES`. An error is a
contradiction or an identifier that cannot be what it is called, and makes the profile invalid. A warning
is something unusual. A bad answer is neither: that is the baselines' matter.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from iotassess.codec.yaml import Document
from iotassess.model.profile import Profile
from iotassess.profile.consistency import (
    access,
    boot,
    evidence,
    features,
    identity,
    mechanisms,
    names,
    operation,
    platform,
    product,
    protocols,
    technologies,
    update,
)
from iotassess.profile.consistency.rule import Rule
from iotassess.profile.faults import MAX_FAULTS, Fault, located, path_text, place

__all__ = ["RULES", "Rule", "check"]

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *identity.RULES,
    *boot.RULES,
    *platform.RULES,
    *features.RULES,
    *update.RULES,
    *mechanisms.RULES,
    *protocols.RULES,
    *access.RULES,
    *operation.RULES,
    *product.RULES,
    *technologies.RULES,
    *evidence.RULES,
)
"""Every rule, by subject."""

assert len({rule.id for rule in RULES}) == len(RULES), "a rule id stands twice"  # noqa: S101 - a bug at import


def check(profile: Profile, document: Document) -> Iterator[Fault]:
    """Hold a profile against every rule, and tell at most :data:`MAX_FAULTS` faults of each.

    Args:
        profile: what is declared.
        document: its text, for the places.
    """
    for rule in RULES:
        for found in itertools.islice(rule.find(profile), MAX_FAULTS):
            mark = place(document, found.path)
            yield Fault(
                rule.severity,
                located(found.path, found.message),
                path_text(found.path),
                mark.line,
                mark.column,
                found.hint,
                rule.id,
            )
