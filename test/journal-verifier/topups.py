"""When customers are to be topped up (docs/journal.md, section 4): what they have falls below their threshold."""
import re

FUNDS = re.compile(r"customer:([^:]+):(available|held)\Z")


class TopUps:
    """@param agreed the threshold of a customer, None where there is none"""

    def __init__(self, find, agreed):
        self.find = find
        self.agreed = agreed
        self.funds = {}
        self.due = None
        self.given = ((), set())

    def wrong(self, at, detail):
        self.find("TOP_UP_WRONG", at, detail)

    def follow(self, event, at):
        """Every event of a holder shard, once its postings are known."""
        kind = event["type"]
        if kind == "TopUpRequested":
            self.hear(event, at)
        elif kind != "BudgetThresholdsReached":
            covering = kind == "ReceivablesCovered" and self.given[0] == at[:2] and event["customer"] in self.given[1]
            if not covering:
                self.close()
            self.entry(event, at, covering)

    def entry(self, event, at, covering):
        before, given = {}, set()
        for posting in event.get("postings", []):
            for account, sign in ((posting["debit"], -1), (posting["credit"], 1)):
                found = FUNDS.match(account)
                if found is None:
                    continue
                customer = found[1]
                had = self.funds.get(customer, 0)
                before.setdefault(customer, had)
                self.funds[customer] = had + sign * int(posting["amount"])
                if sign == 1 and found[2] == "available":
                    given.add(customer)
        if covering:
            return
        self.given = (at[:2], given)
        for customer, had in before.items():
            threshold = self.agreed(customer)
            if threshold is not None and had >= threshold > self.funds[customer]:
                self.due = (at[:2], customer, threshold)

    def hear(self, event, at):
        due, self.due = self.due, None
        said = (at[:2], event["customer"], int(event["threshold"]))
        if due != said:
            self.wrong(at, f"{due} is due, and {said} is asked for")
        if int(event["funds"]) != self.funds.get(event["customer"], 0):
            self.wrong(at, f"{event['customer']} has {self.funds.get(event['customer'], 0)}")

    def close(self):
        if self.due is not None:
            (place, customer, threshold), self.due = self.due, None
            self.wrong(place, f"{customer} falls below {threshold}, and the next event asks for nothing")
