/** What an entry had done, in one form for all kinds of entries that can be reversed. Pure, and read from the entry alone. */
import { entryId, ZERO, type EntryPosition, type Posting } from '#domain';
import { countedAt } from '../budgets/ceiling.js';
import type { GrantIssued } from '../grants/grant-events.js';
import { readUses, writeUses, type GrantUse } from '../grants/uses.js';
import { customerHeld, type Capture, type HoldCaptured } from '../holds/hold-events.js';
import { recordShares, type Shares } from '../rating/split-policy.js';
import type { ReceivablesCovered } from '../receivables/receivable.js';
import { customerAvailable } from '../supply/funds.js';
import type { Burned, Minted } from '../supply/supply.js';
import type { TransferSent } from '../transfers/transfer.js';
import { PAID } from '../usage/charging.js';
import type { UsageCharged } from '../usage/charge.js';
import type {
  CoverTakenBack,
  EntryRestored,
  FirstEntry,
  Original,
  OriginalCharge,
  PaidPart,
  ReversibleType,
} from './reversal-events.js';

type Reversible = Minted | Burned | GrantIssued | TransferSent | UsageCharged | HoldCaptured | EntryRestored;

const holderOf = (event: Minted | Burned | GrantIssued) => ({ holder: event.holder });

const ORIGINALS: {
  readonly [Type in ReversibleType]: (
    event: Extract<Reversible, { readonly type: Type }>,
  ) => Omit<Original, 'entry' | 'type' | 'time' | 'amount'>;
} = {
  Minted: holderOf,
  GrantIssued: holderOf,
  Burned: (event) => ({ ...holderOf(event), ...paidOf(event, event.holder) }),
  TransferSent: (event) => ({ holder: event.from, to: event.to, ...paidOf(event, event.from) }),
  UsageCharged: (event) => {
    const { usage, provider, usageType, model, region, meters, counted } = event;
    const metered = { usageType, model, ...(region === undefined ? {} : { region }), meters };
    const charge = { source: usage.source, id: usage.id, provider, ...chargeOf(event, provider) };
    return {
      ...{ holder: event.customer, ...paidOf(event, event.customer) },
      charge: { ...charge, ...(counted === undefined ? {} : { counted }), metered },
    };
  },
  HoldCaptured: (event) => {
    const { hold, provider } = event;
    const payee = provider === undefined ? {} : { provider };
    const charge = { source: 'hold', id: hold, ...payee, ...chargeOf(event, provider) };
    return { holder: event.customer, ...paidOf(event, event.customer), charge };
  },
  EntryRestored: (event) => {
    const { holder, original, paid } = event;
    const { to, charge } = original;
    return {
      ...{ holder, restores: firstOf(original) },
      ...(to === undefined ? {} : { to }),
      ...(paid === undefined ? {} : { paid }),
      ...(charge === undefined ? {} : { charge: restoredCharge(event, charge) }),
    };
  },
};

/** The entry that a reversal takes back in the end, however often it was restored. */
export function firstOf({ entry, type, restores }: Original): FirstEntry {
  return restores ?? { entry, type: type as FirstEntry['type'] };
}

function restoredCharge(event: EntryRestored, charge: OriginalCharge): OriginalCharge {
  const { shares: _, owed: __, budgeted: ___, ...named } = charge;
  const { holder: customer, postings, receivable, budgeted } = event;
  return {
    ...named,
    shares: recordShares(sharesPaid({ customer, postings }, charge.provider)),
    ...(receivable === undefined ? {} : { owed: receivable }),
    ...(budgeted === undefined ? {} : { budgeted }),
  };
}

/** What an entry had done; undefined for one that is not reversed. */
export function originalOf(
  event: { readonly type: string; readonly time: string },
  position: EntryPosition,
): Original | undefined {
  if (!Object.hasOwn(ORIGINALS, event.type)) return undefined;
  const reversible = event as Reversible;
  const describe = ORIGINALS[reversible.type] as (event: Reversible) => ReturnType<(typeof ORIGINALS)['Minted']>;
  const { type, time, amount } = reversible;
  return { entry: entryId(position), type, time, amount, ...describe(reversible) };
}

interface Paying {
  readonly postings: readonly Posting[];
  readonly grants?: string;
  readonly capture?: Capture;
}

/** What an entry took at once: of the hold that it settled, and of what was available. */
function paidOf({ postings, grants, capture }: Paying, customer: string): { readonly paid?: PaidPart } {
  const account = customerAvailable(customer);
  let direct = 0n;
  for (const { debit, amount } of postings) if (debit === account) direct += BigInt(amount);
  const used = capture?.used;
  const paid = partOf([
    ...(used === undefined ? [] : readUses(used.grants, BigInt(used.amount))),
    ...(grants === undefined ? [] : readUses(grants, direct)),
  ]);
  return paid === undefined ? {} : { paid };
}

/** Uses as an entry says them: each grant once, in the order in which it is named first. */
export function partOf(uses: readonly GrantUse[]): PaidPart | undefined {
  const byGrant = new Map<string, bigint>();
  let total = 0n;
  for (const { grant, amount } of uses) {
    byGrant.set(grant, (byGrant.get(grant) ?? ZERO) + amount);
    total += amount;
  }
  if (total === ZERO) return undefined;
  return { amount: total.toString(), grants: writeUses([...byGrant].map(([grant, amount]) => ({ grant, amount }))) };
}

/** The grants of a part. */
export const usesIn = (part: PaidPart | undefined): readonly GrantUse[] =>
  part === undefined ? [] : readUses(part.grants, BigInt(part.amount));

function chargeOf(
  event: UsageCharged | HoldCaptured,
  provider: string | undefined,
): Pick<OriginalCharge, 'shares' | 'owed' | 'budgeted'> {
  const { receivable, budgeted } = event;
  const counted = budgeted === undefined ? undefined : { ...budgeted, path: countedAt(event, budgeted) };
  return {
    shares: recordShares(sharesPaid(event, provider)),
    ...(receivable === undefined ? {} : { owed: receivable }),
    ...(counted === undefined ? {} : { budgeted: counted }),
  };
}

/** What was paid at once to each payee; what a hold gave back beside it is nobody's share. */
function sharesPaid(event: Paying & { readonly customer: string }, provider: string | undefined): Shares {
  const { customer, postings, capture } = event;
  const payers = [customerHeld(customer), customerAvailable(customer)];
  const payable = provider === undefined ? undefined : PAID.provider(provider);
  // What a hold reserved of grants that were voided goes to issuance, too.
  let ended = BigInt(capture?.lapsed?.amount ?? 0);
  const shares = { provider: 0n, treasury: 0n, stakers: 0n, burn: 0n };
  for (const { debit, credit, amount } of postings) {
    if (!payers.includes(debit)) continue;
    if (credit === payable) shares.provider += BigInt(amount);
    else if (credit === PAID.treasury) shares.treasury += BigInt(amount);
    else if (credit === PAID.stakers) shares.stakers += BigInt(amount);
    else if (credit === PAID.burn) shares.burn += BigInt(amount);
    else if (credit.startsWith('breakage:')) ended -= BigInt(amount);
  }
  return { ...shares, burn: shares.burn - ended };
}

/** What a covering paid of a charge, and by which of its grants: they pay its parts in their order. */
export function coversOf(event: ReceivablesCovered, position: EntryPosition, charge: OriginalCharge): CoverTakenBack[] {
  const account = customerAvailable(event.customer);
  let direct = 0n;
  for (const { debit, amount } of event.postings) if (debit === account) direct += BigInt(amount);
  const uses = event.grants === undefined ? [] : readUses(event.grants, direct);
  let from = 0n;
  const covers: CoverTakenBack[] = [];
  for (const { source, id, amount, shares } of event.covered) {
    const to = from + BigInt(amount);
    if (source === charge.source && id === charge.id) {
      const grants = writeUses(usesBetween(uses, from, to));
      covers.push({ entry: entryId(position), amount, shares, grants });
    }
    from = to;
  }
  return covers;
}

/** The uses of a stretch of what all of them paid. */
function usesBetween(uses: readonly GrantUse[], from: bigint, to: bigint): GrantUse[] {
  const found: GrantUse[] = [];
  let begin = 0n;
  for (const { grant, amount } of uses) {
    const end = begin + amount;
    const [first, last] = [begin < from ? from : begin, end > to ? to : end];
    if (first < last) found.push({ grant, amount: last - first });
    begin = end;
  }
  return found;
}
