"""Data, telemetry, logging, monitoring, resilience, safety, backend, support and processes."""

from __future__ import annotations

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
    purpose_bound: Answer = ask("Is further processing compatible with the purpose?")
    user_informed: Answer = ask("Are users told what is processed, how, by whom and why?")
    necessary: Answer = ask("Is it necessary for the purpose?")
    retention_days: int | None = ask("Days that it is kept.", ge=0)


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
    export: Answer = ask("Can a user take data along?")
    at_rest: DataAtRest | None = ask("Stored data.")
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
    contact: Text | None = ask("Where a vulnerability is reported.")
    end_of_life_plan: Practice | None = ask("What happens at the end of support.")


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
