"""An endpoint of AWS for tests: moto's, with what moto lacks of AWS's backups.

moto stays the implementation of tables, backups, vaults and schedules. The simulator wraps its WSGI
application and adds time, refusals, faults on request, a log of every call, AWS Backup's jobs and
Scheduler's firing. `python -m tests.aws.simulator PORT` serves it for a person; `control` says what
`/_sim/` takes.
"""

from tests.aws.simulator.calls import Call
from tests.aws.simulator.endpoint import Simulator
from tests.aws.simulator.faults import FOREVER, LOSSES, Fault
from tests.aws.simulator.limits import AWS_BURSTS, AWS_LIMITS
from tests.aws.simulator.serving import serving, serving_a_person

__all__ = [
    "AWS_BURSTS",
    "AWS_LIMITS",
    "FOREVER",
    "LOSSES",
    "Call",
    "Fault",
    "Simulator",
    "serving",
    "serving_a_person",
]
