"""Each limit on an input: what is exactly as large is read, and one more is refused with the limit."""

from importlib import import_module

import pytest

from tests.limits.registry import EDGES


@pytest.mark.parametrize("id", EDGES)
def test_an_input_at_the_limit_is_read_and_one_above_is_refused_with_the_limit(id, monkeypatch):
    module, _, name = id.partition(":")
    edge = EDGES[id]
    most = getattr(import_module(module), name)
    if edge.smaller is not None:
        assert edge.smaller < most
        monkeypatch.setattr(import_module(module), name, most := edge.smaller)
    assert edge.told(most) == ""
    got = most + edge.step
    told = edge.told(got)
    assert edge.says.format(most=most, got=got) in told
    assert len(told) < 600
