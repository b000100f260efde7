/**
 * What a statement asks of the rows of a table, on encoded values (see columns.ts). Columns are
 * places in the sample. A row whose value is missing matches ranges and lists never.
 */
export type Predicate =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'range'
      readonly column: number
      readonly low: number
      readonly high: number
      /** The end itself is not in the range. */
      readonly lowOpen: boolean
      readonly highOpen: boolean
    }
  | { readonly kind: 'in'; readonly column: number; readonly values: readonly number[] }
  | { readonly kind: 'null'; readonly column: number; readonly isNull: boolean }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Predicate[] }

export const ALL: Predicate = { kind: 'all' }

/** Least and greatest value of each column in each block of rows. */
export interface Zones {
  readonly blocks: number
  /** By column, then block; Infinity and −Infinity where no row has a value. */
  readonly low: readonly Float64Array[]
  readonly high: readonly Float64Array[]
  /** 1 where a row of the block misses its value. */
  readonly hasNull: readonly Uint8Array[]
}

/** Whether a row matches; `values` gives each column's encoded values. */
export function matches(
  predicate: Predicate,
  values: readonly Float64Array[],
  row: number,
): boolean {
  switch (predicate.kind) {
    case 'all':
      return true
    case 'range': {
      const value = values[predicate.column]![row]!
      return (
        (predicate.lowOpen ? value > predicate.low : value >= predicate.low) &&
        (predicate.highOpen ? value < predicate.high : value <= predicate.high)
      )
    }
    case 'in':
      return predicate.values.includes(values[predicate.column]![row]!)
    case 'null':
      return Number.isNaN(values[predicate.column]![row]!) === predicate.isNull
    case 'and':
      return predicate.parts.every((part) => matches(part, values, row))
    case 'or':
      return predicate.parts.some((part) => matches(part, values, row))
  }
}

/** Whether a block may hold a matching row, by its least and greatest values. Never wrongly false. */
export function mayMatch(predicate: Predicate, zones: Zones, block: number): boolean {
  switch (predicate.kind) {
    case 'all':
      return true
    case 'range': {
      const low = zones.low[predicate.column]![block]!
      const high = zones.high[predicate.column]![block]!
      return (
        low <= high &&
        (predicate.highOpen ? low < predicate.high : low <= predicate.high) &&
        (predicate.lowOpen ? high > predicate.low : high >= predicate.low)
      )
    }
    case 'in': {
      const low = zones.low[predicate.column]![block]!
      const high = zones.high[predicate.column]![block]!
      return predicate.values.some((value) => value >= low && value <= high)
    }
    case 'null':
      return predicate.isNull
        ? zones.hasNull[predicate.column]![block] === 1
        : zones.low[predicate.column]![block]! <= zones.high[predicate.column]![block]!
    case 'and':
      return predicate.parts.every((part) => mayMatch(part, zones, block))
    case 'or':
      return predicate.parts.some((part) => mayMatch(part, zones, block))
  }
}

/** `mayMatch` of all blocks at once, column by column: 1 where a block may hold a matching row. */
export function touchedBlocks(predicate: Predicate, zones: Zones): Uint8Array {
  const { blocks } = zones
  const touched = new Uint8Array(blocks)
  if (predicate.kind === 'and') {
    touched.fill(1)
    for (const part of predicate.parts) {
      const others = touchedBlocks(part, zones)
      for (let b = 0; b < blocks; b++) touched[b] = touched[b]! & others[b]!
    }
    return touched
  }
  if (predicate.kind !== 'range') {
    for (let b = 0; b < blocks; b++) touched[b] = mayMatch(predicate, zones, b) ? 1 : 0
    return touched
  }
  const { low, high, lowOpen, highOpen } = predicate
  const least = zones.low[predicate.column]!
  const greatest = zones.high[predicate.column]!
  for (let b = 0; b < blocks; b++) {
    const isBelow = highOpen ? least[b]! < high : least[b]! <= high
    const isAbove = lowOpen ? greatest[b]! > low : greatest[b]! >= low
    touched[b] = isBelow && isAbove && least[b]! <= greatest[b]! ? 1 : 0
  }
  return touched
}

/** Columns that a predicate looks at. */
export function columnsOfPredicate(predicate: Predicate): ReadonlySet<number> {
  if (predicate.kind === 'all') return new Set()
  if ('parts' in predicate) {
    return new Set(predicate.parts.flatMap((part) => [...columnsOfPredicate(part)]))
  }
  return new Set([predicate.column])
}

/**
 * The part of a predicate that DuckDB prunes by: it looks at one column at a time, so that an OR
 * over several columns becomes an AND of what the OR says of each column alone.
 */
export function pushable(predicate: Predicate): Predicate {
  if (predicate.kind === 'and') return joinAll('and', predicate.parts.map(pushable))
  if (predicate.kind !== 'or') return predicate
  const columns = [...columnsOfPredicate(predicate)]
  if (columns.length <= 1) return predicate
  const parts = predicate.parts.map(pushable)
  return joinAll(
    'and',
    columns.map((column) =>
      joinAll(
        'or',
        parts.map((part) => onColumn(part, column)),
      ),
    ),
  )
}

/** What a predicate that holds no OR over columns says of one column. */
function onColumn(predicate: Predicate, column: number): Predicate {
  if ('parts' in predicate) {
    return joinAll(
      predicate.kind,
      predicate.parts.map((part) => onColumn(part, column)),
    )
  }
  return predicate.kind !== 'all' && predicate.column === column ? predicate : ALL
}

/** AND or OR of predicates, simplified where one of them is `all`. */
export function joinAll(kind: 'and' | 'or', parts: readonly Predicate[]): Predicate {
  if (kind === 'or' && parts.some((part) => part.kind === 'all')) return ALL
  const telling = parts.filter((part) => part.kind !== 'all')
  if (telling.length === 0) return ALL
  return telling.length === 1 ? telling[0]! : { kind, parts: telling }
}

/**
 * Zones of blocks of rows: `order` lists rows, block b holds places from starts[b] to starts[b + 1].
 * Columns not in `needed` (default: all are) get zones of no blocks, which no predicate may ask.
 */
export function zonesOf(
  values: readonly Float64Array[],
  order: Int32Array,
  starts: Int32Array,
  needed?: ReadonlySet<number>,
): Zones {
  const blocks = starts.length - 1
  const blocksOf = (c: number) => (needed?.has(c) === false ? 0 : blocks)
  const low = values.map((_, c) => new Float64Array(blocksOf(c)).fill(Infinity))
  const high = values.map((_, c) => new Float64Array(blocksOf(c)).fill(-Infinity))
  const hasNull = values.map((_, c) => new Uint8Array(blocksOf(c)))
  values.forEach((column, c) => {
    if (blocksOf(c) === 0) return
    for (let b = 0; b < blocks; b++) {
      let least = Infinity
      let greatest = -Infinity
      for (let i = starts[b]!; i < starts[b + 1]!; i++) {
        const value = column[order[i]!]!
        if (value < least) least = value
        if (value > greatest) greatest = value
        if (Number.isNaN(value)) hasNull[c]![b] = 1
      }
      low[c]![b] = least
      high[c]![b] = greatest
    }
  })
  return { blocks, low, high, hasNull }
}
