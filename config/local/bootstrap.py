"""From a bare machine to a checkout that runs: virtual environment, locked packages, what the system must have.

Runs under the system's own python3 (3.11 or later) with nothing but the standard library:

    python3 config/local/bootstrap.py          what `make run` needs
    python3 config/local/bootstrap.py --dev    what `make test` and `make check` need as well

Every step is skipped when its result is there, so a second start costs a moment.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RARE = "785a"  # 硚, of Wuhan's 硚口区: a font that has it is a Chinese font
# Each: Debian package, what it is for, and only for the tests?
PANGO = [("libpango-1.0-0", "libpango-1.0.so.0"), ("libpangoft2-1.0-0", "libpangoft2-1.0.so.0")]
PANGO.append(("libharfbuzz-subset0", "libharfbuzz-subset.so.0"))
# The first has no window to draw, which spares a third of the processor: the browser tests are the most of the suite
LIGHT_BROWSER = "chromium-headless-shell"
BROWSERS = [LIGHT_BROWSER, "chromium", "chromium-browser", "google-chrome"]


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def main() -> None:
    dev = "--dev" in sys.argv[1:]
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever python3 is, it reads this first
        sys.exit(
            f"error: Python 3.11 or later is needed, this is {sys.version.split()[0]}: run `make PYTHON=python3.11 ...`"
        )
    if not os.access(ROOT, os.W_OK):
        sys.exit(f"error: {ROOT} is not writable for this user: use a checkout of your own.")
    if dev and not VENV.exists():
        try_light_browser()
    provide_system_packages(dev=dev)
    make_environment()
    install_packages(dev=dev)


def try_light_browser() -> None:
    """Once for each environment, where we may; without it any other Chromium will do."""
    if os.environ.get("CHROMIUM") or shutil.which(LIGHT_BROWSER) or os.getuid() != 0 or not shutil.which("apt-get"):
        return
    say(f"installing {LIGHT_BROWSER} for the browser tests")
    apt("install", "-y", "--no-install-recommends", LIGHT_BROWSER)


def provide_system_packages(*, dev: bool) -> None:
    """Install what the system lacks where we may, otherwise name it in one line and go on."""
    missing = missing_system_packages(dev=dev)
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.getuid() == 0 and shutil.which("apt-get"):
        say(f"installing system packages: {' '.join(missing)}")
        if apt(*command.split()[1:]) and not missing_system_packages(dev=dev):
            return
    print(f"warning: missing on this system: {' '.join(missing)}; install with: sudo {command}", file=sys.stderr)


def missing_system_packages(*, dev: bool) -> list[str]:
    """Names of the Debian packages that are not there, by what they give, not by their names."""
    missing = [package for package, library in PANGO if not loads(library)]
    if not has_chinese_font():
        missing += ["fontconfig", "fonts-noto-cjk"]
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")) and not PYTHON.exists():
        missing.append("python3-venv")
    if dev and not browser():
        missing.append("chromium")
    return missing


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", f":charset={RARE}"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def browser() -> str | None:
    """The Chromium for the browser tests: of CHROMIUM, or of the system."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else BROWSERS
    return next((path for name in names if (path := shutil.which(name))), None)


def apt(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in (["update", "-q"], [*arguments, "-q"]):
        done = subprocess.run(
            ["apt-get", *line], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"apt-get {' '.join(line)} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}", file=sys.stderr)
    return done.returncode == 0


def make_environment() -> None:
    """`.venv/`, made again when it is broken: moved, or of a Python that is gone."""
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    ):
        return
    say(f"making {VENV.name}/ with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            f"error: {VENV} could not be made; on Debian: sudo apt-get install python3-venv\n{made.stdout}{made.stderr}"
        )


def install_packages(*, dev: bool) -> None:
    """Install the lock, hashes checked, unless it (or the development lock, which contains it) is in already."""
    stamp = VENV / "installed.txt"
    installed = stamp.read_text().split() if stamp.exists() else []
    locks = {name: ROOT / "config" / f"{name}.lock" for name in ("requirements", "requirements-dev")}
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in locks.items()}
    if digests["requirements-dev"] in installed or (not dev and digests["requirements"] in installed):
        return
    name = "requirements-dev" if dev else "requirements"
    say(f"installing the packages of {locks[name].relative_to(ROOT)}")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run([*command, "-r", locks[name]], stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit("error: pip could not install the packages; its message is above. Is a package index reachable?")
    stamp.write_text(f"{digests[name]}\n")


if __name__ == "__main__":
    main()
