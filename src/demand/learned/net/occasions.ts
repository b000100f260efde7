import { bucketStart, DAY_MS } from '../../../core/calendar.ts'
import type { Panel, PanelEvent } from '../../../core/panel.ts'
import { events, type nets } from '../../../learn/index.ts'
import type { Axis } from '../../axis.ts'
import { slotOccurrences } from '../../occasions/slots.ts'

/** Slots before and after an occasion that it moves, by frequency. */
const REACH = { H: [0, 0], D: [3, 2], W: [1, 0], M: [0, 0] } as const

/**
 * The panel's events on its slots. A panel of weeks without events has Easter, which moves between
 * them: last year's week is else the wrong one to compare with.
 */
export function occasionsOf(
  panel: Panel,
  axis: Axis,
  fromBucket: number,
  toBucket: number,
): nets.Occasion[] | undefined {
  const given = panel.events ?? easters(panel, fromBucket, toBucket)
  if (given.length === 0) return undefined
  const kinds = new Map<string, number>()
  const [lead, tail] = REACH[panel.buckets.frequency]
  const onSlots = slotOccurrences(given, panel.buckets, axis)
  return onSlots.map(({ name, first, last, strength, series }) => {
    if (!kinds.has(name)) kinds.set(name, kinds.size)
    return {
      kind: kinds.get(name)!,
      first,
      last,
      lead,
      tail,
      strength: strength ?? 1,
      ...(series === undefined ? {} : { series: new Set(series) }),
    }
  })
}

function easters(panel: Panel, fromBucket: number, toBucket: number): PanelEvent[] {
  if (panel.buckets.frequency !== 'W') return []
  const day = (bucket: number) => bucketStart(bucket, panel.buckets) / DAY_MS
  return events.retailOccasions(day(fromBucket), day(toBucket), ['Easter'])
}
