"""Every discrepancy id is raised by one change to the good sensor node, which raises none itself.

A change is an edit of the profile, or an artefact in the place of another one or beside them. Most artefacts
are in ``fixtures/discrepant``: in order, signed with the right key, and different in one thing. Each row says
what else the change raises, which line of the profile is at fault and which claims of which artefacts, and
how much it weighs: an error by an authenticated artefact or by what was observed about a file, a doubt by the
same artefact when nobody vouches for its key.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

import pytest

from iotassess.assess import assess
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import load_catalogue
from iotassess.crosscheck.denylist import NOTHING, Denylist
from iotassess.model.assessment import Assessment, Discrepancy
from iotassess.model.claim import Digest
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.profile import load_profile
from tests.examples import PROFILES, ROOT, copy, edit, request

FIXTURES = ROOT / "fixtures"
NODE = "sensor-node"
GOOD_TEXT = (PROFILES / NODE / "good.yaml").read_text()

ENVELOPE, PSA, EAT = "evidence/update.suit", "evidence/psa-token.cbor", "evidence/eat.cbor"
CORIM, COSWID, MUD = "evidence/reference.corim", "evidence/app.coswid", "evidence/sn33.json"
SIGNED, CERTIFICATE, RESULT = "evidence/app.signed.bin", "evidence/device.pem", "evidence/result.jwt"
IMAGE, REPORT, VOUCHER = "evidence/app.bin", "evidence/update-report.cbor", "evidence/voucher.vcj"

MEASUREMENT = "tags[0].triples.reference[0].measurements[2]"
CLASS = "environment.class.class_id"
KEY = "certificates[0].public_key.spki_sha256"
OTHER = "evidence-for-other-product"

Claims = set[tuple[str, str]]


class Row(NamedTuple):
    """One change.

    Attributes:
        id: what it raises.
        shown: artefact and claim path of what disagrees, of all discrepancies with the id.
        declared: path of the profile's side; "" where artefacts disagree with each other, or with nothing.
        files: fixture that takes the place of an artefact, and of its signature.
        added: fixture that the profile hands in besides.
        edits: of the profile.
        deny: digest of the user's denylist.
        also: further ids that it raises.
        times: how many discrepancies with the id.
        error: it is a contradiction where the user vouches for the keys; else a doubt even then.
        observed: it is one whoever signed, as it was seen on a file that the profile hands in.
    """

    id: str
    shown: Claims
    declared: str = ""
    files: Mapping[str, str] = MappingProxyType({})
    added: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    deny: str = ""
    also: frozenset[str] = frozenset()
    times: int = 1
    error: bool = True
    observed: bool = False


def by_file(id: str, place: str, fixture: str, claims: str, declared: str = "", **more) -> Row:
    """A row for one artefact in the place of another one, of which some claims disagree."""
    return Row(
        id, {(place, path) for path in claims.split()}, declared, files={place: fixture}, **more
    )  # fmt: skip


def by_mud(id: str, name: str, claims: str, declared: str = "", **more) -> Row:
    """A row for a network description, with the signature that belongs to it."""
    files = {MUD: f"{name}.json", "evidence/sn33.p7s": f"{name}.p7s"}
    return Row(id, {(MUD, path) for path in claims.split()}, declared, files=files, **more)


def by_edit(id: str, old: str, new: str, shown: Claims, declared: str = "", **more) -> Row:
    """A row for one edit of the profile."""
    return Row(id, shown, declared, edits=((old, new),), **more)


def other_product(id: str, place: str, fixture: str, claim: str, declared: str) -> Row:
    """A row for an artefact of another product: whoever signed it, it raises doubts and supports nothing."""
    return by_file(id, place, fixture, claim, declared, also=frozenset({OTHER}), error=False)


def second_device(lines: str) -> tuple[str, str]:
    """An edit that declares one device more, with some lines of what is the first one's."""
    here = GOOD_TEXT.index("\nhardware:")
    before = GOOD_TEXT[GOOD_TEXT.rindex("    attestation_key:", 0, here) : here]
    own = "".join(re.findall(rf"    (?:{lines}): .*\n", GOOD_TEXT[GOOD_TEXT.index("\ndevices:") : here]))
    return before, f'{before}  - instance_id: "01{"aa" * 32}"\n{own}'


LIFECYCLE = frozenset({"debug-contradiction"})
DIGEST_OF_APP = "fd68d40f7f685c445cea9c8cb48e313780099831e75690fb302e36af8df69db4"
EVERY_SIGNATURE = {
    (path, "signature")
    for path in (SIGNED, ENVELOPE, VOUCHER, MUD, CORIM, COSWID, RESULT, CERTIFICATE, PSA, EAT, REPORT)
}

ROWS = {
    # --- which product, which release ---------------------------------------------------------------
    "token of a gateway": other_product(
        "implementation-id-mismatch",
        PSA,
        "../profiles/sensor-node/evidence/flawed-other-product.psa.cbor",
        "implementation_id",
        "identity.implementation_id",
    ),
    "manifest of another vendor": other_product(
        "vendor-id-mismatch", ENVELOPE, "discrepant/other-vendor.suit", "vendor_ids", "identity.vendor_id"
    ),
    "manifest of another class": other_product(
        "class-id-mismatch", ENVELOPE, "discrepant/other-class.suit", "class_ids", "identity.class_id"
    ),
    "another class declared": by_edit(
        "class-id-mismatch",
        'class_id: "e3a2',
        'class_id: "f3a2',
        {(ENVELOPE, "class_ids")},
        "identity.class_id",
        also=frozenset({OTHER}),
        error=False,
    ),
    "another model declared": by_edit(
        "hwmodel-mismatch",
        'hwmodel: "534e2d3333"',
        'hwmodel: "534e2d3334"',
        {(EAT, "hwmodel")},
        "identity.hwmodel",
        also=frozenset({OTHER}),
        error=False,
    ),
    "another maker declared": by_edit(
        "oemid-mismatch",
        'oemid: "32473"',
        'oemid: "32474"',
        {(EAT, "oemid")},
        "identity.oemid",
        also=frozenset({OTHER}),
        error=False,
    ),
    "another implementation declared": by_edit(
        "implementation-id-mismatch",
        "implementation_id: 1067",
        "implementation_id: 2067",
        {
            (PSA, "implementation_id"),
            (CORIM, f"tags[0].triples.reference[0].{CLASS}"),
            (CORIM, f"tags[0].triples.attest_key[0].{CLASS}"),
        },
        "identity.implementation_id",
        also=frozenset({OTHER}),
        error=False,
    ),
    "description of another release": by_mud(
        OTHER,
        "discrepant/other-release",
        "firmware_rev",
        "product.firmware_version",
        also=frozenset({"version-mismatch"}),
        error=False,
    ),
    "description of another product": by_mud(
        "mud-url-mismatch",
        "discrepant/other-url",
        "mud_url",
        "network.mud_url",
        also=frozenset({OTHER}),
        error=False,
    ),
    # --- devices and their keys ----------------------------------------------------------------------
    "token by another key": by_file(
        "instance-key-mismatch",
        PSA,
        "discrepant/other-key.psa.cbor",
        "signatures[0]",
        "devices[0].attestation_key",
    ),
    "another key endorsed": by_file(
        "instance-key-mismatch",
        CORIM,
        "discrepant/other-key.corim",
        "tags[0].triples.attest_key[0].keys[0]",
        "devices[0].attestation_key",
    ),
    "another key certified": by_file(
        "instance-key-mismatch",
        CERTIFICATE,
        "discrepant/other-key.pem",
        KEY,
        "devices[0].identity_key",
    ),
    "another identity key declared": by_edit(
        "instance-key-mismatch",
        'identity_key: "ff2f',
        'identity_key: "ef2f',
        {(CERTIFICATE, KEY)},
        "devices[0].identity_key",
    ),
    "one attestation key declared for two devices": Row(
        "shared-key-across-devices",
        {(PSA, "signatures[0]"), (EAT, "signatures[0]")},
        "devices[0].attestation_key",
        edits=(second_device("attestation_key"),),
    ),
    "one key in two certificates": Row(
        "shared-key-across-devices",
        {(CERTIFICATE, KEY), ("evidence/second-device.pem", KEY)},
        "devices[0].identity_key",
        added="discrepant/second-device.pem",
        edits=(("\nhardware:", f'\n  - instance_id: "01{"aa" * 32}"\n    serial: SN33-000018\n\nhardware:'),),
    ),
    "one key in the certificates of a declared device and another one": Row(
        "shared-key-across-devices",
        {(CERTIFICATE, KEY), ("evidence/second-device.pem", KEY)},
        "devices[0].identity_key",
        added="discrepant/second-device.pem",
        error=False,  # a device that the profile does not name may be of another product
    ),
    "certificate ends before the support": by_file(
        "certificate-ends-before-support",
        CERTIFICATE,
        "discrepant/ends-early.pem",
        "certificates[0].validity.not_after",
        "support.until",
    ),
    "certificate names another description": by_file(
        "mud-url-mismatch",
        CERTIFICATE,
        "discrepant/other-mud-url.pem",
        "certificates[0].mud_url",
        "network.mud_url",
    ),
    "voucher of an undeclared protocol": by_edit(
        "enrolment-undeclared",
        "protocols: [lwm2m-bootstrap, est, brski]",
        "protocols: [lwm2m-bootstrap, est]",
        {(VOUCHER, "type")},
        "identity.enrolment.protocols[0]",
    ),
    "voucher of another protocol, whose owner nobody named": Row(
        "enrolment-undeclared",
        {("evidence/voucher.fdo", "protocol_version")},
        "identity.enrolment.protocols[0]",
        added="good/variants/voucher.fdo",
        error=False,
    ),
    # --- software ------------------------------------------------------------------------------------
    "manifest of another application": by_file(
        "component-digest-mismatch",
        ENVELOPE,
        "discrepant/other-digest.suit",
        "payloads[2].digest",
        "components[2].digest",
    ),
    "reference values of another application": by_file(
        "component-digest-mismatch",
        CORIM,
        "discrepant/other-digest.corim",
        f"{MEASUREMENT}.digests[0]",
        "components[2].digest",
    ),
    "another application measured": by_file(
        "measurement-mismatch",
        PSA,
        "discrepant/other-digest.psa.cbor",
        "sw_components[2].digest",
        "components[2].digest",
    ),
    "a part that failed its own check": by_file(
        "measurement-mismatch", EAT, "negative/eat/measurement-failed.cbor", "measres[0].results[0]"
    ),
    "measured by a hash that no reference has": by_file(
        "measurement-unreferenced",
        PSA,
        "discrepant/other-hash.psa.cbor",
        "sw_components[2].digest",
        error=False,
    ),
    "the application is not measured": by_file(
        "component-unmeasured",
        PSA,
        "discrepant/component-missing.psa.cbor",
        "sw_components[0].digest sw_components[1].digest",
        "components[2].measurement_type",
    ),
    "a component more is measured": by_file(
        "component-undeclared",
        PSA,
        "discrepant/undeclared-component.psa.cbor",
        "sw_components[3].digest sw_components[3].signer_id",
    ),
    "a component more is released": by_file(
        "component-undeclared",
        ENVELOPE,
        "discrepant/undeclared-component.suit",
        "payloads[3].digest payloads[3].size",
    ),
    "a component more has reference values": by_file(
        "component-undeclared",
        CORIM,
        "discrepant/undeclared-component.corim",
        " ".join(f"{MEASUREMENT[:-2]}3].{leaf}" for leaf in ("digests[0]", "version", "cryptokeys[0]")),
    ),
    "another image": by_file(
        "image-digest-mismatch",
        IMAGE,
        "../profiles/sensor-node/evidence/flawed-swapped-image-app.bin",
        "digests.sha-256",
        "components[2].digest",
        edits=(("  - artefact: evidence/app.signed.bin\n    component: app\n", ""),),  # the right one again
        observed=True,
    ),
    "another size declared": by_edit(
        "image-digest-mismatch",
        "size: 4096",
        "size: 4097",
        {
            (ENVELOPE, "payloads[2].size"),
            (IMAGE, "size"),
            (SIGNED, "size"),
            (SIGNED, "payload.size"),
        },
        "components[2].size",
        times=2,
        observed=True,
    ),
    "another signer measured": by_file(
        "signer-mismatch",
        PSA,
        "discrepant/other-signer.psa.cbor",
        "sw_components[2].signer_id",
        "components[2].signer",
    ),
    "another signer expected": by_file(
        "signer-mismatch",
        CORIM,
        "discrepant/other-signer.corim",
        f"{MEASUREMENT}.cryptokeys[0]",
        "components[2].signer",
    ),
    "another version measured": by_file(
        "version-mismatch",
        PSA,
        "discrepant/other-version.psa.cbor",
        "sw_components[2].version",
        "components[2].version",
    ),
    "another version expected": by_file(
        "version-mismatch",
        CORIM,
        "discrepant/other-version.corim",
        f"{MEASUREMENT}.version",
        "components[2].version",
    ),
    "another version in the image": by_file(
        "version-mismatch",
        SIGNED,
        "discrepant/other-version.bin",
        "version",
        "components[2].version",
    ),
    "another hardware declared": by_edit(
        "version-mismatch",
        'hardware_revision: "B2"',
        'hardware_revision: "B3"',
        {(EAT, "hwversion")},
        "product.hardware_revision",
    ),
    "denied firmware": Row(
        "denied-firmware-in-use",
        {
            (PSA, "sw_components[2].digest"),
            (SIGNED, "payload.sha-256"),
            (IMAGE, "digests.sha-256"),
            (ENVELOPE, "payloads[2].digest"),
            (CORIM, f"{MEASUREMENT}.digests[0]"),
            (COSWID, "payload.files[0].hash"),
        },
        "components[2].digest",
        deny=DIGEST_OF_APP,
        observed=True,
    ),
    # --- the state of the device ---------------------------------------------------------------------
    "software of somebody else booted": by_file(
        "secure-boot-contradiction",
        EAT,
        "negative/eat/boot-not-authorised.cbor",
        "oemboot",
        "boot.secure_boot",
    ),
    "image without signature": by_file(
        "secure-boot-contradiction",
        SIGNED,
        "discrepant/unsigned.bin",
        "signatures",
        "software.code_signing",
        observed=True,
    ),
    "debug is enabled": by_file(
        "debug-contradiction", EAT, "negative/eat/debug-enabled.cbor", "dbgstat", "debug.state"
    ),
    "debug is declared enabled": by_edit(
        "debug-contradiction",
        "  state: disabled-permanently",
        "  state: enabled",
        {(EAT, "dbgstat")},
        "debug.state",
    ),
    "root of trust in debug": by_file(
        "lifecycle-contradiction",
        PSA,
        "negative/psa/lifecycle-rot-debug.cbor",
        "lifecycle",
        "lifecycle",
        also=LIFECYCLE,
    ),
    "another lifecycle declared": by_edit(
        "lifecycle-contradiction",
        "lifecycle: secured",
        "lifecycle: decommissioned",
        {(PSA, "lifecycle")},
        "lifecycle",
    ),
    "contraindicated by another verifier": by_file(
        "attestation-contradiction", RESULT, "negative/ear/contraindicated.jwt", "submods"
    ),
    # --- updates -------------------------------------------------------------------------------------
    "update without signature": by_file(
        "update-authenticity-contradiction",
        ENVELOPE,
        "discrepant/unsigned.suit",
        "authentication-wrapper",
        "update.authenticated",
        observed=True,
    ),
    "update in the clear": by_file(
        "update-encryption-contradiction",
        ENVELOPE,
        "discrepant/unencrypted.suit",
        "payloads",
        "update.encrypted",
    ),
    "update by http": by_file(
        "update-transport-contradiction",
        ENVELOPE,
        "negative/suit/uri-plaintext.suit",
        "payloads",
        "update.transport[0]",
    ),
    "older update": by_file(
        "anti-rollback-contradiction",
        ENVELOPE,
        "../profiles/sensor-node/evidence/flawed-rollback.suit",
        "sequence_number",
        "update.installed_sequence_number",
    ),
    "newer release installed": by_edit(
        "anti-rollback-contradiction",
        "installed_sequence_number: 6",
        "installed_sequence_number: 8",
        {(ENVELOPE, "sequence_number")},
        "update.installed_sequence_number",
    ),
    "image with a lower counter": by_file(
        "anti-rollback-contradiction",
        SIGNED,
        "discrepant/other-counter.bin",
        "security_counter",
        "components[2].security_counter",
    ),
    "update by another algorithm": by_file(
        "algorithm-undeclared",
        ENVELOPE,
        "negative/suit/algorithm-not-mti.suit",
        "authentication-wrapper",
        "update.signature_algorithms[0]",
    ),
    # --- network -------------------------------------------------------------------------------------
    "another peer allowed": by_mud("mud-peer-undeclared", "discrepant/other-peer", "acls[0].aces[4]"),
    "a declared peer on another port": by_mud("mud-permissive", "discrepant/other-port", "acls[0].aces[4]"),
    "any peer allowed": by_mud(
        "mud-permissive", "negative/mud/any-peer", "acls[0].aces[0]", "network.restrictive"
    ),
    "another port declared": by_edit(
        "mud-permissive",
        "peer: est.sensing.example\n    transport: tcp\n    port: 443",
        "peer: est.sensing.example\n    transport: tcp\n    port: 8443",
        {(MUD, "acls[0].aces[3]")},
    ),
    "open to others": by_mud("port-undeclared", "discrepant/open-port", "acls[1].aces[4]"),
    "description without signature": Row(
        "mud-signature-contradiction",
        {(MUD, "signature")},
        "network.mud_signed",
        files={MUD: "negative/mud/unsigned.json"},
        observed=True,
    ),
    # --- everything else -----------------------------------------------------------------------------
    "what is there is denied": by_edit(
        "not-applicable-contradiction",
        "justifications:\n",
        'justifications:\n  - requirement: "5.4-2"\n    answer: not-applicable\n    reason: There is none.\n',
        {(PSA, "signatures[0]"), (EAT, "signatures[0]")},
        "justifications[0].answer",
    ),
    "published keys in a release": by_edit(
        "test-key-in-release",
        "example: true",
        "example: false",
        EVERY_SIGNATURE,
        times=8,
        observed=True,
    ),
}

DOUBTS = {
    "evidence-for-other-product": "an artefact of another product says nothing about this one",
    "vendor-id-mismatch": "it makes the artefact another product's",
    "class-id-mismatch": "it makes the artefact another product's",
    "hwmodel-mismatch": "it makes the artefact another product's",
    "oemid-mismatch": "it makes the artefact another product's",
    "implementation-id-mismatch": "it makes the artefact another product's",
    "measurement-unreferenced": "nobody says that it should be something else",
}
"""Ids that are never a contradiction, and why."""

CBOR = (".suit", ".cbor", ".corim", ".coswid")
WITHOUT_PLACE = ("signature", "signatures[0]", "measres[0].results[0]")
"""Claims that no decoder read: which key verifies, and what comes of a problem."""

each_row = pytest.mark.parametrize("name", ROWS)


@functools.cache
def catalogues() -> list[Catalogue]:
    return [load_catalogue("etsi-en-303-645")]


Vouching = Literal["the user", "the profile", "nobody"]


def prepare(row: Row, folder: Path, by: Vouching) -> Denylist:
    """Make a row's change in a copy of the example."""
    for place, fixture in row.files.items():
        shutil.copyfile(FIXTURES / fixture, folder / place)
    edits = list(row.edits)
    if row.added:
        name = Path(row.added).name
        shutil.copyfile(FIXTURES / row.added, folder / "evidence" / name)
        edits.append(("evidence:\n", f"evidence:\n  - artefact: evidence/{name}\n"))
    edit(folder / "good.yaml", *edits)
    if by != "the user":
        text = (folder / "good.yaml").read_text()
        text = re.sub(r"  - trust_anchor: .*\n    purpose: .*\n", "", text)
        anchors = sorted((folder / "anchors").glob("*/*")) if by == "the profile" else []
        text += "".join(
            f"  - trust_anchor: anchors/{path.parent.name}/{path.name}\n    purpose: {path.parent.name}\n"
            for path in anchors
        )
        (folder / "good.yaml").write_text(text)
    return Denylist({}, {Digest("sha-256", row.deny): "it leaks"}) if row.deny else NOTHING


def run(row: Row, tmp_path: Path, by: Vouching = "the user", *, backwards: bool = False) -> Assessment:
    """Assess a row's change, with anchors that the user names, or the profile alone, or nobody."""
    folder = copy(NODE, tmp_path)
    denylist = prepare(row, folder, by)
    if backwards:
        head, _, evidence = (folder / "good.yaml").read_text().partition("\nevidence:\n")
        entries = re.split(r"^(?=  - )", evidence, flags=re.MULTILINE)
        (folder / "good.yaml").write_text(f"{head}\nevidence:\n{''.join(reversed(entries))}")
    asked = request(NODE, folder=folder, anchors=None if by == "the user" else (), denylist=denylist)
    return assess(load_profile(folder / "good.yaml"), asked, catalogues(), tool_version="0")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Assessment, Path]]:
    """Assesses a row's change, once, and tells where."""

    @functools.cache
    def assessed(name: str) -> tuple[Assessment, Path]:
        tmp_path = tmp_path_factory.mktemp("changed")
        return run(ROWS[name], tmp_path), tmp_path / NODE

    return assessed


def of(assessment: Assessment, id: str) -> list[Discrepancy]:
    return [d for d in assessment.discrepancies if d.id == id]


def fingerprints(assessment: Assessment) -> dict[str, str]:
    return {d.fingerprint: d.id for d in assessment.discrepancies}


# --- the table is complete -------------------------------------------------------------------------


def test_every_id_has_a_row() -> None:
    assert {row.id for row in ROWS.values()} | {OTHER} == set(DISCREPANCIES)
    assert {id for row in ROWS.values() for id in row.also} <= set(DISCREPANCIES)


def test_every_id_but_those_that_never_are_has_a_row_with_a_contradiction() -> None:
    contradictions = {row.id for row in ROWS.values() if row.error or row.observed}
    assert set(DISCREPANCIES) - contradictions == set(DOUBTS)


def test_at_least_a_dozen_ids_become_doubts_where_the_user_names_no_key() -> None:
    assert len({row.id for row in ROWS.values() if row.error and not row.observed}) >= 12


def test_no_fixture_is_without_a_row() -> None:
    files = {path.name for path in (FIXTURES / "discrepant").iterdir()}
    used = {Path(name).name for row in ROWS.values() for name in (*row.files.values(), row.added)}
    assert files - used == set()


# --- the good twin ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by", get_args(Vouching))
def test_the_good_twin_has_no_discrepancy(by: Vouching, tmp_path: Path) -> None:
    assert run(Row("", set()), tmp_path, by).discrepancies == ()


def test_a_denylist_of_other_firmware_raises_nothing(tmp_path: Path) -> None:
    assert run(Row("", set(), deny="00" * 32), tmp_path).discrepancies == ()


# --- each change -----------------------------------------------------------------------------------


@each_row
def test_it_raises_its_ids_and_no_others(changed, name: str) -> None:
    row, (found, _) = ROWS[name], changed(name)
    assert {d.id for d in found.discrepancies} == {row.id, *row.also}
    assert len(of(found, row.id)) == row.times


@each_row
def test_it_weighs_what_its_evidence_does(changed, name: str) -> None:
    row, (found, _) = ROWS[name], changed(name)
    assert {d.severity for d in of(found, row.id)} == {"error" if row.error else "warning"}
    if row.error and not row.observed:
        assert all(d.grade >= 4 for d in of(found, row.id))


@each_row
def test_it_names_the_claims_of_the_artefacts_and_no_others(changed, name: str) -> None:
    row, (found, _) = ROWS[name], changed(name)
    shown = {(c.source.artefact, c.source.path) for d in of(found, row.id) for c in d.evidenced}
    assert shown == row.shown


@each_row
def test_it_names_the_line_of_the_profile(changed, name: str) -> None:
    row, (found, folder) = ROWS[name], changed(name)
    lines = (folder / "good.yaml").read_text().split("\n")
    for discrepancy in of(found, row.id):
        declared = discrepancy.declared
        assert (declared.source.path if declared else "") == row.declared
        if declared:
            line = lines[declared.source.line - 1]
            key = re.sub(r"\[\d+\]$", "", declared.source.path).rpartition(".")[2]
            value = str(declared.value).removeprefix("pen:").replace("-", "").casefold()
            assert f"{key}:" in line
            assert value in line.replace("-", "").casefold()


@each_row
def test_it_says_where_in_a_cbor_artefact_the_claim_stands(changed, name: str) -> None:
    row, (found, folder) = ROWS[name], changed(name)
    for discrepancy in of(found, row.id):
        for claim, offset in discrepancy.located():
            path = claim.source.artefact or ""
            if not path.endswith(CBOR) or claim.source.path in WITHOUT_PLACE:
                continue
            data = (folder / path).read_bytes()
            assert offset is not None, claim.source
            assert 0 < offset < len(data)
            if isinstance(claim.value, Digest):
                assert bytes.fromhex(claim.value.value) in data[offset : offset + 80], claim.source


@each_row
def test_it_says_what_to_do(changed, name: str) -> None:
    row, (found, _) = ROWS[name], changed(name)
    assert all("; " in d.message for d in of(found, row.id))


@each_row
@pytest.mark.parametrize("by", ["the profile", "nobody"])
def test_where_the_user_names_no_key_it_is_a_doubt_unless_it_was_observed(
    name: str, by: Vouching, tmp_path: Path
) -> None:
    row = ROWS[name]
    severities = {d.severity for d in of(run(row, tmp_path, by), row.id)}
    assert "error" in severities if row.observed else severities == {"warning"}


@each_row
def test_its_fingerprints_are_the_same_elsewhere_and_in_another_order(
    changed, name: str, tmp_path: Path
) -> None:
    first, _ = changed(name)
    second = run(ROWS[name], tmp_path / "elsewhere", backwards=True)
    assert fingerprints(second) == fingerprints(first)
    assert len(fingerprints(first)) == len(first.discrepancies)


FINGERPRINTS = {
    "debug is enabled": "1bf5fcd0757852c0",
    "another peer allowed": "a7c4d827d65a0b51",
    "another application measured": "10b53329e69e0cb7",
}
"""Some that waivers and older results could have: they never change."""


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_a_fingerprint_never_changes(changed, name: str) -> None:
    (found,) = of(changed(name)[0], ROWS[name].id)
    assert found.fingerprint == FINGERPRINTS[name]


def test_a_published_key_on_what_the_profile_does_not_hand_in_is_a_doubt(tmp_path: Path) -> None:
    folder = copy(NODE, tmp_path)
    edit(folder / "good.yaml", ("example: true", "example: false"))
    text = (folder / "good.yaml").read_text()
    (folder / "good.yaml").write_text(text.replace(f"  - artefact: {RESULT}\n", ""))
    found = assess(
        load_profile(folder / "good.yaml"),
        request(NODE, folder / RESULT, folder=folder),
        catalogues(),
        tool_version="0",
    )
    (doubt,) = [d for d in of(found, "test-key-in-release") if d.severity == "warning"]
    assert {c.source.artefact for c in doubt.evidenced} == {str(folder / RESULT)}
