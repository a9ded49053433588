"""Probes about personal data and the rights that people have in it."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each, is_text
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Subject, Value

YES = (True,)
NO = (False,)

PERSONAL = ("personal-data.purpose", "personal-data.legal-basis", "personal-data.sensitive")
"""By what the categories of personal data are found, beside what is asked."""

OTHER_BASES = ("contract", "legal-obligation", "legitimate-interest")
"""Legal bases of the GDPR other than consent."""


def _each_category(facts: Facts, property: str, ask: Callable[[Subject], Answer]) -> Answer:
    """Ask about every category of personal data."""
    return each(
        facts,
        "personal-data",
        (*PERSONAL, property),
        ask,
        empty=does_not_arise("the product is declared to process no personal data"),
    )


# --- what may be absent -----------------------------------------------------------------------------------


@probe(
    "personal-data-absent",
    question="Is the product declared to process no personal data?",
    reads=("personal-data.any",),
    kind="document",
)
def personal_data_absent(facts: Facts) -> Answer:
    """There is no personal data to protect.

    Looks at: whether the declared list of personal data is empty.

    Why it matters: what is asked of personal data does not arise where there is none.

    Decides: met when the list is declared empty; unmet when it is not; indeterminate when nothing is said.

    References: our convention for the ENISA rows that presuppose personal data.
    """
    return facts.judge("personal-data.any", NO, say="whether personal data is processed")


@probe(
    "telemetry-absent",
    question="Is the product declared to collect no data about its use?",
    reads=("telemetry.collected",),
    kind="document",
)
def telemetry_absent(facts: Facts) -> Answer:
    """Nothing is collected about the use of the product.

    Looks at: telemetry.collected.

    Why it matters: what is not collected need not be minimised.

    Decides: met when declared not collected; unmet when collected; indeterminate when nothing is said.

    References: our convention for ENISA GP-TM-12.
    """
    return facts.judge("telemetry.collected", NO, say="whether data about use is collected")


@probe(
    "gdpr-not-applicable",
    question="Is the product declared to be outside European data protection law?",
    reads=("data.gdpr.applicable", "personal-data.any"),
    kind="document",
)
def gdpr_not_applicable(facts: Facts) -> Answer:
    """The law does not apply.

    Looks at: data.gdpr.applicable; where it is not declared, whether the list of personal data is empty.

    Why it matters: compliance with a law is asked of those whom it binds. Whether it does is a legal
    question, so that this only records what the maker says.

    Decides: met when declared not applicable, or when no personal data is processed; unmet when it applies;
    indeterminate when nothing is said.

    References: Regulation (EU) 2016/679 articles 2 and 3; our convention for ENISA GP-TM-13.
    """
    answer = facts.judge("data.gdpr.applicable", NO, say="whether the GDPR applies")
    return answer if answer.outcome != "indeterminate" else personal_data_absent(facts)


# --- personal data ----------------------------------------------------------------------------------------


@probe(
    "personal-data-lawful",
    question="Has the processing of every category of personal data a legal basis?",
    reads=("personal-data.any", *PERSONAL),
    kind="document",
)
def personal_data_lawful(facts: Facts) -> Answer:
    """Nothing is processed without a right to.

    Looks at: personal-data.legal-basis of every category.

    Why it matters: processing without a basis is unlawful, however well it is secured.

    Decides: met by consent, contract, legal obligation or legitimate interest; unmet by none; indeterminate
    for a category of which nothing is said; does not arise without personal data.

    References: Regulation (EU) 2016/679 article 6; ENISA GP-TM-10.
    """
    return _each_category(
        facts,
        "personal-data.legal-basis",
        lambda category: facts.judge(
            "personal-data.legal-basis", ("consent", *OTHER_BASES), subject=category, say="the legal basis"
        ),
    )


@probe(
    "personal-data-consented",
    question="Is consent asked for before personal data is processed?",
    reads=("personal-data.any", *PERSONAL, "personal-data.consent"),
    kind="document",
)
def personal_data_consented(facts: Facts) -> Answer:
    """People agree first.

    Looks at: personal-data.consent and personal-data.legal-basis of every category.

    Why it matters: ENISA asks for consent in every case; the law knows other bases, too.

    Decides: met when consent is asked for; weaker without it where another legal basis is declared; unmet
    without it otherwise; indeterminate for a category of which nothing is said; does not arise without
    personal data.

    References: Regulation (EU) 2016/679 articles 6 and 7; ENISA GP-TM-10.
    """

    def ask(category: Subject) -> Answer:
        other = facts.declared("personal-data.legal-basis", category) in OTHER_BASES
        consent = facts.judge(
            "personal-data.consent", YES, weaker=NO if other else (), subject=category, say="consent"
        )
        if consent.outcome != "indeterminate" or not other:
            return consent
        basis = facts.judge(
            "personal-data.legal-basis", (), weaker=OTHER_BASES, subject=category, say="the basis"
        )
        return basis._replace(because=f"{basis.because}, and consent is not declared")

    return _each_category(facts, "personal-data.consent", ask)


@probe(
    "personal-data-purpose-stated",
    question="Has every category of personal data a stated purpose?",
    reads=("personal-data.any", *PERSONAL),
    kind="document",
)
def personal_data_purpose_stated(facts: Facts) -> Answer:
    """Data is collected for something.

    Looks at: personal-data.purpose of every category.

    Why it matters: without a purpose, nothing can be said to go beyond it.

    Decides: met when each has one; indeterminate for a category without; does not arise without personal
    data.

    References: Regulation (EU) 2016/679 article 5(1)(b); ENISA GP-TM-11.
    """
    return _each_category(
        facts,
        "personal-data.purpose",
        lambda category: facts.judge("personal-data.purpose", is_text, subject=category, say="the purpose"),
    )


def _yes_for_each(facts: Facts, property: str, say: str) -> Answer:
    """Ask a yes-or-no question about every category of personal data."""
    return _each_category(
        facts, property, lambda category: facts.judge(property, YES, subject=category, say=say)
    )


@probe(
    "personal-data-purpose-bound",
    question="Is further processing of personal data compatible with its purpose?",
    reads=("personal-data.any", *PERSONAL, "personal-data.purpose-bound"),
    kind="document",
)
def personal_data_purpose_bound(facts: Facts) -> Answer:
    """Data is used for what it was given for.

    Looks at: personal-data.purpose-bound of every category.

    Why it matters: people agree to a use, not to all uses.

    Decides: met when declared for each; unmet when not for one; indeterminate for a category of which nothing
    is said; does not arise without personal data.

    References: Regulation (EU) 2016/679 article 5(1)(b); ENISA GP-TM-11.
    """
    return _yes_for_each(facts, "personal-data.purpose-bound", "compatibility with the purpose")


@probe(
    "personal-data-users-informed",
    question="Are users told what personal data is processed, how, by whom and why?",
    reads=("personal-data.any", *PERSONAL, "personal-data.user-informed"),
    kind="document",
)
def personal_data_users_informed(facts: Facts) -> Answer:
    """People know.

    Looks at: personal-data.user-informed of every category.

    Why it matters: rights that one does not know of cannot be used.

    Decides: met when declared for each; unmet when not for one; indeterminate for a category of which nothing
    is said; does not arise without personal data.

    References: Regulation (EU) 2016/679 articles 13 and 14; ENISA GP-TM-11 and GP-TM-14.
    """
    return _yes_for_each(facts, "personal-data.user-informed", "information of users")


@probe(
    "personal-data-necessary",
    question="Is every category of personal data necessary for its purpose?",
    reads=("personal-data.any", *PERSONAL, "personal-data.necessary"),
    kind="document",
)
def personal_data_necessary(facts: Facts) -> Answer:
    """No more is collected than needed.

    Looks at: personal-data.necessary of every category.

    Why it matters: what was not collected cannot leak.

    Decides: met when declared for each; unmet when not for one; indeterminate for a category of which nothing
    is said; does not arise without personal data.

    References: Regulation (EU) 2016/679 article 5(1)(c); ENISA GP-TM-12.
    """
    return _yes_for_each(facts, "personal-data.necessary", "necessity")


@probe(
    "personal-data-retention-limited",
    question="Is every category of personal data kept for a limited time?",
    reads=("personal-data.any", *PERSONAL, "personal-data.retention-days"),
    kind="document",
)
def personal_data_retention_limited(facts: Facts, *, max_days: int = 3650) -> Answer:
    """Data goes when it is no longer needed.

    Looks at: personal-data.retention-days of every category.

    Why it matters: old data helps nobody but those who steal it.

    Decides: met by a limit of at most max_days (our convention: ten years); weaker by a longer one;
    indeterminate for a category without a limit; does not arise without personal data.

    References: Regulation (EU) 2016/679 article 5(1)(e); ENISA GP-TM-12.
    """

    def limited(value: Value) -> bool:
        return isinstance(value, int) and value <= max_days

    return _each_category(
        facts,
        "personal-data.retention-days",
        lambda category: facts.judge(
            "personal-data.retention-days",
            limited,
            weaker=lambda _: True,
            subject=category,
            say="the days of retention",
        ),
    )


@probe(
    "telemetry-minimal",
    question="Is personal data in telemetry kept to the minimum?",
    reads=("telemetry.collected", "telemetry.minimal"),
    kind="document",
)
def telemetry_minimal(facts: Facts) -> Answer:
    """Data about use says little about users.

    Looks at: telemetry.minimal.

    Why it matters: how a device is used tells much about whoever uses it.

    Decides: met when kept to the minimum; unmet when not; indeterminate when nothing is said; does not arise
    when no telemetry is collected.

    References: Regulation (EU) 2016/679 article 5(1)(c); ENISA GP-TM-12.
    """
    if facts.declared("telemetry.collected") is False:
        return does_not_arise("no data about use is collected", facts.claims("telemetry.collected"))
    return facts.judge("telemetry.minimal", YES, say="whether telemetry is minimal")


leaf(
    "data-controller-named",
    "data.gdpr.controller",
    is_text,
    question="Is it named who the controller of the personal data is?",
    why="Duties that nobody has are not done.",
    references="Regulation (EU) 2016/679 article 4(7); ENISA GP-TM-13.",
)
leaf(
    "impact-assessment-made",
    "data.gdpr.impact-assessment",
    YES,
    question="Was a data protection impact assessment made?",
    why="Risks to people are seen only by those who look for them.",
    references="Regulation (EU) 2016/679 article 35; ENISA GP-TM-13.",
)
leaf(
    "gdpr-compliance-reviewed",
    "data.gdpr.compliance-review",
    YES,
    question="Is compliance with the GDPR reviewed?",
    why="Compliance is a legal conclusion: this records that somebody came to it, and draws none.",
    references="Regulation (EU) 2016/679 article 24; ENISA GP-TM-13.",
)

# --- rights -----------------------------------------------------------------------------------------------

leaf(
    "data-rights-supported",
    "data.rights-supported",
    YES,
    question="Can users exercise their rights of access, correction, portability and objection?",
    why="A right that the product has no way to honour is none.",
    references="Regulation (EU) 2016/679 articles 15 to 22; ENISA GP-TM-14.",
)
leaf(
    "data-erasable-from-device",
    "data.erasure-device",
    YES,
    question="Can a user erase data from the device simply?",
    why="Devices are sold, lent and thrown away.",
    references="Regulation (EU) 2016/679 article 17; ENISA GP-TM-14.",
)
leaf(
    "data-erasable-from-services",
    "data.erasure-services",
    YES,
    question="Can a user erase data from the services?",
    why="Most of what a device knows is not in it.",
    references="Regulation (EU) 2016/679 article 17; ENISA GP-TM-14.",
)
leaf(
    "data-portable",
    "data.export",
    YES,
    question="Can a user take data along?",
    why="Data that cannot leave ties people to one maker.",
    references="Regulation (EU) 2016/679 article 20; ENISA GP-TM-14.",
)
