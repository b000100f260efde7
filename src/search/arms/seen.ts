import { packState, unpackState } from './state.ts'

/** When products came, and how often each was shown. */
export interface SeenProducts {
  /** Notes products that are there at `at` (epoch ms); the earliest time stands. */
  saw(ids: Iterable<string>, at: number): void
  /** Counts that a product was shown. */
  shown(id: string): void
  /** Epoch ms, or undefined for a product never noted. */
  firstSeen(id: string): number | undefined
  timesShown(id: string): number
  forget(ids: Iterable<string>): void
  save(): Uint8Array
}

/**
 * An empty record, or the one that `save` wrote. Throws ERR_STORE_DAMAGED on other bytes.
 */
export function createSeenProducts(bytes?: Uint8Array): SeenProducts {
  const first = new Map<string, number>()
  const shows = new Map<string, number>()
  if (bytes !== undefined) readSeen(bytes, first, shows)
  return {
    saw(ids, at) {
      for (const id of ids) first.set(id, Math.min(at, first.get(id) ?? Infinity))
    },
    shown: (id) => void shows.set(id, (shows.get(id) ?? 0) + 1),
    firstSeen: (id) => first.get(id),
    timesShown: (id) => shows.get(id) ?? 0,
    forget(ids) {
      for (const id of ids) {
        first.delete(id)
        shows.delete(id)
      }
    },
    save() {
      const ids = [...new Set([...first.keys(), ...shows.keys()])]
      const times = Float64Array.from(ids, (id) => first.get(id) ?? Number.NaN)
      const counts = Float64Array.from(ids, (id) => shows.get(id) ?? 0)
      return packState('seen', { ids }, [times, counts])
    },
  }
}

function readSeen(bytes: Uint8Array, first: Map<string, number>, shows: Map<string, number>) {
  const { meta, arrays } = unpackState<{ ids: readonly string[] }>('seen', bytes)
  const [times, counts] = arrays
  meta.ids.forEach((id, i) => {
    if (!Number.isNaN(times![i]!)) first.set(id, times![i]!)
    if (counts![i]! > 0) shows.set(id, counts![i]!)
  })
}
