"""Edges of tokens, their containers and attestation results."""

from __future__ import annotations

from typing import Any

from iotassess.model.artefact import walk
from tests.evidence import token_builder as build
from tests.evidence.signing import ALICE, named
from tests.evidence.signing import context as plain_context
from tests.evidence.test_authenticate import check_cose_blocks, message
from tests.evidence.test_cmw import CWT, TOKEN, UCCS
from tests.evidence.test_cmw import read as read_cmw
from tests.evidence.test_ear import read_one
from tests.evidence.test_teep import ENVELOPE, QUERY_REQUEST, signed
from tests.evidence.test_teep import TOKEN as CHALLENGE
from tests.evidence.test_teep import read as read_teep
from tests.limits.edge import Edge, problems, refusal

TOO_LARGE = "artefact-too-large"
OUTER = {10: build.NONCE}


def _eat(claims: dict[Any, Any], *ids: str) -> str:
    return problems(build.read(build.sign1({**OUTER, **claims})), *ids)


def ueid(size: int) -> str:
    return _eat({256: b"\x01" * size}, "eat-ueid-length")


def hwmodel(size: int) -> str:
    return _eat({259: b"m" * size}, "eat-claim-type")


def nonce(size: int) -> str:
    return problems(build.read(build.sign1({10: b"n" * size})), "eat-nonce-length")


def submodules(size: int) -> str:
    return _eat({266: {str(number): {263: 2} for number in range(size)}}, "eat-submod-malformed")


def claims_sets(size: int) -> str:
    claims: dict[Any, Any] = {263: 2}
    for _ in range(size):
        claims = {266: {"x": claims}}
    return _eat(claims, "eat-submod-malformed")


def nesting(size: int) -> str:
    """A token within tokens: the one that is read is not the first."""
    token = build.sign1(build.psa())
    for _ in range(size):
        token = build.sign1({**OUTER, 266: {"x": token}})
    return " | ".join(problems(one, "cbor-too-deep") for one in walk([build.read(token)])).strip(" |")


def artefacts_inside(size: int) -> str:
    """Half the submodules of the first level have as many of their own."""
    inner = build.sign1({**OUTER, 263: 2})
    groups = [100, 100, size - 203]
    tokens = [build.sign1({**OUTER, 266: {f"s{at}": inner for at in range(count)}}) for count in groups]
    found = build.read(build.sign1({**OUTER, 266: {f"g{at}": token for at, token in enumerate(tokens)}}))
    return problems(found, TOO_LARGE)


def policies(size: int) -> str:
    return problems(
        read_one(ear_appraisal_policy_ids=[f"policy:{at}" for at in range(size)]), "ear-malformed"
    )


def vector(size: int) -> str:
    found = read_one(ear_trustworthiness_vector={f"own category {at}": 2 for at in range(size)})
    return " | ".join(one for one in problems(found, "ear-malformed").split(" | ") if "at most" in one)


def messages(size: int) -> str:
    return problems(read_cmw({number: [267, UCCS] for number in range(size)}), TOO_LARGE)


def collections(size: int) -> str:
    value: Any = [CWT, TOKEN]
    for _ in range(size):
        value = {"__cmwc_t": "tag:example.org,2026:x", "a": value}
    return problems(read_cmw(value), "cmw-malformed")


def blocks(size: int) -> str:
    checked = check_cose_blocks([message(ALICE)] * size, plain_context(named(ALICE)), "update")
    return " | ".join(one.message for one in checked.problems if one.id == TOO_LARGE)


# --- TEEP ---------------------------------------------------------------------------------------


def _teep(message_: Any, *ids: str) -> str:
    return problems(read_teep(signed(message_)), *(ids or ("teep-malformed",)))


def inside(size: int) -> str:
    return _teep([3, {19: CHALLENGE, 9: [ENVELOPE] * size}], TOO_LARGE)


def listed(size: int) -> str:
    return _teep([3, {19: CHALLENGE, 9: [ENVELOPE], 14: [[b"%d" % at] for at in range(size)]}])


def token_bytes(size: int) -> str:
    return _teep([3, {19: b"t" * size, 9: [ENVELOPE]}])


def challenge(size: int) -> str:
    request = list(QUERY_REQUEST)
    request[1] = {19: CHALLENGE, 2: b"c" * size, 3: [0]}
    return _teep(request)


def told_people(size: int) -> str:
    return _teep([4, {19: CHALLENGE, 10: "m" * size}])


def language(size: int) -> str:
    return _teep([3, {19: CHALLENGE, 9: [ENVELOPE], 11: "why", 21: "e" * size}])


def nonce_option(size: int) -> str:
    from iotassess.evidence.verification import parse_nonce

    return refusal(lambda: parse_nonce("ab" * size))


EDGES: dict[str, Edge] = {
    "iotassess.evidence.eat_claims:MAX_UEID": Edge(ueid, "{got} bytes"),
    "iotassess.evidence.eat_claims:MAX_HWMODEL": Edge(hwmodel, "{most}"),
    "iotassess.evidence.eat_times:MAX_NONCE": Edge(nonce, "{got}"),
    "iotassess.evidence.eat_submods:MAX_SUBMODULES": Edge(submodules, "only the first {most}"),
    "iotassess.evidence.eat_submods:MAX_LEVELS": Edge(claims_sets, "more than {most} claims sets"),
    "iotassess.evidence.context:MAX_NESTING": Edge(nesting, "{most}"),
    "iotassess.evidence.context:MAX_NESTED_ARTEFACTS": Edge(artefacts_inside, "{most}"),
    "iotassess.evidence.ear_appraisals:MAX_POLICIES": Edge(policies, "{got} policies; only the first {most}"),
    "iotassess.evidence.ear_appraisals:MAX_ENTRIES": Edge(vector, "at most {most} categories"),
    "iotassess.evidence.cmw_messages:MAX_MESSAGES": Edge(messages, "more than {most} messages"),
    "iotassess.evidence.cmw_messages:MAX_LEVELS": Edge(collections, "more than {most} collections"),
    "iotassess.evidence.authenticate:MAX_BLOCKS": Edge(blocks, "{most}"),
    "iotassess.evidence.teep:MAX_NESTED": Edge(inside, "more than {most} artefacts inside"),
    "iotassess.evidence.teep_options:MAX_LISTED": Edge(listed, "1 to {most}"),
    "iotassess.evidence.teep_options:_MAX_TOKEN": Edge(token_bytes, "8 to {most} bytes"),
    "iotassess.evidence.teep_options:_MAX_CHALLENGE": Edge(challenge, "8 to {most} bytes"),
    "iotassess.evidence.teep_options:_MAX_MESSAGE": Edge(told_people, "1 to {most}"),
    "iotassess.evidence.teep_options:_MAX_LANGUAGE": Edge(language, "1 to {most}"),
    "iotassess.evidence.verification:MAX_NONCE_BYTES": Edge(nonce_option, "{got} bytes were given"),
}
"""Limit → its edge."""
