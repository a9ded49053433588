"""Keys that devices sign with: whose each one is, and what that takes away from what it signed.

A key that another device has, or several of them, authenticates no device: any of them may have signed. What
it signed against the declaration counts all the same (``Claim.vouched``), since otherwise to declare another
key would silence a device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact
from iotassess.model.claim import PRODUCT, Grade, Subject, Value

SIGNING_KEY = "device.attestation-key"


class DeviceKeys:
    """Which keys are those of one device, as the profile declares and as signatures verify.

    Args:
        profile: the profile's claims.
        tokens: artefacts whose signatures verify; those of other purposes are left out.
        subjects: path → an artefact's subjects in the profile's terms.
    """

    def __init__(
        self,
        profile: ClaimTable,
        tokens: Iterable[Artefact],
        subjects: Mapping[str, Mapping[Subject, Subject]],
    ) -> None:
        self._declared = profile.of(SIGNING_KEY)
        holders: dict[Value, set[Subject]] = {}
        for claim in self._declared:
            holders.setdefault(claim.value, set()).add(claim.subject)
        for token in tokens:
            for key in _keys(token) if token.purpose == "attestation" else ():
                holders.setdefault(key, set()).update(_devices(token, subjects[token.path]))
        self._shared = {key for key, devices in holders.items() if len(devices) > 1}
        self._admitted = _admits_sharing(profile)

    def most(self, artefact: Artefact, resolved: Mapping[Subject, Subject]) -> int:
        """The highest grade that the keys of an artefact's signatures leave it.

        Args:
            artefact: with its signatures checked.
            resolved: its subjects in the profile's terms.
        """
        keys = _keys(artefact)
        if artefact.purpose != "attestation" or not keys:
            return int(Grade.FRESH)
        devices = _devices(artefact, resolved)
        expected = {c.value for c in self._declared if not devices or c.subject in devices}
        if expected and not keys & expected:
            return int(Grade.DECODED)
        return int(Grade.INTACT if self._admitted or keys & self._shared else Grade.FRESH)


def _keys(artefact: Artefact) -> set[Value]:
    """What tells apart the keys that its signatures verified by: thumbprints, or names of shared secrets."""
    found = [s for s in artefact.signatures if s.status == "verified"]
    named = {s.value for s in artefact.shown if s.property == SIGNING_KEY}
    return named | {s.thumbprint or f"the secret {s.key}" for s in found if s.thumbprint or s.key}


def _devices(artefact: Artefact, resolved: Mapping[Subject, Subject]) -> set[Subject]:
    """The device that a token names; none where it names none: it may be about one that is known."""
    named = {resolved[s.subject] for s in artefact.shown if s.property == SIGNING_KEY}
    return named or ({Subject("device", artefact.device)} if artefact.device else set())


def _admits_sharing(profile: ClaimTable) -> bool:
    """Whether the profile says itself that attestation keys, or identities, are not those of one device."""
    if any(claim.value is False for claim in profile.about(PRODUCT, "identity.per-device")):
        return True
    attesting = [c.subject for c in profile.of("key.purpose") if c.value == "attestation"]
    by_vendor = {c.subject for c in profile.of("key.held-by") if c.value == "vendor"}
    return any(
        claim.value is False
        for subject in attesting
        if subject not in by_vendor
        for claim in profile.about(subject, "key.unique")
    )
