"""How the Pulumi CLI is found or got, with programs of the test's own on PATH."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools import pulumi_cli

TOOL = Path(pulumi_cli.__file__)
COMPANIONS = pulumi_cli.PROGRAMS[1:]
PYTHON = f"#!{sys.executable} -IS\n"

# Builds by writing a file; when asked to be slow, the second build waits to be let go on.
FAKE_GO = """
import os, pathlib, sys
here = pathlib.Path(__file__).parent
with (here / "go.log").open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "list":
    print(here / "sdk", flush=True)
elif (here / "fails").exists():
    sys.exit("go: downloading x v1\\nno such module\\nnot in the proxy")
else:
    out = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
    out.write_text("half")
    out.chmod(0o755)
    if out.name == "pulumi-language-python" and (here / "building").exists():
        with (here / "building").open("w") as told:
            told.write("building")
        (here / "go-on").open().read()
    out.write_text("whole")
"""
NO_INSTALLER = "raise ModuleNotFoundError('no installer in this test')\n"


@dataclass
class Machine:
    """A machine on which nothing is installed but what a test puts on PATH."""

    root: Path
    bin: Path = field(init=False)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bin = self.root / "bin"
        self.bin.mkdir()
        automation = self.root / "shadow" / "pulumi" / "automation"
        automation.mkdir(parents=True)
        (automation.parent / "__init__.py").touch()
        (automation / "__init__.py").write_text(NO_INSTALLER)

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": str(self.bin),
            "HOME": str(self.root),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "PYTHONPATH": str(self.root / "shadow"),
        }

    def put(self, name: str, text: str, folder: Path | None = None) -> None:
        program = (folder or self.bin) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)

    def put_go(self) -> None:
        self.put("go", PYTHON + FAKE_GO)
        for script in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
            self.put(f"sdk/python/{script}", "whole")

    def put_slow_go(self) -> None:
        self.put_go()
        os.mkfifo(self.bin / "building")
        os.mkfifo(self.bin / "go-on")

    def wait_for_the_build(self) -> None:
        assert (self.bin / "building").read_text() == "building"

    def let_the_build_go_on(self) -> None:
        (self.bin / "go-on").write_text("")

    @property
    def builds(self) -> int:
        return (self.bin / "go.log").read_text().count("build ")

    @property
    def cache(self) -> Path:
        return self.root / "cache" / "pulumi-ddb-backup"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Run the tool as a process of its own, with a process group of its own."""
        process = subprocess.Popen(
            [sys.executable, str(TOOL), *arguments],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    for key, value in machine.env.items():
        monkeypatch.setenv(key, value)
    yield machine
    for process in machine.started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def put_pulumi(machine: Machine, answer: str = "v3.250.0", lacking: str = "") -> None:
    machine.put("pulumi", f"#!/bin/sh\n{f'echo {answer}' if answer else 'exit 3'}\n")
    for companion in COMPANIONS:
        if companion != lacking:
            machine.put(companion, "#!/bin/sh\n")


@pytest.mark.parametrize("answer", ["v3.250.0", "3.231.0", "v4.0.0"])
def test_a_recent_cli_on_path_is_used(machine: Machine, answer: str) -> None:
    put_pulumi(machine, answer)
    assert pulumi_cli.find_or_get() == machine.bin


@pytest.mark.parametrize(
    ("answer", "lacking", "why"),
    [
        pytest.param("v3.230.9", "", "`pulumi` there is v3.230.9, too old", id="too old"),
        pytest.param("v2.999.0", "", "`pulumi` there is v2.999.0, too old", id="much too old"),
        pytest.param("", "", "`pulumi` there doesn't tell its version", id="broken"),
        pytest.param("hello", "", "`pulumi` there doesn't tell its version", id="no version"),
        *(
            pytest.param("v3.250.0", name, f"`pulumi` there lacks {name}", id=f"without {name}")
            for name in COMPANIONS
        ),
    ],
)
def test_a_cli_on_path_that_will_not_do_is_refused(
    machine: Machine, answer: str, lacking: str, why: str
) -> None:
    put_pulumi(machine, answer, lacking)
    with pytest.raises(pulumi_cli.NotHere) as raised:
        pulumi_cli.on_path()
    assert str(raised.value).startswith(why)


def test_a_cli_on_path_that_is_no_program_is_refused(machine: Machine) -> None:
    put_pulumi(machine)
    machine.put("pulumi", "\x7fELF")
    with pytest.raises(pulumi_cli.NotHere) as raised:
        pulumi_cli.on_path()
    assert "doesn't tell its version" in str(raised.value) or "can't be run" in str(raised.value)


@pytest.mark.parametrize(
    ("put", "why_no_build"),
    [
        pytest.param(lambda machine: None, "no `go` on PATH", id="no go"),
        pytest.param(
            lambda machine: (machine.put_go(), (machine.bin / "fails").touch()),
            "no such module not in the proxy",
            id="go fails",
        ),
    ],
)
def test_when_no_way_works_one_error_names_all_three(
    machine: Machine, put: Callable[[Machine], object], why_no_build: str
) -> None:
    put(machine)
    with pytest.raises(SystemExit) as raised:
        pulumi_cli.find_or_get()
    assert str(raised.value).splitlines()[:4] == [
        "The Pulumi CLI could not be had in any of three ways:",
        "  - on PATH: no `pulumi` there",
        "  - Pulumi's installer: ModuleNotFoundError: no installer in this test",
        f"  - Go modules: {why_no_build}",
    ]


def test_a_build_is_kept_for_the_next_run(machine: Machine) -> None:
    machine.put_go()
    folder = pulumi_cli.find_or_get()
    assert folder.is_relative_to(machine.cache)
    assert {path.name: path.read_text() for path in folder.iterdir()} == dict.fromkeys(
        pulumi_cli.PROGRAMS, "whole"
    )
    assert pulumi_cli.find_or_get() == folder
    assert machine.builds == 2


def test_two_runs_at_the_same_time_build_once(machine: Machine) -> None:
    machine.put_slow_go()
    first = machine.start("dir")
    machine.wait_for_the_build()
    second = machine.start("dir")
    assert second.stderr is not None
    assert "waiting for it" in second.stderr.readline()
    machine.let_the_build_go_on()
    folder = first.communicate()[0]
    assert (second.communicate()[0], folder) == (folder, f"{pulumi_cli.cache_folder() / 'bin'}\n")
    assert (first.returncode, second.returncode) == (0, 0)
    assert machine.builds == 2


def test_a_killed_build_leaves_nothing_that_counts_as_complete(machine: Machine) -> None:
    machine.put_slow_go()
    killed = machine.start("dir")
    machine.wait_for_the_build()
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    half_made = [path for path in machine.cache.rglob("pulumi-language-python") if path.is_file()]
    assert [path.read_text() for path in half_made] == ["half"]
    assert not pulumi_cli.complete(pulumi_cli.cache_folder() / "bin")

    (machine.bin / "building").unlink()
    folder = pulumi_cli.find_or_get()
    assert {path.read_text() for path in folder.iterdir()} == {"whole"}


def test_a_cache_that_lacks_a_program_is_made_again(machine: Machine) -> None:
    machine.put_go()
    (pulumi_cli.find_or_get() / "pulumi").unlink()
    assert pulumi_cli.complete(pulumi_cli.find_or_get())
    assert machine.builds == 4


def test_the_environment_puts_the_venv_and_the_cli_before_the_users_path(machine: Machine) -> None:
    put_pulumi(machine)
    venv = Path(sys.prefix)
    inherited = {"PATH": os.pathsep.join(["/a", str(machine.bin), "/b", str(venv / "bin")])}
    env = pulumi_cli.environment(machine.root / "home", inherited)
    assert env["PATH"].split(os.pathsep) == [str(venv / "bin"), str(machine.bin), "/a", "/b"]
    assert env["VIRTUAL_ENV"] == str(venv)
    assert env["PULUMI_PYTHON_CMD"] == str(venv / "bin" / "python")
    assert env["PULUMI_BACKEND_URL"] == (machine.root / "home" / "pulumi-state").as_uri()
    assert env["PULUMI_HOME"] == str(machine.root / "home" / "pulumi-home")
    assert env["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"


@pytest.mark.parametrize("key", ["PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"])
def test_what_the_user_has_set_for_the_state_stays(machine: Machine, key: str) -> None:
    put_pulumi(machine)
    assert pulumi_cli.environment(machine.root, {key: "my own"})[key] == "my own"


def test_the_lines_for_a_shell_survive_a_shell(machine: Machine) -> None:
    put_pulumi(machine)
    lines, said = machine.start("env").communicate()
    assert f"stacks are kept  in {(machine.root / 'cache').as_uri()}" in said
    assert "with an empty passphrase" in said
    shell = subprocess.run(
        ["/bin/sh", "-c", f'{lines}\necho "$PULUMI_BACKEND_URL"; command -v pulumi'],
        env=machine.env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shell.stdout.splitlines() == [
        (machine.cache / "pulumi-state").as_uri(),
        str(machine.bin / "pulumi"),
    ]


@pytest.mark.parametrize("arguments", [(), ("help",), ("dir", "env")])
def test_any_other_question_is_answered_by_the_usage(
    machine: Machine, arguments: tuple[str, ...]
) -> None:
    process = machine.start(*arguments)
    answer, said = process.communicate()
    assert (process.returncode, answer) == (1, "")
    assert "python tools/pulumi_cli.py env" in said
