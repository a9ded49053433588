"""What of a device can be reached and attacked: ports, debug interfaces, services, code, memory."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, does_not_arise, each, same_fact, silent, some
from iotassess.baseline.probes._reach import REACH, each_reached, is_reached
from iotassess.baseline.probes.platform import DEBUG, debug_locked
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Subject

YES = (True,)
NO = (False,)

INTERFACE = ("interface.type",)
"""By what the interfaces are found, beside what is asked."""


def _none_listed(facts: Facts, what: str) -> Answer:
    """Answer for a declared list of interfaces in which there is none of a kind: the good state itself."""
    answer = facts.judge("interface.any", (True, False), say="whether there are interfaces")
    return answer._replace(because=f"the declared interfaces have no {what} among them")


# --- interfaces -------------------------------------------------------------------------------------------


@probe(
    "strangers-told-nothing",
    question="Does every network interface keep security-relevant facts from those who did not authenticate?",
    reads=("interface.any", *REACH, "interface.unauthenticated-disclosure"),
    kind="document",
)
def strangers_told_nothing(facts: Facts) -> Answer:
    """A stranger learns nothing that helps an attack.

    Looks at: interface.unauthenticated-disclosure of every interface of type network, api, web or radio, and
    of any other that goes over tcp or udp or has the number of a port.

    Why it matters: a version or a list of users tells an attacker which attack will work.

    Decides: met when none tells anybody security-relevant facts, and when the declared interfaces have none
    of these types among them; unmet when one does; indeterminate for an interface of which nothing is said.

    References: CWE-200; ETSI EN 303 645 5.6-2.
    """
    return each_reached(
        facts,
        lambda interface: facts.judge(
            "interface.unauthenticated-disclosure", NO, subject=interface, say="disclosure to anybody"
        ),
        "interface.unauthenticated-disclosure",
        empty=_none_listed(facts, "network interface"),
    )


PORT = ("interface.transport", "interface.port", "interface.required", "interface.protection")


@probe(
    "physical-ports-not-exposed",
    question="Is every physical and debug port needed, or else out of an attacker's reach?",
    reads=("interface.any", *INTERFACE, *PORT),
    kind="document",
)
def physical_ports_not_exposed(facts: Facts) -> Answer:
    """No port is open to attack without need.

    Looks at: interface.required and interface.protection of every interface of type physical or debug, except
    those that are reached over a network (tcp, udp), which are no ports.

    Why it matters: a port that nobody uses is of use to attackers only.

    Decides: met when each is needed, or fused, disabled or physically out of reach, and when the declared
    interfaces have none of these types among them; weaker when one that is not needed takes a credential;
    unmet when nothing protects it; indeterminate for a port of which nothing is said.

    References: ETSI EN 303 645 5.6-3.
    """
    empty = _none_listed(facts, "physical or debug port")

    def ask(port: Subject) -> Answer:
        if is_reached(facts, port):
            return does_not_arise(f"{port} is reached over a network", facts.claims("interface.any"))
        needed = facts.judge("interface.required", YES, subject=port, say="the need")
        closed = facts.judge(
            "interface.protection",
            ("fused", "disabled", "physical"),
            weaker=("authenticated",),
            subject=port,
            say="the protection",
        )
        return any_of((needed, closed))[0]

    answer = each(
        facts,
        "interface",
        (*INTERFACE, *PORT),
        ask,
        only=Only("interface.type", ("physical", "debug")),
        empty=empty,
    )
    return empty if answer.outcome == "not-applicable" else answer


# --- debug interfaces -------------------------------------------------------------------------------------

DEBUG_PORT = (
    *("interface.transport", "interface.port"),
    *("interface.protection", "interface.authenticated"),
)


@probe(
    "debug-interfaces-guarded",
    question="Is every debug interface that is listed disabled, or opened only by authentication?",
    reads=("interface.any", *INTERFACE, *DEBUG_PORT, *DEBUG),
    kind="evidence",
)
def debug_interfaces_guarded(
    facts: Facts, *, authentication_suffices: bool = True, physical_only: bool = False
) -> Answer:
    """No single way to debug the device is left open.

    Looks at: interface.protection and interface.authenticated of every interface of type debug; and
    debug.state and lifecycle, which speak for those that are not reached over a network (tcp, udp).

    Why it matters: one open port is enough, whatever is said of debugging in general.

    Decides: met when each is fused, disabled or authenticated, and shown for one that is fused or disabled
    when debug access is shown closed for good; weaker when only the case protects one; unmet when nothing
    does; indeterminate when nothing is said. Where none is listed, the debug state and the lifecycle answer,
    which speak for all debug facilities of the device, so that listing none proves nothing; where these are
    silent too, the question does not arise if the declared interfaces have no debug interface among them.
    With authentication_suffices off, authentication without disabling is weaker; with physical_only,
    interfaces that are reached over a network are left out.

    References: RFC 9711 section 4.2.9; ETSI EN 303 645 5.6-4A, and 5.6-4 of V2.1.1.
    """
    locked = debug_locked(facts)

    def ask(port: Subject) -> Answer:
        remote = is_reached(facts, port)
        if remote and physical_only:
            return does_not_arise(f"{port} is reached over a network", facts.claims("interface.any"))
        own = _guard(facts, port, authentication_suffices)
        # The debug state confirms that a port is closed which is declared to be; it may not speak of others.
        closed = facts.declared("interface.protection", port) in ("fused", "disabled")
        if locked.outcome != "met" or remote or not closed:
            return own
        return same_fact((own, locked))

    ports = facts.subjects("interface", *INTERFACE, *DEBUG_PORT)
    listed = any(facts.declared("interface.type", port) in (None, "debug") for port in ports)
    if not listed and locked.outcome != "indeterminate":
        return locked
    return each(
        facts,
        "interface",
        (*INTERFACE, *DEBUG_PORT),
        ask,
        only=Only("interface.type", ("debug",)),
        empty=does_not_arise("the declared interfaces have no debug interface among them"),
    )


def _guard(facts: Facts, port: Subject, authentication: bool) -> Answer:
    """Judge what guards one debug interface: how it is protected, or else whether it takes a credential."""
    protection = facts.judge(
        "interface.protection",
        ("fused", "disabled", "authenticated") if authentication else ("fused", "disabled"),
        weaker=("physical", "authenticated"),
        subject=port,
        say="the protection",
    )
    asks = facts.judge(
        "interface.authenticated",
        YES if authentication else (),
        weaker=YES,
        subject=port,
        say="authentication",
    )
    if protection.outcome == "indeterminate":
        return asks
    return any_of((protection, asks))[0] if asks.outcome in ("met", "weaker") else protection


@probe(
    "debug-ports-covered",
    question="Is every physical debug port physically protected?",
    reads=(
        "interface.any",
        *INTERFACE,
        "interface.transport",
        "interface.port",
        "interface.protection",
        "hardware.enclosure.resists-disassembly",
        "debug.physical",
    ),
    kind="document",
)
def debug_ports_covered(facts: Facts) -> Answer:
    """Nobody gets at a debug port without breaking something.

    Looks at: interface.protection of every interface of type debug that is not reached over a network (tcp,
    udp), and hardware.enclosure.resists-disassembly; debug.physical tells whether there is any such port.

    Why it matters: what software closes, a fault in that software opens.

    Decides: met by physical protection of each; weaker by a fuse, which leaves the pins in reach, and by a
    case that is hard to open, since the port may be outside; unmet without either; indeterminate when nothing
    is said, and when a physical port is declared and none is listed; does not arise when the declared
    interfaces have none among them.

    References: ETSI EN 303 645 5.6-4B.
    """

    def ask(port: Subject) -> Answer:
        if is_reached(facts, port):
            return does_not_arise(f"{port} is reached over a network", facts.claims("interface.any"))
        own = facts.judge(
            "interface.protection", ("physical",), weaker=("fused",), subject=port, say="the protection"
        )
        case = facts.judge(
            "hardware.enclosure.resists-disassembly", (), weaker=YES, say="a case that is hard to open"
        )
        return case if case.outcome == "weaker" and own.outcome in ("unmet", "indeterminate") else own

    empty = does_not_arise("the declared interfaces have no physical debug port among them")
    if facts.declared("debug.physical") is True:
        empty = silent("a physical debug port is declared, but none is listed among the interfaces")
    return each(
        facts,
        "interface",
        (*INTERFACE, "interface.transport", "interface.protection"),
        ask,
        only=Only("interface.type", ("debug",)),
        empty=empty,
    )


# --- services, code, memory -------------------------------------------------------------------------------


@probe(
    "services-needed",
    question="Is every process and service needed for the intended use?",
    reads=("service.any", "service.needed"),
    kind="document",
)
def services_needed(facts: Facts) -> Answer:
    """Nothing runs that nobody needs.

    Looks at: service.needed of every service.

    Why it matters: a service that nobody uses is updated by nobody and watched by nobody.

    Decides: met when each is needed, and when the product is declared to have none; unmet when one is not;
    indeterminate for a service of which nothing is said.

    References: ETSI EN 303 645 5.6-5.
    """
    return each(
        facts,
        "service",
        ("service.needed",),
        lambda service: facts.judge("service.needed", YES, subject=service, say="the need"),
        empty=facts.judge("service.any", NO, say="whether there are services"),
    )


leaf(
    "code-minimised",
    "software.unused-code-minimised",
    YES,
    question="Is code reduced to what the product needs?",
    why="Code that does nothing for the product can still be attacked.",
    references="ETSI EN 303 645 5.6-6.",
)


@probe(
    "memory-access-controlled",
    question="Does hardware control access to memory?",
    reads=(
        "software.runtime-protection.mpu",
        "software.runtime-protection.nx",
        "hardware.isolation.mechanisms",
        "hardware.isolation.mechanisms.any",
    ),
    kind="document",
)
def memory_access_controlled(facts: Facts) -> Answer:
    """Code cannot read, write or run whatever memory it likes.

    Looks at: software.runtime-protection.mpu and software.runtime-protection.nx, and
    hardware.isolation.mechanisms.

    Why it matters: most exploits run, or overwrite, memory that the program had no business with.

    Decides: met by memory that an MPU or MMU partitions, by data memory that does not execute, and by an
    isolation that rests on MPU, MMU or TEE; weaker by a separate core alone; unmet when declared without any;
    indeterminate when nothing is said.

    References: CWE-119; ETSI EN 303 645 5.6-8.
    """
    return any_of(
        (
            facts.judge("software.runtime-protection.mpu", YES, say="partitioning by an MPU or MMU"),
            some(
                facts,
                "hardware.isolation.mechanisms",
                ("mpu", "mmu", "tee"),
                weaker=("separate-core",),
                say="isolation by hardware",
            ),
            facts.judge("software.runtime-protection.nx", YES, say="data memory that does not execute"),
        )
    )[0]
