// The door of facility location: which sites to open and who serves whom.
export type { FacilityPlan, Shares } from './plan.ts'
export type { FacilityProblem } from './problem.ts'
export { type FacilityOptions, solveFacility } from './solve.ts'
export { solveByModel } from './strong-model.ts'
