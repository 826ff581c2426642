/** The chains that are registered. */
import { column, instantText, integerText, table, upsert, type Rows } from '#domain';
import type { ChainEvent } from './chain.js';

/** The token and the vault of one chain. */
export const CHAINS = table(
  'chains',
  {
    chainId: column.wholeNumber(),
    token: column.text(),
    vault: column.text(),
    signer: column.text(),
    deployBlock: column.optional(column.chainNumber()),
    registeredAt: column.instant(),
  },
  { key: ['chainId'] },
);

export const chainTables = [CHAINS] as const;

export const chainRows: Rows<ChainEvent> = {
  ChainRegistered: {
    entry: () => ({}),
    movement: null,
    changes: ({ chainId, token, vault, signer, deployBlock, time }, _, recordedAt) => [
      upsert(CHAINS, {
        chainId,
        token,
        vault,
        signer,
        deployBlock: integerText(deployBlock),
        registeredAt: instantText(time) ?? recordedAt,
      }),
    ],
  },
};
