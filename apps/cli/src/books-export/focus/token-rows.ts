/**
 * Tokens themselves, as rows of FOCUS: bought, given back, left unused at their end, and what was paid with tokens that
 * nobody bought.
 */
import { ACCOUNTS, customerAvailable, readUses, type GrantUses, type JournalEvent } from '#concepts';
import { ASSET, entryId, postingsOf } from '#domain';
import type { BookEntry } from '../book-entry.js';
import { oneLine } from '../entry-text.js';
import { asciiJson, asciiText, BILLING_CURRENCY, commonOf, ISSUER, type Row, type RowSubject } from './columns.js';
import { tokenPrice, writeDollars, writePrice, writeTokens, type Rate } from './dollars.js';

type Of<Type extends JournalEvent['type']> = Extract<JournalEvent, { readonly type: Type }>;

/** Grants that cost their holders nothing, by id; all others were bought. */
export type FreeGrants = ReadonlySet<string>;

/** Tokens that were bought: billed, and of no cost until they are used. */
export function purchaseRow(bought: Of<'Minted' | 'GrantIssued'>, entry: BookEntry, rate: Rate): Row {
  const amount = BigInt(bought.amount);
  const price = writePrice(tokenPrice(rate).dollars);
  const cost = writeDollars(amount, rate);
  const { effectiveAt = bought.time, expiresAt } = bought.type === 'GrantIssued' ? bought : {};
  return {
    ...commonOf(entry, {
      ...{ customer: bought.holder, rateVersion: rate.version },
      ...{ from: effectiveAt, to: expiresAt },
    }),
    ...TOKENS,
    BilledCost: cost,
    ChargeCategory: 'Purchase',
    ChargeDescription: asciiText(oneLine(`Tokens bought: ${bought.reason}`)),
    ContractedCost: cost,
    ContractedUnitPrice: price,
    EffectiveCost: '0.0',
    ListCost: cost,
    ListUnitPrice: price,
    PricingCategory: 'Standard',
    PricingCurrency: BILLING_CURRENCY,
    PricingCurrencyContractedUnitPrice: price,
    PricingCurrencyEffectiveCost: '0.0',
    PricingCurrencyListUnitPrice: price,
    PricingQuantity: writeTokens(amount),
    PricingUnit: 'Tokens',
    ResourceId: entryId(entry.position),
    ResourceName: `${ASSET} tokens`,
    ResourceType: 'Token Grant',
    SkuPriceDetails: asciiJson({ UsdRate: String(rate.version) }),
    SkuPriceId: asciiJson([ASSET, rate.version]),
  };
}

/** What was bought and is left at its end is a cost without usage; what is taken back is no longer billed. */
export function lapsedRows(event: LapsingEvent, entry: BookEntry, rateOf: () => Rate, free: FreeGrants): Row[] {
  const unused = creditedTo(entry, ACCOUNTS.breakagePurchased.pattern);
  const back = boughtIn(event, free) - unused;
  if (unused === 0n && back === 0n) return [];
  const rate = rateOf();
  const customer = 'customer' in event ? event.customer : event.holder;
  const subject = { customer, rateVersion: rate.version, from: event.time };
  return [
    ...(unused > 0n ? [adjustmentRow(entry, subject, rate, 'Tokens unused at their end', { used: unused })] : []),
    ...(back > 0n ? [adjustmentRow(entry, subject, rate, 'Tokens taken back', { billed: -back })] : []),
  ];
}

/** What was taken back: a purchase is no longer billed, and usage is no cost. */
export function reversedRows(
  event: Of<'EntryReversed'>,
  entry: BookEntry,
  rateOf: () => Rate,
  free: FreeGrants,
): Row[] {
  const { original, covers = [] } = event;
  const amount = BigInt(event.amount);
  const paidFree = [original.paid, ...covers].reduce(
    (sum, part) => sum + freePart(part?.grants, BigInt(part?.amount ?? '0'), free),
    0n,
  );
  return correctedRows(event, entry, rateOf, free, 'Taken back', { billed: -amount, used: paidFree - amount });
}

/** What was taken back counts again: a purchase is billed, and usage is a cost. */
export function restoredRows(
  event: Of<'EntryRestored'>,
  entry: BookEntry,
  rateOf: () => Rate,
  free: FreeGrants,
): Row[] {
  const { paid } = event;
  const amount = BigInt(event.amount);
  const paidFree = freePart(paid?.grants, BigInt(paid?.amount ?? '0'), free);
  return correctedRows(event, entry, rateOf, free, 'Restored', { billed: amount, used: amount - paidFree });
}

/** @param adjusted of a purchase what is billed, of usage what it costs */
function correctedRows(
  { original, holder: customer, time: from }: Of<'EntryReversed' | 'EntryRestored'>,
  entry: BookEntry,
  rateOf: () => Rate,
  free: FreeGrants,
  what: string,
  { billed, used }: Required<Adjusted>,
): Row[] {
  const { entry: first, type } = original.restores ?? original;
  const isPurchase = type === 'Minted' || (type === 'GrantIssued' && !free.has(first));
  const adjusted = isPurchase ? { billed } : original.charge === undefined ? {} : { used };
  if (Object.values(adjusted).every((part) => part === 0n)) return [];
  const rate = rateOf();
  const subject = { customer, rateVersion: rate.version, from };
  return [adjustmentRow(entry, subject, rate, `${what}: ${type} ${first}`, adjusted)];
}

/** Entries by which tokens may come to their end. */
export type LapsingEvent = Of<
  'GrantExpired' | 'GrantVoided' | 'HoldReleased' | 'HoldExpired' | 'HoldCaptured' | 'UsageCharged'
>;

/** What the entry took of bought grants that are no more. */
function boughtIn(event: LapsingEvent, free: FreeGrants): bigint {
  if (event.type === 'GrantExpired' || event.type === 'GrantVoided') {
    return free.has(event.grant) ? 0n : BigInt(event.amount);
  }
  const lapsed = 'capture' in event ? event.capture?.lapsed : 'lapsed' in event ? event.lapsed : undefined;
  if (lapsed === undefined) return 0n;
  return BigInt(lapsed.amount) - freePart(lapsed.grants, BigInt(lapsed.amount), free);
}

interface Adjusted {
  /** Atto-tokens. */
  readonly billed?: bigint;
  readonly used?: bigint;
}

function adjustmentRow(
  entry: BookEntry,
  subject: RowSubject,
  rate: Rate,
  what: string,
  { billed = 0n, used = 0n }: Adjusted,
): Row {
  return {
    ...commonOf(entry, subject),
    ...TOKENS,
    BilledCost: writeDollars(billed, rate),
    ChargeCategory: 'Adjustment',
    ChargeDescription: what,
    ContractedCost: writeDollars(billed, rate),
    EffectiveCost: writeDollars(used, rate),
    ListCost: writeDollars(billed, rate),
    PricingCurrency: ASSET,
    PricingCurrencyEffectiveCost: writeTokens(used),
  };
}

/** What promotional and earned grants paid of an entry costs its customer nothing: it is taken off the cost of the usage. */
export function creditRows(
  event: Of<'UsageCharged' | 'HoldCaptured' | 'ReceivablesCovered'>,
  entry: BookEntry,
  rateOf: () => Rate,
  free: FreeGrants,
): Row[] {
  if (free.size === 0) return [];
  const used = 'capture' in event ? event.capture?.used : undefined;
  const available = debitedFrom(entry, customerAvailable(event.customer));
  const amount = freePart(event.grants, available, free) + freePart(used?.grants, BigInt(used?.amount ?? '0'), free);
  if (amount === 0n) return [];
  const rate = rateOf();
  const cost = writeDollars(-amount, rate);
  return [
    {
      ...commonOf(entry, { customer: event.customer, rateVersion: rate.version, from: event.time }),
      ...TOKENS,
      BilledCost: '0.0',
      ChargeCategory: 'Credit',
      ChargeDescription: 'Paid by promotional or earned tokens',
      ContractedCost: cost,
      EffectiveCost: cost,
      ListCost: cost,
      PricingCurrency: ASSET,
      PricingCurrencyEffectiveCost: writeTokens(-amount),
    },
  ];
}

/** What rows about tokens have in common. */
const TOKENS: Row = {
  ChargeFrequency: 'One-Time',
  PublisherName: ISSUER,
  ServiceName: 'Airtime tokens',
  SkuId: ASSET,
  SkuMeter: 'tokens',
};

/** @param total what all of them paid */
function freePart(uses: GrantUses | undefined, total: bigint, free: FreeGrants): bigint {
  let part = 0n;
  if (uses !== undefined) for (const { grant, amount } of readUses(uses, total)) if (free.has(grant)) part += amount;
  return part;
}

function debitedFrom({ event }: BookEntry, account: string): bigint {
  return sumOf(event, ({ debit }) => debit === account);
}

function creditedTo({ event }: BookEntry, account: string): bigint {
  return sumOf(event, ({ credit }) => credit === account);
}

function sumOf(event: JournalEvent, is: (leg: { readonly debit: string; readonly credit: string }) => boolean): bigint {
  return postingsOf(event).reduce((sum, leg) => (is(leg) ? sum + BigInt(leg.amount) : sum), 0n);
}
