/** The frame of a page: its question, which is its title. */
import { useEffect, useRef, type ReactNode } from 'react';

/** @param question what the page answers; the window's title as well */
export function Page({
  question,
  about,
  children,
}: {
  readonly question: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${question} · Airtime`;
    title.current?.focus();
  }, [question]);
  return (
    <article className="page">
      <h1 ref={title} tabIndex={-1}>
        {question}
      </h1>
      {about === undefined ? null : <p className="page-about">{about}</p>}
      {children}
    </article>
  );
}

/** A part of a page with a heading of its own. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Names and their values, one below the other. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What holds, or does not: in words and a sign, not by colour alone. */
export function Verdict({ holds, children }: { readonly holds: boolean | undefined; readonly children: ReactNode }) {
  const [sign, word] = holds === undefined ? ['…', 'under way'] : holds ? ['✓', 'yes'] : ['✗', 'NO'];
  return (
    <p className={`verdict verdict-${holds === undefined ? 'open' : holds ? 'yes' : 'no'}`}>
      <span className="verdict-sign" aria-label={word} role="img">
        {sign}
      </span>
      <span>{children}</span>
    </p>
  );
}
