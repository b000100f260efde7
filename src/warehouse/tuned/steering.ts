import type { Database } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import type { KnownStatement, Steerer } from '../types.ts'

export type Choice = NonNullable<ReturnType<Steerer['choose']>>

/**
 * The settings an arm puts in force on one connection. They stay until a statement needs others, so
 * that statements of one arm behind each other pay nothing for it.
 */
export interface Settings {
  /** Puts an arm in force, undefined for the default. Throws what DuckDB says of a setting. */
  use(choice: Choice | undefined): Promise<void>
  /** Whether the default is in force. */
  isDefault(): boolean
}

export function createSettings(db: Pick<Database, 'run'>): Settings {
  let inForce: Choice | undefined
  return {
    isDefault: () => inForce === undefined,
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

/** What a steerer wants to read next; what fails, here or as it reads, is told and goes no further. */
export function dueBy(
  steerer: Steerer,
  statement: KnownStatement,
  onFault: (message: string) => void,
): (() => Promise<void>) | undefined {
  try {
    const read = steerer.due?.(statement)
    return read === undefined
      ? undefined
      : () => read().catch((error: unknown) => onFault(messageOf(error)))
  } catch (error) {
    onFault(messageOf(error))
    return undefined
  }
}
