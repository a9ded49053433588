"""Beyond the baseline: technologies that go further than those in use, and where on a ladder one stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from iotassess.baseline.catalogue import Requirement, Technology
from iotassess.model.assessment import PartResult, RequirementResult


class Further(NamedTuple):
    """A technology that goes further.

    Attributes:
        technology: its id.
        name: its name.
        after: technologies that it goes further than, with what it adds to each.
    """

    technology: str
    name: str
    after: tuple[tuple[str, str], ...]


class Rung(NamedTuple):
    """One rung of a requirement's ladder.

    Attributes:
        name: what it is called.
        technology: id of the technology that stands for it.
        probe: the probe by which the arms are known that stand on it.
    """

    name: str
    technology: str
    probe: str


class Standing(NamedTuple):
    """Where a profile stands on one rung.

    Attributes:
        rung: the rung.
        reached: whether it is reached; None where nothing is known of a profile.
        grade: at which grade, where it is reached.
        because: why, or why not.
    """

    rung: Rung
    reached: bool | None
    grade: int
    because: str


LADDERS: Mapping[str, tuple[Rung, ...]] = {
    "GP-TM-03": (
        Rung("secure boot: what nobody signed does not start", "secure-boot", "secure-boot-on"),
        Rung(
            "measured boot: what ran is on record, where later software cannot change it",
            "tpm-measured-boot",
            "boot-measured",
        ),
        Rung(
            "remote attestation: somebody else can judge the record",
            "rats-eat",
            "attestation-evidence-available",
        ),
    ),
}
"""Requirement → its ladder, the lowest rung first: draft-moran-iot-nets-02, section 3.2.1."""


def further(
    row: Requirement, technologies: Mapping[str, Technology], in_use: Sequence[str] = ()
) -> tuple[Further, ...]:
    """Tell which technologies go further than those that a requirement names, or that are in use for it.

    Args:
        row: the requirement.
        technologies: the technology table.
        in_use: technologies in use that serve it; without any, those that the catalogue names.
    """
    start = in_use or row.technologies
    after: dict[str, list[tuple[str, str]]] = {}
    for name in start:
        for step in technologies[name].goes_further if name in technologies else ():
            if step["technology"] in technologies and step["technology"] not in in_use:
                after.setdefault(step["technology"], []).append((name, step["how"]))
    return tuple(Further(id, technologies[id].name, tuple(how)) for id, how in after.items())


def ladder(row: Requirement, result: RequirementResult | None) -> tuple[Standing, ...]:
    """Tell where a profile stands on a requirement's ladder; empty where it has none.

    A rung is reached where an arm that asks its probe is met.

    Args:
        row: the requirement.
        result: its verdict; None without a profile.
    """
    found = []
    for rung in LADDERS.get(row.id, ()):
        if result is None:
            found.append(Standing(rung, None, 0, ""))
            continue
        arms = list(_arms(result.parts, rung.probe))
        met = [arm for arm in arms if arm.outcome == "met"]
        best = max(met, key=lambda arm: arm.grade, default=None)
        if best is not None:
            found.append(Standing(rung, True, best.grade, best.because))
        else:
            found.append(Standing(rung, False, 0, "; ".join(dict.fromkeys(arm.because for arm in arms))))
    return tuple(found)


def _arms(parts: Iterable[PartResult], probe: str) -> Iterator[PartResult]:
    """Arms of alternatives in which a probe is asked, at the topmost level."""
    for part in parts:
        if part.probe == "any_of":
            yield from (arm for arm in part.arms if probe in _probes(arm))


def _probes(part: PartResult) -> Iterator[str]:
    """Probes in a part."""
    yield part.probe
    for arm in part.arms:
        yield from _probes(arm)
