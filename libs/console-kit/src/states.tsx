/** What stands where something will be, is not, or went wrong. */
import { Alert, Button, Skeleton } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { Problem } from './api.js';
import { Copy } from './shown.js';

const SHOWN_AFTER_MS = 150;

/** Lines of the right size, after a moment: what comes at once does not flicker. */
export function Loading({ lines = 3 }: { readonly lines?: number }) {
  const [isShown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status" aria-label="Loading" aria-busy>
      {isShown ? Array.from({ length: lines }, (_, line) => <Skeleton key={line} height={18} radius="sm" />) : null}
    </div>
  );
}

/** Why there is nothing, and what to do. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** A refusal or a failure, with what is needed to ask about it. */
export function Failed({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { title, detail, code, requestId, message }: Problem =
    typeof error === 'object' && error !== null ? (error as Problem) : { message: String(error) };
  return (
    <Alert color="red" variant="light" title={title ?? 'The service does not answer'} role="alert">
      <p className="failed-detail">{detail ?? message ?? 'Nothing more is known.'}</p>
      <p className="failed-facts">
        {code === undefined ? null : <code>{code}</code>}
        {requestId === undefined ? null : (
          <span>
            request <code>{requestId}</code>
            <Copy text={requestId} what="request id" />
          </span>
        )}
        {retry === undefined ? null : (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Ask again
          </Button>
        )}
      </p>
    </Alert>
  );
}

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  refetch(): unknown;
}

/** What was asked for, or what stands in its place meanwhile. What was shown before stays beside the failure to bring it up to date. */
export function Answered<Data>({
  of,
  lines,
  children,
}: {
  readonly of: Asked<Data>;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}) {
  const { data, error, isPending, refetch } = of;
  const failure = error === null ? null : <Failed error={error} retry={() => void refetch()} />;
  if (data === undefined)
    return isPending && failure === null ? <Loading {...(lines === undefined ? {} : { lines })} /> : failure;
  return (
    <>
      {failure}
      {children(data)}
    </>
  );
}
