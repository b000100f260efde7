import { betaI } from '../../core/distributions/special.ts'

/** Two-sided p value of `wins` of `tries` under a fair coin: 2 P(X ≥ max(wins, tries − wins)), at most 1. */
export function binomialTest(wins: number, tries: number): number {
  const most = Math.max(wins, tries - wins)
  if (tries === 0 || 2 * most === tries) return 1
  // P(X ≥ k) of n tries at one half is I(k, n − k + 1; 1/2).
  return Math.min(1, 2 * betaI(most, tries - most + 1, 0.5))
}

/** Wilson's 95 % interval of a share; [0, 1] of no tries. */
export function wilsonInterval(wins: number, tries: number): readonly [number, number] {
  if (tries === 0) return [0, 1]
  const z = 1.959964
  const share = wins / tries
  const middle = (share + (z * z) / (2 * tries)) / (1 + (z * z) / tries)
  const spread = Math.sqrt((share * (1 - share)) / tries + (z * z) / (4 * tries * tries))
  const half = (z * spread) / (1 + (z * z) / tries)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
