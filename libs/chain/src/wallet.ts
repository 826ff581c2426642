import { getAddress, zeroAddress } from 'viem';

/** An account or contract on an EVM chain, in its EIP-55 form. */
export type Address = `0x${string}`;
/** 32 bytes: a block hash, a transaction hash, a digest. */
export type Hash = `0x${string}`;

/** A text that is no wallet to which money may be sent. */
export class InvalidWallet extends Error {
  readonly code = 'invalid_wallet';

  constructor(message: string) {
    super(message);
    this.name = 'InvalidWallet';
  }
}

/**
 * Reads a payout wallet as a person typed it: 20 bytes of hexadecimal, either all lower case or with a correct EIP-55
 * checksum. Any other mixture of cases is refused, because it is how a mistyped address looks.
 *
 * @param forbidden addresses that are no wallets, such as the vault and the token, which the vault refuses to pay.
 * @returns the address in EIP-55 form.
 * @throws {@link InvalidWallet}
 */
export function parseWallet(text: string, forbidden: readonly Address[] = []): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw new InvalidWallet('A wallet is 0x followed by 40 hexadecimal digits.');
  }
  const address = getAddress(text.toLowerCase());
  if (text !== text.toLowerCase() && text !== address) {
    throw new InvalidWallet(
      'The wallet does not match its EIP-55 checksum: compare it with the source, digit by digit.',
    );
  }
  if (address === zeroAddress) throw new InvalidWallet('Tokens sent to the zero address are lost.');
  if (forbidden.some((one) => sameAddress(one, address))) {
    throw new InvalidWallet('This address is one of the settlement contracts: it cannot be paid.');
  }
  return address;
}

/** Whether two spellings name one address. */
export function sameAddress(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
