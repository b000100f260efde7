import type { SiteStepRow } from '../../../src/api/schemas/network-sites.ts'

type Step = Pick<SiteStepRow, 'siteId' | 'scenarios' | 'year' | 'sizeM3'>

/** The last step of a place up to a year of a scenario; undefined where it is as today. */
export function lastStep<S extends Step>(
  steps: readonly S[],
  siteId: string,
  scenario: string,
  year: number,
): S | undefined {
  return steps
    .filter((step) => step.siteId === siteId && step.scenarios.includes(scenario))
    .filter((step) => step.year <= year)
    .reduce<S | undefined>((last, step) => (last && last.year > step.year ? last : step), undefined)
}

/** Steps in three lists: decided now, later in every scenario, later in some. Each in order of years. */
export function stepLists<S extends Pick<SiteStepRow, 'committed' | 'scenarios' | 'year'>>(
  steps: readonly S[],
  scenarios: number,
): { readonly now: readonly S[]; readonly later: readonly S[]; readonly some: readonly S[] } {
  const sorted = [...steps].sort((a, b) => a.year - b.year)
  const isCommon = (step: S) => step.scenarios.length === scenarios
  const open = sorted.filter(({ committed }) => !committed)
  return {
    now: sorted.filter(({ committed }) => committed),
    later: open.filter(isCommon),
    some: open.filter((step) => !isCommon(step)),
  }
}
