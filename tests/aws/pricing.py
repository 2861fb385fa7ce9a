"""AWS's Price List API: GetProducts, as it answers in the three regions that have it.

Its items are JSON text, each a product of one region with its terms. What they look like is AWS's: the
free tier of a price is a tier of 0, and only us-east-1's usage types of DynamoDB have no region in front.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

REGIONS = ("us-east-1", "eu-central-1", "ap-south-1")
PAGE_MAX = 100
SHORT = {"us-east-1": "USE1", "us-east-2": "USE2", "eu-west-1": "EU", "eu-central-1": "EUC1"}
"""What a usage type calls some regions; the others are called by their own names."""
_PRICES = {
    # Invented; the last of each service are of no backup.
    "AmazonDynamoDB": {
        "TimedBackupStorage-ByteHrs": "0.1155",
        "RestoreDataSize-Bytes": "0.17325",
        "TimedPITRStorage-ByteHrs": "0.2281",
        "ExportDataSize-Bytes": "0.113",
        "IncrementalExportDataSize-Bytes": "0.114",
        "TimedStorage-ByteHrs": "0.283",
        "IA-TimedStorage-ByteHrs": "0.1132",
    },
    "AWSBackup": {
        "WarmStorage-ByteHrs-DynamoDB": "0.1156",
        "ColdStorage-ByteHrs-DynamoDB": "0.0347",
        "Restore-WarmBytes-DynamoDB": "0.1733",
        "CrossRegion-WarmBytes-DynamoDB": "0.02",
        "Restore-ColdBytes-DynamoDB": "0.2310",
        "WarmStorage-ByteHrs-EBS": "0.05",
    },
}
TERM_MATCH = "TERM_MATCH"


def usage_type(service: str, region: str, ending: str) -> str:
    """What AWS calls a kind of usage in a region."""
    plain = service == "AmazonDynamoDB" and region == "us-east-1"
    return ending if plain else f"{SHORT.get(region, region)}-{ending}"


def item(
    service: str,
    region: str,
    ending: str,
    *tiers: str,
    currency: str = "USD",
    unit: str = "GB-Mo",
    number: int = 1,
) -> str:
    """An item of the price list, with a tier of each price."""
    usage = usage_type(service, region, ending)
    sku = f"{base64.b32encode(f'{usage}{number}'.encode()).decode()[:12]}{number:04}"
    offer = f"{sku}.JRTCKXETXF"
    product = {
        "productFamily": f"{service} {ending}",
        "attributes": {
            "regionCode": region,
            "servicecode": service,
            "locationType": "AWS Region",
            "location": f"Somewhere ({region})",
            "usagetype": usage,
            "operation": "",
        },
        "sku": sku,
    }
    dimensions = {
        f"{offer}.{tier:08}": {
            "unit": unit,
            "beginRange": str(25 * tier),
            "endRange": "Inf" if tier == len(tiers) - 1 else str(25 * (tier + 1)),
            "description": f"{price} per {unit} of {usage}",
            "appliesTo": [],
            "rateCode": f"{offer}.{tier:08}",
            "pricePerUnit": {currency: price},
        }
        for tier, price in enumerate(tiers)
    }
    term = {
        "priceDimensions": dimensions,
        "sku": sku,
        "effectiveDate": "2026-11-01T00:00:00Z",
        "offerTermCode": "JRTCKXETXF",
        "termAttributes": {},
    }
    whole = {
        "product": product,
        "serviceCode": service,
        "terms": {"OnDemand": {offer: term}},
        "version": "20261120123456",
        "publicationDate": "2026-11-20T12:34:56Z",
    }
    return json.dumps(whole)


def products(service: str, region: str) -> Iterator[str]:
    """What AWS lists for a region: more than a page, most of it of no backup."""
    for ending, price in _PRICES[service].items():
        # The first 25 GB of a table's storage are free, as AWS tells in a tier of their own.
        tiers = ("0.0000000000", price) if "TimedStorage" in ending else (price,)
        yield item(service, region, ending, *tiers)
    for number in range(PAGE_MAX):
        yield item(service, region, f"ReadUnits-{number}", "0.00000014", unit="ReadRequestUnits")


LISTED: dict[tuple[str, str], Sequence[str]] = {}
"""What a test lets AWS list instead, by service and region."""


def answered(api: str, params: Mapping[str, Any], region: str) -> tuple[str, bytes] | None:
    """The status and the body with which a GetProducts is answered; None for any other call."""
    if api != "GetProducts":
        return None
    told = _told(params, region)
    if isinstance(told, dict):
        return "200 OK", json.dumps(told).encode()
    code, message = told
    return "400 Refused", json.dumps({"__type": f"#{code}", "message": message}).encode()


def _told(params: Mapping[str, Any], region: str) -> dict[str, Any] | tuple[str, str]:
    if region not in REGIONS:  # AWS has no such host at all
        return "UnrecognizedClientException", f"No Price List API in {region}"
    service = params["ServiceCode"]
    if service not in _PRICES:
        return "NotFoundException", f"Invalid service code: {service}"
    wanted = {one["Field"]: one["Value"] for one in params["Filters"] if one["Type"] == TERM_MATCH}
    here = str(wanted["regionCode"])
    listed = list(LISTED.get((service, here), products(service, here)))
    begin, size = 0, int(params.get("MaxResults", PAGE_MAX))
    if token := params.get("NextToken"):
        *of, begin = json.loads(base64.b64decode(token))
        if of != [service, here]:
            return "InvalidNextTokenException", "Invalid NextToken"
    answer = {"FormatVersion": "aws_v1", "PriceList": listed[begin : begin + size]}
    if begin + size < len(listed):
        following = json.dumps([service, here, begin + size])
        answer["NextToken"] = base64.b64encode(following.encode()).decode()
    return answer
