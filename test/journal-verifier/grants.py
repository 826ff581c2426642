"""Grants: what of each was used, in an order that is derived here once more."""
import bisect
import re

from arithmetic import instant, whole

EVENTS = ("GrantIssued", "GrantActivated", "GrantExpired", "GrantVoided")
AVAILABLE = re.compile(r"customer:([^:]+):available")
#: What acts at an instant, in the order in which it does at one.
ACTS = ("HoldExpired", "GrantExpired", "GrantActivated", "Unbonded")
#: Types of entries that bring what was earned.
EARNED = ("RewardReceived", "YieldPaid")
NEVER = float("inf")
USES_MAX = 50


class Grant:
    def __init__(self, name, holder, kind, priority, begins, ends, age):
        self.name, self.holder, self.kind = name, holder, kind
        self.begins, self.ends = begins, ends
        self.order = (priority, ends, age)
        self.state, self.left, self.held = "pending", 0, 0

    def __lt__(self, other):
        return self.order < other.order


class Grants:
    """@param now gives when the page being read was recorded, in milliseconds since 1970"""

    def __init__(self, find, now, home):
        self.find, self.now, self.home = find, now, home
        self.known = {}
        self.open = {}
        self.last_end = {}
        self.due = {}

    def wrong(self, at, detail):
        self.find("GRANT_WRONG", at, detail)

    # Every event of a holder shard, once its postings are in the balances

    def follow(self, event, at):
        kind = event["type"]
        due = self.due.get(at[0])
        is_own = bool(due) and due[0][2] == "-".join(map(str, at))
        if due and due[0][0] <= self.now() and not is_own and kind not in (*ACTS, "ReceivablesCovered", "TopUpRequested", "ClawbackFilled"):
            self.wrong(at, f"{due[0][2]} was to act before this")
        if kind == "UsageCharged":
            self.late(event, at)
        if kind in (*EVENTS, "EntryReversed", "EntryRestored"):
            return
        went, arrived = {}, 0
        for p in event.get("postings", []):
            # What a hold gives back is no arrival.
            payee = None if p["debit"].endswith(":held") else AVAILABLE.fullmatch(p["credit"])
            payer = AVAILABLE.fullmatch(p["debit"])
            if payer is not None:
                went[payer[1]] = went.get(payer[1], 0) + whole(p["amount"])
            if payee is not None:
                name = "-".join(map(str, at)) + (f".{arrived}" if arrived else "")
                arrived += 1
                given = "earned" if kind in EARNED else "purchased"
                self.begin(self.remember(name, payee[1], given, 500, -NEVER, NEVER), whole(p["amount"]))
        for holder, amount in went.items():
            self.uses(event, holder, amount, at)
        if not went and "grants" in event:
            self.wrong(at, f"{kind} names grants and takes nothing")

    def uses(self, event, holder, amount, at):
        """Takes what the order gives, and compares what the entry says of it."""
        taken = []
        for grant in list(self.open.get(holder, [])):
            if amount <= 0:
                break
            is_sent = event["type"] in ("TransferSent", "TokensBoughtBack", "Staked")
            if is_sent and (grant.kind == "promotional" or grant.ends != NEVER):
                continue
            given = min(grant.left, amount)
            taken.append([grant.name, str(given)])
            grant.left -= given
            grant.held += given if event["type"] in ("HoldReserved", "HoldExtended") else 0
            amount -= given
            if grant.left == 0:
                self.open[holder].remove(grant)
                self.spend(grant)
        if amount > 0:
            self.wrong(at, f"the grants of {holder} have {amount} too little")
        said = event.get("grants", "")
        expected = taken[0][0] if len(taken) == 1 else " ".join(" ".join(one) for one in taken)
        if said != expected:
            self.wrong(at, f"{expected} pay, and it says {said}")

    def reach(self, holder, balance):
        """What one charge or covering can take: of the first grants only."""
        first = self.open.get(holder, [])
        return balance if len(first) <= USES_MAX else sum(grant.left for grant in first[:USES_MAX])

    def stakeable(self, name, holder):
        """What is left of a grant, as far as the first fifty that may be staked have it."""
        may = [one for one in self.open.get(holder, []) if one.kind != "promotional" and one.ends == NEVER]
        return min(self.known[name].left, sum(one.left for one in may[:USES_MAX]))

    def late(self, event, at):
        ms = instant(event["time"])
        is_late = ms is not None and ms < self.last_end.get(event["customer"], -NEVER)
        if is_late != ("late" in event):
            self.wrong(at, f"the usage is{'' if is_late else ' not'} of a time before a grant ended")
        elif is_late and event["late"]["policy"] != "booking":
            self.wrong(at, f"no policy is called {event['late']['policy']}")

    # Their own events: each gives the postings that it must have, or None when nobody can say

    def event(self, event, at):
        if event["type"] == "GrantIssued":
            return self.issue(event, at)
        grant = self.known.get(event["grant"])
        states = {"GrantActivated": ("pending",), "GrantExpired": ("open",), "GrantVoided": ("pending", "open")}
        if grant is None or grant.holder != event["holder"] or grant.state not in states[event["type"]]:
            self.wrong(at, f"{event['grant']} is no grant of {event['holder']} to which this could happen")
            return None
        if event["amount"] != str(grant.left):
            self.wrong(at, f"{grant.left} is left of {grant.name}")
        return getattr(self, event["type"])(event, grant, at)

    def issue(self, event, at):
        holder, amount, now = event["holder"], int(event["amount"]), self.now()
        begins = instant(event["effectiveAt"]) if "effectiveAt" in event else -NEVER
        ends = instant(event["expiresAt"]) if "expiresAt" in event else NEVER
        begins, ends = -NEVER if begins is None else begins, NEVER if ends is None else ends
        # What the registry allowed is booked in any case: it may have come to its end meanwhile.
        if (ends <= now and "allowed" not in event) or ends <= begins:
            self.wrong(at, "the grant ends before it begins, or is recorded")
        name = "-".join(map(str, at))
        grant = self.remember(name, holder, event["kind"], event["priority"], begins, ends)
        if begins <= now:
            self.begin(grant, amount)
            return [("issuance", available(holder), amount)]
        grant.left = amount
        self.schedule("GrantActivated", name, at[0], begins)
        return [("issuance", pending(holder), amount)]

    def GrantActivated(self, event, grant, at):
        self.act("GrantActivated", grant.name, grant.begins, event, at)
        self.begin(grant, grant.left)
        return [(pending(grant.holder), available(grant.holder), grant.left)]

    def GrantExpired(self, event, grant, at):
        self.act("GrantExpired", grant.name, grant.ends, event, at)
        left = grant.left
        self.drop(grant, "expired")
        self.last_end[grant.holder] = max(grant.ends, self.last_end.get(grant.holder, -NEVER))
        return [(available(grant.holder), f"breakage:{grant.kind}", left)]

    def GrantVoided(self, event, grant, at):
        left, is_pending = grant.left, grant.state == "pending"
        self.unschedule("GrantActivated" if is_pending else "GrantExpired", grant.name, at[0])
        self.drop(grant, "voided")
        return [(pending(grant.holder) if is_pending else available(grant.holder), "issuance", left)]

    # What is kept

    def remember(self, name, holder, kind, priority, begins, ends):
        self.known[name] = Grant(name, holder, kind, priority, begins, ends, len(self.known))
        return self.known[name]

    def begin(self, grant, amount):
        grant.state, grant.left = "open", amount
        bisect.insort(self.open.setdefault(grant.holder, []), grant)
        if grant.ends != NEVER:
            self.schedule("GrantExpired", grant.name, self.home(grant.holder), grant.ends)

    def spend(self, grant):
        """Nothing is left of it: it has no end to come."""
        if grant.state == "open" and grant.left <= 0 and grant.held <= 0:
            grant.state = "spent"
            self.unschedule("GrantExpired", grant.name, self.home(grant.holder))

    def release(self, name, amount, is_back):
        """A hold no longer reserves something of a grant. Returns where it goes."""
        grant = self.known.get(name)
        if grant is None:
            return None
        grant.held -= amount
        if not is_back or grant.state in ("expired", "voided"):
            self.spend(grant)
            if not is_back:
                return None
            return "issuance" if grant.state == "voided" else f"breakage:{grant.kind}"
        is_there = grant.left > 0
        grant.left += amount
        if not is_there:
            bisect.insort(self.open.setdefault(grant.holder, []), grant)
        return available(grant.holder)

    def restore(self, grant, amount):
        """A reversal gives back what a grant paid. Returns where it goes on to; None: the grant has it again."""
        is_over = grant.state == "spent" and grant.ends <= self.now()
        if is_over or grant.state in ("expired", "voided"):
            return "issuance" if grant.state == "voided" else f"breakage:{grant.kind}"
        if grant.state == "spent" and grant.ends != NEVER:
            self.schedule("GrantExpired", grant.name, self.home(grant.holder), grant.ends)
        grant.state = "open"
        if grant.left == 0:
            bisect.insort(self.open.setdefault(grant.holder, []), grant)
        grant.left += amount
        return None

    def again(self, holder, had, wanted, is_sent):
        """Takes what a reversal gave back: of the grants that had it, then of the first fifty in order. Returns what each pays."""
        uses = {}

        def take(grant, most):
            given = min(grant.left, most, wanted - sum(uses.values()))
            if given > 0:
                uses[grant.name] = uses.get(grant.name, 0) + given
                grant.left -= given

        for name, amount in had:
            grant = self.known.get(name)
            if grant is not None and grant.holder == holder and grant.state == "open":
                take(grant, amount)
        there = [grant for grant in self.open.get(holder, []) if grant.left > 0]
        if is_sent:
            there = [grant for grant in there if grant.kind != "promotional" and grant.ends == NEVER]
        for grant in there[:USES_MAX]:
            take(grant, grant.left)
        for grant in [grant for grant in self.open.get(holder, []) if grant.left == 0]:
            self.open[holder].remove(grant)
            self.spend(grant)
        return list(uses.items())

    def revive(self, name, holder, amount):
        """A grant that was taken back whole is there again. Returns whether it may be."""
        grant = self.known.get(name)
        if grant is None or grant.holder != holder or grant.state != "voided" or grant.ends <= self.now():
            return False
        self.begin(grant, amount)
        return True

    def drop(self, grant, how):
        """It ends; what holds reserve of it stays theirs."""
        grant.state, grant.left = how, 0
        if grant in self.open.get(grant.holder, []):
            self.open[grant.holder].remove(grant)

    def act(self, kind, name, ms, event, at):
        due = self.due.get(at[0], [])
        is_first = bool(due) and due[0][:2] == (ms, ACTS.index(kind))
        if not is_first or self.now() < ms or instant(event["time"]) != ms:
            self.wrong(at, f"{name} acts at another instant than its own, or before what is due first")
        self.unschedule(kind, name, at[0])

    def schedule(self, kind, name, shard, ms):
        bisect.insort(self.due.setdefault(shard, []), (ms, ACTS.index(kind), name))

    def unschedule(self, kind, name, shard):
        due = self.due.get(shard, [])
        self.due[shard] = [one for one in due if one[1:] != (ACTS.index(kind), name)]


def available(holder):
    return f"customer:{holder}:available"


def pending(holder):
    return f"customer:{holder}:pending"
