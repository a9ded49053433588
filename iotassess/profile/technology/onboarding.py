"""Rules for technologies by which a device gets its identity, its credentials and its owner."""

from __future__ import annotations

from iotassess.profile.technology.model import (
    HTTPS,
    Beside,
    Conflict,
    Given,
    Implied,
    Member,
    Named,
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

TLS_IN_USE = (Beside("tls13"), Member("protocols", {"security": ("tls", "attested-tls", "quic")}))
DTLS_IN_USE = (Beside("dtls13"), Member("protocols", {"security": ("dtls", "attested-tls")}))


def _managed_by(protocol: str) -> tuple[Says, Member]:
    """Where a profile names a protocol that gives or replaces credentials."""
    return (
        Says("identity.enrolment.protocols", (protocol,)),
        Member("trust_anchors", {"protocols": (protocol,)}),
    )


_EST = Rules(
    "est",
    (Version("RFC 7030"), Version("RFC 8951"), Version("RFC 9148")),
    {
        "transport": one("What protects the requests.", "https", "coaps"),
        "operations": some(
            "Operations in use.",
            *("cacerts", "simpleenroll", "simplereenroll", "fullcmc", "serverkeygen", "csrattrs"),
        ),
        "client_authentication": one(
            "What the device shows at enrolment.",
            *("certificate", "http-password", "certificate-less"),
        ),
        "renewal_days": number("Days after which a certificate is renewed.", 1, 3650),
    },
    needs=(
        Need(
            TLS_IN_USE,
            "its requests travel in TLS",
            when=(Given("transport", ("https",), silent=True),),
            denied="warning",
            silent=True,
        ),
        Need(
            DTLS_IN_USE,
            "its requests travel in DTLS",
            when=(Given("transport", ("coaps",)),),
            denied="warning",
            silent=True,
        ),
        Need(
            (*_managed_by("est"), Says("identity.enrolment.protocols", ("brski",))),
            "a device is enrolled, or its trust anchors are replaced, by it",
            denied="warning",
        ),
    ),
    conflicts=(
        Conflict(
            (Given("transport", ("coaps",)), Named(r"(?i)rfc\s*7030", "RFC 7030")),
            "EST over CoAP is RFC 9148.",
        ),
        Conflict(
            (Given("client_authentication", ("http-password",)), Given("transport", ("coaps",))),
            "HTTP's passwords do not exist over CoAP.",
        ),
        Conflict(
            (Given("operations", ("serverkeygen",)), Says("identity.hard_coded", (True,))),
            "Keys that a server makes are not the hard-coded ones.",
            "warning",
        ),
    ),
    example={
        "transport": "https",
        "operations": ["cacerts", "simpleenroll", "simplereenroll"],
        "client_authentication": "certificate",
    },
    version="RFC 7030",
)

_LWM2M = Rules(
    "lwm2m-bootstrap",
    (
        *(Version(f"1.2{patch}") for patch in ("", ".1", ".2")),
        *(Version(f"1.1{patch}") for patch in ("", ".1")),
        *(Version(f"1.0{patch}", "1.1 or later, which know OSCORE and TLS") for patch in ("", ".1", ".2")),
    ),
    {
        "modes": some(
            "How bootstrapping starts.", "factory", "smartcard", "client-initiated", "server-initiated"
        ),
        "security": one("What protects it.", "psk", "raw-public-key", "certificate", "est", "oscore", "none"),
        "binding": one("What carries it.", "udp", "tcp", "sms", "non-ip", "mqtt", "http"),
        "per_device_credential": flag("Every device has a bootstrap credential of its own."),
    },
    needs=(
        Need(
            _managed_by("lwm2m-bootstrap"),
            "a device is enrolled, or its trust anchors are replaced, by it",
            denied="warning",
        ),
        Need((Beside("est"),), "certificates come by it", when=(Given("security", ("est",)),), silent=True),
        Need(
            (Beside("oscore"), Member("protocols", {"security": ("oscore", "ace-oscore")})),
            "it protects the messages",
            when=(Given("security", ("oscore",)),),
            denied="warning",
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Given("security", ("oscore", "est")), Named(r"1\.0.*", "1.0")),
            "LwM2M 1.0 knows neither OSCORE nor EST.",
        ),
        Conflict(
            (Given("binding", ("mqtt", "http")), Named(r"1\.[01].*", "1.0 or 1.1")),
            "Bindings to MQTT and HTTP begin with LwM2M 1.2.",
        ),
        Conflict(
            (Given("security", ("none",)),),
            "Whoever answers first then chooses which servers the device trusts.",
            "warning",
        ),
        Conflict(
            (Given("per_device_credential", (False,)), Says("identity.enrolment.per_device", (True,))),
            "The bootstrap credential is what tells one device from another.",
            "warning",
        ),
    ),
    example={"modes": ["client-initiated"], "security": "certificate", "per_device_credential": True},
    version="1.2.2",
)

_PLEDGE = Given("roles", ("pledge",), silent=True)

_BRSKI = Rules(
    "brski",
    (Version("RFC 8995"), Version("RFC 9733"), Version("draft-ietf-anima-constrained-voucher-*")),
    {
        "roles": some("Roles that the product plays.", "pledge", "join-proxy", "registrar", "masa"),
        "voucher_format": one("Form of the voucher.", "cms-json", "jws-json", "cose-cbor"),
        "assertion": one("What the voucher asserts.", "verified", "logged", "proximity"),
        "nonceless": flag("Vouchers without a nonce are accepted, so that they can be made beforehand."),
        "enrolment": one("What follows.", "est", "cmp", "none"),
        "masa": text("Address of the manufacturer's service.", HTTPS, "an address that begins with https://"),
    },
    needs=(
        Need(
            (Says("identity.enrolment.protocols", ("brski",)),),
            "a device is enrolled by it",
            when=(_PLEDGE,),
        ),
        Need(
            (
                Beside("est"),
                Says("identity.enrolment.protocols", ("est",)),
                Says("identity.enrolment.protocols", ("brski",)),
            ),
            "enrolment follows by EST",
            when=(Given("enrolment", ("est",)),),
            denied="warning",
        ),
    ),
    conflicts=(
        Conflict(
            (Given("enrolment", ("cmp",)), Named(r"(?i)rfc\s*8995", "RFC 8995")),
            "Other enrolment than by EST is RFC 9733.",
            "warning",
        ),
        Conflict(
            (
                Given("voucher_format", ("cose-cbor",)),
                Named(r"(?i)rfc\s*(8995|9733)", "RFC 8995 or RFC 9733"),
            ),
            "Vouchers in CBOR belong to constrained BRSKI (draft-ietf-anima-constrained-voucher).",
        ),
        Conflict(
            (Given("nonceless", (True,)), Given("assertion", ("proximity",))),
            "A voucher made beforehand cannot assert that the registrar was near.",
        ),
    ),
    implies=(
        Implied(
            "identity.per-device",
            "identity.per_device",
            True,
            "a pledge proves itself by a certificate of its own",
            when=(_PLEDGE,),
        ),
    ),
    example={"roles": ["pledge"], "voucher_format": "cms-json", "enrolment": "est"},
    version="RFC 8995",
)

_FDO = Rules(
    "fdo",
    (
        Version("1.1"),
        Version("2.0"),
        Version("1.0", "1.1, which is the Proposed Standard"),
    ),
    {
        "roles": some("Roles that the product plays.", "device", "owner", "rendezvous", "manufacturer"),
        "rendezvous": one("How a device finds its owner.", "public", "private", "owner-address", "none"),
        "device_attestation": one("What the device proves itself by.", "ecdsa-p256", "ecdsa-p384", "epid"),
        "credential_reuse": flag("The same ownership voucher serves again after onboarding."),
        "credentials_stored": one(
            "Where the device keeps its credential.", "tpm", "tee", "secure-element", "flash"
        ),
    },
    needs=(
        Need(
            (Says("identity.enrolment.protocols", ("fdo",)),),
            "a device is enrolled by it",
            when=(Given("roles", ("device",), silent=True),),
        ),
        Need(
            (Beside("tee"), Says("hardware.isolation.tee.present", (True,))),
            "its credential is kept in one",
            when=(Given("credentials_stored", ("tee",)),),
        ),
    ),
    conflicts=(
        Conflict(
            (Given("device_attestation", ("epid",)), Says("identity.per_device", (True,))),
            "A group signature does not tell which device it is.",
            "warning",
        ),
        Conflict(
            (Given("credential_reuse", (True,)),),
            "Reuse is for demonstrations: whoever has the old voucher can claim the device again.",
            "warning",
        ),
    ),
    example={"roles": ["device"], "rendezvous": "private", "device_attestation": "ecdsa-p256"},
    version="1.1",
)

RULES = (_EST, _LWM2M, _BRSKI, _FDO)
