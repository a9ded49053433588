"""Holding the declared technologies of a profile against their rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.statements import Technology
from iotassess.profile.consistency.rule import Finding, contradiction, say
from iotassess.profile.faults import shown
from iotassess.profile.suggestions import closest, did_you_mean
from iotassess.profile.technology import technology_rules
from iotassess.profile.technology.conditions import (
    all_hold,
    first_of_each,
    holds,
    is_denied,
    misfit,
    place_of,
    same,
    value_at,
    words,
)
from iotassess.profile.technology.implied import implications
from iotassess.profile.technology.model import (
    Condition,
    Given,
    Member,
    Need,
    Parameter,
    Rules,
    Says,
    Severity,
)

LISTS = frozenset(("attestation.formats", "attestation.algorithms", "auth.methods"))
"""Leaves of lists, to which each technology adds its own."""


def _declared(profile: Profile) -> Iterator[tuple[Path, Technology, Rules]]:
    """The declared technologies that there are rules for, each with its path, and each once."""
    rules = technology_rules()
    for index, technology in first_of_each(profile):
        if technology.id in rules:
            yield ("technologies", index), technology, rules[technology.id]


def _told(value: Any) -> str:
    """Write an answer for a message; texts of the profile are quoted and cut."""
    return say(value) if isinstance(value, bool) else shown(value)


def unknown(profile: Profile) -> Iterator[Finding]:
    """A technology that the technology table does not have counts towards nothing."""
    for index, technology in enumerate(profile.technologies or ()):
        known = technology_rules()
        if technology.id not in known:
            near = closest(technology.id, known)
            yield Finding(
                ("technologies", index, "id"),
                f"got unknown technology {shown(technology.id)}, expected an id of the technology table",
                f"did you mean {near}?" if near else "iotassess list technologies shows the ids",
            )


def repeated(profile: Profile) -> Iterator[Finding]:
    """A technology is declared once, with all that is to be said of it."""
    first: dict[str, int] = {}
    for index, technology in enumerate(profile.technologies or ()):
        if technology.id in first:
            yield Finding(
                ("technologies", index, "id"),
                f"{technology.id} is declared twice, first at technologies[{first[technology.id]}]",
                "make one entry of the two",
            )
        first.setdefault(technology.id, index)


def impossible_versions(profile: Profile) -> Iterator[Finding]:
    """A version, or a specification, that the technology does not have."""
    for path, technology, rules in _declared(profile):
        version = technology.version
        if version is None or not rules.versions or any(v.fits(version) for v in rules.versions):
            continue
        names = [v.name for v in rules.versions if not v.instead]
        yield Finding(
            (*path, "version"),
            f"got version {shown(version)}, expected one of {technology.id}: {', '.join(names)}",
            "another version of a protocol is declared with its connection, in protocols, only"
            if technology.id in ("tls13", "dtls13")
            else "write the version in quotes; * stands for the two digits of a revision",
        )


def replaced_versions(profile: Profile) -> Iterator[Finding]:
    """A version that a later one has replaced."""
    for path, technology, rules in _declared(profile):
        fitting = [v for v in rules.versions if technology.version and v.fits(technology.version)]
        if fitting and fitting[0].instead:
            yield Finding(
                (*path, "version"),
                f"{technology.id} {fitting[0].name} has been replaced",
                f"see {fitting[0].instead}",
            )


def unknown_parameters(profile: Profile) -> Iterator[Finding]:
    """Of each technology its own parameters can be said."""
    for path, technology, rules in _declared(profile):
        for name in technology.parameters or ():
            if name not in rules.parameters:
                yield Finding(
                    (*path, "parameters", name),
                    f"got unknown parameter {shown(name)} of {technology.id}",
                    did_you_mean(name, rules.parameters),
                )


def wrong_parameters(profile: Profile) -> Iterator[Finding]:
    """A parameter has a type, and perhaps a list of words that it can be."""
    for path, technology, rules in _declared(profile):
        for name, value in (technology.parameters or {}).items():
            parameter = rules.parameters.get(name)
            if parameter is None or (wrong := misfit(parameter, value)) is None:
                continue
            member, got = wrong
            here = (*path, "parameters", name)
            yield Finding(
                here if member is None else (*here, member),
                f"got {shown(got)}, expected {parameter.expected}",
                _remedy(parameter, got),
            )


def _remedy(parameter: Parameter, got: Any) -> str:
    """What to write instead of a parameter's value."""
    if isinstance(got, str) and parameter.type == "some" and got in parameter.values:
        return f"write [{got}]"
    if isinstance(got, str) and parameter.values and (near := closest(got, parameter.values)):
        return f"did you mean {near}?"
    return "write it without quotes" if parameter.type in ("flag", "number") else "correct it, or remove it"


def _needs(profile: Profile) -> Iterator[tuple[Path, Technology, Need, Condition | None]]:
    """Needs that are not met, each with the statement that rules it out, or None where none does."""
    for path, technology, rules in _declared(profile):
        for need in rules.needs:
            if not all_hold(need.when, profile, technology) or any(
                holds(condition, profile, technology) for condition in need.any_of
            ):
                continue
            first = next((c for c in need.any_of if isinstance(c, Says | Member)), None)
            denied = first if first is not None and is_denied(first, profile) else None
            if denied is not None or need.silent:
                yield path, technology, need, denied


def _denial(profile: Profile, path: Path, technology: Technology, need: Need, denied: Condition) -> Finding:
    """Tell what rules out what a technology needs."""
    said = (
        f"{denied.path} is {_told(value_at(profile, denied.path))}"
        if isinstance(denied, Says)
        else f"the profile has no {words(denied).removeprefix('a ')}"
    )
    return contradiction((*path, "id"), f"{technology.id} is declared ({need.why})", said)


def denied_needs(profile: Profile) -> Iterator[Finding]:
    """What a technology cannot do without is not ruled out by another statement."""
    for path, technology, need, denied in _needs(profile):
        if denied is not None and need.denied == "error":
            yield _denial(profile, path, technology, need, denied)


def doubtful_needs(profile: Profile) -> Iterator[Finding]:
    """What a technology cannot do without should be found in the profile, too."""
    for path, technology, need, denied in _needs(profile):
        if denied is None:
            yield Finding(
                (*path, "id"),
                f"{technology.id} is declared, but nothing is said of what it needs: {need.why}",
                f"declare {'; or '.join(words(condition) for condition in need.any_of)}",
            )
        elif need.denied == "warning":
            yield _denial(profile, path, technology, need, denied)


def conflicts(profile: Profile, severity: Severity) -> Iterator[Finding]:
    """Statements that are true together although they cannot, or hardly, be."""
    for path, technology, rules in _declared(profile):
        for conflict in rules.conflicts:
            if conflict.severity == severity and all_hold(conflict.all_of, profile, technology):
                places = [place_of(condition, path, technology) for condition in conflict.all_of]
                inside = [place for place in places if place[-1] != "id"]
                said = " and ".join(_said(condition, technology) for condition in conflict.all_of)
                yield Finding((inside or places)[0], f"{technology.id} is declared with {said}", conflict.why)


def _said(condition: Condition, technology: Technology) -> str:
    """How a condition that holds is fulfilled."""
    if not isinstance(condition, Given):
        return words(condition)
    value = (technology.parameters or {}).get(condition.parameter)
    return f"no parameter {condition.parameter}" if value is None else f"{condition.parameter} {_told(value)}"


def contradicted(profile: Profile) -> Iterator[Finding]:
    """What a technology necessarily gives cannot be denied elsewhere, nor by another technology."""
    first: dict[str, tuple[str, Any]] = {}
    for found in implications(profile):
        leaf = found.rule.path
        declared = value_at(profile, leaf)
        said = f"{found.technology} is declared: {leaf} is then {_told(found.value)} ({found.rule.why})"
        if isinstance(declared, list):
            if found.value not in declared:
                yield contradiction(found.source, said, f"{leaf} is {_told(declared)}")
        elif declared is not None:
            if not same(declared, found.value):
                yield contradiction(found.source, said, f"{leaf} is {_told(declared)}")
        elif leaf not in LISTS:
            other, value = first.setdefault(leaf, (found.technology, found.value))
            if not same(value, found.value):
                yield contradiction(found.source, said, f"{other} says that it is {_told(value)}")
