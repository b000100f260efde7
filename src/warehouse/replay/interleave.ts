import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { compareAnswers } from './compare.ts'
import { measured, type Run } from './measure.ts'
import { isRead } from './statement-order.ts'

/** CPU of many statements, ms. */
export interface CpuFigures {
  readonly totalCpuMs: number
  readonly p50CpuMs: number
  readonly p95CpuMs: number
  readonly p99CpuMs: number
}

export interface InterleaveOptions {
  /** Compares every answer. */
  readonly verify: boolean
  /** Called after each statement of the tuned side, outside of its time. */
  readonly afterTuned?: () => Promise<void>
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** A statement whose answers differ, or that fails, for a person to look at. */
export interface Difference {
  /** Its place in the part that is replayed, from 0. */
  readonly statement: number
  /** The line of the log it begins at, where that is known. */
  readonly line?: number
  readonly sql: string
  readonly reason: string
}

export interface Judgement {
  readonly untuned: CpuFigures
  readonly tuned: CpuFigures
  readonly statements: number
  /** Statements that fail on both sides. */
  readonly failures: number
  readonly differingAnswers: number
  /** Equal but for floats of sums, within 1e-9 of their size. */
  readonly toleratedAnswers: number
  /** Differ in what SQL leaves open: rows cut among equals, or that change from run to run. */
  readonly openAnswers: number
  /** Of all: a quarter and at least 2 ms slower. */
  readonly slowerByQuarterShare: number
  /** Of all: a quarter slower, by however little. */
  readonly slowerByQuarterAnyShare: number
  /** Of statements run untuned twice: the second run a quarter and 2 ms slower than the first. */
  readonly slowerByChanceShare: number
  /** The first differences. */
  readonly differences: readonly Difference[]
  /** The first that fail on both sides, one of each message. */
  readonly failed: readonly Difference[]
}

/** Of differences, and of failures. */
const SHOWN = 20
const NOTICED_MS = 2
/** About so many statements run untuned twice, to see how far chance goes. */
const CHANCE_STATEMENTS = 200

/** Statements that one side runs before the other runs them. */
const BLOCK_STATEMENTS = 32

/**
 * Runs statements on both databases, block by block and in turn who is first, so that drift of the
 * machine meets both alike. Blocks rather than single statements: right behind a large scan of the
 * other side every statement finds cold caches, which a database that serves by itself does not. A
 * write is a block of its own. Throws ERR_CANCELLED when stopped.
 */
export async function runInTurn(
  untuned: Pick<Database, 'answer'>,
  tuned: Pick<Database, 'answer'>,
  statements: readonly string[],
  options: InterleaveOptions,
): Promise<Judgement> {
  const { signal, onProgress = silent } = options
  const before = new Float64Array(statements.length)
  const after = new Float64Array(statements.length)
  const again: [number, number][] = []
  const every = Math.max(1, Math.floor(statements.length / CHANCE_STATEMENTS))
  const verdicts = createVerdicts(untuned, options.verify)
  const runAll = async (db: Pick<Database, 'answer'>, block: Block, then?: () => Promise<void>) => {
    const runs: Run[] = []
    for (let i = block.from; i < block.to; i++) {
      throwIfStopped(signal)
      runs.push(await measured(db, statements[i]!))
      await then?.()
    }
    return runs
  }
  for (const [k, block] of blocksOf(statements).entries()) {
    onProgress({ step: 'replay', done: block.from, total: statements.length })
    const first = k % 2 === 0 ? await runAll(untuned, block) : undefined
    const tunedRuns = await runAll(tuned, block, options.afterTuned)
    const untunedRuns = first ?? (await runAll(untuned, block))
    for (let i = block.from; i < block.to; i++) {
      const sql = statements[i]!
      const [plain, other] = [untunedRuns[i - block.from]!, tunedRuns[i - block.from]!]
      before[i] = plain.cpuMs
      after[i] = other.cpuMs
      await verdicts.add(i, sql, plain, other)
      if (i % every === 0 && isRead(sql)) {
        again.push([plain.cpuMs, (await measured(untuned, sql)).cpuMs])
      }
    }
  }
  return {
    untuned: cpuFigures(before),
    tuned: cpuFigures(after),
    statements: statements.length,
    ...verdicts.result(),
    slowerByQuarterShare: shareSlower(before, after, NOTICED_MS),
    slowerByQuarterAnyShare: shareSlower(before, after, 0),
    slowerByChanceShare: shareSlower(
      Float64Array.from(again, ([one]) => one),
      Float64Array.from(again, ([, second]) => second),
      NOTICED_MS,
    ),
  }
}

interface Block {
  readonly from: number
  readonly to: number
}

function blocksOf(statements: readonly string[]): readonly Block[] {
  const blocks: Block[] = []
  let from = 0
  for (let i = 0; i < statements.length; i++) {
    const isWrite = !isRead(statements[i]!)
    if (isWrite && from < i) blocks.push({ from, to: i })
    if (isWrite || i + 1 - from === BLOCK_STATEMENTS || i + 1 === statements.length) {
      blocks.push({ from: isWrite ? i : from, to: i + 1 })
    } else continue
    from = i + 1
  }
  return blocks
}

function createVerdicts(untuned: Pick<Database, 'answer'>, verify: boolean) {
  const counts = { failures: 0, differingAnswers: 0, toleratedAnswers: 0, openAnswers: 0 }
  const differences: Difference[] = []
  const failed = new Map<string, Difference>()
  const fail = (statement: number, sql: string, reason: string) => {
    counts.failures++
    // Behind its first line a message quotes the statement.
    const [message = ''] = reason.split('\n')
    if (failed.size < SHOWN && !failed.has(message)) failed.set(message, { statement, sql, reason })
  }
  const differ = (statement: number, sql: string, reason: string) => {
    counts.differingAnswers++
    if (differences.length < SHOWN) differences.push({ statement, sql, reason })
  }
  return {
    async add(i: number, sql: string, a: Run, b: Run): Promise<void> {
      if (a.answer === undefined || b.answer === undefined) {
        if (a.failed !== undefined && b.failed !== undefined) fail(i, sql, a.failed)
        else if (a.failed !== undefined) differ(i, sql, `fails untuned alone: ${a.failed}`)
        else differ(i, sql, `fails tuned alone: ${b.failed}`)
        return
      }
      if (!verify) return
      const comparison = compareAnswers(sql, a.answer, b.answer)
      if (comparison === 'tolerated') counts.toleratedAnswers++
      else if (comparison === 'tied') counts.openAnswers++
      else if (comparison === 'different') {
        // A statement that answers otherwise each time (random(), now()) says nothing of tuning.
        const again = isRead(sql) ? await measured(untuned, sql) : a
        const repeats = again.answer !== undefined && compareAnswers(sql, a.answer, again.answer)
        if (repeats === 'different') counts.openAnswers++
        else differ(i, sql, `${a.answer.rowCount} rows untuned, ${b.answer.rowCount} tuned`)
      }
    },
    result: () => ({ ...counts, differences, failed: [...failed.values()] }),
  }
}

/** Total and quantiles (the smallest value that so many do not exceed) of CPU times. */
export function cpuFigures(cpuMs: Float64Array): CpuFigures {
  const sorted = Float64Array.from(cpuMs).sort()
  const at = (level: number) =>
    sorted.length === 0
      ? 0
      : sorted[Math.min(sorted.length - 1, Math.ceil(level * sorted.length) - 1)]!
  return {
    totalCpuMs: round(cpuMs.reduce((sum, value) => sum + value, 0)),
    p50CpuMs: round(at(0.5)),
    p95CpuMs: round(at(0.95)),
    p99CpuMs: round(at(0.99)),
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function shareSlower(before: Float64Array, after: Float64Array, atLeastMs: number): number {
  if (before.length === 0) return 0
  const slower = before.reduce((count, was, i) => {
    const now = after[i]!
    return count + (now > 1.25 * was && now - was >= atLeastMs ? 1 : 0)
  }, 0)
  return slower / before.length
}
