/** The closing report of an import, for people and for machines. */
import { layOutTable } from '../tables.js';
import { groupDigits } from '../terminal.js';
import type { Tally } from './accounting.js';
import type { ImportReport } from './import-usage.js';
import { SKIP_CLASSES, type SkipClass } from './row.js';

/** Fine means: every row has an answer or a reason, and none gives cause to look closer. */
export function isFine({ accounting, brokenOff }: ImportReport): boolean {
  return brokenOff === undefined && !accounting.hasProblems;
}

export function toMachineReport(report: ImportReport): object {
  const { accounting, survey, setUp, seconds, brokenOff } = report;
  return {
    command: 'usage import',
    ok: isFine(report),
    format: report.format,
    file: report.file,
    dryRun: report.dryRun,
    rows: accounting.rows,
    events: accounting.sent,
    accepted: accounting.accepted,
    duplicates: accounting.duplicates,
    conflicts: accounting.conflicts,
    rejected: accounting.rejected,
    rejectedByCode: accounting.rejectedByCode,
    skipped: accounting.skipped,
    skippedByClass: accounting.skippedByClass,
    unsent: accounting.unsent,
    addsUp: accounting.addsUp,
    resent: accounting.resent,
    unattributed: accounting.unattributed,
    meters: { sent: accounting.metersSent.toRecord(), recorded: accounting.metersRecorded.toRecord() },
    ...(survey === undefined
      ? {}
      : {
          fileDigest: survey.digest,
          customers: survey.customers.length,
          providers: survey.providers.length,
          ...(survey.period === undefined ? {} : { period: survey.period }),
        }),
    ...(setUp === undefined ? {} : { setUp }),
    seconds,
    ...(brokenOff === undefined ? {} : { error: brokenOff.message }),
  };
}

export function toPeopleReport(report: ImportReport): string {
  const { accounting, brokenOff } = report;
  const counts: [string, number, string][] = [['rows', accounting.rows, 'read from the file']];
  if (report.dryRun) counts.push(['events', accounting.sent, 'would be sent']);
  else {
    counts.push(['accepted', accounting.accepted, 'charged now']);
    counts.push(['duplicates', accounting.duplicates, 'charged before, nothing changed']);
    counts.push(['conflicts', accounting.conflicts, 'charged before with other content, nothing changed']);
    counts.push(['rejected', accounting.rejected, 'refused by the service']);
  }
  counts.push(['skipped', accounting.skipped, 'not usage to charge']);
  if (!report.dryRun && accounting.unsent > 0) counts.push(['unsent', accounting.unsent, 'without an answer']);

  const parts = [
    `${report.dryRun ? 'Dry run of' : 'Import of'} ${report.file} (${report.format}), ${report.seconds} s`,
    layOutTable(
      counts.map(([name, count, meaning]) => [name, groupDigits(count), meaning]),
      { indent: '  ' },
    ),
    ...describeTallies('rejected by code', accounting.rejectedByCode),
    ...describeTallies('skipped by class', accounting.skippedByClass),
    ...describeMeters(report),
  ];
  if (accounting.resent > 0) {
    parts.push(
      `${groupDigits(accounting.resent)} events were sent again after an outage: what the first sending had charged counts as duplicates`,
    );
  }
  if (!report.dryRun) parts.push(describeSum(report));
  if (brokenOff !== undefined)
    parts.push('The import was broken off; importing the file again goes on where it stopped.');
  return parts.join('\n');
}

function describeTallies(title: string, tallies: Readonly<Record<string, Tally>>): string[] {
  const entries = Object.entries(tallies);
  if (entries.length === 0) return [];
  const rows = entries.map(([name, { count, firstLines, firstReason }]) => {
    const meaning = name in SKIP_CLASSES ? SKIP_CLASSES[name as SkipClass].meaning : firstReason;
    const more = count > firstLines.length ? ', …' : '';
    return [name, groupDigits(count), `${meaning} (line ${firstLines.join(', ')}${more})`];
  });
  return [title, layOutTable(rows, { indent: '  ' })];
}

function describeMeters({ accounting, dryRun }: ImportReport): string[] {
  const sent = Object.entries(accounting.metersSent.toRecord());
  if (sent.length === 0) return [];
  const recorded = accounting.metersRecorded.toRecord();
  const rows = sent.map(([meter, total]) => [
    meter,
    groupDigits(total),
    ...(dryRun ? [] : [groupDigits(recorded[meter] ?? '0')]),
  ]);
  const lines = [layOutTable(rows, { head: ['meter', ...(dryRun ? ['total'] : ['sent', 'recorded'])], indent: '  ' })];
  if (accounting.unattributed > 0) {
    lines.push(`  (recorded leaves out ${accounting.unattributed} events of batches with conflicts)`);
  }
  return lines;
}

function describeSum({ accounting }: ImportReport): string {
  const { rows, accepted, duplicates, conflicts, rejected, skipped, unsent, addsUp } = accounting;
  const terms = [accepted, duplicates, conflicts, rejected, skipped, ...(unsent > 0 ? [unsent] : [])];
  return `${groupDigits(rows)} rows ${addsUp ? '=' : 'ARE NOT'} ${terms.map((term) => groupDigits(term)).join(' + ')}`;
}
