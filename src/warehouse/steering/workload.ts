import { quoteText, type SqlValue } from '../../core/sql/database.ts'
import type { ConstantKind, KnownStatement, TemplateLoad, Workload } from '../types.ts'
import { createTemplates, splice } from '../watch/door.ts'
import { readShape, type Shape } from './shape.ts'

/** A statement of a workload that arms may be tried on, with the template it stands for. */
export interface TrialStatement {
  readonly statement: KnownStatement
  readonly load: TemplateLoad
  /** How many runs of the workload it stands for. */
  readonly count: number
  readonly cpuMs: number
}

/** Statements of one template that are tried, at most: constants change what is best. */
const PER_TEMPLATE = 3

/**
 * Whole statements of a workload: for each template its example, and it again with the constants of
 * runs that were watched, from quick to slow. Templates without example (their values are private),
 * of one table or none are left out, with the reason.
 */
export function trialStatements(workload: Workload): {
  readonly trials: readonly TrialStatement[]
  readonly refused: readonly { readonly load: TemplateLoad; readonly reason: string }[]
} {
  const templates = createTemplates(2 * workload.templates.length)
  const trials: TrialStatement[] = []
  const refused: { load: TemplateLoad; reason: string }[] = []
  for (const load of workload.templates) {
    const reason = whyNotTried(load, readShape(load.template.sql))
    if (reason === undefined) {
      const statement = { ...templates.know(load.example!), template: load.template }
      trials.push(...variants(load, statement))
    } else if (load.template.kind === 'select') refused.push({ load, reason })
  }
  return { trials, refused }
}

function whyNotTried(
  { template, example }: TemplateLoad,
  { relations }: Shape,
): string | undefined {
  if (template.kind !== 'select') return 'it is no SELECT'
  if (relations.length < 2) return 'it reads one table: there is no join to plan otherwise'
  return example === undefined ? 'no whole statement of it is kept (private values)' : undefined
}

function variants(load: TemplateLoad, statement: KnownStatement): readonly TrialStatement[] {
  const { constants, kinds, spans, sql } = statement
  const usable = load.sample
    .filter((s) => s.failed === undefined && s.constants.length === constants.length)
    .toSorted((a, b) => timeOf(a) - timeOf(b))
  const step = Math.max(1, (usable.length - 1) / Math.max(1, PER_TEMPLATE - 1))
  const chosen = Array.from(
    { length: Math.min(PER_TEMPLATE, usable.length) },
    (_, i) => usable[Math.round(i * step)]!,
  )
  const texts = new Map<string, TrialStatement>()
  for (const seen of chosen) {
    const text = splice(sql, spans, (old, slot) =>
      literal(old, kinds[slot]!, seen.constants[slot]!),
    )
    const known = { ...statement, sql: text, constants: seen.constants }
    texts.set(text, { statement: known, load, count: 0, cpuMs: timeOf(seen) })
  }
  if (texts.size === 0) texts.set(sql, { statement, load, count: 0, cpuMs: load.p50CpuMs })
  return [...texts.values()].map((trial) => ({ ...trial, count: load.count / texts.size }))
}

function timeOf(seen: { readonly cpuMs?: number; readonly wallMs: number }): number {
  return seen.cpuMs ?? seen.wallMs
}

function literal(old: string, kind: ConstantKind, value: SqlValue): string {
  if (kind === 'text') return typeof value === 'string' ? quoteText(value) : old
  if (kind === 'list') return typeof value === 'string' ? value : old
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : old
}
