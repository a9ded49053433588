"""What artefacts are read with: a key for every builder and fixture, the challenge, images, signatures."""

from __future__ import annotations

import functools
from typing import Any

from iotassess.evidence.certificates import name_anchor
from iotassess.evidence.collect import read_image
from iotassess.evidence.context import Companion, Context, Image
from iotassess.evidence.trust import AnchorSpec, TrustStore
from tests.evidence import cca_builder, corim_builder, fdo_builder, mud_builder, signing, suit_builder
from tests.evidence import token_builder as token
from tests.evidence import x509_builder as x509
from tests.examples import ROOT

KEYS = ROOT / "fixtures" / "keys"
GOOD = ROOT / "fixtures" / "good"

_PRIVATE = {
    "device": token.DEVICE,
    "element": token.ELEMENT,
    "secret": token.SECRET,
    "suit": suit_builder.SIGNER,
    "suit-ed": suit_builder.ED_SIGNER,
    "suit-secret": suit_builder.SECRET,
    "corim": corim_builder.PUBLISHER,
    "platform": cca_builder.PLATFORM_KEY,
    "realm": cca_builder.REALM_KEY,
    "alice": signing.ALICE,
    "maker": fdo_builder.MAKER,
}
"""Name of an anchor → the private key of a builder."""


@functools.cache
def store() -> TrustStore:
    """An anchor for everything that is signed here; those of fixtures that nothing trusts are left out."""
    candidates = [token.anchor(name, private, purpose=None) for name, private in _PRIVATE.items()]
    roots = [name_anchor("root", x509.root(), "user", None)]
    for path in sorted(KEYS.iterdir()):
        if path.name.endswith((".pub.pem", ".cert.pem")) and "rogue" not in path.name:
            loaded = TrustStore.load([AnchorSpec(path, None)])
            candidates += [one._replace(name=path.name) for one in loaded._in_order]
            roots += [one._replace(name=path.name) for one in loaded._certificates]
    return TrustStore(candidates, roots)


@functools.cache
def _images() -> tuple[Image, ...]:
    found = [read_image(path, path.name) for path in sorted(GOOD.glob("*/*.bin"))]
    return tuple(one for one in found if isinstance(one, Image))


@functools.cache
def _companions() -> tuple[Companion, ...]:
    files = sorted(GOOD.glob("**/*.p7s"))
    own = Companion("builder.p7s", mud_builder.signature(mud_builder.data()))
    return (own, *(Companion(path.name, path.read_bytes()) for path in files))


def context(**more: Any) -> Context:
    """What to read one artefact with; nothing of an earlier one is left in it."""
    return Context(
        "file",
        store(),
        token.AS_OF,
        more.pop("nonce", token.NONCE),
        images=_images(),
        companions=_companions(),
        **more,
    )
