"""Probes about who may do what."""

from __future__ import annotations

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each
from iotassess.baseline.registry import leaf, probe

YES = (True,)

leaf(
    "authorisation-fine-grained",
    "authorisation.model",
    ("roles", "capabilities", "access-lists"),
    weaker=("single-role",),
    question="Can rights be given one by one?",
    why="Where everybody may do everything, one stolen account is enough.",
    references="ENISA GP-TM-27.",
)
leaf(
    "least-privilege",
    "authorisation.least-privilege",
    YES,
    question="Has every actor and process only the rights that it needs?",
    why="Rights that nobody needs are used by attackers alone.",
    references="ENISA GP-TM-27.",
)
leaf(
    "access-policy-enforced",
    "authorisation.policy-enforced",
    YES,
    question="Is the policy enforced at each access to data and functions?",
    why="A check at the door protects nothing from those who are in.",
    references="ENISA GP-TM-29.",
)
leaf(
    "authorisation-context-aware",
    "authorisation.contexts",
    YES,
    question="Do rules depend on context, such as place, time and the importance of the data?",
    why="The same right can be harmless at noon in the office and a break-in at night from abroad.",
    references="ENISA GP-TM-30.",
)
leaf(
    "data-classified",
    "authorisation.data-classified",
    YES,
    question="Is data classified by its importance?",
    why="Protection that fits needs to know what is worth protecting.",
    references="ENISA GP-TM-30.",
)


@probe(
    "services-least-privileged",
    question="Does every service run with the least privilege that it needs?",
    reads=("service.any", "service.privileges", "service.network", "service.needed"),
    kind="document",
)
def services_least_privileged(facts: Facts) -> Answer:
    """A flaw in a service gives little.

    Looks at: service.privileges of every process and service.

    Why it matters: an attacker gets the rights of the service that he takes over.

    Decides: met when each runs with the least; weaker when one is elevated; unmet when one is root;
    indeterminate for a service of which nothing is said; does not arise when there are none.

    References: ENISA GP-TM-27.
    """
    return each(
        facts,
        "service",
        ("service.privileges", "service.network", "service.needed"),
        lambda service: facts.judge(
            "service.privileges", ("least",), weaker=("elevated",), subject=service, say="the privileges"
        ),
        empty=does_not_arise("the product is declared to have no services"),
    )
