"""``--sign-with``: whose key may sign an attestation result, and that it is for something."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.examples import PROFILES, ROOT, copy, edit, options

NODE = PROFILES / "sensor-node" / "good.yaml"
OWN = ROOT / "fixtures" / "keys" / "verifier.key.pem"


@pytest.fixture
def key(tmp_path):
    made = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "mine.pem"
    path.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public = tmp_path / "mine.pub.pem"
    public.write_bytes(
        made.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return path, public


@pytest.mark.parametrize("format", ["ear", "ear-cbor"])
def test_a_signed_result_is_authenticated_by_its_public_key(run, key, tmp_path, format):
    private, public = key
    out = tmp_path / "result"
    ran = run("assess", NODE, *options("sensor-node"), "-f", f"{format}={out}", "--sign-with", private)
    assert ran.code == 0
    read = run("verify", out, "-t", f"results={public}", "-f", "json")
    (artefact,) = json.loads(read.out)["artefacts"]
    assert (artefact["kind"], artefact["authenticity"]) == ("ear", "authenticated")


@pytest.mark.parametrize("format", ["ear", "ear-cbor"])
def test_an_unsigned_result_says_so(run, tmp_path, format):
    out = tmp_path / "result"
    assert run("assess", NODE, *options("sensor-node"), "-f", f"{format}={out}").code == 0
    (artefact,) = json.loads(run("verify", out, "-f", "json").out)["artefacts"]
    assert (artefact["kind"], artefact["authenticity"]) == ("ear", "unsigned")


def test_a_key_for_nothing_is_bad_usage(run, key):
    ran = run("assess", NODE, *options("sensor-node"), "--sign-with", key[0])
    assert ran.code == 2
    assert "--sign-with: none of the formats asked for is signed" in ran.err
    assert ran.out == ""


def test_a_published_key_signs_what_is_marked_as_an_example_and_nothing_else(run, tmp_path):
    out = tmp_path / "result"
    wanted = ("-f", f"ear={out}", "--sign-with", OWN)
    assert run("assess", NODE, *options("sensor-node"), *wanted).code == 0
    out.unlink()
    folder = copy("sensor-node", tmp_path)
    edit(folder / "good.yaml", ("example: true", "example: false"))
    ran = run("assess", folder / "good.yaml", *options("sensor-node", folder), *wanted)
    assert ran.code == 2
    assert "is a published test key" in ran.err
    assert not out.exists()


def test_the_gate_signs_too(run, key, tmp_path):
    out = tmp_path / "result"
    ran = run(
        *("gate", NODE, *options("sensor-node"), "--allow-example"),
        *("-f", f"ear={out}", "--sign-with", key[0]),
    )
    assert ran.code in (0, 1)
    assert out.read_bytes().count(b".") == 2, "a compact JWS"
