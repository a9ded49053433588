"""What a hostile text tries, by the reader that it is meant for."""

from __future__ import annotations

TERMINAL = "\x1b[2J\x1b[1;1HENISA · proven 100 %\x1b]0;title\x07\x9b31m\r\x00\x7f"
LINES = "a\nENISA · proven 100 % · level L4\r\n\x0b\x0c\x1c\x85\u2028\u2029b"
SIGNS = "\u202egnissim\u202c\u2066x\u2069\u200e\u200f\u061czero\u200b\u200d\ufeffwidth\U000e0041"
HTML = "</script></style></title><script>window.hit=1</script><img src=x onerror=hit()>\"'><svg onload=hit()>"
MARKDOWN = (
    "\n\n# Passed\n\n| a | b |\n|---|---|\n```\n@octocat #12 ![x](https://evil.example/x.png) "
    "[x](javascript:alert(1)) https://evil.example www.evil.example :tada: /approve <details> `"
)
WORKFLOW = "\n::error file=x,line=1::pwned%0Aa\n ::set-env name=A::b\n##[add-path]/evil\n::stop-commands::x\n"
XML = "]]><failure/><!ENTITY a SYSTEM 'file:///etc/passwd'>&a;<![CDATA[\x01\x08\ufffe\uffff"
FORMULA = "=cmd|' /C calc'!A0"
OTHER_FORMULA = '\uff1dHYPERLINK("https://evil.example","x")\t@SUM(1)\r+1\n-2'
YAML = "x: &a [*a]\n- !!python/object/apply:os.system [id]\n--- # }{ ]["
TEMPLATE = "{{ 7*7 }} {% raw %} ${7*7} {0} %s %(a)s #{7*7} <%= 7*7 %>"
PATH = "../../etc/passwd\\..\\x:y?z#frag%2e%2e%00"

TEXTS: dict[str, str] = {
    "formula": FORMULA + HTML + TEMPLATE,
    "other-formula": OTHER_FORMULA + YAML + PATH,
    "terminal": TERMINAL + LINES + SIGNS,
    "markdown": MARKDOWN + WORKFLOW + XML,
}
"""What it begins with → a text that has several of them: some act at the beginning only."""

NAMES: dict[str, str] = {
    "terminal": "=x\x1b[2J\x9b31m\x07\u202egnp\u202c\u200b\u2028.bin",
    "lines": "-x\n::error file=y::pwned\r\n##[error]z\n.bin",
    "markup": "+<img src=x onerror=hit()>[x](javascript:a)](0) `@octocat` {0}.bin",
    "paths": "@a'\"&<&amp;%2e%2e%0A%00;$(id)`id`|.bin",
    "bytes": "--x\udcff\udc80.bin",
}
"""What it tries → a name that a file can have here: any byte but the slash and NUL."""
