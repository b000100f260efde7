import { sampleGamma } from '../../core/distributions/counts.ts'
import type { Random } from '../../core/random/random.ts'
import type { Catalog } from './catalog.ts'
import { DEPARTMENTS } from './departments.ts'

/** A vendor and how it truly delivers; the store sees only its quotes and its receipts. */
export interface Vendor {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly departments: readonly number[]
  readonly meanLeadDays: number
  readonly sdLeadDays: number
  /** Share of order lines that arrive in two parts. */
  readonly partialShare: number
  /** 0 = Monday: the weekday on which the store orders from it. */
  readonly orderWeekday: number
  readonly weeksBetweenOrders: number
  /** What it says of its lead time. */
  readonly quotedLeadDays: number
  readonly kind: 'steady' | 'slow' | 'erratic'
}

/** What a vendor asks for a product. */
export interface Offer {
  readonly vendor: number
  readonly product: number
  readonly unitCostCents: number
  readonly minimumQuantity: number
  readonly casePack: number
}

const COUNTRIES: readonly (readonly [string, share: number, leadDays: number])[] = [
  ['US', 0.45, 7],
  ['CN', 0.22, 34],
  ['MX', 0.09, 12],
  ['DE', 0.07, 21],
  ['VN', 0.07, 38],
  ['IN', 0.06, 36],
  ['CA', 0.04, 9],
]
const FIRST_WORDS = 'Harbor|Summit|Prairie|Lakeside|Granite|Cedar|Pioneer|Delta|Sterling|Beacon|\
Orchard|Canyon|Keystone|Meridian|Liberty|Atlas|Juniper|Redwood|Compass|Frontier'.split('|')
const LAST_WORDS = 'Trading|Supply|Imports|Wholesale|Goods|Manufacturing'.split('|')

/** Makes the vendors: where they are, what they sell, how fast and how evenly they deliver. */
export function createVendors(count: number, random: Random): readonly Vendor[] {
  const width = Math.max(3, String(count).length)
  return Array.from({ length: count }, (_, v) => {
    const stream = random.split(v)
    const [country, , usualDays] = pickCountry(stream.next())
    const kindDraw = stream.next()
    const kind = kindDraw < 0.15 ? 'slow' : kindDraw < 0.3 ? 'erratic' : 'steady'
    const mean = usualDays * Math.exp(0.25 * stream.normal()) * (kind === 'slow' ? 1.6 : 1)
    const far = usualDays > 15
    return {
      id: `V${String(v + 1).padStart(width, '0')}`,
      name: vendorName(v),
      country,
      departments: pickDepartments(v, stream),
      meanLeadDays: mean,
      sdLeadDays: mean * (kind === 'erratic' ? 0.5 : 0.12 + 0.12 * stream.next()),
      partialShare: kind === 'erratic' ? 0.25 : 0.07,
      orderWeekday: stream.int(5),
      weeksBetweenOrders: far ? 2 : 1,
      quotedLeadDays: Math.max(1, Math.round(mean * (0.8 + 0.2 * stream.next()))),
      kind,
    }
  })
}

/** Vendor v serves department v mod 12, so that every department has one, and up to two others. */
function pickDepartments(v: number, random: Random): readonly number[] {
  const first = v % DEPARTMENTS.length
  const others = Array.from({ length: random.int(3) }, () => random.int(DEPARTMENTS.length))
  return [...new Set([first, ...others])]
}

function vendorName(v: number): string {
  const first = FIRST_WORDS[v % FIRST_WORDS.length]!
  const last = LAST_WORDS[Math.floor(v / FIRST_WORDS.length) % LAST_WORDS.length]!
  const round = Math.floor(v / (FIRST_WORDS.length * LAST_WORDS.length))
  return `${first} ${last}${round === 0 ? '' : ` ${round + 1}`}`
}

function pickCountry(u: number): (typeof COUNTRIES)[number] {
  let sum = 0
  for (const country of COUNTRIES) {
    sum += country[1]
    if (u < sum) return country
  }
  return COUNTRIES[0]!
}

/** Days from order to arrival of what each vendor is asked on each day: days[vendor × length + t]. */
export function drawLeadTimes(
  vendors: readonly Vendor[],
  length: number,
  random: Random,
): Uint16Array {
  const lead = new Uint16Array(vendors.length * length)
  vendors.forEach((vendor, v) => {
    const stream = random.split(v)
    const { meanLeadDays: mean, sdLeadDays: sd } = vendor
    for (let t = 0; t < length; t++) {
      let days = sampleGamma(stream, (mean / sd) ** 2, (sd * sd) / mean)
      if (vendor.kind === 'erratic' && stream.next() < 0.06) days *= 2.2
      lead[v * length + t] = Math.max(1, Math.round(days))
    }
  })
  return lead
}

const CASE_PACKS = [1, 2, 4, 6, 12, 24, 48] as const

/** One offer for every product, a second one for three in ten; the first of a product is its usual. */
export function createOffers(
  catalog: Catalog,
  vendors: readonly Vendor[],
  random: Random,
): readonly Offer[] {
  const sellers = DEPARTMENTS.map((_, department) => {
    const own = vendors.flatMap(({ departments }, v) => (departments.includes(department) ? v : []))
    return own.length > 0 ? own : vendors.map((_, v) => v)
  })
  const offers: Offer[] = []
  for (let product = 0; product < catalog.count; product++) {
    const stream = random.split(product)
    const candidates = sellers[catalog.department[product]!]!
    const vendor = candidates[stream.int(candidates.length)]!
    offers.push(makeOffer(catalog, product, vendor, 1, stream))
    const second = candidates[stream.int(candidates.length)]!
    const dearer = 1.03 + 0.12 * stream.next()
    if (stream.next() < 0.35 && second !== vendor) {
      offers.push(makeOffer(catalog, product, second, dearer, stream))
    }
  }
  return offers
}

/** Case packs hold about two weeks' sales, more of cheap products and fewer of dear ones; minimums are one to four cases. */
function makeOffer(
  catalog: Catalog,
  product: number,
  vendor: number,
  dearer: number,
  random: Random,
): Offer {
  const cents = Math.max(1, Math.round(catalog.costCents[product]! * dearer))
  const usual = catalog.unitsPerDay[product]! * 15 + 3000 / cents
  const wanted = usual * Math.exp(0.5 * random.normal())
  const affordable = 40_000 / cents
  const size = Math.min(wanted, affordable)
  const casePack = CASE_PACKS.reduce((best, pack) => (pack <= size ? pack : best), 1)
  const cases = random.next() < 0.7 ? 1 : 1 + random.int(4)
  return { vendor, product, unitCostCents: cents, minimumQuantity: casePack * cases, casePack }
}
