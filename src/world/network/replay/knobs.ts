import { declareKnob, type KnobSettings, readKnob } from '../../../core/knobs.ts'

/** What the simulated network charges and how long its buildings take; no policy reads them. */
export interface NetworkReplayParams {
  /** Orders of the store for which each replayed one stands on trucks, vans and in handling. */
  readonly ordersPerReplayed: number
  /** Minutes from click to packed. */
  readonly packMinutes: number
  /** Minutes in a sort centre or station between arriving and being ready for the next lane. */
  readonly sortMinutes: number
  /** Room of a parcel over the room of its goods. */
  readonly boxFactor: number
  /** Pick, pack and label: cents a parcel and a line. */
  readonly parcelCents: number
  readonly lineCents: number
  /** Cents a parcel and sort. */
  readonly sortCents: number
  /** What one parcel more counts when sites are chosen, cents. */
  readonly splitCents: number
  /** What a parcel's great-circle km count when sites are chosen, cents: the way and the time. */
  readonly kmCents: number
  /** Days from an order to a vendor until its goods stand at the dock. */
  readonly vendorDays: number
  /** Standard deviations of each lane's time that a promise allows for. */
  readonly promiseDeviations: number
  /** What an hour counts when a parcel's route is chosen, cents. */
  readonly hourCents: number
}

const KNOBS = {
  ordersPerReplayed: declareKnob({
    name: 'world.network-orders-per-replayed',
    unit: 'orders',
    range: [1, 1_000_000],
    default: 40,
    trades: 'Higher makes the store larger: trucks are fuller whatever is planned.',
  }),
  packMinutes: declareKnob({
    name: 'world.network-pack-minutes',
    unit: 'minutes',
    range: [0, 10_000],
    default: 150,
    trades: 'Higher makes parcels miss departures, so that near stock matters less.',
  }),
  sortMinutes: declareKnob({
    name: 'world.network-sort-minutes',
    unit: 'minutes',
    range: [0, 10_000],
    default: 45,
    trades: 'Higher makes ways over several buildings slower.',
  }),
  boxFactor: declareKnob({
    name: 'world.network-box-factor',
    unit: 'm³ of parcel a m³ of goods',
    range: [1, 20],
    default: 1.5,
    trades: 'Higher fills trucks with air.',
  }),
  parcelCents: declareKnob({
    name: 'world.network-parcel-cost',
    unit: 'cents',
    range: [0, 100_000],
    default: 110,
    trades: 'Higher makes split orders dearer.',
  }),
  lineCents: declareKnob({
    name: 'world.network-line-cost',
    unit: 'cents',
    range: [0, 100_000],
    default: 50,
    trades: 'Higher makes handling weigh more beside transport.',
  }),
  sortCents: declareKnob({
    name: 'world.network-sort-cost',
    unit: 'cents',
    range: [0, 100_000],
    default: 20,
    trades: 'Higher makes ways over several buildings dearer.',
  }),
  splitCents: declareKnob({
    name: 'world.network-split-weight',
    unit: 'cents',
    range: [0, 100_000],
    default: 350,
    trades: 'Higher sends orders in one parcel from farther away rather than in two from near.',
  }),
  kmCents: declareKnob({
    name: 'world.network-km-weight',
    unit: 'cents a km',
    range: [0, 1000],
    default: 0.1,
    trades: 'Higher sends orders from near in several parcels rather than in one from far.',
  }),
  vendorDays: declareKnob({
    name: 'world.network-vendor-days',
    unit: 'days',
    range: [0, 365],
    default: 6,
    trades: 'Higher keeps shelves emptier between a sale and its replacement.',
  }),
  promiseDeviations: declareKnob({
    name: 'world.network-promise-deviations',
    unit: 'standard deviations',
    range: [0, 6],
    default: 1.5,
    trades: 'Higher promises later and keeps more promises.',
  }),
  hourCents: declareKnob({
    name: 'world.network-hour-weight',
    unit: 'cents an hour',
    range: [0, 10_000],
    default: 4,
    trades: 'Higher takes faster and dearer routes.',
  }),
} satisfies Record<keyof NetworkReplayParams, ReturnType<typeof declareKnob>>

/** The replay's parameters from knob settings; `overrides` stand above both, for sensitivity. */
export function readNetworkReplayParams(
  settings: KnobSettings = {},
  overrides: Partial<NetworkReplayParams> = {},
): NetworkReplayParams {
  const names = Object.keys(KNOBS) as (keyof NetworkReplayParams)[]
  const read = Object.fromEntries(names.map((name) => [name, readKnob(KNOBS[name], settings)]))
  return { ...(read as unknown as NetworkReplayParams), ...overrides }
}
