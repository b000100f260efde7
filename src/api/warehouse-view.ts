import type {
  RefuseActionRequest,
  TemplateOffRequest,
  WarehouseActionsRequest,
  WarehouseSummary,
  WarehouseWaits,
} from './schemas/warehouse.ts'

/**
 * What is asked about the store's own database. Each change returns the page anew. Changes throw
 * ERR_PLAN_NOT_FOUND on what is none and ERR_PLAN_STATUS where an action stands elsewhere.
 */
export interface WarehouseView {
  /** Never fails on an empty store: nothing was asked of it yet. */
  summary(): Promise<WarehouseSummary>
  /** How statements wait for each other in this process; null: nothing was asked yet. */
  waits(): WarehouseWaits | null
  /** Makes what actions propose, one after the other, each whole or not at all. */
  apply(request: WarehouseActionsRequest): Promise<WarehouseSummary>
  undo(request: WarehouseActionsRequest): Promise<WarehouseSummary>
  refuse(request: RefuseActionRequest): Promise<WarehouseSummary>
  /** Turns tuning off, or on again, for the statements of a template. */
  setOff(request: TemplateOffRequest): Promise<WarehouseSummary>
}
