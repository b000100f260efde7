import { requireArgument } from '../../core/errors.ts'

/** What the demo network is made of. Same parameters, same network. */
export interface UsNetworkParams {
  /** Any text or number; another seed puts the buildings elsewhere. Default 1. */
  readonly seed?: string | number
  /** Areas that customers live in: counties joined to so many, at most 3,220. Default 885. */
  readonly areas?: number
  /** Fulfilment centres, all on the mainland, 2 to 400. Default 60. */
  readonly centres?: number
  /** Sort centres on the mainland, 2 to 200; Alaska, Hawaii and Puerto Rico get one each beside. Default 40. */
  readonly sortCentres?: number
  /** Delivery stations on the mainland, 2 to 600; a dozen overseas beside. Default 160. */
  readonly stations?: number
  /** Room for stock of all fulfilment centres together, m³. Default 900,000. */
  readonly capacityM3?: number
  /** What one truck carries, m³. Default 80: a 53-foot trailer of 110 m³, loosely loaded. */
  readonly truckM3?: number
  /** Fulfilment centres that stand already; they come first and count among `centres`. */
  readonly standing?: readonly StandingCentre[]
}

/** A fulfilment centre with a place of its own. */
export interface StandingCentre {
  readonly id: string
  readonly name: string
  /** FIPS code of the county in which it lies. */
  readonly areaId: string
  readonly lat: number
  readonly lon: number
  readonly timeZone: string
}

export type FullUsNetworkParams = Required<UsNetworkParams>

/** Fills in the defaults. Throws ERR_ARGUMENT on sizes that no network can have. */
export function completeNetworkParams(params: UsNetworkParams): FullUsNetworkParams {
  const full: FullUsNetworkParams = {
    seed: params.seed ?? 1,
    areas: params.areas ?? 885,
    centres: params.centres ?? 60,
    sortCentres: params.sortCentres ?? 40,
    stations: params.stations ?? 160,
    capacityM3: params.capacityM3 ?? 900_000,
    truckM3: params.truckM3 ?? 80,
    standing: params.standing ?? [],
  }
  requireWhole('centres', full.centres, Math.max(2, full.standing.length), 400)
  requireWhole('sortCentres', full.sortCentres, 2, 200)
  requireWhole('stations', full.stations, 2, 600)
  for (const name of ['capacityM3', 'truckM3'] as const) {
    const value = full[name]
    requireArgument(value > 0 && value < 1e12, `${name} is ${value}; give m³ above 0`)
  }
  return full
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  requireArgument(
    Number.isInteger(value) && value >= least && value <= most,
    `${name} is ${value}; give a whole number from ${least} to ${most}`,
  )
}
