"""What the probes about instances share: the product as a whole is one more instance."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of


def worst(whole: Answer, instances: Answer | None) -> Answer:
    """Join what is said of the product and of each instance; silence about the product asks nothing."""
    if instances is None:
        return whole
    if whole.outcome == "indeterminate":
        return instances._replace(disputed=instances.disputed or whole.disputed)
    return all_of((whole, instances))
