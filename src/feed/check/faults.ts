import { type ErrorCode, formatPlace, StorewrightError } from '../../core/errors.ts'

/** One thing that is wrong with a feed, and where. */
export interface Fault {
  readonly code: ErrorCode
  /** File name as the person wrote it, or the table for columns that came from a program. */
  readonly file: string
  /** 1-based, the header included; in a Parquet file the 1-based row. */
  readonly line?: number
  /** 'row' in Parquet files and tables, which have no lines. */
  readonly lineKind?: 'line' | 'row'
  readonly column?: string
  readonly value?: string
  /** What was expected, as the end of the sentence "expected …". */
  readonly expected: string
  /** What was found instead, where value does not say it. */
  readonly found?: string
}

/** Collects faults: counts all of them, keeps enough of each kind to show the first. */
export interface FaultList {
  readonly count: number
  /** Adds one fault. */
  add(fault: Fault): void
  /** Adds `count` faults of which `sample` holds the first. */
  addMany(count: number, sample: readonly Fault[]): void
  /** The first `limit` faults by file (in order of arrival), then by line. */
  first(limit: number): Fault[]
}

/** How many faults a report shows; all are counted. */
export const FAULTS_SHOWN = 20

/** An empty list that keeps at most `shown` faults of each call. */
export function createFaultList(shown = FAULTS_SHOWN): FaultList {
  const kept: Fault[] = []
  const keptOfFile = new Map<string, number>()
  let count = 0
  const keep = (fault: Fault) => {
    const soFar = keptOfFile.get(fault.file) ?? 0
    // A file with a million bad lines may not fill the memory; later kinds still get their share.
    if (soFar >= shown * 200) return
    keptOfFile.set(fault.file, soFar + 1)
    kept.push(fault)
  }
  return {
    get count() {
      return count
    },
    add(fault) {
      count++
      keep(fault)
    },
    addMany(more, sample) {
      count += more
      for (const fault of sample.slice(0, shown)) keep(fault)
    },
    first(limit) {
      const order = [...keptOfFile.keys()]
      const rank = (fault: Fault) => order.indexOf(fault.file)
      return [...kept]
        .sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0))
        .slice(0, limit)
    },
  }
}

const VALUE_SHOWN = 60

/** One fault as a line for people: `sales.csv, line 17, units: "abc"; expected a number …`. */
export function formatFault(fault: Fault): string {
  const { line, lineKind, ...rest } = fault
  const place = formatPlace(lineKind === 'row' || line === undefined ? rest : { ...rest, line })
  const row = lineKind === 'row' && line !== undefined ? `, row ${line}` : ''
  const value = fault.value === undefined ? '' : `${JSON.stringify(clip(fault.value))}; `
  const found = fault.found === undefined ? '' : `${fault.found}; `
  return `${place}${row}: ${value}${found}expected ${fault.expected} [${fault.code}]`
}

function clip(value: string): string {
  const characters = [...value]
  return characters.length <= VALUE_SHOWN ? value : `${characters.slice(0, VALUE_SHOWN).join('')}…`
}

/** The fault as an error to throw. */
export function faultError(faults: readonly Fault[], count: number): StorewrightError {
  const [fault] = faults
  if (fault === undefined) return new StorewrightError('ERR_INTERNAL', 'no fault to throw')
  const code = count === 1 ? fault.code : 'ERR_FEED_FAULTS'
  const more = count === 1 ? '' : ` (the first of ${count} faults)`
  return new StorewrightError(code, `${formatFault(fault)}${more}`, {
    ...fault,
    next: 'Correct it and import again; nothing was imported.',
  })
}
