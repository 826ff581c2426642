/**
 * The rules of FOCUS 1.2 that can be checked on a file alone, for the columns that ours fills: read at the specification
 * (FinOps Foundation, FOCUS 1.2, section "Columns") and written down here anew, so that they are checked without its validator.
 */
import { FOCUS_COLUMNS } from '../src/books-export/focus/columns.js';

export type FocusRow = Readonly<Record<string, string>>;

const DECIMAL = /^-?\d+\.\d+$/;
const SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const UNIT = /^[A-Z][A-Za-z0-9]*( [A-Za-z][A-Za-z0-9]*)*$/;
const ASCII = /^[ -~]*$/;

/** Columns by what their values look like; a column without a value passes. */
const FORMATS: readonly (readonly [columns: RegExp, format: RegExp])[] = [
  [/^(?!Commitment|x_Usd)\w*(Cost|UnitPrice|Quantity)$/, DECIMAL],
  [/^(Billing|Charge)Period(Start|End)$/, SECOND],
  [/^(Consumed|Pricing)Unit$/, UNIT],
  [/^BillingCurrency$/, /^USD$/],
  [/^PricingCurrency$/, /^(USD|AIR)$/],
  [/^ChargeCategory$/, /^(Usage|Purchase|Credit|Adjustment)$/],
  [/^ChargeFrequency$/, /^(One-Time|Usage-Based)$/],
  [/^PricingCategory$/, /^Standard$/],
  [/^ServiceCategory$/, /^AI and Machine Learning$/],
  [/^ServiceSubcategory$/, /^Other \(AI and Machine Learning\)$/],
  [/^(?!x_)/, ASCII],
];

const NEVER_NULL = [
  ...['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingAccountType', 'BillingCurrency'],
  ...['BillingPeriodEnd', 'BillingPeriodStart', 'ChargeCategory', 'ChargeDescription', 'ChargeFrequency'],
  ...['ChargePeriodEnd', 'ChargePeriodStart', 'ContractedCost', 'EffectiveCost', 'InvoiceId', 'InvoiceIssuerName'],
  ...['ListCost', 'PricingCurrency', 'PricingCurrencyEffectiveCost', 'ProviderName', 'PublisherName'],
  ...['ServiceCategory', 'ServiceName', 'ServiceSubcategory', 'SkuId', 'SkuMeter', 'SubAccountId', 'SubAccountName'],
  'SubAccountType',
];
/** Never null where something is used or bought. */
const PRICED = [
  ...['ContractedUnitPrice', 'ListUnitPrice', 'PricingCategory', 'PricingCurrencyContractedUnitPrice'],
  ...['PricingCurrencyListUnitPrice', 'PricingQuantity', 'PricingUnit', 'SkuPriceDetails', 'SkuPriceId'],
];
/** We have none of these. */
const ALWAYS_NULL = /^(AvailabilityZone|CapacityReservation.*|ChargeClass|CommitmentDiscount.*)$/;
/** Both have a value, or none has. */
const TOGETHER = [
  ['ConsumedQuantity', 'ConsumedUnit'],
  ['PricingQuantity', 'PricingUnit'],
  ['RegionId', 'RegionName'],
  ['ResourceId', 'ResourceType'],
  ['ResourceId', 'ResourceName'],
  ['SkuPriceId', 'SkuPriceDetails'],
  ['SubAccountId', 'SubAccountName'],
] as const;
const JSON_COLUMNS = ['Tags', 'SkuPriceDetails'];
/** Unit price times quantity is the cost. */
const PRODUCTS = [
  ['ListUnitPrice', 'ListCost'],
  ['ContractedUnitPrice', 'ContractedCost'],
] as const;
const ONE = 10n ** 36n;
/** 10^-15 dollars: a line of an amount is floored to the atto-token, and a price without an end as a decimal cut off. */
const TOLERANCE = 10n ** 21n;

/** A decimal with at most 36 fraction digits, as so many 10^-36. */
export function read36(text: string): bigint {
  const [, sign, whole, fraction] = /^(-?)(\d+)(?:\.(\d{1,36}))?$/.exec(text)!;
  const size = BigInt(whole! + (fraction ?? '').padEnd(36, '0'));
  return sign === '-' ? -size : size;
}

/** What rows break, as `column: why`. */
export function breachesOf(rows: readonly FocusRow[]): string[] {
  const skus = new Map<string, string>();
  return rows.flatMap((row) => [...rowBreaches(row), ...skuBreaches(row, skus)]);
}

function rowBreaches(row: FocusRow): string[] {
  const found: string[] = [];
  const be = (holds: boolean, column: string, why: string) => {
    if (!holds) found.push(`${column}: ${why} (${row[column]})`);
  };
  const isNull = (column: string) => row[column] === '';
  for (const column of FOCUS_COLUMNS) {
    be(column in row, column, 'is missing');
    for (const [columns, format] of FORMATS) {
      if (columns.test(column) && !isNull(column)) be(format.test(row[column]!), column, `is not ${format.source}`);
    }
    if (ALWAYS_NULL.test(column)) be(isNull(column), column, 'has a value');
  }
  const category = row['ChargeCategory'];
  for (const column of NEVER_NULL) be(!isNull(column), column, 'is null');
  if (category === 'Usage' || category === 'Purchase')
    for (const column of PRICED) be(!isNull(column), column, 'is null');
  be(isNull('ConsumedQuantity') === (category !== 'Usage'), 'ConsumedQuantity', 'is there for usage alone');
  for (const [one, other] of TOGETHER) be(isNull(one) === isNull(other), other, `is null without ${one}`);
  for (const column of JSON_COLUMNS) be(isNull(column) || isKeyValue(row[column]!), column, 'is no object of texts');
  if (category === 'Purchase') {
    for (const column of ['EffectiveCost', 'PricingCurrencyEffectiveCost'])
      be(row[column] === '0.0', column, 'is not 0');
    be(row['ChargeFrequency'] !== 'Usage-Based', 'ChargeFrequency', 'is no purchase’s');
  }
  if (row['ProviderName'] !== row['InvoiceIssuerName']) be(row['BilledCost'] === '0.0', 'BilledCost', 'is not 0');
  be(row['ChargePeriodStart']! < row['ChargePeriodEnd']!, 'ChargePeriodEnd', 'does not lie behind the start');
  be(row['BillingPeriodStart']! < row['BillingPeriodEnd']!, 'BillingPeriodEnd', 'does not lie behind the start');
  for (const [price, cost] of PRODUCTS)
    if (!isNull(price)) be(isProduct(row, price, cost), cost, `is not ${price} × quantity`);
  return found;
}

function isProduct(row: FocusRow, price: string, cost: string): boolean {
  const product = (read36(row[price]!) * read36(row['PricingQuantity']!)) / ONE;
  const difference = product - read36(row[cost]!);
  return -TOLERANCE < difference && difference < TOLERANCE;
}

/** A price belongs to one SKU. */
function skuBreaches(row: FocusRow, skus: Map<string, string>): string[] {
  const price = row['SkuPriceId']!;
  const known = skus.get(price) ?? row['SkuId']!;
  skus.set(price, known);
  return price === '' || known === row['SkuId'] ? [] : [`SkuPriceId: belongs to ${known} and ${row['SkuId']}`];
}

function isKeyValue(text: string): boolean {
  const value = JSON.parse(text) as unknown;
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}
