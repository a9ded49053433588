"""One walk through all sequences of a manifest, as a processor would run them (MS section 6, TD, UM).

The shared sequence runs before each section. Parameters last as long as a procedure: what an update set is
gone when the device boots, but what it left in a component unchecked is still there. Nothing is executed:
conditions are taken to pass, a try-each to take each of its branches.

A section that is not there, or cannot be read, may do anything: it may be the one that checks what the
others bring, or bring what none of the others checks. Behind it nothing is known of parameters, and what was
put into a component before is neither checked nor unchecked. So nothing may be said of "every" section any
more, nor that "none" of them does something; what is seen to be wrong without it stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_commands import Command, Commands
from iotassess.evidence.suit_effects import ESTABLISHING, Effects, Missing, Use
from iotassess.evidence.suit_faults import Reading
from iotassess.evidence.suit_manifest import Manifest
from iotassess.evidence.suit_parameters import Setting
from iotassess.evidence.suit_state import (
    EMPTY,
    Enforced,
    Pending,
    State,
    Variants,
    join_checks,
    merge,
)


class Walked(NamedTuple):
    """What the walk found.

    Attributes:
        uses: components with their parameters, where payloads come in or are checked.
        enforced: "vendor-identifier", "class-identifier" → values that a device has to have, of conditions
            that no way through some section leaves out; empty where there is none.
        lacking: those of the two that some way through a section leaves out.
        missing: commands that ran without their parameter.
        ever_set: (component index, parameter) that is set anywhere.
        unmatched: payloads that no sound digest is compared with.
        doubtful: whether there are payloads of which that cannot be said.
        fills: number of commands that put something into a component.
        encrypted_sources: component indices whose content is decrypted when it is copied.
        processed_unchecked: process-dependency on a dependency whose integrity was not checked.
        different_slots: a try-each has branches for different component slots.
        boot_matched: component indices whose image the validate section compares on every way.
        complete: every section is there, each of its commands is known and applied to something, and some
            way leads through it; otherwise nothing may be concluded from what was not found.
        clouded: a section is not there, or cannot be read.
        whole: everything that is there could be read.
    """

    uses: tuple[Use, ...]
    enforced: dict[str, tuple[Setting, ...]]
    lacking: frozenset[str]
    missing: tuple[Missing, ...]
    ever_set: frozenset[tuple[int, str]]
    unmatched: tuple[Pending, ...]
    doubtful: bool
    fills: int
    encrypted_sources: frozenset[int]
    processed_unchecked: tuple[Command, ...]
    different_slots: bool
    boot_matched: frozenset[int]
    complete: bool
    clouded: bool = False
    whole: bool = True

    @property
    def checks_target(self) -> bool:
        """Whether vendor and class are compared on every way that can be seen."""
        return not self.lacking and all(self.enforced.values())


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
        self.complete = not manifest.not_evaluated
        self.enforced: list[Enforced] = []
        self.lacking: set[str] = set()

    def run(self) -> Walked:
        """Walk through the procedures: update, then boot, and the uninstall section by itself."""
        pending: dict[int, frozenset[Pending]] = {}
        for procedure in (names.UPDATE, names.BOOT):
            pending = self._procedure(procedure, pending)
        removal = self._procedure(("uninstall",), {})
        left = set[Pending]().union(*pending.values(), *removal.values())
        if not self.manifest.sections:
            self._section((), self._initial({}))
        return Walked(
            tuple(self.effects.uses.values()),
            {name: self._accepted(name) for name in self.effects.checked},
            frozenset(self.lacking),
            tuple(self.effects.missing),
            frozenset(self.effects.ever_set),
            tuple(sorted(put for put in left if not put.doubtful)),
            any(put.doubtful for put in left),
            len(self.effects.fills),
            frozenset(self.effects.encrypted_sources),
            tuple(self.effects.processed_unchecked),
            self.different_slots,
            self.boot_matched,
            self.complete and not self.effects.aimless,
            bool(self.manifest.unread),
        )

    def _accepted(self, name: str) -> tuple[Setting, ...]:
        """What a device has to be to get through the sections that leave no way around the condition."""
        ways = [{name: way[name]} for way in self.enforced if name in way]
        accepted = join_checks(ways)[name].accepted if ways else frozenset()
        return tuple(setting for value, setting in self.effects.checked[name].items() if value in accepted)

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
        self, procedure: tuple[str, ...], pending: dict[int, frozenset[Pending]]
    ) -> dict[int, frozenset[Pending]]:
        """Run the sections of a procedure; gives what is left unchecked in each component."""
        listed = [name for name in procedure if name in self.manifest.sections]
        if not listed:
            return pending
        state = self._initial(pending)
        self.effects.clouded = self.manifest.shared_unread
        for name in listed:
            commands = self.manifest.sections[name]
            after = self._section(commands, state)
            if commands is None:
                state = self._cloud(state if after is None else after)
                continue
            if after is None:
                continue
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

    def _cloud(self, state: State) -> State:
        """Forget what a section that is not there may have changed."""
        self.effects.clouded = True
        doubtful = {
            index: frozenset[Pending]().union(*(variant.in_doubt().pending for variant in variants))
            for index, variants in state.components.items()
        }
        return self._initial(doubtful)

    def _section(self, commands: Commands | None, state: State) -> State | None:
        """Run the shared sequence and one section from a fresh selection.

        Args:
            commands: the section; None where it is not there, and only the shared sequence is known to run.
            state: before it.
        """
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
        sequences = (self.manifest.shared or (), commands or ())
        for sequence in sequences:
            if after is not None:
                after = self._sequence(sequence, after._replace(selected=fresh.selected))
        if after is None:
            self.complete = False
            return None
        for index in after.components:
            self.effects.record(index, after.components[index])
        if any(self._may_fail_softly(sequence) for sequence in sequences):
            self.complete = False  # set outside of any branch, no condition may stop a processor
            self.enforced.append({})
        else:
            self.enforced.append(after.established)
            if commands is not None and not self.manifest.shared_unread:
                self.lacking |= ESTABLISHING - after.established.keys()
        return after

    def _sequence(self, commands: Commands, state: State) -> State | None:
        """Run one sequence; None where no way leads to its end."""
        current: State | None = state
        for command in commands:
            if current is None:
                break
            self.reading.spend(len(current.components) + 1)
            if command.name in ("unknown", "custom"):
                self.complete = False
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
        ways = [state if branch is None else self._sequence(branch, state) for branch in command.branches]
        return self._merge(ways, state)

    def _run_sequence(self, command: Command, state: State) -> State | None:
        branch = command.branches[0] if command.branches else None
        if branch is None:  # it could not be read
            return state
        after = self._sequence(branch, state)
        # A soft failure ends it without effect, and the commands behind it run all the same.
        return self._merge((state, after) if self._may_fail_softly(branch) else (after,), state)

    def _merge(self, ways: Sequence[State | None], before: State) -> State | None:
        self.reading.spend(sum(way.weight for way in ways if way is not None))
        return merge(ways, before)

    def _may_fail_softly(self, sequence: Commands) -> bool:
        """Tell whether anything in a sequence, not in those inside it, turns soft failure on."""
        parameters = self.manifest.layout.parameters
        soft = {number for number, name in parameters.items() if name == "soft-failure"}
        for command in sequence:
            if command.name == "copy-params" and isinstance(command.argument, Mapping):
                wanted = [taken for taken in command.argument.values() if isinstance(taken, list)]
                if any(number in soft for taken in wanted for number in taken if type(number) is int):
                    return True
            settings = (*command.settings, *(setting for _, found in command.targets for setting in found))
            if any(setting.name == "soft-failure" and setting.value is True for setting in settings):
                return True
        return False


def _slots(branch: Commands) -> frozenset[int]:
    """Component slots that a branch sets."""
    return frozenset(
        setting.value
        for command in branch
        for setting in command.settings
        if setting.name == "component-slot"
    )
