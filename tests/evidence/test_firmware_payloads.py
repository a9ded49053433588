"""Images in other forms than raw bytes, held against the payloads of a manifest."""

from __future__ import annotations

import pytest

from iotassess.evidence.firmware import examine
from tests.evidence import mcuboot_builder
from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, read
from tests.evidence.test_firmware_formats import elf, intel_hex

APP = "00/617070"


def supplied(data: bytes, component: str | None = None):
    return examine((data,)).as_image("image", component)


@pytest.mark.parametrize("component", [None, APP])
@pytest.mark.parametrize(
    "data", [intel_hex(build.IMAGE), elf({"data": build.IMAGE}), mcuboot_builder.image(payload=build.IMAGE)]
)
def test_an_image_fits_by_the_digest_and_size_of_what_it_holds(data, component):
    assert read(build.good(), images=(supplied(data, component),)).problems == ()


@pytest.mark.parametrize("data", [intel_hex(build.IMAGE[::-1]), intel_hex(build.IMAGE, end=b"")])
def test_an_image_that_holds_something_else_or_is_broken_does_not_fit(data):
    assert ids(read(build.good(), images=(supplied(data),))) == {"suit-payload-digest-mismatch"}


def test_the_size_is_that_of_what_has_the_digest():
    image = supplied(intel_hex(build.IMAGE), APP)
    swapped = image._replace(size=len(build.IMAGE), content_size=5)
    assert ids(read(build.good(), images=(swapped,))) == {"suit-payload-size-mismatch"}
