"""On which line what stands: checked against texts of which every value is its own line number."""

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from posekit.config_file.positions import Place, lines_of

#: Every number is the line on which it stands.
TEXT = '''\
# = [ "not a key
a = 2
b.c . "d.e" = 3
'f [g]' = [4, 4, # a comment ]
   5,
   [6, 6], { x = 6, y.z = 6 },
]
words = """
one = 1
"quoted" \\""" ]
""" # a text of three lines
n = 12
literal = \'\'\'
n = "\'\'
\'\'\'
when = 1979-05-27 07:32:00
hour = 07:32:00 # no number
[t . u]
v = 19
[[list]]
w = 21
[[list]]
w = 23
[list.inner]
w = 25
[[list.deep]]
w = 27
[[list.deep]]
w = 29
'''


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*place, key))
    else:
        yield place, value


def test_every_number_is_its_line() -> None:
    lines = lines_of(TEXT)
    numbers = {place: value for place, value in leaves(tomllib.loads(TEXT)) if isinstance(value, int)}
    assert len(numbers) == 16
    assert {place: lines[place] for place in numbers} == numbers
    assert (lines["words",], lines["when",], lines["t",], lines["list",], lines["list", 1]) == (8, 16, 18, 20, 22)


KEYS = st.text(min_size=1, max_size=6)
VALUES = st.recursive(
    st.text(max_size=8) | st.integers(-9, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in text) + '"'


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(inline, value)) + "\n]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.lists(st.dictionaries(KEYS, VALUES, max_size=2), max_size=2))
def test_every_place_that_tomllib_finds_has_a_line(top: dict[str, Any], tables: list[dict[str, Any]]) -> None:
    text = "".join(f"{quoted(key)} = {inline(one)}\n" for key, one in top.items())
    for table in tables:
        text += '[["a table\'s".name]]\n' + "".join(f"{quoted(key)} = {inline(one)}\n" for key, one in table.items())
    lines = lines_of(text)
    found = dict(leaves(tomllib.loads(text)))
    assert set(found) <= set(lines)
    for place, value in found.items():
        shown = inline(value)
        assert shown in text.split("\n")[lines[place] - 1]
