import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { MAXIMUM_FAULTS } from './knobs.ts'

/** Repairs that are made while reading, and what is said of each. */
export const REPAIRS = {
  duplicate: 'products whose id came again: the last one is taken',
  continued: 'rows without a title under the id of the row before: joined to it',
  untitled: 'products without a title',
  textNumber: 'numbers that came as texts: read as numbers',
  noNumber: 'values that are no finite number where numbers stand: left out',
  noDate: 'values that are no date where dates stand: left out',
  cut: 'texts longer than 20,000 letters: cut',
  undecoded: 'texts with bytes that are not UTF-8: these read as \ufffd',
} as const

export type RepairKind = keyof typeof REPAIRS

/** Where something was found. */
export interface RowPlace {
  readonly line: number
  readonly field?: string
  readonly value?: string
}

export interface Repair {
  readonly kind: RepairKind
  readonly count: number
  readonly first: RowPlace
}

export interface CatalogueFault extends RowPlace {
  readonly fault: string
}

/** What reading a catalogue met. */
export interface CatalogueReport {
  readonly file: string
  readonly lineKind: 'line' | 'row'
  readonly rows: number
  /** Products read: the last of each id. */
  readonly products: number
  readonly repairs: readonly Repair[]
  /** Rows that are no products: all counted, the first ones named. */
  readonly faultCount: number
  readonly faults: readonly CatalogueFault[]
}

/** Gathers a report. */
export interface ReportWriter {
  rows: number
  products: number
  repair(kind: RepairKind, place: RowPlace): void
  fault(fault: CatalogueFault): void
  report(): CatalogueReport
}

export function createReport(
  file: string,
  lineKind: 'line' | 'row',
  settings: KnobSettings = {},
): ReportWriter {
  const most = readKnob(MAXIMUM_FAULTS, settings)
  const repairs = new Map<RepairKind, { count: number; readonly first: RowPlace }>()
  const faults: CatalogueFault[] = []
  let faultCount = 0
  return {
    rows: 0,
    products: 0,
    repair(kind, place) {
      const known = repairs.get(kind)
      if (known === undefined) repairs.set(kind, { count: 1, first: place })
      else known.count++
    },
    fault(fault) {
      faultCount++
      if (faults.length < most) faults.push(fault)
    },
    report() {
      const list = [...repairs].map(([kind, { count, first }]) => ({ kind, count, first }))
      const { rows, products } = this
      return { file, lineKind, rows, products, repairs: list, faultCount, faults }
    },
  }
}

/** The repairs and faults of a report, one a line; an empty text where there are none. */
export function formatReport(report: CatalogueReport): string {
  const { file, lineKind, repairs, faults, faultCount } = report
  const at = ({ line, field, value }: RowPlace) =>
    `${file}, ${lineKind} ${line}${field === undefined ? '' : `, ${field}`}${
      value === undefined ? '' : ` (${JSON.stringify(value.slice(0, 60))})`
    }`
  const lines = [
    ...repairs.map(({ kind, count, first }) => `${count} ${REPAIRS[kind]} (first: ${at(first)})`),
    ...faults.map((fault) => `${at(fault)}: ${fault.fault}`),
  ]
  if (faultCount > faults.length) lines.push(`and ${faultCount - faults.length} more faults`)
  return lines.join('\n')
}

/** Throws ERR_FEED_FAULTS, naming them, where a report has faults. */
export function throwCatalogueFaults(report: CatalogueReport): void {
  const first = report.faults[0]
  if (first === undefined) return
  const message = `${report.faultCount} of ${report.rows} rows are no products:\n${formatReport({ ...report, repairs: [] })}`
  throw new StorewrightError('ERR_FEED_FAULTS', message, {
    file: report.file,
    line: first.line,
    ...(first.field === undefined ? {} : { column: first.field }),
    next: 'Repair these rows, or ask to leave out rows with faults.',
  })
}
