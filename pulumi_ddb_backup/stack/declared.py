"""Whose table it is: what the program's own resources say of where a table is, and as whom to call.

A name alone says neither region nor account. Where it comes from a table that the program declares,
that table's ARN says both; where an explicit `aws.Provider` reaches the resource, its region and
profile do. What can't be taken over is refused: no backup is taken of the table of that name
somewhere else.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pulumi

from ..aws.calls.connection import Connection
from ..aws.calls.provider_settings import WITHIN_REACH, beyond_reach
from ..aws.rules.arns import TableArn
from ..aws.rules.regions import is_region
from ..aws.rules.subject import ALL_TABLES
from ..aws.rules.values import without_none
from ..engine import provider_of, reaching_provider, resources_behind, settings_told

PACKAGE: Final = "aws"
TABLE_TYPES: Final = ("aws:dynamodb/table:Table", "aws-native:dynamodb:Table")
DECLARED: Final = "declared_by"
"""The input under which a program tells; `check` makes it into the others and drops it."""

TELLING: Final = ("table_name", "tables", "region", "regions", "profile", "role_arn")
"""The inputs that say where a table is, and as whom to call."""

_REFUSED: Final = (
    "aws.Provider '{name}' manages the table, and {why}. Backups don't go through that provider: give "
    "{instead}"
)
_ONE: Final = "table_name=table.arn, or say where with region, profile or role_arn"
_MANY: Final = "their ARNs as tables, or say where with regions, profile or role_arn"


def declared_by(
    tables: pulumi.Input[Any], opts: pulumi.ResourceOptions | pulumi.InvokeOptions | None
) -> dict[str, Any]:
    """What the program says of `tables`, as an input; empty where there is nothing to say."""
    reaching, outputs = reaching_provider(PACKAGE, opts), _outputs(tables)
    if reaching is None and not outputs:
        return {}

    async def found() -> dict[str, Any]:
        return {
            "tables": [
                {
                    "arn": getattr(table, "arn", None),
                    "provider": await _told(provider_of(table, PACKAGE)),
                }
                for table in await resources_behind(outputs, TABLE_TYPES)
            ],
            "provider": await _told(reaching),
        }

    return {DECLARED: pulumi.Output.from_input(found())}


def _outputs(value: Any) -> list[pulumi.Output[Any]]:
    """The outputs that a value is or holds."""
    if isinstance(value, (list, tuple)):
        return [output for item in value for output in _outputs(item)]
    return [value] if isinstance(value, pulumi.Output) else []


def without_provider(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """`opts` less an `aws.Provider`, which the SDK would warn of; `declared_by` has told of it.

    Raises:
        pulumi.RunError: Their provider is one of another package.
    """
    if opts is None or opts.provider is None:
        return opts
    if opts.provider.package != PACKAGE:
        raise pulumi.RunError(
            f"opts.provider must be an aws.Provider, which says where a table is (got one of package "
            f"'{opts.provider.package}')"
        )
    kept = copy.copy(opts)
    kept.provider = None
    return kept


async def _told(provider: pulumi.ProviderResource | None) -> dict[str, Any] | None:
    if provider is None:
        return None
    return await settings_told(provider, WITHIN_REACH, beyond_reach())


@dataclass(frozen=True, slots=True)
class Governor:
    """An explicit provider: its name, what of it can be taken over, and the names of the rest."""

    name: str
    region: str | None = None
    profile: str | None = None
    others: Sequence[str] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any] | None) -> Governor | None:
        return cls(**told) if told else None


@dataclass(frozen=True, slots=True)
class Declared:
    """What the program says: the tables behind a name, and the provider that reaches the resource."""

    tables: Mapping[TableArn, Governor | None] = field(default_factory=dict)
    provider: Governor | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any] | None) -> Declared:
        """What was sent as `declared_by`."""
        told = told or {}
        tables = {
            arn: Governor.of(one.get("provider"))
            for one in told.get("tables") or ()
            if (arn := TableArn.parse(str(one.get("arn")))) is not None and is_region(arn.region)
        }
        return cls(tables, Governor.of(told.get("provider")))

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to follow."""
        return not self.tables and self.provider is None

    def arns_of(self, name: str) -> list[TableArn]:
        """The ARNs of the declared tables of that name."""
        return [arn for arn in self.tables if arn.table == name]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is looked for, and as whom: what the user gave, then what the program says.

    Attributes:
        table: The table's name or ARN.
        region: The region, where one is given.
        profile: The profile, where one is given.
        role_arn: The role, where one is given.
    """

    table: str
    region: str | None = None
    profile: str | None = None
    role_arn: str | None = None

    @property
    def names_an_identity(self) -> bool:
        return bool(self.profile or self.role_arn)

    def settled(self, declared: Declared, stack: Connection, instead: str = _ONE) -> Place:
        """This place, with what the program says of it.

        Args:
            declared: What the program says.
            stack: The connection that the stack's own configuration describes.
            instead: What a user can give instead.

        Raises:
            ProviderRefused: The table is another provider's, and what that says can't be taken over.
        """
        given = TableArn.parse(self.table)
        known = [given] if given else declared.arns_of(self.table)
        if len(known) > 1:
            raise ProviderRefused(
                f"table '{self.table}' is declared more than once ("
                f"{', '.join(one.arn for one in known)}): give {instead.partition(',')[0]}"
            )
        if not known:
            return self._governed(declared.provider, stack, instead)
        (table,) = known
        if self.region is not None and not given:
            return self  # a table of that name in another region, such as a replica
        if self.names_an_identity:
            return self if given else replace(self, region=table.region)
        governor = declared.tables.get(table) or declared.provider
        return replace(self, table=table.arn, profile=governor.profile if governor else None)

    def _governed(self, governor: Governor | None, stack: Connection, instead: str) -> Place:
        if governor is None or self.region is not None:
            return self
        if governor.region is None:
            raise governor_refused(governor, "it names no region", instead)
        if self.names_an_identity:
            return replace(self, region=governor.region)
        if governor.others:
            others = ", ".join(governor.others)
            raise governor_refused(governor, f"its {others} can't be taken over", instead)
        if governor.profile is None and stack.names_an_identity:
            raise governor_refused(
                governor,
                "it does not use the credentials of the stack's aws: configuration",
                instead,
            )
        return replace(self, region=governor.region, profile=governor.profile)


class ProviderRefused(ValueError):
    """What the program says of a table can't be followed; the text says why and what to give."""


def governor_refused(governor: Governor, why: str, instead: str) -> ProviderRefused:
    return ProviderRefused(_REFUSED.format(name=governor.name, why=why, instead=instead))


def settled_inputs(
    given: Mapping[str, Any], declared: Declared, stack: Connection
) -> Mapping[str, Any]:
    """The inputs of a `Backup`, with what the program says of its table.

    Raises:
        ProviderRefused: See `Place.settled`.
    """
    if "existing_backup_arn" in given or not isinstance(given.get("table_name"), str):
        return given  # a backup's ARN says it all
    return settled_query(given, declared, stack)


def settled_query(
    given: Mapping[str, Any], declared: Declared, stack: Connection
) -> dict[str, Any]:
    """The arguments of a look-up, with what the program says of the table.

    Raises:
        ProviderRefused: See `Place.settled`.
    """
    keys = ("region", "profile", "role_arn")
    place = Place(given.get("table_name") or ALL_TABLES, **{key: given.get(key) for key in keys})
    settled = place.settled(declared, stack)
    table = None if settled.table == ALL_TABLES else settled.table
    said = {"table_name": table, "region": settled.region, "profile": settled.profile}
    return {**given, **without_none(said)}


def settled_set_inputs(
    given: Mapping[str, Any], declared: Declared, stack: Connection
) -> Mapping[str, Any]:
    """The inputs of a `BackupSet`, with what the program says of its tables.

    Raises:
        ProviderRefused: See `Place.settled`; or its tables need several profiles or regions.
    """
    tables = given.get("tables") or []
    identity = {key: given.get(key) for key in ("profile", "role_arn")}
    readable = isinstance(tables, list) and all(
        isinstance(value, str | None) for value in identity.values()
    )
    if declared.says_nothing or given.get("regions") or not readable:
        return given
    names = [name for name in tables if isinstance(name, str)]
    looked_for = dict.fromkeys(
        arn for name in names for arn in ([one.arn for one in declared.arns_of(name)] or [name])
    )
    if given.get("table_pattern") or given.get("tags"):
        looked_for[ALL_TABLES] = None
    places = [Place(table, **identity).settled(declared, stack, _MANY) for table in looked_for]
    profiles = {place.profile for place in places}
    regions = {place.region for place in places if place.region is not None}
    arns = [arn for place in places if (arn := TableArn.parse(place.table)) is not None]
    if len(profiles) > 1 or (regions and {arn.region for arn in arns} - regions):
        raise ProviderRefused(
            "the tables belong to several providers: make a BackupSet for each, or give regions and "
            "profile or role_arn"
        )
    said = {
        "tables": [place.table for place in places if place.table != ALL_TABLES] or None,
        "regions": sorted(regions) or None,
        "profile": next(iter(profiles), None),
    }
    return {**given, **without_none(said)}
