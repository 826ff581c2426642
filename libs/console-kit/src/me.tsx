/** Who is signed in, and what they may call. Menus and buttons ask this; the service stays the judge. */
import { createContext, useContext } from 'react';
import type { Schemas } from './api.js';
import type { PathOf, Method } from '#client';

export type Me = Schemas['MeAnswer'];

export const MeContext = createContext<Me | undefined>(undefined);

/** @throws Error outside of the signed-in part of the console */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === undefined) throw new Error('nobody is signed in here');
  return me;
}

/** Whether the caller's role may call a route. */
export function may<M extends Method>(me: Me, method: M, path: PathOf<M>): boolean {
  return me.routes.includes(`${method} ${path}`);
}

/** What an event is called, and what it says of an entry in a list. */
export interface Telling {
  /** One character. */
  readonly icon: string;
  readonly name: string;
  readonly says: (entry: ToldEntry) => string;
}

/** What lists know of an entry. */
export interface ToldEntry {
  readonly holder: string | null;
  readonly counterparty: string | null;
}

/** Every kind of event, by the page's door. */
export const TellingsContext = createContext<Readonly<Record<string, Telling>>>({});

/** How an event is told; one of a later service by its own name. */
export function useTelling(): (type: string) => Telling {
  const tellings = useContext(TellingsContext);
  return (type) => tellings[type] ?? { icon: '·', name: type, says: () => type };
}
