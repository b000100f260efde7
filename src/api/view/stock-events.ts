import { StorewrightError } from '../../core/errors.ts'
import type {
  ExpectedReceipt,
  StockBook,
  StockCommand,
  StockOutcome,
} from '../../fulfilment/index.ts'
import { HttpError } from '../error-reply.ts'
import type {
  StockEvent,
  StockOutcomeReply,
  StockQuery,
  StockReply,
} from '../schemas/stock-events.ts'

type ReceiptBody = Extract<StockEvent, { kind: 'expect' }>['receipts'][number]

/** The command that a body asks for. */
export function stockCommandOf(event: StockEvent): StockCommand {
  switch (event.kind) {
    case 'expect':
      return { ...event, receipts: event.receipts.map(receiptOf) }
    case 'transfer':
      return { ...event, receipts: event.receipts.map(receiptOf) }
    case 'reserve': {
      const { expiresAt, ...rest } = event
      return expiresAt === undefined ? rest : { ...rest, expiresAt: Date.parse(expiresAt) }
    }
    case 'receive': {
      const { receiptId, ...rest } = event
      return receiptId === undefined ? rest : { ...rest, receiptId }
    }
    case 'confirm':
    case 'release': {
      const { lines, ...rest } = event
      return lines === undefined ? rest : { ...rest, lines }
    }
    default:
      return event
  }
}

function receiptOf({ arrivesBy, ...receipt }: ReceiptBody): ExpectedReceipt {
  const [a, b, c, d] = arrivesBy.map((at) => Date.parse(at))
  return { ...receipt, arrivesBy: [a!, b!, c!, d!] }
}

/** An outcome of many, as the API shows it. */
export function stockOutcomeOf(outcome: StockOutcome): StockOutcomeReply {
  if (!outcome.ok) return { ok: false, refusal: outcome.refusal, message: outcome.message }
  return { ok: true, sequence: outcome.sequence, shortages: [...outcome.shortages] }
}

/** What is thrown where the one event of a request is refused. */
export function stockRefused(outcome: Extract<StockOutcome, { ok: false }>): StorewrightError {
  const { refusal, message } = outcome
  if (refusal.startsWith('unknown-')) return new HttpError(404, 'ERR_NOT_FOUND', message)
  if (refusal.startsWith('bad-')) return new HttpError(400, 'ERR_ARGUMENT', message)
  return new StorewrightError('ERR_STOCK', message, {
    next: 'See what there is: GET /stock?productId=…',
  })
}

/** Words of a cell of the stock book. */
const CELL_WORDS = 4

/** Rows of live stock by product, from `after` on. Throws ERR_NOT_FOUND on an unknown product or site. */
export function stockReplyOf(book: StockBook, query: StockQuery): StockReply {
  const site = known(query.siteId, (id) => book.siteOf(id), 'site')
  const one = known(query.productId, (id) => book.productOf(id), 'product')
  const after = known(query.after, (id) => book.productOf(id), 'product') ?? -1
  const first = one ?? after + 1
  const end = one === undefined ? book.productIds.length : one + 1
  const rows: StockReply['rows'] = []
  let seen = 0
  let product = first
  for (; product < end && seen < query.limit; product++) {
    const found = cellsOf(book, product).filter((row) => site === undefined || row.site === site)
    if (found.length > 0) seen++
    for (const { site: at, onHand, reserved, incoming } of found) {
      const ids = { siteId: book.siteIds[at]!, productId: book.productIds[product]! }
      rows.push({ ...ids, onHand, reserved, available: Math.max(0, onHand - reserved), incoming })
    }
  }
  return {
    sequence: book.sequence,
    products: book.productIds.length,
    rows,
    next: product < end ? book.productIds[product - 1]! : null,
  }
}

function cellsOf({ index, cells }: StockBook, product: number) {
  const first = index[2 * product]!
  return Array.from({ length: index[2 * product + 1]! }, (_, i) => {
    const at = first + CELL_WORDS * i
    return {
      site: cells[at]!,
      onHand: cells[at + 1]!,
      reserved: cells[at + 2]!,
      incoming: cells[at + 3]!,
    }
  }).sort((a, b) => a.site - b.site)
}

function known(
  id: string | undefined,
  numberOf: (id: string) => number,
  what: string,
): number | undefined {
  if (id === undefined) return undefined
  const found = numberOf(id)
  if (found >= 0) return found
  throw new HttpError(404, 'ERR_NOT_FOUND', `there is no ${what} ${id}`)
}
