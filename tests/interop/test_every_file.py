"""Every file of other people's tools at once: what it is, whether it is sound, and who signed it.

What the files say is compared kind by kind in the modules beside this one.
"""

from __future__ import annotations

import datetime
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import AnchorSpec, TrustStore
from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import AsOf

NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

SHARE_OF_EXCEPTIONS = 0.03
FEWEST_FILES = 575

NOTHING: frozenset[str | None] = frozenset({None})
CLAIMS_SET: frozenset[str | None] = frozenset({"eat-ucs"})
TOKEN: frozenset[str | None] = frozenset({"eat-cwt", "psa-token"})
MESSAGE: frozenset[str | None] = frozenset({"cose-message"})
RESULT: frozenset[str | None] = frozenset({"ear"})

KINDS: dict[tuple[str, str], frozenset[str | None]] = {
    ("cca", "cca-token"): frozenset({"cca-token"}),
    ("cca", "claims-set"): CLAIMS_SET,
    ("cca", "claims-json"): CLAIMS_SET,
    **{
        ("cmw", f"cmw-{form}"): frozenset({"cmw"})
        for form in ("collection", "json", "other", "record", "tag")
    },
    # A signed message whose protected header does not say that it holds a wrapper is one of no kind.
    ("cmw", "cmw-signed"): frozenset({"cmw", "cose-message"}),
    ("corim", "comid"): frozenset({"comid"}),
    ("corim", "corim-signed"): frozenset({"corim"}),
    ("corim", "corim-unsigned"): frozenset({"corim"}),
    ("cose", "cose-mac0"): MESSAGE,
    ("cose", "cose-sign1"): MESSAGE,
    ("cose", "untagged-mac0"): MESSAGE,
    ("coswid", "coswid"): frozenset({"coswid"}),
    ("ear", "ear-appraisals-json"): RESULT,
    ("ear", "ear-cbor"): RESULT,
    ("ear", "ear-json"): RESULT,
    ("ear", "jwt"): RESULT,
    ("eat", "cbor-int"): NOTHING,
    ("eat", "claims-cbor"): CLAIMS_SET,
    ("eat", "claims-json"): CLAIMS_SET,
    ("eat", "claims-set"): CLAIMS_SET,
    # Nobody without the key can say what is in it.
    ("eat", "cose-encrypt0"): NOTHING | MESSAGE,
    ("eat", "cose-mac0"): TOKEN,
    ("eat", "cose-sign1"): TOKEN,
    ("eat", "cwt-sign1"): TOKEN,
    ("eat", "deb"): frozenset({"eat-deb"}),
    ("eat", "jwt"): frozenset({"eat-jwt"}),
    ("eat", "uccs"): CLAIMS_SET,
    ("mcuboot", "mcuboot-image"): frozenset({"mcuboot-image"}),
    ("mud", "mud-file"): frozenset({"mud"}),
    # Pieces of structures, and formats of others: nothing of this is an artefact by itself.
    **{
        ("other", f"{name}"): NOTHING
        for name in (
            *("coev", "corim-fragment", "corim-other", "coserv", "coswid-fragment", "eat-fragment"),
            *("key", "other-evidence"),
        )
    },
    ("suit", "suit-envelope"): frozenset({"suit-envelope"}),
    ("suit-report", "suit-report"): frozenset({"suit-report"}),
    ("x509", "x509-certificate"): frozenset({"x509-chain"}),
}
"""(folder, what those who collected a file call it) → the kinds that it may be recognised as."""

BESIDE = {
    "cca": "test_cca_interop",
    "cmw": "test_cmw_interop",
    "corim": "test_corim_interop",
    "cose": "test_cose_interop_files",
    "coswid": "test_coswid_interop",
    "ear": "test_ear_interop",
    "eat": "test_eat_interop",
    "mcuboot": "test_mcuboot_interop",
    "mud": "test_mud_interop",
    "other": "test_corim_interop",
    "suit": "test_suit_interop",
    "suit-report": "test_suit_report_interop",
    "x509": "test_x509_interop",
}
"""Folder → the module beside this one that compares what its files say."""

_ALG_UNPROTECTED = (
    "its algorithm is outside of the protected header, where nobody vouches for it: never verified"
)
_DER = "DER around a wrapper, which is read; those who collected it looked for CBOR and found none"
_NO_CLAIM = "a bare map with one label, which no draft and no RFC gives to a claim: not taken for a token"
_TEXT = "its text is not the map that it has to be; as CBOR it is a sound byte string"

EXCEPTIONS: dict[str, str] = {
    "cmw/cmw--Value.cbor": _DER,
    "cmw/cmw--Value-2.cbor": _DER,
    "cose/cose-wg--mac0-tests__mac-pass-01.cbor": _ALG_UNPROTECTED,
    "cose/cose-wg--mac0-tests__mac-pass-02.cbor": _ALG_UNPROTECTED,
    "cose/cose-wg--mac0-tests__mac-pass-03.cbor": _ALG_UNPROTECTED,
    "cose/cose-wg--sign1-tests__sign-pass-01.cbor": _ALG_UNPROTECTED,
    "coswid/corim-go--TestClass_MarshalCBOR_UUID_full_expected_23.cbor": "a class of a CoMID, and no tag",
    "eat/ctoken--bare_uccs.cbor": "a bare map of one number, which other structures have, too",
    **{f"eat/ctoken--valid_{name}.cbor": _NO_CLAIM for name in ("bool", "bstr", "int", "null", "text")},
    "suit/libcsuit--suit_manifest_process_main-4ff050ba.suit": _TEXT,
    "suit/libcsuit-dominikl--suit_manifest_expS1-d07-6c86246b.suit": "an empty block stands beside the "
    "good one: not the wrapper that was to be made, so it is refused",
    "suit/teep-protocol--draft-ietf-teep-protocol-14e6dd04.suit": "75 bytes follow the manifest in its "
    "byte string, of which those who collected it say so elsewhere; it is refused",
    "suit/teep-protocol--draft-ietf-teep-protocol-83ac07e3.suit": _TEXT,
}
"""Folder and name of each file that does not agree, with the reason. Each is read worse than expected,
or as good; ``test_nothing_that_must_not_be_is_authenticated`` knows no exception."""


class File(NamedTuple):
    """One file: where it is, what must be found in it, and what was."""

    name: str
    row: dict[str, Any]
    artefact: Artefact

    @property
    def folder(self) -> str:
        return self.name.partition("/")[0]


@functools.cache
def root() -> Path:
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


@functools.cache
def folders() -> dict[str, dict[str, dict[str, Any]]]:
    """Folder → file name → what must be found."""
    found = sorted(path.parent for path in root().glob("*/expected.json"))
    return {folder.name: json.loads((folder / "expected.json").read_text()) for folder in found}


def key_files() -> list[Path]:
    """A file of every key, none twice: as JWK, or as PEM where there is no such."""
    listed = json.loads((root() / "keys" / "keys.json").read_text())["keys"]
    files = [root() / "keys" / (row.get("jwk") or f"{name}.pub.pem") for name, row in listed.items()]
    assert len(files) >= 29
    return files


@functools.cache
def every_key() -> TrustStore:
    return TrustStore.load(AnchorSpec(file, None, "user") for file in key_files())


def store_for(folder: str, row: dict[str, Any]) -> TrustStore:
    """All keys; for a certificate the one that issued it, since the certificate itself would do as well."""
    if folder != "x509":
        return every_key()
    return TrustStore.load(AnchorSpec(root() / folder / name, None, "user") for name in row["issued_by"])


@functools.cache
def files() -> tuple[File, ...]:
    return tuple(
        File(
            f"{folder}/{name}",
            row,
            read((root() / folder / name).read_bytes(), Context(name, store_for(folder, row), AS_OF)),
        )
        for folder, rows in folders().items()
        for name, row in rows.items()
    )


# --- what agrees --------------------------------------------------------------------------------


def is_sound(row: dict[str, Any]) -> bool:
    """Whether a file has to be read: well-formed, and without a key twice (RFC 8949 section 5.6)."""
    return bool(row["wellformed"]) and not row.get("cbor", {}).get("duplicate_keys")


def covered_holds(row: dict[str, Any]) -> bool:
    """Whether what the signature covers by digest is known to be what was signed."""
    facts = row.get("facts", {})
    holds = facts.get("digest_ok", True) is True and facts.get("hash_ok", True) is True
    return holds and row.get("binder_ok", True) is True and not realm_is_of_another(row)


def realm_is_of_another(row: dict[str, Any]) -> bool:
    """Whether the realm's half of a CCA token was signed with another key than the one that it names."""
    return "realm" in row and "embedded_key" not in row["realm"]


def differences(file: File) -> Iterator[str]:
    """What is not as it must be."""
    row, artefact = file.row, file.artefact
    if artefact.kind is None and not is_sound(row):
        return
    if artefact.kind not in KINDS[file.folder, row["kind"]]:
        yield f"kind is {artefact.kind}"
    elif artefact.kind is not None and artefact.wellformed != is_sound(row):
        yield f"wellformed is {artefact.wellformed}"
    yield from signature_differences(row, artefact)


def signature_differences(row: dict[str, Any], artefact: Artefact) -> Iterator[str]:
    verified = [one for one in artefact.signatures if one.status == "verified"]
    if row["signature"] == "verified":
        if not verified:
            yield "no signature is verified"
        elif "key" in row and row["key"] not in {(one.key or "").removesuffix(".pub") for one in verified}:
            yield f"verified by {[one.key for one in verified]}"
        if covered_holds(row) and artefact.authenticity != "authenticated":
            yield f"authenticity is {artefact.authenticity}"
        return
    # What a key in the file itself verifies is intact, and nobody vouches for it.
    allowed = ["intact"] if "embedded_key" in row else []
    if artefact.authenticity in ("authenticated", "intact") and artefact.authenticity not in allowed:
        yield f"authenticity is {artefact.authenticity}"
    if any(one.key is not None or not allowed for one in verified):
        yield f"a signature is verified by {[one.key for one in verified]}"


def test_every_file_is_there_as_it_was_collected():
    found = files()
    assert len(found) >= FEWEST_FILES
    assert len({file.name for file in found}) == len(found)
    for file in found:
        assert (file.artefact.sha256, file.artefact.size) == (file.row["sha256"], file.row["size"]), file.name


def test_every_file_agrees_but_for_the_exceptions():
    found = {file.name: list(differences(file)) for file in files()}
    differing = {name: what for name, what in found.items() if what}
    unexpected = {name: what for name, what in differing.items() if name not in EXCEPTIONS}
    stale = EXCEPTIONS.keys() - differing.keys()
    assert unexpected == {}
    assert stale == set(), "these agree now; remove the exceptions"


def test_the_exceptions_are_few_and_each_has_a_reason():
    assert len(EXCEPTIONS) <= SHARE_OF_EXCEPTIONS * len(files())
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


def test_every_kind_in_the_table_is_one_of_a_file():
    assert set(KINDS) == {(file.folder, file.row["kind"]) for file in files()}


# --- authenticity: no exceptions ----------------------------------------------------------------


def must_not_be_authenticated(row: dict[str, Any]) -> bool:
    """Whether the expectation alone rules out that a file is authentic."""
    if row["signature"] != "verified" or not covered_holds(row):
        return True
    # A few test cases have a sound signature by a known key, and are to fail for a rule that is no
    # rule of COSE; that expectation is marked as uncertain.
    return row["verdict"] == "conformance" and row["expect"] == "fail" and not row.get("uncertain")


def test_nothing_that_must_not_be_is_authenticated():
    forbidden = [file for file in files() if must_not_be_authenticated(file.row)]
    wrong = {file.name: file.artefact for file in forbidden if file.artefact.authenticity == "authenticated"}
    assert wrong == {}
    reasons = {(file.row["signature"], file.row["verdict"]) for file in forbidden}
    assert {
        ("bad", "conformance"),
        ("bad", "legacy"),
        ("no-key", "valid"),
        ("verified", "invalid"),
    } <= reasons
    assert len(forbidden) >= 340


def test_a_case_that_is_to_fail_is_authenticated_only_where_its_signature_is_expected_to_verify():
    failing = [file for file in files() if file.row.get("expect") == "fail"]
    assert len(failing) >= 9
    for file in failing:
        if file.artefact.authenticity == "authenticated":
            assert file.row["uncertain"], file.name
            assert [one.key for one in file.artefact.signatures] == [file.row["key"]], file.name
            assert file.artefact.shown == (), f"{file.name}: nothing in it may be believed"


def test_what_is_inside_of_another_is_not_authenticated_where_the_outer_one_failed():
    """But for a CCA token's platform half, which has a signature and a good key of its own."""
    for file in files():
        if file.artefact.authenticity != "failed":
            continue
        for inner in walk(file.artefact.nested):
            assert inner.authenticity != "authenticated" or file.folder == "cca", file.name


def test_without_any_key_nothing_is_authenticated():
    empty = TrustStore()
    for file in files():
        data = (root() / file.name).read_bytes()
        found = read(data, Context(file.name, empty, AS_OF))
        assert found.authenticity != "authenticated", file.name
        assert not any(inner.authenticity == "authenticated" for inner in walk(found.nested)), file.name


def test_with_one_bit_of_the_middle_changed_no_signed_file_stays_as_it_was():
    """What is authenticated still is so for what was not signed, and then says of nothing else."""
    for file in files():
        if file.artefact.authenticity != "authenticated" or file.folder == "x509":
            continue
        data = bytearray((root() / file.name).read_bytes())
        data[len(data) // 2] ^= 0x10
        changed = read(bytes(data), Context(file.name, every_key(), AS_OF))
        if changed.authenticity == "authenticated":
            before = {(one.property, one.path): one.value for one in file.artefact.shown if one.covered}
            after = {(one.property, one.path): one.value for one in changed.shown if one.covered}
            assert before == after, file.name


# --- no folder is left out ----------------------------------------------------------------------


def test_what_the_files_of_each_folder_say_is_compared_in_a_module_of_its_own():
    assert set(BESIDE) == set(folders())
    for folder, module in BESIDE.items():
        source = (Path(__file__).parent / f"{module}.py").read_text()
        assert f'"{folder}"' in source, f"{module} does not open {folder}"
        assert "def test_" in source
    here = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert set(BESIDE.values()) <= here


# --- the command --------------------------------------------------------------------------------


def run(*arguments: object, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "iotassess", *map(str, arguments)],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=300,
    )


def test_the_command_verifies_the_whole_folder_and_says_that_not_all_is_well(tmp_path):
    anchors = [part for file in key_files() for part in ("-t", file)]
    done = run("verify", root(), *anchors, "--as-of", "2026-11-01", "-f", "json", folder=tmp_path)
    assert done.returncode == 1, done.stderr[-2000:]
    assert b"Traceback" not in done.stderr
    artefacts = {one["path"]: one for one in json.loads(done.stdout)["artefacts"]}
    for file in files():
        named = [one for path, one in artefacts.items() if path.endswith(file.name)]
        if file.artefact.kind is None:
            continue
        (found,) = named
        assert found["kind"] == file.artefact.kind, file.name
        if file.folder != "x509":  # whose anchors are certificates of its own
            assert found["authenticity"] == file.artefact.authenticity, file.name
    assert len(artefacts) >= 490


def test_the_command_shows_the_whole_folder(tmp_path):
    done = run("inspect", root(), "-f", "json", folder=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert b"Traceback" not in done.stderr
    assert len(json.loads(done.stdout)["artefacts"]) >= 490
