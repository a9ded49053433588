"""A bundle made in one place and verified in another, by the program as it is started."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.examples import PRODUCTS, PROFILES, ROOT, TWINS, options

KEYS = ROOT / "fixtures" / "keys"


def program(checkout, *arguments, cwd, **environment):
    """Start the program out of a checkout, in another folder."""
    settings = {**os.environ, "PYTHONPATH": str(checkout), "NO_COLOR": "1", **environment}
    return subprocess.run(
        [sys.executable, "-m", "iotassess", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        env=settings,
        timeout=120,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A second checkout: the program and nothing else of this one."""
    folder = tmp_path_factory.mktemp("elsewhere") / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "iotassess", folder / "iotassess", ignore=ignored)
    return folder


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """The bundle of every example, and its plain result, each made in a folder of its own."""
    made = {}
    for product, twin in TWINS:
        folder = tmp_path_factory.mktemp("maker")
        profile = PROFILES / product / f"{twin}.yaml"
        key = KEYS / "verifier.key.pem"
        name = f"{product}-{twin}.bundle"
        done = program(ROOT, "bundle", profile, *options(product), "-o", name, "--sign-with", key, cwd=folder)
        assert (done.returncode, done.stderr) == (0, b"")
        made[product, twin] = folder / name
    return made


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_the_bundle_of_every_example_verifies_elsewhere(checkout, bundles, twin, tmp_path):
    file = shutil.copy(bundles[twin], tmp_path / "received.zip")
    anchor = shutil.copy(KEYS / "verifier.pub.pem", tmp_path / "maker.pem")
    done = program(
        checkout, "bundle", "verify", file.name, "-t", f"results={anchor.name}",
        cwd=tmp_path, TMPDIR=str(tmp_path), TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()
    assert b"received.zip: bundle accepted" in done.stdout
    assert b"re-run: bit-identical" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["maker.pem", "received.zip"]


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_second_checkout_makes_the_same_bundle(checkout, bundles, product, tmp_path):
    folder = shutil.copytree(PROFILES / product, tmp_path / "src")
    key = shutil.copy(KEYS / "verifier.key.pem", tmp_path)
    done = program(
        checkout,
        "bundle",
        "src/good.yaml",
        *options(product, folder),
        "-o",
        "x",
        "--sign-with",
        key,
        cwd=tmp_path,
    )
    assert done.returncode == 0
    assert (tmp_path / "x").read_bytes() == bundles[product, "good"].read_bytes()


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_unpacked_it_can_be_assessed_by_hand_with_the_same_result(checkout, bundles, twin, tmp_path):
    """As a reader does who names anchors of their own: here those of the bundle."""
    import zipfile

    with zipfile.ZipFile(bundles[twin]) as opened:
        opened.extractall(tmp_path)
    product, name = twin
    arguments = ["assess", f"profile/{name}.yaml", *options(product, tmp_path), "-f", "json"]
    done = program(checkout, *arguments, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == (tmp_path / "result.json").read_bytes()


def test_another_version_says_so_first(checkout, bundles, tmp_path):
    other = shutil.copytree(checkout, tmp_path / "other")
    text = (other / "iotassess" / "__init__.py").read_text()
    (other / "iotassess" / "__init__.py").write_text(f'{text}\n__version__ = "99.0"\n')
    done = program(other, "bundle", "verify", bundles[TWINS[0]], "--allow-unsigned", cwd=tmp_path)
    assert done.returncode == 1
    out = done.stdout.decode()
    first, second = out.index("✗ tool-version"), out.index("✗ result-differs")
    assert first < second
    assert "and this is 99.0" in out
    assert '/tool/version: was "' in out


def test_another_catalogue_says_so_first(checkout, bundles, tmp_path):
    other = shutil.copytree(checkout, tmp_path / "other")
    catalogue = other / "iotassess" / "baseline" / "catalogues" / "nist-ir-8259a.yaml"
    catalogue.write_text(catalogue.read_text() + "\n# another line\n")
    done = program(other, "bundle", "verify", bundles[TWINS[0]], "--allow-unsigned", cwd=tmp_path)
    assert done.returncode == 1
    out = done.stdout.decode()
    assert out.index("✗ catalogue-differs: nist-ir-8259a: made with edition") < out.index("✗ result-differs")
    assert "/baselines/2/catalogue_sha256: was " in out
    assert "1 difference(s)" in out
