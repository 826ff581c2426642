/** What the service tells by itself: one connection for all of a tab, and none while the tab is hidden or no page asks. */
import { useEffect, useState } from 'react';
import { call, queryClient, type Schemas } from './api.js';

type State = Schemas['WatchedState'];

export interface Live {
  /** Undefined before the first word. */
  readonly state: State | undefined;
  /** False while what is shown may be old. */
  readonly isConnected: boolean;
}

/** After a refusal the browser does not connect again by itself: the session may be over, or too many are connected. */
const AGAIN_MS = 10_000;

let live: Live = { state: undefined, isConnected: false };
let source: EventSource | undefined;
let again: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<(live: Live) => void>();

function tell(next: Live): void {
  live = next;
  for (const listener of listeners) listener(next);
}

function close(): void {
  clearTimeout(again);
  source?.close();
  source = undefined;
}

/** Connects or disconnects, as it is wanted now. */
function follow(): void {
  if (listeners.size === 0 || document.hidden) return close();
  if (source !== undefined) return;
  const opened = new EventSource('/v1/stream');
  source = opened;
  opened.addEventListener('state', ({ data }: MessageEvent<string>) => {
    tell({ state: JSON.parse(data) as State, isConnected: true });
  });
  opened.addEventListener('error', () => {
    tell({ ...live, isConnected: false });
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    close();
    again = setTimeout(follow, AGAIN_MS);
    // Says whether the session is over, to whoever listens for that.
    void queryClient
      .fetchQuery({ queryKey: ['is still signed in'], queryFn: () => call('get', '/v1/me', {}), staleTime: 0 })
      .catch(() => undefined);
  });
}

document.addEventListener('visibilitychange', follow);

/** What there is to be watched, once a second. */
export function useLive(): Live {
  const [shown, show] = useState(live);
  useEffect(() => {
    listeners.add(show);
    follow();
    return () => {
      listeners.delete(show);
      // The next page may ask at once.
      setTimeout(follow, 0);
    };
  }, []);
  return shown;
}
