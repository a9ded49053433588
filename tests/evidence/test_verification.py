"""``verify`` as a function: options, the artefacts of a call, and which exit code they deserve."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest

from iotassess.errors import UsageError
from iotassess.evidence.collect import Collected, Found, collect
from iotassess.evidence.registry import KINDS, Kind
from iotassess.evidence.trust import TrustStore
from iotassess.evidence.verification import (
    Nonce,
    Verification,
    exit_code,
    is_acceptable,
    parse_image,
    parse_nonce,
    verify,
)
from iotassess.model.artefact import Artefact
from iotassess.model.problems import problem
from tests.evidence.signing import AS_OF, write

HERE = "tests.evidence.test_verification"


# A made-up kind that shows what it was given.
def is_made_up(peek):
    return peek.data[:1] == b"\xd7"


def decode_made_up(peek, context):
    claims = {
        "nonce": context.nonce and context.nonce.hex(),
        "max_age": context.max_age,
        "images": [image.path for image in context.images],
    }
    return Artefact(context.path, None, None, "", 0, True, "authenticated", claims=claims)


MADE_UP = Kind(
    "made-up", "Made up", "nowhere", ("a/b",), None, f"{HERE}:is_made_up", f"{HERE}:decode_made_up"
)
GOOD = Artefact("a", "psa-token", None, "", 0, True, "authenticated")
ERROR = problem("eat-expired", "late")
WARNING = problem("eat-nonce-missing", "none")


def run(*paths, **more):
    return verify(collect(paths), TrustStore(), AS_OF, kinds=(MADE_UP, *KINDS), **more)


# --- options ------------------------------------------------------------------------------------


def test_a_nonce_is_for_all_artefacts_or_for_one():
    assert parse_nonce("00" * 8) == Nonce(None, bytes(8))
    assert parse_nonce("a=b.cbor=" + "fF" * 64) == Nonce("a=b.cbor", b"\xff" * 64)
    assert parse_nonce("=" + "00" * 32) == Nonce(None, bytes(32))


@pytest.mark.parametrize("text", ["", "xyz", "0" * 17, "00" * 7, "00" * 65, "a.cbor=", "00" * 8 + "=a.cbor"])
def test_what_is_no_nonce_is_refused(text):
    with pytest.raises(UsageError, match="--nonce") as fault:
        parse_nonce(text)
    assert fault.value.hint


def test_an_image_is_for_any_component_or_for_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.bin", "x=y.bin"):
        write(tmp_path / name, b"firmware")
    assert (parse_image("a.bin").path, parse_image("a.bin").component) == ("a.bin", None)
    assert (parse_image("00/6170=a.bin").path, parse_image("00/6AFF=a.bin").component) == ("a.bin", "00/6aff")
    assert parse_image("x=y.bin").path == "x=y.bin"
    assert parse_image("00=x=y.bin").path == "x=y.bin"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("none.bin", "does not exist"),
        ("00=none.bin", "does not exist"),
        ("app=a.bin", "'app' is no component identifier"),
        ("0=a.bin", "no component identifier"),
        ("", "does not exist|cannot be read"),
    ],
)
def test_what_is_no_image_is_refused(tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        parse_image(text)


def test_nonces_must_fit_the_artefacts(tmp_path):
    path = str(write(tmp_path / "a", b"\xd7"))
    value = bytes(8)
    with pytest.raises(UsageError, match="'b' is none of the artefacts"):
        run(path, nonces=[Nonce("b", value)])
    with pytest.raises(UsageError, match="two challenges for all artefacts"):
        run(path, nonces=[Nonce(None, value), Nonce(None, value)])
    with pytest.raises(UsageError, match="two challenges for"):
        run(path, nonces=[Nonce(path, value), Nonce(path, value)])


# --- reading ------------------------------------------------------------------------------------


def test_every_artefact_gets_its_challenge_and_the_images(tmp_path):
    first, second = (str(write(tmp_path / name, b"\xd7")) for name in "ab")
    image = parse_image(str(write(tmp_path / "c.bin", b"firmware")))
    nonces = [Nonce(None, b"1" * 8), Nonce(second, b"2" * 8)]
    one, two = run(first, second, nonces=nonces, images=[image]).artefacts
    assert [one.claims["nonce"], two.claims["nonce"]] == ["31" * 8, "32" * 8]
    assert one.claims["images"] == [image.path]
    assert run(first).artefacts[0].claims["nonce"] is None


def test_files_named_themselves_are_unusable_when_they_are_not_recognised(tmp_path):
    good, bad = write(tmp_path / "good", b"\xd7"), write(tmp_path / "bad", b"nothing")
    verification = run(good, bad)
    assert [artefact.kind for artefact in verification.artefacts] == ["made-up", None]
    assert verification.unusable == (str(bad),)
    assert exit_code(verification) == 3


def test_files_in_a_folder_that_are_not_recognised_are_listed(tmp_path):
    write(tmp_path / "d/good", b"\xd7")
    write(tmp_path / "d/readme.txt", b"nothing")
    verification = run(tmp_path / "d")
    assert [artefact.kind for artefact in verification.artefacts] == ["made-up"]
    assert "readme.txt: not assessed" in verification.not_done[0]
    assert (verification.unusable, exit_code(verification)) == ((), 0)


def test_a_folder_in_which_nothing_is_recognised_is_unusable(tmp_path):
    write(tmp_path / "d/readme.txt", b"nothing")
    write(tmp_path / "good", b"\xd7")
    verification = run(tmp_path / "d", tmp_path / "good")
    assert verification.unusable == (str(tmp_path / "d"),)
    assert exit_code(verification) == 3


def test_a_file_that_was_not_read_keeps_its_digest():
    found = Found("a", None, problem("artefact-too-large", "large"), "ab", 9)
    verification = verify(Collected([found], [], []), TrustStore(), AS_OF)
    (artefact,) = verification.artefacts
    assert (artefact.sha256, artefact.size, artefact.problems[0].id) == ("ab", 9, "artefact-too-large")
    assert exit_code(verification) == 3


def test_a_malformed_file_whose_kind_can_be_named_is_usable_and_not_acceptable(tmp_path):
    verification = run(write(tmp_path / "a", b"\xd8\x6b\xa1"))
    assert verification.artefacts[0].kind == "suit-envelope"
    assert (verification.unusable, exit_code(verification)) == ((), 1)


# --- judging ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("artefact", "expected"),
    [
        (GOOD, True),
        (replace(GOOD, problems=(WARNING,)), True),
        (replace(GOOD, problems=(WARNING, ERROR)), False),
        (replace(GOOD, wellformed=False), False),
        (replace(GOOD, nested=(replace(GOOD, authenticity="unverified"),)), True),
        (replace(GOOD, nested=(replace(GOOD, nested=(replace(GOOD, problems=(ERROR,)),)),)), False),
        (replace(GOOD, authenticity="intact"), False),
        (replace(GOOD, authenticity="unverified"), False),
        (replace(GOOD, authenticity="failed"), False),
        (replace(GOOD, authenticity="unsigned"), False),
    ],
)
def test_verify_is_content_with_what_is_authenticated_and_without_error(artefact, expected):
    assert is_acceptable(artefact) is expected
    assert exit_code(Verification((GOOD, artefact), (), ())) == (0 if expected else 1)


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.id)
def test_unsigned_is_allowed_for_kinds_with_an_unsigned_form_and_for_no_other(row):
    artefact = replace(GOOD, kind=row.id, authenticity="unsigned")
    assert is_acceptable(artefact, allow_unsigned=True) is row.unsigned_form
    assert is_acceptable(artefact) is False
    for authenticity in ("failed", "unverified", "intact"):
        assert is_acceptable(replace(artefact, authenticity=authenticity), allow_unsigned=True) is False
    assert is_acceptable(replace(artefact, problems=(ERROR,)), allow_unsigned=True) is False


def test_nothing_at_all_is_not_acceptable():
    assert exit_code(Verification((), (), ())) == 1


def test_an_unprotected_claims_set_needs_the_users_word(tmp_path):
    claims = {10: b"n" * 16, 265: "urn:ietf:rfc:rfc9711", 256: b"\x01" + bytes(range(16))}
    verification = run(write(tmp_path / "a.ucs", cbor2.dumps(cbor2.CBORTag(601, claims))))
    assert verification.artefacts[0].kind == "eat-ucs"
    assert verification.artefacts[0].authenticity == "unsigned"
    assert exit_code(verification) == 1
    assert exit_code(verification, allow_unsigned=True) == 0
