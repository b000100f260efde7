/** The best documents met so far: a heap with the worst on top. */
export class BestList {
  readonly scores: Float64Array
  readonly segments: Int32Array
  readonly docs: Int32Array
  count = 0
  private readonly most: number
  private readonly comesBefore: (
    segmentA: number,
    docA: number,
    segmentB: number,
    docB: number,
  ) => boolean

  /** `comesBefore` says which of two documents with equal scores stands first. */
  constructor(
    most: number,
    comesBefore: (segmentA: number, docA: number, segmentB: number, docB: number) => boolean,
  ) {
    this.most = most
    this.comesBefore = comesBefore
    this.scores = new Float64Array(most)
    this.segments = new Int32Array(most)
    this.docs = new Int32Array(most)
  }

  /** A score that a document must reach to enter: −1 while there is room. */
  get threshold(): number {
    return this.count < this.most ? -1 : this.scores[0]!
  }

  /** Takes a document in where it is better than the worst. */
  offer(score: number, segment: number, doc: number): void {
    if (this.count < this.most) {
      this.rise(this.count++, score, segment, doc)
      return
    }
    const worst = this.scores[0]!
    if (score < worst) return
    if (score === worst && !this.comesBefore(segment, doc, this.segments[0]!, this.docs[0]!)) return
    this.sink(score, segment, doc)
  }

  /** Places of the documents, best first. */
  order(): number[] {
    const places = Array.from({ length: this.count }, (_, i) => i)
    return places.sort((a, b) => (this.isWorse(a, b) ? 1 : -1))
  }

  private isWorse(a: number, b: number): boolean {
    return this.worse(this.scores[a]!, this.segments[a]!, this.docs[a]!, b)
  }

  /** Is a document worse than the one at place `b`? */
  private worse(score: number, segment: number, doc: number, b: number): boolean {
    const other = this.scores[b]!
    if (score !== other) return score < other
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

  private sink(score: number, segment: number, doc: number): void {
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= this.count) break
      if (child + 1 < this.count && this.isWorse(child + 1, child)) child++
      if (this.worse(score, segment, doc, child)) break
      this.move(child, at)
      at = child
    }
    this.put(at, score, segment, doc)
  }

  private move(from: number, to: number): void {
    this.put(to, this.scores[from]!, this.segments[from]!, this.docs[from]!)
  }

  private put(at: number, score: number, segment: number, doc: number): void {
    this.scores[at] = score
    this.segments[at] = segment
    this.docs[at] = doc
  }
}
