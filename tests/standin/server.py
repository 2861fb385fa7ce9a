"""The stand-in as the engine sees it: a resource provider over gRPC."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

import boto3
import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.standin import recorded
from tests.standin.functions import answer as answer_of
from tests.standin.items import TableItem
from tests.standin.properties import (
    DEFAULTS,
    Aws,
    Properties,
    Refused,
    ResourceType,
    asked,
    changes,
    packed,
    paths,
    plain,
)
from tests.standin.tables import Table

ACCESS_KEY = "aws-plugin"  # tells its calls from those of others in the simulator's log
_TYPES: dict[str, ResourceType] = {
    "aws:dynamodb/table:Table": Table(),
    "aws:dynamodb/tableItem:TableItem": TableItem(),
}
_WORKERS = 64
_NONE = provider_pb2.DiffResponse.DIFF_NONE
_SOME = provider_pb2.DiffResponse.DIFF_SOME
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class _Configured:
    """One `aws.Provider`, or the default one."""

    region: str
    default_tags: dict[str, str]


def _said_cleanly(
    method: Callable[[Any, Any, grpc.ServicerContext], _Answer],
) -> Callable[[Any, Any, grpc.ServicerContext], _Answer]:
    """Let what went wrong reach the engine as one message."""

    @functools.wraps(method)
    def answer(self: Any, request: Any, context: grpc.ServicerContext) -> _Answer:
        try:
            return method(self, request, context)
        except ClientError as error:
            message = _as_the_plugin_says(method.__name__, request, error)
        except (BotoCoreError, Refused) as error:
            message = str(error)
        except Exception as error:  # a gap in the stand-in; the engine shows it like any refusal
            message = f"the stand-in for the AWS plugin failed: {error!r}"
        context.abort(grpc.StatusCode.UNKNOWN, message)
        raise AssertionError("abort() raises")

    return answer


class Standin(provider_pb2_grpc.ResourceProviderServicer):
    """Stands in for the plugin. Each configured provider has a connection of its own.

    Attributes:
        environment: With this in its environment, `pulumi` attaches to the stand-in.
        in_use_seconds: How long a table's delete is tried again while AWS says it is in use; the
            real plugin does so for minutes.
    """

    def __init__(self, endpoint_url: str) -> None:
        self.environment: dict[str, str] = {}
        self.in_use_seconds = 0.0
        self._endpoint_url = endpoint_url
        self._configured: dict[str, _Configured] = {}
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def _aws(self, context: grpc.ServicerContext, *properties: Properties) -> Aws:
        """The resource's own region, or else that of the provider on this connection."""
        configured = self._configured.get(context.peer())
        if configured is None:
            raise Refused("a provider was used before it was configured")
        own = [str(bag["region"]) for bag in properties if bag.get("region")]
        region = (own or [configured.region])[0]
        of = functools.partial(self._client, region)
        return Aws(of("dynamodb"), configured.default_tags, self.in_use_seconds, of)

    def _client(self, region: str, service: str) -> Any:
        """boto3's client of a service; each is made once."""
        with self._lock:
            if (region, service) not in self._clients:
                connect: Any = boto3.session.Session().client
                self._clients[region, service] = connect(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint_url,
                    aws_access_key_id=ACCESS_KEY,
                    aws_secret_access_key="test",
                )
            return self._clients[region, service]

    # The provider itself.

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=version("pulumi_aws"))

    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        before, after = plain(request.old_inputs), plain(request.news)
        changed = sorted(
            key for key in {*before, *after} - {"version"} if before.get(key) != after.get(key)
        )
        return provider_pb2.DiffResponse(changes=_SOME if changed else _NONE, diffs=changed)

    @_said_cleanly
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        given = plain(request.args)
        region = given.get("region")
        if not region:
            raise Refused("Missing region configuration: set aws:region or AWS_REGION")
        tags = json.loads(given.get("defaultTags") or "{}").get("tags") or {}
        self._configured[context.peer()] = _Configured(region, tags)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @_said_cleanly
    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        given = plain(request.args)
        told = answer_of(request.tok, self._aws(context, given), given)
        returned: dict[str, Any] = {"return": packed(told)}  # a keyword
        return provider_pb2.InvokeResponse(**returned)

    # Resources.

    @_said_cleanly
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        seed = request.randomSeed or secrets.token_bytes(8)
        unique_name = f"{request.name}-{hashlib.sha256(seed).hexdigest()[:7]}"
        kind = _kind(request.type)
        try:
            inputs = kind.check(plain(request.news), plain(request.olds), unique_name)
        except Refused as error:
            failure = provider_pb2.CheckFailure(reason=str(error))
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        return provider_pb2.CheckResponse(inputs=packed(inputs))

    @_said_cleanly
    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        kind, state, news = _kind(request.type), plain(request.olds), plain(request.news)
        olds = plain(request.old_inputs)
        wanted = asked(kind, olds, news)
        if "region" in state:  # IAM has none
            wanted["region"] = self._aws(context, news).region
        changed = changes(kind, state, wanted)
        replaced = changed & kind.replacing
        renamed = "name" in changed or "name" in news.get(DEFAULTS, ()) or "name" not in news
        response = provider_pb2.DiffResponse(
            changes=_SOME if changed else _NONE,
            diffs=sorted(changed),
            replaces=sorted(replaced),
            deleteBeforeReplace=bool(replaced) and not renamed,
            hasDetailedDiff=True,
        )
        for key in changed:
            for path, (there, to_be) in paths(key, state.get(key), news.get(key)).items():
                verb = "UPDATE" if there and to_be else "DELETE" if there else "ADD"
                response.detailedDiff[path].kind = provider_pb2.PropertyDiff.Kind.Value(
                    f"{verb}_REPLACE" if key in replaced else verb
                )
        return response

    @_said_cleanly
    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        kind, inputs = _kind(request.type), plain(request.properties)
        aws = self._aws(context, inputs)
        if request.preview:
            return provider_pb2.CreateResponse(properties=packed(kind.planned(aws, inputs)))
        id, outputs = kind.create(aws, inputs)
        return provider_pb2.CreateResponse(id=id, properties=packed(outputs))

    @_said_cleanly
    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        kind, state, inputs = (
            _kind(request.type),
            plain(request.properties),
            plain(request.inputs),
        )
        outputs = kind.read(self._aws(context, state), request.id, state)
        if outputs is None:
            return provider_pb2.ReadResponse()
        seen = {
            key: value
            if key == DEFAULTS or kind.same(key, outputs.get(key), value)
            else outputs.get(key)
            for key, value in (inputs or {**outputs, DEFAULTS: []}).items()
        }
        return provider_pb2.ReadResponse(
            id=request.id, properties=packed(outputs), inputs=packed(seen)
        )

    @_said_cleanly
    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        kind, state, inputs = _kind(request.type), plain(request.olds), plain(request.news)
        aws = self._aws(context, inputs)
        if request.preview:
            return provider_pb2.UpdateResponse(
                properties=packed({**kind.planned(aws, inputs), **_computed(state, inputs)})
            )
        changed = changes(kind, state, asked(kind, plain(request.old_inputs), inputs))
        outputs = kind.update(aws, request.id, state, inputs, changed)
        return provider_pb2.UpdateResponse(properties=packed(outputs))

    @_said_cleanly
    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        state = plain(request.properties)
        _kind(request.type).delete(self._aws(context, state), request.id, state)
        return empty_pb2.Empty()


def _as_the_plugin_says(method: str, request: Any, error: ClientError) -> str:
    told, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    doing = {"Create": "creating", "Update": "updating", "Delete": "deleting"}.get(
        method, "reading"
    )
    service, _, kind = request.type.partition(":")[2].partition("/")
    service = "DynamoDB" if service == "dynamodb" else service.capitalize()
    what = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.rpartition(":")[2])
    name = request.id if method != "Create" else plain(request.properties).get("name", "")
    return (
        f"{doing} {service} {what} ({name}): operation error {service}: {error.operation_name}, "
        f"https response error StatusCode: {status}, {told['Code']}: {told['Message']}"
    )


def _kind(token: str) -> ResourceType:
    return _TYPES.get(token) or recorded.kind_of(token)


def _computed(state: Properties, inputs: Properties) -> Properties:
    return {key: value for key, value in state.items() if key not in inputs and key != "tagsAll"}


@contextmanager
def serving(endpoint_url: str) -> Iterator[Standin]:
    """A stand-in that works with the AWS at `endpoint_url`."""
    standin = Standin(endpoint_url)
    with ThreadPoolExecutor(_WORKERS) as workers:
        server = grpc.server(workers)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(standin, server)
        port = server.add_insecure_port("127.0.0.1:0")
        standin.environment = {"PULUMI_DEBUG_PROVIDERS": f"aws:{port}"}
        server.start()
        try:
            yield standin
        finally:
            server.stop(None).wait()
