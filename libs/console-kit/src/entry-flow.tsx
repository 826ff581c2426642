/** An entry as what flows: each posting from the account that is debited to the one that is credited, as wide as its amount. */
import { attoOf, thousandthsOf } from './decimal.js';
import { Account, Money } from './shown.js';

export interface Flow {
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
  readonly asset: string;
}

export function EntryFlow({ postings }: { readonly postings: readonly Flow[] }) {
  const largest = postings.reduce((most, { amount }) => (attoOf(amount) > most ? attoOf(amount) : most), 0n);
  return (
    <div className="flow" role="table" aria-label="Postings">
      <div role="rowgroup">
        <div role="row" className="flow-row flow-head">
          <span role="columnheader">Debit: from</span>
          <span role="columnheader" className="flow-amount">
            Amount
          </span>
          <span role="columnheader">Credit: to</span>
        </div>
      </div>
      <div role="rowgroup">
        {postings.map(({ debit, credit, amount, asset }, line) => (
          <div role="row" className="flow-row" key={line}>
            <span role="cell">
              <Account account={debit} />
            </span>
            <span role="cell" className="flow-amount">
              <Money value={amount} unit={asset} />
              <span className="flow-line" aria-hidden>
                <span className="flow-bar" style={{ width: `${thousandthsOf(attoOf(amount), largest) / 10}%` }} />
              </span>
            </span>
            <span role="cell">
              <Account account={credit} />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
