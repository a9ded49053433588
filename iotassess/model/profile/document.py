"""The whole profile."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from iotassess.model.profile.base import Hex, Informative, Instances, Is, Name, Path, Purpose, Section, ask
from iotassess.model.profile.network import (
    Auth,
    AuthenticationMechanism,
    Authorisation,
    Configuration,
    Defaults,
    Interface,
    Network,
    Protocol,
)
from iotassess.model.profile.operations import (
    Backend,
    Data,
    DataFlow,
    Guidance,
    Logging,
    Monitoring,
    PersonalData,
    Process,
    Resilience,
    Safety,
    SecurityState,
    Support,
    Telemetry,
)
from iotassess.model.profile.platform import Boot, Debug, Hardware, Software
from iotassess.model.profile.product import Component, Device, Identity, Product
from iotassess.model.profile.statements import Justification, ProductComponent, Technology
from iotassess.model.profile.update import (
    Attestation,
    Crypto,
    Key,
    Recovery,
    TrustAnchor,
    Update,
    UpdateMechanism,
)

Lifecycle = Literal[
    "unknown",
    "assembly-and-test",
    "psa-rot-provisioning",
    "secured",
    "non-psa-rot-debug",
    "recoverable-psa-rot-debug",
    "decommissioned",
]


class Evidence(Section):
    """One file of evidence: an artefact, an image, or a trust anchor. Exactly one of the three."""

    artefact: Path | None = ask("A manifest, token or other artefact.")
    image: Path | None = ask("A firmware image.")
    trust_anchor: Path | None = ask("A key or certificate; the profile's own anchors give grade 3 at most.")
    component: Name | None = ask("The component that an image is of.")
    nonce: Hex | None = ask(
        "The challenge that a token answers. Recorded only: a judged party cannot name it."
    )
    purpose: Purpose | None = ask("What a trust anchor is for.")

    @model_validator(mode="after")
    def _one_file(self) -> Self:
        """Refuse an entry that names no file, or two."""
        if sum(x is not None for x in (self.artefact, self.image, self.trust_anchor)) != 1:
            raise ValueError("expected exactly one of artefact, image and trust_anchor")
        return self


class Profile(Section):
    """What a maker declares about one product in one firmware release."""

    schema_id: Annotated[Literal["iotassess/profile/v1"] | None, Informative("format of this file")] = Field(
        default=None, alias="schema", description="Format of this file."
    )
    example: Annotated[bool, Informative("an example may use the published test keys and says so")] = Field(
        default=False, description="This is an example that ships with iotassess."
    )
    product: Product = Field(description="Which product.")
    product_components: Annotated[list[ProductComponent] | None, Instances("product-component")] = ask(
        "Parts of the product: the device itself, and hubs, apps and services that belong to it."
    )
    identity: Identity | None = ask("Identifiers that artefacts use for it.")
    components: Annotated[list[Component] | None, Instances("component")] = ask("Parts of the release.")
    devices: Annotated[list[Device] | None, Instances("device", "instance_id")] = ask("Sampled devices.")
    hardware: Hardware | None = ask("Security features of the hardware.")
    debug: Debug | None = ask("Debug and test facilities.")
    lifecycle: Annotated[Lifecycle | None, Is("lifecycle")] = ask(
        "Security lifecycle of devices as sold (RFC 9783 section 4.3.1)."
    )
    boot: Boot | None = ask("Boot chain.")
    software: Software | None = ask("What the software does to protect itself.")
    update: Update | None = ask("How software is updated.")
    update_mechanisms: Annotated[list[UpdateMechanism] | None, Instances("update-mechanism")] = ask(
        "Each way in which software is updated."
    )
    recovery: Recovery | None = ask("Return to a good state.")
    trust_anchors: Annotated[list[TrustAnchor] | None, Instances("trust-anchor")] = ask(
        "Keys and certificates that the device trusts."
    )
    keys: Annotated[list[Key] | None, Instances("key")] = ask("Keys.")
    crypto: Crypto | None = ask("Cryptography.")
    attestation: Attestation | None = ask("Remote attestation.")
    protocols: Annotated[list[Protocol] | None, Instances("endpoint")] = ask("Connections.")
    network: Network | None = ask("Behaviour on the network.")
    interfaces: Annotated[list[Interface] | None, Instances("interface")] = ask("Interfaces.")
    configuration: Configuration | None = ask("Settings.")
    defaults: Defaults | None = ask("State as sold.")
    auth: Auth | None = ask("Authentication of users.")
    authentication_mechanisms: Annotated[
        list[AuthenticationMechanism] | None, Instances("authentication-mechanism")
    ] = ask("Each way in which users and machines authenticate to the device.")
    authorisation: Authorisation | None = ask("Who may do what.")
    personal_data: Annotated[list[PersonalData] | None, Instances("personal-data")] = ask(
        "Personal data; an empty list says that there is none."
    )
    data: Data | None = ask("Data in general, and users' rights.")
    data_flows: Annotated[list[DataFlow] | None, Instances("data-flow")] = ask("Flows of data.")
    telemetry: Telemetry | None = ask("Data about use.")
    security_state: SecurityState | None = ask("What the device tells of its own security.")
    logging: Logging | None = ask("Security event log.")
    monitoring: Monitoring | None = ask("Regular checks in operation.")
    resilience: Resilience | None = ask("Behaviour when something else fails.")
    safety: Safety | None = ask("Harm to people and things.")
    backend: Backend | None = ask("Services that the product depends on.")
    guidance: Guidance | None = ask("What users are asked and told.")
    support: Support | None = ask("What the maker promises.")
    process: Process | None = ask("What people do.")
    technologies: Annotated[list[Technology] | None, Instances("technology", "id")] = ask(
        "Technologies in use."
    )
    justifications: Annotated[list[Justification] | None, Instances("justification", "requirement")] = ask(
        "Why requirements are not met or not applicable."
    )
    evidence: Annotated[list[Evidence] | None, Informative("the files to read")] = ask("Files of evidence.")
