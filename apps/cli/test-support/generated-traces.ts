/** Small traces in the public formats, made up here: no row is taken from the published files. */

/** @param rows `[second within the hour, input tokens, output tokens]` */
export function azureTrace(rows: readonly (readonly [number, number, number])[], lineEnd = '\r\n'): string {
  const lines = rows.map(([second, input, output]) => {
    const time = new Date(Date.UTC(2023, 10, 16, 12, 0, second)).toISOString().slice(0, 19).replace('T', ' ');
    return `${time}.1234567,${input},${output}`;
  });
  return ['TIMESTAMP,ContextTokens,GeneratedTokens', ...lines].join(lineEnd);
}

export const ALIBABA_HEADER =
  'gmt_create,predict_type,predict_status,exec_time_seconds,groupId,prompt_length,negative_prompt_length,num_images_per_prompt,num_inference_steps,checkpoint_model_version_id,num_lora';

export interface AlibabaRow {
  readonly time?: string;
  readonly status?: string;
  readonly seconds?: string;
  readonly group?: string;
  readonly negative?: string;
  readonly images?: string;
  readonly steps?: string;
  readonly model?: string;
}

export function alibabaLine(row: AlibabaRow = {}): string {
  const { time = '2024-12-01 10:00:00', status = 'SUCCEED', seconds = '12.0', group = 'G7' } = row;
  const { negative = '', images = '2.0', steps = '25.0', model = 'M3' } = row;
  return `${time},TXT_2_IMG,${status},${seconds},${group},11.0,${negative},${images},${steps},${model},0`;
}

export function alibabaTrace(rows: readonly AlibabaRow[]): string {
  return `${[ALIBABA_HEADER, ...rows.map(alibabaLine)].join('\n')}\n`;
}

export interface EventChanges {
  readonly id?: string;
  readonly subject?: string;
  readonly meters?: Record<string, string | number>;
}

export function cloudEvent({
  id = 'e-1',
  subject = 'acme',
  meters = { input_tokens: '10' },
}: EventChanges = {}): object {
  return {
    specversion: '1.0',
    id,
    source: 'gateway/test',
    type: 'ai.compute.usage',
    time: '2026-01-02T03:04:05Z',
    subject,
    data: { provider: 'p1', model: 'm1', meters },
  };
}

/** Bytes in pieces of the given sizes, repeated to the end. */
export async function* inPieces(text: string | Buffer, sizes: readonly number[] = [65_536]): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
