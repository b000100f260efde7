/** A fulfilment centre of the demo store. */
export interface DemoSite {
  readonly id: string
  readonly name: string
  /** County in which it lies. */
  readonly areaId: string
  readonly lat: number
  readonly lon: number
  readonly timeZone: string
  /** Share of the country's demand that lies nearest to it, roughly; shares add up to 1. */
  readonly share: number
}

/** Six places where such buildings stand: near motorways, ports and people. */
export const SITES: readonly DemoSite[] = [
  site('FC-RNO', 'Reno, Nevada', '32029', 39.53, -119.5, 'America/Los_Angeles', 0.15),
  site('FC-ONT', 'Riverside, California', '06065', 33.9, -117.3, 'America/Los_Angeles', 0.17),
  site('FC-DFW', 'Fort Worth, Texas', '48439', 32.95, -97.3, 'America/Chicago', 0.18),
  site('FC-JOT', 'Joliet, Illinois', '17197', 41.45, -88.1, 'America/Chicago', 0.17),
  site('FC-ATL', 'Union City, Georgia', '13121', 33.58, -84.55, 'America/New_York', 0.16),
  site('FC-ABE', 'Allentown, Pennsylvania', '42077', 40.59, -75.6, 'America/New_York', 0.17),
]

function site(
  id: string,
  name: string,
  areaId: string,
  lat: number,
  lon: number,
  timeZone: string,
  share: number,
): DemoSite {
  return { id, name, areaId, lat, lon, timeZone, share }
}
