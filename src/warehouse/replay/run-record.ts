import { createRandom } from '../../core/random/random.ts'
import type { KnownStatement, StatementSeen, TemplateLoad, Workload } from '../types.ts'
import type { RunSeen, Watcher } from '../watch/watcher.ts'

/** A run that is kept, with the statement as it was asked. */
export interface KeptRun extends StatementSeen {
  readonly sql: string
}

/** Remembers what ran, bounded: of each template an even sample of its runs. */
export interface RunRecord extends Watcher {
  workload(): Workload
  /** Runs kept of a template, oldest first. */
  runsOf(fingerprint: string): readonly KeptRun[]
  /** CPU of all runs, ms. */
  readonly totalCpuMs: number
}

interface Entry {
  statement: KnownStatement
  count: number
  failures: number
  totalCpuMs: number
  firstAt: number
  lastAt: number
  readonly kept: { readonly at: number; readonly run: KeptRun }[]
}

/** A record that keeps up to `kept` runs of each template, drawn evenly (reservoir sampling). */
export function createRunRecord(seed: number, kept: number): RunRecord {
  const random = createRandom(`runs ${seed}`)
  const entries = new Map<string, Entry>()
  let totalCpuMs = 0
  return {
    observe(statement, run) {
      const { fingerprint } = statement.template
      const entry = entries.get(fingerprint) ?? newEntry(statement, run)
      entries.set(fingerprint, entry)
      const cpuMs = run.cpuMs ?? run.wallMs
      totalCpuMs += cpuMs
      entry.statement = statement
      entry.count++
      entry.lastAt = run.at
      entry.totalCpuMs += cpuMs
      if (run.failed !== undefined) entry.failures++
      const { sql, constants } = statement
      const place = entry.kept.length < kept ? entry.kept.length : random.int(entry.count)
      if (place < kept) {
        entry.kept[place] = { at: entry.count, run: { ...run, fingerprint, constants, sql } }
      }
    },
    workload: () => workloadOf([...entries.values()]),
    runsOf: (fingerprint) => inOrder(entries.get(fingerprint)),
    get totalCpuMs() {
      return totalCpuMs
    },
  }
}

function newEntry(statement: KnownStatement, { at }: RunSeen): Entry {
  return { statement, count: 0, failures: 0, totalCpuMs: 0, firstAt: at, lastAt: at, kept: [] }
}

function inOrder(entry: Entry | undefined): readonly KeptRun[] {
  return [...(entry?.kept ?? [])].sort((a, b) => a.at - b.at).map(({ run }) => run)
}

function workloadOf(entries: readonly Entry[]): Workload {
  const templates = entries.map(loadOf).sort((a, b) => b.totalCpuMs - a.totalCpuMs)
  return {
    templates,
    fromMs: Math.min(...entries.map(({ firstAt }) => firstAt)),
    toMs: Math.max(...entries.map(({ lastAt }) => lastAt)),
  }
}

function loadOf(entry: Entry): TemplateLoad {
  const sample = inOrder(entry)
  const sorted = sample.map(({ cpuMs, wallMs }) => cpuMs ?? wallMs).sort((a, b) => a - b)
  const at = (level: number) => sorted[Math.max(0, Math.ceil(level * sorted.length) - 1)] ?? 0
  const { statement, count, failures, totalCpuMs, firstAt, lastAt } = entry
  return {
    template: statement.template,
    count,
    failures,
    totalCpuMs,
    p50CpuMs: at(0.5),
    p95CpuMs: at(0.95),
    firstAt,
    lastAt,
    sample,
    example: statement.sql,
  }
}
