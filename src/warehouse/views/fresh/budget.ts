/**
 * What seeking, building and refreshing views may take while statements run: a share of what is asked,
 * and of what views saved so far. Where nothing is gained, a store pays no more than the first.
 */
export interface Budget {
  /** Told of CPU that statements took, ms. */
  asked(cpuMs: number): void
  /** Told of CPU that a view saved one statement, ms; less than 0 where it was slower. */
  saved(cpuMs: number): void
  /** Told of CPU that upkeep took, ms. */
  spent(cpuMs: number): void
  /** Whether so much more CPU, ms, may be spent now. */
  allows(cpuMs: number): boolean
}

export interface BudgetShares {
  /** Of what is asked. */
  readonly asked: number
  /** Of what is saved. */
  readonly saved: number
}

/** A budget of which nothing is spent. */
export function createBudget(shares: BudgetShares): Budget {
  let room = 0
  return {
    asked: (cpuMs) => {
      room += shares.asked * cpuMs
    },
    saved: (cpuMs) => {
      room += shares.saved * cpuMs
    },
    spent: (cpuMs) => {
      room -= cpuMs
    },
    allows: (cpuMs) => cpuMs <= room,
  }
}
