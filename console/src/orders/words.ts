import type { OrderRow, Standing } from '../../../src/api/schemas/fulfilment-pages.ts'
import type { Tone } from '../parts/chip.tsx'

/** A standing as colour and shape tell it. */
export const STANDING_TONES: Readonly<Record<Standing, Tone>> = {
  overdue: 'bad',
  late: 'bad',
  broken: 'calm',
  'at-risk': 'warn',
  'on-time': 'ok',
  kept: 'ok',
  cancelled: 'calm',
}

/** A standing in a word or two. */
export const STANDINGS: Readonly<Record<Standing, string>> = {
  overdue: 'overdue',
  late: 'will be late',
  broken: 'came late',
  'at-risk': 'at risk',
  'on-time': 'on time',
  kept: 'kept',
  cancelled: 'cancelled',
}

/** What stands under the chip, where it says more than the chip. */
export const beyondChip = ({ standing, words }: OrderRow): string =>
  words === STANDINGS[standing] ? '' : words

/** Why promises break, in a few words. */
export const CAUSES: Readonly<Record<string, string>> = {
  'short-pick': 'not on the shelf',
  damaged: 'damaged',
  'site-closed': 'a site closed',
  'late-packing': 'packed late',
  'lane-down': 'a lane down',
  'late-on-the-way': 'late on the way',
  'late-arrival-of-stock': 'stock came late',
  'changed-by-customer': 'changed by customers',
}

/** Where an order stands, as the filter offers it. */
export const STATUSES = [
  ['waiting', 'Waits for stock'],
  ['placed', 'Placed'],
  ['assigned', 'Given to sites'],
  ['picking', 'Being picked'],
  ['packed', 'Packed'],
  ['shipped', 'On the way'],
  ['delivered', 'Delivered'],
  ['returned', 'Returned'],
  ['cancelled', 'Cancelled'],
] as const

const STATUS_WORDS = new Map<string, string>(STATUSES)

/** A status in small letters. */
export const statusWords = (status: string): string =>
  (STATUS_WORDS.get(status) ?? status).toLowerCase()
