"""Who may write the journal: its founding, what root keys state, and the writer of each page (docs/journal.md, section 5)."""
import hashlib
import re

from ed25519 import is_signed_by
from forms import spelling

EVENTS = ("JournalFounded", "WriterAdmitted", "WriterDismissed", "PageVoided", "LossAccepted", "RootsChanged")


def text_of(lines):
    return "".join(f"{line}\n" for line in lines)


def grant_line(grant):
    lists = (",".join(map(str, grant[name])) if name in grant else "*" for name in ("shards", "events"))
    return " ".join((grant["publicKey"], *lists, spelling(grant["name"])))


def key_id(public_key):
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


class Writers:
    """@param signatures whether pages' signatures are checked; statements' always are"""

    def __init__(self, shards, find, signatures=True):
        self.shards = shards
        self.find = find
        self.signatures = signatures
        self.journal = None
        self.roots = []
        self.statements = 0
        self.terms = {}
        self.voids = set()
        self.claimed = set()
        self.hashes = {0: "0" * 64}

    def is_void(self, page):
        key = (page["shard"], page["height"], page["hash"])
        return key in self.voids or key in self.claimed

    def claim(self, event):
        """A page of the registry is declared void above it; whether a root did so is seen there."""
        if event.get("type") == "PageVoided" and event.get("shard") == self.shards:
            self.claimed.add((event["shard"], event.get("height"), event.get("hash")))

    def close(self):
        for key in sorted(self.claimed - self.voids, key=str):
            self.find("WRITER_WRONG", key[:2], "no root declared it void")

    def page(self, page, header):
        place, registry = (page["shard"], page["height"]), page["registry"]
        fault = self.fault(page, registry, header)
        if fault is not None:
            self.find("WRITER_WRONG", place, fault)

    def fault(self, page, registry, header):
        if page["journal"] != self.journal:
            return f"it belongs to the journal {page['journal']}"
        if page["shard"] == self.shards and registry["height"] != page["height"] - 1:
            return "it does not rest on the page before"
        if self.hashes.get(registry["height"]) != registry["hash"]:
            return "it rests on a page that the registry does not have"
        grant, since, until = self.terms.get(page["writer"], ({}, 1, 0))
        if not since <= registry["height"] < until:
            return f"{page['writer']} is not admitted at height {registry['height']} of the registry"
        if page["shard"] not in grant.get("shards", [page["shard"]]):
            return f"{page['writer']} may not write in this shard"
        if self.signatures and not self.is_signed(grant["publicKey"], header, page["signature"]):
            return f"{page['writer']} did not sign it"
        for line in page["body"].split("\n")[:-1]:
            kind = line.removeprefix('["').split('"', 1)[0].split("/", 1)[0] if line.startswith('["') else ""
            if "events" in grant and kind not in grant["events"]:
                return f"{page['writer']} may not write {kind}"
        return None

    def is_signed(self, public_key, text, signature):
        if not re.fullmatch("[0-9a-f]{64}", public_key) or not re.fullmatch("[0-9a-f]{128}", signature):
            return False
        return is_signed_by(bytes.fromhex(public_key), text.encode("utf-8", "surrogatepass"), bytes.fromhex(signature))

    def event(self, event, at):
        kind = event["type"]
        if kind == "JournalFounded":
            self.found(event, at)
        elif kind == "WriterAdmitted":
            self.check(event, [grant_line(event["writer"])], at)
            self.admit(event["writer"], at[1], at)
        elif kind == "WriterDismissed":
            self.check(event, [event["publicKey"], spelling(event["reason"])], at)
            term = self.terms.get(key_id(event["publicKey"]))
            if term is None or term[2] != float("inf"):
                self.find("STATEMENT_WRONG", at, f"no writer has the key {event['publicKey']}")
            else:
                term[2] = at[1]
        elif kind == "PageVoided":
            if self.check(event, [event["shard"], event["height"], event["hash"], spelling(event["reason"])], at):
                self.voids.add((event["shard"], event["height"], event["hash"]))
        elif kind == "LossAccepted":
            lost = [f"{head['height']} {head['hash']}" for head in event["lost"]]
            stated = [event["shard"], event["height"], event["hash"], *lost, spelling(event["reason"])]
            return self.check(event, stated, at)
        elif self.check(event, [*event["roots"], spelling(event["reason"])], at):
            self.roots = event["roots"]

    def found(self, event, at):
        if self.journal is not None or at[1:] != (1, 0):
            self.find("STATEMENT_WRONG", at, "a journal is founded once, by its first event")
            return
        grants = [grant_line(grant) for grant in event["writers"]]
        fixed = [event["time"], event["format"], event["shards"], event["asset"]]
        text = text_of(["airtime-founding-v1", *fixed, *event["roots"], *grants])
        statement = event["statement"]
        is_own = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] == event["journal"]
        is_signed = statement["root"] in event["roots"] and self.is_signed(statement["root"], text, statement["signature"])
        if not is_own or not is_signed or event["shards"] != self.shards:
            self.find("STATEMENT_WRONG", at, "its id is not of this founding, no root signed it, or it has other shards")
        self.journal, self.roots = event["journal"], event["roots"]
        for grant in event["writers"]:
            self.admit(grant, 0, at)

    def admit(self, grant, since, at):
        key = key_id(grant["publicKey"])
        if key in self.terms:
            self.find("STATEMENT_WRONG", at, f"the writer {key} was admitted before")
        else:
            self.terms[key] = [grant, since, float("inf")]

    def check(self, event, stated, at):
        """Whether the next statement of a root stands here."""
        self.statements += 1
        statement = event["statement"]
        text = text_of(["airtime-statement-v1", self.journal, statement["number"], event["type"], *stated])
        is_next = statement["number"] == self.statements and statement["root"] in self.roots
        if not is_next or not self.is_signed(statement["root"], text, statement["signature"]):
            self.find("STATEMENT_WRONG", at, f"statement {statement['number']} is not the next one that a root key signed")
            return False
        return True
