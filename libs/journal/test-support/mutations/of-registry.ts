/** Mutations of what the registry alone says: callers' keys and topics; by the law that they break. */
import { SAVERS } from '../history.js';
import { reworded } from '../lines.js';
import { lines, members, twice, type Mutation, type Where } from './mutation.js';

const isSaver: Where = ({ holder }) => SAVERS.includes(holder as string);

export const OF_REGISTRY = {
  KEY_WRONG: {
    'a caller whose key nobody issued': members('Minted', (event) => ({ ...event, actor: 'key:nobody' }), isSaver),
    'a caller whose key was revoked': members('Minted', (event) => ({ ...event, actor: 'key:reader' }), isSaver),
    'a caller whose key was issued later': members('PartyRegistered', (event) => ({ ...event, actor: 'key:till' })),
    'a caller whose role may not do it': members('Minted', (event) => ({ ...event, actor: 'key:books' }), isSaver),
    'a key that is issued while it is in force': twice('KeyIssued', ({ key }) => key === 'till'),
    'a customer’s key that names no customer': members(
      'KeyIssued',
      (event) => ({ ...event, role: 'customer' }),
      ({ key }) => key === 'books',
    ),
    'a key of another role that names a customer': members(
      'KeyIssued',
      (event) => ({ ...event, customer: 'acme' }),
      ({ key }) => key === 'books',
    ),
    'a key that is revoked twice': twice('KeyRevoked'),
  },
  TOPIC_WRONG: {
    'a topic that is registered twice': twice('TopicRegistered'),
    'a name that stands for another topic too': lines('TopicRegistered', (line) => [
      line,
      reworded(line, (event) => ({ ...event, topic: 'another' })),
    ]),
    'a name that stands for a topic of another cluster too': lines('TopicRegistered', (line) => [
      line,
      reworded(line, (event) => ({ ...event, clusterId: 'another' })),
    ]),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
