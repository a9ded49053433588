"""CoMID: environments, measurements, digests, keys; what is shown of them and what is not."""

from __future__ import annotations

import base64

import cbor2
import pytest
from cbor2 import CBORTag
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from iotassess.errors import MalformedArtefact
from iotassess.evidence import comid as decoder
from iotassess.evidence.comid_digests import MAX_DIGESTS
from iotassess.evidence.peek import Peek
from iotassess.model.claim import PRODUCT, Digest, Subject
from iotassess.model.vocabulary import COMPARED
from tests.evidence import corim_builder as build
from tests.evidence import signing
from tests.evidence.corim_builder import (
    CCA_PLATFORM,
    CCA_REALM,
    DEVICE,
    DIGEST,
    IMPLEMENTATION,
    INSTANCE,
    SIGNER,
    comid,
    context,
    endorsement,
    found,
    ids,
    manifest,
    measured,
    read,
    reference,
    signed,
)
from tests.evidence.token_builder import anchor

THUMBPRINT = anchor("device", DEVICE).key.thumbprint


def of(triples, *, profile=None, **more):
    """What a signed manifest with these triples is read as."""
    return read(signed(manifest(comid(triples, **more), profile=profile)))


def statements(artefact, property_):
    return [(s.subject, s.value) for s in artefact.shown if s.property == property_]


def component(name):
    return Subject("component", name, "measurement-type")


# --- on its own ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        cbor2.dumps(comid()),
        cbor2.dumps(CBORTag(506, comid())),
        cbor2.dumps(CBORTag(506, cbor2.dumps(comid()))),
    ],
)
def test_a_module_on_its_own_is_unsigned(data):
    artefact = read(data)
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("comid", True, "unsigned")
    assert ids(artefact) == {"cose-unsigned"}
    assert artefact.claims["tag_id"] == "11" * 16
    assert artefact.claims["lang"] == "en-GB"
    assert len(artefact.claims["triples"]["reference"]) == 1
    assert not any(s.covered for s in artefact.shown)


def test_a_module_on_its_own_shows_what_the_vocabulary_lets_it_show():
    allowed = {p for p, row in COMPARED.items() if "comid" in row.shown_by}
    shown = {s.property for s in read(cbor2.dumps(comid())).shown}
    whole = {s.property for s in read(signed()).shown}
    assert shown == whole & allowed


def test_a_module_on_its_own_follows_its_own_profile():
    artefact = read(cbor2.dumps(comid({0: [reference(measured(k13=None))]}, k5=CBORTag(32, build.PSA))))
    assert artefact.claims["profile"] == build.PSA
    assert "signer identifier" in found(artefact)[0].message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        cbor2.dumps({1: 5, 4: {0: []}}),
        cbor2.dumps({1: {1: 5}, 4: {}}),
        cbor2.dumps({1: {0: 5}, 4: []}),
        cbor2.dumps([1]),
        cbor2.dumps({0: "tag", 1: "software", 2: {}}),
        cbor2.dumps(CBORTag(601, comid())),
        cbor2.dumps(comid())[:-1],
    ],
)
def test_what_is_another_kind_is_not_taken(data):
    assert not decoder.is_comid(Peek(data))


def test_a_damaged_module_is_still_one():
    for data in (cbor2.dumps(CBORTag(506, comid()))[:-1], cbor2.dumps(comid()) + b"\0"):
        artefact = read(data)
        assert (artefact.kind, artefact.wellformed) == ("comid", False)


@pytest.mark.parametrize("value", [CBORTag(506, 5), CBORTag(506, b"\x05"), CBORTag(506, b"\xff")])
def test_a_tag_around_something_else_is_refused(value):
    with pytest.raises(MalformedArtefact):
        decoder.decode(Peek(cbor2.dumps(value)), context())


# --- structure ----------------------------------------------------------------------------------

STRUCTURE = [
    (comid(k1=...), "the tag's identifier"),
    (comid(k1={0: 5}), "the tag's identifier"),
    (comid(k4=...), "a map of triples"),
    (comid({}), "a map of triples"),
    (comid({0: 5}), "an array of triples"),
    (comid({0: []}), "an array of triples"),
    (comid({0: [5]}), "a triple as an array"),
    (comid({0: [[{0: build.CLASS}]]}), "a triple as an array"),
    (comid({0: [[{}, [measured()]]]}), "class, instance or group"),
    (comid({0: [[5, [measured()]]]}), "class, instance or group"),
    (comid({0: [[{0: {}}, [measured()]]]}), "class-id, vendor"),
    (comid({0: [[{0: build.CLASS}, 5]]}), "an array of measurements"),
    (comid({0: [[{0: build.CLASS}, []]]}), "an array of measurements"),
    (comid({1: [[{0: build.CLASS}, [5]]]}), "with measurement values"),
    (comid({1: [[{0: build.CLASS}, [{0: "x"}]]]}), "with measurement values"),
    (comid({1: [[5, [measured()]]]}), "class, instance or group"),
    (comid({2: [[5, [CBORTag(554, build.pem())]]]}), "class, instance or group"),
    (comid({3: [[5, [CBORTag(554, build.pem())]]]}), "class, instance or group"),
    (comid(k2=5), "an array of entities"),
    (comid(k3=5), "an array of linked tags"),
    (comid(k3=[{0: "x"}]), "with tag (0) and relation (1)"),
    (comid(k3=[5]), "with tag (0) and relation (1)"),
    (comid(k5=[]), "expected a URI"),
]


@pytest.mark.parametrize(("module", "message"), STRUCTURE)
def test_a_module_that_the_cddl_does_not_allow_is_malformed(module, message):
    artefact = read(signed(manifest(module)))
    assert not artefact.wellformed
    assert any(message in problem.message for problem in found(artefact))
    assert artefact.authenticity == "authenticated"


RULES = [
    ({0: {0: CBORTag(37, b"\0")}}, "expected 16 bytes"),
    ({0: {0: CBORTag(560, b"")}}, "with content"),
    ({0: {0: CBORTag(111, 5)}}, "with content"),
    ({0: {1: 5}}, "expected a text"),
    ({0: {1: "Acme", 3: "x"}}, "expected a number"),
    ({0: {1: "Acme", 4: -1}}, "expected a number"),
    ({1: CBORTag(550, b"\0")}, "7 to 33 bytes"),
]


@pytest.mark.parametrize(("environment", "message"), RULES)
def test_an_identifier_of_the_wrong_form_is_reported(environment, message):
    artefact = of({0: [reference(environment=environment)]})
    assert message in found(artefact)[0].message
    assert artefact.wellformed


VALUES = [
    ({"k0": 5}, "the version (0)"),
    ({"k0": {1: 5}}, "the version (0)"),
    ({"k1": -1}, "at least 0"),
    ({"k1": CBORTag(552, "x")}, "at least 0"),
    ({"k2": 5}, "an array of digests"),
    ({"k2": []}, "an array of digests"),
    ({"k2": [5]}, "an array of algorithm and byte string"),
    ({"k2": [[1, "x"]]}, "an array of algorithm and byte string"),
    ({"k2": [[1.5, DIGEST]]}, "a number or a name"),
    ({"k2": [[True, DIGEST]]}, "a number or a name"),
    ({"k2": [[-16, DIGEST]]}, "one of COSE"),
    ({"k2": [[1, DIGEST[:31]]]}, "expected 32"),
    ({"k2": [["sha-384", DIGEST]]}, "expected 48"),
    ({"k2": [[1, DIGEST]] * (MAX_DIGESTS + 1)}, "at most"),
    ({"k3": {}}, "a map of flags"),
    ({"k3": "x"}, "a map of flags"),
    ({"k3": {3: 1}}, "is-debug is 1"),
    ({"k4": CBORTag(560, b"12"), "k5": b"1"}, "as many bytes"),
    ({"k4": CBORTag(560, b"12"), "k5": 5}, "as many bytes"),
    ({"k4": CBORTag(563, [b"12", b"1"])}, "as many bytes"),
    ({"k4": CBORTag(563, b"12")}, "value and mask"),
    ({"k5": b"1"}, "without raw value"),
    ({"k6": b"1"}, "6 or 8 bytes"),
    ({"k7": b"1"}, "4 or 16 bytes"),
    ({"k8": 5}, "expected a text"),
    ({"k9": b"1"}, "7 to 33 bytes"),
    ({"k10": b"1"}, "expected 16 bytes"),
    ({"k11": 5}, "expected a text"),
    ({"k13": 5}, "an array of keys"),
    ({"k14": 5}, "a map of registers"),
    ({"k14": {0: [[1, b""]]}}, "expected 32"),
    ({"k15": "x"}, "two ends"),
    ({"k15": CBORTag(564, [1])}, "two ends"),
    ({"k15": CBORTag(564, [5, 3])}, "from 5 down to 3"),
    ({"k0": None, "k2": None, "k11": None, "k13": None}, "no measurement value"),
]


@pytest.mark.parametrize(("values", "message"), VALUES)
def test_a_measurement_with_a_wrong_value_is_reported_and_not_shown(values, message):
    artefact = of({0: [reference(measured(**values))]})
    (problem,) = found(artefact)
    assert message in problem.message
    assert artefact.wellformed
    assert not any(s.property.startswith("component.") for s in artefact.shown)
    assert not statements(artefact, "attestation.reference-values-published")


@pytest.mark.parametrize(
    ("mkey", "message"),
    [
        (-1, "a number, a text or"),
        (b"x", "a number, a text or"),
        (CBORTag(37, b"x"), "16 bytes"),
        (CBORTag(601, {1: "BL"}), "without signer"),
        (CBORTag(601, 5), "without signer"),
    ],
)
def test_a_measured_element_of_the_wrong_form_is_reported(mkey, message):
    artefact = of({0: [reference(measured() | {0: mkey})]})
    assert message in found(artefact)[0].message
    assert not statements(artefact, "component.reference")


def test_every_measurement_value_is_in_the_claims():
    values = {
        "k1": CBORTag(553, 7),
        "k3": {0: True, 3: False, 77: "x"},
        "k4": CBORTag(560, b"\xab\xcd"),
        "k5": b"\xff\x00",
        "k6": b"\x02" * 6,
        "k7": b"\x7f\0\0\1",
        "k8": "SN-1",
        "k9": CBORTag(550, b"\x01" * 17),
        "k10": b"\x0a" * 16,
        "k14": {0: [[1, DIGEST]], "pcr.x": [[12, b"\x05" * 64]]},
        "k15": CBORTag(564, [None, 9]),
        "k-7": "private",
    }
    measurement = measured(**values) | {2: [CBORTag(554, build.pem())]}
    measurement[1][0][1] = 16384
    measurement[1][0][9] = b"\x01"
    artefact = of({0: [reference(measurement)]})
    assert artefact.problems == ()
    (claims,) = artefact.claims["tags"][0]["triples"]["reference"][0]["measurements"]
    assert claims == {
        "mkey": {"type": "text", "value": "psa.software-component"},
        "version": {"version": "3.4.2", "scheme": 16384, "other": {"9": "01"}},
        "digests": [{"alg": "sha-256", "value": DIGEST.hex()}],
        "name": "BL",
        "cryptokeys": [{"type": "bytes", "value": SIGNER.hex()}],
        "svn": {"type": "min-svn", "value": 7},
        "flags": {"is-configured": True, "is-debug": False, "77": "x"},
        "raw_value": {"type": "bytes", "value": "abcd"},
        "raw_value_mask": "ff00",
        "mac_addr": "020202020202",
        "ip_addr": "7f000001",
        "serial_number": "SN-1",
        "ueid": "01" * 17,
        "uuid": "0a" * 16,
        "integrity_registers": {
            "0": [{"alg": "sha-256", "value": DIGEST.hex()}],
            "pcr.x": [{"alg": "sha3-512", "value": "05" * 64}],
        },
        "int_range": {"type": "int-range", "value": [None, 9]},
        "other": {"-7": "private"},
        "authorized_by": [{"type": "pkix-spki-pem", "value": build.pem(), "spki_sha256": THUMBPRINT}],
    }
    assert {
        "integrity registers (2)",
        "security version numbers of reference values (1)",
        "flags of reference values (1)",
        "raw values of reference values (1)",
        "ranges of integers of reference values (1)",
        "keys that have to authorise a measurement (1)",
    } <= set(artefact.claims["not_evaluated"])


def test_values_without_their_tags_and_masked_ones_are_read_too():
    values = {"k1": 4, "k3": 10, "k4": CBORTag(563, [b"\1", b"\1"]), "k15": 5}
    artefact = of({0: [reference(measured(**values))]})
    assert ids(artefact) == {"corim-legacy-tag"}
    (claims,) = artefact.claims["tags"][0]["triples"]["reference"][0]["measurements"]
    assert claims["svn"] == {"type": "uint", "value": 4}
    assert claims["raw_value"] == {"type": "masked-bytes", "value": ["01", "01"]}


def test_members_of_extensions_are_kept():
    environment = {0: {**build.CLASS, 9: "x", 3: 2, 4: 1}, 2: CBORTag(560, b"\x07"), 5: "y"}
    module = comid({0: [reference(environment=environment)]}, k3=[{0: "base", 1: 0}, {0: "old", 1: 9}], k7=1)
    artefact = read(signed(manifest(module)))
    tag = artefact.claims["tags"][0]
    assert tag["other"] == {"7": 1}
    assert [link["relation"]["name"] for link in tag["linked_tags"]] == ["supplements", ""]
    claims = tag["triples"]["reference"][0]["environment"]
    assert claims["other"] == {"5": "y"}
    assert claims["group"] == {"type": "bytes", "value": "07"}
    assert claims["class"]["other"] == {"9": "x"}
    assert (claims["class"]["layer"], claims["class"]["index"]) == (2, 1)


def test_a_tag_version_that_is_no_number_is_reported():
    artefact = read(signed(manifest(comid(k1={0: "x", 1: "two"}))))
    assert "tag version" in found(artefact)[0].message


def test_unknown_roles_are_kept():
    entity = {0: "Acme", 1: 5, 2: [0, 9, "x"], 7: "more"}
    claims = read(signed(manifest(comid(k2=[entity])))).claims["tags"][0]["entities"][0]
    assert claims["roles"] == [{"value": 0, "name": "tag-creator"}, {"value": 9, "name": ""}, "x"]
    assert claims["regid"] == 5
    assert claims["other"] == {"7": "more"}


# --- triples that are not evaluated -------------------------------------------------------------


def test_other_triples_are_kept_and_named_with_their_number():
    artefact = of(
        {0: [reference()], 4: [1], 5: [1, 2], 6: [1, 2, 3], 8: [[]], 9: 5, 10: [1], 11: [1], "x": 2}
    )
    assert artefact.wellformed
    assert {
        "trust dependency triples (1)",
        "membership triples (2)",
        "CoSWID triples (3)",
        "conditional endorsement series (1)",
        "multi-environment conditional endorsements (1)",
        "conditional endorsements (1)",
        "triples of an unknown kind (2)",
    } <= set(artefact.claims["not_evaluated"])
    triples = artefact.claims["tags"][0]["triples"]
    assert triples["membership_triples"] == [1, 2]
    assert triples["other"] == {"11": [1], "x": 2}


def test_endorsed_values_are_in_the_claims_alone():
    artefact = of({1: [[{0: build.CLASS}, [{1: {3: {1: True}}}]]]})
    assert artefact.problems == ()
    assert artefact.shown == ()
    (triple,) = artefact.claims["tags"][0]["triples"]["endorsed"]
    assert triple["measurements"] == [{"flags": {"is-secure": True}}]


def test_identity_keys_are_in_the_claims_alone():
    artefact = of({2: [[*endorsement(), {1: [CBORTag(560, b"\1")]}]]})
    assert artefact.problems == ()
    assert artefact.shown == ()
    (triple,) = artefact.claims["tags"][0]["triples"]["identity"]
    assert triple["keys"][0]["spki_sha256"] == THUMBPRINT
    assert triple["conditions"] == {"1": [{"tag": 560, "value": "01"}]}
    assert "conditions of keys (1)" in artefact.claims["not_evaluated"]


# --- what is shown ------------------------------------------------------------------------------


def test_each_whole_digest_is_a_reference_and_a_truncated_one_never():
    digests = [
        [1, DIGEST],
        ["sha-384", b"\xb2" * 48],
        [8, b"\xb3" * 64],
        [10, b"\xb4" * 32],
        [6, b"\xb5" * 4],
    ]
    artefact = of({0: [reference(measured(k2=digests))]})
    assert statements(artefact, "component.reference") == [
        (component("BL"), Digest("sha-256", "b1" * 32)),
        (component("BL"), Digest("sha-384", "b2" * 48)),
        (component("BL"), Digest("sha-512", "b3" * 64)),
    ]
    assert [p.id for p in artefact.problems] == ["corim-digest-truncated"]
    assert artefact.problems[0].offset is not None


@pytest.mark.parametrize(("number", "size"), [(2, 16), (3, 15), (4, 12), (5, 8), (6, 4), ("sha-256-64", 8)])
def test_a_truncated_digest_alone_is_no_published_reference(number, size):
    artefact = of({0: [reference(measured(k2=[[number, b"\0" * size]]))]})
    assert ids(artefact) == {"corim-digest-truncated"}
    assert not statements(artefact, "component.reference")
    assert not statements(artefact, "attestation.reference-values-published")


def test_an_algorithm_that_is_there_twice_is_no_reference():
    artefact = of({0: [reference(measured(k2=[[1, DIGEST], [1, b"\0" * 32], [7, b"\xb2" * 48]]))]})
    assert [value.alg for _, value in statements(artefact, "component.reference")] == ["sha-384"]
    assert "digests with the same algorithm twice (1)" in artefact.claims["not_evaluated"]


def test_an_unknown_algorithm_is_named_and_no_reference():
    artefact = of({0: [reference(measured(k2=[["mine", b"\0"], [77, b"\0"]]))]})
    assert artefact.problems == ()
    assert not statements(artefact, "component.reference")
    assert "digests of an unknown algorithm (2)" in artefact.claims["not_evaluated"]
    (claims,) = artefact.claims["tags"][0]["triples"]["reference"][0]["measurements"]
    assert [digest["alg"] for digest in claims["digests"]] == ["unknown (mine)", "unknown (77)"]


def test_the_name_is_that_of_the_values_then_that_of_the_element():
    old = {1: "PRoT", 4: "1.3.5", 5: b"\x52" * 32}
    bare = {1: {2: [[1, DIGEST]]}}
    artefact = of(
        {0: [reference(measured() | {0: "boot"}, {0: "boot", **bare}, {0: CBORTag(601, old), **bare})]}
    )
    assert [s for s, _ in statements(artefact, "component.reference")] == [
        component("BL"),
        component("boot"),
        component("PRoT"),
    ]
    assert (component("PRoT"), "1.3.5") in statements(artefact, "component.reference-version")
    assert (component("PRoT"), "52" * 32) in statements(artefact, "component.reference-signer")
    assert ids(artefact) == {"corim-legacy-tag"}


@pytest.mark.parametrize(
    "mkey",
    [
        None,
        7,
        CBORTag(37, b"\1" * 16),
        CBORTag(602, "cfg"),
        "psa.software-component",
    ],
)
def test_without_a_name_the_digest_has_to_say_what_it_is(mkey):
    measurement = {1: {2: [[1, DIGEST]], 0: {0: "1"}}}
    artefact = of({0: [reference(measurement if mkey is None else {0: mkey, **measurement})]})
    ((subject, value),) = statements(artefact, "component.reference")
    assert subject == Subject("component", "tags[0].triples.reference[0].measurements[0]", "file")
    assert value == Digest("sha-256", DIGEST.hex())
    nothing = of({0: [reference({1: {1: CBORTag(552, 4)}})]})
    assert {s.property for s in nothing.shown} == {"identity.implementation-id"}


def test_a_name_without_digest_still_has_version_and_signer():
    artefact = of({0: [reference(measured(k2=None))]})
    assert {s.property for s in artefact.shown} == {
        "identity.implementation-id",
        "component.reference-version",
        "component.reference-signer",
    }


def test_only_identifiers_of_signers_are_shown():
    keys = [CBORTag(554, build.pem()), CBORTag(560, b""), CBORTag(560, SIGNER)]
    artefact = of({0: [reference(measured(k13=keys))]})
    assert statements(artefact, "component.reference-signer") == [(component("BL"), SIGNER.hex())]


def test_maker_and_model_count_where_there_is_no_class_identifier():
    artefact = of({0: [reference(environment={0: {1: "Acme", 2: "Node"}})]})
    assert statements(artefact, "product.vendor") == [(PRODUCT, "Acme")]
    assert statements(artefact, "product.model") == [(PRODUCT, "Node")]
    assert not statements(artefact, "identity.implementation-id")
    for class_id in (CBORTag(37, b"\1" * 16), CBORTag(560, b"\1" * 31), CBORTag(111, b"\1"), "text"):
        artefact = of({0: [reference(environment={0: {0: class_id, 1: "Acme", 2: "Node"}})]})
        assert not [s for s in artefact.shown if s.property.startswith(("product.", "identity."))]


def test_an_older_implementation_identifier_is_one():
    artefact = of({0: [reference(environment={0: {0: CBORTag(600, IMPLEMENTATION)}})]})
    assert statements(artefact, "identity.implementation-id") == [(PRODUCT, IMPLEMENTATION.hex())]
    assert ids(artefact) == {"corim-legacy-tag"}


def test_environments_of_one_artefact_are_told_apart():
    other = {0: {0: CBORTag(560, b"\x99" * 32)}}
    artefact = of(
        {0: [reference(), reference(environment=other), reference(environment=build.DEVICE_ENVIRONMENT)]}
    )
    # Of the third, which is about one device, nothing counts for the model.
    assert [s.scope for s in artefact.shown if s.property == "component.reference"] == [
        "environment[0]",
        "environment[1]",
    ]
    left_out = "reference values for one device, or for a group of devices (1)"
    assert left_out in artefact.claims["not_evaluated"]


@pytest.mark.parametrize("key", [5, "text", CBORTag(560, "text"), CBORTag(554, b"bytes"), CBORTag(999, b"x")])
def test_a_reference_whose_signer_cannot_be_read_is_reported_and_not_shown(key):
    artefact = of({0: [reference({1: {2: [[1, b"\x22" * 32]], 11: "APP", 13: [key]}})]})
    assert "corim-malformed" in ids(artefact)
    assert statements(artefact, "component.reference") == []


def test_a_reference_triple_with_a_third_member_is_reported():
    artefact = of({0: [[*reference(), []]]})
    assert "corim-malformed" in ids(artefact)


# --- keys of devices ----------------------------------------------------------------------------


def certificate(key=DEVICE):
    return signing.certificate("device", key, "ca", signing.BOB)


def cose_key(private=DEVICE):
    numbers = private.public_key().public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}


def pem_of(*certificates):
    return "".join(c.public_bytes(Encoding.PEM).decode() for c in certificates)


def der(private=DEVICE):
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


KEYS = [
    CBORTag(554, build.pem()),
    CBORTag(554, base64.b64encode(der()).decode()),
    CBORTag(555, pem_of(certificate())),
    CBORTag(556, pem_of(certificate(), signing.certificate("ca", signing.BOB, "ca", signing.BOB, ca=True))),
    CBORTag(558, cose_key()),
    CBORTag(558, [cose_key()]),
    CBORTag(562, certificate().public_bytes(Encoding.DER)),
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_a_device_is_shown_whatever_its_form(key):
    artefact = of({3: [endorsement(key)]})
    assert artefact.problems == ()
    device = Subject("device", INSTANCE.hex(), "instance-id")
    assert statements(artefact, "device.endorsed-key") == [(device, THUMBPRINT)]
    assert artefact.device == ""


@pytest.mark.parametrize(
    "key",
    [CBORTag(557, [1, DIGEST]), CBORTag(559, [1, DIGEST]), CBORTag(560, b"{}"), CBORTag(561, [1, DIGEST])],
)
def test_a_thumbprint_is_kept_and_no_key(key):
    artefact = of({3: [endorsement(key)]})
    assert artefact.problems == ()
    assert not statements(artefact, "device.endorsed-key")


def test_a_shared_secret_is_no_key_to_be_shown():
    artefact = of({3: [endorsement(CBORTag(558, {1: 4, -1: b"\1" * 32}))]})
    assert not statements(artefact, "device.endorsed-key")


PRIVATE = DEVICE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

BAD_KEYS = [
    5,
    CBORTag(554, 5),
    CBORTag(554, b"x"),
    CBORTag(554, "not base64!"),
    CBORTag(554, "A" * 70000),
    CBORTag(554, PRIVATE),
    CBORTag(554, pem_of(certificate())),
    CBORTag(554, "-----BEGIN PUBLIC KEY-----\n"),
    CBORTag(555, build.pem()),
    CBORTag(556, ""),
    CBORTag(558, 5),
    CBORTag(558, [cose_key()] * 2),
    CBORTag(558, {1: 2}),
    CBORTag(562, "x"),
    CBORTag(562, b"x"),
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_is_none_is_reported_and_the_triple_not_shown(key):
    artefact = of({3: [endorsement(CBORTag(554, build.pem()), key)]})
    assert len(found(artefact)) == 1
    assert artefact.wellformed
    assert not statements(artefact, "device.endorsed-key")


def test_keys_without_a_device_are_not_shown():
    for environment in ({0: build.CLASS}, {0: build.CLASS, 1: CBORTag(554, build.pem())}):
        artefact = of({3: [endorsement(environment=environment)]})
        assert artefact.problems == ()
        assert artefact.shown == ()


@pytest.mark.parametrize(
    "instance", [CBORTag(550, INSTANCE), CBORTag(560, INSTANCE), CBORTag(37, b"\1" * 16)]
)
def test_a_device_is_named_by_its_instance(instance):
    artefact = of({3: [endorsement(environment={1: instance})]})
    ((subject, _),) = statements(artefact, "device.endorsed-key")
    assert subject == Subject("device", instance.value.hex(), "instance-id")


def test_keys_must_be_a_list():
    assert "an array of keys" in found(of({3: [[build.DEVICE_ENVIRONMENT, 5]]}))[0].message


# --- rules of profiles --------------------------------------------------------------------------

CCA_COMPONENT = measured() | {0: "cca.software-component"}
CONFIG = {0: "cca.platform-config", 1: {4: CBORTag(560, b"\1"), 5: b"\1"}}
RIM = {0: "cca.rim", 1: {2: [[1, DIGEST]]}}
REALM = {0: {0: CBORTag(560, DIGEST)}}


def platform(*measurements):
    return {0: [reference(*measurements)]}


def realm(*measurements, environment=REALM):
    return {0: [reference(*measurements, environment=environment)]}


GOOD = [
    (build.PSA, {0: [reference()], 3: [endorsement()]}),
    (CCA_PLATFORM, platform(CCA_COMPONENT, CONFIG) | {3: [endorsement()]}),
    (CCA_REALM, realm(RIM, {0: "cca.rem0", **{1: RIM[1]}}, {0: "cca.rpv", 1: {4: CBORTag(560, b"\1")}})),
    (CCA_REALM, realm(RIM) | {3: [endorsement(CBORTag(560, b"\1"), environment=REALM)]}),
    (CCA_REALM, realm(RIM, environment={0: {0: CBORTag(560, b"\1" * 64)}})),
    ("http://arm.com/psa/iot/1", realm({1: {1: 5}}, environment={0: {0: CBORTag(37, b"\1" * 16)}})),
]


@pytest.mark.parametrize(("profile", "triples"), GOOD)
def test_what_keeps_the_rules_of_its_profile_has_no_problem(profile, triples):
    assert of(triples, profile=profile).problems == ()


BAD = [
    (build.PSA, {0: [reference(measured() | {0: "boot"})]}, "the measured element is boot"),
    (build.PSA, {0: [reference({1: measured()[1]})]}, "the measured element is none"),
    (build.PSA, {0: [reference(measured(k2=None))]}, "no digests"),
    (build.PSA, {0: [reference(measured(k13=None))]}, "exactly one signer"),
    (build.PSA, {0: [reference(measured(k13=[CBORTag(560, SIGNER)] * 2))]}, "exactly one signer"),
    (build.PSA, {0: [reference(measured(k13=[CBORTag(560, b"\1")]))]}, "exactly one signer"),
    (build.PSA, {0: [reference(measured(k13=[CBORTag(554, build.pem())]))]}, "exactly one signer"),
    (build.PSA, {0: [reference(environment={0: {0: CBORTag(37, b"\1" * 16)}})]}, "of 32 bytes under tag 560"),
    (
        build.PSA,
        {0: [reference(environment={0: {0: CBORTag(560, b"\1" * 31)}})]},
        "of 32 bytes under tag 560",
    ),
    (build.PSA, {0: [reference(environment={0: {1: "Acme"}})]}, "of 32 bytes under tag 560"),
    (build.PSA, {3: [endorsement(environment={0: build.CLASS})]}, "an instance of 33 bytes"),
    (
        build.PSA,
        {3: [endorsement(environment={0: build.CLASS, 1: CBORTag(550, b"\2" * 33)})]},
        "begins with 01",
    ),
    (build.PSA, {3: [endorsement(*[CBORTag(554, build.pem())] * 2)]}, "exactly one key"),
    (build.PSA, {3: [endorsement(CBORTag(555, pem_of(certificate())))]}, "exactly one key"),
    (build.PSA, {3: [endorsement(environment={1: CBORTag(550, INSTANCE)})]}, "of 32 bytes under tag 560"),
    (build.PSA, {0: [reference(measured(k0={0: "1", 1: 1}))]}, "a version scheme"),
    (build.PSA, {0: [reference(measured() | {2: [CBORTag(560, b"\1")]})]}, "may authorise it"),
    (CCA_PLATFORM, platform(measured()), "the measured element is psa.software-component"),
    (CCA_PLATFORM, platform(CCA_COMPONENT, {0: "cca.platform-config", 1: {1: 5}}), "no raw value"),
    (
        CCA_PLATFORM,
        platform({0: "cca.software-component", 1: measured(k0={0: "1", 1: 1})[1]}),
        "a version scheme",
    ),
    (CCA_REALM, realm({0: "cca.rem0", 1: RIM[1]}), "no measurement cca.rim"),
    (CCA_REALM, realm({0: "cca.rim", 1: {2: [[1, DIGEST], [7, b"\1" * 48]]}}), "2 digests"),
    (CCA_REALM, realm(RIM, environment={1: CBORTag(560, DIGEST)}), "of 32 or 48 or 64 bytes"),
]


@pytest.mark.parametrize(("profile", "triples", "message"), BAD)
def test_what_breaks_a_rule_of_its_profile_is_reported(profile, triples, message):
    artefact = of(triples, profile=profile)
    (problem,) = found(artefact)
    assert message in problem.message
    assert artefact.wellformed
    assert not statements(artefact, "device.endorsed-key")


def test_only_the_measurement_that_breaks_a_rule_is_not_shown():
    artefact = of({0: [reference(measured(), measured("PRoT", k13=None))]}, profile=build.PSA)
    assert [s for s, _ in statements(artefact, "component.reference")] == [component("BL")]


@pytest.mark.parametrize("mkey", ["cca.rotpk.CM.2.3", "cca.platform-manufacturing-config"])
def test_what_is_measured_besides_components_is_named_and_no_reference(mkey):
    artefact = of(platform(CCA_COMPONENT, {0: mkey, 1: {2: [[1, b"\7" * 32]]}}), profile=CCA_PLATFORM)
    assert artefact.problems == ()
    assert [s for s, _ in statements(artefact, "component.reference")] == [component("BL")]
    assert f"measurements {mkey} (1)" in artefact.claims["not_evaluated"]


def test_nothing_of_an_environment_that_breaks_a_rule_is_shown():
    artefact = of({0: [reference(environment={0: {1: "Acme", 2: "Node"}})]}, profile=build.PSA)
    assert artefact.shown == ()


def test_the_class_identifier_of_a_realm_is_no_implementation_identifier():
    artefact = of(realm(RIM), profile=CCA_REALM)
    assert not statements(artefact, "identity.implementation-id")
    assert statements(artefact, "component.reference") == [
        (component("cca.rim"), Digest("sha-256", DIGEST.hex()))
    ]


def test_a_module_goes_before_its_manifest_in_naming_the_profile():
    broken = {0: [reference(measured(k13=None))]}
    assert found(of(broken, k5=CBORTag(32, build.PSA)))
    assert not found(of(broken, profile=build.PSA, k5=CBORTag(32, "tag:else.example,2026:x")))
