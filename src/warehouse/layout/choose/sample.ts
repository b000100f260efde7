import { type Database, quoteName } from '../../../core/sql/database.ts'
import { numbersOf, type Table, textsOf } from '../../../core/table.ts'
import { compareTexts, encodedColumn, type TableColumn } from '../read/columns.ts'

/** A column of a sample, its values as numbers in the order of the column's values. */
export interface SampleColumn extends TableColumn {
  /** One a row; NaN where the value is missing. Texts are places in `texts`. */
  readonly values: Float64Array
  /** Distinct texts, sorted; empty for other columns. */
  readonly texts: readonly string[]
}

/** Rows drawn evenly from a table, in the order in which they lie there. */
export interface TableSample {
  /** Rows of the whole table. */
  readonly totalRows: number
  readonly rows: number
  readonly columns: readonly SampleColumn[]
}

/** What a sample is drawn from. */
export interface SampleSource {
  /** SQL that stands after FROM. */
  readonly from: string
  /** SQL of a number that tells rows apart: rowid, or the row number in a file. */
  readonly rowNumber: string
  readonly totalRows: number
}

/**
 * Draws about `rows` rows of the given columns by a hash of their place, so that the same seed
 * draws the same rows however many threads read. Columns without encoding are left out.
 */
export async function drawSample(
  db: Database,
  source: SampleSource,
  columns: readonly TableColumn[],
  { rows, seed }: { readonly rows: number; readonly seed: number },
): Promise<TableSample> {
  const readable = columns.filter(({ encoding }) => encoding !== undefined)
  const list = readable.map((column, i) => `${encodedColumn(column)} AS c${i}`)
  const share = Math.min(1, rows / Math.max(1, source.totalRows))
  const limit = Math.round(share * 2 ** 32)
  const table = await db.table(
    `SELECT ${[...list, '0 AS nothing'].join(', ')} FROM ${source.from}
     WHERE hash(${source.rowNumber}, ${seed}) >> 32 < ${limit}`,
  )
  return {
    totalRows: source.totalRows,
    rows: table.rowCount,
    columns: readable.map((column, i) => sampleColumn(column, table, `c${i}`)),
  }
}

function sampleColumn(column: TableColumn, table: Table, name: string): SampleColumn {
  if (column.encoding !== 'text') return { ...column, values: numbersOf(table, name), texts: [] }
  const { codes, dictionary } = textsOf(table, name)
  const order = dictionary.map((_, i) => i)
  order.sort((a, b) => compareTexts(dictionary[a]!, dictionary[b]!))
  const place = new Float64Array(dictionary.length)
  order.forEach((code, i) => {
    place[code] = i
  })
  return {
    ...column,
    values: Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : place[code]!)),
    texts: order.map((code) => dictionary[code]!),
  }
}

/** A text as a place among the sample's: a whole number where it is there, a half between two. */
export function encodeText({ texts }: Pick<SampleColumn, 'texts'>, text: string): number {
  let low = 0
  let high = texts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareTexts(texts[middle]!, text) < 0) low = middle + 1
    else high = middle
  }
  return texts[low] === text ? low : low - 0.5
}

/** Rows of a table, and the source that draws from it. */
export async function tableSource(db: Database, table: string): Promise<SampleSource> {
  const [row] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)
  return { from: table, rowNumber: 'rowid', totalRows: row!.n }
}

/** A table's name, with its schema where it has one, quoted for SQL. */
export function quoteTable(table: string): string {
  return table.split('.').map(quoteName).join('.')
}
