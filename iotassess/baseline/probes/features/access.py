"""Probes that tell whether passwords, or ways to authenticate, are absent."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import among, same_fact, silent
from iotassess.baseline.probes._reach import REACH, is_reached
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
from iotassess.model.claim import Claim, Subject

SECRET = ("password", "pin")
KEYED = ("certificate", "raw-public-key", "pre-shared-key", "fido", "token", "app")
VALIDATED = ("trust-on-first-use", "pinned", "ca-chain", "psk", "raw-public-key", "attestation")

METHOD = "authentication-mechanism.method"
OVER_NETWORK = "authentication-mechanism.over-network"
CRYPTOGRAPHIC = "authentication-mechanism.cryptographic"
DEFAULT = "authentication-mechanism.default-value"
MECHANISM = ("authentication-mechanism.of", METHOD)
"""By what the mechanisms are found, beside what is asked."""

MACHINES = (Sign("endpoint.mutual-auth", YES), Sign("endpoint.peer-validation", VALIDATED))
"""Connections in which somebody authenticates to the device."""

CREDENTIALS = ("certificate", "raw-public-key", "psk-device", "psk-family", "password", "token")
"""What the device authenticates with in a connection: of machines, too, one side proves itself."""

PASSWORDS = (
    Sign("auth.methods", SECRET),
    Sign(METHOD, SECRET),
    Sign("endpoint.credentials", ("password",)),
    Sign("auth.passwords.default-scheme", ("unique", "user-set", "universal")),
)
PASSWORD_READS = ("auth.passwords.used", "authentication-mechanism.any", *MECHANISM, *PASSWORDS)


def _no_passwords(facts: Facts) -> Answer:
    listed = none(facts, "authentication-mechanism", MECHANISM, other_than(facts, METHOD, SECRET))
    used = facts.judge("auth.passwords.used", NO, say="whether passwords are used")
    return unless(same_fact((used, listed)), signs(facts, PASSWORDS))


@absence(
    "password-authentication-absent",
    "Does neither a user nor a machine authenticate by a password?",
    PASSWORD_READS,
    "met when passwords are declared unused, or no declared mechanism uses one; unmet by a mechanism, a "
    "connection or a default that is one;",
    "V3.1.3 feature (a); V2.1.1 condition 1.",
)
def password_authentication_absent(facts: Facts) -> Answer:
    """There is no password to guess."""
    return _no_passwords(facts)


CONNECTION_PASSWORDS = ("endpoint.credentials", "endpoint.protocol", "endpoint.direction")


def passwords_of_connections(facts: Facts) -> list[Claim]:
    """Find connections in which the device uses a password that may be its own.

    That of a wireless network which it joins is not: whoever owns the network has set it.
    """
    using = [c for c in facts.claims("endpoint.credentials") if c.value == "password"]
    return [c for c in using if not joins_network(facts, c.subject)]


def joins_network(facts: Facts, connection: Subject) -> bool:
    """Whether a connection is that to a wireless network of somebody else: the device does not open it."""
    wireless = facts.declared("endpoint.protocol", connection) == "wifi"
    return facts.declared("endpoint.direction", connection) in ("outbound", "both") and wireless


@absence(
    "factory-passwords-absent",
    "Is no password installed in the factory?",
    (*PASSWORD_READS, DEFAULT, *CONNECTION_PASSWORDS),
    "met when there are no passwords, or none that the device is sold with; unmet by one in the factory, be "
    "it unique or the same in all; open where it is not told of a mechanism, or of a connection's password;",
    "V3.1.3 feature (b); V2.1.1 condition 2.",
)
def factory_passwords_absent(facts: Facts) -> Answer:
    """The device is sold without a password."""

    def ask(mechanism: Subject) -> Answer:
        other = other_than(facts, METHOD, SECRET)(mechanism)
        return any_of((other, other_than(facts, DEFAULT, ("unique", "universal"))(mechanism)))[0]

    described = bool(facts.claims("authentication-mechanism.any"))
    listed = none(facts, "authentication-mechanism", (*MECHANISM, DEFAULT), ask)
    scheme = facts.judge("auth.passwords.default-scheme", ("none", "user-set"), say="passwords as sold")
    said = same_fact((scheme, listed))
    if said.outcome == "unmet":
        return said
    if described and listed.outcome == "indeterminate":
        said = listed  # the scheme of the product does not say which mechanism it is about
    connections = passwords_of_connections(facts)
    if connections and listed.outcome != "met":
        said = silent(
            "a connection uses a password, and whether it is the factory's is not told", connections
        )
    return any_of((said, _no_passwords(facts)))[0]


STORED = ("salted-kdf", "encrypted", "hashed", "plain")

USERS = (
    Sign("auth.methods"),
    Sign("authentication-mechanism.of", ("user",)),
    Sign("auth.mfa", ("required", "available")),
    Sign("auth.values-changeable", YES),
    Sign("auth.recovery.available", YES),
    Sign("auth.credential-storage.scheme", STORED),
)


@absence(
    "user-login-absent",
    "Do no users authenticate to the device?",
    ("auth.users-authenticate", "authentication-mechanism.any", METHOD, *USERS),
    "met when declared so, or when no declared mechanism is one of users; unmet by one that is, by any way "
    "to log in, and by what only users who log in have: credentials stored, changed, reset, or of two kinds;",
    "V3.1.3 feature (d); V2.1.1 condition 8.",
)
def user_login_absent(facts: Facts) -> Answer:
    """Nobody logs in."""
    listed = none(
        facts,
        "authentication-mechanism",
        MECHANISM,
        other_than(facts, "authentication-mechanism.of", ("user",)),
    )
    said = facts.judge("auth.users-authenticate", NO, say="whether users authenticate")
    return unless(same_fact((said, listed)), signs(facts, USERS))


def _nobody(facts: Facts) -> Answer:
    """Ask whether nobody authenticates, where mechanisms are not declared: no user, and no connection."""
    return both(
        (
            facts.judge("auth.users-authenticate", NO, say="whether users authenticate"),
            none(facts, "endpoint", ("endpoint.protocol",)),
        )
    )


CRYPTOGRAPHIC_SIGNS = (
    Sign(CRYPTOGRAPHIC, YES),
    Sign("auth.methods", (*SECRET, "certificate", "fido", "token", "app")),
    Sign("auth.passwords.used", YES),
    Sign("endpoint.credentials", CREDENTIALS),
    *MACHINES,
)
"""Passwords are among it: the feature is of authentication by cryptography, that by passwords included."""

NOBODY = (
    *("auth.users-authenticate", "endpoint.any", "endpoint.protocol"),
    *("authentication-mechanism.any", *MECHANISM),
)


@absence(
    "cryptographic-authentication-absent",
    "Does neither a user nor a machine authenticate by cryptography?",
    (*NOBODY, *CRYPTOGRAPHIC_SIGNS),
    "met when no declared mechanism rests on cryptography or is a password, or, where none are declared, "
    "when users do not authenticate and there is no connection; unmet by a mechanism, a login or a "
    "connection that does;",
    "V3.1.3 feature (c).",
)
def cryptographic_authentication_absent(facts: Facts) -> Answer:
    """No authentication rests on cryptography."""

    def ask(mechanism: Subject) -> Answer:
        keyed = facts.judge(METHOD, lambda v: v not in (*KEYED, *SECRET), subject=mechanism)
        rests = facts.judge(CRYPTOGRAPHIC, NO, subject=mechanism, say="resting on cryptography")
        return keyed if keyed.outcome == "unmet" else rests

    listed = none(facts, "authentication-mechanism", (*MECHANISM, CRYPTOGRAPHIC), ask)
    said = listed if facts.claims("authentication-mechanism.any") else _nobody(facts)
    return unless(said, signs(facts, CRYPTOGRAPHIC_SIGNS))


NETWORK_SIGNS = (Sign(OVER_NETWORK, YES), *MACHINES)
GUARDED = "interface.authenticated"


def _guarded_interfaces(facts: Facts) -> list[Answer]:
    """Find interfaces within a network's reach that ask who is there."""
    asking = [c for c in facts.claims(GUARDED) if c.value is True]
    return [
        among(facts, [c]).judge(GUARDED, (), subject=c.subject, say="authentication")
        for c in asking
        if is_reached(facts, c.subject)
    ]


@absence(
    "network-authentication-absent",
    "Does nobody authenticate to the device over a network?",
    (*NOBODY, *NETWORK_SIGNS, GUARDED, *REACH),
    "met when no declared mechanism can be used over a network, or, where none are declared, when users do "
    "not authenticate and there is no connection; unmet by a mechanism or a connection that is, and by an "
    "interface within a network's reach that is authenticated;",
    "V3.1.3 feature (e).",
)
def network_authentication_absent(facts: Facts) -> Answer:
    """There is nothing to guess from afar."""
    listed = none(
        facts, "authentication-mechanism", (*MECHANISM, OVER_NETWORK), other_than(facts, OVER_NETWORK, YES)
    )
    said = listed if facts.claims("authentication-mechanism.any") else _nobody(facts)
    return unless(said, [*signs(facts, NETWORK_SIGNS), *_guarded_interfaces(facts)])


LIMITED = (
    Sign("auth.rate-limit.present", YES),
    Sign("authentication-mechanism.guessing-limited", YES),
    Sign("product.constrained-class", ("unconstrained",)),
)


@absence(
    "guessing-limit-ruled-out",
    "Do the resources that the use case leaves to the device rule out protection against guessing?",
    ("auth.rate-limit.prevented-by-constraint", *LIMITED),
    "met when declared so; unmet when declared not, where there is such protection all the same, and of an "
    "unconstrained device;",
    "V3.1.3 condition 14, which is absent under such a constraint.",
)
def guessing_limit_ruled_out(facts: Facts) -> Answer:
    """The device has no room to count attempts."""
    said = facts.judge(
        "auth.rate-limit.prevented-by-constraint", YES, say="whether a constraint rules out a limit"
    )
    return unless(said, signs(facts, LIMITED))
