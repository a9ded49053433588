"""The table of cross-checks that are not an agreement of two values: adding one is a function and a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iotassess.crosscheck import rules, rules_denied, rules_devices, rules_network
from iotassess.crosscheck.rules import Scene
from iotassess.model.assessment import Discrepancy

RULES: tuple[Callable[[Scene], Iterator[Discrepancy]], ...] = (
    rules.other_product,
    rules.undeclared_component,
    rules.unmeasured_component,
    rules.unreferenced_measurement,
    rules_devices.failed_measurement,
    rules_devices.shared_key,
    rules_devices.unsecured_lifecycle,
    rules_devices.short_certificate,
    rules_devices.contraindicated_appraisal,
    rules_network.undeclared_peer,
    rules_network.undeclared_port,
    rules_denied.denied_firmware,
    rules.test_key,
)
"""All rules, in the order of their discrepancies in a report of equal severity."""
