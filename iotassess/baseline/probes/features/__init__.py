"""Probes that tell whether what a requirement presupposes is absent: the conditions and features of ETSI."""

from iotassess.baseline.probes.features import access, data, device, parameters, updates

__all__ = ["access", "data", "device", "parameters", "updates"]
