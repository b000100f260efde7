import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Ledger, NewEvent } from '../../ledger/index.ts'
import {
  engine,
  type FeedbackEvent,
  type ForeignEvent,
  type SearchRecord,
  translateEvent,
  type values,
  vectors,
} from '../../search/index.ts'
import { openStoreLedger } from '../decisions.ts'
import { requireStore } from '../store/paths.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { remember, replaySince } from './catch-up.ts'
import { searchActed, searchAsked } from './events.ts'
import { feedbackWait, logWait, rememberedSearches } from './knobs.ts'
import { type OpenedSearch, openStoreSearch } from './open.ts'
import { itemsInOrder } from './order-by.ts'
import { createRecentSearches, type RecentSearches } from './recent-searches.ts'
import { prepareForStore, type RulesInForce, readRules } from './rules.ts'
import { openStoreSentenceModel } from './sentence.ts'
import type { SearchNote } from './step.ts'
import { createVisitors, type Visitors } from './visitors.ts'

export interface SearchServiceOptions {
  /** Epoch ms now. */
  readonly clock: () => number
  /** Milliseconds of a clock that only goes forward. */
  readonly ticks: () => number
  /** Names a search; the same name never twice. */
  readonly makeId: () => string
  /** Told where a search could not be logged; the answer was given all the same. */
  readonly onFailure?: (error: unknown) => void
}

/** A search of a customer or of a person who tries something. */
export interface ServiceRequest extends Omit<engine.EngineRequest, 'now' | 'seed' | 'signals'> {
  /** Whether it counts as a customer's: it is logged and learned from. */
  readonly log: boolean
  /** Epoch ms; now where absent. */
  readonly at?: number
  /** By these fields; by relevance where empty. */
  readonly sort?: readonly values.SortBy[]
}

export interface ServiceAnswer {
  readonly queryId: string
  readonly answer: engine.EngineAnswer
  /** Products that match. */
  readonly matches: engine.Matches
  readonly version: number
  readonly milliseconds: number
}

export interface FeedbackOutcome {
  readonly accepted: number
  /** Events that say nothing to search, by their place, and why. */
  readonly ignored: readonly { readonly event: number; readonly reason: string }[]
}

/** A store's search while it runs: it answers, takes down what follows, and learns from it. */
export interface SearchService {
  readonly version: number
  readonly note: SearchNote | undefined
  readonly engine: engine.SearchEngine
  readonly suggester: OpenedSearch['models']['suggester']
  /** Chance that each place is looked at, from the first on. */
  readonly examination: readonly number[]
  readonly policyOn: boolean
  readonly policy: OpenedSearch['policy']
  readonly rules: RulesInForce
  /** Where a sentence model reads queries: to be awaited before they are searched or ranked by. */
  prepare(texts: readonly string[]): Promise<void>
  search(request: ServiceRequest): ServiceAnswer
  /** Who asks, with what is remembered of the session and the customer. */
  askerOf: Visitors['askerOf']
  /** Ranks given documents; unknown ids are to be left out before. */
  rank(
    request: Omit<ServiceRequest, 'from' | 'size' | 'log'>,
    docs: Int32Array,
  ): engine.EngineAnswer
  /** Resolves when the events are on disk. */
  feedback(events: readonly ForeignEvent[], at?: number): Promise<FeedbackOutcome>
  /** Teaches the policy all searches made before `until`; those that are due otherwise. */
  learn(until?: number): void
  /** Waits until all that was asked so far is on disk. */
  flush(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a store's search. The ledger stays open until `close`; what it says since the models were
 * trained is learned first. Throws ERR_STORE_EMPTY for a store without products, ERR_SETTINGS where its
 * sentence model cannot be used.
 */
export async function openSearchService(
  folder: string,
  options: SearchServiceOptions,
): Promise<SearchService> {
  requireStore(folder)
  const settings = storeSettings(folder)
  const model = await openStoreSentenceModel(folder, settings)
  const queries = model === undefined ? undefined : vectors.createSentenceQueries(model)
  const ledger = await openStoreLedger(folder)
  try {
    const opened = await withDatabase(folder, 'read', (db) =>
      openStoreSearch(folder, db, settings, options.clock(), queries),
    )
    if (opened.models.index.size === 0) throw noProducts(folder)
    const rules = await readRules(ledger, opened.models.index)
    const recent = createRecentSearches(readKnob(rememberedSearches, settings.knobs))
    const visitors = createVisitors(readKnob(rememberedSearches, settings.knobs))
    const policyOn = await replaySince(ledger, opened, { recent, visitors })
    return createService({
      opened,
      rules,
      recent,
      visitors,
      ledger,
      policyOn,
      settings: settings.knobs,
      options,
      ...(queries === undefined ? {} : { queries }),
    })
  } catch (error) {
    await ledger.close()
    await queries?.close()
    throw error
  }
}

/** A service over models in memory and any ledger: for tests and for stores that are no folder. */
export function searchServiceOver(
  opened: OpenedSearch,
  ledger: Ledger,
  options: SearchServiceOptions,
  data: unknown = [],
): SearchService {
  return createService({
    opened,
    rules: prepareForStore(data, opened.models.index),
    recent: createRecentSearches(1000),
    visitors: createVisitors(1000),
    ledger,
    policyOn: true,
    settings: {},
    options,
  })
}

interface ServiceState {
  readonly opened: OpenedSearch
  readonly rules: RulesInForce
  readonly recent: RecentSearches
  readonly visitors: Visitors
  readonly ledger: Ledger
  /** A person has not switched the learned policy off. */
  readonly policyOn: boolean
  readonly settings: Readonly<Record<string, number>>
  readonly options: SearchServiceOptions
  /** Reads queries by the sentence model of the settings. */
  readonly queries?: vectors.SentenceQueries
}

function createService(state: ServiceState): SearchService {
  const { opened, rules, recent, visitors, ledger, policyOn, settings, options, queries } = state
  const { models, policy, version } = opened
  const running = engine.createStoreEngine(models, {
    ...(policyOn ? { policy } : {}),
    rules: rules.prepared,
    settings,
    clock: options.ticks,
  })
  const waitMs = 60_000 * readKnob(feedbackWait, settings)
  const log = createLogWriter(ledger, readKnob(logWait, settings), options.onFailure)
  const learn = (until: number) => {
    for (const { record, events } of recent.due(until)) policy.learn(record, events)
  }
  return {
    version,
    note: opened.note,
    engine: running,
    suggester: models.suggester,
    examination: models.examination.byRank,
    policyOn,
    policy,
    rules,
    async prepare(texts) {
      await queries?.prepare(texts.map((text) => models.index.analyze(text).text))
    },
    search(request) {
      const began = options.ticks()
      const now = request.at ?? options.clock()
      const queryId = options.makeId()
      const full = {
        ...request,
        now,
        // A person trying sees the same page by page; a customer's search draws by its id.
        seed: seedOf(drawnBy(request, queryId)),
        signals: signalsOf(models, request.text),
      }
      const ranked = running.search(full)
      const matches = engine.matchesOf(models.index, ranked, request.filters)
      const { from, size, sort = [] } = request
      const items = itemsInOrder(models.index, ranked, matches, { from, size, sort })
      const answer = items === undefined ? ranked : { ...ranked, items }
      if (request.log) {
        const record = recordOf({ queryId, request, answer, now, version })
        for (const { id } of answer.items) models.seen.shown(id)
        recent.add(record)
        log.append(
          searchAsked.of('search.asked', { ...record, total: matches.total }, { time: now }),
        )
        learn(now - waitMs)
      }
      return { queryId, answer, matches, version, milliseconds: options.ticks() - began }
    },
    askerOf: visitors.askerOf,
    rank(request, docs) {
      const now = request.at ?? options.clock()
      return running.rank({ ...request, now, seed: 0 }, docs)
    },
    async feedback(foreign, at) {
      const { events, ignored } = readFeedback(foreign, recent, at ?? options.clock())
      if (events.length > 0) {
        // A search stands in the ledger before what followed it.
        await log.flush()
        await ledger.append(
          events.map((event) => searchActed.of('search.acted', { ...event }, { time: event.at })),
        )
        for (const event of events) remember(models, { recent, visitors }, event)
      }
      return { accepted: events.length, ignored }
    },
    learn: (until = options.clock() - waitMs) => learn(until),
    flush: () => log.flush(),
    async close() {
      await log.flush()
      await ledger.close()
      await queries?.close()
    },
  }
}

/** By what a search draws: a session meets one blend for one text, page after page. */
function drawnBy({ log, text, asker }: ServiceRequest, queryId: string): string {
  if (!log) return text
  return asker?.sessionId === undefined ? queryId : `${asker.sessionId} ${text}`
}

/** A number in [0, 2³²) from a name: the same search draws the same. FNV-1a. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  }
  return hash >>> 0
}

function signalsOf({ index, memory }: OpenedSearch['models'], text: string) {
  const entry = memory.entries[memory.find(index.analyze(text).text)]
  return { frequency: entry === undefined ? 0 : entry.views.reduce((sum, views) => sum + views, 0) }
}

function recordOf({
  queryId,
  request,
  answer,
  now,
  version,
}: {
  readonly queryId: string
  readonly request: ServiceRequest
  readonly answer: engine.EngineAnswer
  readonly now: number
  readonly version: number
}): SearchRecord {
  const { asker } = request
  const { query, items, shares, choice, propensity, defaultPropensity, seen } = answer
  return {
    queryId,
    raw: query.raw,
    text: query.text,
    at: now,
    ...(asker?.sessionId === undefined ? {} : { sessionId: asker.sessionId }),
    ...(asker?.customerId === undefined ? {} : { customerId: asker.customerId }),
    shown: items.map(({ id }) => id),
    broughtBy: items.map(({ arms }) => arms.map(({ arm }) => arm)),
    shares,
    choice,
    propensity,
    defaultPropensity,
    seen,
    version,
  }
}

function readFeedback(
  foreign: readonly ForeignEvent[],
  recent: RecentSearches,
  now: number,
): { readonly events: readonly FeedbackEvent[]; readonly ignored: FeedbackOutcome['ignored'] } {
  const events: FeedbackEvent[] = []
  const ignored: { event: number; reason: string }[] = []
  const options = { now, inferQuery: recent.ofSession.bind(recent) }
  foreign.forEach((one, place) => {
    const read = translateEvent(one, options)
    if ('ignored' in read) {
      ignored.push({ event: place, reason: read.ignored })
      return
    }
    for (const event of read.events) {
      const record = recent.find(event.queryId)
      if (record === undefined) {
        ignored.push({ event: place, reason: `no search ${event.queryId} is remembered` })
        continue
      }
      events.push(completed(event, record))
    }
  })
  return { events, ignored }
}

/** The event with the position, session and customer of its search, where it brings none. */
function completed(
  event: FeedbackEvent,
  { shown, sessionId, customerId }: SearchRecord,
): FeedbackEvent {
  const place = shown.indexOf(event.productId)
  return {
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(customerId === undefined ? {} : { customerId }),
    ...(place < 0 ? {} : { position: place + 1 }),
    ...event,
  }
}

interface LogWriter {
  append(event: NewEvent): void
  flush(): Promise<void>
}

/**
 * Appends searches in the background, in order: those that come within `waitMs` of the first share one
 * append, hence one flush of the disk. Whoever wants them on disk calls `flush`, which waits for nothing.
 */
function createLogWriter(
  ledger: Ledger,
  waitMs: number,
  onFailure: ((error: unknown) => void) | undefined,
): LogWriter {
  let waiting: NewEvent[] = []
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const drain = async (): Promise<void> => {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      await ledger.append(batch)
    } catch (error) {
      onFailure?.(error)
    }
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    running = running.then(drain)
    return running
  }
  return {
    append(event) {
      waiting.push(event)
      timer ??= setTimeout(() => void flush(), waitMs)
    },
    flush,
  }
}

function noProducts(folder: string): StorewrightError {
  return new StorewrightError('ERR_STORE_EMPTY', 'the store has no products to search', {
    next: `Import some: \`storewright import FEED --store ${folder}\``,
  })
}
