"""Command sequences, parsed: numbers and arguments in turn, with sequences nested in them (MS section 8.4.7).

Parsing says what stands there; :mod:`iotassess.evidence.suit_walk` says what it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_faults import UNREADABLE, Reading, Trail
from iotassess.evidence.suit_layout import Layout
from iotassess.evidence.suit_parameters import ParameterReader, Setting

MAX_NESTED_SEQUENCES: Final = 8
"""Sequences within sequences. Examples have two levels; a constrained processor has a stack to care for."""

MAX_POLICY: Final = 15
"""All four bits of a reporting policy (MS section 8.4.7)."""


class Command(NamedTuple):
    """One condition or directive.

    Attributes:
        number: as it stands in the manifest.
        name: the specification's, or "custom" or "unknown".
        argument: decoded argument.
        at: claim path ("install[2]", "install[2].branch[0][1]").
        trail: path to the argument in the envelope.
        settings: of set-parameters and override-parameters.
        targets: of override-multiple: component index and settings.
        branches: of try-each and run-sequence; None is the empty last branch of a try-each. In place of one
            that cannot be read stands one unknown command.
    """

    number: int
    name: str
    argument: Any
    at: str
    trail: Trail
    settings: tuple[Setting, ...] = ()
    targets: tuple[tuple[int, tuple[Setting, ...]], ...] = ()
    branches: tuple[tuple[Command, ...] | None, ...] = ()


Commands = tuple[Command, ...]


def all_commands(commands: Commands, depth: int = 0) -> Iterator[tuple[Command, int]]:
    """Give every command with the number of sequences that it is nested in, in order."""
    for command in commands:
        yield command, depth
        for branch in command.branches:
            if branch is not None:
                yield from all_commands(branch, depth + 1)


def all_settings(commands: Commands) -> Iterator[Setting]:
    """Give every parameter that a sequence sets, those of its branches included, in order."""
    for command, _ in all_commands(commands):
        yield from command.settings
        for _index, settings in command.targets:
            yield from settings


class CommandReader:
    """Parses command sequences and reports what is wrong in them.

    Args:
        reading: where problems go.
        layout: the tables in use.
    """

    def __init__(self, reading: Reading, layout: Layout) -> None:
        self.reading = reading
        self.layout = layout
        self.parameters = ParameterReader(reading, layout)

    def read(self, data: bytes, at: str, trail: Trail, depth: int = 0) -> Commands | None:
        """Parse one encoded sequence; None where it is none, which is reported.

        Args:
            data: content of the byte string.
            at: claim path of the sequence.
            trail: path to the byte string.
            depth: how many sequences it is nested in.
        """
        items = self.reading.loads(data, at, trail)
        if items is UNREADABLE:
            return None
        if not isinstance(items, list) or len(items) % 2:
            self.reading.malformed(
                MalformedArtefact(
                    names.MALFORMED, "not a command sequence; expected numbers and arguments in turn"
                ),
                at,
                trail,
            )
            return None
        self.reading.spend(len(items) // 2 + 1)
        inner = (*trail, cbor.INTO)
        return tuple(
            self._command(items[index], items[index + 1], f"{at}[{index // 2}]", (*inner, index + 1), depth)
            for index in range(0, len(items), 2)
        )

    def _command(self, number: Any, argument: Any, at: str, trail: Trail, depth: int) -> Command:
        if type(number) is not int:
            self.reading.malformed(
                MalformedArtefact(names.MALFORMED, "a command number that is not an integer"), at, trail
            )
            return Command(0, "unknown", argument, at, trail)
        name = self._name(number, argument)
        command = Command(number, name, argument, at, trail)
        if name == "unknown":
            self._unknown(command, f"command {number} is not assigned")
        elif name in ("set-parameters", "override-parameters"):
            return command._replace(settings=self.parameters.read(argument, at, trail))
        elif name in ("try-each", "run-sequence"):
            return command._replace(branches=self._branches(command, depth))
        elif name == "override-multiple":
            return command._replace(targets=self._targets(command))
        elif not self._fits(name, argument):
            self._unknown(command, f"{name} cannot have an argument of this kind ({argument!r:.40})")
        return command

    def _name(self, number: int, argument: Any) -> str:
        if number < names.CUSTOM_BELOW:
            return "custom"
        name = self.layout.commands.get(number, "unknown")
        if self.layout.id == "draft-16-older" and number in (30, 31, 32):
            # Run-sequence was 30, run-with-arguments 31 and swap 32 up to -06, all dealt out anew in -07.
            if isinstance(argument, bytes):
                return "invoke" if number == 31 else "run-sequence"
            return "fetch-uri-list" if number == 30 else "swap"
        return "invoke" if name == "run" else name

    def _unknown(self, command: Command, message: str) -> None:
        self.reading.add(
            "suit-unknown-command",
            f"{message} at {command.at}; a processor must abort there",
            command.at,
            command.trail,
        )

    def _fits(self, name: str, argument: Any) -> bool:
        """Tell whether the argument is of the kind that the command takes."""
        if name in ("set-component-index", "set-dependency-index"):
            return isinstance(argument, bool) or _is_index(argument) or _is_indices(argument)
        if name == "copy-params":
            return isinstance(argument, Mapping) and all(
                _is_index(index) and isinstance(wanted, list) for index, wanted in argument.items()
            )
        if name == "custom" or self.layout.legacy:  # conditions took their values as arguments once, or nil
            return True
        return _is_index(argument) and argument <= MAX_POLICY

    def _branches(self, command: Command, depth: int) -> tuple[Commands | None, ...]:
        argument = command.argument
        wrapped = argument if command.name == "try-each" else [argument]
        if not isinstance(wrapped, list) or depth >= MAX_NESTED_SEQUENCES:
            why = "nested too deep" if isinstance(wrapped, list) else "without a list of branches"
            self._unknown(command, f"{command.name} {why}")
            return ()
        found: list[Commands | None] = []
        for index, branch in enumerate(wrapped):
            at = f"{command.at}.branch[{index}]"
            trail = (*command.trail, index) if command.name == "try-each" else command.trail
            if isinstance(branch, bytes):
                inner = self.read(branch, at, trail, depth + 1)
                found.append((Command(0, "unknown", None, at, trail),) if inner is None else inner)
            elif branch is None and command.name == "try-each" and index == len(wrapped) - 1:
                found.append(None)
            else:
                self._unknown(command, f"branch {index} of {command.name} is not a wrapped sequence")
        return tuple(found)

    def _targets(self, command: Command) -> tuple[tuple[int, tuple[Setting, ...]], ...]:
        argument = command.argument
        if not isinstance(argument, Mapping) or not all(_is_index(index) for index in argument):
            self._unknown(command, "override-multiple without a map of components")
            return ()
        return tuple(
            (index, self.parameters.read(value, f"{command.at}.{index}", (*command.trail, index)))
            for index, value in argument.items()
        )


def _is_index(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_indices(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes) and all(map(_is_index, value))
