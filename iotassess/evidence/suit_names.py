"""Numbers and names of SUIT: commands, parameters, sections, digests, as the drafts assign them.

Tables only. "MS" is draft-ietf-suit-manifest-37, "TD" suit-trust-domains, "UM" suit-update-management,
"FE" suit-firmware-encryption, "MTI" suit-mti. What differs from one draft generation to the next is put
together in :mod:`iotassess.evidence.suit_layout`.
"""

from __future__ import annotations

from typing import Final

MALFORMED: Final = "suit-malformed"
"""Problem id for CBOR that is sound but not what the manifest's CDDL prescribes."""

ABORTING: Final = frozenset(
    {"suit-unknown-command", "suit-unknown-parameter", "suit-component-index-range"},
)
"""Problem ids of what a processor has to abort on: what it does on such a manifest nobody can tell."""

ENVELOPE_TAG: Final = 107
"""SUIT_Envelope_Tagged (MS section 12)."""

# --- envelope and manifest members ----------------------------------------------------------------

DELEGATION: Final = 1
"""Envelope member of the first trust-domains drafts; reserved since."""
WRAPPER: Final = 2
MANIFEST: Final = 3

VERSION: Final = 1
SEQUENCE_NUMBER: Final = 2
COMMON: Final = 3
REFERENCE_URI: Final = 4
COMPONENT_ID: Final = 5
SET_VERSION: Final = 6

DEPENDENCIES: Final = 1
COMPONENTS: Final = 2
SHARED: Final = 4

OLD_DEPENDENCY_COMPONENTS: Final = 3
"""Member of common in the first drafts: components of dependencies."""

SECTIONS: Final = {
    7: "validate",
    8: "load",
    9: "invoke",
    15: "dependency-resolution",
    16: "payload-fetch",
    18: "candidate-verification",
    20: "install",
    24: "uninstall",
}
"""Members of the manifest that are command sequences (MS section 8.4, TD)."""

SECTIONS_16: Final = {
    7: "dependency-resolution",
    8: "payload-fetch",
    9: "install",
    10: "validate",
    11: "load",
    12: "run",
}
"""The same up to -16."""

UPDATE: Final = ("dependency-resolution", "payload-fetch", "candidate-verification", "install")
"""Sections of the update procedure, in order (MS section 6.3, TD)."""

BOOT: Final = ("validate", "load", "invoke", "run")
"""Sections of the invocation procedure, in order."""

# --- commands -------------------------------------------------------------------------------------

CONDITIONS: Final = {
    1: "vendor-identifier",
    2: "class-identifier",
    3: "image-match",
    4: "use-before",
    5: "component-slot",
    6: "check-content",
    7: "dependency-integrity",
    8: "is-dependency",
    14: "abort",
    24: "device-identifier",
    25: "image-not-match",
    26: "minimum-battery",
    27: "update-authorized",
    28: "version",
}

DIRECTIVES: Final = {
    11: "process-dependency",
    12: "set-component-index",
    15: "try-each",
    18: "write",
    19: "set-parameters",
    20: "override-parameters",
    21: "fetch",
    22: "copy",
    23: "invoke",
    29: "wait",
    31: "swap",
    32: "run-sequence",
    33: "unlink",
    34: "override-multiple",
    35: "copy-params",
}

COMMANDS: Final = CONDITIONS | DIRECTIVES

COMMANDS_27: Final = COMMANDS | {13: "set-dependency-index"}
"""-17 to -27. Up to -18 number 18 was process-dependency; the walk tells by what it is applied to."""

COMMANDS_16: Final = COMMANDS_27 | {
    6: "custom-condition",
    18: "process-dependency",
    23: "run",
    30: "fetch-uri-list",
}
"""Up to -16. Numbers 30, 31 and 32 were dealt out anew in -07; their argument tells which is meant."""

CONDITION_NAMES: Final = frozenset(CONDITIONS.values()) | {"custom-condition"}

SHARED_COMMANDS: Final = CONDITION_NAMES | {
    "set-component-index",
    "set-dependency-index",
    "try-each",
    "run-sequence",
    "set-parameters",
    "override-parameters",
    "override-multiple",
    "copy-params",
}
"""What a shared sequence may hold: nothing that acts (MS section 6.2; TD and UM add the setting ones)."""

CUSTOM_BELOW: Final = -256
"""Smaller numbers are free for everybody; -256 to -1 are reserved (MS section 12)."""

# --- parameters -----------------------------------------------------------------------------------

PARAMETERS: Final = {
    1: "vendor-identifier",
    2: "class-identifier",
    3: "image-digest",
    4: "use-before",
    5: "component-slot",
    12: "strict-order",
    13: "soft-failure",
    14: "image-size",
    18: "content",
    19: "encryption-info",
    21: "uri",
    22: "source-component",
    23: "invoke-args",
    24: "device-identifier",
    25: "fetch-arguments",
    26: "minimum-battery",
    27: "update-priority",
    28: "version",
    29: "wait-info",
    30: "component-metadata",
}

PARAMETERS_16: Final = PARAMETERS | {
    18: "encryption-info",
    19: "compression-info",
    20: "unpack-info",
    30: "uri-list",
}

PARAMETERS_04: Final = {
    1: "strict-order",
    2: "soft-failure",
    3: "vendor-identifier",
    4: "class-identifier",
    5: "device-identifier",
    6: "uri",
    7: "encryption-info",
    8: "compression-info",
    9: "unpack-info",
    10: "source-component",
    11: "image-digest",
    12: "image-size",
    24: "uri-list",
}
"""-03, and -04 in part: some of its examples have these numbers, some the later ones."""

TELL_04: Final = frozenset({6, 10, 11})
"""Numbers that only :data:`PARAMETERS_04` assigns: seen up to -16, they mean that it is in use."""

# --- text -----------------------------------------------------------------------------------------

TEXT: Final = {
    1: "manifest-description",
    2: "update-description",
    3: "manifest-json-source",
    4: "manifest-yaml-source",
}

COMPONENT_TEXT: Final = {
    1: "vendor-name",
    2: "model-name",
    3: "vendor-domain",
    4: "model-info",
    5: "component-description",
    6: "component-version",
    7: "version-required",
    8: "current-version",
}

# --- what the profiles of MTI section 3 name ------------------------------------------------------

MTI_DIGEST: Final = -16
MTI_AUTHENTICATION: Final = frozenset({5, -9, -19, -46})
"""HMAC 256/256, ESP256, Ed25519, HSS-LMS. ES256 (-7) is in no profile, common as it is."""
MTI_ENCRYPTION: Final = frozenset(
    {(-65534, -3), (-65534, -29), (1, -29), (24, -29), (-65532, -5)},
)
"""Pairs of content encryption and key exchange."""

ENCRYPTION_ALGORITHMS: Final = {
    1: "A128GCM",
    2: "A192GCM",
    3: "A256GCM",
    24: "ChaCha20/Poly1305",
    -3: "A128KW",
    -4: "A192KW",
    -5: "A256KW",
    -6: "direct",
    -25: "ECDH-ES + HKDF-256",
    -29: "ECDH-ES + A128KW",
    -30: "ECDH-ES + A192KW",
    -31: "ECDH-ES + A256KW",
    -65534: "A128CTR",
    -65533: "A192CTR",
    -65532: "A256CTR",
    -65531: "A128CBC",
    -65530: "A192CBC",
    -65529: "A256CBC",
}
"""IANA COSE registry names of what COSE_Encrypt in a manifest may name (RFC 9053, RFC 9459)."""

PLAINTEXT_SCHEMES: Final = frozenset(
    {"http", "coap", "coap+tcp", "coap+ws", "ftp", "tftp", "mqtt", "ws"},
)
"""URI schemes whose traffic anybody on the way can read."""
