/** Says which of two documents of different segments stands first when their scores are equal. */
export type ComesBefore = (
  segmentA: number,
  docA: number,
  segmentB: number,
  docB: number,
) => boolean

/** The best documents met so far: a heap with the worst on top. Within a segment, ids rise with numbers. */
export class BestList {
  /** A score that a document must reach to enter: −1 while there is room. */
  threshold = -1
  count = 0
  private readonly scores: Float64Array
  private readonly segments: Int32Array
  private readonly docs: Int32Array
  private readonly most: number
  private readonly comesBefore: ComesBefore

  constructor(most: number, comesBefore: ComesBefore) {
    this.most = most
    this.comesBefore = comesBefore
    this.scores = new Float64Array(most)
    this.segments = new Int32Array(most)
    this.docs = new Int32Array(most)
  }

  /** Takes a document in where it is better than the worst. */
  offer(score: number, segment: number, doc: number): void {
    if (this.count < this.most) this.rise(this.count++, score, segment, doc)
    else if (!this.worse(score, segment, doc, 0)) this.sink(0, score, segment, doc)
    if (this.count === this.most) this.threshold = this.scores[0]!
  }

  /** Gives the documents, best first, and leaves the list empty. */
  drain(take: (place: number, score: number, segment: number, doc: number) => void): void {
    while (this.count > 0) {
      const last = --this.count
      take(last, this.scores[0]!, this.segments[0]!, this.docs[0]!)
      if (last > 0) this.sink(0, this.scores[last]!, this.segments[last]!, this.docs[last]!)
    }
    this.threshold = -1
  }

  /** Is a document worse than the one at place `b`? */
  private worse(score: number, segment: number, doc: number, b: number): boolean {
    const other = this.scores[b]!
    if (score !== other) return score < other
    if (segment === this.segments[b]) return doc > this.docs[b]!
    return this.comesBefore(this.segments[b]!, this.docs[b]!, segment, doc)
  }

  private rise(from: number, score: number, segment: number, doc: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.worse(score, segment, doc, parent)) break
      this.move(parent, at)
      at = parent
    }
    this.put(at, score, segment, doc)
  }

  private sink(from: number, score: number, segment: number, doc: number): void {
    let at = from
    for (;;) {
      let child = at * 2 + 1
      if (child >= this.count) break
      const other = child + 1
      if (
        other < this.count &&
        this.worse(this.scores[other]!, this.segments[other]!, this.docs[other]!, child)
      ) {
        child = other
      }
      if (this.worse(score, segment, doc, child)) break
      this.move(child, at)
      at = child
    }
    this.put(at, score, segment, doc)
  }

  private move(from: number, to: number): void {
    this.scores[to] = this.scores[from]!
    this.segments[to] = this.segments[from]!
    this.docs[to] = this.docs[from]!
  }

  private put(at: number, score: number, segment: number, doc: number): void {
    this.scores[at] = score
    this.segments[at] = segment
    this.docs[at] = doc
  }
}
