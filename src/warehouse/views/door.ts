/** Materialized views mined from the workload, their choice, upkeep, and the rewrite of statements onto them. */

export { adviseViews, type ViewAdvice, type ViewAdviceOptions } from './adviser.ts'
export type { ViewDefinition } from './definition.ts'
export type { Demand } from './demand.ts'
export { createLiveViews, type LiveOptions, type LiveViews } from './live.ts'
export type { Change } from './refresh.ts'
export { createViewRewriter, type RefreshOutcome, type ViewRewriter } from './rewriter.ts'
export { createViewService, type ViewService, type ViewServiceOptions } from './service.ts'
export { viewAdviser } from './workload.ts'
