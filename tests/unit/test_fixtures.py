"""The fixtures: they rebuild byte for byte, they are what their descriptions say, and nothing is undescribed.

Whether iotassess finds in them what the index says is tested where the decoders are; here nothing of it is
used but its lists of ids and its profile model.
"""

from __future__ import annotations

import base64
import datetime
import difflib
import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cbor2
import pytest
import yaml
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from iotassess.model.problems import PROBLEMS
from iotassess.model.profile import Profile

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
PROFILES = ROOT / "profiles"
OWN_KEYS = ROOT / "iotassess" / "evidence" / "own_test_keys.json"
GENERATED_FOLDERS = ("fixtures/good", "fixtures/negative", "fixtures/keys", "fixtures/releases", "profiles")

INDEX: dict[str, Any] = json.loads((FIXTURES / "index.json").read_text())
ROWS: list[dict[str, Any]] = INDEX["artefacts"]
GOOD = [row for row in ROWS if not row["fault"]]
FAULTY = [row for row in ROWS if row["fault"]]
TWINS = [(product, twin) for product in ("sensor-node", "smart-plug") for twin in ("good", "flawed")]

AS_OF = datetime.date(2026, 11, 1)


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def file_of(row: Mapping[str, Any]) -> str:
    return str(row["file"])


# --- the builder --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuilt")
    subprocess.run([sys.executable, str(FIXTURES / "build.py"), "--into", str(folder)], check=True)
    return folder


def test_a_rebuild_gives_the_same_bytes(rebuilt: Path) -> None:
    names = files_below(rebuilt)
    different = [
        name for name in sorted(names) if (rebuilt / name).read_bytes() != (ROOT / name).read_bytes()
    ]
    assert not different
    assert len(names) > 200


@pytest.mark.parametrize("folder", GENERATED_FOLDERS)
def test_no_file_in_a_generated_folder_is_left_from_an_older_build(rebuilt: Path, folder: str) -> None:
    assert files_below(ROOT / folder) == files_below(rebuilt / folder)


def test_a_stale_file_is_removed_by_a_rebuild(rebuilt: Path) -> None:
    stale = rebuilt / "fixtures" / "negative" / "stale.cbor"
    stale.write_bytes(b"\x00")
    subprocess.run([sys.executable, str(FIXTURES / "build.py"), "--into", str(rebuilt)], check=True)
    assert not stale.exists()


def test_the_builder_never_imports_what_it_tests() -> None:
    sources = [FIXTURES / "build.py", *(FIXTURES / "builder").rglob("*.py")]
    lines = [line.strip() for source in sources for line in source.read_text().splitlines()]
    assert not [line for line in lines if line.startswith(("import iotassess", "from iotassess"))]
    assert len(sources) > 10


# --- the index ----------------------------------------------------------------------------------


def test_every_artefact_in_the_folders_is_in_the_index() -> None:
    listed = {row["file"] for row in ROWS} | {row["source"] for row in ROWS}
    listed |= {name for row in ROWS for name in (*row["images"], *row["beside"])}
    there = {f"{part}/{name}" for part in ("good", "negative") for name in files_below(FIXTURES / part)}
    assert there - listed == {"good/sensor-node/nonce.hex", "good/smart-plug/nonce.hex"}
    assert not listed - there


def test_there_are_enough_faults_and_no_two_of_one_name() -> None:
    assert len(FAULTY) >= 45
    assert len({row["file"] for row in ROWS}) == len(ROWS)
    assert len({(row["kind"], row["fault"]) for row in FAULTY}) == len(FAULTY)


@pytest.mark.parametrize("row", ROWS, ids=file_of)
def test_a_row_names_files_and_problems_that_exist(row: dict[str, Any]) -> None:
    assert all((FIXTURES / key).is_file() for key in row["keys"])
    assert {*row["problems"], *row["companions"]} <= PROBLEMS.keys()
    assert not {*row["problems"]} & {*row["companions"]}
    assert row["nonce"] is None or bytes.fromhex(row["nonce"])


@pytest.mark.parametrize("row", FAULTY, ids=file_of)
def test_a_fault_is_documented_beside_the_bytes_and_in_the_readme(row: dict[str, Any]) -> None:
    source = (FIXTURES / row["source"]).read_text()
    assert f"/ fault: {row['fault']} /" in source
    own = set(row["problems"]) - {"cose-bad-signature"}  # which another problem may say in its own words
    assert len(own or row["problems"]) == 1
    assert f"| {row['file']} |" in (FIXTURES / "README.md").read_text()


@pytest.mark.parametrize("row", ROWS, ids=file_of)
def test_the_exit_code_follows_from_severity_and_authenticity(row: dict[str, Any]) -> None:
    expect = row["expect"]
    error = any(PROBLEMS[id][0] == "error" for id in row["problems"])
    sound = expect["wellformed"] and expect["authenticity"] == "authenticated" and not error
    made_error = row["file"] in {
        "negative/eat/nonce-missing.cbor",
        "negative/eat/nested-signed-by-rogue-key.cbor",
        "negative/cmw/message-forged.cose",
    }
    assert (expect["verify_exit_without_test_key"] == 0) is (sound and not made_error)
    assert (expect["verify_exit"] == 0) is (sound and not made_error and not expect["test_key"])


def test_no_two_artefacts_have_the_same_bytes() -> None:
    # Of a file with a signature beside it, and of a certificate, what is read with them is the difference.
    cases = [
        (hashlib.sha256((FIXTURES / row["file"]).read_bytes()).hexdigest(), *row["beside"], *row["keys"])
        for row in ROWS
    ]
    assert len(set(cases)) == len(cases)


# --- keys ---------------------------------------------------------------------------------------


def spki(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


@pytest.mark.parametrize("path", sorted((FIXTURES / "keys").glob("*.key.pem")), ids=lambda path: path.name)
def test_a_private_key_says_that_it_is_for_tests_and_fits_its_public_half(path: Path) -> None:
    pem = path.read_bytes()
    public = load_pem_public_key(path.with_name(path.name.replace(".key.", ".pub.")).read_bytes())
    assert pem.startswith(b"TEST ONLY")
    assert spki(load_pem_private_key(pem, None).public_key()) == spki(public)


def test_the_list_of_own_test_keys_has_all_keys_but_the_rogue_ones() -> None:
    rows = json.loads(OWN_KEYS.read_text())
    listed = {row["name"]: row for row in rows}
    publics = {
        path.name.removesuffix(".pub.pem"): spki(load_pem_public_key(path.read_bytes()))
        for path in (FIXTURES / "keys").glob("*.pub.pem")
    }
    rogue = {name for name in publics if name.startswith("rogue")}
    assert rogue
    assert listed.keys() == publics.keys() - rogue | {"attestation-hmac"}
    for name, der in publics.items():
        if name not in rogue:
            assert listed[name]["spki_sha256"] == hashlib.sha256(der).hexdigest()
            assert base64.b64decode(listed[name]["spki_base64"]) == der
    secret = hmac_secret()
    assert listed["attestation-hmac"]["secret_sha256"] == hashlib.sha256(secret).hexdigest()


def hmac_secret() -> bytes:
    jwk = json.loads((FIXTURES / "keys" / "attestation-hmac.jwk.json").read_text())
    return base64.urlsafe_b64decode(jwk["k"] + "=")


def test_the_leaf_certificate_is_signed_by_the_authority() -> None:
    keys = FIXTURES / "keys"
    authority = x509.load_pem_x509_certificate((keys / "attestation-ca.cert.pem").read_bytes())
    leaf = x509.load_pem_x509_certificate((keys / "attestation-certified.cert.pem").read_bytes())
    leaf.verify_directly_issued_by(authority)
    assert spki(leaf.public_key()) == spki(
        load_pem_public_key((keys / "attestation-certified.pub.pem").read_bytes())
    )


# --- the good set, held against the specifications without iotassess -----------------------------


def verifies(key: Any, signature: bytes, signed: bytes) -> bool:
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def cose_of(data: bytes) -> list[Any]:
    value = cbor2.loads(data)
    while isinstance(value, cbor2.CBORTag):
        value = value.value
    return list(value)


def public_key(name: str) -> Any:
    return load_pem_public_key((FIXTURES / "keys" / f"{name}.pub.pem").read_bytes())


def envelope_verifies(data: bytes, key: Any) -> tuple[bool, bool]:
    """Tell whether the signature verifies, and whether the digest is the manifest's."""
    envelope = cbor2.loads(data).value
    digest, message = cbor2.loads(envelope[2])
    protected, _, payload, signature = cose_of(message)
    assert payload is None
    signed = cbor2.dumps(["Signature1", protected, b"", digest])
    wrapped = hashlib.sha256(cbor2.dumps(envelope[3])).digest()
    return verifies(key, signature, signed), cbor2.loads(digest) == [-16, wrapped]


def token_verifies(data: bytes, key: Any) -> bool:
    protected, _, payload, signature = cose_of(data)
    return verifies(key, signature, cbor2.dumps(["Signature1", protected, b"", payload]))


def claims_of(data: bytes) -> dict[int, Any]:
    return dict(cbor2.loads(cose_of(data)[2]))


def good(name: str) -> bytes:
    return (FIXTURES / "good" / name).read_bytes()


@pytest.mark.parametrize(("name", "key"), [("sensor-node", "update-p256"), ("smart-plug", "update-ed25519")])
def test_a_good_envelope_verifies_and_its_digest_is_the_manifests(name: str, key: str) -> None:
    assert envelope_verifies(good(f"{name}/update.suit"), public_key(key)) == (True, True)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sensor-node/psa-token.cbor", "attestation-device-1"),
        ("sensor-node/eat.cbor", "attestation-device-1"),
        ("smart-plug/eat.cbor", "attestation-plug-1"),
    ],
)
def test_a_good_token_verifies_with_its_device_key_alone(name: str, key: str) -> None:
    assert token_verifies(good(name), public_key(key))
    assert not token_verifies(good(name), public_key("rogue"))


def test_the_mac_of_the_symmetric_token_is_right() -> None:
    protected, _, payload, tag = cose_of(good("variants/psa-token-hmac.cbor"))
    to_mac = cbor2.dumps(["MAC0", protected, b"", payload])
    assert hmac.digest(hmac_secret(), to_mac, "sha256") == tag


@pytest.mark.parametrize(
    ("name", "signature", "digest"),
    [
        ("manifest-digest-wrong", True, False),
        ("signature-bit-flipped", False, True),
        ("signed-by-rogue-key", False, True),
        ("manifest-version-2", True, True),
    ],
)
def test_a_fault_of_the_signature_is_only_that(name: str, signature: bool, digest: bool) -> None:
    data = (FIXTURES / "negative" / "suit" / f"{name}.suit").read_bytes()
    assert envelope_verifies(data, public_key("update-p256")) == (signature, digest)


def manifest_digests(data: bytes) -> list[tuple[bytes, int]]:
    """Digest and size of each component, in the order in which the shared sequence sets them."""
    manifest = cbor2.loads(cbor2.loads(data).value[3])
    shared = cbor2.loads(cbor2.loads(manifest[3])[4])
    settings = [argument for argument in shared[1::2] if isinstance(argument, Mapping) and 3 in argument]
    return [(cbor2.loads(setting[3])[1], setting[14]) for setting in settings]


def test_manifest_token_and_images_of_the_sensor_node_agree() -> None:
    digests = manifest_digests(good("sensor-node/update.suit"))
    measured = claims_of(good("sensor-node/psa-token.cbor"))[2399]
    images = [good(f"sensor-node/{name}.bin") for name in ("bl2", "tfm-s", "app")]
    assert digests == [(hashlib.sha256(image).digest(), len(image)) for image in images]
    assert [component[2] for component in measured] == [digest for digest, _ in digests]


def test_the_instance_identifier_is_made_of_the_attestation_key() -> None:
    key = public_key("attestation-device-1")
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    expected = b"\x01" + hashlib.sha256(point).digest()
    assert claims_of(good("sensor-node/psa-token.cbor"))[256] == expected
    assert claims_of(good("sensor-node/eat.cbor"))[256] == expected


@pytest.mark.parametrize("product", ["sensor-node", "smart-plug"])
def test_the_tokens_answer_the_challenge_on_the_day_before(product: str) -> None:
    nonce = bytes.fromhex(good(f"{product}/nonce.hex").decode().strip())
    claims = claims_of(good(f"{product}/eat.cbor"))
    issued = datetime.datetime.fromtimestamp(claims[6], datetime.UTC)
    assert len(nonce) == 32
    assert claims[10] == nonce
    assert issued.date() == AS_OF - datetime.timedelta(days=1)


# --- the profiles -------------------------------------------------------------------------------


class TextLoader(yaml.SafeLoader):
    """YAML without timestamps: a date is text, as in YAML 1.2."""


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def declared(product: str, twin: str) -> dict[str, Any]:
    text = (PROFILES / product / f"{twin}.yaml").read_text()
    parsed: dict[str, Any] = yaml.load(text, Loader=TextLoader)  # noqa: S506 - a SafeLoader
    return parsed


def documents_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"path", "digest", "date"} <= value.keys():
            yield value
        for inner in value.values():
            yield from documents_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from documents_in(inner)


@pytest.mark.parametrize(("product", "twin"), TWINS)
def test_a_profile_is_valid_and_says_that_it_is_an_example(product: str, twin: str) -> None:
    profile = Profile.model_validate(declared(product, twin))
    assert profile.example
    assert profile.evidence


@pytest.mark.parametrize(("product", "twin"), TWINS)
def test_every_file_that_a_profile_names_is_there(product: str, twin: str) -> None:
    for entry in declared(product, twin)["evidence"]:
        name = entry.get("artefact") or entry.get("image") or entry.get("trust_anchor")
        assert (PROFILES / product / name).is_file()


@pytest.mark.parametrize(("product", "twin"), TWINS)
def test_every_document_has_its_digest_and_a_date_before_the_examples_day(product: str, twin: str) -> None:
    found = list(documents_in(declared(product, twin)))
    assert len(found) >= 3
    for document in found:
        content = (PROFILES / product / document["path"]).read_bytes()
        assert document["digest"] == f"sha-256:{hashlib.sha256(content).hexdigest()}"
        assert datetime.date.fromisoformat(document["date"]) <= AS_OF
        assert document["date"] in content.decode()


@pytest.mark.parametrize("product", ["sensor-node", "smart-plug"])
def test_the_good_twin_declares_the_digests_of_its_images(product: str) -> None:
    components = declared(product, "good")["components"]
    for component in components:
        image = (PROFILES / product / "evidence" / f"{component['name']}.bin").read_bytes()
        assert component["digest"] == f"sha-256:{hashlib.sha256(image).hexdigest()}"
        assert component["size"] == len(image)
    stated = [(component["digest"], component["size"]) for component in components]
    given = manifest_digests((PROFILES / product / "evidence" / "update.suit").read_bytes())
    assert stated == [(f"sha-256:{digest.hex()}", size) for digest, size in given]


@pytest.mark.parametrize("product", ["sensor-node", "smart-plug"])
def test_the_evidence_of_the_good_twin_is_a_copy_of_the_good_fixtures(product: str) -> None:
    evidence = PROFILES / product / "evidence"
    copies = {path.name: path.read_bytes() for path in evidence.iterdir() if "flawed" not in path.name}
    folder = FIXTURES / "good"
    assert {path.name for path in (folder / product).iterdir() if path.suffix != ".diag"} <= set(copies)
    originals = {path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert [name for name, data in copies.items() if data not in originals] == []


@pytest.mark.parametrize("product", ["sensor-node", "smart-plug"])
def test_the_twins_differ_only_where_a_flaw_is_marked(product: str) -> None:
    texts = [
        (PROFILES / product / f"{twin}.yaml").read_text().split("schema:", 1)[1]
        for twin in ("good", "flawed")
    ]
    lines = [text.splitlines() for text in texts]
    blocks = difflib.SequenceMatcher(None, lines[0], lines[1], autojunk=False).get_opcodes()
    changed = [lines[1][start:end] for tag, _, _, start, end in blocks if tag != "equal"]
    unmarked = [block for block in changed if not any("flaw" in line for line in block)]
    expected = [["  - trust_anchor: anchors/attestation/attestation-shared.pub.pem"]]
    assert unmarked == (expected if product == "smart-plug" else [])
    assert len(changed) >= 4


@pytest.mark.parametrize("product", ["sensor-node", "smart-plug"])
def test_every_flawed_file_is_used_and_explained(product: str) -> None:
    folder = PROFILES / product
    names = [entry.get("artefact") or entry.get("image") for entry in declared(product, "flawed")["evidence"]]
    page = (folder / "README.md").read_text()
    flawed = sorted(path.name for path in (folder / "evidence").glob("flawed-*"))
    assert flawed
    for name in flawed:
        assert f"evidence/{name}" in names
        stem = name.partition(".")[0]
        assert stem in page or stem[:-1] in page  # of a pair only the first is written out


@pytest.mark.parametrize("product", ["sensor-node", "smart-plug"])
def test_the_readme_gives_the_challenge(product: str) -> None:
    nonce = (PROFILES / product / "evidence" / "nonce.hex").read_text().strip()
    assert nonce in (PROFILES / product / "README.md").read_text()


def test_the_two_flawed_plugs_share_one_key_and_are_two_devices() -> None:
    tokens = [
        (PROFILES / "smart-plug" / "evidence" / f"flawed-shared-key-plug-{number}.eat.cbor").read_bytes()
        for number in (2, 3)
    ]
    assert all(token_verifies(token, public_key("attestation-shared")) for token in tokens)
    assert claims_of(tokens[0])[256] != claims_of(tokens[1])[256]


def test_the_other_products_token_is_good_and_of_another_implementation() -> None:
    token = (PROFILES / "sensor-node" / "evidence" / "flawed-other-product.psa.cbor").read_bytes()
    assert token_verifies(token, public_key("attestation-device-2"))
    assert claims_of(token)[2396] != claims_of(good("sensor-node/psa-token.cbor"))[2396]


def test_the_old_manifest_is_good_but_for_its_sequence_number() -> None:
    old = (PROFILES / "sensor-node" / "evidence" / "flawed-rollback.suit").read_bytes()
    new = good("sensor-node/update.suit")
    manifests = [dict(cbor2.loads(cbor2.loads(data).value[3])) for data in (old, new)]
    assert envelope_verifies(old, public_key("update-p256")) == (True, True)
    assert [manifest.pop(2) for manifest in manifests] == [3, 7]
    assert manifests[0] == manifests[1]
