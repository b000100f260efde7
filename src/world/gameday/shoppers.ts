import { createMaxHeap } from '../../core/heap.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import { type Alias, createAlias } from '../customers/alias.ts'
import {
  type ClickModel,
  clicksAt,
  createClickModel,
  WANTED_ATTRACTION,
} from '../customers/clicks.ts'
import { type Customers, createCustomers } from '../customers/customers.ts'
import { BASKET_SHARES } from '../demo/params.ts'
import type { CartLine, Dialect, Draft, Told, Wish } from './dialect.ts'

/** What virtual customers can want and where they live. Arrays follow each other by product, or area. */
export interface GamedayShop {
  readonly productIds: readonly string[]
  readonly priceCents: ArrayLike<number>
  /** How often each product is wanted, any scale. */
  readonly popularity: ArrayLike<number>
  readonly areaIds: readonly string[]
  readonly areaWeights: ArrayLike<number>
  /** What someone types who has this product in mind. */
  readonly queryFor: (product: number, random: Random) => string
}

export interface ShoppersOptions {
  readonly seed: string | number
  /** Mean time between two acts of a customer, ms. */
  readonly thinkMs: number
  /** Before the number of an order in its id; runs on one store need different ones. */
  readonly orderPrefix: string
}

/** What is to be sent for one act. */
export interface ShopperRequest {
  readonly draft: Draft
  /** Told of a good answer; absent where nobody waits for it. */
  readonly onAnswer?: (body: string) => void
}

/** Customers who decide what is asked while the curve decides when. */
export interface Shoppers {
  /** The request of a service that is due at so many ms. */
  next(service: string, dueMs: number): ShopperRequest
}

/** How attractive a result is that is not the one in mind. */
const OTHER_ATTRACTION = 0.1
/** Customers who may wait between two acts; beyond, they leave. */
const MOST_WAITING = 20_000
/** Customers who could come. */
const CUSTOMERS = 50_000
/** Orders that may be looked at. */
const MOST_ORDERS = 500

interface Visitor {
  readonly customerId: string
  readonly areaId: string
  readonly lines: readonly CartLine[]
  readonly productId: string
  readonly arriveBy?: string
}

/**
 * Virtual customers on the way through a shop: they search, look at what they clicked, ask when the
 * cart can be there, check out, look at their order. Each act is done by the customer who is ready
 * longest, a log-normal think time after the act before; where no one is ready, by one who comes with
 * a wish of their own. So that no act waits for an answer, and answers decide what is asked next.
 */
export function createShoppers(
  shop: GamedayShop,
  dialect: Dialect,
  options: ShoppersOptions,
): Shoppers {
  const random = createRandom(`shoppers:${options.seed}`)
  const people = createPeople(shop, random)
  const turns = new Map<string, number>()
  const queues = new Map(['product', 'cart', 'check', 'order'].map((act) => [act, createQueue()]))
  const placed: string[] = []
  let orders = 0

  const think = () => {
    // Log-normal with a spread of 1 in logs about the mean that is asked for.
    return options.thinkMs * Math.exp(random.normal() - 0.5)
  }
  const goOn = (act: string, dueMs: number, visitor: Visitor) =>
    queues.get(act)?.add(dueMs + think(), visitor)
  const answered = (act: string, dueMs: number, visitor: Visitor, told: Told) => {
    if (act === 'search') {
      const productId = people.click(visitor.productId, told.productIds ?? [])
      if (productId !== undefined) goOn('product', dueMs, { ...visitor, productId })
      return
    }
    const { arriveBy } = told
    const promised = arriveBy === undefined ? visitor : { ...visitor, arriveBy }
    if (act === 'product') goOn('cart', dueMs, people.fillCart(promised))
    // What cannot be promised is not ordered.
    else if (act === 'cart' && arriveBy !== undefined) goOn('check', dueMs, promised)
    else if (act === 'check' && arriveBy !== undefined) goOn('order', dueMs, promised)
  }
  const wishOf = (act: string, visitor: Visitor): Wish => {
    const isOrder = act === 'order'
    if (isOrder) orders++
    const known = placed[orders % Math.max(1, placed.length)]
    return {
      ...visitor,
      query: act === 'search' ? people.queryFor(visitor.productId) : '',
      orderId: isOrder ? `${options.orderPrefix}${orders}` : (known ?? options.orderPrefix),
    }
  }
  return {
    next(service, dueMs) {
      const acts = dialect.acts.get(service) ?? [service]
      const turn = turns.get(service) ?? 0
      turns.set(service, turn + 1)
      const asked = acts[turn % acts.length]!
      // There is nothing to look at before the first order stands.
      const act = asked === 'look' && placed.length === 0 ? 'check' : asked
      const visitor = queues.get(act)?.take(dueMs) ?? people.newcomer()
      const wish = wishOf(act, visitor)
      const draft = dialect.draft(act, wish)
      const next = { search: 'product', product: 'cart', cart: 'check', check: 'order' }[act]
      const isHeard = act === 'order' || (next !== undefined && queues.get(next)!.hasRoom())
      if (dialect.read === undefined || !isHeard) return { draft }
      const { read } = dialect
      const onAnswer = (body: string) => {
        const told = read(act, body)
        if (told.isPlaced === true && placed.push(wish.orderId) > MOST_ORDERS) placed.shift()
        answered(act, dueMs, visitor, told)
      }
      return { draft, onAnswer }
    },
  }
}

interface People {
  newcomer(): Visitor
  /** The product that is clicked in a list of results, if any. */
  click(wantedId: string, results: readonly string[]): string | undefined
  /** The cart of someone who puts the product they look at in it. */
  fillCart(visitor: Visitor): Visitor
  queryFor(productId: string): string
}

function createPeople(shop: GamedayShop, random: Random): People {
  const { areaWeights, areaIds, productIds } = shop
  const customers: Customers = createCustomers(
    { areaWeights, count: CUSTOMERS },
    random.split('people'),
  )
  const wishes: Alias = createAlias(shop.popularity)
  const sizes = createAlias(BASKET_SHARES)
  const clicks: ClickModel = createClickModel()
  const placeOf = new Map(productIds.map((id, place) => [id, place]))
  const lineOf = (product: number): CartLine => ({
    ...{ productId: productIds[product]!, quantity: 1 },
    unitPriceCents: Math.round(shop.priceCents[product]!),
  })
  const cartOf = (first: number): readonly CartLine[] => {
    const products = new Set([first])
    const size = 1 + sizes.sample(random)
    for (let i = 1; i < size; i++) products.add(wishes.sample(random))
    return Array.from(products, lineOf)
  }
  return {
    newcomer() {
      const customer = customers.sampleCustomer(random)
      const product = wishes.sample(random)
      const areaId = areaIds[customers.areaOf[customer]!]!
      const customerId = customers.idOf(customer)
      return { customerId, areaId, productId: productIds[product]!, lines: cartOf(product) }
    },
    click(wantedId, results) {
      for (const [position, id] of results.entries()) {
        const attraction = id === wantedId ? WANTED_ATTRACTION : OTHER_ATTRACTION
        if (placeOf.has(id) && clicksAt(clicks, position, attraction, random)) return id
      }
      return undefined
    },
    fillCart: (visitor) => ({ ...visitor, lines: cartOf(placeOf.get(visitor.productId)!) }),
    queryFor: (productId) => shop.queryFor(placeOf.get(productId)!, random),
  }
}

interface Queue {
  add(readyMs: number, visitor: Visitor): void
  /** The customer who is ready longest at `nowMs`. */
  take(nowMs: number): Visitor | undefined
  hasRoom(): boolean
}

function createQueue(): Queue {
  const heap = createMaxHeap()
  const visitors = new Map<number, Visitor>()
  let last = 0
  return {
    add(readyMs, visitor) {
      visitors.set(++last, visitor)
      heap.push(-readyMs, last)
    },
    take(nowMs) {
      if (heap.size === 0 || -heap.topKey() > nowMs) return undefined
      const id = heap.topId()
      heap.pop()
      const visitor = visitors.get(id)
      visitors.delete(id)
      return visitor
    },
    hasRoom: () => heap.size < MOST_WAITING,
  }
}
