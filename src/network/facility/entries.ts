/** Amounts of customers at sites, chained by site; what is not in use stands in a pile of spares. */
export class Entries {
  /** First entry of each site, −1 where it has none. */
  readonly head: Int32Array
  next: Int32Array
  customer: Int32Array
  amount: Float64Array
  #before: Int32Array
  #site: Int32Array
  #spare: Int32Array
  #spares: number

  /** None yet; room for `size`, and more is made when it is needed. */
  constructor(sites: number, size: number) {
    this.head = new Int32Array(sites).fill(-1)
    this.next = new Int32Array(size)
    this.customer = new Int32Array(size)
    this.amount = new Float64Array(size)
    this.#before = new Int32Array(size)
    this.#site = new Int32Array(size)
    this.#spare = Int32Array.from({ length: size }, (_, k) => size - 1 - k)
    this.#spares = size
  }

  /** Removes all. */
  clear(): void {
    this.head.fill(-1)
    const size = this.amount.length
    for (let k = 0; k < size; k++) this.#spare[k] = size - 1 - k
    this.#spares = size
  }

  /** Makes this the same as `other`. */
  copy(other: Entries): void {
    this.head.set(other.head)
    this.next = copied(this.next, other.next)
    this.customer = copied(this.customer, other.customer)
    this.#before = copied(this.#before, other.#before)
    this.#site = copied(this.#site, other.#site)
    this.#spare = copied(this.#spare, other.#spare)
    this.#spares = other.#spares
    if (this.amount.length === other.amount.length) this.amount.set(other.amount)
    else this.amount = other.amount.slice()
  }

  /** Takes `amount` off an entry, and the entry away where no more than `tiny` is left. */
  take(entry: number, amount: number, tiny: number): void {
    this.amount[entry] = this.amount[entry]! - amount
    if (this.amount[entry]! > tiny) return
    const next = this.next[entry]!
    const before = this.#before[entry]!
    if (before < 0) this.head[this.#site[entry]!] = next
    else this.next[before] = next
    if (next >= 0) this.#before[next] = before
    this.#spare[this.#spares++] = entry
  }

  /** Adds `amount` of `customer` at `site`. */
  put(site: number, customer: number, amount: number): void {
    for (let e = this.head[site]!; e >= 0; e = this.next[e]!) {
      if (this.customer[e] === customer) {
        this.amount[e] = this.amount[e]! + amount
        return
      }
    }
    if (this.#spares === 0) this.#grow()
    const entry = this.#spare[--this.#spares]!
    const head = this.head[site]!
    this.#site[entry] = site
    this.customer[entry] = customer
    this.amount[entry] = amount
    this.next[entry] = head
    this.#before[entry] = -1
    if (head >= 0) this.#before[head] = entry
    this.head[site] = entry
  }

  #grow(): void {
    const size = this.amount.length
    this.next = grown(this.next)
    this.customer = grown(this.customer)
    this.#before = grown(this.#before)
    this.#site = grown(this.#site)
    this.#spare = grown(this.#spare)
    const amount = new Float64Array(2 * size)
    amount.set(this.amount)
    this.amount = amount
    for (let k = 0; k < size; k++) this.#spare[k] = 2 * size - 1 - k
    this.#spares = size
  }
}

function copied(to: Int32Array, from: Int32Array): Int32Array {
  if (to.length !== from.length) return from.slice()
  to.set(from)
  return to
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length)
  larger.set(array)
  return larger
}
