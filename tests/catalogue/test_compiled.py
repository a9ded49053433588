"""The compiled catalogues say what the YAML says, and are used only while they were made from it."""

import json
from importlib.resources import files

import pytest

from iotassess.baseline import compiled, loader, technologies
from iotassess.baseline.loader import SHIPPED, load_catalogue, read_shipped
from iotassess.codec import yaml


def source(file: str) -> bytes:
    return files("iotassess.baseline").joinpath("catalogues", file).read_bytes()


def test_every_compiled_file_is_one_of_a_shipped_catalogue() -> None:
    there = {path.name for path in files("iotassess.baseline").joinpath(compiled.FOLDER).iterdir()}
    wanted = {*SHIPPED.values(), technologies.FILE}
    assert there == {compiled.compiled_name(file) for file in wanted}


@pytest.mark.parametrize(("id", "file"), SHIPPED.items(), ids=SHIPPED)
def test_a_compiled_catalogue_equals_the_yaml_that_was_read_and_checked(id: str, file: str) -> None:
    text = compiled.find(file)
    assert text is not None
    found = compiled.unpack(text, source(file), load_catalogue)
    assert found is not None, "edited since it was compiled: run `make catalogues`"
    read, included = read_shipped(id)
    assert found == read
    assert compiled.pack(read, source(file), included) == text, "run `make catalogues`"


def test_the_compiled_technologies_equal_the_yaml() -> None:
    data = files("iotassess.baseline").joinpath(technologies.FILE).read_bytes()
    rows = compiled.unpack_rows(technologies.FILE, data)
    assert rows is not None, "edited since it was compiled: run `make catalogues`"
    assert rows == yaml.load(data).value["technologies"]
    assert technologies.load_technologies() == technologies.read_technologies(data)


def test_a_compiled_form_of_another_yaml_is_not_used() -> None:
    file = SHIPPED["nist-ir-8259a"]
    text = compiled.find(file)
    assert text is not None
    assert compiled.unpack(text, source(file) + b"# edited\n", load_catalogue) is None
    assert compiled.unpack_rows(technologies.FILE, b"technologies: []\n") is None


def test_a_catalogue_without_its_compiled_form_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "find", lambda _: None)
    loader._shipped.cache_clear()
    technologies.load_technologies.cache_clear()
    try:
        assert load_catalogue("nist-ir-8425").requirements
        assert technologies.load_technologies()
    finally:
        loader._shipped.cache_clear()
        technologies.load_technologies.cache_clear()


def test_the_digest_of_a_result_is_that_of_the_yaml() -> None:
    import hashlib

    file = SHIPPED["nist-ir-8425"]
    assert load_catalogue("nist-ir-8425").sha256 == hashlib.sha256(source(file)).hexdigest()
    text = json.loads(compiled.find(file) or "")
    assert text["source"] == hashlib.sha256(source(file)).hexdigest()
