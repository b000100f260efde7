import type { Database } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import { type OperatorSeen, type Workload, watch } from '../../warehouse/index.ts'
import { bytes } from './warehouse-words.ts'

/** What one statement of a template took, by operator; or why it could not be profiled. */
export interface Profiled {
  readonly fingerprint: string
  readonly memoryBytes?: number
  readonly bytesRead?: number
  readonly rowsScanned?: number
  readonly operators?: readonly OperatorSeen[]
  readonly failed?: string
}

/** Runs one statement of each of the dearest templates once more, for what its operators expected and found. */
export async function profileDearest(
  db: Database,
  { templates }: Workload,
  most: number,
): Promise<readonly Profiled[]> {
  const found: Profiled[] = []
  for (const { template, example } of templates.slice(0, most)) {
    if (template.kind !== 'select' || example === undefined) continue
    const { fingerprint } = template
    try {
      const run = await watch.profileStatement(db, example)
      const { memoryBytes = 0, bytesRead = 0, rowsScanned = 0, operators = [] } = run
      found.push({ fingerprint, memoryBytes, bytesRead, rowsScanned, operators })
    } catch (error) {
      found.push({ fingerprint, failed: messageOf(error).split('\n')[0]! })
    }
  }
  return found
}

/** A profile in a line: what it read and held, and the operator whose rows were guessed worst. */
export function describeProfile(profile: Profiled): string {
  if (profile.failed !== undefined) return `could not be profiled: ${profile.failed}`
  const { rowsScanned = 0, memoryBytes = 0, bytesRead = 0, operators = [] } = profile
  const worst = [...operators].sort((a, b) => offBy(b) - offBy(a))[0]
  const read = `${rowsScanned.toLocaleString('en')} rows scanned, ${bytes(bytesRead)} read, ${bytes(memoryBytes)} held`
  if (worst === undefined || offBy(worst) < 2) return `${read}; estimates within twice`
  const of = worst.table === undefined ? '' : ` of ${worst.table}`
  return `${read}; ${worst.operator}${of}: ${worst.rows.toLocaleString('en')} rows, ${worst.estimatedRows!.toLocaleString('en')} expected`
}

/** How many times more, or less, rows came than were expected; 1 where DuckDB expected none or says nothing. */
function offBy({ estimatedRows = 0, rows }: OperatorSeen): number {
  if (estimatedRows === 0) return 1
  const [least, most] = [Math.min(rows, estimatedRows), Math.max(rows, estimatedRows)]
  return (most + 1) / (least + 1)
}
