import { type CsvRecord, createCsvSplitter, dialectOf } from '../../core/csv-records.ts'
import { throwIfStopped } from '../../core/progress.ts'
import type { RawRow, RowFault, RowSource } from './row.ts'
import { textChunks } from './text-chunks.ts'

/** The dialect is told from this much of a file. */
const HEAD_LENGTH = 1 << 20
/** No record is longer; a missing closing quote is, soon. */
const RECORD_LIMIT = 16 << 20

/** Rows of a CSV or TSV file (plain or gzip) whose first record names the columns. */
export function csvRows(path: string, file: string): RowSource {
  return {
    file,
    lineKind: 'line',
    isText: true,
    async *batches(signal) {
      let head = ''
      let read: ReturnType<typeof createReader> | undefined
      for await (const chunk of textChunks(path, file)) {
        throwIfStopped(signal)
        if (read === undefined) {
          head += chunk
          if (head.length < HEAD_LENGTH) continue
          read = createReader(head)
          yield read.push(head)
        } else yield read.push(chunk)
        if (read.isStuck()) break
      }
      read ??= createReader(head)
      if (head.length < HEAD_LENGTH) yield read.push(head)
      yield read.end()
    },
  }
}

function createReader(head: string) {
  const splitter = createCsvSplitter(dialectOf(head))
  let header: readonly string[] | undefined
  const rowsOf = (records: readonly CsvRecord[]) =>
    records.flatMap((record) => {
      if (header !== undefined) return [rowOf(header, record)]
      header = uniqueNames(record.cells)
      return []
    })
  return {
    push: (chunk: string) => rowsOf(splitter.push(chunk)),
    end: () => rowsOf(splitter.end()),
    isStuck: () => splitter.waiting() > RECORD_LIMIT,
  }
}

function rowOf(header: readonly string[], { line, cells, unclosed }: CsvRecord): RawRow | RowFault {
  if (unclosed) return { line, fault: 'a quoted cell that is never closed' }
  if (cells.length !== header.length) {
    return { line, fault: `${cells.length} cells where the header has ${header.length}` }
  }
  const values: Record<string, unknown> = {}
  for (let c = 0; c < header.length; c++) values[header[c]!] = cells[c]
  return { line, values }
}

/** Blank names become `column 3`, repeated ones `name 2`. */
function uniqueNames(cells: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return cells.map((cell, c) => {
    const name = cell.trim() === '' ? `column ${c + 1}` : cell.trim()
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} ${count}`
  })
}
