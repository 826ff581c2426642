/**
 * Why tokens leave the supply. Every event that moves value says whether it burns some, and what that counts as: a new one
 * does not compile without an answer.
 */
import type { PostedEvent } from '../index.js';

/** At somebody's word, or as the burn share of usage. */
export type BurnCause = 'command' | 'usage';

export const BURN_CAUSES: Readonly<Record<PostedEvent['type'], BurnCause | null>> = {
  Minted: null,
  Burned: 'command',
  UsageCharged: 'usage',
  ReceivablesCovered: 'usage',
  TransferSent: null,
  TransferReceived: null,
  PayablesCut: null,
  SettlementPlanned: null,
  SettlementConfirmed: null,
  SettlementReverted: null,
};
