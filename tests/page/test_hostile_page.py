"""What a profile or an artefact says is shown as text, becomes no part of the page, and never runs."""

import base64
import hashlib
import re

import pytest

from iotassess.cli.main import call
from iotassess.report.html import page as html
from iotassess.report.registry import Look
from tests.examples import copy, edit, options
from tests.page.hostile_texts import HIT, TEXTS, infested
from tests.page.looking import rows, search
from tests.page.pages import rendered, shown
from tests.page.test_layout import OPEN, too_wide
from tests.report.hostile import harmful

MARKUP = "".join(text for text in TEXTS.values() if "<" in text or "{" in text or ":" in text)
SIGNS = "".join(TEXTS[name] for name in ("bidi", "controls", "combining", "blank"))
NAMES = ("tiny-sensor-node-flawed", "tiny-gate", "tiny-waivers")

CLICK = "(element) => element.click()"
STRUCTURE = """() => Array.from(document.querySelectorAll("*"), (element) =>
  [element.tagName, ...element.getAttributeNames()].join(" "))"""
ADDRESSES = "all => all.map((e) => e.getAttribute('href'))"
FORBIDDEN = """() => {
  const tags = /^(img|iframe|object|embed|link|base|audio|video|template|noscript|foreignobject)$/i;
  const attributes = /^(on.*|style|src|srcset|action|formaction|srcdoc)$/i;
  return Array.from(document.querySelectorAll("*")).flatMap((element) =>
    [element.tagName].filter((name) => tags.test(name))
      .concat(element.getAttributeNames().filter((name) => attributes.test(name))));
}"""


def hostile(name, text):
    return html.render(infested(shown(name), text), Look(profile=f"profiles/{text}/x.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_no_text_becomes_an_element_or_runs(visit, name):
    page = visit.html(hostile(name, MARKUP))
    assert page.evaluate(STRUCTURE) == visit.html(hostile(name, "harmless")).evaluate(STRUCTURE)
    page.evaluate(OPEN)
    assert page.evaluate("window.hit") is None
    assert page.evaluate(FORBIDDEN) == []
    one = ("script:not(:empty)", "script[src], script:not(:empty)", "style", "form", "title:not(svg title)")
    assert [page.locator(tag).count() for tag in one] == [1] * 5
    assert {address[0] for address in page.locator("[href]").evaluate_all(ADDRESSES)} == {"#"}


def test_every_text_is_shown_as_it_is(visit):
    page = visit.html(hostile("tiny-sensor-node-flawed", MARKUP))
    shown_ = " ".join(page.locator("h1").inner_text().split())
    for text in TEXTS.values():
        if text in MARKUP:
            assert " ".join(text.split()) in shown_
    assert f"<script>{HIT}</script>" in page.title()
    assert page.locator(".alarm li").count() == page.locator(".split.bad").count() > 0


@pytest.mark.parametrize("name", NAMES)
def test_characters_that_do_not_show_are_written_as_escapes(visit, name):
    page = visit.html(hostile(name, SIGNS))
    everything = page.evaluate("document.body.textContent + document.title")
    assert harmful(everything) - {"\t"} == set()
    for escape in ("\\u202e", "\\x1b", "\\u2028", "\\ufeff"):
        assert escape in page.locator("h1").inner_text()


@pytest.mark.parametrize("text", ["long word", "long sentence", "combining"])
def test_no_text_is_too_long_for_the_page(visit, text):
    page = visit.html(hostile("tiny-sensor-node-flawed", TEXTS[text]))
    page.evaluate(OPEN)
    assert too_wide(page) == {}


def test_the_page_works_however_hostile_its_texts_are(visit):
    page = visit.html(hostile("tiny-sensor-node-flawed", MARKUP))
    everything = rows(page)
    page.locator("#filter button[data-value='contradicted']").evaluate(CLICK)
    left = rows(page)
    assert set() < left < everything
    page.locator(".r:visible summary").first.evaluate(CLICK)
    assert page.locator(".r[open] .body").first.is_visible()
    search(page, "<script>")
    assert rows(page) == left
    page.locator("#theme").evaluate(CLICK)
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_a_hostile_profile_and_a_hostile_artefact_show_as_text(visit, tmp_path):
    folder = copy("sensor-node", tmp_path)
    attack = f"<img src=x onerror={HIT}></script><script>{HIT}</script>"
    edit(folder / "good.yaml", ("vendor: Example Sensing", f'vendor: "Example {attack}"'))
    evil = folder / f'"><img src=x onerror={HIT}>.eat.cbor'
    evil.write_bytes((folder / "evidence" / "eat.cbor").read_bytes().replace(b"SN-33", b"<b>33"))
    out = tmp_path / "out.html"
    arguments = ["assess", str(folder / "good.yaml"), str(evil), *options("sensor-node", folder)]
    assert call([*arguments, "-f", f"html={out}"]) in (0, 1)
    page = visit.file(out)
    assert page.evaluate("window.hit") is None
    assert page.evaluate(FORBIDDEN) == []
    assert attack in page.locator(".over").inner_text()
    assert f'"><img src=x onerror={HIT}>.eat.cbor' in page.locator("#artefacts").text_content()


# --- the policy of the page -----------------------------------------------------------------------


def test_the_policy_admits_the_one_style_and_the_one_script_by_their_digests_and_nothing_else(read):
    page = read("sensor-node-good")
    policy = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    for directive, tag in (("style-src", "style"), ("script-src", "script:not(:empty)")):
        (text,) = page.locator(tag).evaluate_all("all => all.map((e) => e.textContent)")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert said.pop(directive) == f"'sha256-{digest}'"
    assert said == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    before = page.evaluate("""() => Array.from(document.head.children, (e) => e.outerHTML.slice(0, 40))""")
    assert [re.sub(r"\W.*", "", tag[1:]) for tag in before] == [
        "meta",
        "meta",
        "meta",
        "meta",
        "title",
        "style",
    ]
    assert "Content-Security" in before[1], "only the character set stands before the policy"


@pytest.mark.parametrize(
    ("injected", "directive"),
    [
        (f"<script>{HIT}</script>", "script-src-elem"),
        (f"<img src='data:,' onerror='{HIT}'>", "script-src-attr"),
        (f"<p id=attacked onclick='{HIT}'>x</p>", "script-src-attr"),
        ("<style>main { display: none }</style>", "style-src-elem"),
        ("<p style='position: fixed'>x</p>", "style-src-attr"),
        ("<script src='data:text/javascript,window.hit=1'></script>", "script-src-elem"),
        (f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>", "script-src-elem"),
        ("<iframe src='data:text/html,x'></iframe>", "frame-src"),
        ("<base href='https://attacker.example/'>", "base-uri"),
        ("<object data='data:text/html,x'></object>", "object-src"),
    ],
)
def test_markup_that_got_in_all_the_same_does_nothing(visit, injected, directive):
    page = visit.html(rendered("bare").replace("</main>", f"{injected}</main>"))
    if "attacked" in injected:
        page.locator("#attacked").evaluate("(e) => e.click()")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")
    assert page.evaluate("window.hit") is None
    assert page.locator("main").is_visible()
    visit.settle()
    told = visit.forgiven()
    assert any(directive in text for text in told), told
    assert not any("attacker.example" in text and text.startswith("request") for text in told)
