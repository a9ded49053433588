"""Links from a discrepancy lead to the rows that it touches, and to no other row of that name."""

from dataclasses import replace

from iotassess.report.html.anchors import Anchors
from iotassess.report.html.rows import touched
from tests.examples import drawn


def test_every_row_that_a_discrepancy_touches_is_named_once():
    found = drawn("sensor-node", "flawed")
    told = touched(found, Anchors())
    assert set(told) == {one.fingerprint for one in found.discrepancies if one.requirements}
    for one in found.discrepancies:
        assert [name for name, _ in told.get(one.fingerprint, ())] == list(one.requirements)


def test_a_row_of_the_same_name_in_another_baseline_is_left_alone():
    found = drawn("sensor-node", "flawed")
    etsi, nist = found.baselines[1:]
    row = next(row for row in etsi.requirements if row.discrepancies)
    twin = replace(nist.requirements[0], id=row.id, discrepancies=())
    changed = replace(found, baselines=(replace(nist, requirements=(twin,)), *found.baselines[:2]))
    for name, link in touched(changed, Anchors())[row.discrepancies[0]]:
        assert not link.startswith(f"requirement-{nist.id.replace('@', '-')}")
        assert name != row.id, "two baselines have it, so that its own is named, too"
