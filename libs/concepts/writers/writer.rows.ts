/** Writers have no table: their entries tell who was admitted and dismissed, and by which root key. */
import type { Rows } from '#domain';
import type { WriterEvent } from './writer.js';

const plain = { entry: () => ({}), movement: null, changes: null };

export const writerRows: Rows<WriterEvent> = {
  JournalFounded: plain,
  WriterAdmitted: plain,
  WriterDismissed: plain,
  PageVoided: plain,
  LossAccepted: plain,
  RootsChanged: plain,
};
