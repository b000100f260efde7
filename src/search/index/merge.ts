import { isLive, type Segment, type Texts, textOf } from './segment.ts'

/** Where the live documents of several segments go in the one made of them. */
interface Plan {
  /** Segment and document by new number. */
  readonly segments: Int32Array
  readonly docs: Int32Array
  /** New number by old one, −1 where removed, for each segment. */
  readonly newDocs: readonly Int32Array[]
}

/** One segment of the live documents of several: what was removed is gone, ids stay in order. */
export function mergeSegments(parts: readonly Segment[]): Segment {
  const plan = planMerge(parts)
  const count = plan.docs.length
  const live = new Uint32Array((count + 31) >> 5)
  for (let d = 0; d < count; d++) live[d >> 5]! |= 1 << (d & 31)
  const globalDocs = new Int32Array(count)
  for (let d = 0; d < count; d++) {
    globalDocs[d] = parts[plan.segments[d]!]!.globalDocs[plan.docs[d]!]!
  }
  return {
    docCount: count,
    globalDocs,
    live,
    liveCount: count,
    ids: mergeIds(parts, plan),
    ...mergeProducts(parts, plan),
    lengths: mergeLengths(parts, plan),
    ...mergePostings(parts, plan),
    ...mergeTitles(parts, plan),
  }
}

/** Repeatedly the part whose next live document has the smallest id; ids differ among the live. */
function planMerge(parts: readonly Segment[]): Plan {
  const total = parts.reduce((sum, part) => sum + part.liveCount, 0)
  const segments = new Int32Array(total)
  const docs = new Int32Array(total)
  const newDocs = parts.map((part) => new Int32Array(part.docCount).fill(-1))
  const next = parts.map((part) => nextLive(part, 0))
  const ids = parts.map((part, s) => idAt(part, next[s]!))
  for (let d = 0; d < total; d++) {
    let best = -1
    for (let s = 0; s < parts.length; s++) {
      if (ids[s] !== undefined && (best < 0 || ids[s]! < ids[best]!)) best = s
    }
    segments[d] = best
    docs[d] = next[best]!
    newDocs[best]![next[best]!] = d
    next[best] = nextLive(parts[best]!, next[best]! + 1)
    ids[best] = idAt(parts[best]!, next[best]!)
  }
  return { segments, docs, newDocs }
}

function nextLive(part: Segment, from: number): number {
  let doc = from
  while (doc < part.docCount && !isLive(part, doc)) doc++
  return doc
}

function idAt(part: Segment, doc: number): string | undefined {
  return doc < part.docCount ? textOf(part.ids, doc) : undefined
}

function mergeIds(parts: readonly Segment[], { segments, docs }: Plan): Texts {
  const from = new Uint32Array(docs.length + 1)
  for (let d = 0; d < docs.length; d++) {
    const old = parts[segments[d]!]!.ids.from
    from[d + 1] = from[d]! + old[docs[d]! + 1]! - old[docs[d]!]!
  }
  const units = new Uint16Array(from[docs.length]!)
  for (let d = 0; d < docs.length; d++) {
    const { ids } = parts[segments[d]!]!
    units.set(ids.units.subarray(ids.from[docs[d]!], ids.from[docs[d]! + 1]), from[d])
  }
  return { units, from }
}

function mergeProducts(parts: readonly Segment[], { segments, docs }: Plan) {
  const productsFrom = new Float64Array(docs.length + 1)
  for (let d = 0; d < docs.length; d++) {
    const old = parts[segments[d]!]!.productsFrom
    productsFrom[d + 1] = productsFrom[d]! + old[docs[d]! + 1]! - old[docs[d]!]!
  }
  const products = new Uint8Array(productsFrom[docs.length]!)
  for (let d = 0; d < docs.length; d++) {
    const part = parts[segments[d]!]!
    const [from, to] = [part.productsFrom[docs[d]!], part.productsFrom[docs[d]! + 1]]
    products.set(part.products.subarray(from, to), productsFrom[d])
  }
  return { products, productsFrom }
}

function mergeLengths(parts: readonly Segment[], { segments, docs }: Plan): Uint8Array {
  const first = parts[0]!
  const fields = first.docCount === 0 ? 0 : first.lengths.length / first.docCount
  const lengths = new Uint8Array(docs.length * fields)
  for (let d = 0; d < docs.length; d++) {
    const from = docs[d]! * fields
    for (let f = 0; f < fields; f++) {
      lengths[d * fields + f] = parts[segments[d]!]!.lengths[from + f]!
    }
  }
  return lengths
}

/** Room for all postings of the parts; removed documents leave some of it unused. */
function mergePostings(parts: readonly Segment[], plan: Plan) {
  const sum = (size: (part: Segment) => number) => parts.reduce((all, part) => all + size(part), 0)
  const out = new PostingsWriter(
    sum((part) => part.terms.length),
    sum((part) => part.docs.length),
    sum((part) => part.positions.length),
  )
  const places = parts.map(() => 0)
  for (;;) {
    let term = Infinity
    parts.forEach((part, s) => {
      const found = part.terms[places[s]!]
      if (found !== undefined && found < term) term = found
    })
    if (term === Infinity) return out.finish()
    const having = parts.map((part, s) => (part.terms[places[s]!] === term ? places[s]! : -1))
    out.write(term, parts, having, plan)
    having.forEach((place, s) => {
      if (place >= 0) places[s]!++
    })
  }
}

class PostingsWriter {
  private readonly terms: Int32Array
  private readonly postingsFrom: Uint32Array
  private readonly docs: Int32Array
  private readonly positionsFrom: Uint32Array
  private readonly positions: Uint16Array
  private termCount = 0
  private postingCount = 0
  private positionCount = 0

  constructor(terms: number, postings: number, positions: number) {
    this.terms = new Int32Array(terms)
    this.postingsFrom = new Uint32Array(terms + 1)
    this.docs = new Int32Array(postings)
    this.positionsFrom = new Uint32Array(postings + 1)
    this.positions = new Uint16Array(positions)
  }

  /** Merges the postings of a term; `places` are its places in the parts, −1 where it is absent. */
  write(term: number, parts: readonly Segment[], places: readonly number[], plan: Plan): void {
    const before = this.postingCount
    const having = places.flatMap((place, s) => (place < 0 ? [] : [s]))
    const next = having.map((s) => parts[s]!.postingsFrom[places[s]!]!)
    const ends = having.map((s) => parts[s]!.postingsFrom[places[s]! + 1]!)
    for (;;) {
      let best = -1
      let bestDoc = Infinity
      for (let h = 0; h < having.length; h++) {
        const s = having[h]!
        const { docs } = parts[s]!
        const newDocs = plan.newDocs[s]!
        while (next[h]! < ends[h]! && newDocs[docs[next[h]!]!]! < 0) next[h]!++
        if (next[h]! >= ends[h]!) continue
        const doc = newDocs[docs[next[h]!]!]!
        if (doc < bestDoc) {
          best = h
          bestDoc = doc
        }
      }
      if (best < 0) break
      this.copy(parts[having[best]!]!, next[best]!++, bestDoc)
    }
    if (this.postingCount > before) {
      this.terms[this.termCount++] = term
      this.postingsFrom[this.termCount] = this.postingCount
    }
  }

  private copy(part: Segment, posting: number, doc: number): void {
    this.docs[this.postingCount] = doc
    this.positionsFrom[this.postingCount] = this.positionCount
    const to = part.positionsFrom[posting + 1]!
    for (let p = part.positionsFrom[posting]!; p < to; p++) {
      this.positions[this.positionCount++] = part.positions[p]!
    }
    this.postingCount++
  }

  finish() {
    this.positionsFrom[this.postingCount] = this.positionCount
    return {
      terms: this.terms.slice(0, this.termCount),
      postingsFrom: this.postingsFrom.slice(0, this.termCount + 1),
      docs: cut(this.docs, this.postingCount),
      positionsFrom: cut(this.positionsFrom, this.postingCount + 1),
      positions: cut(this.positions, this.positionCount),
    }
  }
}

/** The first `length` numbers; the array itself where it has no more. */
function cut<A extends Int32Array | Uint32Array | Uint16Array>(array: A, length: number): A {
  return (array.length === length ? array : array.slice(0, length)) as A
}

function mergeTitles(parts: readonly Segment[], plan: Plan) {
  const entries: (readonly [number, number])[] = []
  parts.forEach((part, s) => {
    part.titleDocs.forEach((doc, i) => {
      const moved = plan.newDocs[s]![doc]!
      if (moved >= 0) entries.push([part.titleHashes[i]!, moved])
    })
  })
  entries.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  return {
    titleHashes: Float64Array.from(entries, (entry) => entry[0]),
    titleDocs: Int32Array.from(entries, (entry) => entry[1]),
  }
}
