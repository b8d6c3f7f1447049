"""On which line of a TOML text each value stands.

``tomllib`` reads TOML but keeps no positions. This walks over a text that ``tomllib`` has accepted, so it has to tell
keys, strings and brackets apart and nothing else.
"""

import re
import tomllib
from bisect import bisect_right
from typing import Final

__all__ = ["Place", "lines_of"]

#: Keys and indices that lead to a value.
Place = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")
_TEXT: Final = re.compile(
    r""""{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|'{3}(?:[^']|'{1,2}(?!'))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'""",
    re.DOTALL,
)
#: Numbers, words and times, of which one kind has a space within.
_BARE: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+")


def lines_of(text: str) -> dict[Place, int]:
    """The line, from 1, of every table, key and element. Of a table defined in parts, the first."""
    return _Walk(text).lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._repeated: dict[Place, int] = {}
        table: Place = ()
        while self._blank() < len(text):
            table = self._header() if text[self._at] == "[" else self._pair(table)

    def _blank(self) -> int:
        self._at = self._match(_BLANK).end()
        return self._at

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not TOML at character {self._at}")
        return match

    def _take(self, character: str) -> bool:
        taken = self._text.startswith(character, self._at)
        self._at += len(character) if taken else 0
        return taken

    def _note(self, place: Place) -> None:
        line = bisect_right(self._breaks, self._at) + 1
        for depth in range(1, len(place) + 1):
            self.lines.setdefault(place[:depth], line)

    def _header(self) -> Place:
        repeated = self._take("[[")
        if not repeated:
            self._take("[")
        keys = self._keys()
        table: Place = ()
        for depth, key in enumerate(keys, 1):
            table = (*table, key)
            if depth == len(keys) and repeated:
                self._repeated[table] = self._repeated.get(table, -1) + 1
            if table in self._repeated:
                table = (*table, self._repeated[table])
        self._note(table)
        self._blank()
        self._take("]]" if repeated else "]")
        return table

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._blank()
            match = self._match(_KEY)
            key = match.group()
            keys.append(tomllib.loads(f"key = {key}")["key"] if key[0] in "\"'" else key)
            self._at = match.end()
            dot = _DOT.match(self._text, self._at)
            if dot is None:
                return keys
            self._at = dot.end()

    def _pair(self, table: Place) -> Place:
        start = self._at
        place = (*table, *self._keys())
        end, self._at = self._at, start
        self._note(place)
        self._at = end
        self._blank()
        self._take("=")
        self._blank()
        self._value(place)
        return table

    def _value(self, place: Place) -> None:
        self._note(place)
        if self._take("["):
            index = 0
            while self._text[self._blank()] != "]":
                self._value((*place, index))
                index += 1
                self._blank()
                self._take(",")
            self._take("]")
        elif self._take("{"):
            while self._text[self._blank()] != "}":
                self._pair(place)
                self._blank()
                self._take(",")
            self._take("}")
        else:
            pattern = _TEXT if self._text[self._at] in "\"'" else _BARE
            self._at = self._match(pattern).end()
