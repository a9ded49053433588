"""Rules for technologies of the network around the device, and of the people who use it."""

from __future__ import annotations

from iotassess.profile.technology.model import (
    HTTPS,
    Beside,
    Conflict,
    From,
    Given,
    Implied,
    Member,
    Need,
    Rules,
    Says,
    Version,
    flag,
    number,
    one,
    some,
    text,
)

_MUD = Rules(
    "mud",
    (Version("RFC 8520"), Version("RFC 9761")),
    {
        "url": text("Address of the MUD file.", HTTPS, "an address that begins with https://"),
        "signed": flag("The file is signed."),
        "sent_by": some("How the device tells its address.", "dhcp", "lldp", "certificate", "onboarding"),
        "cache_validity_hours": number("Hours for which the file may be kept (RFC 8520).", 1, 168),
        "extensions": some("Extensions that the file uses, by their names."),
    },
    needs=(
        Need(
            (Given("url"), Says("network.mud_url")),
            "the file has an address",
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Says("network.restrictive", (False,)),),
            "A file says what a device needs to talk to; the profile says that it talks to more.",
            "warning",
        ),
    ),
    implies=(
        Implied("network.mud-url", "network.mud_url", From("url"), "the parameter says it"),
        Implied("network.mud-signed", "network.mud_signed", From("signed"), "the parameter says it"),
    ),
    example={"url": "https://things.example.com/node-1.json", "signed": True, "sent_by": ["dhcp"]},
    version="RFC 8520",
)

_IOTOPIA = Rules(
    "iotopia",
    (),
    {
        "services": some(
            "Parts of the framework in use.", "secure-component", "mud-files", "onboarding", "life-cycle"
        ),
        "onboarding": one("Protocol of the onboarding.", "fdo", "brski", "easy-connect", "other"),
    },
    needs=(
        Need(
            (Beside("mud"), Says("network.mud_url")),
            "the service hosts a MUD file",
            when=(Given("services", ("mud-files",)),),
            silent=True,
        ),
        *(
            Need(
                (Beside(protocol), Says("identity.enrolment.protocols", (protocol,))),
                f"devices are onboarded by {protocol}",
                when=(Given("onboarding", (protocol,)),),
                silent=True,
            )
            for protocol in ("fdo", "brski")
        ),
    ),
    example={"services": ["mud-files"]},
    version="GlobalPlatform IoTopia framework",
)

_FIDO = Rules(
    "fido-passwordless",
    (
        Version("FIDO2"),
        Version("WebAuthn Level 2"),
        Version("WebAuthn Level 3"),
        *(Version(f"CTAP 2.{minor}") for minor in range(4)),
        Version("WebAuthn Level 1", "Level 2 or 3"),
        Version("U2F", "FIDO2: U2F is a second factor beside a password"),
        Version("FIDO U2F", "FIDO2: U2F is a second factor beside a password"),
    ),
    {
        "user_verification": one(
            "Does the authenticator ask for a PIN or biometrics?", "required", "preferred", "discouraged"
        ),
        "attestation": one(
            "Does it tell its make when it is registered?", "none", "indirect", "direct", "enterprise"
        ),
        "authenticators": some("Authenticators that are accepted.", "platform", "roaming", "hybrid"),
        "discoverable_credentials": flag("Users log in without typing a name."),
        "fallback": one(
            "What a user who lost the authenticator does.",
            *("none", "second-authenticator", "recovery-code", "link-by-mail", "password"),
        ),
        "only_way": flag("Users have no other way to log in."),
    },
    needs=(
        Need(
            (Says("auth.methods", ("fido",)),),
            "it is one of the ways to authenticate",
            when=(Given("only_way", (False,), silent=True),),
        ),
        Need(
            (Member("authentication_mechanisms", {"method": ("fido",)}),),
            "it is one of the mechanisms",
            denied="warning",
        ),
    ),
    conflicts=(
        Conflict(
            (Says("auth.users_authenticate", (False,)),),
            "It is a way for users to log in; the profile says that they do not.",
        ),
        Conflict(
            (Given("only_way", (True,)), Says("auth.methods", ("password",))),
            "A password is another way.",
        ),
        Conflict(
            (Given("only_way", (True,)), Says("auth.passwords.used", (True,))),
            "If it is machines that use passwords, nothing is wrong.",
            "warning",
        ),
        Conflict(
            (Given("only_way", (True,)), Given("fallback", ("password",))),
            "A password that serves when the authenticator is lost is another way.",
        ),
        Conflict(
            (Given("fallback", ("password", "link-by-mail")),),
            "A way back that is weaker than the way in brings the old risks with it.",
            "warning",
        ),
        Conflict(
            (Given("user_verification", ("discouraged",)), Says("auth.mfa", ("required",))),
            "Without verification of the user, possession is the only factor of this login.",
            "warning",
        ),
    ),
    implies=(
        Implied(
            "auth.methods",
            "auth.methods",
            "fido",
            "there is no other way in",
            when=(Given("only_way", (True,)),),
        ),
    ),
    example={"user_verification": "required", "attestation": "direct", "fallback": "second-authenticator"},
    version="WebAuthn Level 3",
)

RULES = (_MUD, _IOTOPIA, _FIDO)
