"""What the components have in common: their errors, and where in AWS they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import Any

import pulumi
import pulumi_aws as aws

from ..aws.rules.arns import TableArn
from ..aws.rules.tables import elsewhere
from ..aws.rules.validation import Failure, a_table_name

Check = Callable[[str, Any], Iterator[str]]
"""What is wrong with the value of an input, by its name."""


def require(subject: str, reasons: Iterable[str]) -> None:
    """Raise all of `reasons`, each on a line of its own.

    Raises:
        pulumi.RunError: There is one.
    """
    if lines := [f"{subject}: {reason}" for reason in reasons]:
        raise pulumi.RunError("\n".join(lines))


def require_none(subject: str, failures: Iterable[Failure]) -> None:
    """Raise all of `failures`, each on a line of its own.

    Raises:
        pulumi.RunError: There is one.
    """
    require(subject, (failure.reason for failure in failures))


def known(values: Any) -> Any:
    """A list or mapping as the rules take it: with None in it for what is not known yet."""
    if isinstance(values, Mapping):
        return {key: _known_inside(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [_known_inside(value) for value in values]
    return values


def _known_inside(value: Any) -> Any:
    return None if isinstance(value, pulumi.Output) or isawaitable(value) else known(value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in AWS a component's children are, by its provider.

    Attributes:
        subject: The component, for its errors.
        partition: The partition, such as `aws`.
        region: The region.
        account: The id of the account.
    """

    subject: str
    partition: pulumi.Output[str]
    region: pulumi.Output[str]
    account: pulumi.Output[str]

    @classmethod
    def of(cls, component: pulumi.ComponentResource, subject: str) -> Place:
        """The place of a component's children."""
        opts = pulumi.InvokeOutputOptions(parent=component)
        return cls(
            subject,
            aws.get_partition_output(opts=opts).partition,
            aws.get_region_output(opts=opts).region,
            aws.get_caller_identity_output(opts=opts).account_id,
        )

    def checked(self, name: str, value: pulumi.Input[str], *checks: Check) -> pulumi.Output[str]:
        """`value`, checked as soon as it is known, which may be in a preview."""

        def check(text: str) -> str:
            require(self.subject, (reason for one in checks for reason in one(name, text)))
            return text

        return pulumi.Output.from_input(value).apply(check)

    def table_arns(
        self, tables: Sequence[pulumi.Input[str]], *checks: Check
    ) -> list[pulumi.Output[str]]:
        """The ARNs of the tables in the input `tables`, which have to be here.

        Of those that the program has as text, every failure is told at once.
        """
        texts = {f"tables[{at}]": one for at, one in enumerate(tables) if isinstance(one, str)}

        def looked(place: Sequence[str | None]) -> Sequence[str]:
            partition, region, account = (part or "" for part in place)  # mocks may tell nothing
            told = (elsewhere(name, one, region, account) for name, one in texts.items())
            require(self.subject, (reason for one in told for reason in one))
            return partition, region, account

        def arn(parts: Sequence[Any], name: str) -> str:
            given, (partition, region, account) = parts
            require(self.subject, elsewhere(name, given, region, account))
            if TableArn.parse(given):
                return str(given)
            return f"arn:{partition or 'aws'}:dynamodb:{region}:{account}:table/{given}"

        here = pulumi.Output.all(self.partition, self.region, self.account).apply(looked)
        checked = {
            name: self.checked(name, table, a_table_name, *checks)
            for name, table in ((f"tables[{at}]", one) for at, one in enumerate(tables))
        }
        return [
            pulumi.Output.all(table, here).apply(partial(arn, name=name))
            for name, table in checked.items()
        ]
