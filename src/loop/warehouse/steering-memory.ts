import { dirname, join } from 'node:path'
import { memoryIn, type PlanMemory } from '../../warehouse/index.ts'

/** Where steering of a store's database is kept. */
export const steeringFile = (databasePath: string) =>
  join(dirname(databasePath), 'warehouse', 'steering.json')

/** What steering of a store's database learned. */
export function steeringMemory(databasePath: string): PlanMemory {
  return memoryIn(steeringFile(databasePath))
}
