/**
 * Charged usage as rows of FOCUS 1.2 (FinOps Open Cost and Usage Specification): one row per charge. Every choice that
 * the specification leaves to us, and every departure from it, is in the README.
 */
import type { UsageCharged } from '#concepts';
import { ASSET, entryId, formatAmount, parseTime } from '#domain';
import { csvLine, type CsvValue } from '#platform';
import type { BookEntry, BookWriter } from './book-entry.js';
import { oneLine } from './entry-text.js';

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
  'x_UncoveredCost',
] as const;

type Column = (typeof FOCUS_COLUMNS)[number];
type Row = Readonly<Partial<Record<Column, CsvValue>>>;

const ISSUER = 'Airtime';
const TAG_PREFIX = 'airtime/';

export class FocusWriter implements BookWriter {
  records = 0;

  begin(): string {
    return csvLine(FOCUS_COLUMNS);
  }

  write(entry: BookEntry): string {
    if (entry.event.type !== 'UsageCharged') return '';
    this.records += 1;
    const row = describeCharge(entry.event, entry);
    return csvLine(FOCUS_COLUMNS.map((column) => row[column]));
  }

  end(): string {
    return '';
  }
}

function describeCharge(charge: UsageCharged, { position, recordedAt }: BookEntry): Row {
  const cost = formatAmount(BigInt(charge.amount));
  const meters = Object.entries(charge.meters);
  const [onlyMeter] = meters.length === 1 ? meters : [];
  const [meter, quantity] = onlyMeter ?? [];
  // FOCUS knows whole seconds and an end that is excluded: the second in which the event happened.
  const startMs = secondOf(charge.time);
  return {
    BilledCost: cost,
    BillingAccountId: ISSUER.toLowerCase(),
    BillingAccountName: ISSUER,
    BillingAccountType: 'Ledger',
    BillingCurrency: ASSET,
    BillingPeriodEnd: toSecond(endOfMonth(recordedAt)),
    BillingPeriodStart: `${recordedAt.slice(0, 7)}-01T00:00:00Z`,
    ChargeCategory: 'Usage',
    ChargeDescription: describeMeters(charge, meters),
    ChargeFrequency: 'Usage-Based',
    ChargePeriodEnd: startMs === undefined ? undefined : toSecond(startMs + 1_000),
    ChargePeriodStart: startMs === undefined ? undefined : toSecond(startMs),
    ConsumedQuantity: quantity,
    ConsumedUnit: meter,
    ContractedCost: cost,
    EffectiveCost: cost,
    InvoiceIssuerName: ISSUER,
    ListCost: cost,
    PricingCategory: 'Standard',
    PricingCurrency: ASSET,
    PricingCurrencyEffectiveCost: cost,
    PricingQuantity: quantity,
    PricingUnit: meter,
    ProviderName: charge.provider,
    PublisherName: charge.provider,
    ServiceCategory: 'AI and Machine Learning',
    ServiceName: charge.usageType,
    ServiceSubcategory: 'Other (AI and Machine Learning)',
    SkuId: charge.model,
    SkuMeter: meter,
    SkuPriceDetails: JSON.stringify({ PriceBook: String(charge.priceBook) }),
    SkuPriceId: JSON.stringify([charge.priceBook, charge.usageType, charge.model, charge.provider]),
    SubAccountId: charge.customer,
    SubAccountName: charge.customer,
    SubAccountType: 'Customer',
    Tags: JSON.stringify(tagsOf(charge, meters)),
    x_EntryId: entryId(position),
    x_RecordedAt: recordedAt,
    x_EventTime: charge.time,
    x_UsageSource: charge.usage.source,
    x_UsageId: charge.usage.id,
    x_UncoveredCost: formatAmount(BigInt(charge.receivable?.amount ?? '0')),
  };
}

function tagsOf(charge: UsageCharged, meters: readonly [string, string][]): Record<string, string> {
  return {
    ...Object.fromEntries(meters.map(([meter, quantity]) => [`${TAG_PREFIX}meter/${meter}`, quantity])),
    ...(charge.budget === undefined ? {} : { [`${TAG_PREFIX}budget`]: charge.budget }),
    ...(charge.hold === undefined ? {} : { [`${TAG_PREFIX}hold`]: charge.hold }),
    [`${TAG_PREFIX}split-policy`]: String(charge.splitPolicy),
  };
}

function describeMeters({ model, provider }: UsageCharged, meters: readonly [string, string][]): string {
  const used = meters.map(([meter, quantity]) => `${quantity} ${meter}`).join(', ') || 'usage';
  return oneLine(`${used} of ${model} by ${provider}`);
}

/** A billing period is the UTC month in which the charge was recorded: late usage never changes a month that is over. */
function endOfMonth(recordedAt: string): number {
  return Date.UTC(Number(recordedAt.slice(0, 4)), Number(recordedAt.slice(5, 7)), 1);
}

/** Undefined for a time that is none: the row stands without it. */
function secondOf(time: string): number | undefined {
  try {
    return Math.floor(parseTime(time, 'time') / 1_000) * 1_000;
  } catch {
    return undefined;
  }
}

function toSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
