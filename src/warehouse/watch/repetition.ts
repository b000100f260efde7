/** How much of what was asked had been asked before. */
export interface RepetitionReport {
  readonly statements: number
  readonly templates: number
  /** Statements whose template had been seen before. */
  readonly byTemplate: number
  /** Statements that had been asked before to the letter, within those remembered. */
  readonly exact: number
  /** Of those, statements whose tables had not changed since: what a result cache would have answered. */
  readonly cacheable: number
  /** CPU that it would have saved, ms, and the share of all. */
  readonly cacheableCpuMs: number
  readonly cacheableShare: number
}

export interface Repetition {
  /** Told of each statement, in order: its text (or a hash of it), tables, and what it took. */
  add(text: string, isNewTemplate: boolean, tables: readonly string[], cpuMs: number): void
  /** A table changed, undefined: any of them: answers from before are of no use. */
  changed(table: string | undefined): void
  report(): RepetitionReport
  /** Counts so far, to go on from. */
  save(): RepetitionCounts
}

export type RepetitionCounts = Omit<RepetitionReport, 'cacheableShare'> & {
  readonly totalCpuMs: number
}

const NONE: RepetitionCounts = {
  ...{ statements: 0, templates: 0, byTemplate: 0, exact: 0, cacheable: 0 },
  ...{ cacheableCpuMs: 0, totalCpuMs: 0 },
}

/** Counts repetition, remembering the last `limit` different statements at least. */
export function createRepetition(limit: number, saved: RepetitionCounts = NONE): Repetition {
  const counts = { ...saved }
  const answeredAt = new Map<string, number>()
  const changedAt = new Map<string, number>()
  let clock = 0
  let allChangedAt = 0
  const changeOf = (table: string) =>
    Math.max(allChangedAt, changedAt.get(table.toLowerCase()) ?? 0)
  return {
    add(text, isNewTemplate, tables, cpuMs) {
      counts.statements++
      counts.totalCpuMs += cpuMs
      if (isNewTemplate) counts.templates++
      else counts.byTemplate++
      const before = answeredAt.get(text)
      if (before !== undefined) {
        counts.exact++
        if (tables.every((table) => changeOf(table) <= before)) {
          counts.cacheable++
          counts.cacheableCpuMs += cpuMs
        }
        answeredAt.delete(text)
      } else if (answeredAt.size >= limit) {
        // The oldest goes; maps keep the order in which keys were set.
        answeredAt.delete(answeredAt.keys().next().value!)
      }
      answeredAt.set(text, ++clock)
    },
    changed: (table) => {
      if (table === undefined) allChangedAt = ++clock
      else changedAt.set(table.toLowerCase(), ++clock)
    },
    report: () => {
      const { totalCpuMs, ...report } = counts
      return { ...report, cacheableShare: totalCpuMs > 0 ? counts.cacheableCpuMs / totalCpuMs : 0 }
    },
    save: () => ({ ...counts }),
  }
}
