"""What decisions rest on: published versions and parties, as the registry stood at a height (docs/journal.md, section 4)."""
from arithmetic import instant

SHARES = ("provider", "treasury", "stakers", "burn")
BARRING = ("suspended", "offboarded")
GROUNDS = {
    "unverified": "kyc_unverified",
    "pending": "kyc_pending",
    "expired": "kyc_expired",
    "rejected": "kyc_rejected",
    "suspended": "suspended",
    "offboarded": "offboarded",
}
OTHER_REASONS = {
    "wallet_malformed", "wallet_burns", "wallet_reserved", "wallet_is_contract", "wallet_is_signer",
    "wallet_key_published", "AMOUNT_TOO_LARGE",
}


class Versions:
    """Price books, split policies, rates of the token or staking policies."""

    def __init__(self, find, law="RATING_WRONG"):
        self.find, self.law = find, law
        self.published = {}

    def publish(self, version, content, at):
        effective = instant(content["effectiveAt"])
        if version in self.published:
            self.find(self.law, at, f"version {version} is published twice")
        elif effective is None:
            self.find(self.law, at, f"{content['effectiveAt']} is no instant")
        else:
            self.published[version] = (content, effective, at[1])

    def get(self, version):
        return self.published[version][0] if version in self.published else None

    def in_force(self, ms, height):
        """The version in force for an instant, as the registry stood at a height; None when none was."""
        ranked = [
            (effective, version)
            for version, (_, effective, published) in self.published.items()
            if ms is not None and effective <= ms and published <= height
        ]
        return max(ranked)[1] if ranked else None


class Parties:
    """@param rests_on the height that the page being read names"""

    def __init__(self, find, rests_on):
        self.find = find
        self.rests_on = rests_on
        self.parties = {}

    def wrong(self, at, detail):
        self.find("PARTY_WRONG", at, detail)

    def event(self, event, at):
        kind, name = event["type"], event["party"]
        party = self.parties.get(name)
        if kind == "PartyRegistered":
            if party is not None:
                self.wrong(at, f"{name} is registered twice")
            else:
                self.parties[name] = {"roles": event["roles"], "at": at[1], "kyc": "unverified", "changes": [], "wallets": {}, "terms": []}
                self.agree(event, at)
        elif party is None:
            self.wrong(at, f"{name} is not registered")
        elif kind == "CustomerTermsSet":
            self.agree(event, at)
        elif kind == "WalletSet":
            party["wallets"][event["chainId"]] = event["wallet"]
        else:
            if party["kyc"] != event["from"]:
                self.wrong(at, f"{name} is {party['kyc']}, not {event['from']}")
            party["kyc"] = event["to"]
            party["changes"].append((event["to"], at[1], instant(event["time"])))

    def agree(self, event, at):
        party = self.parties[event["party"]]
        if ("creditLimit" in event or "topUpThreshold" in event) and "customer" not in party["roles"]:
            self.wrong(at, f"{event['party']} is no customer, and terms are agreed with it")
        party["terms"].append((at[1], event))

    # As the registry stood

    def agreed(self, name, term):
        """A term in force, None where there is none."""
        party = self.known(name)
        terms = [] if party is None else [said for height, said in party["terms"] if height <= self.rests_on()]
        return int(terms[-1][term]) if terms and term in terms[-1] else None

    def known(self, name):
        party = self.parties.get(name)
        return party if party is not None and party["at"] <= self.rests_on() else None

    def registered(self, name, at):
        if self.known(name) is None:
            self.wrong(at, f"{name} is not registered at height {self.rests_on()} of the registry")

    def role(self, name, role, at):
        party = self.known(name)
        if party is None or role not in party["roles"]:
            self.wrong(at, f"{name} is no {role} at height {self.rests_on()} of the registry")

    def suspensions(self, party):
        found = []
        for to, height, ms in party["changes"]:
            if height > self.rests_on():
                break
            is_open = bool(found) and found[-1][1] is None
            if to in BARRING:
                if not is_open:
                    found.append([ms, None])
            elif is_open and to != "rejected":
                found[-1][1] = ms
        return found

    def using(self, name, ms, at):
        party = self.known(name)
        if party is None or ms is None:
            return
        for since, until in self.suspensions(party):
            if since is not None and since <= ms and (until is None or ms < until):
                self.wrong(at, f"{name} was suspended then")

    def suspended(self, name):
        party = self.known(name)
        return party is not None and any(until is None for _, until in self.suspensions(party))

    def sending(self, name, at):
        if self.suspended(name):
            self.wrong(at, f"{name} is suspended at height {self.rests_on()} of the registry")

    # The gate of a batch, as the registry stands

    def ground(self, name, chain):
        party = self.parties.get(name)
        if party is None:
            return "not_registered"
        if "provider" not in party["roles"]:
            return "not_a_provider"
        return GROUNDS.get(party["kyc"]) or (None if chain in party["wallets"] else "no_wallet")

    def wallet(self, name, chain):
        return self.parties.get(name, {"wallets": {}})["wallets"].get(chain)

    def gate(self, event, at):
        chain = event["chainId"]
        named = [one["provider"] for one in event["payable"] + event["withheld"]]
        if len(set(named)) != len(named):
            self.wrong(at, "a provider stands in the batch twice")
        wallets = {one["wallet"].lower() for one in event["payable"]}
        if len(wallets) != len(event["payable"]):
            self.wrong(at, "two providers are paid to one wallet")
        for one in event["payable"]:
            if self.ground(one["provider"], chain) is not None or self.wallet(one["provider"], chain) != one["wallet"]:
                self.wrong(at, f"{one['provider']} may not be paid to {one['wallet']}")
        for one in event["withheld"]:
            ground, reason = self.ground(one["provider"], chain), one["reason"]
            shared = reason == "wallet_shared" and (self.wallet(one["provider"], chain) or "").lower() in wallets
            if reason != ground if ground is not None else not (shared or reason in OTHER_REASONS):
                self.wrong(at, f"{one['provider']} is kept out as {reason}, and its ground is {ground}")


CALLERS = {
    **dict.fromkeys(
        (
            "UsageCharged", "UsageConflicted", "UsageBatchAnswered", "ReceivablesCovered", "Minted", "Burned", "TransferSent",
            "TransferReceived", "TransferCompleted", "GrantIssued", "MintAllowed", "GrantVoided", "HoldReserved",
            "HoldExtended", "HoldCaptured", "HoldReleased", "EntryReversed", "EntryRestored", "ClawbackFilled", "PriceBookPublished",
            "SplitPolicyPublished", "UsdRatePublished", "EmissionPolicyPublished", "TokensBoughtBack", "BudgetSet",
            "CustomerTermsSet", "Slashed", "RewardReceived", "RewardCompleted", "StakingPolicyPublished", "TierSet", "ProposalOpened",
        ),
        ("operator",),
    ),
    **dict.fromkeys(("PartyRegistered", "WalletSet"), ("operator", "compliance")),
    **dict.fromkeys(("Staked", "Unstaked", "VoteCast", "CompoundingSet"), ("operator", "customer")),
    "KycChanged": ("compliance",),
    **dict.fromkeys(("SettlementOpened", "ReconciliationRecorded", "YieldOpened"), ("operator", "finance")),
}


class Keys:
    """Whose keys cause what. @param rests_on the height that the page being read names"""

    def __init__(self, find, rests_on):
        self.find = find
        self.rests_on = rests_on
        self.terms = {}

    def wrong(self, at, detail):
        self.find("KEY_WRONG", at, detail)

    def event(self, event, at):
        terms = self.terms.setdefault(event["key"], [])
        is_in_force = bool(terms) and terms[-1][2] is None
        if event["type"] == "KeyIssued":
            if is_in_force:
                self.wrong(at, f"{event['key']} is in force and issued once more")
            if (event["role"] == "customer") != ("customer" in event):
                self.wrong(at, f"{event['key']} is not bound to a customer as its role asks")
            terms.append([event["role"], at[1], None, event.get("customer")])
        elif is_in_force:
            terms[-1][2] = at[1]
        else:
            self.wrong(at, f"{event['key']} is not in force")

    def caused(self, event, at):
        actor = event.get("actor")
        if type(actor) is not str or not actor.startswith("key:") or actor == "key:admin":
            return
        height = self.rests_on()
        for role, since, until, customer in self.terms.get(actor[4:], []):
            if since <= height and (until is None or height < until):
                if role != "admin" and role not in CALLERS.get(event["type"], ()):
                    self.wrong(at, f"{actor} has the role {role}, which may cause no {event['type']}")
                elif role == "customer" and event.get("holder") != customer:
                    self.wrong(at, f"{actor} is a key of {customer}, and causes what {event.get('holder')} does")
                return
        self.wrong(at, f"{actor} is not in force at height {height} of the registry")
