/** Mutations of what the registry alone says: callers' keys and topics; by the law that they break. */
import { SAVERS } from '../history.js';
import { reworded } from '../lines.js';
import { draft, lines, members, redrafted, twice, without, type Mutation, type Where } from './mutation.js';
import type { PageDraft } from './rewriting.js';

const isSaver: Where = ({ holder }) => SAVERS.includes(holder as string);

/** Offsets of another topic, in the first page that has any. */
const ofTopic = (name: string): Mutation =>
  draft(
    ({ content }) => content.offsets.length > 0,
    (page) => ({
      ...page,
      content: { ...page.content, offsets: page.content.offsets.map((one) => ({ ...one, name })) },
    }),
  );

/** A page that is the last one of its shard, and rests on the page of the registry before the topic’s registration. */
const beforeRegistration = (name: string): Mutation =>
  redrafted((drafts) => {
    const registers = ({ lines: all }: PageDraft) =>
      all.some((line) => line.includes(`"TopicRegistered"`) && line.includes(`"${name}"`));
    const { height } = drafts.find(registers)!;
    const last = drafts.findLast(({ shard, restsOn }) => shard === 0 && restsOn < height)!;
    const offsets = [{ name, partition: 0, from: 0, to: 1, fingerprint: '0'.repeat(16) }];
    return drafts.with(drafts.indexOf(last), { ...last, content: { ...last.content, offsets } });
  });

const askingNothing = (name: string): Mutation =>
  members(
    'TierSet',
    ({ [name]: _, ...event }) => event as object,
    (event) => event[name] !== undefined,
  );

export const OF_REGISTRY = {
  TIER_WRONG: {
    'a tier that asked for what is available, and asks for nothing': askingNothing('available'),
    'a tier that asked for what is staked, and asks for nothing': askingNothing('staked'),
    'a tier that asked for what was spent, and asks for nothing': askingNothing('spent'),
  },
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
    'offsets of a topic that nobody registered': ofTopic('nobody'),
    'offsets of a topic that is registered later': ofTopic('taken-over'),
    'offsets in a page that rests on what is before the registration': beforeRegistration('taken-over'),
    'a topic that is not registered': without('TopicRegistered'),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
