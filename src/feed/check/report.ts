import type { FeedNote } from '../adapters/adapter.ts'
import { FAULTS_SHOWN, type Fault, type FaultList, faultError, formatFault } from './faults.ts'
import type { FeedOptions, GatheredFeed } from './gather.ts'

/** What checking a feed found. */
export interface FeedReport {
  /** True when nothing is wrong with it. */
  readonly ok: boolean
  readonly source: string
  readonly adapter: string
  readonly files: readonly { readonly file: string; readonly rows: number }[]
  /** Rows for each table of the store. */
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
  /** What the adapter did with the rows it was given. */
  readonly notes: readonly FeedNote[]
  /** References that could not be checked: target in no file, and no store given. */
  readonly unchecked: readonly string[]
  /** All faults. */
  readonly faultCount: number
  /** The first of them. */
  readonly faults: readonly Fault[]
}

/** The report of a gathered feed. */
export function reportOf(
  source: string,
  options: FeedOptions,
  gathered: GatheredFeed,
  faults: FaultList,
): FeedReport {
  return {
    ok: faults.count === 0,
    source,
    adapter: options.adapter ?? 'native',
    files: gathered.files,
    tables: gathered.rows.map(({ table, rowCount }) => ({ table: table.name, rows: rowCount })),
    notes: gathered.notes,
    unchecked: gathered.unchecked,
    faultCount: faults.count,
    faults: faults.first(options.faultsShown ?? FAULTS_SHOWN),
  }
}

/** The faults of a report as lines for people, the count of those not shown last. */
export function formatFaults(report: Pick<FeedReport, 'faults' | 'faultCount'>): string[] {
  const lines = report.faults.map(formatFault)
  const more = report.faultCount - report.faults.length
  if (more > 0) lines.push(`… and ${more} more (${report.faultCount} faults in all)`)
  return lines
}

/** Throws the fault of a report, or ERR_FEED_FAULTS where there are several; nothing when it is ok. */
export function throwFaults(report: Pick<FeedReport, 'faults' | 'faultCount'>): void {
  if (report.faultCount > 0) throw faultError(report.faults, report.faultCount)
}

/** The notes of a report as lines for people: `1,017 postage …: 5,001 units, 54,000.52`. */
export function formatNotes(report: Pick<FeedReport, 'notes'>): string[] {
  return report.notes.map(({ rule, count, units, valueCents, detail }) => {
    const amounts = [
      units === undefined ? '' : `${units.toLocaleString('en-US')} units`,
      valueCents === undefined ? '' : `worth ${money(valueCents)}`,
    ].filter(Boolean)
    const amount = amounts.length > 0 ? ` (${amounts.join(', ')})` : ''
    return `${count.toLocaleString('en-US')} ${rule}${amount}${detail ? ` – ${detail}` : ''}`
  })
}

function money(cents: number): string {
  return (cents / 100).toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  })
}
