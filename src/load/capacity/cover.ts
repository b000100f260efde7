/** One kind of server that may cover a need: a type at a location. */
export interface CoverItem {
  /** Requests/s that one server holds. */
  readonly perServer: number
  /** Zones that servers are spread over and of which one may be gone; 1: none is lost. */
  readonly zones: number
  /** Price of one server, any unit. */
  readonly price: number
  /** Servers that stand already and cost nothing. */
  readonly standing: number
}

/** The cheapest whole numbers of servers that cover a need. */
export interface Cover {
  /** Of the servers beyond those standing. */
  readonly price: number
  /** Proven: no cover costs less than this; equal to `price` but where the search was cut. */
  readonly bound: number
  /** [items] servers beyond those standing. */
  readonly servers: Int32Array
}

/** Requests/s left of `servers` servers when the zone with the most of them is gone: k (n − ⌈n / Z⌉). */
export function heldBy(servers: number, perServer: number, zones: number): number {
  return zones <= 1 ? perServer * servers : perServer * (servers - Math.ceil(servers / zones))
}

/** Requests/s that a server adds in the long run: k (Z − 1) / Z. */
export function heldByOne(perServer: number, zones: number): number {
  return zones <= 1 ? perServer : (perServer * (zones - 1)) / zones
}

/** Fewest servers that hold `need`: the inverse of `heldBy`. */
export function serversFor(need: number, perServer: number, zones: number): number {
  if (need <= 0) return 0
  const whole = Math.ceil(need / perServer - 1e-9)
  return zones <= 1 ? whole : whole + Math.ceil(whole / (zones - 1))
}

/** Covers that differ by less than this share are the same. */
const TOLERANCE = 1e-6
/** Requests/s that nobody misses. */
const NEGLIGIBLE = 1e-9
/** Nodes after which the search is cut and the bound stands apart from the price. */
const MOST_NODES = 4_000

interface Search {
  readonly items: readonly CoverItem[]
  /** Item indices by rising price of a request/s. */
  readonly order: readonly number[]
  /** Least price of a request/s among the items from this place of the order on. */
  readonly rate: readonly number[]
  readonly servers: Int32Array
  best: Int32Array | undefined
  bestPrice: number
  cutBound: number
  nodes: number
}

/**
 * min Σ price_j n_j subject to Σ held_j(standing_j + n_j) ≥ need, n whole: depth first over items by
 * price of a request/s, each from its largest useful number down, pruned by the linear bound.
 * Infinity where no item holds anything.
 */
export function cheapestCover(items: readonly CoverItem[], need: number): Cover {
  const search = startSearch(items)
  const already = items.reduce(
    (sum, item) => sum + heldBy(item.standing, item.perServer, item.zones),
    0,
  )
  if (already >= need * (1 - 1e-12)) return { price: 0, bound: 0, servers: search.servers }
  descend(search, 0, need - already, 0)
  const price = search.bestPrice
  return {
    price,
    bound: Math.min(price, search.cutBound),
    servers: search.best ?? new Int32Array(items.length),
  }
}

function startSearch(items: readonly CoverItem[]): Search {
  const rateOf = (j: number) => {
    const { price, perServer, zones } = items[j]!
    return price / heldByOne(perServer, zones)
  }
  const order = items
    .map((_, j) => j)
    .filter((j) => items[j]!.perServer > 0 && Number.isFinite(items[j]!.price))
    .sort((a, b) => rateOf(a) - rateOf(b) || a - b)
  return {
    items,
    order,
    rate: order.map(rateOf),
    servers: new Int32Array(items.length),
    best: undefined,
    bestPrice: Infinity,
    cutBound: Infinity,
    nodes: 0,
  }
}

function descend(search: Search, place: number, left: number, spent: number): void {
  const { items, order, servers } = search
  if (left <= NEGLIGIBLE) {
    keep(search, spent)
    return
  }
  if (place === order.length) return
  const j = order[place]!
  const { perServer, zones, price, standing } = items[j]!
  const base = heldBy(standing, perServer, zones)
  const most = mostUseful(items[j]!, left)
  const lastItem = place === order.length - 1
  for (let n = most; n >= (lastItem ? most : 0); n--) {
    if (isHopeless(search, place, left, spent, n)) break
    if (++search.nodes > MOST_NODES) {
      search.cutBound = Math.min(search.cutBound, spent + lowest(search, place, left))
      break
    }
    const rest = left - (heldBy(standing + n, perServer, zones) - base)
    if (spent + n * price + lowest(search, place + 1, rest) >= search.bestPrice * (1 - TOLERANCE))
      continue
    servers[j] = n
    descend(search, place + 1, rest, spent + n * price)
  }
  servers[j] = 0
}

/**
 * Fewest servers beyond those standing that hold `left` more. `serversFor` leaves out a share of a server
 * that may be more than what is negligible.
 */
function mostUseful({ perServer, zones, standing }: CoverItem, left: number): number {
  const base = heldBy(standing, perServer, zones)
  let n = Math.max(0, serversFor(left + base, perServer, zones) - standing)
  while (heldBy(standing + n, perServer, zones) - base < left - NEGLIGIBLE) n++
  return n
}

/**
 * Whether n or fewer of the item at `place` lead nowhere: where n of them do not overshoot in the long
 * run, what they and the dearer items after them cost at the least only rises as n falls.
 */
function isHopeless(
  search: Search,
  place: number,
  left: number,
  spent: number,
  n: number,
): boolean {
  const { perServer, zones, price } = search.items[search.order[place]!]!
  const rate = search.rate[place + 1]
  const rest = left - lent(search, place) - n * heldByOne(perServer, zones)
  if (rate === undefined || rest < 0) return false
  return spent + n * price + rate * rest >= search.bestPrice * (1 - TOLERANCE)
}

/** Price that the items from `place` on need at the least for `rest`; standing servers lend a zone's rounding. */
function lowest(search: Search, place: number, rest: number): number {
  if (rest <= NEGLIGIBLE) return 0
  const rate = search.rate[place]
  if (rate === undefined) return Infinity
  return rate * Math.max(0, rest - lent(search, place))
}

/** What standing servers may add beyond the long run: held(s + n) − held(s) ≤ k n (Z−1)/Z + k (Z−1)/Z. */
function lent(search: Search, place: number): number {
  let sum = 0
  for (let p = place; p < search.order.length; p++) {
    const { perServer, zones, standing } = search.items[search.order[p]!]!
    if (standing > 0 && zones > 1) sum += heldByOne(perServer, zones)
  }
  return sum
}

function keep(search: Search, spent: number): void {
  if (spent >= search.bestPrice) return
  search.bestPrice = spent
  search.best = search.servers.slice()
}
