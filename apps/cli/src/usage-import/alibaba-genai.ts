/**
 * Alibaba's public trace of image generation (github.com/alibaba/clusterdata, cluster-trace-v2026-GenAI): one row per
 * request with its customer (`groupId`), model, outcome and GPU time. Requests that failed or never finished are in it
 * as well; they are classed and counted, not charged. An exact repetition of a row is a repeated report of one request,
 * so its event has the same id and the ledger calls it a duplicate.
 */
import type { PriceLine } from '#concepts';
import { parseHolderId } from '#domain';
import { readPriceLines } from '../package-files.js';
import { UsageMistake } from '../failures.js';
import { readCsvRows, type CsvRow } from './csv-rows.js';
import {
  digestFields,
  existingInstant,
  usageRow,
  type FormatOptions,
  type Row,
  type SkipClass,
  type UsageFormat,
} from './row.js';

const COLUMNS = [
  'gmt_create',
  'predict_type',
  'predict_status',
  'exec_time_seconds',
  'groupId',
  'prompt_length',
  'negative_prompt_length',
  'num_images_per_prompt',
  'num_inference_steps',
  'checkpoint_model_version_id',
  'num_lora',
] as const;
type Column = (typeof COLUMNS)[number];

const NAME = 'alibaba-genai';

/** A request may have no negative prompt; every other field belongs to a request that ran. */
const MAY_BE_BLANK: readonly Column[] = ['negative_prompt_length'];

const TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;
const WHOLE = /^(0|[1-9]\d{0,14})(?:\.0*)?$/;
const SECONDS = /^(0|[1-9]\d{0,11})(?:\.(\d*?)0*)?$/;
const MODEL = /^[A-Za-z0-9._:@+-]{1,180}$/;

export const alibabaGenai: UsageFormat = {
  name: NAME,
  checkOptions: ({ customers }) => {
    if (customers.length > 1)
      throw new UsageMistake(`${NAME} names its customers; give --customer once, to charge everything to one`);
  },
  priceLines: ({ model }): readonly PriceLine[] =>
    readPriceLines(NAME).map((line) => (model === undefined ? line : { ...line, model })),
  read: readAlibabaTrace,
};

async function* readAlibabaTrace(bytes: AsyncIterable<Buffer>, options: FormatOptions): AsyncIterable<Row> {
  for await (const row of readCsvRows(bytes, COLUMNS)) {
    yield row.kind === 'skipped' ? row : toRow(row, options);
  }
}

function toRow({ line, fields }: CsvRow<Column>, options: FormatOptions): Row {
  const skip = (skipClass: SkipClass, reason: string): Row => ({
    kind: 'skipped',
    line,
    class: skipClass,
    reason,
    row: fields,
  });
  // The outcome first: a request that never ran has no model or size yet, and that is not what is wrong with it.
  const status = fields.predict_status;
  if (status === 'FAILED') return skip('failed', 'predict_status is FAILED');
  if (status === 'PENDING' || status === 'PROCESSING') return skip('unfinished', `predict_status is ${status}`);
  const blank = COLUMNS.filter((column) => fields[column] === '' && !MAY_BE_BLANK.includes(column));
  if (blank.length > 0) return skip('blank', `${blank.join(', ')} blank`);
  if (status !== 'SUCCEED') return skip('malformed', 'predict_status is none that the trace knows');

  const time = readTime(fields.gmt_create);
  if (time === undefined) return skip('malformed', 'gmt_create is no time of the trace');
  const gpuMs = readMilliseconds(fields.exec_time_seconds);
  if (gpuMs === undefined) return skip('malformed', 'exec_time_seconds is no time in whole milliseconds');
  const images = WHOLE.exec(fields.num_images_per_prompt)?.[1];
  if (images === undefined) return skip('malformed', 'num_images_per_prompt is no whole number');
  const steps = WHOLE.exec(fields.num_inference_steps)?.[1];
  if (steps === undefined) return skip('malformed', 'num_inference_steps is no whole number');
  if (!isHolderId(fields.groupId)) return skip('malformed', 'groupId cannot be a customer’s id');
  if (!MODEL.test(fields.checkpoint_model_version_id))
    return skip('malformed', 'checkpoint_model_version_id cannot be a model’s name');

  return usageRow(line, {
    id: digestFields(COLUMNS.map((column) => fields[column])),
    source: options.source ?? `import/${NAME}`,
    customer: options.customers[0] ?? fields.groupId,
    provider: options.provider ?? NAME,
    model: options.model ?? `${NAME}/${fields.checkpoint_model_version_id}`,
    time,
    meters: { images, inference_steps: steps, gpu_ms: gpuMs },
  });
}

/** The trace's times name no zone; they are taken as UTC. */
function readTime(text: string): string | undefined {
  const match = TIME.exec(text);
  return match === null ? undefined : existingInstant(`${match[1]!}T${match[2]!}Z`);
}

/** Seconds as whole milliseconds, digit by digit; undefined when that would lose something. */
function readMilliseconds(seconds: string): string | undefined {
  const match = SECONDS.exec(seconds);
  if (match === null) return undefined;
  const [, whole = '0', fraction = ''] = match;
  if (fraction.length > 3) return undefined;
  return BigInt(`${whole}${fraction.padEnd(3, '0')}`).toString();
}

function isHolderId(text: string): boolean {
  try {
    parseHolderId(text, 'groupId');
    return true;
  } catch {
    return false;
  }
}
