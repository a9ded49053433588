"""Parts of the product beyond the device, technologies in use, and reasons for what is not met."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from iotassess.model.profile.base import Answer, Informative, Name, Practice, Section, Text, ask

TechnologyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""Id of a row of the technology table."""

RequirementId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$", max_length=96),
]
"""Id of a requirement, with the id of its baseline and ``/`` in front where only that one is meant."""


class ProductComponent(Section):
    """One part of the product: the device, a hub, an app, a service (NIST IR 8425 section 2)."""

    name: Name = Field(description="Name within this profile.")
    kind: Literal["device", "hub", "accessory", "app", "service", "other"] | None = ask("What it is.")
    identified: Answer = ask("Can it be told apart from every other one?")
    inventoried: Answer = ask("Is it in an inventory of the product's parts that is kept up to date?")
    settings_authorised: Answer = ask("Can only authorised entities change its settings?")
    restorable: Answer = ask("Can only they restore its secure default?")
    settings_applied: Answer = ask("Are settings of the product applied to it?")
    stored_data_protected: Answer = ask("Is the data that it stores protected?")
    data_deletable: Answer = ask("Can the customer delete data about people and their home from it?")
    sent_data_protected: Answer = ask("Is the data that it sends, to other parts and outward, protected?")
    access_limited: Answer = ask("Is each of its interfaces limited to authorised entities?")
    interfaces_necessary: Answer = ask("Has it only the interfaces that it needs?")
    least_privilege: Answer = ask("Has everybody who has access only the privileges that they need?")
    input_checked: Answer = ask("Is data that it takes in checked for format and content?")
    transmission_blocked: Answer = ask("Does it refuse to send what is not authorised?")
    onboarding_controlled: Answer = ask("Is access controlled while it is set up and when it reconnects?")
    updates_verified: Answer = ask("Does it receive, verify and apply verified updates?")
    kept_current: Answer = ask("Is its software kept current, automatically or by notifying the customer?")
    state_recorded: Answer = ask("Does it record securely what helps to detect an incident?")


class Technology(Section):
    """One technology in use. What it may say is checked against the technology's own rules."""

    id: TechnologyId = Field(description="Id of the technology (iotassess list technologies).")
    version: Text | None = ask("Version or specification of it, quoted.")
    parameters: Annotated[
        dict[str, Any] | None,
        Informative("checked against the technology's own parameters"),
    ] = ask("How it is used: what can be said of it, iotassess explain TECHNOLOGY tells.")


class Justification(Practice):
    """Why one requirement is not met, or not applicable (ETSI EN 303 645 provision 5.0-1)."""

    requirement: RequirementId = Field(description="Id of the requirement.")
    done: Answer = ask("Is the reason recorded outside this profile, in the document that is named?")
    answer: Literal["not-met", "not-applicable"] | None = ask("What the maker says of it.")
    reason: Text | None = ask("Why.")
