/** What is charged, as rows of FOCUS: a row for each meter of a usage, and one for a hold that is captured without usage. */
import { priceRecorded, readQuantity, type AmountLine, type Catalogue, type JournalEvent } from '#concepts';
import { ASSET, entryId } from '#domain';
import { ServiceUnreachable } from '#client';
import type { BookEntry } from '../book-entry.js';
import { oneLine } from '../entry-text.js';
import { asciiJson, asciiText, commonOf, ISSUER, type Row } from './columns.js';
import {
  averagePrice,
  publishedPrice,
  tokenPrice,
  writeDollars,
  writePrice,
  writeQuantityAsDecimal,
  writeTokens,
  type Rate,
  type UnitPrice,
} from './dollars.js';

type Of<Type extends JournalEvent['type']> = Extract<JournalEvent, { readonly type: Type }>;

const TAG_PREFIX = 'airtime/';

/** A part of a charge: how much of what, at which price. */
interface Metered {
  readonly meter: string;
  readonly unit: string;
  readonly quantity: string;
  readonly price: UnitPrice;
  /** Atto-tokens. */
  readonly amount: bigint;
}

/**
 * One row for each meter. The amounts of the rows are those of the charge's own lines, rated again with the versions that it
 * names.
 *
 * @throws ServiceUnreachable for a charge that these do not come to
 */
export function usageRows(charge: Of<'UsageCharged'>, entry: BookEntry, rate: Rate, catalogue: Catalogue): Row[] {
  const { model, provider, usageType, region, priceBook } = charge;
  let uncovered = BigInt(charge.receivable?.amount ?? '0');
  return linesOf(charge, entry, catalogue).map((line) => {
    const metered = meteredOf(line, rate);
    const owed = uncovered < line.amount ? uncovered : line.amount;
    uncovered -= owed;
    return {
      ...commonOf(entry, { customer: charge.customer, rateVersion: rate.version, from: charge.time }),
      ...chargedOf(metered, rate),
      ChargeDescription: asciiText(oneLine(`${line.quantity} ${line.meter} of ${model} by ${provider}`)),
      ChargeFrequency: 'Usage-Based',
      PublisherName: provider,
      ...(region === undefined ? {} : { RegionId: region, RegionName: region }),
      ServiceName: usageType,
      SkuId: asciiText(model),
      SkuPriceDetails: asciiJson({ PriceBook: String(priceBook) }),
      SkuPriceId: asciiJson([priceBook, usageType, model, provider, line.meter]),
      Tags: asciiJson(tagsOf(charge)),
      x_UsageSource: charge.usage.source,
      x_UsageId: charge.usage.id,
      x_UncoveredCost: writeDollars(owed, rate),
    };
  });
}

/** What was reserved and is taken without usage is priced by the token. */
export function capturedRow(captured: Of<'HoldCaptured'>, entry: BookEntry, rate: Rate): Row {
  const { customer, provider, hold, splitPolicy } = captured;
  const amount = BigInt(captured.amount);
  const quantity = writeTokens(amount);
  const metered = { meter: 'captured', unit: 'Tokens', quantity, price: tokenPrice(rate), amount };
  return {
    ...commonOf(entry, { customer, rateVersion: rate.version, from: captured.time }),
    ...chargedOf(metered, rate),
    ChargeDescription: `captured of hold ${hold}`,
    ChargeFrequency: 'One-Time',
    PublisherName: provider ?? ISSUER,
    ServiceName: 'Captured holds',
    SkuId: 'captured-hold',
    SkuPriceDetails: asciiJson({ UsdRate: String(rate.version) }),
    SkuPriceId: asciiJson(['captured-hold', rate.version]),
    Tags: asciiJson({ [`${TAG_PREFIX}hold`]: hold, [`${TAG_PREFIX}split-policy`]: String(splitPolicy) }),
    x_UncoveredCost: writeDollars(BigInt(captured.receivable?.amount ?? '0'), rate),
  };
}

/** A charge of nothing has one line too. */
function linesOf(charge: Of<'UsageCharged'>, { position }: BookEntry, catalogue: Catalogue): readonly AmountLine[] {
  const { amount, lines } = priceRecorded(catalogue, charge);
  if (amount !== BigInt(charge.amount)) {
    throw new ServiceUnreachable(
      `entry ${entryId(position)} charges ${charge.amount}, and its price book comes to ${amount}; run airtime verify`,
    );
  }
  return lines.length > 0 ? lines : [NOTHING_MEASURED];
}

const NOTHING_MEASURED: AmountLine = {
  meter: 'usage',
  quantity: '0',
  price: 0n,
  per: 1n,
  isUsd: false,
  parts: [],
  amount: 0n,
};

function meteredOf({ meter, quantity, price, per, isUsd, parts, amount }: AmountLine, rate: Rate): Metered {
  const unitPrice =
    parts.length > 1 ? averagePrice(amount, readQuantity(quantity)!, rate) : publishedPrice(price, per, isUsd, rate);
  return { meter, unit: unitOf(meter), quantity: writeQuantityAsDecimal(quantity), price: unitPrice, amount };
}

/**
 * Nothing is billed for usage: it uses tokens that were bought, or is owed until tokens are bought for it, and it is their
 * purchase that is billed.
 */
function chargedOf({ meter, unit, quantity, price, amount }: Metered, rate: Rate): Row {
  const cost = writeDollars(amount, rate);
  const dollars = writePrice(price.dollars);
  const tokens = writePrice(price.tokens);
  return {
    BilledCost: '0.0',
    ChargeCategory: 'Usage',
    ConsumedQuantity: quantity,
    ConsumedUnit: unit,
    ContractedCost: cost,
    ContractedUnitPrice: dollars,
    EffectiveCost: cost,
    ListCost: cost,
    ListUnitPrice: dollars,
    PricingCategory: 'Standard',
    PricingCurrency: ASSET,
    PricingCurrencyContractedUnitPrice: tokens,
    PricingCurrencyEffectiveCost: writeTokens(amount),
    PricingCurrencyListUnitPrice: tokens,
    PricingQuantity: quantity,
    PricingUnit: unit,
    SkuMeter: meter,
  };
}

/** `input_tokens` as FOCUS writes a unit: `Input Tokens`. A word there begins with a letter. */
function unitOf(meter: string): string {
  return meter
    .replace(/_+(\d)/g, '$1')
    .split('_')
    .filter((word) => word !== '')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ');
}

function tagsOf({ budget, hold, splitPolicy, provenance = {} }: Of<'UsageCharged'>): Record<string, string> {
  const { dataset, licence, contentHash } = provenance;
  return {
    ...(budget === undefined ? {} : { [`${TAG_PREFIX}budget`]: budget }),
    ...(hold === undefined ? {} : { [`${TAG_PREFIX}hold`]: hold }),
    [`${TAG_PREFIX}split-policy`]: String(splitPolicy),
    ...(dataset === undefined ? {} : { [`${TAG_PREFIX}dataset`]: dataset }),
    ...(licence === undefined ? {} : { [`${TAG_PREFIX}licence`]: licence }),
    ...(contentHash === undefined ? {} : { [`${TAG_PREFIX}content-hash`]: contentHash }),
  };
}
