"""A call that arrived, read from its request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tests.aws.simulator import routes


@dataclass(slots=True)
class Call:
    """One call that arrived: when, what for, with which access key, and what was answered.

    Attributes:
        api: The operation, such as CreateBackup or StartBackupJob.
        at: When, on the simulator's time.
        params: What was asked, by AWS's names, wherever the request held it.
        key: The access key that signed it.
        region: The region that it was signed for.
        outcome: OK, AWS's error code, or what became of the connection.
        service: The service that it was signed for, such as dynamodb or backup.
        role: ARN of the role that AWS itself made the call as; empty for a client's own.
        about: The plain name of the table that it concerns, where no parameter holds it.
    """

    api: str
    at: float
    params: dict[str, Any]
    key: str = ""
    region: str = ""
    outcome: str = ""
    service: str = ""
    role: str = ""
    about: str = ""

    @property
    def table(self) -> str:
        """The plain name of the table that it concerns."""
        if self.about:
            return self.about
        names = ("BackupArn", "TableName", "TargetTableName", "ResourceArn")
        arn_or_name = next((str(self.params[key]) for key in names if key in self.params), "")
        return arn_or_name.partition("/backup/")[0].rpartition("/")[2]


def arrived(environ: dict[str, Any], body: bytes, now: float) -> Call:
    """The call that a request makes."""
    signature = environ.get("HTTP_AUTHORIZATION", "")
    scope = signature.partition("Credential=")[2].split("/")
    key = scope[0]
    region, service = (scope[2], scope[3]) if len(scope) > 3 else ("", "")
    role = environ.get("HTTP_X_SIMULATED_ROLE", "")
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        api, params = target.rpartition(".")[2], json.loads(body or b"{}")
    elif found := routes.find(service, environ["REQUEST_METHOD"], environ["REQUEST_URI"], body):
        api, params = found
    else:
        params = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        api = params.get("Action", environ["PATH_INFO"])
    return Call(api, now, params, key, region, service=service, role=role)
