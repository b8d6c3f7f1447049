"""A hook of mkdocs: takes the examples and the network's card into the site, as pages that the manual links to.

In the repository, pages link to each other from where they lie; here they lie elsewhere.
"""

from pathlib import Path
from typing import Any, Final

from mkdocs.structure.files import File

ROOT: Final = Path(__file__).resolve().parent.parent
KINDS: Final = (".md", ".png", ".html", ".js", ".css", ".py", ".pd", ".maxpat", ".cs", ".pde", ".toml", ".ts")
UNWANTED: Final = ("node_modules", "vendor", "__pycache__")


def on_files(files: Any, config: Any) -> Any:
    """Add what lies beside the manual."""
    found = [path for path in (ROOT / "examples").rglob("*") if path.suffix in KINDS]
    found += (ROOT / "posekit" / "models" / "data").glob("*.md")
    found += (ROOT / "adapters").rglob("*.d.ts")
    for path in sorted(found):
        if not any(part in UNWANTED for part in path.parts):
            place = path.relative_to(ROOT).as_posix()
            files.append(File(place, str(ROOT), config["site_dir"], config["use_directory_urls"]))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Make links lead to where things lie in the site."""
    if page.file.src_uri.startswith(("examples/", "posekit/")):
        return markdown.replace("](../docs/", "](../").replace("](../../docs/", "](../../")
    up = "../" * page.file.src_uri.count("/")
    for folder in ("examples", "posekit", "adapters"):
        markdown = markdown.replace(f"]({up}../{folder}/", f"]({up}{folder}/")
    return markdown
