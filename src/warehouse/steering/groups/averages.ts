import {
  averageColumn,
  averageLevels,
  averageOnce,
  averageScale,
} from '../../views/answer/average.ts'
import type { Item } from './items.ts'
import type { AggregatedJoin } from './parse.ts'
import { type Parts, renderSums } from './render.ts'
import { isName, type NamedColumn, nameOf, textOf, type Words } from './words.ts'

/** The type of a column, where it is known. */
export type TypeOf = (column: NamedColumn) => string | undefined

const ANSWER = 'storewright_answer'

/**
 * A statement that aggregates a join, asked through groups as `renderSums` does; averages are computed of
 * sums and counts around it, with the bits of DuckDB's own (`views/answer/average.ts`). What they cannot be
 * computed of so raises an error. Undefined where it cannot be written.
 */
export function renderGroups(
  join: AggregatedJoin,
  grouped: ReadonlySet<string>,
  typeOf: TypeOf,
): Parts | undefined {
  if (join.items.every(({ kind }) => kind !== 'avg')) return renderSums(join, grouped)
  const own = join.items.flatMap(({ name, column }) => (name === undefined ? [column!.column] : []))
  // Names of what is computed on the way.
  if (new Set(own).size < own.length || own.some((name) => TAKEN.test(name))) return undefined
  const items = join.items.map((item, i) => innerItem(item, i, typeOf))
  const groups = join.groups.map((group, j): Item => {
    return { kind: 'column', column: group, words: group.words, name: groupName(j) }
  })
  const inner = { ...join, items: [...items.flatMap((item) => item.inner), ...groups], order: [] }
  const sums = renderSums(inner, grouped)
  if (sums === undefined) return undefined
  const levels = averageLevels(items.flatMap(({ average }) => average ?? []))
  let seen = 0
  const outer = items.map(({ read, average }, i) => {
    const value = average === undefined ? read : `${ANSWER}.${averageColumn(seen++)}`
    const { name } = join.items[i]!
    return name === undefined ? value : `${value} AS ${name}`
  })
  const wrapped = seen === 0 ? [] : levels
  return [
    `SELECT ${outer.join(', ')} FROM (`,
    ...wrapped.map((level) => `SELECT *, ${level} FROM (`).reverse(),
    ...sums,
    ...wrapped.map(() => ')'),
    `) AS ${ANSWER} `,
    ...textOf(orderOf(join)),
  ]
}

const TAKEN = /^(?:[sdxlep]\d+|average \d+|storewright_.*)$/

interface Inner {
  /** What is computed of the join. */
  readonly inner: readonly Item[]
  /** How it is read around it. */
  readonly read: string
  /** Of an average that is divided in steps. */
  readonly average?: { readonly sum: string; readonly count: string; readonly type: string }
}

function innerItem(item: Item, i: number, typeOf: TypeOf): Inner {
  if (item.name === undefined) {
    return { inner: [item], read: `${ANSWER}."${item.column!.column.replaceAll('"', '""')}"` }
  }
  const name = `storewright_item_${i}`
  if (item.kind !== 'avg') return { inner: [{ ...item, name }], read: `${ANSWER}.${name}` }
  const [sum, rows] = [`storewright_sum_${i}`, `storewright_count_${i}`]
  const inner: readonly Item[] = [
    { ...item, kind: 'sum', name: sum },
    { ...item, kind: 'count', name: rows },
  ]
  const type = typeOf(item.column!)!
  // A count that is no double on its way to the divisor.
  const most = Math.floor(2 ** 53 / 5 ** averageScale(type)!)
  const count = `CASE WHEN ${rows} < ${most} THEN ${rows} ELSE ${refusal('BIGINT')} END`
  const once = averageOnce({ sum, count, type })
  if (once === undefined) return { inner, read: '', average: { sum, count, type } }
  const read = `CASE WHEN abs(${sum}) * ${10 ** averageScale(type)!} < 9007199254740992 OR ${sum} IS NULL THEN ${once} ELSE ${refusal('DOUBLE')} END`
  return { inner, read }
}

function refusal(type: string): string {
  return `CAST(error('too many rows, or too large a sum, to divide as DuckDB does') AS ${type})`
}

function groupName(j: number): string {
  return `storewright_group_${j}`
}

/** The order, with the columns that are grouped by as they are named around the join. */
function orderOf({ order, groups }: AggregatedJoin): Words {
  const words: (string | number)[] = []
  for (let i = 0; i < order.length; i++) {
    const [alias, dot, column] = order.slice(i, i + 3)
    if (dot !== '.' || !isName(alias) || !isName(column)) {
      words.push(order[i]!)
      continue
    }
    const j = groups.findIndex((g) => g.alias === nameOf(alias) && g.column === nameOf(column))
    words.push(`${ANSWER}.${groupName(j)}`)
    i += 2
  }
  return words
}
