"""The denylist: read strictly, and what it names counts for nothing."""

from dataclasses import replace

import pytest

from iotassess.crosscheck.denylist import NOTHING, Denylist, with_denied
from iotassess.crosscheck.denylist_file import load_denylists
from iotassess.crosscheck.pipeline import crosscheck
from iotassess.errors import UsageError
from iotassess.model.artefact import SignatureResult
from iotassess.model.claim import Digest
from tests.crosscheck.scene import BAD, GOOD, PROPERTIES, manifest, profile, signed, token

KEY = "ab" * 32
OTHER = "cd" * 32
DENIED = Denylist({KEY: "lost in March"}, {})

GOOD_FILE = f"""\
schema: iotassess/denylist/v1
keys:
  - thumbprint: {KEY}
    reason: lost in March
digests:
  - digest: sha-256:{"AA" * 32}
"""


def ids(artefact):
    return {p.id for p in artefact.problems}


def test_a_signature_by_a_denied_key_authenticates_nothing():
    (read,) = with_denied([manifest()], DENIED)
    assert read.authenticity == "unverified"
    assert [s.anchor_source for s in read.signatures] == [None]
    assert [s.status for s in read.signatures] == ["verified"]
    assert "lost in March" in read.problems[0].message


def test_a_second_signature_by_another_key_still_counts():
    two = (signed(), signed(thumbprint=OTHER))
    (read,) = with_denied([manifest(signatures=two)], DENIED)
    assert (read.authenticity, ids(read)) == ("authenticated", {"key-denied"})


def test_what_only_the_profile_names_a_key_for_is_intact_at_most():
    two = (signed(), signed(source="profile", thumbprint=OTHER))
    (read,) = with_denied([manifest(signatures=two)], DENIED)
    assert read.authenticity == "intact"


def test_a_denied_key_that_did_not_verify_is_not_told():
    bad = SignatureResult("COSE_Sign1", "ES256", None, "bad-signature", thumbprint=KEY)
    (read,) = with_denied([manifest(signatures=(bad,), authenticity="failed")], DENIED)
    assert (read.authenticity, ids(read)) == ("failed", set())


def test_nested_tokens_are_held_against_it_too():
    outer = manifest(signatures=(signed(thumbprint=OTHER),), nested=(token(),))
    (read,) = with_denied([outer], DENIED)
    assert ids(read) == set()
    assert ids(read.nested[0]) == {"key-denied"}


def test_an_empty_denylist_changes_nothing():
    before = (manifest(), token())
    assert with_denied(before, NOTHING) == before


def test_denied_firmware_on_a_device_is_an_error_that_names_the_declaration():
    found = crosscheck(
        profile(), [], [manifest(), token()], PROPERTIES, example=False, denylist=Denylist({}, {GOOD: "CVE"})
    )
    denied = [d for d in found.discrepancies if d.id == "denied-firmware-in-use"]
    assert {d.severity for d in denied} == {"error"}
    assert {d.declared.property for d in denied} == {"component.digest"}
    assert {c.source.artefact for d in denied for c in d.evidenced} == {"suit-envelope.bin", "psa-token.bin"}


def test_firmware_that_is_not_denied_is_not_told():
    denylist = Denylist({}, {BAD: ""})
    found = crosscheck(profile(), [], [manifest(), token()], PROPERTIES, example=False, denylist=denylist)
    assert found.discrepancies == ()


def test_more_denied_digests_than_anybody_reads_are_counted():
    many = [s for s in manifest().shown for _ in range(30) if s.property == "component.digest"]
    (read,) = with_denied([manifest(*many)], Denylist({}, {GOOD: ""}))
    assert len(read.problems) == 21
    assert "11 more" in read.problems[-1].message


def test_other_denied_digests_beside_it_do_not_hide_one():
    padding = [s._replace(value=Digest("sha-256", f"{i:064x}"), path=f"other[{i}]") for i, s in enumerate(
        [s for s in manifest().shown if s.property == "component.digest"] * 30
    )]  # fmt: skip
    listed = Denylist({}, {GOOD: "", **{s.value: "" for s in padding}})
    envelope = manifest()
    envelope = replace(envelope, shown=(*padding, *envelope.shown))
    found = crosscheck(profile(), [], [envelope], PROPERTIES, example=False, denylist=listed)
    told = {c.value for d in found.discrepancies if d.id == "denied-firmware-in-use" for c in d.evidenced}
    assert GOOD in told


def test_denied_firmware_that_is_only_declared_is_a_doubt():
    found = crosscheck(profile(), [], [], PROPERTIES, example=False, denylist=Denylist({}, {GOOD: ""}))
    assert [(d.id, d.severity) for d in found.discrepancies] == [("denied-firmware-in-use", "warning")]


# --- the file -----------------------------------------------------------------------------------


def test_a_denylist_is_read_whole(tmp_path):
    (tmp_path / "deny.yaml").write_text(GOOD_FILE)
    found = load_denylists([tmp_path / "deny.yaml"])
    assert found == Denylist({KEY: "lost in March"}, {Digest("sha-256", "aa" * 32): ""})


def test_two_denylists_count_together(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD_FILE)
    (tmp_path / "b.yaml").write_text(GOOD_FILE.replace(KEY, OTHER))
    assert set(load_denylists([tmp_path / "a.yaml", tmp_path / "b.yaml"]).keys) == {KEY, OTHER}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "expected a mapping"),
        ("keys: []\n", "expected iotassess/denylist/v1"),
        ("schema: iotassess/denylist/v1\n", "nothing is denied"),
        ("schema: iotassess/denylist/v1\nkeys: []\ndigests:\n", "nothing is denied"),
        (GOOD_FILE + "kids: []\n", "unknown key 'kids'"),
        (GOOD_FILE.replace(KEY, KEY[:-1]), "64 hex digits"),
        (GOOD_FILE.replace(KEY, "zz" * 32), "64 hex digits"),
        (GOOD_FILE.replace("sha-256:", "sha-1:"), "sha-256 or sha-384 or sha-512"),
        (GOOD_FILE.replace("sha-256:", "sha-512:"), "sha-256 or sha-384 or sha-512"),
        (GOOD_FILE.replace("reason:", "why:"), "unknown key 'why'"),
        ("schema: iotassess/denylist/v1\nkeys: {a: b}\n", "a list"),
        (GOOD_FILE.replace(f"thumbprint: {KEY}", "thumbprint: 5"), "a string"),
        ("a: [\n", "deny.yaml:"),
    ],
)  # fmt: skip
def test_a_denylist_that_is_not_understood_ends_the_run(tmp_path, text, said):
    (tmp_path / "deny.yaml").write_text(text)
    with pytest.raises(UsageError) as fault:
        load_denylists([tmp_path / "deny.yaml"])
    assert said in str(fault.value)


def test_a_denylist_that_is_missing_ends_the_run(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        load_denylists([tmp_path / "none.yaml"])
