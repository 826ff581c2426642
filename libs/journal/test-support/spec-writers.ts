/** The keys of journals in specs, for those of this library. */
export {
  foundForSpec,
  SPEC_ROOT,
  SPEC_SEALING,
  SPEC_WRITER,
  specFounding,
  specKey,
  specSealing,
} from '#concepts/testing';
