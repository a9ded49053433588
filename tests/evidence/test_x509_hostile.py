"""Certificates from anybody: a result or an own error, whatever the bytes; nothing damaged is believed."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.x509_begin import is_certificate, read_der
from iotassess.evidence.x509_chain import decode
from iotassess.evidence.x509_extensions import _dotted
from iotassess.model.problems import PROBLEMS
from tests.evidence import x509_builder as build
from tests.evidence.signing import AS_OF
from tests.evidence.x509_builder import device, middle, pem, read, root
from tests.tries import tries

LEAF = build.der(device())
TEXT = pem(device(), middle(), root())
STORE = build.store(root(), middle())


def decoded(data):
    """Decode, whether or not the sniffer takes it."""
    try:
        artefact = decode(Peek(data), Context("file", STORE, AS_OF))
    except MalformedArtefact as fault:
        if fault.problem not in PROBLEMS:
            raise
        return None
    json.dumps(artefact.claims, allow_nan=False)
    assert all(found.id in PROBLEMS for found in artefact.problems)
    return artefact


@pytest.mark.parametrize("data", [LEAF, TEXT], ids=["der", "pem"])
def test_every_beginning_of_a_file_ends_in_a_result(data):
    step = 1 if data is LEAF else 7
    for size in range(0, len(data) - 2, step):
        is_certificate(Peek(data[:size]))
        artefact = decoded(data[:size])
        if data is LEAF:
            assert artefact is None


def test_no_changed_bit_of_a_certificate_is_authenticated():
    for index in range(len(LEAF)):
        data = bytearray(LEAF)
        data[index] ^= 1 << index % 8
        is_certificate(Peek(bytes(data)))
        artefact = decoded(bytes(data))
        assert artefact is None or artefact.authenticity != "authenticated", index


@given(st.binary(max_size=200))
@example(b"")
@example(b"\x30\x82\x00\x00")
def test_any_bytes_end_in_a_result(data):
    is_certificate(Peek(data))
    decoded(data)


@given(st.data())
@settings(max_examples=tries(60))
def test_any_mix_of_certificates_ends_in_a_result(data):
    pool = [device(), device(number=9), middle(), root(), middle(identifiers=False), root(path_length=0)]
    chosen = data.draw(st.lists(st.sampled_from(range(len(pool))), max_size=8))
    text = b"\n".join(pem(pool[index]) for index in chosen)
    artefact = decoded(text + data.draw(st.binary(max_size=20)))
    assert artefact is None or artefact.authenticity in ("authenticated", "intact", "unverified", "failed")


@given(st.binary(max_size=40), st.integers(0, 45))
def test_the_reader_of_der_stays_within_the_bytes(data, at):
    item = read_der(data, at)
    if item is not None:
        tag, content, end = item
        assert (data[at], end <= len(data)) == (tag, True)
        assert data[at:end].endswith(content)


@given(st.binary(max_size=80))
def test_any_object_identifier_ends_in_numbers_or_nothing(content):
    found = _dotted(content)
    assert found is None or all(part.isdigit() for part in found.split("."))


@given(st.binary(max_size=60))
def test_any_value_of_an_extension_ends_in_a_result(value):
    assert read(device(build.unknown("1.3.6.1.5.5.7.1.25", value)), middle()).kind == "x509-chain"


@given(st.binary(max_size=60))
def test_any_value_of_a_hardware_module_ends_in_a_result(value):
    from cryptography import x509
    from cryptography.x509.oid import ObjectIdentifier

    try:
        names = x509.SubjectAlternativeName([x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.4"), value)])
        leaf = device(names, serial=())
    except ValueError:  # not DER: no certificate can be made with it
        return
    assert read(leaf, middle()).kind == "x509-chain"
