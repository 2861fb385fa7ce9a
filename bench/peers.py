"""What the package is compared with: each in a virtualenv of its own, in the user's cache folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.pulumi_cli import cache_folder, say

VERSIONS: Final[Mapping[str, str]] = {
    "c7n": "0.9.53",
    "boto3": "1.44.5",
    "awscli": "1.46.3",
    "matplotlib": "3.11.2",
}
_INSTALL_SECONDS: Final = 600


class NotInstalled(Exception):
    """pip could not install a peer on this machine."""

    def __init__(self, package: str) -> None:
        super().__init__(f"{package} {VERSIONS[package]} could not be installed by pip here.")


def tool(package: str, command: str = "python") -> Path:
    """A command of a peer's virtualenv, which is made when it is first asked for.

    Raises:
        NotInstalled: pip has failed.
    """
    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    folder = cache_folder().parent / f"bench-{package}-{VERSIONS[package]}-{python}"
    complete = folder / ".done"
    if not complete.exists():
        say(f"Installing {package} {VERSIONS[package]} into a virtualenv of its own, once ...")
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, package)
        complete.touch()
    return folder / "bin" / command


def _make(folder: Path, package: str) -> None:
    pip = folder / "bin" / "pip"
    wanted = f"{package}=={VERSIONS[package]}"
    try:
        for command in (
            (sys.executable, "-m", "venv", str(folder)),
            (str(pip), "install", "--quiet", "--disable-pip-version-check", wanted),
        ):
            subprocess.run(command, check=True, timeout=_INSTALL_SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        raise NotInstalled(package) from error
