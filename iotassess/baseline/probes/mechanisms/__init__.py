"""Probes about every instance of a mechanism, of which the weakest counts."""

from iotassess.baseline.probes.mechanisms import authentication, inputs, security, updates

__all__ = ["authentication", "inputs", "security", "updates"]
