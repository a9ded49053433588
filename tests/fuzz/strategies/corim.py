"""CoRIMs, signed and not, with CoMIDs and CoSWIDs of varied size."""

from __future__ import annotations

import cbor2
from cbor2 import CBORTag
from hypothesis import strategies as st

from tests.evidence import corim_builder as build
from tests.evidence import coswid_builder

NAMES = st.none() | st.text(max_size=10)
MEASURED = st.builds(
    lambda name, more: build.measured(name, **more),
    NAMES,
    st.fixed_dictionaries(
        {},
        optional={
            "k1": st.builds(CBORTag, st.sampled_from([552, 553]), st.integers(0, 1 << 40)),
            "k2": st.lists(
                st.sampled_from([[1, build.DIGEST], [7, b"\xb1" * 48], [1, b"short"]]), max_size=3
            ),
            "k3": st.dictionaries(st.integers(0, 9), st.booleans(), max_size=4),
            "k4": st.binary(max_size=30).map(lambda data: CBORTag(560, data)),
            "k99": st.integers(),
        },
    ),
)
ENVIRONMENTS = st.sampled_from(
    [None, {0: build.CLASS}, build.DEVICE_ENVIRONMENT, {1: CBORTag(550, build.INSTANCE)}, {}]
)
REFERENCES = st.builds(
    lambda rows, environment: build.reference(*rows, environment=environment),
    st.lists(MEASURED, max_size=4),
    ENVIRONMENTS,
)
ENDORSEMENTS = st.builds(lambda environment: build.endorsement(environment=environment), ENVIRONMENTS)
TRIPLES = st.fixed_dictionaries(
    {},
    optional={
        0: st.lists(REFERENCES, min_size=1, max_size=3),
        1: st.lists(REFERENCES, min_size=1, max_size=2),
        2: st.lists(ENDORSEMENTS, min_size=1, max_size=2),
        3: st.lists(ENDORSEMENTS, min_size=1, max_size=2),
    },
)
COMIDS = st.builds(build.comid, TRIPLES | st.none())
COSWIDS = st.dictionaries(st.sampled_from([1, 13, 14, 2]), st.just("x") | st.integers(0, 3), max_size=1).map(
    coswid_builder.coswid
)
MEMBERS = COMIDS | COSWIDS.map(lambda tag: CBORTag(505, cbor2.dumps(tag)))
MANIFESTS = st.builds(
    lambda tags, profile, more: build.manifest(*tags, profile=profile, **more),
    st.lists(MEMBERS, min_size=1, max_size=3),
    st.sampled_from([build.PSA, build.CCA_PLATFORM, None, "http://other.example"]),
    st.fixed_dictionaries(
        {}, optional={"k2": st.just(...), "k4": st.just(...), "k5": st.just(...), "k0": st.text(max_size=9)}
    ),
)

unsigned = MANIFESTS.map(build.unsigned)
signed = MANIFESTS.map(build.signed)
comids = COMIDS.map(lambda tag: cbor2.dumps(CBORTag(506, tag)))
coswids = st.builds(
    lambda tag, bare: cbor2.dumps(CBORTag(coswid_builder.TAG, tag)) if bare else coswid_builder.sign1(tag),
    COSWIDS,
    st.booleans(),
)
