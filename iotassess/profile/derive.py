"""Identifiers that are computed from what a profile declares."""

from __future__ import annotations

import re
import uuid


def vendor_uuid(domain: str) -> uuid.UUID:
    """The SUIT vendor identifier of a maker by convention: UUID version 5 of its domain.

    SUIT manifest section 8.4.8; RFC 9562 section 5.5 with the DNS namespace of its section 6.6.
    """
    return uuid.uuid5(uuid.NAMESPACE_DNS, domain)


_OEMID = re.compile(
    "(?P<pen>(pen:)?(0|[1-9][0-9]{0,9}))|(?P<ieee>(ieee:)?[0-9a-f]{6})|(?P<random>(random:)?[0-9a-f]{32})"
)


def oemid_form(text: str) -> str | None:
    """Write an OEM identifier with its form, so that no form is taken for another (RFC 9711 section 4.2.3).

    Args:
        text: a private enterprise number in decimal, or 3 (IEEE) or 16 (random) bytes in hex; with the form
            in front or without. Decimal digits without a form are a number.

    Returns:
        ``pen:32473``, ``ieee:0a1b2c`` or ``random:…``; None where it is none of them.
    """
    match = _OEMID.fullmatch(text)
    if match is None:
        return None
    form = next(name for name in ("pen", "ieee", "random") if match[name] is not None)
    return f"{form}:{text.removeprefix(form + ':')}"
