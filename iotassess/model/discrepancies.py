"""The closed list of discrepancy ids: where the declaration and the artefacts, or two artefacts, disagree."""

from __future__ import annotations

DISCREPANCIES: dict[str, str] = {
    "evidence-for-other-product": "an artefact is about another product or another version",
    "vendor-id-mismatch": "the vendor identifier is not the declared one",
    "class-id-mismatch": "the class identifier is not the declared one",
    "hwmodel-mismatch": "the hardware model is not the declared one",
    "oemid-mismatch": "the maker's identifier is not the declared one",
    "implementation-id-mismatch": "the implementation identifier is not the declared one",
    "instance-key-mismatch": "a device's token is signed by another key than the one declared for it",
    "image-digest-mismatch": "the image file is not what the declaration or a manifest says it is",
    "component-digest-mismatch": "a manifest gives another digest for a component than declared",
    "component-undeclared": "an artefact speaks of a component that the profile does not declare",
    "component-unmeasured": "a declared component has no measurement, though the device measures others",
    "measurement-mismatch": "a device measured something else than the declared or released software",
    "measurement-unreferenced": "a measurement has nothing that it could be held against",
    "signer-mismatch": "a component is signed by another key than declared",
    "version-mismatch": "a version is not the declared one",
    "secure-boot-contradiction": "secure boot is declared and an artefact shows otherwise",
    "debug-contradiction": "debug is declared off and an artefact shows otherwise",
    "lifecycle-contradiction": "the security lifecycle is not the declared one",
    "update-authenticity-contradiction": "authenticated updates are declared and an update shows otherwise",
    "update-encryption-contradiction": "an update is not encrypted as declared",
    "update-transport-contradiction": "an update travels in another way than declared",
    "anti-rollback-contradiction": "an update would take the device back",
    "algorithm-undeclared": "an algorithm is in use that the profile does not declare",
    "attestation-contradiction": "attestation works in another way than declared",
    "shared-key-across-devices": "two devices sign with the same key",
    "certificate-ends-before-support": "a certificate ends before the declared support does",
    "mud-peer-undeclared": "the MUD file allows a peer that the profile does not declare",
    "mud-permissive": "the MUD file allows more than the profile declares",
    "port-undeclared": "a port is open that the profile does not declare",
    "not-applicable-contradiction": "a feature is declared absent and an artefact shows it",
    "test-key-in-release": "a published test key signs an artefact of a product that is not an example",
}
"""Id → what it means. Error when it rests on grade ≥ 4 or on an observation, else warning."""
