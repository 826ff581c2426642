import { spawnSync } from 'node:child_process';
import { generateSigningKey, isSignedBy, keyId, readSigningKey } from './signature.js';

const TEXT = 'airtime-page-v2\n';

describe('a signature', () => {
  it('is its key’s over the very text, and nobody else’s', () => {
    const { key } = generateSigningKey();
    const { key: other } = generateSigningKey();
    const signature = key.sign(TEXT);
    expect(isSignedBy(key.publicKey, TEXT, signature)).toBe(true);
    expect(isSignedBy(other.publicKey, TEXT, signature)).toBe(false);
    expect(isSignedBy(key.publicKey, `${TEXT} `, signature)).toBe(false);
  });

  // RFC 8032, 7.1, test 2.
  it('is what RFC 8032 says', () => {
    const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
    const signature =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
    expect(isSignedBy(publicKey, 'r', signature)).toBe(true);
  });

  it.each([
    ['no key', 'ff', '0'.repeat(128)],
    ['a key that is no point of the curve', `${'0'.repeat(63)}2`, '0'.repeat(128)],
    ['no signature', generateSigningKey().key.publicKey, 'ab'],
    ['a signature in capitals', generateSigningKey().key.publicKey, 'AB'.repeat(64)],
  ])('is not one with %s', (_, publicKey, signature) => {
    expect(isSignedBy(publicKey, TEXT, signature)).toBe(false);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The order of the group. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const FIELD = 2n ** 255n - 19n;
const little = (number: bigint): string =>
  Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
const fromLittle = (hex: string): bigint => BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`);

describe('both verifiers', () => {
  const { key } = generateSigningKey();
  const signature = key.sign(TEXT);
  const [r, s] = [signature.slice(0, 64), signature.slice(64)];
  // S = 0 and R = the neutral point: with a key of order 1 they fit every text, and with the others some.
  const ofNobody = little(1n) + little(0n);
  const cases: readonly (readonly [name: string, publicKey: string, signature: string, expected: boolean])[] = [
    ['a sound signature', key.publicKey, signature, true],
    ['an S that is too large by the order of the group', key.publicKey, r + little(fromLittle(s) + ORDER), false],
    ['an R that is no encoding of a point', key.publicKey, little(FIELD + 1n) + s, false],
    ['a key of order 1', little(1n), ofNobody, false],
    ['a key of order 1 with a sign', little(1n + 2n ** 255n), ofNobody, false],
    ['a key of order 1 written otherwise', little(FIELD + 1n), ofNobody, false],
    ['a key of order 2', little(FIELD - 1n), ofNobody, false],
    ['a key of order 4', little(0n), ofNobody, false],
    ['a key of order 4 written otherwise', little(FIELD), ofNobody, false],
    ['a key of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', ofNobody, false],
    ['the other key of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa', ofNobody, false],
  ];

  it.each(cases)('judge %s', (_, publicKey, signed, expected) => {
    // Keys of small order fit some texts and not others: no text may pass.
    for (let i = 0; i < 16; i++) {
      const text = i === 0 ? TEXT : `${TEXT}${i}`;
      expect(isSignedBy(publicKey, text, signed)).toBe(expected && i === 0);
    }
  });

  it('judge alike', () => {
    if (!hasPython) return;
    const program = [
      'import json, sys',
      `sys.path.insert(0, ${JSON.stringify(new URL('../../../test/journal-verifier', import.meta.url).pathname)})`,
      'from ed25519 import is_signed_by',
      'cases = [(bytes.fromhex(key), bytes.fromhex(signed)) for name, key, signed, expected in json.load(sys.stdin)]',
      'texts = [("airtime-page-v2\\n" + end).encode() for end in ("", "1", "2")]',
      'print(json.dumps([is_signed_by(key, text, signed) for key, signed in cases for text in texts]))',
    ].join('\n');
    const { stdout } = spawnSync('python3', ['-B', '-c', program], { input: JSON.stringify(cases) });
    const expected = cases.flatMap(([, publicKey, signed]) =>
      ['', '1', '2'].map((end) => isSignedBy(publicKey, `${TEXT}${end}`, signed)),
    );
    expect(JSON.parse(String(stdout))).toEqual(expected);
  });
});

describe('a key', () => {
  it('is read from its own text, and named by its public part', () => {
    const { pem, key } = generateSigningKey();
    expect(readSigningKey(pem)).toMatchObject({ id: key.id, publicKey: key.publicKey });
    expect(key.id).toBe(keyId(key.publicKey));
  });

  it('that is none is refused without showing it', () => {
    expect(() => readSigningKey('a secret')).toThrow(TypeError);
    expect(() => readSigningKey('a secret')).not.toThrow('a secret');
  });
});
