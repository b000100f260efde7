import { isNamed } from './field-names.ts'
import type { FieldStatistics } from './field-statistics.ts'
import { ID_NAMES } from './role-words.ts'

/** Share of rows that must have a field for it to tell products apart. */
const FULL = 0.99
const UNIQUE = 0.9
const CERTAIN = ['id', 'product id', 'sku', 'doc id', 'item id']

/** The field that tells products apart, and why; undefined where none does. */
export function chooseId(
  fields: readonly FieldStatistics[],
  rows: number,
): { readonly field: string; readonly reason: string } | undefined {
  const full = fields.filter((f) => f.rows >= FULL * rows && f.lists === 0)
  const named = ID_NAMES.flatMap((name) => full.filter((f) => isNamed(f.name, [name])))
  const unique = named.find((f) => f.distinct.estimate() >= UNIQUE * f.rows)
  if (unique !== undefined) return { field: unique.name, reason: 'named as an id, and all differ' }
  // Variants of a product follow one another under its id in some exports: they are joined.
  const repeated = named[0]
  if (repeated !== undefined) return { field: repeated.name, reason: 'named as an id; some repeat' }
  // Rows without it are faults to be named, if it is half of them at most.
  const id = fields.find((f) => isNamed(f.name, CERTAIN) && f.rows >= rows / 2 && f.lists === 0)
  if (id !== undefined) return { field: id.name, reason: 'named as an id; some rows miss it' }
  const any = full.find(
    (f) => f.distinct.estimate() >= FULL * f.rows && f.words <= 1.05 * f.values && f.urls === 0,
  )
  return any && { field: any.name, reason: 'one word, and all differ' }
}
