/** The digest of Ethereum, for what the chain remembers of the journal. */
import { keccak_256 } from '@noble/hashes/sha3.js';

/** Keccak-256 with the original padding (not NIST SHA-3) of a text's UTF-8 bytes: 64 lower-case hex digits. */
export function keccak256(text: string): string {
  return Buffer.from(keccak_256(Buffer.from(text, 'utf8'))).toString('hex');
}
