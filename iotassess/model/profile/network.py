"""Protocols, network, interfaces, user authentication, authorisation."""

from typing import Annotated, Literal

from pydantic import Field

from iotassess.model.profile.base import Answer, Informative, Name, Section, Text, ask

ProtocolName = Literal[
    "tls",
    "dtls",
    "quic",
    "oscore",
    "ace-oscore",
    "atls",
    "attested-tls",
    "cose",
    "coap",
    "http",
    "mqtt",
    "lwm2m",
    "lwm2m-bootstrap",
    "est",
    "brski",
    "fdo",
    "teep",
    "suit-report",
    "rats",
    "fido",
    "websocket",
    "ble",
    "zigbee",
    "thread",
    "matter",
    "wifi",
    "lorawan",
    "modbus",
    "bacnet",
    "snmp",
    "ssh",
    "telnet",
    "ftp",
    "tftp",
    "ntp",
    "dns",
    "mdns",
    "dhcp",
    "syslog",
]


class Protocol(Section):
    """One use of a protocol: a connection that the device makes or accepts."""

    name: Name = Field(description="Name within this profile.")
    protocol: ProtocolName | None = ask("The protocol.")
    version: Text | None = ask("Its version, quoted.")
    security: (
        Literal[
            "none",
            "tls",
            "dtls",
            "quic",
            "oscore",
            "ace-oscore",
            "cose",
            "atls",
            "attested-tls",
            "link-layer",
            "ssh",
        ]
        | None
    ) = ask("What protects it.")
    security_version: Text | None = ask("Version of that protection, quoted.")
    cipher_suites: list[Text] | None = ask("Cipher suites.")
    mutual_auth: Answer = ask("Do both sides authenticate?")
    peer_validation: (
        Literal["none", "trust-on-first-use", "pinned", "ca-chain", "psk", "raw-public-key", "attestation"]
        | None
    ) = ask("How the device verifies its peer.")
    credentials: (
        Literal["none", "certificate", "raw-public-key", "psk-device", "psk-family", "password", "token"]
        | None
    ) = ask("What the device authenticates with.")
    carries_credentials: Answer = ask("Do credentials travel in it?")
    carries_personal_data: Answer = ask("Does personal data travel in it?")
    carries_configuration: Answer = ask("Can security-relevant settings be changed through it?")
    direction: Literal["outbound", "inbound", "both"] | None = ask("Who connects.")
    peer: Text | None = ask("The other side: a host, or what it is.")
    transport: Literal["tcp", "udp", "link"] | None = ask("What carries it.")
    port: int | None = ask("Port of the side that listens.", ge=1, le=65535)


class Network(Section):
    """Behaviour on the network."""

    mud_url: Text | None = ask("MUD URL (RFC 8520).")
    mud_signed: Answer = ask("Is the MUD file signed?")
    restrictive: Answer = ask("Does the device communicate only with the peers that it needs?")
    default_deny: Answer = ask("Are unexpected incoming connections refused?")
    internet_inbound: Annotated[
        Answer, Informative("for readers: whether a listener is guarded, the interfaces and protocols say")
    ] = ask("Does it accept connections from the internet?")
    rate_limited: Answer = ask("Is traffic limited in rate, sent and received?")
    segmentation: Answer = ask("Is the system split so that a breach stays in one part?")
    selective_disable: Answer = ask("Can single ports and connections be switched off?")
    compromise_contained: Answer = ask("Does the compromise of one device leave the others safe?")


class Interface(Section):
    """One interface: network port, physical port, debug port, web page, API."""

    name: Name = Field(description="Name within this profile.")
    type: Literal["network", "physical", "debug", "web", "api", "radio", "user"] | None = ask("What it is.")
    transport: Literal["tcp", "udp", "link"] | None = ask("What carries it, for a network port.")
    port: int | None = ask("Port number, for a network port.", ge=1, le=65535)
    required: Answer = ask("Is it needed for the intended use?")
    enabled_default: Answer = ask("Is it enabled in the factory state?")
    can_disable: Answer = ask("Can it be switched off?")
    authenticated: Answer = ask("Is access to it authenticated?")
    unauthenticated_disclosure: Answer = ask("Does it tell security-relevant facts to anybody?")
    protection: Literal["fused", "authenticated", "disabled", "physical", "none"] | None = ask(
        "What protects a physical or debug port."
    )
    encrypted: Answer = ask("Is the whole session encrypted, for a web page or API?")
    csrf_protected: Answer = ask("Is it protected against forged requests?")
    injection_tested: Answer = ask("Was it tested against script and SQL injection?")
    input_validated: Answer = ask("Is what comes in by it validated before it is used?")
    error_messages: Literal["generic", "detailed"] | None = ask("What error messages tell.")


class Configuration(Section):
    """Settings of the device's software."""

    changeable: Answer = ask("Can the settings be changed?")
    authorised_only: Answer = ask("Can only authorised users, services and devices change them?")
    restorable: Answer = ask(
        "Can an authorised user, service or device restore a secure configuration that the maker defined?"
    )
    restore_authorised_only: Answer = ask("Is that restoring refused to everybody else?")


class Defaults(Section):
    """State as sold."""

    security_enabled: Answer = ask("Are all security features on by default?")
    unused_disabled: Answer = ask("Is every unused or insecure function off by default?")


class Passwords(Section):
    """Passwords of users and machines."""

    used: Answer = ask("Are passwords or PINs used at all?")
    default_scheme: Literal["none", "unique", "user-set", "universal"] | None = ask("Passwords as sold.")
    derivation: Literal["random", "keyed", "serial", "mac", "sequential", "other"] | None = ask(
        "What unique default passwords are made from."
    )
    entropy_bits: int | None = ask("Entropy of a default password in bits.", ge=0, le=4096)
    forced_change: Answer = ask("Must a default password be changed at set-up?")
    default_username_changed: Answer = ask("Must a default user name be changed at set-up, or is there none?")
    min_length: int | None = ask("Shortest password that is accepted.", ge=0, le=256)
    blocklist: Answer = ask("Are common passwords refused?")
    blank_allowed: Answer = ask("Is an empty password accepted?")


class CredentialStorage(Section):
    """How credentials of users are stored."""

    scheme: Literal["salted-kdf", "encrypted", "hashed", "plain", "not-stored"] | None = ask("How.")
    kdf: Literal["argon2id", "scrypt", "bcrypt", "pbkdf2", "other"] | None = ask("Key derivation function.")


class RateLimit(Section):
    """Protection against guessing."""

    present: Answer = ask("Are repeated attempts slowed down or stopped?")
    max_attempts: int | None = ask("Attempts before that happens.", ge=1)
    covers_keys: Answer = ask("Are keys stored in the device protected against guessing, too?")
    configurable: Answer = ask("Can an authorised user set how many attempts there are, and the delay?")
    prevented_by_constraint: Answer = ask(
        "Do the resources that the use case leaves to the device rule out such protection?"
    )


class CredentialRecovery(Section):
    """Reset of a lost password or key."""

    available: Answer = ask("Is there a way?")
    robust: Answer = ask("Does it resist misuse?")
    enumeration_safe: Answer = ask("Does it keep to itself whether an account exists?")


class Auth(Section):
    """Authentication of users."""

    users_authenticate: Answer = ask("Do users authenticate to the device?")
    methods: list[Literal["password", "pin", "certificate", "fido", "biometric", "token", "app"]] | None = (
        ask("Ways to authenticate.")
    )
    mfa: Literal["required", "available", "none"] | None = ask("Is a second factor used?")
    values_changeable: Answer = ask("Can a user change authentication values easily?")
    passwords: Passwords | None = ask("Passwords.")
    credential_storage: CredentialStorage | None = ask("Storage of credentials.")
    rate_limit: RateLimit | None = ask("Protection against guessing.")
    recovery: CredentialRecovery | None = ask("Reset of a lost credential.")


class AuthenticationMechanism(Section):
    """One way in which a user or a machine authenticates to the device (ETSI TS 103 701, 1-AuthMech)."""

    name: Name = Field(description="Name within this profile.")
    of: Literal["user", "machine"] | None = ask("Who authenticates by it.")
    method: (
        Literal[
            "password",
            "pin",
            "certificate",
            "raw-public-key",
            "pre-shared-key",
            "token",
            "fido",
            "biometric",
            "app",
            "button",
        ]
        | None
    ) = ask("What it is authenticated by.")
    over_network: Answer = ask("Can it be used over a network?")
    cryptographic: Answer = ask("Does it rest on cryptography, with a password as the key or otherwise?")
    best_practice: Answer = ask("Is that cryptography current best practice for the technology and its use?")
    algorithms: list[Text] | None = ask("Its algorithms (IANA COSE registry names where they exist).")
    default_value: Literal["none", "unique", "user-set", "universal"] | None = ask(
        "Its password or other value as sold."
    )
    derivation: Literal["random", "keyed", "serial", "mac", "sequential", "other"] | None = ask(
        "What unique default values are made from."
    )
    entropy_bits: int | None = ask("Entropy of a default value in bits.", ge=0, le=4096)
    changeable: Answer = ask("Can the user change the value easily?")
    guessing_limited: Answer = ask("Are repeated attempts slowed down or stopped?")


class Authorisation(Section):
    """Who may do what."""

    model: Literal["roles", "capabilities", "access-lists", "single-role", "none"] | None = ask(
        "How it is ruled."
    )
    least_privilege: Answer = ask("Does every actor and process have only the rights that it needs?")
    policy_enforced: Answer = ask("Is the policy enforced at each access to data and functions?")
    contexts: Answer = ask("Do rules depend on context: place, time, importance of the data?")
    data_classified: Answer = ask("Is data classified by importance?")
