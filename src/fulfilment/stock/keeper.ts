import { setImmediate } from 'node:timers/promises'
import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type Ledger, type NewEvent, readPages } from '../../ledger/index.ts'
import { type BatchRules, type DecidedBatch, decideBatch } from './batch.ts'
import { MOST_SITES } from './draft.ts'
import { STOCK_SUBJECT, siteAndProductNamed } from './events.ts'
import { STOCK_KNOBS } from './knobs.ts'
import { momentsOf, reservationsOf } from './product-life.ts'
import type { StockState } from './state.ts'
import type {
  ExpectedReceipt,
  NewNames,
  Reservation,
  StockBook,
  StockCommand,
  StockKeeper,
  StockMoment,
  StockOutcome,
} from './types.ts'
import { linesOf } from './view.ts'

/** What a keeper works with. */
export interface KeeperParts {
  readonly ledger: Ledger
  /** Stock as a snapshot or an empty ledger has it; the keeper catches up before it decides. */
  readonly state: StockState
  /** Epoch ms. */
  readonly clock: () => number
  readonly knobs?: KnobSettings | undefined
  /** Writes a snapshot of the state as it stands when it is called: it copies before it waits. */
  readonly save: (state: StockState) => Promise<unknown>
}

/** Something that waits for its turn. */
interface Job {
  readonly command?: StockCommand
  readonly work?: () => Promise<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (reason: unknown) => void
}

/** Events from which on a tail is long: preparing for it pays. */
const LONG_TAIL = 10_000
/** Ids in one event of names: some hundred kilobytes. */
const NAMES_AN_EVENT = 10_000

/**
 * The writer of a ledger of stock. Commands that wait while others are written are decided together,
 * in their order, against a draft; the draft is settled once their events are on disk, and dropped
 * when the ledger refuses them.
 */
export class Keeper implements StockKeeper {
  private readonly ledger: Ledger
  private readonly state: StockState
  private readonly clock: () => number
  private readonly save: (state: StockState) => Promise<unknown>
  private readonly rules: BatchRules
  private readonly mostCommands: number
  private readonly attempts: number
  private queue: Job[] = []
  private working: Promise<void> | undefined
  private saving: Promise<unknown> = Promise.resolve()
  private isClosed = false
  /** Sequence number of the ledger's last event, of whichever kind; −1: not known, read it first. */
  private last = -1

  constructor({ ledger, state, clock, knobs, save }: KeeperParts) {
    this.ledger = ledger
    this.state = state
    this.clock = clock
    this.save = save
    this.rules = { tolerance: readKnob(STOCK_KNOBS.clockTolerance, knobs) }
    this.mostCommands = readKnob(STOCK_KNOBS.batchCommands, knobs)
    this.attempts = readKnob(STOCK_KNOBS.attempts, knobs)
  }

  get book(): StockBook {
    return this.state.book
  }

  submit(command: StockCommand): Promise<StockOutcome> {
    return this.enqueue({ command })
  }

  submitMany(commands: readonly StockCommand[]): Promise<readonly StockOutcome[]> {
    return Promise.all(commands.map((command) => this.submit(command)))
  }

  reservation(reservationId: string): Reservation | undefined {
    const held = this.state.held(reservationId)
    if (held === undefined) return undefined
    const lines = linesOf(this.state.book, held.lines)
    return { reservationId, lines, expiresAt: held.expiresAt < 0 ? undefined : held.expiresAt }
  }

  reservationsOf(productId: string): readonly Reservation[] {
    const { book } = this.state
    return reservationsOf(book, this.state.entries().helds, book.productOf(productId))
  }

  lately(productId: string, lookBack: number): Promise<readonly StockMoment[]> {
    const { book } = this.state
    const from = Math.max(1, book.sequence - lookBack + 1)
    return momentsOf(this.ledger, book, book.productOf(productId), from)
  }

  expected(siteId: string, productId: string): readonly ExpectedReceipt[] {
    const { book } = this.state
    const [site, product] = [book.siteOf(siteId), book.productOf(productId)]
    return site < 0 || product < 0 ? [] : this.state.expected(product, site)
  }

  expire(now: number): Promise<readonly string[]> {
    return this.enqueue({ work: () => this.expireAll(now) })
  }

  introduce(names: NewNames): Promise<void> {
    return this.enqueue({ work: () => this.addNames(names) })
  }

  async snapshot(): Promise<void> {
    // One after the other; commands go on meanwhile, because the state is copied in one go.
    const saving = this.saving.then(() => this.save(this.state))
    this.saving = saving.catch(() => {})
    await saving
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.working
    await this.saving
  }

  /** Reads what the ledger holds beyond the state. Throws ERR_LEDGER_DAMAGED, ERR_STOCK_DAMAGED. */
  async catchUp(): Promise<void> {
    const last = await this.ledger.lastSequence()
    const from = this.state.book.sequence + 1
    const isLong = last - from > LONG_TAIL
    if (isLong) this.state.beginReplay(last - from)
    try {
      await this.readFrom(from)
    } finally {
      if (isLong) this.state.endReplay()
    }
    this.last = Math.max(last, this.state.book.sequence)
  }

  private async readFrom(from: number): Promise<void> {
    for await (const events of readPages(this.ledger, { from, prefix: STOCK_SUBJECT })) {
      this.state.takeAll(events)
    }
  }

  private enqueue<Value>(job: Pick<Job, 'command' | 'work'>): Promise<Value> {
    if (this.isClosed) {
      return Promise.reject(
        new StorewrightError('ERR_STOCK_CLOSED', 'the keeper of stock is closed'),
      )
    }
    return new Promise<Value>((resolve, reject) => {
      this.queue.push({ ...job, resolve, reject })
      this.working ??= this.work()
    })
  }

  /** Works until nothing waits. */
  private async work(): Promise<void> {
    // Whoever asks in this turn of the event loop shares the first batch.
    await setImmediate()
    while (this.queue.length > 0) {
      const jobs = this.takeJobs()
      try {
        await this.doJobs(jobs)
      } catch (error) {
        for (const { reject } of jobs) reject(error)
      }
    }
    // In the same turn as the last look at the queue: who comes next must start anew.
    this.working = undefined
  }

  /** The commands at the front of the queue, or the one piece of other work that stands there. */
  private takeJobs(): Job[] {
    let end = 0
    while (end < this.mostCommands && this.queue[end]?.command !== undefined) end++
    return this.queue.splice(0, Math.max(1, end))
  }

  private async doJobs(jobs: readonly Job[]): Promise<void> {
    const work = jobs[0]!.work
    if (work !== undefined) {
      jobs[0]!.resolve((await work()) as never)
      return
    }
    const commands = jobs.map(({ command }) => command!)
    const outcomes = await this.settle((now) => decideBatch(this.state, commands, now, this.rules))
    jobs.forEach(({ resolve }, i) => {
      resolve(outcomes[i] as never)
    })
  }

  /**
   * Decides, writes, and settles; decides anew when somebody else wrote to the ledger first. Throws
   * ERR_LEDGER_WRITE, after which nothing has changed here, and ERR_STOCK_CONFLICT.
   */
  private async settle(decideAt: (now: number) => DecidedBatch): Promise<readonly StockOutcome[]> {
    for (let attempt = 0; attempt < this.attempts; attempt++) {
      if (this.last < 0) await this.catchUp()
      const batch = decideAt(this.clock())
      const first = await this.write(batch.events)
      if (first !== undefined) return batch.settle(first)
    }
    throw new StorewrightError(
      'ERR_STOCK_CONFLICT',
      `the ledger of stock was written to by others ${this.attempts} times in a row`,
      { next: 'Let one keeper own these products; the command may be sent again.' },
    )
  }

  /** Appends events behind the last known one; undefined where others were first. */
  private async write(events: readonly NewEvent[]): Promise<number | undefined> {
    const expected = this.last
    // After any failure the ledger is read again: it may have taken the events all the same.
    this.last = -1
    if (events.length === 0) {
      // A refusal, too, is only true if nobody else has changed stock since.
      if ((await this.ledger.lastSequence()) !== expected) return undefined
      this.last = expected
      return expected + 1
    }
    try {
      const { first, last } = await this.ledger.append(events, { expectedSequence: expected })
      this.last = last
      return first
    } catch (error) {
      if (error instanceof StorewrightError && error.code === 'ERR_LEDGER_CONFLICT')
        return undefined
      throw error
    }
  }

  private async expireAll(until: number): Promise<readonly string[]> {
    const released: string[] = []
    for (;;) {
      let ids: readonly string[] = []
      await this.settle((now) => {
        requireClock(until, now, this.state.time, this.rules.tolerance)
        const batch = decideBatch(this.state, [], until, this.rules)
        ids = batch.expired
        return batch
      })
      if (ids.length === 0) return released
      released.push(...ids)
    }
  }

  private async addNames({ siteIds = [], productIds = [] }: NewNames): Promise<void> {
    for (const id of [...siteIds, ...productIds]) {
      requireArgument(id.length > 0 && id.length <= 256, `an id has 1 to 256 characters: ${id}`)
    }
    const { book } = this.state
    await this.settle((now) => {
      const sites = [...new Set(siteIds)].filter((id) => book.siteOf(id) < 0)
      const products = [...new Set(productIds)].filter((id) => book.productOf(id) < 0)
      requireArgument(
        book.siteIds.length + sites.length <= MOST_SITES,
        `stock has at most ${MOST_SITES} sites`,
      )
      const time = Math.max(now, this.state.time)
      const events = nameEvents(sites, products, time)
      const settle = (first: number) => {
        events.forEach((event, i) => {
          this.state.take({ ...event, sequence: first + i, time })
        })
        return []
      }
      return { events, expired: [], settle }
    })
  }
}

function nameEvents(sites: readonly string[], products: readonly string[], time: number) {
  const events: NewEvent[] = []
  const name = (siteIds: readonly string[], productIds: readonly string[]) => {
    const data = { siteIds: [...siteIds], productIds: [...productIds] }
    events.push(siteAndProductNamed.of(`${STOCK_SUBJECT}.names`, data, { time }))
  }
  if (sites.length > 0) name(sites, [])
  for (let i = 0; i < products.length; i += NAMES_AN_EVENT) {
    name([], products.slice(i, i + NAMES_AN_EVENT))
  }
  return events
}

/** Throws ERR_STOCK_CLOCK where `until` lies before the last event or after now. */
function requireClock(until: number, now: number, last: number, tolerance: number): void {
  if (until >= last - tolerance && until <= now + tolerance) return
  const fault =
    until < last
      ? `the last event is ${last - until} ms later than the time that is asked for`
      : `the time that is asked for is ${until - now} ms ahead of the clock`
  throw new StorewrightError('ERR_STOCK_CLOCK', fault, {
    next: 'Set the clock right, then release what has expired again.',
  })
}
