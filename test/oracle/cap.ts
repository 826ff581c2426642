/**
 * The end of all histories: a cap comes into force, and many mint at once into what room there is, beside burns and epochs, while
 * the ledger is killed. What is outstanding is never above the cap, no mint is refused that fits, and at last no room is left.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '#testing';
import { seededRandom } from '../e2e/support/world.js';
import type { Answer } from '../e2e/support/api.js';
import { atto, instant, sum, tokens } from './model/amounts.js';
import type { Product } from './product.js';

const TOKEN = 10n ** 18n;
const ROOM = 400n * TOKEN + 7n;
/** Epochs mint what mints leave of it, the last one less than it should. */
const EPOCH = 150n * TOKEN + 11n;
const EPOCH_MS = 2_000;
const BEGINS_IN_MS = 500;
const MINTS = 14;
const BURNS = 3;
/** After the versions that histories are played with. */
const VERSION = 100;

interface Tried {
  readonly amount: bigint;
  readonly answer: Answer;
  readonly answeredMs: number;
}

interface Supply {
  readonly supply: string;
  readonly lawful: boolean;
}

/** What mints into a cap came to. */
export interface Filled {
  readonly allowed: number;
  readonly refused: number;
}

/**
 * @param outstanding what there was at `atMs`; nothing but epochs was minted since, and nothing is on its way
 * @param customers some of them have something to burn
 * @throws Error at the first thing that is not as it must be
 */
export async function fillCap(
  product: Product,
  { outstanding, atMs }: { readonly outstanding: bigint; readonly atMs: number },
  customers: readonly string[],
  seed: number,
): Promise<Filled> {
  const random = seededRandom(seed);
  const ask = async (what: 'mint' | 'burn', amount: bigint, name: string): Promise<Tried> => {
    const holder = customers[Math.floor(random() * customers.length)]!;
    const body = { holder, amount: tokens(amount), reason: 'oracle' };
    const answer = await product.write('POST', `/${what}s`, body, `oracle-cap-${what}-${name}`);
    return { amount, answer, answeredMs: Date.now() };
  };
  const some = (what: 'mint' | 'burn', most: number, n: number): Promise<Tried> =>
    ask(what, (BigInt(1 + Math.floor(random() * most)) * TOKEN) / 4n + BigInt(n), String(n));

  const fromMs = Date.now() + BEGINS_IN_MS;
  const minted = (untilMs: number): bigint => sum(product.emissionsUntil(untilMs).map(({ amount }) => amount));
  const cap = outstanding + minted(fromMs) - minted(atMs) + ROOM;
  const policy = { kind: 'fixed', amount: tokens(EPOCH), recipients: [] };
  const begins = { effectiveAt: instant(fromMs), epoch: `PT${EPOCH_MS / 1_000}S` };
  await product.publishEmission(VERSION, { ...policy, ...begins, cap: tokens(cap) });
  await delay(Math.max(0, fromMs - Date.now()));
  const [mints, burns] = await Promise.all([
    Promise.all(Array.from({ length: MINTS }, (_, n) => some('mint', 480, n))),
    Promise.all(Array.from({ length: BURNS }, (_, n) => some('burn', 4, n))),
  ]);
  for (const { answer } of burns) expectAnswer(answer, 'INSUFFICIENT_FUNDS');
  for (const { answer } of mints) expectAnswer(answer, 'SUPPLY_CAP_EXCEEDED');
  const allowed = mints.filter(({ answer }) => answer.status === 201);
  const refused = mints.filter(({ answer }) => answer.status !== 201);
  for (const { amount, answeredMs } of refused) {
    const epochs = BigInt(Math.floor((answeredMs - fromMs) / EPOCH_MS));
    const most = sum(allowed.map((one) => one.amount)) + epochs * EPOCH + amount;
    if (most <= ROOM) throw new Error(`a mint of ${tokens(amount)} was refused, and fits`);
  }

  const { lawful } = await eventually(
    () => product.read<Supply>('/ledger/supply'),
    ({ supply }) => atto(supply) === cap,
    { what: `a supply that comes to ${tokens(cap)}` },
  );
  if (!lawful) throw new Error('the supply at its cap is not lawful');
  const late = await ask('mint', 1n, 'late');
  if (late.answer.body['code'] !== 'SUPPLY_CAP_EXCEEDED') throw new Error(`above the cap: ${show(late.answer)}`);
  for (const recordedAt of await product.recordedSince('issuance', fromMs)) {
    const { supply } = await product.read<Supply>(`/ledger/supply?asOf=${recordedAt}`);
    if (atto(supply) > cap)
      throw new Error(`as of ${recordedAt} ${supply} are outstanding, and the cap is ${tokens(cap)}`);
  }

  const ends = { effectiveAt: instant(Date.now()), epoch: 'P1000D' };
  await product.publishEmission(VERSION + 1, { ...policy, ...ends });
  const free = await ask('mint', ROOM, 'free');
  if (free.answer.status !== 201) throw new Error(`without a cap: ${show(free.answer)}`);
  return { allowed: allowed.length, refused: refused.length };
}

const show = (answer: Answer): string => JSON.stringify(answer);

function expectAnswer(answer: Answer, refusal: string): void {
  if (answer.status !== 201 && answer.body['code'] !== refusal) throw new Error(`not expected: ${show(answer)}`);
}
