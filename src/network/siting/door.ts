export type {
  ChangeKind,
  SiteSize,
  SitingAlternative,
  SitingChange,
  SitingPlan,
  SitingProblem,
  SitingScenario,
  SitingSite,
  SitingYear,
} from './problem.ts'
export { type SitingOptions, solveSiting } from './solve.ts'
