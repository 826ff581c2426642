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

/**
 * All steps from a line of the journal to the key that signed its page.
 *
 * @param event the entry's line, as it was shown
 * @param index of the line, from 0
 * @param previous the page before; undefined for the first of its shard
 * @param publicKey of the page's writer, 64 hex digits; undefined: none is known
 */
export async function provePage(
  page: PageFields,
  event: string,
  index: number,
  previous: PageFields | undefined,
  publicKey: string | undefined,
): Promise<readonly Step[]> {
  const digest = await sha256(textBytes(page.body));
  const header = headerOf(page);
  const hash = await sha256(textBytes(header));
  const chained = previous === undefined ? '0'.repeat(64) : await sha256(textBytes(headerOf(previous)));
  const lines = page.body.split('\n');
  return [
    {
      name: `The entry is line ${index} of the page’s body`,
      holds: lines[index] === event,
      found: `${lines.length - 1} lines`,
    },
    { name: 'SHA-256 of the body is the digest in the header', holds: digest === page.bodyDigest, found: digest },
    { name: 'SHA-256 of the header is the hash of the page', holds: hash === page.hash, found: hash },
    {
      name:
        previous === undefined
          ? 'It is the first page: before it stand zeros'
          : 'The hash of the page before is the one that it names',
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
