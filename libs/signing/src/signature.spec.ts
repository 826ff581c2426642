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
