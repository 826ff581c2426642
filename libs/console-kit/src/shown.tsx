/** Amounts, instants, ids and accounts as they are shown everywhere. */
import { ActionIcon, CopyButton } from '@mantine/core';
import type { ClipboardEvent, ReactNode } from 'react';
import { Link } from 'wouter';
import { attoOf, plainOf, showAmount } from './decimal.js';
import { useHref, useUrlState } from './url-state.js';
import { isZone, showInstant, UTC } from './zoned.js';

const ZONE_KEPT = 'airtime.zone';

/** The zone of the whole console: that of the address, else the one that was chosen last, else UTC. */
export function useZone(): readonly [string, (zone: string) => void] {
  const [inAddress, set] = useUrlState('zone');
  const kept = localStorage.getItem(ZONE_KEPT);
  const zone = [inAddress, kept].find((name) => name !== undefined && name !== null && isZone(name)) ?? UTC;
  return [
    zone,
    (next) => {
      localStorage.setItem(ZONE_KEPT, next);
      set(next === UTC && inAddress === undefined ? null : next);
    },
  ];
}

/** The instant that the page is looked at, of UTC; undefined: now. */
export function useAsOf(): readonly [string | undefined, (instant: string | null) => void] {
  return useUrlState('asOf');
}

export interface MoneyProps {
  /** Decimal text of the API; undefined: unknown. */
  readonly value: string | undefined;
  /** Decimals at most, for a column; all of them unless given. What is cut is marked and stands whole in the tip and in a copy. */
  readonly decimals?: number;
  /** Names the unit beside the amount; a column has it in its head. */
  readonly unit?: string;
}

/** An amount. A copy of it is plain: no spaces, no unit. */
export function Money({ value, decimals, unit }: MoneyProps) {
  if (value === undefined) return <span className="money">–</span>;
  const atto = attoOf(value);
  const { text, isCut } = showAmount(atto, decimals);
  const plain = plainOf(atto);
  const copy = (event: ClipboardEvent) => {
    event.clipboardData.setData('text/plain', plain);
    event.preventDefault();
  };
  return (
    <span className={atto < 0n ? 'money money-below' : 'money'} title={plain} data-plain={plain} onCopy={copy}>
      {text}
      {decimals === undefined ? null : <span className="money-cut">{isCut ? '…' : ''}</span>}
      {unit === undefined ? null : <span className="money-unit"> {unit}</span>}
    </span>
  );
}

/** An instant in the console's zone; null: there is none. */
export function Instant({
  at,
  milliseconds = false,
}: {
  readonly at: string | null | undefined;
  readonly milliseconds?: boolean;
}) {
  const [zone] = useZone();
  if (at === null || at === undefined) return <span>–</span>;
  return (
    <time className="instant" dateTime={at} title={at}>
      {showInstant(at, zone, { milliseconds })}
    </time>
  );
}

/** A small button that copies a text. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          size="sm"
          className="copy"
          aria-label={copied ? `${what} copied` : `Copy ${what}`}
          onClick={copy}
        >
          <svg
            viewBox="0 0 16 16"
            width="13"
            height="13"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            aria-hidden
          >
            {copied ? <path d="M3 8.5l3.5 3.5L13 4.5" /> : <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />}
          </svg>
        </ActionIcon>
      )}
    </CopyButton>
  );
}

const ID_SHOWN_MAX = 26;

/** The middle of a long text is cut out; the tip and a copy have it whole. */
export function shortId(text: string): string {
  return text.length <= ID_SHOWN_MAX ? text : `${text.slice(0, 12)}…${text.slice(-10)}`;
}

/** An id, a hash, a name of something: in letters of one width, a link where it has a page, with a button that copies it. */
export function Id({ id, to, copy = true }: { readonly id: string; readonly to?: string; readonly copy?: boolean }) {
  return (
    <span className="id">
      {to === undefined ? (
        <code title={id}>{shortId(id)}</code>
      ) : (
        <PageLink to={to}>
          <code title={id}>{shortId(id)}</code>
        </PageLink>
      )}
      {copy ? <Copy text={id} what={shortId(id)} /> : null}
    </span>
  );
}

/** A link to a page of the console, as of the same instant and in the same zone. */
export function PageLink({
  to,
  children,
  className,
}: {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  const href = useHref();
  return (
    <Link href={href(to)} className={`link ${className ?? ''}`}>
      {children}
    </Link>
  );
}

/** An account, a link to its holder. */
export function Account({ account }: { readonly account: string }) {
  const [kind, holder] = account.split(':');
  const isHolder = (kind === 'customer' || kind === 'provider') && holder !== undefined;
  return isHolder ? (
    <Id id={account} to={`/holders/${encodeURIComponent(holder)}`} copy={false} />
  ) : (
    <Id id={account} copy={false} />
  );
}
