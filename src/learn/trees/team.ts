import { type Bench, workOnGroups } from './group-work.ts'

/** Who works on the groups of columns between two splits: one thread or several. */
export interface Team {
  /** Runs workOnGroups for all groups and returns when all are done. */
  work(bench: Bench): void
}

/** The calling thread alone. */
export const soloTeam: Team = {
  work: (bench) => workOnGroups(bench, 0, bench.layout.groups),
}
