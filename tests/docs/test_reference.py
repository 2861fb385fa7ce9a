"""Every public name is in the reference, and everything of it is described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module

import griffe
import pytest

from tools.pulumi_cli import ROOT

PUBLIC = (
    "pulumi_ddb_backup",
    "pulumi_ddb_backup.aws",
    "pulumi_ddb_backup.automation",
    "pulumi_ddb_backup.hooks",
)
NOT_ON_A_PAGE = {"pulumi_ddb_backup.__version__"}
"""What the reference's first page tells in a sentence."""

BASES = [
    f"pulumi_ddb_backup.aws.{name}"
    for name in (
        "running.caller.Caller",
        "fleet.caller.ManyCaller",
        "fleet.requests.TableSelector",
        "fleet.records.RegionalResult",
    )
]
"""Base classes of public classes, whose attributes these have too."""

NAMES = [
    f"{module}.{name}"
    for module in PUBLIC
    for name in import_module(module).__all__
    if f"{module}.{name}" not in {*PUBLIC, *NOT_ON_A_PAGE}
]


@lru_cache
def package() -> griffe.Module:
    """The package as mkdocstrings reads it: from its source, with nothing imported."""
    loader = griffe.GriffeLoader(search_paths=[ROOT], docstring_parser="google")
    loaded = loader.load("pulumi_ddb_backup")
    assert isinstance(loaded, griffe.Module)
    return loaded


def public_object(name: str) -> griffe.Object:
    found = package()[name.removeprefix("pulumi_ddb_backup.")]
    found = found.final_target if isinstance(found, griffe.Alias) else found
    assert isinstance(found, griffe.Object)
    return found


@lru_cache
def pages() -> dict[str, list[str]]:
    """The names that each page of the reference asks for."""
    return {
        page.name: re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), re.M)
        for page in (ROOT / "docs" / "reference").glob("*.md")
    }


def with_bases(described: griffe.Object) -> list[griffe.Object]:
    """The object; of a class, those of its bases too that are in this package."""
    return [described, *(described.mro() if isinstance(described, griffe.Class) else [])]


def sections(described: griffe.Object) -> Iterator[griffe.DocstringSection]:
    """The sections of an object's docstring; of a class, those of its `__init__` and bases too."""
    for one in with_bases(described):
        for where in (one, one.members.get("__init__")):
            if where is not None and where.docstring is not None:
                yield from where.docstring.parse("google")


def told(described: griffe.Object, kind: str) -> dict[str, str]:
    """What the sections of one kind say, by name."""
    return {
        item.name.lstrip("*"): item.description
        for section in sections(described)
        if section.kind.value == kind
        for item in section.value
    }


def is_public(name: str) -> bool:
    return not name.startswith("_")


def parameters(function: griffe.Function) -> list[str]:
    names = [parameter.name.lstrip("*") for parameter in function.parameters]
    return [name for name in names if name not in ("self", "cls")]


def undescribed(described: griffe.Object) -> Iterator[str]:
    """What of a public object has no description: itself, its inputs, its outputs, its methods."""
    if described.docstring is None or not described.docstring.value.strip():
        yield described.path
    args = told(described, "parameters")
    if isinstance(described, griffe.Function):
        yield from (
            f"{described.path}({name})" for name in parameters(described) if not args.get(name)
        )
    if not isinstance(described, griffe.Class):
        return
    attributes = told(described, "attributes")
    for name, member in described.all_members.items():
        if isinstance(member, griffe.Alias):
            member = member.final_target
        if not member.path.startswith("pulumi_ddb_backup."):
            continue
        if name == "__init__" and isinstance(member, griffe.Function):
            given = {**attributes, **args}
            yield from (f"{member.path}({one})" for one in parameters(member) if not given.get(one))
        if not is_public(name):
            continue
        if isinstance(member, griffe.Attribute):
            strings = [
                one.members[name].docstring for one in with_bases(described) if name in one.members
            ]
            if not any(strings) and not attributes.get(name):
                yield member.path
        elif isinstance(member, griffe.Object):
            yield from undescribed(member)


def test_every_public_name_is_on_one_page_of_the_reference() -> None:
    asked = [name for names in pages().values() for name in names]
    assert sorted(asked) == sorted([*NAMES, *BASES])


def test_the_reference_has_no_page_without_names() -> None:
    assert [page for page, names in pages().items() if not names] == ["index.md"]


@pytest.mark.parametrize("name", [*NAMES, *BASES])
def test_it_is_described_with_all_its_inputs_and_outputs(name: str) -> None:
    assert list(undescribed(public_object(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_described_that_is_not_there(name: str) -> None:
    described = public_object(name)
    takes = "parameters"
    methods = [one for one in described.members.values() if isinstance(one, griffe.Function)]
    for one in [described, *methods]:
        if isinstance(one, griffe.Function):
            assert set(told(one, takes)) <= set(parameters(one))
        elif isinstance(one, griffe.Class):
            has = set(told(one, "attributes"))
            assert has <= {*one.members, *one.inherited_members, *assigned(one)}


def assigned(described: griffe.Class) -> set[str]:
    """The attributes that the `__init__` of a class takes under their own names."""
    init = described.members.get("__init__")
    return set(parameters(init)) if isinstance(init, griffe.Function) else set()
