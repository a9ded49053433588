"""COSE headers that say something twice, in another encoding, or that must be understood."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from tests.crypto import making, second
from tests.crypto.making import EVIL, P256, PAYLOAD, Row, cose, read

GOOD = cose(P256)


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


# --- twice --------------------------------------------------------------------------------------

TWICE: dict[str, str] = {
    "the algorithm twice": "a2 0126 0126",
    "two algorithms": "a2 0126 0127",
    "two algorithms, the right one last": "a2 0127 0126",
    "the algorithm and a MAC": "a2 0126 0105",
    "the label in a longer form": "a2 0126 180126",
    "the label as a float": "a2 0126 f93c0026",
    "the label as true": "a2 0126 f526",
    "the label as a bignum": "a2 0126 c2410126",
    "a key identifier twice": "a3 0126 044161 044162",
    "a text label twice": "a3 0126 6178 01 6178 02",
    "twice in a nested map": "a2 0126 1863 a2 0101 0102",
    "twice in a map of indefinite length": "bf 0126 0127 ff",
}
DUPLICATES: dict[str, tuple[str, ...]] = dict.fromkeys(TWICE, ("cbor-duplicate-key",))
DUPLICATES["the label as a bignum"] = ("cbor-malformed",)
LAST_WINS = "the decoder that it takes the message apart with lets the last of two equal labels win"


@pytest.mark.parametrize("name", TWICE)
def test_a_protected_header_that_says_something_twice_is_not_believed(name):
    data = cose(P256, protected=hexed(TWICE[name]))
    making.hold(Row(name, data, *making.malformed(*DUPLICATES[name])))


@pytest.mark.parametrize("name", TWICE)
def test_the_second_implementation_takes_at_most_what_is_lax(name):
    """The signature is good over these bytes: only reading them strictly tells that they are ambiguous."""
    protected = hexed(TWICE[name])
    assert second.holds(
        -7, P256, making.structure(protected), cbor2.loads(cose(P256, protected=protected)).value[3]
    )


UNPROTECTED: dict[str, str] = {
    "a key identifier twice": "a2 044161 044162",
    "the same key identifier twice": "a2 044161 044161",
    "a chain twice": "a2 182140 182140",
    "a text label twice": "a2 617801 617802",
    "twice in a nested map": "a1 1863 a2 0101 0102",
}


@pytest.mark.parametrize("name", UNPROTECTED)
def test_an_unprotected_header_that_says_something_twice_spoils_the_message(name):
    found = read(cose(P256, unprotected=hexed(UNPROTECTED[name])), P256)
    assert (found.authenticity, found.wellformed, found.signatures) == ("unverified", False, ())
    assert [one.id for one in found.problems] == ["cbor-duplicate-key"]
    assert read(GOOD, P256).authenticity == "authenticated"


BOTH: dict[str, tuple[dict[Any, Any], dict[Any, Any]]] = {
    "the key identifier": ({1: -7, 4: b"a"}, {4: b"b"}),
    "the same key identifier": ({1: -7, 4: b"a"}, {4: b"a"}),
    "the content type": ({1: -7, 3: 61}, {3: 60}),
    "a label that nobody knows": ({1: -7, 99: 1}, {99: 2}),
    "a text label": ({1: -7, "x": 1}, {"x": 1}),
}
IN_BOTH = (
    "RFC 9052 section 3 forbids a label in both buckets, which who reads the protected one alone cannot see"
)


@pytest.mark.parametrize("name", BOTH)
def test_a_label_in_both_headers_is_not_believed(name):
    protected, unprotected = BOTH[name]
    data = cose(P256, protected=protected, unprotected=unprotected)
    row = Row(name, data, *making.malformed("cbor-duplicate-key"), stricter=IN_BOTH)
    making.hold(row)
    making.agree(row, second.cose_holds)


CLAIMS: dict[str, bytes] = {
    "a claim twice": b"\xa4" + PAYLOAD[1:] + hexed("0a4101"),
    "a claim in a longer form": b"\xa4" + PAYLOAD[1:] + hexed("180a4101"),
    "twice in a nested map": b"\xa4" + PAYLOAD[1:] + hexed("19010a a1 6161 a2 0101 0102"),
}


@pytest.mark.parametrize("payload", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_that_stands_twice_is_an_error_and_claims_nothing(payload):
    found = read(cose(P256, payload=payload), P256)
    assert [(one.id, one.severity) for one in found.problems] == [("cbor-duplicate-key", "error")]
    assert not any(shown.covered and not shown.observed for shown in found.shown)
    assert second.cose_holds(cose(P256, payload=payload), [P256])
    good = read(GOOD, P256)
    assert good.authenticity == "authenticated"
    assert any(shown.covered for shown in good.shown)


# --- other encodings ----------------------------------------------------------------------------

ENCODINGS: dict[str, str] = {
    "a longer label": "a1 1801 26",
    "a label of eight bytes": "a1 1b0000000000000001 26",
    "a longer value": "a1 01 3806",
    "a value of eight bytes": "a1 01 3b0000000000000006",
    "a longer map": "b801 0126",
    "a map of indefinite length": "bf 0126 ff",
    "labels out of order": "a2 044161 0126",
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_signature_is_over_the_header_as_it_was_written(name):
    data = cose(P256, protected=hexed(ENCODINGS[name]))
    row = Row(name, data, *making.FINE, ())
    found = read(data, P256)
    assert (found.authenticity, [one.status for one in found.signatures]) == ("authenticated", ["verified"])
    assert {one.id for one in found.problems} <= {"cbor-indefinite-length"}
    making.agree(row, second.cose_holds)


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_header_that_was_encoded_again_is_not_what_was_signed(name):
    good = cose(P256, protected=hexed(ENCODINGS[name]))
    parts = list(cbor2.loads(good).value)
    parts[0] = cbor2.dumps(dict(sorted(cbor2.loads(parts[0]).items())))
    row = Row(name, cbor2.dumps(cbor2.CBORTag(18, parts)), *making.BAD)
    making.hold(row)
    making.agree(row, second.cose_holds)


def test_the_header_of_the_byte_string_around_the_claims_is_not_signed():
    """Sig_structure holds the content in its shortest form, however long a form the message has."""
    protected, _, payload, signature = cbor2.loads(GOOD).value
    longer = b"\xd2\x84" + cbor2.dumps(protected) + b"\xa0\x59" + len(payload).to_bytes(2) + payload
    row = Row("long", longer + cbor2.dumps(signature), *making.FINE, ())
    making.hold(row)
    making.agree(row, second.cose_holds)


NOT_MAPS: dict[str, bytes] = {
    "an array": hexed("820126"),
    "a number": hexed("26"),
    "a byte string with the map": hexed("43a10126"),
    "a tag around it": hexed("d818a10126"),
    "two maps": hexed("a10126a10126"),
    "half a map": hexed("a101"),
    "null": hexed("f6"),
}


@pytest.mark.parametrize("name", NOT_MAPS)
def test_a_protected_header_that_is_no_map_protects_nothing(name):
    found = read(cose(P256, protected=NOT_MAPS[name]), P256)
    assert (found.authenticity, [one.status for one in found.signatures]) == ("unverified", ["malformed"])
    expected = "cbor-trailing-bytes" if name == "two maps" else "cbor-malformed"
    assert [one.id for one in found.problems] == [expected]
    assert read(GOOD, P256).authenticity == "authenticated"


@pytest.mark.parametrize("empty", [b"", b"\xa0", b"\xbf\xff"], ids=["no bytes", "a map", "an endless map"])
def test_a_header_without_values_is_signed_as_no_bytes_and_names_no_algorithm(empty):
    """RFC 9052 section 3: however it is written, nothing in it says how the signature was made."""
    for signed in (b"", empty):
        signature = making.sign(P256, "ES256", making.structure(signed))
        data = cose(P256, protected=empty, unprotected={1: -7}, signature=signature)
        making.hold(Row("empty", data, *making.malformed("cose-alg-unprotected")))


# --- critical headers ---------------------------------------------------------------------------

CRITICAL: dict[str, tuple[dict[Any, Any], dict[Any, Any]]] = {
    "unknown": ({1: -7, 2: [99], 99: 1}, {}),
    "unknown, by a text": ({1: -7, 2: ["x"], "x": 1}, {}),
    "known beside unknown": ({1: -7, 2: [1, 99], 99: 1}, {}),
    "not there": ({1: -7, 2: [4]}, {}),
    "there, but unprotected": ({1: -7, 2: [4]}, {4: b"a"}),
    "unprotected": ({1: -7}, {2: [4], 4: b"a"}),
    "unprotected and empty": ({1: -7}, {2: [1]}),
    "the text of a known number": ({1: -7, 2: ["1"], "1": 1}, {}),
    "true for one": ({1: -7, 2: [True]}, {}),
    "an array in it": ({1: -7, 2: [[1]]}, {}),
    "null in it": ({1: -7, 2: [None]}, {}),
}
NOT_LOOKED_AT = "it looks at no crit at all, so it cannot refuse for one"


@pytest.mark.parametrize("name", CRITICAL)
def test_a_critical_header_that_cannot_be_honoured_forbids_the_message(name):
    protected, unprotected = CRITICAL[name]
    data = cose(P256, protected=protected, unprotected=unprotected)
    found = read(data, P256)
    assert (found.authenticity, [one.status for one in found.signatures]) == ("unverified", ["malformed"])
    wrong_type = {"cbor-malformed"} if name in ("an array in it", "null in it") else set()
    assert {one.id for one in found.problems} == {"cose-crit-unknown"} | wrong_type
    making.agree(
        Row(name, data, *making.malformed("cose-crit-unknown"), stricter=NOT_LOOKED_AT), second.cose_holds
    )
    assert read(GOOD, P256).authenticity == "authenticated"


@pytest.mark.parametrize("value", [[], {}, 1, "alg", b"\x01", None, {1: 1}], ids=repr)
def test_a_crit_that_is_no_array_with_labels_forbids_the_message(value):
    found = read(cose(P256, protected={1: -7, 2: value}), P256)
    assert (found.authenticity, [one.status for one in found.signatures]) == ("unverified", ["malformed"])
    assert "cose-crit-unknown" in {one.id for one in found.problems}


@pytest.mark.parametrize("listed", [[1], [4], [1, 4], [4, 4], [2]], ids=str)
def test_a_critical_header_that_is_understood_is_in_order(listed):
    """RFC 9052 section 3.1 does not forbid that a label is listed twice, and it changes nothing."""
    data = cose(P256, protected={1: -7, 4: b"a", 2: listed})
    row = Row("crit", data, *making.FINE, ())
    making.hold(row)
    making.agree(row, second.cose_holds)
    forged = cose(EVIL, protected={1: -7, 4: b"a", 2: listed})
    assert read(forged, P256).authenticity == "failed"
