import type { Row } from '../../core/sql/database.ts'
import type { TemplateLoad, Workload } from '../types.ts'

const MOST_SQL = 100_000

/** Rows of the table query_templates, one a template, without the version. */
export function queryTemplateRows(
  workload: Workload,
  isOff: (fingerprint: string) => boolean,
): readonly Row[] {
  return workload.templates.map((load) => ({
    fingerprint: load.template.fingerprint,
    sql: load.template.sql.slice(0, MOST_SQL),
    asked_by: mostAskedBy(load),
    statements: load.count,
    failures: load.failures,
    first_at: load.firstAt,
    last_at: load.lastAt,
    cpu_ms: load.totalCpuMs,
    p50_cpu_ms: load.p50CpuMs,
    p95_cpu_ms: load.p95CpuMs,
    tuned_p50_cpu_ms: load.tuned?.p50CpuMs ?? null,
    rows_returned: load.meanRows ?? 0,
    off: isOff(load.template.fingerprint) ? 1 : 0,
  }))
}

function mostAskedBy({ sample }: TemplateLoad): string | null {
  const counts = new Map<string, number>()
  for (const { askedBy } of sample) {
    if (askedBy !== undefined) counts.set(askedBy, (counts.get(askedBy) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  return most?.[0] ?? null
}
