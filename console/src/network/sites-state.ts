import { computed } from '@preact/signals'
import type { SitesPlan } from '../../../src/api/schemas/network-sites.ts'
import { api } from '../api.ts'
import { createResources } from '../resource.ts'
import { param } from '../router.ts'

/** By version of the plan of sites; '' = the newest. */
export const sitesPlans = createResources(api.sitesPlan, 8)

/** The version in the address; '' = the newest. */
export const planInAddress = computed(() => param('plan') ?? '')

/** The way of demand that is looked at: the likeliest unless the address says otherwise. */
export function scenarioInAddress({ scenarios }: SitesPlan): string {
  const asked = scenarios.find(({ name }) => name === param('scenario'))
  const likeliest = scenarios.reduce((best, one) =>
    one.probability > best.probability ? one : best,
  )
  return (asked ?? likeliest).name
}

/** The year that is looked at, 0 = today: the last one unless the address says otherwise. */
export function yearInAddress({ years }: SitesPlan): number {
  const asked = param('year')
  return asked !== undefined && /^\d{1,2}$/.test(asked) && Number(asked) <= years
    ? Number(asked)
    : years
}
