import type { RouteSet } from '../../core/routes/door.ts'
import { buildRoutes, type RouteJob } from '../network/route-sets.ts'

/** The set of a job, built in a thread of its own: its arrays are shared memory. */
export function buildSet(job: RouteJob): RouteSet {
  return buildRoutes(job).set
}
