type Cell = string | number | boolean | null | undefined

/**
 * CSV as RFC 4180 has it, lines ended by CRLF; null and undefined are empty cells. Text that a
 * spreadsheet would take for a formula (it begins with = + - @, tab or carriage return, and is no
 * number) gets an apostrophe before it: product titles come from outside.
 */
export function csvOf(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [lineOf(header)]
  for (const row of rows) lines.push(lineOf(row))
  return `${lines.join('\r\n')}\r\n`
}

/** The same CSV with such cells escaped, whoever wrote it. */
export function guardCsv(csv: string): string {
  const rows = parseCsv(csv)
  const [header = [], ...body] = rows
  return rows.length === 0 ? '' : csvOf(header, body)
}

function lineOf(cells: readonly Cell[]): string {
  return cells.map(cellOf).join(',')
}

function cellOf(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  const guarded = /^\s*[=+\-@]|^[\t\r]/.test(cell) && !isNumber(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
}

/** Rows of cells; quoted cells may hold commas, quotes and line ends. */
export function parseCsv(csv: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  // One cell and what ends it: a comma, a line end or the end of the text.
  const cell = /(?:"((?:[^"]|"")*)"|((?!")[^,\r\n]*))(,|\r?\n|\r|$)/y
  while (cell.lastIndex < csv.length || row.length > 0) {
    const found = cell.exec(csv)
    if (found === null)
      throw new SyntaxError(`no CSV: the quoted cell of row ${rows.length + 1} does not end`)
    const [, quoted, plain = '', end] = found
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
