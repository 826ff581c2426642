"""Stakes: what each holder has bound and unbinds, what a slash takes of it, and that its reward arrives once."""
from arithmetic import instant_text, shard_of, whole
from catalogue import Versions
from grants import available

EVENTS = ("Staked", "Unstaked", "Unbonded", "Slashed", "RewardReceived", "RewardCompleted")
#: What holds where no policy is in force.
TERMS = {"unbondingSeconds": 21 * 86_400, "finderBps": 500}


class Stakes:
    """@param now gives when the page being read was recorded, and the height of the registry that it rests on"""

    def __init__(self, shards, find, now, grants, parties):
        self.shards, self.find, self.now, self.grants, self.parties = shards, find, now, grants, parties
        self.policies = Versions(find, "STAKE_WRONG")
        # By holder, in the order in which they complete: [until, name, left].
        self.unbinding = {}
        self.slashes = {}
        self.received = {}
        self.completed = set()

    def wrong(self, at, detail):
        self.find("STAKE_WRONG", at, detail)

    def event(self, event, at):
        """Gives the postings that it must have, or None when nobody can say."""
        return getattr(self, event["type"])(event, at)

    def asked(self, event, at):
        self.parties.registered(event["holder"], at)
        if event["at"] != instant_text(self.now()[0]):
            self.wrong(at, f"{event['at']} is not its page's time")

    def terms(self, event, at):
        version = self.policies.in_force(*self.now())
        if event.get("stakingPolicy") != version:
            self.wrong(at, f"policy {version} is in force")
        return TERMS if version is None else self.policies.get(version)

    def Staked(self, event, at):
        self.asked(event, at)
        self.parties.sending(event["holder"], at)
        return [(available(event["holder"]), staked(event["holder"]), whole(event["amount"]))]

    def Unstaked(self, event, at):
        self.asked(event, at)
        holder, amount, name = event["holder"], whole(event["amount"]), "-".join(map(str, at))
        until = self.now()[0] + self.terms(event, at)["unbondingSeconds"] * 1_000
        if event["completesAt"] != instant_text(until):
            self.wrong(at, f"it completes at {instant_text(until)}")
        queue = self.unbinding.setdefault(holder, [])
        queue.append([until, name, amount])
        # Stable: at one instant the older one stays first.
        queue.sort(key=lambda one: one[0])
        self.grants.schedule("Unbonded", name, at[0], until)
        return [(staked(holder), unbonding(holder), amount)]

    def Unbonded(self, event, at):
        holder = event["holder"]
        for one in self.unbinding.get(holder, []):
            if one[1] == event["unbonding"]:
                break
        else:
            self.wrong(at, f"{holder} has no unbonding {event['unbonding']}")
            return None
        self.grants.act("Unbonded", one[1], one[0], event, at)
        left = one[2]
        if event["amount"] != str(left):
            self.wrong(at, f"{left} is left of {one[1]}")
        self.take(holder, one, left, at)
        return [(unbonding(holder), available(holder), left)]

    def take(self, holder, one, amount, at):
        one[2] -= amount
        if one[2] == 0:
            self.unbinding[holder].remove(one)
            self.grants.unschedule("Unbonded", one[1], at[0])

    def Slashed(self, event, at):
        self.asked(event, at)
        holder, amount = event["holder"], whole(event["amount"])
        left, taken = amount, []
        for one in list(self.unbinding.get(holder, [])):
            part = min(one[2], left)
            if part <= 0:
                break
            left -= part
            taken.append({"unbonding": one[1], "amount": str(part)})
            self.take(holder, one, part, at)
        if event["unbondings"] != taken or event["stake"] != str(left):
            self.wrong(at, f"it takes {taken}, and {left} of the stake")
        reward = self.reward(event, amount * self.terms(event, at)["finderBps"] // 10_000, at)
        self.slashes["-".join(map(str, at))] = event
        first = min(reward, amount - left)
        return [
            (unbonding(holder), "transit", first),
            (staked(holder), "transit", reward - first),
            (unbonding(holder), "issuance", amount - left - first),
            (staked(holder), "issuance", left - (reward - first)),
        ]

    def reward(self, event, due, at):
        """What its finder has."""
        if "reward" not in event:
            return 0
        reward = event["reward"]
        finder, home = reward["finder"], shard_of(reward["finder"], self.shards)
        self.parties.registered(finder, at)
        if finder == event["holder"] or reward["toShard"] != home:
            self.wrong(at, f"{finder}, who lives in shard {home}, is rewarded in {reward['toShard']} for {event['holder']}")
        if due == 0 or reward["amount"] != str(due):
            self.wrong(at, f"the finder has {due}")
        return whole(reward["amount"])

    def RewardReceived(self, event, at):
        if event["slash"] in self.received:
            self.wrong(at, f"the reward of {event['slash']} arrives twice")
        self.received[event["slash"]] = (event, at)
        return [("transit", available(event["holder"]), whole(event["amount"]))]

    def RewardCompleted(self, event, at):
        slash = event["slash"]
        is_here = "reward" in self.slashes.get(slash, {}) and slash.split("-")[0] == str(at[0])
        if not is_here or slash in self.completed:
            self.wrong(at, f"{slash} has no reward here that is to be completed")
        self.completed.add(slash)
        return []

    # Over all shards

    def between(self):
        given = {slash: event["reward"] for slash, event in self.slashes.items() if "reward" in event}
        return sum(whole(reward["amount"]) for slash, reward in given.items() if slash not in self.received)

    def close(self):
        for slash, (event, at) in self.received.items():
            reward = self.slashes.get(slash, {}).get("reward")
            if reward != {"finder": event["holder"], "toShard": at[0], "amount": event["amount"]}:
                self.wrong(at, f"the reward of {slash} arrives otherwise than it was given")


def staked(holder):
    return f"customer:{holder}:staked"


def unbonding(holder):
    return f"customer:{holder}:unbonding"
