"""Finds the Pulumi CLI and its Python host, or gets them once per user.

Three ways, in this order: what is on PATH, Pulumi's own installer, a build from Go modules. The
last works where only a Go module proxy can be reached.

    python tools/pulumi_cli.py dir    prints the folder that holds them
    python tools/pulumi_cli.py env    prints shell lines that set PATH and Pulumi's environment
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TESTED = "3.250.0"
OLDEST = (3, 231, 0)  # hook decorators; older engines lack what `hooks` needs
PROGRAMS = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
)
ROOT = Path(__file__).resolve().parent.parent
TOOLCHAIN = ROOT / "tools" / "toolchain"
INSTALLER_SECONDS = 300
BUILD_SECONDS = 3600

_INSTALL = """
import socket, sys
socket.setdefaulttimeout(20)
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


class NotHere(Exception):
    """One of the three ways does not work on this machine; says why."""


def say(text: str) -> None:
    """Tell the person; standard output is for the answer."""
    print(text, file=sys.stderr, flush=True)


def cache_folder() -> Path:
    """This user's folder for the CLI, by its version, outside of any checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    return Path(base) / "pulumi-ddb-backup" / f"pulumi-{TESTED}-{machine}"


def find_or_get() -> Path:
    """The folder that holds the CLI and its Python host."""
    refusals = []
    try:
        return on_path()
    except NotHere as why:
        refusals.append(f"on PATH: {why}")
    folder = cache_folder()
    if complete(folder / "bin"):
        return folder / "bin"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_one(folder.with_name(f"{folder.name}.lock")):
        if complete(folder / "bin"):
            return folder / "bin"  # another run has just made it
        for name, way in (("Pulumi's installer", install), ("Go modules", build)):
            scratch = folder.with_name(f"{folder.name}.unfinished")
            shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed, or the last way
            scratch.mkdir()
            try:
                way(scratch)
            except NotHere as why:
                refusals.append(f"{name}: {why}")
                continue
            shutil.rmtree(folder, ignore_errors=True)
            (scratch / "made").rename(folder)
            shutil.rmtree(scratch)
            return folder / "bin"
    raise SystemExit(
        "The Pulumi CLI could not be had in any of three ways:\n"
        + "\n".join(f"  - {refusal}" for refusal in refusals)
        + f"\nInstall Pulumi {TESTED} by hand so that `pulumi` is on PATH, or install Go 1.26 or "
        "newer, then run this again."
    )


def complete(folder: Path) -> bool:
    """Whether all programs are in `folder`."""
    return all(os.access(folder / program, os.X_OK) for program in PROGRAMS)


def on_path() -> Path:
    """The CLI the user has installed, if it is recent enough."""
    found = shutil.which("pulumi")
    if not found:
        raise NotHere("no `pulumi` there")
    try:
        told = subprocess.run(
            [found, "version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHere("`pulumi` there can't be run") from error
    version = re.match(r"v?(\d+)\.(\d+)\.(\d+)", told)
    if not version:
        raise NotHere("`pulumi` there doesn't tell its version")
    if tuple(map(int, version.groups())) < OLDEST:
        raise NotHere(f"`pulumi` there is {told.strip()}, too old")
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        raise NotHere(f"`pulumi` there lacks {', '.join(missing)}")
    return Path(found).parent


def install(scratch: Path) -> None:
    """Let Pulumi's own installer fetch a release."""
    say(f"Getting the Pulumi CLI {TESTED} by Pulumi's own installer, once for this user ...")
    try:
        run = subprocess.run(
            [sys.executable, "-c", _INSTALL, str(scratch / "made"), TESTED],
            capture_output=True,
            text=True,
            timeout=INSTALLER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotHere(f"no end after {INSTALLER_SECONDS} s") from error
    if run.returncode != 0 or not complete(scratch / "made" / "bin"):
        words = run.stderr.strip().splitlines() or ["it left no CLI behind"]
        say("  not reachable from here.")
        raise NotHere(re.sub(r"\s+", " ", words[-1])[:200])


def build(scratch: Path) -> None:
    """Build the CLI and the Python host from Go modules."""
    go = shutil.which("go")
    if not go:
        raise NotHere("no `go` on PATH")
    say(
        f"Building the Pulumi CLI {TESTED} from Go modules, once for this user: "
        "about five minutes on two cores ..."
    )
    began = time.monotonic()
    made = scratch / "made" / "bin"
    made.mkdir(parents=True)
    version = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={TESTED}"
    go_build(go, "cli", f"-s -w {version}", made, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
    go_build(
        go,
        "python-host",
        "-s -w",
        made,
        "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    )
    sdk = Path(
        go_run(
            [go, "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"],
            TOOLCHAIN / "cli",
        ).strip()
    )
    for script in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
        copied = made / Path(script).name
        shutil.copyfile(sdk / "python" / script, copied)
        copied.chmod(0o755)
    say(f"  built in {time.monotonic() - began:.0f} s, kept in {cache_folder()}")


def go_build(go: str, module: str, ldflags: str, out: Path, package: str) -> None:
    """One binary into `out`, by the module's own go.sum."""
    go_run(
        [
            go,
            "build",
            "-mod=readonly",
            "-trimpath",
            "-buildvcs=false",
            "-ldflags",
            ldflags,
            "-o",
            str(out / package.rpartition("/")[2]),
            package,
        ],
        TOOLCHAIN / module,
    )


def go_run(command: list[str], folder: Path) -> str:
    """What a go command prints."""
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotHere(f"no end after {BUILD_SECONDS} s") from error
    if run.returncode != 0:
        words = [line for line in run.stderr.splitlines() if "downloading" not in line]
        raise NotHere(" ".join(words[-3:])[:300] or f"`go` ended with {run.returncode}")
    return run.stdout


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Let one run at a time get the CLI. The lock goes with the process, however it ends."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run is getting the Pulumi CLI; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def environment(home: Path, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment in which `pulumi` runs this checkout's programs, state kept under `home`.

    What the user has set for the backend, its passphrase and Pulumi's home stays.
    """
    venv = Path(sys.prefix)
    folders = [str(venv / "bin"), str(find_or_get())]
    rest = [part for part in inherited.get("PATH", "").split(os.pathsep) if part not in folders]
    defaults = {
        "PULUMI_HOME": str(home / "pulumi-home"),
        "PULUMI_BACKEND_URL": (home / "pulumi-state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
    }
    return {
        "PATH": os.pathsep.join([*folders, *rest]),
        "VIRTUAL_ENV": str(venv),
        "PULUMI_PYTHON_CMD": str(venv / "bin" / "python"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        **{key: inherited.get(key, value) for key, value in defaults.items()},
    }


def what_env_sets(settings: Mapping[str, str]) -> str:
    """What the lines of `env` change in a shell, for the person who asked for them."""
    secrets = (
        "with an empty passphrase, so its secrets are as good as plain text"
        if settings["PULUMI_CONFIG_PASSPHRASE"] == ""
        else "with your PULUMI_CONFIG_PASSPHRASE"
    )
    return (
        "In this shell, from now on:\n"
        f"  pulumi, python   {settings['PATH'].split(os.pathsep)[1]}, {settings['VIRTUAL_ENV']}\n"
        f"  stacks are kept  in {settings['PULUMI_BACKEND_URL']}, {secrets}\n"
        f"  PULUMI_HOME      {settings['PULUMI_HOME']}\n"
        "  plugins          are not downloaded, and Pulumi does not look for updates\n"
        "`pulumi login` changes nothing in this shell: for another place, set PULUMI_BACKEND_URL.\n"
        "If PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE or PULUMI_HOME is set already, it stays."
    )


def main() -> None:
    """Answer on standard output."""
    asked = sys.argv[1] if len(sys.argv) == 2 else ""
    if asked == "dir":
        print(find_or_get())
    elif asked == "env":
        home = cache_folder().parent
        (home / "pulumi-state").mkdir(parents=True, exist_ok=True)
        settings = environment(home)
        for key, value in settings.items():
            print(f"export {key}={shlex.quote(value)}")
        say(what_env_sets(settings))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
