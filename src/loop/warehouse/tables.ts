import type { Row } from '../../core/sql/database.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { type design, type Refusal, type Workload, watch } from '../../warehouse/index.ts'

/** Rows as a table, each column a number where all its values are. */
function tableOf(rows: readonly Row[], version: number): Table {
  const names = Object.keys(rows[0] ?? {})
  const columns = names.map((name) => {
    const values = rows.map((row) => row[name] ?? null)
    const isText = values.some((value) => typeof value === 'string')
    return [
      name,
      isText
        ? textColumn(values.map((value) => (value === null ? null : String(value))))
        : numberColumn(
            Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))),
          ),
    ] as const
  })
  return {
    rowCount: rows.length,
    columns: {
      version: numberColumn(new Float64Array(rows.length).fill(version)),
      ...Object.fromEntries(columns),
    },
  }
}

/** query_templates. */
export function templateTable(
  workload: Workload,
  leftAlone: ReadonlySet<string>,
  version: number,
): Table {
  return tableOf(
    watch.queryTemplateRows(workload, (fingerprint) => leftAlone.has(fingerprint)),
    version,
  )
}

/** warehouse_actions. */
export function actionTable(actions: readonly design.StoredAction[], version: number): Table {
  const rows = actions.map(
    (action): Row => ({
      action_id: action.actionId,
      kind: action.kind,
      target: action.target,
      summary: action.summary,
      reasons: action.reasons.length === 0 ? null : action.reasons.join('\n'),
      status: action.status,
      decided_at: action.decidedAt,
      predicted_saved_ms: action.predicted.savedCpuMsPerDay,
      measured_saved_ms: action.measured?.savedCpuMsPerDay ?? null,
      upkeep_ms: (action.measured ?? action.predicted).upkeepCpuMsPerDay,
      build_ms: (action.measured ?? action.predicted).buildCpuMs,
      storage_bytes: Math.round((action.measured ?? action.predicted).storageBytes),
      apply_sql: action.apply.join(';\n') || '-- nothing to run',
      undo_sql: action.undo.join(';\n') || '-- nothing to run',
    }),
  )
  return tableOf(rows, version)
}

/** warehouse_refusals, one a kind and target. */
export function refusalTable(refusals: readonly Refusal[], version: number): Table {
  const first = new Map(refusals.map((one) => [`${one.kind} ${one.target}`, one]))
  return tableOf(
    [...first.values()].map(({ kind, target, reason }): Row => ({ kind, target, reason })),
    version,
  )
}
