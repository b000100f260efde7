/** Materialized views mined from the workload, their choice, upkeep, and the rewrite of statements onto them. */

export { createVeto, type Veto } from './fresh/veto.ts'
export { createViewService } from './service.ts'
export { viewAdviser } from './workload.ts'
