export { type AdminKey, loadAdminKey } from './configuration/admin-key.js';
export { EntryAnswer, entryAnswer, PositionAnswer } from './answers.js';
export { csvLine, csvRow, type CsvRow, type CsvValue } from './csv.js';
export { describeApi } from './api-document.js';
export { assertMayReadCustomer, assertMayReadProvider, Authenticator, Caller, isHiddenFrom } from './auth.js';
export {
  type Configuration,
  CONFIGURATION,
  ConfigurationModule,
  loadConfiguration,
  LOG_LEVELS,
  type LogLevel,
  secretsOf,
} from './configuration/configuration.js';
export { CHAIN_FEE_CAP_DEFAULT_WEI } from './configuration/chain-settings.js';
export { consoleFolder } from './console-files.js';
export { isLoopback } from './configuration/http-settings.js';
export type { KafkaConfiguration } from './configuration/kafka-settings.js';
export { JOURNAL_STORES, type JournalStoreKind } from './configuration/store-settings.js';
export { warnAboutNames } from './configuration/variable-names.js';
export { ConfigurationError, type Environment } from './configuration/variables.js';
export {
  type CheckOptions,
  type CheckResult,
  type HealthCheck,
  type HealthDetails,
  HealthRegistry,
  type Readiness,
} from './health.js';
export { requestDigest } from './idempotency.js';
export { JSON_DEPTH_MAX, parseJson, RefusedElement } from './json-body.js';
export { isForeignName, type JsonFault, type JsonPath } from './json-faults.js';
export { generateKey, hashKey, KEY_RING, type KeyGrant, type KeyRing, type Role, ROLES } from './keys.js';
export {
  cursorInvalid,
  LIST_LIMIT_DEFAULT,
  LIST_LIMIT_MAX,
  listAnswerOf,
  ListCursor,
  ListQuery,
  type CursorKey,
  type CursorPart,
  type ListAnswer,
} from './lists.js';
export { HolderParam, ResourceParam, RestParam, TextParam, VersionParam } from './path-parameters.js';
export { createLogger, LOGGER, type Logger, type LoggerOptions, NestLogger, scrubberOf } from './logging.js';
export { type MediaType, readMediaType } from './media-type.js';
export { type Counter, type Gauge, type Histogram, type MetricDeclaration, Metrics } from './metrics.js';
export {
  describeProblem,
  ClockAhead,
  ClocksDiffer,
  NotClosedYet,
  type Problem,
  type ProblemAnswer,
  type ProblemPart,
  ReadTimedOut,
  RequestError,
  type RequestErrorCode,
  Unavailable,
} from './problem.js';
export { PROBLEM_MEDIA_TYPE, ProblemFilter } from './problem-filter.js';
export { RATE_LIMITS_DEFAULT, type RateLimits } from './rate-limit.js';
export { IsHolder, IsReason, WholeNumber } from './request-fields.js';
export { currentRequestId } from './request-context.js';
export { EVENT_STREAM } from './endless-answers.js';
export {
  Allow,
  BODY_LIMIT_BYTES,
  Endless,
  LARGE_BODY_LIMIT_BYTES,
  LargeBody,
  Management,
  Public,
} from './route-access.js';
export { type Preparation, type RunningService, type RunOptions, runService } from './run-service.js';
export { createService, previewApiDocument, type ServiceOptions } from './service.js';
export { faultyMembers, type JsonRefusal, type JsonValue, readJson, readJsonText } from './strict-json.js';
export {
  cookieFor,
  cookieHashOf,
  isForLoopback,
  isFromOwnPage,
  newCookieValue,
  SESSIONS,
  type Sessions,
} from './sessions.js';
export { RequestValidationPipe, toInstance, validationFailed } from './validation.js';
export { ListsVersions, PublishesVersion } from './versions.js';
export { type CommandContext, commandContext, Write, type WriteRequest } from './write-request.js';
