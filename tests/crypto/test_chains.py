"""Certificate chains below a token: what builds to a named root, what does not, and what OpenSSL says."""

from __future__ import annotations

import datetime
import hashlib
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509

from iotassess.codec import keys
from iotassess.evidence.certificates import load, name_anchor
from iotassess.evidence.context import Candidate
from iotassess.evidence.trust import TrustStore
from iotassess.model.assessment import AsOf
from tests.crypto import chain_cases, second
from tests.crypto.certificate_edits import der
from tests.crypto.chain_cases import Chain
from tests.crypto.making import cose, read
from tests.evidence.signing import ALICE, AS_OF, NOON, ROOT_KEY, certificate, eku, leaf, middle, root

GROUPS: dict[str, Callable[[], list[Chain]]] = {
    "moments": chain_cases.moments,
    "authorities": chain_cases.authorities,
    "uses": chain_cases.uses,
    "names": chain_cases.names,
    "order": chain_cases.order,
    "strength": chain_cases.strength,
}
ROWS = {f"{group}: {row.name}": row for group, make in GROUPS.items() for row in make()}


def store(*anchors: Any, purpose: Any = "attestation") -> TrustStore:
    found = []
    for number, one in enumerate(anchors):
        found.append(name_anchor(f"root {number}", load(der(one)), "user", purpose))
    candidates = [Candidate(one.name, one.key, one.source, one.purpose, None) for one in found]
    return TrustStore(candidates, found)


def token(chain: Any, **headers: Any) -> bytes:
    """A token by the key of the first certificate, which is always ALICE's."""
    links = [der(one) for one in chain]
    return cose(ALICE, unprotected={33: links[0] if len(links) == 1 else links}, **headers)


def judged(row: Chain, as_of: AsOf = AS_OF) -> Any:
    return read(token(row.chain), store=store(*(row.anchors or [root()])), as_of=as_of)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_chain_builds_only_where_nothing_is_wrong_with_it(row):
    found = judged(row)
    assert [one.status for one in found.signatures] == ["verified"]
    reported = sorted(one.id for one in found.problems)
    if row.id is None:
        assert (found.authenticity, reported) == ("authenticated", [])
        assert found.signatures[0].anchor_source == "user"
    else:
        assert (found.authenticity, found.signatures[0].key) == ("intact", None)
        assert reported == sorted({"cose-self-asserted-key", row.id} - {""})


@second.needs_openssl
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_openssl_agrees_or_the_row_says_why_not(row):
    trusted = [der(one) for one in row.anchors or [root()]]
    taken = second.chain_holds([der(one) for one in row.chain], trusted, NOON)
    assert taken == ((row.id is None) != bool(row.differs))


@second.needs_openssl
def test_openssl_and_we_agree_on_the_good_twin_of_all_rows():
    good = ROWS["moments: sound"]
    assert judged(good).authenticity == "authenticated"
    assert second.chain_holds([der(one) for one in good.chain], [der(root())], NOON)


# --- moments ------------------------------------------------------------------------------------

DAY = datetime.timedelta(days=1)
BEGIN = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
WHOLE_DAY = AsOf(BEGIN, BEGIN + DAY - datetime.timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("since", "until", "authenticity"),
    [
        pytest.param(-DAY, datetime.timedelta(), "authenticated", id="it ended as the day began"),
        pytest.param(-DAY, datetime.timedelta(seconds=-1), "intact", id="it ended the second before"),
        pytest.param(DAY - datetime.timedelta(seconds=1), 2 * DAY, "authenticated", id="it began at its end"),
        pytest.param(DAY, 2 * DAY, "intact", id="it begins with the next day"),
    ],
)
def test_on_a_bare_date_a_certificate_has_to_be_valid_at_some_time_of_that_day(since, until, authenticity):
    one = Chain("edge", [leaf(since=BEGIN + since, until=BEGIN + until), middle()], None)
    assert judged(one, WHOLE_DAY).authenticity == authenticity


# --- a certificate by its thumbprint ------------------------------------------------------------

DIGESTS = {-16: "sha256", -43: "sha384", -44: "sha512", -14: "sha1"}


def thumbprint(one: x509.Certificate, number: int = -16) -> list[Any]:
    return [number, hashlib.new(DIGESTS[number], der(one)).digest()]


@pytest.mark.parametrize("where", ["protected", "unprotected"])
@pytest.mark.parametrize("number", DIGESTS)
def test_a_thumbprint_of_the_leaf_changes_nothing(where, number):
    headers: dict[str, Any] = {"protected": {1: -7}, "unprotected": {33: [der(leaf()), der(middle())]}}
    headers[where][34] = thumbprint(leaf(), number)
    found = read(cose(ALICE, **headers), store=store(root()))
    assert (found.authenticity, found.problems) == ("authenticated", ())


MISMATCHES: dict[str, Any] = {
    "of another certificate": thumbprint(middle()),
    "of another certificate of the same key": thumbprint(certificate("Leaf", ALICE, "Evil", ROOT_KEY)),
    "cut short": [-16, thumbprint(leaf())[1][:8]],
    "under the name of another digest": [-43, thumbprint(leaf())[1]],
    "of a digest that nobody knows": [-99, thumbprint(leaf())[1]],
    "in hexadecimal": [-16, thumbprint(leaf())[1].hex()],
    "without its digest's name": thumbprint(leaf())[1],
    "empty": [],
    "with true for a digest": [True, b""],
}


@pytest.mark.parametrize("where", ["protected", "unprotected"])
@pytest.mark.parametrize("value", MISMATCHES.values(), ids=MISMATCHES)
def test_a_thumbprint_of_another_certificate_takes_the_chain_away(where, value):
    headers: dict[str, Any] = {"protected": {1: -7}, "unprotected": {33: [der(leaf()), der(middle())]}}
    assert read(cose(ALICE, **headers), store=store(root())).authenticity == "authenticated"
    headers[where][34] = value
    found = read(cose(ALICE, **headers), store=store(root()))
    assert found.authenticity == "failed"
    assert {one.id for one in found.problems} >= {"cose-key-mismatch"}
    assert [one.status for one in found.signatures] == ["bad-signature"]


# --- the first certificate is not the signer's --------------------------------------------------


@pytest.mark.parametrize("chain", [[middle(), root()], [root()]], ids=["the issuer first", "the root alone"])
def test_a_chain_of_another_key_than_the_signers_is_bad(chain):
    found = read(token(chain), store=store(root()))
    assert (found.authenticity, found.signatures[0].status) == ("failed", "bad-signature")
    assert read(token([leaf(), middle()]), store=store(root())).authenticity == "authenticated"


def test_a_chain_stands_for_the_same_where_it_is_protected():
    links = [der(leaf()), der(middle())]
    data = cose(ALICE, protected={1: -7, 33: links})
    assert read(data, store=store(root())).authenticity == "authenticated"
    both = cose(ALICE, protected={1: -7, 33: links}, unprotected={33: links})
    assert [one.id for one in read(both, store=store(root())).problems] == ["cbor-duplicate-key"]


# --- a named certificate that verifies directly -------------------------------------------------


@pytest.mark.parametrize("carried", [False, True], ids=["alone", "with its chain"])
@pytest.mark.parametrize(
    ("usage", "authenticity"),
    [(None, "authenticated"), (chain_cases.AK, "authenticated"), (chain_cases.ANY, "authenticated"),
     (chain_cases.SERVER, "intact"), (chain_cases.CODE, "intact")],
)  # fmt: skip
def test_a_named_certificate_for_other_uses_authenticates_nothing(carried, usage, authenticity):
    """Whoever names the certificate of a server as anchor does not make its key one for attestation."""
    one = leaf() if usage is None else leaf((eku(usage), False))
    data = token([one, middle()]) if carried else cose(ALICE)
    found = read(data, store=store(one))
    assert (found.authenticity, found.signatures[0].status) == (authenticity, "verified")
    expected = [] if authenticity == "authenticated" else ["x509-key-usage"]
    assert [found_.id for found_ in found.problems] == expected


def test_the_same_key_named_bare_is_for_what_the_user_says():
    one = leaf((eku(chain_cases.SERVER), False))
    anchored = name_anchor("certificate", one, "user", "attestation")
    candidates = [
        Candidate("certificate", anchored.key, "user", "attestation", None),
        Candidate("key", keys.from_cryptography(ALICE.public_key()), "user", "attestation", None),
    ]
    found = read(cose(ALICE), store=TrustStore(candidates, [anchored]))
    assert (found.authenticity, found.signatures[0].key) == ("authenticated", "key")


def test_lax_certificates_warn_nobody():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judged(ROWS["strength: the serial number 0"]).authenticity == "authenticated"
