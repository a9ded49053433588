"""CoRIM, unsigned and signed (draft-ietf-rats-corim-11, and the tags before it)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.comid import DIGEST, TAG
from iotassess.evidence.tree.rules import ANY, Field, Rule

_TIME: Final = Rule(words=words.time, tags={1: Field("seconds since 1970", Rule(words=words.time))})
_VALIDITY: Final = Rule("validity", keys={0: Field("not-before", _TIME), 1: Field("not-after", _TIME)})
_ROLES: Final = {1: "manifest-creator", 2: "manifest-signer"}
_ENTITY: Final = Rule(
    "entity",
    keys={
        0: Field("entity-name"),
        1: Field("reg-id"),
        2: Field("roles", Rule(rest=Field("role", Rule(words=words.enum(_ROLES))))),
    },
)
_TAGS: Final = {
    505: Field("CoSWID", Rule(inside="coswid:TAG")),
    506: Field("CoMID", Rule(inside=TAG)),
    508: Field("CoTL", Rule(inside=ANY)),
    507: Field("CoTS", Rule(inside=ANY)),
}
_LOCATOR: Final = Rule("locator", keys={0: Field("href"), 1: Field("thumbprint", DIGEST)})
MAP: Final = Rule(
    "corim-map",
    keys={
        0: Field("id", Rule(form="plain", words=words.identifier)),
        1: Field("tags", Rule(rest=Field("tag {n}", Rule(tags=_TAGS)))),
        2: Field("dependent-rims", Rule(rest=Field("locator {n}", _LOCATOR), keys=_LOCATOR.keys)),
        3: Field("profile", Rule(rest=Field("profile {n}"))),
        4: Field("rim-validity", _VALIDITY),
        5: Field("entities", Rule(rest=Field("entity {n}", _ENTITY))),
    },
)
_SIGNER: Final = Rule("corim-signer", keys={0: Field("signer-name"), 1: Field("signer-uri")})
_META: Final = Rule(
    "corim-meta", keys={0: Field("signer", _SIGNER), 1: Field("signature-validity", _VALIDITY)}
)
_HEADERS: Final[dict[int | str, Field]] = {8: Field("corim-meta", Rule(inside=_META, keys=_META.keys))}
_PAYLOAD: Final = cose.signed(
    Rule(
        tags={501: Field("unsigned CoRIM", "corim:MAP"), 500: Field("CoRIM (older)", "corim:CORIM")},
        keys=MAP.keys,
        title=MAP.title,
    )
)

SIGNED: Final = Rule(
    "COSE_Sign1",
    items=cose.sign1(_PAYLOAD, _HEADERS).items,
    tags={
        18: Field("COSE_Sign1", cose.sign1(_PAYLOAD, _HEADERS)),
        98: Field("COSE_Sign", cose.sign(_PAYLOAD, _HEADERS)),
    },
)
CORIM: Final = Rule(
    "corim-map",
    keys=MAP.keys,
    items=SIGNED.items,
    tags={
        **SIGNED.tags,
        500: Field("CoRIM (older)", "corim:CORIM"),
        501: Field("unsigned CoRIM", MAP),
        502: Field("signed CoRIM (older)", SIGNED),
    },
)
"""A CoRIM in any of its forms."""
