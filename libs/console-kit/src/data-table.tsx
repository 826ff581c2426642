/** A list that may be of any length: pages by cursor, of which only what is in sight stands in the document. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Exports, type ListCall } from './exports.js';
import { openedFrom } from './neighbours.js';
import { Empty, Failed, Loading } from './states.js';
import { useHref } from './url-state.js';

export interface Column<Row> {
  readonly name: string;
  /** A track of CSS grid, such as `minmax(8rem, 1fr)`. */
  readonly width: string;
  readonly isAmount?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** What an infinite query of a list gives. */
export interface Pages<Row> {
  readonly data: { readonly pages: readonly { readonly items: readonly Row[] }[] } | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
  refetch(): unknown;
  /** The call, where the list can be given out as a file. */
  readonly exported?: ListCall;
}

export interface DataTableProps<Row> {
  /** What is listed, for who hears it. */
  readonly label: string;
  readonly of: Pages<Row>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** The page of a row, which Enter opens. */
  readonly to?: (row: Row) => string;
  /** Why it may be empty, and what to do. */
  readonly empty: ReactNode;
}

const ROW_PX = 36;
const VISIBLE_ROWS = 14;
/** What the tallest element of any browser can hold; the list goes on by its cursor from there. */
const ROWS_MAX = 400_000;

export function DataTable<Row>({ label, of, columns, keyOf, to, empty }: DataTableProps<Row>) {
  const [active, setActive] = useState(-1);
  const scroll = useRef<HTMLDivElement>(null);
  const href = useHref();
  const [path, navigate] = useLocation();
  const search = useSearch();
  const rows = of.data?.pages.flatMap(({ items }) => items).slice(0, ROWS_MAX) ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  // An answer may have nothing that a filter lets through, and more behind it.
  const isNearEnd = last >= rows.length - VISIBLE_ROWS;
  const { hasNextPage, isFetchingNextPage } = of;
  useEffect(() => {
    if (
      of.data !== undefined &&
      isNearEnd &&
      hasNextPage &&
      !isFetchingNextPage &&
      rows.length < ROWS_MAX &&
      of.error === null
    )
      void of.fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetchingNextPage, rows.length]);

  if (of.data === undefined)
    return of.isPending && of.error === null ? (
      <Loading lines={6} />
    ) : (
      <Failed error={of.error} retry={() => void of.refetch()} />
    );
  if (rows.length === 0) return hasNextPage && of.error === null ? <Loading lines={6} /> : <Empty>{empty}</Empty>;
  const template = columns.map(({ width }) => width).join(' ');
  const track = { gridTemplateColumns: template, ...widthOf(columns) };
  const move = (index: number) => {
    const next = Math.min(Math.max(index, 0), rows.length - 1);
    setActive(next);
    virtual.scrollToIndex(next);
  };
  /** What is opened from here has this list's other rows beside it. */
  const opening = (index: number) => {
    if (to !== undefined) openedFrom(label, search === '' ? path : `${path}?${search}`, rows.map(to), index);
  };
  const keyDown = (event: KeyboardEvent) => {
    const row = rows[active];
    if (event.key === 'ArrowDown' || event.key === 'j') move(active + 1);
    else if (event.key === 'ArrowUp' || event.key === 'k') move(active - 1);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'PageDown') move(active + VISIBLE_ROWS);
    else if (event.key === 'PageUp') move(active - VISIBLE_ROWS);
    else if (event.key === 'Enter' && event.target === scroll.current && row !== undefined && to !== undefined) {
      opening(active);
      navigate(href(to(row)));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const idOf = (index: number) => `${label.replace(/\W/g, '-')}-${index}`;
  return (
    <>
      <div
        className="grid"
        ref={scroll}
        role="grid"
        aria-label={label}
        aria-rowcount={hasNextPage ? -1 : rows.length + 1}
        aria-colcount={columns.length}
        tabIndex={0}
        onKeyDown={keyDown}
        {...(active >= 0 ? { 'aria-activedescendant': idOf(active) } : {})}
        style={{ maxHeight: `${(VISIBLE_ROWS + 1) * ROW_PX}px` }}
      >
        <div className="grid-head" role="rowgroup">
          <div className="grid-row" role="row" aria-rowindex={1} style={track}>
            {columns.map(({ name, isAmount }) => (
              <div key={name} role="columnheader" className={isAmount === true ? 'grid-cell amount' : 'grid-cell'}>
                {name}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="grid-body" style={{ height: `${virtual.getTotalSize()}px` }}>
          {inSight.map(({ index, start }) => {
            const row = rows[index]!;
            return (
              <div
                key={keyOf(row)}
                id={idOf(index)}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={index === active}
                className={index === active ? 'grid-row active' : 'grid-row'}
                style={{ ...track, transform: `translateY(${start}px)` }}
                onClick={(event) => {
                  setActive(index);
                  if (event.target instanceof Element && event.target.closest('a') !== null) opening(index);
                }}
              >
                {columns.map(({ name, isAmount, cell }) => (
                  <div key={name} role="gridcell" className={isAmount === true ? 'grid-cell amount' : 'grid-cell'}>
                    {cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {of.error === null ? null : <Failed error={of.error} retry={() => void of.fetchNextPage()} />}
      <p className="grid-foot" aria-live="polite">
        {hasNextPage ? `${rows.length} shown, more below` : `${rows.length} in all`}
        {hasNextPage ? (
          <Button
            size="compact-xs"
            variant="subtle"
            loading={isFetchingNextPage}
            onClick={() => void of.fetchNextPage()}
          >
            More
          </Button>
        ) : null}
        {of.exported === undefined ? null : <Exports of={of.exported} label={label} />}
      </p>
    </>
  );
}

/** Rows are grids of their own: where they are wider than the list they must all be as wide, whatever stands in them. */
function widthOf(columns: readonly Pick<Column<never>, 'width'>[]): { readonly width?: string } {
  const least = columns.map(({ width }) => /^minmax\(([^,]+),/.exec(width)?.[1] ?? width);
  return least.includes('max-content') ? {} : { width: `max(100%, calc(${least.join(' + ')}))` };
}
