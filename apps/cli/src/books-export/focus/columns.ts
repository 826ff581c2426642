/** The columns of a FOCUS file, and what all of its rows have in common. */
import { entryId, parseTime } from '#domain';
import type { CsvValue } from '#platform';
import type { BookEntry } from '../book-entry.js';

/** All columns of FOCUS 1.2, then ours, which the specification wants to begin with `x_`. */
export const FOCUS_COLUMNS = [
  ...['AvailabilityZone', 'BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingAccountType'],
  ...['BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart', 'CapacityReservationId'],
  ...['CapacityReservationStatus', 'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargeFrequency'],
  ...['ChargePeriodEnd', 'ChargePeriodStart', 'CommitmentDiscountCategory', 'CommitmentDiscountId'],
  ...['CommitmentDiscountName', 'CommitmentDiscountQuantity', 'CommitmentDiscountStatus', 'CommitmentDiscountType'],
  ...['CommitmentDiscountUnit', 'ConsumedQuantity', 'ConsumedUnit', 'ContractedCost', 'ContractedUnitPrice'],
  ...['EffectiveCost', 'InvoiceId', 'InvoiceIssuerName', 'ListCost', 'ListUnitPrice', 'PricingCategory'],
  ...['PricingCurrency', 'PricingCurrencyContractedUnitPrice', 'PricingCurrencyEffectiveCost'],
  ...['PricingCurrencyListUnitPrice', 'PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName', 'RegionId'],
  ...['RegionName', 'ResourceId', 'ResourceName', 'ResourceType', 'ServiceCategory', 'ServiceName'],
  ...['ServiceSubcategory', 'SkuId', 'SkuMeter', 'SkuPriceDetails', 'SkuPriceId', 'SubAccountId', 'SubAccountName'],
  ...['SubAccountType', 'Tags', 'x_EntryId', 'x_RecordedAt', 'x_EventTime', 'x_UsageSource', 'x_UsageId'],
  ...['x_UncoveredCost', 'x_EntryType', 'x_UsdRate'],
] as const;

export type Column = (typeof FOCUS_COLUMNS)[number];
export type Row = Readonly<Partial<Record<Column, CsvValue>>>;

export const ISSUER = 'Airtime';
/** What an account is billed in; the rate is dollars for a token. */
export const BILLING_CURRENCY = 'USD';

/** What a row is about, beside its costs. */
export interface RowSubject {
  readonly customer: string;
  /** Version of the rate that its dollars were reckoned with. */
  readonly rateVersion: number;
  /** RFC 3339; when it begins. */
  readonly from: string;
  /** RFC 3339; missing: the second in which it begins. */
  readonly to?: string | undefined;
}

/** The members that every row has. */
export function commonOf({ event, position, recordedAt }: BookEntry, subject: RowSubject): Row {
  const { customer, rateVersion, from, to } = subject;
  const month = recordedAt.slice(0, 7);
  const fromMs = secondOf(from) ?? secondOf(recordedAt)!;
  const toMs = to === undefined ? undefined : secondOf(to);
  return {
    BillingAccountId: ISSUER.toLowerCase(),
    BillingAccountName: ISSUER,
    BillingAccountType: 'Ledger',
    BillingCurrency: BILLING_CURRENCY,
    BillingPeriodEnd: toSecond(endOfMonth(recordedAt)),
    BillingPeriodStart: `${month}-01T00:00:00Z`,
    // FOCUS knows whole seconds and an end that is excluded.
    ChargePeriodEnd: toSecond(toMs === undefined || toMs <= fromMs ? fromMs + 1_000 : toMs),
    ChargePeriodStart: toSecond(fromMs),
    InvoiceId: `${month}/${customer}`,
    InvoiceIssuerName: ISSUER,
    ProviderName: ISSUER,
    ServiceCategory: 'AI and Machine Learning',
    ServiceSubcategory: 'Other (AI and Machine Learning)',
    SubAccountId: customer,
    SubAccountName: customer,
    SubAccountType: 'Customer',
    x_EntryId: entryId(position),
    x_EntryType: event.type,
    x_RecordedAt: recordedAt,
    x_EventTime: event.time,
    x_UsdRate: rateVersion,
  };
}

/** A billing period is the UTC month in which an entry was recorded: what comes late never changes a month that is over. */
function endOfMonth(recordedAt: string): number {
  return Date.UTC(Number(recordedAt.slice(0, 4)), Number(recordedAt.slice(5, 7)), 1);
}

/** Milliseconds since 1970; undefined for a time that is none. */
export function instantOf(time: string): number | undefined {
  try {
    return parseTime(time, 'time');
  } catch {
    return undefined;
  }
}

function secondOf(time: string): number | undefined {
  const ms = instantOf(time);
  return ms === undefined ? undefined : Math.floor(ms / 1_000) * 1_000;
}

function toSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/**
 * A text in ASCII, which validators of FOCUS ask for: any other character as `\u` and four hex digits of each of its UTF-16
 * units, a backslash doubled, so that two texts stay two.
 */
export function asciiText(text: string): string {
  return escapeUnits(text.replaceAll('\\', '\\\\'));
}

/** JSON in ASCII. */
export function asciiJson(value: unknown): string {
  return escapeUnits(JSON.stringify(value));
}

function escapeUnits(text: string): string {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
