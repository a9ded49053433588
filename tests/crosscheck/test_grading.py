import pytest

from iotassess.crosscheck.grading import artefact_grade, is_fresh
from tests.crosscheck.scene import manifest, signed, token


@pytest.mark.parametrize(
    ("fields", "binding", "example", "grade"),
    [
        ({}, "bound", False, 4),
        ({}, "unknown", False, 2),
        ({}, "other", False, 2),
        ({"wellformed": False}, "bound", False, 2),
        ({"signatures": (signed("update", "policy"),)}, "bound", False, 4),
        ({"signatures": (signed(None, "user"),)}, "bound", False, 3),
        ({"signatures": (signed("attestation", "user"),)}, "bound", False, 3),
        ({"signatures": (signed("update", "profile"),), "authenticity": "intact"}, "bound", False, 3),
        ({"signatures": (signed("update", "artefact"),), "authenticity": "intact"}, "bound", False, 3),
        ({"signatures": (signed("update", "user"),), "authenticity": "intact"}, "bound", False, 3),
        ({"signatures": (), "authenticity": "unsigned"}, "bound", False, 2),
        ({"authenticity": "failed"}, "bound", False, 2),
        ({"authenticity": "unverified"}, "bound", False, 2),
        ({"signatures": (signed("update", "user", test_key="published"),)}, "bound", True, 2),
        ({"signatures": (signed("update", "user", test_key="own"),)}, "bound", False, 2),
        ({"signatures": (signed("update", "user", test_key="own"),)}, "bound", True, 4),
        ({"signatures": (signed("update", None),)}, "bound", False, 2),
        ({"signatures": (signed()._replace(status="no-key"),)}, "bound", False, 2),
        ({"signatures": (signed(None, "user"), signed("update", "user"))}, "bound", False, 4),
    ],
)
def test_grade_needs_every_rung(fields, binding, example, grade):
    assert artefact_grade(manifest(**fields), binding, example=example) == grade


def test_freshness_is_about_one_device_at_a_known_moment():
    assert is_fresh(token(fresh="nonce"))
    assert is_fresh(token(fresh="time"))
    assert not is_fresh(token(fresh=None))
    assert not is_fresh(token(fresh="nonce", device=""))
