/** The chain that providers are paid on. */
import { readFileSync } from 'node:fs';
import { ConfigurationError, parseUrl, type Read } from './variables.js';

export interface ChainSettings {
  readonly chainRpcUrl?: string;
  /** Private key of the settlement signer, `0x` and 64 hexadecimal digits. */
  readonly chainSignerKey?: string;
  /** This process started the chain itself: contracts may be deployed on it unasked, and a published key is as good as any. */
  readonly chainIsEmbedded?: boolean;
  /** The most that a settlement transaction may offer, wei per unit of gas; {@link CHAIN_FEE_CAP_DEFAULT_WEI} when absent. */
  readonly chainFeeCapWei?: bigint;
}

/** 200 gwei: a full batch (13.4 million gas) then costs 2.7 of the chain's coin at the very most. */
export const CHAIN_FEE_CAP_DEFAULT_WEI = 200n * 10n ** 9n;

/** Order of the secp256k1 group: a private key is a number from 1 to one less than this (SEC 2, section 2.4.1). */
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export function readChainSettings(read: Read): ChainSettings {
  const chainRpcUrl = readChainRpcUrl(read('CHAIN_RPC_URL'));
  const chainSignerKey = readSignerKey(read('CHAIN_SIGNER_KEY'), read('CHAIN_SIGNER_KEY_FILE'));
  const chainFeeCapWei = readFeeCap(read('CHAIN_FEE_CAP_GWEI'));
  return {
    ...(chainRpcUrl === undefined ? {} : { chainRpcUrl }),
    ...(chainSignerKey === undefined ? {} : { chainSignerKey }),
    ...(chainFeeCapWei === undefined ? {} : { chainFeeCapWei }),
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

function readSignerKey(value: string | undefined, file: string | undefined): string | undefined {
  const variable = value === undefined ? 'CHAIN_SIGNER_KEY_FILE' : 'CHAIN_SIGNER_KEY';
  const key = value ?? (file === undefined ? undefined : readKeyFile(file));
  if (key === undefined) return undefined;
  const scalar = /^0x[0-9a-fA-F]{64}$/.test(key) ? BigInt(key) : 0n;
  if (scalar <= 0n || scalar >= SECP256K1_ORDER) {
    throw new ConfigurationError(
      variable,
      'must be a private key: 0x and 64 hexadecimal digits, inside the secp256k1 group order',
    );
  }
  return key;
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown cause';
    throw new ConfigurationError('CHAIN_SIGNER_KEY_FILE', `names a file that cannot be read (${code})`);
  }
}

/** Gwei with up to nine digits after the point, in wei. */
function readFeeCap(value: string | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(value);
  const wei = match === null ? 0n : BigInt(`${match[1]!}${(match[2] ?? '').padEnd(9, '0')}`);
  if (wei === 0n) {
    throw new ConfigurationError(
      'CHAIN_FEE_CAP_GWEI',
      'must be a number above 0 in gwei, with at most nine digits after the point; e.g. 200',
    );
  }
  return wei;
}
