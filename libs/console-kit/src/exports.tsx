/** The whole list as a file: the same rows, to the end, as the service writes them. */
import { useZone } from './shown.js';

/** A call of a list as the client was given it. */
export interface ListCall {
  readonly route: string;
  readonly path?: object | undefined;
  readonly query?: object | undefined;
}

const FORMATS = [
  ['csv', 'CSV'],
  ['jsonl', 'JSON lines'],
] as const;

/** Where a list is given out as a file. */
export function exportHref({ route, path = {}, query = {} }: ListCall, format: string, zone: string): string {
  const filled = Object.entries(path).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(String(value))),
    route,
  );
  const members = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || name === 'limit') continue;
    for (const one of Array.isArray(value) ? value : [value]) members.append(name, String(one));
  }
  members.set('export', format);
  if (format === 'csv') members.set('zone', zone);
  return `${filled}?${members.toString()}`;
}

export function Exports({ of, label }: { readonly of: ListCall; readonly label: string }) {
  const [zone] = useZone();
  return (
    <span className="exports">
      {'All as '}
      {FORMATS.map(([format, name], place) => (
        <span key={format}>
          {place === 0 ? '' : ' · '}
          <a className="link" href={exportHref(of, format, zone)} download aria-label={`${label}, all as ${name}`}>
            {name}
          </a>
        </span>
      ))}
    </span>
  );
}
