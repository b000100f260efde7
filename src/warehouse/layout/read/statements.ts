import type { TemplateLoad, Workload } from '../../types.ts'

/** A statement of the workload, with its share of what the workload takes. */
export interface WeighedStatement {
  readonly sql: string
  readonly fingerprint: string
  /** CPU ms of the runs that it stands for, all together. */
  readonly cpuMs: number
  /** Runs that it stands for. */
  readonly runs: number
}

/**
 * Whole statements of a workload: of each template evenly some of its sampled runs, `most` in all,
 * the dearest templates first. Templates that only failed, and those whose values are private, give
 * none.
 */
export function statementsOf(workload: Workload, most: number): readonly WeighedStatement[] {
  const templates = workload.templates.filter(
    ({ template, count, failures }) => template.kind === 'select' && count > failures,
  )
  const total = templates.reduce((sum, { totalCpuMs }) => sum + totalCpuMs, 0)
  return templates.flatMap((load) => {
    const share = total > 0 ? load.totalCpuMs / total : 1 / templates.length
    const wanted = Math.max(4, Math.round(most * share))
    const texts = textsOf(load, wanted)
    return texts.map((sql) => ({
      sql,
      fingerprint: load.template.fingerprint,
      cpuMs: load.totalCpuMs / texts.length,
      runs: (load.count - load.failures) / texts.length,
    }))
  })
}

function textsOf({ sample, example }: TemplateLoad, wanted: number): readonly string[] {
  const runs = sample.flatMap(({ sql, failed }) =>
    sql === undefined || failed !== undefined ? [] : [sql],
  )
  return runs.length > 0 || example === undefined ? spread(runs, wanted) : [example]
}

/** Evenly some of a list, all of a short one. */
export function spread<T>(items: readonly T[], most: number): readonly T[] {
  const count = Math.min(most, items.length)
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}

/** Evenly some statements of each template, in whatever order templates take turns. */
export function spreadTemplates<T extends WeighedStatement>(
  statements: readonly T[],
  most: number,
): readonly T[] {
  const places = new Map<string, number>()
  for (const { fingerprint } of statements) {
    if (!places.has(fingerprint)) places.set(fingerprint, places.size)
  }
  const place = ({ fingerprint }: WeighedStatement) => places.get(fingerprint)!
  return spread(
    statements.toSorted((a, b) => place(a) - place(b)),
    most,
  )
}
