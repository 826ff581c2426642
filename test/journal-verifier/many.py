"""Verifies many exports in one process: one JSON object a line in, the answer a line out. For specs: starting takes longer.

    {"shards": 3, "heads": [[0, 7, "<hash>"]], "signatures": true, "pages": ["<line of the export>", ...]}
"""
import functools
import json
import sys

import writers
from journal import Journal
from verify import read_forms, verify


def main():
    # Exports of specs are alike: a signature or a line that was looked at once need not be looked at again.
    writers.is_signed_by = functools.lru_cache(maxsize=None)(writers.is_signed_by)
    forms = read_forms()
    forms.look = functools.lru_cache(maxsize=None)(forms.look)
    sys.stdin.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        job = json.loads(line)
        heads = [tuple(head) for head in job.get("heads", [])]
        try:
            journal = Journal(job["shards"], heads, forms, job.get("signatures", True), findings_max=100_000)
            answer = verify(job["pages"], journal)
        except (ValueError, KeyError, TypeError) as error:
            answer = {"sound": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
