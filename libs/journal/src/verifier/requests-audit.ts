/** Idempotency-Keys over all shards: one request each, done once. And what an operator can do where one was done twice. */
import { hash } from 'node:crypto';
import type { JournalEvent, UsageCharged } from '#concepts';
import { formatAmount } from '#domain';
import { CompactUsageIndex } from '../usage-index.js';
import type { Findings, Place } from './findings.js';

/** What names a whole request, and one part of a usage request, in the index. */
const REQUEST = 'request';
const PART = 'part';

export class RequestsAudit {
  private readonly known = new CompactUsageIndex(1 << 10);

  constructor(private readonly findings: Findings) {}

  /** `request.key` is the key of the whole request or, in a usage request, `<key>#<part>`: each stands once. */
  check(event: JournalEvent, place: Place): void {
    if (event.request === undefined) return;
    const { key, digest } = event.request;
    const [name = ''] = key.split('#', 1);
    const short = hash('sha256', digest, 'hex').slice(0, 16);
    const first = this.known.find(REQUEST, name);
    if (first === undefined) this.known.add(REQUEST, name, short);
    const isOther = first !== undefined && first !== short;
    const isAgain = this.known.find(PART, key) !== undefined;
    if (!isAgain) this.known.add(PART, key, short);
    if (!isOther && !isAgain) return;
    const what = isOther ? 'was used for two requests' : 'was answered twice';
    this.findings.add('REQUEST_TWICE', place, `the request key ${key} ${what}; ${correctionOf(event)}`);
  }
}

/** What takes an entry back that should not be there. No command reverses an entry: another one is made against it. */
function correctionOf(event: JournalEvent): string {
  switch (event.type) {
    case 'Minted':
      return `if the second is not wanted, burn it: ${command('burns', { holder: event.holder, amount: tokens(event.amount) })}`;
    case 'Burned':
      return `if the second is not wanted, mint it again: ${command('mints', { holder: event.holder, amount: tokens(event.amount) })}`;
    case 'TransferSent':
      return `if the second is not wanted, send it back: ${command('transfers', { from: event.to, to: event.from, amount: tokens(event.amount) })}`;
    case 'UsageBatchAnswered':
      return 'each usage id of both is charged once all the same; compare the two answers';
    default:
      return 'it moved no value; look at both entries and make the one that is wanted the newest';
  }
}

/** What gives a customer back a charge that should not be there. */
export function chargeCorrection({ customer, amount, usage }: UsageCharged): string {
  return (
    'give its customer the amount back, since no command takes a charge back and its shares stay where they are: ' +
    command('mints', { holder: customer, amount: tokens(amount), reason: `charged twice: ${usage.source} ${usage.id}` })
  );
}

function command(path: string, body: Readonly<Record<string, string>>): string {
  return `POST /v1/${path} ${JSON.stringify(body)}`;
}

/** The journal may hold anything: what is no amount is shown as it stands. */
function tokens(amount: unknown): string {
  return typeof amount === 'string' && /^[0-9]{1,80}$/.test(amount) ? formatAmount(BigInt(amount)) : String(amount);
}
