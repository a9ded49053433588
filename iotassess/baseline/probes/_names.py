"""Which names of algorithms and cipher suites are strong: closed lists, and a way to judge a set of names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import among, answers_for, silent
from iotassess.model.claim import PRODUCT, Claim, Subject, Value, is_declared

Strength = Literal["strong", "weaker", "weak", "unknown"]

STRONG = frozenset(
    name.casefold()
    for name in (
        # Signatures (IANA COSE algorithms; RFC 9053, RFC 8230, RFC 9864, RFC 8778, FIPS 204, FIPS 205)
        *("ES256", "ES384", "ES512", "ESP256", "ESP384", "ESP512", "ESB256", "ESB320", "ESB384", "ESB512"),
        *("EdDSA", "Ed25519", "Ed448", "PS256", "PS384", "PS512", "HSS-LMS", "LMS", "XMSS"),
        *("ML-DSA-44", "ML-DSA-65", "ML-DSA-87"),
        *("SLH-DSA-SHA2-128s", "SLH-DSA-SHAKE-128s", "SLH-DSA-SHA2-128f"),
        # Message authentication
        *("HMAC 256/256", "HMAC 384/384", "HMAC 512/512", "HMAC-SHA-256", "HMAC-SHA-384", "HMAC-SHA-512"),
        *("AES-CMAC", "AES-128-CMAC", "AES-256-CMAC"),
        # Encryption
        *("A128GCM", "A192GCM", "A256GCM", "AES-GCM", "AES-128-GCM", "AES-192-GCM", "AES-256-GCM"),
        *("AES-CCM-16-128-128", "AES-CCM-16-128-256", "AES-CCM-64-128-128", "AES-CCM-64-128-256"),
        *("AES-CCM", "AES-128-CCM", "AES-256-CCM", "ChaCha20/Poly1305", "ChaCha20-Poly1305"),
        *("AES-128", "AES-192", "AES-256", "AES-XTS", "AES-128-XTS", "AES-256-XTS", "Ascon-AEAD128"),
        # Key wrap and agreement
        *("A128KW", "A192KW", "A256KW", "direct", "direct+HKDF-SHA-256", "direct+HKDF-SHA-512"),
        *("ECDH-ES + HKDF-256", "ECDH-ES + HKDF-512", "ECDH-SS + HKDF-256", "ECDH-SS + HKDF-512"),
        *("ECDH-ES + A128KW", "ECDH-ES + A192KW", "ECDH-ES + A256KW"),
        *("ECDH-SS + A128KW", "ECDH-SS + A192KW", "ECDH-SS + A256KW"),
        *("RSAES-OAEP w/ SHA-256", "RSAES-OAEP w/ SHA-512", "HKDF-SHA-256", "HKDF-SHA-512"),
        *("X25519", "X448", "ECDH", "ECDHE", "ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"),
        *("P-256", "P-384", "P-521", "secp256r1", "secp384r1", "secp521r1"),
        *("ECDSA-P256", "ECDSA-P384", "ECDSA-P521"),
        # Hashes
        *("SHA-256", "SHA-384", "SHA-512", "SHA-512/256", "SHAKE128", "SHAKE256"),
        *("SHA3-256", "SHA3-384", "SHA3-512", "Ascon-Hash256"),
    )
)
"""Names of current best practice: IANA COSE names, and the usual ones elsewhere."""

WEAKER = frozenset(
    name.casefold()
    for name in (
        # PKCS #1 v1.5 signatures, and a curve that few profiles allow (RFC 8812: not recommended)
        *("RS256", "RS384", "RS512", "ES256K"),
        # 64-bit tags: in use on constrained links, where a forger has few attempts
        *("AES-CCM-16-64-128", "AES-CCM-16-64-256", "AES-CCM-64-64-128", "AES-CCM-64-64-256"),
        *("AES-MAC 128/64", "AES-MAC 256/64", "AES-MAC 128/128", "AES-MAC 256/128", "HMAC-SHA-1"),
        # Confidentiality without integrity (RFC 9459)
        *("A128CTR", "A192CTR", "A256CTR", "A128CBC", "A192CBC", "A256CBC", "AES-128-CBC", "AES-256-CBC"),
        *("AES-CBC", "AES-CTR", "AES-128-CTR", "AES-256-CTR"),
        # OAEP with SHA-1
        "RSAES-OAEP w/ RFC 8017 default parameters",
        *("SHA-224", "ECDSA-P224", "P-224", "secp224r1"),
    )
)
"""Names that are no mistake but not best practice either."""

WEAK = frozenset(
    name.casefold()
    for name in (
        *("RS1", "SHA-1", "SHA1", "MD2", "MD4", "MD5", "HMAC-MD5", "SHA-256/64", "HMAC 256/64"),
        *("DES", "3DES", "DES3", "TDEA", "DES-EDE3", "RC2", "RC4", "ARC4", "IDEA", "SEED", "Blowfish"),
        *("AES-ECB", "AES-128-ECB", "AES-256-ECB", "WalnutDSA", "DSA", "P-192", "secp192r1", "ECDSA-P192"),
        *("CRC32", "XOR", "none", "NULL"),
    )
)
"""Names that are broken, deprecated, or no protection at all."""

RSA_BITS = 2048
"""Shortest RSA modulus that counts as strong (NIST SP 800-131A revision 2)."""

_RSA = re.compile(r"^rsa[-_ ]?(?:pss[-_ ]?|pkcs1[-_ ]?)?(\d{3,5})$")
_BAD_SUITE = re.compile(
    r"(?:^|_)(NULL|EXPORT|EXPORT40|EXP|ANON|ADH|AECDH|RC2|RC4|DES|3DES|DES40|MD5|IDEA|SEED)(?:_|$)"
)
_UNENCRYPTED_SUITE = re.compile(r"^TLS_SHA\d+_SHA\d+$")
"""Cipher suites of RFC 9150, which authenticate and do not encrypt."""

_AEAD_SUITE = re.compile(r"GCM|CCM|POLY1305")


def algorithm_strength(name: str) -> Strength:
    """Tell how strong an algorithm is by its name.

    Args:
        name: IANA COSE registry name, or its usual name elsewhere; case does not matter.
    """
    key = name.casefold().strip()
    rsa = _RSA.match(key)
    if rsa:
        return "strong" if int(rsa[1]) >= RSA_BITS else "weak"
    for strength, names in _LISTS:
        if key in names:
            return strength
    return "unknown"


_LISTS: tuple[tuple[Strength, frozenset[str]], ...] = (("strong", STRONG), ("weaker", WEAKER), ("weak", WEAK))


def suite_strength(name: str) -> Strength:
    """Tell how strong a TLS cipher suite is by its name (IANA or OpenSSL spelling), after RFC 9325.

    Strong has authenticated encryption and forward secrecy. Weaker lacks one of them, or has a 64-bit tag.
    """
    key = re.sub(r"[-\s]", "_", name.strip().upper())
    if _BAD_SUITE.search(key) or _UNENCRYPTED_SUITE.match(key):
        return "weak"
    if not key.startswith("TLS_") and "AES" not in key and "CHACHA20" not in key:
        return "unknown"
    if not _AEAD_SUITE.search(key):
        return "weaker"
    if key.endswith(("CCM_8", "CCM8", "CCM_8_SHA256")):
        return "weaker"
    new = re.match(r"TLS_(AES|CHACHA20)_", key)
    return "strong" if new or "DHE_" in key else "weaker"


def judge_names(
    facts: Facts,
    properties: Sequence[str],
    strength: Callable[[str], Strength],
    *,
    say: str,
    subject: Subject = PRODUCT,
) -> Answer:
    """Judge a set of names: every one counts, and the set is as proven as its least proven name.

    An artefact shows only the names that it uses itself. Whether these are all is for the profile to say, so
    without a declared set the answer stays open, however strong the names that were seen.

    Args:
        facts: the claims.
        properties: properties that hold names; the first one is that of the declared set.
        strength: tells how strong a name is.
        say: what the names are of, for the because.
        subject: what they are about.
    """
    claims = [c for property in properties for c in facts.claims(property, subject)]
    by_name: dict[Value, list[Claim]] = {}
    for claim in claims:
        by_name.setdefault(claim.value, []).append(claim)
    answers: list[Answer] = []
    disputed = False
    for name, group in by_name.items():
        if any(answers_for(c) for c in group):
            answers.append(_one(facts, properties[0], name, group, strength(str(name)), say, subject))
        elif strength(str(name)) != "strong":
            disputed = True
    if not answers:
        return silent(f"{say}: neither declared nor shown", claims)._replace(disputed=disputed)
    answer = all_of(answers)
    if answer.outcome == "met" and not any(is_declared(c) and c.property == properties[0] for c in claims):
        answer = silent(
            f"{say}: those seen are strong, but the profile does not say which are in use", claims
        )
    return answer._replace(disputed=disputed or answer.disputed)


def _one(
    facts: Facts,
    property: str,
    name: Value,
    group: list[Claim],
    strength: Strength,
    say: str,
    subject: Subject,
) -> Answer:
    """Judge one name by all the claims that give it."""
    if strength == "unknown":
        return silent(f"{say}: {name} is no name that iotassess knows", group)
    met = (name,) if strength == "strong" else ()
    weaker = (name,) if strength == "weaker" else ()
    # The same name from another property supports it, too: it is judged as one property.
    alike = [c._replace(property=property) for c in group]
    answer = among(facts, alike).judge(property, met, weaker=weaker, subject=subject, say=say)
    return answer._replace(claims=tuple(group))
