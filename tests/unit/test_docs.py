"""The documentation says what the program does: pages are current, links resolve, no row is missing."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.generator import commands, excerpts, links, markdown, profile, requirements, site
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.technologies import load_technologies
from iotassess.cli.listing import LISTS
from iotassess.evidence.registry import KINDS
from iotassess.model.claim import Grade
from iotassess.model.counter import COUNTER_KINDS
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import all_properties, leaves
from iotassess.model.verdict import VERDICTS
from iotassess.model.waiver import REASONS
from iotassess.policy.registry import RULES as GATE_RULES
from iotassess.profile import RULES
from iotassess.report.registry import FORMATS

ROOT = Path(__file__).resolve().parents[2]
NETWORK = {"socket", "ssl", "http", "ftplib", "smtplib", "xmlrpc", "socketserver", "asyncio", "requests",
           "urllib3", "httpx", "aiohttp", "dns"}  # fmt: skip


def read(path):
    return (ROOT / path).read_text("utf-8")


def anchors(name):
    return set(markdown.slugs(read(f"docs/reference/{name}")))


# --- the pages as they are committed ------------------------------------------------------------


def test_no_page_is_stale_and_no_link_is_broken_as_the_script_says_in_a_process_of_its_own():
    script = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("page", "ids"),
    [
        ("artefact-kinds.md", [kind.id for kind in KINDS]),
        ("problems.md", list(PROBLEMS)),
        ("discrepancies.md", list(DISCREPANCIES)),
        ("properties.md", list(all_properties())),
        ("probes.md", list(probes())),
        ("technologies.md", list(load_technologies())),
        ("profile-rules.md", [rule.id for rule in RULES]),
        ("rules.md", [rule.id for rule in GATE_RULES]),
        ("policy.md", [*REASONS, *COUNTER_KINDS]),
        ("formats.md", [row.id for row in FORMATS]),
        ("baselines.md", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_row_of_a_registry_is_left_out(page, ids):
    there = anchors(page)
    missing = {id for id in ids if id not in there and id.lower() not in there}
    assert missing == set()


@pytest.mark.parametrize("id", SHIPPED)
def test_no_requirement_is_left_out(id):
    catalogue = load_catalogue(id)
    page = requirements.file_of(id)
    text = read(f"docs/reference/{page}")
    homes = {requirements.home(catalogue, row) for row in catalogue.requirements}
    there = {home: anchors(requirements.file_of(home)) for home in homes}
    for row in catalogue.requirements:
        home = requirements.home(catalogue, row)
        assert row.id.lower() in there[home]
        target = f"#{row.id.lower()}" if home == id else requirements.place(home, row.id)
        assert f"[`{row.id}`]({target})" in text
    for feature in catalogue.features.values():
        assert f"### {feature.id}\n" in text
    assert f"]({page})" in read("docs/reference/baselines.md")


def test_every_leaf_of_the_profile_stands_on_its_page():
    text = read("docs/reference/profile.md")
    paths = {".".join(leaf.path).replace(".*", "[]").removesuffix(".document.date") for leaf in leaves()}
    assert {path for path in paths if f"`{path}" not in text and f"## {path}\n" not in text} == set()


def test_every_command_and_list_is_described():
    text = read("docs/reference/commands.md")
    for name in ("assess", "verify", "inspect", "validate", "explain", "list", "schema"):
        assert f"## {name}\n" in text
    assert [what for what in LISTS if f"`{what}`" not in text] == []


def test_exit_codes_of_the_page_are_those_of_the_contract():
    assert anchors("exit-codes.md") >= {"0", "1", "2", "3", "70"}


# --- written pages ------------------------------------------------------------------------------


def test_readme_names_only_targets_that_the_makefile_has():
    makefile = read("Makefile")
    named = set(re.findall(r"^    make (\w+)|`make (\w+)`", read("README.md"), re.MULTILINE))
    targets = {first or second for first, second in named}
    assert targets >= {"assess", "test"}
    assert {target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("CoRIM", "corim"),
        ("CoSWID", "coswid"),
        ("MUD files", "mud"),
        ("MCUboot images", "mcuboot-image"),
        ("CCA tokens", "cca-token"),
        ("SUIT reports", "suit-report"),
        ("attestation results", "ear"),
    ],
)
def test_readme_says_not_yet_of_what_is_not_read_and_of_nothing_else(word, kind):
    not_yet = read("README.md").split("\nNot yet: ")[1].split("\n\n")[0]
    assert (word in " ".join(not_yet.split())) is (kind not in {row.id for row in KINDS})


def test_readme_says_which_baselines_are_not_in_yet():
    text = " ".join(read("README.md").split())
    for word, family in (("ETSI EN 303 645", "etsi"), ("NIST IR 8259A", "nist")):
        there = any(id.startswith(family) for id in SHIPPED)
        assert bool(re.search(rf"{word}[^.]* not in yet", text)) is not there


def test_readme_explains_every_verdict():
    rows = re.findall(r"^\| ([a-z-]+) \|", read("README.md"), re.MULTILINE)
    assert set(VERDICTS) <= set(rows)


def test_the_verdict_page_explains_every_verdict_grade_and_step_of_binding():
    text = read("docs/explanation/verdicts.md")
    for verdict in VERDICTS:
        assert f"| {verdict} |" in text
    for grade in Grade:
        assert f"| {int(grade)} | {grade.name.lower()} |" in text
    steps = read("iotassess/crosscheck/binding.py").split('"""')[1]
    numbers = re.findall(r"^(\d)\. ", steps, re.MULTILINE)
    section = text.split("## Binding")[1].split("\n## ")[0]
    assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == numbers


def test_adrs_are_short_numbered_without_gap_and_have_three_sections():
    files = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        text = file.read_text("utf-8")
        assert len(text.splitlines()) <= 40, file.name
        assert re.findall(r"^## (.*)", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert text.startswith(f"# {file.name[:4]}. ")


def test_nobody_is_promised_a_certificate():
    pages = [ROOT / "README.md", *(ROOT / "iotassess/report").glob("*.py")]
    assert len(pages) > 5
    for page in pages:
        assert re.findall(r"\b(compliant|certified)\b", page.read_text("utf-8"), re.IGNORECASE) == [], page


def test_no_module_imports_a_library_that_could_open_a_connection():
    found = set()
    for file in (ROOT / "iotassess").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found |= {
                (file.name, name)
                for name in names
                if name.partition(".")[0] in NETWORK or name.startswith("urllib.request")
            }
    assert found == set()


# --- the generator itself -----------------------------------------------------------------------


def test_drift_a_missing_page_and_a_page_that_nothing_makes_are_told(tmp_path, monkeypatch):
    (tmp_path / "docs/reference").mkdir(parents=True)
    (tmp_path / "docs/index.md").write_text("# Index\n\n[a](reference/a.md) [b](reference/b.md)\n")
    (tmp_path / "docs/reference/a.md").write_text("# A, as it was\n")
    (tmp_path / "docs/reference/old.md").write_text("# Old\n")
    made = {"docs/reference/a.md": "# A\n", "docs/reference/b.md": "# B\n"}
    monkeypatch.setattr(site, "reference", lambda: made)
    told = site.check(tmp_path)
    assert [fault.split(":")[0] for fault in told] == [
        "docs/reference/a.md",
        "docs/reference/b.md",
        "docs/reference/old.md",
    ]
    assert site.write(tmp_path) == 3
    assert site.check(tmp_path) == []
    assert site.write(tmp_path) == 0


def test_broken_links_wrong_anchors_and_orphans_are_told(tmp_path):
    pages = {
        "docs/index.md": "# Index\n\n[a](a.md#one) [gone](gone.md) [out](../../etc/passwd)\n",
        "docs/a.md": "# A\n\n## Two words\n\n[here](#two-words) [row](#x) [web](https://example.com)\n\n"
        '<a id="y"></a> `[code](not-a-link.md)`\n\n```text\n[code](not-a-link.md)\n```\n',
        "docs/orphan.md": "# Orphan\n",
    }
    told = list(links.faults(pages, tmp_path))
    assert [fault.split(",")[0] for fault in told] == [
        "docs/index.md: link to a.md#one",
        "docs/index.md: link to gone.md",
        "docs/index.md: link to ../../etc/passwd",
        "docs/a.md: link to #x",
        "docs/orphan.md: an orphan: no way of links leads to it from docs/index.md",
    ]


def test_anchors_are_made_as_on_the_forge():
    text = "# Not *quite*: `a_b`, [c](d.md)!\n\n## Twice\n\n## Twice\n\n    # code\n"
    assert list(markdown.slugs(text)) == ["not-quite-a_b-c", "twice", "twice-1"]


def test_a_bar_or_a_line_break_in_a_cell_does_not_break_the_table():
    assert markdown.table(("a", "b"), [("x|y", "one\ntwo")]).splitlines()[2] == "| x\\|y | one two |"


def test_an_excerpt_shows_the_wanted_parts_with_an_ellipsis_between_them():
    lines = ["one", "two", "three", "four", "five"]
    assert list(excerpts.choose(lines, "")) == lines
    assert list(excerpts.choose(lines, "1-2")) == ["one", "two"]
    assert list(excerpts.choose(lines, "1-1; /^f/+2")) == ["one", "…", "four", "five"]
    assert list(excerpts.choose(["a", "b", "", "c"], "/a/+*")) == ["a", "b"]
    assert list(excerpts.choose(["a", "b", "", "c"], "/c/+*")) == ["c"]
    assert list(excerpts.choose(lines, "1-1; /two/+1; 5-")) == ["one", "two", "…", "five"]


@pytest.mark.parametrize("parts", ["/six/+1", "4-9", "/five/+2", "some"])
def test_an_excerpt_that_is_not_in_the_output_is_an_error(parts):
    with pytest.raises(ValueError, match=re.escape(parts)):
        list(excerpts.choose(["one", "two", "three", "four", "five"], parts))


def test_an_excerpt_is_filled_in_and_names_its_page_when_it_cannot():
    page = "before\n\n<!-- output: list formats | {} -->\n```text\nold\n```\n\nafter\n"
    filled = excerpts.refreshed("a.md", page.format("1-1"), ROOT)
    assert filled == page.format("1-1").replace("old", excerpts.output("list formats", ROOT).splitlines()[0])
    with pytest.raises(ValueError, match=r"a\.md: excerpt of 'list formats'"):
        excerpts.refreshed("a.md", page.format("98-99"), ROOT)


def test_an_excerpt_that_does_not_fit_any_more_is_told_by_the_check(tmp_path):
    (tmp_path / "docs").mkdir()
    page = "<!-- output: list formats | 98-99 -->\n```text\n```\n"
    (tmp_path / "docs/index.md").write_text(page)
    assert len(site.check(tmp_path)) == 1
    with pytest.raises(ValueError, match="98-99"):
        site.write(tmp_path)


def test_an_excerpt_of_a_command_that_fails_shows_its_message():
    assert "no-such-list" in excerpts.output("list no-such-list", ROOT)


def test_a_catalogue_key_without_description_is_an_error(monkeypatch):
    from docs.generator import catalogue_format

    reader = catalogue_format.reader
    monkeypatch.setattr(reader, "_PART", {*reader._PART, "expression"})
    with pytest.raises(ValueError, match="expression"):
        catalogue_format.page_of_format()


def test_generated_pages_do_not_depend_on_the_call():
    assert profile.format_page() == profile.format_page()
    assert commands.commands_page() == commands.commands_page()
    assert site.reference() == site.reference()
