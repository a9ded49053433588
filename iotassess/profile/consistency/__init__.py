"""Inner consistency: whether a profile's statements can all be true, and can be compared with evidence.

One subject a file; each rule is a function with an id, registered once, in :data:`RULES`. An error is a
contradiction or an identifier that cannot be what it is called, and makes the profile invalid. A warning
is something unusual. A bad answer is neither: that is the baselines' matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.codec.yaml import Document
from iotassess.model.profile import Profile
from iotassess.profile.consistency import (
    access,
    boot,
    evidence,
    identity,
    names,
    operation,
    platform,
    protocols,
    update,
)
from iotassess.profile.consistency.rule import Rule
from iotassess.profile.faults import Fault, located, path_text, place

__all__ = ["RULES", "Rule", "check"]

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *identity.RULES,
    *boot.RULES,
    *platform.RULES,
    *update.RULES,
    *protocols.RULES,
    *access.RULES,
    *operation.RULES,
    *evidence.RULES,
)
"""Every rule, by subject."""

assert len({rule.id for rule in RULES}) == len(RULES), "a rule id stands twice"  # noqa: S101 - a bug at import


def check(profile: Profile, document: Document) -> Iterator[Fault]:
    """Hold a profile against every rule.

    Args:
        profile: what is declared.
        document: its text, for the places.
    """
    for rule in RULES:
        for found in rule.find(profile):
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
