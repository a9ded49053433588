"""Chains that come with a token, each with one fault: what must come of them, and where OpenSSL differs."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID, ObjectIdentifier

from tests.crypto.certificate_edits import (
    Link,
    by_md5,
    large_r,
    leaf_with_large_r,
    long_form,
    negated,
    padded,
    side_by_side,
    with_other_algorithm_inside,
    with_other_algorithm_outside,
    with_serial,
    with_signature,
)
from tests.crypto.making import EVIL, rsa_key
from tests.evidence.signing import (
    ALICE,
    BOB,
    DAY,
    MIDDLE_KEY,
    NOON,
    ROOT_KEY,
    certificate,
    eku,
    key_usage,
    leaf,
    middle,
    root,
)
from tests.evidence.x509_builder import AK, as_version_1, by_sha1

SECOND = datetime.timedelta(seconds=1)
SERVER, ANY, CODE = "1.3.6.1.5.5.7.3.1", "2.5.29.37.0", "1.3.6.1.5.5.7.3.3"
UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.32473.1"), b"\x05\x00")


@dataclass(frozen=True)
class Chain:
    """One chain below a token that its first certificate signed.

    Attributes:
        name: the fault.
        chain: certificates, leaf first.
        anchors: certificates that the user named for attestation.
        id: what is reported besides that nobody vouches for the key; "" for nothing; None where the chain
            builds, so that the token is authenticated.
        differs: why ``openssl verify`` says otherwise, or "".
    """

    name: str
    chain: Sequence[Link]
    id: str | None
    anchors: Sequence[Link] = ()
    differs: str = ""


NO_PURPOSE = "openssl is not asked for the purpose of attestation, which it does not know"
NO_NAMES = "openssl evaluates name constraints; we do not, and so refuse each path that has some"
UNORDERED = "openssl takes the certificates for a heap; the order of x5chain is fixed by RFC 9360"
INCLUSIVE = (
    "a certificate is valid through notAfter (RFC 5280 section 4.1.2.5); to openssl that second is past"
)
FIRST = "openssl takes the first trusted certificate that has the issuer's name, and tries no other"
LEVELS = "openssl verifies without a security level unless it is told one"


def named(subject: str, issuer: str, key: Any = ALICE, issuer_key: Any = ROOT_KEY, **more: Any) -> Any:
    return certificate(subject, key, issuer, issuer_key, **more)


def constraints(permitted: Sequence[x509.GeneralName] = (), excluded: Sequence[x509.GeneralName] = ()) -> Any:
    return x509.NameConstraints(list(permitted) or None, list(excluded) or None)


def directory(common: str) -> x509.DirectoryName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)]))


# --- the rows -----------------------------------------------------------------------------------


def moments() -> list[Chain]:
    old = {"since": NOON - 400 * DAY}
    return [
        Chain("sound", [leaf(), middle()], None),
        Chain("sound, with its root", [leaf(), middle(), root()], None),
        Chain("the leaf begins at that second", [leaf(since=NOON), middle()], None),
        Chain("the leaf begins a second later", [leaf(since=NOON + SECOND), middle()], "x509-not-yet-valid"),
        Chain("the leaf ends at that second", [leaf(until=NOON), middle()], None, differs=INCLUSIVE),
        Chain("the leaf ended a second before", [leaf(until=NOON - SECOND), middle()], "x509-expired"),
        Chain(
            "the issuer begins a second later", [leaf(), middle(since=NOON + SECOND)], "x509-not-yet-valid"
        ),
        Chain("the issuer ended a second before", [leaf(), middle(until=NOON - SECOND)], "x509-expired"),
        Chain("the issuer ended long ago", [leaf(), middle(**old, until=NOON - 200 * DAY)], "x509-expired"),
        Chain(
            "the root ended a second before",
            [leaf(), middle()],
            "x509-expired",
            [root(until=NOON - SECOND)],
        ),
        Chain(
            "the root begins a second later",
            [leaf(), middle()],
            "x509-not-yet-valid",
            [root(since=NOON + SECOND)],
        ),
        Chain("the root ends at that second", [leaf(), middle()], None, [root(until=NOON)], INCLUSIVE),
        Chain(
            "an expired twin of the root beside it",
            [leaf(), middle()],
            None,
            [root(until=NOON - SECOND), root()],
        ),
    ]


def authorities() -> list[Chain]:
    second = certificate("Second", BOB, "Middle", MIDDLE_KEY, ca=True)
    below_second = certificate("Leaf", ALICE, "Second", BOB)
    return [
        Chain("two issuers", [below_second, second, middle()], None),
        Chain("path length 0 with one below", [below_second, second, middle(path_length=0)], ""),
        Chain("path length 1 with one below", [below_second, second, middle(path_length=1)], None),
        Chain("path length 0 of the root", [leaf(), middle()], "", [root(path_length=0)]),
        Chain("path length 1 of the root", [below_second, second, middle()], "", [root(path_length=1)]),
        Chain("path length 0 for the leaf alone", [leaf(), middle(path_length=0)], None),
        Chain("an issuer that is no authority", [leaf(), middle(ca=False)], ""),
        Chain("an issuer without basic constraints", [leaf(), middle(ca=None)], ""),
        Chain(
            "an issuer that may not sign certificates",
            [leaf(), middle((key_usage("digital_signature"), True))],
            "x509-key-usage",
        ),
        Chain("an issuer that may", [leaf(), middle((key_usage("key_cert_sign"), True))], None),
        Chain(
            "a root that may not sign certificates",
            [leaf(), middle()],
            "x509-key-usage",
            [root_with((key_usage("digital_signature"), True))],
        ),
        Chain(
            "a named leaf as issuer",
            [certificate("Leaf", ALICE, "Device", BOB)],
            "",
            [named("Device", "Root", BOB)],
        ),
        Chain(
            "a leaf that is an authority", [leaf(ca=True), middle()], "x509-ca-as-leaf", differs=NO_PURPOSE
        ),
        Chain(
            "the leaf's key is its issuer's, too",
            [certificate("Leaf", ALICE, "Middle", ALICE), named("Middle", "Root", ALICE, ca=True)],
            None,
        ),
    ]


def root_with(*extensions: Any) -> x509.Certificate:
    return certificate("Root", ROOT_KEY, "Root", ROOT_KEY, *extensions, ca=True)


def uses() -> list[Chain]:
    def one(name: str, id: str | None, *usages: str, differs: str = "") -> Chain:
        return Chain(name, [leaf((eku(*usages), False)), middle()], id, differs=differs)

    return [
        one("for attestation", None, AK),
        one("for any use", None, ANY),
        one("for any use among others", None, SERVER, ANY),
        one("for servers", "x509-key-usage", SERVER, differs=NO_PURPOSE),
        one("for code", "x509-key-usage", CODE, differs=NO_PURPOSE),
        one("for a use that nobody knows", "x509-key-usage", "1.3.6.1.4.1.32473.9", differs=NO_PURPOSE),
        Chain(
            "an issuer for servers",
            [leaf(), middle((eku(SERVER), True))],
            "x509-key-usage",
            differs=NO_PURPOSE,
        ),
        Chain(
            "a leaf for key agreement",
            [leaf((key_usage("key_agreement"), True)), middle()],
            "x509-key-usage",
            differs=NO_PURPOSE,
        ),
        Chain("an unknown critical extension of the leaf", [leaf((UNKNOWN, True)), middle()], ""),
        Chain("an unknown critical extension of the issuer", [leaf(), middle((UNKNOWN, True))], ""),
        Chain(
            "an unknown extension that is not critical",
            [leaf((UNKNOWN, False)), middle((UNKNOWN, False))],
            None,
        ),
    ]


def names() -> list[Chain]:
    rows = []
    for kind, name, other in (
        ("DNS", x509.DNSName("example"), x509.DNSName("evil.example")),
        ("IP", x509.IPAddress(ip_network("192.0.2.0/24")), x509.IPAddress(ip_network("203.0.113.0/24"))),
        ("directory", directory("Leaf"), directory("Other")),
    ):
        for critical in (True, False):
            limits = constraints([name], [other])
            how = "critical" if critical else "not critical"
            chain = [leaf(), middle((limits, critical))]
            rows.append(Chain(f"{kind} names that hold, {how}", chain, "", differs=NO_NAMES))
    forbidden = constraints(excluded=[directory("Leaf")])
    rows += [
        Chain("a directory name that is excluded", [leaf(), middle((forbidden, True))], ""),
        Chain(
            "a directory name that is not permitted",
            [leaf(), middle((constraints([directory("Other")]), True))],
            "",
        ),
        Chain(
            "constraints in the root",
            [leaf(), middle()],
            "",
            [root_with((constraints(excluded=[directory("Other")]), True))],
            NO_NAMES,
        ),
        Chain("a zero octet in the issuer's name", [named("Leaf", "Root\0Evil")], ""),
        Chain("the beginning of the root's name", [named("Leaf", "Roo")], ""),
        Chain("a zero octet in the leaf's own name", [named("Leaf\0Evil", "Root")], None),
        Chain("no name at all for the leaf", [nameless()], None),
    ]
    return rows


def nameless() -> x509.Certificate:
    builder = x509.CertificateBuilder(
        issuer_name=root().subject,
        subject_name=x509.Name([]),
        public_key=ALICE.public_key(),
        serial_number=9,
        not_valid_before=NOON - DAY,
        not_valid_after=NOON + DAY,
    )
    return builder.sign(ROOT_KEY, hashes.SHA256(), ecdsa_deterministic=True)


def order() -> list[Chain]:
    evil_root = certificate("Root", EVIL, "Root", EVIL, ca=True)
    evil_middle = certificate("Middle", MIDDLE_KEY, "Root", EVIL, ca=True)
    other_root = certificate("Other", BOB, "Other", BOB, ca=True)
    cross = certificate("Middle", MIDDLE_KEY, "Other", BOB, ca=True)
    loop = [
        certificate("Leaf", ALICE, "A", BOB),
        certificate("A", BOB, "B", EVIL, ca=True),
        certificate("B", EVIL, "A", BOB, ca=True),
    ]
    return [
        Chain("without its issuer", [leaf()], ""),
        Chain("the root before the issuer", [leaf(), root(), middle()], "", differs=UNORDERED),
        Chain("the leaf twice", [leaf(), leaf(), middle()], "", differs=UNORDERED),
        Chain("the issuer twice", [leaf(), middle(), middle(), root()], None),
        Chain("a stranger behind the root", [leaf(), middle(), root(), other_root], None),
        Chain("a stranger before the issuer", [leaf(), other_root, middle()], "", differs=UNORDERED),
        Chain("signed by itself", [certificate("Leaf", ALICE, "Leaf", ALICE)], ""),
        Chain("signed by itself under the root's name", [certificate("Root", ALICE, "Root", ALICE)], ""),
        Chain("a root of the same name and another key", [leaf(), evil_middle, evil_root], ""),
        Chain("an issuer of the same name and another root", [leaf(), evil_middle], ""),
        Chain("the wrong one of two roots of a name", [leaf(), middle()], "", [evil_root]),
        Chain("both roots of a name", [leaf(), middle()], None, [evil_root, root()], FIRST),
        Chain("a cross-certificate to another root", [leaf(), cross], "", [root()]),
        Chain("a cross-certificate to its root", [leaf(), cross], None, [other_root]),
        Chain("a circle", loop, ""),
        Chain("a circle around the root's key", [*loop, loop[1]], ""),
        Chain("the issuer itself named", [leaf(), middle()], None, [middle()]),
        Chain("the leaf itself named", [leaf(), middle()], None, [leaf()]),
    ]


def strength() -> list[Chain]:
    short, long = rsa_key(1024), rsa_key()
    rsa_middle = certificate("Middle", long, "Root", ROOT_KEY, ca=True)
    by_rsa = certificate("Leaf", ALICE, "Middle", long)
    return [
        Chain("an RSA issuer", [by_rsa, rsa_middle], None),
        Chain(
            "an RSA issuer of 1024 bits",
            [
                certificate("Leaf", ALICE, "Middle", short),
                certificate("Middle", short, "Root", ROOT_KEY, ca=True),
            ],
            "x509-weak-key",
            differs=LEVELS,
        ),
        Chain(
            "signed with SHA-1",
            [by_sha1(leaf(), MIDDLE_KEY), middle()],
            "x509-weak-signature",
            differs=LEVELS,
        ),
        Chain("signed with MD5", [by_md5(by_rsa, long), rsa_middle], "x509-weak-signature", differs=LEVELS),
        Chain("a leaf of version 1", [as_version_1(leaf(), MIDDLE_KEY), middle()], None),
        Chain("an issuer of version 1", [leaf(), as_version_1(middle(), ROOT_KEY)], ""),
        Chain("another algorithm inside", [with_other_algorithm_inside(), middle()], ""),
        Chain("another algorithm outside", [with_other_algorithm_outside(), middle()], ""),
        Chain("the serial number 0", [with_serial(0), middle()], None),
        Chain("a signature of zeros", [with_signature(lambda made: bytes(len(made))), middle()], ""),
        Chain("no signature", [with_signature(lambda made: b""), middle()], ""),
        Chain("a signature with a byte behind it", [with_signature(lambda made: made + b"\0"), middle()], ""),
        Chain("a signature in BER", [with_signature(long_form), middle()], ""),
        Chain("a sound one with a large r", [leaf_with_large_r(), middle()], None),
        Chain("a zero too many before r", [large_r(padded), middle()], ""),
        Chain("r without its sign octet", [large_r(negated), middle()], ""),
        Chain("r and s side by side", [with_signature(side_by_side), middle()], ""),
    ]
