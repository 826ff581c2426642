/** Amounts in a picture, and the same numbers as a table. A bar is a link to what it is made of. */
import './chart.css';
import { Button, Table } from '@mantine/core';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link } from 'wouter';
import { HEIGHT, namedRows, placeOf, scaleOf, stack, type Scale } from './chart-scale.js';
import { attoOf, plainOf, showAmount } from './decimal.js';
import { Money, PageLink } from './shown.js';
import { useHref, useUrlState } from './url-state.js';

export interface ChartRow {
  /** Along the axis: a day, a model. */
  readonly name: string;
  /** The page of what it is made of. */
  readonly to?: string | undefined;
  /** Decimal texts of the API, one for each series. */
  readonly amounts: readonly string[];
}

export interface ChartProps {
  /** What is shown, for who hears it. */
  readonly label: string;
  /** The member of the address that holds whether it is a table: one for each chart of a page. */
  readonly name: string;
  /** What is along the axis, and by whose clock: `Day, UTC`. */
  readonly axis: string;
  /** What the amounts of a row are, in their order; at most six. */
  readonly series: readonly string[];
  readonly rows: readonly ChartRow[];
  readonly unit: string;
  /** Bars stand on one another; lines go through points. */
  readonly as?: 'bars' | 'lines';
}

const ROW_WIDTH = 10;
const GAP = 1;
const NAMES_MAX = 5;
const MAX_SERIES = 6;

export function Chart({ label, name, axis, series, rows, unit, as = 'bars' }: ChartProps) {
  const [view, setView] = useUrlState(name);
  const isTable = view === 'table';
  if (series.length > MAX_SERIES) throw new Error(`a chart has at most ${MAX_SERIES} series`);
  return (
    <figure className="chart" aria-label={label}>
      <figcaption className="chart-head">
        <ul className="chart-legend" aria-label="What the colours say">
          {series.map((one, place) => (
            <li key={one}>
              <span className={`chart-mark series-${place}`} aria-hidden /> {one}
            </li>
          ))}
        </ul>
        <Button size="compact-xs" variant="subtle" onClick={() => setView(isTable ? null : 'table')}>
          {isTable ? 'As a picture' : 'As a table'}
        </Button>
      </figcaption>
      {isTable ? (
        <ChartTable label={label} axis={axis} series={series} rows={rows} unit={unit} />
      ) : (
        <Picture label={label} axis={axis} series={series} rows={rows} unit={unit} as={as} />
      )}
    </figure>
  );
}

type Drawn = Required<Pick<ChartProps, 'label' | 'axis' | 'series' | 'rows' | 'unit'>>;

function ChartTable({ label, axis, series, rows, unit }: Drawn) {
  return (
    <div className="table-scroll chart-table" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{axis}</Table.Th>
            {series.map((one) => (
              <Table.Th key={one} scope="col" className="amount">
                {one}, {unit}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, to, amounts }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{to === undefined ? name : <PageLink to={to}>{name}</PageLink>}</Table.Th>
              {amounts.map((amount, place) => (
                <Table.Td key={series[place]} className="amount">
                  <Money value={amount} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Picture({ label, axis, series, rows, unit, as }: Drawn & { readonly as: 'bars' | 'lines' }) {
  const [pointed, point] = useState<number>();
  const [reached, reach] = useState(Math.max(rows.length - 1, 0));
  const picture = useRef<SVGSVGElement>(null);
  const href = useHref();
  const amounts = rows.map((row) => row.amounts.map(attoOf));
  const scale = scaleOf(amounts, as === 'bars');
  const zero = placeOf(0n, scale);
  const tabbed = Math.min(reached, rows.length - 1);
  const keyDown = (event: KeyboardEvent) => {
    const next = { ArrowLeft: tabbed - 1, ArrowRight: tabbed + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next === undefined || next < 0 || next >= rows.length) return;
    event.preventDefault();
    reach(next);
    picture.current?.querySelector<SVGElement>(`[data-row="${next}"]`)?.focus();
  };
  const width = rows.length * ROW_WIDTH;
  const shown = pointed === undefined ? undefined : rows[pointed];
  return (
    <>
      <div className="chart-body">
        <div className="chart-scale" aria-hidden>
          <span>{showAmount(scale.top).text}</span>
          {scale.top > 0n && scale.bottom < 0n ? <span className="chart-zero">0</span> : null}
          <span>{showAmount(scale.bottom).text}</span>
        </div>
        <svg
          ref={picture}
          className="chart-picture"
          viewBox={`0 0 ${Math.max(width, 1)} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="group"
          aria-label={label}
          onKeyDown={keyDown}
          onPointerLeave={() => point(undefined)}
        >
          <line className="chart-line" x1={0} x2={width} y1={zero} y2={zero} />
          {as === 'lines' ? <Lines amounts={amounts} series={series} scale={scale} /> : null}
          {rows.map((row, place) => {
            const drawn = (
              <>
                <title>{tellRow(row, series, unit)}</title>
                <rect className="chart-hit" x={place * ROW_WIDTH} y={0} width={ROW_WIDTH} height={HEIGHT} />
                {as === 'lines' ? null : <Bar amounts={amounts[place]!} x={place * ROW_WIDTH} scale={scale} />}
              </>
            );
            const pointing = { onPointerEnter: () => point(place), onFocus: () => point(place) };
            return row.to === undefined ? (
              <g key={row.name} role="img" aria-label={tellRow(row, series, unit)} {...pointing}>
                {drawn}
              </g>
            ) : (
              <Link
                key={row.name}
                href={href(row.to)}
                className="chart-row"
                data-row={place}
                aria-label={tellRow(row, series, unit)}
                // One of them is in the way of Tab, the arrows go to the others.
                tabIndex={place === tabbed ? 0 : -1}
                {...pointing}
              >
                {drawn}
              </Link>
            );
          })}
        </svg>
        <Names rows={rows} />
      </div>
      <p className="chart-says">{shown === undefined ? axis : <Told row={shown} series={series} unit={unit} />}</p>
    </>
  );
}

function Bar({
  amounts,
  x,
  scale,
}: {
  readonly amounts: readonly bigint[];
  readonly x: number;
  readonly scale: Scale;
}) {
  return stack(amounts, scale).map(({ series, y, height }) => (
    <rect
      key={series}
      className={`series-${series}`}
      x={x + GAP}
      y={y}
      width={ROW_WIDTH - 2 * GAP}
      height={height}
      data-bar
    />
  ));
}

interface LinesProps {
  readonly amounts: readonly (readonly bigint[])[];
  readonly series: readonly string[];
  readonly scale: Scale;
}

function Lines({ amounts, series, scale }: LinesProps) {
  return series.map((one, place) => (
    <polyline
      key={one}
      className={`chart-polyline series-${place}`}
      points={amounts
        .map((row, at) => `${at * ROW_WIDTH + ROW_WIDTH / 2},${placeOf(row[place] ?? 0n, scale)}`)
        .join(' ')}
    />
  ));
}

/** Below the picture stand the names that fit: those at the edges within, the others around their place. */
function Names({ rows }: { readonly rows: readonly ChartRow[] }): ReactNode {
  return (
    <div className={rows.length <= NAMES_MAX ? 'chart-names each' : 'chart-names'} aria-hidden>
      {namedRows(rows.length, NAMES_MAX).map((place) => (
        <span key={place}>{rows[place]!.name}</span>
      ))}
    </div>
  );
}

const tellRow = ({ name, amounts }: ChartRow, series: readonly string[], unit: string): string =>
  `${name}: ${amounts.map((amount, place) => `${series[place]} ${plainOf(attoOf(amount))} ${unit}`).join(', ')}`;

function Told({
  row,
  series,
  unit,
}: {
  readonly row: ChartRow;
  readonly series: readonly string[];
  readonly unit: string;
}) {
  return (
    <>
      {row.name}:{' '}
      {row.amounts.map((amount, place) => (
        <span key={series[place]}>
          {place === 0 ? '' : ', '}
          {series[place]} <Money value={amount} unit={unit} />
        </span>
      ))}
    </>
  );
}
