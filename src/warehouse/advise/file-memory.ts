import { keepMemory, type Learned, readMemory } from '../steering/door.ts'
import type { PlanMemory } from './plan-part.ts'

const known = new Map<string, Learned | undefined>()

/**
 * What steering of a database learned, in a file that is read once a process. A damaged file is warned of,
 * and written anew once something was learned.
 */
export function memoryIn(file: string): PlanMemory {
  if (!known.has(file)) {
    const { learned, fault } = readMemory(file)
    if (fault !== undefined) process.emitWarning(fault)
    known.set(file, learned)
  }
  const learned = known.get(file)
  return {
    ...(learned === undefined ? {} : { learned }),
    keep(next) {
      known.set(file, next)
      keepMemory(file, next)
    },
  }
}

/** The same of a database of its own: in a file beside it. */
export function memoryBeside(database: string): PlanMemory {
  return memoryIn(`${database}.steering.json`)
}
