/** Corrections: usage that is taken back for another charge is charged again at once, under its id. */
import type { AuditWalk, ConceptAudit, Place } from '#journal';
import type { EntryReversed, OriginalCharge } from '../reversals/reversal-events.js';
import type { UsageCharged } from '../usage/charge.js';
import type { Corrects } from '../usage/charging.js';

/** What was taken back for another charge. */
interface Replaced {
  readonly entry: string;
  readonly holder: string;
  readonly charge: OriginalCharge;
  readonly by: Corrects['by'];
  readonly place: Place;
}

/** What may stand between a reversal and the charge that takes the place of what it took back. */
const BETWEEN = ['ReceivablesCovered', 'BudgetThresholdsReached', 'TopUpRequested', 'ClawbackFilled'];

const isSamePage = (one: Place, other: Place): boolean => one.shard === other.shard && one.height === other.height;

/**
 * **Correcting.** `corrects` is there exactly when the charge takes the place of another one with its `source` and `id`. `corrects.entry` is the `entry` of the `EntryReversed` of the same customer that stands before it in the
 * same page, with only `ReceivablesCovered`, `BudgetThresholdsReached`, `TopUpRequested` and `ClawbackFilled` between, whose `cause` is `corrects.by` and whose `original` names the same usage; every such reversal is followed so. A cause is of a usage's reversal alone.
 * Such a charge is refused for nothing: its customer may be suspended, no budget refuses it (`room` is as ever, and what is beyond is owed; a `budget` that is none of its customer's counts as none named), and no credit limit binds it.
 * A `replacement` is rated as any charge. A `rerating` is the same usage as the newest charge of its id, by its digest: `priceBook` is any that was published, `splitPolicy` and, where that named one, `usdRate` are those of that charge;
 * of a month that it counted on the same line, `before` of each meter is what it had said. Months count what `after` is above `before`.
 */
export class CorrectionsAudit implements ConceptAudit {
  readonly laws = {
    CORRECTION_WRONG:
      'Usage that takes the place of another follows what took that back, in the same page and under the same id: one charge of an id stands at most. Rated again it is the same usage.',
  };

  /** What a reversal took back for another charge, which is to follow. */
  private replaced: Replaced | undefined;

  constructor(private readonly walk: AuditWalk) {}

  /** A reversal that says why. */
  replace({ entry, original: { holder, charge }, cause }: EntryReversed, place: Place): void {
    if (this.replaced !== undefined) this.wrongReplaced(this.replaced);
    if (cause === undefined) return;
    if (charge?.metered === undefined) this.wrong(place, `${entry} is no charge of a usage`);
    else if (cause !== 'usage-correction') this.replaced = { entry, holder, charge, by: cause, place };
  }

  /** @returns what a charge takes the place of; undefined where it must not */
  follow({ usage, customer }: UsageCharged, corrects: Corrects, place: Place): OriginalCharge | undefined {
    const { replaced } = this;
    this.replaced = undefined;
    const isIts =
      replaced?.by === corrects.by &&
      replaced.entry === corrects.entry &&
      replaced.holder === customer &&
      replaced.charge.source === usage.source &&
      replaced.charge.id === usage.id &&
      isSamePage(place, replaced.place);
    if (isIts) return replaced.charge;
    this.wrong(place, `${corrects.entry} was not taken back just now for this charge of ${usage.source} ${usage.id}`);
    return undefined;
  }

  afterEach({ type }: { readonly type: string }, place: Place): void {
    const { replaced } = this;
    if (replaced === undefined) return;
    const isInPage = isSamePage(place, replaced.place);
    if (isInPage && (place.index === replaced.place.index || BETWEEN.includes(type))) return;
    this.wrongReplaced(replaced);
  }

  check(): void {
    if (this.replaced !== undefined) this.wrongReplaced(this.replaced);
  }

  private wrongReplaced({ entry, place }: Replaced): void {
    this.wrong(place, `${entry} was taken back for another charge, and none follows`);
    this.replaced = undefined;
  }

  wrong(place: Place, detail: string): void {
    this.walk.find('CORRECTION_WRONG', place, detail);
  }
}
