import { requireArgument } from '../../core/errors.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import type { FeedbackEvent } from '../../search/index.ts'
import { type Alias, createAlias } from '../customers/alias.ts'
import { attractionOf, type ClickModel, clicksAt, createClickModel } from '../customers/clicks.ts'
import { type ProductText, writeQuery } from '../customers/queries.ts'

/** What the virtual customers of a store can want. Arrays follow each other by product. */
export interface ShopperWorld {
  readonly productIds: readonly string[]
  readonly texts: readonly ProductText[]
  /** How often each is what someone has in mind, any scale, ≥ 0. */
  readonly popularity: ArrayLike<number>
}

/** A search as a customer types it. */
export interface AskedSearch {
  readonly text: string
  readonly sessionId: string
  readonly customerId: string
  /** Epoch ms. */
  readonly at: number
}

/** What the store showed. */
export interface ShownResults {
  readonly queryId: string
  readonly productIds: readonly string[]
}

export interface SearchersOptions {
  readonly seed: number
  readonly days: number
  /** Searches on a day. */
  readonly searchesPerDay: number
  /** Epoch ms of the first day's beginning. */
  readonly startAt: number
  /** Customers who could come. Default: a search each ten days. */
  readonly customers?: number
  readonly clicks?: ClickModel
  readonly ask: (search: AskedSearch) => ShownResults | Promise<ShownResults>
  readonly tell: (events: readonly FeedbackEvent[]) => void | Promise<void>
  /** Told after each day. */
  readonly onDay?: (tally: SearchersDay) => void | Promise<void>
  readonly signal?: AbortSignal
}

/** How a day of searches went, with what only the simulator knows. */
export interface SearchersDay {
  /** Counts from 0. */
  readonly day: number
  readonly searches: number
  readonly withClick: number
  /** Searches in which the very product that was wanted was clicked. */
  readonly found: number
  readonly purchases: number
  readonly empty: number
  /** Sum over searches of 1 / position of the wanted product, 0 where it was not shown. */
  readonly reciprocalRank: number
}

const DAY_MS = 86_400_000
/** Chance that someone who clicked the very thing buys it, or puts another clicked thing in the cart. */
const BUY_RATE = 0.5
const CART_RATE = 0.08
/** Chance that someone who found nothing to click types another query. */
const RETRY_RATE = 0.4

/**
 * Lets virtual customers search a store: each has a product in mind, types a query for it (one in
 * twelve misspelt), looks at results from the top with falling attention, clicks what attracts, buys
 * what was wanted, and tries other words where nothing did. The store sees queries and acts alone.
 * The same seed brings the same customers with the same wishes, whatever the store shows.
 * Throws ERR_ARGUMENT on impossible sizes, ERR_CANCELLED once the signal is aborted.
 */
export async function runSearchers(
  world: ShopperWorld,
  options: SearchersOptions,
): Promise<SearchersDay[]> {
  const { days, searchesPerDay, seed, signal } = options
  requireArgument(Number.isInteger(days) && days >= 1, `${days} days; give 1 or more`)
  requireArgument(
    Number.isInteger(searchesPerDay) && searchesPerDay >= 1,
    `${searchesPerDay} searches a day; give 1 or more`,
  )
  const random = createRandom(`searchers:${seed}`)
  const shop: Shop = {
    ...options,
    world,
    wishes: createAlias(world.popularity),
    clicks: options.clicks ?? createClickModel(),
    customers: options.customers ?? Math.max(1, searchesPerDay * 10),
  }
  const tallies: SearchersDay[] = []
  for (let day = 0; day < days; day++) {
    throwIfStopped(signal)
    const tally = await runDay(shop, day, random.split(day))
    tallies.push(tally)
    await options.onDay?.(tally)
  }
  return tallies
}

interface Shop extends SearchersOptions {
  readonly world: ShopperWorld
  readonly wishes: Alias
  readonly clicks: ClickModel
  readonly customers: number
}

type Tally = { -readonly [K in keyof SearchersDay]: SearchersDay[K] }

async function runDay(shop: Shop, day: number, random: Random): Promise<SearchersDay> {
  const { searchesPerDay, startAt } = shop
  const tally: Tally = {
    day,
    searches: 0,
    withClick: 0,
    found: 0,
    purchases: 0,
    empty: 0,
    reciprocalRank: 0,
  }
  for (let visit = 0; tally.searches < searchesPerDay; visit++) {
    const stream = random.split(visit)
    const at = startAt + day * DAY_MS + Math.floor((tally.searches / searchesPerDay) * DAY_MS)
    await runVisit(shop, { day, visit, at }, tally, stream)
  }
  return tally
}

async function runVisit(
  shop: Shop,
  { day, visit, at }: { readonly day: number; readonly visit: number; readonly at: number },
  tally: Tally,
  random: Random,
): Promise<void> {
  const wanted = shop.wishes.sample(random)
  const customer = random.int(shop.customers)
  const who = { sessionId: `v${day}-${visit}`, customerId: `C${customer}` }
  for (let attempt = 0; attempt < 2; attempt++) {
    const stream = random.split(attempt)
    const { text } = writeQuery(shop.world.texts[wanted]!, stream)
    const search = { text, ...who, at: at + attempt * 30_000 }
    const shown = await shop.ask(search)
    const acts = actsOn(shop, search, shown, wanted, tally, stream)
    if (acts.length > 0) await shop.tell(acts)
    if (acts.length > 0 || stream.next() >= RETRY_RATE) return
  }
}

/** What a customer does with the results, noted in the day's tally. */
function actsOn(
  { world, clicks }: Shop,
  { sessionId, customerId, at }: AskedSearch,
  { queryId, productIds }: ShownResults,
  wanted: number,
  tally: Tally,
  random: Random,
): FeedbackEvent[] {
  const acts: FeedbackEvent[] = []
  const wantedId = world.productIds[wanted]!
  const placeOf = placesOf(world)
  tally.searches++
  if (productIds.length === 0) tally.empty++
  productIds.forEach((productId, i) => {
    const place = placeOf.get(productId)
    if (productId === wantedId) tally.reciprocalRank += 1 / (i + 1)
    // One draw a position, so that the same luck meets another order of results.
    const isClicked =
      place !== undefined &&
      clicksAt(clicks, i, attractionOf(world.texts[wanted]!, world.texts[place]!), random)
    if (!isClicked) return
    const act = { queryId, productId, position: i + 1, sessionId, customerId }
    const later = at + 2000 * (acts.length + 1)
    acts.push({ ...act, kind: 'click', at: later })
    if (productId !== wantedId) {
      if (random.next() < CART_RATE) acts.push({ ...act, kind: 'add_to_cart', at: later + 1000 })
      return
    }
    tally.found++
    if (random.next() >= BUY_RATE) return
    acts.push({ ...act, kind: 'add_to_cart', at: later + 1000 })
    acts.push({ ...act, kind: 'purchase', at: later + 60_000 })
    tally.purchases++
  })
  if (acts.length > 0) tally.withClick++
  return acts
}

const places = new WeakMap<ShopperWorld, ReadonlyMap<string, number>>()

function placesOf(world: ShopperWorld): ReadonlyMap<string, number> {
  const known = places.get(world)
  if (known !== undefined) return known
  const made = new Map(world.productIds.map((id, place) => [id, place]))
  places.set(world, made)
  return made
}
