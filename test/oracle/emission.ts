/** Emission of the product against the model: every epoch at its very instant, whenever the ledger was down. */
import { instant, sum, tokens } from './model/amounts.js';
import { emissionsUntil, type EmissionVersion } from './model/emission.js';

const ODD = 1_000_000_000_000_000_007n;

/** Versions of each kind that follow each other and end in one that goes on: none begins before its ledger was asked. */
export function emissionVersions(fromMs: number): readonly EmissionVersion[] {
  return [
    { fromMs, epochMs: 1_000, schedule: { kind: 'fixed', amount: ODD }, stakersBps: 3_333n },
    {
      ...{ fromMs: fromMs + 6_500, epochMs: 2_000, stakersBps: 5_000n },
      schedule: { kind: 'halving', initial: 3n * ODD, period: 2 },
    },
    {
      ...{ fromMs: fromMs + 17_000, epochMs: 3_000, stakersBps: 10_000n },
      schedule: { kind: 'decay', remaining: 1_000n * ODD, num: 9n, den: 10n },
    },
  ];
}

/** As `PUT /v1/policies/emission/{version}` takes it. */
export function policyBody({ fromMs, epochMs, schedule, stakersBps }: EmissionVersion) {
  const { kind, ...terms } = schedule;
  const told = Object.entries(terms).map(([name, value]) => {
    if (typeof value !== 'bigint') return [name, value];
    return [name, name === 'num' || name === 'den' ? Number(value) : tokens(value)];
  });
  return {
    ...{ effectiveAt: instant(fromMs), kind, epoch: `PT${epochMs / 1_000}S` },
    ...(Object.fromEntries(told) as object),
    recipients: [{ account: 'staking:rewards' as const, bps: Number(stakersBps) }],
  };
}

interface Entry {
  readonly id: string;
  readonly time: string;
  readonly recordedAt: string;
  readonly postings: readonly { readonly credit: string; readonly amount: string }[];
}

/** @throws Error where the product emitted otherwise than the model up to its newest epoch, or too little until now */
export async function compareEmission(
  read: <T>(path: string) => Promise<T>,
  versions: readonly EmissionVersion[],
  askedMs: number,
): Promise<number> {
  await expectEmitted(read, versions, askedMs);
  const entries: Entry[] = [];
  for (let cursor = ''; ;) {
    const page = await read<{ items: Entry[]; nextCursor: string | null }>(
      `/accounts/treasury:emission/entries?limit=100${cursor}`,
    );
    entries.push(...page.items.filter(({ recordedAt }) => Date.parse(recordedAt) <= askedMs));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  const found = entries
    .map(({ time, recordedAt, postings }) => {
      const creditOf = (account: string) => postings.find(({ credit }) => credit === account)?.amount ?? '0';
      return `${time} ${recordedAt} ${creditOf('treasury:emission')} ${creditOf('staking:rewards')}`;
    })
    .sort();
  const emissions = emissionsUntil(versions, askedMs);
  const wanted = emissions
    .map(({ atMs, amount, toStakers }) => `${instant(atMs)} ${instant(atMs)} ${tokens(amount)} ${tokens(toStakers)}`)
    .sort();
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(
      `emitted until ${instant(askedMs)}: ${JSON.stringify(found)}, and the model: ${JSON.stringify(wanted)}`,
    );
  }
  const lastMs = emissions.at(-1)!.atMs;
  await expectEmitted(read, versions, lastMs - 1);
  await expectEmitted(read, versions, lastMs);
  return emissions.length;
}

async function expectEmitted(
  read: <T>(path: string) => Promise<T>,
  versions: readonly EmissionVersion[],
  atMs: number,
): Promise<void> {
  const supply = await read<{ mintedBy: { emission: string }; lawful: boolean }>(
    `/ledger/supply?asOf=${instant(atMs)}`,
  );
  const emitted = tokens(sum(emissionsUntil(versions, atMs).map(({ amount }) => amount)));
  if (supply.mintedBy.emission !== emitted || !supply.lawful)
    throw new Error(`as of ${instant(atMs)} ${emitted} were emitted, and the supply says ${JSON.stringify(supply)}`);
}
