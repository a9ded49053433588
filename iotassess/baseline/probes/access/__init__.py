"""Probes about users: passwords, authentication, and who may do what."""

from iotassess.baseline.probes.access import login, passwords, rights

__all__ = ["login", "passwords", "rights"]
