/** API keys have no table: their entries tell who was given which, and when it was taken back. */
import type { Rows } from '#domain';
import type { KeyEvent } from './key.js';

export const keyRows: Rows<KeyEvent> = {
  KeyIssued: { entry: ({ provider, customer }) => ({ holder: provider ?? customer }), movement: null, changes: null },
  KeyRevoked: { entry: () => ({}), movement: null, changes: null },
};
