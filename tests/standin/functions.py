"""The functions of pulumi_aws that the stand-in has."""

from __future__ import annotations

from botocore.exceptions import ClientError

from tests.aws.restores import ACCOUNT
from tests.standin.described import table_outputs
from tests.standin.properties import Aws, Properties, Refused


def answer(token: str, aws: Aws, given: Properties) -> Properties:
    """What a function returns.

    Raises:
        Refused: It fails, or the stand-in does not have it.
    """
    if token == "aws:dynamodb/getTable:getTable":
        return _table(aws, given["name"])
    if token == "aws:index/getCallerIdentity:getCallerIdentity":
        arn = f"arn:aws:iam::{ACCOUNT}:user/deployer"
        return {"accountId": ACCOUNT, "arn": arn, "id": ACCOUNT, "userId": "AIDADEPLOYER"}
    if token == "aws:index/getPartition:getPartition":
        names = {"dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}
        return {"id": "aws", "partition": "aws", **names}
    if token == "aws:index/getRegion:getRegion":
        endpoint = {"description": aws.region, "endpoint": f"ec2.{aws.region}.amazonaws.com"}
        return {"id": aws.region, "name": aws.region, "region": aws.region, **endpoint}
    raise Refused(f"the stand-in knows no function {token}")


def _table(aws: Aws, name: str) -> Properties:
    try:
        return {**table_outputs(aws, name, {}), "id": name}
    except ClientError as error:
        message = f"reading DynamoDB Table ({name}): {error.response['Error']['Message']}"
        raise Refused(message) from error
