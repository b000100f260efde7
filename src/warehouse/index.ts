/**
 * The room `warehouse`: how should the store's own tables be laid out, pre-computed and queried?
 */

export { type AdviseAllOptions, adviseAll, netCpuMsPerDay } from './advise/advise-all.ts'
export {
  type AppliedMeasured,
  applyMeasured,
  examplesOf,
  isMeasuringOpen,
  type MeasuringOptions,
  measureOpen,
} from './advise/apply-measured.ts'
export { inApplyOrder } from './advise/apply-order.ts'
export { memoryBeside, memoryIn } from './advise/file-memory.ts'
export { horizonDays } from './advise/knobs.ts'
export { type LogWorkloadOptions, workloadOfLog } from './advise/log-workload.ts'
export { type OpenTuned, type OpenTunedOptions, openTuned } from './advise/open-tuned.ts'
export {
  type Parts,
  type PartsOf,
  type Service,
  type ServingParts,
  servingParts,
  standardParts,
} from './advise/parts.ts'
export type { PlanMemory } from './advise/plan-part.ts'
export { refreshStanding } from './advise/refresh-standing.ts'
export * as design from './design/door.ts'
export * as layout from './layout/door.ts'
export * as postgres from './postgres/door.ts'
export * as ranges from './ranges/door.ts'
export * as replay from './replay/door.ts'
export * as schedule from './schedule/door.ts'
export * as settings from './settings/door.ts'
export * as steering from './steering/door.ts'
export * as tuned from './tuned/door.ts'
export {
  ACTION_KINDS,
  ACTION_STATUSES,
  type Action,
  type ActionKind,
  type ActionStatus,
  type Advice,
  type AdviseOptions,
  type Adviser,
  type ConstantKind,
  type Gain,
  type KnownStatement,
  MODES,
  type Mode,
  type OperatorSeen,
  type Refusal,
  type Rewriter,
  type Rewritten,
  type StatementSeen,
  type StatementTree,
  type Steerer,
  type Template,
  type TemplateLoad,
  type TreeNode,
  type Workload,
} from './types.ts'
export { createVeto, type Veto } from './views/door.ts'
export * as watch from './watch/door.ts'
