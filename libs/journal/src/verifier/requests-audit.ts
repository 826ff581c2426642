/** Idempotency-Keys over all shards: one request each, done once. And what an operator can do where one was done twice. */
import { hash } from 'node:crypto';
import type { RequestIdentity } from '#domain';
import { CompactUsageIndex } from '../usage-index.js';
import type { Findings, Place } from './findings.js';

/** What names a whole request, and one part of a usage request, in the index. */
const REQUEST = 'request';
const PART = 'part';

export class RequestsAudit {
  private readonly known = new CompactUsageIndex(1 << 10);

  constructor(private readonly findings: Findings) {}

  /**
   * `request.key` is the key of the whole request or, in a usage request, `<key>#<part>`: each stands once.
   *
   * @param takeBack says how the event's entry is taken back; undefined when it moved no value
   */
  check(request: RequestIdentity, place: Place, takeBack: () => string | undefined): void {
    const { key, digest } = request;
    const [name = ''] = key.split('#', 1);
    const short = hash('sha256', digest, 'hex').slice(0, 16);
    const first = this.known.find(REQUEST, name);
    if (first === undefined) this.known.add(REQUEST, name, short);
    const isOther = first !== undefined && first !== short;
    const isAgain = this.known.find(PART, key) !== undefined;
    if (!isAgain) this.known.add(PART, key, short);
    if (!isOther && !isAgain) return;
    const what = isOther ? 'was used for two requests' : 'was answered twice';
    this.findings.add('REQUEST_TWICE', place, `the request key ${key} ${what}; ${takeBack() ?? MOVED_NOTHING}`);
  }
}

const MOVED_NOTHING = 'it moved no value; look at both entries and make the one that is wanted the newest';
