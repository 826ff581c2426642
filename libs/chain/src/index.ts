export { SettlementChain } from './settlement-chain.js';
export type {
  ChainBlock,
  ChainContracts,
  ChainObservation,
  ConnectOptions,
  DeployOptions,
} from './settlement-chain.js';
export { batchKey, headsDigest, LARGEST_PAYOUT } from './instruction.js';
export type { BatchInstruction, PayoutInstruction } from './instruction.js';
export { maxPayoutsPerBatch, settlementGasBound, TRANSACTION_GAS_MAX } from './gas.js';
export type { FeeRequest, Market, TransactionFees } from './fees.js';
export { addressOfKey } from './signing.js';
export type { SignedTransaction } from './signing.js';
export type { SubmissionResult } from './submission.js';
export type { Confirmation, ConfirmationState } from './confirmation.js';
export type { SettledBatch, TokenTransfer } from './token-flow.js';
export { ChainContradiction, ChainMismatch, ChainUnavailable, SettlementRefused } from './errors.js';
export type { SettlementRefusal } from './errors.js';
export { InvalidWallet, parseWallet } from './wallet.js';
export type { Address, Hash } from './wallet.js';
