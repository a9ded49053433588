"""Our own bill of materials, in CycloneDX: ``make sbom``.

It says what an installation with every extra takes at run time, in the versions of the lock, with the digests
of their files and who asks for whom. It is a function of the lock and of our own version, so it holds no time
and no random number, and lies in the repository and in the wheel (``.dist-info/sboms``, PEP 770).
"""

from __future__ import annotations

import re
import tomllib
import uuid

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from requirements.pins import PROJECT, ROOT, Pin, pins, place

PLACE = ROOT / "requirements" / f"{PROJECT}.cdx.json"

_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:iotassess:sbom")


def bill(version: str, lock: str) -> str:
    """The bill of materials as JSON.

    Args:
        version: ours.
        lock: text of the lock for run time.
    """
    root = _ourselves(version)
    components = [(pin, _component(pin)) for pin in pins(lock)]
    # A name of its own for each content: two bills that differ never share a serial number.
    serial = uuid.uuid5(_NAMES, f"{version}\n{lock}")
    bom = Bom(components=(component for _, component in components), serial_number=serial)
    bom.metadata.component = root
    bom.metadata.timestamp = None  # type: ignore[assignment]
    for who in (root, *bom.components):
        bom.register_dependency(who, [wanted for pin, wanted in components if who.name in _askers(pin)])
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _askers(pin: Pin) -> set[str]:
    """Names of distributions, ours too, without what stands behind: ``iotassess (pyproject.toml)``."""
    return {re.split(r"[ \[]", by)[0] for by in pin.wanted_by}


def _ourselves(version: str) -> Component:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return Component(
        name=PROJECT,
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=f"pkg:pypi/{PROJECT}@{version}",
        purl=PackageURL("pypi", None, PROJECT, version),
        description=about["description"],
        licenses=[LicenseFactory().make_from_string(about["license"])],
    )


def _component(pin: Pin) -> Component:
    purl = PackageURL("pypi", None, pin.name, pin.version)
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/project/{pin.name}/{pin.version}/#files"),
        comment="one digest for each file of this version",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in pin.hashes],
    )
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        external_references=[files],
        properties=[Property(name="iotassess:marker", value=pin.marker)] if pin.marker else [],
    )


def version() -> str:
    """Our version, read and not imported."""
    found = re.search(r'^__version__ = "(.+)"$', (ROOT / PROJECT / "__init__.py").read_text("utf-8"), re.M)
    if found is None:
        raise ValueError(f"{PROJECT}/__init__.py: got no line __version__ = …")
    return found.group(1)


def current() -> str:
    """The bill as it ought to be."""
    return bill(version(), place("run").read_text("utf-8"))


if __name__ == "__main__":
    PLACE.write_text(current(), "utf-8")
    print(PLACE.relative_to(ROOT))
