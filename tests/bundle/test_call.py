"""The call in a bundle: it starts in one folder that shows nowhere, and says what its files say."""

import shutil

import pytest

from iotassess.bundle.call import Call, CalledAnchor, GateCall, make
from iotassess.errors import UsageError
from iotassess.evidence.verification import Nonce
from tests.bundle.making import QUICK
from tests.bundle.test_pack import CATALOGUE
from tests.examples import AS_OF, challenge, copy

CALL = Call(
    profile="good.yaml",
    artefacts=("evidence/eat.cbor", "more"),
    anchors=(CalledAnchor("anchors/update/update-p256.pub.pem", "update", "user"),),
    nonces=(Nonce("evidence/eat.cbor", bytes.fromhex(challenge("sensor-node"))),),
    max_age=None,
    as_of=AS_OF,
    baselines=QUICK,
)


@pytest.fixture
def node(tmp_path):
    folder = copy("sensor-node", tmp_path / "one")
    (folder / "more").mkdir()
    shutil.copy(folder / "evidence" / "sn33.json", folder / "more")
    return folder


def test_where_it_starts_shows_nowhere_in_the_result(node, tmp_path, monkeypatch):
    other = shutil.copytree(node, tmp_path / "two" / "elsewhere")
    first = make(node, CALL)
    monkeypatch.chdir(tmp_path)
    assert make(other, CALL).result == first.result
    paths = [artefact.path for artefact in first.assessment.artefacts]
    assert paths[:2] == ["evidence/eat.cbor", "more/sn33.json"]
    assert "evidence/eat.cbor (2)" not in paths, "the profile names it, too, and it is one file"
    assert first.assessment.artefacts[0].fresh == "nonce"


def gate(**changes):
    return CALL._replace(gate=GateCall(None, (), None, strict=False, allow_example=True)._replace(**changes))


def test_a_policy_must_name_the_baselines_that_the_call_says(node):
    (node / "policy.yaml").write_text("schema: iotassess/policy/v1\nbaselines: [nist-ir-8425, house.yaml]\n")
    (node / "rules").mkdir()
    (node / "rules" / "house.yaml").write_text(CATALOGUE)
    right = gate(policy="policy.yaml", baselines=("nist-ir-8425", "rules/house.yaml"))
    assert make(node, right).assessment.gate is not None
    for wrong in (
        (),
        ("nist-ir-8425",),
        ("rules/house.yaml", "nist-ir-8425"),
        ("nist-ir-8259a", "rules/house.yaml"),
    ):
        with pytest.raises(
            UsageError,
            match=r"the policy names the baselines nist-ir-8425, house\.yaml \(a file\), and the call",
        ):
            make(node, gate(policy="policy.yaml", baselines=wrong))
    with pytest.raises(UsageError, match="the policy names the baselines none"):
        make(node, gate(baselines=("nist-ir-8425",)))


def test_a_file_that_is_called_like_a_shipped_baseline_is_not_that_one(node):
    text = "schema: iotassess/policy/v1\nbaselines: [./rules/nist-ir-8425]\n"
    (node / "policy.yaml").write_text(text)
    with pytest.raises(UsageError, match=r"nist-ir-8425 \(a file\), and the call says that it names nist-ir"):
        make(node, gate(policy="policy.yaml", baselines=("nist-ir-8425",)))


def test_a_baseline_of_the_policy_that_is_not_assessed_fails_the_gate(node):
    (node / "policy.yaml").write_text("schema: iotassess/policy/v1\nbaselines: [nist-ir-8259a]\n")
    found = make(node, gate(policy="policy.yaml", baselines=("nist-ir-8259a",))).assessment.gate
    assert "nist-ir-8259a" in " ".join(finding.message for finding in found.failures)


def test_two_catalogues_of_one_id_are_refused(node):
    (node / "a.yaml").write_text(CATALOGUE)
    (node / "b.yaml").write_text(CATALOGUE.replace("All of them", "Most of them"))
    with pytest.raises(UsageError, match="two catalogues have the id house-rules"):
        make(node, CALL._replace(baselines=("a.yaml", "b.yaml")))
