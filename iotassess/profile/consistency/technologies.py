"""Technologies: ids, versions and parameters that exist, and what cannot be together.

What may be said of each technology stands in ``profile/technology``, and is imported when a profile declares
the first one, so that others do not pay for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.model.profile import Profile
from iotassess.profile.consistency.rule import Finding, Rule


def find_unknown_technologies(profile: Profile) -> Iterator[Finding]:
    """A technology that the technology table does not have counts towards nothing."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.unknown(profile)


def find_repeated_technologies(profile: Profile) -> Iterator[Finding]:
    """A technology is declared once, with all that is to be said of it."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.repeated(profile)


def find_impossible_versions(profile: Profile) -> Iterator[Finding]:
    """A version, or a specification, that the technology does not have."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.impossible_versions(profile)


def find_replaced_versions(profile: Profile) -> Iterator[Finding]:
    """A version that a later one has replaced."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.replaced_versions(profile)


def find_unknown_parameters(profile: Profile) -> Iterator[Finding]:
    """Of each technology its own parameters can be said."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.unknown_parameters(profile)


def find_wrong_parameters(profile: Profile) -> Iterator[Finding]:
    """A parameter has a type, and perhaps a list of words that it can be."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.wrong_parameters(profile)


def find_denied_needs(profile: Profile) -> Iterator[Finding]:
    """What a technology cannot do without is not ruled out by another statement."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.denied_needs(profile)


def find_doubtful_needs(profile: Profile) -> Iterator[Finding]:
    """What a technology cannot do without should be found in the profile, too."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.doubtful_needs(profile)


def find_conflicts(profile: Profile) -> Iterator[Finding]:
    """Parameters and statements that rule each other out."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.conflicts(profile, "error")


def find_unusual_combinations(profile: Profile) -> Iterator[Finding]:
    """Parameters and statements that are possible together, and seldom wise."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.conflicts(profile, "warning")


def find_contradicted_technologies(profile: Profile) -> Iterator[Finding]:
    """What a technology necessarily gives cannot be denied elsewhere, nor by another technology."""
    if profile.technologies:
        from iotassess.profile.technology import checks

        yield from checks.contradicted(profile)


RULES = (
    Rule("technology-unknown", "error", find_unknown_technologies),
    Rule("technology-twice", "error", find_repeated_technologies),
    Rule("technology-version", "error", find_impossible_versions),
    Rule("technology-version-replaced", "warning", find_replaced_versions),
    Rule("technology-parameter-unknown", "error", find_unknown_parameters),
    Rule("technology-parameter", "error", find_wrong_parameters),
    Rule("technology-needs", "error", find_denied_needs),
    Rule("technology-needs-undeclared", "warning", find_doubtful_needs),
    Rule("technology-conflict", "error", find_conflicts),
    Rule("technology-unusual", "warning", find_unusual_combinations),
    Rule("technology-contradicted", "error", find_contradicted_technologies),
)
