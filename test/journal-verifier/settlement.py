"""Settlement batches: their steps, the cuts of what was owed, plans that are the sum of their cuts (docs/journal.md, section 4)."""
import re
from collections import defaultdict

from arithmetic import whole
from keccak import keccak256

UNDER_WAY = ("opened", "planned", "signed")
PHASES = {
    "SettlementPlanned": (("opened",), "planned"),
    "SettlementEmpty": (("opened",), "empty"),
    "SettlementSigned": (("planned", "signed"), "signed"),
    "SettlementConfirmed": (("signed",), "confirmed"),
    "SettlementReverted": (("planned", "signed"), "reverted"),
}


def on_chains(balances):
    return sum(balance for account, balance in balances.items() if re.fullmatch(r"chain:\d+:supply", account))


def heads_digest(heads):
    """What the chain remembers of the pages that a plan names."""
    ascending = sorted(heads, key=lambda head: head["shard"])
    text = "".join(f"{head['shard']}:{head['height']}:{head['hash']}\n" for head in ascending)
    return f"0x{keccak256(text.encode('utf-8', 'surrogatepass'))}"


class Settlements:
    """@param gate checks who a batch opens for; @param balances of the registry shard"""

    def __init__(self, shards, find, gate, balances):
        self.shards = shards
        self.find = find
        self.gate = gate
        self.balances = balances
        self.batches = {}
        self.cuts = defaultdict(dict)
        self.heights = defaultdict(dict)
        self.paid = defaultdict(int)
        self.last_confirmed = None

    def wrong(self, at, detail):
        self.find("SETTLEMENT_WRONG", at, detail)

    def cut_wrong(self, at, detail):
        self.find("CUT_WRONG", at, detail)

    def event(self, event, at):
        """Takes an event of the registry; returns what its postings must be, None when nobody can say."""
        kind, name = event["type"], event["batch"]
        if kind == "SettlementOpened":
            return self.open(event, at)
        batch = self.batches.get(name)
        if batch is None:
            self.wrong(at, f"{name} was never opened")
            return None
        before, after = PHASES[kind]
        if batch["phase"] not in before:
            self.wrong(at, f"{kind} of a batch that is {batch['phase']}")
        batch["phase"] = after
        if kind in ("SettlementPlanned", "SettlementEmpty"):
            batch["supply"] = on_chains(self.balances)
            batch["named"] = [f"{head['shard']}:{head['height']}" for head in event["heads"]]
        if kind == "SettlementPlanned":
            return self.plan(batch, event, at)
        if kind == "SettlementSigned":
            batch["hashes"].add(event["hash"])
        elif kind == "SettlementConfirmed":
            return self.confirm(batch, event, at)
        elif kind == "SettlementReverted":
            payouts = batch["planned"]["payouts"] if "planned" in batch else []
            return [("settlement:in-transit", f"provider:{p['provider']}:payable", int(p["amount"])) for p in payouts]
        return []

    def open(self, event, at):
        name = event["batch"]
        if name in self.batches or any(batch["phase"] in UNDER_WAY for batch in self.batches.values()):
            self.wrong(at, f"{name} is opened a second time or beside another batch")
        self.batches[name] = {"opened": event, "phase": "opened", "hashes": set(), "back": {}, "at": at}
        self.gate(event, at)
        return []

    def plan(self, batch, event, at):
        batch["planned"] = event
        expected = []
        for gate in batch["opened"]["payable"]:
            account = f"provider:{gate['provider']}:payable"
            if self.balances[account] > 0:
                batch["back"][gate["provider"]] = self.balances[account]
                expected.append((account, "settlement:in-transit", self.balances[account]))
        if sum(int(p["amount"]) for p in event["payouts"]) != int(event["total"]):
            self.wrong(at, "the payouts do not sum to the total")
        wallets = [p["wallet"].lower() for p in event["payouts"]]
        if wallets != sorted(set(wallets)):
            self.wrong(at, "the wallets of the payouts do not ascend")
        opened = [(gate["provider"], gate["wallet"]) for gate in batch["opened"]["payable"]]
        if any((p["provider"], p["wallet"]) not in opened for p in event["payouts"]):
            self.wrong(at, "a payout goes where the gate did not open")
        digest = heads_digest(event["heads"])
        if event["headsDigest"] != digest:
            self.find("HEADS_WRONG", at, f"{event['batch']} names heads of the digest {digest}")
        return expected

    def confirm(self, batch, event, at):
        self.last_confirmed = event["batch"]
        planned = batch.get("planned")
        if planned is None:
            return None
        chain = batch["opened"]["chainId"]
        vault, supply = f"chain:{chain}:vault", f"chain:{chain}:supply"
        if event["hash"] not in batch["hashes"]:
            self.wrong(at, f"{event['hash']} was never signed")
        if len(event["logIndexes"]) != len(planned["payouts"]):
            self.wrong(at, "not every payout has its log")
        self.paid[chain] += int(planned["total"])
        return [
            (vault, supply, int(planned["mint"])),
            (supply, vault, int(planned["burn"])),
            ("settlement:in-transit", vault, int(planned["total"])),
        ]

    def cut(self, shard, balances, event, at):
        """Takes a shard's cut; returns what its postings must be."""
        name = event["batch"]
        if shard in self.cuts[name]:
            self.cut_wrong(at, f"{name} is cut twice")
        self.cuts[name][shard] = event
        self.heights[name][shard] = at[1]
        if name not in self.batches:
            self.cut_wrong(at, f"{name} was never opened")
            return None
        opened = self.batches[name]["opened"]
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
            self.cut_wrong(at, f"the shard owes {payouts} and withholds {withheld}")
        return expected

    def after_cut(self, balances, event, at):
        if int(event["supply"]) != -balances["issuance"]:
            self.cut_wrong(at, f"the shard's supply is {-balances['issuance']}")

    def close(self):
        """Compares plans with cuts. Returns what must be in transit to providers."""
        in_transit = 0
        for name, cuts in self.cuts.items():
            batch = self.batches.get(name, {"phase": "none"})
            if batch["phase"] in ("confirmed", "reverted"):
                continue
            in_transit += sum(whole(payout["amount"]) for cut in cuts.values() for payout in cut["payouts"])
        for name, batch in self.batches.items():
            if batch["phase"] == "opened":
                continue
            if batch["phase"] not in ("confirmed", "reverted"):
                in_transit += sum(batch["back"].values())
            self.compare(name, batch, self.cuts.get(name, {}))
            places = [*sorted(self.heights[name].items()), batch["at"][:2]]
            expected = [f"{shard}:{height}" for shard, height in places]
            if batch.get("named", []) != expected:
                self.find("HEADS_WRONG", batch["at"], f"{name} stands on {expected}")
        return in_transit

    def compare(self, name, batch, cuts):
        owed = defaultdict(int, batch["back"])
        for cut in cuts.values():
            for payout in cut["payouts"]:
                owed[payout["provider"]] += whole(payout["amount"])
        if sorted(cuts) != list(range(self.shards)):
            self.cut_wrong(batch["at"], f"{name} is planned from the cuts of shards {sorted(cuts)}")
        planned = batch.get("planned", {"payouts": [], "mint": "0", "burn": "0"})
        if {p["provider"]: whole(p["amount"]) for p in planned["payouts"]} != {p: a for p, a in owed.items() if a}:
            self.cut_wrong(batch["at"], f"{name} does not pay what was cut")
        change = sum(whole(cut["supply"]) for cut in cuts.values()) - batch.get("supply", 0)
        if change != whole(planned["mint"]) - whole(planned["burn"]):
            self.cut_wrong(batch["at"], f"{name} moves the supply on all chains otherwise than by {change}")

    def supply_at_last_cut(self):
        if self.last_confirmed is None:
            return None
        return sum(whole(cut["supply"]) for cut in self.cuts.get(self.last_confirmed, {}).values())
