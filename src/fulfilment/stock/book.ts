import { requireArgument } from '../../core/errors.ts'
import { createNameTable, type NameTable } from './name-table.ts'
import {
  CELL_INCOMING,
  CELL_ON_HAND,
  CELL_RESERVED,
  CELL_SITE,
  CELL_WORDS,
  type StockBook,
} from './types.ts'

/** Words of the cells of a product are taken in lines of a cache: four cells. */
const LINE_WORDS = 4 * CELL_WORDS

/** What a book is made of; `index` and `cells` in shared memory, with room for what is to come. */
export interface BookParts {
  readonly sites: NameTable
  readonly products: NameTable
  readonly index: Int32Array
  readonly cells: Int32Array
  readonly usedWords: number
}

/** The counts in shared memory, and the names of their products and sites. One writer. */
export class SharedBook implements StockBook {
  readonly sites: NameTable
  readonly products: NameTable
  index: Int32Array
  cells: Int32Array
  readonly generation = sharedWords(1)
  sequence = 0
  /** Words of `cells` that are taken. */
  usedWords: number

  constructor(parts: Partial<BookParts> = {}) {
    this.sites = parts.sites ?? createNameTable()
    this.products = parts.products ?? createNameTable()
    this.index = parts.index ?? sharedWords(2_048)
    this.cells = parts.cells ?? sharedWords(1_024 * LINE_WORDS)
    this.usedWords = parts.usedWords ?? 0
  }

  get siteIds(): readonly string[] {
    return this.sites.names
  }

  get productIds(): readonly string[] {
    return this.products.names
  }

  siteOf(siteId: string): number {
    return this.sites.numberOf(siteId)
  }

  productOf(productId: string): number {
    return this.products.numberOf(productId)
  }

  /** Gives ids their numbers, in order. Throws ERR_ARGUMENT for a second of a name. */
  addNames(siteIds: readonly string[], productIds: readonly string[]): void {
    for (const id of siteIds) addName(this.sites, id)
    for (const id of productIds) addName(this.products, id)
    const words = 2 * this.productIds.length
    if (words > this.index.length) this.replace({ index: grown(this.index, words) })
  }

  /** First word of the cell of a product at a site; −1 where it has none. */
  find(product: number, site: number): number {
    const first = this.index[2 * product]!
    const end = first + CELL_WORDS * this.index[2 * product + 1]!
    for (let at = first; at < end; at += CELL_WORDS) {
      if (this.cells[at + CELL_SITE] === site) return at
    }
    return -1
  }

  /** First word of the cell of a product at a site, which is made where there is none. */
  place(product: number, site: number): number {
    const found = this.find(product, site)
    if (found >= 0) return found
    const count = this.index[2 * product + 1]!
    if (count % 4 === 0) this.makeRoom(product, count)
    const at = this.index[2 * product]! + CELL_WORDS * count
    this.cells.fill(0, at, at + CELL_WORDS)
    this.cells[at + CELL_SITE] = site
    // The count last: a reader that sees the cell finds its site in it.
    Atomics.store(this.index, 2 * product + 1, count + 1)
    return at
  }

  /** Sets counts so that who reads `reserved` before `onHand` amid it never sees more than there is. */
  write(at: number, onHand: number, reserved: number, incoming: number): void {
    const cells = this.cells
    if (reserved > cells[at + CELL_RESERVED]!) {
      Atomics.store(cells, at + CELL_RESERVED, reserved)
      Atomics.store(cells, at + CELL_ON_HAND, onHand)
    } else {
      Atomics.store(cells, at + CELL_ON_HAND, onHand)
      Atomics.store(cells, at + CELL_RESERVED, reserved)
    }
    Atomics.store(cells, at + CELL_INCOMING, incoming)
  }

  private replace(arrays: { readonly index?: Int32Array; readonly cells?: Int32Array }): void {
    this.index = arrays.index ?? this.index
    this.cells = arrays.cells ?? this.cells
    Atomics.add(this.generation, 0, 1)
  }

  /** Makes room for one more line of cells behind the `count` (whole lines) of a product. */
  private makeRoom(product: number, count: number): void {
    const first = this.index[2 * product]!
    const words = CELL_WORDS * count
    const isLast = count > 0 && first + words === this.usedWords
    const needed = this.usedWords + LINE_WORDS + (isLast ? 0 : words)
    if (needed > this.cells.length) this.replace({ cells: grown(this.cells, needed) })
    if (!isLast) {
      const to = this.usedWords
      this.cells.copyWithin(to, first, first + words)
      Atomics.store(this.index, 2 * product, to)
    }
    this.usedWords = needed
  }
}

function addName(table: NameTable, id: string): void {
  requireArgument(table.add(id), `${id} is named twice`)
}

/** Shared words; pages that are never touched take no memory. */
export function sharedWords(words: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * words))
}

function grown(words: Int32Array, least: number): Int32Array {
  const larger = sharedWords(Math.max(least, 2 * words.length))
  larger.set(words)
  return larger
}
