export type { CapacitatedProblem, CapacitatedResult } from './capacitated/problem.ts'
export { solveCapacitatedPMedian } from './capacitated/solve.ts'
export type { PMedianProblem, PMedianResult, PMedianSolution } from './problem.ts'
export { type PMedianOptions, solvePMedian } from './solve.ts'
