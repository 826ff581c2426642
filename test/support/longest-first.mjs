/**
 * The order of a run without a memory of the last one. Jest takes the largest files first, which are not those that take
 * longest: what starts processes of ours does, and as the last one it would leave the other workers idle.
 */
import { createRequire } from 'node:module';
import { relative } from 'node:path';

// Jest brings it along: it is no dependency of ours.
const required = createRequire(createRequire(import.meta.url).resolve('jest'))('@jest/test-sequencer');
const Sequencer = required.default;

const LONG = /^test\/(bench|clos|console|crash|e2e|fuzz|oracle|totality)|mutations\.spec|-properties\.spec/;

export default class LongestFirst extends Sequencer {
  /** @param tests as Jest found them */
  sort(tests) {
    const byDefault = super.sort(tests);
    const isLong = ({ path, context }) => LONG.test(relative(context.config.rootDir, path));
    return [...byDefault.filter(isLong), ...byDefault.filter((test) => !isLong(test))];
  }
}
