"""EAT and CWT claims (RFC 8392, RFC 8747, RFC 9711), with the labels of PSA and CCA, and detached bundles."""

from __future__ import annotations

from typing import Any, Final

from iotassess.evidence.eat_claims import INTENDED_USES, LOCATION_FIELDS
from iotassess.evidence.eat_software import MEASUREMENT_RESULTS
from iotassess.evidence.psa_labels import PROFILE_1_LABELS
from iotassess.evidence.tree import cose, words
from iotassess.evidence.tree.rules import ANY, PLAIN, Field, Rule, fields
from iotassess.evidence.version_schemes import VERSION_SCHEMES
from iotassess.model.vocabulary import DEBUG_STATES

_TIME: Final = Rule(words=words.time)
_NONCE: Final = Rule(form="plain", rest=Field("nonce {n}", PLAIN))
_UEID: Final = Rule(form="plain", words=words.ueid)
_VERSION: Final = Rule(
    items=(
        Field("version"),
        Field(
            "scheme",
            Rule(words=words.enum(VERSION_SCHEMES)),
        ),
    )
)
_MANIFESTS: Final = Rule(
    rest=Field("[{n}]", Rule(items=(Field("content format"), Field("content", Rule(inside=ANY)))))
)
_RESULT: Final = Rule(items=(Field("subject"), Field("result", Rule(words=words.enum(MEASUREMENT_RESULTS)))))
_MEASRES: Final = Rule(
    rest=Field(
        "system {n}",
        Rule(items=(Field("measurement system"), Field("results", Rule(rest=Field("[{n}]", _RESULT))))),
    )
)
_CNF: Final = Rule(
    keys={1: Field("COSE_Key", cose.KEY), 2: Field("Encrypted_COSE_Key"), 3: Field("kid", PLAIN)}
)
_DETACHED: Final = (
    Field("hash algorithm", Rule(words=words.cose_algorithm)),
    Field("digest", Rule(form="plain", notes=("digest",))),
)


def lifecycle(value: Any) -> str | None:
    """Say a security lifecycle of PSA (RFC 9783 section 4.3.1), whose high byte is the state."""
    states = {
        0x00: "unknown",
        0x10: "assembly-and-test",
        0x20: "psa-rot-provisioning",
        0x30: "secured",
        0x40: "non-psa-rot-debug",
        0x50: "recoverable-psa-rot-debug",
        0x60: "decommissioned",
    }
    if type(value) is not int or not 0 <= value <= 0xFFFF:
        return None
    return f"{states.get(value >> 8, 'not assigned')} ({value}, 0x{value:04x})"


_SOFTWARE: Final = Rule(
    "PSA software component",
    keys={
        1: Field("measurement type"),
        2: Field("measurement value", Rule(form="plain", notes=("digest",))),
        3: Field("security epoch"),
        4: Field("version"),
        5: Field("signer id", Rule(form="plain", notes=("digest of a key",))),
        6: Field("measurement description"),
    },
)
PSA_CLAIMS: Final[dict[int | str, Field]] = {
    2394: Field("psa-client-id"),
    2395: Field("psa-security-lifecycle", Rule(words=lifecycle)),
    2396: Field("psa-implementation-id", PLAIN),
    2397: Field("psa-boot-seed", PLAIN),
    2398: Field("psa-certification-reference"),
    2399: Field("psa-software-components", Rule(rest=Field("component {n}", _SOFTWARE))),
    2400: Field("psa-verification-service-indicator"),
}
CCA_CLAIMS: Final[dict[int | str, Field]] = {
    2401: Field("cca-platform-config", PLAIN),
    2402: Field("cca-platform-hash-algo-id"),
    44234: Field("cca-platform-token", "cca:MEMBER"),
    44235: Field("cca-realm-personalization-value", PLAIN),
    44236: Field("cca-realm-hash-algo-id"),
    44237: Field("cca-realm-public-key", Rule(keys=cose.KEY.keys, by=cose.KEY.by, notes=("key",))),
    44238: Field("cca-realm-initial-measurement", Rule(form="plain", notes=("digest",))),
    44239: Field(
        "cca-realm-extensible-measurements",
        Rule(rest=Field("measurement {n}", Rule(form="plain", notes=("digest",)))),
    ),
    44240: Field("cca-realm-public-key-hash-algo-id"),
    44241: Field("cca-realm-delegated-token", "cca:MEMBER"),
    44243: Field("cca-realm-mec-policy"),
}
EAT_CLAIMS: Final[dict[int | str, Field]] = {
    1: Field("iss"),
    2: Field("sub"),
    3: Field("aud", Rule(rest=Field(""))),
    4: Field("exp", _TIME),
    5: Field("nbf", _TIME),
    6: Field("iat", _TIME),
    7: Field("cti", PLAIN),
    8: Field("cnf", _CNF),
    10: Field("eat_nonce", _NONCE),
    256: Field("ueid", _UEID),
    257: Field("sueids", Rule(other=Field("{key}", _UEID))),
    258: Field("oemid", PLAIN),
    259: Field("hwmodel", PLAIN),
    260: Field("hwversion", _VERSION),
    261: Field("uptime"),
    262: Field("oemboot"),
    263: Field("dbgstat", Rule(words=words.enum(dict(enumerate(DEBUG_STATES))))),
    264: Field("location", Rule(keys=fields(LOCATION_FIELDS, {8: _TIME}))),
    265: Field("eat_profile", Rule(form="plain", words=words.oid)),
    266: Field("submods", "eat:SUBMODS"),
    267: Field("bootcount"),
    268: Field("bootseed", PLAIN),
    269: Field(
        "dloas",
        Rule(
            rest=Field(
                "dloa {n}",
                Rule(items=(Field("registrar"), Field("platform label"), Field("application label"))),
            )
        ),
    ),
    270: Field("swname"),
    271: Field("swversion", _VERSION),
    272: Field("manifests", _MANIFESTS),
    273: Field("measurements", _MANIFESTS),
    274: Field("measres", _MEASRES),
    275: Field("intuse", Rule(words=words.enum(INTENDED_USES))),
}
_OLD_PSA: Final[dict[int, Field]] = {
    old: (PSA_CLAIMS | EAT_CLAIMS)[new] for new, old in PROFILE_1_LABELS.items()
} | {-75007: Field("psa-no-software-measurements")}
_OLD_NAMES: Final = {
    -75000: "psa-profile",
    -75004: "psa-boot-seed",
    -75005: "psa-hardware-version",
    -75008: "psa-nonce",
    -75009: "psa-instance-id",
}
_EAR_CLAIMS: Final[dict[int | str, Field]] = {
    1000: Field("ear_status", "ear:STATUS"),
    1001: Field("ear_trustworthiness_vector", "ear:VECTOR"),
    1002: Field("ear_raw_evidence", PLAIN),
    1003: Field("ear_appraisal_policy_ids"),
    1004: Field("ear_verifier_id", "ear:VERIFIER"),
}
_DRAFT_NAMES: Final = {
    11: "ueid",
    12: "origination",
    13: "oemid",
    14: "security-level",
    15: "secure-boot",
    16: "debug-status",
    17: "location",
    18: "profile",
    19: "uptime",
    20: "submods",
    -76034: "chip-version",
    -76033: "board-version",
    -76032: "device-version",
}
"""Labels of 2020 and 2021, before those that were registered."""

_DRAFT_RULES: Final[dict[int, Rule | str]] = {
    11: _UEID,
    13: PLAIN,
    17: Rule(keys=fields(LOCATION_FIELDS)),
    20: "eat:SUBMODS",
}
KEYS: Final[dict[int | str, Field]] = {
    **{key: Field(f"{name} of old drafts", _DRAFT_RULES.get(key, ANY)) for key, name in _DRAFT_NAMES.items()},
    **EAT_CLAIMS,
    **PSA_CLAIMS,
    **CCA_CLAIMS,
    **{key: Field(_OLD_NAMES.get(key, field.name), field.rule) for key, field in _OLD_PSA.items()},
    **_EAR_CLAIMS,
    -70000: Field("ear_teep_claims", "eat:CLAIMS"),
    -257: Field("EAT-UEID (FDO)", PLAIN),
}
CLAIMS: Final = Rule("claims set", keys=KEYS)

_PAYLOAD: Final = cose.signed(CLAIMS)
_TAGS: Final = cose.messages(_PAYLOAD)
TOKEN: Final = Rule(
    tags={**_TAGS, 61: Field("CWT", "eat:TOKEN"), 601: Field("UCCS", CLAIMS)},
    keys=CLAIMS.keys,
    title="",
    items=cose.sign1(_PAYLOAD).items,
)
"""A token in any of its forms: a tagged message, one without tag, a claims set alone."""

_SUBMOD: Final = Rule(
    keys=CLAIMS.keys,
    title="submodule",
    items=_DETACHED,
    inside=TOKEN,
)
SUBMODS: Final = Rule(other=Field("{key}", _SUBMOD))

_DETACHED_SETS: Final = Rule(
    other=Field("{key}", Rule(inside=CLAIMS, notes=("digested bytes from {inner} to {end}",)))
)
_MAIN: Final = Rule(inside=TOKEN, tags=TOKEN.tags, items=TOKEN.items)
BUNDLE: Final = Rule(
    "detached EAT bundle", items=(Field("main token", _MAIN), Field("detached claims sets", _DETACHED_SETS))
)
