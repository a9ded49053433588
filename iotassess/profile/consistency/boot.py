"""The boot chain: one chain from the hardware on, and answers that agree with it.

Each stage's ``verified_by`` names who checks it before it runs. The chain of transitive trust that
RFC 9334 section 3.2 calls layered attestation, and any secure boot, holds only if it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.platform import Boot, Hardware, Stage
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction
from iotassess.profile.suggestions import did_you_mean

HARDWARE = "hardware"
"""What ``verified_by`` says of the stage that the root of trust itself verifies."""


def _stages(profile: Profile) -> list[Stage]:
    return (profile.boot or Boot()).stages or []


def _has_chain(stages: list[Stage]) -> bool:
    return any(stage.verified_by is not None for stage in stages)


def _at(index: int, key: str) -> Path:
    return ("boot", "stages", index, key)


def find_unknown_verifier(profile: Profile) -> Iterator[Finding]:
    """A stage that is verified by one that does not exist is verified by nobody."""
    stages = _stages(profile)
    known = dict.fromkeys((HARDWARE, *(stage.name for stage in stages)))
    for index, stage in enumerate(stages):
        if stage.verified_by is not None and stage.verified_by not in known:
            others = [name for name in known if name != stage.name]
            yield Finding(
                _at(index, "verified_by"),
                f"stage {stage.name} is verified by {stage.verified_by}, which is no stage",
                did_you_mean(stage.verified_by, others),
            )


def find_loops(profile: Profile) -> Iterator[Finding]:
    """A verifier runs before what it verifies; otherwise the chain bites its own tail."""
    stages = _stages(profile)
    first: dict[str, int] = {}
    for index, stage in enumerate(stages):
        first.setdefault(stage.name, index)
    for index, stage in enumerate(stages):
        verifier = first.get(stage.verified_by or "", -1)
        if verifier >= index and stage.verified_by != HARDWARE:
            which = "itself" if verifier == index else f"{stage.verified_by}, which runs later"
            yield Finding(
                _at(index, "verified_by"),
                f"stage {stage.name} is verified by {which}, expected an earlier stage or {HARDWARE}",
                "list the stages first to last, and name the one that hands over to this one",
            )


def find_gaps(profile: Profile) -> Iterator[Finding]:
    """One stage that nobody verifies lets an attacker in, whatever the others do."""
    stages = _stages(profile)
    if _has_chain(stages):
        for index, stage in enumerate(stages):
            if stage.verified_by is None:
                yield Finding(
                    _at(index, "verified_by"),
                    f"stage {stage.name} has no verified_by, though other stages have: the chain has a gap",
                    f"name the stage that verifies it, or {HARDWARE} if the root of trust does",
                )


def find_wrong_start(profile: Profile) -> Iterator[Finding]:
    """Trust starts in one place: one stage, the first that runs, is verified by the hardware."""
    stages = _stages(profile)
    starts = [index for index, stage in enumerate(stages) if stage.verified_by == HARDWARE]
    for index in starts[1:]:
        yield Finding(
            _at(index, "verified_by"),
            f"stage {stages[index].name} is verified by {HARDWARE}, as {stages[starts[0]].name} is already",
            "name the stage that verifies it; two processors that boot apart are two profiles' matter",
        )
    if not starts and stages and all(stage.verified_by is not None for stage in stages):
        yield Finding(
            _at(0, "verified_by"),
            f"no stage is verified by {HARDWARE}, expected exactly one",
            f"write verified_by: {HARDWARE} at the stage that runs first",
        )


def find_reserved_names(profile: Profile) -> Iterator[Finding]:
    """A stage of that name could not be told from the root of trust."""
    for index, stage in enumerate(_stages(profile)):
        if stage.name == HARDWARE:
            yield Finding(
                _at(index, "name"),
                f"a stage is called {HARDWARE}, which stands for the root of trust",
                "give it the name of the software that runs in it, such as rom",
            )


def find_updatable_immutables(profile: Profile) -> Iterator[Finding]:
    """What can never change cannot be updated."""
    components = profile.components or []
    for index, component in enumerate(components):
        if component.immutable and component.updatable:
            yield contradiction(
                ("components", index, "updatable"),
                f"component {component.name} is updatable",
                "it is immutable, too",
            )
    by_name = {component.name: component for component in components}
    for index, stage in enumerate(_stages(profile)):
        inside = by_name.get(stage.component or "")
        if stage.immutable and stage.updatable:
            yield contradiction(
                _at(index, "updatable"), f"stage {stage.name} is updatable", "it is immutable, too"
            )
        elif inside is not None and stage.immutable and inside.updatable:
            yield contradiction(
                _at(index, "immutable"),
                f"stage {stage.name} is immutable",
                f"its component {inside.name} is updatable",
            )
        elif inside is not None and stage.updatable and inside.immutable:
            yield contradiction(
                _at(index, "updatable"),
                f"stage {stage.name} is updatable",
                f"its component {inside.name} is immutable",
            )


def find_boot_without_root(profile: Profile) -> Iterator[Finding]:
    """Secure boot starts from a root of trust (NIST SP 800-193 section 4.1): without one it is a wish."""
    root = (profile.hardware or Hardware()).root_of_trust
    if root is None or root.type != "none":
        return
    if profile.boot is not None and profile.boot.secure_boot:
        yield contradiction(
            ("boot", "secure_boot"), "secure_boot is true", "hardware.root_of_trust.type is none"
        )
    here: Path = ("hardware", "root_of_trust")
    for path, said in asserted(root, here, ("immutable", "verifies_next_stage", "key_location")):
        yield contradiction(path, said, "hardware.root_of_trust.type is none")


def find_weak_secure_boot(profile: Profile) -> Iterator[Finding]:
    """Secure boot that can be off, or whose failure is ignored, does not boot authorised software only."""
    boot = profile.boot or Boot()
    if boot.secure_boot and boot.integrity_failure_action == "ignore":
        yield contradiction(
            ("boot", "integrity_failure_action"), "integrity_failure_action is ignore", "secure_boot is true"
        )
    if boot.secure_boot is False and boot.enforced:
        yield contradiction(("boot", "enforced"), "enforced is true", "secure_boot is false")


def find_unmeasured_stages(profile: Profile) -> Iterator[Finding]:
    """Measured boot measures each stage that can change, and keeps the measurements out of software's reach.

    The stage that the hardware itself starts measures the others and is the root of trust for
    measurement; nothing runs before it that could measure it.
    """
    boot = profile.boot or Boot()
    if not boot.measured:
        return
    if boot.measurement_store == "none":
        yield contradiction(("boot", "measurement_store"), "measurement_store is none", "measured is true")
    for index, stage in enumerate(_stages(profile)):
        if stage.measured_into == "none" and not stage.immutable and stage.verified_by != HARDWARE:
            yield contradiction(
                _at(index, "measured_into"),
                f"stage {stage.name} is measured into none",
                "measured says that each stage is",
            )


def find_odd_roots(profile: Profile) -> Iterator[Finding]:
    """A ROM that changes is none; a root that does not verify the next stage leaves it to chance."""
    root = (profile.hardware or Hardware()).root_of_trust
    if root is None:
        return
    if root.type == "rom" and root.immutable is False:
        yield contradiction(("hardware", "root_of_trust", "immutable"), "immutable is false", "type is rom")
    if root.verifies_next_stage is False and profile.boot is not None and profile.boot.secure_boot:
        yield contradiction(
            ("hardware", "root_of_trust", "verifies_next_stage"),
            "verifies_next_stage is false",
            "boot.secure_boot is true",
            "say in boot.stages who verifies the first stage",
        )


RULES = (
    Rule("boot-stage-unknown", "error", find_unknown_verifier),
    Rule("boot-chain-loop", "error", find_loops),
    Rule("boot-chain-gap", "error", find_gaps),
    Rule("boot-chain-start", "error", find_wrong_start),
    Rule("boot-stage-reserved-name", "error", find_reserved_names),
    Rule("immutable-updatable", "error", find_updatable_immutables),
    Rule("boot-without-root-of-trust", "error", find_boot_without_root),
    Rule("secure-boot-not-enforced", "error", find_weak_secure_boot),
    Rule("measured-boot-incomplete", "error", find_unmeasured_stages),
    Rule("root-of-trust-unusual", "warning", find_odd_roots),
)
