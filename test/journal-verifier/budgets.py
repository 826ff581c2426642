"""Budgets: what counts in them and by which day, that none is exceeded, and which thresholds are told."""
from collections import defaultdict
from datetime import date

from arithmetic import instant


class Budgets:
    """@param find reports a broken law"""

    def __init__(self, find):
        self.find = find
        self.budgets = {}
        # By path, whether or not it is a budget: what open holds reserve there.
        self.held = defaultdict(int)
        self.day = ""
        self.recorded_at = ""
        self.untold = None

    def page(self, recorded_at):
        self.recorded_at = recorded_at
        self.day = recorded_at[:10]

    def current(self, path):
        """The budget as it counts today; None where the path is none."""
        budget = self.budgets.get(path)
        if budget is not None and budget["key"] != key_of(budget["period"], self.day):
            budget.update(key=key_of(budget["period"], self.day), used=0, told=[])
        return budget

    def set(self, event, at):
        path, period = event["path"], event["period"]
        known = self.budgets.get(path)
        if path.split("/")[0] != event["customer"]:
            self.find("BUDGET_WRONG", at, f"{path} is no budget of {event['customer']}")
        is_new = known is None or known["period"] != period
        if (instant(event["from"]) if "from" in event else None) != (instant(self.recorded_at) if is_new else None):
            self.find("BUDGET_WRONG", at, f"{path} counts from {self.recorded_at if is_new else 'when it did'}")
        limit = int(event["limit"])
        if is_new:
            known = self.budgets[path] = {"key": key_of(period, self.day), "used": 0, "told": [], "since": at}
        known.update(limit=limit, period=period, reject=event["onExceed"] == "reject", thresholds=event["thresholds"])
        known["told"] = [one for one in known["told"] if reached(known, one)]
        self.expect(event["customer"], path, at)

    def path_of(self, event, at):
        """Where something counts; None: nowhere."""
        customer = event["customer"]
        path = event.get("budget", customer if customer in self.budgets else None)
        if path is not None and (path not in self.budgets or path.split("/")[0] != customer):
            self.find("BUDGET_WRONG", at, f"{path} is no budget of {customer}")
            return None
        return path

    def path_for(self, event):
        """Where a charge counts that takes the place of another one: what it names may be no budget."""
        customer, named = event["customer"], event.get("budget", event["customer"])
        for path in (named, customer):
            if path in self.budgets and path.split("/")[0] == customer:
                return path
        return None

    def over(self, path):
        """The budgets over a path, with what is left of each."""
        for level in levels(path):
            budget = self.current(level)
            if budget is not None:
                yield level, budget, max(0, budget["limit"] - budget["used"] - self.held[level])

    def reserve(self, event, amount, at):
        """A hold reserves, or reserves more."""
        path = self.path_of(event, at)
        for level, _, left in () if path is None else self.over(path):
            if amount > left:
                self.find("BUDGET_WRONG", at, f"the budget {level} has {left} left, and a hold reserves {amount}")
        self.hold(event, amount)

    def hold(self, event, amount):
        """It is held at the path that it names, or its customer's own, and above. Negative: it is settled."""
        for level in levels(event.get("budget", event["customer"])):
            self.held[level] += amount

    def count(self, event, amount, settled, at):
        """Counts a charge or a capture. Returns how much of it must be owed.

        @param settled the hold that it settles, and what that reserves; None: it settles none
        """
        budgeted, named = event.get("budgeted"), event.get("budget", event["customer"])
        hold, reserved = settled or ({}, 0)
        corrects = "corrects" in event
        path = hold["budget"] if "budget" in hold else self.path_for(event) if corrects else self.path_of(event, at)
        if path is None:
            if budgeted is not None:
                self.find("BUDGET_WRONG", at, f"{event['customer']} has no budget in which it counts")
            return 0
        at_hold = levels(hold.get("budget", hold["customer"])) if settled else []
        within = amount
        for level, budget, left in self.over(path):
            room = left + (reserved if level in at_hold else 0)
            if budget["reject"] and level not in at_hold and amount > room and not corrects:
                self.find("BUDGET_WRONG", at, f"the budget {level} with {room} left refuses {amount}")
            within = min(within, room)
        expected = {"day": self.day}
        if within < amount:
            expected["beyond"] = str(amount - within)
        if path != named:
            expected["path"] = path
        if budgeted != expected:
            self.find("BUDGET_WRONG", at, f"it counts at {path} as {expected}, and says {budgeted}")
        for _, budget, _ in list(self.over(path)):
            budget["used"] += within
        self.expect(event["customer"], path, at)
        return amount - within

    def count_again(self, customer, path, amount, at):
        """What counts once more does so today, and is never refused. Returns how much of it must be owed."""
        within = min([amount, *(left for _, _, left in self.over(path))])
        for _, budget, _ in list(self.over(path)):
            budget["used"] += within
        self.expect(customer, path, at)
        return amount - within

    def uncount(self, path, day, used, counted):
        """What a reversal takes back counts no more in the period in which it was counted. @param counted by this entry"""
        for level in levels(path):
            budget = self.budgets.get(level)
            if budget is not None and budget["key"] == key_of(budget["period"], day) and budget["since"] < counted:
                budget["used"] -= used

    def expect(self, customer, path, at):
        """What the next event must tell."""
        due = []
        for number, level in enumerate(levels(path), 1):
            budget = self.current(level)
            fresh = [] if budget is None else [
                one for one in budget["thresholds"] if reached(budget, one) and one not in budget["told"]
            ]
            if fresh:
                due.append({"level": number, "used": str(budget["used"]), "thresholds": fresh})
        if due:
            self.untold = (at, {"customer": customer, "path": path, "day": self.day, "reached": due})

    def hear(self, event, at):
        untold, self.untold = self.untold, None
        said = {name: event[name] for name in ("customer", "path", "day", "reached")}
        if untold is None or untold[0][:2] != at[:2] or untold[1] != said:
            self.find("THRESHOLD_WRONG", at, f"{untold and untold[1]} is due, and {said} is told")
        names = levels(event["path"])
        for one in event["reached"]:
            budget = self.current(names[one["level"] - 1]) if 1 <= one["level"] <= len(names) else None
            if budget is not None:
                budget["told"] = budget["told"] + one["thresholds"]

    def follow(self, kind, at):
        """Looks at every event of holder shards: what is due is told at once."""
        if self.untold is None or kind == "BudgetThresholdsReached":
            return
        since = self.untold[0]
        if at[:2] == since[:2] and (at == since or kind == "ReceivablesCovered"):
            return
        self.close()

    def close(self):
        if self.untold is not None:
            at, due = self.untold
            self.untold = None
            self.find("THRESHOLD_WRONG", at, f"{due} is due, and the next event tells nothing")


def levels(path):
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def reached(budget, threshold):
    return budget["used"] > 0 and budget["used"] * 100 >= threshold * budget["limit"]


def key_of(period, day):
    """Two days in one period have one key."""
    if period == "week":
        try:
            return tuple(date.fromisoformat(day).isocalendar())[:2]
        except ValueError:
            return ()
    return {"total": "", "month": day[:7], "day": day}[period]
