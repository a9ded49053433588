"""Claims files of CCA tools: JSON names in place of labels, base64 in place of bytes.

No specification has a JSON form, so the names are a convention of the tools. A file may hold the claims of
one of the two tokens, or of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iotassess.evidence import cca_claims as cca
from iotassess.evidence.eat_json import COMPONENT_NAMES, decode_base64url

PLATFORM_SET: Final = "cca-platform-token"
REALM_SET: Final = "cca-realm-delegated-token"

_PLATFORM: Final = "cca-platform-"
_REALM: Final = "cca-realm-"

_NAMES: Final[dict[str, tuple[int, bool]]] = {
    "cca-platform-profile": (cca.PROFILE, False),
    "cca-platform-challenge": (cca.NONCE, True),
    "cca-platform-implementation-id": (cca.IMPLEMENTATION_ID, True),
    "cca-platform-instance-id": (cca.INSTANCE_ID, True),
    "cca-platform-config": (cca.CONFIG, True),
    "cca-platform-lifecycle": (cca.LIFECYCLE, False),
    "cca-platform-sw-components": (cca.COMPONENTS, False),
    "cca-platform-service-indicator": (cca.VERIFICATION_SERVICE, False),
    "cca-platform-hash-algo-id": (cca.HASH_ALGORITHM, False),
    "cca-realm-profile": (cca.PROFILE, False),
    "cca-realm-challenge": (cca.NONCE, True),
    "cca-realm-instance-id": (cca.INSTANCE_ID, True),
    "cca-realm-personalization-value": (cca.RPV, True),
    "cca-realm-hash-algo-id": (cca.REALM_HASH, False),
    "cca-realm-public-key": (cca.RAK, True),
    "cca-realm-initial-measurement": (cca.RIM, True),
    "cca-realm-extensible-measurements": (cca.REM, True),
    "cca-realm-public-key-hash-algo-id": (cca.RAK_HASH, False),
    "cca-realm-mec-policy": (cca.MEC_POLICY, False),
}
"""Name → label, and whether the value is base64 or an array of it."""


def find_json(claims: Mapping[str, Any]) -> cca.Which | None:
    """Tell which claims set a JSON object is, by the names that are most of it; None for neither."""
    platform = sum(name in _NAMES and name.startswith(_PLATFORM) for name in claims)
    realm = sum(name in _NAMES and name.startswith(_REALM) for name in claims)
    if not platform and not realm:
        return None
    return "realm" if realm > platform else "platform"


def is_pair(claims: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object holds the claims sets of both tokens."""
    return isinstance(claims.get(PLATFORM_SET), dict) or isinstance(claims.get(REALM_SET), dict)


def to_labels(claims: Mapping[str, Any], which: cca.Which) -> dict[Any, Any]:
    """Convert the JSON claims of one token; what is not understood keeps its name and value.

    Args:
        claims: the JSON object.
        which: names of the other token are not converted.
    """
    prefix = _PLATFORM if which == "platform" else _REALM
    converted: dict[Any, Any] = {}
    for name, value in claims.items():
        label, is_base64 = _NAMES.get(name, (None, False))
        if label is None or not name.startswith(prefix):
            converted[name] = value
        elif label == cca.COMPONENTS:
            converted[label] = list(map(_component, value)) if isinstance(value, list) else value
        else:
            converted[label] = _decode(value) if is_base64 else value
    return converted


def _decode(value: Any) -> Any:
    """Decode base64 in any form, or each member of an array; leave what is none."""
    if isinstance(value, list):
        return [_decode(one) for one in value]
    data, _ = decode_base64url(value)
    return value if data is None else data


def _component(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    converted: dict[Any, Any] = {}
    for name, inner in value.items():
        key, is_base64 = COMPONENT_NAMES.get(name, (name, False))
        converted[key] = _decode(inner) if is_base64 else inner
    return converted
