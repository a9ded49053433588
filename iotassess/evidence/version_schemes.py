"""Schemes that versions are written in, as tokens, reference values and software tags number them."""

from __future__ import annotations

from typing import Final

VERSION_SCHEMES: Final = {
    1: "multipartnumeric",
    2: "multipartnumeric+suffix",
    3: "alphanumeric",
    4: "decimal",
    16384: "semver",
}
"""RFC 9393 section 4.1."""
