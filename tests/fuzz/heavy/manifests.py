"""SUIT manifests of as many parts as there is room for."""

from __future__ import annotations

from collections.abc import Callable

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.evidence import suit_builder as suit


def suit_with(edit: Callable[[suit.Plan], None]) -> bytes:
    plan = suit.good()
    edit(plan)
    return plan.build()


def suit_large_payload() -> bytes:
    return suit_with(lambda plan: plan.members.update({"#app": bytes(FULL - 8192)}))


def suit_many_payloads() -> bytes:
    return suit_with(lambda plan: plan.members.update({f"#{i}": bytes(600) for i in range(20_000)}))


def suit_many_members() -> bytes:
    return suit_with(lambda plan: plan.members.update({1000 + i: b"" for i in range(23_000)}))


def suit_many_components() -> bytes:
    return suit_with(lambda plan: plan.common.update({2: [[b"%05d" % i] for i in range(12_000)]}))


def suit_all_components() -> bytes:
    """Every command for every component: index true."""

    def edit(plan: suit.Plan) -> None:
        plan.common[2] = [[b"%04d" % i] for i in range(4_000)]
        plan.shared = [12, True, *(suit.good().shared or [])[2:]]
        plan.sections[20] = [12, True, *[20, {21: suit.URI}, 21, 2, 3, 15] * 2000]

    return suit_with(edit)


def suit_try_each(count: int, depth: int) -> Callable[[], bytes]:
    def tried(level: int) -> bytes:
        if not level:
            return suit.sequence(20, {5: 0, 14: level}, 5, 5)
        return suit.sequence(15, [tried(level - 1) for _ in range(count)])

    def make() -> bytes:
        return suit_with(lambda plan: plan.sections.update({20: tried(depth)}))

    return make


def suit_many_commands() -> bytes:
    return suit_with(lambda plan: plan.sections.update({7: [3, 15] * 22_000}))


def suit_many_blocks() -> bytes:
    def edit(plan: suit.Plan) -> None:
        plan.blocks = lambda payload: [suit.cose_block(payload, key=suit.STRANGER)] * 4_000

    return suit_with(edit)


def suit_nested() -> bytes:
    envelope = suit.good().build()
    for _ in range(12):
        plan = suit.with_dependency(envelope)
        for index in range(8):
            plan.members[f"#copy {index}"] = envelope
        envelope = plan.build()
        if len(envelope) > FULL // 10:
            break
    return envelope


def suit_long_text() -> bytes:
    return suit_with(lambda plan: plan.text.update({f"x{i}": {1: "text" * 8} for i in range(9_000)}))


def suit_many_text_keys() -> bytes:
    def edit(plan: suit.Plan) -> None:
        plan.text = {"en": {(b"%d" % i,): {1: "a"} for i in range(250)}}

    return suit_with(edit)
