"""The vocabulary of attestation results: categories, tiers, values (draft-ietf-rats-ar4si-09 section 2.3).

A trustworthiness vector has a signed byte a category. The range that the byte lies in is its tier, whether
or not a meaning is assigned to it; so a value that is not known here keeps its tier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

Tier = Literal["none", "affirming", "warning", "contraindicated"]

CATEGORIES: Final = (
    "instance-identity",
    "configuration",
    "executables",
    "file-system",
    "hardware",
    "runtime-opaque",
    "storage-opaque",
    "sourced-data",
)
"""Names as EAR spells them in JSON; the index is the label in CBOR."""

NO_CLAIM: Final = 0
UNKNOWN_ELEMENTS: Final = 1
MALFUNCTION: Final = -1
CRYPTO_FAILED: Final = 99
"""Values that mean the same in each category (section 2.3.4)."""

FIRST_VALUE, LAST_VALUE = -128, 127
"""A value is a signed byte (section 2.3.2)."""

STATUSES: Final[Mapping[int, Tier]] = {0: "none", 2: "affirming", 32: "warning", 96: "contraindicated"}
"""Value of a status in CBOR → tier (draft-ietf-rats-ear-03 section 3.1)."""

STATUS_VALUES: Final[Mapping[str, int]] = {name: value for value, name in STATUSES.items()}

_COMMON: Final = {
    MALFUNCTION: "the verifier failed while it appraised",
    NO_CLAIM: "no claim is made",
    UNKNOWN_ELEMENTS: "the evidence has elements that the verifier cannot judge",
    CRYPTO_FAILED: "cryptographic validation of the evidence failed",
}

_SPECIFIC: Final[Mapping[str, Mapping[int, str]]] = {
    "instance-identity": {
        2: "recognised, and not known to be compromised",
        96: "recognised, and not trustworthy",
        97: "not recognised, though it should be",
    },
    "configuration": {
        2: "known and approved",
        3: "exposes no known vulnerability",
        32: "exposes known vulnerabilities",
        36: "parts that matter for security are not available to the verifier",
        96: "exposes vulnerabilities that are not acceptable",
    },
    "executables": {
        2: "only approved software was loaded, during boot and after it",
        3: "only approved software was loaded during boot",
        32: "genuine software, some of it with known vulnerabilities",
        33: "software that is not recognised was loaded",
        96: "contraindicated software was loaded",
    },
    "file-system": {
        2: "only approved files were found",
        32: "files that are not recognised were found",
        96: "contraindicated files were found",
    },
    "hardware": {
        2: "genuine and supported",
        32: "genuine, with known vulnerabilities",
        96: "recognised, and contraindicated",
        97: "not recognised, though it should be",
    },
    "runtime-opaque": {
        2: "memory is encrypted and closed to everything else on the device",
        32: "memory is isolated, and not encrypted",
        96: "memory can be seen from outside",
    },
    "storage-opaque": {
        2: "stored secrets are encrypted with keys of the hardware",
        32: "stored secrets are encrypted with keys of software",
        96: "secrets are stored unencrypted",
    },
    "sourced-data": {
        2: "data comes from attested sources, all of them affirmed",
        32: "data comes from sources that are not attested, or warned of",
        96: "data comes from contraindicated sources",
    },
}

_BADNESS: Final[Mapping[Tier, int]] = {"affirming": 0, "warning": 1, "none": 2, "contraindicated": 3}
"""How little a status is worth. One that claims nothing is worth less than a warning, which at least says
what was found (``compared_network.APPRAISALS`` has the same order)."""


def tier(value: int) -> Tier:
    """Give the tier of a value: it depends on its range alone (section 2.3.2).

    Args:
        value: -128 to 127.
    """
    if -1 <= value <= 1:
        return "none"
    if -32 <= value <= 31:
        return "affirming"
    if -96 <= value <= 95:
        return "warning"
    return "contraindicated"


def meaning(category: str, value: int) -> str:
    """Say what a value means; of one that nobody assigned, whose it is.

    Args:
        category: of :data:`CATEGORIES`; another one has the common meanings only.
        value: -128 to 127.
    """
    known = _SPECIFIC.get(category, {}).get(value) or _COMMON.get(value)
    if known:
        return known
    return "a value of the verifier's own" if value < 0 else "a value that is not assigned"


def worst_status(tiers: Iterable[Tier]) -> Tier:
    """Give the least favourable of several statuses; of none of them "none"."""
    return max(tiers, key=_BADNESS.__getitem__, default="none")


def is_better(status: Tier, than: Tier) -> bool:
    """Tell whether a status promises more than another."""
    return _BADNESS[status] < _BADNESS[than]


def best_status(values: Iterable[int]) -> Tier:
    """Give the best status that a vector leaves room for: the worst tier among its entries.

    An entry that makes no claim takes nothing away from the others, and adds nothing: a vector without any
    that affirms, warns or contraindicates leaves "none" (section 2.3.2, and EAR section 3.1).
    """
    made = [found for value in values if (found := tier(value)) != "none"]
    return worst_status(made)
