/** Which reports are there? Each with its question, what it is asked by, and its file. */
import { may, Page, Section, TextInput, useMe, useState, type Me } from '#console-kit';
import type { PathOf } from '#client';

interface Report {
  readonly path: PathOf<'get'>;
  readonly name: string;
  readonly question: string;
  /** What it cannot do without, with what is asked for unless somebody says otherwise. */
  readonly asked: readonly { readonly name: string; readonly label: string; readonly value: string }[];
}

const PERIOD = [
  { name: 'from', label: 'From, a UTC day', value: '' },
  { name: 'to', label: 'To, a UTC day', value: '' },
];

const REPORTS: readonly Report[] = [
  {
    path: '/v1/reports/large-movements',
    name: 'Large movements',
    question: 'Which movements reached a threshold?',
    asked: [{ name: 'threshold', label: 'Threshold, AIR', value: '10000' }, ...PERIOD],
  },
  {
    path: '/v1/reports/structured-movements',
    name: 'Structured movements',
    question: 'Who moved much in many movements that are each below a threshold?',
    asked: [
      { name: 'below', label: 'Each below, AIR', value: '10000' },
      { name: 'windowHours', label: 'Within hours', value: '24' },
      { name: 'count', label: 'At least so many', value: '3' },
      ...PERIOD,
    ],
  },
  {
    path: '/v1/reports/usage',
    name: 'Usage',
    question: 'What was used, and what did it cost?',
    asked: [{ name: 'groupBy', label: 'By day, customer, provider or model', value: 'day' }, ...PERIOD],
  },
  {
    path: '/v1/reports/receivables',
    name: 'Receivables by age',
    question: 'Who owes what, and for how long?',
    asked: [{ name: 'asOf', label: 'As of, a past day; empty: now', value: '' }],
  },
];

export default function Reports() {
  const me = useMe();
  return (
    <Page
      question="Which reports are there?"
      about="Each file is made when it is asked for, from the journal’s read models, whole."
    >
      {openTo(me).map((report) => (
        <OneReport key={report.path} of={report} />
      ))}
    </Page>
  );
}

const openTo = (me: Me): readonly Report[] => REPORTS.filter(({ path }) => may(me, 'get', path));

function OneReport({ of: { path, name, question, asked } }: { readonly of: Report }) {
  const [values, set] = useState(() => Object.fromEntries(asked.map((one) => [one.name, one.value])));
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''));
  query.set('format', 'csv');
  return (
    <Section title={name}>
      <p>{question}</p>
      <div className="find">
        {asked.map(({ name: member, label }) => (
          <TextInput
            key={member}
            label={label}
            value={values[member] ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              set((known) => ({ ...known, [member]: value }));
            }}
            autoComplete="off"
          />
        ))}
        <a className="link" href={`${path}?${query.toString()}`} download>
          Download {name.toLowerCase()} as CSV
        </a>
      </div>
    </Section>
  );
}
