"""CoMID tags and the measurements in them (draft-ietf-rats-corim-11)."""

from __future__ import annotations

from typing import Final

from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.coswid import HASH
from iotassess.evidence.tree.rules import PLAIN, Field, Rule
from iotassess.evidence.version_schemes import VERSION_SCHEMES

DIGEST: Final = Rule("digest", items=HASH.items)
_DIGESTS: Final = Rule(rest=Field("digest {n}", DIGEST))
_SCHEME: Final = Rule(words=words.enum(VERSION_SCHEMES))
_ROLES: Final = {0: "tag-creator", 1: "creator", 2: "maintainer"}
_RELATIONS: Final = {0: "supplements", 1: "replaces"}

_KEY: Final = Rule(notes=("key",), form="plain", keys=cose.KEY.keys, by=cose.KEY.by)
_KEYS: Final = Rule(rest=Field("key {n}", _KEY))

ENTITY: Final = Rule(
    "entity",
    keys={
        0: Field("entity-name"),
        1: Field("reg-id"),
        2: Field("roles", Rule(rest=Field("role", Rule(words=words.enum(_ROLES))))),
    },
)
_PSA_REFVAL: Final = Rule(
    "psa.refval-id",
    keys={1: Field("label"), 4: Field("version"), 5: Field("signer-id", PLAIN)},
)
_FLAGS: Final = {
    0: "is-configured",
    1: "is-secure",
    2: "is-recovery",
    3: "is-debug",
    4: "is-replay-protected",
    5: "is-integrity-protected",
    6: "is-runtime-meas",
    7: "is-immutable",
    8: "is-tcb",
    9: "is-confidentiality-protected",
}
_VALUES: Final = Rule(
    "measurement-values",
    keys={
        0: Field(
            "version",
            Rule(
                keys={
                    0: Field("version"),
                    1: Field("version-scheme", _SCHEME),
                }
            ),
        ),
        1: Field("svn"),
        2: Field("digests", _DIGESTS),
        3: Field("flags", Rule(keys={key: Field(name) for key, name in _FLAGS.items()})),
        4: Field("raw-value", PLAIN),
        5: Field("raw-value-mask (older)", PLAIN),
        6: Field("mac-addr", PLAIN),
        7: Field("ip-addr", PLAIN),
        8: Field("serial-number"),
        9: Field("ueid", Rule(form="plain", words=words.ueid)),
        10: Field("uuid", Rule(form="plain", words=words.identifier)),
        11: Field("name"),
        13: Field("cryptokeys", _KEYS),
        14: Field("integrity-registers", Rule(other=Field("register {key}", _DIGESTS))),
        15: Field("int-range"),
    },
)
_ID_TAGS: Final = {
    600: Field("psa.impl-id (older)", PLAIN),
    601: Field("psa.refval-id (older)", _PSA_REFVAL),
    602: Field("cca.platform-config-id (older)"),
}
MEASUREMENT: Final = Rule(
    "measurement",
    keys={
        0: Field("mkey", Rule(tags=_ID_TAGS)),
        1: Field("mval", _VALUES),
        2: Field("authorized-by", _KEYS),
    },
)
_MEASUREMENTS: Final = Rule(rest=Field("measurement {n}", MEASUREMENT))
_CLASS: Final = Rule(
    "class",
    keys={
        0: Field("class-id", Rule(tags=_ID_TAGS)),
        1: Field("vendor"),
        2: Field("model"),
        3: Field("layer"),
        4: Field("index"),
    },
)
ENVIRONMENT: Final = Rule(
    "environment",
    keys={0: Field("class", _CLASS), 1: Field("instance", _KEY), 2: Field("group")},
)
_ENV: Final = Field("environment", ENVIRONMENT)
_CLAIMS: Final = Rule(items=(_ENV, Field("measurements", _MEASUREMENTS)))
_CONDITIONS: Final = Rule(keys={0: Field("mkey", Rule(tags=_ID_TAGS)), 1: Field("authorized-by", _KEYS)})


def _triples(name: str, *items: Field) -> Field:
    return Field(
        f"{name} triples", Rule(rest=Field(f"{name} triple {{n}}", Rule(f"{name} triple", items=items)))
    )


_MEASURED: Final = Field("measurements", _MEASUREMENTS)
_TRIPLES: Final = Rule(
    "triples",
    keys={
        0: _triples("reference", _ENV, _MEASURED),
        1: _triples("endorsed", _ENV, _MEASURED),
        2: _triples("identity", _ENV, Field("keys", _KEYS), Field("conditions", _CONDITIONS)),
        3: _triples("attest-key", _ENV, Field("keys", _KEYS), Field("conditions", _CONDITIONS)),
        4: _triples(
            "dependency",
            Field("domain", ENVIRONMENT),
            Field("trustees", Rule(rest=Field("domain {n}", ENVIRONMENT))),
        ),
        5: _triples(
            "membership",
            Field("domain", ENVIRONMENT),
            Field("members", Rule(rest=Field("domain {n}", ENVIRONMENT))),
        ),
        6: _triples("coswid", _ENV, Field("tag ids")),
        8: _triples(
            "conditional endorsement series",
            Field("condition", _CLAIMS),
            Field(
                "series",
                Rule(
                    rest=Field(
                        "[{n}]",
                        Rule(items=(Field("selection", _MEASUREMENTS), Field("addition", _MEASUREMENTS))),
                    )
                ),
            ),
        ),
        10: _triples(
            "conditional endorsement",
            Field("conditions", Rule(rest=Field("[{n}]", _CLAIMS))),
            Field("endorsements", Rule(rest=Field("[{n}]", _CLAIMS))),
        ),
    },
)
_IDENTITY: Final = Rule(
    "tag-identity",
    keys={0: Field("tag-id", Rule(form="plain", words=words.identifier)), 1: Field("tag-version")},
)
_LINK: Final = Rule(
    "linked-tag",
    keys={0: Field("linked-tag-id"), 1: Field("tag-rel", Rule(words=words.enum(_RELATIONS)))},
)
_ENTITIES: Final = Rule(rest=Field("entity {n}", ENTITY))
TAG: Final = Rule(
    "concise-mid-tag",
    keys={
        0: Field("language"),
        1: Field("tag-identity", _IDENTITY),
        2: Field("entities", _ENTITIES),
        3: Field("linked-tags", Rule(rest=Field("linked tag {n}", _LINK))),
        4: Field("triples", _TRIPLES),
    },
)
