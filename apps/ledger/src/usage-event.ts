/**
 * The usage event as it comes in: a CloudEvent whose data name a provider, a model and meters. The decorated class is
 * the one source of its form: the JSON Schema of the fast path is derived from it, and class-validator explains what
 * was refused.
 */
import { hash } from 'node:crypto';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import { Type } from 'class-transformer';
// The package exports its registry of @Type() metadata only by this path, without types.
// @ts-expect-error no declaration file
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import {
  Equals,
  IsOptional,
  IsString,
  Matches,
  registerDecorator,
  ValidateBy,
  ValidateNested,
  validateSync,
} from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { METERS_MAX, QUANTITY, type DataProvenance, type UsageReport } from '#concepts';
import { HOLDER_ID, parseTime, resolveLeapSecond, USAGE_ID } from '#domain';
import { RefusedElement, RequestError, toInstance, validationFailed } from '#platform';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/;
const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const METER = /^[a-z][a-z0-9_]{0,63}$/;

const REGION = /^[a-z0-9][a-z0-9-]{0,63}$/;

const IS_METERS = 'isMeters';

/** Quantities by meter: decimal strings or safe integers. */
function IsMeters(): PropertyDecorator {
  return ValidateBy({
    name: IS_METERS,
    validator: {
      validate: isMeters,
      defaultMessage: () =>
        `meters must name 1 to ${METERS_MAX} quantities such as {"input_tokens": "1200"}: a meter in lower case, a quantity as a decimal string of at most 18 digits and 9 fraction digits or as a whole number, never negative`,
    },
  });
}

function isMeters(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length >= 1 &&
    entries.length <= METERS_MAX &&
    entries.every(([meter, quantity]) => METER.test(meter) && isQuantity(quantity))
  );
}

function isQuantity(value: unknown): boolean {
  return typeof value === 'string' ? QUANTITY.test(value) : Number.isSafeInteger(value) && (value as number) >= 0;
}

const METERS_SCHEMA = {
  type: 'object' as const,
  minProperties: 1,
  maxProperties: METERS_MAX,
  propertyNames: { type: 'string' as const, pattern: METER.source },
  additionalProperties: {
    anyOf: [
      { type: 'string' as const, pattern: QUANTITY.source },
      { type: 'integer' as const, minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    ],
  },
};

const LICENCE = /^[A-Za-z0-9][A-Za-z0-9 ._:/@()+-]{0,99}$/;
const CONTENT_HASH = /^[0-9a-f]{64}$/;

export class UsageProvenance {
  @ApiPropertyOptional({ example: 'weather/eu-2026', description: 'The name of the data set' })
  @IsOptional()
  @Matches(NAME, { message: 'dataset must be a name of 1 to 200 letters, digits or . _ : / @ + -' })
  dataset?: string;

  @ApiPropertyOptional({ example: 'CC-BY-4.0', description: 'Under which it may be used' })
  @IsOptional()
  @Matches(LICENCE, { message: 'licence must be 1 to 100 letters, digits, spaces or . _ : / @ ( ) + -' })
  licence?: string;

  @ApiPropertyOptional({ example: 'ab'.repeat(32), description: 'SHA-256 of its content' })
  @IsOptional()
  @Matches(CONTENT_HASH, { message: 'contentHash must be a SHA-256 in 64 lower-case hexadecimal digits' })
  contentHash?: string;
}

export class UsageData {
  @ApiProperty({ example: 'p7', description: 'The provider that served the usage' })
  @Matches(HOLDER_ID, { message: 'provider must be an id of 1 to 128 letters, digits or . _ @ + -' })
  provider!: string;

  @ApiProperty({ example: 'llama-3.1-70b' })
  @Matches(NAME, { message: 'model must be a name of 1 to 200 letters, digits or . _ : / @ + -' })
  model!: string;

  @ApiProperty({
    example: { input_tokens: '1200', output_tokens: '350' },
    description: 'Quantities by meter: decimal strings or whole numbers',
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
  })
  @IsMeters()
  meters!: Record<string, string | number>;

  @ApiPropertyOptional({ example: 'eu-west-1', description: 'Where it was served; a price may be of one region alone' })
  @IsOptional()
  @Matches(REGION, { message: 'region must be a name of 1 to 64 lower-case letters, digits or -' })
  region?: string;

  @ApiPropertyOptional({ example: 'acme/research/key-7', description: 'Recorded with the charge' })
  @IsOptional()
  @Matches(NAME, { message: 'budget must be a path of 1 to 200 letters, digits or . _ : / @ + -' })
  budget?: string;

  @ApiPropertyOptional({ example: 'h-12', description: 'Recorded with the charge' })
  @IsOptional()
  @Matches(NAME, { message: 'hold must be a name of 1 to 200 letters, digits or . _ : / @ + -' })
  hold?: string;

  @ApiPropertyOptional({
    type: UsageProvenance,
    description:
      'Where the data comes from that was used, sold or validated; kept with the charge, no part of its price',
  })
  @IsOptional()
  @IsObjectValue('provenance must be an object with dataset, licence or contentHash')
  @ValidateNested()
  @Type(() => UsageProvenance)
  provenance?: UsageProvenance;
}

export class UsageEvent {
  @ApiProperty({ example: '1.0' })
  @Equals('1.0', { message: 'specversion must be "1.0"' })
  specversion!: string;

  @ApiProperty({ example: 'req-1', description: 'Unique for its source, for ever' })
  @Matches(USAGE_ID, { message: 'id must be 1 to 200 characters without control characters and noncharacters' })
  id!: string;

  @ApiProperty({ example: 'gateway/eu-1' })
  @Matches(USAGE_ID, { message: 'source must be 1 to 200 characters without control characters and noncharacters' })
  source!: string;

  @ApiProperty({ example: 'ai.compute.usage', description: 'A usage type that the price book prices' })
  @Matches(NAME, { message: 'type must be a name such as ai.compute.usage' })
  type!: string;

  @ApiPropertyOptional({ example: '2026-11-22T10:00:00Z', description: 'RFC 3339; the time of arrival when absent' })
  @IsOptional()
  @Matches(TIME, { message: 'time must be RFC 3339, such as 2026-11-22T10:00:00Z' })
  time?: string;

  @ApiProperty({ example: 'acme', description: 'The paying customer' })
  @Matches(HOLDER_ID, { message: 'subject must be the customer’s id: 1 to 128 letters, digits or . _ @ + -' })
  subject!: string;

  @ApiPropertyOptional({ example: 'application/json' })
  @IsOptional()
  @IsString()
  datacontenttype?: string;

  @ApiProperty({ type: UsageData })
  @IsObjectValue()
  @ValidateNested()
  @Type(() => UsageData)
  data!: UsageData;
}

/** A nested value that is missing or no object; ValidateNested alone lets undefined pass. */
function IsObjectValue(message = 'data must be an object with provider, model and meters'): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isObjectValue',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
        defaultMessage: () => message,
      },
    });
  };
}

/** JSON Schema of {@link UsageEvent}, made from its decorators. */
export function usageEventSchema(): Record<string, unknown> {
  const definitions = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: '#/definitions/',
    additionalConverters: {
      [IS_METERS]: () => METERS_SCHEMA,
      isObjectValue: () => ({ type: 'object' }),
      matches: (meta) => ({ type: 'string', pattern: (meta.constraints[0] as RegExp).source }),
    },
  });
  for (const definition of Object.values(definitions)) acceptNullForAbsent(definition);
  return { ...definitions[UsageEvent.name], definitions };
}

/** CloudEvents' JSON format (section 2.2): null says the same as an attribute that is not there. So does IsOptional. */
function acceptNullForAbsent(definition: ReturnType<typeof validationMetadatasToSchemas>[string]): void {
  for (const [name, schema] of Object.entries(definition.properties ?? {})) {
    if (!definition.required?.includes(name)) definition.properties![name] = { anyOf: [schema, { type: 'null' }] };
  }
}

const accepts: ValidateFunction = new Ajv({ allErrors: false, strict: false, unicodeRegExp: true }).compile(
  usageEventSchema(),
);

/** Whether a value has the form of a usage event, by the schema. */
export function isUsageEvent(value: unknown): value is UsageEvent {
  return accepts(value);
}

/**
 * Why a value is no usage event, in class-validator's words.
 *
 * @returns a `VALIDATION_FAILED` error with every offending path
 */
export function explainUsageEvent(value: unknown): Error {
  if (value instanceof RefusedElement) return value.error;
  let instance: UsageEvent;
  try {
    instance = toInstance(
      UsageEvent,
      typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {},
    );
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  const failures = validateSync(instance, {
    whitelist: false,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  });
  return validationFailed(failures);
}

/**
 * The usage event as the domain takes it. Its digest covers what is charged — type, time, customer, provider, model,
 * region, meters, budget, hold and provenance — and nothing else, so a repeated report is a duplicate whatever its white space or order, and
 * however it spells a quantity or an instant.
 *
 * @param receivedAtMs the time taken when the event names none; a repetition then carries the same digest
 */
export function toUsageReport(event: UsageEvent, receivedAtMs: number): UsageReport {
  const { data } = event;
  const names = Object.keys(data.meters).sort();
  const meters: Record<string, string> = {};
  // The journal keeps the instant after a leap second: no clock or database that reads it later knows 23:59:60.
  const time = event.time ? resolveLeapSecond(event.time) : undefined;
  let content = JSON.stringify([
    event.type,
    time === undefined ? null : instantOf(time),
    event.subject,
    data.provider,
    data.model,
    data.budget || null,
    data.hold || null,
  ]);
  for (const name of names) {
    const quantity = String(data.meters[name]);
    meters[name] = quantity;
    content += `\n${name} ${shortest(quantity)}`;
  }
  // No meter is called so; events without a region keep the digest that they had before there were regions.
  if (data.region) content += `\n@region ${data.region}`;
  const provenance = data.provenance ? provenanceOf(data.provenance) : undefined;
  if (provenance !== undefined) {
    const { dataset = null, licence = null, contentHash = null } = provenance;
    content += `\n@provenance ${JSON.stringify([dataset, licence, contentHash])}`;
  }
  return {
    source: event.source,
    id: event.id,
    digest: hash('sha256', content, 'hex').slice(0, 16),
    type: event.type,
    time: time ?? new Date(receivedAtMs).toISOString(),
    customer: event.subject,
    provider: data.provider,
    model: data.model,
    ...(data.region ? { region: data.region } : {}),
    meters,
    // An optional field may be absent or null: both say nothing.
    ...(data.budget ? { budget: data.budget } : {}),
    ...(data.hold ? { hold: data.hold } : {}),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

/** Undefined where nothing is said. */
function provenanceOf({ dataset, licence, contentHash }: UsageProvenance): DataProvenance | undefined {
  if (!dataset && !licence && !contentHash) return undefined;
  return {
    ...(dataset ? { dataset } : {}),
    ...(licence ? { licence } : {}),
    ...(contentHash ? { contentHash } : {}),
  };
}

const PLAIN_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** An instant as UTC with milliseconds, whatever its spelling; what is none as it was sent: deciding refuses it. */
function instantOf(time: string): string {
  if (PLAIN_INSTANT.test(time)) return time;
  try {
    return new Date(parseTime(time, 'time')).toISOString();
  } catch {
    return time;
  }
}

/** A decimal number without zeros at the end of its fraction. */
function shortest(quantity: string): string {
  return quantity.includes('.') ? quantity.replace(/\.?0+$/, '') : quantity;
}
