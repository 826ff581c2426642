#!/usr/bin/env python3
"""Verifies an exported Airtime journal. Written from docs/journal.md and its schemas alone; needs Python 3.9 and nothing else.

    airtime journal export | python3 verify.py --shards 4 [--head SHARD:HEIGHT:HASH ...] [--no-signatures]

Prints one JSON object and exits 0 when the journal is sound, 1 when it is not, 2 when it cannot be read.
"""
import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from forms import PAGE, Forms, read as read_json, spelling
from writers import EVENTS as WRITER_EVENTS, Writers

FINDINGS_MAX = 100
BODY_BYTES_MAX = 1_000_000
COVER_MAX = 500
COVER_TEXT_MAX = 60_000
SCHEMAS = Path(__file__).resolve().parents[2] / "docs/events/journal.schema.json"
SPENDABLE = re.compile(
    r"(customer:[^:]+:available|provider:[^:]+:(payable|withheld|uncovered)|treasury:(fees|uncovered)"
    r"|staking:(rewards|uncovered)|burn:uncovered)"
)


class Journal:
    def __init__(self, shards, remembered, forms, signatures=True):
        self.shards = shards
        self.writers = Writers(shards, self.find, signatures)
        self.forms = forms
        self.types = {False: forms.types("LedgerEvent"), True: forms.types("RegistryEvent")}
        self.findings = []
        self.count = 0
        self.expected = {}
        for shard, height, digest in remembered:
            self.expect(shard, height, digest)
        self.heads = {}
        self.pages = 0
        self.events = 0
        self.next_offset = {}
        self.balances = defaultdict(lambda: defaultdict(int))
        self.usage = set()
        self.requests = {}
        self.answered = set()
        self.books = {}
        self.published = {}
        self.rests_on = 0
        self.policies = {}
        self.receivables = defaultdict(list)
        self.sent = {}
        self.received = {}
        self.cuts = defaultdict(dict)
        self.batches = {}
        self.parties = {}
        self.owing = None
        self.paid = defaultdict(int)
        self.supply = 0
        self.last_confirmed = None

    def find(self, law, place, detail):
        self.count += 1
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append({"law": law, "at": "-".join(map(str, place)), "detail": detail})

    def expect(self, shard, height, digest):
        if height == 0:
            return
        known = self.expected.setdefault((shard, height), digest)
        if known != digest:
            self.find("head", (shard, height), f"two hashes are remembered: {known} and {digest}")

    # Pages

    def page(self, page):
        place = (page["shard"], page["height"])
        head = self.heads.get(page["shard"], (0, "0" * 64, "", 0))
        if self.writers.is_void(page):
            # Nothing of it counts: the next page follows the one before.
            self.heads[page["shard"]] = (page["height"], *head[1:])
            if page["shard"] == self.shards:
                self.writers.hashes[page["height"]] = head[1]
            return
        body = page["body"].encode("utf-8", "surrogatepass")
        if len(body) > BODY_BYTES_MAX:
            self.find("page", place, f"the body has {len(body)} bytes")
        digest = hashlib.sha256(body).hexdigest()
        if digest != page["bodyDigest"]:
            self.find("digest", place, f"the body's digest is {digest}")
        lines = [
            "airtime-page-v2",
            page["journal"],
            page["shard"],
            page["height"],
            page["recordedAt"],
            page["previousHash"],
            page["bodyDigest"],
            page["count"],
            page["writer"],
            f"{page['registry']['height']} {page['registry']['hash']}",
        ]
        lines += [f"{o['topic']}/{o['partition']} {o['from']} {o['to']} {o['fingerprint']}" for o in page["offsets"]]
        text = "".join(f"{line}\n" for line in lines)
        header = text.encode("utf-8")
        digest = hashlib.sha256(header).hexdigest()
        if digest != page["hash"]:
            self.find("hash", place, f"the header's hash is {digest}")
        if page["height"] != head[0] + 1:
            self.find("chain", place, f"height {page['height']} follows {head[0]}")
        if page["previousHash"] != head[1]:
            self.find("chain", place, "the previous hash is not that of the page before")
        if page["recordedAt"] < head[2]:
            self.find("chain", place, "it was recorded before the page before")
        if page["registry"]["height"] < head[3]:
            self.find("chain", place, "it rests on an earlier page of the registry than the page before")
        self.heads[page["shard"]] = (page["height"], page["hash"], page["recordedAt"], page["registry"]["height"])
        if page["shard"] == self.shards:
            self.writers.hashes[page["height"]] = page["hash"]
        # The founding says itself who may have written it.
        is_founding = place == (self.shards, 1)
        if not is_founding:
            self.writers.page(page, text)
        before = ("", -1, -1)
        for o in page["offsets"]:
            key = (page["shard"], o["topic"], o["partition"])
            here = (o["topic"], o["partition"], o["from"])
            if o["from"] < self.next_offset.get(key, 0) or o["to"] <= o["from"] or here < before:
                self.find("offsets", place, f"{o} does not follow {self.next_offset.get(key, 0)}")
            self.next_offset[key] = max(self.next_offset.get(key, 0), o["to"])
            before = here
        self.pages += 1
        self.rests_on = page["registry"]["height"]
        events = page["body"].split("\n")
        if events.pop() != "" or len(events) != page["count"]:
            self.find("count", place, f"the body has {len(events)} lines")
        for index, line in enumerate(events):
            self.events += 1
            at = (*place, index)
            try:
                event = self.forms.event(read_json(line))
                if spelling(self.forms.line(event)) != line:
                    self.find("form", at, "the line has a space outside strings, a member twice, or is spelt otherwise")
                self.form(page["shard"], event, at)
                self.origin(event, page, at)
                self.request(event, at)
                if page["shard"] == self.shards:
                    self.registry(event, at)
                else:
                    self.ledger(page["shard"], event, at)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError, RecursionError) as error:
                self.find("event", at, f"{type(error).__name__}: {error}")
        if is_founding:
            self.writers.page(page, text)
        if self.owing is not None:
            self.find("receivable", place, f"{self.owing} had funds and open receivables, and nothing was covered")
            self.owing = None

    def form(self, shard, event, at):
        kind = event["type"]
        if kind not in self.types[shard == self.shards]:
            return
        fault = self.forms.fault(kind, event)
        if fault is not None:
            self.find("form", at, fault)
        home = self.forms.home(kind)
        if home is not None and shard_of(event[home], self.shards) != shard:
            self.find("shard", at, f"{event[home]} does not live in shard {shard}")

    def origin(self, event, page, at):
        match = re.fullmatch(r"kafka:([^/]+)/(\d+)/(\d+)", event["origin"])
        if match is None:
            return
        topic, partition, offset = match[1], int(match[2]), int(match[3])
        if not any(
            o["topic"] == topic and o["partition"] == partition and o["from"] <= offset < o["to"]
            for o in page["offsets"]
        ):
            self.find("offsets", at, f"{event['origin']} is not among the page's offsets")

    def request(self, event, at):
        if "request" not in event:
            return
        key, digest = event["request"]["key"], event["request"]["digest"]
        if self.requests.setdefault(key.split("#")[0], digest) != digest:
            self.find("request", at, f"{key} was used for two requests")
        elif key in self.answered:
            self.find("request", at, f"{key} was answered twice")
        self.answered.add(key)

    # Postings

    def post(self, shard, event, expected, at):
        postings = event.get("postings", [])
        found = [(p["debit"], p["credit"], p["amount"]) for p in postings]
        if expected is not None and found != [(d, c, str(a)) for d, c, a in expected if a != 0]:
            self.find("postings", at, f"expected {expected}, found {found}")
        balances = self.balances[shard]
        for p in postings:
            if p["asset"] != "AIR" or not re.fullmatch(r"[1-9][0-9]*", p["amount"]):
                self.find("postings", at, f"{p} moves nothing that can be moved")
                continue
            balances[p["debit"]] -= int(p["amount"])
            balances[p["credit"]] += int(p["amount"])
            if balances[p["debit"]] < 0 and SPENDABLE.fullmatch(p["debit"]):
                self.find("overspent", at, f"{p['debit']} falls to {balances[p['debit']]}")

    # Holder shards

    def ledger(self, shard, event, at):
        kind = event["type"]
        if kind == "UsageCharged":
            self.charge(shard, event, at)
        elif kind == "ReceivablesCovered":
            self.cover(shard, event, at)
        elif kind == "Minted":
            self.supply += int(event["amount"])
            self.post(shard, event, [("issuance", available(event["holder"]), int(event["amount"]))], at)
        elif kind == "Burned":
            self.supply -= int(event["amount"])
            self.post(shard, event, [(available(event["holder"]), "issuance", int(event["amount"]))], at)
        elif kind == "TransferSent":
            to_shard = shard_of(event["to"], self.shards)
            if to_shard != event["toShard"]:
                self.find("transfer", at, f"{event['to']} lives in shard {to_shard}")
            if to_shard != shard:
                if event["transfer"] in self.sent:
                    self.find("transfer", at, f"{event['transfer']} is sent twice")
                self.sent[event["transfer"]] = event
            credit = available(event["to"]) if to_shard == shard else "transit"
            self.post(shard, event, [(available(event["from"]), credit, int(event["amount"]))], at)
        elif kind == "TransferReceived":
            if event["transfer"] in self.received:
                self.find("transfer", at, f"{event['transfer']} arrives twice")
            self.received[event["transfer"]] = (event, shard, at)
            self.post(shard, event, [("transit", available(event["to"]), int(event["amount"]))], at)
        elif kind == "PayablesCut":
            if shard in self.cuts[event["batch"]]:
                self.find("cut", at, f"{event['batch']} is cut twice")
            self.cuts[event["batch"]][shard] = event
            self.cut(shard, event, at)
        elif kind in ("UsageConflicted", "UsageRejected", "UsageBatchAnswered", "TransferCompleted"):
            self.post(shard, event, [], at)
        else:
            self.find("event", at, f"{kind} is no event of a holder shard")
        self.follow(shard, event, at)

    def follow(self, shard, event, at):
        """Funds that arrive cover what their holder owes, in the next event of the page."""
        if self.owing is not None and event["type"] != "ReceivablesCovered":
            self.find("receivable", at, f"{self.owing} had funds and open receivables, and nothing was covered")
        self.owing = None
        for p in event.get("postings", []):
            match = re.fullmatch(r"customer:([^:]+):available", p["credit"])
            if match is not None and self.receivables.get(match[1]):
                self.owing = match[1]

    def members(self, event, known, at):
        """Nothing here would check what another member says."""
        for name in sorted(event.keys() - known):
            self.find("event", at, f"{name} is no member of {event['type']} that is known")

    def charge(self, shard, event, at):
        self.members(event, CHARGE_MEMBERS, at)
        usage = (event["usage"]["source"], event["usage"]["id"])
        if usage in self.usage:
            self.find("usage", at, f"{usage} is charged twice")
        self.usage.add(usage)
        amount = int(event["amount"])
        versions = (("PriceBookPublished", event["priceBook"]), ("SplitPolicyPublished", event["splitPolicy"]))
        if any(self.published.get(version, 0) > self.rests_on for version in versions):
            self.find("amount", at, f"its page rests on height {self.rests_on} of the registry, before its price book and policy stood")
        if amount != rate(self.books[event["priceBook"]], event):
            self.find("amount", at, f"price book {event['priceBook']} gives another amount")
        shares = split(amount, weights(self.policies[event["splitPolicy"]]))
        covered = min(amount, self.balances[shard][available(event["customer"])])
        paid = shares if covered == amount else [0] * 4 if covered == 0 else split(covered, shares)
        due = [share - part for share, part in zip(shares, paid)]
        recorded = event.get("receivable")
        if (recorded is not None) != (covered < amount):
            self.find("receivable", at, f"{amount - covered} is due")
        if recorded is not None and (int(recorded["amount"]) != amount - covered or read(recorded["shares"]) != due):
            self.find("receivable", at, f"{amount - covered} is due as {due}")
        if sum(due) > 0:
            self.receivables[event["customer"]].append([*usage, event["provider"], due])
        self.supply -= paid[3]
        payer, owed = available(event["customer"]), f"customer:{event['customer']}:receivable"
        provider = f"provider:{event['provider']}"
        self.post(
            shard,
            event,
            [(payer, to, part) for to, part in zip([f"{provider}:payable", *SHARED], paid)]
            + [(owed, to, part) for to, part in zip([f"{provider}:uncovered", *UNCOVERED], due)],
            at,
        )

    def cover(self, shard, event, at):
        self.members(event, COVER_MEMBERS, at)
        queue = self.receivables[event["customer"]]
        providers, rest, total = {}, [0, 0, 0], 0
        for part in event["covered"]:
            source, name, provider, due = queue[0]
            amount = int(part["amount"])
            shares = split(amount, due)
            if (part["source"], part["id"], part["provider"]) != (source, name, provider) or amount > sum(due):
                self.find("receivable", at, f"{part['source']} {part['id']} is not the oldest that is due")
            if read(part["shares"]) != shares:
                self.find("receivable", at, f"{amount} of {due} is {shares}")
            total += amount
            providers[provider] = providers.get(provider, 0) + shares[0]
            rest = [have + more for have, more in zip(rest, shares[1:])]
            left = [have - less for have, less in zip(due, shares)]
            if sum(left) == 0:
                queue.pop(0)
            else:
                queue[0][3] = left
        self.supply -= rest[2]
        available_before = self.balances[shard][available(event["customer"])]
        text = [len((p["source"] + p["id"] + p["provider"]).encode("utf-16-le", "surrogatepass")) // 2 for p in event["covered"]]
        is_full = len(text) == COVER_MAX or sum(text) > COVER_TEXT_MAX
        if not is_full and total < available_before and queue:
            self.find("receivable", at, f"{total} is covered, {available_before} was there and more is due")
        if len(text) > COVER_MAX or sum(text[:-1]) > COVER_TEXT_MAX:
            self.find("receivable", at, "it covers more than one event may")
        if total != int(event["amount"]):
            self.find("receivable", at, f"the parts sum to {total}")
        customer = event["customer"]
        self.post(
            shard,
            event,
            [(available(customer), f"customer:{customer}:receivable", total)]
            + [(f"provider:{p}:uncovered", f"provider:{p}:payable", a) for p, a in providers.items()]
            + list(zip(UNCOVERED, SHARED, rest)),
            at,
        )

    def cut(self, shard, event, at):
        opened = self.batches[event["batch"]]["opened"]
        balances = self.balances[shard]
        expected, payouts, withheld = [], [], []
        for provider in (gate["provider"] for gate in opened["payable"]):
            sources = [f"provider:{provider}:payable", f"provider:{provider}:withheld"]
            expected += [(account, "settlement:in-transit", balances[account]) for account in sources]
            amount = sum(balances[account] for account in sources)
            if amount > 0:
                payouts.append({"provider": provider, "amount": str(amount)})
        for gate in opened["withheld"]:
            accounts = [f"provider:{gate['provider']}:payable", f"provider:{gate['provider']}:withheld"]
            expected.append((*accounts, balances[accounts[0]]))
            amount = sum(balances[account] for account in accounts)
            if amount > 0:
                withheld.append({"provider": gate["provider"], "amount": str(amount), "reason": gate["reason"]})
        if payouts != event["payouts"] or withheld != event["withheld"]:
            self.find("cut", at, f"the shard owes {payouts} and holds {withheld}")
        self.post(shard, event, expected, at)
        if int(event["supply"]) != -balances["issuance"]:
            self.find("cut", at, f"the shard's supply is {-balances['issuance']}")

    # The registry

    def registry(self, event, at):
        kind = event["type"]
        for head in event.get("heads", []):
            self.expect(head["shard"], head["height"], head["hash"])
        if kind in ("PriceBookPublished", "SplitPolicyPublished"):
            versions = self.books if kind == "PriceBookPublished" else self.policies
            if event["version"] in versions:
                self.find("version", at, f"version {event['version']} is published twice")
            versions.setdefault(event["version"], event["book"] if kind == "PriceBookPublished" else event["policy"])
            self.published.setdefault((kind, event["version"]), at[1])
            self.post(self.shards, event, [], at)
        elif kind in WRITER_EVENTS:
            self.writers.event(event, at)
            self.post(self.shards, event, [], at)
        elif kind in PHASES:
            self.settlement(kind, event, at)
        elif kind == "SettlementOpened":
            if event["batch"] in self.batches or any(b["phase"] in UNDER_WAY for b in self.batches.values()):
                self.find("settlement", at, f"{event['batch']} is opened beside another batch")
            self.batches[event["batch"]] = {"opened": event, "phase": "opened", "hashes": set(), "back": {}, "at": at}
            self.gate(event, at)
            self.post(self.shards, event, [], at)
        elif kind in REGISTRY_EVENTS:
            self.party(kind, event, at)
            self.post(self.shards, event, [], at)
        else:
            self.find("event", at, f"{kind} is no event of the registry")

    def party(self, kind, event, at):
        if kind == "PartyRegistered":
            if event["party"] in self.parties:
                self.find("party", at, f"{event['party']} is registered twice")
            self.parties[event["party"]] = {"roles": event["roles"], "kyc": "unverified", "wallets": {}}
        elif kind in ("KycChanged", "WalletSet"):
            party = self.parties.get(event["party"])
            if party is None:
                self.find("party", at, f"{event['party']} is not registered")
            elif kind == "WalletSet":
                party["wallets"][event["chainId"]] = event["wallet"]
            else:
                if party["kyc"] != event["from"]:
                    self.find("party", at, f"{event['party']} is {party['kyc']}, not {event['from']}")
                party["kyc"] = event["to"]

    def gate(self, event, at):
        named = [one["provider"] for one in event["payable"] + event["withheld"]]
        if len(set(named)) != len(named):
            self.find("gate", at, "a provider stands in the batch twice")
        wallets = {one["wallet"].lower() for one in event["payable"]}
        if len(wallets) != len(event["payable"]):
            self.find("gate", at, "two providers are paid to one wallet")
        for one in event["payable"]:
            party = self.parties.get(one["provider"], {"roles": [], "kyc": "", "wallets": {}})
            is_open = "provider" in party["roles"] and party["kyc"] in ("verified", "review_due")
            if not is_open or party["wallets"].get(event["chainId"]) != one["wallet"]:
                self.find("gate", at, f"{one['provider']} may not be paid to {one['wallet']}")

    def settlement(self, kind, event, at):
        batch = self.batches[event["batch"]]
        chain = batch["opened"]["chainId"]
        vault, supply = f"chain:{chain}:vault", f"chain:{chain}:supply"
        balances = self.balances[self.shards]
        before, after = PHASES[kind]
        if batch["phase"] not in before:
            self.find("settlement", at, f"{kind} of a batch that is {batch['phase']}")
        batch["phase"] = after
        expected = []
        if kind in ("SettlementPlanned", "SettlementEmpty"):
            batch["supply"] = on_chains(balances)
        if kind == "SettlementPlanned":
            batch["planned"] = event
            for gate in batch["opened"]["payable"]:
                account = f"provider:{gate['provider']}:payable"
                if balances[account] > 0:
                    batch["back"][gate["provider"]] = balances[account]
                    expected.append((account, "settlement:in-transit", balances[account]))
            if sum(int(p["amount"]) for p in event["payouts"]) != int(event["total"]):
                self.find("settlement", at, "the payouts do not sum to the total")
            wallets = [p["wallet"].lower() for p in event["payouts"]]
            if wallets != sorted(set(wallets)):
                self.find("settlement", at, "the wallets of the payouts do not ascend")
            opened = [(gate["provider"], gate["wallet"]) for gate in batch["opened"]["payable"]]
            if any((p["provider"], p["wallet"]) not in opened for p in event["payouts"]):
                self.find("settlement", at, "a payout goes where the gate did not open")
        elif kind == "SettlementSigned":
            batch["hashes"].add(event["hash"])
        elif kind == "SettlementConfirmed":
            planned = batch["planned"]
            if event["hash"] not in batch["hashes"]:
                self.find("settlement", at, f"{event['hash']} was never signed")
            if len(event["logIndexes"]) != len(planned["payouts"]):
                self.find("settlement", at, "not every payout has its log")
            expected = [
                (vault, supply, int(planned["mint"])),
                (supply, vault, int(planned["burn"])),
                ("settlement:in-transit", vault, int(planned["total"])),
            ]
            self.paid[chain] += int(planned["total"])
            self.last_confirmed = event["batch"]
        elif kind == "SettlementReverted":
            expected = [
                ("settlement:in-transit", f"provider:{p['provider']}:payable", int(p["amount"]))
                for p in batch["planned"]["payouts"]
            ]
        self.post(self.shards, event, expected, at)

    # Laws over all shards

    def close(self):
        for (shard, height), digest in self.expected.items():
            if height > self.heads.get(shard, (0,))[0]:
                self.find("head", (shard, height), f"{digest} is remembered, the journal ends before it")
        total = defaultdict(int)
        for shard, balances in self.balances.items():
            if sum(balances.values()) != 0:
                self.find("sum", (shard,), f"balances sum to {sum(balances.values())}")
            for account, balance in balances.items():
                total[account] += balance
        for name, (event, shard, at) in self.received.items():
            sent = self.sent.get(name)
            if sent is None or any(sent[key] != event[key] for key in ("from", "to", "amount")) or sent["toShard"] != shard:
                self.find("transfer", at, f"{name} arrives otherwise than it was sent")
        in_transit = 0
        for name, batch in self.batches.items():
            cuts = self.cuts.get(name, {})
            owed = defaultdict(int, batch["back"])
            for cut in cuts.values():
                for payout in cut["payouts"]:
                    owed[payout["provider"]] += whole(payout["amount"])
            if batch["phase"] not in ("confirmed", "reverted"):
                in_transit += sum(owed.values())
            if batch["phase"] == "opened":
                continue
            if sorted(cuts) != list(range(self.shards)):
                self.find("cut", batch["at"], f"{name} is planned from the cuts of shards {sorted(cuts)}")
            planned = batch.get("planned", {"payouts": [], "mint": "0", "burn": "0"})
            if {p["provider"]: whole(p["amount"]) for p in planned["payouts"]} != {p: a for p, a in owed.items() if a}:
                self.find("cut", batch["at"], f"{name} does not pay what was cut")
            change = sum(whole(cut["supply"]) for cut in cuts.values()) - batch.get("supply", 0)
            if change != whole(planned["mint"]) - whole(planned["burn"]):
                self.find("cut", batch["at"], f"{name} moves the supply on all chains otherwise than by {change}")
        owed = sum(sum(due) for queue in self.receivables.values() for *_, due in queue)
        between = sum(whole(event["amount"]) for name, event in self.sent.items() if name not in self.received)
        laws = [
            ("minted minus burned", -total["issuance"], self.supply),
            ("between shards", total["transit"], between),
            ("uncovered", sum(b for a, b in total.items() if a.endswith(":uncovered")), owed),
            ("receivable", -sum(b for a, b in total.items() if a.endswith(":receivable")), owed),
            ("in transit to providers", total["settlement:in-transit"], in_transit),
        ]
        laws += [(f"paid on chain {c}", total[f"chain:{c}:supply"] + total[f"chain:{c}:vault"], p) for c, p in self.paid.items()]
        if self.last_confirmed is not None:
            at_cut = sum(whole(cut["supply"]) for cut in self.cuts.get(self.last_confirmed, {}).values())
            laws.append(("on all chains", on_chains(total), at_cut))
        for law, found, expected in laws:
            if found != expected:
                self.find("supply", (self.shards,), f"{law} is {found} and must be {expected}")
        return {a: str(b) for a, b in sorted(total.items()) if b != 0}


SHARED = ["treasury:fees", "staking:rewards", "issuance"]
UNCOVERED = ["treasury:uncovered", "staking:uncovered", "burn:uncovered"]
COMMON_MEMBERS = {"type", "time", "actor", "origin", "request", "postings"}
CHARGE_MEMBERS = COMMON_MEMBERS | {
    "usage", "usageType", "customer", "provider", "model", "meters", "budget", "hold",
    "priceBook", "splitPolicy", "amount", "receivable",
}
COVER_MEMBERS = COMMON_MEMBERS | {"customer", "amount", "covered"}
UNDER_WAY = ("opened", "planned", "signed")
PHASES = {
    "SettlementPlanned": (("opened",), "planned"),
    "SettlementEmpty": (("opened",), "empty"),
    "SettlementSigned": (("planned", "signed"), "signed"),
    "SettlementConfirmed": (("signed",), "confirmed"),
    "SettlementReverted": (("planned", "signed"), "reverted"),
}
REGISTRY_EVENTS = {
    "PartyRegistered", "KycChanged", "WalletSet", "KeyIssued", "KeyRevoked", "ChainRegistered", "ReconciliationRecorded",
}


def on_chains(balances):
    return sum(balance for account, balance in balances.items() if re.fullmatch(r"chain:\d+:supply", account))


def whole(text):
    """An amount as an event gives it; what is none was named where it stands, and counts nothing in the sums."""
    return int(text) if isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,1000}", text) else 0


def available(holder):
    return f"customer:{holder}:available"


def read(shares):
    return [int(shares[name]) for name in ("provider", "treasury", "stakers", "burn")]


def weights(policy):
    return [policy[name] for name in ("provider", "treasury", "stakers", "burn")]


def split(total, parts):
    """Largest remainder; equal remainders are served in order."""
    whole = sum(parts)
    shares = [total * part // whole for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (-(total * parts[i] % whole), i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def decimal(text, digits):
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?", text)
    if match is None or len(match[2] or "") > digits:
        raise ValueError(f"{text} is no decimal number of at most {digits} fraction digits")
    return int(match[1] + (match[2] or "").ljust(digits, "0"))


def closeness(pattern, text):
    if pattern.endswith("*"):
        return len(pattern) - 1 if text.startswith(pattern[:-1]) else -1
    return 1000 if pattern == text else -1


def rate(book, event):
    best, best_rank = None, (-1, -1)
    for line in book["prices"]:
        rank = (closeness(line["model"], event["model"]), closeness(line.get("provider", "*"), event["provider"]))
        if line["type"] == event["usageType"] and min(rank) >= 0 and rank > best_rank:
            best, best_rank = line, rank
    amount = 0
    for meter, quantity in event["meters"].items():
        price = best["meters"][meter]
        amount += decimal(quantity, 9) * (decimal(price["price"], 18) // int(price["per"])) // 10**9
    return amount


def shard_of(holder, shards):
    """Kafka's murmur2 over the UTF-8 bytes, sign bit cleared, modulo the number of shards."""
    data, mask, m = holder.encode("utf-8"), 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & mask
    for i in range(0, len(data) & ~3, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = (h * m & mask) ^ k
    tail = data[len(data) & ~3 :]
    if tail:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return ((h ^ h >> 15) & 0x7FFFFFFF) % shards


def read_page(line, journal):
    """One line of the export; None when it is no page of this journal, which is a finding. Raises ValueError for no JSON."""
    page = read_json(line)
    fault = PAGE(page, "the page")
    if fault is None and page["shard"] > journal.shards:
        fault = f"the journal has no shard {page['shard']}"
    if fault is not None:
        journal.find("page", ("line",), fault)
        return None
    if spelling(page) != line:
        journal.find("page", (page["shard"], page["height"]), "the line is spelt otherwise than the journal spells")
    return page


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
        forms = Forms(json.loads(Path(options.schemas).read_text(encoding="utf-8")))
        journal = Journal(options.shards, [(int(s), int(h), digest) for s, h, digest in heads], forms, not options.no_signatures)
        with open(options.file, encoding="utf-8") if options.file else sys.stdin as lines:
            pages = [page for line in lines if (page := read_page(line.removesuffix("\n"), journal)) is not None]
        # The export gives the registry last; prices and batches stand there, so it is read first.
        for page in pages:
            if page["shard"] == options.shards and "PageVoided" in page["body"]:
                for line in page["body"].split("\n")[:-1]:
                    try:
                        journal.writers.claim(forms.event(read_json(line)))
                    except (ValueError, TypeError, AttributeError, IndexError):
                        pass
        for page in [p for p in pages if p["shard"] == options.shards] + [p for p in pages if p["shard"] != options.shards]:
            journal.page(page)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(json.dumps({"sound": False, "error": f"{type(error).__name__}: {error}"}))
        return 2
    journal.writers.close()
    balances = journal.close()
    # Plans name heads of holder shards, so these are compared when everything is read.
    for page in pages:
        digest = journal.expected.get((page["shard"], page["height"]))
        if digest is not None and digest != page["hash"]:
            journal.find("head", (page["shard"], page["height"]), f"{digest} is remembered, {page['hash']} stands there")
    print(
        json.dumps(
            {
                "sound": journal.count == 0,
                "pages": journal.pages,
                "events": journal.events,
                "usages": len(journal.usage),
                "findingCount": journal.count,
                "findings": journal.findings,
                "balances": balances,
            }
        )
    )
    return 0 if journal.count == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
