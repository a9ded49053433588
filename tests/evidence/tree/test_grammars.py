"""The grammars: what stands where has the name that its specification gives it, with the number beside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import cbor2
import pytest

from iotassess.evidence import tree as package
from iotassess.evidence.registry import KINDS
from iotassess.evidence.tree import build, ear, eat, words
from iotassess.evidence.tree.grammars import _ROOTS, root_of
from iotassess.evidence.tree.rules import Field, Rule, resolve
from iotassess.evidence.tree.tags import TAGS
from iotassess.model.tree import Node
from tests.evidence.tree.looking import covers, find, named, stops, walk

GOOD = Path(__file__).parents[3] / "fixtures" / "good"
MODULES = sorted(path.stem for path in Path(package.__file__).parent.glob("*.py") if path.stem != "__init__")


def tagged(number: int, value: Any) -> Any:
    return cbor2.CBORTag(number, value)


def look(value: Any, kind: str | None, layout: str | None = None) -> Node:
    data = value if isinstance(value, bytes) else cbor2.dumps(value)
    root = build(data, kind, layout)
    assert covers(root)
    assert stops(root) == []
    return root


def told(root: Node, *names: str) -> str | None:
    return find(root, *names).value


def unknown(root: Node) -> list[str | None]:
    return [node.name for node in walk(root) if "not assigned or unknown" in node.notes]


def wrap(value: Any) -> bytes:
    return cbor2.dumps(value)


# --- the tables ---------------------------------------------------------------------------------


def rules_of(rule: Rule | str, seen: set[int]) -> None:
    """Resolve a rule and all that it leads to; a name that leads nowhere raises."""
    found = resolve(rule)
    if id(found) in seen:
        return
    seen.add(id(found))
    inside: list[Field | None] = [
        *found.keys.values(),
        *found.items,
        *found.tags.values(),
        found.rest,
        found.other,
    ]
    for field in inside:
        if field is not None:
            rules_of(field.rule, seen)
    if found.inside is not None:
        rules_of(found.inside, seen)
    for other in (found.by or (0, {}))[1].values():
        rules_of(other, seen)


def test_every_rule_that_a_grammar_names_exists():
    seen: set[int] = set()
    for where in (*_ROOTS.values(), *(field.rule for field in TAGS.values())):
        rules_of(where, seen)
    for module in MODULES:
        for value in vars(import_module(f"iotassess.evidence.tree.{module}")).values():
            if isinstance(value, Rule):
                rules_of(value, seen)
    assert len(seen) > 200


def test_every_kind_has_a_grammar_or_is_no_cbor():
    assert set(_ROOTS) <= {kind.id for kind in KINDS}
    rest = {kind.id for kind in KINDS} - set(_ROOTS)
    assert rest == {
        "suit-envelope",
        "mud",
        "mud-signed",
        "cms-signature",
        "x509-chain",
        "mcuboot-image",
        "eat-jwt",
        "firmware-image",
    }
    assert all(isinstance(root_of(kind), Rule) for kind in (*_ROOTS, None, "mud"))


# --- COSE ---------------------------------------------------------------------------------------


def test_cose_messages_have_their_parts_named_and_marked():
    protected = wrap({1: -7, 33: [b"\x00\x01", b"\x02"]})
    root = look(tagged(18, [protected, {4: b"kid"}, b"payload", b"\x01" * 64]), "cose-message")
    assert told(root, "protected header", "alg (1)") == "ES256 (-7)"
    assert told(root, "unprotected header", "kid (4)") == "h'6b6964' \"kid\""
    header, payload = find(root, "protected header"), find(root, "payload")
    assert header.notes == (f"signed bytes from {header.offset + header.head:#x} to {header.end:#x}",)
    assert payload.notes == (f"signed bytes from {payload.offset + 1:#x} to {payload.end:#x}",)
    assert find(root, "signature").notes == ("signature",)


@pytest.mark.parametrize(
    ("number", "value", "names"),
    [
        (17, [b"", {}, None, b"tag"], ["protected header", "unprotected header", "payload", "tag"]),
        (
            97,
            [b"", {}, None, b"tag", [[b"", {}, b""]]],
            ["payload", "tag", "recipients", "recipient 0", "ciphertext"],
        ),
        (98, [b"", {}, None, [[b"", {}, b"s"]]], ["payload", "signatures", "signature 0", "signature"]),
        (16, [b"", {}, b"c"], ["protected header", "ciphertext"]),
        (
            96,
            [b"", {}, None, [[b"", {-1: {1: 2}}, b""]]],
            ["ciphertext", "recipients", "ephemeral key (-1)", "kty (1)"],
        ),
    ],
)
def test_all_kinds_of_cose_message_are_named(number, value, names):
    root = look(tagged(number, value), None)
    assert set(names) <= set(named(root))
    if value[2] is None:
        assert "null (detached: not in this message)" in [node.value for node in walk(root)]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ({1: 2, -1: 1, -2: b"x", -3: b"y", -4: b"d"}, ["crv (-1)", "x (-2)", "y (-3)", "d (-4)"]),
        ({1: 1, -1: 6, -2: b"x"}, ["crv (-1)", "x (-2)"]),
        ({2: b"kid", 1: 3, -1: b"n", -2: b"e", -3: b"d"}, ["n (-1)", "e (-2)", "d (-3)"]),
        ({1: 4, -1: b"k"}, ["k (-1)"]),
        ({1: 5, -1: b"k"}, ["pub (-1)"]),
    ],
)
def test_key_parameters_are_named_by_the_type_of_key(key, names):
    root = look(tagged(558, key), None)
    assert set(names) <= set(named(root))
    assert unknown(root) == []
    assert any("key" in note for node in walk(root) for note in node.notes)


@pytest.mark.parametrize("key", [{4: [1, 2], 1: 2, -1: 1}, {1: 99, -1: 1}, {}, {-1: 1, 3: -7}])
def test_a_key_whose_type_cannot_be_seen_keeps_the_numbers(key):
    root = look(tagged(558, key), None)
    assert set(unknown(root)) <= {"-1"}


def test_a_key_that_is_cut_off_in_its_type_is_shown_as_far_as_it_goes():
    root = build(bytes.fromhex("d9022ea20119"), None)
    assert covers(root)
    assert stops(root)


# --- SUIT ---------------------------------------------------------------------------------------


def test_an_envelope_is_named_from_wrapper_to_text():
    root = look((GOOD / "sensor-node/update.suit").read_bytes(), "suit-envelope", "current")
    assert unknown(root) == []
    assert told(root, "authentication-wrapper (2)", "digest", "algorithm") == "sha-256 (-16)"
    manifest = find(root, "manifest (3)")
    assert manifest.notes == (f"digested bytes from {manifest.offset:#x} to {manifest.end:#x}",)
    assert told(root, "manifest-sequence-number (2)") == "7"
    assert told(root, "components (2)", "component 1", "segment 1") == "h'74666d2d73' \"tfm-s\""
    assert (
        told(root, "shared-sequence (4)", "vendor-identifier (1)")
        == "UUID 5af0bfce-e667-5a61-8bee-49359fd1a32f"
    )
    assert told(root, "validate (7)", "condition image-match (3)").endswith("sysinfo-failure (15)")
    assert told(root, "install (20)", "encryption-info (19)", "alg (1)") == "A128GCM (1)"
    assert told(root, "install (20)", "uri (21)").startswith('"https://updates.sensing.example/')
    assert told(root, 'language "en"', "model-name (2)") == '"SN-33"'
    assert any(name.startswith("component [h'00', h'626c32'") for name in named(root))


def test_a_payload_in_an_envelope_is_shown_under_its_name_and_an_envelope_is_opened():
    inner = {2: wrap([wrap([-16, b"\x00" * 32])]), 3: wrap({1: 1, 2: 3})}
    root = look(
        tagged(107, {3: wrap({1: 1}), "#app": b"\x01\x02\x03", "#dep": wrap(tagged(107, inner))}),
        "suit-envelope",
    )
    assert told(root, 'integrated payload "#app"') == "h'010203'"
    assert told(root, 'integrated payload "#dep"', "manifest-sequence-number (2)") == "3"


SEQUENCE = [
    12,
    True,
    15,
    [wrap([20, {3: wrap([-16, b"\x01" * 32])}, 3, 15]), None],
    32,
    wrap([12, 0]),
    34,
    {1: {14: 8}},
    999,
    1,
    5,
]


def test_commands_stand_before_their_arguments_and_sequences_in_sequences_are_opened():
    root = look(tagged(107, {3: wrap({20: wrap(SEQUENCE)})}), "suit-envelope")
    install = find(root, "install (20)")
    assert told(install, "directive set-component-index (12)") == "true"
    assert told(install, "directive try-each (15)", "branch 0", "image-digest (3)", "digest").startswith(
        "h'0101"
    )
    assert told(install, "directive run-sequence (32)", "directive set-component-index (12)") == "0"
    assert told(install, "directive override-multiple (34)", "component 1", "image-size (14)") == "8"
    assert unknown(install) == ["999"]
    last = next(node for node in walk(install) if "without its argument" in node.notes)
    assert last.value == "5"


def test_a_sequence_of_indefinite_length_ends_after_its_last_command():
    root = look(tagged(107, {3: wrap({20: bytes.fromhex("9f0c000cff")})}), "suit-envelope")
    assert any("without its argument" in node.notes for node in walk(root))


@pytest.mark.parametrize(
    ("layout", "key", "name"),
    [
        ("current", 20, "install (20)"),
        ("draft-17-27", 17, "install (17)"),
        ("draft-16-older", 9, "install (9)"),
        ("unknown", 9, "invoke (9)"),
    ],
)
def test_sections_have_the_numbers_of_their_draft(layout, key, name):
    manifest = wrap({2: 1, key: wrap([21, 0])})
    root = look(tagged(107, {3: manifest}), "suit-envelope", layout)
    assert told(root, name) == "3 bytes, CBOR inside"


def test_severed_members_are_digests():
    root = look(tagged(107, {3: wrap({23: [-16, b"\x02" * 32]})}), "suit-envelope")
    assert told(root, "text (23)") == "SUIT_Digest: array of 2 items"
    assert find(root, "text (23)", "digest").notes == ("digest",)


def test_a_suit_report_is_named():
    record = [[0], 7, 0, 1, {3: wrap([-16, b"\x00" * 32])}]
    value = {
        99: ["https://x.example", [-16, b"\x00" * 32]],
        2: b"nonce",
        3: [record, {0: [b"\x00"], 14: 8}],
        4: {5: -1, 6: record, 7: 10},
        8: {1: []},
    }
    for root in (look(value, "suit-report"), look(tagged(18, [b"", {}, wrap(value), b"s"]), "suit-report")):
        assert unknown(root) == []
        assert told(root, "records (3)", "record 0", "manifest section") == "validate (7)"
        assert told(root, "result (4)", "reason (7)") == "condition-failed (10)"
        assert told(root, "record 1", "image-size (14)") == "8"
        assert told(root, "capability report (8)", "components (1)") == "array of 0 items"


# --- tokens -------------------------------------------------------------------------------------


def test_the_claims_of_a_token_are_named_and_said_in_words():
    root = look((GOOD / "sensor-node/eat.cbor").read_bytes(), "eat-cwt")
    assert unknown(root) == []
    assert told(root, "iat (6)") == "2026-10-31T12:00:00Z (1793448000)"
    assert told(root, "dbgstat (263)") == "disabled-permanently (3)"
    assert told(root, "swversion (271)", "scheme") == "semver (16384)"
    assert told(root, "measurements (273)", "software-name (1)") == '"SN-33 firmware"'
    assert find(root, "file (17)", "hash (7)", "value").notes == ("digest",)


def test_a_psa_token_is_named():
    root = look((GOOD / "sensor-node/psa-token.cbor").read_bytes(), "psa-token")
    assert unknown(root) == []
    assert told(root, "psa-security-lifecycle (2395)").startswith("secured (")
    assert told(root, "psa-software-components (2399)", "component 0", "measurement type (1)") is not None
    assert find(root, "component 1", "measurement value (2)").notes == ("digest",)


def test_a_psa_token_of_the_first_profile_is_named():
    claims = {
        -75000: "PSA_IOT_PROFILE_1",
        -75002: 12288,
        -75003: b"\x01" * 32,
        -75006: [{2: b"\x02" * 32}],
        -75008: b"n",
        -75009: b"\x01" * 33,
        -75007: 1,
    }
    root = look(tagged(18, [b"", {}, wrap(claims), b"s"]), "psa-token")
    assert unknown(root) == []
    assert told(root, "psa-nonce (-75008)") == "h'6e'"


def test_submodules_of_every_form_are_opened():
    nested = tagged(18, [wrap({1: -7}), {}, wrap({10: b"12345678"}), b"s"])
    claims = {
        266: {"set": {262: True}, "token": wrap(nested), "digest": [-16, b"\x03" * 32], "text": "eyJ"},
        8: {1: {1: 2, -1: 1}},
        264: {1: 48.2, 2: 16.3, 8: 1793448000},
        274: [["s", [["part", 2]]]],
        269: [["https://r.example", "label"]],
        257: {"radio": b"\x02" * 9},
    }
    root = look(tagged(601, claims), "eat-ucs")
    assert unknown(root) == []
    assert told(root, '"token"', "eat_nonce (10)") == "h'3132333435363738' \"12345678\""
    assert told(root, '"digest"', "hash algorithm") == "sha-256 (-16)"
    assert told(root, "measres (274)", "result") == "fail (2)"
    assert told(root, "location (264)", "timestamp (8)") == "2026-10-31T12:00:00Z (1793448000)"
    assert told(root, "sueids (257)", '"radio"').endswith("(type EUI)")
    assert told(root, "cnf (8)", "COSE_Key (1)", "crv (-1)") == "P-256 (1)"


def test_a_detached_bundle_is_named():
    root = look((GOOD / "variants/eat-detached-bundle.cbor").read_bytes(), "eat-deb")
    assert {"main token", "detached claims sets"} <= set(named(root))
    assert any(note.startswith("digested bytes") for node in walk(root) for note in node.notes)
    assert unknown(root) == []


@pytest.mark.parametrize("number", [399, 907])
def test_a_cca_collection_is_named(number):
    platform = wrap(tagged(18, [b"", {}, wrap({2395: 12291, 2401: b"c"}), b"s"]))
    realm = wrap(
        tagged(18, [b"", {}, wrap({44238: b"\x01" * 32, 44237: wrap({1: 2, -1: 2}), 44239: [b"m"]}), b"s"])
    )
    value = (
        {44234: platform, 44241: realm} if number == 399 else {44234: [263, platform], 44241: [263, realm]}
    )
    root = look(tagged(number, value), "cca-token")
    assert unknown(root) == []
    assert told(root, "cca-platform-token (44234)", "psa-security-lifecycle (2395)").startswith("secured")
    assert told(root, "cca-realm-extensible-measurements (44239)", "measurement 0") == "h'6d'"


def test_an_attestation_result_is_named():
    claims = {
        265: "tag:ietf.org,2026:rats/ear#03",
        1004: {0: "d", 1: "b"},
        266: {"p": {1000: 96, 1001: {2: 3, 4: 97}, 1003: ["x"]}},
    }
    root = look(tagged(18, [b"", {}, wrap(claims), b"s"]), "ear")
    assert unknown(root) == []
    assert told(root, "ear_status (1000)") == "contraindicated (96)"
    assert told(root, "ear_trustworthiness_vector (1001)", "hardware (4)") == "contraindicated (97)"


# --- reference values ---------------------------------------------------------------------------

ENVIRONMENT = {
    0: {0: tagged(560, b"\x01" * 32), 1: "v", 2: "m", 3: 0, 4: 1},
    1: tagged(550, b"\x01" + b"\x02" * 32),
}
MEASURED = {
    0: tagged(601, {1: "BL", 4: "1", 5: b"s"}),
    1: {
        0: {0: "1.0", 1: 16384},
        1: tagged(552, 3),
        2: [[1, b"\x03" * 32]],
        3: {3: False},
        4: tagged(560, b"r"),
        11: "n",
        13: [tagged(560, b"k")],
        14: {0: [[7, b"\x04" * 48]]},
    },
    2: [tagged(554, "-----BEGIN")],
}
COMID = {
    0: "en",
    1: {0: b"\x05" * 16, 1: 0},
    2: [{0: "maker", 2: [0, 1]}],
    3: [{0: "other", 1: 1}],
    4: {
        0: [[ENVIRONMENT, [MEASURED]]],
        1: [[ENVIRONMENT, [MEASURED]]],
        3: [[ENVIRONMENT, [tagged(554, "pem")], {0: 1}]],
        8: [[[ENVIRONMENT, [MEASURED]], [[[MEASURED], [MEASURED]]]]],
    },
}
CORIM = {
    0: "id",
    1: [tagged(506, wrap(COMID)), tagged(505, wrap({0: "t", 12: 0, 1: "n"}))],
    3: tagged(32, "tag:x"),
    4: {1: tagged(1, 1793448000)},
    5: [{0: "e", 2: [1]}],
}


def check_corim(root: Node) -> None:
    assert unknown(root) == []
    assert told(root, "rim-validity (4)", "not-after (1)") == "tag 1 seconds since 1970"
    assert told(root, "reference triples (0)", "mkey (0)") == "tag 601 psa.refval-id (older)"
    assert told(root, "reference triple 0", "digests (2)", "digest 0", "algorithm") == "sha-256 (1)"
    assert find(root, "digest 0", "value").notes == ("digest",)
    assert told(root, "integrity-registers (14)", "register 0", "algorithm") == "sha-384 (7)"
    assert told(root, "attest-key triples (3)", "key 0").startswith("tag 554")
    assert told(root, "tag-identity (1)", "tag-id (0)") == "UUID 05050505-0505-0505-0505-050505050505"
    assert "2026-10-31T12:00:00Z (1793448000)" in [node.value for node in walk(root)]


def test_a_corim_is_named_in_all_its_forms():
    meta = wrap({0: {0: "signer"}, 1: {0: tagged(1, 1793448000)}})
    signed = tagged(
        18, [wrap({1: -7, 3: "application/rim+cbor", 8: meta}), {}, wrap(tagged(501, CORIM)), b"s"]
    )
    for value in (
        tagged(501, CORIM),
        signed,
        tagged(500, tagged(502, signed)),
        tagged(500, tagged(501, CORIM)),
        CORIM,
    ):
        check_corim(look(value, "corim"))
    assert told(look(signed, "corim"), "corim-meta (8)", "signer-name (0)") == '"signer"'


def test_a_comid_alone_is_named():
    root = look(COMID, "comid")
    assert unknown(root) == []
    assert told(root, "linked-tags (3)", "tag-rel (1)") == "replaces (1)"
    assert told(root, "flags (3)", "is-debug (3)") == "false"


def test_a_coswid_is_named():
    tag = {
        0: b"\x01" * 16,
        12: 1,
        1: "n",
        2: [{31: "e", 33: [1, 2]}],
        4: {38: "h", 40: 8},
        6: {17: {24: "f", 20: 3, 7: [1, b"\x01" * 32]}},
        3: {35: 1793448000, 18: [{27: "p"}]},
    }
    for value in (tag, tagged(1398229316, tag), tagged(1398229316, tagged(18, [b"", {}, wrap(tag), b"s"]))):
        root = look(value, "coswid")
        assert unknown(root) == []
        assert told(root, "entity (2)", "role (33)") == "array of 2 items"
        assert told(root, "link (4)", "rel (40)") == "requires (8)"
        assert told(root, "evidence (3)", "date (35)") == "2026-10-31T12:00:00Z (1793448000)"


# --- messages and vouchers ----------------------------------------------------------------------


def test_teep_messages_are_named():
    request = [1, {20: b"token", 2: b"c", 3: [0]}, [[[18, -9]]], [[-16, -9, -29, 1]], 3]
    root = look(tagged(18, [wrap({1: -9}), {}, wrap(request), b"s"]), "teep-message")
    assert told(root, "type") == "query-request (1)"
    assert told(root, "options", "token (20)") == "h'746f6b656e' \"token\""
    assert told(root, "data-item-requested") == "attestation, trusted components (3)"
    assert unknown(root) == []
    update = [3, {10: [wrap(tagged(107, {3: wrap({2: 4})}))], 20: b"t"}]
    assert told(look(update, "teep-message"), "manifest 0", "manifest-sequence-number (2)") == "4"
    response = [
        2,
        {8: [{16: [b"x"], 17: 2}], 7: wrap(tagged(61, tagged(18, [b"", {}, wrap({10: b"n" * 8}), b"s"])))},
    ]
    root = look(response, "teep-message")
    assert told(root, "attestation-payload (7)", "eat_nonce (10)") == "h'6e6e6e6e6e6e6e6e' \"nnnnnnnn\""
    assert told(root, "tc-list (8)", "component 0", "tc-manifest-sequence-number (17)") == "2"


def test_an_ownership_voucher_is_named():
    key = [10, 1, b"\x30\x00"]
    header = [101, b"\x07" * 16, [[[5, wrap("rv.example")]]], "device", key, [-16, b"\x01" * 32]]
    entry = tagged(18, [wrap({1: -7}), {}, wrap([[-16, b"\x02" * 32], [-16, b"\x03" * 32], None, key]), b"s"])
    root = look([101, wrap(header), [5, b"\x04" * 32], None, [entry]], "fdo-voucher")
    assert told(root, "header", "guid") == "UUID 07070707-0707-0707-0707-070707070707"
    assert told(root, "header", "instruction 0", "variable") == "RVDns (5)"
    assert told(root, "header HMAC", "type") == "HMAC-SHA-256 (5)"
    assert told(root, "entries", "entry 0", "public key of the next owner", "type") == "SECP256R1 (10)"


def test_conceptual_message_wrappers_are_named():
    record = [263, wrap({10: b"n"}), 4]
    root = look({"__cmwc_t": "tag:x", "a": record, 5: {"b": record}}, "cmw")
    assert told(root, '"a"', "type") == "application/eat+cwt (263)"
    assert told(root, '"a"', "indication") == "evidence (4)"
    assert told(look(tagged(1668546817 + 263, b"\xa1\x01\x02"), "cmw")) == "CBOR"
    assert (
        look(tagged(1668546817 + 263, b"\x01"), "cmw").children[0].value
        == "tag 1668547080 CoAP content format 263"
    )
    assert (
        told(look(tagged(18, [b"", {}, wrap(record), b"s"]), "cmw"), "payload", "indication")
        == "evidence (4)"
    )


def test_a_brski_voucher_in_cbor_is_opened():
    root = look(tagged(18, [wrap({1: -7}), {}, wrap({2451: {1: 2}}), b"s"]), "brski-voucher")
    assert told(root, "payload", "2451") == "map of 1 entry"


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "value", "said"),
    [
        (words.time, 0, "1970-01-01T00:00:00Z (0)"),
        (words.time, 1.5, "1970-01-01T00:00:01.500000Z (1.5)"),
        (words.time, 2.0, "1970-01-01T00:00:02Z (2.0)"),
        (words.time, -1, None),
        (words.time, 1 << 60, None),
        (words.time, float("nan"), None),
        (words.time, True, None),
        (words.cose_algorithm, -7, "ES256 (-7)"),
        (words.cose_algorithm, -999, "-999 (not assigned or unknown)"),
        (words.cose_algorithm, "ES256", None),
        (words.bits({0: "a", 2: "c"}), 7, "a, bit 1, c (7)"),
        (words.bits({}), 0, "none (0)"),
        (words.bits({}), -1, None),
        (words.identifier, b"\x01" * 15, None),
        (words.oid, bytes.fromhex("2a864886f70d"), "1.2.840.113549"),
        (words.oid, b"\x88\x37\x03", "2.999.3"),
        (words.oid, b"\x88", None),
        (words.oid, b"", None),
        (words.oid, "x", None),
        (words.ueid, b"\x09\x01", "h'0901' (type unknown)"),
        (words.ueid, b"", None),
        (eat.lifecycle, 0x3001, "secured (12289, 0x3001)"),
        (eat.lifecycle, 0x7000, "not assigned (28672, 0x7000)"),
        (eat.lifecycle, 0x10000, None),
        (ear.tier, 1, "none (1)"),
        (ear.tier, -32, "affirming (-32)"),
        (ear.tier, 95, "warning (95)"),
        (ear.tier, -97, "contraindicated (-97)"),
        (ear.tier, 128, None),
    ],
)
def test_values_are_said_in_words(function, value, said):
    assert function(value) == said
