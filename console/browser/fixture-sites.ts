import type { Noted, SiteStep, SitesNote, SiteYear } from '../../src/loop/index.ts'
import type { Network } from '../../src/network/index.ts'

const SCENARIOS = [
  { name: 'low', probability: 0.25, growth: 0.02 },
  { name: 'mid', probability: 0.5, growth: 0.08 },
  { name: 'high', probability: 0.25, growth: 0.14 },
]
const ALL = SCENARIOS.map(({ name }) => name)
const YEARS = 5
const ORDERS_A_DAY = 32_800
const NEEDED_M3 = 410_000

/** A plan of sites drawn by hand on a made network: each kind of step, and each kind of reason. */
export function fixtureSites({ sites, areas }: Network, madeAt: number): Noted<SitesNote> {
  const centres = [...sites.ids.keys()].filter((s) => sites.kinds[s] === 'fulfilment_centre')
  const room = (s: number) => Math.round(sites.capacityM3[s]!)
  const areaIdOf = (s: number) => areas.ids[sites.area[s]!] ?? null
  const known = (at: number) => {
    const s = centres[at]!
    return { siteId: sites.ids[s]!, place: '', areaId: areaIdOf(s), fromM3: room(s) }
  }
  const added = (areaId: string, place: string) => {
    return { siteId: `NEW-${areaId}`, place, areaId, fromM3: 0 }
  }
  const dallas = added('48113', 'Dallas, TX')
  const steps: SiteStep[] = [
    madeStep('open', dallas, 1, ALL, 18_000, [4_100_000_00, 12_400_000_00, 19_800_000_00]),
    madeStep('close', known(3), 2, ALL, 0, [5_200_000_00, 1_100_000_00, -2_300_000_00]),
    madeStep('enlarge', known(1), 2, ALL, 1.5 * known(1).fromM3, [0, 0, null]),
    madeStep('open', added('37119', 'Mecklenburg, NC'), 3, ['mid', 'high'], 12_000, [0, 9e8, 7e8]),
    madeStep('enlarge', dallas, 4, ['high'], 27_000, [0, 0, null]),
    madeStep('close', known(5), 4, ['low'], 0, [3_300_000_00, 0, 0]),
  ]
  const costCents = 1_843_000_000_00
  return {
    version: 1,
    createdAt: madeAt - 3_600_000,
    note: {
      ...{ years: YEARS, committedYears: 2, scenarios: SCENARIOS, groups: 120, places: 32 },
      ...{ newPlaces: 8, ordersADay: ORDERS_A_DAY, neededM3: NEEDED_M3, costCents },
      ...{ boundCents: 0.97 * costCents, gap: 0.031, isProven: false, isCut: false },
      staying: { costCents: 1.06 * costCents, blocked: null },
      steps: steps.map((step) => ({ ...step, fromM3: sizeBefore(steps, step) })),
      path: SCENARIOS.flatMap(({ name, growth }) =>
        Array.from({ length: YEARS }, (_, t) => madeYear(steps, name, growth, t + 1)),
      ),
    },
  }
}

/** Room that an earlier step gave the place. */
function sizeBefore(steps: readonly SiteStep[], step: SiteStep): number {
  const before = steps.filter(({ siteId, year }) => siteId === step.siteId && year < step.year)
  return before.at(-1)?.sizeM3 ?? step.fromM3
}

function madeStep(
  action: SiteStep['action'],
  place: Pick<SiteStep, 'siteId' | 'place' | 'areaId' | 'fromM3'>,
  year: number,
  scenarios: readonly string[],
  sizeM3: number,
  savesByScenario: readonly (number | null)[],
): SiteStep {
  const fits = savesByScenario.every((cents) => cents !== null)
  const saves = savesByScenario.reduce<number>((sum, cents) => sum + (cents ?? 0), 0)
  const what = `${{ open: 'Opening', enlarge: 'Enlarging', close: 'Closing' }[action]} ${place.siteId} in year ${year}`
  return {
    ...{ ...place, action, year, scenarios, sizeM3, savesByScenario },
    costCents: Math.round(Math.abs(sizeM3 - place.fromM3)) * 8_000,
    savesCents: fits ? saves : null,
    reason: fits
      ? `${what} saves ${(saves / 100).toLocaleString('en-US')} dollars of expected cost over the years planned.`
      : `Without ${what[0]!.toLowerCase()}${what.slice(1)}, capacity is 1,240 m³ short in year 4 of high.`,
    alternatives: action === 'open' ? [{ siteId: 'NEW-48453', extraCents: 820_000_00 }] : [],
  }
}

function madeYear(
  steps: readonly SiteStep[],
  scenario: string,
  growth: number,
  year: number,
): SiteYear {
  const done = steps.filter((step) => step.year <= year && step.scenarios.includes(scenario))
  const opened = done.filter(({ action }) => action === 'open').length
  const closed = done.filter(({ action }) => action === 'close').length
  const grown = (1 + growth) ** year
  return {
    ...{ scenario, year, ordersADay: ORDERS_A_DAY * grown, sites: 24 + opened - closed },
    ...{ neededM3: NEEDED_M3 * grown, roomM3: 700_000 + 15_000 * (opened - closed) },
    miles: 182 - 6 * opened + 2 * closed,
    buildingCents: 9_000_000_00 * (24 + opened - closed),
    changeCents: done
      .filter((step) => step.year === year)
      .reduce((sum, step) => sum + step.costCents, 0),
    transportCents: Math.round(ORDERS_A_DAY * grown * 365 * 40),
  }
}
