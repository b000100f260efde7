import type { KnownStatement } from '../types.ts'

/** What is to be read behind statements, whose answers do not wait for it. */
export interface Behind {
  /** Notes a statement that was answered, where there is something to read for statements like it. */
  note(statement: KnownStatement): void
  /** Reads all that has become worth it for the statements noted, one thing a turn. */
  settle(): Promise<void>
}

type Due = (statement: KnownStatement) => (() => Promise<void>) | undefined

/** Statements that wait; what others need shows when they come again. */
const MOST_WAITING = 64
/** Things read for one statement: its tables, their keys and samples. */
const MOST_READ = 64

/** Reads what `due` names, each in a turn of its own, so that statements come between. */
export function createBehind(
  due: Due,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  isOpen: () => boolean,
): Behind {
  const waiting = new Map<string, KnownStatement>()
  const readNext = async (statement: KnownStatement): Promise<boolean> => {
    const read = isOpen() ? due(statement) : undefined
    await read?.()
    return read !== undefined
  }
  return {
    note(statement) {
      if (waiting.size >= MOST_WAITING || due(statement) === undefined) return
      waiting.set(statement.template.fingerprint, statement)
    },
    async settle() {
      for (const [fingerprint, statement] of waiting) {
        waiting.delete(fingerprint)
        let more = true
        for (let i = 0; more && i < MOST_READ; i++) {
          more = await inTurn(() => readNext(statement))
        }
      }
    },
  }
}
