import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import type { KnownStatement, Steerer } from '../types.ts'

export type Choice = NonNullable<ReturnType<Steerer['choose']>>

/** What came of a statement under an arm. */
export type Steered<T> =
  | { readonly outcome: 'answered'; readonly result: T; readonly cpuMs: number }
  /** It reached its limit. */
  | { readonly outcome: 'interrupted'; readonly cpuMs: number }
  | { readonly outcome: 'failed'; readonly error: unknown; readonly cpuMs: number }

/**
 * The settings an arm puts in force on one connection. They stay until a statement needs others, so
 * that statements of one arm behind each other pay nothing for it.
 */
export interface Settings {
  /** Puts an arm in force, undefined for the default. Throws what DuckDB says of a setting. */
  use(choice: Choice | undefined): Promise<void>
}

export function createSettings(db: Pick<Database, 'run'>): Settings {
  let inForce: Choice | undefined
  return {
    async use(choice) {
      if (choice?.arm === inForce?.arm) return
      const undo = inForce?.reset ?? []
      if (undo.length > 0) await db.run(undo.join('; '))
      // Where a setting fails, those before it are taken back by the next call.
      inForce = choice
      const set = choice?.set ?? []
      if (set.length > 0) await db.run(set.join('; '))
    },
  }
}

/**
 * Runs a statement under the arm in force and interrupts it once it has used `limitMs` of CPU. A user's
 * interrupt (`isStopped`) is a failure, not the arm's limit.
 */
export async function runLimited<T>(
  db: Pick<Database, 'interrupt'>,
  limitMs: number,
  isStopped: () => boolean,
  work: () => Promise<T>,
): Promise<Steered<T>> {
  const startedAt = cpuNow()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLate = false
  const look = () => {
    const left = limitMs - (cpuNow() - startedAt)
    if (left <= 0) {
      isLate = true
      db.interrupt()
    }
    // It may not have begun when it is first interrupted, so it is looked at again.
    timer = setTimeout(look, Math.max(1, Math.ceil(left)))
  }
  if (Number.isFinite(limitMs)) timer = setTimeout(look, Math.max(1, Math.ceil(limitMs)))
  try {
    const result = await work()
    return { outcome: 'answered', result, cpuMs: cpuNow() - startedAt }
  } catch (error) {
    const cpuMs = cpuNow() - startedAt
    return isLate && !isStopped()
      ? { outcome: 'interrupted', cpuMs }
      : { outcome: 'failed', error, cpuMs }
  } finally {
    clearTimeout(timer)
  }
}

/** What a steerer wants, where it neither throws nor wants the default. */
export function chosenBy(
  steerer: Steerer,
  statement: KnownStatement,
  onFault: (message: string) => void,
): Choice | undefined {
  try {
    return steerer.choose(statement)
  } catch (error) {
    onFault(String(error))
    return undefined
  }
}
