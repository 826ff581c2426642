/** The chain that providers are paid on. */
import { ConfigurationError, parseUrl, type Read } from './variables.js';

export interface ChainSettings {
  readonly chainRpcUrl?: string;
  /** Private key of the settlement signer, `0x` and 64 hexadecimal digits. */
  readonly chainSignerKey?: string;
}

/** Order of the secp256k1 group: a private key is a number from 1 to one less than this (SEC 2, section 2.4.1). */
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export function readChainSettings(read: Read): ChainSettings {
  const chainRpcUrl = readChainRpcUrl(read('CHAIN_RPC_URL'));
  const chainSignerKey = readSignerKey(read('CHAIN_SIGNER_KEY'));
  return {
    ...(chainRpcUrl === undefined ? {} : { chainRpcUrl }),
    ...(chainSignerKey === undefined ? {} : { chainSignerKey }),
  };
}

function readChainRpcUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value);
  if (url === undefined || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) || url.hostname === '') {
    throw new ConfigurationError(
      'CHAIN_RPC_URL',
      'must be an http(s) or ws(s) URL of an EVM node like http://localhost:8545; unset it for the embedded chain',
    );
  }
  return value;
}

function readSignerKey(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const scalar = /^0x[0-9a-fA-F]{64}$/.test(value) ? BigInt(value) : 0n;
  if (scalar <= 0n || scalar >= SECP256K1_ORDER) {
    throw new ConfigurationError(
      'CHAIN_SIGNER_KEY',
      'must be a private key: 0x and 64 hexadecimal digits, inside the secp256k1 group order',
    );
  }
  return value;
}
