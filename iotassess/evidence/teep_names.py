"""Numbers and names of TEEP messages (draft-ietf-teep-protocol; IANA registry "TEEP").

There are two numberings. The drafts up to 2025 left gaps: labels from 6 on, success and error, and one error
code have numbers there that the last draft (26) and the registry moved down. A message does not say by which
it was made; the types of its values tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

QUERY_REQUEST, QUERY_RESPONSE, UPDATE, SUCCESS, ERROR = (
    "query-request",
    "query-response",
    "update",
    "success",
    "error",
)


class Numbering(NamedTuple):
    """One numbering.

    Attributes:
        name: as it stands in ``claims``.
        types: message type → name.
        options: label → name of an option.
        errors: error code → name.
        component_id: label of a component identifier in ``requested-tc-list``.
        sequence_number: label of the sequence number there.
        have_binary: label of the flag there.
    """

    name: str
    types: Mapping[int, str]
    options: Mapping[int, str]
    errors: Mapping[int, str]
    component_id: int
    sequence_number: int
    have_binary: int


_ERRORS: Final = {
    1: "permanent-error",
    2: "unsupported-extension",
    3: "unsupported-freshness-mechanisms",
    4: "unsupported-msg-version",
    5: "unsupported-cipher-suites",
    6: "bad-certificate",
    7: "attestation-required",
    8: "unsupported-suit-report",
    9: "certificate-expired",
    10: "temporary-error",
}

CURRENT: Final = Numbering(
    "draft-26",
    {1: QUERY_REQUEST, 2: QUERY_RESPONSE, 3: UPDATE, 4: SUCCESS, 5: ERROR},
    {
        1: "supported-teep-cipher-suites",
        2: "challenge",
        3: "versions",
        4: "supported-suit-cose-profiles",
        5: "selected-version",
        6: "attestation-payload",
        7: "tc-list",
        8: "ext-list",
        9: "manifest-list",
        10: "msg",
        11: "err-msg",
        12: "attestation-payload-format",
        13: "requested-tc-list",
        14: "unneeded-manifest-list",
        18: "suit-reports",
        19: "token",
        20: "supported-freshness-mechanisms",
        21: "err-lang",
        22: "err-code",
    },
    {**_ERRORS, 11: "manifest-processing-failed"},
    15,
    16,
    17,
)

OLDER: Final = Numbering(
    "older-draft",
    {1: QUERY_REQUEST, 2: QUERY_RESPONSE, 3: UPDATE, 5: SUCCESS, 6: ERROR},
    {
        1: "supported-teep-cipher-suites",
        2: "challenge",
        3: "versions",
        4: "supported-suit-cose-profiles",
        5: "selected-cipher-suite",
        6: "selected-version",
        7: "attestation-payload",
        8: "tc-list",
        9: "ext-list",
        10: "manifest-list",
        11: "msg",
        12: "err-msg",
        13: "attestation-payload-format",
        14: "requested-tc-list",
        15: "unneeded-manifest-list",
        19: "suit-reports",
        20: "token",
        21: "supported-freshness-mechanisms",
        22: "err-lang",
        23: "err-code",
    },
    {**_ERRORS, 17: "manifest-processing-failed"},
    16,
    17,
    18,
)

OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    QUERY_REQUEST: frozenset(
        {
            "token",
            "supported-freshness-mechanisms",
            "challenge",
            "versions",
            "attestation-payload-format",
            "attestation-payload",
            "suit-reports",
            "supported-teep-cipher-suites",
        }
    ),
    QUERY_RESPONSE: frozenset(
        {
            "token",
            "selected-cipher-suite",
            "selected-version",
            "attestation-payload-format",
            "attestation-payload",
            "suit-reports",
            "tc-list",
            "requested-tc-list",
            "unneeded-manifest-list",
            "ext-list",
        }
    ),
    UPDATE: frozenset(
        {
            "token",
            "unneeded-manifest-list",
            "manifest-list",
            "attestation-payload-format",
            "attestation-payload",
            "err-code",
            "err-msg",
            "err-lang",
        }
    ),
    SUCCESS: frozenset({"token", "msg", "suit-reports"}),
    ERROR: frozenset(
        {
            "token",
            "err-msg",
            "err-lang",
            "supported-teep-cipher-suites",
            "supported-freshness-mechanisms",
            "supported-suit-cose-profiles",
            "challenge",
            "versions",
            "suit-reports",
        }
    ),
}
"""Type of message → options that it may have. Others are extensions, which a reader has to ignore."""

FRESHNESS: Final = {0: "nonce", 1: "timestamp", 2: "epoch-id"}

DATA_ITEMS: Final = {0: "attestation", 1: "trusted-components", 2: "extensions", 3: "suit-reports"}
"""Bits of data-item-requested."""

COSE_MESSAGES: Final = {
    16: "COSE_Encrypt0",
    17: "COSE_Mac0",
    18: "COSE_Sign1",
    96: "COSE_Encrypt",
    97: "COSE_Mac",
    98: "COSE_Sign",
}

PARAMETERS: Final = {
    1: "vendor_identifier",
    2: "class_identifier",
    3: "image_digest",
    5: "component_slot",
    14: "image_size",
    24: "device_identifier",
    28: "version",
}
"""SUIT parameters that a system property claim has (draft-ietf-suit-report); 0 is the component."""
