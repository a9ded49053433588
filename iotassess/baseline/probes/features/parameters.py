"""Probes that tell whether security parameters of a sort, or their way out or in, are absent."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import silent
from iotassess.baseline.probes.features._absence import (
    NO,
    YES,
    Sign,
    absence,
    both,
    none,
    other_than,
    signs,
    unless,
)
from iotassess.model.claim import Subject

CREDENTIALS = ("certificate", "raw-public-key", "psk-device", "psk-family", "password", "token")
KEY = ("key.purpose", "key.held-by")
"""By what the keys are found."""

OWN = ("boot", "storage", "attestation")
"""Purposes of keys that protect neither updates nor the way to services."""

CONNECTED = (
    Sign("endpoint.credentials", CREDENTIALS),
    Sign("endpoint.mutual-auth", YES),
    Sign("endpoint.peer-validation", ("psk",)),
    Sign("endpoint.security", ("oscore", "ace-oscore")),
)
"""Connections that take a secret in the device: its own, or one that both sides share."""

SECRETS = (
    *CONNECTED,
    Sign("endpoint.carries-credentials", YES),
    Sign("auth.passwords.used", YES),
    Sign("auth.methods", ("password", "pin")),
    Sign("authentication-mechanism.method", ("password", "pin", "pre-shared-key")),
    Sign("auth.credential-storage.scheme", ("salted-kdf", "hashed", "encrypted", "plain")),
    Sign("crypto.parameters-leave-device", YES),
    Sign("data.at-rest.encrypted", YES),
    Sign("identity.hard-coded", YES),
    Sign("attestation.supported", YES),  # it signs with a secret key
    Sign("update.encrypted", YES, by_artefact=True),  # the device has a key to decrypt with
)
STORED = (
    *SECRETS,
    Sign("endpoint.peer-validation", ("pinned", "ca-chain", "raw-public-key", "attestation")),
    Sign("update.authenticated", YES, by_artefact=True),  # the device has a key to verify with
    Sign("update-mechanism.authenticated", YES),
    Sign("boot.secure-boot", YES),
)
SERVICE = (*CONNECTED, Sign("update.encrypted", YES, by_artefact=True))


def _no_secrets(facts: Facts) -> Answer:
    return unless(none(facts, "key", KEY), signs(facts, SECRETS))


@absence(
    "critical-parameters-absent",
    "Has the device, and what belongs to it, no critical security parameter?",
    ("key.any", *KEY, *SECRETS),
    "met when the list of keys is declared empty; unmet by a key, a password, a connection that takes or "
    "carries a secret, stored credentials or a hard-coded identity, by encrypted data, by attestation, which "
    "signs, and by a manifest with encrypted payloads;",
    "V3.1.3 condition 16.",
)
def critical_parameters_absent(facts: Facts) -> Answer:
    """There is no secret."""
    return _no_secrets(facts)


@absence(
    "stored-parameters-absent",
    "Does the device store no sensitive security parameter, secret or public?",
    ("key.any", *KEY, "trust-anchor.any", "trust-anchor.purpose", *STORED),
    "met when the list of trust anchors is empty, and that of keys too, or only the maker holds them; unmet "
    "by a trust anchor, a key that a device holds, a password or other credentials, by a connection whose "
    "peer is verified, and where a boot or an update is verified, which takes a key;",
    "V3.1.3 feature (k).",
)
def stored_parameters_absent(facts: Facts) -> Answer:
    """There is nothing to store securely."""
    keys = none(facts, "key", KEY, other_than(facts, "key.held-by", ("device", "both")))
    anchors = none(facts, "trust-anchor", ("trust-anchor.purpose",))
    return unless(both((keys, anchors)), signs(facts, STORED))


@absence(
    "service-parameters-absent",
    "Has the device no critical security parameter that protects updates or the way to services?",
    ("key.any", *KEY, *SERVICE),
    "met when no key of the declared list is held by a device for such a purpose (all but boot, storage and "
    "attestation); unmet by one that is, by a connection that takes a secret in the device, and by a "
    "manifest with encrypted payloads;",
    "V3.1.3 feature (m).",
)
def service_parameters_absent(facts: Facts) -> Answer:
    """No secret of the device guards updates or services."""

    def ask(key: Subject) -> Answer:
        elsewhere = other_than(facts, "key.held-by", ("device", "both"))(key)
        return any_of((elsewhere, facts.judge("key.purpose", OWN, subject=key, say="the purpose")))[0]

    return unless(none(facts, "key", KEY, ask), signs(facts, SERVICE))


@absence(
    "hard-coded-identity-absent",
    "Has no device an identity of its own hard-coded that is used for security?",
    ("identity.hard-coded", "device.attestation-key"),
    "met when declared so; unmet when it has; disputed by a token of a device with a key of its own, whose "
    "identity is permanent by RFC 9711, though it need not be hard-coded;",
    "V3.1.3 feature (l); V2.1.1 condition 10.",
)
def hard_coded_identity_absent(facts: Facts) -> Answer:
    """No identity is written into the device."""
    said = facts.judge("identity.hard-coded", NO, say="whether an identity is hard-coded")
    tokens = signs(facts, (Sign("device.attestation-key", (), by_artefact=True),))
    return unless(said, [answer._replace(outcome="indeterminate") for answer in tokens])


SETTINGS = (
    Sign("crypto.configurable", YES),
    Sign("auth.rate-limit.configurable", YES),
    Sign("auth.values-changeable", YES),
    Sign("update.user-control", YES),
)
"""Security-relevant settings; whether they are changed over a network, they do not tell."""


@absence(
    "network-configuration-absent",
    "Can no security-relevant setting be changed over a network?",
    (
        *("configuration.changeable", "endpoint.any", "endpoint.protocol", "endpoint.carries-configuration"),
        *("interface.type", *SETTINGS),
    ),
    "met when settings cannot be changed, or no connection of the declared list carries such settings; unmet "
    "by one that does; open where settings are denied that are declared all the same, and where the list of "
    "connections is empty though a web page or an API is declared;",
    "V3.1.3 feature (n).",
)
def network_configuration_absent(facts: Facts) -> Answer:
    """Nobody configures the device from afar."""
    carries = "endpoint.carries-configuration"
    fixed = facts.judge("configuration.changeable", NO, say="whether settings can be changed")
    listed = none(facts, "endpoint", ("endpoint.protocol", carries), other_than(facts, carries, YES))
    if listed.outcome == "unmet":
        return listed
    if settings := signs(facts, SETTINGS):
        fixed = silent("settings are denied, and declared all the same", settings[0].claims)
    pages = [c for c in facts.claims("interface.type") if c.value in ("web", "api")]
    if pages and facts.declared("endpoint.any") is False:
        listed = silent("no connection is declared, but an interface that takes them", pages)
    return any_of((fixed, listed))[0]


SENT = (Sign("endpoint.credentials", ("password", "token")),)  # both are sent as they are
TRAVEL = (Sign("endpoint.carries-credentials", YES),)
"""Credentials travel, be it that the device sends or only gets them."""


@absence(
    "critical-parameters-stay",
    "Does no critical security parameter ever leave the device?",
    ("crypto.parameters-leave-device", "key.any", *KEY, *SECRETS, "endpoint.direction", "endpoint.protocol"),
    "met when declared so, or when there is none; unmet when one can leave, and by a connection in which the "
    "device logs in with a password or a token; open where credentials travel in one that does not only come "
    "in;",
    "V3.1.3 feature (o).",
)
def critical_parameters_stay(facts: Facts) -> Answer:
    """No secret travels."""
    said = facts.judge(
        "crypto.parameters-leave-device", NO, say="whether critical parameters leave the device"
    )
    said = said if said.outcome != "indeterminate" else any_of((said, _no_secrets(facts)))[0]
    said = unless(said, [answer for answer in signs(facts, SENT) if not _network_key(facts, answer)])
    travel = [answer for answer in signs(facts, TRAVEL) if not _comes_in(facts, answer)]
    if said.outcome == "met" and travel:
        return silent("parameters are said to stay, but credentials travel in a connection", travel[0].claims)
    return said


def _network_key(facts: Facts, sign: Answer) -> bool:
    """Whether a sign is about a wireless network that the device joins: its key is used, and never sent."""
    return all(facts.declared("endpoint.protocol", c.subject) == "wifi" for c in sign.claims)


def _comes_in(facts: Facts, sign: Answer) -> bool:
    """Whether a sign is about a connection that only comes in: its credentials are those of somebody else."""
    return all(facts.declared("endpoint.direction", c.subject) == "inbound" for c in sign.claims)
