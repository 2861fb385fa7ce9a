"""What is in an asset or an archive, as one line of text: its kind and the SHA-256 of its content.

Only names and contents count: not the order of files, their times, owners or modes, nor how an
archive is packed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, TypeAlias

import pulumi

from ..aws.rules.text import kind_of

Content: TypeAlias = pulumi.Asset | pulumi.Archive

_ZIPS: Final = (".zip", ".jar")
_TARS: Final = (".tar", ".tar.gz", ".tgz")


class UnreadableContentError(Exception):
    """The content can't be had. The text goes on from the asset's kind: why, and what to do."""


def content_text(content: Content) -> str:
    """The kind of `content` and the SHA-256 of what is in it.

    Raises:
        UnreadableContentError: It is not there, can't be read, or lies elsewhere.
    """
    return f"{type(content).__name__} sha256:{_digest(content)}"


def _digest(content: Content) -> str:
    if isinstance(content, pulumi.StringAsset):
        return hashlib.sha256(content.text.encode("utf-8", "surrogatepass")).hexdigest()
    if isinstance(content, pulumi.AssetArchive):
        return _of_pairs(_in_archive(content))
    if not isinstance(content, (pulumi.FileAsset, pulumi.FileArchive)):
        raise UnreadableContentError(
            "whose content is not downloaded. Give its version or its hash instead"
        )
    path = Path(content.path)
    try:
        if isinstance(content, pulumi.FileAsset):
            return _of_file(path)
        return _of_archive(path)
    except (OSError, ValueError, EOFError, RuntimeError, tarfile.TarError, zipfile.BadZipFile) as e:
        reason = e.strerror if isinstance(e, OSError) and e.strerror else str(e)
        raise UnreadableContentError(f"that can't be read: {content.path!a}: {reason}") from e


def _in_archive(archive: pulumi.AssetArchive) -> Iterator[tuple[str, str]]:
    for name, inner in archive.assets.items():
        try:
            yield name, content_text(inner)
        except UnreadableContentError as error:
            raise UnreadableContentError(
                f"that holds {name!a}, {kind_of(inner)} {error}"
            ) from error


def _of_archive(path: Path) -> str:
    if path.is_dir():
        return _of_pairs(_in_folder(path, path, ()))
    if path.name.endswith(_ZIPS):
        return _of_pairs(_in_zip(path))
    if path.name.endswith(_TARS):
        return _of_pairs(_in_tar(path))
    return _of_file(path)


def _of_file(path: Path) -> str:
    # Asked first: opening a pipe would wait for somebody to write into it.
    if not stat.S_ISREG(path.stat().st_mode):
        kind = "a folder: give a FileArchive" if path.is_dir() else "not a regular file"
        raise ValueError(f"it is {kind}")
    with path.open("rb") as file:
        return _of_stream(file)


def _of_stream(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _of_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps(sorted(pairs)).encode()).hexdigest()


def _in_folder(folder: Path, top: Path, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    here = os.path.realpath(folder)
    if here in above:
        raise ValueError(f"a symbolic link leads back to {here}")
    for path in folder.iterdir():
        if path.is_dir():
            yield from _in_folder(path, top, (*above, here))
        else:
            yield path.relative_to(top).as_posix(), _of_file(path)


def _in_zip(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            if not member.is_dir():
                with packed.open(member) as stream:
                    yield member.filename, _of_stream(stream)


def _in_tar(path: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(path) as packed:
        for member in packed:
            stream = packed.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield member.name, _of_stream(stream)
            elif not member.isdir():
                yield member.name, f"link to {member.linkname}"
