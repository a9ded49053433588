"""Probes about data: personal data, stored data, data on its way."""

from iotassess.baseline.probes.data import objects, personal

__all__ = ["objects", "personal"]
