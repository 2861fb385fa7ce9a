"""Inputs that are one of a few words: their types, from which the rules take the words."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

DeletionPolicy: TypeAlias = Literal["retain", "delete"]
BackupType: TypeAlias = Literal["USER", "SYSTEM", "AWS_BACKUP", "ALL"]
OnFailure: TypeAlias = Literal["stop", "continue"]

DELETION_POLICIES: Final[tuple[DeletionPolicy, ...]] = get_args(DeletionPolicy)
DELETION_POLICY_DEFAULT: Final = "retain"
BACKUP_TYPES: Final[tuple[BackupType, ...]] = get_args(BackupType)
BACKUP_TYPE_DEFAULT: Final = "USER"
ON_FAILURE: Final[tuple[OnFailure, ...]] = get_args(OnFailure)
