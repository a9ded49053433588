"""What people do, shown by dated documents.

A practice is met by the maker's word at grade 0, and at grade 1 by a document that is not too old. How old it
may be, a catalogue can set (``max_age_days``). The defaults are our convention: a year for what has to be
done again and again, three years for rules and designs, which is how long certificates of management systems
commonly last.
"""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import probe

YEAR = 366
"""Days, a leap year's: for what is done again and again, and for what each release changes."""

THREE_YEARS = 3 * 365 + 1
"""Days: for rules and designs, which hold until somebody changes them."""


def _practice(id: str, property: str, *, question: str, why: str, references: str, days: int) -> None:
    """Register a probe that asks for one practice and its document.

    Args:
        id: permanent id of the probe.
        property: the practice; its document's date is read, too.
        question: what it asks.
        why: why it matters, one sentence.
        references: sources.
        days: how old the document may be, unless a catalogue sets another number.
    """

    def run(facts: Facts, *, max_age_days: int = days) -> Answer:
        return facts.judge_document(property, max_age_days, say=id.replace("-", " "))

    run.__doc__ = (
        f"Looks at: {property} and the date of its document.\n\n"
        f"Why it matters: {why}\n\n"
        "Decides: met when declared as done, and documented when its document is at most max_age_days old "
        f"(our convention: {days}); unmet when not done; indeterminate when nothing is said.\n\n"
        f"References: {references}"
    )
    reads = (property, f"{property}.document-date")
    probe(id, question=question, reads=reads, kind="document")(run)


# --- how the product is designed and built ----------------------------------------------------------------

_practice(
    "security-by-design",
    "process.security-by-design",
    question="Is security part of the whole life of the whole system, from the design on?",
    why="What is left out of a design is dear to add, and left out of a life cycle it is gone one day.",
    references="ENISA GP-PS-01.",
    days=THREE_YEARS,
)
_practice(
    "secure-development",
    "process.secure-development",
    question="Is the software made by a secure development process?",
    why="Faults that a process keeps out need no patch.",
    references="ETSI EN 303 645 5.6-9.",
    days=YEAR,
)
_practice(
    "policies-integrated",
    "process.policy-integration",
    question="Has the design room for different security policies and techniques?",
    why="Where a product is used has rules of its own, and techniques age.",
    references="ENISA GP-PS-02.",
    days=THREE_YEARS,
)
_practice(
    "power-saving-safe",
    "process.power-design",
    question="Is the saving of power designed so that it leaves security whole?",
    why="A check that is left out to save the battery is a check that is left out.",
    references="ENISA GP-PS-04.",
    days=THREE_YEARS,
)
_practice(
    "architecture-compartmented",
    "process.compartmentation",
    question="Is the architecture split into compartments that contain an attack?",
    why="A breach of one part should not be a breach of all.",
    references="ENISA GP-PS-05.",
    days=THREE_YEARS,
)
_practice(
    "proven-solutions-chosen",
    "process.proven-solutions",
    question="Are protocols, algorithms and components chosen from those that are proven?",
    why="What many have tried to break, and could not, is better than what nobody has tried.",
    references="ENISA GP-OP-04.",
    days=THREE_YEARS,
)
_practice(
    "keys-managed-securely",
    "process.key-management",
    question="Are critical security parameters managed securely through their whole life?",
    why="A key is lost where it is made, stored, sent, changed or thrown away.",
    references="ETSI EN 303 645 5.5-8.",
    days=YEAR,
)
_practice(
    "privacy-by-design",
    "process.privacy-by-design",
    question="Is privacy part of the system's design?",
    why="Data that a design does not need is never collected, and never lost.",
    references="ENISA GP-PS-08; GDPR article 25.",
    days=THREE_YEARS,
)
_practice(
    "intended-use-identified",
    "process.intended-use",
    question="Are the intended use of the product and its environment laid down?",
    why="What is a threat, and what is enough against it, depends on where and by whom a device is used.",
    references="ENISA GP-PS-12.",
    days=THREE_YEARS,
)
_practice(
    "risks-assessed",
    "process.risk-assessment",
    question="Are the risks found and assessed, and answered by more than one line of defence?",
    why="Each single defence fails one day.",
    references="ENISA GP-PS-11.",
    days=YEAR,
)
_practice(
    "assets-managed",
    "process.asset-management",
    question="Are assets and configurations managed by a procedure?",
    why="Nobody protects what nobody knows to be there.",
    references="ENISA GP-PS-10.",
    days=YEAR,
)

# --- how it is tested -------------------------------------------------------------------------------------

_practice(
    "security-test-planned",
    "process.test-plan",
    question="Is there a plan by which security is tested?",
    why="Tests without a plan find what comes to mind, not what is wrong.",
    references="ENISA GP-PS-06.",
    days=YEAR,
)
_practice(
    "code-reviewed",
    "process.code-review",
    question="Is code reviewed while it is written?",
    why="A second pair of eyes finds faults that tests do not reach.",
    references="ENISA GP-PS-07.",
    days=YEAR,
)
_practice(
    "inputs-fuzzed",
    "software.input-validation.fuzzing",
    question="Are the interfaces tested with malformed and random input?",
    why="Attackers send what no test case thinks of.",
    references="CWE-20; ETSI EN 303 645 5.13-1A.",
    days=YEAR,
)
_practice(
    "software-bill-of-materials-made",
    "software.sbom",
    question="Is there a bill of materials of the software?",
    why="Whether a new vulnerability concerns the product shows in what the product is made of.",
    references="NTIA, Minimum Elements for a Software Bill of Materials; NIST IR 8425, Documentation.",
    days=YEAR,
)

# --- vulnerabilities and incidents ------------------------------------------------------------------------

_practice(
    "vulnerability-disclosure-policy",
    "support.vulnerability-disclosure",
    question="Has the maker a policy for the disclosure of vulnerabilities?",
    why="Those who find a fault have to know where to go with it, and what happens then.",
    references="ETSI EN 303 645 5.2-1; ENISA GP-OP-06; ISO/IEC 29147.",
    days=THREE_YEARS,
)
_practice(
    "vulnerabilities-acted-on",
    "process.vulnerability-handling",
    question="Are disclosed vulnerabilities acted on in time?",
    why="From disclosure on, attackers know what the maker knows.",
    references="ETSI EN 303 645 5.2-2; ISO/IEC 30111.",
    days=YEAR,
)
_practice(
    "vulnerabilities-monitored",
    "process.vulnerability-monitoring",
    question="Are vulnerabilities looked for, found and corrected while the product is supported?",
    why="Components grow old, and what was safe at release is not for ever.",
    references="ETSI EN 303 645 5.2-3; ENISA GP-OP-03.",
    days=YEAR,
)
_practice(
    "incidents-handled",
    "process.incident-response",
    question="Are incidents and vulnerabilities analysed and handled by a procedure?",
    why="Who decides what, while under attack, is better settled before.",
    references="ENISA GP-OP-05.",
    days=YEAR,
)
_practice(
    "threats-shared",
    "process.information-sharing",
    question="Does the maker take part in sharing information on threats and vulnerabilities?",
    why="An attack on one is a warning to others, if they hear of it.",
    references="ENISA GP-OP-07.",
    days=YEAR,
)

# --- support and its end ----------------------------------------------------------------------------------

_practice(
    "end-of-life-planned",
    "support.end-of-life-plan",
    question="Is it planned what happens when support ends?",
    why="Devices outlive their support, and stay on the network.",
    references="ENISA GP-OP-01.",
    days=THREE_YEARS,
)

# --- people -----------------------------------------------------------------------------------------------

_practice(
    "staff-trained",
    "process.training",
    question="Is staff trained in security and privacy?",
    why="Most who build a product are no experts in its security, and need to know what they can break.",
    references="ENISA GP-OP-09.",
    days=YEAR,
)
_practice(
    "training-recorded",
    "process.training-records",
    question="Is training recorded, and are the records looked at?",
    why="Training that nobody counts is the first thing to be left out.",
    references="ENISA GP-OP-10.",
    days=YEAR,
)
_practice(
    "roles-assigned",
    "process.roles",
    question="Are roles and responsibilities for security assigned?",
    why="What is everybody's task is done by nobody.",
    references="ENISA GP-OP-11.",
    days=YEAR,
)

# --- third parties ----------------------------------------------------------------------------------------

_practice(
    "processors-bound",
    "process.processing-agreements",
    question="Are those who process data for the maker bound by agreements?",
    why="Data is as safe as with the last who holds it.",
    references="ENISA GP-OP-12; GDPR article 28.",
    days=THREE_YEARS,
)
_practice(
    "data-shared-with-consent",
    "process.data-sharing",
    question="Is personal data shared with third parties only with consent?",
    why="What is passed on cannot be taken back.",
    references="ENISA GP-OP-13.",
    days=THREE_YEARS,
)
_practice(
    "suppliers-managed",
    "process.supplier-management",
    question="Are the risks of the supply chain managed, and suppliers told what is asked of them?",
    why="A component's backdoor is the product's.",
    references="ENISA GP-OP-14.",
    days=YEAR,
)

# --- what customers are told ------------------------------------------------------------------------------

_practice(
    "product-documented",
    "process.product-documentation",
    question="Is information on the product's security made, gathered and kept through its life?",
    why="Questions about a product's security come years after those who knew the answers have left.",
    references="NIST IR 8425, Documentation.",
    days=YEAR,
)
_practice(
    "queries-received",
    "process.query-reception",
    question="Are reports and questions on the product's security taken in and answered?",
    why="Customers see failures that no test saw.",
    references="NIST IR 8425, Information and Query Reception.",
    days=YEAR,
)
_practice(
    "security-news-disseminated",
    "process.dissemination",
    question="Are customers told of vulnerabilities, updates and other events?",
    why="An update that nobody hears of protects nobody.",
    references="NIST IR 8425, Information Dissemination.",
    days=YEAR,
)
_practice(
    "customers-educated",
    "process.customer-education",
    question="Are customers taught to use, keep and dispose of the product securely?",
    why="A secure product can be used insecurely by whoever does not know better.",
    references="NIST IR 8425, Product Education and Awareness.",
    days=THREE_YEARS,
)
