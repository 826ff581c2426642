/** `airtime writers …`, `airtime journal void-page` and `accept-loss`: what the holder of a root key states about the journal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ApiClient } from '#client';
import { stateAsRoot, WRITER_PRESETS, type Stated, type StatedEvent } from '#concepts';
import { generateSigningKey, keyId, readSigningKey, type SigningKey } from '#signing';
import { EXIT, UsageMistake, type ExitCode } from './failures.js';
import type { Surroundings, Terminal } from './terminal.js';

export interface RootOptions {
  readonly rootKey?: string;
}

export interface AdmitOptions extends RootOptions {
  readonly name: string;
  readonly for?: keyof typeof WRITER_PRESETS;
  readonly shard?: readonly number[];
}

/** Makes a key pair for a writer or a root. The private key stays in the file; what is printed may be told to anybody. */
export function makeKey(terminal: Terminal, { workingDirectory }: Surroundings, file: string): ExitCode {
  const { pem, key } = generateSigningKey();
  const path = resolve(workingDirectory, file);
  try {
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    throw new UsageMistake(`cannot write ${path}: ${(error as Error).message}`);
  }
  const { id, publicKey } = key;
  terminal.result({ id, publicKey, file: path }, `writer      ${id}\npublic key  ${publicKey}\nfile        ${path}`);
  return EXIT.fine;
}

export async function listWriters(client: ApiClient, terminal: Terminal): Promise<ExitCode> {
  const answer = await client.get('/v1/writers', {});
  const lines = answer.items.map(({ id, name, events, shards, from, to }) => {
    const until = to === null ? '' : ` to ${to}`;
    const where = shards === null ? 'all shards' : `shards ${shards.join(', ')}`;
    const what = events === null ? 'all events' : `${events.length} types of events`;
    return `${id}  ${name}: ${where}, ${what}, from registry height ${from}${until}`;
  });
  terminal.result(answer, [`journal ${answer.journal}, ${answer.statements} statements`, ...lines].join('\n'));
  return EXIT.fine;
}

export async function admitWriter(
  client: ApiClient,
  terminal: Terminal,
  surroundings: Surroundings,
  publicKey: string,
  { name, for: preset, shard, ...options }: AdmitOptions,
): Promise<ExitCode> {
  const events = preset === undefined ? {} : { events: WRITER_PRESETS[preset] };
  const shards = shard === undefined ? {} : { shards: shard };
  const writer = { publicKey: publicKeyOf(publicKey), name, ...events, ...shards };
  const known = (await client.get('/v1/writers', {})).items.find((one) => one.publicKey === writer.publicKey);
  if (known?.to === null) {
    terminal.result(known, `${known.id} was admitted before`);
    return EXIT.fine;
  }
  const answer = await state(client, readRootKey(surroundings, options), { type: 'WriterAdmitted', writer });
  terminal.result(answer, `${keyId(writer.publicKey)} is admitted`);
  return EXIT.fine;
}

export async function dismissWriter(
  client: ApiClient,
  terminal: Terminal,
  surroundings: Surroundings,
  writer: string,
  { reason, ...options }: RootOptions & { readonly reason: string },
): Promise<ExitCode> {
  const { items } = await client.get('/v1/writers', {});
  const known = items.find(({ id, publicKey }) => writer === id || writer === publicKey);
  if (known === undefined) throw new UsageMistake(`no writer ${writer} is known; airtime writers list shows them`);
  const stated = { type: 'WriterDismissed', publicKey: known.publicKey, reason } as const;
  const answer = await state(client, readRootKey(surroundings, options), stated);
  terminal.result(answer, `${known.id} is dismissed, and every shard rests on that`);
  return EXIT.fine;
}

export async function voidPage(
  client: ApiClient,
  terminal: Terminal,
  surroundings: Surroundings,
  {
    shard,
    height,
    reason,
    ...options
  }: RootOptions & { readonly shard: number; readonly height: number; readonly reason: string },
): Promise<ExitCode> {
  // Of the ledger, which records the statement: the service that shows the journal may be another one.
  const [refused] = (await client.get('/v1/writers/refused-pages', { query: { shard, height } })).items;
  if (refused === undefined)
    throw new UsageMistake(`no page ${height} of shard ${shard} is refused; only a refused page can be void`);
  if (refused.height !== height)
    throw new UsageMistake(`page ${refused.height} of shard ${shard} is refused, too; declare that one void first`);
  const { hash } = refused;
  const stated = { type: 'PageVoided', shard, height, hash, reason } as const;
  const answer = await state(client, readRootKey(surroundings, options), stated);
  terminal.result(answer, `page ${height} of shard ${shard} is void; the shard goes on`);
  return EXIT.fine;
}

/** Accepts, knowingly, that a shard goes on without the pages that it has lost. */
export async function acceptLoss(
  client: ApiClient,
  terminal: Terminal,
  surroundings: Surroundings,
  {
    shard,
    height,
    hash,
    reason,
    ...options
  }: RootOptions & {
    readonly shard: number;
    readonly height: number;
    /** Of the page there, where another service than the one that is asked knows of the loss. */
    readonly hash?: string;
    readonly reason: string;
  },
): Promise<ExitCode> {
  const { items } = await client.get('/v1/writers/losses', {});
  const elsewhere = hash === undefined ? undefined : { shard, height, hash, remembered: [], detail: null };
  const loss = items.find((one) => one.shard === shard) ?? elsewhere;
  if (loss === undefined)
    throw new UsageMistake(
      `shard ${shard} lacks nothing that this service remembers; give --hash where another one does`,
    );
  if (loss.detail !== null) throw new UsageMistake(loss.detail);
  if (loss.height !== height)
    throw new UsageMistake(`shard ${shard} ends at height ${loss.height}, not ${height}; accept what it has`);
  const named = new Map(
    loss.remembered.map((one) => [`${one.height} ${one.hash}`, { height: one.height, hash: one.hash }]),
  );
  const lost = [...named.values()].filter(({ hash }) => /^[0-9a-f]{64}$/.test(hash));
  const stated = { type: 'LossAccepted', shard, height, hash: loss.hash, lost, reason } as const;
  const answer = await state(client, readRootKey(surroundings, options), stated);
  terminal.result(answer, `shard ${shard} goes on from height ${height}; what it held beyond is given up`);
  return EXIT.fine;
}

/** Makes other keys the roots. */
export async function changeRoots(
  client: ApiClient,
  terminal: Terminal,
  surroundings: Surroundings,
  publicKeys: readonly string[],
  { reason, ...options }: RootOptions & { readonly reason: string },
): Promise<ExitCode> {
  const roots = publicKeys.map(publicKeyOf);
  const answer = await state(client, readRootKey(surroundings, options), { type: 'RootsChanged', roots, reason });
  terminal.result(answer, `from here on the roots are ${roots.map(keyId).join(', ')}`);
  return EXIT.fine;
}

/** Signs the next statement and has it recorded. */
async function state(client: ApiClient, root: SigningKey, stated: Stated<StatedEvent>) {
  const { journal, statements } = await client.get('/v1/writers', {});
  const { statement } = stateAsRoot(root, journal, statements + 1, stated);
  const { type, ...members } = stated;
  const flat = 'writer' in members ? members.writer : members;
  return client.post('/v1/writers/statements', { body: { type, ...flat, ...statement } as never });
}

/** @throws UsageMistake */
function readRootKey({ env, workingDirectory }: Surroundings, { rootKey }: RootOptions): SigningKey {
  const dataDir = resolve(workingDirectory, env['AIRTIME_DATA_DIR'] ?? '.airtime');
  const file = resolve(workingDirectory, rootKey ?? env['AIRTIME_ROOT_KEY_FILE'] ?? join(dataDir, 'root.key'));
  try {
    return readSigningKey(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageMistake(`no root key in ${file}: ${(error as Error).message}; give --root-key FILE`);
  }
}

function publicKeyOf(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new UsageMistake('a public key has 64 lower-case hex digits; airtime writers new-key prints it');
}
