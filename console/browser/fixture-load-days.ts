import type { LoadEventInfo } from '../../src/api/schemas/load.ts'

/** When things are in the made-up store whose load the pages show, and how large it is then. */
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const NOW = Date.parse('2026-11-26T05:00:00Z')
export const KNOWN_FROM = NOW - 70 * DAY
export const UNTIL = NOW + 104 * 7 * DAY
export const SALE = Date.parse('2026-12-04T19:00:00Z')
export const REGIONS = ['us-east', 'us-west'] as const
export const SERVICES = [
  ['web', 'Pages', 5200],
  ['search', 'Search', 1100],
  ['cart', 'Carts', 480],
] as const
export const iso = (ms: number) => new Date(ms).toISOString()

export const EVENTS: readonly LoadEventInfo[] = [-3, -2, -1, 0, 1].map((turn) => {
  const start = SALE + turn * 14 * DAY
  return {
    ...{ eventId: `sale-${iso(start).slice(0, 10)}`, name: 'Deal night', kind: 'sale' },
    ...{ startsAt: iso(start), endsAt: iso(start + 4 * HOUR) },
    ...{ serviceId: null, region: null, strength: turn === 1 ? 1.3 : null },
    isPast: start < NOW,
  }
})

/** What an event brings at a moment, over the usual. */
export function liftAt(ms: number): number {
  for (const { startsAt } of EVENTS) {
    const minutes = (ms - Date.parse(startsAt)) / MINUTE
    if (minutes < -90 || minutes > 300) continue
    if (minutes < 0) return Math.exp(minutes / 25)
    if (minutes > 240) return -0.2
    return 1.4 + 2 * Math.exp(-minutes / 15) + 0.6 * Math.max(0, 1 - (240 - minutes) / 40)
  }
  return 0
}

export function usualAt(ms: number, size: number): number {
  const hour = (ms % DAY) / HOUR
  const week = 1 + 0.12 * Math.cos((2 * Math.PI * (ms - 4 * DAY)) / (7 * DAY))
  return size * week * (1 + 0.75 * Math.cos((2 * Math.PI * (hour - 20)) / 24))
}

export const sizeOf = (service: string, region: string): number =>
  SERVICES.filter(([id]) => service === 'all' || id === service).reduce(
    (sum, [, , size]) =>
      sum +
      REGIONS.filter((id) => region === 'all' || id === region).reduce(
        (all, id) => all + size * (id === 'us-east' ? 1 : 0.55),
        0,
      ),
    0,
  )
