"""What each command does to the state that a sequence runs in (MS section 6.4, TD, UM).

Nothing is executed. Conditions are taken to pass, and what they establish is kept; directives change what is
known of a component. :mod:`iotassess.evidence.suit_walk` decides which command comes when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.errors import MalformedArtefact
from iotassess.evidence.suit_commands import Command
from iotassess.evidence.suit_digest import Protection
from iotassess.evidence.suit_faults import Reading
from iotassess.evidence.suit_manifest import Manifest
from iotassess.evidence.suit_parameters import Setting
from iotassess.evidence.suit_state import EMPTY, Pending, State, Variant, Variants, distinct

NEEDS: Final = {
    "vendor-identifier": "vendor-identifier",
    "class-identifier": "class-identifier",
    "device-identifier": "device-identifier",
    "image-match": "image-digest",
    "image-not-match": "image-digest",
    "dependency-integrity": "image-digest",
    "component-slot": "component-slot",
    "use-before": "use-before",
    "minimum-battery": "minimum-battery",
    "version": "version",
    "check-content": "content",
    "fetch": "uri",
    "copy": "source-component",
    "swap": "source-component",
    "write": "content",
    "wait": "wait-info",
    "fetch-uri-list": "uri-list",
}
"""Command → parameter that it consumes (MS section 6.4, UM)."""


ESTABLISHING: Final = frozenset({"vendor-identifier", "class-identifier"})
_OF_PAYLOAD: Final = frozenset({"image-digest", "image-size", "uri", "content"})

MAX_USES: Final = 500
"""Different sets of parameters that components are found with. Real manifests have a handful."""


class Use(NamedTuple):
    """One component as a section leaves it, or as a command finds it: what payloads are made of.

    Attributes:
        component_index: component index.
        variant: one alternative of it.
    """

    component_index: int
    variant: Variant


class Missing(NamedTuple):
    """A command that ran before the parameter that it consumes was set.

    Attributes:
        command: the command.
        parameter: what it consumes.
        component_index: component that it was applied to.
    """

    command: Command
    parameter: str
    component_index: int


class Effects:
    """Applies commands to states, and takes down what is worth knowing about them.

    Attributes:
        dependencies: component indices of dependencies.
        indices: all component indices, those of dependencies included.
        uses: components with their parameters, where payloads come in or are checked.
        checked: "vendor-identifier", "class-identifier" → value → where it is set, for the values that any
            condition compares, in order.
        clouded: something that cannot be read comes before in the procedure, and may have set anything.
        missing: commands that ran without their parameter.
        ever_set: (component index, parameter) that is set anywhere.
        fills: claim paths of commands that put something into a component.
        encrypted_sources: component indices whose content is decrypted when it is copied.
        processed_unchecked: process-dependency on a dependency whose integrity was not checked.
        aimless: something is put nowhere that is known.
    """

    def __init__(self, manifest: Manifest, reading: Reading) -> None:
        self.manifest = manifest
        self.reading = reading
        self.dependencies = frozenset(entry.component_index for entry in manifest.dependencies)
        own = tuple(range(len(manifest.components)))
        self.indices = own + tuple(sorted(self.dependencies - set(own)))
        self.uses: dict[tuple[Any, ...], Use] = {}
        self.checked: dict[str, dict[bytes, Setting]] = {name: {} for name in sorted(ESTABLISHING)}
        self.clouded = False
        self.missing: list[Missing] = []
        self.ever_set: set[tuple[int, str]] = set()
        self.fills: set[str] = set()
        self.encrypted_sources: set[int] = set()
        self.processed_unchecked: list[Command] = []
        self.aimless = False
        self._handlers: dict[str, Callable[[Command, State], State | None]] = {
            "set-component-index": self._select,
            "set-dependency-index": self._select_dependency,
            "set-parameters": self._set,
            "override-parameters": self._set,
            "override-multiple": self._set_multiple,
            "copy-params": self._copy_parameters,
            "abort": lambda _command, _state: None,
            "is-dependency": self._is_dependency,
            "vendor-identifier": self._identify,
            "class-identifier": self._identify,
            "component-slot": self._slot,
            "image-match": self._match,
            "dependency-integrity": self._check_integrity,
            "process-dependency": self._process,
            "fetch": self._fetch,
            "fetch-uri-list": self._fetch,
            "write": self._write,
            "copy": self._copy,
            "swap": self._copy,
        }

    def apply(self, command: Command, state: State) -> State | None:
        """Apply one command that has no sequences inside; None where no way leads on.

        Args:
            command: the command.
            state: before it.
        """
        self._note_missing(command, state)
        handler = self._handlers.get(command.name)
        return state if handler is None else handler(command, state)

    def record(self, index: int, variants: Variants) -> None:
        """Take down what a component is used with.

        Args:
            index: component index.
            variants: its alternatives.
        """
        self._spend(variants)
        for variant in variants:
            if not _OF_PAYLOAD.isdisjoint(variant.parameters):
                self.uses.setdefault((index, *variant.identity), Use(index, variant))
        if len(self.uses) > MAX_USES:
            raise MalformedArtefact(
                "artefact-too-large", f"components are used in more than {MAX_USES} different ways"
            )

    def _note_missing(self, command: Command, state: State) -> None:
        parameter = NEEDS.get(command.name)
        if parameter is None or self.clouded:
            return
        if self.manifest.layout.legacy and _takes_argument(command):
            return
        for index in state.selected:
            variants = state.components.get(index, ())
            if variants and all(parameter not in variant.parameters for variant in variants):
                self.missing.append(Missing(command, parameter, index))

    def _change(self, state: State, change: Callable[[int, Variant], Variant]) -> State:
        """Change every variant of every selected component."""
        components = dict(state.components)
        for index in state.selected:
            self._spend(components[index])
            components[index] = distinct([change(index, variant) for variant in components[index]])
        return state.with_components(components)

    def _spend(self, variants: Variants) -> None:
        self.reading.spend(sum(len(variant.parameters) + 1 for variant in variants))

    # --- selection and parameters -----------------------------------------------------------------

    def _select(self, command: Command, state: State) -> State:
        argument = command.argument
        if isinstance(argument, bool):
            chosen = self.indices if argument else ()
        else:
            wanted = argument if isinstance(argument, list) else [argument]
            chosen = tuple(index for index in wanted if type(index) is int and index in state.components)
        return state._replace(selected=tuple(dict.fromkeys(chosen)))

    def _select_dependency(self, command: Command, state: State) -> State:
        argument = command.argument
        if isinstance(argument, bool):
            chosen = tuple(sorted(self.dependencies)) if argument else ()
        else:
            wanted = argument if isinstance(argument, list) else [argument]
            chosen = tuple(
                -1 - index for index in wanted if type(index) is int and -1 - index in self.dependencies
            )
        return state._replace(selected=tuple(dict.fromkeys(chosen)))

    def _set(self, command: Command, state: State) -> State:
        override = command.name == "override-parameters"
        if self.clouded and not override:
            return state  # what was set where nobody can look stays
        return self._assign(state, command.settings, override=override)

    def _assign(self, state: State, settings: tuple[Setting, ...], *, override: bool) -> State:
        """Set parameters of the selected components."""
        self.reading.spend(len(settings) * len(state.selected))
        for setting in settings:
            for index in state.selected:
                self.ever_set.add((index, setting.name))
        return self._change(state, lambda _index, variant: variant.with_settings(settings, override))

    def _set_multiple(self, command: Command, state: State) -> State:
        after = state
        for index, settings in command.targets:
            if index in after.components:
                after = self._assign(after._replace(selected=(index,)), settings, override=True)
        return after._replace(selected=state.selected)

    def _copy_parameters(self, command: Command, state: State) -> State:
        """Take parameters over from another component, with each of its alternatives (UM)."""
        if not isinstance(command.argument, Mapping):
            return state
        names = self.manifest.layout.parameters
        components = dict(state.components)
        for source, numbers in command.argument.items():
            if source not in state.components or not isinstance(numbers, list):
                continue
            wanted = [names[number] for number in numbers if type(number) is int and number in names]
            taken = distinct(
                [
                    EMPTY.with_settings((v.parameters[name] for name in wanted if name in v.parameters), True)
                    for v in state.components[source]
                ]
            )
            self.ever_set.update(
                (index, name) for index in state.selected for v in taken for name in v.parameters
            )
            for index in state.selected:
                self._spend(components[index] * len(taken))
                components[index] = distinct(
                    [
                        variant.with_settings(other.parameters.values(), True)
                        for variant in components[index]
                        for other in taken
                    ]
                )
        return state.with_components(components)

    # --- conditions -------------------------------------------------------------------------------

    def _identify(self, command: Command, state: State) -> State:
        """Take down what is compared; the condition holds where the parameter was set on every way."""
        known = self.checked[command.name]
        groups: list[frozenset[bytes]] = []
        holds, unset = bool(state.selected), False
        if self.manifest.layout.legacy and isinstance(command.argument, bytes):
            known.setdefault(
                command.argument, Setting(command.name, command.argument, command.at, command.trail)
            )
            groups.append(frozenset((command.argument,)))
        else:
            for index in state.selected:
                variants = state.components.get(index, ())
                found = [v.parameters[command.name] for v in variants if command.name in v.parameters]
                unset = unset or len(found) < len(variants)
                for setting in found:
                    known.setdefault(setting.value, setting)
                groups.append(frozenset(setting.value for setting in found))
        self.reading.spend(state.weight + sum(map(len, groups)))
        if not holds or (unset and not self.clouded):
            return state
        return state.enforcing(command.name, groups, unknown=unset)

    def _slot(self, _command: Command, state: State) -> State | None:
        """Keep the alternatives in which no other slot was found to be the current one."""
        components = dict(state.components)
        for index in state.selected:
            self._spend(components[index])
            kept: list[Variant] = []
            for variant in components[index]:
                wanted = variant.value("component-slot")
                if wanted is None or variant.slot in (None, wanted):
                    kept.append(variant._replace(slot=variant.slot if wanted is None else wanted))
            if not kept:
                return None
            components[index] = distinct(kept)
        return state.with_components(components)

    def _is_dependency(self, _command: Command, state: State) -> State | None:
        kept = tuple(index for index in state.selected if index in self.dependencies)
        return state._replace(selected=kept) if kept else None

    def _match(self, _command: Command, state: State) -> State:
        """Hold the image against the digest; only a sound one protects from an image made to fit."""
        legacy = self.manifest.layout.legacy

        def change(index: int, variant: Variant) -> Variant:
            protection = self._protection(index, variant)
            after = variant.after_check(protection)
            return after._replace(integrity=variant.integrity or (legacy and protection == "sound"))

        return self._change(state, change)

    def _check_integrity(self, _command: Command, state: State) -> State:
        def change(index: int, variant: Variant) -> Variant:
            protection = self._protection(index, variant)
            after = variant.after_check(protection)
            integrity = variant.integrity or protection == "sound"
            return after._replace(matched=variant.matched, integrity=integrity)

        return self._change(state, change)

    def _protection(self, index: int, variant: Variant) -> Protection:
        """Tell what a check of a component's image is worth, and take it down."""
        digest = variant.value("image-digest")
        if digest is None:  # without a digest nothing is compared, but it may have been set out of sight
            return "unknown" if self.clouded else "weak"
        self.record(index, (variant,))
        found: Protection = digest.protection(legacy=self.manifest.layout.legacy)
        return found

    # --- directives -------------------------------------------------------------------------------

    def _process(self, command: Command, state: State) -> State:
        for index in state.selected:
            if index in self.dependencies and any(
                not variant.integrity for variant in state.components.get(index, ())
            ):
                self.processed_unchecked.append(command)
                break
        return state

    def _fetch(self, command: Command, state: State) -> State:
        return self._fill(command, state, "fetch")

    def _write(self, command: Command, state: State) -> State:
        # Number 18 was process-dependency in -17 and -18: that is what it means to a listed dependency.
        if self.manifest.layout.legacy and any(index < 0 for index in state.selected):
            return self._process(command, state)
        return self._fill(command, state, "write")

    def _fill(self, command: Command, state: State, kind: str) -> State:
        self._note_fill(command, state)
        put = Pending(kind, command.at)

        def change(index: int, variant: Variant) -> Variant:
            self.record(index, (variant,))
            return variant._replace(pending=variant.pending | {put}, integrity=False, matched=False)

        return self._change(state, change)

    def _note_fill(self, command: Command, state: State) -> None:
        self.fills.add(command.at)
        self.aimless = self.aimless or not state.selected

    def _copy(self, command: Command, state: State) -> State:
        """Copy or swap: what was unchecked in the source is unchecked in the target from now on."""
        self._note_fill(command, state)
        emptied: set[int] = set()

        def change(index: int, variant: Variant) -> Variant:
            self.record(index, (variant,))
            source = variant.value("source-component")
            moved = {Pending(command.name, command.at)}
            for other in state.components.get(source, ()):
                moved |= other.pending
            emptied.add(source)
            if "encryption-info" in variant.parameters:
                self.encrypted_sources.add(source)
            return variant._replace(pending=variant.pending | moved, integrity=False, matched=False)

        components = dict(self._change(state, change).components)
        for source in emptied - set(state.selected):
            if source in components:
                components[source] = distinct(
                    variant._replace(pending=frozenset()) for variant in components[source]
                )
        return state.with_components(components)


def _takes_argument(command: Command) -> bool:
    """Whether an old condition brings its value along as argument."""
    if command.name in ("vendor-identifier", "class-identifier", "device-identifier"):
        return isinstance(command.argument, bytes)
    return command.name in ("wait", "use-before", "minimum-battery", "update-authorized", "version")
