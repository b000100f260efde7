import { type Bench, workOnGroup } from './group-work.ts'

/** Who works on the groups of columns between two splits: one thread or several. */
export interface Team {
  /** Runs workOnGroup for every group and returns when all are done. */
  workOnGroups(bench: Bench): void
}

/** The calling thread alone. */
export const soloTeam: Team = {
  workOnGroups(bench) {
    for (let group = 0; group < bench.layout.groups; group++) workOnGroup(bench, group)
  },
}
