import { declareKnob } from '../../../core/knobs.ts'

export const SITE_GROUPS = declareKnob({
  name: 'network.site-groups',
  unit: 'groups of areas',
  range: [2, 1000],
  default: 120,
  trades: 'More tell apart what is near to what more finely, and take longer.',
})

export const SITE_CANDIDATES = declareKnob({
  name: 'network.site-candidates',
  unit: 'new places',
  range: [0, 200],
  default: 8,
  trades: 'More places to open in can save miles; the plan takes longer to find and to prove.',
})

export const SITE_STEP = declareKnob({
  name: 'network.site-step',
  unit: 'room of a size over that of the size before',
  range: [1.05, 5],
  default: 1.5,
  trades: 'Higher reaches larger buildings in fewer steps, with more room unused after each.',
})

export const SITE_RENT_CENTS = declareKnob({
  name: 'network.site-rent-cents',
  unit: 'cents a m³ of room and year',
  range: [0, 10_000_000],
  default: 6_000,
  trades: 'Higher keeps less room idle and pays in changes later and in miles.',
})

export const SITE_FIXED_SHARE = declareKnob({
  name: 'network.site-fixed-share',
  unit: 'cost a year of any building, as a share of the rent of a usual one today',
  range: [0, 20],
  default: 0.5,
  trades: 'Higher has fewer and larger buildings and pays in miles.',
})

export const SITE_OPEN_CENTS = declareKnob({
  name: 'network.site-open-cents',
  unit: 'cents a m³ of a new building',
  range: [0, 100_000_000],
  default: 8_000,
  trades: 'Higher opens fewer buildings, and later.',
})

export const SITE_ENLARGE_CENTS = declareKnob({
  name: 'network.site-enlarge-cents',
  unit: 'cents a m³ added to a building',
  range: [0, 100_000_000],
  default: 10_000,
  trades: 'Higher opens new buildings rather than enlarge the ones there are.',
})

export const SITE_CLOSE_CENTS = declareKnob({
  name: 'network.site-close-cents',
  unit: 'cents a m³ of a building that closes',
  range: [0, 100_000_000],
  default: 3_000,
  trades: 'Higher keeps buildings open that are hardly worth their rent.',
})

export const SITE_DISCOUNT = declareKnob({
  name: 'network.site-discount',
  unit: 'share that money is worth less a year later',
  range: [0, 1],
  default: 0.08,
  trades: 'Higher puts off what is built and pays in miles meanwhile.',
})

export const SITE_COMMITTED_YEARS = declareKnob({
  name: 'network.site-committed-years',
  unit: 'years whose changes are decided now, whichever way demand goes',
  range: [0, 30],
  default: 2,
  trades: 'Higher leaves more time to build and less room to answer to what has come.',
})

export const SITE_GROWTH_SPREAD = declareKnob({
  name: 'network.site-growth-spread',
  unit: 'growth a year below and above the expected one, where no scenarios are given',
  range: [0, 0.9],
  default: 0.06,
  trades: 'Higher plans for more unlike futures and keeps more ways open.',
})

export const SITE_DRIFT = declareKnob({
  name: 'network.site-drift-deviation',
  unit: 'standard deviation of the growth a year of a state beside that of all',
  range: [0, 0.5],
  default: 0.02,
  trades: 'Higher believes more of what past orders say about where demand moves; 0 nothing.',
})

export const SITE_ROOM_IN_USE = declareKnob({
  name: 'network.site-room-in-use',
  unit: 'share of the room of today that the demand of today needs; 0: as much as stock takes now',
  range: [0, 1],
  default: 0,
  trades: 'Higher builds earlier and has more room for days of much stock.',
})

export const SITE_SECONDS = declareKnob({
  name: 'network.site-seconds',
  unit: 'CPU seconds',
  range: [1, 100_000],
  default: 60,
  trades: 'More find better plans and prove more of them.',
})
