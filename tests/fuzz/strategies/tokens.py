"""EAT and PSA tokens: in COSE, as JWT, bare, in bundles and in collections, with tokens in them."""

from __future__ import annotations

from typing import Any

import cbor2
from hypothesis import strategies as st

from tests.evidence import cca_builder as cca
from tests.evidence import token_builder as build

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False)
    | st.binary(max_size=40)
    | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.integers(-10, 300) | st.text(max_size=6), inner, max_size=3)
        | st.builds(cbor2.CBORTag, st.sampled_from([32, 111, 258, 550, 601, 1000]), inner)
    ),
    max_leaves=6,
)
COMPONENTS = st.lists(
    st.fixed_dictionaries(
        {2: st.binary(min_size=32, max_size=32) | st.just(b"\xa9" * 48), 5: st.just(build.SIGNER)},
        optional={
            1: st.text(min_size=1, max_size=12),
            4: st.sampled_from(["1.0", "3.4.2"]),
            6: st.just("sha-256"),
        },
    ),
    min_size=1,
    max_size=5,
)


def _edits(claims: dict[Any, Any]) -> st.SearchStrategy[dict[Any, Any]]:
    """Leave some claims out, give others another value, and add some that nobody knows."""
    return st.builds(
        lambda gone, other, more: {**dict.fromkeys(gone, ...), **other, **more},
        st.lists(st.sampled_from([label for label in claims if label != 10]), max_size=4, unique=True),
        st.dictionaries(st.sampled_from(list(claims)), VALUES, max_size=1),
        st.dictionaries(st.integers(-500, 3000) | st.text(max_size=6), VALUES, max_size=2),
    )


PSA = st.one_of(
    _edits(build.psa()).map(build.psa),
    _edits(build.psa_2()).map(build.psa_2),
    _edits(build.psa_1()).map(build.psa_1),
    COMPONENTS.map(lambda rows: build.psa({2399: rows})),
)
EAT = _edits(build.eat()).map(build.eat)
TAGS = st.sampled_from([(18,), (61, 18), (18,), ()])
HEADERS = st.fixed_dictionaries({}, optional={3: st.just(61), 4: st.binary(max_size=8), 300: SCALARS})

psa_tokens = st.builds(
    lambda claims, tags, outer: build.sign1(claims, tags=tags, unprotected=outer), PSA, TAGS, HEADERS
) | PSA.map(build.mac0)


def _with_submods(claims: dict[Any, Any], inner: dict[str, Any]) -> dict[Any, Any]:
    return {**claims, 266: inner}


CLAIMS = st.recursive(
    EAT,
    lambda inside: st.builds(
        _with_submods,
        EAT,
        st.dictionaries(
            st.text(min_size=1, max_size=6),
            inside
            | inside.map(lambda claims: build.sign1(claims, build.ELEMENT))
            | st.just(build.digest_of(b"\xa0")),
            max_size=3,
        ),
    ),
    max_leaves=4,
)
eat_tokens = st.builds(
    lambda claims, tags, outer: build.sign1(claims, tags=tags, unprotected=outer), CLAIMS, TAGS, HEADERS
) | CLAIMS.map(build.uccs)
bundles = st.builds(
    lambda claims, part, tagged: build.bundle(
        build.sign1({**claims, 266: {"part": build.digest_of(part)}}), {"part": part}, tagged=tagged
    ),
    EAT,
    EAT.map(cbor2.dumps),
    st.booleans(),
)
collections = st.builds(
    lambda platform, realm: cca.collection(cca.platform(platform), cca.realm(realm)),
    st.dictionaries(st.sampled_from([2395, 2400, 2401]), SCALARS, max_size=1),
    st.dictionaries(st.sampled_from([44235, 44238]), SCALARS, max_size=1),
)

JSON_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 53), 1 << 53)
    | st.text(max_size=20)
    | st.binary(max_size=40).map(build.b64)
)
JSON_VALUES = st.recursive(
    JSON_SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
JSON_CLAIMS = st.fixed_dictionaries(
    {"eat_nonce": st.just(build.b64(build.NONCE))},
    optional={
        "ueid": st.just(build.b64(b"\x01" + b"\xd2" * 16)),
        "oemid": st.just(32473) | JSON_SCALARS,
        "hwmodel": st.just(build.b64(b"model-7")),
        "dbgstat": st.sampled_from(["enabled", "disabled", "disabled-permanently", "x"]),
        "iat": st.just(build.NOW - 60),
        "exp": st.just(build.NOW + 60),
        "swname": st.text(max_size=12),
        "submods": st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=2),
        "x": JSON_VALUES,
    },
)
json_tokens = st.builds(
    lambda claims, header: build.jwt(claims, **header),
    JSON_CLAIMS,
    st.fixed_dictionaries({}, optional={"typ": st.just("eat+jwt"), "kid": st.text(max_size=8)}),
)
