"""Names for what DER holds: tags (X.680), object identifiers, and the fields of certificates and CMS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TAG_NAMES: Final = {
    1: "BOOLEAN",
    2: "INTEGER",
    3: "BIT STRING",
    4: "OCTET STRING",
    5: "NULL",
    6: "OBJECT IDENTIFIER",
    10: "ENUMERATED",
    12: "UTF8String",
    16: "SEQUENCE",
    17: "SET",
    18: "NumericString",
    19: "PrintableString",
    20: "T61String",
    22: "IA5String",
    23: "UTCTime",
    24: "GeneralizedTime",
    28: "UniversalString",
    30: "BMPString",
}

OIDS: Final = {
    "1.2.840.10040.4.1": "dsa",
    "1.2.840.10045.2.1": "ecPublicKey",
    "1.2.840.10045.3.1.7": "P-256",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.2.840.113549.1.1.1": "rsaEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.8": "mgf1",
    "1.2.840.113549.1.1.10": "rsassa-pss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.113549.1.7.1": "data",
    "1.2.840.113549.1.7.2": "signedData",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.3": "contentType",
    "1.2.840.113549.1.9.4": "messageDigest",
    "1.2.840.113549.1.9.5": "signingTime",
    "1.2.840.113549.1.9.15": "smimeCapabilities",
    "1.2.840.113549.1.9.16.1.40": "animaJSONVoucher",
    "1.2.840.113549.1.9.16.1.41": "mudType",
    "1.2.840.113549.1.9.16.2.47": "signingCertificateV2",
    "1.2.840.113549.1.9.52": "cmsAlgorithmProtection",
    "1.3.14.3.2.26": "sha1",
    "1.3.6.1.4.1.311.2.1.14": "certExtensions",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
    "1.3.6.1.5.5.7.1.25": "mudURL",
    "1.3.6.1.5.5.7.1.30": "mudSigner",
    "1.3.6.1.5.5.7.1.32": "masaURL",
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.28": "cmcRA",
    "1.3.6.1.5.5.7.8.4": "hardwareModuleName",
    "1.3.6.1.5.5.7.48.1": "ocsp",
    "1.3.6.1.5.5.7.48.2": "caIssuers",
    "1.3.101.110": "X25519",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "2.16.840.1.101.3.4.2.1": "sha-256",
    "2.16.840.1.101.3.4.2.2": "sha-384",
    "2.16.840.1.101.3.4.2.3": "sha-512",
    "2.5.4.3": "commonName",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "countryName",
    "2.5.4.7": "localityName",
    "2.5.4.8": "stateOrProvinceName",
    "2.5.4.9": "streetAddress",
    "2.5.4.10": "organizationName",
    "2.5.4.11": "organizationalUnitName",
    "2.5.4.12": "title",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.15": "keyUsage",
    "2.5.29.17": "subjectAltName",
    "2.5.29.18": "issuerAltName",
    "2.5.29.19": "basicConstraints",
    "2.5.29.30": "nameConstraints",
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.32": "certificatePolicies",
    "2.5.29.35": "authorityKeyIdentifier",
    "2.5.29.37": "extKeyUsage",
    "2.23.133.5.4.1": "tcg-dice-TcbInfo",
    "2.23.133.5.4.4": "tcg-dice-Ueid",
    "2.23.133.8.3": "tcg-kp-AIKCertificate",
}
"""Object identifier → name (RFC 5280, RFC 5652, RFC 8410, RFC 8520, RFC 8995, NIST CSOR, IEEE 802.1AR)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a SEQUENCE.

    Attributes:
        name: in the specification.
        tag: identifier octet of the element, or None for any.
        parts: fields inside it.
        each: the fields of every element inside it.
        notes: marks.
        many: more elements of the kind may follow.
    """

    name: str
    tag: int | None = None
    parts: tuple[Part, ...] = ()
    each: Part | None = None
    notes: tuple[str, ...] = ()
    many: bool = False


_SEQUENCE, _SET, _INTEGER, _BITS, _OCTETS, _OID = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06
_ALGORITHM: Final = (Part("algorithm", _OID), Part("parameters"))
_ATTRIBUTE: Final = Part("attribute", parts=(Part("type", _OID), Part("value")))
_NAME: Final = Part("relative distinguished name", each=_ATTRIBUTE)
_EXTENSION: Final = Part(
    "extension", parts=(Part("extnID", _OID), Part("critical", 0x01), Part("extnValue", _OCTETS))
)
_KEY: Final = (Part("algorithm", parts=_ALGORITHM), Part("subjectPublicKey", notes=("key",)))

CERTIFICATE: Final = Part(
    "Certificate",
    parts=(
        Part(
            "tbsCertificate",
            notes=("signed bytes from {start} to {end}",),
            parts=(
                Part("version", 0xA0, parts=(Part("version"),)),
                Part("serialNumber", _INTEGER),
                Part("signature", _SEQUENCE, parts=_ALGORITHM),
                Part("issuer", _SEQUENCE, each=_NAME),
                Part("validity", _SEQUENCE, parts=(Part("notBefore"), Part("notAfter"))),
                Part("subject", _SEQUENCE, each=_NAME),
                Part("subjectPublicKeyInfo", _SEQUENCE, parts=_KEY),
                Part("issuerUniqueID", 0x81),
                Part("subjectUniqueID", 0x82),
                Part("extensions", 0xA3, parts=(Part("extensions", each=_EXTENSION),)),
            ),
        ),
        Part("signatureAlgorithm", parts=_ALGORITHM),
        Part("signatureValue", notes=("signature",)),
    ),
)
"""RFC 5280 section 4.1."""

_SIGNER: Final = Part(
    "SignerInfo",
    parts=(
        Part("version", _INTEGER),
        Part("sid"),
        Part("digestAlgorithm", _SEQUENCE, parts=_ALGORITHM),
        Part("signedAttrs", 0xA0, each=Part("attribute", parts=(Part("type", _OID), Part("values")))),
        Part("signatureAlgorithm", _SEQUENCE, parts=_ALGORITHM),
        Part("signature", _OCTETS, notes=("signature",)),
        Part("unsignedAttrs", 0xA1),
    ),
)
CMS: Final = Part(
    "ContentInfo",
    parts=(
        Part("contentType", _OID),
        Part(
            "content",
            0xA0,
            parts=(
                Part(
                    "SignedData",
                    _SEQUENCE,
                    parts=(
                        Part("version", _INTEGER),
                        Part("digestAlgorithms", _SET),
                        Part(
                            "encapContentInfo",
                            _SEQUENCE,
                            parts=(
                                Part("eContentType", _OID),
                                Part("eContent", 0xA0, notes=("signed content",)),
                            ),
                        ),
                        Part("certificates", 0xA0, each=CERTIFICATE),
                        Part("crls", 0xA1),
                        Part("signerInfos", _SET, each=_SIGNER),
                    ),
                ),
            ),
        ),
    ),
)
"""RFC 5652 sections 3 and 5."""

PUBLIC_KEY: Final = Part("SubjectPublicKeyInfo", parts=_KEY)
