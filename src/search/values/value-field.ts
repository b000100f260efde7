import type { ValueColumn } from '../index/types.ts'
import { foldValue, LEVEL, levelsOf } from './fold-value.ts'

/** Documents of each code: docs[offsets[c]] … docs[offsets[c + 1] − 1], rising. */
export interface ValueDocs {
  readonly offsets: Int32Array
  readonly docs: Int32Array
}

/** The whole values of one field, which change by document. */
export interface ValueField {
  /** Sets the values of a document; none clears it. */
  set(doc: number, values: readonly string[]): void
  /** The column as it is now: not to be written to, not to be kept beyond the next change. */
  column(): ValueColumn
  docsByCode(): ValueDocs
  /** Codes of a value, folded: its own and those of the values below it ("A" has "A > B"). */
  codesOf(value: string): readonly number[]
  /** Folded values by code. */
  folded(): readonly string[]
}

/** What a field can be restored from. */
export interface ValueFieldState {
  readonly values: readonly string[]
  readonly offsets: Int32Array
  readonly codes: Int32Array
}

/** Values that differ in case or blanks alone have one code; the spelling that came first is shown. */
export function createValueField(state?: ValueFieldState): ValueField {
  const values: string[] = [...(state?.values ?? [])]
  const folded: string[] = values.map(foldValue)
  const codeOf = new Map(folded.map((value, code) => [value, code]))
  const rows = createRows(state)
  let byCode: ValueDocs | undefined
  let below: ReadonlyMap<string, readonly number[]> | undefined

  const encode = (value: string): number => {
    const key = foldValue(value)
    const known = codeOf.get(key)
    if (known !== undefined) return known
    codeOf.set(key, values.length)
    folded.push(key)
    below = undefined
    return values.push(value) - 1
  }
  return {
    set(doc, list) {
      byCode = undefined
      rows.set(doc, Int32Array.from(list.length > 1 ? new Set(list.map(encode)) : list.map(encode)))
    },
    column() {
      return { values, ...rows.settled() }
    },
    docsByCode() {
      byCode ??= invert(rows.settled(), values.length)
      return byCode
    },
    codesOf(value) {
      below ??= codesBelow(folded)
      const key = foldValue(value)
      const own = codeOf.get(key)
      const under = below.get(key) ?? []
      return own === undefined ? under : [own, ...under]
    },
    folded: () => folded,
  }
}

interface Rows {
  readonly offsets: Int32Array
  readonly codes: Int32Array
}

/** Changes that wait at most until all are worked in. */
const MOST_WAITING = 4096

/**
 * Rows of codes that change. New documents at the end are appended; others are laid over the rows and
 * worked in when these are next asked for.
 */
function createRows(state: Rows | undefined) {
  let offsets = state?.offsets ?? new Int32Array(1)
  let codes = state?.codes ?? new Int32Array(0)
  let count = offsets.length - 1
  const changed = new Map<number, Int32Array>()

  const append = (doc: number, list: Int32Array) => {
    const end = offsets[count]!
    if (doc + 2 > offsets.length) offsets = grown(offsets, doc + 2)
    for (; count <= doc; count++) offsets[count + 1] = end
    if (end + list.length > codes.length) codes = grown(codes, end + list.length)
    codes.set(list, end)
    offsets[count] = end + list.length
  }
  const settled = (): Rows => {
    const rows = {
      offsets: offsets.subarray(0, count + 1),
      codes: codes.subarray(0, offsets[count]!),
    }
    if (changed.size === 0) return rows
    const merged = mergeRows(rows, changed)
    offsets = merged.offsets
    codes = merged.codes
    changed.clear()
    return merged
  }
  return {
    set(doc: number, list: Int32Array) {
      if (doc >= count) append(doc, list)
      else if (changed.set(doc, list).size >= MOST_WAITING) settled()
    },
    settled,
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(16, length, Math.ceil(array.length * 1.5)))
  larger.set(array)
  return larger
}

function mergeRows({ offsets, codes }: Rows, changed: ReadonlyMap<number, Int32Array>): Rows {
  const rows = offsets.length - 1
  let size = codes.length
  for (const [doc, list] of changed) size += list.length - (offsets[doc + 1]! - offsets[doc]!)
  const newOffsets = new Int32Array(rows + 1)
  const newCodes = new Int32Array(size)
  let at = 0
  for (let doc = 0; doc < rows; doc++) {
    newOffsets[doc] = at
    const list = changed.get(doc)
    if (list === undefined) {
      for (let i = offsets[doc]!; i < offsets[doc + 1]!; i++) newCodes[at++] = codes[i]!
    } else {
      newCodes.set(list, at)
      at += list.length
    }
  }
  newOffsets[rows] = at
  return { offsets: newOffsets, codes: newCodes }
}

/** Counting sort of the codes: the documents of each, rising. */
function invert({ offsets, codes }: Rows, count: number): ValueDocs {
  const from = new Int32Array(count + 1)
  for (let i = 0; i < codes.length; i++) from[codes[i]! + 1]! += 1
  for (let c = 0; c < count; c++) from[c + 1]! += from[c]!
  const next = from.slice()
  const docs = new Int32Array(codes.length)
  for (let doc = 0; doc < offsets.length - 1; doc++) {
    for (let i = offsets[doc]!; i < offsets[doc + 1]!; i++) docs[next[codes[i]!]!++] = doc
  }
  return { offsets: from, docs }
}

/** For each path above a value, the codes below it. */
function codesBelow(folded: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const below = new Map<string, number[]>()
  folded.forEach((value, code) => {
    if (!value.includes(LEVEL)) return
    for (const path of levelsOf(value).slice(0, -1)) {
      const codes = below.get(path)
      if (codes === undefined) below.set(path, [code])
      else codes.push(code)
    }
  })
  return below
}
