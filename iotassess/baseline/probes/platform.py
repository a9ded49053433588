"""Probes about the hardware: root of trust, secrets, isolation, tampering, debug, physical ports."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, among, each, same_fact, side, some
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Subject
from iotassess.model.vocabulary import DEBUG_STATES

YES = (True,)
NO = (False,)

INTERFACE = ("interface.type",)
"""By what the interfaces are found, beside what is asked."""

# --- root of trust ----------------------------------------------------------------------------------------

leaf(
    "hardware-root-of-trust",
    "hardware.root-of-trust.type",
    ("rom", "otp", "secure-element", "tpm"),
    question="Does trust start in hardware?",
    why="Whatever starts a chain of trust is believed without proof, so it must not be software that can be "
    "replaced.",
    references="ENISA GP-TM-01; RFC 9334 section 3.1 (attesting environment).",
)
leaf(
    "root-of-trust-immutable",
    "hardware.root-of-trust.immutable",
    YES,
    question="Is it impossible to change the root of trust after manufacture?",
    why="A root of trust that can be rewritten vouches for whoever rewrote it. No artefact shows this: it is "
    "for the chip's maker or an evaluation lab to say.",
    references="ENISA GP-TM-01.",
)
leaf(
    "root-of-trust-verifies-next-stage",
    "hardware.root-of-trust.verifies-next-stage",
    YES,
    question="Does the root of trust verify the first stage that can change, before it starts it?",
    why="A root of trust that nothing rests on is not employed.",
    references="ENISA GP-TM-01.",
)
leaf(
    "boot-key-unchangeable",
    "hardware.root-of-trust.key-location",
    ("otp", "fuse", "rom", "secure-element", "tpm"),
    question="Is the key that the root of trust verifies with (or its hash) where it cannot be replaced?",
    why="Whoever can replace the verification key decides what boots.",
    references="ENISA GP-TM-01.",
)


@probe(
    "device-secured",
    question="Is the device in the lifecycle state in which its root of trust is locked?",
    reads=("lifecycle",),
    kind="evidence",
)
def device_secured(facts: Facts) -> Answer:
    """The device has left manufacture, and its root of trust is closed.

    Looks at: lifecycle, as declared and as PSA tokens report it.

    Why it matters: before the secured state keys and boot code can still be replaced; after it, in a debug
    state, the root of trust may be open again.

    Decides: met by secured; weaker by a state in which only software outside the root of trust is debugged,
    since its reports can still be believed; unmet by every other state; indeterminate when nothing is said.

    References: RFC 9783 section 4.3.1; ENISA GP-TM-01.
    """
    return facts.judge("lifecycle", ("secured",), weaker=("non-psa-rot-debug",), say="the security lifecycle")


# --- secrets and isolation --------------------------------------------------------------------------------

leaf(
    "secrets-in-hardware",
    "hardware.secure-storage.type",
    ("secure-element", "tpm", "tee", "otp-derived"),
    question="Does hardware protect the device's identity and keys where they are stored?",
    why="Secrets that only software guards fall with the first flaw in that software.",
    references="ENISA GP-TM-02.",
)
leaf(
    "keys-not-exportable",
    "hardware.secure-storage.keys-nonexportable",
    YES,
    question="Is it impossible to read private keys out of their storage?",
    why="A key that can be read out can be used elsewhere, in the name of this device.",
    references="ENISA GP-TM-02.",
)
leaf(
    "keys-protected-in-use",
    "hardware.secure-storage.protects-in-use",
    YES,
    question="Are keys protected while they are used, too?",
    why="A key that is copied to ordinary memory for each operation is protected only while nobody needs it.",
    references="ENISA GP-TM-02.",
)


@probe(
    "privileged-code-isolated",
    question="Does hardware keep unprivileged code away from sensitive code and data?",
    reads=("hardware.isolation.mechanisms", "hardware.isolation.mechanisms.any"),
    kind="document",
)
def privileged_code_isolated(facts: Facts) -> Answer:
    """Hardware separates what is sensitive from the rest.

    Looks at: hardware.isolation.mechanisms.

    Why it matters: without separation, a flaw in any part of the firmware is a flaw in all of it.

    Decides: met by at least one mechanism of the hardware (TEE, MPU, MMU, separate core); weaker by
    sandboxes or processes alone, which are software; unmet when declared that there is none; indeterminate
    when nothing is said.

    References: ENISA GP-TM-02 and GP-TM-28; RFC 9397.
    """
    return some(
        facts,
        "hardware.isolation.mechanisms",
        ("tee", "mpu", "mmu", "separate-core"),
        weaker=("sandbox", "process"),
        say="the isolation of privileged code",
    )


leaf(
    "privileged-code-minimal",
    "hardware.isolation.privileged-minimal",
    YES,
    question="Does privileged code hold only what needs the privilege?",
    why="Isolation protects nothing from what was put on the inside.",
    references="ENISA GP-TM-28.",
)

# --- tampering and the case -------------------------------------------------------------------------------

leaf(
    "tamper-protected",
    "hardware.tamper.protection",
    YES,
    question="Is the hardware protected against tampering?",
    why="Devices stand where attackers can take them into their hands.",
    references="ENISA GP-TM-31.",
)
leaf(
    "tamper-detected",
    "hardware.tamper.detection",
    YES,
    question="Is tampering with the hardware detected?",
    why="What is not noticed is not answered, and the device goes on being trusted.",
    references="ENISA GP-TM-31.",
)
leaf(
    "tamper-answered",
    "hardware.tamper.response",
    ("lock", "zeroise"),
    weaker=("log",),
    question="Does the device do something about it when it is tampered with?",
    why="Detection without a reaction only tells afterwards what was lost.",
    references="ENISA GP-TM-31.",
)
leaf(
    "tamper-handled-offline",
    "hardware.tamper.network-independent",
    YES,
    question="Do detection of tampering and the reaction to it work without a network?",
    why="Whoever holds the device can cut its network first.",
    references="ENISA GP-TM-31.",
)
leaf(
    "enclosure-resists-opening",
    "hardware.enclosure.resists-disassembly",
    YES,
    question="Is the device hard to open?",
    why="An open case gives access to buses, debug pins and storage.",
    references="ENISA GP-TM-32.",
)


@probe(
    "storage-not-removable",
    question="Is it hard to take the storage medium out?",
    reads=("hardware.enclosure.storage-removable",),
    kind="document",
)
def storage_not_removable(facts: Facts) -> Answer:
    """The storage medium stays in the device.

    Looks at: hardware.enclosure.storage-removable.

    Why it matters: a medium that can be taken out can be read and changed at leisure elsewhere.

    Decides: met when declared not easily removable; unmet when it is; indeterminate when nothing is said.

    References: ENISA GP-TM-32.
    """
    return facts.judge(
        "hardware.enclosure.storage-removable", NO, say="whether the storage medium can be removed easily"
    )


# --- debug ------------------------------------------------------------------------------------------------

DEBUG = ("debug.state", "lifecycle")
LOCKED = ("disabled-permanently", "disabled-fully-and-permanently")


def _debug(
    facts: Facts, met: tuple[str, ...], weaker: tuple[str, ...], *, secured: tuple[str, ...]
) -> Answer:
    """Judge the debug state from its two sides: the state itself, and the lifecycle, which is a state of it.

    Args:
        facts: the claims.
        met: debug states that satisfy.
        weaker: debug states that satisfy in part.
        secured: lifecycles that satisfy; ``secured`` is weaker where it is not among them.
    """
    return same_fact(
        (
            side(facts, "debug.state", met, weaker=weaker, say="the debug state"),
            side(facts, "lifecycle", secured, weaker=("secured",), say="the security lifecycle"),
        )
    )


@probe(
    "debug-off-by-default",
    question="Is debug access off in devices as sold?",
    reads=DEBUG,
    kind="evidence",
)
def debug_off_by_default(facts: Facts) -> Answer:
    """Debug access is not left open.

    Looks at: debug.state and lifecycle, as declared and as tokens report them.

    Why it matters: an open debug port bypasses everything that the software enforces.

    Decides: met by every state but enabled, and by the secured lifecycle, in which debug access is closed;
    unmet by enabled or another lifecycle, whichever side says so; indeterminate when nothing is said.

    References: RFC 9711 section 4.2.9; RFC 9783 section 4.3.1; ENISA GP-TM-08.
    """
    return _debug(facts, DEBUG_STATES[1:], (), secured=("secured",))


@probe(
    "debug-off-since-boot",
    question="Was nothing debugged since the device booted?",
    reads=DEBUG,
    kind="evidence",
)
def debug_off_since_boot(facts: Facts) -> Answer:
    """No debugger had a hand in what runs now.

    Looks at: debug.state and lifecycle, as declared and as tokens report them.

    Why it matters: software that was verified and then changed through the debug port is not the software
    that was verified.

    Decides: met by disabled since boot or more firmly, and by the secured lifecycle, which a device under
    debug is not in; weaker by merely disabled, since it may have been on before; unmet by enabled or any
    other lifecycle, whichever side says so; indeterminate when nothing is said.

    References: RFC 9711 section 4.2.9; RFC 9783 section 4.3.1; ENISA GP-TM-03.
    """
    return _debug(facts, DEBUG_STATES[2:], ("disabled",), secured=("secured",))


@probe(
    "debug-locked",
    question="Is debug access closed for good?",
    reads=DEBUG,
    kind="evidence",
)
def debug_locked(facts: Facts) -> Answer:
    """Debug access stays closed, not only for now.

    Looks at: debug.state and lifecycle, as declared and as tokens report them.

    Why it matters: a port that is off today and can be opened tomorrow is open to whoever finds out how.

    Decides: met by disabled permanently, with or without the maker's way back; weaker by disabled or disabled
    since boot, and by the secured lifecycle alone, which tells about now only; unmet by enabled or any other
    lifecycle, whichever side says so; indeterminate when nothing is said.

    References: RFC 9711 section 4.2.9; RFC 9783 section 4.3.1; ENISA GP-TM-33.
    """
    state = side(facts, "debug.state", LOCKED, weaker=DEBUG_STATES[1:3], say="the debug state")
    if state.outcome == "indeterminate":
        return _debug(facts, LOCKED, DEBUG_STATES[1:3], secured=())
    # Beside a debug state the lifecycle can only speak against it: "secured" is true of every closed one.
    against = [c for c in facts.claims("lifecycle") if c.value != "secured"]
    return same_fact((state, side(among(facts, against), "lifecycle", (), say="the security lifecycle")))


leaf(
    "debug-unlock-authenticated",
    "debug.unlock",
    ("impossible", "per-device-credential"),
    weaker=("shared-credential",),
    question="Does it take a credential of that one device to open debug access again?",
    why="One credential for all devices opens all of them once it is known.",
    references="ENISA GP-TM-33.",
)

# --- physical ports ---------------------------------------------------------------------------------------


@probe(
    "physical-ports-essential",
    question="Is every physical port needed for the intended use?",
    reads=("interface.any", "interface.type", "interface.required"),
    kind="document",
)
def physical_ports_essential(facts: Facts) -> Answer:
    """The device has only the physical ports that it needs.

    Looks at: interface.required of every interface of type physical.

    Why it matters: a port that is not there cannot be attacked.

    Decides: met when each is needed, and when the declared interfaces have no physical port among them;
    unmet when one is not needed; indeterminate when nothing is said. Debug ports are asked about separately.

    References: ENISA GP-TM-33.
    """
    return each(
        facts,
        "interface",
        (*INTERFACE, "interface.required"),
        lambda port: facts.judge("interface.required", YES, subject=port, say="the need"),
        only=Only("interface.type", ("physical",)),
        empty=_none_declared(facts, "physical port"),
    )


@probe(
    "physical-ports-protected",
    question="Do physical and debug ports take trusted connections only?",
    reads=("interface.any", "interface.type", "interface.protection", "interface.authenticated"),
    kind="document",
)
def physical_ports_protected(facts: Facts) -> Answer:
    """Physical ports are locked down.

    Looks at: interface.protection and interface.authenticated of every interface of type physical or debug.

    Why it matters: whoever can reach a port can plug something in.

    Decides: met when each is fused, disabled or authenticated, and when the declared interfaces have none
    among them; weaker when only the case protects it; unmet when nothing does; indeterminate when nothing is
    said.

    References: ENISA GP-TM-33.
    """

    def ask(port: Subject) -> Answer:
        protection = facts.judge(
            "interface.protection",
            ("fused", "authenticated", "disabled"),
            weaker=("physical",),
            subject=port,
            say="the protection",
        )
        authenticated = facts.judge("interface.authenticated", YES, subject=port, say="authentication")
        if authenticated.outcome == "met":
            return any_of((protection, authenticated))[0]
        return authenticated if protection.outcome == "indeterminate" else protection

    return each(
        facts,
        "interface",
        (*INTERFACE, "interface.protection", "interface.authenticated"),
        ask,
        only=Only("interface.type", ("physical", "debug")),
        empty=_none_declared(facts, "physical or debug port"),
    )


def _none_declared(facts: Facts, what: str) -> Answer:
    """Answer for a declared list of interfaces in which there is none of a kind: the good state itself."""
    answer = facts.judge("interface.any", (True, False), say="whether there are interfaces")
    return answer._replace(because=f"the declared interfaces have no {what} among them")
