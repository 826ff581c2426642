export { Books, type ReadOptions } from './books.js';
export { answerCsv, answerReport, reportRows } from './csv-answer.js';
export { HolderLists, type HolderList, type ListPart } from './holder-lists.js';
export { isEntryHiddenFrom, postingsFor } from './customers-view.js';
export {
  ApiEntrySource,
  ENTRY_SOURCES,
  eventOf,
  JournalEntries,
  lineOf,
  parseOrigin,
  PostingAnswer,
  type EntrySource,
} from './journal-entries.js';
export { KnownParties } from './known-parties.js';
export { MetersInUse } from './meters-in-use.js';
export { heightsOfPeriod } from './period.js';
export {
  AcceptsFormat,
  AcceptsInstant,
  AsOfListQuery,
  AsOfQuery,
  describeMoment,
  includedHeights,
  momentOf,
  parseAsOf,
  parsePeriod,
  PeriodListQuery,
  PeriodQuery,
  PositionListQuery,
  PositionQuery,
  SaysWhetherClosed,
  type ReportFormat,
} from './read-parameters.js';
export { PostingBalances, postingsWithBalances } from './posting-balances.js';
export { PriceBookTrial, PriceBookTrials } from './price-book-trial.js';
export { ReadingModule } from './reading.module.js';
export { TableList } from './table-list.js';
