import { column, table } from '#domain';

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
