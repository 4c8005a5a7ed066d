"""What people wrote, as text: by its content type, without markup, and without what nobody wrote for this reply.

A link is followed by its address. A signature is cut where its desk marks it: Zammad by `data-signature`, Chatwoot and
mail by a line `--`. Quoted history is cut too: HTML in a quoted `blockquote`, and lines that begin with `>` at the end
of a text.
"""

import re
from html import unescape

_BLOCKS = frozenset({"blockquote", "br", "div", "h1", "h2", "h3", "hr", "li", "p", "pre", "table", "tr"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
"""Elements that have no end."""
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_SIGNATURE_LINE = re.compile(r"--[ \t]?")
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]*+)((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""")
"""Without going back: each character is read a few times at most."""
_HREF = re.compile(r"""\shref=["']?(https?://[^\s"'<>]{1,500})""")
_CITED = re.compile(r"""type=["']?cite""")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
MARKDOWN = "text/markdown"
"""What Chatwoot's editor writes."""

_MARKDOWN = (
    (re.compile(r"(?<!\\)!\[([^\[\]\n]*)\]\([^\s()]*\)"), r"\1"),
    (re.compile(r"(?<!\\)\[([^\[\]\n]+)\]\(([^\s()]+)\)"), r"\1 (\2)"),
    (re.compile(r"<(https?://[^\s<>]+)>"), r"\1"),
    (re.compile(r"(?<![\w\\])(\*\*|__)(?=\S)([^*_\n]+)(?<=[^\s\\])\1(?!\w)"), r"\2"),
    (re.compile(r"(?<![\w\\])([*_])(?=\S)([^*_\n]+)(?<=[^\s\\])\1(?!\w)"), r"\2"),
    # Last, so that what was escaped is no mark.
    (re.compile(r"\\\n"), "\n"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_MAX_CHARACTERS = 200_000
"""Longest body that is read."""


def plain_text(body: str, content_type: str = "text/html") -> str:
    """The text of a message as its reader sees it. Elements of HTML end lines where they would be shown as blocks."""
    if not content_type.startswith("text/html"):
        return body.strip()
    return _read(body, is_whole=True)


def reply_text(body: str, content_type: str = "text/plain") -> str:
    """The text of a person's reply, without signature and quoted history. Empty if nothing else is in it."""
    text = _read(body, is_whole=False) if content_type.startswith("text/html") else body[:_MAX_CHARACTERS]
    text = _CONTROLS.sub("", text.replace("\r\n", "\n"))
    lines = [line.rstrip() for line in text.split("\n")]
    end = next((at for at, line in enumerate(lines) if _SIGNATURE_LINE.fullmatch(line)), len(lines))
    lines = lines[:end]
    # From the end: who writes between quoted lines answers them one by one, and those are needed.
    if any(line.startswith(">") for line in lines[-1:]):
        while lines and (not lines[-1] or lines[-1].startswith(">")):
            lines.pop()
        # "On Monday, the viewer wrote:", in any language.
        if lines and lines[-1].endswith(":"):
            lines.pop()
    text = "\n".join(lines).strip()
    return _without_markdown(text) if content_type == MARKDOWN else text


def _without_markdown(text: str) -> str:
    """Links with their addresses, and no marks of emphasis. Lists are as readable as they are."""
    for pattern, instead in _MARKDOWN:
        text = pattern.sub(instead, text)
    return text


def _read(body: str, *, is_whole: bool) -> str:
    reader = _Reader(is_whole=is_whole)
    reader.read(body[:_MAX_CHARACTERS])
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader:
    """Collects text. What is in an element that is not to be seen, is left out.

    Not `html.parser`: a hostile body of 100 kB costs it minutes.
    """

    def __init__(self, *, is_whole: bool) -> None:
        self.parts: list[str] = []
        self._is_whole = is_whole
        self._link, self._link_from = "", 0
        self._open: list[str] = []
        """Elements from the outermost one on that is left out; empty outside of one."""

    def read(self, markup: str) -> None:
        """Read all of it. A `<` that begins nothing is text."""
        at = 0
        while (start := markup.find("<", at)) >= 0:
            self._text(markup[at:start])
            at = start
            if markup.startswith(("<!", "<?"), start):
                mark = "-->" if markup.startswith("<!--", start) else ">"
                end = markup.find(mark, start)
                at = end + len(mark) if end >= 0 else len(markup)
            elif tag := _TAG.match(markup, start):
                at = tag.end()
                self._tag(tag[2].lower(), tag[3], is_end=bool(tag[1]))
            else:
                self._text("<")
                at += 1
        self._text(markup[at:])

    def _text(self, text: str) -> None:
        if not self._open:
            self.parts.append(_unescaped(text))

    def _tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        if is_end and name in self._open:
            # With elements in it that were never closed.
            while self._open.pop() != name:
                pass
        elif self._open:
            if not is_end and name not in _VOID:
                self._open.append(name)
        elif not is_end and name not in _VOID and self._is_left_out(name, attributes):
            self._open.append(name)
        elif name in _BLOCKS:
            self.parts.append("\n")
        elif name == "a" and not self._is_whole:
            self._note_link(attributes, is_end=is_end)

    def _note_link(self, attributes: str, *, is_end: bool) -> None:
        """The address of a link stands behind it, unless the link shows it."""
        if not is_end:
            found = _HREF.search(attributes)
            self._link, self._link_from = (unescape(found[1]) if found else ""), len(self.parts)
        elif self._link:
            if "".join(self.parts[self._link_from :]).strip() != self._link:
                self.parts.append(f" ({self._link})")
            self._link = ""

    def _is_left_out(self, name: str, attributes: str) -> bool:
        """True for what is never shown, for a signature, and for a quotation by a mail program.

        An agent's own quotation has no `type`.
        """
        if name in _UNSEEN or self._is_whole:
            return name in _UNSEEN
        is_cited = name == "blockquote" and _CITED.search(attributes) is not None
        return is_cited or "data-signature" in attributes or "gmail_quote" in attributes


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:
        # A number of more digits than Python reads.
        return text
