export { type DemandModel, type DemandModelOptions, fitDemand } from './estimate.ts'
export { estimateLostSales, type LostSales } from './lost-sales.ts'
export { censorSuspected, type SuspectedStockOut, suspectStockOuts } from './suspected.ts'
