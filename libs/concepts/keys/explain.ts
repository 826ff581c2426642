/** How callers' keys are explained. */
import type { Explain } from '#domain';
import type { KeyEvent } from './key.js';

export const explainKeys: Explain<KeyEvent, unknown> = {
  KeyIssued: ({ key, role, provider, customer }) => ({
    summary: 'A caller’s key is in force from now on.',
    facts: {
      ...{ key, role },
      ...(provider === undefined ? {} : { provider }),
      ...(customer === undefined ? {} : { customer }),
    },
  }),
  KeyRevoked: ({ key }) => ({ summary: 'A caller’s key is in force no more.', facts: { key } }),
};
