"""What a manifest processor would know at one point of a sequence, for every way that may lead there.

A try-each makes alternatives: slot A with its digest, slot B with another. They are kept apart as *variants*
of a component, so that a digest stays with its size and its URI. Values are immutable, branches independent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from iotassess.errors import MalformedArtefact
from iotassess.evidence.suit_digest import Protection
from iotassess.evidence.suit_parameters import Setting

MAX_VARIANTS: Final = 64
"""Alternatives of one component. Two slots and three device classes make six."""


class Pending(NamedTuple):
    """A payload that was put into a component and not yet held against a digest.

    Attributes:
        command: "fetch", "copy", "swap" or "write".
        at: claim path of the command.
        doubtful: something that cannot be read or judged may have held it against a digest.
    """

    command: str
    at: str
    doubtful: bool = False


class Checks(NamedTuple):
    """Values that a condition compares, on all ways to one point.

    Attributes:
        common: those that have to hold on every way.
        every: those of any way.
        unknown: on some way a value is compared that was set out of sight.
    """

    common: frozenset[bytes] = frozenset()
    every: frozenset[bytes] = frozenset()
    unknown: bool = False

    @property
    def accepted(self) -> frozenset[bytes]:
        """What a device has to be: what each way asks for, or else one of what some way asks for."""
        return self.common if self.common or self.unknown else self.every


Enforced = Mapping[str, Checks]
"""Conditions that passed on every way to a point, with the values that they compare."""


def join_checks(ways: Sequence[Enforced]) -> Enforced:
    """Put together what is enforced on several ways: only what is on each of them.

    Args:
        ways: one entry each; at least one.
    """
    return {
        name: Checks(
            frozenset.intersection(*(way[name].common for way in ways)),
            frozenset[bytes]().union(*(way[name].every for way in ways)),
            any(way[name].unknown for way in ways),
        )
        for name in ways[0]
        if all(name in way for way in ways)
    }


class Variant(NamedTuple):
    """One component in one alternative.

    Attributes:
        parameters: name → setting.
        slot: slot that a condition found to be the current one, or None.
        pending: what was put into it and not checked since.
        integrity: a dependency whose integrity was checked.
        matched: its image was held against a digest in the running section.
    """

    parameters: Mapping[str, Setting]
    slot: int | None = None
    pending: frozenset[Pending] = frozenset()
    integrity: bool = False
    matched: bool = False

    def value(self, name: str) -> Any:
        """The value of a parameter, or None."""
        setting = self.parameters.get(name)
        return None if setting is None else setting.value

    def with_settings(self, settings: Iterable[Setting], override: bool) -> Variant:
        """The same with parameters set; those that are set already change only with ``override``."""
        merged = dict(self.parameters)
        for setting in settings:
            if override or setting.name not in merged:
                merged[setting.name] = setting
        return Variant(merged, self.slot, self.pending, self.integrity, self.matched)

    def after_check(self, protection: Protection) -> Variant:
        """The same after its content was held against a digest.

        Args:
            protection: what the digest is worth.
        """
        if protection == "sound":
            return self._replace(pending=frozenset(), matched=True)
        return self.in_doubt() if protection == "unknown" else self

    def in_doubt(self) -> Variant:
        """The same after something that may have checked it, or may not."""
        return self._replace(pending=frozenset(put._replace(doubtful=True) for put in self.pending))

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two variants the same."""
        values = frozenset((name, setting.value) for name, setting in self.parameters.items())
        return values, self.slot, self.pending, self.integrity, self.matched


EMPTY: Final = Variant({})

Variants = tuple[Variant, ...]


class State(NamedTuple):
    """All components, on all ways that lead to one point.

    Attributes:
        components: component index → variants; dependencies in a list have negative indices.
        selected: component indices that commands apply to.
        established: "vendor-identifier", "class-identifier": conditions that passed on every way.
    """

    components: Mapping[int, Variants]
    selected: tuple[int, ...]
    established: Enforced = MappingProxyType({})

    def with_components(self, components: Mapping[int, Variants]) -> State:
        """The same with other components."""
        return State(components, self.selected, self.established)

    def enforcing(self, name: str, groups: Iterable[frozenset[bytes]], *, unknown: bool) -> State:
        """The same after a condition that passed.

        Args:
            name: the condition.
            groups: for each component that it was applied to, the values of its alternatives.
            unknown: there are alternatives whose value was set out of sight.
        """
        known = self.established.get(name, Checks())
        common, every = set(known.common), set(known.every)
        for values in groups:
            every |= values
            if len(values) == 1 and not unknown:
                common |= values
        checks = Checks(frozenset(common), frozenset(every), known.unknown or unknown)
        return self._replace(established={**self.established, name: checks})

    @property
    def weight(self) -> int:
        """How much there is to be put together where ways meet."""
        return sum(len(checks.every) for checks in self.established.values())


def distinct(variants: Iterable[Variant]) -> Variants:
    """Drop repetitions.

    Raises:
        MalformedArtefact: ``artefact-too-large``: more than :data:`MAX_VARIANTS` are left.
    """
    known = tuple(variants)
    if len(known) < 2:
        return known
    found: dict[tuple[Any, ...], Variant] = {}
    for variant in known:
        found.setdefault(variant.identity, variant)
    if len(found) > MAX_VARIANTS:
        raise MalformedArtefact(
            "artefact-too-large",
            f"a component with more than {MAX_VARIANTS} alternative sets of parameters",
        )
    return tuple(found.values())


def merge(states: Iterable[State | None], before: State) -> State | None:
    """Put together the ways that lead out of a try-each or run-sequence; None where none does.

    Args:
        states: after each way; None for one that aborts.
        before: the selection goes back to what it was.
    """
    alive = [state for state in states if state is not None]
    if not alive:
        return None
    first = alive[0]
    components = first.components
    if len(alive) > 1:
        components = {
            index: first.components[index]
            if all(state.components[index] is first.components[index] for state in alive)
            else distinct(variant for state in alive for variant in state.components[index])
            for index in first.components
        }
    established = join_checks([state.established for state in alive])
    return State(components, before.selected, established)
