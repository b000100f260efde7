import type { SqlValue } from '../../core/sql/database.ts'
import type { Advice, Adviser, StatementSeen, TemplateLoad } from '../types.ts'
import { splice } from '../watch/door.ts'
import { scanStatement } from '../watch/scan.ts'
import { adviseViews } from './choose/adviser.ts'
import type { Demand } from './choose/demand.ts'
import { changesSeen } from './choose/upkeep.ts'

const DAY_MS = 86_400_000

/** Advises views for a workload; see `adviseViews`. */
export function viewAdviser(): Adviser {
  return {
    kind: 'view',
    async advise(workload, db, options): Promise<Advice> {
      const { fromMs, toMs } = workload
      const { seed, storageBytes, standing, signal, horizonDays } = options
      return adviseViews(db, workload.templates.flatMap(demandOf), {
        seed,
        storageBytes,
        standing,
        present: standing.map(({ target }) => target),
        changes: changesSeen(workload.templates),
        days: toMs > fromMs ? (toMs - fromMs) / DAY_MS : 1,
        ...(horizonDays === undefined ? {} : { horizonDays }),
        isAnticipating: true,
        ...(signal === undefined ? {} : { signal }),
      })
    },
  }
}

/** What a template was asked, where whole statements of it can be written down. */
function demandOf(load: TemplateLoad): Demand[] {
  if (load.template.kind !== 'select' || load.example === undefined) return []
  const { example } = load
  const statements = load.sample.flatMap((run) => statementOf(run, example) ?? [])
  const { fingerprint } = load.template
  const { count, totalCpuMs } = load
  return [{ fingerprint, statements: [...statements, example], count, totalCpuMs }]
}

/** A run's statement: as it was kept, else the example with the constants of the run. */
function statementOf(run: StatementSeen, example: string): string | undefined {
  if (run.failed !== undefined) return undefined
  if ('sql' in run && typeof run.sql === 'string') return run.sql
  return writeWith(example, run.constants)
}

/** The example with other constants, each written as the example's is. */
function writeWith(example: string, constants: readonly SqlValue[]): string | undefined {
  const { spans } = scanStatement(example)
  if (spans.length !== 2 * constants.length) return undefined
  return splice(example, spans, (text, slot) => {
    const value = constants[slot]!
    const isText = typeof value === 'string' && /^\w?['$]/.test(text)
    return isText ? `'${value.replaceAll("'", "''")}'` : String(value)
  })
}
