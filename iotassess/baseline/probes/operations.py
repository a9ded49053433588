"""Probes about defaults, safety, resilience, logging, monitoring, and what people do."""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import covers
from iotassess.baseline.registry import leaf, probe

YES = (True,)
NO = (False,)

# --- defaults ---------------------------------------------------------------------------------------------

leaf(
    "security-on-by-default",
    "defaults.security-enabled",
    YES,
    question="Are all security features on by default?",
    why="Few users turn on what they do not see.",
    references="ENISA GP-TM-08.",
)
leaf(
    "unused-functions-off",
    "defaults.unused-disabled",
    YES,
    question="Is every unused or insecure function off by default?",
    why="Functions that nobody uses are watched by nobody.",
    references="ENISA GP-TM-08.",
)

# --- input and output -------------------------------------------------------------------------------------

leaf(
    "input-validated",
    "software.input-validation.all-interfaces",
    YES,
    question="Is input from every interface validated before it is used?",
    why="Input is how attackers speak to software.",
    references="CWE-20; ENISA GP-TM-54.",
)
leaf(
    "output-filtered",
    "software.input-validation.output-filtered",
    YES,
    question="Is output filtered or encoded for where it goes?",
    why="What is harmless here can be code there.",
    references="CWE-116; ENISA GP-TM-54.",
)

# --- safety and resilience --------------------------------------------------------------------------------


@probe(
    "safety-irrelevant",
    question="Is the product declared to be unable to hurt people or damage things?",
    reads=("safety.relevant",),
    kind="document",
)
def safety_irrelevant(facts: Facts) -> Answer:
    """A failure hurts nobody.

    Looks at: safety.relevant.

    Why it matters: what is asked of safety does not arise where no failure is dangerous.

    Decides: met when declared not relevant; unmet when it is; indeterminate when nothing is said.

    References: our convention for ENISA GP-TM-15.
    """
    return facts.judge("safety.relevant", NO, say="whether a failure could do harm")


leaf(
    "fail-safe",
    "safety.fail-safe",
    YES,
    question="Does the product go to a safe state when it is disrupted?",
    why="A device that moves, heats or switches must not do so by accident.",
    references="ENISA GP-TM-15.",
)
leaf(
    "hazard-analysis-made",
    "safety.hazard-analysis",
    YES,
    question="Was a hazard analysis made?",
    why="Unacceptable risks are found by looking for them, not by accident.",
    references="IEC 61508; ENISA GP-TM-15.",
)
leaf(
    "essential-functions-offline",
    "resilience.essential-offline",
    YES,
    question="Do essential functions work without a network?",
    why="Networks and services fail, and are attacked.",
    references="ENISA GP-TM-17.",
)
leaf(
    "cloud-dependency-limited",
    "resilience.cloud-dependency",
    ("none", "partial"),
    question="Does the product do more than fail when its cloud is gone?",
    why="A service that ends, or is taken over, should not take every device with it.",
    references="ENISA GP-TM-17.",
)
leaf(
    "impacts-recorded",
    "resilience.impacts-recorded",
    YES,
    question="Are the effects of compromised devices or services recorded?",
    why="What went wrong elsewhere can be mended here only if it is known what it did.",
    references="ENISA GP-TM-17.",
)
leaf(
    "power-loss-survived",
    "resilience.power-recovery",
    YES,
    question="Does the product recover cleanly from a power cut?",
    why="Information that is lost with the power is not available.",
    references="ENISA GP-TM-38.",
)
leaf(
    "reconnects-orderly",
    "resilience.orderly-reconnect",
    YES,
    question="Does the product reconnect in an orderly way?",
    why="A million devices that come back in the same second keep the service down.",
    references="ENISA GP-TM-38.",
)


@probe(
    "backend-absent",
    question="Is the product declared to depend on no service?",
    reads=("resilience.cloud-dependency",),
    kind="document",
)
def backend_absent(facts: Facts) -> Answer:
    """There is no service behind the product.

    Looks at: resilience.cloud-dependency.

    Why it matters: what is asked of the infrastructure does not arise where there is none.

    Decides: met by none; unmet by partial or full; indeterminate when nothing is said.

    References: our convention for ENISA GP-TM-51.
    """
    return facts.judge("resilience.cloud-dependency", ("none",), say="the dependency on a cloud")


leaf(
    "backend-flood-proof",
    "backend.ddos-protected",
    YES,
    question="Are the services protected against denial of service?",
    why="Devices that need a service share its fate.",
    references="ENISA GP-TM-51.",
)
leaf(
    "backend-load-balanced",
    "backend.load-balanced",
    YES,
    question="Is the load of the services spread?",
    why="One overloaded server should not be the end of the service.",
    references="ENISA GP-TM-51.",
)

# --- logging and monitoring -------------------------------------------------------------------------------

leaf(
    "security-events-logged",
    "logging.present",
    YES,
    question="Is there a log of security events?",
    why="Without a record, an incident can be neither noticed nor understood.",
    references="ENISA GP-TM-55.",
)


@probe(
    "log-covers-security-events",
    question="Does the log cover every kind of security event?",
    reads=("logging.events", "logging.events.any"),
    kind="document",
)
def log_covers_security_events(facts: Facts) -> Answer:
    """The log has what an investigation needs.

    Looks at: logging.events.

    Why it matters: attackers log in, make accounts, take rights, change rules; each leaves a trace only where
    it is written down.

    Decides: met when authentication, account management, access rights, security rules and the functioning of
    the system are covered; weaker when only some are; unmet when nothing is; indeterminate when nothing is
    said.

    References: ENISA GP-TM-55.
    """
    return covers(
        facts,
        "logging.events",
        ("authentication", "account-management", "access-rights", "security-rules", "system"),
        say="what the log covers",
    )


leaf(
    "log-durable",
    "logging.storage",
    ("durable", "remote"),
    question="Is the log kept on durable storage?",
    why="A restart is the simplest way to lose the traces, and attackers cause them.",
    references="ENISA GP-TM-55.",
)
leaf(
    "log-retrieved-authenticated",
    "logging.retrieval-authenticated",
    YES,
    question="Is the log read over authenticated connections only?",
    why="A log tells an attacker what was seen, and what was not.",
    references="ENISA GP-TM-55.",
)
leaf(
    "behaviour-monitored",
    "monitoring.behaviour",
    YES,
    question="Is the devices' behaviour monitored regularly?",
    why="A taken-over device behaves differently before anybody knows why.",
    references="ENISA GP-TM-56.",
)
leaf(
    "malware-looked-for",
    "monitoring.malware",
    YES,
    question="Is malware looked for?",
    why="Malware on devices without a screen is found by those who search.",
    references="ENISA GP-TM-56.",
)
leaf(
    "integrity-checked-regularly",
    "monitoring.integrity",
    YES,
    question="Is integrity checked regularly?",
    why="What was good at boot may not be good any more.",
    references="ENISA GP-TM-56.",
)

# --- what people do ---------------------------------------------------------------------------------------

leaf(
    "threat-model-made",
    "process.threat-model",
    YES,
    question="Is there a threat model of the whole system?",
    why="Measures that answer no threat protect by chance.",
    references="ENISA GP-TM-21.",
)
leaf(
    "threat-model-covers-authentication",
    "process.threat-model.covers-authentication",
    YES,
    question="Do authentication and authorisation follow from the threat model?",
    why="Who has to prove what to whom depends on who could lie.",
    references="ENISA GP-TM-21.",
)


@probe(
    "security-audited",
    question="Are the security controls audited regularly?",
    reads=("process.security-audit", "process.security-audit.document-date"),
    kind="document",
)
def security_audited(facts: Facts, *, max_age_days: int = 366) -> Answer:
    """Somebody checks that the controls still work.

    Looks at: process.security-audit and the date of its document.

    Why it matters: controls decay unnoticed.

    Decides: met when declared as done, and documented when its document is at most max_age_days old (our
    convention: a year); unmet when not done; indeterminate when nothing is said.

    References: ENISA GP-TM-57.
    """
    return facts.judge_document("process.security-audit", max_age_days, say="the security audit")


@probe(
    "penetration-tested",
    question="Is the product penetration-tested regularly?",
    reads=("process.penetration-test", "process.penetration-test.document-date"),
    kind="document",
)
def penetration_tested(facts: Facts, *, max_age_days: int = 183) -> Answer:
    """Somebody tries to break in before others do.

    Looks at: process.penetration-test and the date of its document.

    Why it matters: an attacker's view finds what the builders do not see.

    Decides: met when declared as done, and documented when its document is at most max_age_days old; unmet
    when not done; indeterminate when nothing is said. ENISA says "biannually", which can mean twice a year or
    every two years: we take the former, as the stricter one, and leave the number to the catalogue.

    References: ENISA GP-TM-57.
    """
    return facts.judge_document("process.penetration-test", max_age_days, say="the penetration test")
