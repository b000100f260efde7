import type { BestList } from './best-list.ts'
import { BLOCK_BITS, type ImpactList } from './impacts.ts'
import { QUANTUM } from './scoring.ts'
import { seek } from './segment.ts'
import type { DocSet } from './types.ts'

/** Documents that are scored at a time: their scores stay in the nearest cache. */
const WINDOW = 2048

const scores = new Float64Array(WINDOW)
const counts = new Uint8Array(WINDOW)
const touched = new Uint32Array(WINDOW / 32)

/** What is searched in one segment. */
export interface SegmentSearch {
  readonly segment: number
  readonly lists: readonly ImpactList[]
  /** A document must stand in this many of the lists that are `required`. */
  readonly required: readonly boolean[]
  readonly needed: number
  readonly globalDocs: Int32Array
  readonly allowed: DocSet | undefined
  /** What a document gains beside the lists (words close together), and the most that can be. */
  readonly bonus: ((doc: number) => number) | undefined
  readonly mostBonus: number
  /** Equal scores: may documents here stand before those found already? */
  readonly tiesCount: boolean
  /** A score that as many documents as are asked for are known to reach. */
  readonly reached: number
}

/** A list and where the search stands in it. */
interface Cursor {
  readonly list: ImpactList
  readonly required: boolean
  at: number
  /** The most a document of this window gains from it. */
  windowMax: number
}

/**
 * Offers the best documents of a segment, leaving out all that cannot get among the best: MaxScore
 * (Turtle & Flood 1995) over the maxima of blocks (Ding & Suel 2011), a window of documents at a time.
 *
 *   docs     w ············ w+2048            threshold 9.1
 *   "usb"    ▁▁▂▁▁▁▂▁▁▁▁▂▁▁   most here 1.2 ┐ together below the threshold: looked up alone
 *   "cable"  ▂▁▃▂▁▁▂▃▁▂▁▂▁▃   most here 2.9 ┘ for documents that the lists below bring
 *   "braided"      █      ▅   most here 8.3   summed for every document: the essential list
 *
 * A window in which even all maxima together stay below the threshold is passed over whole.
 */
export function searchSegment(search: SegmentSearch, best: BestList): void {
  const cursors = search.lists.map((list, i) => ({
    list,
    required: search.required[i]!,
    at: 0,
    windowMax: 0,
  }))
  const quick = cursors.length === 1 && search.bonus === undefined && search.needed <= 1
  if (quick && (search.needed === 0 || search.required[0])) {
    scanList(search, best)
    return
  }
  for (;;) {
    const start = nextDoc(cursors)
    if (start === END) return
    const end = start + WINDOW
    for (const cursor of cursors) cursor.windowMax = mostWithin(cursor, end)
    cursors.sort(byWindowMax)
    searchWindow(search, best, cursors, start, end)
  }
}

/** A look-up of a document in a list takes about as long as so many steps along it. */
const LOOK_UP = 8

/** Whether looking `docs` documents up in all lists takes less than walking along these. */
export function areFew(docs: number, lists: readonly ImpactList[]): boolean {
  const steps = lists.reduce((sum, list) => sum + list.docs.length, 0)
  return docs * lists.length * LOOK_UP < steps
}

/** As searchSegment, where few documents (rising) are allowed: these alone are looked up in the lists. */
export function searchFew(search: SegmentSearch, docs: Int32Array, best: BestList): void {
  const { lists, required, needed, bonus, segment } = search
  const at = new Int32Array(lists.length)
  for (const doc of docs) {
    let [score, count, found] = [0, 0, false]
    for (let l = 0; l < lists.length; l++) {
      const list = lists[l]!
      const place = seek(list.docs, at[l]!, list.docs.length, doc)
      at[l] = place
      if (list.docs[place] !== doc) continue
      found = true
      score += list.impacts[place]!
      if (required[l]) count++
    }
    if (!found || count < needed) continue
    if (bonus !== undefined) score += bonus(doc)
    if (score > floorOf(search, best)) best.offer(score, segment, doc)
  }
}

const END = 0x7fffffff
const HALF = QUANTUM / 2

function byWindowMax(a: Cursor, b: Cursor): number {
  return a.windowMax - b.windowMax
}

/** Scores at or below this cannot get among the best. */
function floorOf({ tiesCount, reached }: SegmentSearch, best: BestList): number {
  const { threshold } = best
  const floor = tiesCount ? threshold - HALF : threshold
  return floor < reached - HALF ? reached - HALF : floor
}

function nextDoc(cursors: readonly Cursor[]): number {
  let next = END
  for (const { list, at } of cursors) {
    if (at < list.docs.length && list.docs[at]! < next) next = list.docs[at]!
  }
  return next
}

/** The most that a document before `end` gains from a list, by the maxima of its blocks. */
function mostWithin({ list, at }: Cursor, end: number): number {
  const { docs, blockMax } = list
  let most = 0
  let block = at >> BLOCK_BITS
  if (at >= docs.length || docs[at]! >= end) return 0
  do {
    if (blockMax[block]! > most) most = blockMax[block]!
    block++
  } while (block < blockMax.length && docs[block << BLOCK_BITS]! < end)
  return most
}

function searchWindow(
  search: SegmentSearch,
  best: BestList,
  cursors: readonly Cursor[],
  start: number,
  end: number,
): void {
  const essential = firstEssential(cursors, floorOf(search, best) - search.mostBonus)
  for (let c = essential; c < cursors.length; c++) sumList(cursors[c]!, start, end)
  if (essential < cursors.length) offerTouched(search, best, cursors, essential, start)
  for (const cursor of cursors) {
    cursor.at = seek(cursor.list.docs, cursor.at, cursor.list.docs.length, end)
  }
}

/** The first list of those that a document must stand in to pass the floor; they are sorted. */
function firstEssential(cursors: readonly Cursor[], floor: number): number {
  let sum = 0
  for (let c = 0; c < cursors.length; c++) {
    sum += cursors[c]!.windowMax
    if (sum > floor) return c
  }
  return cursors.length
}

function sumList(cursor: Cursor, start: number, end: number): void {
  const { docs, impacts } = cursor.list
  const one = cursor.required ? 1 : 0
  let at = cursor.at
  while (at < docs.length) {
    const doc = docs[at]!
    if (doc >= end) break
    const place = doc - start
    scores[place]! += impacts[at]!
    counts[place]! += one
    touched[place >> 5]! |= 1 << (place & 31)
    at++
  }
  cursor.at = at
}

function offerTouched(
  search: SegmentSearch,
  best: BestList,
  cursors: readonly Cursor[],
  essential: number,
  start: number,
): void {
  let rest = search.mostBonus
  for (let c = 0; c < essential; c++) rest += cursors[c]!.windowMax
  let floor = floorOf(search, best)
  for (let w = 0; w < WINDOW >> 5; w++) {
    let bits = touched[w]!
    if (bits === 0) continue
    touched[w] = 0
    do {
      const place = (w << 5) + (31 - Math.clz32(bits & -bits))
      bits &= bits - 1
      const score = scores[place]!
      const count = counts[place]!
      scores[place] = 0
      counts[place] = 0
      if (score + rest > floor && isAllowed(search, start + place)) {
        finish(search, best, cursors, essential, start + place, score, rest, count, floor)
        floor = floorOf(search, best)
      }
    } while (bits !== 0)
  }
}

function isAllowed({ allowed, globalDocs }: SegmentSearch, doc: number): boolean {
  if (allowed === undefined) return true
  const global = globalDocs[doc]!
  return ((allowed.words[global >> 5]! >>> (global & 31)) & 1) === 1
}

/** Adds what the lists that are not essential give the document, while it can still get in. */
function finish(
  search: SegmentSearch,
  best: BestList,
  cursors: readonly Cursor[],
  essential: number,
  doc: number,
  scoreSoFar: number,
  restSoFar: number,
  countSoFar: number,
  floor: number,
): void {
  let score = scoreSoFar
  let rest = restSoFar
  let count = countSoFar
  for (let c = essential - 1; c >= 0; c--) {
    const cursor = cursors[c]!
    const { docs, impacts } = cursor.list
    cursor.at = seek(docs, cursor.at, docs.length, doc)
    rest -= cursor.windowMax
    if (docs[cursor.at] === doc) {
      score += impacts[cursor.at]!
      if (cursor.required) count++
    }
    if (score + rest <= floor) return
  }
  if (count < search.needed) return
  if (search.bonus !== undefined) score += search.bonus(doc)
  if (score > floor) best.offer(score, search.segment, doc)
}

/** One list alone: blocks below the threshold are passed over. */
function scanList(search: SegmentSearch, best: BestList): void {
  const { docs, impacts, blockMax } = search.lists[0]!
  let floor = floorOf(search, best)
  for (let block = 0; block < blockMax.length; block++) {
    if (blockMax[block]! <= floor) continue
    const to = Math.min(docs.length, (block + 1) << BLOCK_BITS)
    for (let i = block << BLOCK_BITS; i < to; i++) {
      if (impacts[i]! <= floor || !isAllowed(search, docs[i]!)) continue
      best.offer(impacts[i]!, search.segment, docs[i]!)
      floor = floorOf(search, best)
    }
  }
}
