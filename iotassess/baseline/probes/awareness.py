"""What a device knows of its own security and tells of it (NIST IR 8259A, cybersecurity state awareness)."""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import some
from iotassess.baseline.registry import leaf, probe

YES = (True,)
NO = (False,)

leaf(
    "security-state-reported",
    "security-state.reported",
    YES,
    question="Does the device report its security state?",
    why="A device that says nothing of its state is trusted until the damage shows.",
    references="NIST IR 8259A, cybersecurity state awareness, element 1.",
)
leaf(
    "degraded-state-distinguished",
    "security-state.degraded-distinguished",
    YES,
    question="Does the device tell apart whether it works as expected or may be degraded?",
    why="A report that reads the same before and after an attack reports nothing.",
    references="NIST IR 8259A, cybersecurity state awareness, element 2.",
)
leaf(
    "security-state-read-by-authorised-only",
    "security-state.read-authorised-only",
    YES,
    question="Can only authorised entities read the device's security state?",
    why="What is weak in a device is the first thing that an attacker wants to know.",
    references="NIST IR 8259A, cybersecurity state awareness, element 3.",
)
leaf(
    "security-state-protected",
    "security-state.protected",
    YES,
    question="Is the state protected against change, except by what maintains it?",
    why="Whoever can edit the state can report a healthy device while holding a broken one.",
    references="NIST IR 8259A, cybersecurity state awareness, element 4.",
)
leaf(
    "security-state-sent",
    "security-state.sent-elsewhere",
    YES,
    question="Can the device make its state available to a service on another device?",
    why="A state that stays in the device is lost with it.",
    references="NIST IR 8259A, cybersecurity state awareness, element 5.",
)
leaf(
    "log-protected",
    "logging.protected",
    YES,
    question="Is the log of security events protected against change?",
    why="The first thing that an intruder tidies up is the log.",
    references="NIST IR 8425, cybersecurity state awareness.",
)

leaf(
    "running-software-attested",
    "attestation.measures-software",
    YES,
    question="Does the device's evidence tell what software runs, by measurements?",
    why="A token with a name and a nonce proves that a device lives, and not in which state. Whether the "
    "measurements are the right ones is asked elsewhere: a report of bad news is a report.",
    references="RFC 9711 section 4.2.16; RFC 9783 section 4.4; NIST IR 8259A, cybersecurity state awareness.",
    kind="evidence",
)


@probe(
    "log-sent",
    question="Does the log of security events leave the device?",
    reads=("logging.transport", "logging.transport.any"),
    kind="document",
)
def log_sent(facts: Facts) -> Answer:
    """What was recorded outlives the device.

    Looks at: logging.transport.

    Why it matters: a log that only the device has is gone when the device is.

    Decides: met when there is a way: SUIT reports, attestation, syslog over TLS, or the maker's own; unmet by
    none and by an empty list; indeterminate when nothing is said.

    References: NIST IR 8259A, cybersecurity state awareness, element 5.
    """
    return some(
        facts,
        "logging.transport",
        ("suit-report", "rats", "syslog-tls", "vendor"),
        weaker=(),
        say="the way in which the log leaves the device",
    )
