/** Grants of one customer: what came, in which order it pays, and what is given back to it. */
import { least, sum } from './amounts.js';
import { refuse, type Booking, type GrantTerms } from './commands.js';
import { isActive, NO_END, type Grant, type Part } from './items.js';

export class Grants {
  readonly list: Grant[] = [];

  /** What came. @returns whether it pays from now on */
  add(
    { id, ms }: Booking,
    { amount, kind, priority = 500, effectiveAt = ms, expiresAt = NO_END }: GrantTerms,
  ): boolean {
    if (expiresAt <= Math.max(ms, effectiveAt)) refuse('GRANT_INVALID');
    const isPending = effectiveAt > ms;
    this.list.push({
      ...{ id, kind, priority, amount, effectiveAt, expiresAt, isPending, used: 0n, held: 0n },
      ...(isPending ? { remaining: 0n, lapsed: amount } : { remaining: amount, lapsed: 0n }),
    });
    return !isPending;
  }

  find(id: string): Grant {
    return this.list.find((one) => one.id === id) ?? refuse('UNKNOWN_GRANT');
  }

  begin(grant: Grant): true {
    grant.isPending = false;
    grant.remaining = grant.amount;
    grant.lapsed = 0n;
    return true;
  }

  finish(grant: Grant, end: 'expired' | 'voided'): false {
    grant.end = end;
    grant.isPending = false;
    grant.lapsed += grant.remaining;
    grant.remaining = 0n;
    return false;
  }

  voidOne(id: string): object {
    const grant = this.find(id);
    const isOpen = grant.isPending || (isActive(grant) && grant.remaining + grant.held > 0n);
    if (!isOpen) refuse('GRANT_CLOSED');
    this.finish(grant, 'voided');
    return { grant: id };
  }

  /** In the order in which they are used: priority, the sooner end, the older entry. */
  get active(): Grant[] {
    return this.list
      .map((grant, age) => ({ grant, age }))
      .filter(({ grant }) => isActive(grant) && grant.remaining > 0n)
      .sort(
        (a, b) =>
          a.grant.priority - b.grant.priority ||
          (a.grant.expiresAt === b.grant.expiresAt ? 0 : a.grant.expiresAt - b.grant.expiresAt) ||
          a.age - b.age,
      )
      .map(({ grant }) => grant);
  }

  get available(): bigint {
    return sum(this.active.map(({ remaining }) => remaining));
  }

  /** Takes an amount of grants in this order. @throws Refusal when they have less */
  take(amount: bigint, grants: readonly Grant[] = this.active): Part[] {
    if (sum(grants.map(({ remaining }) => remaining)) < amount) refuse('INSUFFICIENT_FUNDS');
    const parts: Part[] = [];
    let wanted = amount;
    for (const grant of grants) {
      const given = least(wanted, grant.remaining);
      if (given === 0n) continue;
      grant.remaining -= given;
      wanted -= given;
      parts.push({ grant: grant.id, amount: given });
    }
    return parts;
  }

  use(parts: readonly Part[]): Part[] {
    for (const { grant, amount } of parts) this.find(grant).used += amount;
    return [...parts];
  }

  hold(parts: readonly Part[]): void {
    for (const { grant, amount } of parts) this.find(grant).held += amount;
  }

  /** What was used is theirs again, or goes on where a grant has ended. @returns what can pay again */
  giveBack(parts: readonly Part[], nowMs: number): { returned: Part[]; lapsed: bigint } {
    const returned: Part[] = [];
    let lapsed = 0n;
    for (const part of parts) {
      const grant = this.find(part.grant);
      grant.used -= part.amount;
      if (grant.end !== undefined || grant.expiresAt <= nowMs) {
        grant.lapsed += part.amount;
        lapsed += part.amount;
      } else {
        grant.remaining += part.amount;
        returned.push(part);
      }
    }
    return { returned, lapsed };
  }

  /** Takes up to an amount: first of those that had a part of it back, then in the usual order. */
  takeAgain(had: readonly Part[], amount: bigint, mayPay: (grant: Grant) => boolean = () => true): Part[] {
    const parts: Part[] = [];
    let wanted = amount;
    for (const part of had) {
      const grant = this.find(part.grant);
      const given = least(wanted, part.amount, isActive(grant) ? grant.remaining : 0n);
      grant.remaining -= given;
      wanted -= given;
      parts.push({ grant: grant.id, amount: given });
    }
    const others = this.active.filter(mayPay);
    return [...parts, ...this.take(least(wanted, sum(others.map(({ remaining }) => remaining))), others)];
  }
}
