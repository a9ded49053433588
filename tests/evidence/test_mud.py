"""MUD files: what they say of themselves, and what is wrong with them."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import mud
from iotassess.evidence.mud_lists import MAX_ENTRIES
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf
from iotassess.model.claim import PRODUCT
from tests.evidence import cms_builder as build
from tests.evidence.mud_builder import (
    CHAIN,
    FROM,
    PEER,
    URL,
    ace,
    anchor,
    context,
    data,
    document,
    eq,
    flows,
    ids,
    policy,
    read,
    read_signed,
    shown,
    signature,
    to_peer,
)
from tests.evidence.signing import ALICE, BOB
from tests.tries import tries


def test_a_good_file_has_no_problem_and_shows_what_it_says():
    artefact = read_signed(firmware_rev="3.2.0")
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("mud", True, "authenticated")
    assert artefact.problems == ()
    assert {(s.subject, s.property, s.value, s.covered, s.observed) for s in artefact.shown} == {
        (PRODUCT, "network.mud-url", URL, True, False),
        (PRODUCT, "product.firmware-version", "3.2.0", True, False),
        (PRODUCT, "network.mud-signed", True, True, False),
        (PRODUCT, "network.flow", f"outbound tcp/443 dns:{PEER}", True, False),
    }
    claims = artefact.claims
    assert claims["mud_url"] == URL
    assert claims["signature_file"] == "mud.p7s"
    assert claims["flows"] == [f"outbound tcp/443 dns:{PEER}"]
    assert claims["from_device_policy"] == ["from"]
    assert claims["unused_acls"] == []
    assert claims["legacy"] is False
    assert claims["signature"]["signers"][0]["alg"] == "ES256"
    assert claims["acls"][0]["aces"][0] == {
        "name": "out",
        "forwarding": "accept",
        "protocol": 6,
        "destination": f"dns:{PEER}",
        "destination_ports": ["443"],
    }
    assert "other" not in claims
    assert "not_evaluated" not in claims
    json.dumps(claims, allow_nan=False)


def test_all_leaves_are_claims_and_what_is_unknown_is_kept():
    texts = {
        "systeminfo": "a lamp",
        "mfg_name": "Maker",
        "model_name": "L1",
        "software_rev": "7",
        "documentation": "https://maker.example/doc",
        "mud_signature": "https://maker.example/mud.p7s",
    }
    more = {"extensions": ["ol"], "ol:licence": {"by": "maker"}, "mud-hello": 1.5}
    artefact = read_signed(data(top={"other-module:x": [1]}, **texts, **more))
    assert artefact.problems == ()
    assert {key: artefact.claims[key] for key in texts} == texts
    assert artefact.claims["extensions"] == ["ol"]
    assert artefact.claims["other"] == {
        "ol:licence": {"by": "maker"},
        "mud-hello": 1.5,
        "other-module:x": [1],
    }


# --- faults of the description --------------------------------------------------------------------


@pytest.mark.parametrize(
    "choices",
    [
        {"mud_version": 2},
        {"mud_version": True},
        {"mud_version": "1"},
        {"drop": ("mud-version",)},
        {"drop": ("mud-url",)},
        {"mud_url": "maker.example"},
        {"mud_url": "https://" + "a" * 3000},
        {"drop": ("last-update",)},
        {"last_update": "yesterday"},
        {"last_update": "2026-13-01T00:00:00Z"},
        {"last_update": "0001-01-01T00:00:00+23:00"},
        {"last_update": 5},
        {"cache_validity": 0},
        {"cache_validity": 169},
        {"cache_validity": "48"},
        {"drop": ("is-supported",)},
        {"is_supported": "yes"},
        {"systeminfo": ""},
        {"firmware_rev": 3},
        {"documentation": "see there"},
        {"mud_signature": 1},
        {"extensions": "ol"},
        {"extensions": ["x" * 41]},
        {"extensions": [1]},
        {"from_device_policy": policy("nowhere")},
        {"from_device_policy": []},
        {"from_device_policy": {"access-lists": {"access-list": {}}}},
        {"from_device_policy": {"access-lists": {"access-list": [{"name": 1}, 2]}}},
        {"top": {"ietf-access-control-list:acls": {}}},
        {"top": {"ietf-access-control-list:acls": 1}},
        {"outgoing": [*FROM, *FROM]},
        {"outgoing": [1]},
        {"outgoing": [{**FROM[0], "name": ""}]},
        {"outgoing": [{**FROM[0], "actions": {"forwarding": "maybe"}}]},
        {"outgoing": [{**FROM[0], "actions": {}}]},
        {"outgoing": [{**FROM[0], "matches": 1}]},
        {
            "top": {
                "ietf-access-control-list:acls": {"acl": [{"name": "from"}, {"name": "from"}, {"name": "to"}]}
            }
        },
        {"top": {"ietf-access-control-list:acls": {"acl": [{"name": "from"}, {}, {"name": "to"}]}}},
    ],
)
def test_what_its_model_does_not_allow_is_reported(choices):
    file = data(**choices)
    artefact = read(file, anchor(), beside=[("mud.p7s", signature(file))])
    assert "mud-malformed" in ids(artefact)
    assert not artefact.wellformed
    assert artefact.authenticity == "authenticated"  # the signature is over these very bytes
    for found in artefact.problems:
        assert found.at is not None


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        ({"mud_url": "http://maker.example/mud.json"}, "mud-url-not-https"),
        ({"is_supported": False}, "mud-unsupported"),
        ({"last_update": "2026-10-30T11:59:59Z"}, "mud-stale"),
        ({"last_update": "2026-10-25T11:59:59Z", "cache_validity": 168}, "mud-stale"),
        ({"last_update": "2026-10-30T13:59:59.25+02:00", "drop": ("cache-validity",)}, "mud-stale"),
        ({"outgoing": [ace("any", ipv4={"protocol": 17}, udp={"destination-port": eq(53)})]}, "mud-any-any"),
    ],
)
def test_each_fault_is_reported_alone(choices, problem):
    artefact = read_signed(**choices)
    assert (ids(artefact), artefact.wellformed) == ({problem}, True)


@pytest.mark.parametrize(
    "choices",
    [
        {"mud_url": "HTTPS://maker.example/mud.json"},
        {"last_update": "2026-10-30T12:00:00Z"},
        {"last_update": "2026-10-30T14:00:00+02:00"},
        {"last_update": "2027-01-01T00:00:00Z"},
        {"last_update": "9999-12-31T23:00:00Z"},
        {"cache_validity": 168},
    ],
)
def test_what_is_just_in_time_is_in_order(choices):
    assert ids(read_signed(**choices)) == set()


def test_a_day_is_judged_from_its_start():
    start = datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC)
    day = AsOf(start, start + datetime.timedelta(days=1))
    file = data(last_update="2026-10-31T12:00:00Z")
    beside = [("mud.p7s", signature(file))]
    assert "mud-stale" not in ids(read(file, anchor(), beside=beside, as_of=day))


def test_many_faults_of_one_kind_are_not_all_listed():
    artefact = read_signed(outgoing=[{"name": f"n{i}", "matches": {}, "actions": {}} for i in range(50)])
    assert len([found for found in artefact.problems if found.id == "mud-malformed"]) == 21


def test_more_entries_than_any_product_needs_are_not_all_read():
    artefact = read_signed(outgoing=[ace(str(i), mud={"local-networks": [None]}) for i in range(5000)])
    assert ids(artefact) == {"artefact-too-large"}
    assert len(artefact.claims["acls"][0]["aces"]) == MAX_ENTRIES
    assert artefact.claims["not_evaluated"] == [
        f"acls[0]: entries beyond the first {MAX_ENTRIES} of the file",
        f"acls[1]: entries beyond the first {MAX_ENTRIES} of the file",
    ]


def test_lists_that_no_policy_names_are_noted_and_allow_nothing():
    artefact = read_signed(to_device_policy=policy(), outgoing=[])
    assert artefact.claims["unused_acls"] == ["to"]
    assert flows(artefact) == []
    assert artefact.problems == ()


def test_names_of_drafts_are_read_as_well():
    found = document()
    lists = found.pop("ietf-access-control-list:acls")["acl"]
    for row in lists:
        row["acl-type"] = row.pop("type")
        row["access-list-entries"] = row.pop("aces")
        for entry in row["access-list-entries"]["ace"]:
            entry["rule-name"] = entry.pop("name")
            fields = entry["matches"].pop("ipv4")
            for side in ("source", "destination"):
                port = entry["matches"].get("tcp", {}).pop(f"{side}-port", None)
                if port:
                    fields[f"{side}-port-range-or-operator"] = port
            entry["matches"]["ipv4-acl"] = fields
    found["ietf-access-control-list:access-lists"] = {"acl": lists}
    artefact = read_signed(json.dumps(found).encode())
    assert artefact.problems == ()
    assert artefact.claims["legacy"] is True
    assert artefact.claims["acls"][0]["type"] == "ipv4-acl-type"
    assert flows(artefact) == [f"outbound tcp/443 dns:{PEER}"]


# --- sniffing and signed files --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (data(), "mud"),
        (b" \n" + data(), "mud"),
        (data()[:-1], "mud"),
        (b"\xef\xbb\xbf" + data(), "mud"),
        (b'{"x": {"ietf-mud:mud": {}}}', None),
        (b'["ietf-mud:mud"]', None),
        (b"ietf-mud:mud", None),
        (build.signed(data(), ALICE, CHAIN), "mud-signed"),
        (build.signed(data()[:-1], ALICE, CHAIN), "mud-signed"),
        (build.signed(data(), ALICE, CHAIN)[:-1], "mud-signed"),
        (build.signed(b'{"x": 1}', ALICE, CHAIN), None),
    ],
)
def test_a_mud_file_is_told_from_others(file, kind):
    assert read(file).kind == kind


@pytest.mark.parametrize(
    "file", [b'{"ietf-mud:mud": 1}', b'{"ietf-mud:mud": {}', b'{"a": 1, "a": 2, "ietf-mud:mud": {}}']
)
def test_what_holds_no_description_is_malformed(file):
    artefact = read(file)
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == ("mud", False, {"mud-malformed"})
    assert artefact.shown == ()


def test_a_file_inside_its_signature_is_read_from_the_signed_bytes():
    artefact = read(build.signed(data(), ALICE, CHAIN), anchor())
    assert (artefact.kind, artefact.authenticity) == ("mud-signed", "authenticated")
    assert artefact.problems == ()
    assert shown(artefact, "network.mud-signed") == [True]
    assert flows(artefact) == [f"outbound tcp/443 dns:{PEER}"]
    assert all(one.covered for one in artefact.shown)
    assert "signature_file" not in artefact.claims


def test_a_file_inside_a_bad_signature_is_not_covered():
    rows = build.attributes_of(data(is_supported=False))
    artefact = read(build.signed(data(), ALICE, CHAIN, attributes=rows), anchor())
    assert artefact.authenticity == "failed"
    assert ids(artefact) == {"cose-bad-signature", "mud-signature-invalid"}
    assert not any(one.covered for one in artefact.shown)
    assert shown(artefact, "network.mud-signed") == [False]


def test_a_file_inside_cms_that_nobody_signed_is_unsigned():
    artefact = read(build.message(data(), []), anchor())
    assert (artefact.kind, artefact.authenticity) == ("mud-signed", "unsigned")
    assert ids(artefact) == {"mud-unsigned"}
    assert shown(artefact, "network.mud-signed") == [False]


def test_a_detached_signature_is_not_read_as_a_signed_file():
    with pytest.raises(MalformedArtefact, match="detached"):
        mud.decode_signed(Peek(signature(data())), context())


# --- hostile --------------------------------------------------------------------------------------

SMALL = json.dumps(document(), separators=(",", ":")).encode()
SIGNED = build.signed(SMALL, ALICE, CHAIN[:1])


def test_a_truncated_file_is_never_authenticated():
    for size in range(len(SMALL)):
        beside = [("mud.p7s", signature(SMALL))] if size % 50 == 0 else ()
        artefact = read(SMALL[:size], anchor(), beside=beside)
        assert artefact.authenticity != "authenticated"
        assert not artefact.wellformed
    for size in range(0, len(SIGNED), 3):
        assert read(SIGNED[:size], anchor()).authenticity != "authenticated"


def test_a_flipped_bit_never_leaves_other_statements_authenticated():
    good = read(SIGNED, anchor())
    assert good.authenticity == "authenticated"
    for index in range(len(SIGNED)):
        damaged = bytearray(SIGNED)
        damaged[index] ^= 1 << index % 8
        artefact = read(bytes(damaged), anchor())
        if artefact.authenticity == "authenticated":
            assert artefact.shown == good.shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["accept", "from"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "matches",
                    "ipv4",
                    "tcp",
                    "ietf-mud:mud",
                    "access-lists",
                    "access-list",
                    "aces",
                    "ace",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=tries(150), deadline=None)
@given(JSON, JSON, st.dictionaries(st.sampled_from(["from-device-policy", "mud-url", "extensions"]), JSON))
def test_any_json_in_the_place_of_a_description_is_read(entries, acl, leaves):
    for top in ({"ietf-access-control-list:acls": acl}, {"ietf-access-control-list:acls": {"acl": [acl]}}):
        file = json.dumps(document([ace("x", **{"ipv4": entries, "tcp": acl})], top=top)).encode()
        artefact = read(file)
        assert isinstance(artefact, Artefact)
        json.dumps(artefact.claims, allow_nan=False)
    found = document()
    found["ietf-mud:mud"] |= leaves
    found["ietf-access-control-list:acls"]["acl"][0]["aces"] = {"ace": [entries, acl]}
    assert read(json.dumps(found).encode()).authenticity == "unsigned"


@settings(max_examples=tries(100), deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_give_an_artefact(noise):
    for file in (noise, b'{"ietf-mud:mud":' + noise, build.message(noise, [])):
        assert read(file, anchor()).authenticity != "authenticated"


def test_keys_of_others_authenticate_nothing():
    file = data()
    artefact = read(file, anchor(), beside=[("mud.p7s", signature(file, BOB))])
    assert artefact.authenticity == "failed"
    artefact = read(file, anchor(purpose="update"), beside=[("mud.p7s", signature(file))])
    assert artefact.authenticity == "intact"  # by the key that it carries: the anchor is for updates


def test_a_flow_of_each_destination_port_range_is_a_flow_of_its_own():
    artefact = read_signed(
        outgoing=[ace("x", ipv4=to_peer(), tcp={"destination-port": {"operator": "neq", "port": 22}})]
    )
    assert flows(artefact) == [
        f"outbound tcp/0-21 dns:{PEER}",
        f"outbound tcp/23-65535 dns:{PEER}",
        f"inbound tcp/any dns:{PEER}",
    ]
