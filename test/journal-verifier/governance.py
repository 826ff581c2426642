"""Votes: what each weighs by the postings up to one instant, that every one of them counts once, and what they came to."""
import re

from arithmetic import instant, instant_text, whole

EVENTS = ("ProposalOpened", "ProposalWeighed", "VoteCast", "ProposalClosed")
#: Holders of one part.
PART = 2_000
WEIGHING = re.compile(r"customer:([^:]+):(?:available|held|staked)")


class Governance:
    """@param now gives when the page being read was recorded, and the height of the registry that it rests on"""

    def __init__(self, shards, find, now, parties, balances):
        self.shards, self.find, self.now, self.parties, self.balances = shards, find, now, parties, balances
        # By the name of its opening.
        self.proposals = {}
        # By proposal and shard: [holder, weight] of all that stood at its instant.
        self.stood = {}

    def weight(self, at, detail):
        self.find("WEIGHT_WRONG", at, detail)

    def wrong(self, at, detail):
        self.find("VOTE_WRONG", at, detail)

    def page(self, place):
        """Call before the events of a page are read, and after its time is known."""
        now = self.now()[0]
        for name, one in self.proposals.items():
            if place[0] == self.shards:
                if not one["closed"] and one["closes"] < now:
                    self.wrong(place, f"{name} should have closed before")
            elif one["at"] < now and (name, place[0]) not in self.stood:
                self.stood[name, place[0]] = self.weigh(place[0])

    def weigh(self, shard):
        weights = {}
        for account, balance in self.balances[shard].items():
            match = WEIGHING.fullmatch(account)
            if match is not None:
                weights[match[1]] = weights.get(match[1], 0) + balance
        return [[holder, str(weights[holder])] for holder in sorted(weights) if weights[holder] > 0]

    def event(self, event, at):
        getattr(self, event["type"])(event, at)

    def ProposalOpened(self, event, at):
        now, closes = self.now()[0], instant(event["closesAt"])
        if event["at"] != instant_text(now):
            self.wrong(at, f"{event['at']} is not its page's time")
        if closes is None or closes <= now:
            self.wrong(at, "it closes before anybody can vote")
        self.proposals["-".join(map(str, at))] = {
            "at": now, "closes": closes or now, "quorum": event["quorumBps"], "height": at[1],
            "weighed": None, "closed": False, "votes": {}, "said": [], "parts": {}, "shown": {},
        }

    def open(self, name, at):
        one = self.proposals.get(name)
        if one is None or one["closed"]:
            self.wrong(at, f"{name} is no proposal that is open")
            return None
        return one

    def ProposalWeighed(self, event, at):
        one = self.open(event["proposal"], at)
        if one is None:
            return
        if one["weighed"] is not None:
            self.wrong(at, "it is weighed a second time")
        one["weighed"] = one["weighed"] or (event, at)

    def VoteCast(self, event, at):
        self.parties.registered(event["holder"], at)
        one = self.open(event["proposal"], at)
        if one is None:
            return
        if one["weighed"] is None or self.now()[0] >= one["closes"]:
            self.wrong(at, "nobody can vote yet, or any more")
        one["votes"][event["holder"]] = (event["choice"], whole(event["weight"]))
        one["said"].append((event, at))

    def ProposalClosed(self, event, at):
        one = self.open(event["proposal"], at)
        if one is None:
            return
        one["closed"] = True
        if not instant(event["time"]) == self.now()[0] == one["closes"]:
            self.wrong(at, f"it closes at {instant_text(one['closes'])}")
        counted = {choice: sum(w for said, w in one["votes"].values() if said == choice) for choice in ("yes", "no", "abstain")}
        total = None if one["weighed"] is None else whole(one["weighed"][0]["total"])
        quorum = total is not None and sum(counted.values()) * 10_000 >= one["quorum"] * total
        due = {**{choice: str(amount) for choice, amount in counted.items()}, "quorum": quorum}
        due["passed"] = quorum and counted["yes"] > counted["no"]
        due["total"] = None if total is None else str(total)
        if any(event.get(name) != value for name, value in due.items()):
            self.wrong(at, f"it came to {due}")

    def cut(self, event, at):
        """A part of what a shard's holders had."""
        name, shard = event["proposal"], at[0]
        one = self.proposals.get(name)
        if one is None:
            self.weight(at, f"{name} is no proposal")
            return
        if self.now()[1] < one["height"] or (name, shard) not in self.stood:
            self.weight(at, "it is recorded before the instant is over, or does not rest on the opening")
            return
        stood, there = self.stood[name, shard], one["parts"].get(shard, 0)
        due, parts = stood[there * PART : (there + 1) * PART], max(1, -(-len(stood) // PART))
        said = [[weight["holder"], weight["weight"]] for weight in event["weights"]]
        if (event["part"], event["parts"], said) != (there, parts, due):
            self.weight(at, f"part {there} of {parts} of {name} is another one")
        one["parts"][shard] = there + 1
        for holder, weight in due:
            one["shown"][holder] = ("-".join(map(str, at)), weight)

    def close(self):
        for name, one in self.proposals.items():
            if one["weighed"] is None:
                continue
            event, at = one["weighed"]
            for shard in range(self.shards):
                parts = max(1, -(-len(self.stood.get((name, shard), [])) // PART))
                if one["parts"].get(shard) != parts:
                    self.weight(at, f"{name} is weighed, and shard {shard} has not said all of it")
            total = sum(whole(weight) for _, weight in one["shown"].values())
            if (event["total"], event["holders"]) != (str(total), len(one["shown"])):
                self.weight(at, f"{len(one['shown'])} holders weigh {total}")
            for vote, place in one["said"]:
                if one["shown"].get(vote["holder"]) != (vote["weighed"], vote["weight"]):
                    self.weight(place, f"the vote of {vote['holder']} weighs otherwise")
