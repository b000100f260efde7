import type { Answer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import type { KnownStatement, Steerer } from '../types.ts'
import { DEFAULT_ARM } from './arms.ts'
import { type CpuClock, runWithLimit } from './measure.ts'

/** Runs statements under the arms a steerer chooses; at most one arm stands at a time. */
export interface SteeredRunner {
  /**
   * Answers one statement. A run that reaches its limit or fails under an arm is run again by
   * default, so that the answer, or the error, is the default's. Throws what the default throws.
   */
  answer(statement: KnownStatement): Promise<Answer>
  /** Takes back the arm that stands: before anything that is not to be steered, such as a write. */
  rest(): Promise<void>
}

/**
 * Steers statements on a database that nobody else uses meanwhile: the settings are those of the
 * whole instance, and a statement that runs beside would be planned under them too.
 */
export function steeredRunner(
  db: Pick<Database, 'answer' | 'run' | 'interrupt'>,
  steerer: Steerer,
  cpu: CpuClock,
): SteeredRunner {
  let standing: { readonly arm: string; readonly reset: readonly string[] } | undefined
  const rest = async () => {
    const { reset = [] } = standing ?? {}
    standing = undefined
    for (const sql of reset) await db.run(sql)
  }
  const byDefault = async (statement: KnownStatement) => {
    await rest()
    const startedAt = cpu()
    const answer = await db.answer(statement.sql)
    const cpuMs = cpu() - startedAt
    steerer.learn(statement, { arm: DEFAULT_ARM.name, cpuMs, interrupted: false })
    return answer
  }
  return {
    rest,
    async answer(statement) {
      const choice = steerer.choose(statement)
      if (choice === undefined) return byDefault(statement)
      const { arm, set, reset, limitMs, sql = statement.sql } = choice
      const startedAt = cpu()
      try {
        if (standing?.arm !== arm) {
          await rest()
          standing = { arm, reset }
          for (const one of set) await db.run(one)
        }
        const run = await runWithLimit(db, limitMs, cpu, () => db.answer(sql))
        const interrupted = run.result === undefined
        steerer.learn(statement, { arm, cpuMs: run.cpuMs, interrupted })
        if (run.result !== undefined) return run.result
      } catch {
        // Another plan may meet a value that the default filters out before; the default decides.
        steerer.learn(statement, { arm, cpuMs: cpu() - startedAt, interrupted: true })
      }
      return byDefault(statement)
    },
  }
}
