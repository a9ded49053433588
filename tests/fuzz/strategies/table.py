"""Every strategy of artefacts, with the kinds that what it makes is taken for."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from tests.fuzz.strategies import certificates, corim, mcuboot, mud, suit, tokens


class Row(NamedTuple):
    """One strategy.

    Attributes:
        id: its name.
        made: gives good artefacts.
        kinds: what they may be recognised as; None where nothing in them is left that says so.
        authentic: at least one in ten of them is authenticated.
    """

    id: str
    made: st.SearchStrategy[bytes]
    kinds: frozenset[str | None]
    authentic: bool = True


TOKENS = frozenset({"eat-cwt", "eat-ucs", "psa-token", "cca-token", "ear", "cose-message", None})
"""What a claims set is, its claims say: with the wrong ones left out it is something else."""

ROWS = (
    Row("suit", suit.envelopes(), frozenset({"suit-envelope"})),
    Row("psa", tokens.psa_tokens, TOKENS),
    Row("eat", tokens.eat_tokens, TOKENS),
    Row("bundle", tokens.bundles, frozenset({"eat-deb"})),
    Row("cca", tokens.collections, frozenset({"cca-token"})),
    Row("jwt", tokens.json_tokens, frozenset({"eat-jwt"})),
    Row("corim", corim.unsigned, frozenset({"corim"}), authentic=False),
    Row("corim-signed", corim.signed, frozenset({"corim"})),
    Row("comid", corim.comids, frozenset({"comid"}), authentic=False),
    Row("coswid", corim.coswids, frozenset({"coswid", "cose-message"})),
    Row("mud", mud.plain, frozenset({"mud"}), authentic=False),
    Row("mud-signed", mud.signed, frozenset({"mud-signed"})),
    Row("mcuboot", mcuboot.images(), frozenset({"mcuboot-image"})),
    Row("x509", certificates.chains(), frozenset({"x509-chain"})),
)
