/** What a page shows stands in its address, so that a link shows the same and Back works. */
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

/** A member of the address's query, and how it is set; null takes it out. A change of what is looked at is a step that Back takes back. */
export function useUrlState(name: string): readonly [string | undefined, (value: string | null) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const value = useMemo(() => new URLSearchParams(search).get(name) ?? undefined, [search, name]);
  const set = useCallback(
    (next: string | null) => {
      const members = new URLSearchParams(search);
      if (next === null || next === '') members.delete(name);
      else members.set(name, next);
      const text = members.toString();
      navigate(text === '' ? path : `${path}?${text}`);
    },
    [search, path, navigate, name],
  );
  return [value, set];
}

/** Members that go along from page to page. */
const KEPT = ['asOf', 'zone'];

/** The address of another page, as of the same instant and in the same zone. */
export function useHref(): (path: string) => string {
  const search = useSearch();
  return useCallback(
    (path: string) => {
      const [plain = path, own = ''] = path.split('?');
      const members = new URLSearchParams(own);
      const here = new URLSearchParams(search);
      for (const name of KEPT) if (here.has(name) && !members.has(name)) members.set(name, here.get(name)!);
      const text = members.toString();
      return text === '' ? plain : `${plain}?${text}`;
    },
    [search],
  );
}
