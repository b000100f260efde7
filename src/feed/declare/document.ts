import { type Column, expectation } from './column.ts'
import type { TableDeclaration } from './table.ts'

interface Subject {
  readonly title: string
  readonly tables: readonly TableDeclaration[]
}

const INTRODUCTION = `# Tables

Generated from the declarations in src/feed/tables by \`npm run docs\`; do not edit.

A feed is a folder of files, one a table: \`products.csv\`, \`sales.csv.gz\`, \`orders.parquet\`.
\`storewright check FEED\` names every fault; \`storewright import FEED --store DIR\` loads all of it
or nothing, row by row by key, so that the same feed twice changes nothing.

- CSV is UTF-8 with a header; \`,\`, \`;\`, tab or \`|\` between fields; RFC 4180 quotes. It may be gzipped.
- An empty cell is a missing value. Columns with a default or marked optional may be left out; a
  column that is left out keeps what the store has.
- Money is in whole cents of the store's one currency. Days are \`YYYY-MM-DD\`. Times are ISO 8601;
  without an offset they are local time of the store (\`time_zone\` in its settings, UTC otherwise).
- Ids are texts without blanks at their ends, compared letter by letter.
- A reference must be in the feed or in the store already.
- Files of 2,000 MB and more (decompressed) are refused; the knob \`feed.file-limit\` moves that.
`

/** docs/feed.md: every table with its columns, made from the declarations. */
export function feedDocument(subjects: readonly Subject[]): string {
  const sections = subjects.map(
    ({ title, tables }) => `## ${title}\n\n${tables.map(tableSection).join('\n')}`,
  )
  return `${INTRODUCTION}\n${sections.join('\n')}`
}

const ORIGINS = {
  feed: '',
  result: ' Written by Storewright; a feed cannot fill it.',
  internal: " Storewright's own bookkeeping.",
} as const

function tableSection(table: TableDeclaration): string {
  const rows = Object.entries(table.columns).map(([name, column]) => columnRow(name, column, table))
  return `### ${table.name}

${table.description}${ORIGINS[table.origin]}

| column | type | | meaning | example |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function columnRow(name: string, column: Column, table: TableDeclaration): string {
  const key = table.key.includes(name) ? 'key' : ''
  const fallback = column.default === undefined ? '' : `default ${column.default}`
  const need = column.required ? fallback || (key ? '' : 'required') : 'optional'
  const reference = table.references[name]
  const later = table.notBefore[name]
  const meaning = [
    column.description,
    reference && `→ ${reference}.`,
    later && `Not before ${later}.`,
  ]
    .filter(Boolean)
    .join(' ')
  const cells = [
    `\`${name}\``,
    expectation(column),
    [key, need].filter(Boolean).join(', '),
    meaning,
    `\`${column.example}\``,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
