/** One configuration for every suite: ESM, compiled by swc, sources resolved through the `source` import condition. */
import { TEST_HANG_MS } from './test/support/patient-environment.mjs';

export default {
  testEnvironment: '<rootDir>/test/support/patient-environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
  roots: ['<rootDir>/apps', '<rootDir>/docker', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.airtime'],
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Against hangs only, and the only budget there is: the environment puts it in the place of any that a spec names.
  testTimeout: TEST_HANG_MS,
};
