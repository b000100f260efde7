/** A row of a catalogue file as it was read: values as JSON gives them, or texts. */
export interface RawRow {
  /** Line (1-based, header included) where lines are known, else the row's number from 1. */
  readonly line: number
  readonly values: Readonly<Record<string, unknown>>
}

/** A line that is no row. */
export interface RowFault {
  readonly line: number
  readonly fault: string
}

/** Where rows come from; they can be read as often as needed, in batches, with flat memory. */
export interface RowSource {
  /** Name in messages. */
  readonly file: string
  readonly lineKind: 'line' | 'row'
  /** Numbers may come as texts with no fault of the file (CSV knows nothing else). */
  readonly isText: boolean
  batches(signal?: AbortSignal): AsyncIterable<readonly (RawRow | RowFault)[]>
}

/** Whether a line was no row. */
export function isFault(row: RawRow | RowFault): row is RowFault {
  return 'fault' in row
}
