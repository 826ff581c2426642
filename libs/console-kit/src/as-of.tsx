/** Which instant a page shows, and whether it is closed: in words, by keys first. */
import { Button, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Instant, useAsOf, useZone } from './shown.js';
import { onKey } from './keyboard.js';
import { readInstant, showInstant } from './zoned.js';

export interface AsOfProps {
  /** What the answer says: nothing can be recorded at its instant any more. */
  readonly closed?: boolean | undefined;
  readonly position?: readonly { readonly shard: number; readonly height: number }[] | undefined;
}

/** The bar above a page that can be looked at as of any instant. `t` goes to its field. */
export function AsOf({ closed, position }: AsOfProps) {
  const [asOf, setAsOf] = useAsOf();
  const [zone] = useZone();
  const shown = asOf === undefined ? 'now' : showInstant(asOf, zone);
  const [text, setText] = useState(shown);
  const [fault, setFault] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(shown), [shown]);
  useEffect(() => onKey('t', 'as of another instant', () => field.current?.select()), []);
  const take = (wished: string) => {
    const instant = readInstant(wished, zone, Date.now());
    if (instant === undefined)
      return setFault(`Write now, 2026-10-31, 2026-10-31 14:59:59, yesterday or end of last month`);
    if (instant !== null && Date.parse(instant) > Date.now()) return setFault('That instant is yet to come');
    setFault(undefined);
    setAsOf(instant);
  };
  return (
    <form
      className="as-of"
      onSubmit={(event) => {
        event.preventDefault();
        take(text);
      }}
    >
      <TextInput
        ref={field}
        size="xs"
        label="As of"
        value={text}
        error={fault}
        onChange={(event) => setText(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        autoComplete="off"
        spellCheck={false}
      />
      <Button size="xs" type="submit" variant="default">
        Show
      </Button>
      <Button size="xs" variant="subtle" onClick={() => take('end of last month')}>
        End of last month
      </Button>
      {asOf === undefined ? null : (
        <Button size="xs" variant="subtle" onClick={() => setAsOf(null)}>
          Now
        </Button>
      )}
      <p className="as-of-says">
        {closed === true ? (
          <>
            Exact and closed: nothing can be recorded at <Instant at={asOf} /> any more.
          </>
        ) : (
          'Still open: more may be recorded.'
        )}
        {position === undefined || position.length === 0 ? null : (
          <span title="shard:height that the numbers include">
            {' '}
            Complete to {position.map(({ shard, height }) => `${shard}:${height}`).join(' ')}
          </span>
        )}
      </p>
    </form>
  );
}
