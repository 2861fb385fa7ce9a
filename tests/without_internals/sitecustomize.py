"""Takes from a process that finds this on PYTHONPATH all that `engine` gets of Pulumi's internals.

So a provider process shows what is left when a newer SDK has moved them.
"""

from pulumi_ddb_backup import engine
from pulumi_ddb_backup.engine.call import Call
from tests.fast_clock import sitecustomize  # noqa: F401 # and time passes fast


def nothing(*_: object) -> Call:
    """No context, no request, no URN."""
    return Call()


def refused(*_: object) -> bool:
    """This SDK can't do that."""
    return False


setattr(Call, "of_caller", nothing)  # noqa: B010 # mypy forbids the plain form
for name in ("raise_worker_limit", "when_cancelled"):
    setattr(engine, name, refused)
