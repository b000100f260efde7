import type { Answer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { compareAnswers } from '../replay/compare.ts'
import type { Piece } from './pieces.ts'
import type { Took } from './search.ts'
import type { Assignment } from './space.ts'
import { setStatements } from './standing.ts'

/** Runs pieces of replayed work under settings; what stands stands again after each. */
export interface Trial {
  /** What a piece takes under an assignment, times the runs that it stands for. */
  cost(assignment: Assignment, piece: number): Promise<Took>
  /** Whether it answers a piece as what stands does: rows, names and types, floats to the last digit. */
  answersAlike(assignment: Assignment, piece: number): Promise<boolean>
}

/** `standing` names every setting that assignments may change. */
export function createTrial(db: Database, standing: Assignment, pieces: readonly Piece[]): Trial {
  const warm = new Set<number>()
  const under = async <T>(assignment: Assignment, work: () => Promise<T>): Promise<T> => {
    for (const statement of setStatements(assignment)) await db.run(statement)
    try {
      return await work()
    } finally {
      const back = Object.keys(assignment).map((name) => [name, standing[name]!])
      for (const statement of setStatements(Object.fromEntries(back))) await db.run(statement)
    }
  }
  const ask = ({ sql }: Piece): Promise<Answer | undefined> => db.answer(sql).catch(() => undefined)
  return {
    async cost(assignment, piece) {
      const one = pieces[piece]!
      // The first run reads what the others find in memory.
      if (!warm.has(piece)) await ask(one)
      warm.add(piece)
      return under(assignment, async () => {
        const [cpu, wall] = [cpuNow(), performance.now()]
        const answer = await ask(one)
        // A statement that fails under a setting must not win by it.
        if (answer === undefined) return FAILED
        return {
          cpuMs: one.weight * (cpuNow() - cpu),
          wallMs: one.weight * (performance.now() - wall),
        }
      })
    },
    async answersAlike(assignment, piece) {
      const one = pieces[piece]!
      const stands = await ask(one)
      const other = await under(assignment, () => ask(one))
      if (stands === undefined || other === undefined) return stands === other
      return compareAnswers(one.sql, stands, other) === 'same'
    },
  }
}

const FAILED: Took = { cpuMs: Number.MAX_SAFE_INTEGER, wallMs: Number.MAX_SAFE_INTEGER }
