/** What an entry had done, derived from it a second time and as one text, of which the verifier keeps a digest. */
import type { Posting } from '#domain';
import type { HoldCaptured } from '../holds/hold-events.js';
import { available, sum, wholeOf } from '../postings.audit.js';
import type { UsageCharged } from '../usage/charge.js';
import type { EntryRestored, FirstEntry, Original, OriginalCharge } from './reversal-events.js';

/** A grant, and what it paid. */
export type Use = readonly [grant: string, amount: bigint];

/** The uses that an entry says. @param total what all of them paid */
export function* usesOf(grants: string, total: bigint): Iterable<Use> {
  if (!grants.includes(' ')) {
    if (grants !== '') yield [grants, total];
    return;
  }
  const words = grants.split(' ');
  for (let i = 0; i < words.length; i += 2) yield [words[i]!, wholeOf(words[i + 1])];
}

interface Entry {
  readonly type: string;
  readonly postings?: readonly Posting[];
}
type Charged = UsageCharged | HoldCaptured;
type Facts = readonly unknown[];

interface Movement extends Entry {
  readonly time: string;
  readonly amount: string;
  readonly holder?: string;
  readonly from?: string;
  readonly to?: string;
  readonly toShard?: number;
  readonly grants?: string;
  readonly postings: readonly Posting[];
}

/** The text of an entry that can be reversed; undefined: it cannot. */
export function textOfOriginal(event: Entry, id: string, shard: number): string | undefined {
  switch (event.type) {
    case 'UsageCharged':
    case 'HoldCaptured':
      return textOfCharge(event as Charged, id);
    case 'EntryRestored':
      return textOfRestored(event as EntryRestored, id);
    case 'Minted':
    case 'GrantIssued':
    case 'Burned':
    case 'TransferSent': {
      const { type, time, amount, holder, from, to, toShard, grants, postings } = event as Movement;
      if (toShard !== undefined && toShard !== shard) return undefined;
      const payer = holder ?? from!;
      const paid = type === 'Burned' || type === 'TransferSent' ? takenFrom(postings, available(payer)) : 0n;
      return textOf([id, type, time, amount, payer, to ?? ''], merged([...usesOf(grants ?? '', paid)]), []);
    }
  }
  return undefined;
}

function textOfCharge(event: Charged, id: string): string {
  const { type, time, amount, customer, postings, grants, capture, provider } = event;
  const used = capture?.used;
  const paid = [
    ...usesOf(used?.grants ?? '', wholeOf(used?.amount ?? '0')),
    ...usesOf(grants ?? '', takenFrom(postings, available(customer))),
  ];
  const [source, name] = type === 'UsageCharged' ? [event.usage.source, event.usage.id] : ['hold', event.hold];
  const { budgeted, receivable } = event;
  const path =
    budgeted === undefined ? '' : (budgeted.path ?? ('budget' in event ? event.budget : undefined) ?? customer);
  const facts: Facts = [
    ...[source, name, provider ?? '', ...sharesPaid(event)],
    ...(receivable === undefined ? [''] : owedFacts(receivable)),
    ...(budgeted === undefined ? [''] : [path, budgeted.day, budgeted.beyond ?? '']),
    ...(type === 'UsageCharged'
      ? [event.counted ?? '', event.usageType, event.model, event.region ?? '', event.meters]
      : ['']),
  ];
  return textOf([id, type, time, amount, customer, ''], merged(paid), facts);
}

/** What a restoration does is what its reversal had taken back, of what is there now. */
function textOfRestored(event: EntryRestored, id: string): string {
  const { type, time, amount, holder, original, paid, receivable, budgeted, postings } = event;
  const { charge } = original;
  const now = {
    ...(receivable === undefined ? {} : { owed: receivable }),
    ...(budgeted === undefined ? {} : { budgeted }),
  };
  const again = ({ owed: _, budgeted: __, provider, ...same }: OriginalCharge): OriginalCharge => {
    const [paidTo = '0', treasury = '0', stakers = '0', burn = '0'] = sharesPaid({
      customer: holder,
      provider,
      postings,
    });
    const shares = { provider: paidTo, treasury, stakers, burn };
    return { ...same, ...(provider === undefined ? {} : { provider }), shares, ...now };
  };
  return textOfClaim({
    ...{ entry: id, type, time, amount, holder },
    ...(original.to === undefined ? {} : { to: original.to }),
    ...(paid === undefined ? {} : { paid }),
    ...(charge === undefined ? {} : { charge: again(charge) }),
    restores: firstOf(original),
  });
}

/** The first entry of those that reversed and restored each other. */
export function firstOf({ entry, type, restores }: Original): FirstEntry {
  return restores ?? { entry, type: type as FirstEntry['type'] };
}

/** The same text of what a reversal says that its entry had done. */
export function textOfClaim({ entry, type, time, amount, holder, to, paid, charge, restores }: Original): string {
  const uses = paid === undefined ? [] : [...usesOf(paid.grants, wholeOf(paid.amount))];
  const head = [entry, type, time, amount, holder, to ?? ''];
  return textOf(
    restores === undefined ? head : [...head, restores.entry, restores.type],
    merged(uses),
    charge === undefined ? [] : claimed(charge),
  );
}

function claimed({ source, id, provider, shares, owed, budgeted, counted, metered }: OriginalCharge): Facts {
  return [
    ...[source, id, provider ?? '', shares.provider, shares.treasury, shares.stakers, shares.burn],
    ...(owed === undefined ? [''] : owedFacts(owed)),
    ...(budgeted === undefined ? [''] : [budgeted.path, budgeted.day, budgeted.beyond ?? '']),
    ...(metered === undefined
      ? ['']
      : [counted ?? '', metered.usageType, metered.model, metered.region ?? '', metered.meters]),
  ];
}

const owedFacts = ({ amount, shares }: NonNullable<UsageCharged['receivable']>): Facts => [
  ...[amount, shares.provider, shares.treasury, shares.stakers, shares.burn],
];

/** Members in the order of their names: that in which a line has them says nothing. */
function byName(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function textOf(head: Facts, paid: Facts, charge: Facts): string {
  return JSON.stringify([head, paid, charge], byName);
}

/** Each grant once, in the order in which it is named first. */
function merged(uses: readonly Use[]): Facts {
  const byGrant = new Map<string, bigint>();
  for (const [grant, amount] of uses) byGrant.set(grant, (byGrant.get(grant) ?? 0n) + amount);
  return [...byGrant].flatMap(([grant, amount]) => [grant, `${amount}`]);
}

function takenFrom(postings: readonly Posting[], account: string): bigint {
  return sum(postings.filter(({ debit }) => debit === account).map(({ amount }) => wholeOf(amount)));
}

/** What each payee was paid at once; what a hold gave back to issuance beside it is no share. */
function sharesPaid({
  customer,
  provider,
  postings,
  capture,
}: Pick<Charged, 'customer' | 'postings' | 'capture'> & { readonly provider?: string | undefined }): string[] {
  const payers = [available(customer), `customer:${customer}:held`];
  const payees = [`provider:${provider}:payable`, 'treasury:fees', 'staking:rewards', 'issuance'];
  const shares = [0n, 0n, 0n, 0n];
  let lapsed = wholeOf(capture?.lapsed?.amount ?? '0');
  for (const { debit, credit, amount } of postings) {
    if (!payers.includes(debit)) continue;
    const at = payees.indexOf(credit);
    if (at !== -1) shares[at]! += wholeOf(amount);
    else if (credit.startsWith('breakage:')) lapsed -= wholeOf(amount);
  }
  shares[3]! -= lapsed;
  return shares.map(String);
}
