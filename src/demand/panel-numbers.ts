import { type NumberColumn, type TextColumn, textAt } from '../core/table.ts'

/** Share of a column's texts that must be numbers for the others to be slips of the pen. */
const MOSTLY = 0.9

/** How people and programs write that there is nothing. */
const NOTHING = new Set(['', '-', 'na', 'n/a', 'nan', 'null', 'none'])

/** A column of numbers in which some texts stand. */
export interface MixedColumn {
  /** The texts are NaN. */
  readonly column: NumberColumn
  /** First row whose text is neither a number nor says that there is none; −1 where there is none. */
  readonly firstRow: number
  readonly firstText: string
  readonly texts: number
}

/**
 * Reads a column of texts as numbers where nearly all of them are; undefined where it is a column of
 * words. Texts that say that there is nothing (NA, NaN, null …) are missing values.
 */
export function readMixed(column: TextColumn): MixedColumn | undefined {
  const known = column.dictionary.map((text) => {
    const trimmed = text.trim()
    if (NOTHING.has(trimmed.toLowerCase())) return undefined
    return Number(trimmed)
  })
  let [numbers, texts, firstRow] = [0, 0, -1]
  const values = Float64Array.from(column.codes, (code, row) => {
    const value = code < 0 ? undefined : known[code]
    if (value === undefined) return Number.NaN
    if (!Number.isNaN(value)) numbers++
    else if (texts++ === 0) firstRow = row
    return value
  })
  if (numbers === 0 || numbers < MOSTLY * (numbers + texts)) return undefined
  const firstText = firstRow < 0 ? '' : (textAt(column, firstRow) ?? '')
  return { column: { kind: 'number', values }, firstRow, firstText, texts }
}

/** A text as it is shown in a message: long ones are cut. */
export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
