"""What one file may cost is limited as a whole: signatures, values, and what is looked for again."""

from __future__ import annotations

import pytest

from iotassess.codec import effort, json
from iotassess.codec.cbor_tokens import LEDGER, MAX_EFFORT, Ledger
from iotassess.errors import MalformedArtefact
from iotassess.evidence import context as contexts
from iotassess.evidence import reading
from tests.evidence import fdo_builder as fdo
from tests.evidence import mud_builder as mud
from tests.evidence import token_builder as token


def nested(count: int) -> bytes:
    inner = token.sign1(token.eat(), token.ELEMENT)
    return token.sign1(token.eat({266: {f"s{i}": inner for i in range(count)}}))


def read_with(monkeypatch: pytest.MonkeyPatch, most: int, data: bytes):
    monkeypatch.setattr(contexts, "MAX_EFFORT", most)
    monkeypatch.setattr(reading, "MAX_EFFORT", most)
    reading.MOULDS.forget()  # a token like an earlier one is verified without being read
    return token.read(data, token.anchor("device", token.DEVICE), token.anchor("element", token.ELEMENT))


def spent_on(data: bytes) -> int:
    ledger = contexts.Nested()
    token.read(
        data, token.anchor("device", token.DEVICE), token.anchor("element", token.ELEMENT), nested=ledger
    )
    return MAX_EFFORT - ledger.effort


def test_a_file_that_needs_all_the_effort_there_is_is_read_whole(monkeypatch):
    data = nested(3)
    found = read_with(monkeypatch, spent_on(data), data)
    assert [inner.authenticity for inner in found.nested] == ["authenticated"] * 3
    assert "artefact-too-large" not in token.ids(found)


def test_one_signature_more_is_not_checked_and_the_file_says_so(monkeypatch):
    data = nested(3)
    found = read_with(monkeypatch, spent_on(data) - 1, data)
    assert [inner.authenticity for inner in found.nested] == ["authenticated", "authenticated", "unverified"]
    assert "artefact-too-large" in token.ids(found)
    assert not found.nested[2].shown


def test_a_signature_that_was_not_checked_never_authenticates(monkeypatch):
    found = read_with(monkeypatch, 0, token.sign1(token.psa()))
    assert found.authenticity == "unverified"
    assert not found.shown


def test_each_file_has_all_the_effort_again():
    kept = token.context()
    data = nested(3)
    first, second = reading.read(data, kept), reading.read(data, kept)
    assert first == second
    assert first.authenticity == "authenticated"


def test_harder_keys_count_for_more():
    assert effort.of_curve("P-256") < effort.of_curve("Ed448") < effort.of_curve("P-521")


def test_outside_of_a_file_nothing_is_counted():
    assert LEDGER.get() is None
    effort.spend(1 << 40)


def test_json_has_a_most_of_values():
    assert len(json.loads(b"[" + b"0," * (json.MAX_ITEMS - 1) + b"0]")) == json.MAX_ITEMS
    with pytest.raises(MalformedArtefact, match="values in a JSON text") as caught:
        json.loads(b"[" + b"0," * json.MAX_ITEMS + b"0]")
    assert caught.value.problem == "artefact-too-large"


def test_json_of_our_own_making_has_no_such_limit():
    text = b"[" + b"0," * json.MAX_ITEMS + b"0]"
    assert len(json.loads(text, max_size=2 * json.MAX_SIZE)) == json.MAX_ITEMS + 1


def test_a_mud_file_of_too_many_values_is_one_that_is_too_large():
    found = mud.read(mud.data()[:-1] + b',"x":[' + b"[]," * json.MAX_ITEMS + b"0]}")
    assert found.kind == "mud"
    assert mud.ids(found) == {"artefact-too-large"}


def test_a_voucher_for_which_nothing_is_left_is_refused_with_our_error():
    from iotassess.evidence.fdo_layout import open_voucher
    from iotassess.evidence.peek import Peek

    ledger = Ledger()
    ledger.items = 1
    token_ = LEDGER.set(ledger)
    try:
        with pytest.raises(MalformedArtefact) as caught:
            open_voucher(Peek(fdo.Voucher().build()))
    finally:
        LEDGER.reset(token_)
    assert caught.value.problem == "artefact-too-large"
