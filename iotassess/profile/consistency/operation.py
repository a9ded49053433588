"""Data, telemetry, logging and operation: answers that rule each other out."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.network import Network
from iotassess.model.profile.operations import Data, Logging, Telemetry
from iotassess.model.profile.platform import Hardware
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction


def find_personal_data_of_nobody(profile: Profile) -> Iterator[Finding]:
    """An empty list says that there is no personal data, so none travels and none is in telemetry."""
    if profile.personal_data != []:
        return
    because = "personal_data is empty, which says that there is none"
    for index, row in enumerate(profile.protocols or []):
        if row.carries_personal_data:
            path: Path = ("protocols", index, "carries_personal_data")
            yield contradiction(path, f"connection {row.name} carries personal data", because)
    if profile.telemetry is not None and profile.telemetry.minimal is False:
        path = ("telemetry", "minimal")
        yield contradiction(path, "telemetry has more personal data than it needs", because)


def find_gdpr_without_personal_data(profile: Profile) -> Iterator[Finding]:
    """The GDPR is about personal data (its article 2): without any it does not apply."""
    gdpr = (profile.data or Data()).gdpr
    if profile.personal_data == [] and gdpr is not None and gdpr.applicable:
        yield contradiction(
            ("data", "gdpr", "applicable"),
            "the GDPR applies",
            "personal_data is empty, which says that there is none",
            "declare the personal data that the services around the product process, too",
        )


def find_missing_consent(profile: Profile) -> Iterator[Finding]:
    """Consent that is not asked for is no legal basis (GDPR article 7)."""
    for index, row in enumerate(profile.personal_data or []):
        if row.legal_basis == "consent" and row.consent is False:
            yield contradiction(
                ("personal_data", index, "consent"), "consent is not asked for", "legal_basis is consent"
            )


def find_telemetry_of_nothing(profile: Profile) -> Iterator[Finding]:
    """What is not collected needs no documentation, and nobody examines it."""
    telemetry = profile.telemetry or Telemetry()
    if telemetry.collected is False:
        for path, said in asserted(telemetry, ("telemetry",), ("documented", "minimal", "examined")):
            yield contradiction(path, said, "telemetry.collected is false")


def find_logging_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A log that is not there has no events and no storage."""
    logging = profile.logging or Logging()
    if logging.present is False:
        keys = ("events", "storage", "protected", "retrieval_authenticated")
        for path, said in asserted(logging, ("logging",), keys):
            yield contradiction(path, said, "logging.present is false")
        ways = [way for way in logging.transport or [] if way != "none"]
        if ways:
            yield contradiction(
                ("logging", "transport"), f"it leaves the device by {ways[0]}", "logging.present is false"
            )


def find_encryption_without_key(profile: Profile) -> Iterator[Finding]:
    """Encryption has a key, and the key is somewhere; without encryption there is none to keep."""
    at_rest = (profile.data or Data()).at_rest
    if at_rest is not None and at_rest.encrypted and at_rest.key_storage == "none":
        yield contradiction(
            ("data", "at_rest", "key_storage"), "key_storage is none", "data.at_rest.encrypted is true"
        )


def find_keys_without_encryption(profile: Profile) -> Iterator[Finding]:
    """A key for data that is not encrypted is unusual: is it another key that is meant?"""
    at_rest = (profile.data or Data()).at_rest
    if at_rest is not None and at_rest.encrypted is False:
        for path, said in asserted(at_rest, ("data", "at_rest"), ("key_storage",)):
            yield contradiction(path, said, "data.at_rest.encrypted is false")


def find_signed_data_without_object_security(profile: Profile) -> Iterator[Finding]:
    """A signature on a data object is object security, so that cannot be none."""
    for index, flow in enumerate(profile.data_flows or []):
        if flow.object_security == "none":
            for path, said in asserted(flow, ("data_flows", index), ("signed_at_source", "stored_signed")):
                yield contradiction(path, said, "object_security is none")


def find_offline_contradictions(profile: Profile) -> Iterator[Finding]:
    """What wholly depends on a cloud does not work without a network."""
    resilience = profile.resilience
    if resilience is not None and resilience.essential_offline and resilience.cloud_dependency == "full":
        yield contradiction(
            ("resilience", "essential_offline"), "essential_offline is true", "cloud_dependency is full"
        )


def find_plain_mud_urls(profile: Profile) -> Iterator[Finding]:
    """A MUD URL uses the https scheme (RFC 8520 section 1.7)."""
    url = (profile.network or Network()).mud_url
    if url is not None and not url.lower().startswith("https://"):
        yield Finding(
            ("network", "mud_url"),
            "the MUD URL does not begin with https://",
            "RFC 8520 allows no other scheme; a manager will refuse it",
        )


def find_tamper_response_without_detection(profile: Profile) -> Iterator[Finding]:
    """Nothing responds to what is not detected."""
    tamper = (profile.hardware or Hardware()).tamper
    if tamper is not None and tamper.detection is False:
        here: Path = ("hardware", "tamper")
        for path, said in asserted(tamper, here, ("response", "network_independent")):
            yield contradiction(path, said, "hardware.tamper.detection is false")


RULES = (
    Rule("personal-data-none", "error", find_personal_data_of_nobody),
    Rule("gdpr-without-personal-data", "warning", find_gdpr_without_personal_data),
    Rule("consent-missing", "error", find_missing_consent),
    Rule("telemetry-not-collected", "warning", find_telemetry_of_nothing),
    Rule("logging-absent", "error", find_logging_of_nothing),
    Rule("encryption-without-key", "error", find_encryption_without_key),
    Rule("key-without-encryption", "warning", find_keys_without_encryption),
    Rule("object-security-none", "error", find_signed_data_without_object_security),
    Rule("offline-and-cloud", "error", find_offline_contradictions),
    Rule("mud-url-scheme", "warning", find_plain_mud_urls),
    Rule("tamper-response-without-detection", "error", find_tamper_response_without_detection),
)
