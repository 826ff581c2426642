/** An instant that a part of a page is about, in words; it stands in the address, of UTC. */
import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useZone } from './shown.js';
import { useUrlState } from './url-state.js';
import { readInstant, showInstant } from './zoned.js';

export interface InstantFieldProps {
  readonly label: string;
  /** The member of the address. */
  readonly name: string;
  /** Which instant of a day a day means. */
  readonly edge: 'start' | 'end';
  /** What stands where nothing is written. */
  readonly none: string;
}

/** Enter, or going on to another field, takes what is written. */
export function InstantField({ label, name, edge, none }: InstantFieldProps) {
  const [instant, set] = useUrlState(name);
  const [zone] = useZone();
  const shown = instant === undefined ? '' : showInstant(instant, zone);
  const [text, setText] = useState(shown);
  const [fault, setFault] = useState<string>();
  useEffect(() => setText(shown), [shown]);
  const take = () => {
    if (text === shown) return;
    const read = readInstant(text, zone, Date.now(), edge);
    if (read === undefined) return setFault('Write 2026-10-31, 2026-10-31 14:59:59, yesterday or end of last month');
    setFault(undefined);
    set(read);
  };
  return (
    <TextInput
      size="xs"
      className="instant-field"
      label={label}
      placeholder={none}
      value={text}
      error={fault}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** The first instant that is not included any more, where the last one is known. Undefined: there is no end. */
export function afterInstant(last: string | undefined): string | undefined {
  return last === undefined ? undefined : new Date(Date.parse(last) + 1).toISOString();
}
