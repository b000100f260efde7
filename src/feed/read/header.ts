import type { Fault } from '../check/faults.ts'
import { mayBeEmpty } from '../declare/column.ts'
import type { TableDeclaration } from '../declare/table.ts'
import { suggest } from './suggest.ts'

/** Faults of a header against the table it should be of: unknown, doubled and missing columns. */
export function headerFaults(
  header: readonly string[],
  table: TableDeclaration,
  file: string,
): Fault[] {
  const names = Object.keys(table.columns)
  const absent = names.filter((name) => !header.includes(name))
  const bad = (column: string, expected: string, found: string): Fault => ({
    code: 'ERR_FEED_BAD_HEADER',
    file,
    line: 1,
    column,
    expected,
    found,
  })
  const faults: Fault[] = []
  // SQL does not tell names apart by their case.
  const folded = header.map((name) => name.toLowerCase())
  header.forEach((name, i) => {
    if (folded.indexOf(folded[i]!) !== i)
      faults.push(bad(name, 'each column once', 'the column again'))
    else if (!names.includes(name)) {
      const hint = suggest(name, absent)
      const all = `one of the columns of ${table.name}: ${names.join(', ')}`
      const expected = hint === undefined ? all : `a column of ${table.name}; is it ${hint}?`
      faults.push(bad(name, expected, 'an unknown column'))
    }
  })
  for (const name of absent) {
    if (mayBeEmpty(table.columns[name]!)) continue
    faults.push(bad(name, `the columns ${requiredOf(table).join(', ')}`, 'no such column'))
  }
  return faults
}

function requiredOf(table: TableDeclaration): string[] {
  return Object.entries(table.columns)
    .filter(([, column]) => !mayBeEmpty(column))
    .map(([name]) => name)
}
