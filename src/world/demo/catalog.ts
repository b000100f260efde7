import { sampleGamma } from '../../core/distributions/counts.ts'
import type { Random } from '../../core/random/random.ts'
import type { ProductText } from '../customers/queries.ts'
import { DEPARTMENTS, type Department, type SubCategory } from './departments.ts'
import type { FullDemoParams } from './params.ts'

/** The products, by index. Days are day numbers; money is cents. */
export interface Catalog {
  readonly count: number
  readonly ids: readonly string[]
  readonly titles: readonly string[]
  readonly texts: readonly ProductText[]
  readonly department: Int32Array
  /** Index into ALL_SUB_CATEGORIES. */
  readonly subCategory: Int32Array
  /** Regular price at the start. */
  readonly priceCents: Int32Array
  readonly costCents: Int32Array
  readonly volumeM3: Float64Array
  readonly weightKg: Float64Array
  readonly launchDay: Int32Array
  /** First day of its decline; NEVER where it lives on. */
  readonly endDay: Int32Array
  /** Expected units on a mean day of its life at the starting price. */
  readonly unitsPerDay: Float64Array
  /** Size r of the negative binomial of customers a day (variance n + n²/r). */
  readonly dispersion: Float64Array
  /** Demand falls as (price / starting price)^−elasticity. */
  readonly elasticity: Float64Array
  /** Growth of log demand a year. */
  readonly trend: Float64Array
  /** Substitutes share a group: same sub-category, neighbouring prices. */
  readonly substituteGroup: Int32Array
  /** Bought together: products of a mission meet in one basket more often than by chance. */
  readonly mission: Int32Array
}

export const NEVER = 2 ** 31 - 1
const GROUP_SIZE = 6
const MISSION_SIZE = 10
const NEW_SHARE = 0.14
const DYING_SHARE = 0.08

/** Every sub-category with its department's index, in order. */
export const ALL_SUB_CATEGORIES: readonly {
  readonly department: number
  readonly subCategory: SubCategory
}[] = DEPARTMENTS.flatMap(({ subCategories }, department) =>
  subCategories.map((subCategory) => ({ department, subCategory })),
)

/** Makes the products: each from its own stream; popularity is relative until the demand is scaled. */
export function createCatalog(params: FullDemoParams, random: Random): Catalog {
  const { products: count } = params
  const catalog = emptyCatalog(count, params)
  const brands = brandsByDepartment(random.split('brands'))
  const taken = new Set<string>()
  for (let p = 0; p < count; p++) {
    const stream = random.split(p)
    const sub = stream.int(ALL_SUB_CATEGORIES.length)
    const department = ALL_SUB_CATEGORIES[sub]!.department
    catalog.subCategory[p] = sub
    catalog.department[p] = department
    fillFigures(catalog, p, stream, params)
    const text = drawText(stream, sub, brands[department]!, taken)
    catalog.texts.push(text)
    catalog.titles.push(titleOf(text, taken, p))
  }
  assignGroups(catalog)
  assignMissions(catalog, random.split('missions'))
  return catalog
}

interface MutableCatalog extends Catalog {
  readonly titles: string[]
  readonly texts: ProductText[]
}

function emptyCatalog(count: number, { products }: FullDemoParams): MutableCatalog {
  const width = Math.max(5, String(products).length)
  return {
    count,
    ids: Array.from({ length: count }, (_, p) => `P${String(p + 1).padStart(width, '0')}`),
    titles: [],
    texts: [],
    department: new Int32Array(count),
    subCategory: new Int32Array(count),
    priceCents: new Int32Array(count),
    costCents: new Int32Array(count),
    volumeM3: new Float64Array(count),
    weightKg: new Float64Array(count),
    launchDay: new Int32Array(count),
    endDay: new Int32Array(count).fill(NEVER),
    unitsPerDay: new Float64Array(count),
    dispersion: new Float64Array(count),
    elasticity: new Float64Array(count),
    trend: new Float64Array(count),
    substituteGroup: new Int32Array(count),
    mission: new Int32Array(count),
  }
}

function fillFigures(catalog: Catalog, p: number, random: Random, params: FullDemoParams): void {
  const { department, subCategory } = ALL_SUB_CATEGORIES[catalog.subCategory[p]!]!
  const spread = (median: number, sigma: number) => median * Math.exp(sigma * random.normal())
  const dollars = Math.max(2, Math.round(spread(subCategory.medianPriceCents, 0.5) / 100))
  catalog.priceCents[p] = dollars * 100 - 1
  const margin = DEPARTMENTS[department]!.margin + 0.05 * random.normal()
  const costShare = 1 - Math.min(0.75, Math.max(0.12, margin))
  catalog.costCents[p] = Math.max(1, Math.round(catalog.priceCents[p]! * costShare))
  const size = 0.4 * random.normal()
  catalog.volumeM3[p] = round(spread(subCategory.medianVolumeM3, 0.25) * Math.exp(size), 6)
  catalog.weightKg[p] = round(Math.max(0.01, spread(subCategory.medianWeightKg, 0.2)), 3)
  catalog.unitsPerDay[p] =
    Math.exp(1.25 * random.normal()) * (catalog.priceCents[p]! / 3000) ** -0.35
  catalog.dispersion[p] = 1 + sampleGamma(random, 2, 2)
  catalog.elasticity[p] = 1 + sampleGamma(random, 4, 0.25)
  catalog.trend[p] = 0.12 * random.normal()
  fillLife(catalog, p, random, params)
}

function fillLife(catalog: Catalog, p: number, random: Random, params: FullDemoParams): void {
  const { asOf, days } = params
  const firstDay = asOf - days + 1
  const isNew = random.next() < NEW_SHARE && days > 30
  catalog.launchDay[p] = isNew
    ? firstDay + 15 + random.int(days - 22)
    : firstDay - 30 - random.int(1500)
  if (!isNew && random.next() < DYING_SHARE) catalog.endDay[p] = firstDay + random.int(days)
}

/** Draws attributes until their title is new (twenty times at most). */
function drawText(
  random: Random,
  sub: number,
  brands: readonly string[],
  taken: ReadonlySet<string>,
): ProductText {
  const { department, subCategory } = ALL_SUB_CATEGORIES[sub]!
  const words: Department = DEPARTMENTS[department]!
  const pick = (list: readonly string[]) => list[random.int(list.length)]!
  let text: ProductText
  let tries = 0
  do {
    text = {
      department: words.name,
      subCategory: subCategory.name,
      // A brand earlier in the list has more products than a later one.
      brand: brands[Math.floor(brands.length * random.next() ** 1.6)]!,
      adjective: pick(words.adjectives),
      material: pick(subCategory.materials),
      noun: pick(subCategory.nouns),
      size: pick(subCategory.sizes),
      colour: pick(words.colours),
    }
  } while (taken.has(plainTitle(text)) && ++tries < 20)
  return text
}

function titleOf(text: ProductText, taken: Set<string>, p: number): string {
  const plain = plainTitle(text)
  const title = taken.has(plain) ? `${plain}, Model ${p + 1}` : plain
  taken.add(title)
  return title
}

function plainTitle({ brand, adjective, material, noun, size, colour }: ProductText): string {
  const words = capitals(`${adjective} ${material} ${noun}`)
  return `${brand} ${words}, ${size}, ${capitals(colour)}`
}

function capitals(text: string): string {
  return text.replace(/(^|[\s-])([a-z])/g, (_, gap: string, letter: string) => {
    return gap + letter.toUpperCase()
  })
}

const BRAND_STARTS = 'Nor|Tam|Hal|Bri|Vel|Cor|Mar|Sil|Oak|Fen|Quil|Dor|Lum|Pel|Ash|Zan'.split('|')
const BRAND_ENDS = 'vane|berly|wick|dale|mora|tide|lyn|forge|well|mont|ora|stead'.split('|')

/** Eight invented brands for each department, none shared. */
function brandsByDepartment(random: Random): string[][] {
  const all = BRAND_STARTS.flatMap((start) => BRAND_ENDS.map((end) => start + end))
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return DEPARTMENTS.map((_, d) => all.slice(d * 8, d * 8 + 8))
}

/** Chunks each sub-category, sorted by price, into groups of six substitutes. */
function assignGroups(catalog: Catalog): void {
  const order = Array.from({ length: catalog.count }, (_, p) => p).sort(
    (a, b) =>
      catalog.subCategory[a]! - catalog.subCategory[b]! ||
      catalog.priceCents[a]! - catalog.priceCents[b]! ||
      a - b,
  )
  let group = -1
  let size = GROUP_SIZE
  let sub = -1
  for (const p of order) {
    if (size === GROUP_SIZE || catalog.subCategory[p] !== sub) {
      group++
      size = 0
      sub = catalog.subCategory[p]!
    }
    catalog.substituteGroup[p] = group
    size++
  }
}

/** Puts each product into one of its department's missions, ten products in the mean. */
function assignMissions(catalog: Catalog, random: Random): void {
  const inDepartment = new Int32Array(DEPARTMENTS.length)
  for (const department of catalog.department) inDepartment[department]! += 1
  const first = new Int32Array(DEPARTMENTS.length)
  const missions = Array.from(inDepartment, (n) => Math.max(1, Math.round(n / MISSION_SIZE)))
  for (let d = 1; d < missions.length; d++) first[d] = first[d - 1]! + missions[d - 1]!
  for (let p = 0; p < catalog.count; p++) {
    const department = catalog.department[p]!
    catalog.mission[p] = first[department]! + random.int(missions[department]!)
  }
}

/** Rounds to a number of decimals. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}
