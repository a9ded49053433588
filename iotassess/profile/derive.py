"""Identifiers that are computed from what a profile declares."""

from __future__ import annotations

import uuid


def vendor_uuid(domain: str) -> uuid.UUID:
    """The SUIT vendor identifier of a maker by convention: UUID version 5 of its domain.

    SUIT manifest section 8.4.8; RFC 9562 section 5.5 with the DNS namespace of its section 6.6.
    """
    return uuid.uuid5(uuid.NAMESPACE_DNS, domain)
