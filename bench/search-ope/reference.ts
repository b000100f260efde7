/** The estimators as their papers print them, on plain arrays. */

export interface PlainRow {
  readonly weight: number
  readonly reward: number
  /** q̂(x, a) and Σ_a π(a|x) q̂(x, a). */
  readonly logged: number
  readonly target: number
}

const sum = (rows: readonly PlainRow[], f: (row: PlainRow) => number) =>
  rows.reduce((total, row) => total + f(row), 0)

/** 1/n Σ w r. */
export const plainIps = (rows: readonly PlainRow[]) =>
  sum(rows, (r) => r.weight * r.reward) / rows.length

/** Σ w r / Σ w. */
export const plainSnips = (rows: readonly PlainRow[]) =>
  sum(rows, (r) => r.weight * r.reward) / sum(rows, (r) => r.weight)

/** 1/n Σ q̂(x, π). */
export const plainDirect = (rows: readonly PlainRow[]) => sum(rows, (r) => r.target) / rows.length

/** 1/n Σ q̂(x, π) + w (r − q̂(x, a)). */
export const plainDr = (rows: readonly PlainRow[]) =>
  sum(rows, (r) => r.target + r.weight * (r.reward - r.logged)) / rows.length

/** (Σ w)² / Σ w². */
export const plainEss = (rows: readonly PlainRow[]) =>
  sum(rows, (r) => r.weight) ** 2 / sum(rows, (r) => r.weight ** 2)
