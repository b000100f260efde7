import { throwIfStopped } from '../../core/progress.ts'
import type { RawRow, RowFault, RowSource } from './row.ts'
import { textChunks } from './text-chunks.ts'

/** No product is longer; a file without line ends is, soon. */
const LINE_LIMIT = 16 << 20

/** Rows of a JSON lines file (plain or gzip): one object a line, blank lines passed over. */
export function jsonRows(path: string, file: string): RowSource {
  return {
    file,
    lineKind: 'line',
    isText: false,
    async *batches(signal) {
      let line = 1
      let rest = ''
      for await (const chunk of textChunks(path, file)) {
        throwIfStopped(signal)
        // Not node:readline, which also breaks lines at U+2028, a character that JSON texts may have.
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        const batch = lines.flatMap((text, i) => parseLine(text, line + i))
        line += lines.length
        if (rest.length > LINE_LIMIT) {
          yield [...batch, { line, fault: 'a line longer than 16 MiB' }]
          return
        }
        if (batch.length > 0) yield batch
      }
      const last = parseLine(rest, line)
      if (last.length > 0) yield last
    },
  }
}

function parseLine(text: string, line: number): (RawRow | RowFault)[] {
  if (text.trim() === '') return []
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return [{ line, values: value as Readonly<Record<string, unknown>> }]
    }
    return [{ line, fault: 'JSON, but no object' }]
  } catch (error) {
    return [{ line, fault: `broken JSON: ${error instanceof Error ? error.message : error}` }]
  }
}
