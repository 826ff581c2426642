/** A whole as one bar of its parts, which add up: what is below zero is taken from the others. */
import './chart.css';
import type { ReactNode } from 'react';
import { attoOf, plainOf, thousandthsOf } from './decimal.js';
import { Verdict } from './page.js';
import { Money, PageLink } from './shown.js';

export interface SumPart {
  readonly name: string;
  /** Decimal text of the API. */
  readonly amount: string;
  /** What it means, in a few words. */
  readonly says: ReactNode;
  readonly to?: string;
}

export interface SumBarProps {
  readonly label: string;
  /** What the parts must come to, and what it is called. */
  readonly whole: { readonly name: string; readonly amount: string };
  /** At most six. */
  readonly parts: readonly SumPart[];
  readonly unit: string;
}

/** The page checks the sum itself, to the last digit. */
export function SumBar({ label, whole, parts, unit }: SumBarProps) {
  const sum = parts.reduce((all, { amount }) => all + attoOf(amount), 0n);
  const above = parts.reduce((all, { amount }) => (attoOf(amount) > 0n ? all + attoOf(amount) : all), 0n);
  const total = attoOf(whole.amount);
  return (
    <div className="sum-bar" role="group" aria-label={label}>
      <div className="sum-bar-line" aria-hidden>
        {parts.map(({ name, amount }, place) => {
          const share = attoOf(amount) > 0n ? thousandthsOf(attoOf(amount), above) : 0;
          return share === 0 ? null : (
            <span key={name} className={`sum-bar-part series-${place}`} style={{ flexGrow: share }} title={name} />
          );
        })}
      </div>
      <dl className="sum-bar-parts">
        <div className="sum-bar-whole">
          <dt>{whole.name}</dt>
          <dd>
            <Money value={whole.amount} unit={unit} />
          </dd>
        </div>
        {parts.map(({ name, amount, says, to }, place) => (
          <div key={name}>
            <dt>
              <span className={`chart-mark series-${place}`} aria-hidden />{' '}
              {to === undefined ? name : <PageLink to={to}>{name}</PageLink>}
            </dt>
            <dd>
              <Money value={amount} unit={unit} />
            </dd>
            <dd className="sum-bar-says">{says}</dd>
          </div>
        ))}
      </dl>
      <Verdict holds={sum === total}>
        {sum === total
          ? 'The parts add up to the whole, to the last digit.'
          : `The parts come to ${plainOf(sum)} ${unit}, not to the whole.`}
      </Verdict>
    </div>
  );
}
