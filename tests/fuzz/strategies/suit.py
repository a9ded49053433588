"""SUIT envelopes: manifests of every layout with optional members, sections, nestings, payloads and text."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.evidence import suit_builder as build

COMMANDS = st.sampled_from(
    [[3, 15], [1, 15], [2, 15], [5, 5], [6, 0], [14, 2], [21, 2], [23, 2], [24, 2], [12, 0], [99, 1]]
)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        1: st.just(build.VENDOR) | st.binary(min_size=15, max_size=16),
        2: st.just(build.CLASS),
        3: st.builds(lambda data: build.dumps(build.digest(data)), st.binary(max_size=40)),
        5: st.integers(0, 3),
        12: st.booleans(),
        14: st.integers(0, 1 << 33),
        19: st.just(build.encryption_info()),
        21: st.sampled_from([build.URI, "#app", "http://plain.example/x", ""]),
        22: st.integers(0, 3),
    },
)
SETTING = st.builds(lambda parameters: [20, parameters], PARAMETERS)


def _flat(commands: list[list[Any]]) -> list[Any]:
    return [one for command in commands for one in command]


SEQUENCES = st.recursive(
    st.lists(COMMANDS | SETTING, max_size=6).map(_flat),
    lambda inner: (
        st.builds(
            lambda first, tries, last: [*first, 15, [build.sequence(*one) for one in tries], *last],
            inner,
            st.lists(inner, min_size=1, max_size=3),
            inner,
        )
        | st.builds(lambda first, inside: [*first, 32, build.sequence(*inside)], inner, inner)
    ),
    max_leaves=6,
)
SECTIONS = st.dictionaries(st.sampled_from([7, 8, 9, 15, 16, 18, 20, 24]), SEQUENCES, max_size=4)
TEXTS = st.none() | st.dictionaries(
    st.sampled_from(["en", "de-AT", "x"]),
    st.dictionaries(
        st.integers(1, 7) | st.just((b"\x00", b"app")),
        st.text(max_size=20) | st.just({6: "3.2.0"}),
        max_size=3,
    ),
    min_size=1,
    max_size=2,
)
STARTS = st.sampled_from(
    [build.good, build.good, build.two_slots, build.dependency, build.draft_17, build.draft_16]
)


@st.composite
def plans(draw: st.DrawFn) -> build.Plan:
    plan = draw(STARTS)()
    plan.manifest[2] = draw(st.integers(0, 1 << 40))
    plan.manifest.update(draw(st.fixed_dictionaries({}, optional={4: st.text(max_size=30)})))
    if draw(st.booleans()):
        plan.common[2] = draw(
            st.lists(st.lists(st.binary(max_size=6), min_size=1, max_size=3), min_size=1, max_size=4)
        )
    if draw(st.booleans()):
        plan.shared = [*(plan.shared or []), *draw(SEQUENCES)]
    plan.sections.update(draw(SECTIONS))
    if draw(st.booleans()):
        plan.text = draw(TEXTS)
    plan.severed = set(draw(st.lists(st.sampled_from([15, 16, 18, 20, 23]), max_size=2)))
    plan.members.update(
        draw(
            st.dictionaries(
                st.sampled_from(["#app", "#x"]), st.just(build.IMAGE) | st.binary(max_size=60), max_size=2
            )
        )
    )
    alg = draw(st.sampled_from([build.ESP256, build.ESP256, build.ES256, build.ED25519, build.HMAC]))
    plan.blocks = lambda payload: [build.cose_block(payload, alg)]
    return plan


@st.composite
def envelopes(draw: st.DrawFn) -> bytes:
    """A signed envelope, now and then with another one in it."""
    made = draw(plans()).build()
    if draw(st.integers(0, 5)) == 0:
        made = build.with_dependency(made).build()
    return made
