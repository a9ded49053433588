"""One walk through all sequences of a manifest, as a processor would run them (MS section 6, TD, UM).

The shared sequence runs before each section. Parameters last as long as a procedure: what an update set is
gone when the device boots, but what it left in a component unchecked is still there. Nothing is executed:
conditions are taken to pass, a try-each to take each of its branches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_commands import Command, Commands
from iotassess.evidence.suit_effects import ESTABLISHING, Effects, Missing, Use
from iotassess.evidence.suit_faults import Reading
from iotassess.evidence.suit_manifest import Manifest
from iotassess.evidence.suit_parameters import Setting
from iotassess.evidence.suit_state import EMPTY, Pending, State, Variants, merge


class Walked(NamedTuple):
    """What the walk found.

    Attributes:
        uses: components with their parameters, where payloads come in or are checked.
        checked: "vendor-identifier", "class-identifier" → values that a condition compares, in order.
        established: conditions that pass on every way through every section.
        missing: commands that ran without their parameter.
        ever_set: (component index, parameter) that is set anywhere.
        unmatched: payloads that no digest is compared with.
        fills: number of commands that put something into a component.
        encrypted_sources: component indices whose content is decrypted when it is copied.
        processed_unchecked: process-dependency on a dependency whose integrity was not checked.
        different_slots: a try-each has branches for different component slots.
        boot_matched: component indices whose image the validate section compares on every way.
        complete: some way leads through every section, and each command is applied to something; otherwise
            nothing may be concluded from what was not found.
    """

    uses: tuple[Use, ...]
    checked: dict[str, list[Setting]]
    established: frozenset[str]
    missing: tuple[Missing, ...]
    ever_set: frozenset[tuple[int, str]]
    unmatched: tuple[Pending, ...]
    fills: int
    encrypted_sources: frozenset[int]
    processed_unchecked: tuple[Command, ...]
    different_slots: bool
    boot_matched: frozenset[int]
    complete: bool


class Walk:
    """Walks through a manifest and keeps what it sees.

    Args:
        manifest: the manifest.
        reading: where problems go, and what limits the work.
    """

    def __init__(self, manifest: Manifest, reading: Reading) -> None:
        self.manifest = manifest
        self.reading = reading
        self.effects = Effects(manifest, reading)
        self.different_slots = False
        self.boot_matched: frozenset[int] = frozenset()
        self.complete = True

    def run(self) -> Walked:
        """Walk through the procedures: update, then boot, and the uninstall section by itself."""
        sections = {
            name: commands for name, commands in self.manifest.sections.items() if commands is not None
        }
        established: list[frozenset[str]] = []
        pending: dict[int, frozenset[Pending]] = {}
        for procedure in (names.UPDATE, names.BOOT):
            pending = self._procedure(procedure, sections, pending, established)
        removal = self._procedure(("uninstall",), sections, {}, established)
        unmatched = sorted(set[Pending]().union(*pending.values(), *removal.values()))
        if not sections:
            state = self._section((), self._initial({}))
            self.complete = self.complete and state is not None
            established += [] if state is None else [state.established]
        return Walked(
            tuple(self.effects.uses.values()),
            self.effects.checked,
            ESTABLISHING.intersection(*established),
            tuple(self.effects.missing),
            frozenset(self.effects.ever_set),
            tuple(unmatched),
            len(self.effects.fills),
            frozenset(self.effects.encrypted_sources),
            tuple(self.effects.processed_unchecked),
            self.different_slots,
            self.boot_matched,
            self.complete and not self.effects.aimless,
        )

    # --- procedures, sections, sequences ----------------------------------------------------------

    def _initial(self, pending: Mapping[int, frozenset[Pending]]) -> State:
        listed = {entry.component_index: entry.digest for entry in self.manifest.dependencies if entry.digest}
        components: dict[int, Variants] = {}
        for index in self.effects.indices:
            variant = EMPTY._replace(pending=pending.get(index, frozenset()))
            if index in listed:
                setting = Setting("image-digest", listed[index], f"dependencies[{-1 - index}]", ())
                variant = variant.with_settings((setting,), True)
            components[index] = (variant,)
        return State(components, ())

    def _procedure(
        self,
        procedure: tuple[str, ...],
        sections: Mapping[str, Commands],
        pending: dict[int, frozenset[Pending]],
        established: list[frozenset[str]],
    ) -> dict[int, frozenset[Pending]]:
        """Run the sections of a procedure; gives what is left unchecked in each component."""
        present = [name for name in procedure if name in sections]
        if not present:
            return pending
        state = self._initial(pending)
        for name in present:
            after = self._section(sections[name], state)
            if after is None:
                self.complete = False
                continue
            established.append(after.established)
            state = after
            if name == "validate":
                self.boot_matched = frozenset(
                    index
                    for index, variants in state.components.items()
                    if variants and all(variant.matched for variant in variants)
                )
        return {
            index: frozenset[Pending]().union(*(variant.pending for variant in variants))
            for index, variants in state.components.items()
        }

    def _section(self, commands: Commands, state: State) -> State | None:
        """Run the shared sequence and one section from a fresh selection."""
        self.reading.spend(len(state.components))
        components = {
            index: tuple(
                variant._replace(matched=False) if variant.matched else variant for variant in variants
            )
            for index, variants in state.components.items()
        }
        # Component 0 is the current one at first; where there are more, a sequence has to say which.
        fresh = State(components, (0,) if 0 in components else ())
        after: State | None = fresh
        for sequence in (self.manifest.shared or (), commands):
            if after is not None:
                after = self._sequence(sequence, after._replace(selected=fresh.selected))
        if after is not None:
            for index in after.components:
                self.effects.record(index, after.components[index])
            self.complete = self.complete and not after.soft  # set there, conditions may not stop a processor
        return after

    def _sequence(self, commands: Commands, state: State) -> State | None:
        """Run one sequence; None where no way leads to its end."""
        current: State | None = state
        for command in commands:
            if current is None:
                break
            self.reading.spend(len(current.components) + 1)
            if command.name == "try-each":
                current = self._try_each(command, current)
            elif command.name == "run-sequence":
                current = self._run_sequence(command, current)
            else:
                current = self.effects.apply(command, current)
        return current

    # --- sequences within sequences ---------------------------------------------------------------

    def _try_each(self, command: Command, state: State) -> State | None:
        self.reading.spend(len(command.branches) * len(state.components))
        slots = [_slots(branch) for branch in command.branches if branch is not None]
        known = [found for found in slots if found]
        if any(found != known[0] for found in known[1:]):
            self.different_slots = True
        ways = [
            state if branch is None else self._sequence(branch, state._replace(soft=False))
            for branch in command.branches
        ]
        return merge(ways, state)

    def _run_sequence(self, command: Command, state: State) -> State | None:
        branch = command.branches[0] if command.branches else None
        if branch is None:  # it could not be read
            return state
        after = self._sequence(branch, state._replace(soft=False))
        # A soft failure ends it without effect, and the commands behind it run all the same.
        return merge((state, after) if _may_fail_softly(branch) else (after,), state)


def _slots(branch: Commands) -> frozenset[int]:
    """Component slots that a branch sets."""
    return frozenset(
        setting.value
        for command in branch
        for setting in command.settings
        if setting.name == "component-slot"
    )


def _may_fail_softly(branch: Commands) -> bool:
    return any(
        setting.name == "soft-failure" and setting.value is True
        for command in branch
        for setting in command.settings
    )
