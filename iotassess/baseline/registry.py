"""The one table of probes. A probe is one pure function over claims, registered with what it asks and reads.

Probe modules are named as strings and imported when a catalogue needs them; each registers its probes by
the decorator :func:`probe` or, for a question that one declared leaf answers, by :func:`leaf`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, NamedTuple

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts, Test
from iotassess.errors import CatalogueError
from iotassess.model.verdict import PartKind


class Probe(NamedTuple):
    """One question in code.

    Attributes:
        id: permanent kebab-case fact ("update-manifest-authenticated").
        question: what it asks, as a question.
        reads: properties that it looks at; a discrepancy about one of them touches the answer.
        kind: whether a supported artefact kind can show it, or only a document.
        documentation: Looks at / Why it matters / Decides / References, as it is written in the code.
        params: typed parameters that a catalogue may set, with their defaults.
        run: the function.
    """

    id: str
    question: str
    reads: tuple[str, ...]
    kind: PartKind
    documentation: str
    params: Mapping[str, Any]
    run: Callable[..., Answer]

    @property
    def text(self) -> str:
        """Its documentation without the code's indentation."""
        return inspect.cleandoc(self.documentation)


PROBE_MODULES: tuple[str, ...] = (
    "iotassess.baseline.probes.platform",
    "iotassess.baseline.probes.boot",
    "iotassess.baseline.probes.update",
    "iotassess.baseline.probes.attestation",
    "iotassess.baseline.probes.keys",
    "iotassess.baseline.probes.network",
    "iotassess.baseline.probes.access",
    "iotassess.baseline.probes.data",
    "iotassess.baseline.probes.operations",
    "iotassess.baseline.probes.features",
    "iotassess.baseline.probes.mechanisms",
    "iotassess.baseline.probes.guidance",
    "iotassess.baseline.probes.exposure",
    "iotassess.baseline.probes.privacy",
    "iotassess.baseline.probes.capabilities",
    "iotassess.baseline.probes.awareness",
    "iotassess.baseline.probes.product_components",
    "iotassess.baseline.probes.practices",
)

_PROBES: dict[str, Probe] = {}
_FILES: dict[str, str] = {}
"""Probe id → the module that registered it."""


def _register(row: Probe, file: str) -> None:
    """Add a probe; a second one of the same id is a bug."""
    if row.id in _PROBES:
        raise CatalogueError(f"probe {row.id} is registered twice")
    _PROBES[row.id] = row
    _FILES[row.id] = file


def probe(
    id: str, *, question: str, reads: tuple[str, ...], kind: PartKind
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Register a probe function ``(facts, **params) -> Answer``.

    The function's docstring is its documentation; its keyword-only parameters are what a catalogue may set.

    Args:
        id: permanent id.
        question: what it asks.
        reads: properties that it looks at.
        kind: evidence or document.
    """

    def register(function: Callable[..., Answer]) -> Callable[..., Answer]:
        params = dict(function.__kwdefaults__ or {})
        row = Probe(id, question, reads, kind, function.__doc__ or "", params, function)
        _register(row, function.__module__)
        return function

    return register


def leaf(
    id: str,
    property: str,
    met: Test,
    *,
    question: str,
    why: str,
    references: str,
    weaker: Test = (),
    kind: PartKind = "document",
) -> None:
    """Register a probe that one product-wide property answers.

    Args:
        id: permanent id.
        property: the property.
        met: values that satisfy.
        question: what it asks.
        why: why it matters, one sentence.
        references: sources.
        weaker: values that satisfy in part.
        kind: evidence or document.
    """

    def run(facts: Facts) -> Answer:
        return facts.judge(property, met, weaker=weaker, say=id.replace("-", " "))

    good = "a value that the probe's code accepts" if callable(met) else ", ".join(_words(met))
    text = (
        f"Looks at: {property}.\n\nWhy it matters: {why}\n\n"
        f"Decides: met by {good}"
        + (f"; weaker by {', '.join(_words(weaker))}" if weaker and not callable(weaker) else "")
        + f"; otherwise unmet; indeterminate when nothing is said.\n\nReferences: {references}"
    )
    _register(Probe(id, question, (property,), kind, text, {}, run), sys._getframe(1).f_globals["__name__"])


def _words(values: Any) -> list[str]:
    """Write accepted values for documentation."""
    return [("yes" if v else "no") if isinstance(v, bool) else str(v) for v in values]


def probes() -> Mapping[str, Probe]:
    """All probes by id: in the order of the modules, whichever of them was imported first."""
    for module in PROBE_MODULES:
        import_module(module)
    return _in_order(len(_PROBES))


@lru_cache(maxsize=1)
def _in_order(_: int) -> Mapping[str, Probe]:
    """Put the probes in order, anew when there are more of them."""
    return MappingProxyType(dict(sorted(_PROBES.items(), key=lambda item: _rank(item[0]))))


def _rank(id: str) -> tuple[int, str]:
    """Where a probe stands: its place among the modules, then the file within a package.

    Sorting keeps the order of registration within a file.
    """
    file = _FILES[id]
    place = next((i for i, m in enumerate(PROBE_MODULES) if file == m or file.startswith(f"{m}.")), -1)
    return place, file
