/** EIP-7825: no transaction may ask for more gas than this. */
export const TRANSACTION_GAS_MAX = 2n ** 24n;

/** Gas of a settlement besides its payouts: the transaction, mint and burn, the totals' first slots, the event. */
const BATCH_GAS = 250_000n;
/** Gas of one payout to a wallet that held nothing: a new balance slot and 32 bytes of calldata; measured, see README. */
const NEW_PAYEE_GAS = 26_500n;
/** The part of the cap that a batch may plan with, in percent; the rest is for what the model does not know. */
const HEAD_ROOM_PERCENT = 80n;

/** Upper bound of the gas of a settlement, as if every payee were new: wallets may be emptied before it is mined. */
export function settlementGasBound(payouts: number): bigint {
  return BATCH_GAS + NEW_PAYEE_GAS * BigInt(payouts);
}

/**
 * The most payouts one batch may have, by the gas model with a fifth of the cap left free. The remainder of the
 * division is left free as well.
 */
export const maxPayoutsPerBatch = Number(
  ((TRANSACTION_GAS_MAX * HEAD_ROOM_PERCENT) / 100n - BATCH_GAS) / NEW_PAYEE_GAS,
);
