"""Rules for technologies that protect data on its way, or whatever carries it."""

from __future__ import annotations

from collections.abc import Mapping

from iotassess.profile.technology.attestation import EVIDENCE
from iotassess.profile.technology.model import (
    Beside,
    Conflict,
    Given,
    Implied,
    Member,
    Need,
    Parameter,
    Rules,
    Says,
    Version,
    flag,
    number,
    one,
    some,
    text,
)

_COSE = Rules(
    "cose",
    (
        Version("RFC 9052"),
        Version("RFC 9053"),
        Version("STD 96"),
        Version("RFC 8152", "RFC 9052 and RFC 9053; the format is the same"),
    ),
    {
        "structures": some("Structures in use.", "sign1", "sign", "mac0", "mac", "encrypt0", "encrypt"),
        "algorithms": some("Algorithms, by their IANA COSE registry names."),
        "protects": some("What it protects.", "messages", "stored-data", "updates", "tokens"),
    },
    conflicts=(
        Conflict(
            (Given("protects", ("stored-data",)), Says("data.at_rest.encrypted", (False,))),
            "Stored data that COSE protects is then signed only, not encrypted.",
            "warning",
        ),
    ),
    example={"structures": ["sign1"], "algorithms": ["ESP256"], "protects": ["messages"]},
    version="RFC 9052",
)

_SUITES = (
    *("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
    *("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"),
    *("TLS_SHA256_SHA256", "TLS_SHA384_SHA384"),  # RFC 9150: integrity only
    *("TLS_SM4_GCM_SM3", "TLS_SM4_CCM_SM3"),  # RFC 8998
)

_HANDSHAKE: Mapping[str, Parameter] = {
    "cipher_suites": some("Cipher suites of version 1.3.", *_SUITES),
    "groups": some("Groups of the key exchange, by their IANA names."),
    "mutual_auth": flag("The device authenticates, too."),
    "certificate_types": some("What is shown.", "x509", "raw-public-key"),
    "psk_modes": some("Ways to use a pre-shared key.", "psk_ke", "psk_dhe_ke"),
    "external_psk": flag("Keys are shared beforehand, not only resumed."),
    "resumption": flag("Sessions are resumed by tickets."),
    "zero_rtt": flag("Early data is sent or accepted."),
    "zero_rtt_requests": one("What may travel as early data.", "idempotent", "any"),
    "zero_rtt_replay_protection": flag("Early data that comes twice is refused."),
}
"""Parameters of every protocol that shakes hands as TLS 1.3 does."""

_EARLY_DATA = (
    Conflict(
        (Given("zero_rtt_requests"), Given("zero_rtt", (False,))),
        "Without early data there is nothing to say of it.",
    ),
    Conflict(
        (Given("zero_rtt_replay_protection", (True,)), Given("zero_rtt", (False,))),
        "Without early data there is nothing to say of it.",
    ),
    Conflict(
        (Given("zero_rtt", (True,)), Given("resumption", (False,)), Given("external_psk", (False,))),
        "Early data needs a key that both sides have already (RFC 9846 section 2.3).",
    ),
    Conflict(
        (Given("zero_rtt", (True,)), Given("zero_rtt_requests", ("any",))),
        "Early data can be replayed: only requests that may come twice belong into it.",
        "warning",
    ),
    Conflict(
        (Given("zero_rtt", (True,)), Given("zero_rtt_replay_protection", (False,), silent=True)),
        "Early data can be replayed, and nothing is said to keep that out.",
        "warning",
    ),
)
_PSK = (
    Conflict(
        (Given("psk_modes", ("psk_ke",)),),
        "A pre-shared key alone gives no forward secrecy; psk_dhe_ke does.",
        "warning",
    ),
    Conflict(
        (Given("psk_modes"), Given("external_psk", (False,)), Given("resumption", (False,))),
        "Without resumption and keys shared beforehand no pre-shared key is used.",
    ),
    Conflict(
        (Given("cipher_suites", ("TLS_SHA256_SHA256", "TLS_SHA384_SHA384")),),
        "These suites encrypt nothing (RFC 9150).",
        "warning",
    ),
)


def _seen(*security: str) -> Need:
    """A protection is of use in some connection."""
    return Need(
        (Member("protocols", {"security": security}),), "a connection is protected by it", denied="warning"
    )


_TLS13 = Rules(
    "tls13",
    (
        Version("1.3"),
        Version("TLS 1.3"),
        Version("RFC 9846"),
        Version("RFC 8446", "RFC 9846; on the wire it is the same version"),
    ),
    _HANDSHAKE,
    needs=(
        Need(
            (
                Member(
                    "protocols", {"security": ("tls", "atls", "attested-tls"), "security_version": ("1.3",)}
                ),
                Member("protocols", {"security": ("quic",)}),
            ),
            "version 1.3 is what protects a connection",
            denied="warning",
        ),
    ),
    conflicts=(*_EARLY_DATA, *_PSK),
    example={
        "cipher_suites": ["TLS_AES_128_GCM_SHA256"],
        "mutual_auth": True,
        "resumption": True,
        "psk_modes": ["psk_dhe_ke"],
        "zero_rtt": False,
    },
    version="1.3",
)

_DTLS13 = Rules(
    "dtls13",
    (
        Version("1.3"),
        Version("DTLS 1.3"),
        Version("RFC 9147"),
        Version("draft-ietf-tls-rfc9147bis-*"),
    ),
    {
        **_HANDSHAKE,
        "connection_id": flag("Connection identifiers keep an association when addresses change."),
        "replay_protection": flag("Records that come twice are dropped."),
    },
    needs=(
        Need(
            (Member("protocols", {"security": ("dtls", "attested-tls"), "security_version": ("1.3",)}),),
            "version 1.3 is what protects a connection",
            denied="warning",
        ),
    ),
    conflicts=(*_EARLY_DATA, *_PSK),
    example={
        "cipher_suites": ["TLS_AES_128_CCM_SHA256"],
        "mutual_auth": True,
        "connection_id": True,
        "replay_protection": True,
    },
    version="1.3",
)

_QUIC = Rules(
    "quic",
    (Version("1"), Version("2"), Version("RFC 9000"), Version("RFC 9369")),
    {
        **_HANDSHAKE,
        "application": one("What runs over it.", "http3", "dns", "mqtt", "other"),
        "migration": flag("Connections survive a change of address."),
    },
    builds_on=("tls13",),
    needs=(_seen("quic"),),
    conflicts=(
        *_EARLY_DATA,
        *_PSK,
        Conflict(
            (Says("product.constrained_class", ("class-0", "class-1")),),
            "QUIC is hardly found in devices as constrained as that.",
            "warning",
        ),
    ),
    example={"application": "http3", "mutual_auth": True, "zero_rtt": False},
    version="1",
)

_AEADS = (
    *("AES-CCM-16-64-128", "AES-CCM-16-64-256", "AES-CCM-64-64-128", "AES-CCM-64-64-256"),
    *("AES-CCM-16-128-128", "AES-CCM-16-128-256", "AES-CCM-64-128-128", "AES-CCM-64-128-256"),
    *("A128GCM", "A192GCM", "A256GCM", "ChaCha20/Poly1305"),
)
_OSCORE_USED = Member("protocols", {"security": ("oscore", "ace-oscore")})

_OSCORE = Rules(
    "oscore",
    (Version("RFC 8613"),),
    {
        "aead": one("Algorithm, by its IANA COSE registry name.", *_AEADS),
        "hkdf": one("Key derivation.", "HKDF SHA-256", "HKDF SHA-512"),
        "mode": one("Between two, or in a group.", "pairwise", "group"),
        "key_establishment": one("Where contexts come from.", "pre-shared", "edhoc", "ace", "lwm2m"),
        "replay_window": number("Requests that the replay window remembers.", 1, 65535),
        "context_recovery": one(
            "What keeps numbers from being used twice after a restart.",
            *("stored-counter", "challenge", "fresh-context", "none"),
        ),
    },
    builds_on=("cose",),
    needs=(
        _seen("oscore", "ace-oscore"),
        Need(
            (Beside("ace-oscore"), Member("protocols", {"security": ("ace-oscore",)})),
            "its contexts come by it",
            when=(Given("key_establishment", ("ace",)),),
            denied="warning",
            silent=True,
        ),
        Need(
            (
                Beside("lwm2m-bootstrap"),
                Says("identity.enrolment.protocols", ("lwm2m-bootstrap",)),
            ),
            "its contexts come by it",
            when=(Given("key_establishment", ("lwm2m",)),),
            denied="warning",
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Given("key_establishment", ("pre-shared",)), Given("context_recovery", ("fresh-context",))),
            "A context that is shared once and for all is not made anew.",
        ),
        Conflict(
            (Given("context_recovery", ("none",)),),
            "A number that is used twice under one key gives the plain text away (RFC 8613 section 7.5).",
            "warning",
        ),
    ),
    example={"aead": "AES-CCM-16-64-128", "mode": "pairwise", "key_establishment": "edhoc"},
    version="RFC 8613",
)

_ACE = Rules(
    "ace-oscore",
    (Version("RFC 9203"), Version("draft-ietf-ace-oscore-profile-*", "RFC 9203, as which it was published")),
    {
        "authorisation_server": text("Who issues the tokens."),
        "roles": some("Roles that the device plays.", "client", "resource-server"),
        "token_minutes": number("Minutes for which a token is good.", 1, 5_256_000),
        "introspection": flag("The device asks the server whether a token is still good."),
    },
    builds_on=("cose",),
    needs=(
        Need(
            (Beside("oscore"), _OSCORE_USED),
            "it sets up OSCORE contexts",
            denied="warning",
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Says("authorisation.model", ("none",)), Given("roles", ("resource-server",), silent=True)),
            "Tokens say who may do what, and the profile says that nothing does.",
        ),
    ),
    example={"roles": ["resource-server"], "token_minutes": 1440},
    version="RFC 9203",
)

_ATLS = Rules(
    "atls",
    (Version("draft-friel-tls-atls-*"),),
    {
        "carrier": one("What carries the records.", "http", "coap", "other"),
        "tls_version": one("Version of TLS inside, in quotes.", "1.2", "1.3"),
        "mutual_auth": flag("The device authenticates, too."),
    },
    needs=(_seen("atls"),),
    conflicts=(
        Conflict(
            (
                Given("tls_version", ("1.3",)),
                Member("protocols", {"security": ("atls",), "security_version": ("1.2",)}),
            ),
            "Connections say that it is version 1.2.",
            "warning",
        ),
    ),
    example={"carrier": "coap", "tls_version": "1.3", "mutual_auth": True},
    version="draft-friel-tls-atls-05",
)

_ATTESTED = Rules(
    "attested-tls",
    (
        Version("draft-fossati-seat-early-attestation-*"),
        Version("draft-fossati-seat-expat-*"),
        Version("draft-fossati-tls-attestation-*", "the drafts before the SEAT working group"),
    ),
    {
        "placement": one("When evidence is exchanged.", "handshake", "post-handshake"),
        "attester": one("Who shows its state.", "device", "peer", "both"),
        "model": one("Who appraises it.", "background-check", "passport"),
        "channel_bound": flag("Evidence is bound to the very connection."),
    },
    builds_on=("tls13", "rats"),
    needs=(
        _seen("attested-tls"),
        Need(
            EVIDENCE,
            "the device shows evidence in some format",
            when=(Given("attester", ("device", "both"), silent=True),),
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Given("channel_bound", (False,)),),
            "Evidence that is not bound to the connection can be relayed from another machine.",
            "warning",
        ),
    ),
    implies=(
        Implied(
            "attestation.supported",
            "attestation.supported",
            True,
            "the device shows evidence",
            when=(Given("attester", ("device", "both")),),
        ),
    ),
    example={"placement": "handshake", "attester": "device", "channel_bound": True},
    version="draft-fossati-seat-early-attestation-07",
)

RULES = (_COSE, _TLS13, _DTLS13, _QUIC, _OSCORE, _ACE, _ATLS, _ATTESTED)
