"""Features that are said to be absent, against answers that say how they work.

What a baseline asks may hang on a feature. So an absence that other statements rule out is told before
anything is judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.codec.yaml import Path
from iotassess.model.profile import Profile
from iotassess.model.profile.network import Configuration
from iotassess.model.profile.operations import Data, PersonalData, SecurityState
from iotassess.model.profile.platform import Debug, Software
from iotassess.model.profile.update import Recovery
from iotassess.profile.consistency.rule import Finding, Rule, asserted, contradiction

_WAYS_TO_UNLOCK = frozenset(("per-device-credential", "shared-credential", "unprotected"))
"""Ways to open a debug facility, so that there is one."""


def find_debug_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A device without debug interfaces has no debug port, and nothing that is open or can be opened."""
    debug = profile.debug or Debug()
    if debug.present is not False:
        return
    because = "debug.present is false"
    if debug.physical:
        yield contradiction(("debug", "physical"), "physical is true", because)
    if debug.state == "enabled":
        yield contradiction(("debug", "state"), "state is enabled", because)
    if debug.unlock in _WAYS_TO_UNLOCK:
        yield contradiction(("debug", "unlock"), f"unlock is {debug.unlock}", because)
    for index, row in enumerate(profile.interfaces or []):
        if row.type == "debug":
            here: Path = ("interfaces", index, "type")
            yield contradiction(here, f"{row.name} is a debug interface", because)


def find_security_state_of_nothing(profile: Profile) -> Iterator[Finding]:
    """A state that is not reported is not sent anywhere."""
    state = profile.security_state or SecurityState()
    if state.reported is False and state.sent_elsewhere:
        yield contradiction(
            ("security_state", "sent_elsewhere"), "sent_elsewhere is true", "security_state.reported is false"
        )


def find_unreported_security_state(profile: Profile) -> Iterator[Finding]:
    """A state that is kept with care and never told is unusual: is it reported after all?"""
    state = profile.security_state or SecurityState()
    if state.reported is False:
        keys = ("degraded_distinguished", "read_authorised_only", "protected")
        for path, said in asserted(state, ("security_state",), keys):
            yield contradiction(path, said, "security_state.reported is false")


def find_configuration_contradictions(profile: Profile) -> Iterator[Finding]:
    """What cannot be set is not set through a connection, and what cannot be restored is not restored."""
    settings = profile.configuration or Configuration()
    if settings.restorable is False and settings.restore_authorised_only:
        yield contradiction(
            ("configuration", "restore_authorised_only"),
            "restore_authorised_only is true",
            "configuration.restorable is false",
        )
    for index, row in enumerate(profile.protocols or []):
        if settings.changeable is False and row.carries_configuration:
            path: Path = ("protocols", index, "carries_configuration")
            yield contradiction(
                path, f"settings are changed through {row.name}", "configuration.changeable is false"
            )


def find_restoring_without_a_way(profile: Profile) -> Iterator[Finding]:
    """A reset to the factory state restores a configuration that the maker defined; it is the usual way."""
    restorable = (profile.configuration or Configuration()).restorable
    recovery = profile.recovery or Recovery()
    path: Path = ("configuration", "restorable")
    if restorable is False and recovery.factory_reset:
        yield contradiction(
            path,
            "no secure configuration can be restored",
            "recovery.factory_reset is true",
            "nothing is wrong if the factory state is not a secure one",
        )
    if restorable and recovery.factory_reset is False and recovery.known_good_state is False:
        yield contradiction(
            path,
            "a secure configuration can be restored",
            "recovery.factory_reset and recovery.known_good_state are false",
        )


def find_sensors_of_nothing(profile: Profile) -> Iterator[Finding]:
    """Sensors that there are not need no documentation."""
    data = profile.data or Data()
    if data.external_sensors is False and data.sensors_documented:
        yield contradiction(
            ("data", "sensors_documented"),
            "sensors_documented is true",
            "data.external_sensors is false",
            "remove it, unless it means that the absence of sensors is documented",
        )


def _personal(profile: Profile) -> Iterator[tuple[Path, PersonalData]]:
    for index, row in enumerate(profile.personal_data or []):
        yield ("personal_data", index), row


def find_consent_that_is_not_asked(profile: Profile) -> Iterator[Finding]:
    """Consent that is not asked for is neither withdrawn nor recorded."""
    for here, row in _personal(profile):
        if row.consent is False:
            for path, said in asserted(row, here, ("consent_recorded", "consent_withdrawable")):
                yield contradiction(path, said, "consent is false")


def find_services_without_data(profile: Profile) -> Iterator[Finding]:
    """What does not leave the device is not protected on its way, and no service stores it."""
    for here, row in _personal(profile):
        if row.sent_to_services is False:
            for path, said in asserted(row, here, ("protected_in_transit", "stored_by_services")):
                yield contradiction(
                    path,
                    said,
                    "sent_to_services is false",
                    "nothing is wrong if a service gets it by another way than from the device",
                )


def find_data_that_no_connection_carries(profile: Profile) -> Iterator[Finding]:
    """Personal data that is sent travels in some connection."""
    rows = profile.protocols
    if not rows or any(row.carries_personal_data is not False for row in rows):
        return
    for here, row in _personal(profile):
        if row.sent_to_services:
            yield contradiction(
                (*here, "sent_to_services"),
                f"{row.name} is sent to services",
                "no connection under protocols has carries_personal_data: true",
            )


def find_early_aggregates_of_one(profile: Profile) -> Iterator[Finding]:
    """Early aggregation is asked of data that only serves a result about many people."""
    for here, row in _personal(profile):
        if row.aggregate_only is False:
            for path, said in asserted(row, here, ("aggregated_early",)):
                yield contradiction(path, said, "aggregate_only is false")


_VALIDATED = ("user_interfaces", "network_interfaces")


def find_input_that_is_not_validated(profile: Profile) -> Iterator[Finding]:
    """Input from every interface is validated only if it is from each kind, and from each one."""
    validation = (profile.software or Software()).input_validation
    if validation is None or not validation.all_interfaces:
        return
    because = "software.input_validation.all_interfaces is true"
    for key in _VALIDATED:
        if getattr(validation, key) is False:
            yield contradiction(("software", "input_validation", key), f"{key} is false", because)
    for index, row in enumerate(profile.interfaces or []):
        if row.input_validated is False:
            path: Path = ("interfaces", index, "input_validated")
            yield contradiction(path, f"input_validated of {row.name} is false", because)


RULES = (
    Rule("debug-absent", "error", find_debug_of_nothing),
    Rule("security-state-unreported", "error", find_security_state_of_nothing),
    Rule("security-state-unread", "warning", find_unreported_security_state),
    Rule("configuration-fixed", "error", find_configuration_contradictions),
    Rule("configuration-restoring", "warning", find_restoring_without_a_way),
    Rule("sensors-absent", "warning", find_sensors_of_nothing),
    Rule("consent-not-asked", "error", find_consent_that_is_not_asked),
    Rule("personal-data-not-sent", "warning", find_services_without_data),
    Rule("personal-data-without-connection", "warning", find_data_that_no_connection_carries),
    Rule("aggregate-of-one", "warning", find_early_aggregates_of_one),
    Rule("input-not-validated", "error", find_input_that_is_not_validated),
)
