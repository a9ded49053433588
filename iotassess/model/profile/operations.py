"""Data, telemetry, logging, monitoring, resilience, safety, backend, support and processes."""

from typing import Annotated, Literal

from pydantic import Field

from iotassess.model.profile.base import Answer, Date, Informative, Name, Practice, Section, Text, ask


class PersonalData(Section):
    """One category of personal data."""

    name: Name = Field(description="Name within this profile.")
    category: Annotated[Text | None, Informative("for readers")] = ask("What data.")
    sensitive: Answer = ask("Is its disclosure likely to harm the person?")
    purpose: Text | None = ask("What it is used for.")
    legal_basis: Literal["consent", "contract", "legal-obligation", "legitimate-interest", "none"] | None = (
        ask("Legal basis of the processing.")
    )
    consent: Answer = ask("Is consent asked for, where it is the basis?")
    consent_withdrawable: Answer = ask("Can consent be withdrawn?")
    consent_recorded: Answer = ask("Can the device keep a record of consent given and withdrawn?")
    purpose_bound: Answer = ask("Is further processing compatible with the purpose?")
    user_informed: Answer = ask("Are users told what is processed, how, by whom and why?")
    necessary: Answer = ask("Is it necessary for the purpose?")
    retention_days: int | None = ask("Days that it is kept.", ge=0)
    deleted_when_unneeded: Answer = ask("Is it deleted when the purpose no longer needs it?")
    sent_to_services: Answer = ask("Is it sent from the device to services of the product?")
    protected_in_transit: Answer = ask("Is its confidentiality protected on the way there, by best practice?")
    stored_by_services: Answer = ask("Can a service of the product store it?")
    aggregate_only: Answer = ask("Is it processed only for a result about many people?")
    aggregated_early: Answer = ask("Is it then aggregated as early, and kept as short, as can be?")
    anonymised: Answer = ask("Are technologies of anonymisation used where the purpose allows?")


class Gdpr(Section):
    """European data protection law."""

    applicable: Answer = ask("Does the GDPR apply?")
    controller: Text | None = ask("Who the controller is.")
    impact_assessment: Practice | None = ask("Data protection impact assessment.")
    compliance_review: Practice | None = ask("Review of compliance.")


class DataAtRest(Section):
    """Stored data."""

    encrypted: Answer = ask("Is it encrypted?")
    integrity_protected: Answer = ask("Is its integrity protected?")
    access_controlled: Answer = ask("Is access to it controlled?")
    key_storage: Literal["secure-element", "tpm", "tee", "otp", "flash", "none"] | None = ask(
        "Where the key is."
    )


class Data(Section):
    """Data in general, and users' rights."""

    gdpr: Gdpr | None = ask("GDPR.")
    rights_supported: Answer = ask(
        "Can users exercise their rights: access, correction, portability, objection?"
    )
    erasure_device: Answer = ask("Can a user erase data from the device simply?")
    erasure_services: Answer = ask("Can a user erase data from the services?")
    erasure_authorised_only: Answer = ask("Can only authorised users and services erase data?")
    erasure_instructions: Answer = ask("Are users told clearly how to delete their data?")
    erasure_confirmed: Answer = ask("Is it confirmed clearly that data was deleted?")
    export: Answer = ask("Can a user take data along?")
    at_rest: DataAtRest | None = ask("Stored data.")
    external_sensors: Answer = ask("Can the device sense anything around it?")
    sensors_documented: Answer = ask("Are all sensors documented for users?")


class DataFlow(Section):
    """One flow of data from where it arises to where it is used."""

    name: Name = Field(description="Name within this profile.")
    object_security: Literal["cose", "jose", "other", "none"] | None = ask(
        "Protection of the data object itself."
    )
    signed_at_source: Answer = ask("Is it signed where it is captured?")
    stored_signed: Answer = ask("Does the signature stay with it when it is stored?")


class Telemetry(Section):
    """Data about the device's use."""

    collected: Answer = ask("Is it collected?")
    documented: Answer = ask("Are users told what, how, by whom and why?")
    minimal: Answer = ask("Is personal data in it kept to the minimum?")
    examined: Answer = ask("Is it examined for security anomalies?")


class SecurityState(Section):
    """What the device knows and tells of its own security (NIST IR 8259A, cybersecurity state awareness)."""

    reported: Answer = ask("Does the device report its security state?")
    degraded_distinguished: Answer = ask("Does it tell apart whether it works as expected or degraded?")
    read_authorised_only: Answer = ask("Can only authorised entities read the state?")
    protected: Answer = ask("Is the state protected against change, except by what maintains it?")
    sent_elsewhere: Answer = ask("Can the state be sent to a service or another device?")


class Guidance(Section):
    """What users are asked to decide, and told."""

    minimal_decisions: Answer = ask("Does set-up and upkeep ask the user for few decisions?")
    usable: Answer = ask("Does it follow good practice in usable security?")
    secure_setup: Answer = ask("Are users told how to set the product up securely?")
    setup_check: Answer = ask("Are users told how to check that it is set up securely?")


class Logging(Section):
    """Security event log."""

    present: Answer = ask("Is there one?")
    events: (
        list[
            Literal[
                "authentication", "account-management", "access-rights", "security-rules", "system", "update"
            ]
        ]
        | None
    ) = ask("Kinds of event.")
    storage: Literal["durable", "remote", "volatile", "none"] | None = ask("Where it is kept.")
    protected: Answer = ask("Is it protected against change?")
    retrieval_authenticated: Answer = ask("Is it read only over authenticated connections?")
    transport: list[Literal["suit-report", "rats", "syslog-tls", "vendor", "none"]] | None = ask(
        "How it leaves the device."
    )


class Monitoring(Section):
    """Regular checks in operation."""

    behaviour: Answer = ask("Is the devices' behaviour monitored regularly?")
    malware: Answer = ask("Is malware looked for?")
    integrity: Answer = ask("Is integrity checked regularly?")
    attestation_interval_hours: int | None = ask("Hours between attestations.", ge=1)


class Resilience(Section):
    """Behaviour when something else fails."""

    essential_offline: Answer = ask("Do essential functions work without a network?")
    cloud_dependency: Literal["none", "partial", "full"] | None = ask("How much depends on a cloud.")
    network_outage: Answer = ask("Does it withstand an outage of the network?")
    power_outage: Answer = ask("Does it withstand an outage of power?")
    power_recovery: Answer = ask("Does it recover cleanly from a power cut?")
    orderly_reconnect: Answer = ask("Does it reconnect in an orderly way?")
    impacts_recorded: Answer = ask("Are the effects of compromised devices or services recorded?")


class Safety(Section):
    """Harm to people and things."""

    relevant: Answer = ask("Could a failure hurt people or damage things?")
    fail_safe: Answer = ask("Does it go to a safe state when disrupted?")
    hazard_analysis: Practice | None = ask("Hazard analysis.")


class Backend(Section):
    """Services that the product depends on."""

    ddos_protected: Answer = ask("Are they protected against denial of service?")
    load_balanced: Answer = ask("Is load spread?")


class Support(Section):
    """What the maker promises."""

    until: Date | None = ask("End of security support.")
    published: Answer = ask("Is that date published?")
    vulnerability_disclosure: Practice | None = ask("Vulnerability disclosure policy.")
    disclosure_published: Answer = ask("Is that policy published?")
    disclosure_timelines: Answer = ask(
        "Does it say when a report is acknowledged, and when its sender hears of the progress?"
    )
    contact: Text | None = ask("Where a vulnerability is reported.")
    end_of_life_plan: Practice | None = ask("What happens at the end of support.")
    non_updatable_published: Answer = ask(
        "Is it published why software cannot be updated, when and how hardware is replaced, and until when?"
    )
    isolable: Answer = ask("Can a device that cannot be updated be isolated?")
    hardware_replaceable: Answer = ask("Can the hardware of such a device be replaced?")


class ThreatModel(Practice):
    """Threat model of the whole system."""

    covers_authentication: Answer = ask("Do authentication and authorisation follow from it?")


class Process(Section):
    """What people do, with the documents that show it."""

    threat_model: ThreatModel | None = ask("Threat model.")
    penetration_test: Practice | None = ask("Penetration test.")
    security_audit: Practice | None = ask("Audit of the security controls.")
    code_review: Practice | None = ask("Code review.")
    test_plan: Practice | None = ask("Security test plan.")
    security_by_design: Practice | None = ask("Security through the whole life cycle.")
    privacy_by_design: Practice | None = ask("Privacy by design.")
    asset_management: Practice | None = ask("Asset and configuration management.")
    risk_assessment: Practice | None = ask("Risk assessment with defence in depth.")
    intended_use: Practice | None = ask("Intended use and environment.")
    incident_response: Practice | None = ask("Handling of incidents and vulnerabilities.")
    information_sharing: Practice | None = ask("Taking part in information sharing.")
    training: Practice | None = ask("Training of staff.")
    roles: Practice | None = ask("Roles and responsibilities.")
    supplier_management: Practice | None = ask("Supply chain risk management.")
    processing_agreements: Practice | None = ask("Agreements with processors of data.")
    secure_development: Practice | None = ask("Secure development process.")
    vulnerability_handling: Practice | None = ask("Acting on disclosed vulnerabilities in time.")
    vulnerability_monitoring: Practice | None = ask(
        "Looking for, finding and correcting vulnerabilities during the support period."
    )
    key_management: Practice | None = ask("Secure management of critical security parameters.")
    policy_integration: Practice | None = ask("Room for different security policies and techniques.")
    power_design: Practice | None = ask("Power saving that leaves security whole.")
    compartmentation: Practice | None = ask("Architecture in compartments.")
    proven_solutions: Practice | None = ask("Choice of proven protocols, algorithms and components.")
    training_records: Practice | None = ask("Records of training, looked at regularly.")
    data_sharing: Practice | None = ask("Personal data is shared only with consent.")
    product_documentation: Practice | None = ask(
        "Making, gathering and keeping information on the product's security."
    )
    query_reception: Practice | None = ask("Taking in and answering reports and questions.")
    dissemination: Practice | None = ask("Telling customers of vulnerabilities, updates and events.")
    customer_education: Practice | None = ask("Teaching customers secure use, upkeep and disposal.")
