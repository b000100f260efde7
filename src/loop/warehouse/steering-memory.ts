import { dirname, join } from 'node:path'
import { type PlanMemory, steering } from '../../warehouse/index.ts'

const known = new Map<string, steering.Learned | undefined>()

/** Where steering of a store's database is kept. */
export const steeringFile = (databasePath: string) =>
  join(dirname(databasePath), 'warehouse', 'steering.json')

/**
 * What steering of a store's database learned, read once a process. A damaged file is warned of, and
 * written anew once something was learned.
 */
export function steeringMemory(databasePath: string): PlanMemory {
  const file = steeringFile(databasePath)
  if (!known.has(file)) {
    const { learned, fault } = steering.readMemory(file)
    if (fault !== undefined) process.emitWarning(fault)
    known.set(file, learned)
  }
  const learned = known.get(file)
  return {
    ...(learned === undefined ? {} : { learned }),
    keep(next) {
      known.set(file, next)
      steering.keepMemory(file, next)
    },
  }
}
