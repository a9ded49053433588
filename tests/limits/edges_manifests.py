"""Edges of manifests, reference values and descriptions: SUIT, CoRIM, CoSWID, MUD, MCUboot."""

from __future__ import annotations

from typing import Any

import cbor2
from cbor2 import CBORTag

from tests.evidence import corim_builder, coswid_builder, mcuboot_builder, mud_builder, suit_builder
from tests.evidence.suit_reading import read as read_suit
from tests.evidence.test_mcuboot_hostile import check
from tests.limits.edge import Edge, problems

TOO_LARGE = "artefact-too-large"


# --- SUIT ---------------------------------------------------------------------------------------


def suit_blocks(size: int) -> str:
    plan = suit_builder.good()
    plan.blocks = lambda payload: [suit_builder.cose_block(payload)] * size
    return problems(read_suit(plan), TOO_LARGE)


def suit_dependencies(size: int) -> str:
    envelope = suit_builder.dependency().build()
    plan = suit_builder.with_dependency(envelope)
    for index in range(size - 1):
        plan.members[f"#copy{index}"] = envelope
    artefact = read_suit(plan)
    return f"{size} are there, {len(artefact.nested)} are read" if len(artefact.nested) < size else ""


def suit_sequences(size: int) -> str:
    plan = suit_builder.good()
    inner = suit_builder.sequence(3, 15)
    for _ in range(size - 1):
        inner = suit_builder.sequence(32, inner)
    plan.sections[7] = [12, 0, 32, inner]
    return problems(read_suit(plan), "suit-unknown-command")


def suit_policy(size: int) -> str:
    plan = suit_builder.good()
    plan.sections[7] = [12, 0, 3, size]
    return problems(read_suit(plan), "suit-unknown-command")


def suit_uses(size: int) -> str:
    """The good manifest uses its component in four ways itself."""
    plan = suit_builder.good()
    for number in range(size - 4):
        plan.sections[20] += [20, {14: 100_000 + number}, 3, 15]
    return problems(read_suit(plan), TOO_LARGE)


def suit_variants(size: int) -> str:
    plan = suit_builder.good()
    branches = [suit_builder.sequence(20, {-300: number}) for number in range(size)]
    plan.shared += [15, branches]
    return problems(read_suit(plan), TOO_LARGE)


def suit_recipients(size: int) -> str:
    recipient = [suit_builder.dumps({1: -29}), {4: b"kid"}, b"wrapped key"]
    content = [b"", {1: -65534, 5: bytes(16)}, None, [recipient] * size]
    plan = suit_builder.good()
    plan.sections[20][3][19] = suit_builder.dumps(CBORTag(96, content))
    return " | ".join(one.message for one in read_suit(plan).problems if "recipients" in one.message)


def suit_same_problems(size: int) -> str:
    plan = suit_builder.good()
    plan.sections[7] = [12, 0, *[99, 15] * size, 3, 15]
    return problems(read_suit(plan), "suit-unknown-command").rpartition(" | and ")[2] if size > 16 else ""


# --- CoRIM, CoSWID ------------------------------------------------------------------------------


def _corim(content: Any, **more: Any) -> Any:
    return corim_builder.read(corim_builder.signed(content), **more)


def corim_tags(size: int) -> str:
    content = corim_builder.manifest(*[CBORTag(507, b"")] * size)
    told = problems(corim_builder.read(corim_builder.unsigned(content)), "corim-malformed")
    return " | ".join(one for one in told.split(" | ") if "at most" in one)


def corim_entries(size: int) -> str:
    """A triple counts with each of its measurements."""
    least = {1: {1: CBORTag(552, 5)}}
    triples = {0: [corim_builder.reference(*[least] * (size - 1))]}
    content = corim_builder.manifest(corim_builder.comid(triples))
    return problems(corim_builder.read(corim_builder.unsigned(content)), TOO_LARGE)


def corim_content(size: int) -> str:
    """Two tags, of which the second brings it to the size."""
    empty = len(cbor2.dumps(corim_builder.comid(k9=b"")))
    half = size // 2
    first, second = (
        CBORTag(506, cbor2.dumps(corim_builder.comid(k9=b"\0" * (wanted - empty - 4))))
        for wanted in (half, size - half)
    )
    assert len(first.value) + len(second.value) == size
    content = corim_builder.manifest(first, second)
    return problems(corim_builder.read(corim_builder.unsigned(content)), TOO_LARGE)


def comid_digests(size: int) -> str:
    triples = {0: [corim_builder.reference(corim_builder.measured(k2=[[1, corim_builder.DIGEST]] * size))]}
    told = problems(_corim(corim_builder.manifest(corim_builder.comid(triples))), "corim-malformed")
    return " | ".join(one for one in told.split(" | ") if "at most" in one)


def comid_entities(size: int) -> str:
    entity = {0: "Acme", 2: [0]}
    artefact = _corim(corim_builder.manifest(corim_builder.comid(k2=[entity] * size)))
    return " | ".join(one for one in artefact.claims.get("not_evaluated", ()) if "entities" in one)


def comid_pem(size: int) -> str:
    text = corim_builder.pem().ljust(size)
    triples = {3: [corim_builder.endorsement(CBORTag(554, text))]}
    artefact = _corim(corim_builder.manifest(corim_builder.comid(triples)))
    return problems(artefact, "corim-malformed")


def coswid_directories(size: int) -> str:
    inner: dict[Any, Any] = {24: "d"}
    for _ in range(size):
        inner = {24: "d", 26: {16: inner}}
    artefact = coswid_builder.read(coswid_builder.encoded({6: {16: inner}}))
    return problems(artefact, "coswid-malformed")


# --- MUD, MCUboot -------------------------------------------------------------------------------


def mud_entries(size: int) -> str:
    entries = [mud_builder.ace(str(at), mud={"local-networks": [None]}) for at in range(size)]
    return problems(mud_builder.read_signed(outgoing=entries, incoming=[]), TOO_LARGE)


def mud_validity(size: int) -> str:
    return problems(mud_builder.read_signed(cache_validity=size), "mud-malformed")


def mud_extension(size: int) -> str:
    return problems(mud_builder.read_signed(extensions=["x" * size]), "mud-malformed")


def mud_uri(size: int) -> str:
    url = "https://maker.example/".ljust(size, "a")
    return problems(mud_builder.read_signed(documentation=url), "mud-malformed")


def mcuboot_tlvs(size: int) -> str:
    claims = check(mcuboot_builder.image()).claims
    there = len(claims["tlvs"]) + len(claims["protected_tlvs"])
    return problems(check(mcuboot_builder.image(extra=((0x60, b"x"),) * (size - there))), TOO_LARGE)


EDGES: dict[str, Edge] = {
    "iotassess.evidence.suit_authentication:MAX_BLOCKS": Edge(suit_blocks, "{got} authentication blocks"),
    "iotassess.evidence.suit:MAX_NESTED": Edge(suit_dependencies, "{got} are there, {most} are read"),
    "iotassess.evidence.suit_commands:MAX_NESTED_SEQUENCES": Edge(suit_sequences, "nested too deep"),
    "iotassess.evidence.suit_commands:MAX_POLICY": Edge(suit_policy, "{got}"),
    "iotassess.evidence.suit_effects:MAX_USES": Edge(suit_uses, "more than {most} different ways"),
    "iotassess.evidence.suit_state:MAX_VARIANTS": Edge(suit_variants, "more than {most} alternative"),
    "iotassess.evidence.suit_encryption:MAX_RECIPIENTS": Edge(suit_recipients, "{got} recipients"),
    "iotassess.evidence.suit_faults:MAX_REPORTS": Edge(suit_same_problems, "1 more of this kind"),
    "iotassess.evidence.corim_content:MAX_TAGS": Edge(corim_tags, "at most {most}"),
    "iotassess.evidence.comid_reading:MAX_ENTRIES": Edge(
        corim_entries, "more than {most} triples", smaller=200
    ),
    "iotassess.evidence.comid_reading:MAX_CONTENT_BYTES": Edge(corim_content, "{most} bytes"),
    "iotassess.evidence.comid_reading:MAX_DIGESTS": Edge(comid_digests, "at most {most}"),
    "iotassess.evidence.comid_tag:MAX_ENTITIES": Edge(comid_entities, "entities beyond the first {most}"),
    "iotassess.evidence.comid_values:MAX_PEM_BYTES": Edge(comid_pem, "expected PEM"),
    "iotassess.evidence.coswid_entries:MAX_DIRECTORIES": Edge(coswid_directories, "more than {most}"),
    "iotassess.evidence.mud_lists:MAX_ENTRIES": Edge(mud_entries, "more than {most} entries"),
    "iotassess.evidence.mud_model:MAX_CACHE_VALIDITY": Edge(mud_validity, "1 to {most} hours"),
    "iotassess.evidence.mud_model:MAX_EXTENSION": Edge(mud_extension, "1 to {most} characters"),
    "iotassess.evidence.mud_reading:MAX_URI": Edge(mud_uri, "documentation"),
    "iotassess.evidence.mcuboot_layout:MAX_TLVS": Edge(mcuboot_tlvs, "more than {most} TLVs"),
}
"""Limit → its edge."""
