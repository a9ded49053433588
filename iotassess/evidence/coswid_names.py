"""Numbers and names of CoSWID (RFC 9393): map indices, enumerations, hash algorithms. Tables only."""

from __future__ import annotations

from typing import Final

TAG: Final = 1398229316
"""CBOR tag of a CoSWID, signed or not (RFC 9393 section 8)."""

CONTENT_TYPES: Final = frozenset({"application/swid+cbor", 258})
"""Content type of a signed one's payload (RFC 9393 section 7), and its CoAP number (section 6.4)."""

# --- map indices (RFC 9393 section 2, table 9) ------------------------------------------------------

TAG_ID: Final = 0
SOFTWARE_NAME: Final = 1
ENTITY: Final = 2
EVIDENCE: Final = 3
LINK: Final = 4
SOFTWARE_META: Final = 5
PAYLOAD: Final = 6
HASH: Final = 7
CORPUS: Final = 8
PATCH: Final = 9
MEDIA: Final = 10
SUPPLEMENTAL: Final = 11
TAG_VERSION: Final = 12
SOFTWARE_VERSION: Final = 13
VERSION_SCHEME: Final = 14
LANG: Final = 15
DIRECTORY: Final = 16
FILE: Final = 17
PROCESS: Final = 18
RESOURCE: Final = 19
SIZE: Final = 20
FILE_VERSION: Final = 21
KEY: Final = 22
LOCATION: Final = 23
FS_NAME: Final = 24
ROOT: Final = 25
PATH_ELEMENTS: Final = 26
PROCESS_NAME: Final = 27
PID: Final = 28
TYPE: Final = 29
ENTITY_NAME: Final = 31
REG_ID: Final = 32
ROLE: Final = 33
THUMBPRINT: Final = 34
DATE: Final = 35
DEVICE_ID: Final = 36
ARTIFACT: Final = 37
HREF: Final = 38
OWNERSHIP: Final = 39
REL: Final = 40
MEDIA_TYPE: Final = 41
USE: Final = 42

META: Final = {
    43: "activation_status",
    44: "channel_type",
    45: "colloquial_version",
    46: "description",
    47: "edition",
    48: "entitlement_data_required",
    49: "entitlement_key",
    50: "generator",
    51: "persistent_id",
    52: "product",
    53: "product_family",
    54: "revision",
    55: "summary",
    56: "unspsc_code",
    57: "unspsc_version",
}
"""Members of a software-meta entry (section 2.8)."""

ENTITLEMENT_DATA_REQUIRED: Final = 48
"""The only one of them that is a boolean."""

# --- enumerations (section 4) ---------------------------------------------------------------------

ROLES: Final = {
    1: "tag-creator",
    2: "software-creator",
    3: "aggregator",
    4: "distributor",
    5: "licensor",
    6: "maintainer",
}
TAG_CREATOR: Final = 1

OWNERSHIPS: Final = {1: "abandon", 2: "private", 3: "shared"}

RELATIONS: Final = {
    1: "ancestor",
    2: "component",
    3: "feature",
    4: "installationmedia",
    5: "packageinstaller",
    6: "parent",
    7: "patches",
    8: "requires",
    9: "see-also",
    10: "supersedes",
    11: "supplemental",
}

USES: Final = {1: "optional", 2: "required", 3: "recommended"}
