"""Containers in containers: what is within one file is read to one limit, and says so beyond it."""

from __future__ import annotations

import cbor2
import pytest

from iotassess.codec.cbor_tokens import LEDGER, MAX_SCANNED_ITEMS
from iotassess.evidence.context import MAX_NESTED_ARTEFACTS
from iotassess.evidence.verification import has_error
from iotassess.model.artefact import walk
from tests.evidence import token_builder as build

TOKEN = build.sign1(build.psa())
INNER = build.sign1({10: build.NONCE, 263: 3})


def wrapped(member, count):
    return cbor2.dumps({number: ["application/cmw+cbor", member] for number in range(count)})


def wrapper(member, count):
    return cbor2.dumps({number: ["application/eat+cwt", member] for number in range(count)})


def submodules(member, count):
    return build.sign1({10: build.NONCE, 266: {f"s{number}": member for number in range(count)}})


def too_large(artefact):
    return [one.severity for one in artefact.problems if one.id == "artefact-too-large"]


MANY = submodules(INNER, 90)


@pytest.mark.parametrize(
    "data",
    [
        wrapped(wrapper(INNER, 20), 20),
        submodules(submodules(INNER, 20), 20),
        wrapped(wrapped(wrapper(INNER, 8), 8), 8),
        cbor2.dumps({0: ["application/cmw+cbor", wrapper(INNER, 200)], 1: ["application/eat+cwt", MANY]}),
    ],
)
def test_what_multiplies_over_levels_is_read_to_one_limit_and_reported_once(data):
    artefact = build.read(data)
    assert len(list(walk([artefact]))) == 1 + MAX_NESTED_ARTEFACTS
    assert too_large(artefact) == ["error"]
    assert not any(too_large(one) for one in walk(artefact.nested))


def test_as_many_as_are_read_are_no_fault_and_the_next_file_starts_anew():
    context = build.context()
    data = submodules(submodules(INNER, 15), 15)  # 15 + 225
    for _ in range(3):
        artefact = build.read_artefact(data, context)
        assert (len(list(walk([artefact]))), too_large(artefact)) == (241, [])
        assert not has_error(artefact)


def test_a_kind_that_does_not_ask_is_refused_when_it_reads_one_too_many():
    context = build.context(depth=1)
    context.nested.left = 0
    artefact = build.read_artefact(TOKEN, context)
    assert (artefact.claims, artefact.wellformed, too_large(artefact)) == (None, False, ["error"])


def test_dense_content_in_every_one_of_many_containers_is_read_to_one_limit():
    dense = build.sign1({10: build.NONCE, "x": [[]] * 20_000})
    data = cbor2.dumps({number: ["application/eat+cwt", dense] for number in range(60)})
    artefact = build.read(data)
    assert too_large(artefact) == ["error"]
    assert str(MAX_SCANNED_ITEMS) in build.only(artefact, "artefact-too-large").message
    assert any(one.wellformed for one in artefact.nested)
    assert not artefact.nested[-1].wellformed
    assert LEDGER.get() is None


def test_one_dense_artefact_alone_is_within_the_limit():
    artefact = build.read(build.sign1({10: build.NONCE, "x": [[]] * 49_000}))
    assert artefact.wellformed
    assert too_large(artefact) == []


# --- tags around --------------------------------------------------------------------------------


def tagged(number, data):
    return cbor2.dumps(cbor2.CBORTag(number, cbor2.loads(data)))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (TOKEN, "psa-token"),
        (build.sign1(build.eat({10: build.NONCE})), "eat-cwt"),
        (build.sign1(build.eat({10: build.NONCE}), tags=(61, 18)), "eat-cwt"),
        (build.uccs({256: b"\x01" * 17, 10: build.NONCE}), "eat-ucs"),
    ],
)
def test_the_tag_that_says_that_cbor_follows_changes_nothing_but_the_bytes(data, kind):
    plain, artefact = build.read(data), build.read(tagged(55799, data))
    assert (plain.kind, artefact.kind) == (kind, kind)
    assert (artefact.authenticity, artefact.claims, artefact.fresh) == (
        plain.authenticity, plain.claims, plain.fresh,
    )  # fmt: skip
    assert (artefact.size, artefact.sha256 == plain.sha256) == (plain.size + 3, False)


def test_offsets_are_those_of_the_whole_file():
    data = build.sign1(build.eat({263: 0}))
    (plain,) = [p for p in build.read(data).problems if p.id == "eat-debug-enabled"]
    (found,) = [p for p in build.read(tagged(55799, data)).problems if p.id == "eat-debug-enabled"]
    assert found == plain._replace(offset=plain.offset + 3)


def test_a_claims_set_under_that_tag_inside_the_signature_is_read_and_judged():
    payload = cbor2.dumps(cbor2.CBORTag(55799, build.eat({10: b"other nonce", 263: 0, 4: 1})))
    artefact = build.read(build.sign1(payload))
    assert (artefact.kind, artefact.authenticity) == ("eat-cwt", "authenticated")
    assert {"eat-nonce-mismatch", "eat-debug-enabled", "eat-expired"} <= build.ids(artefact)


@pytest.mark.parametrize("rest", [b'{"eat_profile":"x","eat_nonce":"AAAA"}', b"", b"\xd9"])
def test_what_cannot_follow_that_tag_is_not_read_behind_it(rest):
    assert build.read(b"\xd9\xd9\xf7" + rest).kind is None


@pytest.mark.parametrize("tags", [(500,), (501,), (502,), (500, 502), (1398229316,), (55799, 501)])
def test_a_tag_of_reference_values_does_not_hide_a_token(tags):
    data = TOKEN
    for tag in reversed(tags):
        data = tagged(tag, data)
    artefact = build.read(data)
    assert artefact.kind == "psa-token"
    found = build.only(artefact, "eat-claim-type")
    assert (found.severity, found.offset) == ("error", 0)


def test_only_a_protected_content_type_says_what_a_message_holds():
    data = build.sign1({"a": 1}, unprotected={3: "application/swid+cbor"})
    assert build.read(data).kind != "coswid"
    assert build.read(build.sign1({"a": 1}, headers={1: -7, 3: "application/swid+cbor"})).kind == "coswid"


# --- SUIT reports as measurements ---------------------------------------------------------------

REPORT = {2: b"\x01" * 16, 3: [], 4: True, 99: ["https://acme.example/m.suit", [-16, b"\x02" * 32]]}


@pytest.mark.parametrize("body", [cbor2.dumps(REPORT), build.sign1(REPORT, build.ELEMENT)])
def test_a_suit_report_among_the_measurements_is_an_artefact_of_its_own(body):
    artefact = build.read(build.sign1(build.eat({273: [[258, b"evidence"], [270, body]]})))
    (report,) = artefact.nested
    assert (report.kind, report.path) == ("suit-report", "token#measurements[1]")
    assert report.authenticity == ("authenticated" if body[0] >> 5 == 6 else "unsigned")
    assert all(one.covered == (report.authenticity != "unsigned") for one in report.shown)
    assert artefact.authenticity == "authenticated"
    assert not any(one.property == "update.applied" for one in artefact.shown)


def test_a_suit_report_in_a_json_token_is_read_too():
    claims = {"eat_nonce": build.b64(build.NONCE), "measurements": [[270, build.b64(cbor2.dumps(REPORT))]]}
    artefact = build.read(build.jwt(claims))
    assert [one.kind for one in artefact.nested] == ["suit-report"]


def test_something_else_under_the_content_format_of_a_suit_report_is_reported():
    artefact = build.read(build.sign1(build.eat({273: [[270, TOKEN], [270, {1: 2}]]})))
    assert [one.kind for one in artefact.nested] == ["psa-token"]
    assert build.only(artefact, "eat-claim-type").at == "measurements[0]"


def test_too_many_suit_reports_are_left_unread_and_that_is_reported():
    many = [[270, cbor2.dumps(REPORT)]] * (MAX_NESTED_ARTEFACTS + 1)
    artefact = build.read(build.sign1(build.eat({273: many})))
    assert len(artefact.nested) == MAX_NESTED_ARTEFACTS
    assert too_large(artefact) == ["error"]
