"""Reversals: what an entry had done, read from it once more, and where what it moved goes back to."""
from arithmetic import split
from grants import available, pending

EVENTS = ("EntryReversed", "EntryRestored", "ClawbackFilled")
SHARES = ("provider", "treasury", "stakers", "burn")
BETWEEN = ("ReceivablesCovered", "BudgetThresholdsReached", "TopUpRequested", "ClawbackFilled")


class Reversals:
    """@param balances of every shard; receivables: what each customer owes, oldest first; counters: of months"""

    def __init__(self, find, grants, budgets, balances, receivables, counters, corrections):
        self.find, self.grants, self.budgets = find, grants, budgets
        self.balances, self.receivables, self.counters, self.corrections = balances, receivables, counters, corrections
        self.originals, self.covers, self.reversed, self.undoable = {}, {}, set(), {}
        self.unfilled, self.paid_at = set(), None

    def wrong(self, at, detail):
        self.find("REVERSAL_WRONG", at, detail)

    # Every event of a holder shard, once its postings are in the balances

    def follow(self, event, at):
        if self.unfilled and (at[:2] != self.paid_at[:2] or event["type"] not in BETWEEN):
            self.close()
        entry = "-".join(map(str, at))
        if event["type"] == "ReceivablesCovered":
            self.remember_covers(event, entry)
        original = original_of(event, entry, at[0])
        if original is not None:
            self.originals[entry] = original
        for p in event.get("postings", []):
            carried = carried_for(p["credit"])
            if carried is not None and self.balances[at[0]][carried] < 0:
                self.unfilled.add(p["credit"])
                self.paid_at = at

    def close(self):
        if self.unfilled:
            self.wrong(self.paid_at, f"{self.unfilled} was paid to, and what its payee is to give back is not filled")
        self.unfilled = set()

    def remember_covers(self, event, entry):
        uses = uses_of(event.get("grants", ""), taken(event, available(event["customer"])))
        for part in event["covered"]:
            paid, wanted = [], int(part["amount"])
            while wanted > 0 and uses:
                grant, there = uses.pop(0)
                given = min(there, wanted)
                wanted -= given
                paid.append((grant, given))
                if given < there:
                    uses.insert(0, (grant, there - given))
            said = {"entry": entry, "amount": part["amount"], "shares": part["shares"], "grants": uses_text(paid)}
            self.covers.setdefault((entry, part["source"], part["id"]), said)

    # Their own events: each gives the postings that it must have, or None when nobody can say, and how it changes the supply

    def event(self, event, at):
        by_type = {"EntryReversed": self.reverse, "EntryRestored": self.restore, "ClawbackFilled": self.fill}
        return by_type[event["type"]](event, at)

    def reverse(self, event, at):
        entry, original, holder = event["entry"], event["original"], event["holder"]
        if self.originals.get(entry) != original:
            self.wrong(at, f"{entry} had done {self.originals.get(entry)}, and it says {original}")
        if entry in self.reversed:
            self.wrong(at, f"{entry} is reversed a second time")
        self.reversed.add(entry)
        if (entry, holder, event["amount"]) != (original["entry"], original["holder"], original["amount"]):
            self.wrong(at, "it names another holder, amount or entry")
        if not entry.startswith(f"{at[0]}-"):
            self.wrong(at, f"{entry} is an entry of another shard")
        self.corrections.reversed(event, at)
        if "charge" in original:
            return self.charge(event, original, original["charge"], at)
        amount, first = int(event["amount"]), first_of(original)
        if first["type"] in ("Minted", "GrantIssued"):
            origin = self.whole(first["entry"], holder, amount, at)
            self.back(event, [], at)
            return None if origin is None else [(origin, "issuance", amount)]
        origin = self.whole(first["entry"], original["to"], amount, at) if "to" in original else "issuance"
        gone = self.back(event, paid_by(original), at)
        return None if origin is None else [(origin, available(holder), amount), *gone]

    def whole(self, entry, holder, amount, at):
        """Only a whole grant is taken back. Returns the account in which it stood."""
        grant = self.grants.known.get(entry)
        if grant is None or grant.holder != holder or grant.left != amount or grant.state not in ("pending", "open"):
            self.wrong(at, f"the grant {entry} is not whole")
            return None
        is_pending = grant.state == "pending"
        self.grants.unschedule("GrantActivated" if is_pending else "GrantExpired", entry, at[0])
        self.grants.drop(grant, "voided")
        return pending(holder) if is_pending else available(holder)

    def charge(self, event, original, charge, at):
        holder, name = event["holder"], (charge["source"], charge["id"])
        due = self.cancel(event, holder, name, at)
        covers = event.get("covers", [])
        for cover in covers:
            if self.covers.get((cover["entry"], *name)) != cover:
                self.wrong(at, f"{cover['entry']} did not cover {cover} of {name}")
        if len({cover["entry"] for cover in covers}) != len(covers):
            self.wrong(at, "a covering is named twice")
        covered = sum(int(cover["amount"]) for cover in covers)
        if covered + sum(due) != int(charge.get("owed", {"amount": 0})["amount"]):
            self.wrong(at, f"{covered} was covered, {sum(due)} is due, and {charge.get('owed')} was owed")
        paid = [charge["shares"], *(cover["shares"] for cover in covers)]
        shares = [sum(int(one[share]) for one in paid) for share in SHARES]
        self.uncount(holder, charge, original)
        uses = paid_by(original) + [use for cover in covers for use in uses_of(cover["grants"], int(cover["amount"]))]
        return self.take(holder, charge.get("provider"), shares, at) + [
            (f"{account}:uncovered", f"customer:{holder}:receivable", part)
            for account, part in zip((f"provider:{charge.get('provider', holder)}", "treasury", "staking", "burn"), due)
        ] + self.back(event, uses, at)

    def cancel(self, event, holder, name, at):
        """Takes out what is still owed. Returns the shares that are due."""
        queue = self.receivables[holder]
        place = next((i for i, one in enumerate(queue) if (one[0], one[1]) == name), None)
        due = [0] * 4 if place is None else queue.pop(place)[3]
        said = event.get("cancelled")
        expected = {"amount": str(sum(due)), "shares": {share: str(part) for share, part in zip(SHARES, due)}}
        if said != (expected if sum(due) > 0 else None):
            self.wrong(at, f"{due} is still due, and it cancels {said}")
        return due

    def count_months(self, holder, charge, times):
        counted = charge.get("counted", {"meters": {}})
        for meter, count in counted["meters"].items():
            key = counted["line"], counted["month"], meter
            more = billionths(count["after"]) - billionths(count["before"])
            self.counters[holder][key] = self.counters[holder].get(key, 0) + times * more

    def uncount(self, holder, charge, original):
        self.count_months(holder, charge, -1)
        budgeted = charge.get("budgeted")
        if budgeted is not None:
            used = int(original["amount"]) - int(budgeted.get("beyond", 0))
            self.budgets.uncount(budgeted["path"], budgeted["day"], used, place_of(original["entry"]))

    def take(self, holder, provider, shares, at):
        """Each share from where it was paid to; what is not there is carried."""
        payees = [] if provider is None else [(f"provider:{provider}:payable", shares[0])]
        postings = []
        for account, amount in [*payees, ("treasury:fees", shares[1]), ("staking:rewards", shares[2])]:
            there = min(self.balances[at[0]][account], amount)
            postings += [(account, available(holder), there), (carried_for(account), available(holder), amount - there)]
        return [*postings, ("issuance", available(holder), shares[3])]

    def back(self, event, uses, at):
        """Gives grants back what they paid. Returns the postings of what goes on."""
        holder, gone = event["holder"], {}
        parts = {"returned": [], "lapsed": []}
        for name, amount in merged(uses):
            grant = self.grants.known.get(name)
            if grant is None or grant.holder != holder:
                self.wrong(at, f"{name} is no grant of {holder}")
                continue
            account = self.grants.restore(grant, amount)
            parts["returned" if account is None else "lapsed"].append((name, amount))
            if account is not None:
                gone[account] = gone.get(account, 0) + amount
        # Another charge took the place of what it took back: it is never undone.
        if event.get("cause") not in ("replacement", "rerating"):
            self.undoable["-".join(map(str, at))] = (event["original"], parts["returned"])
        for part, expected in parts.items():
            total = str(sum(amount for _, amount in expected))
            wanted = {"amount": total, "grants": uses_text(expected)} if expected else None
            if event.get(part) != wanted:
                self.wrong(at, f"{part} is {wanted}, and it says {event.get(part)}")
        return [(available(holder), account, amount) for account, amount in gone.items()]

    # A reversal is undone

    def restore(self, event, at):
        original, had = self.undoable.pop(event["entry"], (None, []))
        if original != event["original"]:
            self.wrong(at, f"{event['entry']} had taken back {original}, or it is restored a second time")
        original = event["original"]
        if (event["holder"], event["amount"]) != (original["holder"], original["amount"]) or not event["entry"].startswith(f"{at[0]}-"):
            self.wrong(at, "it names another holder, amount or shard")
        if "charge" in original:
            return self.charge_again(event, original["charge"], had, at)
        holder, amount, first = event["holder"], int(event["amount"]), first_of(original)
        is_issued = first["type"] in ("Minted", "GrantIssued")
        if self.pay_again(event, had, 0 if is_issued else amount, at) != (0 if is_issued else amount):
            self.wrong(at, f"the grants of {holder} have less than {amount}")
        to = holder if is_issued else original.get("to")
        if to is not None and not self.grants.revive(first["entry"], to, amount):
            self.wrong(at, f"the grant {first['entry']} was not taken back, or has ended")
        self.owed_again(event, [0] * 4, at)
        return [("issuance" if is_issued else available(holder), "issuance" if to is None else available(to), amount)]

    def charge_again(self, event, charge, had, at):
        holder, provider = event["holder"], charge.get("provider", event["holder"])
        owed = charge.get("owed", {"shares": dict.fromkeys(SHARES, "0")})["shares"]
        due = [int(charge["shares"][share]) + int(owed[share]) for share in SHARES]
        beyond, expected = 0, None
        if "budgeted" in charge:
            path = charge["budgeted"]["path"]
            beyond = self.budgets.count_again(holder, path, sum(due), at)
            expected = {"day": self.budgets.day, "path": path, **({"beyond": str(beyond)} if beyond else {})}
        if event.get("budgeted") != expected:
            self.wrong(at, f"it counts as {expected}, and it says {event.get('budgeted')}")
        paid = self.pay_again(event, had, sum(due) - beyond, at)
        shares = due if paid == sum(due) else [0] * 4 if paid == 0 else split(paid, due)
        left = [have - less for have, less in zip(due, shares)]
        self.owed_again(event, left, at)
        if sum(left) > 0:
            self.receivables[holder].append([charge["source"], charge["id"], provider, left])
        self.count_months(holder, charge, 1)
        waiting = [f"provider:{provider}:uncovered", "treasury:uncovered", "staking:uncovered", "burn:uncovered"]
        payees = [f"provider:{provider}:payable", "treasury:fees", "staking:rewards", "issuance"]
        return [(available(holder), *one) for one in zip(payees, shares)] + [
            (f"customer:{holder}:receivable", *one) for one in zip(waiting, left)
        ]

    def pay_again(self, event, had, wanted, at):
        uses = self.grants.again(event["holder"], had, wanted, "to" in event["original"])
        total = sum(amount for _, amount in uses)
        expected = {"amount": str(total), "grants": uses_text(uses)} if uses else None
        if event.get("paid") != expected:
            self.wrong(at, f"{expected} pays, and it says {event.get('paid')}")
        return total

    def owed_again(self, event, left, at):
        shares = {share: str(part) for share, part in zip(SHARES, left)}
        expected = {"amount": str(sum(left)), "shares": shares} if sum(left) > 0 else None
        if event.get("receivable") != expected:
            self.wrong(at, f"{expected} is owed again, and it says {event.get('receivable')}")

    def fill(self, event, at):
        paid = next((one for one in self.unfilled if carried_for(one) == event["account"]), None)
        balances = self.balances[at[0]]
        if paid is None:
            self.wrong(at, f"nothing is to be filled in {event['account']}")
            return None
        self.unfilled.discard(paid)
        amount = min(balances[paid], -balances[event["account"]])
        if event["amount"] != str(amount):
            self.wrong(at, f"{amount} is to be filled")
        return [(paid, event["account"], amount)]


def carried_for(account):
    """Where it is carried what a payee is to give back; None for what nobody is paid in."""
    if account in ("treasury:fees", "staking:rewards"):
        return account.split(":")[0] + ":clawback"
    parts = account.split(":")
    return f"provider:{parts[1]}:clawback" if len(parts) == 3 and parts[0] == "provider" and parts[2] == "payable" else None


def original_of(event, entry, shard):
    """What an entry had done; None for one that is not reversed."""
    kind = event["type"]
    if kind in ("UsageCharged", "HoldCaptured"):
        return charge_of(event, entry)
    if kind == "EntryRestored":
        return restored_of(event, entry)
    if kind == "TransferSent" and event["toShard"] == shard:
        who = {"holder": event["from"], "to": event["to"]}
    elif kind in ("Minted", "GrantIssued", "Burned"):
        who = {"holder": event["holder"]}
    else:
        return None
    paid = [] if kind in ("Minted", "GrantIssued") else uses_of(event.get("grants", ""), taken(event, available(who["holder"])))
    return {"entry": entry, "type": kind, "time": event["time"], "amount": event["amount"], **who, **part("paid", paid)}


def charge_of(event, entry):
    customer, used = event["customer"], event.get("capture", {}).get("used", {"grants": "", "amount": "0"})
    paid = uses_of(used["grants"], int(used["amount"])) + uses_of(event.get("grants", ""), taken(event, available(customer)))
    is_usage = event["type"] == "UsageCharged"
    named = event["usage"] if is_usage else {"source": "hold", "id": event["hold"]}
    charge = {"source": named["source"], "id": named["id"]}
    if "provider" in event:
        charge["provider"] = event["provider"]
    charge["shares"] = {share: str(amount) for share, amount in zip(SHARES, shares_paid(event))}
    if "receivable" in event:
        charge["owed"] = event["receivable"]
    if "budgeted" in event:
        charge["budgeted"] = {"path": event.get("budget", customer), **event["budgeted"]}
    if "counted" in event:
        charge["counted"] = event["counted"]
    if is_usage:
        charge["metered"] = {name: event[name] for name in ("usageType", "model", "region", "meters") if name in event}
    said = {"entry": entry, "type": event["type"], "time": event["time"], "amount": event["amount"], "holder": customer}
    return {**said, **part("paid", paid), "charge": charge}


def restored_of(event, entry):
    """What a restoration does is what its reversal had taken back, of what is there now."""
    original, now = event["original"], {"owed": event.get("receivable"), "budgeted": event.get("budgeted")}
    said = {"entry": entry, "type": event["type"], "time": event["time"], "amount": event["amount"], "holder": event["holder"]}
    said |= {name: one for name, one in (("to", original.get("to")), ("paid", event.get("paid"))) if one is not None}
    if "charge" in original:
        charge = {name: one for name, one in original["charge"].items() if name not in now}
        paid = shares_paid(event | {"customer": event["holder"], "provider": charge.get("provider")})
        charge["shares"] = {share: str(amount) for share, amount in zip(SHARES, paid)}
        said["charge"] = charge | {name: one for name, one in now.items() if one is not None}
    return {**said, "restores": first_of(original)}


def first_of(original):
    """The first entry of those that reversed and restored each other."""
    return original.get("restores", {"entry": original["entry"], "type": original["type"]})


def shares_paid(event):
    """What each payee was paid at once; what a hold gave back to issuance beside it is no share."""
    customer = event["customer"]
    payees = [f"provider:{event.get('provider')}:payable", "treasury:fees", "staking:rewards", "issuance"]
    shares = [0] * 4
    lapsed = int(event.get("capture", {}).get("lapsed", {"amount": 0})["amount"])
    for p in event["postings"]:
        if p["debit"] not in (available(customer), f"customer:{customer}:held"):
            continue
        if p["credit"] in payees:
            shares[payees.index(p["credit"])] += int(p["amount"])
        elif p["credit"].startswith("breakage:"):
            lapsed -= int(p["amount"])
    return [*shares[:3], shares[3] - lapsed]


def taken(event, account):
    return sum(int(p["amount"]) for p in event["postings"] if p["debit"] == account)


def uses_of(text, total):
    words = text.split(" ") if text else []
    if len(words) < 2:
        return [(word, total) for word in words]
    return [(words[i], int(words[i + 1])) for i in range(0, len(words), 2)]


def uses_text(uses):
    return uses[0][0] if len(uses) == 1 else " ".join(f"{grant} {amount}" for grant, amount in uses)


def merged(uses):
    """Each grant once, in the order in which it is named first."""
    sums = {}
    for grant, amount in uses:
        sums[grant] = sums.get(grant, 0) + amount
    return list(sums.items())


def part(name, uses):
    uses = merged(uses)
    total = sum(amount for _, amount in uses)
    return {name: {"amount": str(total), "grants": uses_text(uses)}} if total > 0 else {}


def paid_by(original):
    return uses_of(original["paid"]["grants"], int(original["paid"]["amount"])) if "paid" in original else []


def place_of(entry):
    return tuple(int(word) for word in entry.split("-"))


def billionths(quantity):
    whole, _, fraction = quantity.partition(".")
    return int(whole) * 10**9 + int(fraction.ljust(9, "0") or 0)
