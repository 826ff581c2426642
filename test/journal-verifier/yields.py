"""Yield: epochs apart from each other, what all stakers have together, and that each of them has its share of it once."""
from collections import defaultdict

from arithmetic import instant, whole
from grants import available

EVENTS = ("StakeTimeCut", "RewardsCut", "YieldPaid", "YieldPartPaid", "CompoundingSet")
DISTRIBUTION_EVENTS = ("YieldOpened", "YieldPlanned", "YieldClosed")
REWARDS, CARRIED = "staking:rewards", "staking:carried"
PART_HOLDERS = 1_000
BACK_MS = 31 * 86_400_000
COMPOUNDING = "system:compounding"
#: What may stand between a holder's share and its stake.
BETWEEN = ("ReceivablesCovered", "BudgetThresholdsReached", "TopUpRequested", "ClawbackFilled")


class Distribution:
    def __init__(self, at, since, until):
        self.at, self.since, self.until = at, since, until
        self.plan, self.before, self.is_closed = None, 0, False


class Part:
    """What one shard has in a distribution."""

    def __init__(self):
        self.stakers, self.parts, self.last, self.cut, self.paid = [], 0, None, None, 0


class Yields:
    """@param now gives when the page being read was recorded; @param suspended says whether a party is, as that page knows it"""

    def __init__(self, shards, find, now, grants, parties, balances):
        self.shards, self.find, self.now = shards, find, now
        self.grants, self.parties, self.balances = grants, parties, balances
        self.known = {}
        self.parts = defaultdict(Part)
        # By shard and holder: every change of a stake, as (milliseconds, stake from then on); holders in the order of their first.
        self.stakes = defaultdict(dict)
        # By shard: what each page added to rewards, as (milliseconds, amount).
        self.rewards = defaultdict(list)
        self.compounding = set()
        self.awaited = None
        self.paid = 0

    def wrong(self, at, detail):
        self.find("YIELD_WRONG", at, detail)

    # The registry

    def distribution(self, event, at):
        """Gives the postings that it must have."""
        return getattr(self, event["type"])(event, at)

    def YieldOpened(self, event, at):
        since, until, now = instant(event["from"]), instant(event["to"]), instant(event["time"])
        if not (since < until <= now <= until + BACK_MS):
            self.wrong(at, "the epoch is none, not over, or long over")
        for name, one in self.known.items():
            if one.since < until and since < one.until:
                self.wrong(at, f"its epoch overlaps that of {name}")
        self.known["-".join(map(str, at))] = Distribution(at, since, until)
        return []

    def under_way(self, event, at):
        name = event["distribution"]
        oldest = next((one for one, known in self.known.items() if not known.is_closed), None)
        if oldest != name:
            self.wrong(at, f"{oldest} is under way, not {name}")
        return self.known.get(name)

    def YieldPlanned(self, event, at):
        known, before = self.under_way(event, at), self.balances[self.shards][CARRIED]
        if known is not None and known.plan is not None:
            self.wrong(at, "it is planned twice")
        elif known is not None:
            known.plan, known.before = event, before
        if whole(event["funded"]) != whole(event["paid"]) + whole(event["carried"]):
            self.wrong(at, "what there is is neither paid nor carried")
        return [(CARRIED, "transit", before), ("transit", CARRIED, whole(event["carried"]))]

    def YieldClosed(self, event, at):
        known = self.under_way(event, at)
        if known is not None:
            if known.plan is None:
                self.wrong(at, "it was never planned")
            known.is_closed = True
        return []

    # Every event of a holder shard

    def before(self, event, at):
        compounds = event["type"] == "Staked" and event["actor"] == COMPOUNDING
        if compounds:
            awaited, self.awaited = self.awaited, None
            if awaited is None or awaited[0] != event["holder"]:
                self.wrong(at, f"nothing was paid to {event['holder']} that it wants staked")
            elif whole(event["amount"]) != self.grants.stakeable(awaited[1], awaited[0]):
                self.wrong(at, "something else is left of what was paid")
        elif event["type"] not in BETWEEN:
            self.unstaked(at)

    def unstaked(self, at):
        """A page ends, or something else is recorded, and what was paid is not staked."""
        awaited, self.awaited = self.awaited, None
        if awaited is not None and self.grants.stakeable(awaited[1], awaited[0]) > 0 and not self.parties.suspended(awaited[0]):
            self.wrong(at, f"what was paid to {awaited[0]} is not staked, as it asked")

    def follow(self, event, at):
        shard = at[0]
        for p in event.get("postings", []):
            if event["type"] != "RewardsCut":
                added = (p["credit"] == REWARDS) * int(p["amount"]) - (p["debit"] == REWARDS) * int(p["amount"])
                if added != 0:
                    self.rewards[shard].append((self.now(), at, added))
            for account in (p["debit"], p["credit"]):
                if account.startswith("customer:") and account.endswith(":staked"):
                    changes = self.stakes[shard].setdefault(account.split(":")[1], [])
                    changes.append((self.now(), self.balances[shard][account]))

    def stake_time(self, shard, holder, since, until):
        """A sum over its changes: each stake, times the part of the epoch for which it was that."""
        changes, total = self.stakes[shard][holder], 0
        for place, (begins, stake) in enumerate(changes):
            ends = changes[place + 1][0] if place + 1 < len(changes) else until
            total += stake * max(0, min(ends, until) - max(begins, since))
        return total

    # Their own events

    def event(self, event, at):
        """Gives the postings that it must have."""
        return getattr(self, event["type"])(event, at)

    def known_part(self, event, at):
        if event["distribution"] not in self.known:
            self.wrong(at, f"{event['distribution']} was never opened")
        return self.parts[at[0], event["distribution"]], self.known.get(event["distribution"])

    def StakeTimeCut(self, event, at):
        part, known = self.known_part(event, at)
        shard = at[0]
        if part.last is not None or event["part"] != part.parts:
            self.wrong(at, f"part {part.parts} is the next one, if any")
        if known is not None:
            if (instant(event["from"]), instant(event["to"])) != (known.since, known.until) or self.now() < known.until:
                self.wrong(at, "the epoch is another one, or not over")
            holders = list(self.stakes[shard])
            end = (part.parts + 1) * PART_HOLDERS
            times = [(one, self.stake_time(shard, one, known.since, known.until)) for one in holders[end - PART_HOLDERS : end]]
            if event["stakers"] != [{"holder": one, "stakeTime": str(time)} for one, time in times if time > 0]:
                self.wrong(at, f"the stakers are {times}")
            if event["isLast"] != (end >= len(holders)):
                self.wrong(at, f"{len(holders)} holders have staked in the shard")
        part.stakers += [(one["holder"], whole(one["stakeTime"])) for one in event["stakers"]]
        part.parts += 1
        if event["isLast"]:
            part.last = (at, self.balances[shard][REWARDS])
        return []

    def RewardsCut(self, event, at):
        part, known = self.known_part(event, at)
        amount = whole(event["amount"])
        if part.last is None or part.cut is not None:
            self.wrong(at, "it is cut twice, or before its stakers are")
        elif known is not None:
            place, there = part.last
            later = sum(added for ms, where, added in self.rewards[at[0]] if ms > known.until and where < place)
            due = max(0, min(there - later, self.balances[at[0]][REWARDS]))
            if (amount, event["later"], event["height"]) != (due, str(later), place[1]):
                self.wrong(at, f"{due} was there at the end of the epoch, and {later} came later")
        part.cut = (at, amount)
        return [(REWARDS, "transit", amount)]

    def pass_empty(self, part, plan):
        """Those whose share is nothing have no entry."""
        while part.paid < len(part.stakers) and share(plan, part.stakers[part.paid][1]) == 0:
            part.paid += 1

    def YieldPaid(self, event, at):
        part, known = self.known_part(event, at)
        plan = None if known is None else known.plan
        if plan is None:
            self.wrong(at, "it was not planned")
        else:
            self.pass_empty(part, plan)
            name, time = part.stakers[part.paid] if part.paid < len(part.stakers) else (None, 0)
            said = [event[key] for key in ("holder", "stakeTime", "amount", "funded", "ofStakeTime")]
            if said != [name, str(time), str(share(plan, time)), plan["funded"], plan["stakeTime"]]:
                self.wrong(at, f"{name} is next, and has {share(plan, time)}")
        part.paid += 1
        self.paid += whole(event["amount"])
        if event["holder"] in self.compounding:
            self.awaited = (event["holder"], "-".join(map(str, at)))
        return [("transit", available(event["holder"]), whole(event["amount"]))]

    def YieldPartPaid(self, event, at):
        part, known = self.known_part(event, at)
        is_before = event["upTo"] < part.paid
        if known is not None and known.plan is not None:
            self.pass_empty(part, known.plan)
        if is_before or event["upTo"] > part.paid or part.cut is None or known is None or known.plan is None:
            self.wrong(at, f"{part.paid} stakers have their shares")
        return []

    def CompoundingSet(self, event, at):
        self.parties.registered(event["holder"], at)
        (self.compounding.add if event["compounding"] else self.compounding.discard)(event["holder"])
        return []

    # Over all shards

    def between(self):
        carried = sum(one.before - whole(one.plan["carried"]) for one in self.known.values() if one.plan is not None)
        return sum(part.cut[1] for part in self.parts.values() if part.cut is not None) + carried - self.paid

    def close(self):
        for name, known in self.known.items():
            if known.plan is None:
                continue
            parts = [self.parts.get((shard, name), Part()) for shard in range(self.shards)]
            if any(part.cut is None for part in parts):
                self.wrong(known.at, "a shard has no cut of it")
                continue
            times = [time for part in parts for _, time in part.stakers]
            funded, total = known.before + sum(part.cut[1] for part in parts), sum(times)
            paid = sum(funded * time // total for time in times)
            due = [str(one) for one in (funded, total, paid, funded - paid)]
            if [known.plan[key] for key in ("funded", "stakeTime", "paid", "carried")] != due:
                self.wrong(known.at, f"its plan must have {due}")
            heads = [(head["shard"], head["height"]) for head in known.plan["heads"]]
            if heads != [part.cut[0][:2] for part in parts] + [known.at[:2]]:
                self.wrong(known.at, "its plan names other pages than those of its cuts")
            for part in parts:
                self.pass_empty(part, known.plan)
                if known.is_closed and part.paid < len(part.stakers):
                    self.wrong(known.at, "a shard has not paid all of it")


def share(plan, time):
    total = whole(plan["stakeTime"])
    return 0 if total == 0 else whole(plan["funded"]) * time // total
