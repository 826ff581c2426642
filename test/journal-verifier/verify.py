#!/usr/bin/env python3
"""Verifies an exported Airtime journal. Written from docs/journal.md and its schemas alone; needs Python 3.9 and nothing else.

    airtime journal export | python3 verify.py --shards 4 [--head SHARD:HEIGHT:HASH ...] [--no-signatures]

Prints one JSON object and exits 0 when the journal is sound, 1 when it is not, 2 when it cannot be read.
"""
import argparse
import json
import sys
from pathlib import Path

from forms import LOOSE_PAGE, PAGE, Forms, read as read_json, spelling
from journal import Journal

SCHEMAS = Path(__file__).resolve().parents[2] / "docs/events/journal.schema.json"


def read_page(line, journal):
    """One line of the export; None when it is no page of this journal, which is a finding. Raises ValueError for no JSON."""
    page = read_json(line)
    fault = PAGE(page, "the page")
    is_page = fault is None or LOOSE_PAGE(page, "the page") is None
    if is_page and page["shard"] > journal.shards:
        fault, is_page = f"the journal has no shard {page['shard']}", False
    place = (page["shard"], page["height"]) if is_page else ("line",)
    if fault is not None:
        journal.find("PAGE_UNSOUND", place, fault)
    if is_page and spelling(page) != line:
        journal.find("PAGE_UNSOUND", place, "the line is spelt otherwise than the journal spells")
    return page if is_page else None


def claims(journal, page):
    """Which pages of the registry are void is said above them: so that is read first."""
    for line in page["body"].split("\n")[:-1]:
        try:
            journal.writers.claim(journal.forms.event(read_json(line)))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            pass


def verify(lines, journal):
    """Returns what is found of an export, as one object. @param lines of the export, without line feeds"""
    # The export gives the registry last; prices and batches stand there, so it is read first.
    pages = [page for line in lines if (page := read_page(line, journal)) is not None]
    registry = [page for page in pages if page["shard"] == journal.shards]
    for page in registry:
        if "PageVoided" in page["body"]:
            claims(journal, page)
    for page in registry + [page for page in pages if page["shard"] != journal.shards]:
        journal.page(page)
    balances = journal.close()
    return {
        "sound": journal.count == 0,
        "pages": journal.pages,
        "events": journal.events,
        "usages": len(journal.corrections.usage),
        "findingCount": journal.count,
        "findings": journal.findings,
        "balances": balances,
    }


def read_forms(path=SCHEMAS):
    return Forms(json.loads(Path(path).read_text(encoding="utf-8")))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--shards", type=int, required=True)
    arguments.add_argument("--head", action="append", default=[], metavar="SHARD:HEIGHT:HASH")
    arguments.add_argument("--no-signatures", action="store_true", help="leaves out the signatures of pages, which take long")
    arguments.add_argument("--schemas", default=SCHEMAS, help="docs/events/journal.schema.json")
    arguments.add_argument("file", nargs="?", help="the export; standard input when absent")
    options = arguments.parse_args()
    heads = [head.split(":") for head in options.head]
    sys.stdin.reconfigure(encoding="utf-8")
    try:
        remembered = [(int(shard), int(height), digest) for shard, height, digest in heads]
        journal = Journal(options.shards, remembered, read_forms(options.schemas), not options.no_signatures)
        with open(options.file, encoding="utf-8") if options.file else sys.stdin as lines:
            answer = verify((line.removesuffix("\n") for line in lines), journal)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(json.dumps({"sound": False, "error": f"{type(error).__name__}: {error}"}))
        return 2
    print(json.dumps(answer))
    return 0 if answer["sound"] else 1


if __name__ == "__main__":
    sys.exit(main())
