import pytest

from iotassess.crosscheck.agreement import agreement
from iotassess.model.claim import Digest
from iotassess.model.vocabulary import COMPARED

D256 = Digest("sha-256", "aa")
D384 = Digest("sha-384", "aa")


@pytest.mark.parametrize(
    ("property", "first", "second", "expected"),
    [
        ("component.digest", D256, D256, "agrees"),
        ("component.digest", D256, Digest("sha-256", "bb"), "disagrees"),
        ("component.digest", D256, D384, "incomparable"),
        ("component.digest", D256, "aa", "incomparable"),
        ("boot.secure-boot", True, True, "agrees"),
        ("boot.secure-boot", True, False, "disagrees"),
        ("boot.secure-boot", True, 1, "incomparable"),
        ("component.size", 1, True, "incomparable"),
        ("update.sequence-number", 6, 7, "agrees"),
        ("update.sequence-number", 6, 6, "agrees"),
        ("update.sequence-number", 6, 5, "disagrees"),
        ("update.sequence-number", 6, "7", "incomparable"),
        ("crypto.algorithms", "ES256", "ES256", "agrees"),
        ("crypto.algorithms", "ES256", "ES384", "disagrees"),
        ("debug.state", "disabled", "enabled", "disagrees"),
        ("debug.state", "enabled", "disabled-permanently", "disagrees"),
        ("debug.state", "enabled", "enabled", "agrees"),
        ("debug.state", "disabled", "disabled-permanently", "agrees"),
        ("debug.state", "disabled-permanently", "disabled", "weaker"),
        ("debug.state", "disabled", "nonsense", "incomparable"),
        ("update.ab-slots", True, False, "incomparable"),
    ],
)
def test_agreement_follows_the_propertys_comparison(property, first, second, expected):
    assert agreement(COMPARED[property], first, second) == expected
