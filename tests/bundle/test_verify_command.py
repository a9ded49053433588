"""``bundle verify`` and ``bundle show``: what they print, and their exit codes."""

import json

import jsonschema
import pytest

from iotassess.bundle.manifest import MANIFEST, RESULT, SIGNATURE
from iotassess.model.bundle import REASONS
from iotassess.report.schemas import document_schema
from tests.bundle.making import KEYS, QUICK, edited, entries, example, relisted, signed, together
from tests.bundle.test_pack import CATALOGUE
from tests.examples import PROFILES, ROOT, challenge, copy, options

SIGN = ["--sign-with", KEYS / "verifier.key.pem"]
VOUCH = ["-t", f"results={KEYS / 'verifier.pub.pem'}"]
NODE = PROFILES / "sensor-node"
BY = ["-b", *QUICK]


def test_a_bundle_of_a_maker_whom_the_reader_knows_is_accepted(run, made):
    code, out, err = run("bundle", "verify", made, *VOUCH)
    assert (code, err) == (0, "")
    assert out.startswith(f"{made}: bundle accepted · {len(example())} bytes\n")
    assert "  signature: authenticated, ES256 by your anchor verifier, 1eabc2e5" in out
    assert "  re-run: bit-identical" in out
    assert "result: EXAMPLE · Example Sensing SN-33 B2 · firmware 3.2.0" in out
    assert "you named" not in out


def test_the_text_says_by_whose_word_the_verdicts_are(run, made):
    _, out, _ = run("bundle", "verify", made, *VOUCH)
    _, _, words = out.partition("by whose word: ")
    assert "the maker of the bundle named these trust anchors, and not you" in words
    for name, thumbprint in (
        ("update-p256", "65653b3c0a1a1eae87eb450c142725a2555210d8f2ddcd546c5bcea65371ba00"),
        ("masa", "b73a1c7b8bdffc4a3b1d8b56f160eefd6da44ee5705850131040ad7f0c5d1ae5"),
    ):
        assert f"{name} (maker, profile) {thumbprint}" in words
    assert f"{challenge('sensor-node')} for all tokens (maker): who sent it knows when" in words


def test_the_text_says_whose_policy_waivers_and_catalogues_they_are(run, tmp_path):
    own = tmp_path / "house · proven 100 %.yaml"
    own.write_text(CATALOGUE)
    file = tmp_path / "x"
    asked = ["-b", own, "--gate", "--allow-example"]
    assert run("bundle", NODE / "good.yaml", *options("sensor-node"), *asked, *SIGN, "-o", file)[0] == 0
    _, out, _ = run("bundle", "verify", file, *VOUCH)
    assert "  gate: passed · by the shipped policy\n" in out
    (line,) = [line for line in out.splitlines() if "the maker's house" in line]
    assert line.startswith("  the maker's house - proven ")
    assert line.count("· proven ") == 1, "a name cannot pass for a share"


def test_the_text_says_that_it_is_an_example_signed_by_a_published_test_key(run, made):
    _, out, _ = run("bundle", "verify", made, *VOUCH)
    (line,) = [line for line in out.splitlines() if line.startswith("  signature: authenticated")]
    assert "a TEST KEY: its private half is published" in line
    assert "  result: of `assess` of an EXAMPLE as of 2026-11-01" in out
    _, out, _ = run("bundle", "verify", made, *VOUCH, "-f", "json")
    found = json.loads(out)
    assert found["result"]["example"] is True


@pytest.mark.parametrize(
    ("age", "told", "seconds"),
    [("999999w", "999999w", 999_999 * 604_800), ("36h", "36h", 129_600), ("30d", "30d", 2_592_000)],
)
def test_the_maker_s_age_of_tokens_is_told_wherever_the_challenges_are(run, tmp_path, age, told, seconds):
    file = tmp_path / "x"
    asked = [*options("sensor-node"), *BY, "--max-age", age]
    assert run("bundle", NODE / "good.yaml", *asked, *SIGN, "-o", file)[0] == 0
    line = f"tokens up to {told} old count as fresh (the maker's choice)\n"
    assert line in run("bundle", "verify", file, *VOUCH)[1]
    assert line in run("bundle", "show", file)[1]
    assert json.loads(run("bundle", "verify", file, *VOUCH, "-f", "json")[1])["result"]["max_age"] == seconds


def test_without_an_age_none_is_told(run, made):
    assert "count as fresh" not in run("bundle", "verify", made, *VOUCH)[1]
    assert json.loads(run("bundle", "verify", made, "-f", "json")[1])["result"]["max_age"] is None


@pytest.mark.parametrize("key", ["vendor: Example Sensing", "model: SN-33", 'firmware_version: "3.2.0"'])
def test_no_name_of_the_product_passes_for_another_line(run, tmp_path, key):
    folder = copy("sensor-node", tmp_path)
    text = (folder / "good.yaml").read_text()
    assert key in text
    fake = f"S{' ' * 40}  ETSI 3.1.3 \u00b7 proven 100 % \u00b7 level L4"
    name = key.partition(":")[0]
    (folder / "fake.yaml").write_text(text.replace(key, f"{name}: {json.dumps(fake)}", 1))
    file = tmp_path / "x"
    assert run("bundle", folder / "fake.yaml", "--as-of", "2026-11-01", *BY, *SIGN, "-o", file)[0] == 0
    _, out, _ = run("bundle", "verify", file, *VOUCH)
    (line,) = [line for line in out.splitlines() if line.startswith("result: EXAMPLE")]
    assert "· proven 100 %" not in line
    assert " ETSI 3.1.3 - " in line
    assert "   " not in line
    assert len(line) < 160


def test_a_long_path_is_cut_in_the_text(run, tmp_path):
    path = "artefacts/" + "/".join(["a" * 100] * 8)
    file = tmp_path / "x"
    file.write_bytes(together({**entries(example()), path: b""}))
    _, out, _ = run("bundle", "verify", file)
    (line,) = [line for line in out.splitlines() if "file-unlisted" in line]
    assert len(line) < 250


def test_a_bundle_without_anchors_says_that_nothing_is_proven(run, tmp_path):
    folder = copy("sensor-node", tmp_path)
    (folder / "bare.yaml").write_text("example: true\nproduct: {vendor: Maker, model: Thing}\n")
    file = tmp_path / "x"
    assert run("bundle", folder / "bare.yaml", "--as-of", "2026-11-01", *BY, *SIGN, "-o", file)[0] == 0
    _, out, _ = run("bundle", "verify", file)
    assert "by whose word: no trust anchor was named, so nothing in it is proven" in out


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_an_anchor_it_is_not_accepted_unless_the_reader_says_so(run, made, form):
    code, out, _ = run("bundle", "verify", made, "-f", form)
    assert code == 1
    assert "signature-not-vouched" in out
    code, out, _ = run("bundle", "verify", made, "-f", form, "--allow-unsigned")
    assert code == 0
    assert "signature-not-vouched" in out
    if form == "text":
        assert "nobody whom you named vouches for this bundle" in out
    else:
        found = json.loads(out)
        assert (found["accepted"], found["reasons"]) == (True, [])
        assert [row["id"] for row in found["waived"]] == ["signature-not-vouched"]


def test_an_anchor_without_purpose_does_not_vouch(run, made):
    code, out, _ = run("bundle", "verify", made, "-t", KEYS / "verifier.pub.pem")
    assert code == 1
    assert "was not named for results" in out


def test_a_folder_of_anchors_by_purpose_vouches(run, made):
    assert run("bundle", "verify", made, "-t", NODE / "anchors")[0] == 0


def test_a_bundle_that_differs_shows_where(run, tmp_path):
    files = entries(example())
    value = json.loads(files[RESULT])
    value["baselines"][0]["requirements"][0]["verdict"] = "verified"
    del value["notice"]
    value["baselines"][0]["more"] = "\x1b[31m"
    files = signed(relisted({**files, RESULT: (json.dumps(value, indent=2) + "\n").encode()}))
    file = tmp_path / "x"
    file.write_bytes(together(files))
    code, out, _ = run("bundle", "verify", file, *VOUCH)
    assert code == 1
    assert ": bundle NOT accepted, 1 reason · " in out
    assert '/baselines/0/requirements/0/verdict: was "verified", is "declared"' in out
    assert "/notice: was not there, is " in out
    assert '/baselines/0/more: was "\\u001b[31m", is not there' in out
    assert "\x1b" not in out
    code, out, _ = run("bundle", "verify", file, *VOUCH, "-f", "json")
    rows = json.loads(out)["rerun"]["differences"]
    assert {
        "at": "/baselines/0/requirements/0/verdict",
        "change": "changed",
        "was": "verified",
        "is": "declared",
    } in rows
    assert [row["change"] for row in rows] == ["changed", "removed", "added"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "does not begin as a ZIP archive"),
        (example()[:-9], "cut off"),
        (example() + b"x", "behind the end"),
    ],
    ids=["text", "cut", "longer"],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_no_bundle_is_exit_3_and_told_in_the_report(run, tmp_path, data, said, form):
    file = tmp_path / "x"
    file.write_bytes(data)
    code, out, _ = run("bundle", "verify", file, "--allow-unsigned", "-f", form)
    assert code == 3
    assert said in out
    code, out, err = run("bundle", "show", file, "-f", form)
    assert (code, out) == (3, "")
    assert said in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "no.bundle"),
        ("verify", NODE),
        ("verify", "x\0y"),
        ("verify", NODE / "good.yaml", "-f", "xml"),
        ("verify", NODE / "good.yaml", "-t", "no.pem"),
        ("verify", NODE / "good.yaml", "--as-of", "yesterday"),
        ("show", "no.bundle"),
        ("show", NODE / "good.yaml", "-f", "xml"),
        ("show",),
    ],
)
def test_a_wrong_call_is_exit_2(run, arguments):
    code, out, _ = run("bundle", *arguments)
    assert (code, out) == (2, "")


@pytest.mark.parametrize("change", ["nothing", "no-signature", "file", "unreadable"])
def test_what_verify_prints_as_json_is_valid_by_its_schema(run, tmp_path, change):
    files = entries(example())
    if change == "no-signature":
        del files[SIGNATURE]
    if change == "file":
        files["profile/good.yaml"] += b"\n"
    file = tmp_path / "x"
    file.write_bytes(b"hello" if change == "unreadable" else together(files))
    code, out, _ = run("bundle", "verify", file, *VOUCH, "-f", "json")
    assert code == {"nothing": 0, "unreadable": 3}.get(change, 1)
    jsonschema.validate(json.loads(out), document_schema("bundle-check"))


@pytest.mark.parametrize("name", ["bundle", "bundle-check"])
def test_the_schemas_can_be_printed(run, name):
    code, out, _ = run("schema", name)
    assert code == 0
    assert json.loads(out)["$id"] == f"urn:iotassess:{name}:v1"


def test_the_moment_of_the_reader_judges_the_signer_s_certificate(run, tmp_path, made):
    """The anchor is a certificate of the signer's key that is over; the assessment keeps its own moment."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

    private = load_pem_private_key((KEYS / "verifier.key.pem").read_bytes(), None)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "verifier")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=365))
        .sign(private, hashes.SHA256())
    )
    file = tmp_path / "verifier.cert.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    anchor = ["-t", f"results={file}"]
    assert run("bundle", "verify", made, *anchor, "--as-of", "2026-06-01")[0] == 0
    code, out, _ = run("bundle", "verify", made, *anchor, "--as-of", "2027-06-01")
    assert code == 1
    assert "or is out of date" in out


# --- show ---------------------------------------------------------------------------------------


def test_show_lists_every_file_and_what_was_asked(run, made):
    code, out, _ = run("bundle", "show", made)
    assert code == 0
    manifest = json.loads(entries(example())[MANIFEST])
    for row in manifest["files"]:
        assert any(
            line.split()[-1] == row["path"] and row["sha256"][:16] in line for line in out.splitlines()
        )
    assert manifest["call"]["nonces"][0]["value"] in out
    assert "as of 2026-11-01T00:00:00+00:00 to 2026-11-01T23:59:59.999999+00:00" in out
    assert "catalogue nist-ir-8425" in out


def test_show_as_json_is_the_manifest(run, made):
    code, out, _ = run("bundle", "show", made, "-f", "json")
    assert code == 0
    assert json.loads(out) == json.loads(entries(example())[MANIFEST])


def test_show_does_nothing_that_a_hostile_text_asks_for(run, tmp_path):
    files = edited(entries(example()), lambda m: m["tool"].update(version="1\x1b[2J\n::error::x"))
    file = tmp_path / "x"
    file.write_bytes(together(files))
    for command in ("show", "verify"):
        _, out, _ = run("bundle", command, file)
        assert "\x1b" not in out
        assert "\n::error" not in out


# --- the page -----------------------------------------------------------------------------------


def test_the_how_to_tells_of_every_reason():
    page = (ROOT / "docs" / "how-to" / "hand-over-a-bundle.md").read_text("utf-8")
    table = page.partition("### Why a bundle is not accepted")[2]
    assert [id for id in REASONS if f"`{id}`" not in table] == []
