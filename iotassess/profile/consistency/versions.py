"""Which versions of a protocol exist. A version that never existed is a slip of the author's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Versions(NamedTuple):
    """The versions of one protocol.

    Attributes:
        pattern: regular expression of a version as it is to be written.
        words: the same for readers.
        deprecated: versions that its makers have withdrawn.
    """

    pattern: str
    words: str
    deprecated: tuple[str, ...] = ()


VERSIONS: Mapping[str, Versions] = MappingProxyType(
    {
        "tls": Versions(r"1\.[0-3]", "1.0 to 1.3", ("1.0", "1.1")),  # RFC 8446, RFC 8996
        "dtls": Versions(r"1\.[023]", "1.0, 1.2 or 1.3", ("1.0",)),  # RFC 9147, RFC 8996; there is no 1.1
        "atls": Versions(r"1\.[23]", "1.2 or 1.3, the TLS version"),
        "attested-tls": Versions(r"1\.[23]", "1.2 or 1.3, the TLS version"),
        "quic": Versions(r"[12]", "1 or 2"),  # RFC 9000, RFC 9369
        "http": Versions(r"1\.[01]|2|3", "1.0, 1.1, 2 or 3"),  # RFC 9110 section 2.5
        "websocket": Versions(r"13", "13"),  # RFC 6455 section 4.1
        "coap": Versions(r"1", "1"),  # RFC 7252 section 3
        "mqtt": Versions(r"3\.1(\.1)?|5(\.0)?", "3.1, 3.1.1 or 5.0"),
        "lwm2m": Versions(r"1\.[0-2](\.\d)?", "1.0 to 1.2"),
        "lwm2m-bootstrap": Versions(r"1\.[0-2](\.\d)?", "1.0 to 1.2"),
        "fdo": Versions(r"1\.\d", "1.0 or 1.1"),
        "fido": Versions(r"(u2f|2\.\d)", "u2f, or 2.0 and later"),
        "ssh": Versions(r"1(\.\d+)?|2(\.0)?", "1 or 2", ("1",)),  # RFC 4253 section 5
        "snmp": Versions(r"1|2c|3", "1, 2c or 3", ("1", "2c")),  # RFC 3410 section 8
        "ntp": Versions(r"[1-4]", "1 to 4"),  # RFC 5905
        "ble": Versions(r"4\.[0-2]|[5-9]\.\d", "4.0 and later"),
        "zigbee": Versions(r"1\.[0-2]|[34]\.\d|pro|r\d\d", "1.2, 3.0, or a revision such as r23"),
        "thread": Versions(r"1\.\d(\.\d)?", "1.0 and later, such as 1.3.0"),
        "matter": Versions(r"1\.\d(\.\d)?", "1.0 and later"),
        "wifi": Versions(r"[1-9]|6[eE]|802\.11[a-z]{0,2}", "4 to 7, 6E, or a standard such as 802.11ax"),
        "lorawan": Versions(r"1\.0(\.[0-4])?|1\.1(\.\d)?", "1.0 to 1.0.4, or 1.1"),
    }
)
"""Protocol, or protection, that has version numbers → those numbers. The industry's newer ones are left
open at the end, because they appear every year."""

UNVERSIONED = re.compile(r"(rfc|draft-|std)\S*", re.IGNORECASE)
"""What may stand as the version of a protocol without version numbers: the name of its specification."""
