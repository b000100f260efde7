import { vi } from 'vitest'
import type { Answer } from '../sql/answer.ts'
import type { Database, SqlValue } from '../sql/database.ts'

// For tests of what is decided by measured CPU: there statements take what they are said to, so that a
// decision hangs on the statements and never on what else the machine does.

/** CPU of the process as a test tells it; `restore` gives the machine's own back. */
export interface PricedCpu {
  /** Lets so many ms pass. */
  spend(ms: number): void
  restore(): void
}

/** From here on CPU passes by what is spent alone, for all that reads `process.cpuUsage`. */
export function priceCpu(): PricedCpu {
  let spent = 0
  const spy = vi
    .spyOn(process, 'cpuUsage')
    .mockImplementation((before) => ({ user: Math.round(spent) - (before?.user ?? 0), system: 0 }))
  return {
    spend: (ms) => {
      spent += 1000 * ms
    },
    restore: () => spy.mockRestore(),
  }
}

/**
 * From here on CPU counts so many times as much: what is asked in a test is worth looking at on a quick
 * machine too. Returns what gives the machine's own back.
 */
export function multiplyCpu(times: number): () => void {
  const own = process.cpuUsage.bind(process)
  const spy = vi.spyOn(process, 'cpuUsage').mockImplementation((before) => {
    const { user, system } = own()
    return {
      user: times * user - (before?.user ?? 0),
      system: times * system - (before?.system ?? 0),
    }
  })
  return () => spy.mockRestore()
}

/** The same database, of which each statement that is asked takes what `priceOf` says, ms of CPU. */
export function priced(
  db: Database,
  cpu: PricedCpu,
  priceOf: (sql: string, values?: readonly SqlValue[]) => number | Promise<number>,
): Database {
  const paid =
    <T>(ask: (sql: string, values?: readonly SqlValue[]) => Promise<T>) =>
    async (sql: string, values?: readonly SqlValue[]) => {
      const price = await priceOf(sql, values)
      const result = await ask(sql, values)
      cpu.spend(price)
      return result
    }
  return {
    ...db,
    run: paid(db.run),
    rows: paid(db.rows) as Database['rows'],
    table: paid(db.table),
    answer: paid(db.answer),
  }
}

const ROWS_A_MS = 100_000
const LEAST_MS = 0.05
const WRITE_MS = 5
const PROFILE = /^EXPLAIN \(ANALYZE/
const READ = /^\s*(SELECT|FROM|WITH|\()/i
const WRITE = /^\s*(CREATE|INSERT|DELETE|UPDATE|COPY)/i

/**
 * The same database, of which statements take CPU by the rows that their plans read and make, 100,000 a
 * ms; so do the operators of the plans that it gives.
 */
export function pricedByRows(db: Database, cpu: PricedCpu): Database {
  const planOf = async (sql: string, values?: readonly SqlValue[]) => {
    const answer = await db.answer(sql, values)
    const plan = JSON.parse(String(answer.columns[1]?.[0])) as Operator
    return { answer, plan, ms: priceOperators(plan) }
  }
  const priceOf = async (sql: string, values?: readonly SqlValue[]) => {
    if (WRITE.test(sql)) return WRITE_MS
    if (!READ.test(sql)) return LEAST_MS
    const profile = planOf(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`, values)
    return profile.then(({ ms }) => ms).catch(() => LEAST_MS)
  }
  const one = priced(db, cpu, priceOf)
  return {
    ...one,
    async answer(sql, values): Promise<Answer> {
      if (!PROFILE.test(sql)) return one.answer(sql, values)
      const { answer, plan, ms } = await planOf(sql, values)
      cpu.spend(ms)
      return { ...answer, columns: [answer.columns[0]!, [JSON.stringify(plan)]] }
    },
  }
}

interface Operator {
  readonly operator_rows_scanned?: number
  readonly operator_cardinality?: number
  operator_timing?: number
  readonly children?: readonly Operator[]
}

/** Writes down what operators take; returns their sum, ms. */
function priceOperators(plan: Operator): number {
  const rows = (plan.operator_rows_scanned ?? 0) + (plan.operator_cardinality ?? 0)
  const own = rows / ROWS_A_MS
  plan.operator_timing = own / 1000
  const below = (plan.children ?? []).reduce((sum, child) => sum + priceOperators(child), 0)
  return LEAST_MS + own + below
}
