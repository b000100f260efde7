import { requireArgument } from '../../core/errors.ts'
import type { BoxSettings } from './knobs.ts'
import type { OrderLine, ProductPhysics } from './types.ts'

/** A kind of box that sites have. */
export interface Box {
  readonly name: string
  /** Outer volume, m³; goods fill a share of it (`fulfilment.box-fill`). */
  readonly m3: number
  /** Most weight of goods, kg. */
  readonly kg: number
  /** Cents for the box itself. */
  readonly cents: number
}

/** Boxes of a store that says nothing about its own; litres and kg as carriers take them. */
export const STANDARD_BOXES: readonly Box[] = [
  { name: 'mailer', m3: 0.002, kg: 2, cents: 15 },
  { name: 'small', m3: 0.008, kg: 10, cents: 35 },
  { name: 'medium', m3: 0.03, kg: 20, cents: 70 },
  { name: 'large', m3: 0.08, kg: 31.5, cents: 130 },
]

/** What goods fill: boxes, their weight and outer volume, and what boxes and their packing cost. */
export interface Packed {
  readonly boxes: number
  readonly kg: number
  readonly m3: number
  readonly cents: number
}

/** Packs lines of one parcel. */
export interface Packer {
  /**
   * Units go into boxes largest first (by the greater of their shares of the largest box's volume and
   * weight), each into the first box with room, a new largest box where none has; at the end each box
   * becomes the cheapest kind that holds its goods. Weight and volume count, shape does not: the fill
   * share stands for it. What is larger than every box ships as it is, a box of its own.
   *
   * First fit of things with two sizes needs at most 2.7 times the fewest largest boxes, in the limit
   * of many (Garey, Graham, Johnson and Yao 1976, Resource constrained scheduling as generalized bin
   * packing, J. Combinatorial Theory A 21); `packingBound` says what no packing goes below.
   */
  pack(lines: readonly OrderLine[]): Packed
}

/** Boxes alike in what is left of them. */
interface OpenBoxes {
  count: number
  readonly m3: number
  readonly kg: number
}

/**
 * A packer for products with `physics`. Throws ERR_ARGUMENT on a catalogue without boxes, or with one
 * of no volume or no weight.
 */
export function createPacker(
  boxes: readonly Box[],
  settings: BoxSettings,
  physics: (product: number) => ProductPhysics,
): Packer {
  checkBoxes(boxes)
  const kinds = [...boxes].sort((a, b) => a.cents - b.cents || a.m3 - b.m3)
  const largest = boxes.reduce((best, box) => (box.m3 > best.m3 ? box : best))
  const room = largest.m3 * settings.fill
  const fits = (box: Box, m3: number, kg: number) =>
    m3 <= box.m3 * settings.fill + 1e-12 && kg <= box.kg + 1e-9
  return { pack: (lines) => packOne(lines) ?? packMany(lines) }

  /** The common case: everything in one box. */
  function packOne(lines: readonly OrderLine[]): Packed | undefined {
    let m3 = 0
    let kg = 0
    for (const { product, quantity } of lines) {
      const unit = physics(product)
      m3 += unit.m3 * quantity
      kg += unit.kg * quantity
    }
    const box = kinds.find((kind) => fits(kind, m3, kg))
    if (box === undefined) return undefined
    return { boxes: 1, kg, m3: box.m3, cents: box.cents + settings.handlingCents }
  }

  function packMany(lines: readonly OrderLine[]): Packed {
    const open: OpenBoxes[] = []
    const total = { boxes: 0, kg: 0, m3: 0, cents: 0 }
    const size = (product: number) =>
      Math.max(physics(product).m3 / room, physics(product).kg / largest.kg)
    const largestFirst = [...lines].sort(
      (a, b) => size(b.product) - size(a.product) || a.product - b.product,
    )
    for (const { product, quantity } of largestFirst) {
      const unit = physics(product)
      if (fits(largest, unit.m3, unit.kg)) fill(open, unit, quantity)
      else addAsTheyAre(total, unit, quantity)
    }
    for (const { count, m3, kg } of open) close(total, count, m3, kg)
    return total
  }

  function addAsTheyAre(total: Mutable<Packed>, unit: ProductPhysics, quantity: number): void {
    total.boxes += quantity
    total.kg += unit.kg * quantity
    total.m3 += unit.m3 * quantity
    total.cents += settings.handlingCents * quantity
  }

  function fill(open: OpenBoxes[], unit: ProductPhysics, quantity: number): void {
    let left = quantity
    for (let b = 0; b < open.length && left > 0; b++) left -= addTo(open, b, unit, left)
    const each = unitsThatFit(unit, room, largest.kg)
    const full = Math.floor(left / each)
    if (full > 0) open.push({ count: full, m3: unit.m3 * each, kg: unit.kg * each })
    const rest = left - full * each
    if (rest > 0) open.push({ count: 1, m3: unit.m3 * rest, kg: unit.kg * rest })
  }

  /** Puts units into boxes that are alike; those that take fewer than the others stand apart. */
  function addTo(open: OpenBoxes[], at: number, unit: ProductPhysics, left: number): number {
    const run = open[at]!
    const each = unitsThatFit(unit, room - run.m3, largest.kg - run.kg)
    if (each === 0) return 0
    const full = Math.min(run.count, Math.floor(left / each))
    const rest = full < run.count ? left - full * each : 0
    const filled = [
      { count: full, units: each },
      { count: rest > 0 ? 1 : 0, units: rest },
      { count: run.count - full - (rest > 0 ? 1 : 0), units: 0 },
    ]
    const runs = filled
      .filter(({ count }) => count > 0)
      .map(({ count, units }) => ({
        count,
        m3: run.m3 + unit.m3 * units,
        kg: run.kg + unit.kg * units,
      }))
    open.splice(at, 1, ...runs)
    return full * each + rest
  }

  function close(total: Mutable<Packed>, count: number, m3: number, kg: number): void {
    const box = kinds.find((kind) => fits(kind, m3, kg)) ?? largest
    total.boxes += count
    total.kg += kg * count
    total.m3 += box.m3 * count
    total.cents += (box.cents + settings.handlingCents) * count
  }
}

/**
 * Boxes that no packing of `lines` goes below: the goods' volume over the largest usable volume, their
 * weight over the largest weight, each rounded up (the sizes bound L1 of Martello and Toth 1990, taken
 * in both sizes), and what is larger than every box.
 */
export function packingBound(
  lines: readonly OrderLine[],
  boxes: readonly Box[],
  settings: BoxSettings,
  physics: (product: number) => ProductPhysics,
): number {
  const room = Math.max(...boxes.map((box) => box.m3)) * settings.fill
  const carried = Math.max(...boxes.map((box) => box.kg))
  let alone = 0
  let m3 = 0
  let kg = 0
  for (const { product, quantity } of lines) {
    const unit = physics(product)
    if (unit.m3 > room + 1e-12 || unit.kg > carried + 1e-9) alone += quantity
    else {
      m3 += unit.m3 * quantity
      kg += unit.kg * quantity
    }
  }
  return alone + Math.max(Math.ceil(m3 / room - 1e-9), Math.ceil(kg / carried - 1e-9))
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function unitsThatFit(unit: ProductPhysics, m3: number, kg: number): number {
  const byRoom = unit.m3 > 0 ? Math.floor((m3 + 1e-12) / unit.m3) : Infinity
  const byWeight = unit.kg > 0 ? Math.floor((kg + 1e-9) / unit.kg) : Infinity
  const units = Math.max(0, Math.min(byRoom, byWeight))
  return Number.isFinite(units) ? units : Number.MAX_SAFE_INTEGER
}

function checkBoxes(boxes: readonly Box[]): void {
  requireArgument(boxes.length > 0, 'there are no boxes to pack into')
  for (const { name, m3, kg, cents } of boxes) {
    requireArgument(
      m3 > 0 && kg > 0 && cents >= 0 && Number.isFinite(m3 + kg + cents),
      `box ${name} holds ${m3} m³ and ${kg} kg for ${cents} cents, which no box does`,
    )
  }
}
