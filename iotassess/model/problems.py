"""The closed list of problem ids with their severities: what can be wrong with an artefact.

``problem()`` is the only way to make one, so an id that is not here cannot be reported. The table is
what ``iotassess list problems`` prints and what the reference page is generated from.
"""

from __future__ import annotations

from iotassess.model.artefact import Problem, Severity

_E: Severity = "error"
_W: Severity = "warning"
_N: Severity = "note"

PROBLEMS: dict[str, tuple[Severity, str]] = {
    "cbor-malformed": (_E, "not well-formed CBOR (RFC 8949 section 5.3)"),
    "cbor-trailing-bytes": (_E, "bytes follow the one CBOR item that was expected"),
    "cbor-duplicate-key": (_E, "a map has the same key twice, or keys that common decoders merge"),
    "cbor-too-deep": (_E, "nested deeper than any known format needs"),
    "cbor-shared-reference": (_E, "shared or cyclic references (tags 28 and 29) are not accepted"),
    "cbor-indefinite-length": (
        _W,
        "an indefinite-length item where the format asks for definite lengths",
    ),
    "artefact-too-large": (_E, "larger, or with more items, than an artefact of its kind can be"),
    "artefact-unrecognised": (_E, "no known artefact kind fits the bytes"),
    "artefact-missing": (_E, "the profile names a file that is not there"),
    "cose-untagged": (_W, "a COSE message without its tag, so its type was inferred"),
    "cose-alg-missing": (
        _E,
        "no algorithm header: nothing says how the signature is to be checked",
    ),
    "cose-alg-unprotected": (
        _E,
        "the algorithm stands only in the unprotected header, where anybody can change it",
    ),
    "cose-alg-unsupported": (_E, "an algorithm that iotassess cannot verify"),
    "cose-alg-weak": (
        _W,
        "an algorithm too weak for evidence (a tag truncated to 64 bits, for example)",
    ),
    "cose-crit-unknown": (
        _E,
        "a critical header that is not understood, so the message must not be processed",
    ),
    "cose-key-mismatch": (_E, "the key that the message names does not fit its algorithm or curve"),
    "cose-bad-signature": (_E, "the signature or MAC does not verify with a key that fits"),
    "cose-no-key": (_W, "signed, but no key that fits was supplied"),
    "cose-unsigned": (_W, "no signature where one could be expected"),
    "cose-empty-block": (_E, "an authentication block without content"),
    "cose-symmetric-key": (
        _W,
        "authenticated by a shared secret: whoever can verify can also forge",
    ),
    "cose-test-key": (_E, "signed with a key whose private half is published"),
    "cose-self-asserted-key": (_W, "verified only by a key that the artefact itself carries"),
    "suit-malformed": (_E, "not a SUIT envelope by its CDDL"),
    "suit-legacy-layout": (_W, "key numbers of an older SUIT draft"),
    "suit-manifest-digest-mismatch": (_E, "the signed digest is not the digest of the manifest"),
    "suit-digest-alg-not-mti": (
        _W,
        "a digest algorithm outside the mandatory-to-implement profiles",
    ),
    "suit-digest-length": (_E, "a digest whose length does not fit its algorithm"),
    "suit-alg-not-mti": (_N, "a signature algorithm outside the mandatory-to-implement profiles"),
    "suit-manifest-version": (_E, "a manifest version other than 1"),
    "suit-sequence-number-exhausted": (
        _W,
        "a sequence number that leaves no room for a later update",
    ),
    "suit-sequence-rollback": (_E, "a sequence number lower than one already seen"),
    "suit-severed-digest-mismatch": (
        _E,
        "a severed member does not have the digest that the manifest gives",
    ),
    "suit-member-unauthenticated": (
        _E,
        "an envelope member that the signed manifest does not name",
    ),
    "suit-vendor-condition-missing": (
        _W,
        "no vendor identifier condition: any vendor's device would accept it",
    ),
    "suit-class-condition-missing": (
        _W,
        "no class identifier condition: any model would accept it",
    ),
    "suit-condition-before-parameter": (_E, "a condition runs before its parameter is set"),
    "suit-parameter-missing": (_E, "a command whose parameter is never set"),
    "suit-fetch-without-image-match": (
        _E,
        "a payload is fetched or copied and not checked against a digest",
    ),
    "suit-component-index-range": (_E, "a component index outside the component list"),
    "suit-uuid-length": (_E, "an identifier that is not a 16-byte UUID"),
    "suit-unknown-command": (_E, "a command that no specification assigns"),
    "suit-unknown-parameter": (_E, "a parameter that no specification assigns"),
    "suit-soft-failure-misplaced": (_W, "soft failure set outside try-each or run-sequence"),
    "suit-try-each-too-short": (_W, "try-each with fewer than two branches"),
    "suit-uri-plaintext": (_W, "a payload URI with an unencrypted scheme"),
    "suit-payload-unreferenced": (_W, "an integrated payload that no command uses"),
    "suit-no-validate": (_W, "none of validate, load and invoke is present"),
    "suit-dependency-unverified": (_W, "a dependency that is processed without an integrity check"),
    "suit-payload-digest-mismatch": (
        _E,
        "a supplied payload does not have the digest that the manifest gives",
    ),
    "suit-payload-size-mismatch": (
        _E,
        "a supplied payload does not have the size that the manifest gives",
    ),
    "suit-vendor-id-not-uuid5": (
        _N,
        "an identifier that is not the UUIDv5 of the text that it should be made from",
    ),
    "eat-nonce-missing": (_W, "no nonce, so the token can be replayed"),
    "eat-nonce-length": (_E, "a nonce shorter or longer than its profile allows"),
    "eat-nonce-mismatch": (_E, "the nonce is not the challenge that was given"),
    "eat-freshness-not-shown": (_W, "nothing shows when the token was made"),
    "eat-expired": (_E, "the expiry time is past"),
    "eat-not-yet-valid": (_E, "the token is not valid yet, or was issued in the future"),
    "eat-iat-float": (_E, "the issue time is a floating-point number, which EAT forbids"),
    "eat-claim-type": (_E, "a claim of the wrong type or length"),
    "eat-ueid-length": (_E, "a UEID outside 7 to 33 bytes"),
    "eat-ueid-type": (_W, "a UEID whose type byte and length do not fit each other"),
    "eat-oemid-form": (_E, "an OEM identifier in none of its three forms"),
    "eat-dependency": (_W, "a claim that needs another claim beside it"),
    "eat-dbgstat-invalid": (_E, "a debug status outside 0 to 4"),
    "eat-debug-enabled": (_E, "the debug facilities are enabled"),
    "eat-debug-reenableable": (_W, "debug is off now but may have been on since boot"),
    "eat-oemboot-false": (_E, "the device did not boot with its maker's software only"),
    "eat-profile-unknown": (_W, "a profile that iotassess does not know"),
    "eat-draft-labels": (_W, "claim labels of an older draft, which now mean something else"),
    "eat-submod-malformed": (_E, "a submodule in none of its forms"),
    "eat-submod-unverified": (_W, "a nested token whose signature was not verified"),
    "eat-detached-digest-mismatch": (
        _E,
        "a detached claims set does not have the digest that the token gives",
    ),
    "eat-location-present": (_W, "a location in device evidence: a privacy matter"),
    "eat-measurement-failed": (_E, "the device reports that a measured part failed its check"),
    "psa-claim-missing": (_E, "a mandatory claim of the token's profile is absent"),
    "psa-claim-invalid": (_E, "a claim with a value that the token's profile does not allow"),
    "psa-lifecycle-not-secured": (
        _E,
        "a security lifecycle in which the evidence cannot be trusted",
    ),
    "psa-lifecycle-debug": (_W, "a debug lifecycle outside the PSA root of trust"),
    "psa-lifecycle-invalid": (_E, "a lifecycle value in no defined range"),
    "psa-no-sw-components": (_E, "no software component is measured"),
    "psa-measurement-length": (_E, "a measurement whose length is not that of a hash"),
    "psa-signer-id-missing": (_E, "a software component without signer identifier"),
    "cca-binder-mismatch": (_E, "platform and realm token do not belong together"),
    "cca-token-incomplete": (_E, "a CCA collection without platform or realm token"),
    "corim-expired": (_E, "past its validity"),
    "corim-not-yet-valid": (_E, "before its validity"),
    "corim-legacy-tag": (_W, "a tag of an older CoRIM draft"),
    "corim-digest-truncated": (_W, "a truncated digest"),
    "corim-malformed": (_E, "not a CoRIM by its CDDL"),
    "corim-content-missing": (_E, "the signed manifest is not in the file"),
    "coswid-malformed": (_E, "not a CoSWID by its CDDL"),
    "mud-malformed": (_E, "not a MUD file by its model"),
    "mud-unsigned": (_W, "a MUD file without signature"),
    "mud-signature-invalid": (_E, "the MUD signature does not verify"),
    "mud-any-any": (_W, "an access list entry that allows any peer"),
    "mud-url-not-https": (_E, "a MUD URL that is not https"),
    "mud-unsupported": (_W, "the maker says that the product is no longer supported"),
    "mud-stale": (_W, "older than its own cache validity"),
    "x509-expired": (_E, "past its validity"),
    "x509-not-yet-valid": (_E, "before its validity"),
    "x509-untrusted": (_E, "does not build to a trust anchor that was named"),
    "x509-weak-key": (_E, "a key too short"),
    "x509-weak-signature": (_E, "signed with a broken algorithm"),
    "x509-key-usage": (_W, "a key usage that does not fit"),
    "x509-ca-as-leaf": (_E, "a CA certificate used as a leaf"),
    "mcuboot-malformed": (_E, "not an MCUboot image by its header and TLVs"),
    "mcuboot-hash-mismatch": (_E, "the image hash does not match"),
    "mcuboot-signature-invalid": (_E, "the image signature does not verify"),
    "mcuboot-unsigned": (_E, "an image without signature"),
    "mcuboot-test-key": (_E, "signed with a published MCUboot test key"),
    "mcuboot-no-security-counter": (_W, "no security counter"),
    "mcuboot-encrypted": (
        _W,
        "the payload is encrypted, so that its hash and signature cannot be held against it",
    ),
    "firmware-malformed": (_E, "an Intel HEX or ELF file whose structure is broken"),
    "suit-report-malformed": (_E, "not a SUIT report by its CDDL"),
    "suit-report-failure": (_W, "the device reports that the update failed"),
    "suit-report-reference-mismatch": (_E, "the report is about another manifest than the one supplied"),
    "cms-malformed": (_E, "not a CMS SignedData (RFC 5652)"),
    "cms-content-missing": (_E, "a detached signature whose content was not supplied"),
    "x509-malformed": (_E, "not a certificate (RFC 5280), or one that cannot be read"),
    "x509-ends-soon": (_N, "a certificate ends within ninety days"),
    "ear-malformed": (_E, "not an attestation result by its CDDL (draft-ietf-rats-ear)"),
    "ear-legacy-claims": (_N, "claim names of an older attestation result draft"),
    "ear-warning": (_W, "the appraisal warns, or makes no claim"),
    "ear-contraindicated": (_E, "the appraisal says not to trust the device"),
    "cmw-malformed": (_E, "not a conceptual message wrapper by its CDDL (draft-ietf-rats-msg-wrap)"),
    "teep-malformed": (_E, "not a TEEP message by its CDDL (draft-ietf-teep-protocol)"),
    "fdo-malformed": (_E, "not an FDO ownership voucher by its CDDL"),
    "fdo-entry-invalid": (_E, "an entry of an ownership voucher does not follow from the one before"),
    "fdo-chain-mismatch": (_E, "the device certificate chain is not the one that the header names"),
    "voucher-malformed": (_E, "not a voucher by its YANG model (RFC 8366)"),
    "voucher-expired": (_E, "a voucher past its expiry"),
    "voucher-not-yet-valid": (_E, "a voucher made in the future"),
    "voucher-without-nonce": (_W, "a voucher without nonce, which can be used again until it expires"),
    "key-denied": (_E, "signed with a key that the user's denylist names"),
    "firmware-denied": (_E, "speaks of firmware that the user's denylist names"),
}


def problem(
    id: str,
    message: str,
    *,
    at: str | None = None,
    offset: int | None = None,
    severity: Severity | None = None,
) -> Problem:
    """Make a problem of the closed list.

    Args:
        id: an id of :data:`PROBLEMS`; another one is a bug (``KeyError``).
        message: got, expected, where, what to do next.
        at: claim path.
        offset: byte offset.
        severity: only where the contract lets circumstances change it (``eat-nonce-missing`` is an
            error when a nonce was given, ``eat-submod-unverified`` when the signature is bad).

    Returns:
        The problem with the severity of the list, unless one is given.
    """
    listed = PROBLEMS[id][0]
    return Problem(id, severity or listed, message, at, offset)
