"""A token put together from one that is alike is as if read in full; all others are read in full."""

from __future__ import annotations

import dataclasses
import random

import cbor2
import pytest
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st

from iotassess.codec import keys
from iotassess.evidence import alike
from iotassess.evidence.alike import MOULDS
from iotassess.evidence.context import Candidate
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.reading import recognise
from iotassess.evidence.registry import KINDS
from iotassess.evidence.suit_report import HINTS
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Role
from tests.evidence import token_builder as build
from tests.evidence.token_builder import ANCHORS, DEVICE, NONCE, STRANGER, anchor, context

ONE = ANCHORS[0]
KID = b"device-1"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    MOULDS.forget()
    yield
    MOULDS.forget()


def in_full(data, given):
    """What reading it in full gives, whatever is remembered."""
    kept = MOULDS.recall
    try:
        MOULDS.recall = lambda *_: None
        return read_artefact(data, given, tuple(KINDS))  # another table: nothing is remembered of it either
    finally:
        del MOULDS.recall
        assert MOULDS.recall == kept


def learn(make, given, claims=build.psa, edits=None):
    """Have tokens of a model read until one is remembered."""
    for _ in range(alike.READ_BEFORE + 1):
        read_artefact(make(claims(edits or {})), given)


def changed(source, seed, *, nonce=False):
    """Claims that differ in what may differ."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    edits = {256: b"\x01" + chance.randbytes(32), 268: chance.randbytes(8)}
    return source({**edits, 10: chance.randbytes(32)} if nonce else edits)


def with_kid(claims, kid=KID, private=DEVICE):
    return build.sign1(claims, private, unprotected={4: kid})


def known(data, given):
    """Have a token read from what is remembered, and hold it against reading it in full."""
    found = MOULDS.recall(data, given)
    assert found is not None, "read in full"
    assert found == in_full(data, given)
    assert list(found.claims) == list(in_full(data, given).claims)
    assert read_artefact(data, given) == found
    return found


# --- what is the same ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("make", [build.sign1, with_kid])
def test_tokens_that_differ_in_nonce_device_and_seed_are_read_alike(make, seed):
    given = context(ONE, nonce=None)
    learn(make, given)
    found = known(make(changed(build.psa, seed, nonce=True)), given)
    assert (found.authenticity, found.fresh) == ("authenticated", None)
    assert found.device == found.claims["instance_id"]


def test_a_token_with_the_challenge_in_it_is_fresh():
    learn(build.sign1, context(ONE))
    assert known(build.sign1(changed(build.psa, 1)), context(ONE)).fresh == "nonce"


@pytest.mark.parametrize("claims", [build.psa_1, build.psa_2])
def test_tokens_of_the_older_profiles_are_read_alike(claims):
    given = context(ONE)
    learn(build.sign1, given, claims)
    known(build.sign1(claims()), given)


@pytest.mark.parametrize("tags", [(61, 18), (18,)])
def test_the_tag_of_a_cwt_around_a_token_is_seen_through(tags):
    given = context(ONE)
    learn(lambda claims: build.sign1(claims, tags=tags), given)
    known(build.sign1(changed(build.psa, 2), tags=tags), given)


def test_problems_that_all_have_are_those_of_each():
    given = context(ONE, nonce=None)
    learn(build.sign1, given, edits={2395: 0x4001, 2399: [{1: "BL", 2: b"\xb1" * 32}]})
    found = known(
        build.sign1({**changed(build.psa, 3, nonce=True), 2395: 0x4001, 2399: [{1: "BL", 2: b"\xb1" * 32}]}),
        given,
    )
    assert {"psa-lifecycle-debug", "psa-signer-id-missing", "eat-freshness-not-shown"} <= build.ids(found)


def test_a_key_identifier_that_is_signed_is_the_same_in_all():
    def make(claims, kid=KID):
        return build.sign1(claims, headers={1: -7, 4: kid})

    given = context(ONE)
    learn(make, given)
    assert known(make(changed(build.psa, 8)), given).signatures[0].kid == KID.hex()
    assert MOULDS.recall(make(changed(build.psa, 8), KID[::-1]), given) is None


def test_the_key_that_verifies_may_be_another_one():
    given = context(ONE, nonce=None)
    learn(with_kid, given)
    key = keys.from_cryptography(STRANGER.public_key(), b"device-2")
    other = context(Candidate("second", key, "profile", None, None), ONE, nonce=None)
    found = known(with_kid(changed(build.psa, 4), b"device-2", STRANGER), other)
    assert (found.authenticity, found.signatures[0].key) == ("intact", "second")
    assert found.signatures[0].thumbprint == key.thumbprint == found.shown[-1].value


def test_name_and_role_are_those_of_the_file():
    learn(build.sign1, context(ONE))
    role = Role("artefact", None, 3)
    found = known(build.sign1(build.psa()), context(ONE, path="other", role=role))
    assert (found.path, found.role) == ("other", role)


def test_what_one_token_gave_does_not_change_with_another():
    given = context(ONE)
    learn(build.sign1, given)
    data = build.sign1(build.psa())
    first = MOULDS.recall(data, given)
    first.claims["sw_components"][0]["type"] = "changed"
    first.claims["lifecycle"]["name"] = "changed"
    first.claims["sw_components"].append({})
    first.claims["nonce"] = ""
    assert known(data, given).claims["lifecycle"]["name"] == "secured"


def test_the_token_that_is_remembered_may_be_changed_by_whoever_was_given_it():
    given = context(ONE)
    data = build.sign1(build.psa())
    MOULDS.forget()
    for _ in range(5):
        whole = read_artefact(data, given)
        whole.claims["sw_components"][0]["type"] = "changed"
        whole.claims["lifecycle"]["name"] = "changed"
        whole.claims["nonce"] = ""
    after = read_artefact(data, given)
    assert MOULDS.recall(data, given) is not None
    assert after.claims["sw_components"][0]["type"] == "BL"
    assert after.claims["lifecycle"]["name"] == "secured"


# --- what is read in full -----------------------------------------------------------------------


def test_a_token_with_any_byte_changed_is_judged_as_reading_it_in_full_does():
    given = context(ONE)
    learn(with_kid, given)
    data = with_kid(build.psa())
    assert MOULDS.recall(data, given) is not None
    fast = []
    for at in range(len(data)):
        for mask in (0x01, 0x80):
            mutant = data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]
            found = MOULDS.recall(mutant, given)
            if found is not None:
                assert found == in_full(mutant, given), at
                fast.append(at)
    start = data.index(KID)
    assert sorted({*fast}) == list(range(start, start + len(KID))), "only the key identifier is unsigned"


def test_a_token_that_is_cut_off_or_goes_on_is_read_in_full():
    given = context(ONE)
    learn(build.sign1, given)
    data = build.sign1(build.psa())
    for mutant in (data[:-1], data + b"\0", b"\xd9\xd9\xf7" + data, data[1:], b""):
        assert MOULDS.recall(mutant, given) is None


def test_a_signature_by_a_stranger_is_not_believed():
    given = context(ONE)
    learn(with_kid, given)
    forged = with_kid(build.psa(), KID, STRANGER)
    assert MOULDS.recall(forged, given) is None
    assert read_artefact(forged, given).authenticity == "failed"


def test_a_signature_of_another_token_is_not_believed():
    given = context(ONE)
    learn(build.sign1, given)
    one, other = (build.sign1(changed(build.psa, seed)) for seed in (5, 6))
    swapped = one[:-64] + other[-64:]
    assert MOULDS.recall(swapped, given) is None
    assert read_artefact(swapped, given).authenticity == "failed"


def test_a_token_with_another_challenge_is_a_mismatch():
    learn(build.sign1, context(ONE))
    learn(build.sign1, context(ONE, nonce=None))
    stale = build.sign1(changed(build.psa, 7, nonce=True))
    assert MOULDS.recall(stale, context(ONE)) is None
    assert "eat-nonce-mismatch" in build.ids(read_artefact(stale, context(ONE)))
    found = known(stale, context(ONE, nonce=None))
    assert "eat-freshness-not-shown" in build.ids(found)


def test_a_device_identifier_of_another_type_is_refused():
    given = context(ONE)
    learn(build.sign1, given)
    odd = build.sign1(build.psa({256: b"\x02" + build.INSTANCE[1:]}))
    assert MOULDS.recall(odd, given) is None
    assert "psa-claim-invalid" in build.ids(read_artefact(odd, given))


def test_without_the_anchor_nothing_is_believed():
    learn(build.sign1, context(ONE))
    data = build.sign1(build.psa())
    assert MOULDS.recall(data, context(none=True)) is None
    wrong_purpose = context(anchor("device", DEVICE, purpose="update"))
    assert MOULDS.recall(data, wrong_purpose) is None
    assert read_artefact(data, wrong_purpose).authenticity == "unverified"


@pytest.mark.parametrize(
    "candidate",
    [
        ONE._replace(test_key="published"),
        ONE._replace(source=None, test_key="published"),
    ],
)
def test_a_published_test_key_is_looked_at_closely(candidate):
    learn(build.sign1, context(ONE))
    data = build.sign1(build.psa())
    given = context(candidate)
    assert MOULDS.recall(data, given) is None


def test_a_certificate_is_looked_at_closely():
    learn(build.sign1, context(ONE))

    class WithCertificate(TrustStore):
        def certificate(self, name):
            return object()

    given = dataclasses.replace(context(ONE), keys=WithCertificate((ONE,)))
    assert MOULDS.recall(build.sign1(build.psa()), given) is None


def test_of_a_few_anchors_each_is_tried_and_of_many_none():
    learn(build.sign1, context(ONE))
    data = build.sign1(build.psa())
    strangers = [
        Candidate(f"stranger {n}", anchor("", STRANGER).key, "user", None, None)
        for n in range(alike.MAX_TRIES)
    ]
    few, many = context(*strangers[1:], ONE), context(*strangers, ONE)
    assert known(data, dataclasses.replace(few)).signatures[0].key == ONE.name
    assert {candidate.purpose for candidate in many.keys.candidates("attestation", "ES256", None)} == {
        None,
        "attestation",
    }
    swapped = context(*(stranger._replace(purpose="attestation") for stranger in strangers), ONE)
    assert MOULDS.recall(data, swapped) is None
    assert read_artefact(data, swapped).signatures[0].key == ONE.name


def test_of_two_anchors_with_one_key_the_first_counts():
    learn(build.sign1, context(ONE))
    both = context(ONE._replace(name="second", source="profile"), ONE)
    assert known(build.sign1(build.psa()), both).signatures[0].key == ONE.name


@pytest.mark.parametrize("hint", HINTS)
def test_bytes_by_which_another_kind_would_be_told_are_read_in_full(hint):
    given = context(ONE, nonce=None)
    learn(build.sign1, given)
    assert MOULDS.recall(build.sign1(build.psa({10: b"x" * 32})), given) is not None
    data = build.sign1(build.psa({10: hint.ljust(32, b"x")}))
    assert MOULDS.recall(data, given) is None
    assert read_artefact(data, given).kind == "psa-token"


@pytest.mark.parametrize("seed", range(30))
def test_the_kind_does_not_depend_on_what_may_differ(seed):
    data = with_kid(changed(build.psa, seed, nonce=True), seed.to_bytes(8))
    row = recognise(Peek(data))
    assert row is not None
    assert row.id == "psa-token"


# --- what is not remembered ---------------------------------------------------------------------


def deep(**more):
    return {**build.COMPONENT, **more}


@pytest.mark.parametrize(
    "edits",
    [
        {6: build.NOW},
        {4: build.NOW + 100},
        {4242: b"unknown"},
        {10: [NONCE]},
        {2399: [{**build.COMPONENT, 99: {1: [2]}}]},
        {256: b"\x01\x02"},
        {-75007: [1]},
    ],
    ids=["iat", "exp", "unknown", "nonces", "nested", "instance", "measurements"],
)
def test_a_token_with_something_unusual_is_not_remembered(edits):
    given = context(ONE, nonce=None)
    learn(build.sign1, given, edits=edits)
    assert MOULDS.recall(build.sign1(build.psa(edits)), given) is None


@pytest.mark.parametrize(
    "make",
    [
        build.mac0,
        lambda claims: build.sign1(claims, STRANGER),
        lambda claims: build.sign1(claims, tags=()),
        lambda claims: build.sign1(claims, unprotected={4: KID, 33: b"chain"}),
        lambda claims: build.sign1(claims, unprotected={3: 5}),
        lambda claims: build.sign1(claims)[:-1] + b"\0",
    ],
    ids=["MAC", "stranger", "untagged", "chain", "content type", "damaged"],
)
def test_a_token_that_is_protected_unusually_is_not_remembered(make):
    given = context(ANCHORS[0], ANCHORS[2])
    learn(make, given)
    assert MOULDS.recall(make(build.psa()), given) is None


def test_a_text_in_chunks_is_not_remembered():
    payload = cbor2.dumps(build.psa())
    chunked = payload.replace(b"\x58\x20" + NONCE, b"\x5f\x58\x20" + NONCE + b"\xff")
    assert chunked != payload
    given = context(ONE)
    learn(build.sign1, given, lambda _: chunked)
    assert MOULDS.recall(build.sign1(chunked), given) is None


def test_one_token_alone_is_not_remembered():
    given, data = context(ONE), build.sign1(build.psa())
    read_artefact(data, given)
    assert MOULDS.recall(data, given) is None


def test_another_table_of_kinds_is_not_overruled():
    given, data = context(ONE), build.sign1(build.psa())
    learn(build.sign1, given)
    rest = [row for row in KINDS if row.id != "psa-token"]
    assert read_artefact(data, given, rest).kind != "psa-token"
    assert read_artefact(data, given, kind="cose-message").kind == "cose-message"


def test_a_token_inside_another_is_read_in_full():
    given, data = context(ONE), build.sign1(build.psa())
    learn(build.sign1, given)
    assert read_artefact(data, dataclasses.replace(given, depth=1, nonce=None)).fresh is None
    assert read_artefact(data, given).fresh == "nonce"


# --- memory -------------------------------------------------------------------------------------


def test_the_oldest_is_forgotten_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(alike, "MAX_REMEMBERED", 3)
    given = context(ONE)
    releases = [build.psa({2399: [{**build.COMPONENT, 4: f"1.0.{n}"}]}) for n in range(6)]
    learn(build.sign1, given)
    for claims in releases:
        read_artefact(build.sign1(claims), given)
    remembered = [MOULDS.recall(build.sign1(claims), given) is not None for claims in releases]
    assert remembered == [False] * 3 + [True] * 3


def test_tokens_that_are_never_met_again_are_soon_not_remembered(monkeypatch):
    monkeypatch.setattr(alike, "IN_VAIN", 4)
    given = context(ONE)
    releases = [build.psa({2394: -n}) for n in range(1, 40)]
    for claims in releases:
        read_artefact(build.sign1(claims), given)
    remembered = sum(MOULDS.recall(build.sign1(claims), given) is not None for claims in releases)
    assert 0 < remembered < 10


def test_layouts_beyond_the_limit_make_it_start_anew(monkeypatch):
    monkeypatch.setattr(alike, "MAX_CUTS", 2)
    given = context(ONE)
    learn(build.sign1, given)
    orders = [dict(sorted(build.psa().items(), key=lambda item: (item[0] * 7919) % n)) for n in (3, 5, 7, 11)]
    for claims in orders:
        read_artefact(build.sign1(claims), given)
        data = build.sign1(claims)
        found = MOULDS.recall(data, given)
        assert found is None or found == in_full(data, given)


# --- anything after anything --------------------------------------------------------------------

EDITS = [
    {},
    {256: b"\x01" + b"\xee" * 32},
    {256: b"\x02" + b"\xee" * 32},
    {256: build.INSTANCE[:17]},
    {10: b"\x77" * 32},
    {10: b"\x77" * 31},
    {10: [NONCE, NONCE]},
    {268: b"\x66" * 8},
    {268: b"\x66" * 7},
    {268: ...},
    {268: b"-\x19\x01\x0e----"},
    {2394: 4},
    {2395: 0x4001},
    {2398: ...},
    {2399: []},
    {6: build.NOW},
    {4: 1},
    {265: build.ARM_2, 268: ..., 2397: b"\xb0" * 32},
    {-75008: NONCE},
]
HEADERS = [{1: -7}, {1: -7, 4: KID}, {1: -7, 3: 5}, {1: -7, 2: [9], 9: 1}, {1: -9}]
UNPROTECTED = [{}, {4: KID}, {4: b"device-2"}, {4: b""}, {4: KID, 1: -7}]
KEYS = {"device": DEVICE, "stranger": STRANGER}
CONTEXTS = [
    {"anchors": (ONE,)},
    {"anchors": (ONE,), "nonce": None},
    {"anchors": (ONE,), "nonce": b"\x77" * 32},
    {"anchors": (ONE._replace(source="profile"), anchor("stranger", STRANGER, purpose=None)), "nonce": None},
    {"anchors": (ONE._replace(test_key="published"),)},
    {"anchors": (ANCHORS[2], anchor("stranger", STRANGER)), "role": Role("artefact", "app", 7)},
    {"anchors": ()},
]
TOKEN = st.tuples(
    st.sampled_from(EDITS),
    st.sampled_from(HEADERS),
    st.sampled_from(UNPROTECTED),
    st.sampled_from(sorted(KEYS)),
    st.sampled_from([(18,), (61, 18), ()]),
)


@settings(deadline=None)
@suppose(st.lists(st.tuples(st.sampled_from(EDITS), TOKEN, st.integers(0, 6)), min_size=1, max_size=8))
def test_whatever_was_read_before_a_token_is_read_as_in_full(steps):
    MOULDS.forget()
    for edits, (more, headers, unprotected, key, tags), place in steps:
        chosen = dict(CONTEXTS[place])
        anchors = chosen.pop("anchors")
        given = context(*anchors, none=not anchors, **chosen)
        for claims in (edits, edits, edits, {**edits, **more}):
            data = build.sign1(
                build.psa(claims), KEYS[key], headers=headers, unprotected=unprotected, tags=tags
            )
            assert read_artefact(data, given) == in_full(data, given)
