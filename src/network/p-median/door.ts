export type { PMedianProblem, PMedianResult, PMedianSolution } from './problem.ts'
export { type PMedianOptions, solvePMedian } from './solve.ts'
