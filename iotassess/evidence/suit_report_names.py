"""Numbers and names of SUIT reports (draft-ietf-suit-report-18). Tables only."""

from __future__ import annotations

from typing import Final

from iotassess.evidence import suit_names as suit

MALFORMED: Final = "suit-report-malformed"

CONTENT_TYPES: Final = frozenset({"application/suit-report+cose", 270})
"""Content type of a protected report, and its CoAP number."""

ENCRYPTED_TAG: Final = 16
"""COSE_Encrypt0: a protected report may be encrypted inside its signature."""

NONCE: Final = 2
RECORDS: Final = 3
RESULT: Final = 4
RESULT_CODE: Final = 5
RESULT_RECORD: Final = 6
RESULT_REASON: Final = 7
CAPABILITIES: Final = 8
REFERENCE: Final = 99

COMPONENT_ID: Final = 0
"""Member of system-property-claims that says which component they are of; the others are SUIT parameters."""

IMAGE_DIGEST: Final = 3
"""SUIT parameter whose value is a SUIT_Digest in a byte string."""

OK: Final = 0
"""The reason that is none."""

REASONS: Final = {
    OK: "ok",
    1: "cbor-parse",
    2: "cose-unsupported",
    3: "alg-unsupported",
    4: "unauthorised",
    5: "command-unsupported",
    6: "component-unsupported",
    7: "component-unauthorised",
    8: "parameter-unsupported",
    9: "severing-unsupported",
    10: "condition-failed",
    11: "operation-failed",
    12: "invoke-pending",
}

_SEVERABLE: Final = {
    15: "dependency-resolution",
    16: "payload-fetch",
    18: "candidate-verification",
    20: "install",
    23: "text",
}

_ENVELOPE: Final = {1: "delegation", 2: "authentication-wrapper", 3: "manifest", **_SEVERABLE}

MANIFEST: Final = {
    1: "manifest-version",
    2: "manifest-sequence-number",
    3: "common",
    4: "reference-uri",
    5: "manifest-component-id",
    6: "set-version",
    14: "coswid",
    **_SEVERABLE,
    **suit.SECTIONS,
}
"""Members of a manifest; a record names the one whose commands ran."""

COMPONENTS: Final = 1
ALGORITHMS: Final = 4

CAPABILITY_LISTS: Final[dict[int, tuple[str, dict[int, str]]]] = {
    COMPONENTS: ("components", {}),
    2: ("commands", suit.COMMANDS),
    3: ("parameters", suit.PARAMETERS),
    ALGORITHMS: ("crypto_algorithms", {}),
    5: ("envelope", _ENVELOPE),
    6: ("manifest", MANIFEST),
    7: ("common", {1: "dependencies", 2: "components", 4: "shared-sequence"}),
    8: ("text", suit.TEXT),
    9: ("text_component", suit.COMPONENT_TEXT),
    10: ("dependency", {1: "dependency-prefix"}),
}
"""Members of a capability report: name, and the names of the numbers in it."""

MANDATORY_CAPABILITIES: Final = (1, 2, 3, 4)
