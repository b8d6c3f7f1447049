"""A recording as one HTML page that a coach or a curator looks at: ``figures`` reads it, ``page`` shows them.

The charts are SVG written here (``svg``, ``charts``): four kinds of them need no library, and the page no script. It
opens from disk, asks for nothing from anywhere, and can be printed.
"""

from posekit.report.figures import Figures, read_figures
from posekit.report.page import page

__all__ = ["Figures", "page", "read_figures"]
