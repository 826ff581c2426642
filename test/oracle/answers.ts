/** What is compared of an answer: what it says of amounts, grants and codes, and not where it was booked. */
import type { Answer } from '../e2e/support/api.js';
import { Refusal, refusals } from './model/commands.js';

/** `ok`, or the status of a refusal with its code. */
export interface Outcome {
  readonly status: number | 'ok';
  readonly body: unknown;
}

type Members = Readonly<Record<string, unknown>>;

/** The ids of what an answer says was booked. */
export function bookedIds({ status, body }: Answer): string[] {
  if (status >= 300) return [];
  if ('accepted' in body) return ((body['charged'] ?? []) as { entry: string }[]).map(({ entry }) => entry);
  const entry = (body['entry'] ?? body['id']) as string;
  // What takes the place of a usage stands behind what took that back.
  return [...new Set([(body['reversal'] ?? entry) as string, entry])];
}

/** What the product answered. */
export function answered({ status, body }: Answer): Outcome {
  if (status >= 300) return { status, body: body['code'] };
  const { position: _position, positions: _positions, entry: _entry, id: _id, ...said } = body;
  if (!('accepted' in said)) return { status: 'ok', body: said };
  const rejected = (said['rejected'] as Members[]).map(({ index, code }) => ({ index, code }));
  const charged = ((said['charged'] ?? []) as Members[]).map(({ entry: _at, id: _event, ...one }) => one);
  return { status: 'ok', body: { ...said, rejected, charged } };
}

/** What the oracle says. @param isSingle one usage event that is refused is a refusal of the request */
export function said(command: () => object, isSingle: boolean): Outcome {
  try {
    const body = command();
    const [refused] = isSingle ? (body as { rejected: { code: keyof typeof refusals }[] }).rejected : [];
    return refused === undefined ? { status: 'ok', body } : { status: refusals[refused.code], body: refused.code };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.code };
    throw error;
  }
}
