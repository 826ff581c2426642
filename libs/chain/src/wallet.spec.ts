import fc from 'fast-check';
import { getAddress } from 'viem';
import { InvalidWallet, parseWallet } from './wallet.js';
import type { Address } from './wallet.js';

// The examples of EIP-55.
const CHECKED: Address[] = [
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];

describe('a payout wallet', () => {
  it.each(CHECKED)('%s is accepted as it is and in lower case', (address) => {
    expect(parseWallet(address)).toBe(address);
    expect(parseWallet(address.toLowerCase())).toBe(address);
  });

  it('with one letter of the wrong case is refused', () => {
    const letters = fc.nat({ max: 39 }).map((position) => position + 2);
    fc.assert(
      fc.property(fc.constantFrom(...CHECKED), letters, (address, position) => {
        const letter = address.charAt(position);
        fc.pre(/[a-fA-F]/.test(letter));
        const swapped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        const mistyped = address.slice(0, position) + swapped + address.slice(position + 1);
        expect(() => parseWallet(mistyped)).toThrow(InvalidWallet);
      }),
    );
  });

  it.each([
    ['', 'empty'],
    ['0x', 'no digits'],
    ['5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'no prefix'],
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe', 'a digit short'],
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed ', 'a blank at the end'],
    ['0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED', 'upper case, without a checksum'],
    ['provider.eth', 'a name'],
    ['0x0000000000000000000000000000000000000000', 'the zero address'],
  ])('"%s" is refused: %s', (text) => {
    expect(() => parseWallet(text)).toThrow(InvalidWallet);
  });

  it('is none of the settlement contracts, in whatever spelling', () => {
    const [vault] = CHECKED as [Address];
    expect(() => parseWallet(vault.toLowerCase(), [vault])).toThrow(InvalidWallet);
    expect(parseWallet(vault, [getAddress('0x0000000000000000000000000000000000000001')])).toBe(vault);
  });
});
