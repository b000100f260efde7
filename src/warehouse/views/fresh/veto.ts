/** Learns from what statements took whether a view answers those of a kind sooner than the tables. */
export interface Veto {
  /** Whether the view of an action is to answer the next statement of a kind. */
  mayServe(kind: string, actionId: string): boolean
  /** What a statement of a kind takes on the tables, ms; undefined where none ran on them. */
  plainMs(kind: string): number | undefined
  /** Told what a statement of a kind took, ms, and which view answered it; undefined: the tables. */
  learn(kind: string, cpuMs: number, actionId: string | undefined): void
}

/** Runs kept of each: medians of these are compared. */
const KEPT = 7
const ENOUGH = 3
/** Views that answer within this are not doubted, ms: there is nothing to gain. */
const CHEAP_MS = 3
/** A view has to take less than this share of what the tables take. */
const SHARE = 0.9
/** While it is not known what the tables take, every so many statements run on them. */
const TRY_EVERY = 4
/** A view that was slower is tried again so often: caches, rows and machines change. */
const LOOK_AGAIN_EVERY = 32
const MAX_KINDS = 10_000

interface Kind {
  readonly plain: number[]
  readonly served: Map<string, number[]>
  asked: number
}

/** Without a clock or chance: the same statements and times, the same answers. */
export function createVeto(): Veto {
  const kinds = new Map<string, Kind>()
  const kindOf = (name: string): Kind => {
    const found = kinds.get(name)
    if (found !== undefined) return found
    const made = { plain: [], served: new Map<string, number[]>(), asked: 0 }
    kinds.set(name, made)
    if (kinds.size > MAX_KINDS) kinds.delete(kinds.keys().next().value!)
    return made
  }
  return {
    mayServe(name, actionId) {
      const kind = kinds.get(name)
      const served = kind?.served.get(actionId)
      if (kind === undefined || served === undefined || served.length < ENOUGH) return true
      const typical = median(served)
      if (typical < CHEAP_MS) return true
      kind.asked++
      if (kind.plain.length < ENOUGH) return kind.asked % TRY_EVERY !== 0
      return typical < SHARE * median(kind.plain) || kind.asked % LOOK_AGAIN_EVERY === 0
    },
    plainMs(name) {
      const { plain = [] } = kinds.get(name) ?? {}
      return plain.length === 0 ? undefined : median(plain)
    },
    learn(name, cpuMs, actionId) {
      const kind = kindOf(name)
      if (actionId === undefined) return keep(kind.plain, cpuMs)
      const served = kind.served.get(actionId) ?? []
      kind.served.set(actionId, served)
      keep(served, cpuMs)
    },
  }
}

function keep(runs: number[], cpuMs: number): void {
  runs.push(cpuMs)
  if (runs.length > KEPT) runs.shift()
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}
