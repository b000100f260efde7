/** What was repaired in a file, a line a kind of repair. */
export interface Repairs {
  /** Counts one more of a kind; the first line is kept for the note. */
  add(kind: RepairKind, line?: number, count?: number): void
  /** Sentences for people: what, how many, where first. */
  notes(file: string): readonly string[]
}

const WORDS = {
  missing: ['value is missing', 'values are missing', 'they count as unknown'],
  negative: ['value is below zero', 'values are below zero', 'they count as unknown'],
  duplicate: [
    'row says again what a row before it says',
    'rows say again what rows before them say',
    'each time counts once, with the mean of its rows',
  ],
  unsorted: ['row is out of order', 'rows are out of order', 'they are sorted'],
  skipped: [
    'row is at a time that the clocks skip',
    'rows are at a time that the clocks skip',
    'each counts as far after the change as it says',
  ],
  repeated: [
    'row is in an hour that comes twice',
    'rows are in an hour that comes twice',
    'the second round counts as the second hour',
  ],
  gap: [
    'step between the first and the last has no row',
    'steps between the first and the last have no row',
    'they count as unknown',
  ],
  shared: [
    'row shares its step with another',
    'rows share their step with others',
    'the mean of a step counts',
  ],
  partial: [
    'step is known in part',
    'steps are known in part',
    'from half of it on, the rest counts like the part',
  ],
  later: ['row is at or after --from', 'rows are at or after --from', 'they are not looked at'],
  added: [
    'step is unknown in one of the series that are added up',
    'steps are unknown in one of the series that are added up',
    'a straight line between its neighbours stands in',
  ],
} as const

/** Kinds of repairs. */
export type RepairKind = keyof typeof WORDS

/** An empty list of repairs. */
export function createRepairs(): Repairs {
  const found = new Map<RepairKind, { count: number; line: number | undefined }>()
  return {
    add(kind, line, count = 1) {
      if (count === 0) return
      const known = found.get(kind)
      if (known === undefined) found.set(kind, { count, line })
      else known.count += count
    },
    notes: (file) =>
      [...found].map(([kind, { count, line }]) => {
        const [one, many, what] = WORDS[kind]
        const first = line === undefined ? '' : `, first in line ${line}`
        return `${file}: ${count.toLocaleString('en-US')} ${count === 1 ? one : many}${first}; ${what}`
      }),
  }
}
