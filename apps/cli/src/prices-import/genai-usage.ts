/**
 * What a provider's answer says was used, as disjoint meters. Providers report totals that contain their parts (OpenAI,
 * Google) or parts alone (Anthropic); the list's extractors say which, and lead to totals with parts. From these the parts are
 * subtracted, so that no token is counted twice.
 */
import type { Extractor, Path, PathStep } from './genai-prices.js';

/** A whole and its parts, and a part of two wholes. */
type Totals = Readonly<Record<string, bigint>>;

/**
 * Reads an answer's body, its numbers as texts.
 *
 * @returns undefined when it is not of this form
 */
export function extractTotals(extractor: Extractor, body: unknown): Totals | undefined {
  const root = follow(body, extractor.root);
  if (root === undefined) return undefined;
  const totals: Record<string, bigint> = {};
  for (const { path, dest, required } of extractor.mappings) {
    const value = follow(root, path);
    if (typeof value === 'string' && /^\d+$/.test(value)) totals[dest] = (totals[dest] ?? 0n) + BigInt(value);
    else if (required) return undefined;
  }
  return totals;
}

/** The name of the model that an answer gives. */
export function modelOf(extractor: Extractor, body: unknown): string | undefined {
  const name = follow(body, extractor.model_path);
  return typeof name === 'string' ? name : undefined;
}

/**
 * Totals that contain their parts as disjoint meters; meters of nothing are left out. Cached audio is a part of what is cached
 * and of the audio.
 *
 * @throws RangeError when the parts are more than the whole
 */
export function disjointMeters(totals: Totals): Record<string, string> {
  const of = (unit: string): bigint => totals[unit] ?? 0n;
  const cachedAudio = of('cache_audio_read_tokens');
  const meters = {
    cached_input_audio_tokens: cachedAudio,
    cached_input_tokens: of('cache_read_tokens') - cachedAudio,
    cache_write_tokens: of('cache_write_tokens'),
    input_audio_tokens: of('input_audio_tokens') - cachedAudio,
    output_audio_tokens: of('output_audio_tokens'),
  };
  const input =
    of('input_tokens') -
    meters.cached_input_audio_tokens -
    meters.cached_input_tokens -
    meters.cache_write_tokens -
    meters.input_audio_tokens;
  const all = { ...meters, input_tokens: input, output_tokens: of('output_tokens') - meters.output_audio_tokens };
  for (const [meter, quantity] of Object.entries(all)) {
    if (quantity < 0n) throw new RangeError(`the parts are more than the whole: ${meter} would be ${quantity}`);
  }
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, quantity]) => quantity > 0n)
      .map(([meter, quantity]) => [meter, `${quantity}`]),
  );
}

function follow(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of typeof path === 'string' ? [path] : path) here = take(here, step);
  return here;
}

function take(value: unknown, step: PathStep): unknown {
  if (typeof step !== 'string') {
    const wanted = (step.match as { readonly equals?: string }).equals;
    return Array.isArray(value)
      ? value.find((one) => wanted !== undefined && memberOf(one, step.field) === wanted)
      : undefined;
  }
  return memberOf(value, step);
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name] ?? undefined;
}
