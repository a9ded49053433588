"""CoSWIDs against python-uswid, another reader and writer: what one writes, both read alike."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.coswid_builder import DIGEST, GOOD, ids, read

uswid = pytest.importorskip("uswid", reason="python-uswid is not installed")

from uswid.entity import uSwidEntityRole  # noqa: E402
from uswid.format_coswid import uSwidFormatCoswid  # noqa: E402
from uswid.hash import uSwidHashAlg  # noqa: E402
from uswid.link import uSwidLinkRel  # noqa: E402

ALGORITHMS = {
    uSwidHashAlg.SHA256: ("sha-256", 32),
    uSwidHashAlg.SHA384: ("sha-384", 48),
    uSwidHashAlg.SHA512: ("sha-512", 64),
}
NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)


def written(component: Any) -> bytes:
    """What uswid writes for one component."""
    data: bytes = uSwidFormatCoswid()._save_component(component)
    return data


def loaded(data: bytes) -> Any:
    """What uswid reads."""
    (component,) = list(uSwidFormatCoswid().load(data))
    return component


def all_files(payload: Any) -> list[dict[str, Any]]:
    maps = payload if isinstance(payload, list) else [payload]
    return [one for inner in maps for one in inner.get("files", ())]


def hashes(file: dict[str, Any]) -> list[tuple[str, str]]:
    found = file.get("hash", [])
    return [(one["alg"], one["value"]) for one in (found if isinstance(found, list) else [found])]


@given(
    name=NAMES,
    version=NAMES,
    tag_id=NAMES | st.uuids().map(str),
    tag_version=st.integers(1, 1000),
    entities=st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=3, unique_by=lambda one: one[0]),
    files=st.lists(
        st.tuples(
            NAMES,
            st.integers(1, 1 << 30),
            st.lists(st.sampled_from(list(ALGORITHMS)), min_size=1, max_size=3, unique=True),
        ),
        max_size=3,
    ),
    links=st.lists(st.sampled_from([one for one in uSwidLinkRel if one]), max_size=3, unique=True),
)
def test_what_uswid_writes_is_read_as_it_was_meant(
    name, version, tag_id, tag_version, entities, files, links
):
    component = uswid.uSwidComponent(tag_id=tag_id, tag_version=tag_version, software_name=name)
    component.software_version = version
    for index, (entity, regid) in enumerate(entities):
        roles = [uSwidEntityRole.TAG_CREATOR] if index == 0 else [uSwidEntityRole.MAINTAINER]
        component.add_entity(uswid.uSwidEntity(name=entity, regid=regid, roles=roles))
    for file, size, algorithms in files:
        payload = uswid.uSwidPayload(name=file, size=size)
        for algorithm in algorithms:
            value = "ab" * ALGORITHMS[algorithm][1]
            payload.add_hash(uswid.uSwidHash(alg_id=algorithm, value=value))
        component.add_payload(payload)
    for index, rel in enumerate(links):
        component.add_link(uswid.uSwidLink(href=f"https://acme.example/{index}", rel=rel))
    artefact = read(written(component))
    claims = artefact.claims
    assert (artefact.kind, ids(artefact)) == ("coswid", [])
    assert (claims["software_name"], claims["software_version"]) == (name, version)
    assert claims["tag_id"] in (tag_id, tag_id.replace("-", ""))
    assert claims["tag_version"] == tag_version
    assert [(one["name"], one["reg_id"]) for one in claims["entities"]] == entities
    assert claims["entities"][0]["roles"] == [{"value": 1, "name": "tag-creator"}]
    found = [(one["fs_name"], one["size"], hashes(one)) for one in all_files(claims.get("payload", []))]
    assert found == [
        (file, size, [(ALGORITHMS[one][0], "ab" * ALGORITHMS[one][1]) for one in algorithms])
        for file, size, algorithms in files
    ]
    assert [one["rel"]["value"] for one in claims.get("links", [])] == [int(rel) for rel in links]


@pytest.mark.parametrize("tag_id", ["acme.example/app", bytes(range(16))])
def test_what_is_built_here_is_read_by_both_alike(tag_id):
    tag = {
        **GOOD,
        0: tag_id,
        12: 3,
        2: [{31: "Acme", 32: "acme.example", 33: [1, 2]}, {31: "Cyberdyne", 33: 4}],
        4: [{38: "https://acme.example/licence", 40: -2}, {38: "https://acme.example/parent", 40: 6}],
        5: {47: "lite", 50: "builder", 52: "Toolbox", 54: "r7", 55: "What it is"},
        6: {
            16: {24: "bin", 26: {17: {24: "b.bin", 20: 4, 7: [8, b"\x08" * 64]}}},
            17: {24: "a", 7: [1, DIGEST]},
        },
    }
    data = cbor2.dumps(tag)
    theirs, ours = loaded(data), read(data).claims
    assert theirs.tag_id.replace("-", "") == ours["tag_id"]
    assert theirs.tag_version == ours["tag_version"]
    assert (theirs.software_name, theirs.software_version) == (
        ours["software_name"],
        ours["software_version"],
    )
    assert theirs.version_scheme == ours["version_scheme"]["value"]
    assert [(one.name, one.regid) for one in theirs._entities.values()] == [
        (one["name"], one.get("reg_id")) for one in ours["entities"]
    ]
    assert [list(map(int, one.roles)) for one in theirs._entities.values()] == [
        [role["value"] for role in one["roles"]] for one in ours["entities"]
    ]
    assert [(one.href, int(one.rel)) for one in theirs._links.values()] == [
        (one["href"], one["rel"]["value"]) for one in ours["links"]
    ]
    meta = ours["software_meta"][0]
    assert (theirs.generator, theirs.product, theirs.summary) == (
        meta["generator"],
        meta["product"],
        meta["summary"],
    )
    assert (theirs.revision, theirs.edition) == (meta["revision"], meta["edition"])
    payload = ours["payload"]
    files = [*payload["files"], *payload["directories"][0]["path_elements"]["files"]]
    assert sorted((one.name, one.size, [hash.value for hash in one.hashes]) for one in theirs.payloads) == (
        sorted((one["fs_name"], one.get("size"), [one["hash"]["value"]]) for one in files)
    )


def test_the_enumerations_are_the_same():
    from iotassess.evidence import coswid_names, named_information

    roles = {int(one): str(one).replace("_", "-") for one in uSwidEntityRole}
    assert roles == coswid_names.ROLES
    relations = {int(one): one.name.lower().replace("_", "") for one in uSwidLinkRel if int(one) > 0}
    assert relations == {number: name.replace("-", "") for number, name in coswid_names.RELATIONS.items()}
    for number, known in named_information.HASHES.items():
        if known.comparable:
            assert str(uSwidHashAlg(number)).replace("-", "").lower() == known.name.replace("-", "")
