"""Writes what the manual says of every setting, and the JSON Schema: ``python docs/make_configuration.py``."""

import json
from pathlib import Path

from posekit.cli.described import described_schema
from posekit.config_file.shape import Schema, toml
from posekit.config_file.writing import rows

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "configuration.md"
SCHEMA = DOCS / "posekit.schema.json"
BEGIN, END = "<!-- settings: made by make_configuration.py -->\n", "<!-- end of settings -->\n"


def page() -> str:
    """The page with its tables made anew."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + tables() + END + rest.partition(END)[2]


def tables() -> str:
    """A table per section."""
    lines = []
    for section, settings in rows(described_schema()):
        lines += [f"\n### `{section}`\n" if section else "\n### At the top\n"]
        lines += ["| Key | What it is | Default | Meaning |", "|---|---|---|---|"]
        before = ""
        for name, kind, schema, meaning in settings:
            lines.append(f"| `{name}` | {kind} | {default(schema)} | {'as above' if meaning == before else meaning} |")
            before = meaning
    return "\n".join(lines) + "\n\n"


def default(schema: Schema) -> str:
    """The value of a setting that is not set, or what it might be."""
    if schema.get("default") not in (None, [], {}):
        return f"`{toml(schema['default'])}`"
    return f"none; e.g. `{toml(schema['examples'][0])}`" if schema.get("examples") else "none"


def schema() -> str:
    """The JSON Schema as a file."""
    return json.dumps(described_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
