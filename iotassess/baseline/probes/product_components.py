"""Every part of the product, not the device alone (NIST IR 8425).

The unit of that document is the product: one or more devices with the hubs, apps and services that it takes
to use them. Each probe asks about every component that the profile lists, and the weakest counts. A profile
that lists none says nothing about them, however much it says about its device.
"""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each, is_text, silent
from iotassess.baseline.probes.features.data import CATEGORY, STORED, service_stored_personal_data_absent
from iotassess.baseline.registry import probe
from iotassess.model.claim import Subject, SubjectKind

YES = (True,)
NO = (False,)

KIND: SubjectKind = "product-component"
LISTED = f"{KIND}.any"

EMPTY = silent("the list of the product's components is empty, and a product has one component at least")
"""No product is without components, so that an empty list answers nothing."""


def _every(id: str, leaf: str, *, question: str, why: str, say: str, section: str) -> None:
    """Register a probe that asks for one leaf of every component.

    Args:
        id: permanent id of the probe.
        leaf: last word of the property.
        question: what it asks.
        why: why it matters, one sentence.
        say: what is asked, for the because.
        section: outcome of NIST IR 8425 that it serves.
    """
    property = f"{KIND}.{leaf}"

    def run(facts: Facts) -> Answer:
        return each(
            facts,
            KIND,
            (property,),
            lambda component: facts.judge(property, YES, subject=component, say=say),
            empty=EMPTY,
        )

    run.__doc__ = (
        f"Looks at: {property} of every component of the product.\n\n"
        f"Why it matters: {why}\n\n"
        "Decides: met when it holds for every listed component; unmet when not for one; weaker when one of "
        "several is silent; indeterminate when no component is listed, or none says anything.\n\n"
        f"References: NIST IR 8425, {section}."
    )
    probe(id, question=question, reads=(LISTED, property), kind="document")(run)


def _where_needed(id: str, leaf: str, *, question: str, why: str, say: str, section: str) -> None:
    """Register a probe about what has to hold of some components, and not necessarily of all.

    Args: as for :func:`_every`.
    """
    property = f"{KIND}.{leaf}"

    def run(facts: Facts) -> Answer:
        found = facts.subjects(KIND, LISTED, property)

        def ask(component: Subject) -> Answer:
            return facts.judge(property, YES, subject=component, say=say)

        somewhere = any(ask(component).outcome == "met" for component in found)
        return each(
            facts,
            KIND,
            (property,),
            lambda component: facts.judge(
                property, YES, weaker=NO if somewhere else (), subject=component, say=say
            ),
            empty=EMPTY,
        )

    run.__doc__ = (
        f"Looks at: {property} of every component of the product.\n\n"
        f"Why it matters: {why}\n\n"
        "Decides: met when every listed component does it; weaker when some do and others do not, since the "
        "document leaves it to the product which of them need to, and that is for a reader to judge; weaker, "
        "too, when one of several is silent; unmet when none does; indeterminate when no component is "
        "listed, or none says anything.\n\n"
        f"References: NIST IR 8425, {section}."
    )
    probe(id, question=question, reads=(LISTED, property), kind="document")(run)


# --- what the product consists of -------------------------------------------------------------------------


@probe(
    "product-components-named",
    question="Is it declared what the product consists of?",
    reads=(LISTED, f"{KIND}.name", f"{KIND}.kind"),
    kind="document",
)
def product_components_named(facts: Facts) -> Answer:
    """The product is known in all its parts.

    Looks at: the list of components, product-component.name and product-component.kind of each.

    Why it matters: the app and the service open the device as well as its own interfaces do, and what nobody
    has listed nobody has looked at.

    Decides: met when each listed component has a kind, and a device is among them; weaker when one has no
    kind, or when there is no device; indeterminate when no component is listed.

    References: NIST IR 8425, section 2 and asset identification.
    """
    found = facts.subjects(KIND, LISTED, f"{KIND}.name", f"{KIND}.kind")
    if not found:
        return EMPTY._replace(claims=tuple(facts.claims(LISTED))) if facts.claims(LISTED) else _NONE
    listed = all_of([facts.judge(f"{KIND}.name", is_text, subject=c, say="the name") for c in found])
    kinds = {component: facts.declared(f"{KIND}.kind", component) for component in found}
    nameless = [component for component, kind in kinds.items() if kind is None]
    if nameless:
        return Answer("weaker", f"what {nameless[0]} is, is not declared", listed.claims)
    if "device" not in kinds.values():
        return Answer("weaker", "no device is among the product's components", listed.claims)
    kinds_told = tuple(c for component in found for c in facts.claims(f"{KIND}.kind", component))
    names = ", ".join(component.name for component in found)
    return listed._replace(because=f"the product consists of {names}", claims=(*listed.claims, *kinds_told))


_NONE = silent("no product component is declared")

_every(
    "product-components-identified",
    "identified",
    question="Can every component of the product be told apart from every other one?",
    why="A component that cannot be told apart can be replaced by somebody else's.",
    say="whether it can be told apart",
    section="asset identification, outcome 2",
)
_every(
    "product-components-inventoried",
    "inventoried",
    question="Is every component of the product in an inventory that is kept up to date?",
    why="A component that nobody knows to be connected is updated and watched by nobody.",
    say="whether it is in the inventory",
    section="asset identification, outcome 2",
)

# --- configuration ----------------------------------------------------------------------------------------

_every(
    "component-settings-by-authorised-only",
    "settings-authorised",
    question="Can only authorised entities change the settings of every component?",
    why="The settings of a device can be changed through its app as well as at the device.",
    say="whether only authorised entities change its settings",
    section="product configuration, outcome 1",
)
_every(
    "product-components-restorable",
    "restorable",
    question="Can only authorised entities restore the secure default of every component?",
    why="A device that was reset is still open when the service remembers its former owner.",
    say="whether only authorised entities restore its secure default",
    section="product configuration, outcome 2",
)
_where_needed(
    "product-settings-applied",
    "settings-applied",
    question="Are settings of the product applied to the components that they concern?",
    why="A choice that the app shows and the hub does not follow is no choice.",
    say="whether settings of the product are applied to it",
    section="product configuration, outcome 3",
)

# --- data -------------------------------------------------------------------------------------------------

_every(
    "component-stored-data-protected",
    "stored-data-protected",
    question="Is the data that every component stores protected?",
    why="The same data lies in the device, in the phone and in the cloud.",
    say="the protection of stored data",
    section="data protection, outcome 1",
)
_every(
    "component-data-deletable",
    "data-deletable",
    question="Can the customer delete data about people and their home from every component?",
    why="Data that is gone from the device, and kept by the service, is not gone.",
    say="whether the customer can delete data",
    section="data protection, outcome 2",
)
ERASURE, TELEMETRY = "data.erasure-services", "telemetry.collected"


@probe(
    "service-kept-data-deletable",
    question="Can data about people and their home be deleted from the services, where they keep any?",
    reads=(ERASURE, TELEMETRY, *CATEGORY, STORED),
    kind="document",
)
def service_kept_data_deletable(facts: Facts) -> Answer:
    """What left the home can be called back.

    Looks at: data.erasure-services; and, where that is not yes, telemetry.collected and
    personal-data.stored-by-services of every category.

    Why it matters: most of what a product knows of a home is not in its device.

    Decides: met by yes; does not arise when it is declared that no telemetry is collected, and that no
    service can store any category of personal data; otherwise unmet by no, and indeterminate when nothing is
    said.

    References: NIST IR 8425, data protection, outcome 2.
    """
    erasable = facts.judge(ERASURE, YES, say="deletion of data from the services")
    if erasable.outcome == "met":
        return erasable
    telemetry = facts.judge(TELEMETRY, NO, say="whether telemetry is collected")
    stored = service_stored_personal_data_absent(facts)
    if telemetry.outcome == stored.outcome == "met" and not stored.disputed:
        because = "no telemetry is collected, and no service stores personal data, as declared"
        return does_not_arise(because, (*telemetry.claims, *stored.claims))
    return erasable


_every(
    "component-sent-data-protected",
    "sent-data-protected",
    question="Is the data that every component sends protected, between components and outward?",
    why="An eavesdropper takes the one hop that is in clear.",
    say="the protection of sent data",
    section="data protection, outcome 3",
)

# --- access -----------------------------------------------------------------------------------------------

_every(
    "component-interfaces-necessary",
    "interfaces-necessary",
    question="Has every component only the interfaces that it needs?",
    why="Each interface of each component is a way into the product.",
    say="whether it has only the interfaces that it needs",
    section="interface access control, outcome 1",
)
_every(
    "component-access-limited",
    "access-limited",
    question="Is each interface of every component limited to authorised entities?",
    why="The product is as closed as the most open of its interfaces.",
    say="whether its interfaces are limited to authorised entities",
    section="interface access control, outcome 1",
)
_every(
    "component-privileges-least",
    "least-privilege",
    question="Has everybody with access to a component only the privileges needed?",
    why="An account of the service that may do everything opens every device that is sold.",
    say="whether privileges are limited to those needed",
    section="interface access control, outcome 1",
)
_where_needed(
    "component-input-checked",
    "input-checked",
    question="Is data that components exchange checked for format and content?",
    why="A component that believes whatever another one sends falls with it.",
    say="whether what it takes in is checked",
    section="interface access control, outcome 2",
)
_where_needed(
    "component-transmission-blocked",
    "transmission-blocked",
    question="Do components refuse to send, and to be reached by, what is not authorised?",
    why="A component that was taken over is used to reach the next one.",
    say="whether it refuses to send what is not authorised",
    section="interface access control, outcome 2",
)
_where_needed(
    "component-onboarding-controlled",
    "onboarding-controlled",
    question="Is access to components controlled while they are set up and when they reconnect?",
    why="While it is set up, and after an outage, a device takes as a friend whoever comes first.",
    say="whether access is controlled at set-up and reconnection",
    section="interface access control, outcome 2",
)

# --- update and awareness ---------------------------------------------------------------------------------

_every(
    "component-updates-verified",
    "updates-verified",
    question="Does every component receive, verify and apply verified updates?",
    why="Flaws are found in apps, hubs and services as often as in devices.",
    say="whether it receives, verifies and applies verified updates",
    section="software update, outcome 1",
)
_every(
    "product-components-kept-current",
    "kept-current",
    question="Is the software of every component kept current, automatically or by telling the customer?",
    why="An update that nobody hears of is installed by few.",
    say="whether its software is kept current",
    section="software update, outcome 2",
)
_every(
    "component-state-recorded",
    "state-recorded",
    question="Does every component record securely what helps to detect an incident?",
    why="An attack that crosses components leaves a piece of its trace in each.",
    say="whether it records what helps to detect an incident",
    section="cybersecurity state awareness",
)
