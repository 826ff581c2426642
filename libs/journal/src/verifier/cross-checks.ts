/** Laws that hold only over all shards together: transfers pair up, plans are the sum of their cuts, supply is conserved. */
import type { PayablesCut, TransferSent } from '#concepts';
import type { Place } from './findings.js';
import type { CommonAudit, LedgerAudit } from './ledger-audit.js';
import { CHAIN_SUPPLY, type AuditedBatch } from './registry-audit.js';

/** Pairs the two entries of each transfer between shards. Returns those whose second entry is not booked yet. */
export function checkTransfers({ sent, sentLater, received, findings }: CommonAudit): TransferSent[] {
  for (const [id, { event, place }] of received) {
    const first = (sent.get(id) ?? sentLater.get(id))?.event;
    if (first === undefined) {
      findings.add('TRANSFER_WRONG', place, `transfer ${id} arrives and was never sent`);
    } else if (
      first.from !== event.from ||
      first.to !== event.to ||
      first.amount !== event.amount ||
      first.toShard !== place.shard
    ) {
      findings.add('TRANSFER_WRONG', place, `transfer ${id} arrives otherwise than it was sent`);
    }
  }
  return [...sent.values()].filter(({ event }) => !received.has(event.transfer)).map(({ event }) => event);
}

/** Compares each plan with the cuts of all holder shards. */
export function checkPlans(common: CommonAudit): void {
  for (const [id, batch] of common.registry.batches) {
    if (batch.phase === 'opened') continue;
    const cuts = common.cuts.get(id) ?? new Map<number, { event: PayablesCut; place: Place }>();
    for (let shard = 0; shard < common.shards; shard++) {
      if (!cuts.has(shard)) common.findings.add('CUT_WRONG', batch.place, `shard ${shard} has no cut of batch ${id}`);
    }
    checkPlan(
      common,
      batch,
      [...cuts.values()].map(({ event }) => event),
    );
  }
}

function checkPlan({ findings }: CommonAudit, batch: AuditedBatch, cuts: readonly PayablesCut[]): void {
  const { planned, opened, place, givenBack, supplyBefore } = batch;
  const owed = new Map(givenBack);
  let supply = 0n;
  for (const cut of cuts) {
    supply += wholeOf(cut.supply);
    for (const { provider, amount } of cut.payouts) owed.set(provider, (owed.get(provider) ?? 0n) + wholeOf(amount));
  }
  const change = supply - supplyBefore;
  if (change !== wholeOf(planned?.mint ?? 0) - wholeOf(planned?.burn ?? 0)) {
    findings.add(
      'CUT_WRONG',
      place,
      `the cuts of batch ${opened.batch} change the supply on all chains together by ${change}`,
    );
  }
  const paid = new Map((planned?.payouts ?? []).map(({ provider, amount }) => [provider, wholeOf(amount)]));
  for (const provider of new Set([...owed.keys(), ...paid.keys()])) {
    if ((owed.get(provider) ?? 0n) !== (paid.get(provider) ?? 0n)) {
      const detail = `batch ${opened.batch} pays ${provider} ${paid.get(provider) ?? 0n}, the cuts owe ${owed.get(provider) ?? 0n}`;
      findings.add('CUT_WRONG', place, detail);
    }
  }
}

/** Adds all shards up and holds the conservation laws against the sum. Returns every account's balance. */
export function checkSupply(
  common: CommonAudit,
  audits: readonly LedgerAudit[],
  openTransfers: readonly TransferSent[],
): Map<string, bigint> {
  const { registry, findings } = common;
  const totals = new Map<string, bigint>();
  let owed = 0n;
  for (const { shard, books } of [...audits, registry]) {
    if (books.sum() !== 0n) findings.add('SUM_WRONG', { shard, height: 0 }, `balances sum to ${books.sum()}`);
    for (const [account, balance] of books.balances) totals.set(account, (totals.get(account) ?? 0n) + balance);
  }
  for (const audit of audits) owed += audit.owed();
  const law = (what: string, found: bigint, expected: bigint) => {
    if (found !== expected) {
      findings.add('SUM_WRONG', { shard: registry.shard, height: 0 }, `${what} is ${found} and must be ${expected}`);
    }
  };
  const sumOf = (pattern: RegExp): bigint =>
    [...totals].reduce((sum, [account, balance]) => (pattern.test(account) ? sum + balance : sum), 0n);
  let between = openTransfers.reduce((sum, { amount }) => sum + wholeOf(amount), 0n);
  // They arrived in what was read, and left in what was written since.
  for (const { event } of common.sentLater.values()) between -= wholeOf(event.amount);
  law('minted minus burned', -sumOf(/^issuance$/), common.supply);
  law('what lies between shards', sumOf(/^transit$/), between);
  law('what waits to be covered', sumOf(/:uncovered$/), owed);
  law('what customers owe', -sumOf(/^customer:[^:]+:receivable$/), owed);
  law('what is in transit to providers', sumOf(/^settlement:in-transit$/), inTransit(common));
  const atLastCut = supplyAtLastCut(common);
  // What is in flight is then minted since that cut, and falls below zero only by what was burned since.
  if (atLastCut !== undefined) law('the supply on all chains together', sumOf(CHAIN_SUPPLY), atLastCut);
  for (const [chainId, paid] of registry.paid) {
    law(`what left the vault of chain ${chainId}`, sumOf(new RegExp(`^chain:${chainId}:(supply|vault)$`)), paid);
  }
  return totals;
}

/** The ledger's supply at the cut of the batch that was confirmed last; undefined before the first. */
function supplyAtLastCut({ registry, cuts }: CommonAudit): bigint | undefined {
  if (registry.lastConfirmed === undefined) return undefined;
  let supply = 0n;
  for (const { event } of cuts.get(registry.lastConfirmed)?.values() ?? []) supply += wholeOf(event.supply);
  return supply;
}

/** What batches have cut or planned and neither paid nor given back. */
function inTransit({ registry, cuts }: CommonAudit): bigint {
  let total = 0n;
  for (const [id, shardCuts] of cuts) {
    const batch = registry.batches.get(id);
    const isOver = batch?.phase === 'confirmed' || batch?.phase === 'reverted';
    if (isOver) continue;
    for (const { event } of shardCuts.values()) for (const { amount } of event.payouts) total += wholeOf(amount);
    if (batch?.planned !== undefined) for (const amount of batch.givenBack.values()) total += amount;
  }
  return total;
}

/** An amount as an event gives it. What is none has been named where it stands, and counts nothing here. */
function wholeOf(text: string | number): bigint {
  return /^-?\d+$/.test(String(text)) ? BigInt(text) : 0n;
}
