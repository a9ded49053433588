"""Probes about the hardware, the boot chain and what guards code."""

import pytest

from iotassess.model.claim import Digest
from tests.baseline.probe_cases import Case, ask, check, listed, said, title

MECHANISMS = "hardware.isolation.mechanisms"
RUNTIME = "software.runtime-protection."
GOOD, OTHER = Digest("sha-256", "aa" * 32), Digest("sha-256", "bb" * 32)
LONG = Digest("sha-512", "cc" * 64)


def state(value, grade=0, **more):
    return said("debug.state", value, grade, **more)


def life(value, grade=0, **more):
    return said("lifecycle", value, grade, **more)


def ports(*instances):
    return listed("interface", *instances)


def stages(*instances):
    return listed("boot-stage", *instances)


CASES = [
    # older software
    Case("older-software-refused", "silence", [], "indeterminate"),
    Case("older-software-refused", "declared", [said("update.anti-rollback", True)], "met"),
    Case("older-software-refused", "not refused", [said("update.anti-rollback", False)], "unmet"),
    Case(
        "older-software-refused",
        "a stage boots what the update refuses",
        [
            said("update.anti-rollback", True),
            *stages(("a", {"anti-rollback": True}), ("b", {"updatable": True, "anti-rollback": False})),
        ],
        "weaker",
    ),
    Case(
        "older-software-refused",
        "a stage that never changes has no older version",
        [said("update.anti-rollback", True), *stages(("a", {"updatable": False, "anti-rollback": False}))],
        "met",
    ),
    # isolation
    Case("privileged-code-isolated", "silence", [], "indeterminate"),
    Case("privileged-code-isolated", "one mechanism of the hardware", [said(MECHANISMS, "mpu")], "met"),
    Case(
        "privileged-code-isolated",
        "a sandbox beside hardware takes nothing away",
        [said(MECHANISMS, "sandbox"), said(MECHANISMS, "tee")],
        "met",
    ),
    Case("privileged-code-isolated", "processes alone", [said(MECHANISMS, "process")], "weaker"),
    Case("privileged-code-isolated", "declared none", [said(f"{MECHANISMS}.any", False)], "unmet"),
    # debug: two sides of one fact
    Case("debug-off-by-default", "silence", [], "indeterminate"),
    Case("debug-off-by-default", "off for now", [state("disabled")], "met"),
    Case("debug-off-by-default", "on", [state("enabled")], "unmet"),
    Case("debug-off-by-default", "the secured lifecycle shows it", [life("secured", 4)], "met", 4),
    Case(
        "debug-off-by-default",
        "the lifecycle speaks against the declaration",
        [state("disabled-permanently"), life("assembly-and-test", 4)],
        "unmet",
    ),
    Case("debug-off-since-boot", "silence", [], "indeterminate"),
    Case("debug-off-since-boot", "off since boot", [state("disabled-since-boot", 4)], "met", 4),
    Case("debug-off-since-boot", "off, but perhaps not before", [state("disabled", 4)], "weaker"),
    Case("debug-off-since-boot", "on", [state("enabled")], "unmet"),
    Case(
        "debug-off-since-boot",
        "the lifecycle lends its grade to the declaration",
        [state("disabled-permanently"), life("secured", 4)],
        "met",
        4,
    ),
    Case(
        "debug-off-since-boot",
        "a debug lifecycle overrules a good debug state",
        [state("disabled-permanently", 4), life("non-psa-rot-debug", 4)],
        "unmet",
    ),
    Case(
        "debug-off-since-boot",
        "a weaker state is not made good by the lifecycle",
        [state("disabled", 4), life("secured", 4)],
        "weaker",
    ),
    Case("debug-locked", "silence", [], "indeterminate"),
    Case("debug-locked", "permanently", [state("disabled-permanently", 4)], "met", 4),
    Case("debug-locked", "fully and permanently", [state("disabled-fully-and-permanently")], "met"),
    Case("debug-locked", "since boot only", [state("disabled-since-boot", 4)], "weaker"),
    Case("debug-locked", "for now only", [state("disabled", 4)], "weaker"),
    Case("debug-locked", "on", [state("enabled", 4)], "unmet"),
    Case("debug-locked", "the secured lifecycle tells about now only", [life("secured", 4)], "weaker"),
    Case(
        "debug-locked",
        "the lifecycle cannot raise what is merely declared",
        [state("disabled-permanently"), life("secured", 4)],
        "met",
        0,
    ),
    Case(
        "debug-locked",
        "the lifecycle speaks against the declaration",
        [state("disabled-permanently"), life("recoverable-psa-rot-debug", 4)],
        "unmet",
    ),
    Case("debug-locked", "another lifecycle alone", [life("psa-rot-provisioning")], "unmet"),
    # physical ports
    Case("physical-ports-essential", "silence", [], "indeterminate"),
    Case("physical-ports-essential", "needed", ports(("usb", {"type": "physical", "required": True})), "met"),
    Case(
        "physical-ports-essential",
        "not needed",
        ports(("usb", {"type": "physical", "required": False})),
        "unmet",
    ),
    Case("physical-ports-essential", "no interface at all", ports(), "met"),
    Case("physical-ports-essential", "none is physical", ports(("wifi", {"type": "radio"})), "met"),
    Case("physical-ports-essential", "need not told", ports(("usb", {"type": "physical"})), "indeterminate"),
    Case(
        "physical-ports-essential",
        "a type that is not told may be physical",
        ports(("usb", {"type": "physical", "required": True}), ("odd", {"required": False})),
        "weaker",
    ),
    Case(
        "physical-ports-essential",
        "debug ports are asked about separately",
        ports(("jtag", {"type": "debug", "required": False})),
        "met",
    ),
    Case("physical-ports-protected", "silence", [], "indeterminate"),
    Case("physical-ports-protected", "no interface at all", ports(), "met"),
    Case(
        "physical-ports-protected", "fused", ports(("jtag", {"type": "debug", "protection": "fused"})), "met"
    ),
    Case(
        "physical-ports-protected",
        "authenticated otherwise",
        ports(("usb", {"type": "physical", "authenticated": True})),
        "met",
    ),
    Case(
        "physical-ports-protected",
        "by the case alone",
        ports(("jtag", {"type": "debug", "protection": "physical"})),
        "weaker",
    ),
    Case(
        "physical-ports-protected",
        "one of two by nothing",
        ports(
            ("usb", {"type": "physical", "protection": "authenticated"}),
            ("jtag", {"type": "debug", "protection": "none"}),
        ),
        "unmet",
    ),
    Case(
        "physical-ports-protected",
        "authenticated, though by no protection of its own",
        ports(("usb", {"type": "physical", "protection": "none", "authenticated": True})),
        "met",
    ),
    Case(
        "physical-ports-protected",
        "radios are asked about elsewhere",
        ports(("wifi", {"type": "radio", "protection": "none", "authenticated": False})),
        "met",
    ),
    # boot chain
    Case("boot-chain-verified", "silence", [], "indeterminate"),
    Case("boot-chain-verified", "no stage", listed("boot-stage"), "indeterminate"),
    Case(
        "boot-chain-verified",
        "from an immutable stage on",
        listed(
            "boot-stage",
            ("rom", {"verified-by": "hardware", "immutable": True}),
            ("app", {"verified-by": "rom", "immutable": False}),
        ),
        "met",
    ),
    Case(
        "boot-chain-verified",
        "from one that can change",
        listed("boot-stage", ("rom", {"verified-by": "hardware", "immutable": False})),
        "unmet",
    ),
    Case(
        "boot-chain-verified",
        "with a gap",
        listed(
            "boot-stage",
            ("rom", {"verified-by": "hardware", "immutable": True}),
            ("app", {"immutable": False}),
        ),
        "weaker",
    ),
    # run time
    Case("loaded-code-protected", "silence", [], "indeterminate"),
    Case("loaded-code-protected", "both", [said(f"{RUNTIME}nx", True), said(f"{RUNTIME}cfi", True)], "met"),
    Case(
        "loaded-code-protected",
        "MPU and canaries, the others absent",
        [
            said(f"{RUNTIME}nx", False),
            said(f"{RUNTIME}mpu", True),
            said(f"{RUNTIME}stack-canary", True),
            said(f"{RUNTIME}aslr", False),
        ],
        "met",
    ),
    Case("loaded-code-protected", "no hardening", [said(f"{RUNTIME}mpu", True)], "weaker"),
    Case(
        "loaded-code-protected",
        "no hardening, as declared",
        [
            said(f"{RUNTIME}mpu", True),
            said(f"{RUNTIME}stack-canary", False),
            said(f"{RUNTIME}cfi", False),
            said(f"{RUNTIME}aslr", False),
        ],
        "weaker",
    ),
    Case(
        "loaded-code-protected",
        "hardening alone",
        [said(f"{RUNTIME}nx", False), said(f"{RUNTIME}mpu", False), said(f"{RUNTIME}cfi", True)],
        "unmet",
    ),
    Case(
        "loaded-code-protected",
        "hardening alone, the rest not told",
        [said(f"{RUNTIME}cfi", True)],
        "indeterminate",
    ),
    Case("image-verified-at-boot", "silence", [], "indeterminate"),
    Case("image-verified-at-boot", "by its manifest", [said("boot.image-verified", True, 4)], "met", 4),
    Case(
        "image-verified-at-boot",
        "by the boot chain, though no manifest is used",
        [said("boot.image-verified", False), said("boot.secure-boot", True, 4)],
        "met",
        4,
    ),
    Case(
        "image-verified-at-boot",
        "not, as declared",
        [said("boot.image-verified", False), said("boot.secure-boot", False)],
        "unmet",
    ),
    Case(
        "image-verified-at-boot",
        "declared without secure boot, checked by its manifest",
        [said("boot.image-verified", True), said("boot.secure-boot", False)],
        "met",
    ),
    Case(
        "image-verified-at-boot",
        "a token shows unauthorised software, whatever a manifest says",
        [said("boot.image-verified", True, 4), said("boot.secure-boot", False, 4)],
        "unmet",
    ),
    Case("code-signing-enforced", "silence", [], "indeterminate"),
    Case("code-signing-enforced", "declared", [said("software.code-signing", True)], "met"),
    Case("code-signing-enforced", "declared otherwise", [said("software.code-signing", False)], "unmet"),
    Case(
        "code-signing-enforced",
        "declared, and without secure boot",
        [said("software.code-signing", True), said("boot.secure-boot", False)],
        "met",
    ),
    Case(
        "code-signing-enforced",
        "a token shows unauthorised software",
        [said("software.code-signing", True), said("boot.secure-boot", False, 3)],
        "unmet",
    ),
    # components
    Case("components-identified", "silence", [], "indeterminate"),
    Case(
        "components-identified",
        "declared",
        [said("component.digest", GOOD, about="component app")],
        "met",
    ),
    Case(
        "components-identified",
        "a manifest has the same digest",
        [
            said("component.digest", GOOD, about="component app"),
            said("component.digest", GOOD, 4, about="component app"),
        ],
        "met",
        4,
    ),
    Case(
        "components-identified",
        "a device measured the declared digest",
        [
            said("component.digest", GOOD, about="component app"),
            said("component.measurement", GOOD, 4, about="component app"),
        ],
        "met",
        4,
    ),
    Case(
        "components-identified",
        "one component is only declared",
        [
            said("component.digest", GOOD, 4, about="component app"),
            said("component.digest", OTHER, about="component boot"),
        ],
        "met",
        0,
    ),
    Case(
        "components-identified",
        "one component has no digest",
        [
            said("component.digest", GOOD, about="component app"),
            said("component.version", "1.0", about="component boot"),
        ],
        "weaker",
    ),
    Case(
        "components-identified",
        "the image is another one",
        [
            said("component.digest", GOOD, about="component app"),
            said("component.image-digest", OTHER, 2, about="component app", observed=True),
        ],
        "unmet",
    ),
    Case(
        "components-identified",
        "two manifests disagree",
        [
            said("component.digest", GOOD, 4, about="component app"),
            said("component.digest", OTHER, 4, about="component app", artefact="b.bin"),
        ],
        "unmet",
    ),
    Case(
        "components-identified",
        "a measurement under another algorithm lends nothing",
        [
            said("component.digest", GOOD, about="component app"),
            said("component.measurement", LONG, 4, about="component app"),
        ],
        "met",
        0,
    ),
    Case(
        "components-identified",
        "a measurement without a released digest",
        [said("component.measurement", GOOD, 4, about="component app")],
        "indeterminate",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=title)
def test_answer(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("probe", ["debug-off-by-default", "debug-off-since-boot", "debug-locked"])
def test_a_bad_lifecycle_that_nobody_vouches_for_raises_a_doubt_only(probe: str) -> None:
    answer = ask(probe, state("disabled-permanently"), life("assembly-and-test", 2))
    assert (answer.outcome, answer.disputed) == ("met", True)
    assert not ask(probe, state("disabled-permanently"), life("secured", 2)).disputed


def test_an_unvouched_digest_raises_a_doubt_only() -> None:
    for property in ("component.digest", "component.measurement"):
        answer = ask(
            "components-identified",
            said("component.digest", GOOD, about="component app"),
            said(property, OTHER, 2, about="component app"),
        )
        assert (answer.outcome, answer.grade, answer.disputed) == ("met", 0, True), property


@pytest.mark.parametrize("probe", ["image-verified-at-boot", "code-signing-enforced"])
def test_unvouched_unauthorised_software_raises_a_doubt_only(probe: str) -> None:
    good = said("boot.image-verified" if probe == "image-verified-at-boot" else "software.code-signing", True)
    answer = ask(probe, good, said("boot.secure-boot", False, 2))
    assert (answer.outcome, answer.disputed) == ("met", True)
    assert not ask(probe, good).disputed


def test_the_weakest_device_gives_the_grade() -> None:
    answer = ask(
        "debug-locked",
        state("disabled-permanently", 5, device="01"),
        state("disabled-permanently", 3, device="02", artefact="b.bin"),
    )
    assert (answer.outcome, answer.grade) == ("met", 3)
