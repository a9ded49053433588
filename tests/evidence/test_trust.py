"""Trust anchors: what a store answers, and what the files and folders at ``-t`` become."""

from __future__ import annotations

import json
import os
from contextlib import suppress

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, x25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec.keys import KeyFault
from iotassess.errors import UsageError
from iotassess.evidence import anchor_files, certificates, collect, published_keys
from iotassess.evidence.anchor_files import parse_anchors
from iotassess.evidence.trust import AnchorSpec, TrustStore, parse_anchor_spec
from iotassess.model.artefact import PURPOSES
from tests.evidence.signing import (
    ALICE,
    BOB,
    CAROL,
    EDDY,
    ROOT_KEY,
    SECRET,
    b64,
    certificate,
    jwk,
    key_usage,
    leaf,
    named,
    pem,
    public,
    root,
    write,
)


def cose_key(private, **more):
    numbers = private.public_key().public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big"), **more}


def load(*paths, **more):
    return TrustStore.load([parse_anchor_spec(str(path)) for path in paths], **more)


def names(store, purpose="update", alg="ES256", kid=None):
    return [anchor.name for anchor in store.candidates(purpose, alg, kid)]


# --- the store ----------------------------------------------------------------------------------


def test_candidates_fit_algorithm_and_purpose():
    store = TrustStore(
        [
            named(ALICE, "a"),
            named(CAROL, "p384"),
            named(EDDY, "ed"),
            named(SECRET, "secret"),
            named(BOB, "other", purpose="attestation"),
            named(BOB, "all", purpose=None),
        ]
    )
    assert names(store) == ["a", "all"]
    assert names(store, alg="ES384") == ["p384"]
    assert names(store, alg="EdDSA") == names(store, alg="Ed25519") == ["ed"]
    assert names(store, alg="HMAC 256/256") == ["secret"]
    assert names(store, "attestation") == ["other", "all"]
    assert names(store, None) == ["all"]
    assert names(store, alg="unknown (-1)") == []


def test_candidates_come_in_the_order_of_their_worth():
    store = TrustStore(
        [
            named(ALICE, "profile", source="profile"),
            named(ALICE, "profile vague", source="profile", purpose=None),
            named(ALICE, "policy vague", source="policy", purpose=None),
            named(ALICE, "user vague", purpose=None),
            named(ALICE, "policy", source="policy"),
            named(ALICE, "user"),
        ]
    )
    assert names(store) == ["user", "policy", "user vague", "policy vague", "profile", "profile vague"]


def test_a_matching_identifier_comes_first_and_nothing_twice():
    store = TrustStore([named(ALICE, "a", kid=b"1"), named(BOB, "b", kid=b"2"), named(EDDY, "e", kid=b"2")])
    assert names(store) == names(store, kid=b"9") == ["a", "b"]
    assert names(store, kid=b"2") == ["b", "a"]
    assert names(store, "attestation", kid=b"2") == []


def test_an_identifier_known_of_one_name_of_a_key_holds_for_its_other_names():
    store = TrustStore(
        [named(BOB, "b"), named(ALICE, "theirs", source="profile", kid=b"1"), named(ALICE, "mine")]
    )
    assert names(store, kid=b"1") == ["mine", "theirs", "b"]
    secrets = TrustStore([named(b"x" * 32, "x"), named(SECRET, "t", kid=b"1"), named(SECRET, "m")])
    assert names(secrets, alg="HMAC 256/256", kid=b"1") == ["t", "m", "x"]


def test_an_identifier_of_another_purpose_changes_nothing():
    store = TrustStore([named(ALICE, "a"), named(BOB, "b"), named(EDDY, "e", kid=b"1", purpose="results")])
    assert names(store, kid=b"1") == ["a", "b"]
    assert list(store.misfits("update", "ES256", b"1")) == []


def test_misfits_are_keys_of_the_identifier_that_do_not_fit():
    store = TrustStore([named(CAROL, "c", kid=b"1"), named(ALICE, "a", kid=b"2"), named(EDDY, "e", kid=b"2")])
    assert [anchor.name for anchor in store.misfits("update", "ES256", b"1")] == ["c"]
    assert list(store.misfits("update", "ES256", b"2")) == []
    assert list(store.misfits("update", "ES256", b"3")) == []


def test_a_key_is_found_by_thumbprint_for_its_purpose_and_algorithm():
    store = TrustStore([named(ALICE, "other", purpose="results"), named(ALICE, "a")])
    thumbprint = public(ALICE).thumbprint
    assert store.find("update", "ES256", thumbprint).name == "a"
    assert store.find("update", "ES384", thumbprint) is None
    assert store.find("update", "ES256", "00") is None


def test_uses_are_listed_as_they_were_named_without_secrets():
    store = TrustStore([named(SECRET, "s", source="profile"), named(ALICE, "a", purpose=None)])
    assert store.uses() == (
        ("s", "profile", "update", None),
        ("a", "user", None, public(ALICE).thumbprint),
    )


def test_many_anchors_are_asked_by_identifier_without_walking_them():
    anchors = [named(ALICE, f"{index}", kid=b"%d" % index) for index in range(2000)]
    first = next(iter(TrustStore(anchors).candidates("update", "ES256", b"1999")))
    assert first.name == "0"  # the same key under two thousand names: the first of equals
    others = [named(BOB, "b", kid=b"b"), *anchors]
    assert next(iter(TrustStore(others).candidates("update", "ES256", b"7"))).key == anchors[0].key


# --- the option ---------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_option_names_a_purpose(purpose):
    assert parse_anchor_spec(f"{purpose}=a/b.pem") == AnchorSpec(collect.Path("a/b.pem"), purpose, "user")


def test_an_option_may_name_no_purpose(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a=b.pem", pem(ALICE))
    for text in ("key.pem", "a=b.pem", "folder/x=y.pem"):
        assert parse_anchor_spec(text, source="profile") == (collect.Path(text), None, "profile")


def test_an_unknown_purpose_is_refused_with_a_suggestion():
    with pytest.raises(UsageError, match="'updates' is no purpose") as fault:
        parse_anchor_spec("updates=key.pem")
    assert "did you mean update=key.pem?" in fault.value.hint
    with pytest.raises(UsageError) as other:
        parse_anchor_spec("xyz=key.pem")
    assert "PURPOSE=PATH" in other.value.hint


@pytest.mark.parametrize("text", ["", "update="])
def test_an_option_without_path_is_refused(text):
    with pytest.raises(UsageError, match="names no file"):
        parse_anchor_spec(text)


# --- formats ------------------------------------------------------------------------------------

NUMBERED = {"keys": [jwk(ALICE, kid="a"), jwk(BOB)]}


@pytest.mark.parametrize(
    ("content", "kids"),
    [
        (pem(ALICE), [None]),
        (pem(ALICE) + pem(BOB), [None, None]),
        (ALICE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), [None]),
        (json.dumps(jwk(ALICE, kid="a")), [b"a"]),
        (" \n" + json.dumps(NUMBERED), [b"a", None]),
        (cbor2.dumps(cose_key(ALICE, **{})), [None]),
        (cbor2.dumps([{**cose_key(ALICE), 2: b"a"}, cose_key(BOB)]), [b"a", None]),
        (json.dumps({"kty": "oct", "k": b64(SECRET), "kid": "s"}), [b"s"]),
        (cbor2.dumps({1: 4, -1: SECRET, 2: b"s"}), [b"s"]),
    ],
    ids=["pem", "pems", "der", "jwk", "jwk-set", "cose-key", "cose-key-set", "jwk-secret", "cose-secret"],
)
def test_every_format_is_read(tmp_path, content, kids):
    store = load(write(tmp_path / "vendor.pub.pem", content))
    expected = ["vendor"] if len(kids) == 1 else ["vendor[0]", "vendor[1]"]
    assert [use.name for use in store.uses()] == expected
    assert [anchor.key.kid for anchor in store._in_order] == kids
    assert store.notes == ()


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_certificates_are_read_and_their_keys_with_them(tmp_path, encoding):
    path = write(tmp_path / "root.crt", root().public_bytes(encoding))
    store = TrustStore.load([AnchorSpec(path, "update")])
    assert names(store) == ["root"]
    (anchor,) = store.certificates("update")
    assert anchor.certificate == root()
    assert store.certificate("root") == anchor
    assert store.certificate("other") is None
    assert list(store.certificates("attestation")) == []


def test_an_authority_that_may_only_sign_certificates_is_no_candidate(tmp_path):
    top = certificate("Root", ROOT_KEY, "Root", ROOT_KEY, (key_usage("key_cert_sign"), True), ca=True)
    store = load(write(tmp_path / "root.pem", top.public_bytes(Encoding.PEM)))
    assert names(store) == []
    assert len(store.certificates("update")) == 1


def test_a_private_key_is_taken_for_its_public_half_with_a_warning(tmp_path):
    private = ALICE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    store = load(write(tmp_path / "alice.pem", private))
    assert [use.thumbprint for use in store.uses()] == [public(ALICE).thumbprint]
    assert "'alice' was a private key: only its public half is used" in store.notes[0]


def test_a_key_that_verifies_nothing_is_noted(tmp_path):
    agreement = x25519.X25519PrivateKey.from_private_bytes(b"x" * 32)
    store = load(
        write(tmp_path / "agree.pem", pem(agreement)),
        write(tmp_path / "enc.jwk", json.dumps(jwk(ALICE, use="enc"))),
    )
    assert len(store.notes) == 2
    assert names(store) == []


SPOILED = root().public_bytes(Encoding.PEM).replace(b"CERTIFICATE", b"SOMETHING")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"no key",
        b"\x00\x01\x02",
        b"{}",
        b'{"keys": []}',
        b'{"kty": "EC"}',
        b"\xa1",
        b"\xa0",
        b"\x80",
        b"\x81\x01",
        cbor2.dumps([cose_key(ALICE), {1: 9}]),
        pem(ALICE)[:60],
        SPOILED,
        dsa.generate_private_key(2048)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        json.dumps({"kty": "oct", "k": b64(b"short")}).encode(),
    ],
)
def test_what_is_no_anchor_is_refused_with_its_name(tmp_path, content):
    path = write(tmp_path / "bad.pem", content)
    with pytest.raises(UsageError, match=r"bad\.pem cannot be used") as fault:
        load(path)
    assert fault.value.exit_code == 2
    assert fault.value.hint


def test_a_set_of_too_many_keys_is_refused(monkeypatch):
    monkeypatch.setattr(anchor_files.jose, "MAX_KEYS", 2)
    with pytest.raises(KeyFault, match="3 keys"):
        parse_anchors(cbor2.dumps([cose_key(ALICE)] * 3))


def test_a_certificate_that_is_too_long_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "root.pem", root().public_bytes(Encoding.PEM))
    monkeypatch.setattr(certificates, "MAX_CERTIFICATE_BYTES", 10)
    with pytest.raises(UsageError, match="'root' cannot be used"):
        load(path)


@given(st.binary(max_size=300))
def test_random_bytes_are_keys_or_a_key_fault(data):
    with suppress(KeyFault):
        assert parse_anchors(data)


def test_a_certificate_of_an_unknown_version_is_refused(tmp_path):
    der = root().public_bytes(Encoding.DER)
    assert der.count(b"\xa0\x03\x02\x01\x02") == 1
    path = write(tmp_path / "root.der", der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x29"))
    with pytest.raises(UsageError, match=r"root\.der cannot be used"):
        load(path)


def test_a_missing_file_a_folder_of_nothing_and_a_pipe_are_refused(tmp_path):
    for path, what in ((tmp_path / "none.pem", "does not exist"), (tmp_path, "holds no trust anchor")):
        with pytest.raises(UsageError, match=what):
            load(path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="no plain file"):
        load(tmp_path / "pipe")
    with pytest.raises(UsageError, match="does not exist"):
        load("x" * 5000)


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(anchor_files, "MAX_ANCHOR_FILE_BYTES", 10)
    with pytest.raises(UsageError, match="at most 10"):
        load(write(tmp_path / "large.pem", pem(ALICE)))


def test_a_file_that_cannot_be_read_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "a.pem", pem(ALICE))

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(collect.Path, "read_bytes", refuse)
    with pytest.raises(UsageError, match=r"a\.pem cannot be read: Permission denied"):
        load(path)


# --- folders ------------------------------------------------------------------------------------


def test_folders_named_by_purposes_give_the_purpose(tmp_path):
    write(tmp_path / "update/vendor.pem", pem(ALICE))
    write(tmp_path / "attestation/deep/device.pem", pem(BOB))
    write(tmp_path / "anybody.pem", pem(CAROL))
    write(tmp_path / "README.md", "not a key")
    write(tmp_path / "update/.hidden", "not a key")
    store = load(tmp_path)
    assert [(use.name, use.purpose) for use in store.uses()] == [
        ("anybody", None),
        ("device", "attestation"),
        ("vendor", "update"),
    ]
    assert len(store.notes) == 1
    assert "is read for attestation" in store.notes[0]


def test_a_folder_of_another_name_is_read_without_purpose_and_noted(tmp_path):
    write(tmp_path / "vendors/a.pem", pem(ALICE))
    store = load(tmp_path)
    assert [use.purpose for use in store.uses()] == [None]
    assert "is read for every purpose" in store.notes[0]


def test_a_folder_named_for_one_purpose_with_one_for_another_in_it_is_refused(tmp_path):
    write(tmp_path / "attestation/a.pem", pem(ALICE))
    with pytest.raises(UsageError, match="is for 'attestation', but it was named for 'update'"):
        load(f"update={tmp_path}")
    assert names(load(f"attestation={tmp_path}"), "attestation") == ["a"]


def test_something_else_in_a_folder_of_anchors_is_refused(tmp_path):
    write(tmp_path / "a.pem", pem(ALICE))
    write(tmp_path / "notes.txt", "remember the milk")
    with pytest.raises(UsageError, match=r"notes\.txt cannot be used"):
        load(tmp_path)


def test_a_link_out_of_the_folder_is_not_followed_and_one_inside_is(tmp_path):
    outside = write(tmp_path / "outside.pem", pem(ALICE))
    folder = tmp_path / "anchors"
    write(folder / "store/b.pem", pem(BOB))
    (folder / "a.pem").symlink_to(outside)
    (folder / "c.pem").symlink_to(folder / "store/b.pem")
    store = load(folder)
    assert [use.name for use in store.uses()] == ["c", "b"]
    assert any("the link leaves the folder" in note for note in store.notes)


def test_folders_too_deep_or_too_full_are_refused(tmp_path, monkeypatch):
    deep = tmp_path.joinpath(*["update"] * 10)
    write(deep / "a.pem", pem(ALICE))
    with pytest.raises(UsageError, match="folders deep"):
        load(tmp_path)
    monkeypatch.setattr(anchor_files, "MAX_ANCHOR_FILES", 0)
    with pytest.raises(UsageError, match="was the wrong folder named"):
        load(tmp_path)


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(collect.Path, "iterdir", refuse)
    with pytest.raises(UsageError, match="cannot be read: Permission denied"):
        load(tmp_path)


def test_names_are_unique_and_without_folders(tmp_path):
    for index in range(3):
        write(tmp_path / f"{index}/vendor.pem", pem(ALICE))
    write(tmp_path / "3/vendor (2).pem", pem(ALICE))
    write(tmp_path / "4/.pem/vendor.pem", pem(ALICE))
    write(tmp_path / "5/_.pub.key.jwk", pem(ALICE))
    store = load(*(tmp_path / str(index) for index in range(4)), tmp_path / "5")
    assert [use.name for use in store.uses()] == ["vendor", "vendor (2)", "vendor (3)", "vendor (2) (2)", "_"]


def test_anchors_without_purpose_are_noted_where_one_is_needed(tmp_path):
    path = write(tmp_path / "a.jwk", json.dumps({"keys": [jwk(ALICE)] * 7}))
    assert load(path).notes == ()
    (note,) = load(path, require_purpose=True).notes
    assert "(a[0], a[1], a[2], a[3], a[4] and 2 more) give grade 3 at most" in note
    assert load(f"update={path}", require_purpose=True).notes == ()


# --- test keys among the anchors ----------------------------------------------------------------


@pytest.fixture
def own(monkeypatch):
    """Make ALICE's key one of this repository's."""
    key = published_keys.OwnKey("alice", None)
    monkeypatch.setattr(published_keys, "own_keys", lambda: {public(ALICE).thumbprint: key})


@pytest.mark.usefixtures("own")
def test_an_own_test_key_is_one_except_for_an_example(tmp_path):
    path = write(tmp_path / "alice.pem", pem(ALICE))
    (strict,) = load(path).candidates("update", "ES256", None)
    (lenient,) = load(path, example=True).candidates("update", "ES256", None)
    assert (strict.test_key, lenient.test_key) == ("own", None)
    assert TrustStore(example=True).test_key(public(ALICE)) is None
    assert TrustStore().test_key(public(ALICE)) == "own"


def test_a_published_key_is_one_even_for_an_example(tmp_path, monkeypatch):
    monkeypatch.setitem(published_keys._PUBLIC, public(ALICE).thumbprint, "published somewhere")
    store = load(write(tmp_path / "alice.pem", pem(ALICE)), example=True)
    assert [anchor.test_key for anchor in store.candidates("update", "ES256", None)] == ["published"]


def test_a_certificate_over_a_test_key_is_one(tmp_path, monkeypatch):
    monkeypatch.setitem(published_keys._PUBLIC, public(ALICE).thumbprint, "published somewhere")
    store = load(write(tmp_path / "leaf.pem", leaf().public_bytes(Encoding.PEM)))
    assert [anchor.test_key for anchor in store.candidates("update", "ES256", None)] == ["published"]


def test_other_peoples_keys_and_certificates_all_load():
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    paths = [
        path
        for part in ("keys", "x509")
        for path in sorted((collect.Path(folder) / part).iterdir())
        if path.suffix in (".jwk", ".pem", ".der")
    ]
    store = load(*paths)
    assert len(store.uses()) == len(paths) > 50
    assert len({use.name for use in store.uses()}) == len(paths)
    assert len(store.certificates("update")) == 9
