"""CoRIMs and CoMIDs of other people's tools: read without a crash, and as those who collected them say."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iotassess.codec import keys
from iotassess.codec.keys import Key
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import AsOf
from iotassess.model.claim import Digest

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)
THEN = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)
WITHIN = AsOf(THEN, THEN)

SCHEME = "a rule of the publisher's own scheme, which no specification has"
VERDICTS = {
    f"services-corim--scheme__{name}.cbor": SCHEME
    for name in (
        "parsec-tpm__test__corim__corim-parsec-tpm-bad-class-id",
        "parsec-tpm__test__corim__corim-parsec-tpm-bad-instance",
        "parsec-tpm__test__corim__corim-parsec-tpm-bad-multiple-keys",
        "parsec-tpm__test__corim__corim-parsec-tpm-bad-no-class-id",
        "parsec-tpm__test__corim__corim-parsec-tpm-bad-no-class",
        "parsec-tpm__test__corim__corim-parsec-tpm-bad-no-pcr",
        "riot__test__corim__corim-riot-bad-wrong-vendor",
        "sevsnp__test__corim__corim-sevsnp-bad-refval-no-key",
        "sevsnp__test__corim__corim-sevsnp-bad-ta-no-model",
        "sevsnp__test__corim__corim-sevsnp-bad-ta-no-vendor",
        "tpm-enacttrust__test__corim__corim-enacttrust-bad-class",
        "tpm-enacttrust__test__corim__corim-enacttrust-bad-multiple-keys",
        "tpm-enacttrust__test__corim__corim-enacttrust-bad-no-instance",
    )
}
"""Files that the publisher calls invalid and that have no problem here, each with its reason."""

KIND_IS_SAID = {
    "corim--comid__testcases__comid-domain-mem.cbor": "a bare map with labels that a SUIT report has, too"
}
"""Files of a kind that their bytes do not tell, each with its reason; they are read as what they are."""


@pytest.fixture(scope="module")
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((root / "corim" / "expected.json").read_text())
    assert len(found) >= 60
    return found


@pytest.fixture(scope="module")
def public(root: Path) -> dict[str, Key]:
    return {file.stem: keys.from_jwk(json.loads(file.read_text())) for file in (root / "keys").glob("*.jwk")}


def store_of(found: dict[str, Key]) -> TrustStore:
    return TrustStore([Candidate(name, key, "user", "reference", None) for name, key in found.items()])


@pytest.fixture(scope="module")
def store(public: dict[str, Key]) -> TrustStore:
    return store_of(public)


@pytest.fixture(scope="module")
def artefacts(root: Path, expected: dict[str, Any], store: TrustStore) -> dict[str, Artefact]:
    return {
        name: read(
            (root / "corim" / name).read_bytes(),
            Context(name, store, AS_OF),
            kind="comid" if name in KIND_IS_SAID else None,
        )
        for name in expected
    }


def test_every_file_is_recognised_and_as_well_formed_as_expected(expected, artefacts):
    wrong = {
        name: (artefacts[name].kind, artefacts[name].wellformed)
        for name, row in expected.items()
        if (artefacts[name].kind, artefacts[name].wellformed)
        != (row["kind"].split("-")[0], row["wellformed"])
    }
    assert wrong == {}


def test_what_is_signed_verifies_with_its_key_and_nothing_else_does(expected, artefacts):
    wrong = {}
    for name, row in expected.items():
        artefact = artefacts[name]
        good = row["signature"] == "verified"
        if good != (artefact.authenticity == "authenticated"):
            wrong[name] = artefact.authenticity
        if good:
            assert [s.key for s in artefact.signatures] == [row["key"]], name
            assert artefact.signatures[0].alg == row["alg"], name
    assert wrong == {}
    assert sum(row["signature"] == "verified" for row in expected.values()) >= 6


def test_without_the_right_key_nothing_is_authenticated(root, expected, public):
    for name, row in expected.items():
        others = store_of({key: value for key, value in public.items() if key != row.get("key")})
        artefact = read((root / "corim" / name).read_bytes(), Context(name, others, AS_OF))
        assert artefact.authenticity != "authenticated", name


def test_no_byte_of_a_signed_file_can_be_changed(root, expected, store):
    for name, row in expected.items():
        if row["signature"] != "verified":
            continue
        data = bytearray((root / "corim" / name).read_bytes())
        for at in range(0, len(data), 7):
            data[at] ^= 0x04
            found = read(bytes(data), Context(name, store, AS_OF))
            assert found.authenticity != "authenticated", (name, at)
            data[at] ^= 0x04


def test_a_chain_to_a_named_root_authenticates(root):
    name = "corim-store--sample__corim__signed-with-cert-cca-ta.cbor"
    from cryptography import x509

    from iotassess.evidence import certificates

    pem = (root / "x509" / "corim-store-root.pem").read_bytes()
    anchor = certificates.name_anchor("root", x509.load_pem_x509_certificate(pem), "user", "reference")
    data = (root / "corim" / name).read_bytes()
    found = read(data, Context(name, TrustStore([], [anchor]), AS_OF))
    assert (found.authenticity, found.signatures[0].key) == ("authenticated", "root")
    assert read(data, Context(name, TrustStore([]), AS_OF)).authenticity != "authenticated"


def test_what_is_invalid_has_an_error_and_what_is_valid_has_none_but_its_age(expected, artefacts):
    age = {"corim-expired", "corim-not-yet-valid", "cose-test-key"}
    wrong = {}
    for name, row in expected.items():
        errors = {p.id for p in artefacts[name].problems if p.severity == "error"} - age
        if bool(errors) != (row["verdict"] == "invalid"):
            wrong[name] = sorted(errors)
    assert wrong == {name: [] for name in VERDICTS}


def test_a_manifest_expires_and_was_valid_once(root, expected, store, artefacts):
    dated = [name for name, row in expected.items() if row.get("facts", {}).get("validity")]
    assert len(dated) >= 3
    for name in dated:
        assert "corim-expired" in {p.id for p in artefacts[name].problems}
        then = read((root / "corim" / name).read_bytes(), Context(name, store, WITHIN))
        assert not {p.id for p in then.problems} & {"corim-expired", "corim-not-yet-valid"}
        facts = expected[name]["facts"]["validity"]
        assert then.claims["validity"] == facts


# --- facts --------------------------------------------------------------------------------------


def roles(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"name": e["name"], "regid": e.get("regid"), "roles": [role["value"] for role in e["roles"]]}
        for e in entities
    ]


def environment(claims: dict[str, Any]) -> dict[str, Any]:
    found = dict(claims.get("class", {}))
    if "instance" in claims:
        found["instance"] = claims["instance"]
    return found


def digest_list(digests: list[Any]) -> list[str]:
    return [digest["value"] if isinstance(digest, dict) else digest[1] for digest in digests]


def assert_measurement(facts: dict[str, Any], claims: dict[str, Any], where: str) -> None:
    for key in ("mkey", "svn", "name"):
        if key in facts:
            assert claims[key] == facts[key], (where, key)
    if "raw" in facts:
        assert claims["raw_value"] == facts["raw"], where
    if "digests" in facts:
        assert digest_list(claims["digests"]) == digest_list(facts["digests"]), where
    if "version" in facts:
        assert claims["version"]["version"] == facts["version"], where
    if "flags" in facts:
        flags = claims["flags"]
        assert (list(flags.values()) if isinstance(flags, dict) else flags) == (
            list(facts["flags"].values()) if isinstance(facts["flags"], dict) else facts["flags"]
        ), where
    for key in ("cryptokeys", "authorized_by"):
        if key in facts:
            assert [(k["type"], k["value"]) for k in claims[key]] == [
                (k["type"], k["value"]) for k in facts[key]
            ], where
    for name, digests in facts.get("integrity_registers", {}).items():
        assert digest_list(claims["integrity_registers"][name]) == digest_list(digests), where


def assert_comid(facts: dict[str, Any], claims: dict[str, Any], where: str) -> None:
    assert claims["tag_id"] == facts["tag_id"], where
    assert claims.get("lang") == facts.get("lang"), where
    if "entities" in facts:
        assert roles(claims["entities"]) == facts["entities"], where
    triples = claims["triples"]
    for name, fact in (("reference", "reference_values"), ("endorsed", "endorsed_values")):
        for index, triple in enumerate(facts.get(fact, [])):
            assert environment(triples[name][index]["environment"]) == triple["environment"], where
            measurements = triples[name][index]["measurements"]
            assert len(measurements) == len(triple["measurements"]), where
            for one, other in zip(triple["measurements"], measurements, strict=True):
                assert_measurement(one, other, f"{where} {name} {index}")
    for index, triple in enumerate(facts.get("attest_keys", [])):
        found = triples["attest_key"][index]
        assert environment(found["environment"]) == triple["environment"], where
        assert [(k["type"], k["value"]) for k in found["keys"]] == [
            (k["type"], k["value"]) for k in triple["keys"]
        ], where
    for name, count in facts["triples"].items():
        if name in ("reference", "endorsed", "attest_key"):
            assert len(triples[name]) == count, where
        else:
            assert any(f"({count})" in line for line in claims_of_skipped(claims)), where


def claims_of_skipped(claims: dict[str, Any]) -> list[str]:
    found: list[str] = claims.get("not_evaluated", [])
    return found


def test_every_claim_is_what_the_file_says(expected, artefacts):
    read_facts = 0
    for name, row in expected.items():
        facts, claims = row.get("facts"), artefacts[name].claims
        if facts is None:
            continue
        read_facts += 1
        if row["kind"] == "comid":
            assert_comid(facts, claims, name)
            continue
        assert claims["id"] == facts["id"], name
        assert claims.get("profile") == facts.get("profile"), name
        assert len(claims.get("dependent_rims", [])) == facts.get("dependent_rims", 0), name
        if "entities" in facts:
            assert roles(claims["entities"]) == facts["entities"], name
        if "signer" in row:
            assert claims["signer"]["name"] == row["signer"]["name"], name
            assert claims["signer"].get("uri") == row["signer"].get("uri"), name
            assert claims.get("signature_validity") == row["signer"].get("validity"), name
        assert len(claims["tags"]) == len(facts["tags"]), name
        for fact, tag in zip(facts["tags"], claims["tags"], strict=True):
            assert (tag["tag"], tag["kind"]) == (fact["tag"], fact["kind"]), name
            if fact["kind"] == "comid":
                assert_comid(fact, tag, name)
    assert read_facts >= 65


def test_references_of_the_pairs_are_shown(root, artefacts):
    """Whatever matches a token's component there is among the references of a CoRIM with a sound profile."""
    pairs = json.loads((root / "pairs.json").read_text())["pairs"]
    seen = 0
    for pair in pairs:
        name = pair["corim"].removeprefix("corim/")
        artefact = artefacts[name]
        if artefact.kind != "corim" or any(p.id == "corim-malformed" for p in artefact.problems):
            continue
        shown = [s for s in artefact.shown if s.property == "component.reference"]
        assert len(shown) == pair["refs"], name
        assert all(isinstance(s.value, Digest) for s in shown)
        seen += 1
    assert seen >= 5


def test_nested_tags_are_read_as_artefacts_of_their_own(artefacts):
    inside = [a for a in walk(artefacts.values()) if "#" in a.path]
    assert len(inside) >= 1
    assert {a.authenticity for a in inside} <= {"unsigned", "unverified"}


OTHER_FOLDERS = (
    "eat",
    "cca",
    "suit",
    "suit-report",
    "coswid",
    "cose",
    "cmw",
    "ear",
    "mud",
    "mcuboot",
    "x509",
)


@pytest.mark.parametrize("folder", OTHER_FOLDERS)
def test_nothing_of_another_kind_is_taken_for_reference_values(root, store, folder):
    for file in sorted((root / folder).iterdir()):
        if file.name != "expected.json":
            kind = read(file.read_bytes(), Context(file.name, store, AS_OF)).kind
            assert kind not in ("corim", "comid"), file.name


def test_fragments_of_other_formats_end_in_an_artefact(root, store):
    for file in sorted((root / "other").iterdir()):
        for kind in ("corim", "comid"):
            found = read(file.read_bytes(), Context(file.name, store, AS_OF), kind=kind)
            assert found.kind == kind
            assert found.authenticity != "authenticated"
