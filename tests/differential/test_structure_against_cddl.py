"""The structure of CBOR files against a CDDL validator, which knows nothing of this project.

The CDDL texts beside this module were written for it. Where the two differ, it stands in a table with its
reason; a row that no file and no edit needs any more is an error.
"""

from __future__ import annotations

import datetime
import functools
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import pytest

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact, walk
from iotassess.model.assessment import AsOf
from tests.differential.cbor_mutants import load, mutants
from tests.tries import STEP

cddl_verifier = pytest.importorskip("cddl_verifier", reason="cddl-verifier is not installed")

TEXTS = Path(__file__).parent / "cddl"
FIXTURES = Path(__file__).parents[2] / "fixtures"
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
AS_OF = AsOf(NOON, NOON)

RULES: dict[str, tuple[tuple[str, ...], str]] = {
    "cose-message": (("cose",), "cose-message"),
    "eat-cwt": (("cose", "eat"), "cwt"),
    "psa-token": (("cose", "eat"), "psa-token"),
    "eat-ucs": (("cose", "eat"), "unprotected-set"),
    "eat-deb": (("cose", "eat"), "bundle"),
    "suit-envelope": (("cose", "suit"), "suit-envelope"),
    "suit-report": (("cose", "suit"), "suit-report"),
    "coswid": (("cose", "coswid"), "coswid"),
    "corim": (("cose", "coswid", "corim"), "corim"),
    "comid": (("cose", "coswid", "corim"), "unsigned-comid"),
    "ear": (("cose", "ear"), "ear"),
}
"""Artefact kind → the texts, put together in this order, and the rule for a whole file."""

PSA_PROFILES = ("tag:psacertified.org,2023:psa#tfm", "http://arm.com/psa/2.0.0")
PSA_LABELS = range(-75010, -74999)

FAULTS_OF_FORM = frozenset(
    {
        *("artefact-unrecognised", "cose-alg-missing", "cose-alg-unprotected", "cose-empty-block"),
        *("cbor-malformed", "cbor-trailing-bytes", "cbor-duplicate-key"),
        *("suit-malformed", "suit-manifest-version", "suit-digest-length", "suit-uuid-length"),
        *("suit-unknown-command", "suit-unknown-parameter", "suit-member-unauthenticated"),
        *("suit-severed-digest-mismatch", "suit-report-malformed"),
        *("eat-claim-type", "eat-nonce-length", "eat-iat-float", "eat-ueid-length", "eat-oemid-form"),
        *("eat-dbgstat-invalid", "eat-submod-malformed", "eat-detached-digest-mismatch"),
        *("psa-claim-missing", "psa-claim-invalid", "psa-lifecycle-invalid", "psa-no-sw-components"),
        *("psa-measurement-length", "psa-signer-id-missing"),
        *("corim-malformed", "coswid-malformed", "ear-malformed"),
    }
)
"""Problems that say that a file does not have the structure that it has to have.

Two are of digests: what stands under one that does not fit is not looked into.
"""


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """The validator logs each fault that it finds, at length."""
    caplog.set_level(logging.CRITICAL + 1, "cddl_verifier")


@functools.cache
def validator(texts: tuple[str, ...]) -> Any:
    text = "\n".join((TEXTS / f"{name}.cddl").read_text() for name in texts)
    assert not cddl_verifier.schema_diagnostics(text)
    return cddl_verifier.Validator(text)


def is_psa(data: bytes) -> bool:
    """Whether a bare claims set is one of a PSA token, which has rules of its own."""
    claims = load(data)
    claims = claims.value if isinstance(claims, cbor2.CBORTag) else claims
    return isinstance(claims, Mapping) and (
        claims.get(265) in PSA_PROFILES or any(label in PSA_LABELS for label in claims)
    )


def is_valid(kind: str, data: bytes) -> bool:
    """What the validator says."""
    texts, rule = RULES[kind]
    if kind == "eat-ucs" and is_psa(data):
        rule = "unprotected-psa-set"
    return bool(validator(texts).validate(data, root_type=rule))


def open_file(data: bytes) -> Artefact:
    return read(data, Context("a file", TrustStore(), AS_OF))


def faults(artefact: Artefact) -> list[tuple[str, str | None]]:
    """What this project finds wrong with the structure, with that of tokens in it."""
    parts = walk([artefact]) if artefact.kind in ("eat-cwt", "eat-deb") else (artefact,)
    found = [(one.id, one.at) for part in parts for one in part.problems if one.id in FAULTS_OF_FORM]
    return found or ([] if artefact.wellformed else [("not well-formed", None)])


# --- good files ---------------------------------------------------------------------------------

GOOD = [
    (row["file"], row["kind"])
    for row in json.loads((FIXTURES / "index.json").read_text())["artefacts"]
    if not row["fault"] and row["kind"] in RULES and Path(row["file"]).suffix in (".cbor", ".cose", ".suit")
]


@pytest.mark.parametrize(("name", "kind"), GOOD)
def test_every_good_fixture_is_valid_to_both(name, kind):
    data = (FIXTURES / name).read_bytes()
    assert open_file(data).kind == kind
    assert faults(open_file(data)) == []
    assert is_valid(kind, data)


def test_every_rule_has_a_good_fixture():
    assert {kind for _, kind in GOOD} == set(RULES) - {"eat-ucs"}


# --- files of others ----------------------------------------------------------------------------

FOLDERS = ("coswid", "corim", "cose", "ear", "eat", "suit", "suit-report")

OF_OTHERS = {
    "corim/cocli--data__comid__2.cbor": "identifiers under tags of older drafts, with other contents than "
    "then; they are shown, and nothing rests on them",
    "coswid/eat-rfc9711-coswid--hlos.cbor": "no entity is the tag's creator, which the text of RFC 9393 asks "
    "for, and no CDDL",
    "coswid/uswid--sample.cbor": "uswid writes a text of the metadata as bytes",
    "eat/eat-rfc9711--submods.cbor": "a text at 271 is a draft's software name, which is read and reported",
}
"""Files on which the two differ, each with its reason."""


class Compared(NamedTuple):
    """One file of others, seen by both."""

    name: str
    row: dict[str, Any]
    faults: list[tuple[str, str | None]]
    valid: bool


@functools.cache
def of_others() -> tuple[Compared, ...]:
    root = os.environ.get("IOTASSESS_INTEROP")
    if not root:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return tuple(_compare(Path(root)))


def _compare(root: Path) -> Iterator[Compared]:
    for folder in FOLDERS:
        for name, row in json.loads((root / folder / "expected.json").read_text()).items():
            # The CDDL is of the current key numbers of SUIT.
            old = folder == "suit" and row["facts"].get("layout") != "v28"
            if old or Path(name).suffix not in (".cbor", ".suit"):
                continue
            data = (root / folder / name).read_bytes()
            artefact = open_file(data)
            if artefact.kind in RULES:
                valid = is_valid(artefact.kind, data)
                yield Compared(f"{folder}/{name}", row, faults(artefact), valid)


def test_files_of_others_are_valid_to_both_or_to_neither():
    differing = [one for one in of_others() if one.valid == bool(one.faults)]
    # CDDL knows no rule that stands in the text of a document, or in a profile: what its own publisher calls
    # invalid may be found to be so here only.
    by_rule = {one.name for one in differing if one.valid and one.row["verdict"] == "invalid"}
    assert {one.name for one in differing} - by_rule == set(OF_OTHERS)
    assert len(by_rule) < 20


def test_enough_files_of_others_are_compared():
    found = of_others()
    assert len(found) >= 210
    assert sum(one.valid for one in found) >= 180
    assert sum(not one.valid and bool(one.faults) for one in found) >= 20


# --- edited files -------------------------------------------------------------------------------


class Differing(NamedTuple):
    """Edits on which the two differ.

    Attributes:
        at: regular expression for the end of the place.
        edit: regular expression for what is done there.
        stricter: this project refuses it, and the validator does not.
        reason: why that is right, or does no harm.
    """

    at: str
    edit: str
    stricter: bool
    reason: str


_DRAFT = "drafts had the next number for it: read by its type, and reported as a draft's"
_DIGEST = "a digest is over it"
_NULL = "null for a member that may be absent is taken for absent"
_PROFILE = "the profile of the manifest asks for more than the structure"
_SHOWN = "shown as it stands there; nothing rests on it"
_NO_DIGEST = "a bundle without a digest of what is detached is none"
_CREATOR = "one entity has to be the tag's creator, and a software version has to be there: rules in the text"

_DRAFT_LABELS = [
    Differing(r"/27[01]", "text to array|array to text", False, _DRAFT),
]
_ENTITIES = [
    Differing(r"[25]/0/[01](/#32)?", r"\w+ to \w+", False, _SHOWN),
    Differing(r"[25]/0/2/\d", r"int to \w+", False, _SHOWN),
]
_TRIPLES = [Differing(r"4/3/0", "longer", False, "conditions of a key are not looked into")]

DIFFERENCES: dict[str, list[Differing]] = {
    "good/variants/notes.cose": [],
    "good/smart-plug/eat.cbor": [],
    "good/sensor-node/psa-token.cbor": [Differing(r"/2399/\d/[146]", "text to null", False, _NULL)],
    "good/variants/eat-nested.cbor": [
        *_DRAFT_LABELS,
        Differing(
            r"/266/[^/]+", "removed", False, "no submodule at all: an empty map says no more than none"
        ),
    ],
    "good/variants/eat-detached-bundle.cbor": [
        *_DRAFT_LABELS,
        Differing(r"/266(/radio)?", "removed|array to map", True, _NO_DIGEST),
        Differing(r"/266/radio/[01]", ".*", True, _DIGEST),
        Differing(r"#602/1/radio/.*", ".*", True, _DIGEST),
        Differing(r"#602/1/radio", "removed", False, "what is detached need not be supplied"),
    ],
    "good/smart-plug/update.suit": [
        Differing(
            r"#107/2(/>)?",
            r"removed|\w+ to null|bytes to array",
            False,
            "-03 had null for no wrapper, and no byte string around it: nothing is verified",
        ),
        Differing(r"#107/2/>/0", "removed", False, "-05 had the digest in the block: it is not there either"),
        Differing(r"#107/2/>/1/>/#18/2", "null to bytes", False, "-05 had the digest there: it has to fit"),
        Differing(r"#107/3/>/3/>/[24]|#107/23", r"\w+ to null", False, _NULL),
        Differing(r"#107/3/>/23", "removed", True, "an envelope member that the manifest does not name"),
        Differing(r"#107/3/>/23/0", "other sign", True, _DIGEST),
        Differing(r"#107/23/>/.*", "removed", True, _DIGEST),
    ],
    "good/variants/suit-report-signed.cose": [],
    "good/variants/coswid-signed.cose": [
        Differing(r"/13", "removed", True, _CREATOR),
        Differing(r"/2/33(/0)?", ".*", True, _CREATOR),
        Differing(r"/5/5\d", "text to bytes", False, "uswid writes texts of the metadata so; only shown"),
    ],
    "good/variants/ear.cbor": [
        Differing(r"/1001", "unknown (number|text)", False, "a category that is not known is shown"),
    ],
    "good/variants/comid.cbor": [
        *_ENTITIES,
        *_TRIPLES,
        Differing(r"4/[03]/0/0/0/0", r"tag to \w+", False, "a class that nothing equals"),
        Differing(r"4/3/0/0/1", r"tag to \w+", False, "an instance that nothing equals"),
    ],
    "good/variants/corim-cwt-claims.cbor": [
        *_ENTITIES,
        *_TRIPLES,
        Differing(r"/4/[03]/0/.*", ".*", True, _PROFILE),
        Differing(r"#501/5/0/2/0", "removed", False, "an entity without a role is shown as one"),
        Differing(r"#18/2", "bytes to null", False, "the content is elsewhere: nothing of it is known"),
    ],
}
"""Edited fixture → where the two differ."""


def compare_edits(kind: str, data: bytes, differences: list[Differing]) -> tuple[list[str], int, int]:
    """Compare all edits of one file.

    Returns:
        Those on which the two differ without a row; how many both refuse; how many both accept.
    """
    unexpected: list[str] = []
    used: set[Differing] = set()
    refused = accepted = 0
    for number, mutant in enumerate(mutants(data)):
        rows = [
            row
            for row in differences
            if re.search(f"(?:{row.at})$", mutant.at) and re.fullmatch(row.edit, mutant.edit)
        ]
        if number % STEP and not rows:
            continue
        artefact = open_file(mutant.data)
        found = faults(artefact)
        if artefact.kind != kind and not found:
            found = [(f"it is {artefact.kind} now", None)]
        valid = is_valid(kind, mutant.data)
        if valid != bool(found):
            refused += not valid
            accepted += valid
            continue
        rows = [row for row in rows if row.stricter == valid]
        used.update(rows)
        if not rows:
            unexpected.append(f"{mutant.at}: {mutant.edit}: {found[:1] if found else 'accepted here'}")
    unexpected += [f"not needed any more: {row.at} {row.edit}" for row in differences if row not in used]
    return unexpected, refused, accepted


@pytest.mark.parametrize("name", DIFFERENCES)
def test_one_edit_makes_a_good_file_invalid_to_both_or_to_neither(name):
    unexpected, refused, accepted = compare_edits(
        dict(GOOD)[name], (FIXTURES / name).read_bytes(), DIFFERENCES[name]
    )
    assert unexpected == []
    assert refused >= 20 // STEP
    assert accepted >= 10 // STEP


def test_one_edit_of_a_claims_set_without_signature_too():
    token = load((FIXTURES / "good/smart-plug/eat.cbor").read_bytes())
    while isinstance(token, cbor2.CBORTag):
        token = token.value
    data = cbor2.dumps(cbor2.CBORTag(601, load(token[2])))
    unexpected, refused, accepted = compare_edits("eat-ucs", data, [])
    assert unexpected == []
    assert refused >= 20 // STEP
    assert accepted >= 10 // STEP


def test_every_kind_is_edited():
    edited = {dict(GOOD)[name] for name in DIFFERENCES}
    assert edited == set(RULES) - {"eat-ucs"}
