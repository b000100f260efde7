import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { bytesReadNow, startWatch } from '../../core/sql/observe.ts'
import type { OperatorSeen, TemplateLoad } from '../types.ts'
import { profileShare } from './knobs.ts'
import type { Recorder } from './recorder.ts'
import type { Templates } from './templates.ts'
import type { RunSeen } from './watcher.ts'

/** What EXPLAIN ANALYZE tells of one operator; times in seconds. */
interface ProfiledOperator {
  readonly operator_name?: string
  readonly operator_timing?: number
  readonly operator_cardinality?: number
  readonly operator_rows_scanned?: number
  readonly extra_info?: Readonly<Record<string, unknown>>
  readonly children?: readonly ProfiledOperator[]
}

interface Profile extends ProfiledOperator {
  readonly system_peak_buffer_memory?: number
  readonly cumulative_rows_scanned?: number
}

/** Runs a SELECT once more and tells, operator by operator, what was expected and what was found. */
export async function profileStatement(db: Database, sql: string): Promise<RunSeen> {
  const stop = startWatch()
  const bytesAt = bytesReadNow()
  const { columns } = await db.answer(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`)
  const spent = stop()
  // DuckDB's own count (total_bytes_read) leaves out what it reads ahead: nearly all.
  const bytesThen = bytesReadNow()
  const profile = JSON.parse(String(columns[1]![0])) as Profile
  const operators: OperatorSeen[] = []
  collect(profile.children ?? [], operators)
  return {
    ...spent,
    rowsReturned: operators[0]?.rows ?? 0,
    rowsScanned: profile.cumulative_rows_scanned ?? 0,
    memoryBytes: profile.system_peak_buffer_memory ?? 0,
    ...(bytesAt === undefined || bytesThen === undefined ? {} : { bytesRead: bytesThen - bytesAt }),
    operators,
  }
}

function collect(nodes: readonly ProfiledOperator[], into: OperatorSeen[]): void {
  for (const node of nodes) {
    const operator = (node.operator_name ?? '').trim()
    if (operator !== '' && operator !== 'EXPLAIN_ANALYZE') into.push(operatorOf(operator, node))
    collect(node.children ?? [], into)
  }
}

function operatorOf(operator: string, node: ProfiledOperator): OperatorSeen {
  const estimate = Number(node.extra_info?.['Estimated Cardinality'] ?? Number.NaN)
  const table = node.extra_info?.['Table']
  return {
    operator,
    ...(typeof table === 'string' ? { table: table.split('.').at(-1)! } : {}),
    ...(Number.isNaN(estimate) ? {} : { estimatedRows: estimate }),
    rows: node.operator_cardinality ?? 0,
    cpuMs: 1000 * (node.operator_timing ?? 0),
  }
}

/** Profiles statements now and then; the caller knows when it is quiet. */
export interface Profiler {
  /**
   * Profiles the statement that is most worth it, where the budget allows: its template, or undefined
   * where nothing is to be done. A statement that fails is not tried again.
   */
  profileNext(): Promise<string | undefined>
  /** CPU spent so far, ms. */
  spentCpuMs(): number
}

/**
 * A profiler over what a recorder has seen: the dearest templates that the budget allows first, each again when it was asked
 * twice as often. It spends at most `warehouse.profile-share` of the CPU that the statements took.
 */
export function createProfiler(
  db: Database,
  recorder: Recorder,
  templates: Templates,
  knobs?: KnobSettings,
): Profiler {
  const share = readKnob(profileShare, knobs)
  // What an earlier process profiled is not due again before it was asked as often again.
  const countAt = new Map(
    recorder
      .workload()
      .templates.filter(({ sample }) => sample.some(({ operators }) => operators !== undefined))
      .map(({ template, count }) => [template.fingerprint, count]),
  )
  let spent = 0
  return {
    spentCpuMs: () => spent,
    async profileNext() {
      const { templates: loads } = recorder.workload()
      const total = loads.reduce((sum, { totalCpuMs }) => sum + totalCpuMs, 0)
      // Operators are timed, which about doubles what a statement takes.
      const next = loads.find(
        (load) => isDue(load, countAt) && spent + 2 * load.p50CpuMs <= share * total,
      )
      if (next === undefined) return undefined
      const { fingerprint } = next.template
      countAt.set(fingerprint, next.count)
      const statement = templates.know(next.example!)
      try {
        const run = await profileStatement(db, statement.sql)
        spent += run.cpuMs ?? run.wallMs
        recorder.profiled(statement, run)
      } catch {
        countAt.set(fingerprint, Infinity)
      }
      return fingerprint
    },
  }
}

function isDue(
  { template, count, example }: TemplateLoad,
  countAt: ReadonlyMap<string, number>,
): boolean {
  const before = countAt.get(template.fingerprint) ?? 0
  return template.kind === 'select' && example !== undefined && count >= 2 * before
}
