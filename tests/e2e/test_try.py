from __future__ import annotations
import json
from tests.e2e.conftest import PROGRAMS
def test_it(new_stack, aws_plugin, aws):
    stack = new_stack(PROGRAMS / "engines"); stack.env.update(aws_plugin)
    stack.configure(schedule={"schedule": "cron(0 3 * * ? *)", "timezone": "Europe/Berlin"}, plan={"rules":[{"schedule":"cron(0 5 ? * * *)","cold_after_days":30,"delete_after_days":365,"copy_to":["arn:aws:backup:us-west-2:123456789012:backup-vault:dr"]}]})
    print(stack.run("preview").text[-5000:])
    out=stack.up(); print(out.text[-5000:])
    for r in stack.resources():
        if 'dynamodb' not in r['type']: print(r['type'], json.dumps(r.get('outputs'))[:900])
    stack.run("preview","--diff","--expect-no-changes"); print(stack.run("refresh","--yes","--skip-preview","--diff").text[-1500:])
    print(stack.outputs())
    print(stack.destroy().text[-4000:]); assert stack.resources()==[]
