"""What users are told, asked and promised: updates, support, set-up, deletion, and when something fails."""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import is_text
from iotassess.baseline.registry import leaf, probe

YES = (True,)
NO = (False,)

# --- updates, as users meet them --------------------------------------------------------------------------

leaf(
    "security-updates-timely",
    "update.timely",
    YES,
    question="Are security updates released without delay?",
    why="From the day a flaw is known, devices without the fix are attacked.",
    references="ETSI EN 303 645 5.3-8.",
)
leaf(
    "automatic-updates-on-by-default",
    "update.automatic-default",
    YES,
    question="Are automatic updates on by default?",
    why="Few users look for updates, and fewer switch on what would do it for them.",
    references="ETSI EN 303 645 5.3-4B.",
)
leaf(
    "automatic-updates-consented",
    "update.automatic-consent",
    YES,
    question="Are automatic updates switched on at set-up only with the user's consent?",
    why="Software that changes by itself is the owner's to allow.",
    references="ETSI EN 303 645 5.3-4B.",
)
leaf(
    "automatic-updates-user-controlled",
    "update.user-control",
    YES,
    question="Can the user switch automatic updates on or off, or put them off?",
    why="Only the user knows when the device must not be interrupted.",
    references="ETSI EN 303 645 5.3-6A.",
)
leaf(
    "update-notices-switchable",
    "update.notification-control",
    YES,
    question="Can the user switch notifications of updates on and off?",
    why="Who can choose to be told takes notice of what is told.",
    references="ETSI EN 303 645 5.3-6B.",
)
leaf(
    "update-need-announced",
    "update.notifies-user",
    YES,
    question="Is the user told that a security update is needed, and why?",
    why="Nobody acts on a risk that nobody explains.",
    references="ETSI EN 303 645 5.3-11.",
)
leaf(
    "update-disruption-announced",
    "update.notifies-disruption",
    YES,
    question="Is the user told when an update disrupts basic functions?",
    why="A lock or a heater that stops without a word is worse than one that waits.",
    references="ETSI EN 303 645 5.3-12.",
)
leaf(
    "updates-looked-for-after-setup",
    "update.checks-after-initialisation",
    YES,
    question="Does the device, or a service for it, look for security updates once it is set up?",
    why="A device is out of date by the months that it lay on the shelf.",
    references="ETSI EN 303 645 5.3-5.",
)
leaf(
    "updates-looked-for-regularly",
    "update.checks-periodically",
    YES,
    question="Does the device look for security updates at start and then regularly?",
    why="Flaws are found for as long as the device is in use.",
    references="ETSI EN 303 645 V2.1.1 5.3-5.",
)

# --- support ----------------------------------------------------------------------------------------------

leaf(
    "support-period-defined",
    "support.until",
    is_text,
    question="Is it laid down until when the product gets security updates?",
    why="Without a date, support ends when nobody notices.",
    references="ETSI EN 303 645 5.3-13.",
)
leaf(
    "support-period-published",
    "support.published",
    YES,
    question="Is it published until when the product gets security updates?",
    why="Whoever buys a device should know for how long it will be safe to use.",
    references="ETSI EN 303 645 5.3-13.",
)
leaf(
    "disclosure-policy-published",
    "support.disclosure-published",
    YES,
    question="Is the vulnerability disclosure policy published?",
    why="Who finds a flaw tells the maker only if it is clear that the maker wants to hear of it.",
    references="ETSI EN 303 645 5.2-1; ISO/IEC 29147.",
)
leaf(
    "disclosure-timelines-stated",
    "support.disclosure-timelines",
    YES,
    question="Does the disclosure policy say when a report is acknowledged, and when its sender hears more?",
    why="Who hears nothing for weeks goes public.",
    references="ETSI EN 303 645 5.2-1; ISO/IEC 29147.",
)
leaf(
    "vulnerability-contact-named",
    "support.contact",
    is_text,
    question="Is it named where a vulnerability is reported?",
    why="A report that finds no reader helps only attackers.",
    references="ETSI EN 303 645 5.2-1; RFC 9116.",
)
leaf(
    "non-updatable-explained",
    "support.non-updatable-published",
    YES,
    question="Is it published why software cannot be updated, and how and until when hardware is replaced?",
    why="Where flaws cannot be mended, the buyer has to know what happens instead.",
    references="ETSI EN 303 645 5.3-14.",
)
leaf(
    "non-updatable-isolable",
    "support.isolable",
    YES,
    question="Can a device that cannot be updated be isolated?",
    why="A flaw that stays is harmless only where nobody reaches it.",
    references="ETSI EN 303 645 5.3-15A.",
)
leaf(
    "non-updatable-replaceable",
    "support.hardware-replaceable",
    YES,
    question="Can the hardware of a device that cannot be updated be replaced?",
    why="Where software cannot be mended, exchanging the hardware is the only remedy.",
    references="ETSI EN 303 645 5.3-15B.",
)
leaf(
    "model-recognisable",
    "identity.model-recognisable",
    YES,
    question="Can the user tell the model, from the device or its interface?",
    why="Advice on a model, and its updates, reach only those who know that it is theirs.",
    references="ETSI EN 303 645 5.3-16.",
)

# --- set-up and upkeep ------------------------------------------------------------------------------------

leaf(
    "user-decisions-minimal",
    "guidance.minimal-decisions",
    YES,
    question="Do set-up and upkeep ask the user for few decisions?",
    why="Every question is a chance for the wrong answer.",
    references="ETSI EN 303 645 5.12-1.",
)
leaf(
    "usable-security-practised",
    "guidance.usable",
    YES,
    question="Do set-up and upkeep follow good practice in usable security?",
    why="Users go round what they cannot handle.",
    references="ETSI EN 303 645 5.12-1.",
)
leaf(
    "secure-setup-explained",
    "guidance.secure-setup",
    YES,
    question="Are users told how to set the product up securely?",
    why="The maker knows the safe way; the user guesses.",
    references="ETSI EN 303 645 5.12-2.",
)
leaf(
    "secure-setup-checkable",
    "guidance.setup-check",
    YES,
    question="Are users told how to check that the product is set up securely?",
    why="A mistake at set-up stays until somebody looks.",
    references="ETSI EN 303 645 5.12-3.",
)

# --- deletion, sensors and telemetry ----------------------------------------------------------------------

leaf(
    "erasure-explained",
    "data.erasure-instructions",
    YES,
    question="Are users told clearly how to delete their data?",
    why="A function that nobody finds deletes nothing.",
    references="ETSI EN 303 645 5.11-3.",
)
leaf(
    "erasure-confirmed",
    "data.erasure-confirmed",
    YES,
    question="Is it confirmed clearly that data was deleted?",
    why="Who is not sure gives the device away with the data in it.",
    references="ETSI EN 303 645 5.11-4.",
)


@probe(
    "sensors-documented",
    question="Is everything by which the device senses its surroundings documented for users?",
    reads=("data.external-sensors", "data.sensors-documented"),
    kind="document",
)
def sensors_documented(facts: Facts) -> Answer:
    """Users know what listens and looks.

    Looks at: data.sensors-documented, and data.external-sensors, which tells whether there is any sensor.

    Why it matters: a microphone that nobody expects hears what nobody would say to it.

    Decides: met when all are documented, and when the device is declared to sense nothing around it; unmet
    when not all are; indeterminate when nothing is said.

    References: ETSI EN 303 645 5.8-3.
    """
    none = facts.judge("data.external-sensors", NO, say="whether the device senses its surroundings")
    told = facts.judge("data.sensors-documented", YES, say="documentation of all sensors")
    return none if none.outcome == "met" and told.outcome == "indeterminate" else told


leaf(
    "telemetry-explained",
    "telemetry.documented",
    YES,
    question="Are users told what telemetry is collected, how, by whom and why?",
    why="Data about a device's use is data about whoever uses it.",
    references="ETSI EN 303 645 6-5.",
)
leaf(
    "telemetry-examined",
    "telemetry.examined",
    YES,
    question="Is telemetry examined for security anomalies?",
    why="What is collected and never looked at warns nobody.",
    references="ETSI EN 303 645 5.10-1.",
)

# --- when something fails ---------------------------------------------------------------------------------

leaf(
    "software-change-detected",
    "boot.detects-changes",
    YES,
    question="Are unauthorised changes of the software detected?",
    why="What is not noticed is not answered.",
    references="ETSI EN 303 645 5.7-2.",
)
leaf(
    "software-change-alerted",
    "boot.alerts-user",
    YES,
    question="Is the user or administrator alerted to an unauthorised change of the software?",
    why="Only somebody who knows can take the device out of use.",
    references="ETSI EN 303 645 5.7-2.",
)
leaf(
    "connectivity-limited-on-change",
    "boot.limits-network-on-change",
    YES,
    question="Does the device connect only for the alert after an unauthorised change of its software?",
    why="Changed software that stays on the network goes on to its neighbours.",
    references="ETSI EN 303 645 5.7-2.",
)
leaf(
    "network-outage-withstood",
    "resilience.network-outage",
    YES,
    question="Does the product withstand an outage of the network?",
    why="Networks fail, and an attacker can make them fail.",
    references="ETSI EN 303 645 5.9-1.",
)
leaf(
    "power-outage-withstood",
    "resilience.power-outage",
    YES,
    question="Does the product withstand an outage of power?",
    why="A lock or an alarm is needed most when the power is gone.",
    references="ETSI EN 303 645 5.9-1.",
)
