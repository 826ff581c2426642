/** Checks a page of the journal with what every browser brings: nothing here asks the service whether it is right. */

export interface PageFields {
  readonly journal: string;
  readonly shard: number;
  readonly height: number;
  readonly recordedAt: string;
  readonly previousHash: string;
  readonly bodyDigest: string;
  readonly count: number;
  readonly writer: string;
  readonly registry: { readonly height: number; readonly hash: string };
  readonly offsets: readonly {
    readonly name: string;
    readonly partition: number;
    readonly from: number;
    readonly to: number;
    readonly fingerprint: string;
  }[];
  readonly hash: string;
  readonly signature: string;
  /** One event a line, each ended by a line feed. */
  readonly body: string;
}

/** A step, what it found, and whether that is what it must be; undefined: it could not be taken, and why. */
export interface Step {
  readonly name: string;
  readonly holds: boolean | undefined;
  readonly found: string;
}

const toHex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

const FIRST_HASH = '0'.repeat(64);

const textBytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  toHex(await crypto.subtle.digest('SHA-256', bytes));

/** The text that a page's hash and signature cover, as docs/journal.md says it. */
export function headerOf(page: PageFields): string {
  const lines = [
    ...['airtime-page-v2', page.journal, page.shard, page.height, page.recordedAt, page.previousHash, page.bodyDigest],
    ...[page.count, page.writer, `${page.registry.height} ${page.registry.hash}`],
    ...page.offsets.map(
      ({ name, partition, from, to, fingerprint }) => `${name}/${partition} ${from} ${to} ${fingerprint}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** The page that a page follows, and those between that it passes over. */
interface Before {
  /** Undefined: zeros stand before the first page of a shard. */
  readonly previous: PageFields | undefined;
  readonly passed: readonly PageFields[];
}

/**
 * What a page follows: the page right before, unless that one was declared void. Readers pass over exactly that page, and the next one
 * chains to the one before.
 *
 * @param below the pages right before, by descending height
 */
export function findBefore({ previousHash }: PageFields, below: readonly PageFields[]): Before {
  const at = below.findIndex(({ hash }) => hash === previousHash);
  // A page that names none of them is held against the one right before, and fails.
  if (at === -1) {
    const isFirst = previousHash === FIRST_HASH && below.at(-1)?.height === 1;
    return isFirst ? { previous: undefined, passed: below } : { previous: below[0], passed: [] };
  }
  return { previous: below[at], passed: below.slice(0, at) };
}

/** Whether a page of the registry declares another one void: its line names shard, height and hash. */
export function isDeclaredVoid({ shard, height, hash }: PageFields, registry: readonly PageFields[]): boolean {
  return registry.some(({ body }) =>
    body.split('\n').some((line) => {
      if (!line.startsWith('["PageVoided"')) return false;
      const said = JSON.parse(line) as readonly unknown[];
      return said[4] === shard && said[5] === height && said[6] === hash;
    }),
  );
}

/**
 * All steps from a line of the journal to the key that signed its page.
 *
 * @param event the entry's line, as it was shown
 * @param index of the line, from 0
 * @param before what the page follows, of its shard
 * @param registry pages of the registry, in which a page that was passed over is declared void
 * @param publicKey of the page's writer, 64 hex digits; undefined: none is known
 */
export async function provePage(
  page: PageFields,
  event: string,
  index: number,
  { previous, passed }: Before,
  registry: readonly PageFields[],
  publicKey: string | undefined,
): Promise<readonly Step[]> {
  const digest = await sha256(textBytes(page.body));
  const header = headerOf(page);
  const hash = await sha256(textBytes(header));
  const chained = previous === undefined ? FIRST_HASH : await sha256(textBytes(headerOf(previous)));
  const lines = page.body.split('\n');
  return [
    {
      name: `The entry is line ${index} of the page’s body`,
      holds: lines[index] === event,
      found: `${lines.length - 1} lines`,
    },
    { name: 'SHA-256 of the body is the digest in the header', holds: digest === page.bodyDigest, found: digest },
    { name: 'SHA-256 of the header is the hash of the page', holds: hash === page.hash, found: hash },
    ...passed.map((over) => {
      const isDeclared = isDeclaredVoid(over, registry);
      return {
        name: `The page at height ${over.height} was declared void: readers pass over exactly it`,
        holds: isDeclared ? true : undefined,
        found: isDeclared ? over.hash : 'the declaration is not among the pages of the registry that were read',
      };
    }),
    {
      name:
        previous === undefined
          ? 'It is the first page: before it stand zeros'
          : `The hash of the page before, at height ${previous.height}, is the one that it names`,
      holds: chained === page.previousHash,
      found: chained,
    },
    ...(await checkSignature(page, header, publicKey)),
  ];
}

async function checkSignature(
  { writer, signature }: PageFields,
  header: string,
  publicKey: string | undefined,
): Promise<readonly Step[]> {
  const signed = 'Ed25519: the writer’s key signed this header';
  if (publicKey === undefined)
    return [{ name: signed, holds: undefined, found: 'the public key of the writer is not known' }];
  const id = (await sha256(bytesOf(publicKey))).slice(0, 16);
  const named = { name: 'The public key is the one that the header names', holds: id === writer, found: id };
  try {
    const key = await crypto.subtle.importKey('raw', bytesOf(publicKey), 'Ed25519', false, ['verify']);
    const isGood = await crypto.subtle.verify('Ed25519', key, bytesOf(signature), textBytes(header));
    return [named, { name: signed, holds: isGood, found: publicKey }];
  } catch {
    return [named, { name: signed, holds: undefined, found: 'this browser cannot check Ed25519 signatures' }];
  }
}
